"""Reading and checking tables: one message per problem, at its cell, in Dutch and English."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.errors import ProjectError
from app.tables.cells import CellProblem, CellRef
from app.tables.checks import check
from app.tables.descriptor import Field, items, load_package
from app.tables.reading import Reading, read

FIELDS: list[dict[str, Any]] = [
    {"name": "nr", "constraints": {"pattern": "[A-Z][0-9]+"}},
    {"name": "naam", "title": "Naam", "title_en": "Name", "constraints": {"required": True}},
    {"name": "soort", "constraints": {"enum": ["eik", "beuk"]}},
    {"name": "aantal", "type": "integer", "constraints": {"minimum": 1, "maximum": 9}},
    {"name": "maat", "type": "number"},
    {"name": "jaar", "type": "year"},
    {"name": "dag", "type": "date"},
    {"name": "open", "type": "boolean"},
    {"name": "kleur", "codeList": "kleuren"},
    {"name": "tags", "type": "list", "delimiter": "|", "codeList": "kleuren"},
    {"name": "code", "constraints": {"unique": True}},
]
NAMES = [field["name"] for field in FIELDS]
CODES = {"kleuren": {"rood": "", "groen": "", "blauw": ""}}


class Package:
    """A Data Package of one table (more with `add`) in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.resources: list[dict[str, Any]] = []

    def add(
        self, name: str, data: str | bytes, fields: list[dict[str, Any]], **more: Any
    ) -> Package:
        schema = {"fields": fields, **more.pop("schema", {})}
        self.resources.append({"name": name, "path": f"{name}.csv", "schema": schema, **more})
        raw = data.encode() if isinstance(data, str) else data
        (self.folder / f"{name}.csv").write_bytes(raw)
        return self

    def read(self) -> dict[str, Reading]:
        path = self.folder / "datapackage.json"
        path.write_text(json.dumps({"resources": self.resources}), encoding="utf-8")
        return {name: read(table) for name, table in load_package(path).items()}

    def problems(self, codes: Mapping[str, Collection[str]] = CODES) -> list[CellProblem]:
        return check(self.read(), codes)


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return Package(tmp_path)


def found(problems: list[CellProblem]) -> list[tuple[str, str]]:
    """Return (cell, code) of problems; each must speak both languages."""
    for problem in problems:
        assert set(problem.message) == set(problem.remedy) == {"nl", "en"}
        assert all([*problem.message.values(), *problem.remedy.values()])
        assert problem.message["nl"] != problem.message["en"]
    return [(str(problem.cell), problem.code) for problem in problems]


def row(**cells: str) -> str:
    """Return a file with one row; the cells not given are good or empty."""
    values = {"nr": "A1", "naam": "Een"} | cells
    return ",".join(NAMES) + "\n" + ",".join(values.get(name, "") for name in NAMES) + "\n"


def one(package: Package, data: str | bytes, **more: Any) -> list[CellProblem]:
    more.setdefault("schema", {"primaryKey": "nr"})
    return package.add("t", data, FIELDS, **more).problems()


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("nr", "", "required"),
        ("nr", "a1", "pattern"),
        ("nr", "A1B", "pattern"),
        ("naam", "", "required"),
        ("naam", "   ", "required"),
        ("soort", "Eik", "enum"),
        ("aantal", "drie", "type-number"),
        ("aantal", "1.0", "type-number"),
        ("aantal", "0", "range"),
        ("aantal", "10", "range"),
        ("maat", "veel", "type-number"),
        ("maat", "٣", "type-number"),
        ("jaar", "19", "type-year"),
        ("jaar", "2019-2020", "type-year"),
        ("jaar", "'19", "type-year"),
        ("dag", "gisteren", "type-date"),
        ("dag", "2019-02-30", "type-date"),
        ("dag", "2019-3-6", "type-date"),
        ("dag", "20190306", "type-date"),
        ("open", "ja", "type-boolean"),
        ("open", "TRUE", "type-boolean"),
        ("kleur", "geel", "code"),
        ("tags", "rood|geel", "code"),
        ("tags", "rood||groen", "empty-item"),
        ("tags", "rood|", "empty-item"),
        ("tags", "geel|oranje", "code"),
    ],
)
def test_a_bad_cell_gives_one_problem_at_that_cell(
    package: Package, column: str, value: str, code: str
) -> None:
    assert found(one(package, row(**{column: value}))) == [(f"t.csv#row=2&column={column}", code)]


