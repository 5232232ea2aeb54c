"""The 23 indicators of MQA, each passed, failed and at its edge; the score of a dataset."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from app.bootstrap import bundled, known_quality, known_terms
from app.quality.card import card
from app.quality.evidence import Look
from app.quality.indicators import DIMENSIONS, HIGHEST, INDICATORS, Outcome, Range, rating
from app.quality.mqa import Evidence, Score, score, scores
from app.quality.records import records
from app.quality.scoring import scored
from app.quality.tasks import tasks
from app.rdf import media
from app.rdf.io import parse, write
from app.rdf.namespaces import PREFIXES
from app.rdf.terms import Triple
from app.rdf.turtle import Prefixes
from app.validation.report import Result, Unchecked, ValidationReport
from app.vocabularies.tables import rows

KNOWN, TERMS = known_quality(), known_terms()
EU = "http://publications.europa.eu/resource/authority/"
IANA = "http://www.iana.org/assignments/media-types/"
DATASET, FILE = "<https://voorbeeld.test/dataset>", "<https://voorbeeld.test/bestand>"
CSV, TEXT_CSV, CC0 = f"<{EU}file-type/CSV>", f"<{IANA}text/csv>", f"<{EU}licence/CC0>"
_HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
WORKED = f"""
<dataset> a dcat:Dataset ; dct:title "Proef"@nl ;
  dct:description "Een proef."@nl ; dcat:keyword "proef"@nl ;
  dcat:theme <{EU}data-theme/TRAN> ; dct:spatial <{EU}country/BEL> ; dct:publisher <uitgever> ;
  dcat:contactPoint [ a vcard:Kind ; vcard:hasEmail <mailto:data@voorbeeld.test> ] ;
  dct:accessRights <{EU}access-right/PUBLIC> ; dct:issued "2024-01-01"^^xsd:date ;
  dct:modified "2024-02-01"^^xsd:date ; dcat:distribution <bestand> .
<bestand> a dcat:Distribution ; dcat:accessURL <https://voorbeeld.test/pagina> ;
  dcat:downloadURL <https://voorbeeld.test/bestand.csv> ; dct:format {CSV} ;
  dcat:mediaType {TEXT_CSV} ; dct:license {CC0} ;
  dcat:byteSize "10"^^xsd:nonNegativeInteger .
