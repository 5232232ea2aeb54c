"""Checking the cells of tables: one message per problem, at its cell, and what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from app.tables.cells import CellRef, place_of
from app.tables.descriptor import Field, items
from tests.unit.table_package import FIELDS, Package, found, one, row


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
        (CellRef(place_of("a.xlsx", "Actoren"), 12, "naam", "D"), "a.xlsx#sheet=Actoren&cell=D12"),
        (CellRef(place_of("a.xlsx", "Actoren"), 12), "a.xlsx#sheet=Actoren&row=12"),
        (CellRef(place_of("a.xlsx", "Actoren")), "a.xlsx#sheet=Actoren"),
        (CellRef("a.json", 12, "adres.gemeente"), "a.json#item=12&member=adres.gemeente"),
        (CellRef(place_of("a b#1.csv"), 2, "x=1&%"), "a%20b%231.csv#row=2&column=x%3D1%26%25"),
        (CellRef(place_of("é.xlsx", "R&D\n\x00"), 2), "é.xlsx#sheet=R%26D%0A%00&row=2"),
    ],
)
def test_a_cell_reference_reads_as_designed(ref: CellRef, text: str) -> None:
    assert str(ref) == text
