"""Repairs of names: properties and classes, never of things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple
from app.validation.repair.graph import Change, Graph
from app.validation.terms.known import KnownTerms, Place, alike

_TYPE: Final = term("rdf:type")
Better = Callable[[Place, str], str]


def namespaces(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Write names in the namespace that is meant; of one in use with both schemes, neither."""
    return _renamed(graph, terms, rule, _namespace)


def misspelt(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Write the one name that a name of a complete vocabulary, which has no such, resembles."""
    return _renamed(graph, terms, rule, _spelling)


def _namespace(place: Place, kind: str) -> str:
    wrong = place.how == "misspelt" or (place.how == "twin" and place.vocabulary.twin_is_wrong)
    known = place.entry is not None or not place.vocabulary.complete
    return place.iri if wrong and known and place.local and kind else ""


def _spelling(place: Place, kind: str) -> str:
    if place.how or place.entry or not place.vocabulary.complete or not place.local:
        return ""
    # a name two letters off may be another word: hasNumber is no hasMember
    near = alike(place, kind, most=1)
    certain = len(near) == 1 and near == alike(place, kind)
    return place.vocabulary.namespace + near[0] if certain else ""


def _renamed(graph: Graph, terms: KnownTerms, rule: str, better: Better) -> Iterator[Change]:
    known: dict[tuple[Term, str], Term] = {}

    def meant(name: Term, kind: str) -> Term:
        if (name, kind) not in known:
            place = terms.place(name[1:-1])
            found = better(place, kind) if place else ""
            known[name, kind] = f"<{found}>" if found else ""
        return known[name, kind]

    for subject in graph.subjects():
        triples = graph.about(subject)
        right = {p for _, p, _ in triples}
        # two wrong names of one property: which is meant is not certain
        wrong: dict[Term, set[Term]] = {}
        for _, predicate, _ in triples:
            if new := meant(predicate, "property"):
                wrong.setdefault(new, set()).add(predicate)
        for triple in triples:
            yield from _one(triple, meant, right, wrong, rule)


def _one(
    triple: Triple,
    meant: Callable[[Term, str], Term],
    right: set[Term],
    wrong: dict[Term, set[Term]],
    rule: str,
) -> Iterator[Change]:
    subject, predicate, object_ = triple
    new = meant(predicate, "property")
    if new and new not in right and len(wrong[new]) == 1:
        yield Change(rule, (triple,), ((subject, new, object_),))
    elif predicate == _TYPE and object_.startswith("<") and (new := meant(object_, "class")):
        yield Change(rule, (triple,), ((subject, predicate, new),))
