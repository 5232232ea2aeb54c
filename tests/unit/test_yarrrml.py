"""Reading YARRRML: the forms we know mean the same, all else is refused by name."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest

from app.errors import ProjectError
from app.mapping.model import (
    DEFAULT_GRAPH,
    Condition,
    Join,
    Mapping,
    Part,
    PredicateObject,
    TermMap,
    TriplesMap,
)
from app.mapping.yarrrml import load_mapping
from app.rdf.namespaces import RDF_TYPE, expand
from app.rdf.terms import XSD

BASE = "https://voorbeeld.test/"
HEAD = """\
prefixes:
  eigen: ns/eigen#
  elders: https://elders.test/
sources:
  bomen: [../data/bomen.csv~csv]
mappings:
"""


def load(tmp_path: Path, text: str) -> Mapping:
    path = tmp_path / "m.yml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path, base=BASE)


def one(tmp_path: Path, po: str, **more: str) -> TriplesMap:
    """Return the one triples map with a `po` block."""
    keys = {"sources": "bomen", "s": "id/boom/$(nr)", **more}
    lines = "".join(f"    {key}: {value}\n" for key, value in keys.items())
    text = f"{HEAD}  boom:\n{lines}    po:\n{indent(po, ' ' * 6)}"
    (found,) = load(tmp_path, text).triples_maps
    return found


def rule(tmp_path: Path, po: str) -> PredicateObject:
    (found,) = one(tmp_path, po).predicate_objects
    return found


def constant(text: str, *, iri: bool = False, datatype: str = "", language: str = "") -> TermMap:
    return TermMap((Part(text),), iri, datatype, language)


def column(name: str, *, iri: bool = False, datatype: str = "", language: str = "") -> TermMap:
    return TermMap((Part(name, column=True),), iri, datatype, language)


NAME = f"{BASE}ns/eigen#naam"
FORMS = [
    ("- [eigen:naam, $(naam)]", (NAME,), (column("naam"),)),
    ("- {p: eigen:naam, o: $(naam)}", (NAME,), (column("naam"),)),
    ("- {predicates: eigen:naam, objects: $(naam)}", (NAME,), (column("naam"),)),
    ("- {predicate: eigen:naam, object: {value: $(naam)}}", (NAME,), (column("naam"),)),
    ("- {p: eigen:naam, o: [$(naam)]}", (NAME,), (column("naam"),)),
    ("- [eigen:naam, $(naam), nl~lang]", (NAME,), (column("naam", language="nl"),)),
    ("- {p: eigen:naam, o: [$(naam), nl~lang]}", (NAME,), (column("naam", language="nl"),)),
    ("- {p: eigen:naam, o: {value: $(naam), language: nl}}", (NAME,),
     (column("naam", language="nl"),)),
    ("- [eigen:naam, $(naam), xsd:date]", (NAME,), (column("naam", datatype=XSD + "date"),)),
    ("- {p: eigen:naam, o: [[$(naam), xsd:date]]}", (NAME,),
     (column("naam", datatype=XSD + "date"),)),
    ("- {p: eigen:naam, o: {value: $(naam), datatype: xsd:date}}", (NAME,),
     (column("naam", datatype=XSD + "date"),)),
    ("- [eigen:naam, $(naam)~iri]", (NAME,), (column("naam", iri=True),)),
    ("- {p: eigen:naam, o: {value: $(naam), type: iri}}", (NAME,), (column("naam", iri=True),)),
    ("- {p: eigen:naam, o: {value: $(naam), type: literal}}", (NAME,), (column("naam"),)),
    ("- {p: eigen:naam, o: [{value: $(a)}, {value: $(b)}]}", (NAME,), (column("a"), column("b"))),
    ("- [eigen:naam, [$(a), $(b)], nl~lang]", (NAME,),
     (column("a", language="nl"), column("b", language="nl"))),
    ("- [[eigen:naam, rdfs:label], $(naam)]", (NAME, expand("rdfs:label")), (column("naam"),)),
    ("- {p: [eigen:naam, rdfs:label], o: $(naam)}", (NAME, expand("rdfs:label")),
     (column("naam"),)),
    ("- [a, eigen:Boom]", (RDF_TYPE,), (constant(f"{BASE}ns/eigen#Boom", iri=True),)),
    ("- [rdf:type, [eigen:Boom, elders:Boom]]", (RDF_TYPE,),
     (constant(f"{BASE}ns/eigen#Boom", iri=True), constant("https://elders.test/Boom", iri=True))),
    ("- [https://elders.test/p, x]", ("https://elders.test/p",), (constant("x"),)),
    ("- [eigen:naam, 7]", (NAME,), (constant("7"),)),
    ("- [eigen:naam, eigen:naam]", (NAME,), (constant("eigen:naam"),)),
]  # fmt: skip


@pytest.mark.parametrize(("po", "predicates", "objects"), FORMS, ids=[form[0] for form in FORMS])
def test_a_form_means(
    tmp_path: Path, po: str, predicates: tuple[str, ...], objects: tuple[TermMap, ...]
) -> None:
    assert rule(tmp_path, po) == PredicateObject(predicates, objects)


def graph(text: str) -> TermMap:
    return constant(text, iri=True)


@pytest.mark.parametrize(("graphs", "expected"), [
    ("eigen:g", [graph(f"{BASE}ns/eigen#g")]),
    ("[elders:g, id/g]", [graph("https://elders.test/g"), graph(f"{BASE}id/g")]),
    ("http://www.w3.org/ns/r2rml#defaultGraph", [graph(DEFAULT_GRAPH)]),
    ("http://w3id.org/rml/defaultGraph", [graph(DEFAULT_GRAPH)]),
    ("$(wijk)", [column("wijk", iri=True)]),
])  # fmt: skip
@pytest.mark.parametrize("key", ["graphs", "graph"])
def test_graphs_of_a_mapping_and_of_a_rule(
    tmp_path: Path, graphs: str, expected: list[TermMap], key: str
) -> None:
    found = one(tmp_path, f"- {{p: eigen:naam, o: $(naam), {key}: {graphs}}}", **{key: graphs})
    assert found.graphs == tuple(expected)
    assert found.predicate_objects[0].graphs == tuple(expected)


@pytest.mark.parametrize("form", [
    "[[../data/bomen.csv~csv]]", "[{access: ../data/bomen.csv, referenceFormulation: csv}]",
    "[[../data/bomen.csv~csv], bomen]", "{access: ../data/bomen.csv}",
])  # fmt: skip
def test_a_source_may_stand_in_the_mapping_itself(tmp_path: Path, form: str) -> None:
    text = f"{HEAD}  boom: {{sources: {form}, s: id/$(nr), predicateobject: [[a, eigen:Boom]]}}"
    found = load(tmp_path, text).triples_maps
    assert {item.source for item in found} == {(tmp_path / "../data/bomen.csv").resolve()}


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("id/boom/x~iri", f"{BASE}id/boom/x"),
        ("eigen:x~iri", f"{BASE}ns/eigen#x"),
        ("elders:x~iri", "https://elders.test/x"),
        ("skos:x~iri", expand("skos:x")),
        ("https://derde.test/x:y~iri", "https://derde.test/x:y"),
        ("urn:isbn:1~iri", "urn:isbn:1"),
        ("mailto:a@b.test~iri", "mailto:a@b.test"),
        ("id/x:y~iri", f"{BASE}id/x:y"),
    ],
)
def test_iris_are_made_absolute(tmp_path: Path, text: str, iri: str) -> None:
    assert rule(tmp_path, f'- [eigen:naam, "{text}"]').objects == (constant(iri, iri=True),)


def test_a_template_is_text_and_columns(tmp_path: Path) -> None:
    assert rule(tmp_path, '- [eigen:naam, "Boom $(nr) van $(park)!"]').objects == (
        TermMap((Part("Boom "), Part("nr", column=True), Part(" van "), Part("park", column=True),
                 Part("!")), iri=False),
    )  # fmt: skip
    found = rule(tmp_path, "- [eigen:naam, elders:$(a)/$(b)~iri]").objects[0]
    assert found.iri
    assert found.columns == ("a", "b")
    assert found.parts[0] == Part("https://elders.test/")


def test_an_escaped_reference_is_text(tmp_path: Path) -> None:
    assert rule(tmp_path, r"- [eigen:naam, 'kost \$(prijs)']").objects == (
        constant("kost $(prijs)"),
    )


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ({"s": "id/boom/$(nr)"}, "s"),
        ({"s": "", "subject": "id/boom/$(nr)"}, "subject"),
        ({"s": "", "subjects": "[id/boom/$(nr)]"}, "subjects"),
    ],
)
def test_a_subject_has_three_names(tmp_path: Path, keys: dict[str, str], name: str) -> None:
    text = HEAD + f"  boom:\n    source: bomen\n    {name}: {keys[name]}\n"
    (found,) = load(tmp_path, text + "    predicateobjects: [[a, eigen:Boom]]\n").triples_maps
    assert found.subject == TermMap((Part(f"{BASE}id/boom/"), Part("nr", column=True)), iri=True)
    assert len(found.predicate_objects) == 1


def test_subjects_and_sources_multiply(tmp_path: Path) -> None:
    text = HEAD.replace("mappings", "  parken: [p.csv~csv]\nmappings")
    text += "  x:\n    sources: [bomen, parken]\n    subjects: [id/a/$(nr), id/b/$(nr)]\n"
    maps = load(tmp_path, text).triples_maps
    assert [(item.source.name, item.subject.parts[0].text[-2:]) for item in maps] == [
        ("bomen.csv", "a/"), ("bomen.csv", "b/"), ("p.csv", "a/"), ("p.csv", "b/"),
    ]  # fmt: skip


def test_a_source_is_read_from_the_folder_of_the_mapping(tmp_path: Path) -> None:
    assert one(tmp_path, "- [a, eigen:Boom]").source == tmp_path.parent / "data" / "bomen.csv"


def test_an_iterator_names_a_list_column(tmp_path: Path) -> None:
    text = HEAD.replace(
        "[../data/bomen.csv~csv]",
        "{access: ../data/bomen.csv, referenceFormulation: csv, iterator: tags}",
    )
    (found,) = load(tmp_path, text + "  x: {sources: bomen, s: id/tag/$(tags)}\n").triples_maps
    assert found.iterator == "tags"
    assert found.source.name == "bomen.csv"


@pytest.mark.parametrize("form", ["[[str1, $(soort)], [str2, eik]]",
                                  "[{parameter: str1, value: $(soort)}, "
                                  "{parameter: str2, value: eik}]"])  # fmt: skip
@pytest.mark.parametrize(
    ("function", "negated"),
    [("equal", False), ("notEqual", True), ("idlab-fn:equal", False), ("idlab-fn:notEqual", True)],
)
def test_conditions_of_maps_and_of_rules(
    tmp_path: Path, form: str, function: str, negated: bool
) -> None:
    condition = f"{{function: {function}, parameters: {form}}}"
    expected = (Condition("soort", "eik", negated),)
    assert one(tmp_path, "- [a, eigen:Boom]", condition=condition).conditions == expected
    found = rule(tmp_path, f"- {{p: a, o: eigen:Boom, condition: {condition}}}")
    assert found.conditions == expected


def test_a_condition_on_the_empty_cell(tmp_path: Path) -> None:
    condition = '{function: equal, parameters: [[str1, $(soort)], [str2, ""]]}'
    found = one(tmp_path, "- [a, eigen:Boom]", condition=condition)
    assert found.conditions == (Condition("soort", ""),)


EQUAL = "{{function: equal, parameters: {}}}"
REFUSED = [
    # (po, words of the message)
    ("- [eigen:naam, {function: grel:toUpperCase, parameters: []}]", "needs grel:valueParameter"),
    ("- {p: eigen:naam, o: {function: grel:x}}", "function"),
    ("- {p: eigen:naam, o: {mapping: park, condition: {function: equal}}}", "mapping"),
    ("- [eigen:naam, {mapping: boom}, nl~lang]", "no type or language"),
    ("- {p: eigen:naam, o: {value: x, graph: g}}", "graph"),
    ("- {p: eigen:naam, o: x, targets: g}", "targets"),
    ("- {p: eigen:naam, o: x, inversepredicates: eigen:y}", "inversepredicates"),
    ("- {p: eigen:naam, o: {value: x, type: blank}}", "blank"),
    ("- {p: eigen:naam, o: {value: x, language: n1}}", "n1"),
    ("- [eigen:naam, x, nl_BE~lang]", "nl_BE"),
    ("- [eigen:naam, x, $(taal)~lang]", "$(taal)"),
    ("- [eigen:naam, x, $(soort)]", "$(soort)"),
    ("- {p: eigen:naam, o: [$(a), $(b)]}", "$(b)"),
    ("- {p: eigen:naam, o: [a, xsd:date, c]}", "an object is"),
    ("- {p: eigen:naam, o: [[]]}", "an object is"),
    ("- [eigen:naam]", "[predicate, object]"),
    ("- [eigen:naam, a, b, c]", "[predicate, object]"),
    ("- {p: eigen:naam}", "object"),
    ("- {o: x}", "predicate"),
    ("- {p: eigen:naam, o: {datatype: xsd:date}}", "no value"),
    ("- [eigen:naam, true]", "bool"),
    ("- [eigen:naam, 2019-01-01]", "date"),
    ("- [onbekend:naam, x]", "'onbekend'"),
    ("- [eigen:naam, onbekend:x~iri]", "'onbekend'"),
    ("- [eigen:naam, x, onbekend:type]", "'onbekend'"),
    ("- [eigen:$(naam), x]", "eigen:$(naam)"),
    ("- ['eigen:de naam', x]", "de naam"),
    ("- eigen:naam", "list of keys"),
    ("- {p: a, o: eigen:Boom, condition: {function: grel:isNull, parameters: []}}", "grel:isNull"),
    ("- {p: a, o: eigen:Boom, condition: [{function: equal}]}", "condition"),
    (f"- {{p: a, o: eigen:B, condition: {EQUAL.format('[[str1, $(a)]]')}}}", "needs grel:value"),
    (f"- {{p: a, o: eigen:B, condition: {EQUAL.format('[[s, a], [t, b]]')}}}", "no parameter 's'"),
    (
        f"- {{p: a, o: eigen:B, condition: {EQUAL.format('[[s, $(a)], [t, $(b)]]')}}}",
        "parameter 's'",
    ),
    (f"- {{p: a, o: eigen:B, condition: {EQUAL.format('[[s, $(a)], [t, no]]')}}}", "quote"),
    (f"- {{p: a, o: eigen:B, condition: {EQUAL.format('[[s, $(a)], [t, null]]')}}}", "quote"),
    (f"- {{p: a, o: eigen:B, condition: {EQUAL.format('[[s, $(a)], [t]]')}}}", "quote"),
    ("- {p: a, o: eigen:B, condition: {function: equal, value: x, parameters: []}}", "value"),
]


@pytest.mark.parametrize(("po", "words"), REFUSED, ids=[item[0] for item in REFUSED])
def test_a_rule_we_cannot_run_is_refused_by_name(tmp_path: Path, po: str, words: str) -> None:
    with pytest.raises(ProjectError, match=re.escape(words)) as error:
        one(tmp_path, po)
    assert re.match(r"m\.yml:[0-9]+ mappings boom po 1", error.value.where)


PARKS = """
  park: {sources: parken, s: id/park/$(code)}
  zelfde: {sources: bomen, s: id/rij/$(nr)}
  tak: {sources: takken, s: id/tak/$(tak)}
  twee: {sources: [bomen, parken], s: id/x/$(nr)}
  soms: {sources: parken, s: id/x, condition: {function: equal, parameters: [[a, $(b)], [c, d]]}}
