"""Functions in RML: both forms mean the same, print as they are read, all else is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.errors import ProjectError
from app.mapping.functions.model import expand
from app.mapping.model import Call, Mapping, Part, PredicateObject, TermMap
from app.mapping.rml import load_rml
from app.mapping.rmlwriting import FORMS, NO_BASE, rml_of, write_rml
from app.mapping.yarrrml import load_mapping

BASE = "https://voorbeeld.test/"
HEAD = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix c: <http://w3id.org/rml/> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix fnml: <http://semweb.mmlab.be/ns/fnml#> .
@prefix fno: <https://w3id.org/function/ontology#> .
@prefix old: <http://w3id.org/function/ontology#> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix idlab-fn: <https://w3id.org/imec/idlab/function#> .
@prefix was: <http://example.com/idlab/function/> .
@prefix e: <https://elders.test/> .
"""
SOURCE = 'rml:logicalSource [ rml:source "t.csv"; rml:referenceFormulation ql:CSV ]'
NAME = (Part("naam", column=True),)
UPPER = Call(expand("grel:toUpperCase"), ((expand("grel:valueParameter"), NAME),))
SPLIT = Call(expand("grel:string_split"), (
    (expand("grel:valueParameter"), (Part("", call=UPPER),)),
    (expand("grel:p_string_sep"), (Part(", "),)),
))  # fmt: skip


def load(tmp_path: Path, text: str) -> Mapping:
    path = tmp_path / "m.ttl"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_rml(path, base=BASE)


def objects(tmp_path: Path, map_: str, *, subject: str = 'rr:template "id/{nr}"',
            more: str = "") -> PredicateObject:  # fmt: skip
    text = (f"<#M> {SOURCE}; rr:subjectMap [ {subject} ]; rr:predicateObjectMap [ "
            f"rr:predicate e:p; rr:objectMap [ {map_} ] ] . {more}")  # fmt: skip
    (rule,) = load(tmp_path, text).triples_maps[0].predicate_objects
    return rule


def value(name: str, *rules: str) -> str:
    """Return a function of FNML as first published."""
    more = "".join(f"; rr:predicateObjectMap [ {rule} ]" for rule in rules)
    return (f"fnml:functionValue [ rr:predicateObjectMap [ rr:predicate fno:executes; "
            f"rr:objectMap [ rr:constant {name} ] ]{more} ]")  # fmt: skip


def execution(name: str, *inputs: str) -> str:
    """Return a function of RML-FNML."""
    more = "".join(f"; c:input [ {item} ]" for item in inputs)
    return f"c:functionExecution [ c:function {name}{more} ]"


OF_NAME = 'rr:predicate grel:valueParameter; rr:objectMap [ rml:reference "naam" ]'
IN_NAME = 'c:parameter grel:valueParam; c:inputValueMap [ c:reference "naam" ]'
OLD_UPPER, NEW_UPPER = value("grel:toUpperCase", OF_NAME), execution("grel:toUpperCase", IN_NAME)

FORMS_READ = [
    (OLD_UPPER, UPPER), (NEW_UPPER, UPPER), (f"{OLD_UPPER}; a fnml:FunctionTermMap", UPPER),
    (value("grel:toUpperCase", 'rr:predicateMap [ rr:constant grel:valueParam; rr:termType rr:IRI '
           ']; rr:objectMap [ rml:reference "naam"; rr:termType rr:Literal ]'), UPPER),
    (value('"http://users.ugent.be/~bjdmeest/function/grel.ttl#toUpperCase"', OF_NAME), UPPER),
    (OLD_UPPER.replace("fno:", "old:"), UPPER),
    (OLD_UPPER.replace("functionValue [", f"functionValue [ {SOURCE};"), UPPER),
    (f"{NEW_UPPER}; c:return grel:stringOut", UPPER),
    (f"{NEW_UPPER}; c:returnMap [ c:constant grel:stringOutput ]", UPPER),
    ("c:functionExecution [ a c:FunctionExecution; c:functionMap [ a c:FunctionMap; c:constant "
     "grel:toUppercase ]; c:input [ a c:Input; c:parameterMap [ a c:ParameterMap; c:constant "
     'grel:valueParameter ]; c:inputValueMap [ a c:TermMap; c:reference "naam" ] ] ]', UPPER),
    (value("grel:string_split", f"rr:predicate grel:valueParameter; rr:objectMap [ {OLD_UPPER} ]",
           'rr:predicate grel:p_string_sep; rr:object ", "'), SPLIT),
    (execution("grel:string_split", 'c:parameter grel:param_string_sep; c:inputValue ", "',
               f"c:parameter grel:valueParam; c:inputValueMap [ {NEW_UPPER} ]"), SPLIT),
    (execution("was:isNull", 'c:parameter was:_str; c:inputValueMap [ rml:reference "naam" ]'),
     Call(expand("idlab-fn:isNull"), ((expand("idlab-fn:str"), NAME),))),
]  # fmt: skip


