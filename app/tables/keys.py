"""Keys of tables that are read in batches: values that stand twice, and references to them."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, count, filterfalse
from typing import Final

from app.tables.batch import Batch
from app.tables.descriptor import Field, ForeignKey, Table, items
from app.tables.judging import nearest
from app.tables.sound import Wrong

_HINTS: Final = 20
_COMPARED: Final = 100_000
# no text that XML can hold has it, so no two keys of several columns look alike
_BETWEEN: Final = "\x1f"


@dataclass(slots=True)
class _Index:
    """The values of a key, each with the first row that holds it."""

    rows: dict[str, int] = field(default_factory=dict)

    def add(self, values: Sequence[str], numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield the position of each value that stood on an earlier row, and that row; adds all."""
        new = set(values)
        new.discard("")
        if len(new) == len(values) - values.count("") and self.rows.keys().isdisjoint(new):
            self.rows.update(zip(values, numbers, strict=True))
            self.rows.pop("", None)
            return
        for position, (value, number) in enumerate(zip(values, numbers, strict=True)):
            if value:
                first = self.rows.setdefault(value, number)
                if first != number:
                    yield position, first


class Keys:
    """The keys of the tables of a package, as far as they are read.

    A reference to a table is checked once that is closed; one to a table that is not whole, or is
    never read, is not checked: nobody is blamed for rows that could not be read.
    """

    def __init__(self, tables: Iterable[Table]) -> None:
        self._files: dict[str, str] = {}
        self._indexes: dict[tuple[str, tuple[str, ...]], _Index] = {}
        self._whole: dict[str, bool] = {}
        self._wanted: dict[str, dict[tuple[str, ...], None]] = {}
        for table in tables:
            self._files[table.name] = table.file
            for key in table.foreign_keys:
                self._wanted.setdefault(key.resource, {})[key.columns] = None

    def wanted(self, table: Table) -> Collection[tuple[str, ...]]:
        """Return the columns of a table that others refer to."""
        return self._wanted.get(table.name, {}).keys()

    def index(self, table: str, columns: tuple[str, ...]) -> _Index:
        """Return the values of columns of a table, one index for all who ask."""
        return self._indexes.setdefault((table, columns), _Index())

    def add(self, table: Table, batch: Batch) -> None:
        """Read the keys of rows of a table that is not checked itself."""
        for columns in self.wanted(table):
            for _ in self.index(table.name, columns).add(joined(batch, columns), batch.numbers):
                pass

    def close(self, table: Table, *, whole: bool) -> None:
        """Say that all rows of a table were read; `whole` where no row was lost."""
        self._whole[table.name] = whole

    def closed(self, table: Table) -> bool:
        """Tell whether all rows of a table were read."""
        return table.name in self._whole

    def held(self, key: ForeignKey) -> Mapping[str, int] | None:
        """Return the values that a key may refer to; None while not all are known."""
        rows = self.index(key.resource, key.columns).rows
        return rows if self._whole.get(key.resource) else None

    def pending(self, key: ForeignKey) -> bool:
        """Tell whether the table a key refers to may still come."""
        return key.resource in self._files and key.resource not in self._whole

    def place(self, key: ForeignKey) -> str:
        """Return how a message calls what a key refers to."""
        return f"{self._files[key.resource]} ({', '.join(key.columns)})"


class Reference:
    """A foreign key of a table, checked batch by batch or, of a table still to come, at its end."""

    def __init__(self, table: Table, key: ForeignKey, keys: Keys) -> None:
        self.key = key
        # a problem of several columns stands in the last
        self.column = key.fields[-1]
        self._field = Field(self.column) if not key.field else table.field(key.field)
        self._keys = keys
        self._hints = 0
        self._waiting: dict[str, array[int]] = {}

    def check(self, batch: Batch, bad: Collection[int]) -> Iterator[tuple[int, Wrong]]:
        """Yield the number of each row with a dangling reference; `bad` rows are passed over."""
        cells, numbers = joined(batch, self.key.fields), batch.numbers
        held = self._keys.held(self.key)
        if held is None and not self._keys.pending(self.key):
            return
        known = (
            held if held is not None else self._keys.index(self.key.resource, self.key.columns).rows
        )
        # what is no key as it stands may still be empty, or a list
        others = filterfalse(known.__contains__, set(cells))
        lost = {cell for cell in others if self._missing(cell, known)}
        if not lost:
            return
        for position in compress(count(), map(lost.__contains__, cells)):
            cell, number = cells[position], numbers[position]
            if number in bad:
                continue
            if held is None:
                self._waiting.setdefault(cell, array("q")).append(number)
            else:
                yield number, self._dangling(cell, held)

    def end(self) -> Iterator[tuple[int, Wrong]]:
        """Yield the dangling references to a table that was not closed before; rows in order."""
        held = self._keys.held(self.key)
        if held is not None:
            lost = {cell for cell in self._waiting if self._missing(cell, held)}
            rows = sorted((number, cell) for cell in lost for number in self._waiting[cell])
            for number, cell in rows:
                yield number, self._dangling(cell, held)
        self._waiting.clear()

    def _missing(self, cell: str, held: Mapping[str, int]) -> list[str]:
        return [value for value in items(self._field, cell) if value not in held]

    def _dangling(self, cell: str, held: Mapping[str, int]) -> Wrong:
        missing, delimiter = self._missing(cell, held), self._field.delimiter
        if delimiter and any(sign in missing[0] for sign in ",;"):
            return Wrong(
                "reference", missing[0],
                nl=(f'"{missing[0]}" is geen bestaande verwijzing.',
                    f'Scheid meerdere waarden in een cel met "{delimiter}".'),
                en=(f'"{missing[0]}" is no existing reference.',
                    f'Separate several values in a cell by "{delimiter}".'),
            )  # fmt: skip
        # looking for the nearest of many keys is slow: a column wrong throughout needs no more
        self._hints += 1
        most = min(_HINTS, _COMPARED // len(held)) if held else 0
        near = nearest(missing[0], held.keys()) if self._hints <= most else ""
        near = near.replace(_BETWEEN, ", ")
        hint_nl = f"Bedoelde u {near}? Zo niet, v" if near else "V"
        hint_en = f"Did you mean {near}? If not, a" if near else "A"
        shown = ", ".join(missing).replace(_BETWEEN, ", ")
        place = self._keys.place(self.key)
        return Wrong(
            "reference", shown,
            nl=(f'"{shown}" bestaat niet in {place}.',
                f"{hint_nl}oeg de rij daar toe of verbeter de verwijzing."),
            en=(f'"{shown}" does not exist in {place}.',
                f"{hint_en}dd the row there or correct the reference."),
        )  # fmt: skip


def joined(batch: Batch, columns: tuple[str, ...]) -> Sequence[str]:
    """Return a key's value per row as one text; "" where a part is empty."""
    if len(columns) == 1:
        return batch.columns[columns[0]]
    rows = zip(*(batch.columns[name] for name in columns), strict=True)
    return [_BETWEEN.join(row) if all(row) else "" for row in rows]


def duplicate(value: str, first: int) -> Wrong:
    """Return what is wrong with a key that stood on an earlier row."""
    cell = value.replace(_BETWEEN, ", ")
    return Wrong(
        "duplicate", cell,
        nl=(f'"{cell}" staat al op rij {first}.',
            "Geef deze rij een eigen waarde, of voeg de twee rijen samen."),
        en=(f'"{cell}" already stands on row {first}.',
            "Give this row a value of its own, or merge the two rows."),
    )  # fmt: skip
