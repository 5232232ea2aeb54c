"""Inventories for tests: a project's table as rows, as CSV and as a workbook, checked by a lab."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from app import bootstrap
from app.settings import Settings
from app.validation.lab import Lab
from app.validation.model import model
from app.validation.sources import Source
from tests.conftest import BASE, ROOT

TREES = ROOT / "tests" / "projects" / "bomen"
Rows = list[list[Any]]


@cache
def lab(project: Path = TREES) -> Lab:
    return bootstrap.lab(Settings(_env_file=None, project=project, base_iri=BASE))


def rows_of(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return [list(record) for record in csv.reader(file)]


def as_csv(rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def book(sheets: Mapping[str, Rows]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append([None if value == "" else value for value in row])
    return made


def as_bytes(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_xlsx(sheets: Mapping[str, Rows]) -> bytes:
    return as_bytes(book(sheets))


def checked(
    data: bytes, name: str, project: Path = TREES, profiles: Sequence[str] = (), **more: Any
) -> dict[str, Any]:
    """Return the SOURCE of a file, through the whole lab."""
    found = lab(project)
    against = [found.profile(item) for item in profiles]
    told, _ = found.check(Source(data, name, name=name), against, **more)
    return told


def whole(data: bytes, name: str, project: Path = TREES, **more: Any) -> dict[str, Any]:
    """Return the model of a file."""
    told, used = lab(project).check(Source(data, name, name=name), **more)
    return model(used, [told])


def places(told: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return (kind of problem, cell) of the errors."""
    return {
        (group["component"].rpartition(":")[2], cell["ref"])
        for group in told["groups"] if group["severity"] == "Violation"
        for result in group["results"] for cell in result["cells"]
    }  # fmt: skip


def codes(told: Mapping[str, Any]) -> list[str]:
    return [note["code"] for note in told["notes"]]
