"""THE table of media types: nothing else in the house knows `text/turtle` (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# commas and semicolons inside a quoted parameter do not separate
_RANGE = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*"?)+')
_PARAMETER = re.compile(r'(?:[^;"]|"(?:\\.|[^"\\])*"?)+')


@dataclass(frozen=True, slots=True)
class MediaType:
    """One representation: media type, URL suffix, how it is written, what it can hold."""

    name: str
    suffix: str
    key: str
    charset: bool = True
    quads: bool = False
    aliases: tuple[str, ...] = ()
    iana: str = ""
    file_type: str = ""

    @property
    def header(self) -> str:
        """The Content-Type value."""
        return f"{self.name}; charset=utf-8" if self.charset else self.name


HTML = MediaType("text/html", "html", "html", iana="text/html", file_type="HTML")
TURTLE = MediaType(
    "text/turtle", "ttl", "turtle", aliases=("application/x-turtle",), file_type="RDF_TURTLE"
)
JSON_LD = MediaType("application/ld+json", "jsonld", "jsonld", charset=False, file_type="JSON_LD")
N_TRIPLES = MediaType(
    "application/n-triples",
    "nt",
    "ntriples",
    charset=False,
    # the Vlaamse URI-standaard still writes text/ntriples
    aliases=("text/ntriples", "text/plain"),
    file_type="RDF_N_TRIPLES",
)
RDF_XML = MediaType(
    "application/rdf+xml", "rdf", "rdfxml", aliases=("application/xml", "text/xml"),
    file_type="RDF_XML",
)  # fmt: skip
TRIG = MediaType("application/trig", "trig", "trig", quads=True, file_type="RDF_TRIG")
N_QUADS = MediaType(
    "application/n-quads", "nq", "nquads", charset=False, quads=True, file_type="RDF_N_QUADS"
)
JSON = MediaType("application/json", "json", "json", charset=False, file_type="JSON")
GEO_JSON = MediaType(
    "application/geo+json", "geojson", "geojson", charset=False, aliases=("application/json",)
)
CSV = MediaType("text/csv", "csv", "csv", file_type="CSV")
ATOM = MediaType("application/atom+xml", "atom", "atom")
SVG = MediaType("image/svg+xml", "svg", "svg")

ALL: tuple[MediaType, ...] = (
    HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS, JSON, CSV,
)  # fmt: skip
BY_SUFFIX = {media.suffix: media for media in ALL}
# server preference where the client's weights are equal
DOCUMENT = (HTML, TURTLE, JSON_LD, RDF_XML, N_TRIPLES, TRIG, N_QUADS, JSON)
LISTING = (HTML, TURTLE, JSON_LD, RDF_XML, N_TRIPLES, JSON, CSV)
RDF_DOCUMENT = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, TRIG)


def parse_accept(header: str) -> list[tuple[str, str, float]]:
    """Return (type, subtype, quality) of each readable media range; unreadable ones are dropped."""
    ranges: list[tuple[str, str, float]] = []
    for part in _RANGE.findall(header):
        name, *parameters = _PARAMETER.findall(part) or [""]
        kind, slash, sub = name.strip().lower().partition("/")
        if not slash or not kind or not sub or (kind == "*" and sub != "*"):
            continue
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        ranges.append((kind, sub, quality))
    return ranges


def negotiate(header: str | None, offers: Sequence[MediaType]) -> MediaType | None:
    """Return the best offer for an Accept header, or None if every offer is excluded.

    The most specific range that matches gives an offer its quality (RFC 9110); equal qualities
    go to the offer that stands first. A header without one readable range counts as absent.
    """
    ranges = parse_accept(header) if header else []
    if not ranges:
        return offers[0] if offers else None
    best: MediaType | None = None
    best_quality = 0.0
    for offer in offers:
        quality = _quality(offer, ranges)
        if quality > best_quality:
            best, best_quality = offer, quality
    return best


def _quality(offer: MediaType, ranges: list[tuple[str, str, float]]) -> float:
    found, specificity = 0.0, -1
    for name in (offer.name, *offer.aliases):
        kind, _, sub = name.partition("/")
        for range_kind, range_sub, quality in ranges:
            if range_kind == "*":
                level = 0
            elif range_kind != kind:
                continue
            elif range_sub == "*":
                # an alias must not make text/* mean N-Triples
                if name != offer.name:
                    continue
                level = 1
            elif range_sub == sub:
                level = 3 if name == offer.name else 2
            else:
                continue
            if level > specificity:
                found, specificity = quality, level
    return found


def offers_text(offers: Sequence[MediaType]) -> tuple[str, ...]:
    """Return the media types of offers, for a 406 answer."""
    return tuple(offer.name for offer in offers)
