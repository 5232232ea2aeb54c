"""The lint of shapes graphs: each rule fires on its example and not on a near miss."""

from __future__ import annotations

import re

import pytest

from app.validation.lint import RULES, SEVERITIES, Vocabulary, lint, unchecked_of
from app.validation.lint.vocabulary import PROPERTIES
from tests.unit.lint_shapes import (
    DEEP,
    NEAR_DEEP,
    PREFIXES,
    THIS,
    ids,
    node,
    path,
    pattern,
    quads_of,
    run,
    select,
    shape,
)

# rule -> (example, near miss)
CASES: dict[str, tuple[str, str]] = {
    "no-shapes": ("ex:a ex:b ex:c .", shape("sh:minCount 1")),
    "imports-not-followed": (
        shape("sh:minCount 1") + "ex:o owl:imports <http://example.org/other> .",
        shape("sh:minCount 1") + "ex:o owl:imports ex:other, dash: . ex:other a owl:Ontology .",
    ),
    "entailment": (shape("sh:minCount 1") + "ex:o sh:entailment ex:rdfs .",
                   shape("sh:minCount 1") + "ex:o sh:shapesGraph ex:rdfs ."),
    "unknown-term": (shape("sh:minCountt 1"), shape("sh:minCount 1 ; sh:group ex:g ; sh:order 1")),
    "wrong-namespace": (shape("<https://www.w3.org/ns/shacl#minCount> 1"),
                        shape("<http://www.w3.org/ns/shacl-shacl#minCount> 1")),
    "later-term": (shape("sh:singleLine true"), shape("sh:uniqueLang true")),
    "foreign-constraint": (shape("dash:singleLine true"), shape("dash:editor ex:x")),
    "count-not-integer": (shape('sh:minCount "1"'), shape("sh:minCount 1")),
    "count-negative": (shape("sh:minCount -1"), shape("sh:minCount -0")),
    "count-too-large": (shape("sh:minCount 1" + "0" * 18), shape("sh:minCount " + "9" * 18)),
    "count-datatype": (shape('sh:minCount "1"^^xsd:nonNegativeInteger'), shape("sh:minCount 01")),
    "many-values": (shape("sh:minCount 1, 2"), shape("sh:class ex:A, ex:B")),
    "not-an-iri": (shape('sh:class "ex:A"'), shape("sh:class ex:A")),
    "not-a-literal": (shape("sh:minInclusive ex:A"), shape("sh:minInclusive 1")),
    "not-a-boolean": (shape('sh:uniqueLang "true"'), shape("sh:uniqueLang true")),
    "boolean-form": (shape('sh:uniqueLang "1"^^xsd:boolean'), shape("sh:uniqueLang false")),
    "not-a-string": (shape('sh:pattern "a"@nl'), shape('sh:pattern "a"')),
    "message-not-text": (shape("sh:minCount 1 ; sh:message 3"),
                         shape('sh:minCount 1 ; sh:message "a", "b"@nl')),
    "not-a-list": (shape("sh:in ex:a"), shape("sh:in (ex:a)")),
    "list-malformed": (shape("sh:in _:l") + "_:l rdf:first 1 ; rdf:rest _:m .",
                       shape("sh:in _:l") + "_:l rdf:first 1 ; rdf:rest rdf:nil ."),
    "list-cyclic": (shape("sh:in _:l") + "_:l rdf:first 1 ; rdf:rest _:l .", shape("sh:in (1 1)")),
    "list-member": (shape('sh:languageIn ("nl" 1)'), shape('sh:languageIn ("nl" "en")')),
    "not-a-shape": (shape('sh:or ("a" [sh:class ex:A])'), shape("sh:or ([sh:class ex:A])")),
    "reference-undefined": (node("sh:node ex:T"), node("sh:node ex:T") + "ex:T sh:class ex:A ."),
    "node-kind-unknown": (shape("sh:nodeKind sh:Iri"), shape("sh:nodeKind sh:IRI")),
    "severity-unknown": (shape("sh:minCount 1 ; sh:severity sh:Error"),
                         shape("sh:minCount 1 ; sh:severity sh:Info")),
    "severity-foreign": (shape("sh:minCount 1 ; sh:severity ex:Bad"),
                         shape("sh:minCount 1 ; sh:severity sh:Warning")),
    "datatype-unknown": (shape("sh:datatype xsd:Decimal"), shape("sh:datatype xsd:decimal")),
    "datatype-is-class": (shape("sh:datatype rdfs:Literal"), shape("sh:datatype rdf:langString")),
    "class-is-datatype": (shape("sh:class xsd:string"), shape("sh:class xsd:thing")),
    "class-resource": (shape("sh:class rdfs:Resource"), shape("sh:class rdfs:Class")),
    "target-is-datatype": (shape("sh:minCount 1 ; sh:targetClass xsd:date"),
                           shape("sh:minCount 1 ; sh:targetClass ex:Date")),
    "limits-crossed": (shape("sh:minCount 2 ; sh:maxCount 1"),
                       shape("sh:minCount 1 ; sh:maxCount 1")),
    "value-not-in-list": (shape("sh:in (1 2) ; sh:hasValue 3"),
                          shape("sh:in (1 2) ; sh:hasValue 2")),
    "qualified-without-shape": (
        shape("sh:qualifiedMinCount 1"),
        shape("sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:class ex:A ]")),
    "qualified-without-count": (
        shape("sh:qualifiedValueShape [ sh:class ex:A ]"),
        shape("sh:qualifiedMaxCount 1 ; sh:qualifiedValueShape [ sh:class ex:A ]")),
    "closed-type": (node("sh:closed true"),
                    node("sh:closed true ; sh:ignoredProperties (rdf:type)")),
    "ignored-without-closed": (node("sh:ignoredProperties (rdf:type)"),
                               node("sh:closed false ; sh:ignoredProperties (rdf:type)")),
    "needs-path": (node("sh:minCount 1"), node("sh:minLength 1")),
    "path-missing": (node("sh:property [ sh:minCount 1 ]"),
                     node("sh:property [ sh:path ex:p ; sh:minCount 1 ]")),
    "path-multiple": (path("ex:p, ex:q"), path("(ex:p ex:q)")),
    "path-malformed": (path("[ sh:inversePath ex:p ; sh:zeroOrMorePath ex:q ]"),
                       path("[ sh:inversePath [ sh:zeroOrMorePath ex:q ] ]")),
    "path-cyclic": (path("_:l") + "_:l sh:inversePath _:m . _:m sh:inversePath _:l .",
                    path("_:l") + "_:l sh:inversePath _:m . _:m sh:inversePath ex:p ."),
    "path-empty": (path("()"), path("(ex:p ex:p)")),
    "path-ambiguous": (path("[ rdf:first ex:p ; rdf:rest (ex:q) ; sh:inversePath ex:p ]"),
                       path("[ rdf:first ex:p ; rdf:rest (ex:q) ]")),
    "path-single-member": (path("[ sh:alternativePath (ex:p) ]"),
                           path("[ sh:alternativePath (ex:p ex:q) ]")),
    "shape-unused": ("ex:S sh:class ex:A .", "ex:S a rdfs:Class, sh:NodeShape ; sh:class ex:A ."),
    "shape-off": (shape("sh:minCount 1 ; sh:deactivated true"),
                  shape("sh:minCount 1 ; sh:deactivated false")),
    "shape-duplicate": (
        node("sh:property [ sh:path ex:p ; sh:in (1 2) ] , "
             "[ sh:path ex:p ; sh:in (1 2) ; sh:name 'x' ]"),
        node("sh:property [ sh:path ex:p ; sh:in (1 2) ] , [ sh:path ex:p ; sh:in (2 1) ]")),
    "shape-recursive": (
        node("sh:property [ sh:path ex:p ; sh:node ex:S ]"),
        node("sh:property [ sh:path ex:p ; sh:class ex:S ] , [ sh:path ex:q ; sh:node ex:T ]")
        + "ex:T sh:class ex:S ."),
    "nested-too-deep": (node(DEEP), node(NEAR_DEEP)),
    "pattern-look-around": (pattern("^a(?=b)"), pattern("^a(b)")),
    "pattern-back-reference": (pattern(r"^(a)\1$"), pattern(r"^(a)1$")),
    "pattern-group": (pattern("(?>a)"), pattern("(a)")),
    "pattern-subtraction": (pattern("[a-z-[aeiou]]"), pattern("[a-z-]")),
    "pattern-unicode-block": (pattern(r"\p{IsBasicLatin}"), pattern(r"\p{Lu}")),
    "pattern-name-escape": (pattern(r"^\i\c*$"), pattern(r"^\w\d*$")),
    "pattern-set-operator": (pattern("[a&&b]"), pattern(r"[a&b\[-]")),
    "pattern-escape-unknown": (pattern(r"a\Z"), pattern(r"a\$")),
    "pattern-invalid": (pattern("(a"), pattern(r"\(a")),
    "pattern-too-large": (pattern(r"^\w{300}$"), pattern(r"^\w{100}[a-z]{1,5000}$")),
    "pattern-catastrophic": (pattern("^(a+)+$"), pattern("^(a+b)+$")),
    "pattern-anchor": (pattern(r"\ba\b"), pattern("^a$")),
    "pattern-named-group": (pattern("(?P<x>a)"), pattern("(a)")),
    "pattern-inline-flags": (pattern("(?i)a"), pattern("a", " ; sh:flags 'i'")),
    "pattern-posix-class": (pattern("[[:alpha:]]"), pattern("[:alph]")),
    "pattern-escape": (pattern(r"^http:\/\/"), pattern(r"^http://a\.b\-c")),
    "pattern-unescaped": (pattern("a]"), pattern(r"a\]")),
    "pattern-quantifier": (pattern("a++"), pattern(r"a\++")),
    "pattern-lazy": (pattern("^.*?$"), pattern("^(.*)?$")),
    "pattern-non-capturing": (pattern("(?:a)"), pattern(r"(\?:a)")),
    "flags-unknown": (pattern("a", " ; sh:flags 'q'"), pattern("a", " ; sh:flags 'im'")),
    "flags-without-pattern": (shape("sh:flags 'i'"), pattern("a", " ; sh:flags 'i'")),
    "sparql-service": (
        select("SELECT $this WHERE { SERVICE <http://127.0.0.1/> { $this ?p ?o } }"),
        select("SELECT $this WHERE { $this ?p 'SERVICE' } # SERVICE <http://127.0.0.1/>")),
    "sparql-from": (select("SELECT $this FROM <http://127.0.0.1/> WHERE { $this ?p ?o }"),
                    select("SELECT $this WHERE { $this <http://e/FROM> ?from }")),
    "sparql-values": (select("SELECT $this WHERE { $this ?p ?o VALUES ?o { 1 } }"),
                      select("SELECT $this WHERE { $this ?p ?o FILTER (?o IN (1)) }")),
    "sparql-minus": (select("SELECT $this WHERE { $this ?p ?o MINUS { $this ?p 1 } }"),
                     select("SELECT $this WHERE { $this ?p ?o FILTER NOT EXISTS { $this ?p 1 } }")),
    "sparql-rebinds": (select("SELECT $this WHERE { BIND (1 AS ?this) }"),
                       select("SELECT $this WHERE { $this ?p ?o BIND ($this AS ?that) }")),
    "sparql-subselect": (select("SELECT $this WHERE { { SELECT ?o WHERE { ?s ?p ?o } } }"),
                         select("SELECT $this WHERE { { SELECT $this WHERE { $this ?p 1 } } }")),
    "sparql-syntax": (
        select(THIS),
        select(THIS, "; sh:prefixes ex:o") + "ex:o sh:declare [ sh:prefix 'ex' ; "
        "sh:namespace 'http://example.org/'^^xsd:anyURI ] ."),
    "sparql-no-query": (node("sh:sparql [ sh:message 'x' ]"),
                        select("SELECT $this WHERE { $this ?p ?o }")),
    "sparql-no-this": (select("SELECT ?o WHERE { $this ?p ?o }"),
                       select("SELECT * WHERE { $this ?p ?o }")),
    "sparql-shapes-graph": (select("SELECT $this WHERE { GRAPH $shapesGraph { $this ?p ?o } }"),
                            select("SELECT $this WHERE { GRAPH ?g { $this ?p ?o } }")),
    "javascript": (node("sh:js [ sh:jsFunctionName 'f' ]"), node("sh:nodeKind sh:IRI")),
    "rule-not-run": (
        node("sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:p ; sh:object 1 ]"),
        node("sh:nodeKind sh:IRI")),
    "expression-not-run": (node("sh:expression [ sh:path ex:p ]"), node("sh:nodeKind sh:IRI")),
    "function-not-run": (node("sh:nodeKind sh:IRI") + "ex:f a sh:SPARQLFunction .",
                         node("sh:nodeKind sh:IRI") + "ex:f a sh:PropertyGroup ."),
    "target-not-run": (node("sh:nodeKind sh:IRI ; sh:target [ a sh:JSTarget ]"),
                       node("sh:nodeKind sh:IRI ; sh:target [ a sh:SPARQLTarget ; "
                            "sh:select 'SELECT ?this WHERE { ?this a ?c }' ]")),
}  # fmt: skip
ELSEWHERE = {"sparql-not-allowed", "shapes-too-large"}


