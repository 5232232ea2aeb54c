"""The page of `/sparql`: rows, graphs, examples, errors, and text of visitors that never runs."""

from __future__ import annotations

import json
import re
from html import escape
from urllib.parse import quote

import pytest
import rdflib
from starlette.testclient import TestClient

from app.bootstrap import service
from app.web.responses import CSP
from tests.conftest import BASE, Workspace
from tests.http.sparql import ASK, DESCRIBE, EVIL, bindings, doubled, get
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
    # short to read, whole to point at
    assert f'<a href="./doc/boom/B1" title="{BASE}id/boom/B1">id/boom/B1</a>' in answer.text
    assert re.search(r"6 rijen in 0,\d{3} s\.", page.text)
    assert "eik B1" in page.text
    assert query in page.text
    formats = [link for link in page.links if "format=" in link]
    assert len(formats) == 4
    for link in formats:
        assert small.get(link.removeprefix(".")).status_code == 200


def test_page_shows_graphs_and_answers(small: TestClient) -> None:
    assert f"{BASE}id/boom/B1" in harmless(get(small, DESCRIBE, BROWSER).text).text
    assert "Ja (true)." in harmless(get(small, ASK, BROWSER).text).text
    nothing = "Niets in de gegevens voldoet aan deze zoekvraag."
    for query in ("SELECT * { ?s a <urn:none> }", "DESCRIBE <urn:none>"):
        assert nothing in harmless(get(small, query, BROWSER).text).text
    assert nothing not in get(small, ASK, BROWSER).text


def downloads(page: Page) -> list[str]:
    return [link.partition("format=")[2] for link in page.links if "format=" in link]


def test_page_offers_every_form_to_download(small: TestClient) -> None:
    assert sorted(downloads(harmless(get(small, ASK, BROWSER).text))) == [
        "csv", "json", "tsv", "xml"
    ]  # fmt: skip
    described = harmless(get(small, DESCRIBE, BROWSER).text)
    assert sorted(downloads(described)) == ["jsonld", "nt", "rdf", "ttl"]
    for link in described.links:
        if "format=" in link:
            assert small.get(link.removeprefix(".")).status_code == 200


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page_without_a_query_offers_examples_that_run(small: TestClient, language: str) -> None:
    answer = small.get("/sparql", headers={"accept": BROWSER, "accept-language": language})
    page = harmless(answer.text)
    examples = [link for link in page.links if "query=" in link]
    assert len(examples) == 6
    for link in examples:
        found = small.get(link.removeprefix(".").partition("#")[0], headers={"accept": BROWSER})
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


@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_question_is_an_example_with_its_answer(
    client: TestClient, built: Workspace, language: str
) -> None:
    asked = {"accept": BROWSER, "accept-language": language}
    page = harmless(client.get("/sparql", headers=asked).text)
    links = [link for link in page.links if "query=" in link]
    answers = json.loads((built.release / "answers.json").read_bytes())
    assert len(answers) >= 20
    for item, link in zip(answers, links, strict=False):
        assert item["title"][language] in page.text
        assert item["note"][language] in page.text
        answer = client.get(link.removeprefix(".").partition("#")[0], headers=asked)
        assert answer.status_code == 200
        found = harmless(answer.text)
        assert f'<h2 id="kop">{escape(item["title"][language])}</h2>' in answer.text
        assert found.tags.count("tr") == 1 + min(500, len(item["rows"])), item["ref"]
        assert f"./vragen/{item['ref']}" in found.links
        assert answer.text.count('aria-current="true"') == 1
        if "<rect" in answer.text:
            drawn = re.findall(r"<summary>(?:Grafiek|Chart): ([^<]+)</summary>", answer.text)
            assert drawn[0] in {escape(said[language]) for said in item["heads"].values()}


def test_chart_stands_above_its_table(client: TestClient) -> None:
    query = (
        'SELECT ?name ?n { VALUES (?name ?n) { ("eik <b>" 8) ("beuk" 2) ("linde" -2.0) } } '
        "ORDER BY DESC(?n)"
    )
    page = get(client, query, BROWSER)
    harmless(page.text)
    assert "Grafiek: n" in page.text
    bars = re.findall(r'<rect x="([\d.]+)" width="([\d.]+)"', page.text)
    assert bars == [("20.0", "80.0"), ("20.0", "20.0"), ("0.0", "20.0")]
    assert '<span class="label" title="eik &lt;b&gt;">eik &lt;b&gt;</span>' in page.text
    assert "<rect" not in get(client, "SELECT ?s { ?s ?p ?o } LIMIT 5", BROWSER).text


