"""The catalog as a feed: whole, in Hydra pages and in slices; what a harvester relies on."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from starlette.testclient import TestClient

from app.rdf import media
from app.rdf.namespaces import expand
from tests.conftest import BASE, Workspace
from tests.http.support import (
    PROBLEM,
    Term,
    fetch,
    oxigraph_quads,
    rdflib_quads,
    serving,
    triples,
)

HYDRA = "http://www.w3.org/ns/hydra/core#"
SUFFIXES = [form.suffix for form in media.RDF_DOCUMENT]
Triples = set[tuple[Term, Term, Term]]
TYPE = expand("rdf:type")


def subjects(found: Triples, kind: str) -> set[str]:
    return {s[0] for s, p, o in found if p[0] == TYPE and o[0] == expand(kind)}


def objects(found: Triples, subject: str, predicate: str) -> set[str]:
    name = predicate if "//" in predicate else expand(predicate)
    return {o[0] for s, p, o in found if s[0] == subject and p[0] == name}


def read(body: bytes, suffix: str) -> Triples:
    return triples(oxigraph_quads(body, suffix))


def without_hydra(found: Triples) -> Triples:
    """Leave out what a page says of itself."""
    pages = {s[0] for s, _, o in found if o[0].startswith(HYDRA)}
    return {triple for triple in found if triple[0][0] not in pages}


def walk(client: TestClient, address: str) -> Iterator[tuple[str, Triples]]:
    """Follow hydra:next from page to page."""
    seen: set[str] = set()
    while address:
        assert address not in seen, "a page points back"
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200
        suffix = urlsplit(address).path.rpartition(".")[2]
        found = read(answer.content, suffix)
        yield address, found
        views = {s[0] for s, p, o in found if o[0] == HYDRA + "PartialCollectionView"}
        assert len(views) == 1
        following = objects(found, views.pop(), HYDRA + "next")
        address = following.pop().replace(BASE, "/") if following else ""


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_two_readers_find_the_same_in_every_format(client: TestClient, suffix: str) -> None:
    rdflib.NORMALIZE_LITERALS = False
    try:
        whole = client.get(f"/catalog.{suffix}").content
        page = client.get(f"/catalog.{suffix}?page=1&page_size=3").content
        for body in (whole, page):
            assert oxigraph_quads(body, suffix) == rdflib_quads(body, suffix)
    finally:
        rdflib.NORMALIZE_LITERALS = True
    assert read(whole, suffix) == read(client.get("/catalog.nt").content, "nt")
    lines = client.get("/catalog.nt?page=1&page_size=3").content
    assert without_hydra(read(page, suffix)) == without_hydra(read(lines, "nt"))


def test_xml_has_the_root_that_harvesters_look_for(client: TestClient) -> None:
    for address in ("/catalog.rdf", "/catalog.rdf?page=1", "/catalog.rdf?page=99"):
        text = client.get(address).text
        assert re.match(r"<\?xml [^>]*\?>\s*<rdf:RDF ", text)
        assert text.rstrip().endswith("</rdf:RDF>")


def test_turtle_declares_its_prefixes(client: TestClient) -> None:
    for address in ("/catalog.ttl", "/catalog.ttl?page=1"):
        text = client.get(address).text
        assert "@prefix dcat: <http://www.w3.org/ns/dcat#> ." in text
        used = set(re.findall(r"^\s*(?:a |[^<\"\n]*?;?\s)?(\w+):\w", text, re.MULTILINE))
        declared = set(re.findall(r"@prefix (\w+):", text))
        assert used - declared <= {"http", "https", "mailto"}


def test_the_whole_says_what_a_portal_needs(client: TestClient) -> None:
    found = read(client.get("/catalog.ttl").content, "ttl")
    (catalog,) = subjects(found, "dcat:Catalog")
    datasets, services = subjects(found, "dcat:Dataset"), subjects(found, "dcat:DataService")
    assert datasets == objects(found, catalog, "dcat:dataset")
    assert services == objects(found, catalog, "dcat:service")
    records = subjects(found, "dcat:CatalogRecord")
    assert records == objects(found, catalog, "dcat:record")
    topics = [topic for record in records for topic in objects(found, record, "foaf:primaryTopic")]
    assert sorted(topics) == sorted(datasets | services)
    named = datasets | services | records | subjects(found, "dcat:Distribution") | {catalog}
    identifiers = [name for thing in named for name in objects(found, thing, "dct:identifier")]
    assert len(identifiers) == len(set(identifiers)) == len(named)
    for thing in (*datasets, *services, catalog):
        for publisher in objects(found, thing, "dct:publisher"):
            kinds = objects(found, publisher, "rdf:type")
            assert {expand("foaf:Agent"), expand("dct:Agent")} <= kinds
        for contact in objects(found, thing, "dcat:contactPoint"):
            kinds = objects(found, contact, "rdf:type")
            assert {expand("vcard:Kind"), expand("vcard:Organization")} <= kinds
        titles = {o[2] for s, p, o in found if s[0] == thing and p[0] == expand("dct:title")}
        assert titles == {"nl", "en"}
    for thing in subjects(found, "dcat:Distribution"):
        (licence,) = objects(found, thing, "dct:license")
        assert licence.startswith("https://data.vlaanderen.be/id/licentie/")
        assert objects(found, licence, "skos:exactMatch") == {
            "http://publications.europa.eu/resource/authority/licence/CC0"
        }


def test_addresses_of_distributions_answer_without_a_redirect(client: TestClient) -> None:
    found = read(client.get("/catalog.nt").content, "nt")
    wanted = {o[0] for _, p, o in found if p[0] in {
        expand(f"dcat:{name}") for name in ("accessURL", "downloadURL", "landingPage",
                                            "endpointDescription")}}  # fmt: skip
    assert len(wanted) > 10
    for address in wanted:
        assert client.head(address.replace(BASE, "/")).status_code == 200, address
    for distribution in subjects(found, "dcat:Distribution"):
        (address,) = objects(found, distribution, "dcat:downloadURL")
        (kind,) = objects(found, distribution, "dcat:mediaType")
        (size,) = objects(found, distribution, "dcat:byteSize")
        answer = client.head(address.replace(BASE, "/"), headers={"accept-encoding": "identity"})
        assert answer.headers["content-type"].partition(";")[0] == kind.partition("media-types/")[2]
        assert answer.headers["content-length"] == size


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("size", [1, 3, 7, 500])
def test_pages_together_are_the_whole(client: TestClient, suffix: str, size: int) -> None:
    whole = read(client.get("/catalog.nt").content, "nt")
    members = subjects(whole, "dcat:Dataset") | subjects(whole, "dcat:DataService")
    (catalog,) = subjects(whole, "dcat:Catalog")
    together: Triples = set()
    listed: list[str] = []
    for address, found in walk(client, f"/catalog.{suffix}?page=1&page_size={size}"):
        page = without_hydra(found)
        together |= page
        here = objects(page, catalog, "dcat:dataset") | objects(page, catalog, "dcat:service")
        assert len(here) <= size
        listed += sorted(here)
        assert_complete(page, whole, here)
        (view,) = {s[0] for s, _, o in found if o[0] == HYDRA + "PagedCollection"}
        assert view.replace(BASE, "/") == address
        assert objects(found, view, HYDRA + "totalItems") == {str(len(members))}
    assert together == whole
    assert sorted(listed) == sorted(members)


def assert_complete(page: Triples, whole: Triples, members: set[str]) -> None:
    """Check that all that the whole says of what a page's members lead to is on the page."""
    top = {expand(f"dcat:{name}") for name in ("Dataset", "Catalog", "CatalogRecord")}
    roots = {s[0] for s, p, o in whole if p[0] == TYPE and o[0] in top}
    known: dict[str, Triples] = {}
    for triple in whole:
        known.setdefault(triple[0][0], set()).add(triple)
    ahead, seen = list(members), set(members)
    serves = expand("dcat:servesDataset")
    while ahead:
        for triple in known[ahead.pop()]:
            if triple[1][0] != serves:
                assert triple in page, triple
            target = triple[2][0]
            if target in known and target not in seen | roots:
                seen.add(target)
                ahead.append(target)