@pytest.mark.parametrize(
    ("column", "value"),
    [("aantal", "+7"), ("aantal", "007"), ("maat", "-1.5e3"), ("maat", ".5"), ("jaar", "0044"),
     ("dag", "2020-02-29"), ("open", "true"), ("tags", "rood | groen"), ("naam", " Een "),
     ("naam", '"regel 1\nregel 2, en ""meer"""')],
)  # fmt: skip
def test_a_good_cell_gives_none(package: Package, column: str, value: str) -> None:
    assert one(package, row(**{column: value})) == []


@pytest.mark.parametrize(
    ("column", "value", "hint"),
    [
        ("dag", "26/03/2019", "2019-03-26"),
        ("dag", "6.3.2019", "2019-03-06"),
        ("dag", "06-03-2019", "2019-03-06"),
        ("aantal", "1.234", "1234"),
        ("maat", '"1.234,50"', "1234.50"),
        ("maat", '"3,5"', "3.5"),
        ("soort", "Eik", "eik, beuk"),
        ("aantal", "10", "1 … 9"),
        ("kleur", "gren", "groen"),
        ("kleur", "xyz", "blauw, groen, rood"),
    ],
)
def test_a_remedy_says_what_to_write(package: Package, column: str, value: str, hint: str) -> None:
    (problem,) = one(package, row(**{column: value}))
    assert hint in problem.remedy["nl"]
    assert hint in problem.remedy["en"]
    assert value.strip('"') in problem.message["nl"]


def test_a_day_that_does_not_exist_is_said_to_be_so(package: Package) -> None:
    (problem,) = one(package, row(dag="30/02/2019"))
    assert "bestaat" in problem.message["nl"]
    assert "does not exist" in problem.message["en"]


def test_each_bad_cell_of_a_row_has_its_own_problem(package: Package) -> None:
    problems = one(package, row(naam="", jaar="19", dag="x", kleur="geel"))
    assert [problem.cell.column for problem in problems] == ["naam", "jaar", "dag", "kleur"]


def test_a_long_value_is_shortened(package: Package) -> None:
    (problem,) = one(package, row(soort="x" * 500))
    assert len(problem.value) == 80


def test_a_duplicate_names_the_first_row(package: Package) -> None:
    data = "nr,naam,code\nA1,a,k\nA2,b,k\n\nA1,c,\nA3,d,\n"
    fields = [FIELDS[0], FIELDS[1], FIELDS[-1]]
    problems = package.add("t", data, fields, schema={"primaryKey": ["nr"]}).problems()
    assert found(problems) == [
        ("t.csv#row=3&column=code", "duplicate"),
        ("t.csv#row=5&column=nr", "duplicate"),
    ]
    assert all("rij 2" in problem.message["nl"] for problem in problems)
    assert all("row 2" in problem.message["en"] for problem in problems)


def test_a_key_of_two_columns_is_unique_as_a_whole(package: Package) -> None:
    data = "a,b\n1,1\n1,2\n1,1\n"
    fields = [{"name": "a"}, {"name": "b"}]
    problems = package.add("t", data, fields, schema={"primaryKey": ["a", "b"]}).problems()
    assert found(problems) == [("t.csv#row=4&column=b", "duplicate")]


def test_a_missing_code_list_is_one_problem_of_the_column(package: Package) -> None:
    problems = package.add("t", row(kleur="geel", tags="geel"), FIELDS).problems(codes={})
    assert found(problems) == [
        ("t.csv#row=1&column=kleur", "code-list-missing"),
        ("t.csv#row=1&column=tags", "code-list-missing"),
    ]


# files that cannot be read as they should be

HEAD = ",".join(NAMES) + "\n"
GOOD = row().encode()


