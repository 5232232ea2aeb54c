"""The resources of an RML file: each has the properties that its place allows, and no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from app.errors import MappingError
from app.mapping import rmlterms as known
from app.rdf.namespaces import RDF_TYPE
from app.rdf.terms import XSD_STRING, Term, is_literal, literal_of

# subject -> predicate IRI -> objects
Graph = dict[Term, dict[str, list[Term]]]


@dataclass(frozen=True, slots=True)
class Document:
    """A file by its name, its triples, and the subjects that were read."""

    name: str
    graph: Graph
    seen: set[Term] = field(default_factory=set)


class Node:
    """A resource of the file, and where it stands in words; it has `allowed` properties only."""

    def __init__(self, file: Document, term: Term, where: str, allowed: frozenset[str]) -> None:
        self.file = file
        self.term = term
        self.where = where
        self.values: dict[str, list[Term]] = {}
        if is_literal(term):
            self.fail(f"{term} is a text, but must be described", f"{term} is een tekst, maar moet "
                      "beschreven worden")  # fmt: skip
        file.seen.add(term)
        for iri, objects in file.graph.get(term, {}).items():
            if iri == RDF_TYPE:
                self._check_types(objects)
            elif known.known(iri) in allowed:
                # the same property in two namespaces is one property
                self.values.setdefault(known.known(iri), []).extend(objects)
            elif not known.is_about(iri):
                self.fail(*known.advice(iri))

    def _check_types(self, types: list[Term]) -> None:
        for term in types:
            iri = term[1:-1]
            if known.local(iri) not in known.TYPES or not known.in_language(iri):
                self.fail(*known.advice(iri))

    def fail(self, en: str, nl: str) -> NoReturn:
        """Refuse the file, naming this place.

        Raises:
            MappingError: Always.
        """
        raise MappingError(en, where=f"{self.file.name} {self.where}", nl=nl)

    def child(self, term: Term, name: str, allowed: frozenset[str]) -> Node:
        """Return the resource that a property of this one is about."""
        return Node(self.file, term, f"{self.where} {name}", allowed)

    def all(self, name: str) -> list[Term]:
        """Return the values of a property, by its local name."""
        return self.values.get(name, [])

    def one(self, *names: str) -> Term:
        """Return the one value of the properties together, or "" if there is none."""
        found = [term for name in names for term in self.all(name)]
        if len(found) > 1:
            text = " / ".join(names)
            self.fail(f"{text} is given more than once", f"{text} staat er meer dan één keer")
        return found[0] if found else ""

    def text(self, *names: str) -> str:
        """Return the text of the one value, or "" if there is none."""
        term = self.one(*names)
        if term and (not is_literal(term) or literal_of(term).datatype != XSD_STRING):
            self.fail(
                f"{names[0]}: {term} must be a plain text in quotes",
                f"{names[0]}: {term} moet een gewone tekst tussen aanhalingstekens zijn",
            )
        return literal_of(term).text if term else ""

    def iri(self, name: str, term: Term) -> str:
        """Return the IRI that a value of a property is."""
        if not term.startswith("<"):
            self.fail(f"{name}: {term} must be an IRI", f"{name}: {term} moet een IRI zijn")
        return term[1:-1]
