"""`/sparql`: an answer is a function of release, query, graphs and format; its tag says so."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from app.rdf import media
from tests.conftest import Workspace
from tests.http.sparql import ASK, CONSTRUCT, GRAPH, TREES, XML_RESULTS, get, send_form
from tests.http.support import BROWSER, JSON_RESULTS, oxigraph_quads

SD = "http://www.w3.org/ns/sparql-service-description#"


def jobs(client: TestClient) -> int:
    """Return how many queries the engine had."""
    endpoint = client.app.state.endpoint  # type: ignore[attr-defined]
    return int(endpoint.engines.engine.status()["jobs"])


def test_who_has_the_answer_gets_304_and_no_engine_runs(small: TestClient) -> None:
    first = get(small, TREES)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert first.headers["cache-control"] == "public, max-age=60, must-revalidate"
    before = jobs(small)
    for known in (tag, f'"x", {tag}', f"W/{tag}"):
        headers = {"accept": JSON_RESULTS, "if-none-match": known}
        again = small.get("/sparql", params={"query": TREES}, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        for name in ("etag", "cache-control", "vary", "access-control-allow-origin"):
            assert again.headers[name] == first.headers[name]
    headers = {"accept": JSON_RESULTS, "if-none-match": tag}
    assert small.head("/sparql", params={"query": TREES}, headers=headers).status_code == 304
    assert jobs(small) == before
    for known in ('"x"', "*"):
        headers = {"accept": JSON_RESULTS, "if-none-match": known}
        assert small.get("/sparql", params={"query": TREES}, headers=headers).status_code == 200
    assert jobs(small) == before + 2


def test_what_makes_another_answer_makes_another_tag(small: TestClient) -> None:
    others = [
        get(small, TREES), get(small, TREES, XML_RESULTS), get(small, TREES, format="csv"),
        get(small, TREES + " LIMIT 2"), get(small, TREES, **{"default-graph-uri": GRAPH}),
        get(small, TREES, **{"named-graph-uri": GRAPH}),
    ]  # fmt: skip
    assert len({answer.headers["etag"] for answer in others}) == len(others)
    # comments and escapes are no part of a query
    alike = TREES.replace("SELECT", "SEL\\u0045CT") + " # commentaar"
    assert get(small, alike).headers["etag"] == others[0].headers["etag"]
    assert get(small, alike).content == others[0].content


def test_another_release_makes_another_tag(foreign: Workspace) -> None:
    tags = set[str]()
    for height in ("21.50", "22.50"):
        if tags:
            foreign.edit("data/bomen.csv", "21.50", height)
        foreign.build()
        with TestClient(foreign.app()) as client:
            tags.add(get(client, ASK).headers["etag"])
    assert len(tags) == 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (RAND() AS ?x) {}", "SELECT (NOW() AS ?x) {}", "SELECT (uuid() AS ?x) {}",
        "SELECT (STRUUID() AS ?x) {}", "SELECT (BNODE() AS ?x) {}",
        "CONSTRUCT { ?s ?p [] } { ?s ?p 1 }", "CONSTRUCT { ?s ?p _:x } { ?s ?p 1 }",
        "CONSTRUCT { ?s ?p (1 2) } { ?s ?p 1 }",
    ],
)  # fmt: skip
def test_what_is_never_the_same_is_not_kept(small: TestClient, query: str) -> None:
    answer = get(small, query, "*/*")
    assert answer.status_code == 200
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_only_get_is_kept(small: TestClient) -> None:
    answer = send_form(small, TREES)
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    refused = get(small, "CLEAR ALL")
    assert refused.headers["cache-control"] == "no-store"
    head = small.head("/sparql", params={"query": TREES}, headers={"accept": JSON_RESULTS})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get(small, TREES).headers["etag"]
    assert "no-cache" in get(small, TREES, BROWSER).headers["cache-control"]


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        (TREES, "application/sparql-results xml", XML_RESULTS),  # an unescaped +
        (TREES, "application/json", JSON_RESULTS), (TREES, "text/CSV", "text/csv"),
        (CONSTRUCT, "application/json", "application/ld+json"),
    ],
)  # fmt: skip
def test_format_takes_full_types(small: TestClient, query: str, name: str, expected: str) -> None:
    answer = get(small, query, BROWSER, format=name)
    assert answer.headers["content-type"].partition(";")[0] == expected


@pytest.mark.parametrize("name", ["png", "image/png", "text/turtle"])
def test_format_that_is_not_offered_is_406(small: TestClient, name: str) -> None:
    answer = get(small, TREES, "*/*", format=name)
    assert answer.status_code == 406
    assert JSON_RESULTS in answer.json()["offers"]


def test_the_service_describes_itself_whole(small: TestClient) -> None:
    answer = small.get("/sparql", headers={"accept": "application/n-triples"})
    quads = oxigraph_quads(answer.content, "nt")
    facts = {(s[0], p[0].rpartition("/")[2].removeprefix("sparql-service-description#"), o[0])
             for s, p, o, _ in quads}  # fmt: skip
    formats = {o for _, p, o in facts if p == "resultFormat"}
    assert "http://www.w3.org/ns/formats/JSON-LD" in formats
    assert len(formats) == 8
    assert not any("Update" in o for _, p, o in facts if p == "supportedLanguage")
    said = " ".join(o for _, p, o in facts if p == "rdf-schema#comment")
    for word in ("SPARQL Update", "SERVICE", "GeoSPARQL"):
        assert said.count(word) == 2  # in both languages
    # what it counts is what it holds
    graphs = {o for _, p, o in facts if p == "namedGraph"}
    counted = 0
    for graph in graphs:
        node = next(o for s, p, o in facts if (s, p) == (graph, "graph"))
        number = next(int(o) for s, p, o in facts if s == node and p.endswith("triples"))
        query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        found = get(small, query).json()["results"]["bindings"][0]["n"]["value"]
        assert int(found) == number
        counted += number
    total = next(int(o) for s, p, o in facts if s.endswith("#dataset") and p.endswith("triples"))
    assert total == counted
    # each format that is named can be had
    for name in (JSON_RESULTS, XML_RESULTS, "text/csv", "text/tab-separated-values"):
        assert get(small, ASK, name).headers["content-type"].startswith(name)
    for suffix in ("ttl", "nt", "rdf", "jsonld"):
        assert get(small, CONSTRUCT, media.BY_SUFFIX[suffix].name).status_code == 200
    tag = answer.headers["etag"]
    again = small.get("/sparql", headers={"accept": "application/n-triples", "if-none-match": tag})
    assert again.status_code == 304


def test_a_browser_of_another_site_may_ask(small: TestClient) -> None:
    answer = small.options("/sparql", headers={
        "origin": "https://elders.test", "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, if-none-match",
    })  # fmt: skip
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    for name in ("GET", "POST", "HEAD"):
        assert name in answer.headers["access-control-allow-methods"]
    for name in ("accept", "content-type", "if-none-match"):
        assert name in answer.headers["access-control-allow-headers"].lower()
    shown = get(small, ASK).headers["access-control-expose-headers"]
    assert "ETag" in shown
    assert "Retry-After" in shown
    refused = small.put("/sparql")
    assert refused.status_code == 405
    assert refused.headers["access-control-allow-origin"] == "*"
    assert refused.headers["allow"] == "GET, HEAD, POST, OPTIONS"
