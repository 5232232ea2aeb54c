"""Dates as people write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from app.rdf.lexical import is_valid
from app.rdf.terms import XSD

_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_SOME: Final = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")


def is_iso(text: str) -> bool:
    """Tell whether text is a date, a date and time, or a year and month as XML Schema has them."""
    return any(is_valid(text, XSD + name) for name in ("date", "dateTime", "gYearMonth", "gYear"))


def looks_dated(text: str) -> bool:
    """Tell whether text looks like a date of some kind."""
    return _SOME.search(text) is not None


def certain(text: str) -> tuple[str, str]:
    """Return (lexical form, datatype) of the date that text can only be, or ("", "").

    31/05/2024 is certain, 05/06/2024 is not; 2024/05/31 is, no country writes day before month
    after the year.
    """
    for name in ("date", "dateTime"):
        if is_valid(text, XSD + name):
            return text, XSD + name
    if match := _YEAR_FIRST.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        if first == second or first > 12:
            return _date(year, second, first)
    return "", ""


def _date(year: int, month: int, day: int) -> tuple[str, str]:
    try:
        return dt.date(year, month, day).isoformat(), XSD + "date"
    except ValueError:
        return "", ""
