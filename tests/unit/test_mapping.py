"""Running triples maps over tables: the triples, the cells of what fails, and the provenance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import ProjectError
from app.mapping.executor import Mapped, run
from app.mapping.yarrrml import load_mapping
from app.rdf.namespaces import RDF_TYPE
from app.rdf.terms import XSD, Triple, literal
from app.tables.cells import CellProblem
from app.tables.descriptor import load_package
from app.tables.reading import read

BASE = "https://voorbeeld.test/"
TYPE = f"<{RDF_TYPE}>"
FIELDS: list[dict[str, Any]] = [
    {"name": "nr"}, {"name": "naam"}, {"name": "web"}, {"name": "dag"},
    {"name": "tags", "type": "list", "delimiter": "|"},
    {"name": "talen", "type": "list", "delimiter": ";"},
]  # fmt: skip
NAMES = [field["name"] for field in FIELDS]


class Bench:
    """Runs `po` rules (or whole triples maps) over rows given as dicts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def maps(self, maps: str, *rows: dict[str, str]) -> Mapped:
        lines = [",".join(NAMES)]
        lines += [",".join(f'"{row.get(name, "")}"' for name in NAMES) for row in rows]
        (self.folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        package = self.folder / "datapackage.json"
        resource = {"name": "t", "path": "t.csv", "schema": {"fields": FIELDS}}
        package.write_text(json.dumps({"resources": [resource]}), encoding="utf-8")
        mapping = self.folder / "m.yml"
        mapping.write_text(
            "prefixes: {e: ns/e#}\n"
            "sources:\n  t: [t.csv~csv]\n  tags: {access: t.csv, iterator: tags}\n"
            f"mappings:\n{maps}",
            encoding="utf-8",
        )
        reading = read(load_package(package)["t"])
        assert not reading.problems
        readings = {reading.table.path.resolve(): reading}
        return run(load_mapping(mapping, base=BASE), readings)

    def rules(self, po: str, *rows: dict[str, str], condition: str = "") -> Mapped:
        extra = f", condition: {condition}" if condition else ""
        return self.maps(f"  x: {{sources: t, s: id/x/$(nr), po: [{po}]{extra}}}\n", *rows)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def x(nr: str) -> str:
    return f"<{BASE}id/x/{nr}>"


def e(name: str) -> str:
    return f"<{BASE}ns/e#{name}>"


def objects(mapped: Mapped) -> set[str]:
    return {triple[2] for triple in mapped.triples}


def where(problems: list[CellProblem]) -> list[tuple[str, str]]:
    return [(str(problem.cell), problem.code) for problem in problems]


def test_rows_become_triples(bench: Bench) -> None:
    mapped = bench.rules(
        "[a, e:X], [e:naam, $(naam), nl~lang], [e:dag, $(dag), xsd:date]",
        {"nr": "1", "naam": 'Eén, "twee"'.replace('"', '""'), "dag": "2019-03-26"},
        {"nr": "2", "naam": "Drie"},
    )
    expected: set[Triple] = {
        (x("1"), TYPE, e("X")),
        (x("1"), e("naam"), '"Eén, \\"twee\\""@nl'),
        (x("1"), e("dag"), f'"2019-03-26"^^<{XSD}date>'),
        (x("2"), TYPE, e("X")),
        (x("2"), e("naam"), '"Drie"@nl'),
    }
    assert mapped.triples == expected
    assert mapped.problems == []


@pytest.mark.parametrize(
    "po",
    ["[e:naam, $(naam)]", "[e:naam, 'Heet $(naam)']", "[e:naam, id/$(naam)~iri]",
     "[e:naam, $(naam)~iri]", "[e:naam, '$(nr) en $(naam)']", "[e:naam, $(tags)]",
     "[e:naam, id/$(nr)/$(tags)~iri]", "[e:naam, $(naam), xsd:date]"],
)  # fmt: skip
def test_an_empty_cell_gives_no_triple_and_no_problem(bench: Bench, po: str) -> None:
    mapped = bench.rules(po, {"nr": "1"})
    assert mapped.triples == set()
    assert mapped.problems == []


def test_a_subject_with_an_empty_cell_gives_nothing(bench: Bench) -> None:
    mapped = bench.rules("[a, e:X]", {"naam": "zonder nummer"})
    assert mapped.triples == set()
    assert mapped.rows == {}


def test_every_item_of_a_list_is_an_object(bench: Bench) -> None:
    mapped = bench.rules("[e:tag, id/tag/$(tags)~iri]", {"nr": "1", "tags": "a | b"})
    assert objects(mapped) == {f"<{BASE}id/tag/a>", f"<{BASE}id/tag/b>"}


def test_a_template_of_two_lists_combines_their_items(bench: Bench) -> None:
    mapped = bench.rules(
        "[e:tag, '$(tags)-$(talen)']", {"nr": "1", "tags": "a|b", "talen": "nl;en"}
    )
    assert objects(mapped) == {'"a-nl"', '"a-en"', '"b-nl"', '"b-en"'}


def test_several_predicates_and_objects_combine(bench: Bench) -> None:
    mapped = bench.rules("{p: [e:p, e:q], o: [{value: a}, {value: b}]}", {"nr": "1"})
    assert mapped.triples == {
        (x("1"), e(predicate), f'"{value}"') for predicate in "pq" for value in "ab"
    }


def test_an_iterator_gives_each_item_its_own_subject(bench: Bench) -> None:
    mapped = bench.maps(
        "  l: {sources: tags, s: id/lid/$(nr)/$(tags), po: [[e:van, '$(nr):$(tags)']]}\n",
        {"nr": "1", "tags": "a|b"}, {"nr": "2"}, {"nr": "3", "tags": "b"},
    )  # fmt: skip
    assert mapped.triples == {
        (f"<{BASE}id/lid/{nr}/{tag}>", e("van"), f'"{nr}:{tag}"')
        for nr, tag in [("1", "a"), ("1", "b"), ("3", "b")]
    }


def test_the_name_behind_a_foreign_key_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("nr,deel,baas\n1,2|3|9,3\n2,,\n3,,\n", encoding="utf-8")
    (tmp_path / "n.csv").write_text("nr,naam\n2,Twee\n3,Drie\n", encoding="utf-8")
    keys = [{"fields": field, "reference": {"resource": "n", "fields": "nr"}}
            for field in ("deel", "baas")]  # fmt: skip
    fields = [{"name": "nr"}, {"name": "deel", "type": "list", "delimiter": "|"}, {"name": "baas"}]
    package = {"resources": [
        {"name": "t", "path": "t.csv", "schema": {"fields": fields, "foreignKeys": keys}},
        {"name": "n", "path": "n.csv", "schema": {"fields": [{"name": "nr"}, {"name": "naam"}]}},
    ]}  # fmt: skip
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (tmp_path / "m.yml").write_text(
        "prefixes: {e: ns/e#}\nsources: {t: {access: t.csv, iterator: deel}}\n"
        "mappings: {x: {sources: t, s: id/$(nr)/$(deel),\n"
        '  po: [[e:l, "$(deel.naam): $(baas.naam)"]]}}\n',
        encoding="utf-8",
    )
    tables = load_package(tmp_path / "datapackage.json").values()
    readings = {table.path.resolve(): read(table) for table in tables}
    mapped = run(load_mapping(tmp_path / "m.yml", base=BASE), readings)
    assert {(s, o) for s, _, o in mapped.triples} == {
        (f"<{BASE}id/1/2>", literal("Twee: Drie")), (f"<{BASE}id/1/3>", literal("Drie: Drie")),
    }  # fmt: skip
    # where a triple comes from is the cell of this table
    assert mapped.columns[0][f"{BASE}ns/e#l"] == ("deel", "baas")


def test_without_iterator_every_subject_gets_every_object(bench: Bench) -> None:
    mapped = bench.maps(
        "  l: {sources: t, s: id/tag/$(tags), po: [[e:tag, $(tags)]]}\n", {"tags": "a|b"}
    )
    assert len(mapped.triples) == 4


ROWS = [
    {"nr": "1", "naam": "eik", "tags": "rood|groen"},
    {"nr": "2", "naam": "Eik", "tags": "groen"},
    {"nr": "3"},
]


@pytest.mark.parametrize(
    ("function", "column", "value", "numbers"),
    [
        ("equal", "naam", "eik", "1"),
        ("notEqual", "naam", "eik", "23"),
        ("equal", "naam", "", "3"),
        ("notEqual", "naam", "", "12"),
        ("equal", "tags", "rood", "1"),
        ("equal", "tags", "groen", "12"),
        ("notEqual", "tags", "rood", "23"),
        ("equal", "tags", "", "3"),
        ("notEqual", "tags", "", "12"),
        ("equal", "tags", "rood|groen", ""),
    ],
)
def test_a_condition_chooses_rows(
    bench: Bench, function: str, column: str, value: str, numbers: str
) -> None:
    condition = f'{{function: {function}, parameters: [[str1, $({column})], [str2, "{value}"]]}}'
    expected = {(x(number), TYPE, e("X")) for number in numbers}
    assert bench.rules("[a, e:X]", *ROWS, condition=condition).triples == expected
    rule = f"{{p: a, o: e:X, condition: {condition}}}"
    assert bench.rules(rule, *ROWS).triples == expected


def test_a_condition_of_an_iteration_sees_one_item(bench: Bench) -> None:
    mapped = bench.maps(
        "  l:\n    sources: tags\n    s: id/lid/$(nr)/$(tags)\n"
        "    condition: {function: notEqual, parameters: [[str1, $(tags)], [str2, rood]]}\n"
        "    po: [[a, e:X]]\n",
        *ROWS,
    )
    assert {triple[0] for triple in mapped.triples} == {
        f"<{BASE}id/lid/1/groen>", f"<{BASE}id/lid/2/groen>"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "segment"),
    [
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2F", "%252F"),
        ("Coöp", "Coöp"),
        ("a<b>", "a%3Cb%3E"),
        ("a:b", "a%3Ab"),
        ("'", "%27"),
    ],
)
def test_a_cell_in_a_template_of_an_iri_is_encoded(bench: Bench, cell: str, segment: str) -> None:
    mapped = bench.rules("[e:p, id/y/$(naam)~iri], [e:q, 'id/y/$(naam)']",
                         {"nr": cell, "naam": cell})  # fmt: skip
    assert mapped.triples == {
        (x(segment), e("p"), f"<{BASE}id/y/{segment}>"),
        (x(segment), e("q"), literal(f"id/y/{cell}")),
    }


