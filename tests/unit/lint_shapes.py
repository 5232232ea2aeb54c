"""What the tests of the lint share: shapes in short, and the lint of them."""

from __future__ import annotations

from pathlib import Path

from app.rdf import media
from app.rdf.io import parse
from app.rdf.terms import Quad
from app.validation.lint import LintFinding, lint

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "lint"
BASE = "https://voorbeeld.test/"
PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dash: <http://datashapes.org/dash#> .
@prefix ex: <http://example.org/> .
"""


def quads_of(text: str | bytes, source: media.MediaType = media.TURTLE) -> list[Quad]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(parse(data, source, base=BASE, where="test"))


def run(text: str, *, sparql: bool = True, whole: bool = False) -> list[LintFinding]:
    return lint(quads_of(text if whole else PREFIXES + text), allow_sparql=sparql)


def ids(text: str, *, sparql: bool = True) -> set[str]:
    return {finding.id for finding in run(text, sparql=sparql)}


def shape(facts: str) -> str:
    """A property shape with a target; `facts` stand after its path."""
    return f"ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; {facts} ."


def node(facts: str) -> str:
    return f"ex:S a sh:NodeShape ; sh:targetClass ex:C ; {facts} ."


def path(text: str) -> str:
    return f"ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:minCount 1 ; sh:path {text} ."


def pattern(text: str, more: str = "") -> str:
    return shape(f"sh:pattern '''{text}'''{more}".replace("\\", "\\\\"))


def select(text: str, more: str = "") -> str:
    return node(f'sh:sparql [ sh:select """{text}""" {more} ]')


DEEP = " ".join("sh:not [" for _ in range(60)) + " sh:nodeKind sh:IRI " + "]" * 60
NEAR_DEEP = " ".join("sh:not [" for _ in range(40)) + " sh:nodeKind sh:IRI " + "]" * 40
THIS = "SELECT $this WHERE { $this ex:p ?v }"
