"""Cell references and the one record for a problem in a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class CellRef:
    """A place in a CSV file; `row` counts records, 1 is the header, 0 is the whole file."""

    file: str
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        parts = [f"row={self.row}"] if self.row else []
        parts += [f"column={self.column}"] if self.column else []
        return self.file + ("#" + "&".join(parts) if parts else "")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with one cell (or row, or file) and how to mend it, in nl and en."""

    cell: CellRef
    code: str
    value: str
    message: Mapping[str, str]
    remedy: Mapping[str, str]

    @classmethod
    def of(
        cls, cell: CellRef, code: str, value: str, *, nl: tuple[str, str], en: tuple[str, str]
    ) -> CellProblem:
        """Return a problem from (message, remedy) pairs; a long value is shortened."""
        shown = value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
        return cls(cell, code, shown, {"nl": nl[0], "en": en[0]}, {"nl": nl[1], "en": en[1]})
