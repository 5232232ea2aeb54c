"""A small package of tables for tests: its columns, one row, what the checks find."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from app.tables.cells import CellProblem
from app.tables.checks import check
from app.tables.descriptor import load_package
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


HEAD = ",".join(NAMES) + "\n"
GOOD = row().encode()
