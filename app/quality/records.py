"""The datasets of a catalog and their distributions, from triples in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple, is_literal, literal_of

Facts = Mapping[Term, Sequence[Term]]

_TYPE, _DATASET, _CATALOG = term("rdf:type"), term("dcat:Dataset"), term("dcat:Catalog")
_DISTRIBUTION: Final = term("dcat:distribution")
_READ: Final = frozenset(
    term(name)
    for name in (
        "rdf:type", "dct:title", "dcat:distribution", "dcat:keyword", "dcat:theme", "dct:spatial",
        "dct:temporal", "dcat:accessURL", "dcat:downloadURL", "dct:format", "dcat:mediaType",
        "dct:license", "dct:accessRights", "dcat:contactPoint", "dct:publisher", "dct:rights",
        "dcat:byteSize", "dct:issued", "dct:modified",
    )
)  # fmt: skip
_NONE: Final[Facts] = {}


@dataclass(frozen=True, slots=True)
class Record:
    """A dataset and what is said of it and of its distributions: values by property."""

    term: Term
    facts: Facts
    distributions: Sequence[tuple[Term, Facts]]


def records(triples: Iterable[Triple]) -> list[Record]:
    """Return the datasets in order of their names; a catalog that is one too is left out.

    A distribution that nothing is said of is one with nothing to it.
    """
    facts: dict[Term, dict[Term, list[Term]]] = {}
    for subject, predicate, object_ in triples:
        if predicate in _READ:
            facts.setdefault(subject, {}).setdefault(predicate, []).append(object_)
    return [
        Record(name, found, [
            (node, facts.get(node, _NONE))
            for node in sorted(set(found.get(_DISTRIBUTION, ()))) if not is_literal(node)
        ])
        for name, found in sorted(facts.items(), key=lambda item: item[0])
        if _DATASET in found.get(_TYPE, ()) and _CATALOG not in found[_TYPE]
    ]  # fmt: skip


def web_address(value: Term) -> str:
    """Return the http(s) address that a value is, also one written as text, or ""."""
    url = literal_of(value).text.strip() if is_literal(value) else value[1:-1]
    return url if url.lower().startswith(("http://", "https://")) else ""