@pytest.mark.parametrize(("map_", "expected"), FORMS_READ, ids=range(len(FORMS_READ)))
def test_a_way_to_write_a_function(tmp_path: Path, map_: str, expected: Call) -> None:
    assert objects(tmp_path, map_).objects == (TermMap((Part("", call=expected),), iri=False),)


def test_values_that_are_templates_and_iris(tmp_path: Path) -> None:
    found = objects(tmp_path, value("grel:toUpperCase", OF_NAME.replace(
        'rml:reference "naam"', r'rr:template "Naam: {naam} \\{x\\}"')))  # fmt: skip
    call = found.objects[0].parts[0].call
    assert call
    assert call.arguments[0][1] == (Part("Naam: "), *NAME, Part(" {x}"))
    found = objects(tmp_path, execution("grel:toUpperCase", IN_NAME.replace(
        'c:reference "naam"', "c:constant e:x")))  # fmt: skip
    call = found.objects[0].parts[0].call
    assert call
    assert call.arguments[0][1] == (Part("https://elders.test/x"),)


def test_an_execution_may_be_used_again(tmp_path: Path) -> None:
    more = f"<#E> a c:FunctionExecution; {NEW_UPPER[len('c:functionExecution [ ') : -2]} ."
    found = objects(tmp_path, "c:functionExecution <#E>; rr:language \"nl\"",
                    subject="c:functionExecution <#E>", more=more)  # fmt: skip
    assert found.objects == (TermMap((Part("", call=UPPER),), iri=False, language="nl"),)


def test_the_term_type_of_what_a_function_gives(tmp_path: Path) -> None:
    found = objects(tmp_path, f"{OLD_UPPER}; rr:termType rr:IRI", subject=OLD_UPPER)
    assert found.objects == (TermMap((Part("", call=UPPER),), iri=True, base=BASE),)
    text = f"<#M> {SOURCE}; rr:subjectMap [ {OLD_UPPER}; rr:class e:A ] ."
    (map_,) = load(tmp_path, text).triples_maps
    assert map_.subject == TermMap((Part("", call=UPPER),), iri=True, base=BASE)
    assert map_.columns == {"naam"}


REFUSED = [
    (value("grel:toUperCase", OF_NAME), "'grel:toUperCase'; perhaps grel:toUpperCase is meant"),
    (execution("grel:unknown_func", IN_NAME), "no function 'grel:unknown_func'; `vijfster"),
    (execution("idlab-fn:random"), "something else at every run"),
    (value("grel:toUpperCase"), "grel:toUpperCase needs grel:valueParameter"),
    (execution("grel:toUpperCase"), "vraagt grel:valueParameter"),
    (value("grel:toUpperCase", OF_NAME, 'rr:predicate e:x; rr:object "x"'),
     "no parameter 'https://elders.test/x'"),
    (execution("grel:toUpperCase", IN_NAME, IN_NAME.replace("naam", "b")), "given twice"),
    (f"{NEW_UPPER}; c:return idlab-fn:_stringOut",
     "return: grel:toUpperCase gives grel:stringOut, not idlab-fn:_stringOut"),
    (f"{NEW_UPPER}; c:returnMap [ c:reference \"a\" ]", "same for every row"),
    (f"{NEW_UPPER}; {OLD_UPPER}", "one of template"), (f"{NEW_UPPER}; c:reference \"x\"", "one of"),
    ("fnml:functionValue [ ]", "fno:executes"), ("c:functionExecution [ ]", "function is missing"),
    ("c:functionExecution [ c:function grel:trim; c:input [ c:parameter grel:valueParam ] ]",
     "inputValue is missing"),
    ("c:functionExecution [ c:function grel:trim; c:input [ c:inputValue \"a\" ] ]",
     "parameter is missing"),
    ("c:functionExecution [ c:functionMap [ c:template \"{x}\" ] ]", "same for every row"),
    ("c:functionExecution [ c:function [ ] ]", "must be an IRI"),
    (execution("grel:trim", "c:parameter grel:valueParam; c:inputValueMap [ ]"), "one of template"),
    (execution("grel:trim", 'c:parameter grel:valueParam; c:inputValueMap [ c:template "{" ]'),
     "stands alone"),
    (execution("grel:trim", f"{IN_NAME}; e:x 1"), "elders.test/x"),
    (execution("grel:string_replace", IN_NAME, 'c:parameter grel:param_find; c:inputValue '
               '"/(?=a)+/"', 'c:parameter grel:param_replace; c:inputValue ""'), "vooruit"),
    (execution("grel:string_split", IN_NAME, 'c:parameter grel:param_string_sep; c:inputValueMap '
               '[ c:reference "x" ]'), "voor elke rij hetzelfde"),
    (OLD_UPPER.replace("functionValue [", f"functionValue [ {SOURCE.replace('t.csv', 'u.csv')};"),
     "reads the file of its triples map"),
    ('rml:reference "naam"; c:languageMap [ c:functionExecution [ ] ]', "not possible here"),
]  # fmt: skip


