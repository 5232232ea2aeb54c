"""Triples with the two look-ups that the rules need, and the changes made to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.rdf.terms import Term, Triple


@dataclass(frozen=True, slots=True)
class Change:
    """One change by a rule; triples of `removed` are gone, those of `added` are there, after it."""

    rule: str
    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Repaired:
    """The triples after repair, in the order they came, and the changes in the order made."""

    triples: tuple[Triple, ...]
    changes: tuple[Change, ...]


class Graph:
    """A set of triples that keeps their order; an added triple takes the place of a removed one."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._all: dict[Triple, None] = dict.fromkeys(triples)
        self._by_subject: dict[Term, dict[Triple, None]] = {}
        self._by_object: dict[Term, dict[Triple, None]] = {}
        for triple in self._all:
            self._index(triple)

    def __iter__(self) -> Iterator[Triple]:
        return iter(tuple(self._all))

    def __contains__(self, triple: Triple) -> bool:
        return triple in self._all

    def about(self, subject: Term) -> tuple[Triple, ...]:
        """Return the triples of a subject."""
        return tuple(self._by_subject.get(subject, ()))

    def into(self, object_: Term) -> tuple[Triple, ...]:
        """Return the triples that point at something."""
        return tuple(self._by_object.get(object_, ()))

    def values(self, subject: Term, predicate: Term) -> list[Term]:
        """Return the values of a property."""
        return [o for _, p, o in self._by_subject.get(subject, ()) if p == predicate]

    def subjects(self) -> tuple[Term, ...]:
        """Return the subjects, in the order they came."""
        return tuple(self._by_subject)

    def apply(self, change: Change) -> None:
        """Make a change."""
        for triple in change.removed:
            self._all.pop(triple, None)
            for index, key in ((self._by_subject, triple[0]), (self._by_object, triple[2])):
                left = index.get(key, {})
                left.pop(triple, None)
                if not left:
                    index.pop(key, None)
        for triple in change.added:
            self._all[triple] = None
            self._index(triple)

    def _index(self, triple: Triple) -> None:
        self._by_subject.setdefault(triple[0], {})[triple] = None
        self._by_object.setdefault(triple[2], {})[triple] = None
