"""On which line of a Turtle, TriG or N-Triples text a fact stands.

A light reading of the grammar (Turtle, section 6.5): terms, brackets and stops. Blank nodes get
their labels from the parser by order: the n-th bracket after a subject and predicate is the n-th
blank node among that subject's facts. What cannot be read is not located, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin

from app.rdf.namespaces import expand, term
from app.rdf.terms import XSD, Quad, Term, literal, unescape

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|\#[^\n]*)
    |(?P<iri><[^<>"{}|^`\x00-\x20]*>)
    |(?P<string>(?:\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')(?:@[A-Za-z0-9\-]+)?)
    |(?P<at>@(?:prefix|base)\b)
    |(?P<label>_:[^\s;,()\[\]{}<>"']*[^\s;,.()\[\]{}<>"'])
    |(?P<sign>\^\^|\([ \t\r\n]*\)|[;,.()\[\]{}](?![0-9])|[;,()\[\]{}])
    |(?P<word>(?:[^\s;,()\[\]{}<>"'.\#^]|\\.|\.(?=[^\s;,()\[\]{}<>"'.\#])|(?<=\S)\#)+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_LOCAL = re.compile(r"\\(.)")
_NUMBERS = (
    (re.compile(r"[+-]?[0-9]+"), "integer"),
    (re.compile(r"[+-]?[0-9]*\.[0-9]+"), "decimal"),
    (re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"), "double"),
)
_TYPE, _FIRST, _REST = expand("rdf:type"), expand("rdf:first"), expand("rdf:rest")


class _Node:
    """A bracket in the text."""

    __slots__ = ()


_Name = Term | _Node
_Fact = tuple[_Name, str, _Name, int]


class Lines:
    """Finds lines in one text; `quads` are what the parser read in it, in its order."""

    def __init__(self, text: str, quads: Sequence[Quad], base: str = "") -> None:
        self._subjects: dict[Term, int] = {}
        self._facts: dict[tuple[Term, str], list[tuple[Term, int]]] = {}
        self._name(_Reader(text, base).read(), quads)

    def find(self, subject: Term, predicate: str = "", value: Term = "") -> int | None:
        """Return the line of a fact, else of the predicate, else of the subject, else None."""
        places = self._facts.get((subject, predicate), ())
        exact = next((line for found, line in places if found == value), None)
        return exact or next((line for _, line in places), self._subjects.get(subject))

    def _name(self, found: Sequence[_Fact], quads: Sequence[Quad]) -> None:
        """Give each bracket the label that the parser gave it, from the outside in."""
        inner: dict[_Name, dict[str, list[_Name]]] = {}
        for subject, predicate, value, _ in found:
            facts = inner.setdefault(subject, {})
            if isinstance(value, _Node) or value.startswith("_:"):
                facts.setdefault(predicate, []).append(value)
        blank: dict[tuple[Term, str], list[Term]] = {}
        for s, p, o, _ in quads:
            if o.startswith("_:"):
                blank.setdefault((s, p[1:-1]), []).append(o)
        names: dict[_Name, Term] = {name: name for name in inner if isinstance(name, str)}
        names.update(self._loose(found, quads))
        todo = list(names.items())
        while todo:
            place, label = todo.pop()
            for predicate, places in inner.get(place, {}).items():
                pairs = zip(places, blank.get((label, predicate), ()), strict=False)
                more = {node: name for node, name in pairs if node not in names}
                names.update(more)
                todo.extend(more.items())
        for subject, predicate, value, line in found:
            if subject in names:
                self._subjects.setdefault(names[subject], line)
                known = names.get(value, value)
                there = (known if isinstance(known, str) else "", line)
                self._facts.setdefault((names[subject], predicate), []).append(there)

    @staticmethod
    def _loose(found: Sequence[_Fact], quads: Sequence[Quad]) -> dict[_Name, Term]:
        """Return the brackets that stand as a subject of their own, with their labels."""
        values = {value for _, _, value, _ in found}
        own = dict.fromkeys(s for s, _, _, _ in found if isinstance(s, _Node) and s not in values)
        objects = {o for _, _, o, _ in quads}
        written = {s for s, _, _, _ in found if isinstance(s, str)}
        loose = (s for s, _, _, _ in quads if s.startswith("_:"))
        labels = dict.fromkeys(s for s in loose if s not in objects and s not in written)
        return dict(zip(own, labels, strict=False))


class _Frame:
    """An open bracket, or the text itself: what stands as subject and predicate."""

    __slots__ = ("is_list", "predicate", "subject")

    def __init__(self, subject: _Name | None = None, *, is_list: bool = False) -> None:
        self.subject = subject
        self.predicate = ""
        self.is_list = is_list


class _Reader:
    """One pass over a text."""

    def __init__(self, text: str, base: str) -> None:
        self.text = text
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.facts: list[_Fact] = []
        self.stack = [_Frame()]
        self.line = 1
        self.declares = ""
        self.declared = ""
        self.typed = False

    def read(self) -> list[_Fact]:
        for match in _TOKEN.finditer(self.text):
            token, kind = match[0], match.lastgroup or ""
            if kind == "sign":
                self._sign(token)
            elif kind == "at":
                self.declares = token[1:]
            elif kind not in ("space", "other"):
                self._term(kind, token)
            self.line += token.count("\n")
        return self.facts

    def _term(self, kind: str, token: str) -> None:
        top = len(self.stack) == 1 and self.stack[0].subject is None
        if kind == "word" and top and token.lower() in ("prefix", "base", "graph"):
            self.declares = "" if token.lower() == "graph" else token.lower()
        elif self.declares:
            self._declare(kind, token)
        elif kind == "iri":
            self._put(self._iri(token))
        elif kind == "string":
            quote = token[:3] if token[:3] in ('"""', "'''") else token[0]
            text, _, language = token[len(quote) :].rpartition(quote)
            self._put(literal(unescape(text), language=language[1:]))
        elif kind == "label":
            self._put(token)
        else:
            self._put(self._word(token))

    def _declare(self, kind: str, token: str) -> None:
        if kind != "iri":
            self.declared = token.removesuffix(":")
            return
        iri = self._iri(token)[1:-1]
        if self.declares == "base":
            self.base = iri
        else:
            self.prefixes[self.declared] = iri
        self.declares = self.declared = ""

    def _iri(self, token: str) -> Term:
        iri = unescape(token[1:-1])
        return f"<{iri if _SCHEME.match(iri) else urljoin(self.base, iri)}>"

    def _word(self, token: str) -> Term:
        frame = self.stack[-1]
        if token == "a" and frame.subject is not None and not frame.predicate:  # noqa: S105
            return f"<{_TYPE}>"
        if token in ("true", "false"):
            return literal(token, datatype=XSD + "boolean")
        for expression, name in _NUMBERS:
            if expression.fullmatch(token):
                return literal(token, datatype=XSD + name)
        prefix, _, local = token.partition(":")
        return f"<{self.prefixes.get(prefix, '')}{_LOCAL.sub(lambda m: m[1], local)}>"

    def _put(self, term: _Name) -> None:
        frame = self.stack[-1]
        if self.typed:
            self._type(term)
        elif frame.is_list:
            if frame.predicate:
                cell = _Node()
                self.facts.append((frame.subject or "", _REST, cell, self.line))
                frame.subject = cell
            frame.predicate = _FIRST
            self.facts.append((frame.subject or "", _FIRST, term, self.line))
        elif frame.subject is None:
            frame.subject = term
        elif not frame.predicate:
            frame.predicate = term[1:-1] if isinstance(term, str) else "?"
        else:
            self.facts.append((frame.subject, frame.predicate, term, self.line))

    def _type(self, datatype: _Name) -> None:
        self.typed = False
        if not self.facts or not isinstance(datatype, str):
            return
        subject, predicate, value, line = self.facts[-1]
        if isinstance(value, str) and value.endswith('"'):
            kept = value if datatype == f"<{XSD}string>" else f"{value}^^{datatype}"
            self.facts[-1] = (subject, predicate, kept, line)

    def _sign(self, sign: str) -> None:
        frame = self.stack[-1]
        if sign in ("[", "("):
            node = _Node()
            self._put(node)
            self.stack.append(_Frame(node, is_list=sign == "("))
        elif sign in ("]", ")"):
            if len(self.stack) > 1:
                self.stack.pop()
        elif sign == "^^":
            self.typed = True
        elif sign == ";":
            frame.predicate = ""
        elif sign in (".", "{", "}"):
            self.stack = [_Frame()]
        elif sign != ",":
            self._put(term("rdf:nil"))
