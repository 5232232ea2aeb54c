"""Running triples maps over checked tables; every problem names its cell, nothing is dropped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from typing import Final

from app.errors import ProjectError
from app.mapping.columns import Cells, Columns, NoMatch, Report, What
from app.mapping.functions.model import FunctionError, Lookups
from app.mapping.model import Join, TriplesMap, tested
from app.mapping.model import Mapping as MappingFile
from app.mapping.program import Joined, Program, quads
from app.mapping.terms import TermMaker
from app.rdf.lexical import INTEGERS, is_valid
from app.rdf.terms import Quad, Term, Triple
from app.tables.cells import CellProblem, CellRef
from app.tables.descriptor import Table
from app.tables.habits import Case, explain
from app.tables.reading import Reading
from app.tables.sound import Wrong

# the types of Table Schema by those of XSD
_KINDS: Final = {
    "date": "date", "dateTime": "datetime", "time": "time", "boolean": "boolean", "gYear": "year",
    "gYearMonth": "yearmonth", "decimal": "number", "double": "number",
    "float": "number", **dict.fromkeys(INTEGERS, "integer"),
}  # fmt: skip


# what a value of a type is called, and how it is written
_CALLED: Final = {
    "date": (("datum", "date"), "2020-12-31"), "gYear": (("jaartal", "year"), "2020"),
    "dateTime": (("datum met uur", "date with a time"), "2020-12-31T10:00:00"),
    "integer": (("geheel getal", "whole number"), "1250"),
    "nonNegativeInteger": (("geheel getal van 0 of meer", "whole number of 0 or more"), "1250"),
    "positiveInteger": (("geheel getal van 1 of meer", "whole number of 1 or more"), "1250"),
    "decimal": (("getal", "number"), "1250.50"), "double": (("getal", "number"), "1250.50"),
    "anyURI": (("webadres", "web address"), "https://…"),
}  # fmt: skip


@dataclass(slots=True)
class Mapped:
    """What a mapping gave: triples, the row behind each subject, the columns of each predicate."""

    triples: set[Triple] = field(default_factory=set)
    # those that the mapping puts in a graph of its own naming, and not in `triples`
    quads: set[Quad] = field(default_factory=set)
    # subject term -> {(file, row number, triples map index)}
    rows: dict[Term, set[tuple[str, int, int]]] = field(default_factory=dict)
    # triples map index -> predicate IRI -> columns
    columns: list[dict[str, tuple[str, ...]]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    # cells with a problem: one message per cell, however many rules read it
    bad: set[CellRef] = field(default_factory=set)


def run(
    mapping: MappingFile, readings: Mapping[Path, Reading], lookups: Lookups | None = None
) -> Mapped:
    """Return the triples of a mapping over tables, by the resolved path of their files.

    Raises:
        ProjectError: A triples map names a file or column that no table has.
    """
    out = Mapped()
    for index, triples_map in enumerate(mapping.triples_maps):
        reading = readings.get(triples_map.source)
        where = f"{mapping.path.name} mappings {triples_map.name}"
        if reading is None:
            raise no_table(triples_map.source, where)
        elsewhere = _elsewhere(triples_map, reading, readings.values())
        known = {item.name for item in reading.table.fields}
        check_columns(triples_map.columns, {*known, *elsewhere}, where)
        out.columns.append(columns_behind(triples_map, elsewhere))
        joins = {join: _joined(join, readings, out, where) for join in triples_map.joins}
        program = Program(
            triples_map, Columns(_delimiters(reading.table), elsewhere, lookups), joins
        )
        texts, numbers = reading.batch.columns, reading.batch.numbers
        told = _report(out, reading.table, numbers)
        made = program(texts, range(len(numbers)), told)
        for place, subjects in zip(made.rows, made.subjects.lists(), strict=True):
            for subject in subjects:
                origin = (reading.table.file, numbers[place], index)
                out.rows.setdefault(subject, set()).add(origin)
        for statements in made.statements:
            for s, p, o, g in quads(statements):
                if g:
                    out.quads.add((s, p, o, g))
                else:
                    out.triples.add((s, p, o))
    return out


def _delimiters(table: Table) -> dict[str, str]:
    return {item.name: item.delimiter for item in table.fields if item.delimiter}


def _elsewhere(
    triples_map: TriplesMap, reading: Reading, readings: Iterable[Reading]
) -> dict[str, tuple[str, dict[str, str]]]:
    """Return, for each `key.column` a map uses, the foreign key and the column's value by key."""
    tables = {item.table.name: item for item in readings}
    own = {item.name for item in reading.table.fields}
    out = {}
    for name in triples_map.columns - own:
        column, _, wanted = name.partition(".")
        for key in reading.table.foreign_keys:
            target = tables.get(key.resource)
            if key.field == column and target and wanted in {f.name for f in target.table.fields}:
                there = target.batch.columns
                out[name] = (column, dict(zip(there[key.column], there[wanted], strict=True)))
    return out