@pytest.mark.parametrize("cell", [".", ".."])
def test_a_cell_that_is_a_dot_segment_is_a_problem_of_its_cell(bench: Bench, cell: str) -> None:
    mapped = bench.rules("[e:p, id/y/$(naam)~iri]", {"nr": "1", "naam": cell})
    assert mapped.triples == set()
    assert [problem.code for problem in mapped.problems] == ["iri"]


def test_a_reference_that_is_an_iri_is_kept_as_it_is(bench: Bench) -> None:
    mapped = bench.rules("[e:web, $(web)~iri]", {"nr": "1", "web": "https://a.test/b%20c?d=é#f"})
    assert objects(mapped) == {"<https://a.test/b%20c?d=é#f>"}


@pytest.mark.parametrize(
    "web",
    ["www.a.test", "https://a.test/b c", "https://a.test/<x>", "/pad", "geen", "https://a.test/%zz",
     "https://a.test:poort/", "https://a.test/[1]", "https://a.test/|"],
)  # fmt: skip
def test_a_reference_that_is_no_iri_is_a_problem_of_its_cell(bench: Bench, web: str) -> None:
    mapped = bench.rules("[e:web, $(web)~iri], [a, e:X]", {"nr": "1"}, {"nr": "2", "web": web})
    (problem,) = mapped.problems
    assert where([problem]) == [("t.csv#row=3&column=web", "iri")]
    assert problem.value == web
    assert web in problem.message["nl"]
    assert problem.remedy["en"]
    assert objects(mapped) == {e("X")}


