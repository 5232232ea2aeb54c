"""Applies repair rules until none has anything left to do, so that a second run changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from app.rdf.terms import Triple
from app.validation.repair.graph import Change, Graph, Repaired
from app.validation.repair.rules import RULES, RepairRule
from app.validation.terms.known import KnownTerms

# one rule can make work for the next (a right name, then its value); no chain is longer
_ROUNDS: Final = 10


def repair(
    triples: Iterable[Triple], rules: Sequence[RepairRule] = RULES, *, terms: KnownTerms
) -> Repaired:
    """Return the triples with every change that the rules are certain of.

    Replaying `changes` over the triples gives the result: nothing else is lost or added.
    Doubles in the input are one triple.
    """
    graph = Graph(triples)
    changes: list[Change] = []
    for _ in range(_ROUNDS):
        before = len(changes)
        for rule in rules:
            for proposed in rule.changes(graph, terms):
                change = _real(proposed, graph)
                if change:
                    graph.apply(change)
                    changes.append(change)
        if len(changes) == before:
            break
    return Repaired(tuple(graph), tuple(changes))


def _real(change: Change, graph: Graph) -> Change | None:
    """Return what a change does to the graph as it is now, or None."""
    if any(triple not in graph for triple in change.removed):
        return None  # an earlier change took a triple that this one was about
    added = tuple(dict.fromkeys(t for t in change.added if t not in graph))
    removed = tuple(dict.fromkeys(t for t in change.removed if t not in change.added))
    return Change(change.rule, removed, added) if added or removed else None
