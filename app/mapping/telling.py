"""What a run came to, as JSON values: one form for the command line and the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any
from urllib.parse import unquote

from app.mapping.streaming import Totals
from app.tables.cells import CellProblem, position


def told(totals: Totals, *, written: bool = True) -> Mapping[str, Any]:
    """Return counts, the problems that were held, and values that join with no row."""
    return {
        "rows": totals.rows, "quads": totals.quads, "problems": totals.wrong, "written": written,
        "rows_with_problems": totals.kept,
        "found": [problem_told(item) for item in totals.problems],
        "unmatched": [{**problem_told(item), "count": count} for item, count in totals.unmatched],
    }  # fmt: skip


def problem_told(problem: CellProblem) -> dict[str, Any]:
    """Return a problem: its cell, what is wrong and how to mend it."""
    return {"cell": str(problem.cell), "code": problem.code, "value": problem.value,
            "message": dict(problem.message), "remedy": dict(problem.remedy)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """The parts of a cell reference; `position` is that of the column in a sheet, 0: unknown."""

    sheet: str
    row: int
    column: str
    position: int


def place_in(ref: str) -> Place:
    """Return the parts of a cell reference as `CellRef` writes it."""
    parts = dict(part.partition("=")[::2] for part in ref.partition("#")[2].split("&"))
    said = {name: unquote(text) for name, text in parts.items()}
    cell = said.get("cell", "")
    row = cell.lstrip(ascii_uppercase) if cell else said.get("row", said.get("item", "0"))
    return Place(said.get("sheet", ""), int(row or 0),
                 said.get("column", said.get("member", cell.rstrip("0123456789"))),
                 position(cell))  # fmt: skip
