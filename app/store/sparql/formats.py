"""Media types of SPARQL results and the engine's names for them (SPARQL 1.1 Protocol, section 2.1).

Plain strings, so that the serving process need not import the engine. Order is order of preference.
"""

from __future__ import annotations

from typing import Final, Literal

from app.errors import NotAcceptableError

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

BINDINGS_FORMATS: Final[dict[str, str]] = {
    "application/sparql-results+json": "JSON",
    "application/sparql-results+xml": "XML",
    "text/csv": "CSV",
    "text/tab-separated-values": "TSV",
}
GRAPH_FORMATS: Final[dict[str, str]] = {
    "text/turtle": "TURTLE",
    "application/n-triples": "N_TRIPLES",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON_LD",
}
SELECT_MEDIA_TYPES: Final[tuple[str, ...]] = tuple(BINDINGS_FORMATS)
GRAPH_MEDIA_TYPES: Final[tuple[str, ...]] = tuple(GRAPH_FORMATS)


def offers(form: QueryForm) -> tuple[str, ...]:
    """Return the media types a query form can be answered in, best first."""
    return SELECT_MEDIA_TYPES if form in ("SELECT", "ASK") else GRAPH_MEDIA_TYPES


def engine_format(form: QueryForm, media_type: str) -> str:
    """Return the engine's serialisation for a form and a media type without parameters.

    Raises:
        NotAcceptableError: The form has no such representation.
    """
    table = BINDINGS_FORMATS if form in ("SELECT", "ASK") else GRAPH_FORMATS
    try:
        return table[media_type]
    except KeyError:
        detail = f"A {form} query cannot be answered in that media type."
        raise NotAcceptableError(detail, offers=offers(form)) from None
