"""The five stars: each won, lost and at its edge; of datasets, archives and metadata alone."""

from __future__ import annotations

import gzip
import random
from collections.abc import Mapping, Sequence

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bootstrap import known_quality
from app.quality.contents import inspect
from app.quality.evidence import Look, Stars
from app.quality.matching import reported
from app.quality.records import records
from app.quality.stars import of_dataset
from app.rdf import media
from app.rdf.io import parse
from app.vocabularies.tables import rows
from tests.conftest import ROOT
from tests.unit import real_files as real

KNOWN = known_quality()
EU = "http://publications.europa.eu/resource/authority/"
IANA = "http://www.iana.org/assignments/media-types/"
URL = "https://data.voorbeeld.test/bestand"
PAGE = "https://data.voorbeeld.test/pagina"
TIME = "2026-11-22T14:03:00+00:00"
OPEN = f"dct:license <{EU}licence/CC0>"
FILE = f"dcat:downloadURL <{URL}> ; {OPEN}"
PUBLIC = f"dct:accessRights <{EU}access-right/PUBLIC>"
NAMES = ["https://data.voorbeeld.test/id/boom1", "https://data.voorbeeld.test/id/boom2"]
LINKS = ["http://elders.test/boom/1", "http://ander.test/eik"]


def look(
    url: str = URL, data: bytes | None = None, *, status: int | None = 200, **more: object
) -> Look:  # fmt: skip
    content = None if data is None else inspect(data, url=url)
    facts: dict[str, object] = {"status": status, "size": len(data or b""), **more}
    return Look(url, TIME, content=content, **facts)  # type: ignore[arg-type]


def stars(facts: str = FILE, *looks: Look, dataset: str = PUBLIC) -> Stars:
    turtle = (f"<dataset> a dcat:Dataset ; {dataset} ; dcat:distribution <deel> . "
              f"<deel> a dcat:Distribution ; {facts} .")  # fmt: skip
    return of(turtle, looks)[1]


def of(turtle: str, looks: Sequence[Look] = ()) -> tuple[str, Stars]:
    text = (real.prefixes() + turtle).encode()
    quads = parse(text, media.TURTLE, base="https://voorbeeld.test/", where="proef")
    (found,) = records(quad[:3] for quad in quads)
    return of_dataset(found, {one.url: one for one in looks}, KNOWN)


def asked(*outcomes: tuple[str, int]) -> list[Look]:
    return [look(url, status=status) for url, status in outcomes]


def said(found: Stars, key: str, lang: str = "en") -> str:
    return next(one.said[lang] for one in found.criteria if one.key == key)


def passed(found: Stars) -> dict[str, bool | None]:
    return {one.key: one.passed for one in found.criteria}


# star 1


def test_one_star_for_any_file_that_answers_under_an_open_licence() -> None:
    found = stars(FILE, look(data=real.PDF))
    assert (found.sure, found.possible, found.basis) == (1, 1, "fetched")
    assert found.missing
    assert found.missing.key == "machine-readable"
    assert "PDF of 1 page" in said(found, "machine-readable")


