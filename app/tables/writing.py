"""CSV that a spreadsheet program shows rather than runs (CWE-1236)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

# a spreadsheet program runs a cell that begins so
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_csv(columns: Sequence[str], records: Iterable[Mapping[str, str]]) -> bytes:
    """Return CSV in which no cell is a formula: such text gets an apostrophe, numbers do not."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for record in records:
        writer.writerow([safe_cell(record.get(column, "")) for column in columns])
    return out.getvalue().encode()


def safe_cell(text: str) -> str:
    """Return a cell that a spreadsheet program shows rather than runs."""
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return "'" + text
    return text
