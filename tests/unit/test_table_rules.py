"""Rules that look further than one cell: each breaks at its own cell, and says what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import ProjectError
from app.tables.cells import CellProblem
from app.tables.checks import check
from app.tables.descriptor import load_package
from app.tables.reading import read

KNOWN = {"https://lijst.test/1", "https://lijst.test/12", "https://elders.test/3"}
DOCUMENTS = "code,regels\nverslag,40\nkrant,7\n"
FIELDS: list[dict[str, Any]] = [
    {"name": "nr"},
    {"name": "naam"},
    {"name": "ook", "type": "list", "delimiter": "|", "differsFrom": ["naam"]},
    {"name": "plaats", "type": "list", "delimiter": "|", "knownBelow": "https://lijst.test/"},
    {"name": "sinds", "requiredWith": "plaats"},
    {"name": "van", "type": "year", "title": "Begin", "title_en": "Start"},
    {"name": "tot", "type": "year", "notBefore": "van"},
    {"name": "eerste", "notBefore": "van"},
    {"name": "maat", "type": "integer"},
    {"name": "deel", "type": "number", "notBefore": "maat",
     "maximumWhere": {"column": "eenheid", "value": "procent", "maximum": 100}},
    {"name": "eenheid"},
    {"name": "geen", "type": "list", "delimiter": "|",
     "emptyWhere": {"geld": ["bedrag", "fonds"]}},
    {"name": "bedrag"},
    {"name": "fonds"},
    {"name": "bron"},
    {"name": "op", "cites": {"resource": "d", "lines": "regels", "document": "bron"}},
    {"name": "elders", "cites": {"resource": "d", "lines": "regels"}},
]  # fmt: skip
NAMES = [field["name"] for field in FIELDS]


def package(folder: Path, fields: list[dict[str, Any]], rows: str) -> Path:
    (folder / "t.csv").write_text(rows, encoding="utf-8")
    (folder / "d.csv").write_text(DOCUMENTS, encoding="utf-8")
    documents = {"fields": [{"name": "code"}, {"name": "regels", "type": "integer"}],
                 "primaryKey": "code"}  # fmt: skip
    resources = [
        {"name": "t", "path": "t.csv", "schema": {"fields": fields, "primaryKey": "nr"}},
        {"name": "d", "path": "d.csv", "schema": documents},
    ]
    path = folder / "datapackage.json"
    path.write_text(json.dumps({"resources": resources}), encoding="utf-8")
    return path


def problems(folder: Path, cells: dict[str, str], known: set[str] = KNOWN) -> list[CellProblem]:
    values = {"nr": "1"} | cells
    rows = ",".join(NAMES) + "\n" + ",".join(values.get(name, "") for name in NAMES) + "\n"
    tables = load_package(package(folder, FIELDS, rows))
    return check({name: read(table) for name, table in tables.items()}, {}, known)


@pytest.mark.parametrize(
    ("cells", "column", "code", "said"),
    [
        ({"plaats": "13", "sinds": "x"}, "plaats", "unknown", "Bedoelde u 1"),
        ({"plaats": "1|99", "sinds": "x"}, "plaats", "unknown", '"99"'),
        ({"plaats": "3", "sinds": "x"}, "plaats", "unknown", "vocab/extern"),
        ({"plaats": "1"}, "sinds", "required", "plaats"),
        ({"van": "2014", "tot": "2010"}, "tot", "backward", "Begin"),
        ({"van": "2014", "eerste": "2013-12"}, "eerste", "backward", "2013-12"),
        ({"maat": "10", "deel": "9.5"}, "deel", "backward", "9.5"),
        ({"deel": "100.1", "eenheid": "procent"}, "deel", "range", "100"),
        ({"geen": "rust|geld", "fonds": "EFRO"}, "geen", "contradiction", "EFRO"),
        ({"geen": "geld", "bedrag": "1", "fonds": "2"}, "geen", "contradiction", "bedrag"),
        ({"naam": "EFRO", "ook": "ERDF|EFRO"}, "ook", "same", "naam"),
        ({"bron": "verslag", "op": "41"}, "op", "lines", "40 regels"),
        ({"bron": "verslag", "op": "3|12-5"}, "op", "lines", "12-5"),
        ({"bron": "verslag", "op": "0"}, "op", "lines", "regel 1"),
        ({"bron": "verslag", "op": "12,5"}, "op", "lines", "12 of 12-15"),
        ({"bron": "verslag", "op": "krant:3"}, "op", "lines", "krant:3"),
        ({"elders": "krant:8"}, "elders", "lines", "7 regels"),
        ({"elders": "krnt:3"}, "elders", "lines", "krant"),
        ({"elders": "krant:3|4"}, "elders", "lines", "code:12"),
    ],
)  # fmt: skip
def test_a_broken_rule_gives_one_problem_at_its_cell(
    tmp_path: Path, cells: dict[str, str], column: str, code: str, said: str
) -> None:
    quoted = {name: f'"{value}"' for name, value in cells.items()}
    found = problems(tmp_path, quoted)
    assert [(str(p.cell), p.code) for p in found] == [(f"t.csv#row=2&column={column}", code)]
    assert said in found[0].message["nl"] + found[0].remedy["nl"]
    assert found[0].message["nl"] != found[0].message["en"]
    assert found[0].remedy["nl"] != found[0].remedy["en"]


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"plaats": "1|12", "sinds": "x"},
        {"sinds": "x"},
        {"van": "2014", "tot": "2014", "eerste": "2014-01"},
        {"tot": "2010"},
        {"van": "2014"},
        {"maat": "9", "deel": "10"},
        {"deel": "100", "eenheid": "procent"},
        {"deel": "150", "eenheid": "groei"},
        {"geen": "geld"},
        {"geen": "rust", "bedrag": "1"},
        {"naam": "EFRO", "ook": "ERDF"},
        {"bron": "verslag", "op": "1|39-40", "elders": "krant:7|krant:1-2"},
        # a document that is not there is the affair of the foreign key
        {"bron": "onbekend", "op": "999"},
    ],
)
def test_what_is_right_or_empty_gives_none(tmp_path: Path, cells: dict[str, str]) -> None:
    assert problems(tmp_path, cells) == []


def test_a_cell_with_a_problem_of_its_own_gets_no_second(tmp_path: Path) -> None:
    found = problems(tmp_path, {"van": "veertien", "tot": "2010", "maat": "tien", "deel": "3"})
    assert [(p.cell.column, p.code) for p in found] == [
        ("van", "type-year"), ("maat", "type-number"),
    ]  # fmt: skip


def test_a_list_that_is_not_there_is_said_once(tmp_path: Path) -> None:
    found = problems(tmp_path, {"plaats": "1", "sinds": "x"}, known=set())
    assert [(str(p.cell), p.code) for p in found] == [("t.csv#row=1&column=plaats", "list-missing")]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ({"name": "a", "notBefore": "b"}, "unknown fields"),
        ({"name": "a", "notBefore": ""}, "notBefore"),
        ({"name": "a", "requiredWith": ["nr"]}, "requiredWith"),
        ({"name": "a", "differsFrom": "nr"}, "differsFrom"),
        ({"name": "a", "emptyWhere": {"x": "nr"}}, "emptyWhere"),
        ({"name": "a", "emptyWhere": ["nr"]}, "emptyWhere"),
        ({"name": "a", "maximumWhere": {"column": "nr", "value": "x"}}, "maximumWhere"),
        ({"name": "a", "maximumWhere": {"column": "nr", "value": "x", "maximum": 1}}, "numbers"),
        ({"name": "a", "knownBelow": 3}, "knownBelow"),
        ({"name": "a", "cites": {"resource": "d"}}, "cites"),
        ({"name": "a", "cites": {"resource": "d", "lines": "nr"}}, "no field"),
        ({"name": "a", "cites": {"resource": "e", "lines": "regels"}}, "no field"),
    ],
)
def test_a_rule_that_cannot_be_checked_is_refused(
    tmp_path: Path, field: dict[str, Any], said: str
) -> None:
    path = package(tmp_path, [{"name": "nr"}, field], "nr,a\n1,\n")
    with pytest.raises(ProjectError, match=said) as caught:
        load_package(path)
    assert caught.value.detail != caught.value.detail_nl
