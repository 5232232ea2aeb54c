"""Repairs of what is missing and follows from what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.rdf.namespaces import term
from app.rdf.terms import Term, is_literal, literal_of
from app.validation.repair.graph import Change, Graph
from app.validation.terms.known import KnownTerms

_TYPE: Final = term("rdf:type")
_DISTRIBUTION, _HAS = term("dcat:Distribution"), term("dcat:distribution")
_ACCESS, _DOWNLOAD = term("dcat:accessURL"), term("dcat:downloadURL")
_PUBLISHER, _CONTACT, _NAME = term("dct:publisher"), term("dcat:contactPoint"), term("foaf:name")
_CONFORMS: Final = term("dct:conformsTo")
_FLEMISH: Final = "data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL"
# what holds one type and is asked to hold the other, by the property that points at it
_PAIRS: Final = (
    (_PUBLISHER, term("foaf:Agent"), term("dct:Agent")),
    (_PUBLISHER, term("dct:Agent"), term("foaf:Agent")),
    (_PUBLISHER, term("org:Organization"), term("foaf:Agent")),
    (_PUBLISHER, term("foaf:Organization"), term("foaf:Agent")),
    (_CONTACT, term("vcard:Organization"), term("vcard:Kind")),
    (_CONTACT, term("vcard:Individual"), term("vcard:Kind")),
)


def access_url(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Copy the address of the one file of a distribution that has no access page."""
    del terms
    for subject in graph.subjects():
        files = graph.values(subject, _DOWNLOAD)
        if len(files) != 1 or not files[0].startswith("<") or graph.values(subject, _ACCESS):
            continue
        typed = _DISTRIBUTION in graph.values(subject, _TYPE)
        if typed or any(p == _HAS for _, p, _ in graph.into(subject)):
            yield Change(rule, (), ((subject, _ACCESS, files[0]),))


def agent_types(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Give publishers and contact points both types, in data that follow DCAT-AP Vlaanderen.

    An organisation without foaf:name gets no type that asks for one.
    """
    del terms
    if not any(p == _CONFORMS and _FLEMISH in _text(o) for _, p, o in graph):
        return
    for link, has, asked in _PAIRS:
        for node in dict.fromkeys(o for _, p, o in graph if p == link):
            types = graph.values(node, _TYPE)
            named = link != _PUBLISHER or graph.values(node, _NAME)
            if has in types and asked not in types and named:
                yield Change(rule, (), ((node, _TYPE, asked),))


def _text(value: Term) -> str:
    return literal_of(value).text if is_literal(value) else value