<uitgever> a foaf:Agent ; foaf:name "Stad"@nl .
"""
ANSWERS = {"https://voorbeeld.test/pagina": 200, "https://voorbeeld.test/bestand.csv": 200}
CLEAN: Mapping[str, Outcome] = {DATASET: True}


def triples_of(turtle: str) -> list[Triple]:
    text = (_HEAD + turtle).encode()
    quads = parse(text, media.TURTLE, base="https://voorbeeld.test/", where="proef")
    return [quad[:3] for quad in quads]


def scored_one(
    turtle: str,
    statuses: Mapping[str, int] | None = None,
    conforms: Mapping[str, Outcome] | None = None,
) -> Score:
    (found,) = records(triples_of(turtle))
    return score(found, KNOWN, Evidence(statuses or {}, conforms or {}))


def of_dataset(*facts: str) -> Score:
    said = "".join(f" ; {fact}" for fact in facts)
    return scored_one(f"<dataset> a dcat:Dataset{said} .")


def of_file(*facts: str, statuses: Mapping[str, int] | None = None) -> Score:
    said = "".join(f" ; {fact}" for fact in facts)
    return scored_one(
        f"<dataset> a dcat:Dataset ; dcat:distribution <bestand> . "
        f"<bestand> a dcat:Distribution{said} .",
        statuses,
    )


def test_the_table_adds_up_to_405_points() -> None:
    totals = {
        name: sum(one.points for one in INDICATORS if one.dimension == name) for name in DIMENSIONS
    }
    assert (len(INDICATORS), HIGHEST) == (23, 405)
    assert list(totals.values()) == [100, 100, 110, 75, 20]


def test_the_worked_example_gives_380() -> None:
    found = scored_one(WORKED, ANSWERS, CLEAN)
    assert found.points == Range(380, 380)
    assert [found.dimensions[name].sure for name in DIMENSIONS] == [80, 100, 110, 75, 15]
    assert rating(found.points.sure) == "excellent"


def test_without_looking_at_links_and_rules_the_score_is_a_range() -> None:
    assert scored_one(WORKED).points == Range(270, 380)


def test_the_classes_include_their_lowest_and_the_highest_number() -> None:
    points = (405, 351, 350, 221, 220, 121, 120, 0)
    assert [rating(number) for number in points] == [
        "excellent", "excellent", "good", "good", "sufficient", "sufficient", "bad", "bad",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "property_"),
    [
        ("keywordAvailability", "dcat:keyword"),
        ("categoryAvailability", "dcat:theme"),
        ("spatialAvailability", "dct:spatial"),
        ("temporalAvailability", "dct:temporal"),
        ("accessRightsAvailability", "dct:accessRights"),
        ("contactPointAvailability", "dcat:contactPoint"),
        ("publisherAvailability", "dct:publisher"),
    ],
)
def test_properties_of_the_dataset(name: str, property_: str) -> None:
    assert of_dataset(f"{property_} <x>").outcomes[name] is True
    assert of_dataset().outcomes[name] is False
    assert of_dataset(f'{property_} "", "tekst"').outcomes[name] is True
    assert of_file(f"{property_} <x>").outcomes[name] is False, "on the wrong thing"


@pytest.mark.parametrize(
    ("name", "property_"),
    [
        ("downloadUrlAvailability", "dcat:downloadURL"),
        ("formatAvailability", "dct:format"),
        ("mediaTypeAvailability", "dcat:mediaType"),
        ("licenceAvailability", "dct:license"),
        ("rightsAvailability", "dct:rights"),
        ("byteSizeAvailability", "dcat:byteSize"),
    ],
)
def test_properties_of_the_distribution(name: str, property_: str) -> None:
    assert of_file(f"{property_} <x>").outcomes[name] is True
    assert of_file().outcomes[name] is False
    assert of_file(f"{property_} [ a rdfs:Resource ]").outcomes[name] is True
    assert of_dataset(f"{property_} <x>").outcomes[name] is False, "on the wrong thing"


@pytest.mark.parametrize(
    ("name", "property_"),
    [("dateIssuedAvailability", "dct:issued"), ("dateModifiedAvailability", "dct:modified")],
)
def test_dates_of_the_distribution_else_of_the_dataset_count_once(
    name: str, property_: str
) -> None:
    both = f"{property_} '2024'"
    assert of_file(both).points == of_dataset(both).points == Range(5, 35)
    assert of_file().outcomes[name] is False
    twice = scored_one(
        f"<dataset> a dcat:Dataset ; {both} ; dcat:distribution <bestand> . <bestand> {both} ."
    )
    assert twice.points == Range(5, 35)


@pytest.mark.parametrize(
    ("name", "property_"),
    [
        ("accessUrlStatusCode", "dcat:accessURL"),
        ("downloadUrlStatusCode", "dcat:downloadURL"),
    ],
)
def test_links_answer(name: str, property_: str) -> None:
    def outcome(fact: str, statuses: Mapping[str, int]) -> Outcome:
        return of_file(f"{property_} {fact}", statuses=statuses).outcomes[name]

    one, two = "https://voorbeeld.test/1", "https://voorbeeld.test/2"
    for status, expected in (
        (200, True), (204, True), (299, True), (199, False), (300, False), (301, False),
        (404, False), (405, False), (500, False), (0, False),
    ):  # fmt: skip
        assert outcome(f"<{one}>", {one: status}) is expected, status
    assert outcome(f"<{one}>", {}) is None, "not asked"
    assert outcome(f"<{one}>, <{two}>", {one: 404, two: 200}) is True, "the best answer counts"
    assert outcome(f"<{one}>, <{two}>", {one: 404}) is None
    assert outcome("<ftp://voorbeeld.test/1>", {}) is False
    assert outcome(f'"{one}"^^xsd:anyURI', {one: 200}) is True
    assert outcome('"zie de website"', {}) is False
    assert of_file().outcomes[name] is False


@pytest.mark.parametrize(
    ("facts", "aligned", "machine", "free"),
    [
        ((f"dct:format {CSV}", f"dcat:mediaType {TEXT_CSV}"), True, True, True),
        ((f"dct:format {CSV}", "dcat:mediaType <https://www.iana.org/assignments/media-types/"
          "text/csv>"), True, True, True),
        ((f"dct:format {CSV}",), False, True, True),
        ((f"dcat:mediaType {TEXT_CSV}",), False, True, True),
        ((), False, False, False),
        (('dct:format "CSV"', 'dcat:mediaType "text/csv"'), None, None, None),
        (('dct:format ".csv"', f"dcat:mediaType {TEXT_CSV}"), None, True, True),
        ((f"dct:format <{EU.replace('http:', 'https:')}file-type/CSV>",
          f"dcat:mediaType {TEXT_CSV}"), None, True, True),
        ((f"dct:format {CSV}", 'dcat:mediaType "csv"'), False, True, True),
        (('dct:format "bestand"', f"dcat:mediaType {TEXT_CSV}"), False, True, True),
        ((f"dct:format <{EU}file-type/XLSX>",), False, True, False),
        ((f"dct:format <{EU}file-type/PDF>",), False, False, True),
        ((f"dct:format <{EU}file-type/DOC>",), False, False, False),
        (('dct:format "Word DOC"',), False, False, False),
        ((f"dct:format <{EU}file-type/ZIP>", f"dcat:mediaType {TEXT_CSV}"), True, True, True),
        ((f"dct:format <{EU}file-type/NIEUW>", f"dcat:mediaType <{IANA}application/nieuw>"),
         None, None, None),
        ((f"dct:format {CSV}", f"dcat:mediaType <{IANA}application/x-shapefile>"),
         False, True, True),
        ((f"dct:format {CSV}, 'CSV'", f"dcat:mediaType {TEXT_CSV}"), None, True, True),
        (("dct:format [ rdfs:label 'CSV' ]",), False, False, False),
    ],
)  # fmt: skip
def test_formats(facts: Sequence[str], aligned: Outcome, machine: Outcome, free: Outcome) -> None:
    outcomes = of_file(*facts).outcomes
    assert outcomes["formatMediaTypeVocabularyAlignment"] is aligned
    assert outcomes["formatMediaTypeMachineInterpretable"] is machine
    assert outcomes["formatMediaTypeNonProprietary"] is free


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (CC0, True),
        (f"<{EU}licence/NIEUW_1_0>", None),
        ("<https://creativecommons.org/publicdomain/zero/1.0/>", None),
        ('"CC0"', None),
        ("<https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0>", False),
        ('"eigen licentie"', False),
        ("[ a dct:LicenseDocument ]", False),
    ],
)
def test_known_licence(value: str, expected: Outcome) -> None:
    outcomes = of_file(f"dct:license {value}").outcomes
    assert outcomes["knownLicence"] is expected
    assert outcomes["licenceAvailability"] is True
    assert of_file().outcomes["knownLicence"] is False


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"<{EU}access-right/PUBLIC>", True),
        (f"<{EU}access-right/NON_PUBLIC>", True),
        (f"<{EU}access-right/NIEUW>", None),
        (f"<{EU.replace('http:', 'https:')}access-right/PUBLIC>", None),
        ('"publiek"', False),
        (f"<{EU}licence/CC0>", False),
    ],
)
def test_access_rights_from_the_list(value: str, expected: Outcome) -> None:
    name = "accessRightsVocabularyAlignment"
    assert of_dataset(f"dct:accessRights {value}").outcomes[name] is expected
    assert of_dataset().outcomes[name] is False


def _report(*foci: str, severity: str = "Violation", gaps: int = 0) -> ValidationReport:
    return ValidationReport(
        ("dcat-ap",),
        tuple(Result(focus, "", "", "urn:s", "urn:c", severity, {}) for focus in foci),
        tuple(Unchecked("dcat-ap", "", "gap", {}) for _ in range(gaps)),
    )


def test_compliance_is_that_of_the_dataset_and_what_it_leads_to() -> None:
    turtle = """
    <catalogus> a dcat:Catalog ; dcat:dataset <een>, <twee> ; dct:publisher <uitgever> .
    <een> a dcat:Dataset ; dcat:distribution <bestand> ; dct:publisher <uitgever> ;
      dct:relation <twee> .
    <bestand> a dcat:Distribution ; dct:license <licentie> . <licentie> a dct:LicenseDocument .
    <twee> a dcat:Dataset ; dct:publisher <uitgever> .
    """

    def outcomes(report: ValidationReport | None) -> list[Outcome]:
        found = scored(triples_of(turtle), KNOWN, TERMS, report=report)
        return [one.score.outcomes["dcatApCompliance"] for one in found]

    at = "<https://voorbeeld.test/{}>".format
    assert outcomes(_report()) == [True, True]
    assert outcomes(_report(at("licentie"))) == [False, True]
    assert outcomes(_report(at("twee"))) == [True, False], "not that of a related dataset"
    assert outcomes(_report(at("uitgever"))) == [False, False]
    assert outcomes(_report(at("catalogus"))) == [True, True], "the catalog's own"
    assert outcomes(_report(at("een"), severity="Warning")) == [True, True]
    assert outcomes(_report(at("een"), gaps=1)) == [False, None], "a gap is never a pass"
    assert outcomes(None) == [None, None]


def test_only_the_best_distribution_counts() -> None:
    found = scored_one(f"""<dataset> a dcat:Dataset ; dcat:distribution <arm>, <rijk> .
    <rijk> dct:format {CSV} ; dct:license {CC0} . <arm> dcat:byteSize "1" .""")
    assert found.distribution == "<https://voorbeeld.test/rijk>"
    assert found.points == Range(20 + 20 + 20 + 20 + 10, 120)
    assert found.outcomes["byteSizeAvailability"] is False


def test_a_distribution_that_may_overtake_widens_the_range() -> None:
    turtle = f"""<dataset> a dcat:Dataset ; dct:issued "2024" ; dcat:distribution <een>, <twee> .
    <een> dct:format {CSV} . <twee> dcat:downloadURL <https://voorbeeld.test/2> ;
      dcat:accessURL <https://voorbeeld.test/1> ; dct:issued "2024" ."""
    asked = {"https://voorbeeld.test/1": 200, "https://voorbeeld.test/2": 200}
    low, high = scored_one(turtle).points.sure, scored_one(turtle).points.possible
    for statuses in (asked, dict.fromkeys(asked, 404), {**asked, "https://voorbeeld.test/1": 0}):
        points = scored_one(turtle, statuses).points
        assert low <= points.sure <= points.possible <= high
    assert (low, high) == (60, 105 + 30)
    assert scored_one(turtle, asked).points == Range(105, 135)


