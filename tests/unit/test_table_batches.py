"""Checks of tables that come in batches: the same findings, whatever the size of a batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.tables.checks import Checker, check
from app.tables.keys import Keys
from tests.unit.table_package import Package, found

FIELDS: list[dict[str, Any]] = [
    {"name": "nr", "constraints": {"pattern": "A[0-9]+"}},
    {"name": "ouder"},
    {"name": "leden", "type": "list", "delimiter": "|"},
    {"name": "van", "type": "year"},
    {"name": "tot", "type": "year", "notBefore": "van"},
]
ROWS = """nr,ouder,leden,van,tot
A1,A9,p1|p2,2019,2020
A2,A1,p3,2019,2018
a3,A1,p1,19,2018
A1,A2,p1,,2018
A5,A5,,2020,2020
A6,A7,p1|p9,2020,2020
A7,,p2,2020,2020
"""
WRONG = [
    ("t.csv#row=2&column=ouder", "reference"),
    ("t.csv#row=3&column=leden", "reference"),
    ("t.csv#row=3&column=tot", "backward"),
    ("t.csv#row=4&column=nr", "pattern"),
    ("t.csv#row=4&column=van", "type-year"),
    ("t.csv#row=5&column=nr", "duplicate"),
    ("t.csv#row=7&column=leden", "reference"),
]


@pytest.fixture
def two(package: Package) -> Package:
    schema = {"primaryKey": "nr", "foreignKeys": [
        {"fields": "ouder", "reference": {"resource": "", "fields": "nr"}},
        {"fields": "leden", "reference": {"resource": "p", "fields": "code"}},
    ]}  # fmt: skip
    package.add("p", "code\np1\np2\n", [{"name": "code"}])
    return package.add("t", ROWS, FIELDS, schema=schema)


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
@pytest.mark.parametrize("order", [("p", "t"), ("t", "p")])
def test_batches_give_what_the_whole_gives(two: Package, rows: int, order: list[str]) -> None:
    readings = two.read()
    keys = Keys(reading.table for reading in readings.values())
    checkers = {name: Checker(readings[name].table, {}, keys) for name in order}
    problems = []
    for name, checker in checkers.items():
        for batch in readings[name].batch.parts(rows):
            problems += checker.check(batch)
        checker.close()
    for checker in checkers.values():
        problems += checker.finish()
    assert sorted(found(problems)) == WRONG
    whole = check(readings, {})
    assert {p.cell: p for p in problems} == {p.cell: p for p in whole}
    assert found(whole) == WRONG


def test_references_to_a_table_that_lost_rows_are_not_blamed(two: Package) -> None:
    readings = two.read()
    keys = Keys(reading.table for reading in readings.values())
    other = Checker(readings["p"].table, {}, keys)
    checker = Checker(readings["t"].table, {}, keys)
    problems = checker.check(readings["t"].batch) + other.check(readings["p"].batch)
    other.close(whole=False)
    assert "leden" not in {problem.cell.column for problem in problems + checker.finish()}


def test_a_table_on_its_own_is_checked_against_itself_alone(two: Package, tmp_path: Path) -> None:
    reading = two.read()["t"]
    checker = Checker(reading.table, {})
    problems = checker.check(reading.batch) + checker.finish()
    assert sorted(found(problems)) == [item for item in WRONG if "leden" not in item[0]]