@pytest.mark.parametrize(
    ("licence", "wanted"),
    [
        (f"<{EU}licence/CC0>", True), (f"<{EU}licence/CC_BY_4_0>", True),
        (f"<{EU}licence/CC_BYSA_3_0>", True), (f"<{EU}licence/ODC_BL>", True),
        ("<https://creativecommons.org/licenses/by/2.0/be/>", True),
        ("<http://www.creativecommons.org/publicdomain/zero/1.0/deed.nl>", True),
        ("<https://www.opendatacommons.org/licenses/pddl/1-0/>", True),
        ("<https://data.vlaanderen.be/doc/licentie/creative-commons-zero-verklaring/v1.0>", True),
        ("<https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0>", True),
        ("<http://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0>", True),
        ('"CC BY 4.0"', True), ('"CC0"@nl', True),
        (f"<{EU}licence/CC_BYNC_4_0>", False), (f"<{EU}licence/CC_BYND_4_0>", False),
        (f"<{EU}licence/CC_BYNCSA_4_0>", False),
        ("<https://creativecommons.org/licenses/by-nc/4.0/>", False),
        ("<https://creativecommons.org/licenses/by-nd/2.0/fr/>", False),
        ("<https://data.vlaanderen.be/id/licentie/modellicentie-hergebruik-tegen-vergoeding/v1.0>",
         False),
        ("<https://data.vlaanderen.be/doc/licentie/modellicentie-hergebruik-tegen-vergoeding/v1.0>",
         False),
        ('"CC BY"', None), ('"vrij te gebruiken"@nl', None), ("<https://stad.test/licentie>", None),
        ("[ a dct:LicenseDocument ]", None), (f"<{EU}licence/COM_REUSE>", None),
        (f"<{EU}licence/CC0> , <{EU}licence/CC_BYNC_4_0>", None),
        (f"<{EU}licence/CC0> , <{EU}licence/CC_BY_4_0>", True),
    ],
)  # fmt: skip
def test_the_licence_must_be_open(licence: str, wanted: bool | None) -> None:
    found = stars(f"dcat:downloadURL <{URL}> ; dct:license {licence}", look(data=real.CSV))
    assert passed(found)["licence"] is wanted
    assert found.sure == (3 if wanted else 0)
    assert found.possible == (0 if wanted is False else 3)


def test_without_a_licence_there_is_no_star() -> None:
    found = stars(f"dcat:downloadURL <{URL}>", look(data=real.CSV))
    assert (found.sure, found.possible) == (0, 0)
    assert "Choose an open licence" in said(found, "licence")


def test_every_licence_of_the_linter_is_judged_or_meant_to_be_unknown() -> None:
    iris = {row["iri"] for row in rows(ROOT / "vocab" / "termen" / "licenties.csv",
                                       ["alias", "iri", "certain"])}  # fmt: skip
    unknown = {iri for iri in iris if KNOWN.open_licence(f"<{iri}>") is None}
    assert not any("/resource/authority/licence/" in iri for iri in unknown)
    assert {iri.rpartition("/licentie/")[2] for iri in unknown if "vlaanderen" in iri} == {
        "voorwaarden-voor-gebruik-van-GRB-gegevens/v1.0"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("right", "wanted"),
    [
        (f"<{EU}access-right/PUBLIC>", True), ('"public"', True), (None, True),
        ("<http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations>",
         True),
        (f"<{EU}access-right/RESTRICTED>", False), (f"<{EU}access-right/NON_PUBLIC>", False),
        (f"<{EU.replace('http:', 'https:')}access-right/NON_PUBLIC>", False),
        (f"<{EU}access-right/CONFIDENTIAL>", False), ('"niet publiek"@nl', False),
        (f"<{EU}access-right/PUBLIC> , <{EU}access-right/RESTRICTED>", False),
        ('"op aanvraag"', None), ("[ a dct:RightsStatement ]", None),
    ],
)  # fmt: skip
def test_access_must_be_for_everybody(right: str | None, wanted: bool | None) -> None:
    dataset = f"dct:accessRights {right}" if right else 'dct:title "x"'
    found = stars(FILE, look(data=real.CSV), dataset=dataset)
    assert passed(found)["access-right"] is wanted
    assert found.sure == (3 if wanted else 0)


def test_an_address_must_answer() -> None:
    assert stars(FILE, look(status=404)).possible == 0
    assert "HTTP status 404 (2026-11-22 at 14:03 UTC)" in said(
        stars(FILE, look(status=404)), "answers"
    )
    assert stars(FILE, look(status=0, reason="timeout")).possible == 0
    assert "did not answer in time" in said(
        stars(FILE, look(status=0, reason="timeout")), "answers"
    )
    refused = stars(FILE, look(status=None, reason="robots"))
    assert (refused.sure, refused.possible) == (0, 1)
    assert passed(refused)["answers"] is None
    assert "robots" in said(refused, "answers")
    assert stars(OPEN).possible == 0
    assert "dcat:downloadURL" in said(stars(OPEN), "answers")


