"""A data graph as columns: per predicate the subjects and the objects, in canonical terms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from app.rdf import media
from app.rdf.io import parse
from app.rdf.namespaces import term
from app.rdf.terms import Term
from app.validation.paths import Path

TYPE, SUBCLASS = term("rdf:type"), term("rdfs:subClassOf")

_IRI = r'<[A-Za-z][A-Za-z0-9+.-]*+:[^\x00-\x20<>"{}|^`\\]*+>'
_NODE = rf"{_IRI}|_:[A-Za-z0-9][A-Za-z0-9_]*+"
# what `app.rdf.terms` writes: no other escapes, no explicit xsd:string, language in lower case
_LINE = re.compile(
    rf"^({_NODE}) ({_IRI}) ({_NODE}|"
    r'"[^"\\\n\r\t]*+(?:\\["\\nrt][^"\\\n\r\t]*+)*+"'
    rf"(?:@[a-z0-9-]++|\^\^(?!<http://www\.w3\.org/2001/XMLSchema#string>){_IRI})?) \.$",
    re.MULTILINE,
)


class Column:
    """The pairs of one path, without duplicates; what follows from them is made once."""

    def __init__(self, heads: list[Term], values: list[Term]) -> None:
        self.heads = heads
        self.values = values

    @cached_property
    def head_set(self) -> set[Term]:
        """Every node that has a value."""
        return set(self.heads)

    @cached_property
    def value_set(self) -> set[Term]:
        """Every value once."""
        return set(self.values)

    @cached_property
    def counts(self) -> Counter[Term]:
        """The number of values of each node; empty if none has more than one."""
        single = len(self.head_set) == len(self.heads)
        return Counter() if single else Counter(self.heads)

    def pairs(self) -> Iterator[tuple[Term, Term]]:
        """Return the pairs."""
        return zip(self.heads, self.values, strict=True)


class Columns:
    """The columns of a data graph; terms that occur as subject or class are shared objects."""

    def __init__(self, data: bytes) -> None:
        self._forward: dict[Term, Column] = {}
        self._backward: dict[Term, Column] = {}
        self._instances: dict[Term, set[Term]] = {}
        self._paths: dict[Path, Column] = {}
        self._empty = Column([], [])
        shared: dict[Term, Term] = {}
        share = shared.setdefault
        for s, p, o in _triples(data):
            column = self._forward.get(p)
            if column is None:
                column = self._forward[p] = Column([], [])
            column.heads.append(share(s, s))
            column.values.append(o)

    def column(self, predicate: Term, *, backwards: bool = False) -> Column:
        """Return the pairs (subject, object) of a predicate, or (object, subject)."""
        forward = self._forward.get(predicate, self._empty)
        if not backwards:
            return forward
        found = self._backward.get(predicate)
        if found is None:
            found = self._backward[predicate] = Column(forward.values, forward.heads)
        return found

    def own(self, nodes: set[Term]) -> Column:
        """Return the pairs of nodes with themselves: the values of a shape without a path."""
        same = list(nodes)
        return Column(same, same)

    def path(self, path: Path) -> Column:
        """Return the pairs of a path without repetition (SHACL, section 2.3.1), each once."""
        simple = path.simple
        if simple:
            return self.column(simple[0], backwards=simple[1])
        if path not in self._paths:
            self._paths[path] = _unzipped(self._walk(path))
        return self._paths[path]

    def _walk(self, path: Path) -> Iterable[tuple[Term, Term]]:
        columns = [self.path(part) for part in path.parts]
        if path.operator == "^":
            return ((value, head) for head, value in columns[0].pairs())
        if path.operator == "|":
            return dict.fromkeys(pair for column in columns for pair in column.pairs())
        found: Iterable[tuple[Term, Term]] = columns[0].pairs()
        for column in columns[1:]:
            nexts = _grouped(column.pairs())
            found = dict.fromkeys((h, v) for h, middle in found for v in nexts.get(middle, ()))
        return found

    def instances(self, class_: Term) -> set[Term]:
        """Return the SHACL instances of a class: rdf:type, then rdfs:subClassOf any times."""
        found = self._instances.get(class_)
        if found is None:
            classes = self.below(class_)
            found = self._instances[class_] = set()
            for name in classes:
                found |= self._by_type.get(name, set())
        return found

    def below(self, class_: Term) -> set[Term]:
        """Return a class and every class under it."""
        seen, waiting = {class_}, [class_]
        while waiting:
            for lower in self._subclasses.get(waiting.pop(), ()):
                if lower not in seen:
                    seen.add(lower)
                    waiting.append(lower)
        return seen

    @cached_property
    def _by_type(self) -> dict[Term, set[Term]]:
        return _grouped(self.column(TYPE, backwards=True).pairs())

    @cached_property
    def _subclasses(self) -> dict[Term, set[Term]]:
        return _grouped(self.column(SUBCLASS, backwards=True).pairs())

    def lines(self, predicates: Iterable[Term] | None) -> bytes:
        """Return the triples of some predicates, or of all, as N-Triples."""
        chosen = self._forward if predicates is None else predicates
        return "".join(
            f"{s} {name} {o} .\n" for name in chosen for s, o in self.column(name).pairs()
        ).encode()


def _unzipped(pairs: Iterable[tuple[Term, Term]]) -> Column:
    found = list(pairs)
    return Column([head for head, _ in found], [value for _, value in found])


def _grouped(pairs: Iterable[tuple[Term, Term]]) -> dict[Term, set[Term]]:
    found: dict[Term, set[Term]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return found


def _triples(data: bytes) -> Iterable[tuple[Term, Term, Term]]:
    """Return the triples of N-Triples, each once.

    Raises:
        RdfSyntaxError: The bytes are not N-Triples.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        # the parser says where
        text = ""
    found: list[tuple[Term, Term, Term]] = _LINE.findall(text)
    total = data.count(b"\n") + (not data.endswith(b"\n") if data else 0)
    if len(found) != total:
        # not canonical: let a parser make it so, or refuse it
        quads = parse(data, media.N_TRIPLES, base="", where="data")
        return dict.fromkeys((s, p, o) for s, p, o, _ in quads)
    lines = set(data.split(b"\n"))
    lines.discard(b"")
    return found if len(lines) == total else dict.fromkeys(found)
