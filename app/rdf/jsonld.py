"""JSON-LD 1.1 writing of small graphs, with an inline context of the prefixes used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from app.rdf.namespaces import RDF_TYPE
from app.rdf.terms import XSD_STRING, Term, Triple, literal_of
from app.rdf.turtle import Prefixes

_TYPE = f"<{RDF_TYPE}>"


def jsonld_document(triples: Iterable[Triple], prefixes: Prefixes) -> dict[str, Any]:
    """Return `@context` and `@graph` of triples; every value sits in an array, nothing is coerced.

    An IRI whose scheme is spelt like one of the prefixes would be read as a compact IRI; a graph
    with such an IRI is written without prefixes.
    """
    items = list(triples)
    used: set[str] = set()
    schemes: set[str] = set()
    graph = _nodes(items, prefixes, used, schemes)
    if used & schemes:
        used = set()
        graph = _nodes(items, Prefixes.none(), used, schemes)
    return {"@context": {name: prefixes.by_name[name] for name in sorted(used)}, "@graph": graph}


def write_jsonld(triples: Iterable[Triple], prefixes: Prefixes) -> bytes:
    """Return UTF-8 JSON-LD of triples."""
    return orjson.dumps(jsonld_document(triples, prefixes), option=orjson.OPT_INDENT_2)


def _nodes(
    triples: list[Triple], prefixes: Prefixes, used: set[str], schemes: set[str]
) -> list[dict[str, Any]]:
    nodes: dict[Term, dict[str, Any]] = {}

    def compact(iri: str) -> str:
        name, local = prefixes.shorten(iri)
        if name:
            used.add(name)
            return f"{name}:{local}"
        schemes.add(iri.partition(":")[0])
        return iri

    def value(term: Term) -> Any:
        if not term.startswith('"'):
            iri = term[1:-1] if term.startswith("<") else term
            schemes.add(iri.partition(":")[0])
            return {"@id": iri}
        text, datatype, language = literal_of(term)
        if language:
            return {"@value": text, "@language": language}
        if datatype == XSD_STRING:
            return {"@value": text}
        return {"@value": text, "@type": compact(datatype)}

    for subject, predicate, object_ in triples:
        node = nodes.get(subject)
        if node is None:
            iri = subject[1:-1] if subject.startswith("<") else subject
            schemes.add(iri.partition(":")[0])
            node = nodes[subject] = {"@id": iri}
        if predicate == _TYPE and object_.startswith("<"):
            node.setdefault("@type", []).append(compact(object_[1:-1]))
        else:
            node.setdefault(compact(predicate[1:-1]), []).append(value(object_))
    return list(nodes.values())
