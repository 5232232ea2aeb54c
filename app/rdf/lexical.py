"""Lexical spaces of the XSD datatypes we write (XML Schema 1.1 part 2)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from app.rdf.terms import XSD

_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DAYS = r"([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
_DOUBLE = r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_MONTH_DAY = re.compile(rf"--([0-9]{{2}}-[0-9]{{2}}){_ZONE}")
_DATE = re.compile(rf"({_YEAR})-([0-9]{{2}})-([0-9]{{2}}){_ZONE}")
# the end of a day may be written as hour 24 (3.3.7, endOfDayFrag)
_DATE_TIME = re.compile(
    rf"({_YEAR})-([0-9]{{2}})-([0-9]{{2}})"
    rf"T{_TIME}{_ZONE}"
)


def _full(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _dated(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        match = pattern.fullmatch(text)
        if not match:
            return False
        try:
            # int() refuses thousands of digits
            year, month, day = (int(part) for part in match.groups()[:3])
            # the calendar repeats every 400 years; datetime has no year 0 or below
            dt.date(year % 400 + 2000, month, day)
        except ValueError:
            return False
        return True

    return check


# the least and the greatest value of the types derived from integer (3.4)
INTEGERS: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}


def _between(low: int | None, high: int | None) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        if not _INTEGER.fullmatch(text):
            return False
        value = Decimal(text)
        return (low is None or low <= value) and (high is None or value <= high)

    return check


def _day_of_year(text: str) -> bool:
    match = _MONTH_DAY.fullmatch(text)
    # of a leap year
    return match is not None and is_valid(f"2000-{match[1]}", XSD + "date")


_CHECKS: dict[str, Callable[[str], bool]] = {
    **{XSD + name: _between(*limits) for name, limits in INTEGERS.items()},
    XSD + "integer": _full(_INTEGER.pattern),
    XSD + "nonNegativeInteger": _full(r"\+?[0-9]+|-0+"),
    XSD + "positiveInteger": _full(r"\+?0*[1-9][0-9]*"),
    XSD + "decimal": _full(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    XSD + "double": _full(_DOUBLE),
    XSD + "float": _full(_DOUBLE),
    XSD + "boolean": _full(r"true|false|0|1"),
    XSD + "gYear": _full(rf"{_YEAR}{_ZONE}"),
    XSD + "gYearMonth": _full(rf"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}"),
    XSD + "date": _dated(_DATE),
    XSD + "dateTime": _dated(_DATE_TIME),
    XSD + "dateTimeStamp": _dated(re.compile(_DATE_TIME.pattern.removesuffix("?"))),
    XSD + "time": _full(_TIME + _ZONE),
    XSD + "gMonth": _full(rf"--(0[1-9]|1[0-2]){_ZONE}"),
    XSD + "gDay": _full(rf"---(0[1-9]|[12][0-9]|3[01]){_ZONE}"),
    XSD + "gMonthDay": _day_of_year,
    XSD + "hexBinary": _full(r"([0-9A-Fa-f]{2})*"),
    XSD + "language": _full(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*"),
    XSD + "duration": _full(rf"-?P(?=.)([0-9]+Y)?([0-9]+M)?{_DAYS}"),
    XSD + "yearMonthDuration": _full(r"-?P(?=.)([0-9]+Y)?([0-9]+M)?"),
    XSD + "dayTimeDuration": _full(rf"-?P(?=.){_DAYS}"),
}

# those that are not checked, nor written by us
_OTHERS = (
    "string", "anyURI", "base64Binary", "byte", "dateTimeStamp", "dayTimeDuration", "float", "gDay",
    "gMonth", "gMonthDay", "int", "language", "long", "Name", "NCName", "negativeInteger",
    "NMTOKEN", "nonPositiveInteger", "normalizedString", "short", "time", "token", "unsignedByte",
    "unsignedInt", "unsignedLong", "unsignedShort", "yearMonthDuration", "QName", "NOTATION",
    "anyAtomicType", "anySimpleType", "anyType", "ENTITY", "ID", "IDREF",
)  # fmt: skip

# what most values of a datatype look like, one for each line and lines without any
_USUAL: dict[str, re.Pattern[str]] = {
    XSD + name: re.compile(rf"(?:(?:{pattern})?+\n)*+")
    for name, pattern in {
        "integer": "[+-]?[0-9]++",
        "nonNegativeInteger": "[0-9]++",
        "int": "[+-]?[0-9]{1,9}+",
        "long": "[+-]?[0-9]{1,18}+",
        "decimal": r"[+-]?[0-9]++(?:\.[0-9]++)?+",
        "double": r"[+-]?[0-9]++(?:\.[0-9]++)?+",
        "float": r"[+-]?[0-9]++(?:\.[0-9]++)?+",
        "boolean": "true|false",
        "gYear": "[1-9][0-9]{3}",
        "date": "[1-9][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
        "|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)",
    }.items()
}


def unknown_type(iri: str) -> list[str]:
    """Return the types there are, as prefixed names, if an IRI of XSD is none of them."""
    names = [*(name.removeprefix(XSD) for name in _CHECKS), *_OTHERS]
    wrong = iri.startswith(XSD) and iri.removeprefix(XSD) not in names
    return [f"xsd:{name}" for name in names] if wrong else []


def is_checked(datatype: str) -> bool:
    """Tell whether a datatype's lexical space is known here."""
    return datatype in _CHECKS


def usual(datatype: str) -> re.Pattern[str] | None:
    """Return a pattern that only valid texts, each ended by a newline, meet; not all of them do.

    To pass a column at once; what does not meet it asks `is_valid` of each.
    """
    return _USUAL.get(datatype)


def is_valid(text: str, datatype: str) -> bool:
    """Tell whether text is in a datatype's lexical space; an unknown datatype accepts all text."""
    check = _CHECKS.get(datatype)
    return check is None or check(text)
