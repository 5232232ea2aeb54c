"""The first line where a thing stands as subject: as a person would look for it in the file.

Turtle, TriG and N-*: the IRI or prefixed name that opens a statement; RDF/XML: `rdf:about`,
`rdf:ID` or `rdf:nodeID`; JSON-LD: `@id`. Comments and strings do not count. A search, no parser:
what it cannot tell is "not located".
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urljoin
from xml.parsers import expat

from app.rdf import media
from app.rdf.media import MediaType
from app.rdf.terms import unescape

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PIECE_BYTES: Final = 65_536
_XML: Final = "http://www.w3.org/XML/1998/namespace"
# a token of Turtle and TriG; whatever is none of these is left out a character at a time
_KINDS: Final = (
    r'(?P<string>"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\\?\Z)'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\\?\Z)"
    r'|"(?:[^"\\\n]++|\\.)*+(?:"|(?=\n)|\\?\Z)'
    r"|'(?:[^'\\\n]++|\\.)*+(?:'|(?=\n)|\\?\Z))"
    r'|(?P<iri><(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)'
    r"|(?P<comment>\#[^\n]*)"
    r"|(?P<space>\s+)"
    r"|(?P<directive>@prefix\b|@base\b|@version\b)"
    r"|(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    r"|(?P<blank>_:[\w][\w.\u00b7-]*(?<!\.))"
    r"|(?P<name>(?:[^\W\d_](?:[\w.\u00b7-]*[\w\u00b7-])?)?"
    r":(?:(?:[\w:.\u00b7-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:\u00b7-]|%[0-9A-Fa-f]{2}|\\.))?)"
    r"|(?P<number>[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<word>[A-Za-z]+)"
)
_TURTLE = re.compile(rf"{_KINDS}|(?P<mark>.)", re.DOTALL)
# tokens at a time that neither end a statement nor nest; bounded, as is the memory that takes
_INSIDE = re.compile(
    r"(?:(?!@(?:prefix|base|version)\b)(?:"
    + re.sub(r"\(\?P<\w+>", "(?:", _KINDS)
    + r"|[^.()\[\]{}])){0,1000}+",
    re.DOTALL,
)
_LINE_SUBJECT = re.compile(rb"[ \t]*(?:<([^<>\s]*)>|(_:[^\s<>]+))")
Place = tuple[int, str]  # line, IRI or label
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_JSON = re.compile(r'"((?:[^"\\]++|\\.)*+)(?:"|\\?\Z)|([{}\[\]:,])|\n', re.DOTALL)


def locate(text: bytes, syntax: MediaType, subject: str, *, base: str = "") -> int | None:
    """Return the 1-based line where an IRI (or `_:` label) first stands as subject, or None.

    `text` is UTF-8; `base` is what its relative IRIs were resolved against.
    """
    return locate_all(text, syntax, (subject,), base=base).get(subject)


def locate_all(
    text: bytes, syntax: MediaType, subjects: Iterable[str], *, base: str = ""
) -> dict[str, int]:
    """Return the first line of each subject (IRI, `<IRI>` or label) that is found, in one pass."""
    wanted = {item.removeprefix("<").removesuffix(">"): item for item in subjects}
    finder = _FINDERS.get(syntax)
    out: dict[str, int] = {}
    if finder is None:
        return out
    for line, name in finder(text, base):
        if name in wanted and line < out.get(wanted[name], line + 1):
            out[wanted[name]] = line
            # JSON tells what an object is at its end only, so an earlier line may follow
            if len(out) == len(wanted) and syntax not in _UNORDERED:
                break
    return out


def _in_lines(text: bytes, _base: str) -> Iterator[Place]:
    for number, line in enumerate(text.split(b"\n"), 1):
        match = _LINE_SUBJECT.match(line)
        if match:
            name = match[1] or match[2]
            yield number, unescape(name.decode(errors="replace"))


def _join(base: str, reference: str) -> str:
    try:
        # urljoin knows few schemes; an absolute IRI stays as it is
        return reference if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", reference) else (
            urljoin(base, reference) if reference else base.partition("#")[0]
        )  # fmt: skip
    except ValueError:
        return reference


class _Turtle:
    """Follows statements just far enough to know which token is a subject."""

    def __init__(self, text: str, base: str) -> None:
        self.text, self.base = text, base
        self.prefixes: dict[str, str] = {}
        self.depth = 0  # of [ ] and ( )
        self.subject_next = True
        self.directive: list[str] = []  # a directive that is being read

    def find(self) -> Iterator[Place]:
        at, line, pending = 0, 1, None
        while match := _TURTLE.match(self.text, at):
            kind, token, here, at = match.lastgroup or "", match[0], line, match.end()
            if kind in {"space", "string"}:
                line += token.count("\n")
            if kind in {"space", "comment"}:
                continue
            # what stands before a brace names a graph
            if pending and match[0] != "{":
                yield pending
            pending = None
            if self.directive:
                self._direct(kind, token)
            elif kind == "directive" or (self.subject_next and self._is_directive(kind, token)):
                self.directive = [token.lstrip("@").lower()]
            elif self._is_subject(kind, token) and (name := self._name(kind, token)):
                pending = here, name
            elif not self.subject_next and (inside := _INSIDE.match(self.text, at)):
                line += self.text.count("\n", at, inside.end())
                at = inside.end()

    @staticmethod
    def _is_directive(kind: str, token: str) -> bool:
        return kind == "word" and token.lower() in {"prefix", "base", "version"}

    def _direct(self, kind: str, token: str) -> None:
        """Read on in a directive; a full stop after it is passed over like any other."""
        self.directive.append(token)
        if kind == "iri":
            iri = _join(self.base, unescape(token[1:-1]))
            if self.directive[0] == "base":
                self.base = iri
            elif len(self.directive) == 3:
                self.prefixes[self.directive[1].removesuffix(":")] = iri
        elif kind == "name":
            return
        self.directive, self.subject_next = [], True

    def _is_subject(self, kind: str, token: str) -> bool:
        """Take one token of a statement; tell whether it stands as its subject."""
        if kind == "mark":
            self._mark(token)
            return False
        if kind == "word" and self.subject_next and token.lower() == "graph":
            return False
        first, self.subject_next = self.subject_next, False
        return first

    def _mark(self, mark: str) -> None:
        if mark in "[(<":
            self.depth += mark != "<"
            self.subject_next = False
        elif mark in "])":
            self.depth = max(0, self.depth - 1)
        elif mark in "{}" or (mark == "." and self.depth == 0):
            self.subject_next, self.depth = True, 0

    def _name(self, kind: str, token: str) -> str | None:
        if kind == "iri":
            return _join(self.base, unescape(token[1:-1]))
        if kind == "blank":
            return token
        if kind != "name":
            return None
        prefix, _, local = token.partition(":")
        space = self.prefixes.get(prefix)
        return None if space is None else space + _LOCAL_ESCAPE.sub(r"\1", local)


def _in_turtle(text: bytes, base: str) -> Iterator[Place]:
    return _Turtle(text.decode(errors="replace"), base).find()


class _Xml:
    """Follows the stripes of RDF/XML: nodes hold properties, properties hold nodes."""

    def __init__(self, base: str) -> None:
        self.places: list[Place] = []
        self.parser = parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        # per open element: its base, and what its children are
        self.stack: list[tuple[str, str]] = [(base, "node")]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        base, kind = self.stack[-1]
        own = attributes.get(f"{_XML} base")
        base = base if own is None else _join(base, own)
        if kind == "literal":
            inside = kind
        elif kind == "node":
            inside = "node" if name == f"{_RDF} RDF" else "property"
            self._node(base, attributes)
        else:
            parse_type = attributes.get(f"{_RDF} parseType", "Collection")
            inside = {"Resource": "property", "Collection": "node"}.get(parse_type, "literal")
        self.stack.append((base, inside))

    def _node(self, base: str, attributes: dict[str, str]) -> None:
        for attribute, sign in (("about", ""), ("ID", "#"), ("nodeID", "_:")):
            value = attributes.get(f"{_RDF} {attribute}")
            if value is not None:
                name = sign + value if sign == "_:" else _join(base, sign + value)
                self.places.append((self.parser.CurrentLineNumber, name))

    def _end(self, _name: str) -> None:
        self.stack.pop()


def _in_xml(text: bytes, base: str) -> Iterator[Place]:
    """Yield what stands before a mistake, if there is one."""
    xml = _Xml(base)
    with contextlib.suppress(expat.ExpatError):
        # by pieces, so that a subject near the beginning is found at once
        for start in range(0, len(text), _PIECE_BYTES):
            xml.parser.Parse(text[start : start + _PIECE_BYTES], False)
            yield from xml.places
            xml.places.clear()


def _in_html(text: bytes, base: str) -> Iterator[Place]:
    from app.validation.jsonld import scripts  # noqa: PLC0415 - pages are rare

    for before, script in scripts(text):
        yield from ((before + line, name) for line, name in _in_json(script, base))


def _json_tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, kind, text) of strings and marks; the kind of a string is `"`."""
    line = 1
    for match in _JSON.finditer(text):
        if match[1] is not None:
            yield line, '"', match[1]
            line += match[0].count("\n")
        elif match[2]:
            yield line, match[2], ""
        else:
            line += 1


