"""Content negotiation (RFC 9110, 12.5.1) as a table of cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rdf import media
from app.rdf.media import (
    CSV,
    DOCUMENT,
    HTML,
    JSON,
    JSON_LD,
    LISTING,
    N_QUADS,
    N_TRIPLES,
    RDF_DOCUMENT,
    RDF_XML,
    TRIG,
    TURTLE,
    MediaType,
    negotiate,
    offers_text,
    parse_accept,
)

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
CASES: list[tuple[str, str | None, MediaType | None]] = [
    ("absent", None, HTML),
    ("empty", "", HTML),
    ("star", "*/*", HTML),
    ("star-excluded-html", "*/*, text/html;q=0", TURTLE),
    ("exact", "text/turtle", TURTLE),
    ("case", "TEXT/Turtle", TURTLE),
    ("charset", "text/turtle;charset=utf-8", TURTLE),
    ("substar", "text/*", HTML),
    ("substar-application", "application/*", JSON_LD),
    ("substar-is-no-alias", "text/*, text/html;q=0, text/turtle;q=0", None),
    ("weights", "text/turtle;q=0.4, application/ld+json;q=0.6", JSON_LD),
    ("equal-weights-take-our-order", "application/n-triples, text/turtle", TURTLE),
    ("equal-weights-low", "application/n-triples;q=0.2, application/rdf+xml;q=0.2", RDF_XML),
    ("specific-beats-star", "*/*;q=0.9, text/html;q=0.1", TURTLE),
    ("specific-beats-substar", "text/*;q=0.9, text/html;q=0.1", TURTLE),
    ("substar-beats-star", "*/*, text/*;q=0.1", JSON_LD),
    ("order-is-nothing", "text/html;q=0.1, text/*;q=0.9", TURTLE),
    ("excluded", "text/turtle;q=0", None),
    ("excluded-three-zeros", "text/turtle;q=0.000", None),
    ("all-excluded", "*/*;q=0", None),
    ("star-excluded-but-one", "*/*;q=0, application/ld+json", JSON_LD),
    ("unknown", "image/png", None),
    ("unknown-and-star", "image/png, */*;q=0.1", HTML),
    ("malformed-counts-as-absent", "turtle", HTML),
    ("malformed-star-subtype", "*/turtle", HTML),
    ("malformed-part-is-dropped", "turtle, text/turtle", TURTLE),
    ("malformed-commas", ",,text/turtle,", TURTLE),
    ("malformed-weight-excludes", "text/turtle;q=veel, application/ld+json;q=0.1", JSON_LD),
    ("weight-not-a-number-excludes", "text/turtle;q=nan, application/ld+json;q=0.1", JSON_LD),
    ("weight-below-zero", "text/turtle;q=-1", None),
    ("weight-above-one", "text/turtle;q=7, text/html", HTML),
    ("weight-spaced", "text/turtle ; q = 0.5 , text/html ; q=0.4", TURTLE),
    ("alias-of-the-uri-standard", "text/ntriples", N_TRIPLES),
    ("alias-plain", "text/plain", N_TRIPLES),
    ("alias-xml", "application/xml", RDF_XML),
    ("alias-turtle", "application/x-turtle", TURTLE),
    ("alias-weight", "text/ntriples;q=0.9, text/turtle;q=0.5", N_TRIPLES),
    ("name-beats-alias", "application/xml, application/rdf+xml;q=0", None),
    ("quoted-comma", 'application/ld+json;profile="urn:a,urn:b";q=0.1, text/turtle;q=0.5', TURTLE),
    ("quoted-semicolon", 'application/ld+json;profile="a;q=0", text/turtle;q=0.5', JSON_LD),
    ("quote-without-end", 'text/turtle;profile="a, text/html', TURTLE),
    ("browser", BROWSER, HTML),
    ("trig", "application/trig", TRIG),
    ("nquads", "application/n-quads", N_QUADS),
    ("json", "application/json", JSON),
]


@pytest.mark.parametrize(
    ("header", "expected"), [pytest.param(h, e, id=name) for name, h, e in CASES]
)
def test_accept_chooses(header: str | None, expected: MediaType | None) -> None:
    assert negotiate(header, DOCUMENT) is expected


def test_offers_set_the_choice() -> None:
    assert negotiate("text/csv", LISTING) is CSV
    assert negotiate("text/csv", DOCUMENT) is None
    assert negotiate(BROWSER, RDF_DOCUMENT) is RDF_XML
    assert negotiate("*/*", ()) is None
    assert negotiate(None, ()) is None


@given(st.text())
def test_no_header_makes_negotiation_fail(header: str) -> None:
    assert negotiate(header, DOCUMENT) in {*DOCUMENT, None}
    assert all(0 <= quality <= 1 or quality != quality for _, _, quality in parse_accept(header))


@given(st.sampled_from(DOCUMENT))
def test_every_offer_can_be_asked_by_each_of_its_names(offer: MediaType) -> None:
    for name in (offer.name, *offer.aliases):
        assert negotiate(f"{name}, */*;q=0.1", DOCUMENT) is offer


def test_names_and_suffixes_are_those_of_one_media_type_each() -> None:
    names = [name for item in media.ALL for name in (item.name, *item.aliases)]
    assert len(names) == len(set(names))
    assert len(media.BY_SUFFIX) == len(media.ALL)


def test_content_type_names_a_charset_where_the_type_has_one() -> None:
    assert TURTLE.header == "text/turtle; charset=utf-8"
    assert JSON_LD.header == "application/ld+json"


def test_offers_are_listed_by_name_in_our_order() -> None:
    assert offers_text((TURTLE, JSON_LD)) == ("text/turtle", "application/ld+json")
