"""SHACL property paths (SHACL, section 2.3.1) as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.rdf.namespaces import expand
from app.rdf.terms import Term

Facts = Mapping[Term, Mapping[str, Sequence[Term]]]

_FIRST, _REST = expand("rdf:first"), expand("rdf:rest")
_NIL = f"<{expand('rdf:nil')}>"
_INVERSE, _ALTERNATIVE = expand("sh:inversePath"), expand("sh:alternativePath")
_REPEATED = {
    expand("sh:zeroOrMorePath"): "*",
    expand("sh:oneOrMorePath"): "+",
    expand("sh:zeroOrOnePath"): "?",
}


@dataclass(frozen=True, slots=True)
class Path:
    """A path: `operator` is "" (a predicate), "^", "/", "|", "*", "+" or "?"."""

    operator: str
    predicate: Term = ""
    parts: tuple[Path, ...] = ()

    @property
    def simple(self) -> tuple[Term, bool] | None:
        """The predicate and whether it is walked backwards, or None for any other path."""
        if not self.operator:
            return self.predicate, False
        if self.operator == "^" and not self.parts[0].operator:
            return self.parts[0].predicate, True
        return None

    @property
    def steps(self) -> int | None:
        """The most triples the path can walk over, or None without a bound."""
        if not self.operator:
            return 1
        steps = [part.steps for part in self.parts]
        if self.operator in "*+" or None in steps:
            return None
        known = [step for step in steps if step is not None]
        return sum(known) if self.operator == "/" else max(known, default=0)

    def predicates(self, *, backwards: bool = False) -> Iterator[tuple[Term, bool]]:
        """Yield each predicate and whether it is walked backwards."""
        if not self.operator:
            yield self.predicate, backwards
        for part in self.parts:
            yield from part.predicates(backwards=backwards != (self.operator == "^"))

    def text(self, *, inner: bool = False) -> str:
        """Return the path as SPARQL writes it; a lone predicate is its bare IRI."""
        if not self.operator:
            return self.predicate if inner else self.predicate[1:-1]
        parts = [part.text(inner=True) for part in self.parts]
        if self.operator == "^":
            return "^" + parts[0]
        if self.operator in "*+?":
            return parts[0] + self.operator
        joined = self.operator.join(parts)
        return f"({joined})" if inner else joined


def items(head: Term, facts: Facts) -> list[Term] | None:
    """Return the members of an RDF list, or None if it is not a well-formed one."""
    found: list[Term] = []
    seen: set[Term] = set()
    while head != _NIL:
        node = facts.get(head, {})
        first, rest = node.get(_FIRST, ()), node.get(_REST, ())
        if head in seen or len(first) != 1 or len(rest) != 1:
            return None
        seen.add(head)
        found.append(first[0])
        head = rest[0]
    return found


def path_of(node: Term, facts: Facts, seen: frozenset[Term] = frozenset()) -> Path | None:
    """Return the path that a node of a shapes graph stands for, or None if it is malformed."""
    if node.startswith("<"):
        return Path("", node)
    found = {name: values for name, values in facts.get(node, {}).items() if values}
    if node in seen or not node.startswith("_:"):
        return None
    if _FIRST in found:
        return _several("/", node, facts, seen | {node})
    for name, values in found.items():
        if len(values) != 1:
            return None
        if name == _ALTERNATIVE:
            return _several("|", values[0], facts, seen | {node})
        operator = "^" if name == _INVERSE else _REPEATED.get(name)
        if operator:
            part = path_of(values[0], facts, seen | {node})
            return Path(operator, parts=(part,)) if part else None
    return None


def _several(operator: str, head: Term, facts: Facts, seen: frozenset[Term]) -> Path | None:
    parts = [path_of(item, facts, seen) for item in items(head, facts) or ()]
    known = tuple(part for part in parts if part)
    if len(known) < 2 or len(known) != len(parts):
        return None
    return Path(operator, parts=known)
