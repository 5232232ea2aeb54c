"""The description of the SPARQL service (W3C SPARQL 1.1 Service Description, 2013)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.rdf.namespaces import term
from app.rdf.terms import XSD, Quad, Term, literal

_SD: Final = "<http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "RDF_XML", "JSON-LD"),
)
_COMMENT: Final = {
    "en": "SPARQL 1.1 queries, read only. Without FROM the default graph is the union of the named "
    "graphs; FROM, FROM NAMED and the graphs of the protocol are those named here. Not offered: "
    "SPARQL Update, {service}GeoSPARQL, full text search, entailment. The "
    "engine may write numbers and dates another way; /doc and /dumps give them exactly.",
    "nl": "Zoekvragen in SPARQL 1.1, alleen lezen. Zonder FROM is de standaardgraaf alle benoemde "
    "grafen samen; FROM, FROM NAMED en de grafen van het protocol zijn die van hieronder. Niet "
    "aangeboden: SPARQL Update, {service}GeoSPARQL, zoeken in volle tekst, afleiding. De engine "
    "kan getallen en datums anders schrijven; /doc en /dumps geven ze precies.",
}


_SERVICE: Final = {
    "en": "federated queries (SERVICE), ",
    "nl": "gefedereerde zoekvragen (SERVICE), ",
}


def describe(
    base: str, triples: Mapping[str, int], *, merged: bool, federated: bool = False
) -> set[Quad]:
    """Return the description; `triples` counts those of each named graph, in the default graph.

    `federated` says that SERVICE may name some addresses, `merged` that some triples are in several
    graphs: then how many there are in all is not counted.
    """
    service, dataset = f"<{base}sparql>", f"<{base}sparql#dataset>"
    union = f"<{base}sparql#default-graph>"
    a = term("rdf:type")
    facts: set[tuple[Term, Term, Term]] = {
        (service, a, _SD + "Service>"),
        (service, _SD + "endpoint>", service),
        (service, _SD + "supportedLanguage>", _SD + "SPARQL11Query>"),
        (service, _SD + "feature>", _SD + "UnionDefaultGraph>"),
        (service, _SD + "defaultDataset>", dataset),
        (dataset, a, _SD + "Dataset>"),
        (dataset, a, term("void:Dataset")),
        (dataset, term("rdfs:seeAlso"), f"<{base}.well-known/void>"),
        (dataset, _SD + "defaultGraph>", union),
        (union, a, _SD + "Graph>"),
    }
    for language, text in _COMMENT.items():
        said = text.format(service="" if federated else _SERVICE[language])
        facts.add((service, term("rdfs:comment"), literal(said, language=language)))
    if federated:
        facts.add((service, _SD + "feature>", _SD + "BasicFederatedQuery>"))
    for name in _FORMATS:
        facts.add((service, _SD + "resultFormat>", f"<http://www.w3.org/ns/formats/{name}>"))
    if not merged:
        facts |= {(node, term("void:triples"), _number(sum(triples.values())))
                  for node in (dataset, union)}  # fmt: skip
    for name, number in triples.items():
        graph, facts_of = f"<{base}id/graaf/{name}>", f"<{base}sparql#graaf-{name}>"
        facts |= {
            (dataset, _SD + "namedGraph>", graph),
            (graph, a, _SD + "NamedGraph>"),
            (graph, _SD + "name>", graph),
            (graph, _SD + "graph>", facts_of),
            (facts_of, a, _SD + "Graph>"),
            (facts_of, a, term("void:Dataset")),
            (facts_of, term("void:triples"), _number(number)),
        }
    return {(*fact, "") for fact in facts}


def _number(value: int) -> Term:
    return literal(str(value), datatype=XSD + "integer")
