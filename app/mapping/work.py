"""What is done with one batch of a source: its lines of N-Quads, and all that is wrong in it."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from app.mapping.columns import NoMatch, Vector, What
from app.mapping.executor import cell_problem
from app.mapping.model import TriplesMap
from app.mapping.program import Made, Program, text
from app.mapping.repeats import hashes
from app.tables.batch import Batch, Dropped
from app.tables.cells import CellProblem, CellRef

# what is wrong by row and column ("" is the row); None where it is told no more
Wrongs = Mapping[int, Mapping[str, CellProblem | None]]
# makes the reference of a cell in a row
Cell = Callable[[int, str], CellRef]
OnError = Literal["stop", "skip-row", "skip-triple"]
STOP: Final = "stop"
SKIP_ROW: Final = "skip-row"
SKIP_TRIPLE: Final = "skip-triple"


@dataclass(slots=True)
class Piece:
    """What a batch of `rows` gave; `records` of the file it was read from, and `dropped` of them.

    `wrong` counts all problems, also those not held. `subjects` are hashes by group of triples
    maps. `kept` are rows of which something is left out, by number: cells, and what is wrong.
    `unmatched` counts values by (column, file) that join with no row of that file; where the file
    is "", rows of which nothing is said, as the column that their thing is named by is empty.
    """

    rows: int
    records: int = 0
    dropped: list[Dropped] = field(default_factory=list)
    text: bytes = b""
    quads: int = 0
    subjects: dict[int, array[int]] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    wrong: int = 0
    kept: dict[int, tuple[Mapping[str, str], list[CellProblem]]] = field(default_factory=dict)
    unmatched: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def moved(self, rows: int) -> Piece:
        """Return the piece with all that it says of rows said of those so many further down."""
        if not rows or not (self.dropped or self.kept or self.examples):
            return self
        return replace(
            self,
            dropped=[item.moved(rows) for item in self.dropped],
            problems=[problem.moved(rows) for problem in self.problems],
            kept={row + rows: (cells, [problem.moved(rows) for problem in problems])
                  for row, (cells, problems) in self.kept.items()},
            examples={key: (row + rows, value) for key, (row, value) in self.examples.items()},
        )  # fmt: skip


def no_key(cell: CellRef) -> CellProblem:
    """Return what is told of a row of which nothing can be said, as its key is empty."""
    return CellProblem.of(
        cell, "no-key", "",
        nl=("Deze rij geeft niets: de kolom die het ding zijn adres geeft, is leeg.",
            "Vul de cel in, of haal de rij weg."),
        en=("This row gives nothing: the column that makes the address of its thing is empty.",
            "Fill in the cell, or remove the row."),
    )  # fmt: skip


def _untold(cell: CellRef) -> CellProblem:
    """Return what is told of a cell whose problem was counted, and not held."""
    return CellProblem.of(
        cell, "untold", "",
        nl=("Deze cel is fout; wat eraan scheelt, viel buiten het aantal getoonde problemen.",
            "Herstel eerst de andere, of vraag er meer (--max-errors)."),
        en=("This cell is wrong; what is wrong was beyond the number of problems shown.",
            "Mend the others first, or ask for more (--max-errors)."),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a run."""

    on_error: OnError = SKIP_TRIPLE
    # problems held, of a batch and of all; the others are counted
    max_errors: int = 1_000