@pytest.mark.parametrize(
    ("data", "cell", "code"),
    [
        pytest.param(b"", "t.csv", "file-empty", id="empty"),
        pytest.param(b"\n\n", "t.csv", "file-empty", id="blank-lines"),
        pytest.param(b"\xef\xbb\xbf", "t.csv", "file-empty", id="only-a-bom"),
        pytest.param(HEAD.encode(), "t.csv", "no-rows", id="header-only"),
        pytest.param(
            GOOD.replace(b"Een", "Coöp".encode("cp1252")), "t.csv#row=2", "encoding", id="cp1252"
        ),
        pytest.param(
            row(naam="Coöp").replace(",", ";").encode("cp1252"), "t.csv#row=2", "encoding",
            id="cp1252-semicolons",
        ),
        pytest.param(GOOD.replace(b",", b";"), "t.csv#row=1", "delimiter", id="semicolons"),
        pytest.param(GOOD.replace(b",", b"\t"), "t.csv#row=1", "delimiter", id="tabs"),
        pytest.param(row().encode("utf-16"), "t.csv#row=1", "encoding", id="utf-16"),
        pytest.param(GOOD.replace(b"Een", b"E\x00n"), "t.csv#row=2", "nul", id="nul"),
        pytest.param(GOOD.replace(b"Een", b'"Een'), "t.csv#row=2", "csv", id="quote-open"),
        pytest.param(GOOD.replace(b"Een", b'"E"n'), "t.csv#row=2", "csv", id="quote-inside"),
        pytest.param(b'"' + GOOD, "t.csv#row=1", "csv", id="quote-open-in-header"),
        pytest.param(
            GOOD.replace(b"Een", b"x" * 200_000), "t.csv#row=2", "cell-too-long", id="huge-cell"
        ),
        pytest.param(
            GOOD.replace(b"Een", b"x" * 100_001), "t.csv#row=2", "cell-too-long", id="long-cell"
        ),
        pytest.param(GOOD + b"A2,Twee\n", "t.csv#row=3", "ragged-row", id="short-row"),
        pytest.param(
            GOOD.replace(b"Een", b"Een, twee"), "t.csv#row=2", "ragged-row", id="long-row"
        ),
        pytest.param(
            GOOD.replace(b",maat", b"", 1), "t.csv#row=1&column=maat", "column-missing", id="column"
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_gives_one_message(
    package: Package, data: bytes, cell: str, code: str
) -> None:
    assert found(one(package, data)) == [(cell, code)]


def test_a_missing_file_gives_one_message(package: Package) -> None:
    package.add("t", "", FIELDS)
    (package.folder / "t.csv").unlink()
    assert found(package.problems()) == [("t.csv", "file-missing")]


def test_wrong_columns_are_named(package: Package) -> None:
    data = "nr,naam,naam,extra\nA1,a,b,c\n"
    problems = package.add("t", data, [FIELDS[0], FIELDS[1], {"name": "weg"}]).problems()
    assert found(problems) == [
        ("t.csv#row=1&column=weg", "column-missing"),
        ("t.csv#row=1&column=naam", "column-twice"),
        ("t.csv#row=1&column=extra", "column-unknown"),
    ]


def test_rows_after_a_bad_one_are_still_checked(package: Package) -> None:
    data = HEAD + "A1,kort\n" + row(nr="A2", jaar="19").split("\n", 1)[1]
    assert found(one(package, data)) == [
        ("t.csv#row=2", "ragged-row"),
        ("t.csv#row=3&column=jaar", "type-year"),
    ]


def test_the_number_of_a_row_counts_records_not_lines(package: Package) -> None:
    data = row(naam='"a\nb\nc"') + row(nr="A2", jaar="19").split("\n", 1)[1]
    assert found(one(package, data)) == [("t.csv#row=3&column=jaar", "type-year")]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_line_ends_and_byte_order_mark_do_not_matter(
    package: Package, ends: str, encoding: str
) -> None:
    data = row(naam="Coöperatie").replace("\n", ends).encode(encoding)
    reading = package.add("t", data, FIELDS).read()["t"]
    assert not reading.problems
    assert reading.rows[0].cells["naam"] == "Coöperatie"
    assert reading.rows[0].cells["nr"] == "A1"


@pytest.mark.parametrize("name", ["utf8", "UTF-8", "utf-8-sig"])
def test_utf_8_may_be_spelt_otherwise_and_have_a_mark(package: Package, name: str) -> None:
    package.add("t", row().encode("utf-8-sig"), FIELDS, encoding=name)
    assert package.problems() == []


def test_a_declared_dialect_reads_as_it_is_declared(package: Package) -> None:
    data = row(naam="Coöperatie €", maat="1.5").replace(",", ";").encode("cp1252")
    package.add("t", data, FIELDS, encoding="windows-1252", dialect={"delimiter": ";"})
    reading = package.read()["t"]
    assert check({"t": reading}, CODES) == []
    assert reading.rows[0].cells["naam"] == "Coöperatie €"


def test_commas_where_semicolons_are_declared_give_one_message(package: Package) -> None:
    package.add("t", row(), FIELDS, dialect={"delimiter": ";"})
    (problem,) = package.problems()
    assert problem.code == "delimiter"
    assert "komma" in problem.message["nl"]


def test_cells_are_kept_as_stated(package: Package) -> None:
    data = row(nr="A1", naam=" Een ", maat="+01.50")
    (first,) = package.add("t", data, FIELDS).read()["t"].rows
    assert (first.number, first.cells["naam"], first.cells["maat"]) == (2, "Een", "+01.50")


# references

PARENTS: list[dict[str, Any]] = [
    {"name": "nr"}, {"name": "ouder"}, {"name": "leden", "type": "list", "delimiter": "|"},
]  # fmt: skip


def refers(field: str, resource: str | None, column: str = "nr") -> dict[str, Any]:
    reference = {"fields": column} | ({} if resource is None else {"resource": resource})
    return {"fields": field, "reference": reference}


@pytest.mark.parametrize("resource", ["t", "", None])
def test_a_self_reference_must_stand_in_the_table(package: Package, resource: str | None) -> None:
    schema = {"primaryKey": "nr", "foreignKeys": [refers("ouder", resource)]}
    package.add("t", "nr,ouder,leden\nA1,,\nA2,A1,\nA3,A9,\n", PARENTS, schema=schema)
    (problem,) = package.problems()
    assert found([problem]) == [("t.csv#row=4&column=ouder", "reference")]
    assert "t.csv (nr)" in problem.message["nl"]


def test_every_item_of_a_list_must_stand_in_the_other_table(package: Package) -> None:
    package.add("p", "nr\nstadspark\nbospark\n", [{"name": "nr"}])
    package.add("t", "nr,ouder,leden\nA1,,stadspark|bospark\nA2,,stadpark | zeepark|bospark\n",
                PARENTS, schema={"foreignKeys": [refers("leden", "p")]})  # fmt: skip
    (problem,) = package.problems()
    assert found([problem]) == [("t.csv#row=3&column=leden", "reference")]
    assert problem.value == "stadpark, zeepark"
    assert "Bedoelde u stadspark?" in problem.remedy["nl"]
    assert "Did you mean stadspark?" in problem.remedy["en"]


def test_a_column_wrong_throughout_is_reported_without_endless_hints(package: Package) -> None:
    package.add("p", "nr\n" + "".join(f"park{n}\n" for n in range(3000)), [{"name": "nr"}])
    package.add("t", "nr,ouder,leden\n" + "".join(f"A{n},prak{n},\n" for n in range(1, 2001)),
                PARENTS, schema={"foreignKeys": [refers("ouder", "p")]})  # fmt: skip
    problems = package.problems()
    assert len(problems) == 2000
    assert "Bedoelde u" in problems[0].remedy["nl"]
    assert "Bedoelde u" not in problems[-1].remedy["nl"]
    assert problems[-1].remedy["nl"].startswith("Voeg de rij daar toe")


def test_an_empty_reference_refers_to_nothing(package: Package) -> None:
    schema = {"foreignKeys": [refers("ouder", "t"), refers("leden", "t")]}
    assert package.add("t", "nr,ouder,leden\nA1,,\n", PARENTS, schema=schema).problems() == []


def test_a_cell_with_a_problem_is_not_blamed_twice(package: Package) -> None:
    fields: list[dict[str, Any]] = [
        {"name": "nr"},
        {"name": "ouder", "constraints": {"pattern": "A[0-9]"}},
    ]
    schema = {"foreignKeys": [refers("ouder", "t")]}
    package.add("t", "nr,ouder\nA1,zoek\n", fields, schema=schema)
    assert found(package.problems()) == [("t.csv#row=2&column=ouder", "pattern")]


@pytest.mark.parametrize(
    "data",
    [b"", b"x,y\n1,2\n", b"nr\nA1\nA2,twee\n", b'nr\nA1\n"A2\n', b"nr\n", b"nr\n\xc01\n"],
)
def test_rows_are_not_blamed_for_a_table_that_could_not_be_read(
    package: Package, data: bytes
) -> None:
    package.add("p", data, [{"name": "nr"}])
    package.add("t", "nr,ouder,leden\nT1,A2,\nT2,A2,\n", PARENTS,
                schema={"foreignKeys": [refers("ouder", "p")]})  # fmt: skip
    assert {problem.cell.file for problem in package.problems()} == {"p.csv"}


# list items

LIST = Field("x", type="list", delimiter="|")


@pytest.mark.parametrize(
    ("field", "cell", "values"),
    [
        (LIST, "", []),
        (LIST, "a", ["a"]),
        (LIST, "a|b", ["a", "b"]),
        (LIST, " a | b ", ["a", "b"]),
        (LIST, "a||b", ["a", "", "b"]),
        (Field("x"), "a|b", ["a|b"]),
        (Field("x"), "", []),
    ],
)
def test_items_of_a_cell(field: Field, cell: str, values: list[str]) -> None:
    assert items(field, cell) == values


def test_items_have_the_type_of_the_list(package: Package) -> None:
    fields: list[dict[str, Any]] = [
        {"name": "nr"},
        {"name": "jaren", "type": "list", "delimiter": ";", "itemType": "year"},
    ]
    package.add("t", "nr,jaren\n1,2019;2020\n2,2019;20\n", fields)
    assert found(package.problems()) == [("t.csv#row=3&column=jaren", "type-year")]


@pytest.mark.parametrize(
    ("ref", "text"),
    [
        (CellRef("a.csv", 12, "naam"), "a.csv#row=12&column=naam"),
        (CellRef("a.csv", 12), "a.csv#row=12"),
        (CellRef("a.csv"), "a.csv"),
        (CellRef("a.csv", column="naam"), "a.csv#column=naam"),
    ],
)
def test_a_cell_reference_reads_as_designed(ref: CellRef, text: str) -> None:
    assert str(ref) == text


# descriptors that say what cannot be checked


def resource(**more: Any) -> dict[str, Any]:
    return {"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a"}]}, **more}


