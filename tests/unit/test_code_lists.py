"""Our code lists: what they hold, against the stored official ones, and beside data in the lab."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from app.errors import ProjectError
from app.rdf import media
from app.rdf.io import parse
from app.rdf.namespaces import expand, term
from app.rdf.terms import is_literal, literal_of
from app.validation.engines import ENGINES, Default, validate
from app.validation.lab import Lab, open_lab
from app.validation.profiles import Places, named
from app.validation.report import ValidationReport
from app.validation.sources import Source
from app.vocabularies.lists import load_lists
from tests.conftest import BASE, LISTS, ROOT

FOLDER = ROOT / "vocab" / "lijsten"
EU = "http://publications.europa.eu/resource/authority/"
KINDS = {".rdf": media.RDF_XML, ".ttl": media.TURTLE, ".nt": media.N_TRIPLES}
# codes that the stored files lack, and where we know them from: index.csv says
LATER = {
    "access-right": {"RESTRICTED"},
    "frequency": {"AS_NEEDED", "HOURLY", "NEVER", "NOT_PLANNED", "OTHER", "QUADRENNIAL",
                  "QUINQUENNIAL", "DECENNIAL"},
}  # fmt: skip
STORED = {known.name: known for known in LISTS.by_scheme.values()}


def sources() -> dict[str, str]:
    lines = (FOLDER / "index.csv").read_text(encoding="utf-8").splitlines()[1:]
    rows = ((line.partition(",")[0], line.rpartition(",")[2].strip('"')) for line in lines)
    return {name: source.partition(";")[0] for name, source in rows if source[:9] == "codelists"}


@pytest.mark.parametrize("name", sorted(sources()))
def test_codes_and_labels_are_those_of_the_stored_list(name: str, shared: Path) -> None:
    path = shared / "standards" / sources()[name]
    known = STORED[name]
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for s, p, o, _ in parse(path.read_bytes(), KINDS[path.suffix], base="urn:x:", where=name):
        if p == term("skos:prefLabel") and known.covers(s[1:-1]) and is_literal(o):
            text = literal_of(o)
            if text.language in ("nl", "en", ""):
                labels[s[1:-1]][text.language or "nl"] = " ".join(text.text.split())
    for scheme in known.schemes:
        labels.pop(scheme, None)
    ours = {code.iri: dict(code.labels) for code in known.codes}
    later = {known.starts[0] + code for code in LATER.get(name, ())}
    assert labels
    assert {iri: texts for iri, texts in ours.items() if iri not in later} == {
        iri: texts for iri, texts in labels.items() if iri not in later
    }
    assert later <= ours.keys()


def test_the_lists_that_profiles_name_are_in_the_index() -> None:
    asked = set()
    for path in (ROOT / "shapes").glob("*.ttl"):
        quads = list(parse(path.read_bytes(), media.TURTLE, base=BASE, where=path.name))
        paths = {s for s, p, o, _ in quads if (p, o) == (term("sh:path"), term("skos:inScheme"))}
        asked |= {o[1:-1] for s, p, o, _ in quads if s in paths and p == term("sh:hasValue")}
    own = {iri for iri in asked if iri.startswith(BASE)}
    assert len(asked - own) > 20
    assert asked - own <= LISTS.by_scheme.keys()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("index.csv", "list,schemes\n"),
        ("statuut.csv", "iri,notation,label_nl,label_en,retired\nhttps://x.test/A,A,a,a,\n"),
        ("statuut.csv", "iri,notation,label_nl,label_en,retired\nx\n"),
        ("statuut.csv", (FOLDER / "statuut.csv").read_text(encoding="utf-8") * 2),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, file: str, text: str) -> None:
    folder = tmp_path / "lijsten"
    shutil.copytree(FOLDER, folder)
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=file.partition(".")[0]):
        load_lists(folder)


# ---- beside the data

HEAD = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix eu: <{EU}> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://x.test/> .
"""
# who is a concept has a label; a value is a concept of a list
SHAPES = f"""
ex:concept a sh:NodeShape ; sh:targetClass skos:Concept ; sh:property ex:label .
ex:label sh:path skos:prefLabel ; sh:minCount 1 .
ex:thing a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property ex:often, ex:where .
ex:often sh:path dct:accrualPeriodicity ; sh:class skos:Concept ; sh:node [
  sh:property [ sh:path skos:inScheme ; sh:hasValue <{EU}frequency> ] ] .
ex:where sh:path dct:spatial ; sh:or ( [ sh:node [ sh:property [
  sh:path skos:inScheme ; sh:hasValue <{EU}place> ] ] ] [ sh:pattern "^https://x.test/" ] ) .
"""


