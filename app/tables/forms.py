"""How values of a type and format are written, and what they are in XSD's lexical form.

Sources: Table Schema (Data Package v2), types and formats; `kbo`, `nis`, `ovo` and `postcode` are
ours. Where the standard lets text be stripped blindly (1.5 with points between thousands is 15) a
value is refused instead: what is not plainly meant is never guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.rdf.terms import is_iri

_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# no month is shorter than 28 days, and there is no year 0
_SURE_DATE: Final = re.compile(
    r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
)  # fmt: skip
_ZONE: Final = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_MOMENT: Final = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?{_ZONE}"
)
_TIME: Final = re.compile(rf"[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?{_ZONE}")
_ANY_DATE: Final = (
    re.compile(r"(?P<Y>[0-9]{4})[/.-](?P<m>[0-9]{1,2})[/.-](?P<d>[0-9]{1,2})"),
    re.compile(r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<Y>[0-9]{4})"),
)
_ANY_TIME: Final = re.compile(
    rf"([0-9]{{1,2}})[:.uh]([0-9]{{2}})(?:[:.]([0-9]{{2}}(?:\.[0-9]+)?))?({_ZONE})"
)
_PARTS: Final = {
    "Y": "[0-9]{4}", "y": "[0-9]{2}", "m": "[0-9]{1,2}", "d": "[0-9]{1,2}", "H": "[0-9]{1,2}",
    "M": "[0-9]{1,2}", "S": "[0-9]{1,2}", "f": "[0-9]{1,6}", "z": r"Z|[+-][0-9]{2}:?[0-9]{2}",
}  # fmt: skip
_NEEDED: Final = {"date": ({"Y", "m", "d"}, set[str]()), "time": ({"H"}, set("MSfz")),
                  "datetime": (set("YmdH"), set("MSfz"))}  # fmt: skip
_SPACES: Final = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
_EXAMPLE: Final = dt.datetime(2019, 3, 26, 14, 30, tzinfo=dt.UTC)
_MODULUS: Final = 97
_PIVOT: Final = 69

STRING_FORMATS: Final = frozenset(
    {"default", "uri", "email", "uuid", "kbo", "nis", "ovo", "postcode"}
)
DATED: Final = frozenset(_NEEDED)


@dataclass(frozen=True, slots=True)
class Form:
    """How the values of a column are written.

    `read` gives a value in lexical form, or None where it is none. What `plain` accepts is sure to
    be one as it stands; None means that no quick test exists. `write` is the way back from the
    lexical form, `order` what is compared with limits. `kept`: every value is read as it stands.
    """

    read: Callable[[str], str | None]
    plain: Callable[[str], object] | None = None
    write: Callable[[str], str] = str
    order: Callable[[str], Any] = str
    kept: bool = True
    example: str = ""


def form(kind: str, options: Options) -> Form:
    """Return the form of a type; what it cannot be was refused when the descriptor was read."""
    if kind in DATED and options.format.startswith("%"):
        return _patterned(kind, options.format)
    if kind in ("integer", "number"):
        return _number(kind, options)
    if kind == "boolean":
        return _boolean(options)
    if kind == "string" and options.format != "default":
        return _TEXTS[options.format]
    return (_LOOSE if options.format == "any" else _PLAIN).get(kind, _ANY)


@dataclass(frozen=True, slots=True)
class Options:
    """What a field says of how its values are written, by the names of Table Schema."""

    format: str = "default"
    true_values: tuple[str, ...] = ("true",)
    false_values: tuple[str, ...] = ("false",)
    decimal_char: str = "."
    group_char: str = ""
    bare_number: bool = True


def date(year: int | str, month: int | str, day: int | str) -> str | None:
    """Return a day in lexical form, or None where there is no such day."""
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def any_date(text: str) -> str | None:
    """Return a day written 2020-12-31, 2020/12/31 or, day first, 31/12/2020, 31.12.2020."""
    for pattern in _ANY_DATE:
        found = pattern.fullmatch(text)
        if found:
            return date(found["Y"], found["m"], found["d"])
    return None


def any_time(text: str) -> str | None:
    """Return a time of day written 14:30, 14:30:05, 14u30 or 14.30."""
    found = _ANY_TIME.fullmatch(text)
    return _time(f"{found[1]:0>2}:{found[2]}:{found[3] or '00'}{found[4]}") if found else None


def any_moment(text: str) -> str | None:
    """Return a day and a time of day in any of their spellings, with T or spaces between."""
    first, _, second = text.replace("T", " ", 1).partition(" ")
    day, time = any_date(first), any_time(second.strip())
    return f"{day}T{time}" if day and time else None


def _date(text: str) -> str | None:
    found = _ISO_DATE.fullmatch(text)
    return date(*found.groups()) if found else None


def _moment(text: str) -> str | None:
    return text if _MOMENT.fullmatch(text) and _instant(text) else None


def _time(text: str) -> str | None:
    return text if _TIME.fullmatch(text) and _instant(f"2000-01-01T{text}") else None


def _instant(text: str) -> dt.datetime | None:
    """Return when a moment is; without a zone it counts as universal time."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _full(pattern: str) -> Form:
    test = re.compile(pattern).fullmatch
    return Form(lambda text: text if test(text) else None, test)


def _ordered(pattern: str, order: Callable[[str], Any]) -> Form:
    found = _full(pattern)
    return Form(found.read, found.plain, order=order)


