"""The values that a triples map reads of a batch of rows, as vectors: a text or several per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from app.mapping.functions.evaluating import bind
from app.mapping.functions.model import FunctionError, Lookups
from app.mapping.model import Call, Condition, Part, Test
from app.tables.sound import Wrong, damage, suspects

_KNOWN_AT_MOST: Final = 50_000


@dataclass(frozen=True, slots=True)
class NoMatch:
    """A value that no row of the table joined with has; `file` is that table's name."""

    file: str


# what is wrong with a value: the datatype that it is not of, "IRI", how it was lost, or what a
# function says of it
What = str | FunctionError | NoMatch | Wrong
# (place of the row in the cells, the columns that are read, the value, what is wrong with it)
Report = Callable[[int, Sequence[str], str, What], None]


@dataclass(frozen=True, slots=True)
class Vector:
    """One text for each row, "" for none; or, if `many`, a list of texts for each."""

    texts: Sequence[Any]
    many: bool = False

    def lists(self) -> Sequence[Sequence[str]]:
        """Return the texts of each row as a list."""
        return self.texts if self.many else [[text] if text else [] for text in self.texts]

    def pick(self, rows: Sequence[int]) -> Vector:
        """Return the vector of other rows: those at these positions."""
        texts = self.texts
        return Vector([texts[row] for row in rows], self.many)


