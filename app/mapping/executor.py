"""Running triples maps over checked tables; every problem names its cell, nothing is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from app.errors import ProjectError
from app.mapping.model import (
    DEFAULT_GRAPH,
    Condition,
    Join,
    TermMap,
    Test,
    TriplesMap,
    tested,
)
from app.mapping.model import Mapping as MappingFile
from app.rdf.iris import encode_segment
from app.rdf.lexical import is_valid
from app.rdf.terms import Quad, Term, Triple, is_iri, literal
from app.tables.cells import CellProblem, CellRef
from app.tables.descriptor import Field, Table, items
from app.tables.reading import Reading, Row

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_DOTS = re.compile(r"/(%2E){1,2}(/|$)")
Values = Mapping[str, list[str]]
Maker = Callable[[int, Values], list[Term]]


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


def run(mapping: MappingFile, readings: Mapping[Path, Reading]) -> Mapped:
    """Return the triples of a mapping over tables, by the resolved path of their files.

    Raises:
        ProjectError: A triples map names a file or column that no table has.
    """
    out = Mapped()
    for index, triples_map in enumerate(mapping.triples_maps):
        reading = readings.get(triples_map.source)
        where = f"{mapping.path.name} mappings {triples_map.name}"
        if reading is None:
            raise _no_table(triples_map.source, where)
        fields = {item.name: item for item in reading.table.fields}
        looked_up = _looked_up(triples_map, reading, readings.values())
        _check_columns(triples_map.columns, {*fields, *looked_up}, where)
        out.columns.append(_columns(triples_map, looked_up))
        joins = {join: _joined(join, readings, out, where) for join in triples_map.joins}
        runner = _Runner(triples_map, index, _Terms(reading.table, out), joins)
        for row in reading.rows:
            for values in _iterations(triples_map, row, fields):
                for name, (column, found) in looked_up.items():
                    values[name] = [found[key] for key in values[column] if found.get(key)]
                runner.row(row.number, values)
    return out


def _looked_up(
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
                found = {row.cells[key.column]: row.cells[wanted] for row in target.rows}
                out[name] = (column, found)
    return out


def _columns(triples_map: TriplesMap, looked_up: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return predicate -> columns its values come from; "" is the subject's own columns."""
    out: dict[str, tuple[str, ...]] = {"": triples_map.subject.columns}
    for item in triples_map.predicate_objects:
        names = [column for term in item.objects for column in term.columns]
        names += [column for join in item.joins for column in join.columns]
        names += tested(item.conditions)
        # the cell of this table that named the row looked up
        names = [name.partition(".")[0] if name in looked_up else name for name in names]
        for predicate in item.predicates:
            out[predicate] = tuple(dict.fromkeys([*out.get(predicate, ()), *names]))
    return out


def _no_table(source: Path, where: str) -> ProjectError:
    return ProjectError(
        f"{source.name} is not a table of datapackage.json", where=where,
        nl=f"{source.name} is geen tabel van datapackage.json",
    )  # fmt: skip


def _check_columns(columns: set[str], known: set[str], where: str) -> None:
    for column in sorted(columns - known):
        raise ProjectError(
            f"the column {column!r} is not in datapackage.json", where=where,
            nl=f"de kolom {column!r} staat niet in datapackage.json",
        )  # fmt: skip


def _iterations(
    triples_map: TriplesMap, row: Row, fields: Mapping[str, Field]
) -> Iterator[dict[str, list[str]]]:
    values = {name: items(fields[name], cell) for name, cell in row.cells.items()}
    if not triples_map.iterator:
        yield values
        return
    for item in values[triples_map.iterator]:
        yield {**values, triples_map.iterator: [item]}


def _holds(conditions: tuple[Test, ...], values: Values) -> bool:
    return all(
        isinstance(condition, Condition) and _equals(condition, values) != condition.negated
        for condition in conditions
    )


def _equals(condition: Condition, values: Values) -> bool:
    """Compare with any item of the cell; the empty text stands for an empty cell."""
    items_ = values[condition.column]
    return condition.value in items_ if condition.value else not items_


def _joined(join: Join, readings: Mapping[Path, Reading], out: Mapped, where: str) -> Maker:
    """Return what makes the subjects of the rows of another table that a row joins with."""
    reading = readings.get(join.source)
    if reading is None:
        raise _no_table(join.source, where)
    fields = {item.name: item for item in reading.table.fields}
    _check_columns(join.parent_columns, set(fields), f"{where} join with {join.source.name}")
    make = _Terms(reading.table, out).maker(join.subject)
    found: dict[tuple[str, ...], dict[Term, None]] = {}
    for row in reading.rows:
        values = {name: items(fields[name], cell) for name, cell in row.cells.items()}
        for key in product(*(values[parent] for _, parent in join.on)):
            found.setdefault(key, {}).update(dict.fromkeys(make(row.number, values)))

    def joined(_number: int, values: Values) -> list[Term]:
        keys = product(*(values[column] for column in join.columns))
        return [term for key in keys for term in found.get(key, ())]

    return joined


