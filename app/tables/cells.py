"""Cell references, and the records for a problem in a cell and for how a file was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

_SHOWN: Final = 80
# what would end a part of a reference, or break a line that holds one
_SIGNS = re.compile(r"[%&#=\s\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Note:
    """Something a user should know of how a file was read, in nl and en; `code` is stable."""

    code: str
    messages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CellRef:
    """A place in a table, written in one fixed form (docs/tables.md).

    `file` is the place of the table (`place_of`). `row` counts records of CSV and rows of a sheet,
    1 is the first; of JSON it counts items; 0 is the whole table. `letters` are those of the column
    in a sheet, where they are known: a place is what it is without them.
    """

    file: str
    row: int = 0
    column: str = ""
    letters: str = field(default="", compare=False)

    def __str__(self) -> str:
        if self.row and self.letters:
            parts = [f"cell={self.letters}{self.row}"]
        else:
            row, column = _JSON if self.file.lower().endswith(".json") else _TABLE
            parts = [f"{row}={self.row}"] if self.row else []
            parts += [f"{column}={encoded(self.column)}"] if self.column else []
        if not parts:
            return self.file
        return f"{self.file}{'&' if '#' in self.file else '#'}{'&'.join(parts)}"


_TABLE: Final = ("row", "column")
_JSON: Final = ("item", "member")


def encoded(text: str) -> str:
    """Return text with the signs percent-encoded that a cell reference is made of."""
    return _SIGNS.sub(lambda found: quote(found[0], safe=""), text)


def place_of(file: str, sheet: str = "") -> str:
    """Return where a table stands, as cell references begin: `a.csv`, `a.xlsx#sheet=Actoren`."""
    return encoded(file) + (f"#sheet={encoded(sheet)}" if sheet else "")


def refs(found: Mapping[str, Any]) -> list[str]:
    """Return the references of `columns` in a `row` of a `file`; `letters` are by column."""
    return [
        str(CellRef(found["file"], found["row"], name, found["letters"].get(name, "")))
        for name in found["columns"]
    ]


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

    def moved(self, rows: int) -> CellProblem:
        """Return the problem as one of a cell so many rows further down."""
        return replace(self, cell=replace(self.cell, row=self.cell.row + rows))


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
