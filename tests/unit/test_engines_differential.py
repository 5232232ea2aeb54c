"""Three engines, one answer: generated graphs and shapes, and the shapes we publish.

Compared is everything a result says: focus node, path, value, component, severity, shape and
messages, with how often. Where engines are known to differ, `DIFFERENCES` says which and why, and
fails when they no longer do.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.rdf import media
from app.rdf.io import parse
from app.rdf.terms import Triple
from app.validation.closures import validate_chunked
from app.validation.engines import Default, Engine, PySHACL, Shifty, validate
from app.validation.profiles import Profile, load
from app.validation.report import Checked
from tests.conftest import LISTS
from tests.data.test_shapes import ALL_EXAMPLES, PROFILES, SHAPES, Example, conform, patched

BASE = "https://voorbeeld.test/"
PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://voorbeeld.test/> .
"""
pytestmark = [
    # pySHACL and rdflib warn about what the test feeds them on purpose
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(autouse=True)
def quiet() -> None:
    """rdflib logs every ill-typed literal with a stack."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)


def triples(text: str) -> list[Triple]:
    found = parse((PREFIXES + text).encode(), media.TURTLE, base=BASE, where="test")
    return [(s, p, o) for s, p, o, _ in found]


def nt(found: list[Triple]) -> bytes:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in found).encode()


def shapes(text: str) -> Profile:
    return Profile("test", "", tuple((s, p, o, "") for s, p, o in triples(text)))


def told(checked: Checked) -> Counter[tuple[object, ...]]:
    assert not checked.unchecked
    return Counter((*r.key, tuple(sorted(r.messages.items()))) for r in checked.results)


def differ(one: Checked, other: Checked) -> str:
    left, right = told(one), told(other)
    return "" if left == right else f"only first: {left - right}\nonly second: {right - left}"


# ---- generated

NODES = [":a", ":b", ":c", "_:d", "_:e"]
LITERALS = [
    '"1"^^xsd:integer', '"01"^^xsd:integer', '"x"^^xsd:integer', '"1.0"^^xsd:decimal',
    '"5"^^xsd:nonNegativeInteger', '"2.5e0"^^xsd:double', '"2026-01-02"^^xsd:date',
    '"2026-02-30"^^xsd:date', '"abc"', '"ABC d"', '""', '"é\\n\\"q\\\\"', '"hallo"@nl',
    '"hello"@en', '"hi"@en-GB', '"dag"@nl-be', '"true"^^xsd:boolean',
]  # fmt: skip
PREDICATES = [":p", ":q", ":r"]
CLASSES = [":C", ":D", ":E"]
PATHS = [*PREDICATES, *PREDICATES, "[ sh:inversePath :p ]", "( :p :q )",
         "[ sh:alternativePath ( :p :q ) ]", "[ sh:zeroOrMorePath :p ]", "rdf:type",
         "( [ sh:inversePath :p ] :q )", "[ sh:inversePath ( :p :q ) ]",
         "[ sh:zeroOrOnePath :q ]"]  # fmt: skip
TARGETS = ["sh:targetNode :a", "sh:targetNode :nowhere", 'sh:targetNode "abc"',
           "sh:targetClass :C", "sh:targetClass :D", "sh:targetSubjectsOf :p",
           "sh:targetObjectsOf :q", "sh:targetSubjectsOf :r", "a rdfs:Class"]  # fmt: skip
TERMS = [*NODES[:3], *LITERALS]
VALUE = [
    *(f"sh:nodeKind sh:{kind}" for kind in ("IRI", "Literal", "BlankNode", "BlankNodeOrIRI",
                                            "BlankNodeOrLiteral", "IRIOrLiteral")),
    *(f"sh:datatype xsd:{kind}" for kind in ("integer", "date", "string", "decimal", "boolean",
                                             "nonNegativeInteger", "double")),
    "sh:datatype rdf:langString", "sh:class :C", "sh:class :D", "sh:class :E",
    "sh:class :C, :D",
    *(f'sh:pattern "{text}"' for text in ("^a", "c$", "^[A-Z]+", "[0-9]{2}", "a.c", "^(ab|h)",
                                          "voorbeeld", "\\\\d", "\\\\w+", "^.*$")),
    'sh:pattern "^abc" ; sh:flags "i"',
    'sh:languageIn ( "nl" "en" )', 'sh:languageIn ( "en-gb" )',
    *(f"sh:{name} {number}" for name in ("minLength", "maxLength") for number in (0, 3, 5)),
    *(f"sh:{name} {number}" for name in ("minInclusive", "maxInclusive", "minExclusive",
                                         "maxExclusive") for number in (1, "2.5", "1.0e0")),
    "sh:in ( :a :b \"abc\" 1 )", 'sh:in ( "hallo"@nl )', "sh:hasValue :a", "sh:hasValue \"abc\"",
    "sh:hasValue :a, :b",
]  # fmt: skip
COUNTS = ["sh:minCount 1", "sh:minCount 2", "sh:maxCount 1", "sh:maxCount 0", "sh:maxCount 2",
          "sh:uniqueLang true", "sh:uniqueLang false", "sh:equals :q", "sh:disjoint :q"]  # fmt: skip  # noqa: E501 - a list of shapes
TOLD = ["", "", "sh:severity sh:Warning", 'sh:message "Nee"@nl, "No"@en', 'sh:message "Plain"',
        "sh:severity sh:Info", "sh:deactivated true", "sh:deactivated false"]  # fmt: skip


def pick(draw: Random, options: list[str]) -> str:
    return draw.choice(options)


def graphs(draw: Random) -> str:
    lines = []
    for _ in range(draw.randint(1, 14)):
        subject, kind = pick(draw, NODES), draw.randint(0, 5)
        if kind == 0:
            lines.append(f"{subject} a {pick(draw, CLASSES)} .")
        elif kind == 1:
            lines.append(f"{subject} {pick(draw, PREDICATES)} {pick(draw, NODES)} .")
        else:
            lines.append(f"{subject} {pick(draw, PREDICATES)} {pick(draw, TERMS)} .")
    if draw.random() < 0.5:
        lines.append(":D rdfs:subClassOf :C .")
    if draw.random() < 0.5:
        lines.append(":E rdfs:subClassOf :D . :C rdfs:subClassOf :E .")
    return "\n".join(lines)


def body(draw: Random, *, path: bool, deep: int) -> str:
    """The predicates of a shape, without its targets."""
    asked = VALUE + (COUNTS * 4 if path else [])
    # each parameter once: more than one of most is ill-formed
    chosen = {text.split()[0]: text for text in
              [pick(draw, asked) for _ in range(draw.randint(1, 3))]}  # fmt: skip
    found = list(chosen.values())
    if deep and draw.randint(0, 2) == 0:
        inner = [f"[ {shape(draw, path=draw.random() < 0.5, deep=deep - 1)} ]" for _ in range(2)]
        found.append(draw.choice([
            f"sh:or ( {' '.join(inner)} )", f"sh:and ( {' '.join(inner)} )",
            f"sh:xone ( {' '.join(inner)} )", f"sh:not {inner[0]}",
            f"sh:node [ {shape(draw, path=False, deep=deep - 1)} ]",
            *([f"sh:qualifiedValueShape {inner[0]} ; sh:qualifiedMinCount 1"] if path else []),
        ]))  # fmt: skip
    if draw.randint(0, 4) == 0:
        found.append(f"sh:property [ {shape(draw, path=True, deep=0)} ]")
    found.append(pick(draw, TOLD))
    return " ; ".join(text for text in found if text)


def shape(draw: Random, *, path: bool, deep: int) -> str:
    start = f"sh:path {pick(draw, PATHS)} ; " if path else ""
    return start + body(draw, path=path, deep=deep)


def profiles(draw: Random) -> str:
    text = []
    for number in range(draw.randint(1, 2)):
        targets = " ; ".join(draw.sample(TARGETS, draw.randint(1, 2)))
        children = [
            f"sh:property [ {shape(draw, path=True, deep=1)} ]" for _ in range(draw.randint(0, 2))
        ]
        if draw.randint(0, 5) == 0:
            children.append("sh:closed true ; sh:ignoredProperties ( rdf:type )")
        path = draw.randint(0, 3) == 0
        kind = "sh:PropertyShape" if path else "sh:NodeShape"
        own = "" if path else " ; ".join(children)
        text.append(f":S{number} a {kind} ; {targets} ; {shape(draw, path=path, deep=1)} "
                    f"{'; ' + own if own else ''} .")  # fmt: skip
    return "\n".join(text)


FEW = settings(max_examples=150, deadline=None, derandomize=True,
               suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip  # noqa: E501 - a list of shapes


@FEW
@given(st.integers(0, 2**40))
def test_default_is_shifty(seed: int) -> None:
    draw = Random(seed)
    data, made = nt(triples(graphs(draw))), shapes(profiles(draw))
    assert differ(Default().validate(data, made), Shifty().validate(data, made)) == ""


# on these pySHACL differs for the reasons in DIFFERENCES
NOT_PYSHACL = re.compile(r"(In|Ex)clusive|sh:inversePath \( :p :q \)|minLength 0")


@FEW
@given(st.integers(0, 2**40))
def test_default_is_pyshacl(seed: int) -> None:
    draw = Random(seed)
    graph, text = graphs(draw), profiles(draw)
    while NOT_PYSHACL.search(text):
        text = profiles(draw)
    data, made = nt(triples(graph)), shapes(text)
    assert differ(Default().validate(data, made), PySHACL().validate(data, made)) == ""


@FEW
@given(st.integers(0, 2**40), st.integers(1, 3))
def test_chunks_are_the_whole(seed: int, entities: int) -> None:
    draw = Random(seed)
    found, made, engine = triples(graphs(draw)), shapes(profiles(draw)), Default()
    chunked = validate_chunked(found, made, engine, entities=entities)
    assert differ(engine.validate(nt(found), made), chunked) == ""


# ---- our own shapes


@cache
def ours(name: str) -> Profile:
    return load(name, [SHAPES], base=BASE)


DEFAULT, SHIFTY, PYSHACL = Default(), Shifty(), PySHACL()


@pytest.mark.parametrize("name", PROFILES)
def test_conforming_examples(name: str) -> None:
    assert conform(name)[1]
    data = patched(name, "", "")
    triples = [quad[:3] for quad in parse(data, media.N_TRIPLES, base="", where="data")]
    for engine in (DEFAULT, SHIFTY, PYSHACL):
        report = validate(triples, [ours(name)], engine, LISTS)
        assert not report.results, engine.name
        assert report.complete, engine.name


@pytest.mark.parametrize("example", ALL_EXAMPLES)
def test_violating_examples(example: Example) -> None:
    data, profile = patched(example.profile, example.remove, example.add), ours(example.profile)
    found = DEFAULT.validate(data, profile)
    # only ours knows that this is no year (test_lexical_engines.py)
    found = Checked(tuple(r for r in found.results if not (
        '"1998-05"' in r.value and r.component.endswith("DatatypeConstraintComponent"))))  # fmt: skip  # noqa: E501 - see above
    assert found.results
    assert differ(found, SHIFTY.validate(data, profile)) == ""
    # tests/data/test_shapes.py asks pySHACL for every one; here for some, with messages and paths
    if example.number % 40 == 1:
        assert differ(found, PYSHACL.validate(data, profile)) == ""


# ---- known differences


@dataclass(frozen=True)
class Difference:
    """Data on which one engine gives other counts than the default, and why we hold with ours."""

    engine: type[Engine]
    shape: str
    data: str
    ours: int
    theirs: int
    reason: str


# those on the lexical forms of literals are in test_lexical_engines.py
DIFFERENCES = [
    Difference(PySHACL, "sh:path :p ; sh:maxExclusive 2.5", ":a :p true .", 1, 0,
               "a boolean does not compare with a number, so it violates (SHACL 4.5)"),
    Difference(PySHACL, "sh:path :p ; sh:maxExclusive 2.5", ':a :p "2026-01-02"^^xsd:date .', 1, 0,
               "a date does not compare with a number, so it violates (SHACL 4.5)"),
    Difference(PySHACL, "sh:path [ sh:inversePath ( :p :q ) ] ; sh:maxCount 0",
               ":b :p :c . :c :q :a .", 1, 0, "pySHACL walks the inverse of a sequence wrongly"),
    Difference(PySHACL, "sh:path :p ; sh:minLength 0", ":a :p _:b .", 1, 0,
               "a blank node violates every length (SHACL 4.6.1)"),
    Difference(Shifty, 'sh:path :p ; sh:uniqueLang "1"^^xsd:boolean', ':a :p "x"@nl, "y"@nl .',
               0, 1, "only `true` itself asks for unique languages (SHACL 4.4.3)"),
]  # fmt: skip


@pytest.mark.parametrize("case", DIFFERENCES, ids=lambda case: case.reason)
def test_known_difference(case: Difference) -> None:
    data = nt(triples(case.data))
    made = shapes(f":S a sh:PropertyShape ; sh:targetNode :a ; {case.shape} .")
    assert len(Default().validate(data, made).results) == case.ours
    theirs = len(case.engine().validate(data, made).results)
    assert theirs == case.theirs, f"no longer different: {case.reason}"
