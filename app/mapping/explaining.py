"""What a row comes to: each triple with the cells it is made of. And back, from a thing to rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from app.mapping.columns import NoMatch, What
from app.mapping.executor import cell_problem, columns_behind
from app.mapping.job import Job
from app.mapping.program import quads
from app.mapping.streaming import BATCH_ROWS, Sizes, Stream
from app.mapping.work import Wanted
from app.rdf.terms import Quad
from app.tables.batch import Batch, Source
from app.tables.cells import CellProblem, CellRef


@dataclass(frozen=True, slots=True)
class Explained:
    """A row: where it is, its cells, the quads with the cells behind each, and what is wrong."""

    row: CellRef
    cells: dict[CellRef, str]
    quads: list[tuple[Quad, tuple[CellRef, ...]]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)


def explain(job: Job, *, row: int = 0, iri: str = "") -> Iterator[Explained]:
    """Yield what a row of each source comes to; or the rows that make a thing.

    Raises:
        ProjectError, InputError: As `Job.run`.
    """
    stream = Stream(job.mapping, job.inputs, Wanted(), Sizes())
    for path in job.sources:
        source = stream.opened(path)
        explainer = _Explainer(stream, path, source)
        for batch in source.batches(BATCH_ROWS):
            if row and batch.numbers[0] <= row <= batch.numbers[-1] and row in batch.numbers:
                yield explainer.row(batch, batch.numbers.index(row))
            elif iri:
                yield from (explainer.row(batch, at) for at in explainer.rows_of(batch, iri))


def explain_first(job: Job, rows: int) -> Iterator[Explained]:
    """Yield what the first rows of each source come to.

    Raises:
        ProjectError, InputError: As `Job.run`.
    """
    stream = Stream(job.mapping, job.inputs, Wanted(), Sizes())
    for path in job.sources:
        source = stream.opened(path)
        explainer = _Explainer(stream, path, source)
        for batch in islice(source.batches(rows), 1):
            yield from (explainer.row(batch, at) for at in range(len(batch)))


class _Explainer:
    def __init__(self, stream: Stream, path: Path, source: Source) -> None:
        self._stream, self._path, self._source = stream, path, source
        self._programs = stream.programs(path)

    def rows_of(self, batch: Batch, iri: str) -> list[int]:
        """Return the positions of the rows that a thing is the subject of."""
        read = self._stream.read(self._path, batch)
        found: set[int] = set()
        for _, program in self._programs:
            made = program(read.columns, range(len(read)), _quiet)
            made_of = zip(made.rows, made.subjects.lists(), strict=True)
            found |= {place for place, subjects in made_of if f"<{iri}>" in subjects}
        return sorted(found)

    def row(self, batch: Batch, at: int) -> Explained:
        """Return what one row comes to."""
        number, cell = batch.numbers[at], self._source.cell
        cells = {cell(number, name): texts[at] for name, texts in batch.columns.items()}
        out = Explained(cell(number, ""), cells)
        one = Batch([number], {name: [texts[at]] for name, texts in batch.columns.items()})
        read, told = self._stream.read(self._path, one), set[CellRef]()

        def report(_place: int, names: object, value: str, what: What) -> None:
            column = next(iter(names), "") if isinstance(names, (list, tuple)) else ""
            ref = cell(number, column)
            if not isinstance(what, NoMatch) and ref not in told:
                told.add(ref)
                out.problems.append(cell_problem(ref, value, what))

        for item, program in self._programs:
            made = program(read.columns, range(1), report)
            for rule, statements in zip(item.predicate_objects, made.statements, strict=True):
                only = replace(item, predicate_objects=(rule,))
                elsewhere = only.columns - read.columns.keys()
                behind = columns_behind(only, elsewhere)
                names = dict.fromkeys(name for found in behind.values() for name in found)
                refs = tuple(cell(number, name) for name in names)
                out.quads.extend((quad, refs) for quad in dict.fromkeys(quads(statements)))
        return out


def _quiet(_place: int, _names: object, _value: str, _what: What) -> None:
    pass