def test_both_vocabularies_say_the_same(client: TestClient) -> None:
    found = read(client.get("/catalog.ttl?page=2&page_size=2").content, "ttl")
    (view,) = {s[0] for s, _, o in found if o[0] == HYDRA + "PartialCollectionView"}
    assert view == f"{BASE}catalog.ttl?page=2&page_size=2"
    for old, new, page in (("firstPage", "first", 1), ("previousPage", "previous", 1),
                           ("nextPage", "next", 3), ("lastPage", "last", 5)):  # fmt: skip
        address = f"{BASE}catalog.ttl?page={page}&page_size=2"
        as_text = [o for s, p, o in found if p[0] == HYDRA + old]
        as_link = [o for s, p, o in found if p[0] == HYDRA + new]
        assert as_text == [(address, "http://www.w3.org/2001/XMLSchema#string", "")]
        assert as_link == [(address, "", "")]
    (whole,) = {s[0] for s, _, o in found if o[0] == HYDRA + "Collection"}
    assert whole == f"{BASE}catalog.ttl"
    assert objects(found, whole, HYDRA + "view") == {view}


def test_the_ends_have_no_page_beyond(client: TestClient) -> None:
    first = client.get("/catalog.nt?page=1&page_size=4")
    last = client.get("/catalog.nt?page=3&page_size=4")
    beyond = client.get("/catalog.nt?page=9&page_size=4")
    assert "previousPage" not in first.text
    assert "nextPage" not in last.text
    found = read(beyond.content, "nt")
    assert "nextPage" not in beyond.text
    assert "previousPage" not in beyond.text
    assert not subjects(found, "dcat:Dataset")
    assert subjects(found, "dcat:Catalog")
    assert 'rel="next"' in first.headers["link"]
    assert 'rel="next"' not in last.headers["link"]


