"""JSON-LD 1.1 writing of small graphs, with an inline context of the prefixes used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from app.rdf.namespaces import RDF_TYPE
from app.rdf.terms import XSD_STRING, Quad, Term, Triple, literal_of
from app.rdf.turtle import Prefixes, remember

_TYPE = f"<{RDF_TYPE}>"


def jsonld_document(triples: Iterable[Triple], prefixes: Prefixes) -> dict[str, Any]:
    """Return `@context` and `@graph` of triples; every value sits in an array, nothing is coerced.

    An IRI whose scheme is spelt like one of the prefixes would be read as a compact IRI; a graph
    with such an IRI is written without prefixes.
    """
    items = list(triples)
    nodes = Nodes(prefixes)
    graph = nodes.build(items)
    if nodes.used & nodes.schemes:
        nodes = Nodes(Prefixes.none())
        graph = nodes.build(items)
    context = {name: prefixes.by_name[name] for name in sorted(nodes.used)}
    return {"@context": context, "@graph": graph}


def write_jsonld(triples: Iterable[Triple], prefixes: Prefixes) -> bytes:
    """Return UTF-8 JSON-LD of triples."""
    return orjson.dumps(jsonld_document(triples, prefixes), option=orjson.OPT_INDENT_2)


def write_jsonld_dataset(quads: Iterable[Quad], prefixes: Prefixes) -> bytes:
    """Return UTF-8 JSON-LD of quads; a named graph stands within the node of its name."""
    items = sorted(quads, key=lambda quad: (quad[3], quad))
    nodes = Nodes(prefixes)
    graph = nodes.dataset(items)
    if nodes.used & nodes.schemes:
        nodes = Nodes(Prefixes.none())
        graph = nodes.dataset(items)
    context = {name: prefixes.by_name[name] for name in sorted(nodes.used)}
    document = {"@context": context, "@graph": graph}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


class Nodes:
    """Builds node objects (JSON-LD 1.1, 9.1).

    It keeps the prefixes it used and the schemes of the IRIs it wrote.
    """

    def __init__(self, prefixes: Prefixes) -> None:
        self.prefixes = prefixes
        self.used: set[str] = set()
        self.schemes: set[str] = set()

    def compact(self, iri: str) -> str:
        """Return an IRI as compact IRI where a prefix fits."""
        name, local = self.prefixes.shorten(iri)
        if name:
            self.used.add(name)
            return f"{name}:{local}"
        self.schemes.add(iri.partition(":")[0])
        return iri

    def identifier(self, term: Term) -> str:
        """Return what `@id` says of a term."""
        if not term.startswith("<"):
            return term
        self.schemes.add(term[1 : term.find(":")])
        return term[1:-1]

    def value(self, term: Term) -> dict[str, str]:
        """Return a value object; the same one each time, so nobody may change it."""
        found: tuple[dict[str, str], str, str] | None = self.prefixes.memory.get(term)
        if found is None:
            one = Nodes(self.prefixes)
            made = one._value(term)
            found = made, next(iter(one.used), ""), next(iter(one.schemes), "")
            remember(self.prefixes.memory, term, found)
        value, prefix, scheme = found
        if prefix:
            self.used.add(prefix)
        if scheme:
            self.schemes.add(scheme)
        return value

    def _value(self, term: Term) -> dict[str, str]:
        if not term.startswith('"'):
            return {"@id": self.identifier(term)}
        text, datatype, language = literal_of(term)
        if language:
            return {"@value": text, "@language": language}
        if datatype == XSD_STRING:
            return {"@value": text}
        return {"@value": text, "@type": self.compact(datatype)}

    def dataset(self, quads: list[Quad]) -> list[dict[str, Any]]:
        """Return the nodes of the default graph, which comes first, then those of named graphs."""
        by_name: dict[Term, list[Triple]] = {"": []}
        for subject, predicate, object_, graph in quads:
            by_name.setdefault(graph, []).append((subject, predicate, object_))
        nodes = self.build(by_name.pop(""))
        known = {node["@id"]: node for node in nodes}
        for name, triples in by_name.items():
            key = self.identifier(name)
            if key not in known:
                known[key] = {"@id": key}
                nodes.append(known[key])
            known[key]["@graph"] = self.build(triples)
        return nodes

    def build(self, triples: Iterable[Triple]) -> list[dict[str, Any]]:
        """Return a node object per subject."""
        nodes: dict[Term, dict[str, Any]] = {}
        for subject, predicate, object_ in triples:
            node = nodes.get(subject)
            if node is None:
                node = nodes[subject] = {"@id": self.identifier(subject)}
            if predicate == _TYPE and object_.startswith("<"):
                node.setdefault("@type", []).append(self.compact(object_[1:-1]))
            else:
                key = self.compact(predicate[1:-1])
                node.setdefault(key, []).append(self.value(object_))
        return list(nodes.values())
