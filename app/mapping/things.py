"""The first things that a mapping makes, with the cells behind every value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.mapping.explaining import explain_first
from app.mapping.job import Job
from app.mapping.proposing.profiles import load_profile, profile_names
from app.rdf.namespaces import PREFIXES, RDF_TYPE
from app.rdf.terms import Quad, Term, literal_of
from app.tables.cells import CellRef
from app.vocabularies.lists import Lists
from app.vocabularies.references import load_references

Labels = Mapping[str, Mapping[str, str]]
_TYPE: Final = f"<{RDF_TYPE}>"
# cells by object by predicate
_Facts = dict[Term, dict[Term, dict[str, None]]]


@dataclass(slots=True)
class Things:
    """Things by their term, in the order they are first told of; at most so many."""

    most: int
    facts: dict[Term, _Facts] = field(default_factory=dict)
    quads: dict[Quad, None] = field(default_factory=dict)

    def add(self, quad: Quad, cells: Iterable[CellRef]) -> None:
        """Add a quad and the cells behind it."""
        subject, predicate, object_, _ = quad
        if subject not in self.facts and len(self.facts) >= self.most:
            return
        found = self.facts.setdefault(subject, {}).setdefault(predicate, {})
        found.setdefault(object_, {}).update(dict.fromkeys(map(str, cells)))
        self.quads[quad] = None

    def told(self) -> list[dict[str, Any]]:
        """Return the things as JSON values."""
        return [_told(subject, facts) for subject, facts in self.facts.items()]

    def iris(self) -> set[str]:
        """Return all IRIs that may have a label."""
        terms = {term for quad in self.quads for term in quad[:3]}
        return {term[1:-1] for term in terms if term.startswith("<")}


def first_things(job: Job, most: int) -> Things:
    """Return the first things that a job makes.

    Raises:
        ProjectError, InputError: As `Job.run`.
    """
    found = Things(most)
    for row in explain_first(job, most):
        for quad, cells in row.quads:
            found.add(quad, cells)
    return found


def _told(subject: Term, facts: _Facts) -> dict[str, Any]:
    kinds = facts.get(_TYPE, {})
    # what a type stands for in every row: the cells behind the address of the thing
    own = dict.fromkeys(cell for cells in kinds.values() for cell in cells)
    return {
        "iri": _name(subject), "types": [_name(kind) for kind in kinds], "cells": [*own],
        "properties": [
            {"iri": predicate[1:-1],
             "values": [{**_value(object_), "cells": [cell for cell in cells if cell not in own]
                         or [*cells]} for object_, cells in found.items()]}
            for predicate, found in facts.items() if predicate != _TYPE
        ],
    }  # fmt: skip


def _name(term: Term) -> str:
    return term[1:-1] if term.startswith("<") else term


def _value(term: Term) -> dict[str, str]:
    if not term.startswith('"'):
        return {"iri": _name(term)}
    text, datatype, language = literal_of(term)
    return {"text": text, "language": language} if language else {
        "text": text, "datatype": datatype
    }  # fmt: skip


class Names:
    """Labels of what ships with the app: terms of vocabularies, and codes of lists."""

    def __init__(self, vocab: Path, lists: Lists) -> None:
        """Read the labels of terms, in a folder `vocab`."""
        self._lists = lists
        self._labels: dict[str, Mapping[str, str]] = {}
        folder = vocab / "kolommen"
        for name in profile_names(folder):
            profile = load_profile(folder, name)
            prefixes = {**PREFIXES, **profile.prefixes}
            for column in profile.columns:
                prefix, _, local = column.property.partition(":")
                self._labels.setdefault(prefixes[prefix] + local, column.label)
        for iri, known in load_references(vocab / "extern").items():
            self._labels[iri] = known.labels

    def of(self, iris: Iterable[str]) -> Labels:
        """Return the labels of those that have one."""
        out: dict[str, Mapping[str, str]] = {}
        for iri in sorted(iris):
            code = self._lists.codes.get(f"<{iri}>")
            labels = self._labels.get(iri) or (code[0].labels if code else {})
            if found := {lang: text for lang, text in labels.items() if text}:
                out[iri] = found
        return out
