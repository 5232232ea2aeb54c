"""The lint of shapes graphs: each rule fires on its example and not on a near miss."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from app.rdf import media
from app.rdf.io import parse
from app.rdf.terms import Quad
from app.validation.lint import RULES, SEVERITIES, LintFinding, Vocabulary, lint, unchecked_of
from app.validation.lint.vocabulary import PROPERTIES

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


# lines


def lines_of(text: str) -> list[tuple[str, int | None]]:
    found = lint(quads_of(text), allow_sparql=False, text=text, base=BASE)
    return [(finding.id, finding.line) for finding in found]


def test_findings_have_the_line_in_turtle() -> None:
    text = (DATA / "textual-counts.ttl").read_text(encoding="utf-8")
    for found in lint(quads_of(text), allow_sparql=False, text=text, base=BASE):
        assert found.line is not None
        said = text.splitlines()[found.line - 1]
        assert f"# {found.id}" in said, (found, said)
    marked = Counter(re.findall(r"# ([a-z-]+)$", text, re.MULTILINE))
    assert Counter(code for code, _ in lines_of(text)) == marked


def test_lines_of_n_triples() -> None:
    sh = "<http://www.w3.org/ns/shacl#"
    text = (f"<http://e/S> {sh}path> <http://e/p> .\n<http://e/S> {sh}targetClass> <http://e/C> .\n"
            f'<http://e/S> {sh}minCount> "n" .\n')  # fmt: skip
    assert lines_of(text) == [("count-not-integer", 3)]


def test_a_text_that_does_not_fit_gives_no_line_and_no_error() -> None:
    quads = quads_of(PREFIXES + shape('sh:minCount "n"'))
    for text in ("{]]) . ; , ^^ [", "", '"""', "<http://e/x> <p> (", "_: @prefix a"):
        assert [f.line for f in lint(quads, allow_sparql=False, text=text)] == [None]


# official files


def found_in(file: Path, *, sparql: bool = False) -> dict[str, int]:
    source = media.BY_SUFFIX[file.suffix[1:]]
    found = lint(quads_of(file.read_bytes(), source), allow_sparql=sparql)
    return dict(sorted(Counter(finding.id for finding in found).items()))


@pytest.mark.parametrize("file", sorted((ROOT / "shapes").glob("*.ttl")), ids=lambda f: f.stem)
def test_our_own_profiles_are_clean(file: Path) -> None:
    assert found_in(file) == {}


