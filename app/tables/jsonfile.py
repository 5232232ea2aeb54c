"""A JSON file (RFC 8259) as a source of rows: a list of objects, one at a time.

Members of objects within are columns `a.b`; a list of values is one cell, its values with `|`
between. What cannot be a cell is a problem of its item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from app.errors import InputError
from app.tables.batch import Batch, Dialect, Dropped
from app.tables.cells import CellProblem, CellRef, Note, place_of
from app.tables.heading import find_header
from app.tables.sheets import SheetLimits, check_size
from app.tables.xlsxvalues import number

_NO_SPACE = re.compile(r"[^ \t\r\n]|\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LIST_MARK: Final = "|"
_DEPTH: Final = 20
# how many lists are named that the rows may be in, and how deep they are sought
_LISTS: Final = 5
# read whole, so bounded: what is larger is better CSV
_MAX_BYTES: Final = 500_000_000


@dataclass(slots=True)
class JsonSource:
    """A list of objects in a JSON file, opened (`Source`); rows are items, from 1."""

    path: Path
    file: str
    header: tuple[str, ...]
    text: str
    start: int
    # members that must fit a cell
    wanted: frozenset[str]
    notes: tuple[Note, ...] = ()
    header_row: int = 0
    dropped: list[Dropped] = field(default_factory=list)
    done: float = 0.0

    def cell(self, row: int, column: str = "") -> CellRef:
        """Return the place of a member, or of an item."""
        return CellRef(self.file, row, column)

    def batches(self, rows: int) -> Iterator[Batch]:
        """Yield the items in order, at most so many at a time; empty ones are left out."""
        found = self._rows(self.wanted)
        while some := list(islice(found, rows)):
            columns = {name: [cells.get(name, "") for _, cells in some] for name in self.header}
            yield Batch([number_ for number_, _ in some], columns)

    def _rows(self, known: Collection[str]) -> Iterator[tuple[int, dict[str, str]]]:
        for at, item, end in _items(self.path.name, self.text, self.start):
            self.done = end / len(self.text)
            cells: dict[str, str] = {}
            wrong = _flatten(item, "", cells, known)
            if wrong is not None:
                problem = _not_a_cell(self.cell(at, wrong))
                self.dropped.append(Dropped(at, [cells.get(n, "") for n in self.header], problem))
            elif any(cells.values()):
                yield at, cells


def open_json(
    path: Path, dialect: Dialect, wanted: Collection[str], limits: SheetLimits, *, strict: bool
) -> JsonSource:
    """Return the list of objects of a JSON file, or of the member that `dialect.items` names.

    Raises:
        InputError: It is no JSON in UTF-8, has no such list, a member twice, or lacks a column.
    """
    name = path.name
    if path.stat().st_size > min(_MAX_BYTES, limits.max_unpacked_bytes):
        raise _refused(name, "the file is too large for JSON; make it CSV",
                       "het bestand is te groot voor JSON; maak er CSV van")  # fmt: skip
    text = _decoded(name, path.read_bytes())
    start = _found(name, text, dialect.items)
    columns: dict[str, None] = {}
    for at, item, _ in _items(name, text, start):
        cells: dict[str, str] = {}
        _flatten(item, "", cells, ())
        columns |= dict.fromkeys(cells)
        check_size(name, at, len(columns), 0, 0, limits)
    found = find_header(name, [(0, tuple(columns))], wanted, strict=strict)
    known = frozenset(wanted or found.names)
    return JsonSource(path, place_of(name), found.names, text, start, known)


def _decoded(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(
            name, f"line {line}: the text is not UTF-8, as JSON is. Save it as UTF-8",
            f"regel {line}: de tekst is geen UTF-8, zoals JSON is. Bewaar het als UTF-8",
        ) from None  # fmt: skip


def _found(name: str, text: str, items: str) -> int:
    """Return where the list of items begins, behind its bracket."""
    at = _skip(text, 0)
    for member in filter(None, items.split(".")):
        at = _member(name, text, at, member)
    if text[at : at + 1] == "[":
        return at + 1
    if items:
        raise _refused(
            name, f"{items} is no list of objects", f"{items} is geen lijst van objecten"
        )
    there = list(_lists(_decode(name, text, at)[0], ""))
    example = there[0] if there else "a.b"
    shown = f" ({', '.join(there[:_LISTS])})" if len(there) > 1 else ""
    raise _refused(
        name, f"the file is no list of objects; say in which member the list is{shown}: "
        f"--items {example}, or property in datapackage.json",
        f"het bestand is geen lijst van objecten; zeg in welk lid de lijst staat{shown}: "
        f"--items {example}, of property in datapackage.json",
    )  # fmt: skip


def _lists(value: Any, path: str) -> Iterator[str]:
    """Yield where the lists of objects are within an object."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield path
    elif isinstance(value, dict) and path.count(".") < _LISTS:
        for name, inner in value.items():
            yield from _lists(inner, f"{path}.{name}".lstrip("."))