def tightened(lists: Sequence[Sequence[str]]) -> Vector:
    """Return lists as a vector; of one text each where no row has more."""
    if all(len(found) < 2 for found in lists):
        return Vector([found[0] if found else "" for found in lists])
    return Vector(lists, many=True)


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns of a table are read by name: items of lists, and values of other tables."""

    # column -> what separates its items
    delimiters: Mapping[str, str] = field(default_factory=dict)
    # name -> (own column, the value there by the own value)
    elsewhere: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    # what functions look things up in
    lookups: Lookups | None = None


class Cells:
    """The cells of rows of a batch by column, each column read once; a damaged one is empty.

    `rows` are the positions in the batch: all of them, or one for each item of a list, or some.
    `report` is given these.
    """

    def __init__(
        self, columns: Columns, texts: Mapping[str, Sequence[str]], count: int, report: Report
    ) -> None:
        self._columns, self._texts, self._report = columns, texts, report
        self._found: dict[str, Vector] = {}
        # as they stand
        self._raw: dict[str, Vector] = {}
        self._of: tuple[Cells, Sequence[int]] | None = None
        self.rows: Sequence[int] = range(count)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> Vector:
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._sound(name, self._read(name))
        return found

    def some(self, places: Sequence[int]) -> Cells:
        """Return the cells of some rows, those at these places of `rows`."""
        out = Cells(self._columns, self._texts, 0, self._report)
        out._of = (self, places)
        out.rows = [self.rows[place] for place in places]
        return out

    def each(self, name: str) -> Cells:
        """Return the cells with one row for each item of a column, which then has that only."""
        items = self[name].lists()
        out = self.some([place for place, found in enumerate(items) for _ in found])
        out._raw[name] = Vector([item for found in items for item in found])
        return out

    def _read(self, name: str) -> Vector:
        found = self._raw.get(name)
        if found is None:
            found = self._raw[name] = self._picked(name)
        return found

    def _sound(self, name: str, vector: Vector) -> Vector:
        """Return texts without those whose value was lost, which are reported."""
        texts: Sequence[str] = vector.texts
        if vector.many:
            texts = [text for row in vector.texts for text in row]
        found = {text: wrong for text in suspects(texts) if (wrong := damage(text))}
        if not found:
            return vector
        for place, row in enumerate(vector.lists()):
            for text in row:
                if text in found:
                    self._report(self.rows[place], (name,), text, found[text])
        if vector.many:
            return Vector([[x for x in row if x not in found] for row in vector.texts], many=True)
        return Vector(["" if text in found else text for text in texts])

    def _picked(self, name: str) -> Vector:
        if name in self._columns.elsewhere:
            column, found = self._columns.elsewhere[name]
            return _looked_up(self[column], found)
        if self._of is not None:
            cells, places = self._of
            return cells._read(name).pick(places)
        texts, delimiter = self._texts[name], self._columns.delimiters.get(name, "")
        if not delimiter or not any(delimiter in text for text in texts):
            return Vector(texts)
        # an empty item is no value, as an empty cell is none
        return Vector([
            [item for item in map(str.strip, text.split(delimiter)) if item] for text in texts
        ], many=True)  # fmt: skip


def _looked_up(keys: Vector, found: Mapping[str, str]) -> Vector:
    if not keys.many:
        return Vector([found.get(key, "") for key in keys.texts])
    return Vector([[found[key] for key in row if found.get(key)] for row in keys.texts], many=True)


class Caller:
    """A function called for the rows of batches; remembers what it gave for the same values."""

    def __init__(self, call: Call, lookups: Lookups | None) -> None:
        self._run = bind(call, lookups)
        self._names = tuple(dict.fromkeys(call.columns))
        self._known: dict[tuple[Any, ...], list[str] | FunctionError] = {}

    def __call__(self, cells: Cells, report: Report) -> Vector:
        """Return what the function gives for each row; what it cannot work with is reported."""
        vectors = [cells[name] for name in self._names]
        if not vectors:
            return tightened([self._values((), 0, report)] * len(cells))
        rows = zip(*(vector.lists() if vector.many else vector.texts for vector in vectors),
                   strict=True)  # fmt: skip
        return tightened([self._values(row, position, report) for position, row in enumerate(rows)])

    def _values(self, row: tuple[Any, ...], position: int, report: Report) -> list[str]:
        key = tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row)
        made = self._known.get(key)
        if made is None:
            values = {name: list(cell) if isinstance(cell, tuple) else [cell] if cell else []
                      for name, cell in zip(self._names, key, strict=True)}  # fmt: skip
            try:
                made = self._run(values)
            except FunctionError as error:
                made = error
            if len(self._known) >= _KNOWN_AT_MOST:
                self._known.clear()
            self._known[key] = made
        if isinstance(made, FunctionError):
            report(position, self._names, made.value, made)
            return []
        return made


class Values:
    """The values of one part of a template for the rows of batches: of a column or a function."""

    def __init__(self, part: Part, lookups: Lookups | None) -> None:
        self._column = "" if part.call else part.text
        self._caller = Caller(part.call, lookups) if part.call else None

    def __call__(self, cells: Cells, report: Report) -> Vector:
        """Return the values for each row."""
        return self._caller(cells, report) if self._caller else cells[self._column]


def templated(parts: Sequence[str | Vector], count: int) -> Vector:
    """Return the texts of a template: constant texts, and vectors of values; all or nothing.

    Of several values, every combination gives a text.
    """
    vectors = [part for part in parts if isinstance(part, Vector)]
    shape = "".join(part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts)
    if not any(vector.many for vector in vectors):
        if len(parts) == len(vectors) == 1:
            return vectors[0]
        rows = zip(*(vector.texts for vector in vectors), strict=True)
        if not vectors:
            return Vector([shape % ()] * count)
        return Vector([shape % row if all(row) else "" for row in rows])
    lists = zip(*(vector.lists() for vector in vectors), strict=True)
    return Vector([[shape % found for found in product(*row)] for row in lists], many=True)


class Tester:
    """Whether rows meet all of some tests."""

    def __init__(self, tests: Sequence[Test], lookups: Lookups | None) -> None:
        self._tests = [
            (test, Caller(test, lookups) if isinstance(test, Call) else None) for test in tests
        ]

    def __call__(self, cells: Cells, report: Report) -> list[bool] | None:
        """Return for each row whether it meets them; None if there is nothing to meet."""
        met: list[bool] | None = None
        for test, caller in self._tests:
            if isinstance(test, Condition):
                found = _equal(test, cells[test.column])
            else:
                assert caller is not None
                found = ["true" in texts for texts in caller(cells, report).lists()]
            met = found if met is None else [a and b for a, b in zip(met, found, strict=True)]
        return met


def _equal(test: Condition, vector: Vector) -> list[bool]:
    """Compare with any item of the cell; the empty text stands for an empty cell."""
    value, negated = test.value, test.negated
    if not vector.many:
        return [(text == value) != negated for text in vector.texts]
    return [(value in items if value else not items) != negated for items in vector.texts]