class _Runner:
    """Makes the triples of one triples map."""

    def __init__(
        self, triples_map: TriplesMap, index: int, terms: _Terms, joins: Mapping[Join, Maker]
    ) -> None:
        self.map = triples_map
        self.index = index
        self.file = terms.table.file
        self.out = terms.out
        self.subject = terms.maker(triples_map.subject)
        self.graphs = [terms.maker(term) for term in triples_map.graphs]
        self.objects = [
            (item, [f"<{name}>" for name in item.predicates],
             [*map(terms.maker, item.objects), *(joins[join] for join in item.joins)],
             [*self.graphs, *map(terms.maker, item.graphs)])
            for item in triples_map.predicate_objects
        ]  # fmt: skip

    def row(self, number: int, values: Values) -> None:
        if not _holds(self.map.conditions, values):
            return
        for subject in self.subject(number, values):
            self.out.rows.setdefault(subject, set()).add((self.file, number, self.index))
            for item, predicates, makers, graphs in self.objects:
                if item.conditions and not _holds(item.conditions, values):
                    continue
                for maker in makers:
                    for object_ in maker(number, values):
                        for predicate in predicates:
                            triple = (subject, predicate, object_)
                            if graphs:
                                self._add(triple, graphs, number, values)
                            else:
                                self.out.triples.add(triple)

    def _add(self, triple: Triple, graphs: list[Maker], number: int, values: Values) -> None:
        # a graph map over an empty cell gives no graph, and then there is no triple (R2RML, 11.1)
        for maker in graphs:
            for graph in maker(number, values):
                if graph == f"<{DEFAULT_GRAPH}>":
                    self.out.triples.add(triple)
                else:
                    self.out.quads.add((*triple, graph))


class _Terms:
    """Makes terms of the rows of one file; remembers those of constants and repeated cells."""

    def __init__(self, table: Table, out: Mapped) -> None:
        self.table = table
        self.out = out

    def maker(self, term: TermMap) -> Maker:
        """Return what makes the terms of a row: one for each combination of its items."""
        columns = term.columns
        known: dict[tuple[str, ...], Term | None] = {}

        def make(number: int, values: Values) -> list[Term]:
            out: list[Term] = []
            # an empty cell gives no term (RML: a null value makes no triple)
            for combination in product(*(values[column] for column in columns)):
                if combination not in known:
                    known[combination] = self._term(term, combination, number)
                made = known[combination]
                if made is not None:
                    out.append(made)
                elif combination:
                    # the same bad value again is another cell to mend
                    self._term(term, combination, number)
            return out

        return make

    def _term(self, term: TermMap, values: tuple[str, ...], number: int) -> Term | None:
        rest = iter(values)
        pieces = [next(rest) if part.column else part.text for part in term.parts]
        if term.blank:
            # any text may be a blank node's name, few are its label
            return f"_:b{''.join(pieces).encode().hex()}"
        if not term.iri:
            text = "".join(pieces)
            if not is_valid(text, term.datatype):
                self._problem(term, number, text, "datatype", term.datatype)
                return None
            return literal(text, datatype=term.datatype, language=term.language)
        if term.is_reference:
            text = pieces[0]
        else:
            text = "".join(
                encode_segment(piece) if part.column else piece
                for part, piece in zip(term.parts, pieces, strict=True)
            )
        value = text if not term.base or _SCHEME.match(text) else term.base + text
        # browsers read an encoded dot as a dot, and would resolve the segment away
        if not is_iri(value) or _DOTS.search(value):
            self._problem(term, number, text, "iri", "IRI")
            return None
        return f"<{value}>"

    def _problem(self, term: TermMap, number: int, value: str, code: str, kind: str) -> None:
        column = term.columns[0] if term.columns else ""
        name = kind.rsplit("#", 1)[-1]
        ref = self.table.cell(number, column)
        if ref in self.out.bad:
            return
        self.out.bad.add(ref)
        self.out.problems.append(CellProblem.of(
            ref, code, value,
            nl=(f'"{value[:60]}" is geen geldige waarde van het type {name}.',
                "Verbeter de waarde, of maak de cel leeg als ze onbekend is."),
            en=(f'"{value[:60]}" is not a valid value of the type {name}.',
                "Correct the value, or empty the cell if it is unknown."),
        ))  # fmt: skip
