"""Tables of any size checked against their descriptors, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from app.tables.across import documents
from app.tables.batch import Source, without_collecting
from app.tables.cells import CellProblem
from app.tables.checks import Checker
from app.tables.descriptor import Table
from app.tables.keys import Keys
from app.tables.reading import placed, read
from app.tables.rules import Cites

_ROWS: Final = 5_000


def check_tables(
    tables: Mapping[Path, Table],
    package: Sequence[Table],
    open_table: Callable[[Path, set[str]], Source],
    code_lists: Mapping[str, Collection[str]],
    known: Collection[str] = (),
    progress: Callable[[float, int], None] = lambda _share, _rows: None,
) -> Iterator[tuple[Path, CellProblem]]:
    """Yield what is wrong with tables, by path; tables they refer to are read from the package.

    Raises:
        InputError: A table cannot be read, or has not all of its columns.
    """
    by_name = {table.name: table for table in package} | {t.name: t for t in tables.values()}
    named = {key.resource for table in tables.values() for key in table.foreign_keys}
    beside = [by_name[name] for name in named if name in by_name]
    everything = list({table.name: table for table in (*tables.values(), *beside)}.values())
    keys = Keys(everything)
    own = {table.name for table in tables.values()}
    for table in everything:
        if table.name not in own:
            source = open_table(table.path, {field.name for field in table.fields})
            lost = False
            for batch in source.batches(_ROWS):
                keys.add(table, batch)
                lost = _lost(source) or lost
            keys.close(table, whole=not (_lost(source) or lost))
    checkers: list[tuple[Path, Checker]] = []
    rows = 0
    for number, (path, table) in enumerate(tables.items()):
        source = open_table(path, {field.name for field in table.fields})
        checker = Checker(
            placed(table, source), code_lists, keys, known, _documents(table, by_name)
        )
        lost = False
        with without_collecting():
            for batch in source.batches(_ROWS):
                rows += len(batch)
                lost = _lost(source) or lost
                yield from ((path, problem) for problem in checker.check(batch))
                progress((number + source.done) / len(tables), rows)
        checker.close(whole=not (_lost(source) or lost))
        checkers.append((path, checker))
    for path, checker in checkers:
        yield from ((path, problem) for problem in checker.finish())


def _lost(source: Source) -> bool:
    """Tell whether rows could not be read since last asked; the mapping tells of them."""
    lost = bool(source.dropped)
    source.dropped.clear()
    return lost


def _documents(table: Table, by_name: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    cited = {rule.resource for field in table.fields for rule in field.rules
             if isinstance(rule, Cites)}  # fmt: skip
    return documents(table, {name: read(by_name[name]) for name in cited if name in by_name})