def test_place_of_a_mistake_is_shown(small: TestClient) -> None:
    answer = get(small, "SELECT *\r\nWHERE { ?s <urn:p> SERVICE <urn:x> {} }", BROWSER)
    assert answer.status_code == 400
    assert 'data-line="2" data-column="20"' in answer.text
    page = harmless(answer.text)
    assert "Regel 2, teken 20:" in page.text
    assert "WHERE { ?s <urn:p> SERVICE <urn:x> {} }\n" + " " * 19 + "^" in page.text


def test_what_takes_too_long_is_told_with_what_to_do(trees: Workspace) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    settings = trees.settings.model_copy(update={"sparql_timeout_seconds": 0.5})
    with TestClient(service(settings)) as client:
        answer = get(client, query, BROWSER)
        assert answer.status_code == 504
        assert "De zoekvraag duurde te lang" in answer.text
        assert "begin met LIMIT 100" in harmless(answer.text).text
        assert query in answer.text


def test_a_long_query_goes_as_a_form_and_has_no_link(small: TestClient) -> None:
    query = f"SELECT ?s {{ ?s a <{BASE}ns/groen#Boom> }} # {'x' * 8_000}"
    answer = small.post("/sparql?lang=en", data={"query": query}, headers={"accept": BROWSER})
    assert answer.status_code == 200
    page = harmless(answer.text)
    assert page.tags.count("tr") == 7
    assert "This query is too long for a link" in page.text
    assert downloads(page) == []
    assert answer.text.count('<button class="chip" name="format"') == 4
    got = small.post("/sparql", data={"query": query, "format": "csv"}, headers={"accept": BROWSER})
    assert got.headers["content-type"].startswith("text/csv")
    # who asks as a program gets a result as ever
    plain = small.post("/sparql", data={"query": ASK}, headers={"accept": "*/*"})
    assert plain.headers["content-type"].startswith("application/sparql-results+json")


def test_policy_of_the_page_is_that_of_any_page(small: TestClient) -> None:
    for path in ("/sparql", "/bomen"):
        answer = small.get(path, headers={"accept": BROWSER})
        assert answer.headers["content-security-policy"] == CSP
    assert "unsafe" not in CSP


def test_page_is_whole_without_the_editor(
    trees: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.site.EDITOR", ("none.css", "none.js"))
    with TestClient(service(trees.settings)) as client:
        answer = client.get("/sparql", headers={"accept": BROWSER})
        assert "yasqe" not in answer.text
        assert "static/sparql.js" in answer.text
        assert {"textarea", "button"} <= set(harmless(answer.text).tags)


def test_terms_to_complete_are_those_of_the_release(small: TestClient, trees: Workspace) -> None:
    answer = small.get("/sparql/terms.json")
    assert answer.status_code == 200
    terms = answer.json()
    assert terms["prefixes"]["groen"] == f"{BASE}ns/groen#"
    assert f"{BASE}id/graaf/bomen" in terms["graphs"]
    for name, pattern in (("classes", "?s a ?x"), ("properties", "?s ?x ?o")):
        query = f"SELECT DISTINCT ?x {{ GRAPH ?g {{ {pattern} }} FILTER(isIRI(?x)) }}"
        found = {row["x"]["value"] for row in bindings(get(small, query))}
        assert set(terms[name]) == found
    again = small.get("/sparql/terms.json", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_releases_of_before_have_no_terms(foreign: Workspace) -> None:
    assert foreign.build().status == "published"
    path = foreign.release / "manifest.json"
    manifest = json.loads(path.read_bytes())
    del manifest["terms"]
    path.write_text(json.dumps(manifest))
    with TestClient(foreign.app()) as client:
        terms = client.get("/sparql/terms.json").json()
        assert terms["classes"] == terms["properties"] == []
        assert terms["prefixes"]


def test_static_files_are_coded_and_known_again(small: TestClient) -> None:
    plain = small.get("/static/sparql.js", headers={"accept-encoding": "identity"})
    coded = small.get("/static/sparql.js", headers={"accept-encoding": "br"})
    assert coded.headers["content-encoding"] == "br"
    assert coded.content == plain.content
    assert "immutable" in coded.headers["cache-control"]
    assert coded.headers["etag"] != plain.headers["etag"]
    tag = {"if-none-match": coded.headers["etag"], "accept-encoding": "br"}
    assert small.get("/static/sparql.js", headers=tag).status_code == 304
    for name in ("..%2Fsite.py", "site.py", "none.js", "."):
        assert small.get(f"/static/{name}").status_code == 404


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