def test_without_a_distribution_only_the_dataset_counts() -> None:
    found = of_dataset('dcat:keyword "x"', 'dct:issued "2024"')
    assert (found.distribution, found.points) == ("", Range(35, 65))
    assert "distribution" in {task.kind.key for task in tasks(found, KNOWN)}


def test_odd_distributions_do_no_harm() -> None:
    text = scored_one('<dataset> a dcat:Dataset ; dcat:distribution "bestand.csv" .')
    assert (text.distribution, text.points.sure) == ("", 0)
    bare = scored_one("<dataset> a dcat:Dataset ; dcat:distribution <nergens>, <dataset> .")
    assert bare.points.sure == 0
    assert records(triples_of("<c> a dcat:Catalog, dcat:Dataset . <d> dct:title 'x' .")) == []


def test_order_node_names_and_serialisation_do_not_matter() -> None:
    chance = random.Random(7)
    turtle = (
        WORKED.replace("<bestand>", "_:b").replace("_:b .", "_:b, _:c, _:d .", 1)
        + f"""
    _:c dct:format "CSV" ; dcat:accessURL <https://voorbeeld.test/1> ; dct:license "CC0" .
    _:d dct:format {CSV} ; dct:license {CC0} ; dct:modified "2024" .
    <ander> a dcat:Dataset ; dcat:distribution _:e, _:f .
    _:e dct:format {CSV} . _:f dct:license {CC0} ; dcat:byteSize "1" ; dct:rights "x" ;
      dcat:downloadURL <https://voorbeeld.test/2> ."""
    )
    triples = triples_of(turtle)
    want = _told(triples)
    for _ in range(100):
        names: dict[str, str] = {}
        for triple in triples:
            for node in triple:
                if node.startswith("_:"):
                    names.setdefault(node, f"_:n{chance.getrandbits(60)}")
        mixed = [(names.get(s, s), p, names.get(o, o)) for s, p, o in triples]
        chance.shuffle(mixed)
        assert _told(mixed) == want
    prefixes = Prefixes(dict(PREFIXES))
    for syntax in (media.TURTLE, media.JSON_LD, media.RDF_XML, media.N_TRIPLES, media.TRIG):
        body = write([(*triple, "") for triple in triples], syntax, prefixes)
        again = parse(body, syntax, base="https://voorbeeld.test/", where="proef")
        assert _told([quad[:3] for quad in again]) == want, syntax.name


