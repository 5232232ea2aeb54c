"""How shapes hang together: unused, switched off, doubled, in circles, too deep."""

from __future__ import annotations

from app.rdf.terms import XSD, Term, is_literal, literal_of
from app.validation.lint.collect import Collector
from app.validation.lint.graph import TYPE, nested
from app.validation.lint.vocabulary import MOST_NESTED, SH

_Said = frozenset[tuple[str, object]]
_TOLD = frozenset(SH + name for name in ("name", "description", "message", "order", "group"))


def check(lint: Collector) -> None:
    """Find what is wrong with shapes as a whole."""
    graph = lint.graph
    if not graph.shapes:
        lint.add("no-shapes", "")
        return
    said: dict[Term, _Said] = {}
    for shape in graph.shapes:
        _alone(lint, shape)
        _twins(lint, shape, said)
    depth, cycles = nested(graph, graph.shapes)
    for shape in (shape for cycle in cycles for shape in cycle):
        lint.add("shape-recursive", shape)
    deepest = max(graph.shapes, key=lambda shape: depth.get(shape, 0))
    if depth.get(deepest, 0) > MOST_NESTED:
        lint.add("nested-too-deep", deepest, shown=str(depth[deepest]))


def _alone(lint: Collector, shape: Term) -> None:
    graph = lint.graph
    off = {literal_of(value)[:2] for value in graph.of(shape, "deactivated") if is_literal(value)}
    if off & {("true", XSD + "boolean"), ("1", XSD + "boolean")}:
        lint.add("shape-off", shape, "deactivated", graph.of(shape, "deactivated")[0])
    elif shape not in graph.referred and not graph.has_target(shape) and graph.facts.get(shape):
        lint.add("shape-unused", shape)


def _twins(lint: Collector, shape: Term, said: dict[Term, _Said]) -> None:
    """Find properties of one shape that say the same; what only people read does not count."""
    graph = lint.graph
    nodes = graph.of(shape, "property")
    known: set[_Said] = set()
    for node in nodes if len(nodes) > 1 else ():
        if node not in said:
            said[node] = frozenset(
                (predicate, graph.list(value)[0] or value)
                for predicate, values in graph.facts.get(node, {}).items()
                if predicate.startswith(SH) or predicate == TYPE
                if predicate not in _TOLD
                for value in values
            )
        if said[node] and said[node] in known:
            lint.add("shape-duplicate", node, "property")
        known.add(said[node])