def test_head_alone_tells_that_it_answers() -> None:
    found = stars(f"{FILE} ; dct:format <{EU}file-type/CSV>", look(status=None, head=200))
    assert (found.sure, found.possible, found.basis) == (1, 3, "metadata")


def test_the_access_page_is_an_answer_too_but_no_file() -> None:
    facts = f"{FILE} ; dcat:accessURL <{PAGE}>"
    found = stars(facts, look(status=404), look(PAGE, real.HTML))
    assert (found.sure, found.possible) == (1, 1)
    assert "does not answer" in said(found, "machine-readable")


def test_an_error_page_is_no_answer_whatever_its_status() -> None:
    for found in (stars(FILE, look(data=real.NOT_FOUND)),
                  stars(FILE, look(data=b"tekst", reason="soft-404")),
                  stars(FILE, look(data=b'{"error": {"code": 498}}'))):  # fmt: skip
        assert (found.sure, found.possible) == (0, 0)
        assert passed(found)["answers"] is False


# stars 2 and 3


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (real.CSV, 3), (real.GEOJSON, 3), (real.GML, 3), (real.sqlite(geopackage=True), 3),
        (real.xlsx(), 2), (real.shapefile(), 2), (real.dbf(), 2),
        (real.PDF, 1), (real.png(), 1), (real.docx(), 1), (real.odt(), 1), (real.HTML, 1),
        (b"Beste lezer.\nDit is tekst.\n", 1), (real.JPEG, 1), (real.TURTLE, 3),
    ],
)  # fmt: skip
def test_the_real_format_decides_whatever_the_metadata_say(data: bytes, wanted: int) -> None:
    for label in ("CSV", "RDF_TURTLE", "PDF", "XLSX", "ODT"):
        found = stars(f"{FILE} ; dct:format <{EU}file-type/{label}>", look(data=data))
        assert (found.sure, found.basis) == (wanted, "fetched"), label


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": [1, 2', b"<a><b></a>", real.TURTLE + b"ex:kapot", real.xlsx()[:-300],
        b"naam,aantal\n", b"[]", b"<a/>", b"@prefix a: <http://a.test/> .\n", b"",
        b'{"type": "FeatureCollection", "features": []}', real.shapefile(without="bomen.dbf"),
    ],
)  # fmt: skip
def test_what_is_empty_or_malformed_has_one_star(data: bytes) -> None:
    content = inspect(data, url=URL, media_type="text/csv")
    found = stars(FILE, Look(URL, TIME, status=200, size=len(data), content=content))
    assert found.sure == 1
    assert passed(found)["machine-readable"] is not True


def test_of_a_ragged_table_the_good_rows_count_and_the_others_are_told() -> None:
    data = b"a,b\n" + b"1,2\n" * 40 + b"1,2,3\n"
    found = stars(FILE, look(data=data))
    assert found.sure == 3
    assert "the first is row 42" in said(found, "machine-readable")


def test_an_archive_takes_the_best_of_its_contents_up_to_three_stars() -> None:
    pdf, csv = {"a.pdf": real.PDF}, {"b.csv": real.CSV}
    found = stars(FILE, look(data=real.packed(pdf)))
    assert found.sure == 1
    assert "PDF of 1 page in a.pdf" in said(found, "machine-readable")
    found = stars(FILE, look(data=real.packed({**pdf, **csv, "c.xlsx": real.xlsx()})))
    assert found.sure == 3
    assert "CSV of 2 rows in b.csv" in said(found, "machine-readable")
    assert stars(FILE, look(data=real.packed({"c.xlsx": real.xlsx()}))).sure == 2
    assert stars(FILE, look(data=real.tgz(csv))).sure == 3
    looks = [look(data=gzip.compress(real.TURTLE)), *asked(*((url, 200) for url in NAMES + LINKS))]
    found = stars(FILE, *looks)
    assert (found.sure, found.possible) == (3, 3)
    assert "not packed" in said(found, "rdf")


def test_an_archive_that_is_not_opened_leaves_it_open() -> None:
    found = stars(FILE, look(data=b"7z\xbc\xaf\x27\x1c" + b"\0" * 40))
    assert (found.sure, found.possible) == (1, 3)


