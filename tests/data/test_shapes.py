"""The shapes in shapes/: complete in their examples, and the same in both engines.

Every `shapes/<profile>.ttl` has a folder `tests/data/shapes/<profile>/` with

- `conform.ttl`: a small graph that gives no result at all, not even a warning;
- `violations.toml`: for every constraint a patch on `conform.ttl` that violates it.

An `[[example]]` names the property shape (`shape`), the constraint component (`component`) and the
focus node (`focus`); `remove` and `add` are Turtle with the prefixes of `conform.ttl`; `also` lists
what the same patch violates besides. The results have to be exactly these, in both engines.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import shifty
from rdflib import RDF, SH, Graph, URIRef

from app.rdf import media
from app.rdf.io import parse as parse_terms
from app.rdf.namespaces import term as rdf
from app.validation.beside import Beside
from tests.conftest import LISTS

BASE = "https://voorbeeld.test/"
ROOT = Path(__file__).resolve().parents[2]
SHAPES = ROOT / "shapes"
EXAMPLES = ROOT / "tests" / "data" / "shapes"
SHARED = Path(os.environ.get("VIJFSTER_SHARED", ROOT.parent / "shared"))
OFFICIAL = SHARED / "standards" / "shacl" / "dcat-ap-3.0.1"
PROFILES = sorted(path.stem for path in SHAPES.glob("*.ttl"))

# The terms of SHACL core that a shapes file here may use. Not listed, so refused: SPARQL, rules,
# sh:flags and what neither engine knows (such as sh:shape in the official DCAT-AP file).
CONSTRAINTS = {
    "minCount": "MinCountConstraintComponent",
    "maxCount": "MaxCountConstraintComponent",
    "nodeKind": "NodeKindConstraintComponent",
    "datatype": "DatatypeConstraintComponent",
    "class": "ClassConstraintComponent",
    "in": "InConstraintComponent",
    "hasValue": "HasValueConstraintComponent",
    "pattern": "PatternConstraintComponent",
    "minLength": "MinLengthConstraintComponent",
    "maxLength": "MaxLengthConstraintComponent",
    "minInclusive": "MinInclusiveConstraintComponent",
    "maxInclusive": "MaxInclusiveConstraintComponent",
    "minExclusive": "MinExclusiveConstraintComponent",
    "maxExclusive": "MaxExclusiveConstraintComponent",
    "languageIn": "LanguageInConstraintComponent",
    "uniqueLang": "UniqueLangConstraintComponent",
    "equals": "EqualsConstraintComponent",
    "disjoint": "DisjointConstraintComponent",
    "lessThan": "LessThanConstraintComponent",
    "lessThanOrEquals": "LessThanOrEqualsConstraintComponent",
    "node": "NodeConstraintComponent",
    "and": "AndConstraintComponent",
    "or": "OrConstraintComponent",
    "not": "NotConstraintComponent",
    "xone": "XoneConstraintComponent",
    "qualifiedMinCount": "QualifiedMinCountConstraintComponent",
    "qualifiedMaxCount": "QualifiedMaxCountConstraintComponent",
}
COUNTS = (
    "minCount",
    "maxCount",
    "qualifiedMinCount",
    "qualifiedMaxCount",
    "minLength",
    "maxLength",
)

# Source shape, constraint component, focus node (the latter as N-Triples).
Finding: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True)
class Example:
    """One patch on conform.ttl and what it must give."""

    profile: str
    number: int
    shape: str
    component: str
    focus: str
    remove: str
    add: str
    also: tuple[Finding, ...]

    @property
    def finding(self) -> Finding:
        return (shape_iri(self.profile, self.shape), self.component, term(self.focus))

    @property
    def expected(self) -> list[Finding]:
        return sorted([self.finding, *self.also])


def shape_iri(profile: str, name: str) -> str:
    return f"{BASE}id/profiel/{profile}/{name}"


def term(text: str) -> str:
    """A focus node as written in violations.toml: a literal in quotes, or an IRI."""
    if text.startswith('"'):
        return text
    return f"<{text if ':' in text.split('/')[0] else BASE + text}>"


def parse(text: bytes) -> list[ox.Triple]:
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=BASE)
    return [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads]


def ntriples(triples: set[ox.Triple]) -> bytes:
    return ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.N_TRIPLES) or b""


@cache
def shapes_nt(profile: str) -> bytes:
    return ntriples(set(parse((SHAPES / f"{profile}.ttl").read_bytes())))


@cache
def shapes_graph(profile: str) -> Graph:
    return Graph().parse(data=shapes_nt(profile), format="nt")


@cache
def prepared(profile: str) -> shifty.PreparedValidator:
    validator = shifty.PreparedValidator(shapes_nt(profile))
    assert not validator.diagnostics
    return validator


@cache
def conform(profile: str) -> tuple[str, frozenset[ox.Triple]]:
    """The prefix lines and the triples of a profile's conforming graph."""
    text = (EXAMPLES / profile / "conform.ttl").read_text(encoding="utf-8")
    prefixes = "".join(f"{line}\n" for line in text.splitlines() if line.startswith("@prefix"))
    return prefixes, frozenset(parse(text.encode()))


