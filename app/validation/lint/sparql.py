"""SPARQL in shapes: off unless allowed, and then within SHACL 5.2.1 ("Pre-binding") and A.

The queries are read by the tokens and the guard of `app.store.sparql`, never by an engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.errors import QueryRefusedError
from app.rdf.namespaces import expand
from app.rdf.terms import Term, is_literal, literal_of
from app.store.sparql import tokens
from app.store.sparql.guard import GuardLimits
from app.store.sparql.guard import check as guard
from app.validation.lint.collect import Collector
from app.validation.lint.graph import Graph
from app.validation.lint.vocabulary import SH

_QUERIES = ("select", "ask", "construct", "update")
_OWN = {
    "SERVICE": "sparql-service", "FROM": "sparql-from", "VALUES": "sparql-values",
    "MINUS": "sparql-minus",
}  # fmt: skip
_LIMITS = GuardLimits()
_MOST_PARAMETERS = 50
_OPTIONAL = frozenset({"shapesGraph", "currentShape"})
_EXECUTABLES = frozenset(
    f"<{SH}{name}>" for name in ("SPARQLConstraint", "SPARQLTarget", "SPARQLAskValidator",
                                 "SPARQLSelectValidator"))  # fmt: skip


def check(lint: Collector) -> None:
    """Find SPARQL that may not run, targets of other kinds, and constraints without a query."""
    graph = lint.graph
    owners = _owners(graph)
    for subject, facts in graph.facts.items():
        queries = [(name, text) for name in _QUERIES for text in facts.get(SH + name, ())]
        for name, text in queries:
            shape = owners.get(subject, subject)
            if not lint.allow_sparql:
                lint.add("sparql-not-allowed", shape, name, text)
            elif not is_literal(text):
                lint.add("not-a-string", shape, name, text)
            else:
                _query(lint, shape, subject, name, text)
    for shape in graph.shapes:
        for name in ("sparql", "target"):
            for node in graph.of(shape, name):
                _executable(lint, shape, name, node)


def _owners(graph: Graph) -> dict[Term, Term]:
    """Return what each query belongs to: a shape or a component, not the blank node it is on."""
    names = [SH + name for name in ("sparql", "target", "rule", "validator", "nodeValidator",
                                    "propertyValidator")]  # fmt: skip
    return {o: s for s, facts in graph.facts.items() for name in names for o in facts.get(name, ())}


def _executable(lint: Collector, shape: Term, name: str, node: Term) -> None:
    found = [text for kind in ("select", "ask") for text in lint.graph.of(node, kind)]
    own = lint.graph.types(node)
    if name == "target" and not found:
        lint.add("target-not-run", shape, name, node)
    elif len(found) != 1:
        lint.add("sparql-no-query", shape, name, node)
    elif name == "target" and own and not _EXECUTABLES & set(own):
        lint.add("target-not-run", shape, name, node)


def _query(lint: Collector, shape: Term, subject: Term, name: str, text: Term) -> None:
    source = literal_of(text).text
    try:
        reading = _Reading(
            tokens.decode(source, _LIMITS.max_query_bytes), _bound(lint.graph, shape, name)
        )
    except QueryRefusedError as error:
        lint.add("sparql-syntax", shape, name, text, shown=error.detail)
        return
    for code, shown in reading.problems:
        lint.add(code, shape, name, text, shown=shown)
    if name == "select" and not reading.returns_this:
        lint.add("sparql-no-this", shape, name, text)
    if not {("sparql-service", ""), ("sparql-from", "")} & set(reading.problems):
        try:
            guard(_prefixes(lint.graph, subject) + source, known_graphs=(), limits=_LIMITS)
        except QueryRefusedError as error:
            lint.add("sparql-syntax", shape, name, text, shown=error.detail)


def _bound(graph: Graph, owner: Term, name: str) -> frozenset[str]:
    """Return the variables that are bound before a query runs (5.2.1, 6.2.1)."""
    bound = {"this", *_OPTIONAL}
    for parameter in graph.of(owner, "parameter")[:_MOST_PARAMETERS]:
        for path in graph.of(parameter, "path")[:1]:
            bound.add(path[1:-1].replace("#", "/").rpartition("/")[2])
    return frozenset(bound | {"value"} if name == "ask" else bound)


def _prefixes(graph: Graph, subject: Term) -> str:
    """Return the PREFIX lines of a query (5.2.1: sh:prefixes, owl:imports*, sh:declare)."""
    todo, seen, lines = list(graph.of(subject, "prefixes")), set[Term](), dict[str, None]()
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        todo += graph.values(node, expand("owl:imports"))
        for item in graph.of(node, "declare"):
            for name in graph.of(item, "prefix"):
                for iri in graph.of(item, "namespace"):
                    if is_literal(name) and is_literal(iri):
                        lines[f"PREFIX {literal_of(name).text}: <{literal_of(iri).text}>\n"] = None
    return "".join(lines)


@dataclass(slots=True)
class _Select:
    """One SELECT: what it returns, and where its braces open."""

    depth: int
    star: bool = False
    names: set[str] = field(default_factory=set)
    matched: set[str] = field(default_factory=set)
    head: bool = True


class _Reading:
    """What a query does that pre-binding forbids, from its tokens alone."""

    def __init__(self, text: str, bound: frozenset[str]) -> None:
        self.problems: dict[tuple[str, str], None] = {}
        self.returns_this = True
        self._bound = bound
        self._selects: list[_Select] = []
        self._braces = self._rounds = 0
        self._last = ""
        main: _Select | None = None
        for kind, token in _tokens(text):
            if kind == tokens.WORD:
                self._word(token.upper())
                main = main or next((found for found in self._selects if not found.depth), None)
                continue
            if kind == tokens.VAR:
                self._variable(token[1:])
            elif kind == tokens.PUNCTUATION:
                self._sign(token)
            self._last = ""
        if main:
            self.returns_this = main.star or "this" in main.names

    def _word(self, word: str) -> None:
        self._last = word
        if word in _OWN:
            self.problems[_OWN[word], ""] = None
        if word == "SELECT":
            self._selects.append(_Select(self._braces))

    def _sign(self, sign: str) -> None:
        inner = self._selects[-1] if self._selects else None
        self._rounds += {"(": 1, ")": -1}.get(sign, 0)
        self._braces += {"{": 1, "}": -1}.get(sign, 0)
        if inner is None:
            return
        if sign == "{":
            inner.head = False
        elif sign == "}" and inner.depth == self._braces + 1:
            self._passes_on(self._selects.pop())
        elif sign == "*" and inner.head and not self._rounds:
            inner.star = True

    def _variable(self, name: str) -> None:
        if self._last == "AS" and name in self._bound:
            self.problems["sparql-rebinds", f"${name}"] = None
        if name in _OPTIONAL:
            self.problems["sparql-shapes-graph", ""] = None
        if not self._selects:
            return
        inner = self._selects[-1]
        if inner.head and (not self._rounds or self._last == "AS"):
            inner.names.add(name)
        elif not inner.head and not self._rounds:
            inner.matched.add(name)

    def _passes_on(self, inner: _Select) -> None:
        """Find bound variables that a subquery lacks; `*` returns what its patterns match."""
        passed = inner.matched if inner.star else inner.names
        for name in sorted(self._bound - _OPTIONAL - passed):
            self.problems["sparql-subselect", f"${name}"] = None


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    """Yield (kind, text) of each token; words with dots between them are cut.

    Raises:
        QueryRefusedError: A character begins no token.
    """
    at, end = 0, len(text.rstrip(" \t\r\n"))
    while at < end:
        match = tokens.TOKEN.match(text, at, end)
        if match is None:
            tokens.refuse(f"There is no SPARQL token at character {at + 1}.",
                          f"Op teken {at + 1} staat iets dat geen SPARQL is.")  # fmt: skip
        at = match.end()
        kind = match.lastindex or 0
        if kind == tokens.WORD:
            yield from ((kind, word) for word in match[kind].split("."))
        elif kind != tokens.COMMENT:
            yield kind, match[kind]
