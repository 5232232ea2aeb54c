"""Functions that read dates as people write them in Belgium: the day, the month, the year.

What can be read in two ways is refused, never guessed. Source of the pattern letters: Java's
DateTimeFormatter, which GREL and IDLab's functions use.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from app.mapping.functions.model import Example, Function, FunctionError, Parameter
from app.mapping.functions.texts import IDLAB_TEXT, VALUE
from app.tables.habits import means_nothing

_MONTHS: Final = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "january february march april may june july august september october november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
}
_SHORT: Final = {
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "en": "jan feb mar apr may jun jul aug sep oct nov dec",
    "fr": "janv févr mars avr mai juin juil août sept oct nov déc",
    "de": "jan feb mär apr mai jun jul aug sep okt nov dez",
}
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})([/.-])([0-9]{1,2})\2([0-9]{1,2})")
_NAMED: Final = re.compile(r"([0-9]{1,2})(?:er|e|\.)? +([^\W\d_]+)\.? +([0-9]{4})")
_SHORT_YEAR: Final = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}")
# how Excel writes a day where it writes times as well
_MIDNIGHT: Final = re.compile(r"[T ]00:00(:00(\.0+)?)?$")
# what is older is a slip of the keys
_OLDEST: Final = 1000
_YEAR: Final = re.compile(r"[12][0-9]{3}")
_SERIAL: Final = re.compile(r"[1-9][0-9]{4}")
_LETTERS: Final = re.compile(r"'([^']*)'|([A-Za-z])\2*|(.)", re.DOTALL)
_FIELDS: Final[Mapping[str, str]] = {
    "yyyy": "(?P<year>[0-9]{4})", "uuuu": "(?P<year>[0-9]{4})",
    "yy": "(?P<short>[0-9]{2})", "uu": "(?P<short>[0-9]{2})",
    "M": "(?P<month>[0-9]{1,2})", "MM": "(?P<month>[0-9]{2})",
    "MMM": r"(?P<name>[^\W\d_]+)\.?", "MMMM": r"(?P<name>[^\W\d_]+)",
    "d": "(?P<day>[0-9]{1,2})", "dd": "(?P<day>[0-9]{2})",
    "H": "(?P<hour>[0-9]{1,2})", "HH": "(?P<hour>[0-9]{2})",
    "mm": "(?P<minute>[0-9]{2})", "ss": "(?P<second>[0-9]{2})",
}  # fmt: skip


def _names() -> dict[str, dict[str, int]]:
    """Return month name -> number by language; "" is all of them."""
    out: dict[str, dict[str, int]] = {"": {}}
    for table in (_MONTHS, _SHORT):
        for language, words in table.items():
            for number, word in enumerate(words.split(), 1):
                out.setdefault(language, {})[word] = number
                out[""][word] = number
    for language in ("nl", "en", "de", ""):
        out[language]["sept"] = 9
    return out


_NUMBERS: Final = _names()


def _wrong(text: str, nl: str, en: str) -> FunctionError:
    return FunctionError(
        text, code="function-date",
        nl=(f'"{text[:60]}" is geen datum die we zeker kunnen lezen: {nl}.',
            "Schrijf de dag, de maand en het jaar in vier cijfers, zoals 31/12/2020 of "
            "2020-12-31; is die dag niet bekend, maak de cel dan leeg."),
        en=(f'"{text[:60]}" is not a date that we can read with certainty: {en}.',
            "Write the day, the month and the year in four digits, such as 31/12/2020 or "
            "2020-12-31; if that day is not known, empty the cell."),
    )  # fmt: skip


def _date(text: str, year: str, month: int, day: str) -> dt.date:
    if month > 12 and int(day) <= 12:
        raise _wrong(text, f"maand {month} bestaat niet; wellicht staan dag en maand omgekeerd",
                     f"there is no month {month}; perhaps day and month are the wrong way round",
                     )  # fmt: skip
    if int(year) < _OLDEST:
        raise _wrong(text, f"het jaar is {year}", f"the year is {year}")
    try:
        return dt.date(int(year), month, int(day))
    except ValueError:
        raise _wrong(text, "die dag bestaat niet", "there is no such day") from None


def _month(text: str, name: str, language: str = "") -> int:
    number = _NUMBERS[language].get(name.casefold())
    if number is None:
        raise _wrong(text, f'"{name}" is geen maand', f'"{name}" is not a month')
    return number


def belgian_date(text: str) -> str:
    """Return a date as xsd:date writes it; the day stands before the month.

    Raises:
        FunctionError: It is none, or can be read in two ways.
    """
    given = _MIDNIGHT.sub("", " ".join(text.split()))
    if found := _DAY_FIRST.fullmatch(given):
        return _date(text, found[4], int(found[3]), found[1]).isoformat()
    if found := _YEAR_FIRST.fullmatch(given):
        return _date(text, found[1], int(found[3]), found[4]).isoformat()
    if found := _NAMED.fullmatch(given):
        return _date(text, found[3], _month(text, found[2]), found[1]).isoformat()
    if _SHORT_YEAR.fullmatch(given):
        raise _wrong(text, "het jaar heeft twee cijfers", "the year has two digits")
    if _SERIAL.fullmatch(given):
        raise _wrong(text, "dit is het getal waarmee Excel een dag telt; geef de kolom de opmaak "
                     "datum", "this is the number by which Excel counts a day; format the column "
                     "as a date")  # fmt: skip
    if _YEAR.fullmatch(given):
        raise _wrong(text, "dit is enkel een jaar", "this is a year only")
    if means_nothing(given):
        raise _wrong(text, "dit zegt dat er geen is", "this says that there is none")
    raise _wrong(text, "de vorm is ons onbekend", "we do not know the form")


@lru_cache(maxsize=64)
def _reader(pattern: str) -> re.Pattern[str]:
    """Return what reads a pattern such as `dd.MM.yyyy`; text stands between apostrophes.

    Raises:
        FunctionError: A letter is not one of ours, or there is no day, month and year.
    """
    out, seen = "", ""
    for match in _LETTERS.finditer(pattern):
        field = match[0]
        if match[2] is None:
            out += re.escape((match[1] or "'") if match[1] is not None else field)
        elif field not in _FIELDS or field[0] in seen:
            raise _bad_pattern(pattern, field)
        else:
            seen += field[0].replace("u", "y")
            out += _FIELDS[field]
    if not {*"yMd"} <= {*seen}:
        raise _bad_pattern(pattern, "")
    return re.compile(out)


def _bad_pattern(pattern: str, field: str) -> FunctionError:
    nl = f"{field} kan daarin niet, of niet nog eens" if field else "dag, maand of jaar ontbreekt"
    en = f"{field} cannot be in it, or not again" if field else "the day, month or year is missing"
    return FunctionError(
        pattern, code="function-pattern",
        nl=(f"{pattern} is geen vorm van een datum: {nl}.",
            f"Gebruik {', '.join(_FIELDS)}, en zet tekst tussen apostrofs."),
        en=(f"{pattern} is not a form of a date: {en}.",
            f"Use {', '.join(_FIELDS)}, and put text between apostrophes."),
    )  # fmt: skip


def _read(text: str, pattern: str, language: str) -> tuple[dt.date, dict[str, str]]:
    found = _reader(pattern).fullmatch(text.strip())
    if not found:
        raise _wrong(text, f"de vorm is niet {pattern}", f"the form is not {pattern}")
    parts = found.groupdict()
    # as Java does: two digits are of this century
    year = parts.get("year") or f"20{parts['short']}"
    name = parts.get("name")
    month = _month(text, name, language) if name else int(parts["month"])
    return _date(text, year, month, parts["day"]), parts


def _normalized(text: str, pattern: str, language: str = "") -> list[str]:
    return [_read(text, pattern, language)[0].isoformat()]


def _normalized_time(text: str, pattern: str, language: str = "") -> list[str]:
    day, parts = _read(text, pattern, language)
    try:
        hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
        time = dt.time(hour, minute, second)
    except ValueError:
        raise _wrong(text, "dat uur bestaat niet", "there is no such time") from None
    return [f"{day.isoformat()}T{time.isoformat('seconds')}"]


def _language(text: str) -> None:
    if text not in _MONTHS:
        known = ", ".join(_MONTHS)
        raise FunctionError(
            text, nl=(f'Van "{text}" kennen we de maanden niet.', f"Kies uit: {known}."),
            en=(f'We do not know the months of "{text}".', f"Choose from: {known}."),
        )  # fmt: skip


_DATE: Final = Parameter("idlab-fn:strDate", "idlab-fn:_strDate")
_PATTERN: Final = Parameter("idlab-fn:pattern", "idlab-fn:_pattern", fixed=True, check=_reader)
_LANG: Final = Parameter("idlab-fn:lang", "idlab-fn:_lang", fixed=True, check=_language)

FUNCTIONS: Final = (
    Function(
        "grel:date_toDate",
        (VALUE, Parameter("grel:p_string_pattern", "grel:param_string_pattern", default="",
                          fixed=True, check=_reader)),
        lambda text, pattern: _normalized(text, pattern) if pattern else [belgian_date(text)],
        "grel:output_date",
        nl="Leest een datum zoals 31/12/2020, 31.12.2020, 1 januari 2020 of 2020-12-31; met een "
           "vorm zoals dd-MM-yyyy alleen die.",
        en="Reads a date such as 31/12/2020, 31.12.2020, 1 januari 2020 or 2020-12-31; with a "
           "form such as dd-MM-yyyy only that one.",
        example=Example(("31/12/2020",), ["2020-12-31"]), also=("grel:toDate",),
    ),
    Function(
        "idlab-fn:normalizeDate", (_DATE, _PATTERN), _normalized, IDLAB_TEXT,
        nl="Leest een datum in een gegeven vorm; maandnamen in het Nederlands, Engels, Frans of "
           "Duits.",
        en="Reads a date in a given form; names of months in Dutch, English, French or German.",
        example=Example(("31 dec. 2020", "d MMM yyyy"), ["2020-12-31"]),
    ),
    Function(
        "idlab-fn:normalizeDateWithLang", (_DATE, _PATTERN, _LANG), _normalized, IDLAB_TEXT,
        nl="Leest een datum in een gegeven vorm, met maandnamen in één taal.",
        en="Reads a date in a given form, with names of months in one language.",
        example=Example(("1 mai 2020", "d MMMM yyyy", "fr"), ["2020-05-01"]),
    ),
    Function(
        "idlab-fn:normalizeDateTime", (_DATE, _PATTERN), _normalized_time, IDLAB_TEXT,
        nl="Leest een datum met het uur in een gegeven vorm.",
        en="Reads a date with the time in a given form.",
        example=Example(("31/12/2020 9:05", "dd/MM/yyyy H:mm"), ["2020-12-31T09:05:00"]),
    ),
)  # fmt: skip
