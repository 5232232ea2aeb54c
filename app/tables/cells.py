"""Cell references, and the records for a problem in a cell and for how a file was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Note:
    """Something a user should know of how a file was read, in nl and en; `code` is stable."""

    code: str
    messages: Mapping[str, str]


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


def letters(position: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    out = ""
    while position > 0:
        position, rest = divmod(position - 1, 26)
        out = chr(ord("A") + rest) + out
    return out


def position(ref: str) -> int:
    """Return the position of a cell reference's column: of B7 it is 2; of "" 0."""
    out = 0
    for sign in ref.rstrip("0123456789"):
        out = out * 26 + ord(sign) - ord("A") + 1
    return out
