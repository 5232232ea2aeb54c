"""Values of .xlsx cells as text: the lexical forms of the descriptor's types."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element

from app.rdf.terms import NOT_XML

Text = Callable[[str], str]

_INTEGER_DIGITS: Final = 15
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_ZEROS = re.compile(r"0+")
# ECMA-376, part 1, 22.9.2.19 (ST_Xstring), and XML 1.0, 4.1 and 4.6
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(lt|gt|amp|apos|quot));|&")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "apos": "'", "quot": '"'}


def number(text: str) -> str:
    """Return a number without exponent, in the 15 digits that Excel holds (xsd:decimal).

    What is no number, or beyond Excel's, stays as it stands: the checks report it at its cell.
    """
    if text.isdecimal() and len(text) <= _INTEGER_DIGITS and text[0] != "0" and text.isascii():
        return text
    if not _NUMBER.fullmatch(text):
        return text.strip()
    plain = f"{float(text):.15g}"
    if "e" in plain:
        plain = format(Decimal(plain), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return {"-0": "0", "inf": text, "-inf": text}.get(plain, plain)


def unescaped(text: str) -> str:
    """Return the text of XML character data.

    Raises:
        ValueError: It refers to something that XML does not know.
    """
    return _REFERENCE.sub(_referred, text) if "&" in text else text


def _referred(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    sign = _NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal or "", 16))
    if NOT_XML.search(sign):
        raise ValueError(found[0])
    return sign


def string(text: str) -> str:
    """Return a string of a workbook, its escaped characters as they are."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n")
    return text.strip()


def runs(element: Element) -> str:
    """Return the text of a (rich) string: its own and its runs', without phonetic hints."""
    out = []
    for child in element:
        tag = child.tag.rpartition("}")[2]
        if tag == "t":
            out.append(child.text or "")
        elif tag == "r":
            out.extend(piece.text or "" for piece in child if piece.tag.endswith("}t"))
    return string("".join(out))


def formats(codes: Mapping[int, str], *, from_1904: bool) -> dict[str, Text]:
    """Return how numbers are written, by their style, where it is otherwise than `number`."""
    # slow to import, and only workbooks need it
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format  # noqa: PLC0415

    out: dict[str, Text] = {}
    for style, code in codes.items():
        if is_date_format(code):
            out[str(style)] = _days(duration=is_timedelta_format(code), from_1904=from_1904)
        elif _ZEROS.fullmatch(code) and len(code) > 1:
            out[str(style)] = _zeros(len(code))
    return out


def _zeros(width: int) -> Text:
    # such a format shows the zeros of a code that a number has lost
    return lambda text: number(text).zfill(width)


def _days(*, duration: bool, from_1904: bool) -> Text:
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel  # noqa: PLC0415

    epoch = MAC_EPOCH if from_1904 else WINDOWS_EPOCH

    @lru_cache(maxsize=1 << 16)
    def shown(text: str) -> str:
        if not _NUMBER.fullmatch(text):
            return text.strip()
        try:
            return moment(from_excel(float(text), epoch, timedelta=duration))
        except (OverflowError, ValueError):
            # what Excel shows as hashes: no such day
            return "#VALUE!"

    return shown


def moment(value: dt.date | dt.time | dt.timedelta) -> str:
    """Return a moment in ISO 8601; midnight is the day, and a duration counts its hours."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, dt.timedelta):
        seconds = value.total_seconds()
        whole = abs(int(seconds))
        shown = f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
        return f"-{shown}" if seconds < 0 else shown
    return value.isoformat()


def iso(text: str) -> str:
    """Return a moment that a workbook (strict OOXML) writes in ISO 8601."""
    from openpyxl.utils.datetime import from_ISO8601  # noqa: PLC0415

    return moment(from_ISO8601(text))