class Work:
    """The triples maps of one source, run together over its batches."""

    def __init__(
        self,
        programs: Sequence[tuple[TriplesMap, Program]],
        groups: Sequence[int],
        wanted: Wanted,
        read: Callable[[Batch], Batch],
    ) -> None:
        """Prepare; `read` is how a descriptor says that the cells are written."""
        self._programs = [program for _, program in programs]
        self._keys = [next(iter(item.subject.columns), "") for item, _ in programs]
        self._again = [_again(item) for item, _ in programs]
        self._read = read
        self._groups = groups
        self._wanted = wanted

    def __call__(self, batch: Batch, cell: Cell, bad: Wrongs) -> Piece:
        """Return what a batch gives; `cell` makes references, `bad` is what is wrong already.

        A wrong cell counts as empty, or with `skip-row` its row is left out.
        """
        piece = Piece(len(batch))
        rows_out: set[int] = set()
        if bad:
            batch = self._without(batch, cell, bad, rows_out, piece)
        told = _Told(piece, batch, cell)
        # rows that are left out may have more wrong than is known
        made = self._run(self._read(batch), range(len(batch)), told)
        told.close(self._wanted.max_errors)
        self._tell_silent(batch, made, piece, cell)
        if self._wanted.on_error == SKIP_ROW:
            rows_out |= told.rows
        if rows_out:
            asked = [place for place in range(len(batch)) if place not in rows_out]
            made = self._run(self._read(batch), asked, _Silent())
        if self._wanted.on_error != STOP or not piece.wrong:
            self._write(made, piece)
        return piece

    def _run(self, batch: Batch, rows: Sequence[int], told: _Told | _Silent) -> list[Made]:
        return [program(batch.columns, rows, told) for program in self._programs]

    def _tell_silent(self, batch: Batch, made: Sequence[Made], piece: Piece, cell: Cell) -> None:
        """Keep the rows that make no thing for want of what names it, and have nothing wrong."""
        keys = {place: key for each, key in zip(made, self._keys, strict=True)
                for place in each.without}  # fmt: skip
        if not keys:
            return
        for place in sorted(keys.keys() - {place for each in made for place in each.rows}):
            number, column = batch.numbers[place], keys[place]
            if number not in piece.kept:
                piece.unmatched[column, ""] += 1
                piece.examples.setdefault((column, ""), (number, ""))
                piece.kept[number] = (_row(batch, place), [no_key(cell(number, column))])

    def _without(self, batch: Batch, cell: Cell, bad: Wrongs, out: set[int], piece: Piece) -> Batch:
        """Return a batch with wrong cells empty; or, to skip rows, put their places in `out`."""
        columns: dict[str, Sequence[str]] = dict(batch.columns)
        for place, number in enumerate(batch.numbers):
            found = bad.get(number)
            if found is None:
                continue
            known = [problem or _untold(cell(number, name)) for name, problem in found.items()]
            piece.kept[number] = (_row(batch, place), known)
            if self._wanted.on_error == SKIP_ROW or "" in found:
                out.add(place)
            for name in found.keys() & columns.keys():
                if columns[name] is batch.columns[name]:
                    columns[name] = list(columns[name])
                changed = columns[name]
                assert isinstance(changed, list)
                changed[place] = ""
        return Batch(batch.numbers, columns)

    def _write(self, made: Sequence[Made], piece: Piece) -> None:
        # encoded one by one: a sign beyond ASCII makes only its own text slow
        out: list[bytes] = []
        for each, again, group in zip(made, self._again, self._groups, strict=True):
            twice: list[str] = []
            for statements in each.statements:
                for found, count in text(statements):
                    if again.isdisjoint(statements.predicates):
                        out.append(found.encode())
                        piece.quads += count
                    else:
                        twice += found.split("\n")[:-1]
            if twice:
                once = dict.fromkeys(twice)
                out.append("\n".join([*once, ""]).encode())
                piece.quads += len(once)
            subjects = hashes(_flat(each.subjects))
            if group in piece.subjects:
                piece.subjects[group].extend(subjects)
            else:
                piece.subjects[group] = subjects
        piece.text = b"".join(out)


def _row(batch: Batch, place: int) -> dict[str, str]:
    return {name: texts[place] for name, texts in batch.columns.items()}


def _flat(subjects: Vector) -> Sequence[str]:
    if not subjects.many:
        return subjects.texts
    return [subject for row in subjects.texts for subject in row]


def _again(item: TriplesMap) -> set[str]:
    """Return the predicates with which a map may say the same of one row twice."""
    seen: set[tuple[str, str]] = set()
    out = set()
    for rule in item.predicate_objects:
        kinds = [term.kind for term in (*rule.objects, *(join.subject for join in rule.joins))]
        for predicate in rule.predicates:
            for kind in kinds:
                if (predicate, kind) in seen:
                    out.add(f"<{predicate}>")
                seen.add((predicate, kind))
    return out


class _Told:
    """Keeps what is reported of a batch: one problem for each cell."""

    def __init__(self, piece: Piece, batch: Batch, cell: Cell) -> None:
        self._piece, self._batch, self._cell = piece, batch, cell
        self._seen: set[tuple[int, str]] = set()
        self.rows: set[int] = set()

    def __call__(self, place: int, names: Sequence[str], value: str, what: What) -> None:
        piece, column = self._piece, names[0] if names else ""
        number = self._batch.numbers[place]
        if isinstance(what, NoMatch):
            piece.unmatched[column, what.file] += 1
            first = piece.examples.get((column, what.file))
            if first is None or number < first[0]:
                piece.examples[column, what.file] = (number, value)
            return
        # of a value that is looked up elsewhere, the cell here is to be mended
        column = column if column in self._batch.columns else column.partition(".")[0]
        if (place, column) in self._seen:
            return
        self._seen.add((place, column))
        self.rows.add(place)
        piece.wrong += 1
        problem = cell_problem(self._cell(number, column), value, what)
        piece.problems.append(problem)
        if number not in piece.kept:
            piece.kept[number] = (_row(self._batch, place), [])
        piece.kept[number][1].append(problem)

    def close(self, most: int) -> None:
        """Put what is told in the order of the rows, and hold the first so many problems."""
        order = {name: place for place, name in enumerate(self._batch.columns)}

        def place(problem: CellProblem) -> tuple[int, int]:
            return problem.cell.row, order.get(problem.cell.column, -1)

        for _, problems in self._piece.kept.values():
            problems.sort(key=place)
        self._piece.problems = sorted(self._piece.problems, key=place)[:most]


class _Silent:
    """Takes reports of what was told before."""

    def __call__(self, place: int, names: Sequence[str], value: str, what: What) -> None:
        """Say nothing."""