def test_a_bad_lexical_form_is_a_problem_of_its_cell(bench: Bench) -> None:
    mapped = bench.rules(
        "[e:dag, $(dag), xsd:date], [a, e:X]",
        {"nr": "1", "dag": "26/03/2019"}, {"nr": "2", "dag": "2019-03-26"}, {"nr": "3", "dag": "x"},
        {"nr": "4", "dag": "x"},
    )  # fmt: skip
    assert where(mapped.problems) == [
        ("t.csv#row=2&column=dag", "datatype"),
        ("t.csv#row=4&column=dag", "datatype"),
        ("t.csv#row=5&column=dag", "datatype"),
    ]
    assert "als datum niet geschreven" in mapped.problems[0].message["nl"]
    assert "2019-03-26" in mapped.problems[0].remedy["nl"]
    assert "is geen datum" in mapped.problems[1].message["nl"]
    # the row's other triples are there: nothing else is dropped
    assert len(mapped.triples) == 5


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/B", "#NAAM?"])
@pytest.mark.parametrize("rule", ["[e:p, $(naam), nl~lang]", "[e:p, id/$(naam)~iri]",
                                  "[e:p, $(naam), xsd:date]", "[e:p, $(naam)~iri]"])  # fmt: skip
def test_what_a_spreadsheet_could_not_compute_is_no_value(
    bench: Bench, rule: str, error: str
) -> None:
    mapped = bench.rules(rule, {"nr": "1", "naam": error})
    assert objects(mapped) == set()
    assert [str(problem.cell) for problem in mapped.problems] == ["t.csv#row=2&column=naam"]
    assert "een fout van het rekenblad" in mapped.problems[0].message["nl"]


