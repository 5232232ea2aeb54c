"""RML that we do not run is refused by name, in two languages, and never left out in silence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import ProjectError
from app.mapping.model import TriplesMap
from app.mapping.rml import load_rml
from tests.unit.test_rml import BASE, HEAD, MAPS, PARENT, S, T, rule

MORE = """\
@prefix fnml: <http://semweb.mmlab.be/ns/fnml#> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .
@prefix ex: <https://elders.test/> .
"""


def map_(text: str) -> str:
    return rule(f"rr:predicate e:p; rr:objectMap [ {text} ]")


def source(text: str) -> str:
    return f"<#M> rml:logicalSource [ {text} ]; {S} ."


CSV = "rml:referenceFormulation ql:CSV"
REF = 'rml:reference "nr"'
REFUSED = [
    # (what, words of the message)
    # sources
    (f"<#M> {S} .", "M: has no rml:logicalSource"),
    (f'<#M> rr:logicalTable [ rr:tableName "t" ]; {S} .', "M: rr:logicalTable: only tables"),
    (source('rml:source "t.csv"'), "M logicalSource: referenceFormulation: nothing"),
    (source('rml:source "t.json"; rml:referenceFormulation ql:JSONPath'), "ql:JSONPath"),
    (source('rml:source "t.xml"; rml:referenceFormulation ql:XPath'), "ql:XPath"),
    (source('rml:source "t"; rml:referenceFormulation c:SQL2008Table'), "rml:SQL2008Table"),
    (source(f'rml:source "t.csv"; {CSV}; rml:iterator "$.x"'), "rml:iterator: a row"),
    (source(f'rml:source "t.csv"; {CSV}; c:iterator "$.x"'), "rml:iterator: a row"),
    (source(f'rml:source "t.csv"; {CSV}; rml:query "SELECT 1"'), "rml:query: only tables"),
    (source(f'rml:source "t.csv"; {CSV}; rr:sqlVersion rr:SQL2008'), "rr:sqlVersion"),
    (source(f'rml:source "t.csv"; {CSV}; rr:sqlQuery "SELECT 1"'), "rr:sqlQuery"),
    (source(f'rml:source "t.csv"; {CSV}; c:null "-"'), "rml:null: is not supported"),
    (source(f'rml:source "t.csv", "u.csv"; {CSV}'), "source is given more than once"),
    (source(CSV), "names no file"),
    (source(f'rml:source ""; {CSV}'), "names no file"),
    (source(f'rml:source "t.csv"@nl; {CSV}'), "plain text"),
    (source(f'rml:source [ a d2rq:Database; d2rq:jdbcDSN "x" ]; {CSV}'), "D2RQ/0.1#Database"),
    (source(f'rml:source [ d2rq:jdbcDSN "x" ]; {CSV}'), "D2RQ/0.1#jdbcDSN"),
    (source(f'c:source [ c:path "t.csv" ]; {CSV}'), "root: nothing is not read"),
    (source(f'c:source [ c:path "t.csv"; c:root c:CurrentWorkingDirectory ]; {CSV}'), "root: <"),
    (source(f'c:source [ c:path "t.csv"; c:root "/data" ]; {CSV}'), 'root: "/data"'),
    (source(f'c:source [ c:root c:MappingDirectory ]; {CSV}'), "names no file"),
    (f"<#M> c:logicalSource <#V>; {S} . <#V> a c:LogicalView; c:viewOn <#W> .", "rml:LogicalView"),
    (f"<#M> c:logicalSource <#V>; {S} . <#V> c:viewOn <#W> .", "rml:viewOn: only tables"),
    (f'<#M> {T}; {S}; c:baseIRI <https://x.test/> .', "rml:baseIRI: the base IRI is the project's"),
    ('<#M> rml:logicalSource "t.csv"; ' + S + " .", "must be described"),
    # subjects
    (f"<#M> {T} .", "M: has no subject"),
    (f"<#M> {T}; {S}; rr:subject e:x .", "subject / subjectMap is given more than once"),
    (f"<#M> {T}; {S}, [ rr:template \"x/{{nr}}\" ] .", "more than once"),
    (f'<#M> {T}; rr:subject "x" .', "must be an IRI"),
    (f"<#M> {T}; rr:subjectMap [ {REF}; rr:termType rr:Literal ] .", "termType rr:Literal"),
    (f'<#M> {T}; rr:subjectMap [ {REF}; rr:language "nl" ] .', "rr:language: is not supported"),
    (f'<#M> {T}; rr:subjectMap [ {REF}; rr:class "x" ] .', "class"),
    (f'<#M> {T}; rr:subjectMap [ {REF}; c:logicalTarget [ a c:LogicalTarget ] ] .',
     "rml:logicalTarget: what is made"),
    (f"<#M> {T}; rr:subjectMap [ rr:class e:A ] .", "M subjectMap: needs one of"),
    (f"<#M> {T}; rr:subjectMap [ fnml:functionValue [ rr:predicate e:x ] ] .",
     "rr:predicate: is not supported"),
    (f"<#M> {T}; rr:subjectMap [ c:quotedTriplesMap <#N> ] .", "rml:quotedTriplesMap"),
    # predicates and objects
    (rule("rr:object 1"), "predicateObjectMap 1: needs a predicate and an object"),
    (rule("rr:predicate e:p"), "needs a predicate and an object"),
    (rule('rr:predicate "p"; rr:object 1'), "predicate: \"p\" must be an IRI"),
    (rule(f"rr:predicateMap [ {REF} ]; rr:object 1"), "predicateMap: a predicate is the same"),
    (rule('rr:predicateMap [ rr:constant "p" ]; rr:object 1'), "termType Literal"),
    (rule("rr:predicate e:p; rr:object [ rr:constant 1 ]"), "must be an IRI"),
    (rule("rr:predicate e:p; rr:object 1; rr:inverseExpression \"x\""), "rr:inverseExpression"),
    (rule('rr:predicate e:p; rr:object 1; rr:graph "g"'), "graph: \"g\" must be an IRI"),
    (rule(f"rr:predicate e:p; rr:object 1; rr:graphMap [ {REF}; rr:termType rr:BlankNode ]"),
     "termType rr:BlankNode"),
    (map_(f'{REF}; rr:template "x"'), "objectMap: needs one of"),
    (map_('rml:reference "nr", "naam"'), "reference is given more than once"),
    (map_("rml:reference e:x"), "plain text"),
    (map_(f"{REF}; rr:termType rr:Text"), "termType rr:Text"),
    (map_(f"{REF}; c:termType c:UnsafeIRI"), "termType rml:UnsafeIRI"),
    (map_(f"{REF}; c:termType c:URI"), "termType rml:URI"),
    (map_("rr:constant e:x; rr:termType rr:Literal"), "termType rr:Literal"),
    (map_("rr:constant [ rdfs:label 1 ]"), "must be an IRI"),
    (map_(f"{REF}; rr:constant 1"), "needs one of"),
    (map_(f"{REF}; fnml:functionValue <#F>"), "constant and a function"),
    (map_("c:functionExecution <#F>; c:return e:out"), "function is missing"),
    (map_(f"{REF}; c:condition [ c:functionExecution <#F> ]"), "rml:condition: conditions"),
    (map_(f"{REF}; c:gather ( [ c:reference \"nr\" ] )"), "rml:gather"),
    (map_(f"{REF}; a rr:R2RMLView"), "rr:R2RMLView"),
    (map_(f"{REF}; ex:iets 1"), "https://elders.test/iets: is not supported"),
    (map_("rr:reference \"nr\""), "perhaps rml:reference is meant"),
    (map_("c:column \"nr\""), "rml:column: is not supported"),
    (map_("rml:template \"nr\""), "misschien is rr:template bedoeld"),
    (map_(f"{REF}; rr:langauge 'nl'"), "perhaps rr:language is meant"),
    (map_(f"{REF}; rr:datatype <http://www.w3.org/2001/XMLSchema#dat>"),
     "no datatype xsd:dat; perhaps xsd:date is meant"),
    # languages and datatypes
    (map_(f'{REF}; rr:language "english"'), "'english' is not a language tag"),
    (map_(f'{REF}; rr:language "nl_BE"'), "'nl_BE'"),
    (map_('rr:constant "x"@english'), "'english'"),
    (rule('rr:predicate e:p; rr:object "x"@english'), "'english'"),
    (map_(f'{REF}; rr:language "nl"; rr:datatype xsd:date'), "a language and a datatype"),
    (map_(f'{REF}; rr:language "nl"; rr:termType rr:IRI'), "only a text"),
    (map_(f"{REF}; rr:datatype xsd:date; rr:termType rr:BlankNode"), "only a text"),
    (map_('rr:constant "x"@nl; rr:language "en"'), "already"),
    (map_('rr:constant 1; rr:datatype xsd:date'), "already"),
    (map_(f'{REF}; rr:datatype "xsd:date"'), "datatype: \"xsd:date\" must be an IRI"),
    (map_(f"{REF}; rr:datatype rdf:langString"), "has rr:language"),
    (map_(f'{REF}; rml:languageMap [ rml:reference "taal" ]'), "rml:reference: is not supported"),
    (map_(f'{REF}; c:datatypeMap [ c:template "x" ]'), "rml:template: is not supported"),
    (map_('rr:constant "x"; rr:datatype xsd:integer'), "'x' is not a valid value"),
    (rule('rr:predicate e:p; rr:object "x"^^xsd:date'), "'x' is not a valid value"),
    # templates
    (map_('rr:template "x/{nr"'), "{ at character 3 stands alone"),
    (map_('rr:template "x/nr}"'), "} at character 5 stands alone"),
    (map_('rr:template "x/{}"'), "{ at character 3 stands alone"),
    (map_(r'rr:template "x\\n{nr}"'), "\\ at character 2 stands alone"),
    (map_(r'rr:template "{nr}\\"'), "\\ at character 5 stands alone"),
    (map_('rr:template "twee woorden"'), "woorden' is not a valid value of the type IRI"),
    # joins
    (map_("rr:parentTriplesMap <#X>"), "parentTriplesMap: <https://voorbeeld.test/#X>"),
    (map_("rr:parentTriplesMap <#U>") + PARENT, "vraagt"),
    (map_('rr:joinCondition [ rr:child "nr"; rr:parent "nr" ]'), "needs rr:parentTriplesMap"),
    (map_(f"rr:parentTriplesMap <#M>; {REF}"), "reference cannot stand beside"),
    (map_('rr:parentTriplesMap <#M>; rr:joinCondition [ rr:child "nr" ]'), "parent names no"),
    (map_('rr:parentTriplesMap <#M>; c:joinCondition [ c:childMap [ c:template "{nr}" ]; '
          'c:parent "nr" ]'), "rml:template"),
    # the file as a whole
    ("", "m.ttl: holds no triples map"),
    ("<#A> e:b 1 .", "m.ttl: holds no triples map"),
    (f"{MAPS} . <#L> c:logicalTarget <#T> .", "rml:logicalTarget: what is made goes into the "
     "release; leave it out (L is no part of a triples map)"),
    (f"{MAPS} . <#V> c:field [ c:reference \"x\" ] .", "rml:field"),
    (f"[] {T} .", "m.ttl triples map 1: has no subject"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), REFUSED, ids=[item[0][-90:] for item in REFUSED])
def test_what_we_do_not_run_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "m.ttl"
    path.write_text(HEAD + MORE + text, encoding="utf-8")
    with pytest.raises(ProjectError) as error:
        load_rml(path, base=BASE)
    assert words in error.value.detail + error.value.detail_nl
    assert error.value.where.startswith("m.ttl")
    assert error.value.detail_nl != error.value.detail


def test_what_is_no_turtle_is_refused_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "m.ttl"
    path.write_text(f"{HEAD}\n<#M> rr:subjectMap [ rr:template ] .\n", encoding="utf-8")
    line = HEAD.count("\n") + 2
    with pytest.raises(ProjectError, match=rf"m\.ttl:{line}: not Turtle") as error:
        load_rml(path, base=BASE)
    assert re.match(rf"m\.ttl:{line}: geen geldige Turtle: ", error.value.detail_nl)


@pytest.mark.parametrize("data", ["@prefix é: <x> .".encode("cp1252"), b"\x00", b"<a> <b> <<(<a>"])
def test_bytes_that_are_no_turtle_are_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "m.ttl"
    path.write_bytes(data)
    with pytest.raises(ProjectError, match=r"m\.ttl"):
        load_rml(path, base=BASE)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"geen\.ttl: the mapping does not exist"):
        load_rml(tmp_path / "geen.ttl", base=BASE)


WHOLE = (
    f'<#M> {T}; rr:subjectMap [ rr:template "id/{{nr}}"; rr:class e:A; rr:graph e:g ];\n'
    'rr:predicateObjectMap [ rr:predicate e:p; rr:objectMap [ rml:reference "nr"; '
    'rr:language "nl" ], [ rr:parentTriplesMap <#U>; rr:joinCondition [ rr:child "nr"; '
    'rr:parent "code" ] ], [ rr:constant 7; rr:termType rr:Literal ] ] .\n' + PARENT
)
WORDS = WHOLE.split(" ")


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300
)
@given(changes=st.lists(st.tuples(st.integers(0, len(WORDS) - 1), st.sampled_from(
    ["", *sorted(set(WORDS)), "rml:iterator", "[ ]", "( )", '"x"@nl', "_:b", "e:x", "1"])),
    min_size=1, max_size=3))  # fmt: skip
def test_a_damaged_file_is_read_or_refused_with_its_name(
    tmp_path: Path, changes: list[tuple[int, str]]
) -> None:
    words = list(WORDS)
    for place, word in changes:
        words[place] = word
    path = tmp_path / "m.ttl"
    path.write_text(HEAD + " ".join(words), encoding="utf-8")
    refused: ProjectError | None = None
    maps: tuple[TriplesMap, ...] = ()
    try:
        maps = load_rml(path, base=BASE).triples_maps
    except ProjectError as error:
        refused = error
    if refused is None:
        assert maps
    else:
        assert refused.where.startswith("m.ttl")
        assert refused.detail_nl != refused.detail


def test_the_file_that_is_damaged_above_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "m.ttl"
    path.write_text(HEAD + WHOLE, encoding="utf-8")
    first, second = load_rml(path, base=BASE).triples_maps
    assert (len(first.predicate_objects), len(first.joins), len(first.graphs)) == (2, 1, 1)
    assert second.name == "U"