def _told(triples: Sequence[Triple]) -> list[object]:
    found = scores(records(triples), KNOWN, Evidence({"https://voorbeeld.test/pagina": 200}))
    return [
        (one.record.term, one.points, dict(one.dimensions), sorted(one.outcomes.items()),
         [(t.kind.key, t.points, t.doubtful, t.example) for t in tasks(one, KNOWN)])
        for one in found
    ]  # fmt: skip


def test_the_lists_are_whole() -> None:
    folder = bundled() / "vocab"
    listed = {
        row["file_type"] for row in rows(folder / "kwaliteit" / "bestandstypes.csv",
                                         ["file_type", "machine_readable", "non_proprietary"])
    }  # fmt: skip
    held = {
        row["notation"] for row in rows(folder / "lijsten" / "file-type.csv",
                                        ["iri", "notation", "label_nl", "label_en", "retired"])
    }  # fmt: skip
    types = list(rows(folder / "kwaliteit" / "mediatypes.csv",
                      ["media_type", "registered", "file_type"]))  # fmt: skip
    assert held <= listed
    assert {row["file_type"] for row in types} - {""} <= listed
    assert len({row["media_type"] for row in types}) == len(types)


def look(url: str, head: int | None, status: int | None = None, reason: str = "") -> Look:
    return Look(url, "2026-11-22T10:00:00Z", head=head, status=status, reason=reason)