def schema(**more: Any) -> dict[str, Any]:
    return resource(schema={"fields": [{"name": "a"}, {"name": "b"}], **more})


def field(**more: Any) -> dict[str, Any]:
    return resource(schema={"fields": [{"name": "a", **more}]})


@pytest.mark.parametrize(
    ("resources", "where"),
    [
        pytest.param([resource(name="")], "name", id="no-name"),
        pytest.param([resource(), resource()], "two resources", id="two-of-a-name"),
        pytest.param([resource(path="../t.csv")], "leave", id="path-out-of-the-folder"),
        pytest.param([resource(path="/etc/passwd")], "leave", id="absolute-path"),
        pytest.param([resource(path=["a.csv", "b.csv"])], "one path", id="two-paths"),
        pytest.param([resource(schema="t.json")], "schema", id="schema-elsewhere"),
        pytest.param([resource(schema={"fields": []})], "fields", id="no-fields"),
        pytest.param([resource(schema={"fields": ["a"]})], "resource", id="field-is-text"),
        pytest.param([resource(dialect={"delimiter": ";;"})], "delimiter", id="delimiter-of-two"),
        pytest.param([resource(dialect={"delimiter": ""})], "delimiter", id="no-delimiter"),
        pytest.param([resource(encoding="utf-9")], "utf-9", id="unknown-encoding"),
        pytest.param([field(type="geopoint")], "type", id="unknown-type"),
        pytest.param([field(constraints={"pattern": "("})], "pattern", id="bad-pattern"),
        pytest.param([field(constraints={"minLength": 3})], "minLength", id="unknown-constraint"),
        pytest.param([field(constraints={"minimum": 3})], "minimum", id="minimum-of-text"),
        pytest.param(
            [field(type="date", constraints={"maximum": "2019-01-01"})], "maximum", id="date-limit"
        ),
        pytest.param(
            [resource(schema={"fields": [{"name": "a"}, {"name": "a"}]})], "same name", id="twice"
        ),
        pytest.param([schema(primaryKey="c")], "'c'", id="unknown-key"),
        pytest.param([schema(foreignKeys=[refers("c", "t", "a")])], "'c'", id="unknown-field"),
        pytest.param([schema(foreignKeys=[refers("a", "x", "a")])], "x.a", id="unknown-table"),
        pytest.param([schema(foreignKeys=[refers("a", "t", "z")])], "t.z", id="unknown-column"),
        pytest.param([schema(foreignKeys=[{"fields": "a"}])], "reference", id="no-reference"),
        pytest.param(
            [schema(foreignKeys=[{"fields": ["a", "b"],
                                  "reference": {"resource": "t", "fields": ["a", "b"]}}])],
            "several", id="key-of-two",
        ),
    ],
)  # fmt: skip
def test_a_descriptor_that_cannot_be_checked_is_refused(
    tmp_path: Path, resources: list[Any], where: str
) -> None:
    path = tmp_path / "datapackage.json"
    path.write_text(json.dumps({"resources": resources}), encoding="utf-8")
    with pytest.raises(ProjectError, match=re.escape(where)) as error:
        load_package(path)
    assert error.value.detail.startswith("datapackage.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"resources": 3}', '"x"'])
def test_a_file_that_is_no_data_package_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "datapackage.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=r"datapackage\.json"):
        load_package(path)


def test_a_missing_descriptor_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"datapackage\.json: the file does not exist"):
        load_package(tmp_path / "datapackage.json")


def test_a_field_has_titles_in_both_languages(package: Package) -> None:
    table = package.add("t", row(), FIELDS).read()["t"].table
    assert table.field("naam").title == {"nl": "Naam", "en": "Name"}
    assert table.field("soort").title == {"nl": "soort", "en": "soort"}
