"""Whether values fit their field: what is plainly right is seen by the set, the rest one by one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, filterfalse
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from app.rdf.terms import NOT_XML
from app.tables.descriptor import Field, items

# what Excel and LibreOffice leave in a cell they cannot compute, in English and Dutch
_SPREADSHEET_ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#VERW!", "#N/B", "#NAAM?",
     "#WAARDE!", "#DEEL/0!", "#GETAL!", "#LEEG!"}
)  # fmt: skip
_ZEROS: Final = 4
_ALIKE: Final = 60
# a column of as many different values is no column of repeated ones
_MOST_KNOWN: Final = 10_000
_FORMS: Final = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "number": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"),
    "year": re.compile(r"[0-9]{4}"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "boolean": re.compile(r"true|false"),
}
_BELGIAN_DATE: Final = re.compile(r"([0-3]?[0-9])[/.-]([01]?[0-9])[/.-]([0-9]{4})")
_BELGIAN_NUMBER: Final = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})*(,[0-9]+)?|-?[0-9]+,[0-9]+")


class Wrong(NamedTuple):
    """What is wrong with a value: the parts of a `CellProblem` without its cell."""

    code: str
    value: str
    nl: tuple[str, str]
    en: tuple[str, str]


class Judge:
    """Judges the cells of one column; `codes` are those of its code list, None without one."""

    def __init__(self, field: Field, codes: Collection[str] | None, *, required: bool) -> None:
        self.field = field
        self._required = required
        self._codes = codes
        self._kind = field.item_type if field.delimiter else field.type
        self._choices = [frozenset(each) for each in (field.enum, codes) if each]
        self._right: set[str] = set()
        self._wrong: dict[str, Wrong] = {}

    def column(self, cells: Sequence[str]) -> Iterator[tuple[int, Wrong]]:
        """Yield the position of each wrong cell, and what is wrong with it."""
        suspects = self._suspects(set(cells) - self._right)
        if not suspects:
            return
        for position, cell in enumerate(cells):
            if cell in suspects:
                found = self._wrong.get(cell) or self.judge(cell)
                if found:
                    if len(self._wrong) < _MOST_KNOWN:
                        self._wrong[cell] = found
                    yield position, found
                else:
                    suspects.discard(cell)

    def judge(self, cell: str) -> Wrong | None:
        """Return what is wrong with a cell."""
        if NOT_XML.search(cell):
            return _control(cell)
        if cell in _SPREADSHEET_ERRORS or cell.startswith("="):
            return _formula(cell)
        if not cell:
            return _required() if self._required else None
        for value in items(self.field, cell):
            found = (
                self._item(value) or self._type(value) or self._constraints(value)
                or self._code(value)
            )  # fmt: skip
            if found:
                return found
        return None

    def _suspects(self, cells: set[str]) -> set[str]:
        """Return the cells that may be wrong; all others are right."""
        empty = {""} & cells
        cells -= empty
        out = {cell for cell in cells if cell[0] in "=#" or not cell.isprintable()}
        if self.field.delimiter:
            held = {cell: items(self.field, cell) for cell in cells}
            odd = self._odd(set(chain.from_iterable(held.values())))
            out |= {cell for cell, values in held.items() if not odd.isdisjoint(values)}
        else:
            out |= self._odd(cells)
        if len(self._right) + len(cells) < _MOST_KNOWN:
            self._right |= cells - out
        return out | empty if self._required else out

    def _odd(self, values: set[str]) -> set[str]:
        """Return the values that may not fit type or constraints."""
        out = {""} & values
        form = _FORMS.get(self._kind)
        if form:
            out.update(filterfalse(form.fullmatch, values))
        if self._kind == "date":
            # no month is shorter than 28 days, and there is no year 0
            out.update(value for value in values if value[8:] > "28" or value < "0001"
                       or not "01" <= value[5:7] <= "12" or value[8:] < "01")  # fmt: skip
        if self.field.pattern:
            out.update(filterfalse(self.field.pattern.fullmatch, values))
        for choices in self._choices:
            out |= values - choices
        if self._limited:
            out.update(value for value in values - out if not self._within(value))
        return out

    @property
    def _limited(self) -> bool:
        return self.field.minimum is not None or self.field.maximum is not None

    def _within(self, value: str) -> bool:
        low, high, number = self.field.minimum, self.field.maximum, float(value)
        return (low is None or number >= low) and (high is None or number <= high)

    def _item(self, value: str) -> Wrong | None:
        if value:
            return None
        return Wrong(
            "empty-item", self.field.delimiter,
            nl=(f'Tussen twee "{self.field.delimiter}" staat niets.',
                "Haal het overtollige teken weg."),
            en=(f'There is nothing between two "{self.field.delimiter}".',
                "Remove the extra sign."),
        )  # fmt: skip

    def _type(self, value: str) -> Wrong | None:
        form = _FORMS.get(self._kind)
        if self._kind == "date":
            return _date(value)
        if form is None or form.fullmatch(value):
            return None
        if self._kind == "year":
            return Wrong(
                "type-year", value,
                nl=(f'"{value}" is geen jaartal.', "Schrijf vier cijfers, bijvoorbeeld 2019."),
                en=(f'"{value}" is not a year.', "Write four digits, for example 2019."),
            )  # fmt: skip
        if self._kind == "boolean":
            return Wrong(
                "type-boolean", value,
                nl=(f'"{value}" is niet true of false.', "Schrijf true of false."),
                en=(f'"{value}" is neither true nor false.', "Write true or false."),
            )  # fmt: skip
        nl, en = ("een geheel getal", "a whole number") if self._kind == "integer" else (
            "een getal", "a number")  # fmt: skip
        return _number(value, nl, en)

    def _constraints(self, value: str) -> Wrong | None:
        field = self.field
        if field.enum and value not in field.enum:
            choice = ", ".join(field.enum[:12])
            return Wrong(
                "enum", value,
                nl=(f'"{value}" is hier niet toegelaten.', f"Kies uit: {choice}."),
                en=(f'"{value}" is not allowed here.', f"Choose from: {choice}."),
            )  # fmt: skip
        pattern = field.pattern
        if pattern and not pattern.fullmatch(value):
            whole = _with_zeros(value, pattern.fullmatch)
            if whole:
                return _lost_zeros("pattern", value, whole)
            return Wrong(
                "pattern", value,
                nl=(f'"{value}" heeft niet de gevraagde vorm.',
                    f"De vorm is {pattern.pattern} (zie datapackage.json)."),
                en=(f'"{value}" does not have the form asked for.',
                    f"The form is {pattern.pattern} (see datapackage.json)."),
            )  # fmt: skip
        if not self._limited or self._within(value):
            return None
        low, high = field.minimum, field.maximum
        between = f"{'' if low is None else low} … {'' if high is None else high}"
        return Wrong(
            "range", value,
            nl=(f"{value} ligt buiten de grenzen.", f"De grenzen zijn {between}."),
            en=(f"{value} is out of range.", f"The range is {between}."),
        )  # fmt: skip

    def _code(self, value: str) -> Wrong | None:
        codes = self._codes
        if codes is None or value in codes:
            return None
        whole = _with_zeros(value, codes.__contains__)
        if whole:
            return _lost_zeros("code", value, whole)
        near = nearest(value, sorted(codes))
        some = near or ", ".join(sorted(codes)[:12])
        return Wrong(
            "code", value,
            nl=(f'"{value}" staat niet in de codelijst {self.field.code_list}.',
                f"Bedoelde u: {near}?" if near else f"Kies uit: {some}."),
            en=(f'"{value}" is not in the code list {self.field.code_list}.',
                f"Did you mean: {near}?" if near else f"Choose from: {some}."),
        )  # fmt: skip


def nearest(value: str, choices: Collection[str]) -> str:
    """Return the choice most like a value, the first of equals; "" if none is much alike."""
    found = process.extractOne(value, choices, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found[0] if found else ""


def _formula(cell: str) -> Wrong:
    return Wrong(
        "formula", cell,
        nl=(f'"{cell[:60]}" is een formule of een fout van het rekenblad, geen waarde.',
            "Vul de waarde zelf in, of maak de cel leeg als ze onbekend is."),
        en=(f'"{cell[:60]}" is a formula or an error of the spreadsheet, not a value.',
            "Fill in the value itself, or empty the cell if it is unknown."),
    )  # fmt: skip


def _control(cell: str) -> Wrong:
    return Wrong(
        "control", NOT_XML.sub("\N{REPLACEMENT CHARACTER}", cell),
        nl=("Deze cel bevat een onzichtbaar stuurteken (getoond als \N{REPLACEMENT CHARACTER}).",
            "Typ de tekst opnieuw, of plak ze zonder opmaak."),
        en=("This cell holds an invisible control character (shown as \N{REPLACEMENT CHARACTER}).",
            "Type the text again, or paste it without formatting."),
    )  # fmt: skip


def _required() -> Wrong:
    return Wrong(
        "required", "",
        nl=("Deze cel mag niet leeg zijn.", "Vul een waarde in."),
        en=("This cell may not be empty.", "Fill in a value."),
    )  # fmt: skip


def _number(value: str, nl: str, en: str) -> Wrong:
    belgian = _BELGIAN_NUMBER.fullmatch(value)
    plain = value.replace(".", "").replace(",", ".") if belgian else "1234.56"
    return Wrong(
        "type-number", value,
        nl=(f'"{value}" is niet {nl}.',
            f"Schrijf het zonder duizendtallen, met een punt: {plain}."),
        en=(f'"{value}" is not {en}.', f"Write it without thousands, with a point: {plain}."),
    )  # fmt: skip


def _date(value: str) -> Wrong | None:
    try:
        if _FORMS["date"].fullmatch(value) and dt.date.fromisoformat(value):
            return None
    except ValueError:
        pass
    example = "2019-03-26"
    belgian = _BELGIAN_DATE.fullmatch(value)
    if belgian:
        day, month, year = (int(part) for part in belgian.groups())
        try:
            example = dt.date(year, month, day).isoformat()
        except ValueError:
            return Wrong(
                "type-date", value,
                nl=(f'"{value}" is een dag die niet bestaat.', "Kijk dag en maand na."),
                en=(f'"{value}" is a day that does not exist.', "Check day and month."),
            )  # fmt: skip
    return Wrong(
        "type-date", value,
        nl=(f'"{value}" is geen datum.', f"Schrijf jaar-maand-dag: {example}."),
        en=(f'"{value}" is not a date.', f"Write year-month-day: {example}."),
    )  # fmt: skip


def _with_zeros(value: str, fits: Callable[[str], object]) -> str:
    """Return a number with the leading zeros that make it fit, or ""."""
    if not (value.isascii() and value.isdigit()):
        return ""
    padded = ("0" * count + value for count in range(1, _ZEROS + 1))
    return next(filter(fits, padded), "")


def _lost_zeros(code: str, value: str, whole: str) -> Wrong:
    return Wrong(
        code, value,
        nl=(f'"{value}" mist vermoedelijk nullen vooraan, die Excel van getallen weglaat.',
            f"Bedoelde u {whole}? Geef de kolom de celopmaak Tekst en typ de waarde opnieuw."),
        en=(f'"{value}" probably lacks leading zeros, which Excel leaves out of numbers.',
            f"Did you mean {whole}? Format the column as Text and type the value again."),
    )  # fmt: skip