def triples(turtle: str) -> list[tuple[str, str, str]]:
    text = (HEAD + turtle).encode()
    return [quad[:3] for quad in parse(text, media.TURTLE, base=BASE, where="test")]


def checked(engine: str, turtle: str, shapes: str = SHAPES) -> ValidationReport:
    quads = [(*triple, "") for triple in triples(shapes)]
    return validate(triples(turtle), [named("own", quads)], ENGINES[engine](), LISTS)


def found(report: ValidationReport) -> set[tuple[str, str]]:
    return {(r.focus.rpartition("/")[2][:-1], r.path.rpartition("/")[2]) for r in report.results}


DATA = f"""
ex:right a dcat:Dataset ; dct:accrualPeriodicity <{EU}frequency/ANNUAL> .
ex:text a dcat:Dataset ; dct:accrualPeriodicity "jaarlijks" .
ex:other a dcat:Dataset ; dct:accrualPeriodicity <http://purl.org/cld/freq/annual> .
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_code_is_known_without_the_data_saying_so(engine: str) -> None:
    report = checked(engine, DATA)
    assert found(report) == {("text", "accrualPeriodicity"), ("other", "accrualPeriodicity")}
    assert report.complete


@pytest.mark.parametrize("engine", ENGINES)
def test_a_code_that_the_data_describe_is_judged_by_what_they_say(engine: str) -> None:
    """As a concept it lacks a label; as something else nothing is asked of it."""
    code = f"<{EU}frequency/ANNUAL>"
    assert found(checked(engine, DATA + f"{code} a dct:Frequency .")) == found(
        checked(engine, DATA)
    )
    report = checked(engine, DATA + f"{code} a skos:Concept .")
    assert ("ANNUAL", "core#prefLabel") in found(report)
    assert not [r for r in report.results if r.focus == "<https://x.test/right>"]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_only_a_list_that_is_not_held_can_tell_is_not_checked(engine: str) -> None:
    data = f"""
    ex:a a dcat:Dataset ; dct:spatial <{EU}place/BEL_GNT> .
    ex:b a dcat:Dataset ; dct:spatial <{EU}place/BEL_ANR> .
    ex:c a dcat:Dataset ; dct:spatial <https://elders.test/gent> , "Gent" .
    ex:d a dcat:Dataset ; dct:accrualPeriodicity <{EU}frequency/SOMETIMES> .
    ex:e a dcat:Dataset ; dct:spatial <https://x.test/gent> .
    """
    report = checked(engine, data)
    # sh:class does not ask for a list: what is no concept stays none
    assert found(report) == {("c", "spatial"), ("d", "accrualPeriodicity")}
    assert {r.component for r in report.results if r.focus.endswith("/d>")} == {
        expand("sh:ClassConstraintComponent")
    }
    gaps = {(gap.code, gap.shape.rpartition("/")[2]): gap.reason for gap in report.unchecked}
    assert gaps.keys() == {("list-not-held", "where"), ("list-not-held", "often")}
    assert gaps["list-not-held", "where"]["en"].startswith("2 values not checked")
    assert "plaatsen" in gaps["list-not-held", "where"]["nl"]
    assert "http" not in str(gaps)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_list_of_ones_own_is_held_by_the_data_or_not_checked(engine: str) -> None:
    shapes = SHAPES.replace(f"{EU}frequency", "https://x.test/lijst")
    data = "ex:a a dcat:Dataset ; dct:accrualPeriodicity ex:soms . ex:soms a skos:Concept ;"
    data += ' skos:prefLabel "soms" .'
    report = checked(engine, data, shapes)
    assert not report.results
    assert [gap.code for gap in report.unchecked] == ["list-not-held"]
    held = 'ex:vaak a skos:Concept ; skos:prefLabel "vaak" ; skos:inScheme ex:lijst .'
    report = checked(engine, data + held, shapes)
    assert found(report) == {("a", "accrualPeriodicity")}
    assert report.complete


# ---- in the lab


def lab(**more: Any) -> Lab:
    places = Places((ROOT / "shapes",), ROOT / "vocab", BASE)
    return open_lab(places, Default(), **more)


def told(text: str, **more: Any) -> dict[str, Any]:
    opened = lab()
    source = Source((HEAD + text).encode(), "test.ttl")
    model, _ = opened.check(source, [opened.profile("dcat-ap-3.0.1")])
    return model


SLIPS = f"""
ex:d a dcat:Distribution ; dct:format <{EU}file-type/CSB> ;
  <http://www.w3.org/ns/adms#status> <{EU}distribution-status/COMPLETE> ;
  dct:language "nederlands" .