def _in_json(text: bytes, base: str) -> Iterator[Place]:
    """Yield `@id` (or an alias of it) of nodes; an object with nothing else is a mention."""
    reader = _Json(base)
    for line, kind, string in _json_tokens(text.decode(errors="replace")):
        reader.take(line, kind, string)
        yield from reader.places
        reader.places.clear()


class _Json:
    def __init__(self, base: str) -> None:
        self.base = base
        self.places: list[Place] = []
        self.prefixes: dict[str, str] = {}
        self.aliases = {"@id"}
        # per open object or array: is it an object, its keys, its identifiers
        self.stack: list[tuple[bool, list[str], list[Place]]] = []
        self.last = ""  # a string that may turn out to be a key
        self.value = False  # a colon went before

    def take(self, line: int, kind: str, string: str) -> None:
        if kind in "{[":
            self.stack.append((kind == "{", [], []))
            self.last, self.value = "", False
        elif kind in "}]":
            self._close()
        elif kind == ":":
            self.value = True
            if self.stack:
                self.stack[-1][1].append(_json_text(self.last))
        elif kind == ",":
            self.last, self.value = "", False
        elif self.value:
            self._pair(line, _json_text(string))
        else:
            self.last = string

    def _close(self) -> None:
        if self.stack:
            _, keys, places = self.stack.pop()
            if len(set(keys) - {"@context"}) > 1:
                self.places += places
        self.last, self.value = "", False

    def _pair(self, line: int, string: str) -> None:
        key = self.stack[-1][1][-1] if self.stack and self.stack[-1][1] else ""
        if self._inside_context():
            self._define(key, string)
        elif key in self.aliases:
            self.stack[-1][2].append((line, self._expand(string)))

    def _inside_context(self) -> bool:
        return any(keys and keys[-1] == "@context" for is_object, keys, _ in self.stack[:-1]
                   if is_object)  # fmt: skip

    def _define(self, key: str, string: str) -> None:
        if key == "@base":
            self.base = _join(self.base, string)
        elif key == "@id":
            # {"term": {"@id": "…"}}: the term stands one level up
            term = self.stack[-2][1][-1] if len(self.stack) > 1 and self.stack[-2][1] else ""
            self.prefixes[term] = string
        elif string == "@id":
            self.aliases.add(key)
        elif key and not key.startswith("@"):
            self.prefixes[key] = string

    def _expand(self, string: str) -> str:
        prefix, colon, local = string.partition(":")
        if colon and prefix != "_" and not local.startswith("//") and prefix in self.prefixes:
            return self._expand_once(self.prefixes[prefix]) + local
        return string if colon and prefix == "_" else _join(self.base, string)

    def _expand_once(self, value: str) -> str:
        prefix, colon, local = value.partition(":")
        known = colon and not local.startswith("//") and prefix in self.prefixes
        return self.prefixes[prefix] + local if known else value


def _json_text(raw: str) -> str:
    """Undo the escapes of a JSON string; those of N-Triples plus the slash."""
    return unescape(raw.replace("\\/", "/")) if "\\" in raw else raw


_FINDERS: Final = {
    media.TURTLE: _in_turtle, media.TRIG: _in_turtle,
    media.N_TRIPLES: _in_lines, media.N_QUADS: _in_lines,
    media.RDF_XML: _in_xml, media.JSON_LD: _in_json, media.HTML: _in_html,
}  # fmt: skip
_UNORDERED: Final = frozenset({media.JSON_LD, media.HTML})
