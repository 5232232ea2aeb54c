"""The page of `/sparql`: rows, graphs, examples, errors, and text of visitors that never runs."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
import rdflib
from starlette.testclient import TestClient

from tests.conftest import BASE
from tests.http.sparql import ASK, DESCRIBE, EVIL, doubled, get
from tests.http.support import (
    BROWSER,
    Page,
    harmless,
)


def test_page_shows_the_rows_of_a_query(small: TestClient) -> None:
    query = f"SELECT ?s ?l {{ ?s a <{BASE}ns/groen#Boom> ; <{rdflib.RDFS.label}> ?l }} ORDER BY ?s"
    answer = get(small, query, BROWSER)
    assert answer.status_code == 200
    page = harmless(answer.text)
    assert page.tags.count("tr") == 7
    assert f"{BASE}id/boom/B1" in page.text
    assert "eik B1" in page.text
    assert query in page.text
    formats = [link for link in page.links if "format=" in link]
    assert len(formats) == 4
    for link in formats:
        assert small.get(link.removeprefix(".")).status_code == 200


def test_page_shows_graphs_and_answers(small: TestClient) -> None:
    assert f"{BASE}id/boom/B1" in harmless(get(small, DESCRIBE, BROWSER).text).text
    assert "true" in harmless(get(small, ASK, BROWSER).text).text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page_without_a_query_offers_examples_that_run(small: TestClient, language: str) -> None:
    answer = small.get("/sparql", headers={"accept": BROWSER, "accept-language": language})
    page = harmless(answer.text)
    examples = [link for link in page.links if "query=" in link]
    assert len(examples) == 5
    for link in examples:
        found = small.get(link.removeprefix("."), headers={"accept": BROWSER})
        assert found.status_code == 200
        assert Page.of(found.text).tags.count("tr") > 1, link


@pytest.mark.parametrize(
    ("query", "status"),
    [("SELECT * {", 400), ("CLEAR ALL", 400), ("SELECT * { SERVICE <urn:x> {} }", 400)],
)
def test_page_says_what_is_wrong_and_keeps_the_query(
    small: TestClient, query: str, status: int
) -> None:
    answer = get(small, query, BROWSER)
    assert answer.status_code == status
    page = harmless(answer.text)
    assert 'role="alert"' in answer.text
    assert query in page.text


def test_page_cuts_a_long_result_and_says_so(client: TestClient) -> None:
    answer = get(client, "SELECT * { ?s ?p ?o }", BROWSER)
    assert answer.status_code == 200
    page = harmless(answer.text)
    assert page.tags.count("tr") == 501
    assert "500" in page.text


def test_page_shows_very_long_text(small: TestClient) -> None:
    query = f"SELECT ?x14 {{ {doubled(14)} }}"
    answer = get(small, query, BROWSER)
    assert answer.status_code == 200
    assert "0123456789abcdef" in answer.text


PROBES = [
    EVIL, f"\"'>{EVIL}", "</textarea><script>alert(1)</script>", "' onmouseover='alert(1)",
    '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "{{ 12345*54321 }}{% raw %}",
    "\ue000main\ue000",
]  # fmt: skip


@pytest.mark.parametrize("text", PROBES)
def test_text_of_a_visitor_never_runs(small: TestClient, text: str) -> None:
    literal = json.dumps(text)
    places = [
        ("/sparql", {"query": text}),
        ("/sparql", {"query": f"SELECT ({literal} AS ?x) {{}}"}),
        ("/sparql", {"query": f"SELECT (IRI({literal}) AS ?x) {{}}"}),
        ("/sparql", {"query": f"CONSTRUCT {{ <urn:s> <urn:p> {literal} }} {{}}"}),
        ("/sparql", {"query": ASK, "lang": text, "format": ""}),
        ("/sparql", {"query": ASK, "default-graph-uri": text}),
        ("/bomen", {"q": text}),
        ("/bomen", {"park": text}),
        ("/bomen", {"page": text}),
        ("/bomen", {"lang": text, "q": "eik"}),
        ("/zoeken", {"q": text}),
        ("/zoeken", {"q": "eik", "lang": text}),
        ("/api/cell", {"subject": text}),
        ("/", {"lang": text}),
        (f"/doc/{quote(text, safe='')}", {}),
        (f"/{quote(text, safe='')}", {}),
        (f"/bomen.{quote(text, safe='')}", {}),
    ]
    for path, query in places:
        answer = small.get(path, params=query, headers={"accept": BROWSER})
        assert answer.status_code < 500, (path, query)
        page = harmless(answer.text)
        assert "670592745" not in page.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
