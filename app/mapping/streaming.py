"""Mapping files of any size to N-Quads: batch by batch, in several processes where that is asked.

The same quads come out, whatever the size of batches and the number of processes; each once.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from app.errors import ProjectError
from app.mapping.columns import Cells, Columns, What
from app.mapping.executor import joined
from app.mapping.functions.model import Lookups
from app.mapping.model import Join, TriplesMap
from app.mapping.model import Mapping as MappingFile
from app.mapping.program import Joined, Program
from app.mapping.repeats import groups, repeated
from app.mapping.work import STOP, Piece, Wanted, Work, Wrongs, no_key
from app.tables.batch import Batch, Source, without_collecting
from app.tables.cells import CellProblem, CellRef, Note
from app.tables.csvfile import BLOCK_BYTES, Block, CsvFile
from app.tables.descriptor import Table, lexical
from app.workers.spread import spread

BATCH_ROWS: Final = 1_000
# a process beside this one soon has its own copy of all values that are joined on, 200 bytes each
_SHARED_AT_MOST: Final = 100_000
# what is wrong by file
Bad = Mapping[Path, Wrongs]
Open = Callable[[Path, set[str]], Source]
# a row of which something is left out: its source, number, cells by column, and what is wrong
Kept = Callable[[Source, int, Mapping[str, str], Sequence[CellProblem]], None]


@dataclass(slots=True)
class Totals:
    """What a run came to; `problems` are the first ones, `wrong` is how many there are."""

    rows: int = 0
    quads: int = 0
    wrong: int = 0
    # rows with something wrong
    kept: int = 0
    problems: list[CellProblem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    # a value that joins with no row, or a row without a key: the first of a column, and how many
    unmatched: list[tuple[CellProblem, int]] = field(default_factory=list)
    # files with the rows of which something was left out
    skipped: list[Path] = field(default_factory=list)
    # hashes of subjects that were made more than once
    repeated: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How a run is cut: rows of a batch, bytes of a block, processes that work side by side."""

    rows: int = BATCH_ROWS
    block_bytes: int = BLOCK_BYTES
    processes: int = 1


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a mapping reads: how files are opened, their descriptors, what functions look up.

    `bad` are wrong columns by row of a file, as the checks of tables found.
    """

    open: Open
    tables: Mapping[Path, Table] = field(default_factory=dict)
    lookups: Lookups | None = None
    bad: Bad = field(default_factory=dict)


class Stream:
    """The run of one mapping; `totals` grows while it writes."""

    def __init__(
        self,
        mapping: MappingFile,
        inputs: Inputs,
        wanted: Wanted,
        sizes: Sizes,
        *,
        totals: Totals | None = None,
        progress: Callable[[float, int], None] = lambda _share, _rows: None,
        kept: Kept = lambda _source, _row, _cells, _problems: None,
    ) -> None:
        """Prepare; `progress` is told the share that is done and the rows so far."""
        self.totals = totals or Totals()
        self._mapping, self._inputs, self._wanted, self._sizes = mapping, inputs, wanted, sizes
        self._progress, self._kept = progress, kept
        self._groups = groups(mapping.triples_maps)
        self._subjects: dict[int, list[array[int]]] = {}
        # values of other tables that the source at hand is joined on
        self._held = 0
        self._unmatched: Counter[tuple[CellRef, str]] = Counter()
        self._examples: dict[tuple[CellRef, str], tuple[CellRef, str]] = {}

    def write(self, out: BinaryIO) -> None:
        """Write the quads of all sources; with `stop` nothing more once something is wrong.

        A quad of a subject in `totals.repeated` may be there twice (`repeats.write_once`).

        Raises:
            ProjectError: The mapping asks what its sources do not have.
            InputError: A source cannot be read.
        """
        maps = self._mapping.triples_maps
        paths = list(dict.fromkeys(item.source for item in maps))
        opened = [self.opened(path) for path in paths]
        with without_collecting():
            for number, source in enumerate(opened):
                places = [at for at, item in enumerate(maps) if item.source == paths[number]]
                for share in self._source(paths[number], source, places, out):
                    self._progress((number + share) / len(paths), self.totals.rows)
            self.totals.repeated = repeated(self._subjects)
        found_in = {source.file: place for place, source in enumerate(opened)}
        for key in sorted(self._unmatched, key=lambda key: (
            found_in[key[0].file], self._examples[key][0].row, key[0].column
        )):  # fmt: skip
            (ref, value), count = self._examples[key], self._unmatched[key]
            found = _unmatched(ref, value, key[1]) if key[1] else no_key(ref)
            self.totals.unmatched.append((found, count))

    def programs(self, path: Path) -> list[tuple[TriplesMap, Program]]:
        """Return the triples maps of a source, ready to be run over its batches."""
        maps = [item for item in self._mapping.triples_maps if item.source == path]
        columns = self._columns(path, maps)
        return [(item, Program(item, columns, {join: self._joined(join) for join in item.joins}))
                for item in maps]  # fmt: skip

    def read(self, path: Path, batch: Batch) -> Batch:
        """Return rows as the descriptor of their table says that they are written."""
        table = self._inputs.tables.get(path)
        return lexical(table, batch) if table else batch

    def opened(self, path: Path) -> Source:
        """Return a source opened for the columns that the mapping reads of it."""
        wanted = {column for item in self._mapping.triples_maps if item.source == path
                  for column in item.columns}  # fmt: skip
        table = self._inputs.tables.get(path)
        if table is not None:
            wanted = {item.name for item in table.fields}
        source = self._inputs.open(path, wanted)
        self.totals.notes += [note for note in source.notes if note not in self.totals.notes]
        return source

    def _source(
        self, path: Path, source: Source, places: Sequence[int], out: BinaryIO
    ) -> Iterator[float]:
        self._held = 0
        work = Work(self.programs(path), [self._groups[place] for place in places], self._wanted,
                    partial(self.read, path))  # fmt: skip
        for share, piece in self._pieces(source, work, self._inputs.bad.get(path, {})):
            self._take(source, piece, out)
            yield share

    def _columns(self, path: Path, maps: Sequence[TriplesMap]) -> Columns:
        """Return how the columns of a table are read: lists, and `key.column` of other tables."""
        table = self._inputs.tables.get(path)
        if table is None:
            return Columns(lookups=self._inputs.lookups)
        delimiters = {item.name: item.delimiter for item in table.fields if item.delimiter}
        own = {item.name for item in table.fields}
        elsewhere = {}
        for name in {column for item in maps for column in item.columns} - own:
            column, _, wanted = name.partition(".")
            key = next((key for key in table.foreign_keys if key.field == column), None)
            target = next((found for found in self._inputs.tables.values()
                           if key and found.name == key.resource), None)  # fmt: skip
            if key is None or target is None:
                raise ProjectError(f"the column {name!r} is not in {path.name}",
                                   where=self._mapping.path.name,
                                   nl=f"de kolom {name!r} staat niet in {path.name}")  # fmt: skip
            found: dict[str, str] = {}
            there = self._inputs.open(target.path, {key.column, wanted})
            for raw in there.batches(self._sizes.rows):
                batch = lexical(target, raw)
                found.update(zip(batch.columns[key.column], batch.columns[wanted], strict=True))
            elsewhere[name] = (column, found)
            self._held += len(found)
        return Columns(delimiters, elsewhere, self._inputs.lookups)

    def _joined(self, join: Join) -> Joined:
        """Return the subjects of another table's rows, by the values they are joined on."""
        table = self._inputs.tables.get(join.source)
        fields = table.fields if table else ()
        columns = Columns({item.name: item.delimiter for item in fields if item.delimiter},
                          lookups=self._inputs.lookups)  # fmt: skip
        source = self._inputs.open(join.source, join.parent_columns)
        found: dict[tuple[str, ...], list[str]] = {}
        for raw in source.batches(self._sizes.rows):
            batch = self.read(join.source, raw)
            # what is wrong there is told where that table is mapped itself
            cells = Cells(columns, batch.columns, len(batch), _quiet)
            for key, terms in joined(join, cells, _quiet):
                here = found.setdefault(key, [])
                here += [term for term in terms if term not in here]
        self._held += len(found)
        return found

    def _pieces(self, source: Source, work: Work, bad: Wrongs) -> Iterator[tuple[float, Piece]]:
        """Yield the pieces of a source in order, and the share of it that is done."""
        # wrong cells are known by row, but the rows of a block only once those before it are read
        cut = source.blocks(self._sizes.block_bytes) if isinstance(source, CsvFile) else None
        if cut is None or bad or not isinstance(source, CsvFile):
            yield from _by_batches(source, work, source.batches(self._sizes.rows), bad)
            return
        csv = source

        def one(block: Block) -> tuple[Block, Piece | None]:
            found = csv.read_block(block)
            if found is None:
                return block, None
            piece = work(found.batch, csv.cell, {})
            piece.records, piece.dropped = found.records, found.dropped
            return block, piece

        after = csv.header_row
        processes = self._sizes.processes if self._held <= _SHARED_AT_MOST else 1
        for block, piece in spread(one, cut, processes):
            if piece is None:
                # from here on the file can only be cut by reading it
                rest = csv.read_on(self._sizes.rows, start=block.start, after=after)
                yield from _by_batches(csv, work, rest, {})
                return
            yield (block.start + block.size) / csv.size, piece.moved(after)
            after += piece.records

    def _take(self, source: Source, piece: Piece, out: BinaryIO) -> None:
        totals, most = self.totals, self._wanted.max_errors
        totals.rows += piece.rows
        totals.wrong += piece.wrong
        silent = sum(count for (_, file), count in piece.unmatched.items() if not file)
        totals.kept += len(piece.kept) + len(piece.dropped) - silent
        problems = [*piece.problems, *(row.problem for row in piece.dropped)]
        problems.sort(key=lambda problem: problem.cell.row)
        totals.wrong += len(piece.dropped)
        totals.problems += problems[: max(most - len(totals.problems), 0)]
        kept = piece.kept | {row.number: (row.by_column(source.header), [row.problem])
                             for row in piece.dropped}  # fmt: skip
        for row, (cells, wrong) in sorted(kept.items(), key=lambda item: item[0]):
            self._kept(source, row, cells, wrong)
        for (column, file), count in piece.unmatched.items():
            key = (CellRef(source.file, 0, column), file)
            self._unmatched[key] += count
            row, value = piece.examples[column, file]
            self._examples.setdefault(key, (source.cell(row, column), value))
        if self._wanted.on_error == STOP and totals.wrong:
            return
        out.write(piece.text)
        totals.quads += piece.quads
        for group, found in piece.subjects.items():
            self._subjects.setdefault(group, []).append(found)


def _by_batches(
    source: Source, work: Work, batches: Iterator[Batch], bad: Wrongs
) -> Iterator[tuple[float, Piece]]:
    for batch in batches:
        piece = work(batch, source.cell, bad)
        # a source may be ahead with them
        last = batch.numbers[-1] if len(batch) else 0
        piece.dropped = [row for row in source.dropped if row.number < last]
        source.dropped[:] = source.dropped[len(piece.dropped) :]
        yield source.done, piece
    # those behind the last row
    yield 1.0, Piece(0, dropped=source.dropped)


def _quiet(_place: int, _names: Sequence[str], _value: str, _what: What) -> None:
    pass


def _unmatched(ref: CellRef, value: str, file: str) -> CellProblem:
    return CellProblem.of(
        ref, "no-match", value,
        nl=(f'"{value[:60]}" staat niet in {file}; er is geen verwijzing gemaakt.',
            f"Voeg de rij toe aan {file}, of verbeter de waarde."),
        en=(f'"{value[:60]}" is not in {file}; no link was made.',
            f"Add the row to {file}, or correct the value."),
    )  # fmt: skip
