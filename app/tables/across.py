"""Checks that look at several cells, another table or a list of elsewhere: one problem per cell."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from app.tables.batch import Batch
from app.tables.descriptor import Field, Table, items
from app.tables.reading import Reading
from app.tables.rules import (
    Cites,
    DiffersFrom,
    EmptyWhere,
    Known,
    MaximumWhere,
    NotBefore,
    RequiredWith,
    Rule,
    columns_of,
)
from app.tables.sound import Wrong

_NUMERIC = {"integer", "number"}
_LINES = re.compile(r"(?:([^:|]+):)?([0-9]+)(?:-([0-9]+))?")


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell under a rule, with the cells of its row."""

    table: Table
    field: Field
    row: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.row[self.field.name]

    @property
    def values(self) -> list[str]:
        return items(self.field, self.text)


class Across:
    """The rules of a table; `known` holds the IRIs of things of elsewhere.

    `documents` are the number of lines of each document by table. `missing` says of which columns
    the list is not there.
    """

    def __init__(
        self,
        table: Table,
        known: Collection[str],
        documents: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._table = table
        self.missing: dict[str, Wrong] = {}
        self._rules: list[tuple[Field, Rule, set[str], Collection[str], Mapping[str, str]]] = []
        for field in table.fields:
            for rule in field.rules:
                below = _below(rule, known)
                if isinstance(rule, Known) and not below:
                    self.missing[field.name] = _no_list(rule.prefix)
                    continue
                lines = documents.get(rule.resource, {}) if isinstance(rule, Cites) else {}
                self._rules.append((field, rule, {field.name, *columns_of(rule)}, below, lines))

    def check(self, batch: Batch, found: dict[tuple[int, str], Wrong]) -> None:
        """Add what rows break to what was found in them, by row and column.

        A rule that reads a wrong cell is silent: that cell has its own message.
        """
        for number, row in batch.rows() if self._rules else ():
            for field, rule, columns, below, lines in self._rules:
                if not any((number, name) in found for name in columns):
                    # one message per cell
                    for wrong in islice(
                        _broken(rule, _Cell(self._table, field, row), below, lines), 1
                    ):
                        found[number, field.name] = wrong


def _broken(
    rule: Rule, cell: _Cell, below: Collection[str], documents: Mapping[str, str]
) -> Iterator[Wrong]:
    match rule:
        case Known():
            return _unknown(cell, below)
        case NotBefore(other):
            return _before(cell, other)
        case RequiredWith(other):
            return _required(cell, other)
        case MaximumWhere():
            return _above(cell, rule)
        case EmptyWhere(columns):
            return _contradicted(cell, columns)
        case DiffersFrom(others):
            return _same(cell, others)
        case Cites(document=column):
            return _cited(cell, cell.row[column] if column else "", documents)


def _below(rule: Rule, known: Collection[str]) -> Collection[str]:
    if not isinstance(rule, Known):
        return ()
    return {iri.removeprefix(rule.prefix) for iri in known if iri.startswith(rule.prefix)}


def documents(table: Table, readings: Mapping[str, Reading]) -> dict[str, dict[str, str]]:
    """Return the number of lines of each document by its key, per table that `table` cites.

    A table that could not be read whole has none.
    """
    out: dict[str, dict[str, str]] = {}
    for rule in (rule for field in table.fields for rule in field.rules):
        target = readings.get(rule.resource) if isinstance(rule, Cites) else None
        if isinstance(rule, Cites) and target and not target.problems and target.batch:
            columns = target.batch.columns
            pairs = zip(columns[target.table.primary_key[0]], columns[rule.lines], strict=True)
            # of a key that stands twice the first counts: the second has its own message
            out[rule.resource] = dict(reversed(list(pairs)))
    return out


def _no_list(prefix: str) -> Wrong:
    return Wrong(
        "list-missing", prefix,
        nl=(f"Er is geen lijst van dingen onder {prefix} om deze kolom aan te toetsen.",
            "Zet de lijst in vocab/extern, of haal knownBelow uit datapackage.json."),
        en=(f"There is no list of things below {prefix} to check this column against.",
            "Put the list in vocab/extern, or take knownBelow out of datapackage.json."),
    )  # fmt: skip


def _unknown(cell: _Cell, below: Collection[str]) -> Iterator[Wrong]:
    for value in cell.values:
        if value not in below:
            near = difflib.get_close_matches(value, below, n=1)
            hint_nl = f"Bedoelde u {near[0]}? Zo niet: v" if near else "V"
            hint_en = f"Did you mean {near[0]}? If not: c" if near else "C"
            yield Wrong(
                "unknown", value,
                nl=(f'"{value}" is geen bekende waarde van {cell.field.title["nl"]}.',
                    f"{hint_nl}erbeter de waarde, of voeg ze met haar naam toe in vocab/extern."),
                en=(f'"{value}" is no known value of {cell.field.title["en"]}.',
                    f"{hint_en}orrect the value, or add it with its name in vocab/extern."),
            )  # fmt: skip


def _before(cell: _Cell, other: str) -> Iterator[Wrong]:
    start, end = cell.row[other], cell.text
    if not start or not end:
        return
    if cell.field.type in _NUMERIC:
        backward = float(end) < float(start)
    else:
        # 2019 does not come before 2019-05
        shared = min(len(start), len(end))
        backward = end[:shared] < start[:shared]
    if backward:
        name = cell.table.field(other).title
        yield Wrong(
            "backward", end,
            nl=(f"{end} komt vóór {start} ({name['nl']}).",
                "Kijk beide waarden na in de bron; misschien zijn ze verwisseld."),
            en=(f"{end} comes before {start} ({name['en']}).",
                "Check both values in the source; perhaps they are swapped."),
        )  # fmt: skip


def _required(cell: _Cell, other: str) -> Iterator[Wrong]:
    if cell.text or not cell.row[other]:
        return
    name = cell.table.field(other).title
    yield Wrong(
        "required", "",
        nl=(f'Deze cel mag niet leeg zijn als "{name["nl"]}" ingevuld is.',
            f"Vul ze in, of maak de cel in de kolom {other} leeg."),
        en=(f'This cell may not be empty where "{name["en"]}" is filled in.',
            f"Fill it in, or empty the cell in the column {other}."),
    )  # fmt: skip


def _above(cell: _Cell, rule: MaximumWhere) -> Iterator[Wrong]:
    other, value, maximum = rule.other, rule.value, rule.maximum
    if value not in items(cell.table.field(other), cell.row[other]):
        return
    for number in cell.values:
        if float(number) > maximum:
            yield Wrong(
                "range", number,
                nl=(f'{number} is meer dan {maximum:g}, het hoogste waar {other} "{value}" is.',
                    f"Verbeter het getal, of kies in de kolom {other} wat wel past."),
                en=(f'{number} is more than {maximum:g}, the highest where {other} is "{value}".',
                    f"Correct the number, or choose in the column {other} what does fit."),
            )  # fmt: skip


def _contradicted(cell: _Cell, columns: Mapping[str, tuple[str, ...]]) -> Iterator[Wrong]:
    for value in cell.values:
        for column in columns.get(value, ()):
            held = cell.row[column]
            if held:
                yield Wrong(
                    "contradiction", value,
                    nl=(f'Hier staat dat er geen "{value}" is, maar de kolom {column} zegt '
                        f'"{held[:60]}".',
                        f'Haal "{value}" hier weg, of maak de cel in {column} leeg.'),
                    en=(f'This says that there is no "{value}", but the column {column} says '
                        f'"{held[:60]}".',
                        f'Take "{value}" away here, or empty the cell in {column}.'),
                )  # fmt: skip


def _same(cell: _Cell, others: tuple[str, ...]) -> Iterator[Wrong]:
    for value in cell.values:
        for other in others:
            if value in items(cell.table.field(other), cell.row[other]):
                yield Wrong(
                    "same", value,
                    nl=(f'"{value}" staat ook al in de kolom {other}.', "Haal het hier weg."),
                    en=(f'"{value}" stands in the column {other} as well.', "Take it away here."),
                )  # fmt: skip


def _cited(cell: _Cell, own: str, documents: Mapping[str, str]) -> Iterator[Wrong]:
    for item in cell.text.split("|") if cell.text and documents else ():
        match = _LINES.fullmatch(item.strip())
        if not match or bool(match[1]) == bool(own):
            nl, en = ("12 of 12-15", "12 or 12-15") if own else (
                "code:12 of code:12-15", "code:12 or code:12-15")  # fmt: skip
            yield Wrong(
                "lines", item,
                nl=(f'"{item}" wijst geen regels aan.',
                    f"Schrijf {nl}, meerdere gescheiden door |."),
                en=(f'"{item}" points at no lines.', f"Write {en}, several separated by |."),
            )  # fmt: skip
            continue
        document, first, last = match[1] or own, int(match[2]), int(match[3] or match[2])
        # an unknown document in a column of its own is a reference, with a message of its own
        if document in documents:
            yield from _range(item, first, last, document, documents[document])
        elif not own:
            offer = difflib.get_close_matches(document, documents, n=1) or sorted(documents)[:12]
            yield Wrong(
                "lines", item,
                nl=(f'Er is geen document "{document}".', f"Bedoelde u: {', '.join(offer)}?"),
                en=(f'There is no document "{document}".', f"Did you mean: {', '.join(offer)}?"),
            )  # fmt: skip


def _range(item: str, first: int, last: int, document: str, count: str) -> Iterator[Wrong]:
    if first < 1 or last < first:
        yield Wrong(
            "lines", item,
            nl=(f'"{item}" loopt achteruit of begint vóór regel 1.',
                "Schrijf de laagste regel eerst; de eerste regel is 1."),
            en=(f'"{item}" runs backward or begins before line 1.',
                "Write the lowest line first; the first line is 1."),
        )  # fmt: skip
    elif count.isdecimal() and last > int(count):
        yield Wrong(
            "lines", item,
            nl=(f'"{item}" ligt voorbij het einde: {document} heeft {count} regels.',
                "Zoek de regel opnieuw op in het document."),
            en=(f'"{item}" lies beyond the end: {document} has {count} lines.',
                "Look the line up in the document again."),
        )  # fmt: skip
