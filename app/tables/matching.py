"""Candidates for a column's identifiers, from lists a user provides; a person confirms them.

Nothing is ever filled in: names that look alike are not the same thing (a city, its OCMW and its
district share one), and a list of today says nothing sure about a document of 2020.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Indel

from app.tables.cells import CellRef
from app.tables.descriptor import Field, items
from app.tables.reading import Reading
from app.tables.rules import Known
from app.vocabularies.authorities import Entry

ALIKE = 88.0
_SAME, _FOLDED, _PREFIXED = 100.0, 99.0, 97.0
_MIN_ALIKE = 4
_WORD = re.compile(r"\w+")
# letters that no decomposition takes apart
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "_": " "}
)
# legal forms and what kinds of authority put before their name; "Stad Gent" is looked for as "Gent"
_FORMS = frozenset({"nv", "bv", "bvba", "cv", "cvba", "vzw", "vof", "sa", "srl", "asbl", "npo",
                    "stad", "gemeente", "stadsbestuur", "gemeentebestuur", "intercommunale",
                    "the", "de", "het"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that may belong in `cell`.

    `compared` is the name in our table, `score` 0–100 (100: the same text), `filled` what the cell
    holds now. `expected` is the list (the start of its IRIs) that the column's codes are of, where
    the entry is not known to be of that list.
    """

    cell: CellRef
    key: str
    compared: str
    entry: Entry
    score: float
    filled: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """What a list gave for one column: candidates, rows without any, entries read and unfit."""

    candidates: tuple[Candidate, ...]
    without: tuple[CellRef, ...]
    read: int
    unfit: int


def fold(text: str) -> str:
    """Return the words of a name without case, accents, signs; in the order they stand."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def _core(folded: str) -> str:
    """Return the words that name, sorted: neither legal forms nor articles."""
    words = folded.split()
    return " ".join(sorted([word for word in words if word not in _FORMS] or words))


def match(
    reading: Reading, field: Field, entries: Iterable[Entry], *, most: int = 5, alike: float = ALIKE
) -> Matching:
    """Return the candidates for a column, best first per row, at most `most` per row."""
    wanted = _Wanted(reading, field)
    # an edition of a list: its code of today is not the one of the year that the column is about
    edition = next((rule.prefix for rule in field.rules if isinstance(rule, Known)), "")
    found: dict[tuple[int, str], Candidate] = {}
    read = unfit = 0
    for entry in entries:
        read += 1
        code = _fit(entry.code, field)
        if code is None:
            unfit += 1
            continue
        for number, compared, score in wanted.find(entry.name, alike):
            before = found.get((number, code))
            if before is None or before.score < score:
                found[number, code] = Candidate(
                    reading.table.cell(number, field.name), wanted.keys[number], compared,
                    Entry(code, entry.name, entry.iri, entry.note), score,
                    wanted.filled[number],
                    "" if entry.iri.startswith(edition) else edition,
                )  # fmt: skip
    by_row: dict[int, list[Candidate]] = defaultdict(list)
    for (number, _), candidate in found.items():
        by_row[number].append(candidate)
    best = [
        candidate
        for number in sorted(by_row)
        for candidate in sorted(by_row[number], key=lambda c: (-c.score, c.entry.code))[:most]
    ]
    without = [
        reading.table.cell(number, field.name) for number in wanted.keys if number not in by_row
    ]
    return Matching(tuple(best), tuple(without), read, unfit)


def _fit(code: str, field: Field) -> str | None:
    """Return a code as the column writes it, or None: 0403.019.261 and 0403019261 are one."""
    for form in (code, re.sub(r"[ .]", "", code)):
        if field.pattern is None or field.pattern.fullmatch(form):
            return form
    return None


class _Wanted:
    """The names of a table's rows, ready to be looked up by an entry's name."""

    def __init__(self, reading: Reading, field: Field) -> None:
        assert field.match is not None
        self.keys: dict[int, str] = {}
        self.filled: dict[int, str] = {}
        self._names: dict[str, dict[tuple[int, str], None]] = defaultdict(dict)
        columns = [reading.table.field(name) for name in field.match.columns]
        key = reading.table.primary_key[0] if reading.table.primary_key else ""
        for row in reading.rows:
            for column in columns:
                for value in items(column, row.cells[column.name]):
                    folded = fold(value)
                    if folded:
                        self._names[_core(folded)][row.number, value] = None
                        self.keys[row.number] = row.cells.get(key, "")
                        self.filled[row.number] = row.cells[field.name]
        self._long = [name for name in self._names if len(name) >= _MIN_ALIKE]

    def find(self, name: str, alike: float) -> Iterator[tuple[int, str, float]]:
        """Yield (row, name of ours, score) for an entry's name."""
        folded = fold(name)
        core = _core(folded)
        if not core:
            return
        for number, value in self._names.get(core, ()):
            score = _SAME if value == name else _FOLDED if fold(value) == folded else _PREFIXED
            yield number, value, score
        if len(core) < _MIN_ALIKE:
            return
        near = process.extract(core, self._long, scorer=Indel.normalized_similarity,
                               score_cutoff=alike / 100, limit=None)  # fmt: skip
        for other, score, _ in near:
            if other != core:
                for number, value in self._names[other]:
                    yield number, value, round(min(score * 100, _PREFIXED - 1), 1)
