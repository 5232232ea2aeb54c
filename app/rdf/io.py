"""Parsing to terms and writing by media type; pyoxigraph keeps lexical forms when it streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from app.errors import RdfSyntaxError
from app.rdf import media
from app.rdf.iris import reference
from app.rdf.jsonld import write_jsonld
from app.rdf.media import MediaType
from app.rdf.namespaces import RDF_TYPE
from app.rdf.terms import Quad, Term, Triple, literal
from app.rdf.turtle import Prefixes, write_trig, write_turtle

_TYPE = f"<{RDF_TYPE}>"
_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def _term(node: object) -> Term:
    if isinstance(node, ox.NamedNode):
        return f"<{node.value}>"
    if isinstance(node, ox.Literal):
        language = node.language or ""
        return literal(node.value, datatype=node.datatype.value, language=language)
    if isinstance(node, ox.BlankNode):
        return f"_:{node.value}"
    if isinstance(node, ox.DefaultGraph):
        return ""
    msg = f"unsupported kind of term: {type(node).__name__}"
    raise ValueError(msg)


def parse(data: bytes, source: MediaType, *, base: str, where: str) -> Iterator[Quad]:
    """Yield the quads of a document, in its order; blank nodes keep a label per document.

    Raises:
        RdfSyntaxError: The text does not parse; names `where` and, if known, the line.
    """
    try:
        for quad in ox.parse(data, _FORMATS[source.key], base_iri=base):
            yield (
                _term(quad.subject), _term(quad.predicate), _term(quad.object),
                _term(quad.graph_name),
            )  # fmt: skip
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        message = getattr(error, "msg", None) or str(error)
        raise RdfSyntaxError(str(message), where=where, line=line) from error


def prefixes_of(data: bytes, source: MediaType) -> dict[str, str]:
    """Return the prefixes that a document which parses declares, the namespace by name."""
    parser = ox.parse(data, _FORMATS[source.key], base_iri="urn:base:")
    for _ in parser:
        pass
    return dict(parser.prefixes)


def base_of(data: bytes, source: MediaType, *, base: str) -> str:
    """Return the base at the end of a document which parses: its own, resolved, or `base`."""
    parser = ox.parse(data, _FORMATS[source.key], base_iri=base)
    for _ in parser:
        pass
    return parser.base_iri or base


def write_ntriples(quads: Iterable[Quad]) -> str:
    """Return sorted N-Triples lines; quads that differ only in graph fold into one line."""
    lines = sorted({f"{s} {p} {o} ." for s, p, o, _ in quads})
    return "\n".join(lines) + "\n" if lines else ""


def write_rdfxml(triples: Iterable[Triple], prefixes: Prefixes, *, lenient: bool = False) -> bytes:
    """Return RDF/XML of triples in their order; what may be relative is `lenient`."""
    text = "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()
    # RDF/XML cannot say every prefix; only those in use keep the head short
    used = {name: iri for name, iri in prefixes.by_name.items() if iri.encode() in text}
    out = ox.serialize(
        ox.parse(text, ox.RdfFormat.N_TRIPLES, lenient=lenient),
        format=ox.RdfFormat.RDF_XML, prefixes=used,
    )  # fmt: skip
    # a bare carriage return is read back as a line feed (XML 1.0, 2.11)
    return (out or b"").replace(b"\r", b"&#xD;")


def write(quads: Iterable[Quad], target: MediaType, prefixes: Prefixes, *, base: str = "") -> bytes:
    """Return the bytes of quads in a media type; formats for triples fold the graphs together.

    With a `base` (without a fragment) what is near it is written relative to it, in the formats
    that can; the base itself is not written.
    """
    if target is media.N_QUADS:
        return "".join(f"{s} {p} {o}{' ' + g if g else ''} .\n" for s, p, o, g in quads).encode()
    if target is media.N_TRIPLES:
        return write_ntriples(quads).encode()
    if base:
        # XML names and JSON-LD keys are never resolved
        names = target in (media.TURTLE, media.TRIG)
        quads = [_near(quad, base, names=names) for quad in quads]
    if target is media.TRIG:
        return write_trig(quads, prefixes).encode()
    triples = sorted({quad[:3] for quad in quads})
    if target is media.TURTLE:
        return write_turtle(triples, prefixes).encode()
    if target is media.JSON_LD:
        return write_jsonld(triples, prefixes)
    if target is media.RDF_XML:
        return write_rdfxml(triples, prefixes, lenient=bool(base))
    msg = f"no writer for {target.name}"
    raise ValueError(msg)


def _near(quad: Quad, base: str, *, names: bool) -> Quad:
    def near(value: Term) -> Term:
        return f"<{reference(value[1:-1], base)}>" if value.startswith("<") else value

    s, p, o, g = quad
    named = names or p != _TYPE
    return near(s), near(p) if names else p, near(o) if named else o, near(g)


def bulk_load(path: str, data_path: str) -> None:
    """Fill a new Oxigraph store at `path` from an N-Quads file and compact it."""
    store = ox.Store(path)
    store.bulk_load(path=data_path, format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
