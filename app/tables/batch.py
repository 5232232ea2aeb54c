"""Tables as a mapping reads them: batches of rows, held as columns of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.tables.cells import CellProblem, Note


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive rows: the number each has in its file, and its trimmed cells by column."""

    numbers: Sequence[int]
    columns: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        return len(self.numbers)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row: its number and its cells by column."""
        for number, cells in zip(
            self.numbers, zip(*self.columns.values(), strict=True), strict=True
        ):
            yield number, dict(zip(self.columns, cells, strict=True))


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table stands in its file (Table Dialect, Data Package v2); what is "" or 0 is found.

    `sheet` is a sheet of a workbook by name or number (from 1), `header_row` counts from 1,
    `items` is where the rows of a JSON file are, as names of members with dots between.
    """

    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    sheet: str = ""
    header_row: int = 0
    items: str = ""


class Source(Protocol):
    """A table in a file, opened: its header, what is to be told of how it was read, its rows."""

    file: str
    sheet: str
    header: tuple[str, ...]
    header_row: int
    notes: tuple[Note, ...]
    # rows that are not as wide as the header, or could not be read; grows while batches are read
    problems: list[CellProblem]

    def batches(self, rows: int) -> Iterator[Batch]:
        """Yield the rows in order, at most so many at a time; rows without a word are left out."""
