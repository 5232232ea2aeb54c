"""Tables as a mapping reads them: batches of rows, held as columns of text."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from app.tables.cells import CellProblem, CellRef, Note


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive rows: the number each has in its file, and its trimmed cells by column."""

    numbers: Sequence[int]
    columns: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        return len(self.numbers)

    def parts(self, rows: int) -> Iterator[Batch]:
        """Yield the rows in order, so many at a time."""
        for start in range(0, len(self), rows):
            part = slice(start, start + rows)
            columns = {name: cells[part] for name, cells in self.columns.items()}
            yield Batch(self.numbers[part], columns)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row: its number and its cells by column."""
        for number, cells in zip(
            self.numbers, zip(*self.columns.values(), strict=True), strict=True
        ):
            yield number, dict(zip(self.columns, cells, strict=True))

    def moved(self, rows: int) -> Batch:
        """Return the same rows so many further down."""
        numbers = self.numbers
        if isinstance(numbers, range):
            return Batch(range(numbers.start + rows, numbers.stop + rows), self.columns)
        return Batch([number + rows for number in numbers], self.columns)


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


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that could not be read as one of its table: its number, its cells, what is wrong."""

    number: int
    cells: Sequence[str]
    problem: CellProblem

    def moved(self, rows: int) -> Dropped:
        """Return the row so many further down."""
        return Dropped(self.number + rows, self.cells, self.problem.moved(rows))

    def by_column(self, header: Sequence[str]) -> dict[str, str]:
        """Return the cells by column; those beyond the last one by their position."""
        names = [*header, *(f"_{place}" for place in range(len(header) + 1, len(self.cells) + 1))]
        return dict(zip(names, self.cells, strict=False))


class Source(Protocol):
    """A table in a file, opened: its header, what is to be told of how it was read, its rows.

    `file` is its place, as cell references begin. `done` is the share of it that was read, and
    `dropped` are rows that could not be; both grow while batches are read.
    """

    file: str
    header: tuple[str, ...]
    header_row: int
    notes: tuple[Note, ...]
    dropped: list[Dropped]
    done: float

    def cell(self, row: int, column: str = "") -> CellRef:
        """Return the reference of a cell, or of a row."""

    def batches(self, rows: int) -> Iterator[Batch]:
        """Yield the rows in order, at most so many at a time; rows without a word are left out."""


@contextmanager
def without_collecting() -> Iterator[None]:
    """Leave the search for cycles out: it would walk millions of cells, which hold no others."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