def test_a_cell_read_by_many_rules_has_one_problem(bench: Bench) -> None:
    rows = [{"nr": str(number), "dag": "x", "tags": "p|q"} for number in range(60)]
    po = "[e:dag, $(dag), xsd:date], [e:jaar, $(dag), xsd:gYear], [e:tag, $(tags)~iri]"
    rule = f"{{sources: t, s: id/x/$(nr), po: [{po}]}}\n"
    mapped = bench.maps(f"  x: {rule}  y: {rule}", *rows)
    cells = [problem.cell for problem in mapped.problems]
    assert len(cells) == len(set(cells)) == 120


def test_a_column_that_is_not_there_is_refused(bench: Bench) -> None:
    for maps in (
        "  x: {sources: t, s: id/$(weg), po: []}\n",
        "  x: {sources: t, s: id/$(nr), po: [[e:p, $(weg)]]}\n",
        "  x: {sources: t, s: id/$(nr), condition: {function: equal, "
        "parameters: [[a, $(weg)], [b, c]]}}\n",
    ):
        with pytest.raises(ProjectError, match=r"m\.yml mappings x: the column 'weg'"):
            bench.maps(maps, {"nr": "1"})


def test_a_file_that_is_no_table_is_refused(bench: Bench) -> None:
    bench.rules("[a, e:X]", {"nr": "1"})
    mapping = load_mapping(bench.folder / "m.yml", base=BASE)
    with pytest.raises(ProjectError, match=r"t\.csv is not a table"):
        run(mapping, {})


def test_provenance_names_rows_and_columns(bench: Bench) -> None:
    mapped = bench.maps(
        "  x: {sources: t, s: id/x/$(nr), po: [[a, e:X], [e:p, '$(naam) $(dag)'], "
        "{p: e:p, o: $(web), condition: {function: equal, parameters: [[a, $(tags)], [b, c]]}}]}\n"
        "  l: {sources: tags, s: id/tag/$(tags), po: [[e:van, id/x/$(nr)~iri]]}\n",
        {"nr": "1", "tags": "a|b"}, {"nr": "2", "tags": "b"}, {"nr": "1"},
    )  # fmt: skip
    assert mapped.rows == {
        x("1"): {("t.csv", 2, 0), ("t.csv", 4, 0)},
        x("2"): {("t.csv", 3, 0)},
        f"<{BASE}id/tag/a>": {("t.csv", 2, 1)},
        f"<{BASE}id/tag/b>": {("t.csv", 2, 1), ("t.csv", 3, 1)},
    }
    name = f"{BASE}ns/e#"
    assert mapped.columns == [
        {"": ("nr",), RDF_TYPE: (), f"{name}p": ("naam", "dag", "web", "tags")},
        {"": ("tags",), f"{name}van": ("nr",)},
    ]


def test_a_join_gives_the_subjects_of_the_rows_with_equal_cells(bench: Bench) -> None:
    mapped = bench.maps(
        "  x: {sources: t, s: id/x/$(nr), po: [{p: e:bij, o: {mapping: n, condition: "
        "{function: equal, parameters: [[a, $(tags), s], [b, $(naam), o]]}}}, "
        "[e:zelf, {mapping: n}]]}\n"
        "  n: {sources: t, s: id/n/$(nr)}\n",
        {"nr": "1", "tags": "b|z"}, {"nr": "2", "naam": "b"}, {"nr": "3", "naam": "b"},
    )  # fmt: skip
    found = {(s, o) for s, p, o in mapped.triples if p == e("bij")}
    assert found == {(x("1"), f"<{BASE}id/n/{nr}>") for nr in "23"}
    assert {(s[-2], o[-2]) for s, p, o in mapped.triples if p == e("zelf")} == {*map(tuple, [
        "11", "22", "33"])}  # fmt: skip
    assert mapped.columns[0] == {"": ("nr",), f"{BASE}ns/e#bij": ("tags",),
                                 f"{BASE}ns/e#zelf": ("nr",)}  # fmt: skip
    assert mapped.rows[x("1")] == {("t.csv", 2, 0)}


def test_a_join_reads_columns_that_exist(bench: Bench) -> None:
    with pytest.raises(ProjectError, match=r"join with t\.csv: the column 'weg'"):
        bench.maps(
            "  x: {sources: t, s: id/x/$(nr), po: [[e:bij, {mapping: n, condition: "
            "{function: equal, parameters: [[a, $(nr)], [b, $(weg)]]}}]]}\n"
            "  n: {sources: t, s: id/n/$(nr)}\n",
            {"nr": "1"},
        )