# pinned as found, so that a change shows; not every single one was read by a person
OFFICIAL: dict[str, dict[str, int]] = {
    "cpov-2.1.2/core-public-organisation-ap-SHACL.ttl": {
        "shape-duplicate": 2,
        "target-is-datatype": 5,
    },
    "cpsv-ap-3.2.0/cpsv-ap-SHACL.ttl": {"target-is-datatype": 4},
    "dcat-ap-2.1.1/dcat-ap_2.1.1_shacl_shapes_recommended.ttl": {"shape-unused": 2},
    "dcat-ap-3.0.1/dcat-ap-SHACL.ttl": {"reference-undefined": 2},
    "dcat-ap-3.0.1/deprecateduris.ttl": {"imports-not-followed": 1},
    "dcat-ap-3.0.1/imports.ttl": {"imports-not-followed": 10, "no-shapes": 1},
    "dcat-ap-3.0.1/mdr_imports.ttl": {"imports-not-followed": 13, "no-shapes": 1},
    "dcat-ap-3.0.1/ranges.ttl": {
        "class-resource": 2,
        "reference-undefined": 206,
        "target-is-datatype": 2,
    },
    "dcat-ap-3.0.1/shapes.ttl": {"unknown-term": 5},
    "dcat-ap-3.0.1/shapes_recommended.ttl": {"shape-unused": 2},
    "dcat-ap-be-2/bedcatap2.shacl.ttl": {"shape-duplicate": 1},
    "dcat-ap-feeds/shape.ttl": {"imports-not-followed": 1, "shape-unused": 1},
    "dcat-ap-hvd-3.0.0/hvd-SHACL-base.ttl": {"reference-undefined": 1, "target-is-datatype": 1},
    "dcat-ap-hvd-3.0.0/hvd-SHACL-full.ttl": {
        "class-resource": 5,
        "imports-not-followed": 1,
        "target-is-datatype": 1,
    },
    "dcat-ap-hvd-3.0.0/hvd-SHACL-ranges.ttl": {"class-resource": 5, "target-is-datatype": 1},
    "dcat-ap-hvd-3.0.0/hvd-SHACL-usagenotes.ttl": {"imports-not-followed": 1, "shape-unused": 1},
    "dcat-ap-vl-2.0/geodcatapvl-usagenotes.jsonld": {
        "class-resource": 1,
        "many-values": 3,
        "not-a-list": 11,
        "shape-unused": 4,
    },
    "dcat-ap-vl-2.0/geodcatapvl.jsonld": {
        "class-resource": 14,
        "datatype-is-class": 7,
        "datatype-unknown": 1,
    },
    "ldes-tree/vsds-eventsourceShaclShape.ttl": {"sparql-not-allowed": 1},
    "ldes-tree/vsds-eventstreamShaclShape.ttl": {"sparql-not-allowed": 2},
    "ldes-tree/vsds-viewShaclShape.ttl": {
        "path-missing": 4,
        "shape-recursive": 2,
        "shape-unused": 1,
    },
    "oslo-2018/generiek-basis.ttl": {"class-is-datatype": 28, "target-is-datatype": 3},
    "oslo-2018/organisatie-basis.ttl": {"class-is-datatype": 1},
}


def test_official_files_have_these_defects_and_no_others(shared: Path) -> None:
    folder = shared / "standards" / "shacl"
    files = [f for f in sorted(folder.rglob("*")) if f.suffix in (".ttl", ".jsonld")]
    # not RDF: an IRI with spaces in it
    broken = {"oslo-2018/dienstencataloog.ttl"}
    names = {f.relative_to(folder).as_posix(): f for f in files}
    assert broken < set(names)
    found = {name: found_in(file) for name, file in names.items() if name not in broken}
    assert {name: counts for name, counts in found.items() if counts} == OFFICIAL


def test_w3c_cases_are_refused_where_w3c_expects_failure(shared: Path) -> None:
    folder = shared / "w3c" / "shacl"
    refused, failing = set(), set()
    for file in sorted(folder.rglob("*.ttl")):
        data = file.read_bytes()
        quads = quads_of(data)
        if any(o.endswith("shacl-test#Failure>") for _, _, o, _ in quads):
            failing.add(file.stem)
        found = {f.id for f in lint(quads, allow_sparql=True) if f.severity == "refuse"}
        # a manifest or a data file is no shapes graph
        if found - {"no-shapes"}:
            refused.add(file.stem)
    assert len(failing) == 7
    assert refused == failing


# hostile input


def timed(text: str | list[Quad]) -> tuple[set[str], float]:
    quads = quads_of(text) if isinstance(text, str) else text
    start = time.process_time()
    found = lint(quads, allow_sparql=True)
    return {finding.id for finding in found}, time.process_time() - start


SH = "http://www.w3.org/ns/shacl#"


def chain(length: int, predicate: str, last: str) -> list[Quad]:
    quads = [(f"<http://e/{i}>", f"<{SH}{predicate}>", f"<http://e/{i + 1}>", "")
             for i in range(length)]  # fmt: skip
    target = (f"<http://e/{length}>", f"<{SH}class>", last, "")
    return [*quads, ("<http://e/0>", f"<{SH}targetClass>", "<http://e/C>", ""), target]


def test_three_thousand_nested_shapes_end_in_a_finding() -> None:
    found, seconds = timed(chain(3_000, "not", "<http://e/A>"))
    assert found == {"nested-too-deep"}
    assert seconds < 1


