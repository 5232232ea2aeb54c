"""A shapes graph by subject, and which of its nodes are shapes (SHACL, section 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final, Literal

from app.errors import InputError
from app.rdf.namespaces import expand, term
from app.rdf.terms import Quad, Term
from app.validation.lint.vocabulary import CONSTRAINTS, SH, SHAPE_LISTS, SHAPES, TARGETS

TYPE: Final = expand("rdf:type")
FIRST, REST, NIL = expand("rdf:first"), expand("rdf:rest"), term("rdf:nil")
_SHAPE_TYPES: Final = frozenset({term("sh:NodeShape"), term("sh:PropertyShape")})
_CLASS_TYPES: Final = frozenset({term("rdfs:Class"), term("owl:Class")})
_REFERRING: Final = {
    SH + name: (name, name in SHAPE_LISTS) for name in sorted(SHAPES | SHAPE_LISTS)
}
_MOST_CELLS: Final = 500_000
_MOST_WALKED: Final = 5_000_000

ListProblem = Literal["", "not", "bad", "cyclic"]


class TooLargeError(InputError):
    """The lists of a shapes graph are longer together than any honest one's."""

    code = "shapes-too-large"


class Graph:
    """An index over quads; the graph names do not count, and neither do repetitions."""

    def __init__(self, quads: Sequence[Quad]) -> None:
        self.facts: dict[Term, dict[str, list[Term]]] = {}
        seen: set[tuple[Term, Term, Term]] = set()
        for s, p, o, _ in quads:
            if (s, p, o) in seen:
                continue
            seen.add((s, p, o))
            self.facts.setdefault(s, {}).setdefault(p[1:-1], []).append(o)
        self._lists: dict[Term, tuple[tuple[Term, ...], ListProblem]] = {}
        self._cells = self._walked = 0

    def of(self, subject: Term, name: str) -> list[Term]:
        """Return the values of `sh:name`."""
        return self.facts.get(subject, {}).get(SH + name, [])

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """Return the values of a predicate IRI."""
        return self.facts.get(subject, {}).get(predicate, [])

    def types(self, subject: Term) -> list[Term]:
        """Return the classes of a node."""
        return self.values(subject, TYPE)

    def list(self, head: Term) -> tuple[tuple[Term, ...], ListProblem]:
        """Return the members of an RDF list and what is wrong with it (section 1.1, "SHACL list").

        Raises:
            TooLargeError: Lists share so many cells that reading them all would take forever.
        """
        if head not in self._lists:
            self._lists[head] = self._read(head)
        found = self._lists[head]
        # a list that thousands of shapes share is walked for each
        self._walked += len(found[0])
        if self._walked > _MOST_WALKED:
            raise TooLargeError(f"the lists are walked over more than {_MOST_WALKED} entries")
        return found

    def _read(self, head: Term) -> tuple[tuple[Term, ...], ListProblem]:
        members: list[Term] = []
        node, seen = head, set[Term]()
        if head != NIL and not self.values(head, REST) and not self.values(head, FIRST):
            return (), "not"
        while node != NIL:
            if node in seen:
                return tuple(members), "cyclic"
            seen.add(node)
            self._cells += 1
            if self._cells > _MOST_CELLS:
                raise TooLargeError(f"the lists hold more than {_MOST_CELLS} entries together")
            first, rest = self.values(node, FIRST), self.values(node, REST)
            if len(first) != 1 or len(rest) != 1:
                return tuple(members), "bad"
            members.append(first[0])
            node = rest[0]
        return tuple(members), ""

    @cached_property
    def shapes(self) -> dict[Term, None]:
        """Every shape, in order of appearance."""
        parameters = {SH + name for name in CONSTRAINTS | TARGETS | {"path"}}
        found: dict[Term, None] = {}
        for subject, facts in self.facts.items():
            if not parameters.isdisjoint(facts) or not _SHAPE_TYPES.isdisjoint(self.types(subject)):
                found[subject] = None
        # a parameter's facts may stand on something that is a path, a rule or a validator
        for subject in list(found):
            found.update(dict.fromkeys(node for _, node in self.children(subject)))
        return {node: None for node in found if not self._is_other(node)}

    def _is_other(self, node: Term) -> bool:
        """Tell whether a node is an argument of something else than validation."""
        types = self.types(node)
        return node.startswith('"') or term("sh:Parameter") in types or node in self._parameters

    @cached_property
    def _parameters(self) -> frozenset[Term]:
        return frozenset(
            o for facts in self.facts.values() for o in facts.get(SH + "parameter", ())
        )

    def children(self, shape: Term) -> Iterator[tuple[str, Term]]:
        """Yield (parameter, node) for each shape that a shape refers to; literals left out."""
        for predicate, values in self.facts.get(shape, {}).items():
            name, in_list = _REFERRING.get(predicate, ("", False))
            if name:
                for value in values:
                    for node in self.list(value)[0] if in_list else (value,):
                        if not node.startswith('"'):
                            yield name, node

    @cached_property
    def referred(self) -> frozenset[Term]:
        """Every shape that another refers to."""
        return frozenset(node for shape in self.shapes for _, node in self.children(shape))

    def has_target(self, shape: Term) -> bool:
        """Tell whether a shape selects focus nodes by itself (section 2.1.3)."""
        if any(self.of(shape, name) for name in TARGETS):
            return True
        return shape.startswith("<") and self.is_class(shape)

    def is_class(self, node: Term) -> bool:
        """Tell whether a node is described as a class."""
        return not _CLASS_TYPES.isdisjoint(self.types(node))


def nested(graph: Graph, roots: Iterable[Term]) -> tuple[dict[Term, int], list[list[Term]]]:
    """Return how deep shapes nest below each shape, and the cycles among them.

    Tarjan's strongly connected components with a stack of our own: depth costs no recursion.
    """
    search = _Components({root: [node for _, node in graph.children(root)] for root in roots})
    search.run()
    return search.depth, search.cycles


class _Components:
    """One search for strongly connected components; the deepest come first."""

    def __init__(self, children: dict[Term, list[Term]]) -> None:
        self.children = children
        self.depth: dict[Term, int] = {}
        self.cycles: list[list[Term]] = []
        self._index: dict[Term, int] = {}
        self._low: dict[Term, int] = {}
        self._open: dict[Term, None] = {}
        self._work: list[tuple[Term, Iterator[Term]]] = []

    def run(self) -> None:
        """Visit every node."""
        for root in self.children:
            if root not in self._index:
                self._enter(root)
            while self._work:
                self._step()

    def _enter(self, node: Term) -> None:
        self._index[node] = self._low[node] = len(self._index)
        self._open[node] = None
        self._work.append((node, iter(self.children.get(node, ()))))

    def _step(self) -> None:
        node, rest = self._work[-1]
        child = next(rest, None)
        if child is None:
            self._work.pop()
            if self._work:
                above = self._work[-1][0]
                self._low[above] = min(self._low[above], self._low[node])
            if self._low[node] == self._index[node]:
                self._close(node)
        elif child not in self._index:
            self._enter(child)
        elif child in self._open:
            self._low[node] = min(self._low[node], self._index[child])

    def _close(self, until: Term) -> None:
        group: list[Term] = []
        while not group or group[-1] != until:
            group.append(self._open.popitem()[0])
        below = [self.depth.get(n, 0) for m in group for n in self.children.get(m, ())]
        self.depth.update(dict.fromkeys(group, 1 + max(below, default=0)))
        if len(group) > 1 or until in self.children.get(until, ()):
            self.cycles.append(group[::-1])