def test_of_several_files_the_best_one_counts() -> None:
    facts = f"dcat:downloadURL <{URL}> , <{PAGE}> ; {OPEN}"
    assert stars(facts, look(data=real.PDF), look(PAGE, real.CSV)).sure == 3
    assert stars(facts, look(data=real.CSV), look(PAGE, status=404)).sure == 3


def test_a_page_where_a_file_should_be_leaves_it_to_the_metadata() -> None:
    facts = f"dcat:accessURL <{PAGE}> ; {OPEN}"
    found = stars(f"{facts} ; dct:format <{EU}file-type/CSV>", look(PAGE, real.HTML))
    assert (found.sure, found.possible, found.basis) == (1, 3, "metadata")
    assert "dcat:downloadURL" in said(found, "machine-readable")
    assert stars(facts, look(PAGE, real.CSV)).sure == 3
    assert stars(FILE, look(data=real.HTML)).possible == 1


# stars 4 and 5


def test_four_stars_for_things_with_addresses_that_answer() -> None:
    data = look(data=real.TURTLE)
    found = stars(FILE, data, *asked((NAMES[0], 200), (NAMES[1], 200), (LINKS[0], 404),
                                     (LINKS[1], 404)))  # fmt: skip
    assert (found.sure, found.possible) == (4, 4)
    assert "None of the 2 links" in said(found, "links-answer")
    half = stars(FILE, data, *asked((NAMES[0], 200), (NAMES[1], 404)))
    assert (half.sure, half.possible) == (3, 3), "half is not most"
    assert NAMES[1] in said(half, "names-answer")
    unasked = stars(FILE, data, *asked((NAMES[0], 200)))
    assert (unasked.sure, unasked.possible) == (3, 5)
    assert passed(unasked)["names-answer"] is None


def test_most_of_five_names_must_answer() -> None:
    names = [f"https://data.voorbeeld.test/id/{number}" for number in range(5)]
    turtle = "".join(f'<{name}> <http://www.w3.org/2000/01/rdf-schema#label> "x" .\n'
                     for name in names).encode()  # fmt: skip
    for good, wanted in ((2, 3), (3, 4)):
        outcomes = [(name, 200 if place < good else 410) for place, name in enumerate(names)]
        assert stars(FILE, look(data=turtle), *asked(*outcomes)).sure == wanted
    three = asked(*((name, 200) for name in names[:3]))
    assert stars(FILE, look(data=turtle), *three).sure == 4, "what was not asked cannot change it"


def test_things_without_addresses_have_three_stars() -> None:
    for turtle in (b'_:a <http://a.test/p> "x" .\n', b'<urn:x:1> <http://a.test/p> "x" .\n',
                   b'<> <http://a.test/p> "x" .\n@prefix a: <http://a.test/> .'):  # fmt: skip
        found = stars(FILE, look(data=turtle))
        assert (found.sure, found.possible) == (3, 3), turtle
        assert "Nothing in the file has a web address" in said(found, "names")


def test_names_with_a_fragment_are_asked_without_it() -> None:
    turtle = f'<{URL}#boom> <http://a.test/p> "x" .'.encode()
    assert stars(FILE, look(data=turtle)).sure == 4


def test_five_stars_for_links_of_which_one_answers() -> None:
    names = asked(*((url, 200) for url in NAMES))
    found = stars(FILE, look(data=real.TURTLE), *names, *asked((LINKS[0], 200), (LINKS[1], 404)))
    assert (found.sure, found.possible, found.missing) == (5, 5, None)
    alone = real.TURTLE.replace(b"http://elders.test", b"https://data.voorbeeld.test").replace(
        b"http://ander.test", b"https://schema.org")  # fmt: skip
    more = asked(("https://data.voorbeeld.test/boom/1", 200))
    found = stars(FILE, look(data=alone), *names, *more)
    assert (found.sure, found.possible) == (4, 4)
    assert "Nothing links to data of others" in said(found, "links")
    refused = look(LINKS[0], status=None, reason="robots")
    found = stars(FILE, look(data=real.TURTLE), *names, refused, *asked((LINKS[1], 404)))
    assert (found.sure, found.possible) == (4, 5)