@pytest.mark.parametrize("rule", CASES)
def test_rule_fires_on_its_example_and_not_on_a_near_miss(rule: str) -> None:
    example, near = CASES[rule]
    assert rule in ids(example)
    assert rule not in ids(near)


def test_every_rule_has_a_case() -> None:
    assert set(CASES) | ELSEWHERE == set(RULES)


def test_the_near_misses_of_values_are_clean() -> None:
    clean = ("count-not-integer", "many-values", "not-a-list", "list-member", "closed-type",
             "path-multiple", "path-malformed", "shape-recursive", "sparql-syntax",
             "pattern-catastrophic", "pattern-escape", "limits-crossed")  # fmt: skip
    assert {rule: ids(CASES[rule][1]) for rule in clean} == {rule: set() for rule in clean}


def test_sparql_is_refused_unless_allowed() -> None:
    text = select("SELECT $this WHERE { $this ?p ?o }")
    assert ids(text, sparql=False) == {"sparql-not-allowed"}
    assert ids(text) == set()
    found = run(text, sparql=False)[0]
    assert (found.severity, found.shape) == ("refuse", "http://example.org/S")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("minCountt", "minCount"), ("shape", "node"), ("mincount", "minCount"), ("pth", "path"),
     ("targetclass", "targetClass"), ("propety", "property"), ("dataType", "datatype")],
)  # fmt: skip
def test_a_misspelt_term_gets_a_suggestion(wrong: str, right: str) -> None:
    found = [f for f in run(shape(f"sh:minCount 1 ; sh:{wrong} 1")) if f.id == "unknown-term"]
    assert [f.term for f in found] == [f"http://www.w3.org/ns/shacl#{wrong}"]
    assert found[0].remedy["nl"] == f"Bedoelde u sh:{right}?"
    assert found[0].severity == "unchecked"


