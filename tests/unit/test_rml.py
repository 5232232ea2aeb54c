"""RML in Turtle: snippets give the triples that the specifications say, the rest is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import ProjectError
from app.mapping.executor import Mapped, run
from app.mapping.inventory import load_inventory_mapping
from app.mapping.rml import load_rml
from app.rdf.iris import encode_segment
from app.rdf.namespaces import RDF_TYPE
from app.rdf.terms import XSD, literal
from app.tables.batch import Batch
from app.tables.descriptor import Field, Table
from app.tables.reading import Reading

BASE = "https://voorbeeld.test/"
CORE = "http://w3id.org/rml/"
HEAD = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix c: <http://w3id.org/rml/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix e: <https://e.test/> .
"""
T = 'rml:logicalSource [ rml:source "t.csv"; rml:referenceFormulation ql:CSV ]'
U = 'rml:logicalSource [ rml:source "u.csv"; rml:referenceFormulation ql:CSV ]'
S = 'rr:subjectMap [ rr:template "id/{nr}" ]'
MAPS = f"<#M> {T}; {S}"
PARENT = f'<#U> {U}; rr:subjectMap [ rr:template "id/u/{{code}}" ] .'
ROW = {"nr": "1", "naam": 'Eén "å" \\ {x}', "web": "https://w.test/a?b=c d", "tags": "a|b",
       "een {vreemde} kolom": "v", "leeg": "", "https": "https"}  # fmt: skip


def tables(folder: Path, *rows: dict[str, str]) -> dict[Path, Reading]:
    fields = [Field(name, "list" if name == "tags" else "string",
                    delimiter="|" if name == "tags" else "") for name in ROW]  # fmt: skip
    found = {name: [row.get(name, "") for row in rows or (ROW,)] for name in ROW}
    t = Table("t", folder / "t.csv", "utf-8", ",", tuple(fields), (), ())
    u = Table("u", folder / "u.csv", "utf-8", ",", (Field("code"), Field("kleur")), (), ())
    codes = Batch((2, 3, 4), {"code": ["a", "b", "c"], "kleur": ["rood", "rood", ""]})
    numbers = range(2, 2 + len(rows or (ROW,)))
    return {t.path: Reading(t, Batch(numbers, found), ()), u.path: Reading(u, codes, ())}


def mapped(folder: Path, text: str, *rows: dict[str, str]) -> Mapped:
    path = folder / "m.rml.ttl"
    path.write_text(HEAD + text, encoding="utf-8")
    return run(load_rml(path, base=BASE), tables(folder, *rows))


def rule(po: str) -> str:
    return f"{MAPS}; rr:predicateObjectMap [ {po} ] ."


def objects(folder: Path, object_map: str, *rows: dict[str, str]) -> set[str]:
    found = mapped(folder, rule(f"rr:predicate e:p; rr:objectMap [ {object_map} ]"), *rows)
    return {o for _, _, o in found.triples}