def _member(name: str, text: str, at: int, wanted: str) -> int:
    """Return where the value of a member begins, of the object that begins at a place."""
    if text[at : at + 1] == "{":
        at = _skip(text, at + 1)
        while text[at : at + 1] == '"':
            key, at = _decode(name, text, at)
            at = _skip(text, at)
            if text[at : at + 1] != ":":
                raise _broken(name, text, at)
            at = _skip(text, at + 1)
            if key == wanted:
                return at
            _, at = _decode(name, text, at)
            at = _skip(text, at)
            if text[at : at + 1] == ",":
                at = _skip(text, at + 1)
    raise _refused(name, f"there is no member {wanted!r}", f"er is geen lid {wanted!r}")


def _items(name: str, text: str, at: int) -> Iterator[tuple[int, dict[str, Any], int]]:
    """Yield (number, object, end) of a list that begins at a place."""
    at = _skip(text, at)
    count = 0
    while text[at : at + 1] != "]" or count:
        count += 1
        item, end = _decode(name, text, at)
        if not isinstance(item, dict):
            line = text.count("\n", 0, at) + 1
            raise _refused(
                name, f"item {count} (line {line}) is no object with names and values",
                f"item {count} (regel {line}) is geen object met namen en waarden",
            )  # fmt: skip
        yield count, item, end
        at = _skip(text, end)
        if text[at : at + 1] == "]":
            return
        if text[at : at + 1] != ",":
            raise _broken(name, text, at)
        at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    found = _NO_SPACE.search(text, at)
    return found.start() if found else len(text)


def _decode(name: str, text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _broken(name, text, error.pos) from None
    except _SaidError as error:
        line = text.count("\n", 0, at) + 1
        en, nl = error.args
        raise _refused(name, f"what begins on line {line}: {en}",
                       f"wat op regel {line} begint: {nl}") from None  # fmt: skip
    except RecursionError:
        raise _refused(name, "lists and objects are too deep within each other",
                       "lijsten en objecten zitten te diep in elkaar") from None  # fmt: skip


def _broken(name: str, text: str, at: int) -> InputError:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return _refused(name, f"line {line}, column {column}: this is no JSON",
                    f"regel {line}, kolom {column}: dit is geen JSON")  # fmt: skip


def _flatten(
    value: dict[str, Any], path: str, out: dict[str, str], known: Collection[str]
) -> str | None:
    """Put the members of an object into `out`; return a known one that cannot be a cell."""
    for name, item in value.items():
        full = f"{path}{name}"
        if isinstance(item, dict) and path.count(".") < _DEPTH:
            wrong = _flatten(item, f"{full}.", out, known)
            if wrong is not None:
                return wrong
            continue
        listed = item if isinstance(item, list) else [item]
        texts = [text for text in listed if isinstance(text, str)]
        # null is no value
        if len(texts) + listed.count(None) != len(listed) or full in out:
            bad = True
        else:
            many = isinstance(item, list)
            bad = any(_SURROGATE.search(t) or (many and _LIST_MARK in t) for t in texts)
        if bad and full in known:
            return full
        out[full] = "" if bad else _LIST_MARK.join(text.strip() for text in texts)
    return None


class _SaidError(Exception):
    """What is wrong with a value, in en and nl."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _SaidError(f"the name {twice[:60]!r} is there twice",
                         f"de naam {twice[:60]!r} staat er twee keer")  # fmt: skip
    return {name: _scalar(value) for name, value in out.items()}


def _scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return [_scalar(item) for item in value] if isinstance(value, list) else value


def _float(text: str) -> str:
    return number(text) if "e" in text.lower() else text


def _constant(name: str) -> str:
    raise _SaidError(f"{name} is no value of JSON", f"{name} is geen waarde van JSON")


_integer: Callable[[str], str] = str
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_integer, parse_float=_float, parse_constant=_constant
)


def _not_a_cell(cell: CellRef) -> CellProblem:
    return CellProblem.of(
        cell, "json-value", "",
        nl=("Deze waarde past in geen cel: een lijst van objecten of lijsten, een waarde met | in "
            "een lijst, een naam die er twee keer staat, of een half teken.",
            "Geef tekst, een getal, true of false, of een lijst daarvan."),
        en=("This value fits no cell: a list of objects or lists, a value with | in a list, a name "
            "that is there twice, or half a character.",
            "Give text, a number, true or false, or a list of those."),
    )  # fmt: skip


def _refused(name: str, en: str, nl: str) -> InputError:
    return InputError(f"{name}: {en}.", nl=f"{name}: {nl}.")