@pytest.mark.parametrize(
    "namespace",
    ["http://www.w3.org/ns/shacl", "https://www.w3.org/ns/shacl#", "http://www.w3.org/ns/shacl/",
     "http://www.w3.org/ns/SHACL#", "http://w3.org/ns/shacl#", "http://www.w3.org/ns/sh#"],
)  # fmt: skip
def test_another_spelling_of_the_namespace_is_no_pass(namespace: str) -> None:
    others = PREFIXES.partition("\n")[2]
    found = run(f"@prefix sh: <{namespace}> .\n{others}{shape('sh:minCount 1')}", whole=True)
    assert found[0].id == "no-shapes"
    wrong = next(f for f in found if f.term.endswith("minCount"))
    assert wrong.id == "wrong-namespace"
    assert "http://www.w3.org/ns/shacl#minCount" in wrong.remedy["en"]


def test_a_vocabulary_can_be_extended() -> None:
    text = shape("sh:minCount 1 ; sh:mine 1")
    more = Vocabulary(properties=PROPERTIES | {"mine"})
    assert "unknown-term" in ids(text)
    assert lint(quads_of(PREFIXES + text), allow_sparql=False, vocab=more) == []


def test_custom_components_rebind_no_parameter() -> None:
    text = """ex:Comp a sh:ConstraintComponent ; sh:parameter [ sh:path ex:limit ] ;
        sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { BIND (1 AS ?%s) }" ] .
        ex:S a sh:NodeShape ; sh:targetClass ex:C ; ex:limit 3 ."""
    assert ids(text % "limit") == {"sparql-rebinds"}
    assert ids(text % "other") == set()


