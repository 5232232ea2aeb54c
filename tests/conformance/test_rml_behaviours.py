"""What the cases of the RML suite that are not beside the clone ask, on tables of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.rdf import media
from app.rdf.io import parse
from tests.conformance.test_rml_csv import check, refused

OLD = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
"""
CORE = """\
@prefix rr: <http://w3id.org/rml/> .
@prefix rml: <http://w3id.org/rml/> .
@prefix ql: <http://w3id.org/rml/> .
"""
BASE = """\
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix e: <https://e.test/> .
@base <https://stad.test/basis/> .
"""
BOMEN = "nr,soort,naam,wijk\n7,eik,Oude eik,\n8,linde,Linde & meer,w 1\n"
WIJKEN = "code,naam\nw 1,Zuid\n"
TREE = 'rr:subjectMap [ rr:template "boom/{nr}" ]'


def source(name: str, file: str = "bomen.csv") -> str:
    return (f'<#{name}> a rr:TriplesMap; rml:logicalSource [ rml:source "{file}"; '
            "rml:referenceFormulation ql:CSV ]; ")  # fmt: skip


def rule(*rules: str) -> str:
    return "; ".join(f"rr:predicateObjectMap [ {one} ]" for one in rules)


def reference(predicate: str, column: str) -> str:
    return f'rr:predicate {predicate}; rr:objectMap [ rml:reference "{column}" ]'


