"""Triples maps: RML's model for tabular sources, in the form the executor runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a template: constant text, or the column whose value goes here."""

    text: str
    column: bool = False


@dataclass(frozen=True, slots=True)
class TermMap:
    """How a term is made: the parts, then IRI or literal, datatype or language."""

    parts: tuple[Part, ...]
    iri: bool
    datatype: str = ""
    language: str = ""

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
class PredicateObject:
    """Predicates with the object maps they all get."""

    predicates: tuple[str, ...]
    objects: tuple[TermMap, ...]
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class TriplesMap:
    """One triples map; `iterator` names a list column whose items each make one iteration."""

    name: str
    source: Path
    subject: TermMap
    predicate_objects: tuple[PredicateObject, ...]
    conditions: tuple[Condition, ...] = ()
    iterator: str = ""

    @property
    def columns(self) -> set[str]:
        """All columns that the map reads."""
        out = {*self.subject.columns, *(item.column for item in self.conditions)}
        for item in self.predicate_objects:
            out |= {column for term in item.objects for column in term.columns}
            out |= {condition.column for condition in item.conditions}
        return out | ({self.iterator} if self.iterator else set())


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file: its triples maps in order, and its path for messages."""

    path: Path
    triples_maps: tuple[TriplesMap, ...] = field(default_factory=tuple)
