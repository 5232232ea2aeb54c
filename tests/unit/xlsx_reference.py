"""An .xlsx workbook as openpyxl reads it, with the texts that our own reader gives: its referee."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from decimal import Decimal
from typing import Any

import openpyxl

from app.tables.xlsxvalues import moment

Rows = list[tuple[int, tuple[str, ...]]]


def by_openpyxl(data: bytes) -> dict[str, Rows]:
    """Return the rows with a word of every sheet: (number, texts without empty ones at the end)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        return {sheet.title: _rows(sheet, formulas[sheet.title]) for sheet in values.worksheets}


def _rows(sheet: Any, formulas: Any) -> Rows:
    sheet.reset_dimensions()
    formulas.reset_dimensions()
    out: Rows = []
    both = zip(sheet.iter_rows(), formulas.iter_rows(), strict=True)
    for number, (row, beside) in enumerate(both, start=1):
        texts = [_text(cell, other) for cell, other in zip(row, beside, strict=True)]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            out.append((number, tuple(texts)))
    return out


def _text(cell: Any, formula: Any) -> str:
    value = cell.value
    if value is None:
        if formula.data_type == "f" and cell.data_type != "str":
            return "=" + str(getattr(formula.value, "text", formula.value)).lstrip("=")
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value, cell.number_format)
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return moment(value)
    escaped = re.compile(r"_x([0-9A-Fa-f]{4})_")
    return escaped.sub(lambda found: chr(int(found[1], 16)), str(value)).strip()


def _number(value: float, number_format: str) -> str:
    plain = format(Decimal(f"{value:.15g}"), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    plain = "0" if plain == "-0" else plain
    return plain.zfill(len(number_format)) if re.fullmatch("0+", number_format) else plain