def test_a_link_that_gives_an_error_page_does_not_answer() -> None:
    names = asked(*((url, 200) for url in NAMES))
    links = [look(url, real.NOT_FOUND) for url in LINKS]
    assert stars(FILE, look(data=real.TURTLE), *names, *links).possible == 4


def test_every_syntax_of_rdf_wins_the_same() -> None:
    answers = asked(*((url, 200) for url in NAMES + LINKS))
    for form in (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.RDF_XML,
                 ox.RdfFormat.JSON_LD):  # fmt: skip
        assert stars(FILE, look(data=real.rdf(form)), *answers).sure == 5


def test_a_context_elsewhere_leaves_the_last_stars_open() -> None:
    found = stars(FILE, look(data=b'{"@context": "https://schema.org/", "@id": "http://a.test/1"}'))
    assert (found.sure, found.possible) == (3, 5)


# from metadata only


@pytest.mark.parametrize(
    ("facts", "possible"),
    [
        (f"dct:format <{EU}file-type/RDF_TURTLE>", 5), (f"dcat:mediaType <{IANA}text/turtle>", 5),
        (f"dct:format <{EU}file-type/CSV>", 3), ('dct:format "csv"', 3),
        (f"dct:format <{EU}file-type/XLSX>", 2), (f"dct:format <{EU}file-type/PDF>", 1),
        ("", 1), ('dct:format "iets anders"', 1),
    ],
)  # fmt: skip
def test_metadata_alone_make_stars_possible_and_none_sure(facts: str, possible: int) -> None:
    found = stars(f"{FILE} ; {facts}" if facts else FILE)
    assert (found.sure, found.possible, found.basis) == (0, possible, "metadata")
    assert found.missing
    # what fails is to be mended; where nothing does, what is not known is to be looked at
    assert (found.missing.passed, found.missing.star) == (
        (False, possible + 1) if possible < 5 else (None, 1)
    )


def test_metadata_alone_can_rule_stars_out() -> None:
    assert stars(f"dcat:downloadURL <{URL}> ; dct:format <{EU}file-type/CSV>").possible == 0
    restricted = f"dct:accessRights <{EU}access-right/RESTRICTED>"
    assert stars(FILE, dataset=restricted).possible == 0


# datasets


def test_a_dataset_has_the_stars_of_its_best_distribution() -> None:
    turtle = f"""<d> a dcat:Dataset ; dcat:distribution <a> , <b> .
    <a> {FILE} . <b> {OPEN} ; dcat:downloadURL <{PAGE}> ."""
    looks = [look(data=real.PDF), look(PAGE, real.CSV)]
    name, found = of(turtle, looks)
    assert (name, found.sure) == ("<https://voorbeeld.test/b>", 3)
    assert of("<d> a dcat:Dataset .")[1].sure == 0


@given(seed=st.integers(0, 1_000_000), names=st.permutations("pqrs"))
def test_stars_do_not_depend_on_order_or_node_names(seed: int, names: list[str]) -> None:
    one, two, three, four = names
    lines = [
        f"<d> a dcat:Dataset ; dcat:distribution _:{one} , _:{two} , _:{three} , _:{four} .",
        f"_:{one} {FILE} .", f"_:{two} {OPEN} ; dcat:downloadURL <{PAGE}> .",
        f"_:{three} {OPEN} ; dcat:downloadURL <{URL}.2> .",
        f"_:{four} {OPEN} ; dcat:downloadURL <{URL}.3> ; dct:format <{EU}file-type/CSV> .",
    ]  # fmt: skip
    random.Random(seed).shuffle(lines)
    looks = [look(data=real.CSV), look(PAGE, real.CSV * 2), look(f"{URL}.2", real.PDF)]
    assert of("\n".join(lines), looks)[1] == EXPECTED


