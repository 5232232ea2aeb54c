"""Functions in YARRRML: every way to write them means the same, all else is refused by name."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import ProjectError
from app.mapping.functions.model import expand
from app.mapping.model import Call, Condition, Part, PredicateObject, TermMap, TriplesMap
from app.mapping.yarrrml import load_mapping
from app.rdf.terms import XSD

BASE = "https://voorbeeld.test/"
HEAD = """\
prefixes:
  eigen: ns/eigen#
sources:
  bomen: [bomen.csv~csv]
mappings:
"""


def one(tmp_path: Path, po: str = "- [eigen:naam, x]", **more: str) -> TriplesMap:
    """Return the one triples map with a `po` block."""
    keys = {"sources": "bomen", "s": "id/boom/$(nr)", **more}
    lines = "".join(f"    {key}: {value}\n" for key, value in keys.items())
    path = tmp_path / "m.yml"
    path.write_text(f"{HEAD}  boom:\n{lines}    po:\n{indent(po, ' ' * 6)}", encoding="utf-8")
    (found,) = load_mapping(path, base=BASE).triples_maps
    return found


def made(tmp_path: Path, object_: str) -> TermMap:
    (rule,) = one(tmp_path, f"- {{p: eigen:naam, o: {object_}}}").predicate_objects
    (term,) = rule.objects
    return term


def call(name: str, **arguments: tuple[Part, ...]) -> Call:
    return Call(expand(name), tuple((expand(key.replace("__", ":")), parts)
                                    for key, parts in arguments.items()))  # fmt: skip


NAME = (Part("naam", column=True),)
UPPER = call("grel:toUpperCase", grel__valueParameter=NAME)
TRIM = call("grel:string_trim", grel__valueParameter=NAME)
NESTED = call("grel:toUpperCase", grel__valueParameter=(Part("", call=TRIM),))
SPLIT = call("grel:string_split", grel__valueParameter=NAME, grel__p_string_sep=(Part(", "),))


@pytest.mark.parametrize(("object_", "expected"), [
    ("{function: grel:toUpperCase, parameters: [[grel:valueParameter, $(naam)]]}", UPPER),
    ("{fn: grel:toUpperCase, pms: [[grel:valueParam, $(naam)]]}", UPPER),
    ("{f: grel:toUppercase, parameters: [{parameter: grel:valueParameter, value: $(naam)}]}",
     UPPER),
    ("{f: grel:toUpperCase, pms: [{pm: valueParameter, v: $(naam), from: subject, "
     "type: literal}]}", UPPER),
    ("{f: grel:toUpperCase, pms: [[value, $(naam), s]]}", UPPER),
    ("{f: 'grel:toUpperCase(valueParameter = $(naam))'}", UPPER),
    ("{f: 'grel:toUpperCase( grel:valueParameter=$(naam) )'}", UPPER),
    ("{f: 'http://users.ugent.be/~bjdmeest/function/grel.ttl#toUpperCase', "
     "pms: [[value, $(naam)]]}", UPPER),
    ("[{f: grel:toUpperCase, pms: [[value, {f: grel:trim, pms: [[value, $(naam)]]}]]}]", NESTED),
    ("{f: 'grel:toUpperCase(value = grel:trim(value = $(naam)))'}", NESTED),
    ("{f: grel:toUpperCase, pms: [{pm: value, v: {f: 'grel:trim(value = $(naam))'}}]}", NESTED),
    ("{f: 'grel:split(value = $(naam), p_string_sep = \", \")'}", SPLIT),
    ("{f: \"grel:split(p_string_sep = ', ', value = $(naam))\"}", SPLIT),
    ("{f: grel:split, pms: [[grel:p_string_sep, ', '], [grel:valueParameter, $(naam)]]}", SPLIT),
], ids=str)  # fmt: skip
def test_a_way_to_write_a_function(tmp_path: Path, object_: str, expected: Call) -> None:
    assert made(tmp_path, object_) == TermMap((Part("", call=expected),), iri=False)


def test_names_that_a_file_may_give_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    head = HEAD.replace("prefixes:\n", "prefixes:\n  f: http://example.com/idlab/function/\n")
    path.write_text(f"{head}  boom: {{sources: bomen, s: x, po: [[eigen:a, {{function: f:isNull, "
                    "parameters: [[f:str, $(a)]]}]]}\n", encoding="utf-8")  # fmt: skip
    (rule,) = load_mapping(path, base=BASE).triples_maps[0].predicate_objects
    assert rule.objects[0].parts[0].call == call(
        "idlab-fn:isNull", **{"idlab-fn__str": (Part("a", column=True),)}
    )


def test_templates_and_iris_as_values(tmp_path: Path) -> None:
    found = made(tmp_path, "{f: grel:toUpperCase, pms: [[value, eigen:$(a)-x]]}")
    assert found.parts[0].call == call("grel:toUpperCase", grel__valueParameter=(
        Part("eigen:"), Part("a", column=True), Part("-x")))  # fmt: skip
    for value in ("[value, eigen:$(a)~iri]", "{pm: value, v: eigen:$(a), type: iri}"):
        found = made(tmp_path, f"{{f: grel:toUpperCase, pms: [{value}]}}")
        assert found.parts[0].call == call("grel:toUpperCase", grel__valueParameter=(
            Part(f"{BASE}ns/eigen#"), Part("a", column=True)))  # fmt: skip


def test_numbers_are_texts(tmp_path: Path) -> None:
    found = made(tmp_path, "{f: grel:substring, pms: [[value, $(a)], [param_int_i_from, 0]]}")
    assert found.parts[0].call == call(
        "grel:string_substring", grel__valueParameter=(Part("a", column=True),),
        grel__param_int_i_from=(Part("0"),),
    )  # fmt: skip


def test_a_parameter_that_may_stand_there_again(tmp_path: Path) -> None:
    found = made(tmp_path, "{f: 'grel:coalesce(p_any_rep_e = $(a), p_any_rep_e = $(b))'}")
    name = expand("grel:p_any_rep_e")
    assert found.parts[0].call == Call(expand("grel:other_coalesce"), (
        (name, (Part("a", column=True),)), (name, (Part("b", column=True),))))  # fmt: skip


UPPER_NAME = "f: 'grel:toUpperCase(value = $(naam))'"


@pytest.mark.parametrize(("object_", "term"), [
    (f"{{{UPPER_NAME}, datatype: xsd:date}}", {"datatype": XSD + "date"}),
    (f"{{{UPPER_NAME}, language: nl}}", {"language": "nl"}),
    (f"{{{UPPER_NAME}, type: iri}}", {"iri": True}),
    (f"{{{UPPER_NAME}, type: literal}}", {}),
    (f"[[{{{UPPER_NAME}}}, nl~lang]]", {"language": "nl"}),
], ids=str)  # fmt: skip
def test_the_term_that_a_function_makes(
    tmp_path: Path, object_: str, term: dict[str, object]
) -> None:
    expected = {"iri": False, "datatype": "", "language": "", **term}
    found = made(tmp_path, object_)
    assert {key: getattr(found, key) for key in expected} == expected
    assert found.is_reference
    assert found.columns == ("naam",)


def test_subjects_types_and_short_rules(tmp_path: Path) -> None:
    for subject in (f"{{{UPPER_NAME}}}", f"[{{{UPPER_NAME}}}]", f"[{{{UPPER_NAME}, type: iri}}]"):
        assert one(tmp_path, s=subject).subject == TermMap((Part("", call=UPPER),), iri=True)
    rules = one(tmp_path, f"- [a, {{{UPPER_NAME}}}]\n- [eigen:a, {{{UPPER_NAME}}}, xsd:date]")
    term = TermMap((Part("", call=UPPER),), iri=False, datatype=XSD + "date")
    assert [rule.objects[0] for rule in rules.predicate_objects] == [
        TermMap((Part("", call=UPPER),), iri=True), term,
    ]  # fmt: skip


STARTS = call("grel:string_startsWith", grel__valueParameter=NAME, grel__string_sub=(Part("G"),))


@pytest.mark.parametrize(("condition", "expected"), [
    ("{function: 'grel:startsWith(value = $(naam), string_sub = G)'}", (STARTS,)),
    ("[{f: 'grel:startsWith(value = $(naam), string_sub = G)'}, "
     "{function: notEqual, parameters: [[str1, $(a)], [str2, '']]}]",
     (STARTS, Condition("a", "", negated=True))),
    ("{f: 'idlab-fn:equal(str1 = $(a), str2 = x)'}", (Condition("a", "x"),)),
    ("{f: equal, pms: [[str1, x], [str2, $(a)]]}", (Condition("a", "x"),)),
    ("{f: equal, pms: [[str1, $(a)], [str2, $(b)]]}", (call(
        "idlab-fn:equal", grel__valueParameter=(Part("a", column=True),),
        grel__valueParameter2=(Part("b", column=True),)),)),
    ("{f: notEqual, pms: [[str1, {f: 'grel:trim(value = $(naam))'}], [str2, x]]}", (call(
        "idlab-fn:notEqual", grel__valueParameter=(Part("", call=TRIM),),
        grel__valueParameter2=(Part("x"),)),)),
], ids=str)  # fmt: skip
def test_a_condition(tmp_path: Path, condition: str, expected: tuple[object, ...]) -> None:
    assert one(tmp_path, condition=condition).conditions == expected
    found = one(tmp_path, f"- {{p: a, o: eigen:B, condition: {condition}}}")
    (rule,) = found.predicate_objects
    assert isinstance(rule, PredicateObject)
    assert rule.conditions == expected


REFUSED = [
    (
        "{f: grel:toUperCase, pms: []}",
        "'grel:toUperCase'; perhaps grel:toUpperCase",
        "misschien is grel:toUpperCase bedoeld",
    ),
    (
        "{f: grel:foobar, pms: []}",
        "`vijfster mapping functions` lists all",
        "`vijfster mapping functions` toont alle",
    ),
    ("{f: elders:toUpperCase}", "perhaps grel:toUpperCase", "elders:toUpperCase"),
    ("{f: idlab-fn:random}", "something else at every run", "elke keer iets anders"),
    (
        "{f: idlab-fn:readFile, pms: [[idlab-fn:path, /etc/passwd]]}",
        "reads files",
        "leest bestanden",
    ),
    (
        "{f: grel:toUpperCase, pms: [[grel:valueParamater, $(a)]]}",
        "grel:toUpperCase has no parameter 'grel:valueParamater'; perhaps grel:valueParameter",
        "misschien is grel:valueParameter bedoeld",
    ),
    ("{f: grel:toUpperCase}", "needs grel:valueParameter", "vraagt grel:valueParameter"),
    ("{f: 'grel:toUpperCase()'}", "needs grel:valueParameter", "vraagt"),
    (
        "{f: grel:split, pms: [[value, $(a)]]}",
        "needs grel:p_string_sep; its parameters are",
        "vraagt grel:p_string_sep; de parameters zijn",
    ),
    ("{f: 'grel:trim(value = $(a), value = $(b))'}", "given twice", "twee keer"),
    ("{f: 'grel:split(value = $(a), p_string_sep = $(b))'}", "same for every row", "elke rij"),
    (
        "{f: 'grel:replace(value = $(a), p_string_find = /(?=a)/, p_string_replace = b)'}",
        "looks ahead",
        "vooruit",
    ),
    ("{f: 'grel:toDate(value = $(a), p_string_pattern = QQ)'}", "not a form", "geen vorm"),
    ("{f: 'grel:escape(value = $(a), modeParameter = pdf)'}", "html, xml, csv, url", "Kies uit"),
    ("{f: 'grel:trim(value = $(a)'}", "bracket", "haakje"),
    ("{f: 'grel:trim(value = a'}", "no function", "geen functie"),
    ("{f: 'grel:trim(value = $(a)))'}", "bracket", "haakje"),
    ("{f: 'grel:trim(value = \"a)'}", "quote", "aanhalingsteken"),
    ("{f: 'grel:trim($(a))'}", "name = value", "naam = waarde"),
    ("{f: 'grel:trim(value = $(a))', pms: [[value, x]]}", "twice", "twee keer"),
    ("{f: grel:trim, pms: [[value, yes]]}", "quote the text", "aanhalingstekens"),
    ("{f: grel:trim, pms: [[value, [a, b]]]}", "quote the text", "aanhalingstekens"),
    ("{f: grel:trim, pms: [value]}", "quote the text", "aanhalingstekens"),
    ("{f: grel:trim, pms: [[value, 2020-01-01]]}", "quote the text", "aanhalingstekens"),
    ("{f: grel:trim, pms: [[value, $(a), o]]}", "in a join only", "koppeling"),
    ("{f: grel:trim, pms: [{pm: value, v: $(a), type: blank}]}", "'blank'", "'blank'"),
    ("{f: grel:trim, pms: [{pm: value, v: $(a), x: 1}]}", "parameters x", "x"),
    ("{f: grel:trim, pms: [[value, {f: grel:weg}]]}", "no function 'grel:weg'", "geen functie"),
    ("{f: grel:trim, pms: [[value, {f: grel:trim, x: 1}]]}", "x", "x"),
    ("{f: 3}", "must be a name", "moet een naam zijn"),
    ("{f: grel:trim, pms: [[value, $(a)]], template: x}", "template", "template"),
    ("{f: grel:trim, pms: [[value, onbekend:x~iri]]}", "'onbekend'", "'onbekend'"),
]


@pytest.mark.parametrize(("object_", "en", "nl"), REFUSED, ids=[item[0] for item in REFUSED])
def test_what_we_cannot_run_is_refused_by_name(
    tmp_path: Path, object_: str, en: str, nl: str
) -> None:
    with pytest.raises(ProjectError, match=re.escape(en)) as error:
        made(tmp_path, object_)
    assert nl in error.value.detail_nl
    assert re.match(r"m\.yml:[0-9]+ mappings boom po 1", error.value.where)


def test_a_refusal_names_the_function_around_it(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as error:
        made(tmp_path, "{f: grel:trim, pms: [[value, {f: grel:split, pms: [[value, $(a)]]}]]}")
    assert error.value.where == "m.yml:10 mappings boom po 1 grel:trim"


def test_functions_too_deep_are_refused(tmp_path: Path) -> None:
    deep = "$(a)"
    for _ in range(22):
        deep = f"grel:trim(value = {deep})"
    with pytest.raises(ProjectError, match="20 deep"):
        made(tmp_path, f"{{f: '{deep}'}}")


@given(text=st.text(alphabet="grel:trim(va=$)\"', xy", max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200,
          deadline=None)  # fmt: skip
def test_any_text_is_a_function_or_refused(tmp_path: Path, text: str) -> None:
    quoted = text.replace("'", "''")
    try:
        found = made(tmp_path, f"{{f: 'grel:trim(value = {quoted})'}}")
    except ProjectError as error:
        refused = error.where
    else:
        refused = "" if found.is_reference else "no function"
    assert refused == "" or re.match(r"m\.yml:[0-9]+ mappings boom po 1", refused)