def test_borders_stay_when_something_is_added(foreign: Workspace) -> None:
    foreign.build()
    with TestClient(foreign.app()) as service:
        before = [members(found) for _, found in walk(service, "/catalog.nt?page_size=1")]
    foreign.edit("vijfster.toml", "[[inventory]]", SERVICE + "[[inventory]]")
    foreign.build()
    with TestClient(foreign.app()) as service:
        after = [members(found) for _, found in walk(service, "/catalog.nt?page_size=1")]
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1


def members(found: Triples) -> set[str]:
    (catalog,) = subjects(found, "dcat:Catalog")
    return objects(found, catalog, "dcat:dataset") | objects(found, catalog, "dcat:service")


SERVICE = """[[service]]
ref = "aa-eerste"
endpoint = "openapi.json"
endpoint_description = "openapi.json"
title = { nl = "Nieuw", en = "New" }
description = { nl = "Een nieuwe dienst", en = "A new service" }
keywords = { nl = ["nieuw"] }

"""


def test_modified_since_gives_what_changed_once(foreign: Workspace) -> None:
    first = foreign.build().release
    foreign.edit("vijfster.toml", 'title = { nl = "Bomen", en', 'title = { nl = "Alle bomen", en')
    second = foreign.build().release
    assert first
    assert second
    with TestClient(foreign.app()) as service:

        def since(time: str, **more: str) -> set[str]:
            extra = "".join(f"&{name}={quote(value, safe='')}" for name, value in more.items())
            answer = service.get(f"/catalog.nt?modified_since={quote(time, safe='')}{extra}")
            assert answer.status_code == 200
            return members(read(answer.content, "nt"))

        everything = members(read(service.get("/catalog.nt").content, "nt"))
        changed = f"{foreign.base}id/dataset/bomen"
        assert since(first.published) == everything
        assert changed in since(second.published)
        assert since(second.published) < everything
        assert since(second.published[:10]) == everything
        assert since("2999-01-01") == set()
        # the same instant in another zone, its plus as a browser would leave it
        assert (
            service.get("/catalog.nt?modified_since=2999-01-01T00:00:00+02:00").status_code == 200
        )
        publisher = next(iter(objects(
            read(service.get("/catalog.nt").content, "nt"), changed, "dct:publisher"
        )))  # fmt: skip
        assert since(second.published, publisher=publisher) == since(second.published)
        assert since(second.published, publisher=f"{foreign.base}id/organisatie/x") == set()
        query = f"publisher={quote(publisher, safe='')}&modified_since=2000-01-01"
        narrowed = service.get(f"/catalog.nt?page_size=1&{query}")
        following = re.search(r'<\./(catalog[^>]*)>; rel="next"', narrowed.headers["link"])
        assert following
        assert "publisher=" in following[1]
        assert "modified_since=2000-01-01" in following[1]
        assert service.get("/" + following[1]).status_code == 200


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("page=0", "page"), ("page=-1", "page"), ("page=x", "page"), ("page=1.5", "page"),
        ("page=%D9%A1", "page"), ("page=99999999999999999999", "page"),
        ("page_size=0", "page_size"), ("page_size=501", "page_size"),
        ("modified_since=gisteren", "modified_since"),
        ("modified_since=2024-13-01", "modified_since"),
        ("modified_since=2024-02-30T00:00:00Z", "modified_since"),
        ("modified_since=" + "9" * 4000, "modified_since"),
        ("publisher=stad", "publisher"), ("publisher=http://a b", "publisher"),
        ("publisher=javascript", "publisher"),
    ],
)  # fmt: skip
def test_wrong_values_are_refused_in_both_languages(
    client: TestClient, query: str, name: str
) -> None:
    answer = client.get(f"/catalog?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == PROBLEM
    messages = answer.json()["messages"]
    assert messages["nl"].startswith(name)
    assert messages["en"].startswith(name)
    assert messages["nl"] != messages["en"]


def test_pages_have_validators_that_change_with_the_content(client: TestClient) -> None:
    whole = client.get("/catalog.ttl")
    tags = set()
    for query in ("ttl?page=1&page_size=2", "ttl?page=2&page_size=2", "rdf?page=1&page_size=2",
                  "ttl?page=1&page_size=3"):  # fmt: skip
        address = f"/catalog.{query}"
        answer = client.get(address)
        tags.add(answer.headers["etag"])
        assert answer.headers["last-modified"] == whole.headers["last-modified"]
        assert "must-revalidate" in answer.headers["cache-control"]
        again = client.get(address, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
        head = client.head(address)
        assert head.status_code == 200
        assert head.content == b""
        for name in ("content-type", "content-length", "etag"):
            assert head.headers[name] == answer.headers[name]
    assert len(tags) == 4


def test_a_release_that_says_the_same_keeps_the_validators(foreign: Workspace) -> None:
    addresses = ["/catalog.rdf", "/catalog.ttl?page=1", "/catalog.nt?modified_since=2000-01-01"]

    def look() -> list[tuple[bytes, str, str]]:
        with TestClient(foreign.app()) as service:
            answers = [service.get(address) for address in addresses]
        return [(a.content, a.headers["etag"], a.headers["last-modified"]) for a in answers]

    first = foreign.build().release
    before = look()
    foreign.edit("vijfster.toml", "title", "# a comment that publishes nothing\ntitle")
    second = foreign.build().release
    assert first
    assert second
    assert first.name != second.name
    assert look() == before


def test_over_http_heads_compression_and_ranges(
    built: Workspace, free_port: Callable[[], int]
) -> None:
    with serving(built, free_port()) as address:
        status, body = fetch(f"{address}catalog.rdf", {"Accept-Encoding": "gzip"})
        assert status == 200
        status, plain = fetch(f"{address}catalog.rdf")
        assert gzip.decompress(body) == plain
        assert fetch(f"{address}catalog.rdf", {"Range": "bytes=0-9"}) == (206, plain[:10])
        status, page = fetch(f"{address}catalog.rdf?page=1", {"Accept-Encoding": "gzip"})
        assert ox.parse(gzip.decompress(page), ox.RdfFormat.RDF_XML)
