"""Triples maps: RML's model for tabular sources, in the form the executor runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from app.rdf.terms import XSD_STRING

# as a graph map: the triples of no named graph (R2RML, 2; RML-Core calls it otherwise)
DEFAULT_GRAPH = "http://www.w3.org/ns/r2rml#defaultGraph"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a template: constant text, the column or the function whose value goes here."""

    text: str
    column: bool = False
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `app.mapping.functions` by its IRI, and what each of its parameters is given.

    An argument is a template; without any part that varies it is the same for every row. Of cells
    with several items, the function is called for every combination (RML-FNML, 4).
    """

    function: str
    arguments: tuple[tuple[str, tuple[Part, ...]], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, of the functions within as well."""
        return tuple(column for _, parts in self.arguments for column in columns_of(parts))


def columns_of(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """Return the columns that a template reads, those of its functions as well."""
    out: list[str] = []
    for part in parts:
        out.extend(part.call.columns if part.call else [part.text] if part.column else [])
    return tuple(out)


@dataclass(frozen=True, slots=True)
class TermMap:
    """How a term is made: the parts, then IRI, blank node or literal, datatype or language.

    A relative IRI is an error, or put behind `base` if that is given.
    """

    parts: tuple[Part, ...]
    iri: bool
    datatype: str = ""
    language: str = ""
    blank: bool = False
    base: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the term is made of."""
        return columns_of(self.parts)

    @property
    def kind(self) -> str:
        """The kind of term; terms of two kinds are never the same."""
        if self.iri or self.blank:
            return "IRI" if self.iri else "blank"
        return f"@{self.language.lower()}" if self.language else self.datatype or XSD_STRING

    def absolute(self, text: str) -> str:
        """Return an IRI with the base before it, if there is one and it has no scheme."""
        return text if not self.base or _SCHEME.match(text) else self.base + text

    @property
    def is_reference(self) -> bool:
        """Whether the term is one value, of a cell or a function, and nothing else."""
        return len(self.parts) == 1 and (self.parts[0].column or self.parts[0].call is not None)


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on a column's items: one of them equals `value`, or (negated) none does."""

    column: str
    value: str
    negated: bool = False


# what a row must meet; a function does where one of its values is "true"
Test = Condition | Call


def tested(tests: tuple[Test, ...]) -> tuple[str, ...]:
    """Return the columns that tests read."""
    return tuple(
        column
        for test in tests
        for column in (test.columns if isinstance(test, Call) else (test.column,))
    )


@dataclass(frozen=True, slots=True)
class Join:
    """Objects that are subjects of rows elsewhere, where each (column, column there) is equal."""

    source: Path
    subject: TermMap
    on: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the own row that are compared."""
        return tuple(child for child, _ in self.on)

    @property
    def parent_columns(self) -> set[str]:
        """The columns that are read of the other table."""
        return {*self.subject.columns, *(parent for _, parent in self.on)}


@dataclass(frozen=True, slots=True)
class PredicateObject:
    """Predicates with the object maps they all get, and the graphs besides the subject's."""

    predicates: tuple[str, ...]
    objects: tuple[TermMap, ...]
    conditions: tuple[Test, ...] = ()
    joins: tuple[Join, ...] = ()
    graphs: tuple[TermMap, ...] = ()


@dataclass(frozen=True, slots=True)
class TriplesMap:
    """One triples map; `iterator` names a list column whose items each make one iteration."""

    name: str
    source: Path
    subject: TermMap
    predicate_objects: tuple[PredicateObject, ...]
    conditions: tuple[Test, ...] = ()
    iterator: str = ""
    graphs: tuple[TermMap, ...] = ()

    @property
    def joins(self) -> tuple[Join, ...]:
        """The joins of all predicates."""
        return tuple(join for item in self.predicate_objects for join in item.joins)

    @property
    def columns(self) -> set[str]:
        """All columns that the map reads of its own table."""
        out = {*self.subject.columns, *tested(self.conditions)}
        out |= {column for term in self.graphs for column in term.columns}
        for item in self.predicate_objects:
            out |= {column for term in (*item.objects, *item.graphs) for column in term.columns}
            out |= {column for join in item.joins for column in join.columns}
            out |= {*tested(item.conditions)}
        return out | ({self.iterator} if self.iterator else set())


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file: its triples maps in order, and its path for messages."""

    path: Path
    triples_maps: tuple[TriplesMap, ...] = field(default_factory=tuple)
