"""Habits of spreadsheets and of Belgium, each with what it did to a value and what to write.

A habit is told only where what it offers does fit: a value is never guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.tables.forms import any_date, any_moment, any_time, date

_TEXTS: Final = frozenset({"string", "any"})
_NOTHING: Final = frozenset(
    {"n.v.t.", "n.v.t", "nvt", "niet van toepassing", "onbekend", "ongekend", "niet gekend",
     "unknown", "n/a", "n.a.", "na", "null", "none", "nihil", "geen", "s.o.", "-", "--", "–", "—",
     "/", "?", "??", "tbd", "nog in te vullen"}
)  # fmt: skip
_YES: Final = frozenset({"ja", "j", "yes", "y", "true", "waar", "oui", "1"})
_NO: Final = frozenset({"nee", "neen", "n", "no", "false", "onwaar", "non", "0"})
_SHORTENED: Final = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")
_WIDTHLESS: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_WIDE: Final = re.compile(r"[^\S\n]+")
_CURLY: Final = str.maketrans("\u2018\u2019\u02bc\u201c\u201d", "'''\"\"")
_BELGIAN_NUMBER: Final = re.compile(
    r"([+-]?)([0-9]{1,3}(?:[.\s'][0-9]{3})+|[0-9]+)(?:,([0-9]+))?(?:,-)?"
)
_DECIMALS: Final = re.compile(r"([+-]?[0-9]+)[.,]0+")
_SLASHED: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})")
_SERIAL: Final = re.compile(r"([1-9][0-9]{4})(?:[.,]([0-9]+))?")
_SERIALS: Final = range(10_000, 73_051)  # 1927 to 2099
_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001, a spreadsheet knows no zones
_MIDNIGHT: Final = re.compile(r"(\S+)[T ]+0?0:00(?::00(?:\.0+)?)?")
_MONTH: Final = re.compile(r"([01]?[0-9])[/.-]([0-9]{4})")
_MARKS: Final = re.compile(r"^(?:BE|B)(?=[\s.-]*[0-9])|[\s./-]", re.IGNORECASE)
_ZEROS: Final = 4
_YEARS: Final = 12


class Said(NamedTuple):
    """A message with its remedy, in nl and en."""

    nl: tuple[str, str]
    en: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A value that does not fit its column, of type `kind`.

    `fits` tests what is offered in lexical form, `write` puts that as the column writes it, and
    `reads` tests a value written so.
    """

    kind: str
    value: str
    fits: Callable[[str], object]
    reads: Callable[[str], object]
    write: Callable[[str], str] = str


def means_nothing(text: str) -> bool:
    """Tell whether a text says in words or signs that a cell is empty: n.v.t., onbekend, -."""
    return text.strip().casefold() in _NOTHING


def explain(case: Case) -> Said | None:
    """Return what habit made a value what it is, or None where none is known."""
    return next(filter(None, (habit(case) for habit in _HABITS)), None)


def _nothing(case: Case) -> Said | None:
    if case.kind in _TEXTS or case.value.casefold() not in _NOTHING:
        return None
    return Said(
        (f'"{case.value}" zegt dat er geen waarde is, maar staat er als waarde.',
         f'Maak de cel leeg, of zet "{case.value}" bij missingValues in datapackage.json.'),
        (f'"{case.value}" says that there is no value, but stands there as one.',
         f'Empty the cell, or put "{case.value}" in missingValues in datapackage.json.'),
    )  # fmt: skip


def _shortened(case: Case) -> Said | None:
    if not _SHORTENED.fullmatch(case.value):
        return None
    return Said(
        (f'"{case.value}" is een lang getal dat het rekenblad afkortte: er zijn cijfers verloren.',
         "Geef de kolom de celopmaak Tekst en neem het getal opnieuw over uit de bron."),
        (f'"{case.value}" is a long number that the spreadsheet shortened: digits are lost.',
         "Format the column as Text and take the number from its source again."),
    )  # fmt: skip