NAME = '"Eén \\"å\\" \\\\ {x}"'
ENCODED = "E%C3%A9n%20%22%C3%A5%22%20%5C%20%7Bx%7D".replace("%C3%A9", "é").replace("%C3%A5", "å")
OBJECTS = [
    # term types are by default as R2RML (7.4) says
    ('rml:reference "naam"', {NAME}),
    ('rr:column "naam"', {NAME}),
    ('c:reference "naam"', {NAME}),
    ('rr:template "id/{naam}"', {f"<{BASE}id/{ENCODED}>"}),
    ('c:template "id/{naam}"; c:termType c:IRI', {f"<{BASE}id/{ENCODED}>"}),
    ('rr:template "Heet {naam}"; rr:termType rr:Literal', {'"Heet ' + NAME[1:]}),
    ('rr:template "Heet {nr}"; rr:language "nl-BE"', {'"Heet 1"@nl-be'}),
    ('rr:template "{nr}"; rr:datatype xsd:integer', {f'"1"^^<{XSD}integer>'}),
    ("rr:constant e:x", {"<https://e.test/x>"}),
    ('rr:constant "x"', {'"x"'}),
    ('rr:constant "x"@nl', {'"x"@nl'}),
    ('rr:constant "x"; rr:language "nl"', {'"x"@nl'}),
    ("rr:constant 7", {f'"7"^^<{XSD}integer>'}),
    ('rr:constant "7"; rr:datatype xsd:integer', {f'"7"^^<{XSD}integer>'}),
    # languages and datatypes
    ('rml:reference "nr"; rr:language "nl"', {'"1"@nl'}),
    ('rml:reference "nr"; rml:languageMap [ rr:constant "nl" ]', {'"1"@nl'}),
    ('c:reference "nr"; c:languageMap [ c:constant "nl" ]', {'"1"@nl'}),
    ('rml:reference "nr"; rr:datatype xsd:gYear', set()),
    ('rml:reference "nr"; rr:datatype xsd:string', {'"1"'}),
    ('c:reference "nr"; c:datatypeMap [ c:constant xsd:integer ]', {f'"1"^^<{XSD}integer>'}),
    ('rml:reference "nr"; rr:termType rr:Literal', {'"1"'}),
    # IRIs: a reference is kept as it is, a column in a template is encoded
    ('rml:reference "nr"; rr:termType rr:IRI', {f"<{BASE}1>"}),
    ('rml:reference "web"; rr:termType rr:IRI', set()),
    ('rr:template "{web}"', {f"<{BASE}https%3A%2F%2Fw.test%2Fa%3Fb%3Dc%20d>"}),
    ('rr:template "{https}://h.test/{nr}"', {"<https://h.test/1>"}),
    ('rr:template "e:{nr}"', {"<e:1>"}),
    # what a cell makes a scheme has no base before it, however the template is filled
    ('rr:template "{https}:x"', {"<https:x>"}),
    ('rr:template "a{https}:{nr}"', {"<ahttps:1>"}),
    ('rr:template "id/{https}:{nr}"', {f"<{BASE}id/https:1>"}),
    ('rr:template "{nr}"; rr:termType rr:BlankNode', {"_:b31"}),
    ('rml:reference "nr"; rr:termType rr:BlankNode', {"_:b31"}),
    # escapes, and columns with signs in their names
    (r'rr:template "\\{{nr}\\} \\\\"; rr:termType rr:Literal', {'"{1} \\\\"'}),
    (r'rr:template "{een \\{vreemde\\} kolom}!"; rr:termType rr:Literal', {'"v!"'}),
    ('rml:reference "een {vreemde} kolom"', {'"v"'}),
    # an empty cell gives nothing, a list gives a term per item
    ('rml:reference "leeg"', set()),
    ('rr:template "x/{nr}/{leeg}"', set()),
    ('rml:reference "tags"', {'"a"', '"b"'}),
    ('rr:template "t/{nr}/{tags}"', {f"<{BASE}t/1/a>", f"<{BASE}t/1/b>"}),
]


@pytest.mark.parametrize(("text", "expected"), OBJECTS, ids=[item[0] for item in OBJECTS])
def test_an_object_map_makes(tmp_path: Path, text: str, expected: set[str]) -> None:
    assert objects(tmp_path, text) == expected


def test_an_empty_item_is_no_value_and_joins_with_nothing(tmp_path: Path) -> None:
    rows = [{"nr": "1", "tags": "a||b|"}, {"nr": "2", "tags": "|"}, {"nr": "3", "tags": ""}]
    assert objects(tmp_path, 'rml:reference "tags"; rr:termType rr:IRI', *rows) == {
        f"<{BASE}a>", f"<{BASE}b>",
    }  # fmt: skip
    join = 'rr:parentTriplesMap <#M>; rr:joinCondition [ rr:child "tags"; rr:parent "tags" ]'
    assert objects(tmp_path, join, *rows) == {f"<{BASE}id/1>"}
    assert objects(tmp_path, 'rr:parentTriplesMap <#M>; rr:joinCondition '
                   '[ rr:child "leeg"; rr:parent "tags" ]', *rows) == set()  # fmt: skip