def _number(kind: str, options: Options) -> Form:
    group, decimal = re.escape(options.group_char), re.escape(options.decimal_char)
    group = _SPACES if options.group_char == " " else group
    digits = rf"(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})++|[0-9]++)" if group else "[0-9]++"
    number = digits if kind == "integer" else (
        rf"(?:{digits}(?:{decimal}[0-9]*+)?+|{decimal}[0-9]++)(?:[eE][+-]?[0-9]++)?+"
    )  # fmt: skip
    core = rf"([+-]?{number})"
    plain = re.compile(rf"[+-]?{number}").fullmatch
    pattern = core if options.bare_number else rf"[^0-9+\-{decimal}]*{core}[^0-9]*"
    test = re.compile(pattern).fullmatch
    between = re.compile(group) if group else None
    point = options.decimal_char

    def read(text: str) -> str | None:
        found = test(text)
        if not found:
            return None
        bare = between.sub("", found[1]) if between else found[1]
        return bare.replace(point, ".")

    kept = not group and decimal == r"\." and options.bare_number
    example = "1234" if kind == "integer" else f"1234{point}56"
    return Form(read, plain if kept else None, lambda text: text.replace(".", point), float, kept,
                example)  # fmt: skip


def _boolean(options: Options) -> Form:
    values = dict.fromkeys(options.true_values, "true") | dict.fromkeys(
        options.false_values, "false")  # fmt: skip
    back = {"true": options.true_values[0], "false": options.false_values[0]}
    kept = all(text == value for text, value in values.items())
    return Form(values.get, None, lambda text: back.get(text, text), kept=kept,
                example=back["true"])  # fmt: skip


def _patterned(kind: str, pattern: str) -> Form:
    test = re.compile(_expression(kind, pattern)).fullmatch

    def read(text: str) -> str | None:
        found = test(text)
        part = found.groupdict() if found else {}
        if not part:
            return None
        year = part.get("Y") or _century(part.get("y", ""))
        day = date(year, part["m"], part["d"]) if "m" in part else ""
        second = f"{part.get('S') or 0:0>2}" + (f".{part['f']}" if "f" in part else "")
        zone = part.get("z") or ""
        zone = zone if len(zone) != len("+0100") else f"{zone[:3]}:{zone[3:]}"
        time = f"{part['H']:0>2}:{part.get('M') or 0:0>2}:{second}{zone}" if "H" in part else ""
        if day is None or (time and not _time(time)):
            return None
        return "T".join(filter(None, (day, time)))

    def write(text: str) -> str:
        found = _instant({"date": f"{text}T00:00:00", "time": f"2000-01-01T{text}"}.get(kind, text))
        return found.strftime(pattern) if found else text

    order = _PLAIN[kind].order
    return Form(read, None, write, order, kept=False, example=_EXAMPLE.strftime(pattern))


def _century(year: str) -> str:
    """Return a year of two digits in full, as POSIX does: 69 is 1969, 68 is 2068."""
    return f"{'19' if year and int(year) >= _PIVOT else '20'}{year}"


def _expression(kind: str, pattern: str) -> str:
    """Return the regular expression of a pattern of dates.

    Raises:
        ValueError: It has a part that we do not read, or lacks one.
    """
    out, parts = "", list[str]()
    signs = iter(pattern)
    for sign in signs:
        if sign != "%":
            out += re.escape(sign)
            continue
        part = next(signs, "")
        if part == "%":
            out += "%"
        elif part in _PARTS and part:
            out += f"(?P<{part}>{_PARTS[part]})"
            parts.append(part)
        else:
            raise ValueError(f"%{part}")
    needed, more = _NEEDED[kind]
    named = {"Y" if part == "y" else part for part in parts}
    if len(named) < len(parts) or needed - named or named - needed - more:
        raise ValueError(pattern)
    return out


def check_pattern(kind: str, pattern: str) -> None:
    """Refuse a pattern of dates that cannot be read.

    Raises:
        ValueError: It has a part twice, one that we do not read, or lacks one.
    """
    _expression(kind, pattern)


def is_kbo(text: str) -> bool:
    """Tell whether text is an enterprise number of ten digits: the last two check the others."""
    return bool(
        len(text) == len("0123456789") and text.isascii() and text.isdigit() and text[0] in "01"
        and _MODULUS - int(text[:8]) % _MODULUS == int(text[8:])
    )  # fmt: skip


def _tested(test: Callable[[str], bool]) -> Form:
    return Form(lambda text: text if test(text) else None)


_ANY: Final = Form(lambda text: text)
_PLAIN: Final[Mapping[str, Form]] = {
    "date": Form(_date, _SURE_DATE.fullmatch, example="2019-03-26"),
    "datetime": Form(_moment, order=_instant, example="2019-03-26T14:30:00"),
    "time": Form(_time, example="14:30:00"),
    "year": _ordered("[0-9]{4}", int),
    "yearmonth": _full("[0-9]{4}-(?:0[1-9]|1[0-2])"),
}
_LOOSE: Final[Mapping[str, Form]] = {
    "date": Form(any_date, kept=False, example="26/03/2019"),
    "datetime": Form(any_moment, order=_instant, kept=False, example="26/03/2019 14:30"),
    "time": Form(any_time, kept=False, example="14:30"),
}
_TEXTS: Final[Mapping[str, Form]] = {
    "uri": _tested(is_iri),
    "email": _full(r"[^\s@<>]++@[^\s@<>.]++(?:\.[^\s@<>.]++)++"),
    "uuid": _full("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "kbo": _tested(is_kbo),
    "nis": _full("[0-9]{5}"),
    "ovo": _full("OVO[0-9]{6}"),
    "postcode": _full("[1-9][0-9]{3}"),
}