def _unseen(case: Case) -> Said | None:
    tidy = _WIDE.sub(" ", _WIDTHLESS.sub("", case.value)).strip()
    if tidy != case.value and case.reads(tidy):
        return Said(
            (f'In "{case.value}" staat een teken dat niet te zien is, of een spatie te veel.',
             f"Typ de waarde opnieuw, zonder ze te plakken: {tidy}."),
            (f'"{case.value}" holds a sign that cannot be seen, or a space too many.',
             f"Type the value again, without pasting: {tidy}."),
        )  # fmt: skip
    straight = tidy.translate(_CURLY)
    if straight != tidy and case.reads(straight):
        return Said(
            (f'In "{case.value}" staat een gekruld aanhalingsteken (’) waar een recht (\') hoort.',
             f"Schrijf {straight}."),
            (f'"{case.value}" holds a curly quote (’) where a straight one (\') belongs.',
             f"Write {straight}."),
        )  # fmt: skip
    return None


def _quoted(case: Case) -> Said | None:
    bare = case.value.lstrip("'`\u2018\u2019")
    if bare == case.value or not case.reads(bare):
        return None
    return Said(
        (f'Het aanhalingsteken vooraan in "{case.value}" hoort niet bij de waarde.',
         f"Schrijf {bare}."),
        (f'The quote that begins "{case.value}" is no part of the value.',
         f"Write {bare}."),
    )  # fmt: skip


def _decimals(case: Case) -> Said | None:
    found = _DECIMALS.fullmatch(case.value)
    if not found or case.kind == "number" or not case.fits(found[1]):
        return None
    return Said(
        (f'"{case.value}" is geschreven als een getal met decimalen, zoals Excel doet.',
         f"Schrijf {found[1]}."),
        (f'"{case.value}" is written as a number with decimals, as Excel does.',
         f"Write {found[1]}."),
    )  # fmt: skip


def _belgian_number(case: Case) -> Said | None:
    found = _BELGIAN_NUMBER.fullmatch(case.value)
    if not found or case.kind not in ("integer", "number"):
        return None
    plain = found[1] + re.sub("[^0-9]", "", found[2]) + (f".{found[3]}" if found[3] else "")
    if not case.fits(plain):
        return None
    shown = case.write(plain)
    return Said(
        (f'"{case.value}" staat er zoals we het met de hand schrijven, niet zoals hier gevraagd.',
         f"Schrijf het zonder teken tussen duizendtallen: {shown}."),
        (f'"{case.value}" is written as we do by hand, not as is asked here.',
         f"Write it without a sign between thousands: {shown}."),
    )  # fmt: skip


def _slashed(case: Case) -> Said | None:
    found = _SLASHED.fullmatch(case.value)
    if not found or case.kind != "date":
        return None
    day, month, year = found.groups()
    if len(year) != len("2020"):
        return Said(
            (f'Het jaar van "{case.value}" heeft maar twee cijfers.',
             f"Schrijf het jaar voluit, zoals {case.write('2019-03-26')}."),
            (f'The year of "{case.value}" has only two digits.',
             f"Write the year in full, as {case.write('2019-03-26')}."),
        )  # fmt: skip
    iso = date(year, month, day)
    if not iso:
        return Said(
            (f'"{case.value}" is een dag die niet bestaat.', "Kijk dag en maand na."),
            (f'"{case.value}" is a day that does not exist.', "Check day and month."),
        )  # fmt: skip
    either = int(day) <= _YEARS and int(day) != int(month)
    nl = f" De dag staat vooraan: dit is dag {int(day)} van maand {int(month)}." if either else ""
    en = f" The day comes first: this is day {int(day)} of month {int(month)}." if either else ""
    return Said(
        (f'"{case.value}" is als datum niet geschreven zoals hier gevraagd.',
         f"Schrijf jaar-maand-dag: {case.write(iso)}.{nl}"),
        (f'"{case.value}" is a date, but not written as is asked here.',
         f"Write year-month-day: {case.write(iso)}.{en}"),
    )  # fmt: skip