@pytest.mark.parametrize(("map_", "words"), REFUSED, ids=range(len(REFUSED)))
def test_what_we_cannot_run_is_refused_by_name(tmp_path: Path, map_: str, words: str) -> None:
    with pytest.raises(ProjectError) as error:
        objects(tmp_path, map_)
    assert words in error.value.detail + error.value.detail_nl
    assert error.value.where.startswith("m.ttl M predicateObjectMap 1 objectMap")


def test_a_function_of_itself_is_refused(tmp_path: Path) -> None:
    more = ("<#E> c:function grel:toUpperCase; c:input [ c:parameter grel:valueParam; "
            "c:inputValueMap [ c:functionExecution <#E> ] ] .")  # fmt: skip
    with pytest.raises(ProjectError, match="20 deep"):
        objects(tmp_path, "c:functionExecution <#E>", more=more)


def test_a_predicate_is_no_function(tmp_path: Path) -> None:
    text = (f"<#M> {SOURCE}; rr:subjectMap [ rr:template \"{{nr}}\" ]; rr:predicateObjectMap [ "
            f"rr:predicateMap [ {value('grel:toUpperCase', OF_NAME)} ]; rr:object e:x ] .",
            )[0]  # fmt: skip
    with pytest.raises(ProjectError, match="same for every row"):
        load(tmp_path, text)
    constant = OF_NAME.replace('rml:reference "naam"', 'rr:constant "a"')
    with pytest.raises(ProjectError, match="same for every row"):
        load(tmp_path, text.replace(OF_NAME, constant))


def test_a_function_that_nothing_uses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="part of a triples map"):
        objects(tmp_path, 'rml:reference "naam"', more="<#E> c:function grel:toUpperCase .")


YARRRML = """\
prefixes:
  eigen: ns/eigen#
sources:
  bomen: [bomen.csv~csv]
mappings:
  boom:
    sources: bomen
    s: {f: 'idlab-fn:concat(str = https://a.test/, otherStr = idlab-fn:slugify(str = $(naam)))'}
    po:
      - [eigen:naam, {f: 'grel:toUpperCase(value = "$(naam) {x} \\\\ \\"$(nr)\\"")'}, nl~lang]
      - [eigen:geplant, {f: 'grel:toDate(value = $(datum))'}, xsd:date]
      - p: eigen:soort
        o: {f: 'vijfster-fn:concept(value = $(soort), scheme = soorten)', type: iri}
      - [eigen:deel, {f: 'grel:split(value = grel:trim(value = $(delen)), p_string_sep = ", ")'}]
      - [eigen:e, {f: 'grel:coalesce(p_any_rep_e = $(a), p_any_rep_e = "$(b)-x", p_any_rep_e=-)'}]
      - [eigen:paar, {f: 'vijfster-fn:translate(value = $(a), pair = J=ja, pair = N=nee)'}]
"""


def told(term: TermMap) -> tuple[tuple[Part, ...], bool, str, str]:
    return tuple(part for part in term.parts if part.text or part.call), term.iri, \
        term.datatype, term.language  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_what_is_printed_is_read_as_it_was(tmp_path: Path, form: str) -> None:
    path = tmp_path / "m.yml"
    path.write_text(YARRRML, encoding="utf-8")
    text = rml_of(path, form)
    assert re.search(r"fnml:functionValue|rml:functionExecution", text)
    printed = tmp_path / "p.ttl"
    printed.write_text(text, encoding="utf-8")
    (before,) = load_mapping(path, base=NO_BASE).triples_maps
    (after,) = load_rml(printed, base=NO_BASE).triples_maps
    assert told(after.subject) == told(before.subject)
    assert [[told(term) for term in rule.objects] for rule in after.predicate_objects] == [
        [told(term) for term in rule.objects] for rule in before.predicate_objects
    ]
    assert write_rml(load_rml(printed, base=NO_BASE), form).count("[") == text.count("[")


@pytest.mark.parametrize(("function", "words"), [
    ("grel:trim(value = id/x~iri)", "relative IRI"),
])  # fmt: skip
def test_what_rml_has_no_word_for_is_refused(tmp_path: Path, function: str, words: str) -> None:
    path = tmp_path / "m.yml"
    head = YARRRML.partition("    s: ")[0]
    path.write_text(f"{head}    s: x/$(nr)\n    po: [[eigen:a, {{f: '{function}'}}]]\n",
                    encoding="utf-8")  # fmt: skip
    with pytest.raises(ProjectError, match=words):
        rml_of(path, "rml")


def test_a_condition_still_has_no_form_in_rml(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    path.write_text(YARRRML + "    condition: {f: 'idlab-fn:isNull(str = $(a))'}\n",
                    encoding="utf-8")  # fmt: skip
    with pytest.raises(ProjectError, match="a condition"):
        rml_of(path, "rml-core")