ex:o a <http://xmlns.com/foaf/0.1/Agent> ;
  <http://www.w3.org/ns/regorg#orgType> <http://vocab.belgif.be/auth/cbe-org2003/022> .
"""


def test_the_lab_names_the_nearest_code_and_what_was_not_checked() -> None:
    model = told(SLIPS)
    said = {
        result["value"]: result["found"]["nl"]
        for group in model["groups"]
        for result in group["results"]
        if result["value"] and group["component"] == "NodeConstraintComponent"
    }
    assert said['"nederlands"'].endswith("Nederlands (NLD)")
    assert said[f"<{EU}distribution-status/COMPLETE>"].endswith("voltooid (COMPLETED)")
    assert f"<{EU}file-type/CSB>" not in said
    gap = next(gap for gap in model["unchecked"] if gap["code"] == "list-not-held")
    assert gap["reason"]["en"].endswith("The first is CSB.")
    assert "code-retired" in {slip["id"] for slip in model["terms"]}


def test_a_code_is_told_by_its_label() -> None:
    text = f"ex:d a dcat:Distribution ; dct:format <{EU}frequency/ANNUAL> ."
    said = [r["found"]["en"] for g in told(text)["groups"] for r in g["results"] if r["value"]]
    assert said == ["annual"]


def test_a_large_source_gives_the_same(tmp_path: Path) -> None:
    opened = lab()
    chunked = Lab(opened.places, opened.engine, opened.label, opened.lists, large_bytes=10)
    profile = [opened.profile("dcat-ap-3.0.1")]
    code = f"<{EU}distribution-status/COMPLETED>"
    text = SLIPS + f"{code} a skos:Concept . ex:f <http://www.w3.org/ns/adms#status> {code} ."
    source = Source((HEAD + text).encode(), "test.ttl")
    small, large = (each.check(source, profile)[0] for each in (opened, chunked))
    small["terms"] = None
    assert small == large
    assert code in {r["focus"] for group in small["groups"] for r in group["results"]}


def test_what_people_write_for_a_code_is_that_code(tmp_path: Path) -> None:
    folder = ROOT / "vocab" / "lijsten"
    found = load_lists(folder).codes
    dutch = "http://publications.europa.eu/resource/authority/language/NLD"
    assert found[f"<{dutch}>"][0].also == ("nl",)
    for file in ("index.csv", "language.csv"):
        (tmp_path / file).write_bytes((folder / file).read_bytes())
    (tmp_path / "aliassen.csv").write_text("list,notation,also\nlanguage,XYZ,x\n", "utf-8")
    with pytest.raises(ProjectError, match=r"no code .*XYZ"):
        load_lists(tmp_path)
