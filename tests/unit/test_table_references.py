"""References between tables: each names the row it lacks, and blames nothing twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.table_package import Package, found

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