"""


def joined(tmp_path: Path, object_: str) -> PredicateObject:
    more = "  parken: [p.csv~csv]\n  takken: {access: t.csv, iterator: tak}\nmappings"
    rule = f"{{p: eigen:in, o: {object_}}}"
    text = f"{HEAD.replace('mappings', more)}  boom: {{sources: bomen, s: id/$(nr), po: [{rule}]}}"
    (found,) = load(tmp_path, text + PARKS).triples_maps[0].predicate_objects
    return found


ON = "{mapping: park, condition: {function: equal, parameters: %s}}"


@pytest.mark.parametrize(
    "parameters",
    ["[[str1, $(park), s], [str2, $(code), o]]", "[[str1, $(park)], [str2, $(code)]]",
     "[[str1, $(code), object], [str2, $(park), subject]]",
     "[{parameter: str1, value: $(park)}, {parameter: str2, value: $(code), from: object}]"],
)  # fmt: skip
def test_an_object_may_be_the_subject_of_rows_elsewhere(tmp_path: Path, parameters: str) -> None:
    found = joined(tmp_path, ON % parameters)
    subject = TermMap((Part(f"{BASE}id/park/"), Part("code", column=True)), iri=True)
    assert found.joins == (Join(tmp_path / "p.csv", subject, (("park", "code"),)),)
    assert found.objects == ()


def test_joins_on_two_columns_and_beside_values(tmp_path: Path) -> None:
    one, two = (f"{{function: equal, parameters: [[a, $({here})], [b, $({there})]]}}"
                for here, there in ("ac", "bd"))  # fmt: skip
    found = joined(tmp_path, f"[{{mapping: park, condition: [{one}, {two}]}}, {{value: x}}]")
    assert [item.on for item in found.joins] == [(("a", "c"), ("b", "d"))]
    assert found.objects == (constant("x"),)


def test_a_join_without_condition_is_of_the_same_row(tmp_path: Path) -> None:
    found = joined(tmp_path, "{mapping: zelfde}")
    assert found.joins == ()
    assert found.objects[0].columns == ("nr",)


@pytest.mark.parametrize(
    ("object_", "words"),
    [
        ("{mapping: weg}", "no mapping 'weg'"),
        ("{mapping: [park]}", "no mapping ['park']"),
        ("{mapping: park}", "needs a condition"),
        ("{mapping: twee}", "one source and one subject"),
        ("{mapping: soms}", "no condition, to be joined with"),
        ("{mapping: tak}", "has an iterator"),
        ("{mapping: park, value: x}", "value"),
        (ON % "[[a, $(park), s], [b, $(code), s]]", "a join is"),
        (ON % "[[a, $(park), s], [b, $(code), x]]", "a join is"),
        (ON % "[[a, $(park)], [b, code]]", "a join is"),
        (ON % "[[a, $(park)]]", "a join is"),
        (ON % "[[a, $(park)], [b, $(code)], [c, $(d), o]]", "a join is"),
        (ON % "[{value: $(park), weg: 1}, [b, $(code)]]", "a join is"),
        (ON % "[7, [b, $(code)]]", "a join is"),
        (ON.replace("equal", "notEqual") % "[[a, $(park)], [b, $(code)]]", "a join is"),
        (ON.replace("equal", "grel:x") % "[[a, $(park)], [b, $(code)]]", "a join is"),
    ],
)
def test_a_join_we_cannot_run_is_refused_by_name(tmp_path: Path, object_: str, words: str) -> None:
    with pytest.raises(ProjectError, match=re.escape(words)) as error:
        joined(tmp_path, object_)
    assert re.match(r"m\.yml:[0-9]+ mappings boom po 1", error.value.where)


MAP = "mappings: {x: {sources: b, s: id/$(a), po: [[a, owl:Thing]]}}"
SOURCES = "sources: {b: [b.csv~csv]}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "list of keys"),
        ("- a", "list of keys"),
        ("mappings: [", "not YAML"),
        (f"{SOURCES}\n{MAP}\nfunctions: {{}}", "functions"),
        (f"{SOURCES}\n{MAP}\ntargets: {{}}", "targets"),
        (f"{SOURCES}\n{MAP}\nbase: https://a.test/", "base"),
        (f"{SOURCES}\n{MAP}\nprefixes: [a]", "prefixes"),
        (f"{SOURCES}\n{MAP}\nprefixes: {{a: 3}}", "prefixes a"),
        (SOURCES, "mappings"),
        (f"sources: {{b: [b.json~jsonpath]}}\n{MAP}", "jsonpath"),
        (f"sources: {{b: [b.csv]}}\n{MAP}", "followed by ~csv"),
        (f"sources: {{b: [b.csv~csv, '$.x']}}\n{MAP}", "sources b"),
        (f"sources: {{b: b.csv~csv}}\n{MAP}", "sources b"),
        (f"sources: {{b: {{access: b.csv, delimiter: ;}}}}\n{MAP}", "delimiter"),
        (f"sources: {{b: {{access: b.xml, referenceFormulation: xpath}}}}\n{MAP}", "xpath"),
        (f"{SOURCES}\n{MAP.replace('sources: b', 'sources: c')}", "'c'"),
        (
            f"{SOURCES}\n{MAP.replace('sources: b', 'sources: [b.csv~csv]')}",
            "no source 'b.csv~csv'",
        ),
        (f"{SOURCES}\n{MAP.replace('sources: b', 'sources: [[b.json~jsonpath]]')}", "jsonpath"),
        (f"{SOURCES}\n{MAP.replace('s: id', 'graphs: [x y], s: id')}", "is not an IRI"),
        (f"{SOURCES}\n{MAP.replace('s: id/$(a)', 's: x y')}", "is not an IRI"),
        (f"{SOURCES}\n{MAP.replace('[a, owl:Thing]', '[rdfs:label, x y~iri]')}", "not an IRI"),
        (f"{SOURCES}\n{MAP.replace('[a, owl:Thing]', '[rdfs:label, x, xsd:date]')}", "type date"),
        (f"{SOURCES}\n{MAP.replace('sources: b,', '')}", "needs a source"),
        (f"{SOURCES}\n{MAP.replace('s: id/$(a),', '')}", "needs a source and a subject"),
        (f"{SOURCES}\n{MAP.replace('s: id/$(a)', 's: {function: f}')}", "no function 'f'"),
        (f"{SOURCES}\n{MAP.replace('s: id/$(a)', 's: null')}", "subject"),
        (f"{SOURCES}\n{MAP.replace('po:', 'targets: g, po:')}", "targets"),
        (f"{SOURCES}\n{MAP.replace('po:', 'joins: g, po:')}", "joins"),
        (f"{SOURCES}\nmappings: {{x: id/a}}", "mappings x"),
    ],
)
def test_a_file_we_cannot_run_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ProjectError, match=re.escape(words)) as error:
        load(tmp_path, text)
    assert error.value.where.startswith("m.yml")


def test_a_missing_mapping_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"geen\.yml: the mapping does not exist"):
        load_mapping(tmp_path / "geen.yml", base=BASE)


def test_a_mapping_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    path.write_bytes("prefixes: {é: x}".encode("cp1252"))
    with pytest.raises(ProjectError, match="not YAML"):
        load_mapping(path, base=BASE)


def test_brackets_in_the_name_of_a_column_are_escaped(tmp_path: Path) -> None:
    po = r"- [eigen:a, 'x $(Bedrag \(in euro\)) en $(a\b)']"
    (found,) = rule(tmp_path, po).objects
    assert found.columns == ("Bedrag (in euro)", r"a\b")