PLAIN = [
    f'{T}; {S}; rr:predicateObjectMap [ rr:predicate e:p; rr:object "x" ]',
    f'{T}; {S}; rr:predicateObjectMap [ rr:predicateMap [ rr:constant e:p ]; '
    'rr:objectMap [ rr:constant "x" ] ]',
    f'{T}; {S}; rr:predicateObjectMap [ rr:predicateMap [ rr:template "https://e.test/p" ]; '
    'rr:objectMap [ rr:template "x"; rr:termType rr:Literal ] ]',
    'a c:TriplesMap; c:logicalSource [ a c:LogicalSource; c:source "t.csv"; '
    'c:referenceFormulation c:CSV ]; c:subjectMap [ a c:SubjectMap; c:template "id/{nr}" ]; '
    'c:predicateObjectMap [ c:predicate e:p; c:object "x" ]',
    'c:logicalSource [ c:source [ a c:RelativePathSource; c:root c:MappingDirectory; '
    'c:path "t.csv" ]; c:referenceFormulation c:CSV ]; c:subjectMap [ c:template "id/{nr}" ]; '
    'c:predicateObjectMap [ c:predicateMap [ c:constant e:p ]; c:objectMap [ c:constant "x" ] ]',
    f'{T}; rr:subject <id/1>; rr:predicateObjectMap [ rr:predicate e:p; rr:object "x" ]; '
    'rdfs:comment "wat dit is"',
    f'{T}; rr:subjectMap [ rr:constant <id/1> ]; '
    'rr:predicateObjectMap [ rr:predicate e:p; rr:object "x"; rr:graph rr:defaultGraph ]',
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_these_mean_the_same(tmp_path: Path, text: str) -> None:
    found = mapped(tmp_path, f"<#M> {text} .")
    assert found.triples == {(f"<{BASE}id/1>", "<https://e.test/p>", '"x"')}
    assert found.quads == set()


def test_classes_predicates_and_objects_multiply(tmp_path: Path) -> None:
    found = mapped(
        tmp_path,
        f'<#M> {T}; rr:subjectMap [ rr:template "id/{{nr}}"; rr:class e:A, e:B ];'
        'rr:predicateObjectMap [ rr:predicate e:p, e:q; rr:object 1, e:x; '
        'rr:objectMap [ rml:reference "nr" ] ] .',
    )  # fmt: skip
    subject = f"<{BASE}id/1>"
    made = {(subject, f"<https://e.test/{p}>", o) for p in "pq"
            for o in (f'"1"^^<{XSD}integer>', "<https://e.test/x>", '"1"')}  # fmt: skip
    classes = {(subject, f"<{RDF_TYPE}>", f"<https://e.test/{name}>") for name in "AB"}
    assert found.triples == made | classes
    assert found.columns == [
        {"": ("nr",), RDF_TYPE: (), "https://e.test/p": ("nr",), "https://e.test/q": ("nr",)}
    ]


def test_graph_maps_of_subject_and_rule_add_up(tmp_path: Path) -> None:
    found = mapped(
        tmp_path,
        f'<#M> {T}; rr:subjectMap [ rr:template "id/{{nr}}"; rr:class e:A; rr:graph e:g ];'
        'rr:predicateObjectMap [ rr:predicate e:p; rr:object "x"; rr:graph rr:defaultGraph; '
        'rr:graphMap [ rr:template "g/{tags}" ] ];'
        'rr:predicateObjectMap [ rr:predicate e:q; rr:object "x"; '
        'rr:graphMap [ rr:template "g/{leeg}" ] ] .',
    )  # fmt: skip
    subject, p, g = f"<{BASE}id/1>", "<https://e.test/p>", "<https://e.test/g>"
    assert found.triples == {(subject, p, '"x"')}
    assert found.quads == {
        (subject, f"<{RDF_TYPE}>", "<https://e.test/A>", g),
        *((subject, p, '"x"', graph) for graph in (g, f"<{BASE}g/a>", f"<{BASE}g/b>")),
        (subject, "<https://e.test/q>", '"x"', g),
    }


def test_a_graph_of_an_empty_cell_holds_nothing(tmp_path: Path) -> None:
    found = mapped(tmp_path, rule('rr:predicate e:p; rr:object "x"; '
                                  'rr:graphMap [ rr:template "g/{leeg}" ]'))  # fmt: skip
    assert (found.triples, found.quads) == (set(), set())


@pytest.mark.parametrize(
    ("join", "expected"),
    [
        ('rr:joinCondition [ rr:child "tags"; rr:parent "code" ]', "ab"),
        ('c:joinCondition [ c:childMap [ c:reference "tags" ]; '
         'c:parentMap [ c:reference "code" ] ]', "ab"),
        ('rr:joinCondition [ rr:child "tags"; rr:parent "code" ], '
         '[ rr:child "naam"; rr:parent "code" ]', "b"),
        ('rr:joinCondition [ rr:child "web"; rr:parent "kleur" ]', "ab"),
        ('rr:joinCondition [ rr:child "nr"; rr:parent "code" ]', ""),
        ('rr:joinCondition [ rr:child "leeg"; rr:parent "kleur" ]', ""),
    ],
)  # fmt: skip
def test_a_join_gives_the_subjects_where_cells_are_equal(
    tmp_path: Path, join: str, expected: str
) -> None:
    text = rule(f"rr:predicate e:p; rr:objectMap [ rr:parentTriplesMap <#U>; {join} ]") + PARENT
    row = {"nr": "1", "tags": "a|b|z", "naam": "b", "web": "rood"}
    found = mapped(tmp_path, text, row)
    assert {o for _, _, o in found.triples} == {f"<{BASE}id/u/{code}>" for code in expected}
    columns = set(re.findall(r'child(?:Map \[ c:reference)? "(\w+)"', join))
    assert set(found.columns[0]["https://e.test/p"]) == columns


def test_a_join_without_condition_is_of_the_same_row(tmp_path: Path) -> None:
    text = rule("rr:predicate e:p; rr:objectMap [ rr:parentTriplesMap <#N> ]")
    text += f'<#N> {T}; rr:subjectMap [ rr:template "n/{{tags}}" ] .'
    found = mapped(tmp_path, text, {"nr": "1", "tags": "a"}, {"nr": "2", "tags": "b"})
    assert found.triples == {
        (f"<{BASE}id/{nr}>", "<https://e.test/p>", f"<{BASE}n/{tag}>")
        for nr, tag in [("1", "a"), ("2", "b")]
    }


def test_maps_that_join_each_other_are_fine(tmp_path: Path) -> None:
    join = "rr:objectMap [ rr:parentTriplesMap {}; "
    join += 'rr:joinCondition [ rr:child "{}"; rr:parent "{}" ] ]'
    text = rule("rr:predicate e:p; " + join.format("<#U>", "tags", "code"))
    text += PARENT[:-1] + "; rr:predicateObjectMap [ rr:predicate e:q; "
    text += join.format("<#M>", "code", "tags") + " ] ."
    found = mapped(tmp_path, text)
    assert {(s[-2], p[-2], o[-2]) for s, p, o in found.triples} == {
        ("1", "p", "a"), ("1", "p", "b"), ("a", "q", "1"), ("b", "q", "1"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (rule('rr:predicate e:p; rr:objectMap [ rml:reference "weg" ]'),
         "mappings M: the column 'weg'"),
        (rule('rr:predicate e:p; rr:objectMap [ rr:parentTriplesMap <#U>; '
              'rr:joinCondition [ rr:child "weg"; rr:parent "code" ] ]') + PARENT, "'weg'"),
        (rule('rr:predicate e:p; rr:objectMap [ rr:parentTriplesMap <#U>; '
              'rr:joinCondition [ rr:child "nr"; rr:parent "weg" ] ]') + PARENT,
         "join with u.csv: the column 'weg'"),
        (rule('rr:predicate e:p; rr:objectMap [ rr:parentTriplesMap <#U>; '
              'rr:joinCondition [ rr:child "nr"; rr:parent "code" ] ]')
         + PARENT.replace("u.csv", "weg.csv"), "weg.csv is not a table"),
    ],
)  # fmt: skip
def test_what_no_table_has_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ProjectError, match=re.escape(words)):
        mapped(tmp_path, text)


