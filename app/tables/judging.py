"""Whether values fit their field: what is plainly right is seen by the set, the rest one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, compress, count, filterfalse
from operator import ge, gt, le, lt
from sys import maxsize
from typing import Any, Final

from rapidfuzz import fuzz, process

from app.tables.fields import Field, items
from app.tables.forms import Options, form
from app.tables.habits import Case, Said, explain
from app.tables.sound import Wrong, damage, suspects

_ALIKE: Final = 60
# a column of as many different values is no column of repeated ones
_MOST_KNOWN: Final = 10_000
_FEW: Final = 500
# a pattern may take time that grows with a power of the length
_MOST_CHARACTERS: Final = 5_000
# what a value is not, and how to write it; {} is an example
_WANTED: Final = {
    "integer": ("geen geheel getal", "not a whole number",
                "Schrijf het zonder teken tussen duizendtallen: {}.",
                "Write it without a sign between thousands: {}."),
    "number": ("geen getal", "not a number",
               "Schrijf het zonder teken tussen duizendtallen: {}.",
               "Write it without a sign between thousands: {}."),
    "year": ("geen jaartal", "not a year",
             "Schrijf vier cijfers, bijvoorbeeld 2019.", "Write four digits, for example 2019."),
    "yearmonth": ("geen maand", "not a month",
                  "Schrijf jaar-maand, bijvoorbeeld 2019-03.",
                  "Write year-month, for example 2019-03."),
    "date": ("geen datum", "not a date",
             "Schrijf jaar-maand-dag: {}.", "Write year-month-day: {}."),
    "datetime": ("geen datum met een uur", "not a date with a time",
                 "Schrijf dag en uur zo: {}.", "Write day and time so: {}."),
    "time": ("geen uur", "not a time", "Schrijf uren en minuten zo: {}.",
             "Write hours and minutes so: {}."),
    "kbo": ("geen ondernemingsnummer: het controlegetal klopt niet",
            "no enterprise number: the check digits are wrong",
            "Kijk de tien cijfers na in de KBO.", "Check the ten digits in the register (KBO)."),
    "nis": ("geen NIS-code", "no NIS code", "Schrijf vijf cijfers, bijvoorbeeld 44021.",
            "Write five digits, for example 44021."),
    "ovo": ("geen OVO-code", "no OVO code", "Schrijf OVO en zes cijfers: OVO001234.",
            "Write OVO and six digits: OVO001234."),
    "postcode": ("geen postcode", "no postcode", "Schrijf vier cijfers, bijvoorbeeld 9000.",
                 "Write four digits, for example 9000."),
    "uri": ("geen volledig webadres", "no full web address",
            "Schrijf het helemaal, bijvoorbeeld https://www.vlaanderen.be/.",
            "Write all of it, for example https://www.vlaanderen.be/."),
    "email": ("geen e-mailadres", "no e-mail address",
              "Schrijf één adres, bijvoorbeeld info@stad.be.",
              "Write one address, for example info@stad.be."),
    "uuid": ("geen UUID", "no UUID", "Neem de code met haar streepjes over uit de bron.",
             "Take the code with its dashes from the source."),
}  # fmt: skip
_KBO_DIGITS: Final = 10


class Judge:
    """Judges the cells of one column; `codes` are those of its code list, None without one."""

    def __init__(self, field: Field, codes: Collection[str] | None, *, required: bool) -> None:
        self.field = field
        self._required = required
        self._codes = codes
        self._form = form(field.kind, field.options)
        self._limits = [(test, self._order(limit)) for test, limit in (
            (ge, field.minimum), (le, field.maximum),
            (gt, field.exclusive_minimum), (lt, field.exclusive_maximum),
        ) if limit is not None]  # fmt: skip
        self._choices = [frozenset(each) for each in (field.enum, codes) if each]
        # of what is longer it is not plain that it is right
        longest = _MOST_CHARACTERS if field.pattern else maxsize
        self._longest = min(longest, maxsize if field.max_length is None else field.max_length)
        # a plain form has neither controls nor formulas in it
        self._loose = not self._form.plain or field.kind == "string" or bool(field.delimiter)
        self._repeats = True
        self._right: set[str] = set()
        self._wrong: dict[str, Wrong] = {}

    def column(self, cells: Sequence[str]) -> Iterator[tuple[int, Wrong]]:
        """Yield the position of each wrong cell, and what is wrong with it."""
        suspects = self._suspects(cells)
        if not suspects:
            return
        for position in compress(count(), map(suspects.__contains__, cells)):
            cell = cells[position]
            found = self._wrong.get(cell) or self.judge(cell)
            if found:
                if len(self._wrong) < _MOST_KNOWN:
                    self._wrong[cell] = found
                yield position, found

    def judge(self, cell: str) -> Wrong | None:
        """Return what is wrong with a cell."""
        if cell in self.field.missing:
            return _required() if self._required else None
        damaged = damage(cell)
        if damaged:
            return damaged
        for value in items(self.field, cell):
            found = self._item(value) or self._type(value)
            if not found:
                read = self._form.read(value) or value
                found = (
                    self._enum(value, read) or self._pattern(value) or self._length(value)
                    or self._range(value, read) or self._code(value)
                )  # fmt: skip
            if found:
                return found
        return None

    def _suspects(self, column: Sequence[str]) -> set[str]:
        """Return the cells that may be wrong; all others are right."""
        cells: Collection[str] = column
        if self._repeats:
            cells = set(column) - self._right
            # of cells that are nearly all different a set only costs time
            self._repeats = not self._right or 2 * len(cells) < len(column) or len(column) < _FEW
        text = ""
        out: set[str] = set()
        if self._loose:
            text = " ".join(cells)
            out = suspects(cells, text)
        if self.field.delimiter:
            held = {cell: items(self.field, cell) for cell in cells}
            odd = self._odd(set(chain.from_iterable(held.values())), text)
            out |= {cell for cell, values in held.items() if not odd.isdisjoint(values)}
        else:
            out |= self._odd(cells, text)
        out -= self.field.missing
        if self._required:
            out.update(text for text in self.field.missing if text in cells)
        if self._repeats and len(self._right) + len(cells) < _MOST_KNOWN:
            self._right.update(cells)
            self._right -= out
        return out

    def _odd(self, values: Collection[str], text: str) -> set[str]:
        """Return the values that may not fit type or constraints; `text` is them together."""
        read, pattern = self._form.read, self.field.pattern
        if self._form.plain:
            out = {value for value in filterfalse(self._form.plain, values) if not read(value)}
        else:
            out = set(filterfalse(read, values))
        if self._limits:
            out |= self._beyond([value for value in values if value not in out] if out else values)
        if pattern:
            out.update(filterfalse(pattern.fullmatch, values))
        for choices in self._choices:
            out |= set(values) - choices
        low, high = self.field.min_length or 0, self._longest
        if (
            (low or len(text) > high)
            and values
            and not (low <= min(map(len, values)) and max(map(len, values)) <= high)
        ):
            out |= {value for value in values if not low <= len(value) <= high}
        return out

    def _beyond(self, values: Collection[str]) -> set[str]:
        """Return the values that lie outside of the limits; all are of the type."""
        read = values if self._form.kept else [self._form.read(value) or "" for value in values]
        places = list(map(self._form.order, read))
        if not places or all(
            test(end, limit) for end in (min(places), max(places)) for test, limit in self._limits
        ):
            return set()
        return {
            value for value, place in zip(values, places, strict=True)
            if not all(test(place, limit) for test, limit in self._limits)
        }  # fmt: skip

    def _order(self, limit: float | str) -> Any:
        return self._form.order(limit) if isinstance(limit, str) else limit

    def _within(self, read: str) -> bool:
        place = self._form.order(read)
        return all(test(place, limit) for test, limit in self._limits)

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

    def _said(self, value: str, fits: Callable[[str], object]) -> Said | None:
        return explain(Case("string", value, fits, fits))

    def _type(self, value: str) -> Wrong | None:
        """Return what is wrong with how a value is written."""
        if self._form.read(value):
            return None
        kind, form_ = self.field.kind, self._form
        if kind == "string":
            format_ = self.field.options.format
            known = self._said(value, form_.read) or self._wanted(format_, value)
            return Wrong("format", value, *known)
        plain = form(kind, Options())
        said = explain(Case(kind, value, plain.read, form_.read, form_.write))
        code = "type-number" if kind == "integer" else f"type-{kind}"
        return Wrong(code, value, *(said or self._wanted(kind, value)))

    def _wanted(self, kind: str, value: str) -> Said:
        if kind == "boolean":
            yes, no = self.field.options.true_values[0], self.field.options.false_values[0]
            return Said(
                (f'"{value}" is niet {yes} of {no}.', f"Schrijf {yes} of {no}."),
                (f'"{value}" is neither {yes} nor {no}.', f"Write {yes} or {no}."),
            )
        nl, en, how_nl, how_en = _WANTED[kind]
        if kind == "kbo" and len(value) != _KBO_DIGITS:
            nl, en = (
                "geen ondernemingsnummer van tien cijfers",
                "no enterprise number of ten digits",
            )
        example = self._form.example
        return Said((f'"{value}" is {nl}.', how_nl.format(example)),
                    (f'"{value}" is {en}.', how_en.format(example)))  # fmt: skip

    def _enum(self, value: str, read: str) -> Wrong | None:
        field = self.field
        if not field.enum or value in field.enum or read in field.enum:
            return None
        choice = ", ".join(field.enum[:12])
        said = self._said(value, field.enum.__contains__) or Said(
            (f'"{value}" is hier niet toegelaten.', f"Kies uit: {choice}."),
            (f'"{value}" is not allowed here.', f"Choose from: {choice}."),
        )  # fmt: skip
        return Wrong("enum", value, *said)

    def _pattern(self, value: str) -> Wrong | None:
        pattern = self.field.pattern
        if not pattern or (len(value) <= _MOST_CHARACTERS and pattern.fullmatch(value)):
            return None
        said = self._said(value, pattern.fullmatch) if len(value) <= _MOST_CHARACTERS else None
        return Wrong("pattern", value, *(said or Said(
            (f'"{value}" heeft niet de gevraagde vorm.',
             f"De vorm is {pattern.pattern} (zie datapackage.json)."),
            (f'"{value}" does not have the form asked for.',
             f"The form is {pattern.pattern} (see datapackage.json)."),
        )))  # fmt: skip

    def _length(self, value: str) -> Wrong | None:
        low, high = self.field.min_length, self.field.max_length
        count = len(value)
        if (low is None or count >= low) and (high is None or count <= high):
            return None
        between = f"{low or 0} … {'' if high is None else high}"
        return Wrong(
            "length", value,
            nl=(f"Deze tekst telt {count} tekens.", f"De grenzen zijn {between}."),
            en=(f"This text has {count} characters.", f"The range is {between}."),
        )  # fmt: skip

    def _range(self, value: str, read: str) -> Wrong | None:
        if not self._limits or self._within(read):
            return None
        field, between_nl, between_en = self.field, list[str](), list[str]()
        low, high = field.minimum, field.maximum
        if low is not None or high is not None:
            between_nl.append(f"{'' if low is None else low} … {'' if high is None else high}")
            between_en.append(between_nl[0])
        if field.exclusive_minimum is not None:
            between_nl.append(f"meer dan {field.exclusive_minimum}")
            between_en.append(f"more than {field.exclusive_minimum}")
        if field.exclusive_maximum is not None:
            between_nl.append(f"minder dan {field.exclusive_maximum}")
            between_en.append(f"less than {field.exclusive_maximum}")
        return Wrong(
            "range", value,
            nl=(f"{value} ligt buiten de grenzen.", f"De grenzen zijn {', '.join(between_nl)}."),
            en=(f"{value} is out of range.", f"The range is {', '.join(between_en)}."),
        )  # fmt: skip

    def _code(self, value: str) -> Wrong | None:
        codes = self._codes
        if codes is None or value in codes:
            return None
        said = self._said(value, codes.__contains__)
        if said:
            return Wrong("code", value, *said)
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


def _required() -> Wrong:
    return Wrong(
        "required", "",
        nl=("Deze cel mag niet leeg zijn.", "Vul een waarde in."),
        en=("This cell may not be empty.", "Fill in a value."),
    )  # fmt: skip
