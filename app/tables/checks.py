"""Table Schema checks over whole tables: one problem per cell, none twice (Table Schema v2).

Tables may come in batches: what is kept of the rows before are the values of keys.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from app.tables.across import Across, documents
from app.tables.batch import Batch
from app.tables.cells import CellProblem
from app.tables.descriptor import Table, lexical
from app.tables.judging import Judge
from app.tables.keys import Keys, Reference, duplicate, joined
from app.tables.reading import Reading
from app.tables.sound import Wrong

# what is near in memory is looked at again sooner
_ROWS: Final = 2_000


def check(
    readings: Mapping[str, Reading],
    code_lists: Mapping[str, Collection[str]],
    known: Collection[str] = (),
    *,
    only: Collection[str] | None = None,
) -> list[CellProblem]:
    """Return the problems of all tables (of `only` some): cells, references, rules across cells.

    `code_lists` maps a scheme to its codes, `known` holds the IRIs of things of elsewhere. A field
    with a list that is not there is a problem of the whole column, never silently passed.
    """
    keys = Keys(reading.table for reading in readings.values())
    for reading in readings.values():
        keys.add(reading.table, lexical(reading.table, reading.batch))
        keys.close(reading.table, whole=bool(reading.batch) and not reading.problems)
    problems: list[CellProblem] = []
    for name, reading in readings.items():
        if only is not None and name not in only:
            continue
        problems.extend(reading.problems)
        if reading.batch:
            checker = Checker(
                reading.table, code_lists, keys, known, documents(reading.table, readings)
            )
            for batch in reading.batch.parts(_ROWS):
                problems += checker.check(batch)
            problems += checker.finish()
    return problems


class Checker:
    """Checks one table, batch by batch.

    `keys` are shared by the checkers of tables that refer to each other; without them a table's
    references are those to itself. `documents` gives the lines of each document by table, for
    `cites`. Every checker is closed before one that refers to it is finished.
    """

    def __init__(
        self,
        table: Table,
        code_lists: Mapping[str, Collection[str]],
        keys: Keys | None = None,
        known: Collection[str] = (),
        documents: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.table = table
        self.keys = keys or Keys([table])
        self._judges = [
            Judge(field, code_lists.get(field.code_list),
                  required=field.required or field.name in table.primary_key)
            for field in table.fields
        ]  # fmt: skip
        self._references = [Reference(table, key, self.keys) for key in table.foreign_keys]
        unique: list[tuple[str, ...]] = [(field.name,) for field in table.fields if field.unique]
        unique += filter(None, (table.primary_key, *table.unique_keys))
        self._unique = dict.fromkeys(unique)
        self._indexed = dict.fromkeys([*self._unique, *self.keys.wanted(table)])
        self._across = Across(table, known, documents or {})
        # what is wrong with a whole column stands at its head
        self._first = {(1, field.name): _no_list(field.code_list) for field in table.fields
                       if field.code_list and field.code_list not in code_lists}  # fmt: skip
        self._first |= {(1, column): wrong for column, wrong in self._across.missing.items()}
        self._order = {field.name: position for position, field in enumerate(table.fields)}
        # rows whose reference may turn out wrong after a rule found the cell wrong
        self._ruled: set[tuple[int, str]] = set()
        self._closed = self.keys.closed(table)

    def check(self, batch: Batch) -> list[CellProblem]:
        """Return the problems of some rows, by row and column; one per cell."""
        first, self._first = self._problems(self._first), {}
        found: dict[tuple[int, str], Wrong] = {}
        for judge in self._judges:
            name = judge.field.name
            for position, wrong in judge.column(batch.columns[name]):
                found[batch.numbers[position], name] = wrong
        batch = lexical(self.table, batch)
        self._duplicates(batch, found)
        for reference in self._references:
            # one column wrong, and the key it is part of says nothing
            bad = {row for row, name in found if name in reference.key.fields}
            for row, wrong in reference.check(batch, bad):
                found[row, reference.column] = wrong
        told = set(found)
        self._across.check(batch, found)
        self._ruled |= found.keys() - told
        return [*first, *self._problems(found)]

    def _duplicates(self, batch: Batch, found: dict[tuple[int, str], Wrong]) -> None:
        for columns in self._indexed:
            if self._closed and columns not in self._unique:
                continue
            values = joined(batch, columns)
            again = self.keys.index(self.table.name, columns).add(values, batch.numbers)
            for position, first in again:
                cell = (batch.numbers[position], columns[-1])
                if columns in self._unique and cell not in found:
                    found[cell] = duplicate(values[position], first)

    def close(self, *, whole: bool = True) -> None:
        """Say that all rows were given; `whole` where none was lost in reading."""
        self.keys.close(self.table, whole=whole)
        self._closed = True

    def finish(self) -> list[CellProblem]:
        """Return the problems that are only known at the end, by row and column."""
        if not self._closed:
            self.close()
        found: dict[tuple[int, str], Wrong] = {}
        for reference in self._references:
            for row, wrong in reference.end():
                if (row, reference.column) not in self._ruled:
                    found.setdefault((row, reference.column), wrong)
        return self._problems(found)

    def _problems(self, found: Mapping[tuple[int, str], Wrong]) -> list[CellProblem]:
        cells = sorted(found, key=lambda cell: (cell[0], self._order[cell[1]]))
        return [CellProblem.of(self.table.cell(*cell), found[cell].code, found[cell].value,
                               nl=found[cell].nl, en=found[cell].en) for cell in cells]  # fmt: skip


def _no_list(code_list: str) -> Wrong:
    return Wrong(
        "code-list-missing", code_list,
        nl=(f'De codelijst "{code_list}" bestaat niet.',
            "Zet de lijst in vocab/codelijsten, of haal codeList uit datapackage.json."),
        en=(f'The code list "{code_list}" does not exist.',
            "Put the list in vocab/codelijsten, or take codeList out of datapackage.json."),
    )  # fmt: skip
