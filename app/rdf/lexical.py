"""Lexical spaces of the XSD datatypes we write (XML Schema 1.1 part 2)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from app.rdf.terms import XSD

_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_DATE = re.compile(rf"({_YEAR})-([0-9]{{2}})-([0-9]{{2}}){_ZONE}")
# the end of a day may be written as hour 24 (3.3.7, endOfDayFrag)
_DATE_TIME = re.compile(
    rf"({_YEAR})-([0-9]{{2}})-([0-9]{{2}})"
    rf"T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?){_ZONE}"
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


_CHECKS: dict[str, Callable[[str], bool]] = {
    XSD + "integer": _full(r"[+-]?[0-9]+"),
    XSD + "nonNegativeInteger": _full(r"\+?[0-9]+|-0+"),
    XSD + "positiveInteger": _full(r"\+?0*[1-9][0-9]*"),
    XSD + "decimal": _full(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    XSD + "double": _full(r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"),
    XSD + "boolean": _full(r"true|false|0|1"),
    XSD + "gYear": _full(rf"{_YEAR}{_ZONE}"),
    XSD + "gYearMonth": _full(rf"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}"),
    XSD + "date": _dated(_DATE),
    XSD + "dateTime": _dated(_DATE_TIME),
    XSD + "hexBinary": _full(r"([0-9A-Fa-f]{2})*"),
    XSD + "duration": _full(
        r"-?P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
    ),
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
        "decimal": r"[+-]?[0-9]++(?:\.[0-9]++)?+",
        "double": r"[+-]?[0-9]++(?:\.[0-9]++)?+",
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
