"""The linter thing by thing from a spool on disk: the same as over all triples at once."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import bootstrap
from app.errors import InputError
from app.rdf import media
from app.rdf.io import parse
from app.rdf.namespaces import PREFIXES
from app.rdf.terms import Triple
from app.settings import Settings
from app.validation.closures import CancelledError
from app.validation.columnar.spool import Spool, Writer
from app.validation.lab import Lab, open_lab
from app.validation.labels import labels
from app.validation.profiles import Places
from app.validation.sources import Source, read
from app.validation.terms import RULES, TermFinding, check, check_spool, load_terms
from tests.conftest import LISTS, ROOT

BASE = "https://voorbeeld.test/"
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
TERMS = load_terms(ROOT / "vocab" / "termen")
LABEL = labels(ROOT / "vocab" / "extern", LISTS)
# every rule, by the example that fires and the near miss, which need more than one triple often
EXAMPLES = [turtle for rule in RULES for turtle in (rule.fires, rule.near_miss)]


def triples_of(seed: int) -> list[Triple]:
    """Return the examples of all rules on a few things, shuffled, some triples more than once."""
    rnd, found = random.Random(seed), list[Triple]()
    for number, turtle in enumerate(EXAMPLES):
        base = f"{BASE}{rnd.randrange(12)}/"
        text = (HEAD + turtle).encode()
        found += [quad[:3] for quad in parse(text, media.TURTLE, base=base, where=str(number))]
    found += rnd.choices(found, k=len(found))
    rnd.shuffle(found)
    return found


def spooled(folder: Path, triples: list[Triple]) -> tuple[list[TermFinding], list[Triple]]:
    writer = Writer(folder, (), ())
    writer.write(triples)
    writer.close(1_000)
    spool = Spool(folder, ())
    found, about, count = check_spool(spool, terms=TERMS, lists=LISTS, label=LABEL)
    spool.close()
    assert count == len(set(triples))
    return found, about


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_things_makes_no_difference(tmp_path: Path, seed: int) -> None:
    triples = triples_of(seed)
    expected = check(dict.fromkeys(triples), terms=TERMS, lists=LISTS, label=LABEL)
    found, about = spooled(tmp_path, triples)
    assert found == expected
    assert {finding.id for finding in found} >= {
        "namespace-mixed", "text-twice", "language-missing", "access-is-download",
        "personal-number",
    }  # fmt: skip
    told = {subject for finding in found for subject in finding.subjects}
    assert set(about) == {triple for triple in triples if triple[0] in told}


def test_the_first_things_are_those_of_the_data(tmp_path: Path) -> None:
    title, twice = f"<{PREFIXES['dct']}title>", f"<{PREFIXES['dcat']}keyword>"
    names = [f"<{BASE}{number * 7919 % 500}>" for number in range(500)]
    triples = [(name, title, f'"Wegen {name[-9:-1]}"') for name in names]
    # the second of each stands far from the first
    triples += [(name, twice, f'"{word}"@nl') for word in ("weg", "Weg") for name in names]
    for url, order in (("accessURL", names), ("downloadURL", names[::-1])):
        triples += [(name, f"<{PREFIXES['dcat']}{url}>", f"<{BASE}file>") for name in order]
    found = {finding.id: finding for finding in spooled(tmp_path, triples)[0]}
    assert set(found) == {"language-missing", "text-twice", "access-is-download"}
    for finding in found.values():
        assert (finding.count, finding.subjects) == (500, tuple(names[:5]))
    assert found["language-missing"].value == f"Wegen {names[0][-9:-1]}"


def test_nothing_in_nothing_out(tmp_path: Path) -> None:
    assert spooled(tmp_path, []) == ([], [])


@pytest.fixture(scope="module")
def lab() -> Lab:
    return open_lab(Places((ROOT / "shapes",), ROOT / "vocab", BASE))


def both(lab: Lab, text: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    source = Source(text.encode(), name, name=name, base=BASE)
    profiles = [lab.profile("dcat-ap-vl-3.0"), lab.profile("dcat-ap-3.0.1")]
    whole, _ = lab.check(source, profiles)
    parts, _ = replace(lab, large_bytes=0).check(source, profiles)
    return whole, parts


@pytest.mark.parametrize(("name", "graphs"), [("a.nt", 1), ("a.nq", 3)])
def test_a_large_source_has_the_same_slips_with_lines_and_labels(
    lab: Lab, name: str, graphs: int
) -> None:
    head = triples_of(1)
    names = {f"<{BASE}{n}/x>": f'"Ding {n}"@nl' for n in range(12)}
    head += [(subject, f"<{PREFIXES['skos']}prefLabel>", text) for subject, text in names.items()]
    lines = [f"{s} {p} {o}{f' <{BASE}g{n}>' if graphs > 1 else ''} .\n"
             for n in range(graphs) for s, p, o in head]  # fmt: skip
    whole, parts = both(lab, "".join(lines), name)
    assert parts["terms"] == whole["terms"]
    results = [result for finding in parts["terms"] for result in finding["results"]]
    assert all(result["line"] for result in results)
    assert {"Ding 1", "Ding 2"} <= {result["label"]["nl"] for result in results}
    assert parts["verdict"] == whole["verdict"]


def test_things_without_an_address_are_called_by_their_name_too(lab: Lab) -> None:
    text = HEAD + "".join(
        f"<d{n}> a dcat:Dataset ; dcat:contactPoint [ vcard:fn 'Dienst {n}' ; "
        "vcard:hasEmail 'info@stad.test' ] .\n" for n in range(9)
    )  # fmt: skip
    whole, parts = both(lab, text, "a.ttl")
    for source in (whole, parts):
        (mail,) = [finding for finding in source["terms"] if finding["id"] == "email-mailto"]
        assert mail["count"] == 9
        assert [result["label"]["nl"] for result in mail["results"]] == [
            f"Dienst {n} (contactpunt van d{n})" for n in range(5)
        ]


def test_without_known_terms_nobody_looked(lab: Lab) -> None:
    for found in both(replace(lab, terms=None), f"{HEAD}<x> dct:title 'a' .", "a.ttl"):
        assert found["terms"] is None


def test_looking_over_a_large_source_can_be_ended(lab: Lab) -> None:
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 2

    text = HEAD + "".join(f"<d{n}> a dcat:Dataset .\n" for n in range(9))
    stopped = replace(lab, large_bytes=0, cancelled=cancelled)
    with pytest.raises(CancelledError):
        stopped.check(Source(text.encode(), "a.ttl", name="a.ttl"))
    # at the third of nine things, long before the first chunk
    assert len(asked) == 3


def test_results_name_things_without_an_address_and_statements_count_once(lab: Lab) -> None:
    text = HEAD + "".join(
        f"<d{n}> a dcat:Dataset ; dct:publisher [ a foaf:Agent ; skos:prefLabel 'Dienst {n}' ] .\n"
        f"<d{n}> a dcat:Dataset .\n" for n in range(9)
    )  # fmt: skip
    whole, parts = both(lab, text, "a.ttl")
    for source in (whole, parts):
        labels = {result["label"]["nl"] for group in source["groups"] for result in group["results"]
                  if result["focus"].startswith("_:")}  # fmt: skip
        assert labels == {f"Dienst {n} (uitgever van d{n})" for n in range(9)}
    assert parts["triples"] == whole["triples"] == 9 * 4


def test_the_command_line_takes_more_text_than_the_service() -> None:
    source = Source(b"#" * 200_000_001, "x.nt", name="x.nt")
    own = bootstrap.lab(Settings(_env_file=None))
    theirs = open_lab(own.places)
    assert len(read(source, limits=own.limits).text) == len(source.data)
    with pytest.raises(InputError, match="200"):
        read(source, limits=theirs.limits)


def test_a_thing_without_an_address_is_named_after_what_leads_to_it_in_chunks_too(
    lab: Lab,
) -> None:
    turtle = HEAD + "".join(
        f'<{BASE}{n}> a dcat:Dataset ; dct:title "Set {n}"@nl ; dcat:contactPoint _:d{n} .\n'
        f"_:d{n} a vcard:Organization .\n"
        for n in range(3)
    )
    source = Source(turtle.encode(), "x.ttl", name="x.ttl")
    profiles = [lab.profile("dcat-ap-vl-3.0")]
    whole, _ = lab.check(source, profiles)
    parts, _ = replace(lab, large_bytes=0).check(source, profiles)
    assert labels_of(parts) == labels_of(whole)
    assert any("van Set 2)" in text for text in labels_of(whole))


def labels_of(source: dict[str, Any]) -> list[str]:
    return sorted(
        result["label"]["nl"] for group in source["groups"] for result in group["results"]
    )