PAGE, FILE_URL = "https://voorbeeld.test/pagina", "https://voorbeeld.test/bestand.csv"


def test_looks_make_points_sure_and_are_told_with_the_dataset() -> None:
    looks = {PAGE: look(PAGE, 200), FILE_URL: look(FILE_URL, 200, 200)}
    (one,) = scored(triples_of(WORKED), KNOWN, TERMS, looks=looks, report=ValidationReport(()))
    assert one.score.points == Range(380, 380)
    assert [(link.property, link.look.url) for link in one.links] == [
        ("dcat:accessURL", PAGE), ("dcat:downloadURL", FILE_URL),
    ]  # fmt: skip
    told = card("proef", [one])
    assert told["evidence"] == {
        "basis": "links", "addresses": 2, "answered": 2, "own": 0, "unreached": 0,
        "since": "2026-11-22T10:00:00Z", "until": "2026-11-22T10:00:00Z",
    }  # fmt: skip
    assert told["datasets"][0]["links"][1]["status"] == 200


def test_a_portal_may_subtract_for_a_missing_format() -> None:
    start = "<dataset> a dcat:Dataset"
    without = f"{start} ; dcat:distribution <bestand> . <bestand> a dcat:Distribution"
    (bare,) = records(triples_of(f"{without} ; dct:license {CC0} ."))
    (stated,) = records(triples_of(f"{without} ; dct:license {CC0} ; dct:format {CSV} ."))
    (none,) = records(triples_of(f"{start} ."))
    for record, lost in ((bare, 10), (stated, 5), (none, 0)):
        plain = score(record, KNOWN, Evidence())
        strict = score(record, KNOWN, Evidence(penalty=5))
        assert plain.points.sure - strict.points.sure == lost
        assert sum(r.sure for r in strict.dimensions.values()) == strict.points.sure
        assert sum(task.points for task in tasks(strict, KNOWN)) == (
            HIGHEST - strict.points.possible
        )
