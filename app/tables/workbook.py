"""Workbooks as the lab reads them: whole sheets of text; and how openpyxl opens one to mark it.

Cells give the value that was last calculated, in the lexical form of the descriptor's types.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, Final, Protocol

from app.tables.archive import BROKEN, damaged
from app.tables.sheets import Page, Sheet, SheetLimits, check_size
from app.tables.xlsx import Xlsx

# part of a workbook -> what our copy of it may lose
_LOST: Final = {
    "xl/media/": ("afbeeldingen", "pictures"),
    "xl/drawings/drawing": ("vormen en grafieken", "shapes and charts"),
    "xl/pivotTables/": ("draaitabellen", "pivot tables"),
    "xl/slicers/": ("slicers", "slicers"),
    "xl/threadedComments/": ("gesprekken bij cellen", "threaded comments"),
    "xl/vbaProject": ("macro's", "macros"),
    "xl/connections": ("gegevensverbindingen", "data connections"),
}


class Book(Protocol):
    """An open workbook of any form."""

    pages: tuple[Page, ...]

    @property
    def done(self) -> float:
        """The share of a sheet that was read."""

    def rows(self, page: Page) -> Iterator[tuple[int, list[str]]]:
        """Yield (number, texts) of the rows of a sheet that have cells."""


def read_workbook(data: bytes, file: str, limits: SheetLimits) -> list[Sheet]:
    """Return the worksheets of a workbook, in order.

    Raises:
        InputError: It is damaged, too large, or holds what we do not open; says which.
    """
    book = Xlsx(io.BytesIO(data), file, limits)
    return [_sheet(file, book, page, limits) for page in book.pages]


def _sheet(file: str, book: Book, page: Page, limits: SheetLimits) -> Sheet:
    rows = tuple((number, tuple(texts)) for number, texts in bounded(file, book, page, limits))
    return Sheet(file, page.name, rows, page.notes if rows else ())


def bounded(
    file: str, book: Book, page: Page, limits: SheetLimits
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a sheet that have a word, without empty cells at their ends.

    Raises:
        InputError: It is damaged, or larger than its bounds.
    """
    where = f"{file}, {page.name}"
    cells = characters = 0
    for number, texts in book.rows(page):
        cells += len(texts)
        while texts and not texts[-1]:
            texts.pop()
        characters += len("".join(texts))
        if (
            number > limits.max_rows or len(texts) > limits.max_columns
            or cells > limits.max_cells or characters > limits.max_characters
        ):  # fmt: skip
            check_size(where, number, len(texts), cells, characters, limits)
        if texts:
            yield number, texts


def load(data: bytes, file: str, **options: Any) -> Any:
    """Return openpyxl's workbook of guarded bytes.

    Raises:
        InputError: It is damaged.
    """
    import openpyxl  # noqa: PLC0415 - slow to import, and few need it

    with warnings.catch_warnings():
        # it warns of what it does not keep; that is told otherwise
        warnings.simplefilter("ignore")
        try:
            return openpyxl.load_workbook(io.BytesIO(data), keep_links=False, **options)
        except BROKEN as error:
            raise damaged(file) from error


def warm() -> None:
    """Import what workbooks need now: in a process that others are forked from."""
    import openpyxl  # noqa: F401, PLC0415


def lost_parts(data: bytes) -> dict[str, str]:
    """Return what a copy of a guarded workbook may lose, in nl and en; {} if nothing."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    found = [texts for start, texts in _LOST.items() if any(n.startswith(start) for n in names)]
    return {lang: ", ".join(texts[i] for texts in found) for i, lang in enumerate(("nl", "en"))
            if found}  # fmt: skip