@pytest.mark.parametrize("rule", RULES)
def test_texts_are_for_people(rule: str) -> None:
    jargon = re.compile(r"https?:|\b(minCount|maxCount|node|shape|constraint|predicate|triple)",
                        re.IGNORECASE)  # fmt: skip
    row = RULES[rule]
    for text in (row.nl, row.mend_nl, row.en, row.mend_en):
        assert text
        assert text[-1] in ".}"
        assert not jargon.search(text.replace("$shapesGraph", "").replace("$currentShape", ""))
    assert row.severity in SEVERITIES


def test_findings_are_filled_in() -> None:
    for example, _ in CASES.values():
        for found in run(example):
            assert set(found.message) == set(found.remedy) == {"nl", "en"}
            for text in (*found.message.values(), *found.remedy.values()):
                assert "{value}" not in text
                assert "{suggestion" not in text


def test_unchecked_of_holds_what_no_report_may_call_checked() -> None:
    found = run(
        shape('sh:minCount "n"^^xsd:integer, "m" ; sh:maxCount "1"^^xsd:int ; sh:class xsd:date')
    )
    assert {f.severity for f in found} == {"unchecked", "portable", "advice"}
    gaps = unchecked_of(found, "proef")
    assert {(gap.profile, gap.shape, gap.code) for gap in gaps} == {
        ("proef", "http://example.org/S", "count-not-integer"),
        ("proef", "http://example.org/S", "many-values"),
    }
    assert len(gaps) == 2
    assert set(gaps[0].reason) == {"nl", "en"}
    assert unchecked_of(run(select("SELECT $this WHERE { }"), sparql=False), "p")[0].code == (
        "sparql-not-allowed"
    )
