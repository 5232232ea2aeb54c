"""Data that hold nothing a profile is about have passed nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.rdf import media
from app.rdf.io import parse
from app.validation.lab import Lab, open_lab
from app.validation.profiles import Places, named
from app.validation.sources import Source
from app.validation.targets import nothing_checked
from tests.conftest import BASE, ROOT

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix e: <https://stad.test/> .
"""
CLASS = "e:S a sh:NodeShape ; sh:targetClass e:A ."
DEEP = "e:x a e:C . e:C rdfs:subClassOf e:B . e:B rdfs:subClassOf e:A , e:C ."


def gaps(shapes: str, data: str) -> list[str]:
    read = [list(parse((PREFIXES + text).encode(), media.TURTLE, base=BASE, where=""))
            for text in (shapes, data)]  # fmt: skip
    found = nothing_checked([named("eigen", read[0])], [quad[:3] for quad in read[1]])
    return [gap.code for gap in found]


@pytest.mark.parametrize(
    ("shapes", "data"),
    [
        (CLASS, "e:x a e:A ."),
        (CLASS, DEEP),
        ("e:S a sh:NodeShape ; sh:targetNode e:nowhere .", "e:x a e:B ."),
        ("e:S a sh:NodeShape ; sh:targetSubjectsOf e:p .", "e:x e:p 1 ."),
        ("e:S a sh:NodeShape ; sh:targetObjectsOf e:p .", "e:x e:p 1 ."),
        ("e:S a sh:NodeShape , rdfs:Class .", "e:x a e:S ."),
        ("e:S a sh:NodeShape ; sh:target [ sh:select '' ] .", "e:x a e:B ."),
    ],
)
def test_a_target_is_found(shapes: str, data: str) -> None:
    assert gaps(shapes, data) == []


@pytest.mark.parametrize(
    ("shapes", "data"),
    [
        (CLASS, "e:x a e:B . e:A rdfs:subClassOf e:B ."),
        (CLASS, "e:x e:p e:A . e:B rdfs:subClassOf e:A ."),
        ("e:S a sh:NodeShape ; sh:targetSubjectsOf e:p .", "e:p e:q 1 ."),
        ("e:S a rdfs:Class . e:T a sh:NodeShape ; sh:targetClass e:A .", "e:x a e:S ."),
        ("e:S a sh:NodeShape .", "e:x a e:S ."),
    ],
)
def test_none_is_said(shapes: str, data: str) -> None:
    assert gaps(shapes, data) == ["nothing-to-check"]


@pytest.fixture(scope="module")
def lab() -> Lab:
    return open_lab(Places((ROOT / "shapes",), ROOT / "vocab", BASE))


@pytest.mark.parametrize("large_bytes", [0, 30_000_000])
def test_a_file_about_something_else_does_not_pass(lab: Lab, large_bytes: int) -> None:
    lab = replace(lab, large_bytes=large_bytes)
    trees = Source((PREFIXES + "e:boom a e:Boom ; e:hoogte 12 .").encode(), "bomen.ttl")
    feed, stream = lab.profile("dcat-ap-vl-3.0"), lab.profile("ldes-dcat-ap-feeds")
    told, _ = lab.check(trees, [feed, stream])
    assert told["verdict"] == "not-fully-checked"
    assert [(gap["profile"], gap["code"]) for gap in told["unchecked"]] == [
        ("dcat-ap-vl-3.0", "nothing-to-check"), ("ldes-dcat-ap-feeds", "nothing-to-check"),
    ]  # fmt: skip
    # one of the two profiles is enough
    graph = PREFIXES + 'e:gebied a dct:Location ; rdfs:label "Gent" .'
    told, _ = lab.check(Source(graph.encode(), "gebied.ttl"), [feed, stream])
    assert told["verdict"] == "conforms"
    assert told["unchecked"] == []
