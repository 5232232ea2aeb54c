"""A table given back as a workbook: the cells that gave a problem coloured, and a list of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from app.mapping.telling import place_in
from app.tables.marking import (
    Finding,
    Listing,
    marked_sheet,
    marked_workbook,
    only_listing,
    sheet_name,
)
from app.tables.opening import CSV, form_of
from app.tables.sheets import Sheet, SheetLimits, read_csv

XLSX: Final = "xlsx"
_SEVERITY: Final = "error"
_HEADER_ROWS: Final = 10
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "nl": ("Problemen", "blad", "cel", "kolom", "ernst", "wat er staat", "wat er mis is",
           "wat u kunt doen", "fout"),
    "en": ("Problems", "sheet", "cell", "column", "severity", "what is there", "what is wrong",
           "what you can do", "error"),
}  # fmt: skip


def marked(
    model: Mapping[str, Any], files: Sequence[Path], lang: str, limits: SheetLimits
) -> bytes:
    """Return the first table as a workbook with its problems marked, from JSON of a preview.

    Of .ods, .xls and JSON it is the list alone.

    Raises:
        InputError: The table is damaged.
    """
    title, *heads, grave = _WORDS[lang]
    file = files[0]
    found = list(_findings(model["found"], lang, grave))
    rows, count = model["rows"], model["problems"]
    line = f"{file.name}: {count} problemen in {rows} rijen." if lang == "nl" else (
        f"{file.name}: {count} problems in {rows} rows."
    )  # fmt: skip
    listing = Listing(title, [line], [head.capitalize() for head in heads], found)
    form = form_of(file)
    if form == XLSX:
        return marked_workbook(file.read_bytes(), file.name, listing)
    if form != CSV:
        return only_listing(listing)
    sheet = read_csv(file.read_bytes(), file.name, limits)
    name = sheet_name(file.name)
    return marked_sheet(sheet, replace(listing, findings=[
        replace(item, sheet=name, column=_position(sheet, item.texts[0])) for item in found
    ]))  # fmt: skip


def _findings(found: Sequence[Mapping[str, Any]], lang: str, grave: str) -> Iterator[Finding]:
    for problem in found:
        place = place_in(problem["cell"])
        message, remedy = problem["message"][lang], problem["remedy"][lang]
        yield Finding(
            place.sheet, place.row, place.position, _SEVERITY, f"{message}\n{remedy}",
            (place.column, grave, problem["value"], message, remedy),
        )  # fmt: skip


def _position(sheet: Sheet, column: str) -> int:
    """Return where a column of a CSV file is: where its name stands in one of the first rows."""
    rows = (cells for _, cells in sheet.rows[:_HEADER_ROWS] if column in cells)
    return next((cells.index(column) + 1 for cells in rows), 0) if column else 0