def columns_behind(
    triples_map: TriplesMap, elsewhere: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return predicate -> columns its values come from; "" is the subject's own columns."""
    out: dict[str, tuple[str, ...]] = {"": triples_map.subject.columns}
    for item in triples_map.predicate_objects:
        names = [column for term in item.objects for column in term.columns]
        names += [column for join in item.joins for column in join.columns]
        names += tested(item.conditions)
        # the cell of this table that named the row looked up
        names = [name.partition(".")[0] if name in elsewhere else name for name in names]
        for predicate in item.predicates:
            out[predicate] = tuple(dict.fromkeys([*out.get(predicate, ()), *names]))
    return out


def no_table(source: Path, where: str) -> ProjectError:
    """Return the error of a triples map whose source is no table of the package."""
    return ProjectError(
        f"{source.name} is not a table of datapackage.json", where=where,
        nl=f"{source.name} is geen tabel van datapackage.json",
    )  # fmt: skip


def check_columns(columns: set[str], known: Collection[str], where: str) -> None:
    """Refuse columns that a table does not have.

    Raises:
        ProjectError: There is one.
    """
    for column in sorted(columns - set(known)):
        raise ProjectError(
            f"the column {column!r} is not in datapackage.json", where=where,
            nl=f"de kolom {column!r} staat niet in datapackage.json",
        )  # fmt: skip


def _joined(join: Join, readings: Mapping[Path, Reading], out: Mapped, where: str) -> Joined:
    """Return the subjects of the rows of another table, by the values they are joined on."""
    reading = readings.get(join.source)
    if reading is None:
        raise no_table(join.source, where)
    table = reading.table
    known = [item.name for item in table.fields]
    check_columns(join.parent_columns, known, f"{where} join with {join.source.name}")
    batch = reading.batch
    report = _report(out, table, batch.numbers)
    cells = Cells(Columns(_delimiters(table)), batch.columns, len(batch), report)
    return dict(joined(join, cells, report))


def joined(
    join: Join, cells: Cells, report: Report
) -> Iterator[tuple[tuple[str, ...], list[Term]]]:
    """Yield the values of the columns that rows are joined on, with the rows' subjects."""
    subjects = TermMaker(join.subject, None)(cells, report).whole(len(cells)).lists()
    keys = zip(*(cells[parent].lists() for _, parent in join.on), strict=True)
    found: dict[tuple[str, ...], dict[Term, None]] = {}
    for row, terms in zip(keys, subjects, strict=True):
        for key in product(*row):
            found.setdefault(key, {}).update(dict.fromkeys(terms))
    for values, terms_ in found.items():
        yield values, list(terms_)


def _report(out: Mapped, table: Table, numbers: Sequence[int]) -> Report:
    def report(place: int, names: Sequence[str], value: str, what: What) -> None:
        # in RML a value that joins with nothing is no error; references are checked as such
        if isinstance(what, NoMatch):
            return
        ref = table.cell(numbers[place], names[0] if names else "")
        if ref not in out.bad:
            out.bad.add(ref)
            out.problems.append(cell_problem(ref, value, what))

    return report


def cell_problem(ref: CellRef, value: str, what: What) -> CellProblem:
    """Return what is wrong with a value: it is not of a type, or what a function says."""
    if isinstance(what, FunctionError):
        return CellProblem.of(ref, what.code, value, nl=what.nl, en=what.en)
    if isinstance(what, Wrong):
        return CellProblem.of(ref, what.code, what.value, nl=what.nl, en=what.en)
    assert isinstance(what, str)
    if what == "IRI":
        return CellProblem.of(
            ref, "iri", value,
            nl=(f'"{value[:60]}" is geen webadres.',
                "Schrijf een volledig adres (https://…) zonder spaties, of maak de cel leeg als "
                "het onbekend is."),
            en=(f'"{value[:60]}" is not a web address.',
                "Write a whole address (https://…) without spaces, or empty the cell if it is "
                "unknown."),
        )  # fmt: skip
    name = what.rpartition("#")[2]
    fits = partial(is_valid, datatype=what)
    habit = explain(Case(_KINDS.get(name, "any"), value, fits, fits))
    if habit:
        return CellProblem.of(ref, "datatype", value, nl=habit.nl, en=habit.en)
    if name in _CALLED:
        (nl, en), example = _CALLED[name]
        return CellProblem.of(
            ref, "datatype", value,
            nl=(f'"{value[:60]}" is geen {nl}.',
                f"Schrijf het zoals {example}, of maak de cel leeg als het onbekend is."),
            en=(f'"{value[:60]}" is not a {en}.',
                f"Write it as {example}, or empty the cell if it is unknown."),
        )  # fmt: skip
    return CellProblem.of(
        ref, "datatype", value,
        nl=(f'"{value[:60]}" is geen geldige waarde van het type {name}.',
            "Verbeter de waarde, of maak de cel leeg als ze onbekend is."),
        en=(f'"{value[:60]}" is not a valid value of the type {name}.',
            "Correct the value, or empty the cell if it is unknown."),
    )  # fmt: skip
