"""Triples maps: RML's model for tabular sources, in the form the executor runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

# as a graph map: the triples of no named graph (R2RML, 2; RML-Core calls it otherwise)
DEFAULT_GRAPH = "http://www.w3.org/ns/r2rml#defaultGraph"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a template: constant text, or the column whose value goes here."""

    text: str
    column: bool = False


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
        return tuple(part.text for part in self.parts if part.column)

    @property
    def is_reference(self) -> bool:
        """Whether the term is one cell's value and nothing else."""
        return len(self.parts) == 1 and self.parts[0].column


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on a column's items: one of them equals `value`, or (negated) none does."""

    column: str
    value: str
    negated: bool = False


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
    conditions: tuple[Condition, ...] = ()
    joins: tuple[Join, ...] = ()
    graphs: tuple[TermMap, ...] = ()


@dataclass(frozen=True, slots=True)
class TriplesMap:
    """One triples map; `iterator` names a list column whose items each make one iteration."""

    name: str
    source: Path
    subject: TermMap
    predicate_objects: tuple[PredicateObject, ...]
    conditions: tuple[Condition, ...] = ()
    iterator: str = ""
    graphs: tuple[TermMap, ...] = ()

    @property
    def joins(self) -> tuple[Join, ...]:
        """The joins of all predicates."""
        return tuple(join for item in self.predicate_objects for join in item.joins)

    @property
    def columns(self) -> set[str]:
        """All columns that the map reads of its own table."""
        out = {*self.subject.columns, *(item.column for item in self.conditions)}
        out |= {column for term in self.graphs for column in term.columns}
        for item in self.predicate_objects:
            out |= {column for term in (*item.objects, *item.graphs) for column in term.columns}
            out |= {column for join in item.joins for column in join.columns}
            out |= {condition.column for condition in item.conditions}
        return out | ({self.iterator} if self.iterator else set())


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file: its triples maps in order, and its path for messages."""

    path: Path
    triples_maps: tuple[TriplesMap, ...] = field(default_factory=tuple)