def test_a_cycle_of_many_shapes_ends_in_findings() -> None:
    quads = [*chain(3_000, "node", "<http://e/A>"),
             ("<http://e/3000>", f"<{SH}node>", "<http://e/0>", "")]  # fmt: skip
    found, seconds = timed(quads)
    assert found == {"shape-recursive"}
    assert seconds < 1


def test_deep_and_cyclic_paths_end_in_findings() -> None:
    quads = [(f"_:b{i}", f"<{SH}inversePath>", f"_:b{i + 1}", "") for i in range(3_000)]
    head = [("<http://e/S>", f"<{SH}path>", "_:b0", ""),
            ("<http://e/S>", f"<{SH}targetClass>", "<http://e/C>", "")]  # fmt: skip
    deep = [*head, *quads, ("_:b3000", f"<{SH}inversePath>", "<http://e/p>", "")]
    assert timed(deep)[0] == {"nested-too-deep"}
    found, seconds = timed([*head, *quads, ("_:b3000", f"<{SH}inversePath>", "_:b0", "")])
    assert found == {"path-cyclic"}
    assert seconds < 1


def test_many_triples_take_linear_time() -> None:
    def quads(shapes: int) -> list[Quad]:
        out = []
        for i in range(shapes):
            s = f"<http://e/{i}>"
            out += [(s, f"<{SH}path>", "<http://e/p>", ""), (s, f"<{SH}minCount>", '"n"', ""),
                    (s, f"<{SH}targetClass>", "<http://e/C>", ""),
                    (s, f"<{SH}minCountt>", '"1"', "")]  # fmt: skip
        return out

    _, small = timed(quads(2_500))
    found, large = timed(quads(25_000))
    assert found == {"count-not-integer", "unknown-term"}
    assert large < 6
    assert large < 30 * max(small, 0.05)


def test_lists_that_share_their_cells_are_refused() -> None:
    rest, first = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>", (
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>")  # fmt: skip
    nil = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"
    quads: list[Quad] = []
    for i in range(20_000):
        quads += [(f"_:c{i}", first, '"x"', ""),
                  (f"_:c{i}", rest, f"_:c{i + 1}" if i < 19_999 else nil, ""),
                  (f"<http://e/{i}>", f"<{SH}in>", f"_:c{i}", ""),
                  (f"<http://e/{i}>", f"<{SH}targetClass>", "<http://e/C>", "")]  # fmt: skip
    found, seconds = timed(quads)
    assert "shapes-too-large" in found
    assert seconds < 5


def test_a_long_list_that_many_shapes_share_is_refused() -> None:
    items = " ".join(f"<http://e/i{i}>" for i in range(3_000))
    text = PREFIXES + f"ex:S sh:in _:l ; sh:targetClass ex:C . ex:T sh:in ({items}) ."
    quads = quads_of(text)
    head = next(o for s, p, o, _ in quads if p == f"<{SH}in>" and s.endswith("T>"))
    quads += [(f"<http://e/{i}>", f"<{SH}or>", head, "") for i in range(3_000)]
    found, seconds = timed(quads)
    assert "shapes-too-large" in found
    assert seconds < 5


@pytest.mark.parametrize(
    "text",
    ["(" * 3_000 + "a" + ")" * 3_000, "[" * 5_000, "(a|" * 150 + "a" + ")*" * 150, "(a*)*" * 500,
     "(?:" * 2_000, "\\" * 9_999, "a" * 100_000, "(a{0,50}){0,50}", "(" + ".?" * 290 + ")*",
     "a{999999999999999999999}", "(a?){200}a{200}", "[" + "a-" * 9_000, "x*" * 5_000],
    ids=range(13),
)  # fmt: skip
def test_hostile_patterns_end_fast(text: str) -> None:
    quads = [("<http://e/S>", f"<{SH}pattern>", '"' + text.replace("\\", "\\\\") + '"', ""),
             ("<http://e/S>", f"<{SH}targetClass>", "<http://e/C>", "")]  # fmt: skip
    _, seconds = timed(quads)
    assert seconds < 2