EXPECTED = stars(
    f"{OPEN} ; dcat:downloadURL <{PAGE}>", look(PAGE, real.CSV * 2), dataset='dct:title "x"'
)


def test_what_is_seen_is_told_in_both_languages() -> None:
    rows_ = b"naam,aantal\n" + b"fiets,3\n" * 12_000
    found = stars(FILE, look(data=rows_))
    assert said(found, "machine-readable", "nl") == (
        "CSV van 12.000 rijen, 96 kB, opgehaald op 2026-11-22 om 14:03 UTC.")  # fmt: skip
    assert said(found, "machine-readable") == (
        "CSV of 12,000 rows, 96 kB, fetched on 2026-11-22 at 14:03 UTC.")  # fmt: skip
    cut = inspect(rows_, url=URL, truncated=True)
    part = Look(URL, TIME, status=200, size=len(rows_), truncated=True, content=cut)
    assert "CSV van minstens 12.000 rijen, 96 kB, waarvan het eerste deel gelezen is" in said(
        stars(FILE, part), "machine-readable", "nl")  # fmt: skip


def test_texts_of_data_cannot_steer_a_screen() -> None:
    licence = '"gratis\\u001b[2J' + "x" * 500 + '"'
    found = stars(f"dcat:downloadURL <{URL}> ; dct:license {licence}")
    assert "\x1b" not in said(found, "licence")
    assert len(said(found, "licence")) < 400


# what is reported besides


@pytest.mark.parametrize(
    ("data", "label", "wanted"),
    [
        (real.CSV, f"dct:format <{EU}file-type/CSV>", True),
        (real.CSV, f"dct:format <{EU}file-type/CSV> ; dcat:mediaType <{IANA}text/turtle>", False),
        (real.CSV, f"dct:format <{EU}file-type/RDF_TURTLE>", False),
        (real.PDF, f"dcat:mediaType <{IANA}text/csv>", False),
        (real.CSV, 'dct:format "csv"', True), (real.CSV, "", None),
        (real.CSV, 'dct:format "iets"', None), (b"\0\1\2", f"dct:format <{EU}file-type/CSV>", None),
        (real.packed({"a.csv": real.CSV}), f"dct:format <{EU}file-type/CSV>", True),
        (real.packed({"a.csv": real.CSV}), f"dct:format <{EU}file-type/ZIP>", True),
        (real.packed({"a.pdf": real.PDF}), f"dct:format <{EU}file-type/CSV>", False),
        (real.GEOJSON, f"dct:format <{EU}file-type/JSON>", True),
        (real.rdf(ox.RdfFormat.N_TRIPLES), f"dct:format <{EU}file-type/RDF_TURTLE>", True),
        (real.TURTLE, f"dct:format <{EU}file-type/RDF_N_TRIPLES>", False),
        (b"<a><b/></a>", f"dct:format <{EU}file-type/GML>", False),
        (b"<a><b/></a>", f"dct:format <{EU}file-type/SDMX>", None),
        (real.CSV, f"dcat:mediaType <{IANA}application/octet-stream>", None),
    ],
)  # fmt: skip
def test_a_file_matches_its_label(data: bytes, label: str, wanted: bool | None) -> None:
    assert of_label(label, look(data=data))["formatMatch"] is wanted


def of_label(label: str, *looks: Look) -> Mapping[str, bool | None]:
    facts = f"{FILE} ; {label}" if label else FILE
    text = real.prefixes() + f"<d> a dcat:Dataset ; dcat:distribution <x> . <x> {facts} ."
    (found,) = records(quad[:3] for quad in parse(
        text.encode(), media.TURTLE, base="https://voorbeeld.test/", where="proef"))  # fmt: skip
    return reported(found.distributions[0][1], {one.url: one for one in looks}, KNOWN)


def test_whether_a_file_is_well_formed_is_told_of_what_was_read() -> None:
    assert of_label("", look(data=real.CSV))["syntaxValid"] is True
    assert of_label("", look(data=b'{"a": '))["syntaxValid"] is False
    assert of_label("")["syntaxValid"] is None
    assert of_label("", look(status=404))["syntaxValid"] is None
