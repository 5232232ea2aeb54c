"""Which cells a statement of a mapped inventory comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.mapping.executor import Mapped
from app.rdf.iris import encode_segment
from app.rdf.terms import Term, is_literal, literal_of
from app.tables.cells import CellRef, letters
from app.tables.descriptor import items
from app.tables.placing import Placed

_FIRST = re.compile(r"<([^<>]*)>/")
_EITHER = re.compile(r"<[^<>]*>(?:\|<[^<>]*>)+")


class Origins:
    """The rows behind things and the columns behind properties, of what was handed over."""

    def __init__(self, placed: Iterable[Placed], mapped: Iterable[Mapped]) -> None:
        self._placed = {item.table.file: item for item in placed}
        self._rows: dict[Term, list[tuple[str, int, int]]] = {}
        self._main: dict[tuple[str, int], tuple[int, Term]] = {}
        self._columns: dict[tuple[int, str], tuple[str, ...]] = {}
        self._cells = {
            (file, row.number): row.cells
            for file, item in self._placed.items() for row in item.reading.rows
        }  # fmt: skip
        first = 0
        for each in mapped:
            for subject, rows in each.rows.items():
                for file, row, index in rows:
                    self._rows.setdefault(subject, []).append((file, row, first + index))
                    best = self._main.get((file, row))
                    if best is None or first + index < best[0]:
                        self._main[file, row] = (first + index, subject)
            for index, names in enumerate(each.columns):
                self._columns |= {(first + index, name): found for name, found in names.items()}
            first += len(each.columns)
        for found in self._rows.values():
            found.sort()

    def __contains__(self, thing: object) -> bool:
        """Tell whether a row of what was handed over made a thing."""
        return thing in self._rows

    def thing(self, ref: CellRef) -> Term | None:
        """Return the first thing that a cell's row makes."""
        found = self._main.get((ref.file, ref.row))
        return found[1] if found else None

    def key(self, ref: CellRef) -> str:
        """Return how a cell's row is called in its table: its key, or ""."""
        placed, cells = self._placed.get(ref.file), self._cells.get((ref.file, ref.row))
        keys = placed.table.primary_key if placed else ()
        return " ".join(filter(None, (cells[name] for name in keys))) if cells else ""

    def named_by(self, thing: Term, cells: Mapping[tuple[str, int], Sequence[CellRef]]) -> bool:
        """Tell whether only some cells (by file and row) name a thing, and no row is its own."""
        places = {(file, row) for file, row, _ in self._rows.get(thing, ())}
        return bool(places) and all(
            any(self.thing(cell) != thing and self._ends(cell, thing)
                for cell in cells.get(place, ()))
            for place in places
        )  # fmt: skip

    def of(self, thing: Term, path: str, value: Term | None) -> list[CellRef]:
        """Return the cells of a property of a thing; whole rows where it has no cell of its own.

        Of a path of several steps the first is the thing's own. `value` is "" where there is none,
        None where there is one that is not told.
        """
        rows = self._rows.get(thing, ())
        first = _FIRST.match(path)
        either = _EITHER.fullmatch(path)
        paths = path[1:-1].split(">|<") if either else [first[1] if first else path]
        cells = [
            CellRef(file, row, column)
            for file, row, index in rows for path in paths
            for column in self._columns.get((index, path), ())
            # what names a row of another table by a cell of this one is no column here
            if column in self._cells[file, row]
        ]  # fmt: skip
        cells = list(dict.fromkeys(cells))
        narrow = [cell for cell in cells if self._gives(cell, value)]
        return narrow or cells or list(dict.fromkeys(CellRef(file, row) for file, row, _ in rows))

    def _items(self, cell: CellRef) -> list[str]:
        text = self._cells[cell.file, cell.row].get(cell.column, "")
        return items(self._placed[cell.file].table.field(cell.column), text)

    def _ends(self, cell: CellRef, thing: Term) -> bool:
        """Tell whether the address of a thing ends with what a cell holds."""
        last = thing[1:-1].rpartition("/")[2]
        return any(encode_segment(item) == last for item in self._items(cell))

    def _gives(self, cell: CellRef, value: Term | None) -> bool:
        """Tell whether a cell may hold what gave a value; of no value, whether it is empty."""
        found = self._items(cell)
        if not value:
            return bool(found) == (value is None)
        if is_literal(value):
            whole = literal_of(value).text
            return any(item in whole for item in found)
        return any(value[1:-1] == item or encode_segment(item) in value for item in found)

    def cell(self, ref: CellRef) -> dict[str, Any]:
        """Return the CELL of the model; `ref` is "" for a row or a column that is not there."""
        placed = self._placed[ref.file]
        position = placed.columns.get(ref.column, 0)
        if ref.column.startswith("#") and not position:
            position = int(ref.column[1:])
        return {
            "file": placed.sheet.file,
            "sheet": placed.sheet.name,
            "row": ref.row,
            "column": placed.heads.get(ref.column, "" if position else ref.column),
            "ref": f"{letters(position)}{ref.row}" if position and ref.row else "",
            "address": str(ref if ref.letters else placed.table.cell(ref.row, ref.column)),
        }

    def absent(self, ref: CellRef) -> bool:
        """Tell whether a cell would be in a column that the sheet lacks."""
        return ref.column in self._placed[ref.file].absent