def test_a_bad_subject_elsewhere_is_named_at_its_own_cell(tmp_path: Path) -> None:
    text = rule('rr:predicate e:p; rr:objectMap [ rr:parentTriplesMap <#U>; '
                'rr:joinCondition [ rr:child "web"; rr:parent "code" ] ]')  # fmt: skip
    text += PARENT.replace('rr:template "id/u/{code}"', 'rr:template "u:<{kleur}"')
    found = mapped(tmp_path, text, {"nr": "1", "web": "a"})
    assert found.triples == set()
    assert [str(item.cell) for item in found.problems] == [
        "u.csv#row=2&column=kleur", "u.csv#row=3&column=kleur",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'<#M> {T}; rr:subjectMap [ rr:template "id/{{nr}}"; rr:graph e:g ] .',
         "M: names a graph"),
        (rule('rr:predicate e:p; rr:object 1; rr:graph e:g'), "M: names a graph"),
        (f'<#M> {T}; rr:subjectMap [ rr:template "{{nr}}"; rr:termType rr:BlankNode ] .',
         "M: makes blank nodes"),
        (rule('rr:predicate e:p; rr:objectMap [ rr:parentTriplesMap <#U>; '
              'rr:joinCondition [ rr:child "nr"; rr:parent "code" ] ]')
         + PARENT.replace(" ]", "; rr:termType rr:BlankNode ]", 2)
         .replace("ql:CSV; rr:termType rr:BlankNode", "ql:CSV"), "M: makes blank nodes"),
    ],
)  # fmt: skip
def test_an_inventory_has_one_graph_and_no_blank_nodes(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "m.ttl"
    path.write_text(HEAD + text, encoding="utf-8")
    load_rml(path, base=BASE)
    with pytest.raises(ProjectError, match=re.escape(f"m.ttl {words}")) as error:
        load_inventory_mapping(path, base=BASE)
    assert error.value.detail_nl != error.value.detail


def test_the_default_graph_is_the_inventory_s(tmp_path: Path) -> None:
    path = tmp_path / "m.TTL"
    text = rule("c:predicate e:p; c:object 1; c:graph c:defaultGraph")
    path.write_text(HEAD + text, encoding="utf-8")
    found = run(load_inventory_mapping(path, base=BASE), tables(tmp_path))
    assert len(found.triples) == 1
    assert found.quads == set()


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)
@given(parts=st.lists(st.tuples(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    st.sampled_from(["nr", "naam", "een {vreemde} kolom"]))))  # fmt: skip
def test_any_text_can_stand_in_a_template(tmp_path: Path, parts: list[tuple[str, str]]) -> None:
    def escaped(text: str) -> str:
        return re.sub(r"([{}\\])", r"\\\1", text)

    template = "".join(f"{escaped(text)}{{{escaped(column)}}}" for text, column in parts)
    # what is read back is what was written: as a text, and encoded in an IRI
    source = f"rr:template {literal(template)}; rr:termType rr:Literal"
    assert objects(tmp_path, source) == {literal("".join(t + ROW[c] for t, c in parts))}
    columns = "".join(f"/{{{escaped(column)}}}" for _, column in parts)
    expected = "".join(f"/{encode_segment(ROW[column])}" for _, column in parts)
    assert objects(tmp_path, f"rr:template {literal('e:x' + columns)}") == {f"<e:x{expected}>"}