NAME = rule(reference("e:naam", "naam"))
T = source("T")
PEOPLE = "voornaam,naam\nAn,Peeters\nBo,Claes\nAn,Peeters\n"
MAPS = {
    # an IRI of a template, and a text (1a)
    "template": (T + TREE + "; " + NAME + ".", """
<boom/7> e:naam "Oude eik" . <boom/8> e:naam "Linde & meer" ."""),
    # two columns, a class and two predicates (2a)
    "two columns and a class": (
        T + 'rr:subjectMap [ rr:template "https://e.test/{nr}/{soort}"; rr:class e:Boom ]; '
        + rule(reference("e:nr", "nr"), reference("e:naam", "naam")) + ".", """
e:7\\/eik a e:Boom; e:nr "7"; e:naam "Oude eik" .
e:8\\/linde a e:Boom; e:nr "8"; e:naam "Linde & meer" ."""),
    # a template that makes a text is not encoded (3c)
    "template of a text": (
        T + TREE + "; " + rule('rr:predicate e:p; rr:objectMap [ rr:template "{soort}: {naam}"; '
                               "rr:termType rr:Literal ]") + ".", """
<boom/7> e:p "eik: Oude eik" . <boom/8> e:p "linde: Linde & meer" ."""),
    # constants everywhere, long form, one graph (6a)
    "constants": (
        T + "rr:subjectMap [ rr:constant e:bos; rr:graphMap [ rr:constant e:g ] ]; "
        + rule('rr:predicateMap [ rr:constant e:p ]; rr:objectMap [ rr:constant "tekst" ]') + ".",
        'e:g { e:bos e:p "tekst" }'),
    # the graph of a subject holds all of its triples (7b, 7f)
    "graph": (
        T + 'rr:subjectMap [ rr:template "boom/{nr}"; rr:graph e:g ]; '
        + rule("rr:predicate rdf:type; rr:object e:Boom", reference("e:nr", "nr")) + ".",
        'e:g { <boom/7> a e:Boom; e:nr "7" . <boom/8> a e:Boom; e:nr "8" }'),
    # types by predicate rather than class, two of them (7d)
    "types by predicate": (
        T + TREE + "; " + rule("rr:predicate rdf:type; rr:object e:Boom",
                               "rr:predicate rdf:type; rr:object e:Groen") + ".",
        "<boom/7> a e:Boom, e:Groen . <boom/8> a e:Boom, e:Groen ."),
    # the subject of another map over the same rows, by an object map with a name (8b)
    "parent without a join": (
        source("S") + 'rr:subjectMap [ rr:template "soort/{soort}"; rr:class e:Soort ] .\n'
        + T + TREE + "; " + rule("rr:predicate e:soort; rr:objectMap <#R>") + ".\n"
        "<#R> a rr:RefObjectMap; rr:parentTriplesMap <#S> .", """
<boom/7> e:soort <soort/eik> . <boom/8> e:soort <soort/linde> .
<soort/eik> a e:Soort . <soort/linde> a e:Soort ."""),
    # a join with another table; an empty cell joins with nothing (9a)
    "join": (
        T + TREE + "; " + rule("rr:predicate e:wijk; rr:objectMap [ rr:parentTriplesMap <#W>; "
                               'rr:joinCondition [ rr:child "wijk"; rr:parent "code" ] ]') + ".\n"
        + source("W", "wijken.csv") + 'rr:subjectMap [ rr:template "wijk/{code}" ]; ' + NAME + ".",
        '<boom/8> e:wijk <wijk/w%201> . <wijk/w%201> e:naam "Zuid" .'),
    # a column with a space in its name (10a)
    "column with a space": (
        source("L", "landen.csv") + 'rr:subjectMap [ rr:template "https://e.test/{Code van land}" ]'
        + "; " + NAME + ".", 'e:1 e:naam "België (koninkrijk)" .'),
    # signs that are escaped in a template, and values that are encoded (10c)
    "escaped braces": (
        source("L", "landen.csv") + 'rr:subjectMap [ rr:template "{Code van land}/{naam}" ]; '
        + rule(r'rr:predicate e:p; rr:objectMap [ rr:template "\\{ {naam} \\}"; '
               "rr:termType rr:Literal ]") + ".",
        '<1/België%20%28koninkrijk%29> e:p "{ België (koninkrijk) }" .'),
    # rows that are the same make the same blank node (12a)
    "blank nodes": (
        source("P", "mensen.csv") + 'rr:subjectMap [ rr:template "{voornaam}{naam}"; '
        "rr:termType rr:BlankNode ]; " + NAME + ".", '[] e:naam "Peeters" . [] e:naam "Claes" .'),
    # a language for each of two tables (15a)
    "languages": (
        T + TREE + "; " + rule('rr:predicate e:p; rr:objectMap [ rml:reference "soort"; '
                               'rr:language "nl" ]')
        + ".\n" + source("E", "trees.csv") + TREE + "; "
        + rule('rr:predicate e:p; rr:objectMap [ rml:reference "kind"; rr:language "en" ]') + ".",
        '<boom/7> e:p "eik"@nl, "oak"@en . <boom/8> e:p "linde"@nl, "lime"@en .'),
    # an IRI of a column: absolute, or behind the base (19a)
    "reference as IRI": (
        source("A", "adressen.csv") + 'rr:subjectMap [ rml:reference "plek" ]; '
        + rule(reference("e:p", "plek")) + ".", """
<https://e.test/ns#x> e:p "https://e.test/ns#x" . <a/b> e:p "a/b" ."""),
    # a template over a whole value encodes it, and is put behind the base (20a)
    "template of one column as IRI": (
        source("A", "adressen.csv") + 'rr:subjectMap [ rr:template "{plek}"; rr:termType rr:IRI ]; '
        + rule("rr:predicate rdf:type; rr:object e:A") + ".",
        "<https://stad.test/basis/https%3A%2F%2Fe.test%2Fns%23x> a e:A . <a%2Fb> a e:A ."),
}  # fmt: skip
FILES = {
    "bomen.csv": BOMEN, "wijken.csv": WIJKEN, "mensen.csv": PEOPLE,
    "landen.csv": "Code van land,naam\n1,België (koninkrijk)\n",
    "trees.csv": "nr,kind\n7,oak\n8,lime\n", "adressen.csv": "plek\nhttps://e.test/ns#x\na/b\n",
}  # fmt: skip
ERRORS = {
    # a column that the table does not have (2c)
    "no such column": (T + TREE + "; " + rule(reference("e:p", "nrs")) + ".", "nrs"),
    # a subject that is a text (4b)
    "literal as subject": (T + TREE.replace(" ]", "; rr:termType rr:Literal ]") + "; " + NAME + ".",
                           "Literal is not possible here"),
    # a graph that is a text (7h)
    "literal as graph": (
        T + TREE.replace(" ]", '; rr:graphMap [ rml:reference "naam"; rr:termType rr:Literal ] ]')
        + "; " + NAME + ".", "graphMap: termType"),
    # no subject (12c)
    "no subject": (T + NAME + ".", "has no subject"),
}  # fmt: skip


def folder(path: Path, language: str, text: str) -> Path:
    for name, content in FILES.items():
        (path / name).write_text(content, encoding="utf-8")
    (path / "mapping.ttl").write_text(language + BASE + text, encoding="utf-8")
    return path


@pytest.mark.parametrize("language", [OLD, CORE], ids=["original", "core"])
@pytest.mark.parametrize("name", MAPS)
def test_what_a_mapping_gives(tmp_path: Path, name: str, language: str) -> None:
    text, expected = MAPS[name]
    quads = set(parse((BASE + expected).encode(), media.TRIG, base="urn:x:", where=name))
    assert quads
    check(folder(tmp_path, language, text), tmp_path, quads)


@pytest.mark.parametrize("language", [OLD, CORE], ids=["original", "core"])
@pytest.mark.parametrize("name", ERRORS)
def test_what_is_refused(tmp_path: Path, name: str, language: str) -> None:
    text, words = ERRORS[name]
    refused(folder(tmp_path, language, text), tmp_path, words)
