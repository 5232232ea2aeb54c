"""Terms as canonical N-Triples text (RDF 1.1 N-Triples, section 4)."""

from __future__ import annotations

import re
from typing import NamedTuple

import pyoxigraph as ox

XSD = "http://www.w3.org/2001/XMLSchema#"
XSD_STRING = XSD + "string"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

Term = str
Triple = tuple[Term, Term, Term]
Quad = tuple[Term, Term, Term, Term]

# what XML 1.0 (section 2.2, Char) leaves out, and so RDF/XML cannot say
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# IRIREF of N-Triples leaves these out; spaces and controls included.
_IRI_FORBIDDEN = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ABSOLUTE = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
# tab too: documents are stored with tabs between terms
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPE = re.compile(r'\\(?:([tbnrf"\'\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))')
_UNESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_LINE = re.compile(
    r'^(<[^>]*>|_:\S+) (<[^>]*>) (<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?)'
    r"(?: (<[^>]*>|_:\S+))? \.$"
)


class Literal(NamedTuple):
    """The parts of a literal term; `language` is "" unless the datatype is rdf:langString."""

    text: str
    datatype: str
    language: str


def is_iri(value: str) -> bool:
    """Tell whether text is an absolute IRI that N-Triples can hold."""
    if not _ABSOLUTE.match(value) or _IRI_FORBIDDEN.search(value):
        return False
    try:
        # the store that loads a release refuses what its own parser refuses: %zz, a port of letters
        ox.NamedNode(value)
    except ValueError:
        return False
    return True


def is_language(value: str) -> bool:
    """Tell whether text is a language tag as N-Triples writes it."""
    return _LANGUAGE.fullmatch(value) is not None


def iri(value: str) -> Term:
    """Return the term of an absolute IRI.

    Raises:
        ValueError: The text is relative or holds a character an IRI cannot hold.
    """
    if not is_iri(value):
        msg = f"not an absolute IRI: {value[:200]!r}"
        raise ValueError(msg)
    return f"<{value}>"


def escape(text: str) -> str:
    """Return text as it stands between the quotes of a literal."""
    for sign, escaped in _ESCAPES.items():
        if sign in text:
            text = text.replace(sign, escaped)
    return text


def literal(text: str, *, datatype: str = "", language: str = "") -> Term:
    """Return the term of a literal; the lexical form is kept to the letter."""
    text = escape(text)
    if language:
        if not is_language(language):
            msg = f"not a language tag: {language[:40]!r}"
            raise ValueError(msg)
        return f'"{text}"@{language.lower()}'
    if datatype and datatype != XSD_STRING:
        return f'"{text}"^^<{datatype}>'
    return f'"{text}"'


def is_literal(term: Term) -> bool:
    """Tell whether a term is a literal."""
    return term.startswith('"')


def unescape(text: str) -> str:
    """Undo N-Triples string escapes."""
    if "\\" not in text:
        return text

    def one(match: re.Match[str]) -> str:
        letter, short, long = match.groups()
        if letter:
            return _UNESCAPED.get(letter, letter)
        return chr(int(short or long, 16))

    return _UNESCAPE.sub(one, text)


def literal_of(term: Term) -> Literal:
    """Return the parts of a literal term."""
    end = term.rindex('"')
    text, tail = unescape(term[1:end]), term[end + 1 :]
    if tail.startswith("@"):
        return Literal(text, LANG_STRING, tail[1:])
    return Literal(text, tail[3:-1] if tail else XSD_STRING, "")


def split_line(text: str) -> tuple[Term, Term, Term, Term]:
    """Return the terms of a canonical line; the fourth is "" in N-Triples.

    Raises:
        ValueError: The line is not canonical N-Triples or N-Quads.
    """
    match = _LINE.match(text)
    if not match:
        msg = f"not a canonical N-Quads line: {text[:200]!r}"
        raise ValueError(msg)
    subject, predicate, object_, graph = match.groups()
    return subject, predicate, object_, graph or ""