def patched(profile: str, remove: str, add: str) -> bytes:
    prefixes, triples = conform(profile)
    gone = set(parse((prefixes + remove).encode()))
    assert gone <= triples, f"not in conform.ttl: {gone - triples}"
    return ntriples((set(triples) - gone) | set(parse((prefixes + add).encode())))


def findings(report: Graph) -> list[Finding]:
    rows = []
    # not those in a sh:detail, which explain another one
    for result in report.objects(None, SH.result):
        component = str(report.value(result, SH.sourceConstraintComponent))
        focus = report.value(result, SH.focusNode)
        assert focus is not None
        shape = str(report.value(result, SH.sourceShape))
        rows.append((shape, component.removeprefix(str(SH)), focus.n3()))
    return sorted(rows)


def with_lists(data: bytes) -> tuple[bytes, set[str]]:
    """The data with what the code lists say beside them, and the codes that became a concept."""
    triples = [quad[:3] for quad in parse_terms(data, media.N_TRIPLES, base="", where="data")]
    seen = list(Beside(LISTS).watch(triples))
    concepts = {subject for subject, *_ in set(seen) - set(triples)}
    concepts -= {s for s, p, o in triples if (p, o) == (rdf("rdf:type"), rdf("skos:Concept"))}
    return "".join(f"{s} {p} {o} .\n" for s, p, o in seen).encode(), concepts


def run_shifty(profile: str, data: bytes) -> list[Finding]:
    data, codes = with_lists(data)
    _, report, _ = prepared(profile).validate(
        data, graph_mode="data", infer=False, on_unsupported="error"
    )
    return [finding for finding in findings(report) if finding[2] not in codes]


def run_pyshacl(profile: str, data: bytes) -> list[Finding]:
    data, codes = with_lists(data)
    graph = Graph().parse(data=data, format="nt")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes_graph(profile), inference="none")
    assert isinstance(report, Graph)
    return [finding for finding in findings(report) if finding[2] not in codes]


@cache
def examples(profile: str) -> tuple[Example, ...]:
    path = EXAMPLES / profile / "violations.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["example"] if path.exists() else []
    return tuple(
        Example(
            profile=profile,
            number=number,
            shape=row["shape"],
            component=row["component"],
            focus=row["focus"],
            remove=row.get("remove", ""),
            add=row.get("add", ""),
            also=tuple(
                (shape_iri(profile, other["shape"]), other["component"], term(other["focus"]))
                for other in row.get("also", [])
            ),
        )
        for number, row in enumerate(rows, 1)
    )