def _serial(case: Case) -> Said | None:
    found = _SERIAL.fullmatch(case.value)
    if not found or case.kind not in ("date", "datetime") or int(found[1]) not in _SERIALS:
        return None
    share = float(f"0.{found[2] or 0}")
    if case.kind == "date" and share:
        return None
    moment = _EPOCH + dt.timedelta(days=int(found[1]), seconds=round(share * 86_400))
    iso = moment.isoformat() if case.kind == "datetime" else moment.date().isoformat()
    shown = case.write(iso)
    return Said(
        (f'"{case.value}" is een datum die het volgnummer van het rekenblad werd.',
         f"Schrijf {shown} (zo telt Excel de dagen), of geef de kolom de celopmaak Datum."),
        (f'"{case.value}" is a date that became the serial number of the spreadsheet.',
         f"Write {shown} (as Excel counts days), or format the column as Date."),
    )  # fmt: skip


def _midnight(case: Case) -> Said | None:
    found = _MIDNIGHT.fullmatch(case.value) if case.kind == "date" else None
    iso = any_date(found[1]) if found else None
    if not iso:
        return None
    return Said(
        (f'"{case.value}" heeft een uur, en hier hoort alleen een dag.',
         f"Schrijf {case.write(iso)}."),
        (f'"{case.value}" has a time, and only a day belongs here.',
         f"Write {case.write(iso)}."),
    )  # fmt: skip


def _respelt(case: Case) -> Said | None:
    """Offer what is plainly meant, in the spelling asked for."""
    month = _MONTH.fullmatch(case.value)
    value = case.value.casefold()
    day = any_date(case.value)
    meant = {
        "date": day,
        "datetime": any_moment(case.value),
        "time": any_time(case.value),
        "yearmonth": f"{month[2]}-{month[1]:0>2}" if month else None,
        "year": day[:4] if day else None,
        "boolean": "true" if value in _YES else "false" if value in _NO else None,
    }.get(case.kind)
    if not meant or not case.fits(meant):
        return None
    return Said(
        (f'"{case.value}" is niet geschreven zoals hier gevraagd.',
         f"Schrijf {case.write(meant)}."),
        (f'"{case.value}" is not written as is asked here.', f"Write {case.write(meant)}."),
    )  # fmt: skip


def _zeros(case: Case) -> Said | None:
    """Offer a number with the leading zeros that make it fit."""
    digits = case.value
    found = _DECIMALS.fullmatch(digits)
    digits = found[1] if found else digits
    if case.kind not in _TEXTS or not (digits.isascii() and digits.isdigit()):
        return None
    padded = ("0" * count + digits for count in range(1, _ZEROS + 1))
    whole = next(filter(case.fits, padded), "")
    if not whole:
        return None
    return Said(
        (f'"{case.value}" mist vermoedelijk nullen vooraan, die Excel van getallen weglaat.',
         f"Bedoelde u {whole}? Geef de kolom de celopmaak Tekst en typ de waarde opnieuw."),
        (f'"{case.value}" probably lacks leading zeros, which Excel leaves out of numbers.',
         f"Did you mean {whole}? Format the column as Text and type the value again."),
    )  # fmt: skip


def _marked(case: Case) -> Said | None:
    """Offer a number without the signs between its digits, or the country before them."""
    if case.kind not in _TEXTS:
        return None
    bare = _MARKS.sub("", case.value)
    fits = next((text for text in (bare, "0" + bare, bare.upper()) if case.fits(text)), "")
    if not fits or fits == case.value or not any(sign.isdigit() for sign in bare):
        return None
    return Said(
        (f'"{case.value}" is niet geschreven zoals hier gevraagd.',
         f"Schrijf het aaneen, zonder landcode, punten of spaties: {fits}."),
        (f'"{case.value}" is not written as is asked here.',
         f"Write it as one, without country, points or spaces: {fits}."),
    )  # fmt: skip


_HABITS: Final = (
    _nothing, _shortened, _unseen, _quoted, _decimals, _belgian_number, _slashed, _serial,
    _midnight, _respelt, _zeros, _marked,
)  # fmt: skip
