"""Whether property paths are well formed (SHACL, section 2.3.1), without recursion."""

from __future__ import annotations

from app.rdf.namespaces import term
from app.rdf.terms import Term
from app.validation.lint.collect import Collector
from app.validation.lint.graph import FIRST, NIL, REST, Graph
from app.validation.lint.vocabulary import MOST_NESTED, PATHS

_WORST = ("path-cyclic", "path-malformed", "nested-too-deep", "path-empty", "path-ambiguous",
          "path-single-member")  # fmt: skip


def check(lint: Collector) -> None:
    """Find property shapes without exactly one well-formed path."""
    graph = lint.graph
    properties = [shape for shape in graph.shapes if term("sh:PropertyShape") in graph.types(shape)]
    properties += [node for shape in graph.shapes for node in graph.of(shape, "property")]
    for shape in dict.fromkeys(properties):
        if shape in graph.facts and not graph.of(shape, "path"):
            lint.add("path-missing", shape, "path")
    reader = _Reader(graph)
    for shape in graph.shapes:
        found = graph.of(shape, "path")
        if len(found) > 1:
            lint.add("path-multiple", shape, "path", shown=str(len(found)))
        for path in found:
            code = reader.problem(path)
            if code:
                depth = str(reader.depth.get(path, 0))
                lint.add(code, shape, "path", path, shown=depth if "deep" in code else "")


class _Reader:
    """Judges path nodes, each once, however many shapes share them."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[Term, str] = {}
        self.depth: dict[Term, int] = {}

    def problem(self, root: Term) -> str:
        """Return the worst that is wrong with a path, or ""."""
        todo, open_ = [(root, False)], set[Term]()
        while todo:
            node, done = todo.pop()
            if node in self._known:
                continue
            own, parts = self._parts(node)
            if done:
                open_.discard(node)
                self.depth[node] = 1 + max((self.depth.get(part, 0) for part in parts), default=0)
                deep = "nested-too-deep" if self.depth[node] > MOST_NESTED else ""
                found = {own, deep, *(self._known[part] for part in parts)}
                self._known[node] = next((code for code in _WORST if code in found), "")
                continue
            open_.add(node)
            todo.append((node, True))
            if open_.intersection(parts):
                self._known[node] = "path-cyclic"
                open_.discard(node)
                continue
            todo.extend((part, False) for part in parts)
        return self._known[root]

    def _parts(self, node: Term) -> tuple[str, tuple[Term, ...]]:
        """Return what is wrong with one path node itself, and the paths in it."""
        if node == NIL:
            return "path-empty", ()
        if node.startswith("<"):
            return "", ()
        facts = self._graph.facts.get(node, {})
        operators = [name for name in sorted(PATHS) if self._graph.of(node, name)]
        in_list = FIRST in facts or REST in facts
        if in_list:
            # W3C's tests path-strange-001 and -002 read such a path as the list
            code, parts = self._members(node)
            return code or ("path-ambiguous" if operators else ""), parts
        if node.startswith('"') or len(operators) != 1:
            return "path-malformed", ()
        inner = self._graph.of(node, operators[0])
        if len(inner) != 1:
            return "path-malformed", ()
        if operators[0] == "alternativePath":
            return self._members(inner[0])
        return "", (inner[0],)

    def _members(self, head: Term) -> tuple[str, tuple[Term, ...]]:
        members, problem = self._graph.list(head)
        if problem:
            return "path-cyclic" if problem == "cyclic" else "path-malformed", ()
        if not members:
            return "path-empty", ()
        return ("path-single-member" if len(members) == 1 else ""), tuple(dict.fromkeys(members))
