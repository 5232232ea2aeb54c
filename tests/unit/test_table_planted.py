"""Errors of every kind planted at random cells: all are found there, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.tables.checks import Checker, check
from app.tables.descriptor import load_package
from app.tables.keys import Keys
from app.tables.reading import read
from bench import planting

ROWS, ERRORS = 400, 120


@pytest.mark.parametrize("seed", range(5))
def test_all_planted_errors_are_found_and_none_else(tmp_path: Path, seed: int) -> None:
    table = planting.rows(ROWS, seed)
    planted = planting.plant(table, ERRORS, seed)
    assert {name for _, name in planted} == set(planting.NAMES)
    planting.write(tmp_path, table)
    tables = load_package(tmp_path / "datapackage.json")
    readings = {name: read(table) for name, table in tables.items()}
    whole = check(readings, {})
    assert sorted((item.cell.row, item.cell.column) for item in whole) == sorted(planted)
    assert {item.cell.file for item in whole} == {"organisaties.csv"}
    for rows in (1, 7, 1000):
        keys = Keys(tables.values())
        checkers = {name: Checker(table, {}, keys) for name, table in tables.items()}
        found = [problem for name, checker in checkers.items()
                 for batch in readings[name].batch.parts(rows)
                 for problem in checker.check(batch)]  # fmt: skip
        for checker in checkers.values():
            checker.close()
        found += [problem for checker in checkers.values() for problem in checker.finish()]
        assert {item.cell: item for item in found} == {item.cell: item for item in whole}
        assert len(found) == ERRORS


def test_a_table_without_errors_has_none(tmp_path: Path) -> None:
    planting.write(tmp_path, planting.rows(ROWS))
    tables = load_package(tmp_path / "datapackage.json")
    assert check({name: read(table) for name, table in tables.items()}, {}) == []