ALL_EXAMPLES = [
    pytest.param(example, id=f"{profile}-{example.number}-{example.shape}")
    for profile in PROFILES
    for example in examples(profile)
]


@pytest.fixture(autouse=True)
def exact_literals(monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib must not rewrite "…Z"^^xsd:dateTime and the like: the examples compare exactly."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_has_examples(profile: str) -> None:
    folder = EXAMPLES / profile
    assert (folder / "conform.ttl").is_file(), f"write {folder}/conform.ttl"
    assert (folder / "violations.toml").is_file(), f"write {folder}/violations.toml"


def test_every_example_folder_has_a_profile() -> None:
    assert sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()) == PROFILES


@pytest.mark.parametrize("profile", PROFILES)
def test_conforming_graph_gives_nothing(profile: str) -> None:
    data = patched(profile, "", "")
    assert run_shifty(profile, data) == []
    assert run_pyshacl(profile, data) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_conforming_graph_has_every_target(profile: str) -> None:
    """Otherwise the conforming graph conforms because nothing was looked at."""
    graph = Graph().parse(data=patched(profile, "", ""), format="nt")
    shapes = shapes_graph(profile)
    for target in set(shapes.objects(None, SH.targetClass)):
        assert (None, RDF.type, target) in graph, f"no {target} in conform.ttl"
    for target in set(shapes.objects(None, SH.targetObjectsOf)):
        assert (None, target, None) in graph, f"no {target} in conform.ttl"


@pytest.mark.parametrize("example", ALL_EXAMPLES)
def test_violation(example: Example) -> None:
    data = patched(example.profile, example.remove, example.add)
    assert run_shifty(example.profile, data) == example.expected
    assert run_pyshacl(example.profile, data) == example.expected


def reported(graph: Graph) -> set[URIRef]:
    """The property shapes that give results: not those that only say what a value has to be."""
    aimed = {node for name in ("targetClass", "targetObjectsOf", "targetSubjectsOf", "targetNode")
             for node in graph.subjects(SH[name])}  # fmt: skip
    found = {shape for node in aimed for shape in graph.objects(node, SH.property)}
    return {shape for shape in found if isinstance(shape, URIRef)}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_constraint_has_an_example(profile: str) -> None:
    shapes = shapes_graph(profile)
    wanted = {
        (str(shape), component)
        for shape in reported(shapes)
        for name, component in CONSTRAINTS.items()
        if (shape, SH[name], None) in shapes
    }
    shown = {example.finding[:2] for example in examples(profile)}
    assert not wanted - shown, "constraints without an example in violations.toml"
    assert not shown - wanted, "examples of constraints that do not exist"


def test_ill_typed_checksum_is_caught_by_both() -> None:
    """pyshifty takes any text as xsd:hexBinary; the pattern beside the datatype catches it."""
    profile = "dcat-ap-3.0.1"
    checksum = "<id/distributie/nog-een-som> a spdx:Checksum ; spdx:algorithm <id/concept/sha> ;"
    data = patched(profile, "", f'{checksum} spdx:checksumValue "xyz"^^xsd:hexBinary .')
    wanted = shape_iri(profile, "ControlesomWaardeHex")
    assert wanted in {row[0] for row in run_shifty(profile, data)}
    assert wanted in {row[0] for row in run_pyshacl(profile, data)}


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="shared absent")
def test_official_dcat_ap_finds_nothing() -> None:
    shapes = Graph()
    for name in ("shapes.ttl", "range.ttl"):
        shapes.parse(OFFICIAL / name)

    def violations(data: bytes) -> list[Finding]:
        graph = Graph().parse(data=data, format="nt")
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
        assert isinstance(report, Graph)
        return findings(report)

    assert violations(patched("dcat-ap-3.0.1", "", "")) == []
    assert violations(patched("dcat-ap-3.0.1", '<id/dataset/wegen> dct:title "Wegen"@nl .', ""))
