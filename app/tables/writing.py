"""Cells that a spreadsheet program shows rather than runs (CWE-1236), in CSV and in workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.rdf.terms import NOT_XML

# a spreadsheet program runs a cell that begins so
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
# Excel's own bound (its specification)
_MAX_TEXT: Final = 32_767


def safe_csv(columns: Sequence[str], records: Iterable[Mapping[str, str]]) -> bytes:
    """Return CSV in which no cell is a formula: such text gets an apostrophe, numbers do not."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for record in records:
        writer.writerow([safe_cell(record.get(column, "")) for column in columns])
    return out.getvalue().encode()


# columns of rows that were left out, to be mended: the number of the row, and what is wrong
ROW, PROBLEM = "_row", "_problem"


def kept_cell(text: str) -> str:
    """Return a cell that is safe, and that `as_it_was` makes what it was."""
    return safe_cell(text) if not text.startswith("'") else "'" + text


def as_it_was(text: str) -> str:
    """Return what `kept_cell` was given."""
    # whoever mends a row may begin a name with one apostrophe
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULA, "'")) else text


def safe_cell(text: str) -> str:
    """Return a cell that a spreadsheet program shows rather than runs."""
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return "'" + text
    return text


def write_text(cell: Any, text: str) -> None:
    """Write text in a cell of openpyxl as text: it is no formula, also not once it is edited."""
    cell.value = shortened(text, _MAX_TEXT)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True


def shortened(text: str, most: int) -> str:
    """Return a text as a workbook may hold it, of at most so many characters."""
    shown = NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return shown if len(shown) <= most else shown[: most - 1] + "…"
