"""From a SHACL result to the cell a steward can mend."""

from __future__ import annotations

import json
from collections.abc import Iterator

from app.publication.material import Material
from app.tables.cells import CellProblem, CellRef
from app.validation.report import Result, ValidationReport


def locate(report: ValidationReport, material: Material) -> list[CellProblem]:
    """Return the violations as problems of cells; what no table gave is in `vijfster.toml`."""
    rows: dict[str, list[tuple[str, int, int]]] = {}
    for subject, file, row, index in material.cells:
        rows.setdefault(subject, []).append((file, row, index))
    columns = {(index, name): json.loads(names) for index, name, names in material.columns}
    out: dict[tuple[object, ...], CellProblem] = {}
    for result in report.results:
        if result.severity == "Violation":
            for problem in _problems(result, rows.get(result.focus, []), columns):
                out.setdefault((problem.cell, problem.value, problem.message["nl"]), problem)
    return list(out.values())


def _problems(
    result: Result,
    rows: list[tuple[str, int, int]],
    columns: dict[tuple[int, str], list[str] | dict[str, str]],
) -> Iterator[CellProblem]:
    shown = f"{result.focus} {result.path}".strip()
    nl = result.messages.get("nl") or result.messages.get("en") or result.component
    en = result.messages.get("en") or nl
    cells = [
        CellRef(file, row, name, found[name] if isinstance(found, dict) else "")
        for file, row, index in rows
        if (found := columns.get((index, result.path))) is not None
        for name in found or [""]
    ]
    # a property no mapping rule makes is still about the row
    cells = cells or [CellRef(file, row) for file, row, _ in rows] or [CellRef("vijfster.toml")]
    for cell in dict.fromkeys(cells):
        yield CellProblem.of(
            cell, "shacl", result.value or shown,
            nl=(nl, f"Zie {shown} (vorm {result.shape})."),
            en=(en, f"See {shown} (shape {result.shape})."),
        )  # fmt: skip
