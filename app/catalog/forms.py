"""How each RDF format writes the feed in pieces that can be joined: start, fragments, end.

Start, the head's fragment, any others, end: joined they make a document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol
from xml.sax.saxutils import quoteattr

import orjson

from app.rdf import media
from app.rdf.io import write_ntriples, write_rdfxml
from app.rdf.jsonld import Nodes
from app.rdf.media import MediaType
from app.rdf.namespaces import PREFIXES, RDF_TYPE
from app.rdf.terms import Term, Triple
from app.rdf.turtle import Prefixes, prefix_lines, turtle_blocks

_TYPE = f"<{RDF_TYPE}>"
_ROOT = re.compile(rb"<rdf:RDF[^>]*>")


class Form(Protocol):
    """One format; it remembers which prefixes its fragments used."""

    target: MediaType

    def fragment(self, triples: Sequence[Triple]) -> bytes:
        """Return the text of triples that stand together by subject."""

    def first(self, triples: Sequence[Triple]) -> bytes:
        """Return the text of the fragment that comes first, the head's."""

    def preface(self, triples: Sequence[Triple]) -> bytes:
        """Return the text of triples after the start, whatever prefixes there are."""

    def start(self) -> bytes:
        """Return what a document starts with, once all fragments were made."""

    def end(self) -> bytes:
        """Return what a document ends with."""


class Turtle:
    """Turtle, which is TriG as well: what a client reads without knowing names of graphs."""

    target = media.TURTLE

    def __init__(self, prefixes: Prefixes) -> None:
        self.prefixes = prefixes
        self.used: set[str] = set()

    def fragment(self, triples: Sequence[Triple]) -> bytes:
        """Return blocks, each after an empty line."""
        return "".join(
            "\n" + block for block in turtle_blocks(triples, self.prefixes, self.used)
        ).encode()

    first = fragment

    def preface(self, triples: Sequence[Triple]) -> bytes:
        """Return blocks without prefixes."""
        return "".join(
            "\n" + block for block in turtle_blocks(triples, Prefixes.none(), set())
        ).encode()

    def start(self) -> bytes:
        """Return the declarations of the prefixes."""
        return prefix_lines(self.prefixes, self.used).encode()

    def end(self) -> bytes:
        """Return nothing."""
        return b""


class NTriples:
    """N-Triples, a fragment's lines sorted."""

    target = media.N_TRIPLES

    def fragment(self, triples: Sequence[Triple]) -> bytes:
        """Return lines."""
        return write_ntriples((*triple, "") for triple in triples).encode()

    first = preface = fragment

    def start(self) -> bytes:
        """Return nothing."""
        return b""

    end = start


class JsonLd:
    """JSON-LD: node objects in one `@graph`, each after a comma but the first of the head."""

    target = media.JSON_LD

    def __init__(self, prefixes: Prefixes) -> None:
        self.nodes = Nodes(prefixes)

    @property
    def ambiguous(self) -> bool:
        """Tell whether an IRI would be read as a compact one: it starts like a prefix."""
        return bool(self.nodes.used & self.nodes.schemes)

    def fragment(self, triples: Sequence[Triple]) -> bytes:
        """Return node objects, each with a comma before it."""
        return b"".join(b",\n" + _json(node) for node in self.nodes.build(triples))

    def first(self, triples: Sequence[Triple]) -> bytes:
        """Return node objects with commas between them."""
        return self.fragment(triples)[2:]

    def preface(self, triples: Sequence[Triple]) -> bytes:
        """Return node objects without prefixes, each with a comma after it."""
        nodes = Nodes(Prefixes.none()).build(triples)
        return b"".join(_json(node) + b",\n" for node in nodes)

    def start(self) -> bytes:
        """Return the context and the beginning of the graph."""
        by_name = self.nodes.prefixes.by_name
        context = {name: by_name[name] for name in sorted(self.nodes.used)}
        return b'{"@context": ' + _json(context) + b',\n"@graph": [\n'

    def end(self) -> bytes:
        """Return the end of the graph."""
        return b"\n]}\n"


class RdfXml:
    """RDF/XML with the root `rdf:RDF`."""

    target = media.RDF_XML

    def __init__(self, prefixes: Prefixes) -> None:
        self.prefixes = prefixes
        self.named: set[Term] = set()

    def fragment(self, triples: Sequence[Triple]) -> bytes:
        """Return elements; names without a prefix declare their namespace themselves."""
        self.named.update(triple[1] for triple in triples)
        self.named.update(triple[2] for triple in triples if triple[1] == _TYPE)
        return self._elements(triples, self.prefixes)

    first = fragment

    def preface(self, triples: Sequence[Triple]) -> bytes:
        """Return elements that declare their namespaces themselves."""
        return self._elements(triples, Prefixes.none())

    @staticmethod
    def _elements(triples: Sequence[Triple], prefixes: Prefixes) -> bytes:
        if not triples:
            return b""
        text = write_rdfxml(triples, prefixes)
        root = _ROOT.search(text)
        assert root, "the serializer writes a root element"
        return text[root.end() : text.rindex(b"</rdf:RDF>")].lstrip(b"\n")

    def start(self) -> bytes:
        """Return the root element's beginning with the prefixes in use."""
        used = {"rdf": PREFIXES["rdf"]} | {
            name: iri for name, iri in self.prefixes.by_name.items()
            if any(term.startswith("<" + iri) for term in self.named)
        }  # fmt: skip
        spaces = "".join(f" xmlns:{name}={quoteattr(iri)}" for name, iri in sorted(used.items()))
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{spaces}>\n'.encode()

    def end(self) -> bytes:
        """Return the root element's end."""
        return b"</rdf:RDF>\n"


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)
