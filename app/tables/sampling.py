"""The first rows of a table that somebody hands over, whatever its form, to be looked at."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

from app.errors import InputError
from app.tables import opening
from app.tables.batch import Dialect
from app.tables.books import SheetSource
from app.tables.cells import Note
from app.tables.opening import open_table
from app.tables.recognising import CSV, WORKBOOK, form_of
from app.tables.sheets import HIDDEN, Sheet, SheetLimits, read_csv
from app.tables.workbook import read_workbook

ONE_OF_SEVERAL = "one-of-several"
_HEAD_BYTES = 1_000_000
# a beginning has as many rows as it has
_HEAD = SheetLimits(max_rows=_HEAD_BYTES)
# a UTF-16 or UTF-32 file is cut between characters, and after the newline that starts one
_UNITS = 4


def sample(data: bytes, name: str, *, sheet: str = "", rows: int = 1_000) -> Sheet:
    """Return the header and the first rows of a CSV file or of a sheet of a workbook.

    `sheet` is the name of a sheet or its number (from 1); a workbook with one filled sheet needs
    none. Of a large CSV file only the beginning is read.

    Raises:
        InputError: It is no table we read, or it is not said which sheet.
    """
    form = form_of(data, "", name)
    if form == WORKBOOK:
        found = _chosen(read_workbook(data, name, SheetLimits()), name, sheet)
    elif form == CSV:
        if sheet:
            raise InputError(f"{name}: a CSV file has no sheets; leave --sheet out",
                             nl=f"{name}: een CSV-bestand heeft geen bladen; laat --sheet weg",
                             )  # fmt: skip
        found = read_csv(_beginning(data), name, _HEAD)
    else:
        raise InputError(f"{name}: this is no table; give a workbook (.xlsx) or a CSV file",
                         nl=f"{name}: dit is geen tabel; geef een werkboek (.xlsx) of een "
                         "CSV-bestand")  # fmt: skip
    # there may be a title above the header
    return replace(found, rows=found.rows[: rows + 11])


def sample_file(path: Path, *, sheet: str = "", items: str = "", rows: int = 1_000) -> Sheet:
    """Return the same of a file in any form that mappings read: .ods, .xls and JSON as well.

    `items` is where the list of a JSON file is (a.b).

    Raises:
        InputError: It cannot be read, or it is not said which sheet.
    """
    form = opening.form_of(path)
    if form in {CSV, WORKBOOK}:
        try:
            return sample(path.read_bytes(), path.name, sheet=sheet, rows=rows)
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}",
                             nl=f"{path} kan niet gelezen worden") from error  # fmt: skip
    source = open_table(path, Dialect(sheet=sheet, items=items), wanted=(), strict=False)
    header = source.header
    below: list[tuple[int, tuple[str, ...]]] = []
    for batch in islice(source.batches(rows), 1):
        empty = [""] * len(batch)
        columns = [batch.columns.get(name, empty) for name in header]
        below = list(zip(batch.numbers, zip(*columns, strict=True), strict=True))
    name = source.sheet if isinstance(source, SheetSource) else ""
    found = Sheet(path.name, name, ((source.header_row, header), *below), source.notes)
    return _one_of(found) if sheet else found


def _beginning(data: bytes) -> bytes:
    if len(data) <= _HEAD_BYTES:
        return data
    end = data.rfind(b"\n", 0, _HEAD_BYTES)
    return (
        data[: (end + _UNITS) // _UNITS * _UNITS] if b"\x00" in data[:_UNITS] else data[: end + 1]
    )


def _chosen(sheets: list[Sheet], name: str, wanted: str) -> Sheet:
    filled = [sheet for sheet in sheets if sheet.rows]
    names = [sheet.name for sheet in sheets]
    shown = ", ".join(names)
    if wanted:
        number = int(wanted) if wanted.isdecimal() else 0
        if wanted in names:
            number = names.index(wanted) + 1
        if 0 < number <= len(sheets):
            chosen = sheets[number - 1]
            return _one_of(chosen) if len(filled) > 1 else chosen
        raise InputError(f"{name} has no sheet {wanted!r}; there are: {shown}",
                         nl=f"{name} heeft geen blad {wanted!r}; wel: {shown}")  # fmt: skip
    if not filled:
        raise InputError(f"{name}: all sheets are empty", nl=f"{name}: alle bladen zijn leeg")
    visible = [sheet for sheet in filled if all(note.code != HIDDEN for note in sheet.notes)]
    if len(visible) == 1 < len(filled):
        return _one_of(visible[0])
    if len(filled) > 1:
        some = [sheet.name for sheet in visible or filled]
        shown, one = ", ".join(some), some[0]
        raise InputError(f"{name} has several sheets ({shown}); say which: --sheet {one!r}",
                         nl=f"{name} heeft meer dan één blad ({shown}); zeg welk: --sheet {one!r}",
                         )  # fmt: skip
    return filled[0]


def _one_of(sheet: Sheet) -> Sheet:
    told = Note(ONE_OF_SEVERAL, {
        "nl": f"Het werkboek heeft meer bladen; dit is {sheet.name}.",
        "en": f"The workbook has more sheets; this is {sheet.name}.",
    })  # fmt: skip
    return replace(sheet, notes=(told, *sheet.notes))
