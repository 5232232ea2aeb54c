"""A sheet of a workbook (.xlsx, .ods, .xls) as a source of rows."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from app.errors import InputError
from app.tables.batch import Batch, Dialect, Dropped
from app.tables.cells import CellRef, Note, letters, place_of
from app.tables.heading import HEADER_ROWS, find_header
from app.tables.ods import Ods
from app.tables.sheets import Page, SheetLimits
from app.tables.workbook import Book, bounded
from app.tables.xls import Xls
from app.tables.xlsx import Xlsx


@dataclass(slots=True)
class SheetSource:
    """A sheet of a workbook, opened (`Source`); `sheet` is its name."""

    path: Path
    file: str
    sheet: str
    header: tuple[str, ...]
    header_row: int
    notes: tuple[Note, ...]
    book: Book
    page: Page
    limits: SheetLimits
    dropped: list[Dropped] = field(default_factory=list)
    done: float = 0.0

    def cell(self, row: int, column: str = "") -> CellRef:
        """Return the place of a cell, or of a row."""
        position = self.header.index(column) + 1 if column and column in self.header else 0
        return CellRef(self.file, row, column, letters(position))

    def batches(self, rows: int) -> Iterator[Batch]:
        """Yield the rows in order, at most so many at a time; rows without a word are left out."""
        places = {name: place for place, name in reversed([*enumerate(self.header)]) if name}
        width = len(self.header)
        below = (
            (number, texts)
            for number, texts in bounded(self.path.name, self.book, self.page, self.limits)
            if number > self.header_row and any(texts[:width])
        )
        while found := list(islice(below, rows)):
            self.done = self.book.done
            numbers = [number for number, _ in found]
            columns = {
                name: [texts[place] if place < len(texts) else "" for _, texts in found]
                for name, place in sorted(places.items(), key=lambda item: item[1])
            }
            yield Batch(numbers, columns)
        self.done = 1.0


def open_sheet(
    path: Path,
    form: str,
    dialect: Dialect,
    wanted: Collection[str],
    limits: SheetLimits,
    *,
    strict: bool,
) -> SheetSource:
    """Return a sheet of a workbook in one of three forms: xlsx, ods, xls.

    Raises:
        InputError: It cannot be read, has no such sheet, or (where `strict`) lacks a column.
    """
    file = path.name
    readers: dict[str, type[Xlsx | Ods | Xls]] = {"xlsx": Xlsx, "ods": Ods, "xls": Xls}
    book: Book = readers[form](io.BytesIO(path.read_bytes()), file, limits)
    page = _chosen(file, book.pages, dialect.sheet)
    rows = []
    for number, texts in bounded(file, book, page, limits):
        rows.append((number, texts))
        if len(rows) >= HEADER_ROWS and number >= dialect.header_row:
            break
    where = f"{file}, {page.name}"
    found = find_header(where, rows, wanted, dialect.header_row, strict=strict)
    return SheetSource(path, place_of(file, page.name), page.name, found.names, found.row,
                       (*page.notes, *_others(file, book.pages, page, dialect), *found.notes),
                       book, page, limits)  # fmt: skip


def _chosen(file: str, pages: tuple[Page, ...], name: str) -> Page:
    """Return the sheet of that name or number; "" is the first that is shown."""
    if not name and pages:
        return next((page for page in pages if not page.hidden), pages[0])
    for page in pages:
        if page.name == name:
            return page
    if name.isdecimal() and 0 < int(name) <= len(pages):
        return pages[int(name) - 1]
    shown = ", ".join(page.name for page in pages)
    raise InputError(
        f"{file}: there is no sheet {name!r}; there are: {shown}.",
        nl=f"{file}: er is geen blad {name!r}; wel: {shown}.",
    )


def _others(file: str, pages: tuple[Page, ...], page: Page, dialect: Dialect) -> Iterator[Note]:
    if len(pages) > 1 and not dialect.sheet:
        yield Note("sheet", {
            "nl": f"{file} heeft {len(pages)} bladen; gelezen is het blad {page.name}.",
            "en": f"{file} has {len(pages)} sheets; the sheet {page.name} was read.",
        })  # fmt: skip
