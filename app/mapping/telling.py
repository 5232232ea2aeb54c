"""What a run came to, as JSON values: one form for the command line and the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.mapping.streaming import Totals
from app.tables.cells import CellProblem


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
