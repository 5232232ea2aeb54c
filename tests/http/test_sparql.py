"""`/sparql`: the protocol's forms, what is refused, how long a query may take, real clients."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import httpx2
import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, POST, POSTDIRECTLY, RDFXML, TURTLE, XML, SPARQLWrapper
from starlette.testclient import TestClient

from app.bootstrap import service
from app.errors import VijfsterError
from app.rdf import media
from tests.conftest import BASE, ROOT, Workspace
from tests.http.support import (
    BROWSER,
    JSON_RESULTS,
    PROBLEM,
    Page,
    harmless,
    oxigraph_quads,
    serving,
)

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
GRAPH = f"{BASE}id/graaf/bomen"
TREES = f"SELECT ?s {{ ?s a <{BASE}ns/groen#Boom> }}"
ASK = "ASK { ?s ?p ?o }"
CONSTRUCT = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"
DESCRIBE = f"DESCRIBE <{BASE}id/boom/B1>"
XML_RESULTS = "application/sparql-results+xml"
TSV = "text/tab-separated-values"
EVIL = "<script>alert(1)</script>"


def get(client: TestClient, query: str, accept: str = JSON_RESULTS, **more: Any) -> httpx2.Response:
    return client.get("/sparql", params={"query": query, **more}, headers={"accept": accept})


def bindings(answer: httpx2.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]["bindings"]
    return found


def assert_refused(answer: httpx2.Response, status: int = 400, code: str = "query-refused") -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["code"] == code
    return str(answer.json()["detail"])


def send_get(client: TestClient, query: str) -> httpx2.Response:
    return get(client, query)


def send_form(client: TestClient, query: str) -> httpx2.Response:
    return client.post("/sparql", data={"query": query}, headers={"accept": JSON_RESULTS})


def send_direct(client: TestClient, query: str) -> httpx2.Response:
    headers = {"accept": JSON_RESULTS, "content-type": f"{DIRECT}; charset=utf-8"}
    return client.post("/sparql", content=query.encode(), headers=headers)


WAYS = pytest.mark.parametrize("send", [send_get, send_form, send_direct])
Send = Callable[[TestClient, str], httpx2.Response]


@WAYS
def test_three_ways_to_send_a_query(small: TestClient, send: Send) -> None:
    assert len(bindings(send(small, TREES))) == 6
    query = "SELECT ('é ü + & = % 漢' AS ?x) {} # commentaar"
    assert bindings(send(small, query))[0]["x"]["value"] == "é ü + & = % 漢"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON_RESULTS), ("*/*", JSON_RESULTS), (JSON_RESULTS, JSON_RESULTS),
        ("application/json", JSON_RESULTS), (XML_RESULTS, XML_RESULTS),
        ("application/xml", XML_RESULTS), ("text/csv", "text/csv"), (TSV, TSV),
        (f"{XML_RESULTS};q=0.9, text/csv;q=0.8", XML_RESULTS),
        ("text/turtle, text/csv;q=0.1", "text/csv"),
        (f"{JSON_RESULTS}, text/html;q=0.5", JSON_RESULTS),
        ("text/html;q=0, */*", JSON_RESULTS),
    ],
)  # fmt: skip
def test_select_in_every_result_type(small: TestClient, accept: str, expected: str) -> None:
    answer = get(small, TREES, accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == expected
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["access-control-allow-origin"] == "*"
    iris = {f"{BASE}id/boom/B{number}" for number in range(1, 7)}
    if expected == JSON_RESULTS:
        assert {row["s"]["value"] for row in bindings(answer)} == iris
    elif expected == XML_RESULTS:
        found = ET.fromstring(answer.content).iter("{http://www.w3.org/2005/sparql-results#}uri")
        assert {item.text for item in found} == iris
    elif expected == TSV:
        assert set(answer.text.split()) == {"?s"} | {f"<{iri}>" for iri in iris}
    else:
        assert {row["s"] for row in csv.DictReader(io.StringIO(answer.text))} == iris


def test_ask_in_every_result_type(small: TestClient) -> None:
    assert get(small, ASK).json()["boolean"] is True
    assert get(small, "ASK { <urn:x> ?p ?o }").json()["boolean"] is False
    assert "<boolean>true</boolean>" in get(small, ASK, XML_RESULTS).text


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_graph_in_every_result_type(small: TestClient, query: str, suffix: str) -> None:
    name = media.BY_SUFFIX[suffix].name
    answer = get(small, query, name)
    assert answer.headers["content-type"].partition(";")[0] == name
    found = oxigraph_quads(answer.content, suffix)
    assert any(s[0] == f"{BASE}id/boom/B1" for s, _, _, _ in found)
    # the engine may write numbers its own way, so subjects and predicates are compared
    plain = oxigraph_quads(get(small, query, "application/n-triples").content, "nt")
    assert {(s, p) for s, p, _, _ in found} == {(s, p) for s, p, _, _ in plain}
    assert len(found) == len(plain)


def test_format_parameter_beats_accept(small: TestClient) -> None:
    for name, expected in (("csv", "text/csv"), ("xml", XML_RESULTS), (JSON_RESULTS, JSON_RESULTS)):
        answer = get(small, TREES, BROWSER, format=name)
        assert answer.headers["content-type"].partition(";")[0] == expected
    assert (
        get(small, CONSTRUCT, BROWSER, format="ttl")
        .headers["content-type"]
        .startswith("text/turtle")
    )


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        (TREES, "xml", XML_RESULTS), (CONSTRUCT, "xml", "application/rdf+xml"),
        (CONSTRUCT, "turtle", "text/turtle"), (CONSTRUCT, "json-ld", "application/ld+json"),
        (TREES, "turtle", JSON_RESULTS), (CONSTRUCT, "csv", "text/turtle"),
    ],
)  # fmt: skip
def test_format_that_does_not_fit_the_form_is_passed_over(
    small: TestClient, query: str, name: str, expected: str
) -> None:
    """SPARQLWrapper sends `format` with every query."""
    answer = get(small, query, "*/*", format=name)
    assert answer.headers["content-type"].partition(";")[0] == expected


@pytest.mark.parametrize(
    ("query", "accept"),
    [(TREES, "image/png"), (TREES, "text/turtle"), (CONSTRUCT, "text/csv"), (ASK, "text/html;q=0")],
)
def test_no_fitting_result_type_is_406(small: TestClient, query: str, accept: str) -> None:
    answer = get(small, query, accept)
    assert_refused(answer, 406, "not-acceptable")
    assert answer.json()["offers"]


def test_service_description(small: TestClient) -> None:
    namespace = "http://www.w3.org/ns/sparql-service-description#"
    for suffix in ("ttl", "rdf", "nt", "jsonld"):
        answer = small.get("/sparql", headers={"accept": media.BY_SUFFIX[suffix].name})
        quads = oxigraph_quads(answer.content, suffix)
        facts = {(p[0].removeprefix(namespace), o[0]) for _, p, o, _ in quads}
        assert ("endpoint", f"{BASE}sparql") in facts
        assert ("supportedLanguage", f"{namespace}SPARQL11Query") in facts
        assert ("feature", f"{namespace}UnionDefaultGraph") in facts
        assert ("namedGraph", GRAPH) in facts
    assert small.get("/sparql").headers["content-type"].startswith("text/turtle")


def test_dataset_of_query_and_protocol(small: TestClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) {0} WHERE {{ {1} }}"

    def number(query: str, **graphs: Any) -> int:
        return int(bindings(get(small, query, **graphs))[0]["n"]["value"])

    trees = number(count.format("", f"GRAPH <{GRAPH}> {{ ?s ?p ?o }}"))
    assert 0 < trees < number(count.format("", "?s ?p ?o"))
    assert number(count.format(f"FROM <{GRAPH}>", "?s ?p ?o")) == trees
    assert number(count.format(f"FROM NAMED <{GRAPH}>", "GRAPH ?g { ?s ?p ?o }")) == trees
    bare = count.format("", "?s ?p ?o")
    assert number(bare, **{"default-graph-uri": GRAPH}) == trees
    parks = f"{BASE}id/graaf/parken"
    assert number(bare, **{"default-graph-uri": [GRAPH, parks]}) > trees
    # the protocol's dataset replaces the query's
    query = count.format(f"FROM <{parks}>", "?s ?p ?o")
    assert number(query, **{"default-graph-uri": GRAPH}) == trees
    named = count.format("", "GRAPH ?g { ?s ?p ?o }")
    assert number(named, **{"named-graph-uri": GRAPH}) == trees


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("iri", ["urn:x", "http://127.0.0.1:1/x", "graaf/bomen", "", "file:///etc"])
def test_unknown_graph_of_the_protocol_is_refused(small: TestClient, name: str, iri: str) -> None:
    assert_refused(get(small, ASK, **{name: iri}))


@WAYS
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <http://127.0.0.1:1/x> { ?s ?p ?o }",
        "SELECT * FROM NAMED <urn:x> { ?s ?p ?o }",
        "PREFIX x: <http://127.0.0.1:1/> ASK FROM x:y { ?s ?p ?o }",
        "BASE <http://127.0.0.1:1/> ASK FROM <x> { ?s ?p ?o }",
        "SELECT * { SERVICE <http://127.0.0.1:1/x> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:1/x> { ?s ?p ?o } }",
        "SELECT * { sErViCe ?x { ?s ?p ?o } }",
        "SELECT * { SERV\\u0049CE <http://127.0.0.1:1/x> { ?s ?p ?o } }",
        "SELECT * { { SELECT * { SERVICE <http://127.0.0.1:1/x> { ?s ?p ?o } } } }",
    ],
)
def test_nothing_outside_the_release_is_asked(small: TestClient, send: Send, query: str) -> None:
    assert_refused(send(small, query))


UPDATES = [
    "INSERT DATA { <urn:s> <urn:p> <urn:o> }",
    "DELETE DATA { <urn:s> <urn:p> <urn:o> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p ?o } USING <urn:g> WHERE { ?s ?p ?o }",
    "LOAD <http://127.0.0.1:1/x>",
    "LOAD SILENT <http://127.0.0.1:1/x> INTO GRAPH <urn:g>",
    "CLEAR ALL",
    "CLEAR DEFAULT",
    "DROP GRAPH <urn:g>",
    "CREATE GRAPH <urn:g>",
    "ADD <urn:a> TO <urn:b>",
    "MOVE <urn:a> TO <urn:b>",
    "COPY DEFAULT TO <urn:b>",
    "PREFIX x: <urn:> INSERT DATA { x:s x:p x:o }",
    "# ASK {}\nCLEAR ALL",
    "cl\\u0045ar all",
]


@pytest.mark.parametrize("update", UPDATES)
def test_updates_are_refused(small: TestClient, update: str) -> None:
    before = get(small, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").text
    for send in (send_get, send_form, send_direct):
        assert_refused(send(small, update))
    # beside a query, so that the update parameter itself is what is refused
    assert_refused(small.get("/sparql", params={"update": update}))
    assert_refused(small.get("/sparql", params={"update": update, "query": ASK}))
    assert_refused(small.post("/sparql", data={"update": update}))
    assert_refused(small.post("/sparql", params={"update": update}, data={"query": ASK}))
    headers = {"content-type": "application/sparql-update"}
    answer = small.post("/sparql", content=update, headers=headers)
    assert_refused(answer, 415, "unsupported-media-type")
    page = small.get("/sparql", params={"query": update}, headers={"accept": BROWSER})
    assert page.status_code == 400
    assert get(small, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").text == before


@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "application/json", "multipart/form-data; boundary=x"]
)
def test_other_media_types_are_415(small: TestClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = small.post("/sparql", content=ASK, headers=headers)
    assert_refused(answer, 415, "unsupported-media-type")


def test_exactly_one_query(small: TestClient) -> None:
    two = urlencode([("query", ASK), ("query", TREES)])
    assert_refused(small.get(f"/sparql?{two}"))
    assert_refused(small.post("/sparql", content=two, headers={"content-type": FORM}))
    one = urlencode({"query": ASK})
    assert_refused(small.post(f"/sparql?{one}", content=one, headers={"content-type": FORM}))
    assert_refused(small.post(f"/sparql?{one}", content=ASK, headers={"content-type": DIRECT}))
    assert_refused(small.post("/sparql", content="", headers={"content-type": FORM}))
    assert_refused(small.post("/sparql", content="x=1", headers={"content-type": FORM}))
    assert_refused(small.post("/sparql", content="", headers={"content-type": DIRECT}))
    assert_refused(small.get("/sparql?query="))


@WAYS
@pytest.mark.parametrize(
    "query",
    ["SELECT", "SELECT * {", "ASK }", "niets", "SELECT * { ?s ?p }", "SELECT ?x ?x { ?x ?y ?z ",
     "ASK { <a b> ?p ?o }", "SELECT * { ?s ?p 'x }", "\0", "ASK {} ASK {}", "ASK { x:y ?p ?o }"],
)  # fmt: skip
def test_bad_grammar_is_refused(small: TestClient, send: Send, query: str) -> None:
    assert_refused(send(small, query))


def test_text_that_is_not_utf8_is_refused(small: TestClient) -> None:
    for body in (b"ASK { ?s ?p '\xff' }", ASK.encode("utf-16"), ASK.encode("utf-16-le")):
        answer = small.post("/sparql", content=body, headers={"content-type": DIRECT})
        assert_refused(answer)
    assert_refused(small.post("/sparql", content=b"query=\xff", headers={"content-type": FORM}))


DEEP = {
    "groups": "ASK " + "{" * 100_000 + "}" * 100_000,
    "brackets": "ASK { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }",
    "lists": "ASK { ?s ?p " + "(" * 100_000 + ")" * 100_000 + " }",
    "nodes": "ASK { ?s ?p " + "[ ?p " * 100_000 + "1" + "]" * 100_000 + " }",
    "paths": "ASK { ?s " + "(" * 100_000 + "<p>" + ")" * 100_000 + " ?o }",
    "nots": "ASK { FILTER(" + "!" * 100_000 + "1) }",
    "unions": "ASK { " + "{} UNION " * 100_000 + "{} }",
    "selects": "SELECT * { " + "{ SELECT * { " * 50_000 + "} }" * 50_000 + " }",
    "not closed": "ASK " + "{" * 100_000,
}


@pytest.mark.parametrize("query", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_refused_and_the_service_lives(small: TestClient, query: str) -> None:
    start = time.monotonic()
    assert_refused(send_direct(small, query))
    assert_refused(send_form(small, query))
    # what fits within the size is refused for its depth
    for size in (20_000, 5_000, 1_500):
        short = query[:size]
        assert_refused(send_direct(small, short))
    assert time.monotonic() - start < 5
    assert get(small, ASK).json()["boolean"] is True


def test_too_long_a_query_is_refused(small: TestClient) -> None:
    query = "ASK {} #" + "x" * 70_000
    assert "bytes" in assert_refused(send_direct(small, query))
    assert "bytes" in assert_refused(send_direct(small, "x" * 1_000_000))


def big(text: str) -> str:
    assert len(text) < 2_048
    return text


def doubled(times: int) -> str:
    """Return bindings of ?x1, ?x2, ... each twice as long as the one before."""
    return "BIND('0123456789abcdef' AS ?x0) " + " ".join(
        f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(times)
    )


EVIL_QUERIES = {
    "product": big("SELECT (COUNT(*) AS ?n) { " + " . ".join(
        f"?a{i} ?b{i} ?c{i}" for i in range(60)) + " }"),
    "endless rows": big("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"),
    "sorted product": big("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c"),
    "doubling text": big(f"SELECT (STRLEN(?x30) AS ?n) {{ {doubled(30)} }}"),
    "paths": big("SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:y>)* ?b . "
                 "?b (!<urn:x>|^!<urn:y>)* ?c . ?c (!<urn:x>|^!<urn:y>)* ?d }"),
    "nested paths": big("ASK { ?a ((((!<urn:x>)*)*)*)* ?b . FILTER(false) }"),
    "regex": big("SELECT * { BIND(REPLACE('" + "a" * 800 + "', '(a|aa|aaa)+$', 'x') AS ?x) "
                 "FILTER(REGEX('" + "a" * 800 + "b', '^(a+)+$')) }"),
    "regex size": big("ASK { FILTER(REGEX('a', '((a{1,100}){1,100}){1,100}')) }"),
    "unions": big("SELECT (COUNT(*) AS ?n) { " + "{ ?s ?p ?o } UNION " * 40 + "{} "
                  "?x ?y ?z . ?u ?v ?w . ?k ?l ?m }"),
    "values": big("SELECT (COUNT(*) AS ?n) { " + " ".join(
        f"VALUES ?v{i} {{ 1 2 3 4 5 6 7 8 9 }}" for i in range(20)) + " }"),
    "group concat": big("SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f), STR(?i))) AS ?x) "
                        "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    "exists": big("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?g ?h ?i . "
                  "?j ?k ?l . FILTER(?i > ?l && ?g = ?a && ?j = ?d && ?l = 'x') } }"),
    "construct": big("CONSTRUCT { ?a ?b ?f . ?d ?e ?i . ?g ?h ?c } "
                     "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    "distinct": big("SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
}  # fmt: skip
DEADLINE = 0.8


@pytest.fixture(scope="module")
def hasty(built: Workspace) -> Iterator[TestClient]:
    """Our own project with a short deadline, small results and little memory."""
    settings = built.settings.model_copy(update={
        "sparql_timeout_seconds": DEADLINE, "sparql_max_result_bytes": 2_000_000,
        "sparql_worker_memory_bytes": 512 * 1024**2,
    })  # fmt: skip
    with TestClient(service(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("query", EVIL_QUERIES.values(), ids=EVIL_QUERIES)
def test_evil_query_ends_in_time_and_harms_nobody(hasty: TestClient, query: str) -> None:
    start = time.monotonic()
    try:
        headers = {"content-type": DIRECT}
        answer = hasty.post("/sparql", content=query, headers=headers)
    except (httpx2.TransportError, VijfsterError):
        pass  # rows were on their way: a broken answer is the only honest end
    else:
        assert answer.status_code in {200, 400, 413, 502, 503, 504}
        if answer.status_code != 200:
            assert answer.headers["content-type"] == PROBLEM
            assert answer.json()["detail"]
            assert "Traceback" not in answer.text
    assert time.monotonic() - start < DEADLINE + 2
    start = time.monotonic()
    assert get(hasty, ASK).json()["boolean"] is True
    assert time.monotonic() - start < 2


def test_timeout_is_504_within_its_deadline(hasty: TestClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } # geheim"
    for accept, kind in ((JSON_RESULTS, PROBLEM), (BROWSER, "text/html; charset=utf-8")):
        start = time.monotonic()
        answer = get(hasty, query, accept)
        assert answer.status_code == 504
        assert answer.headers["content-type"] == kind
        assert DEADLINE * 0.5 < time.monotonic() - start < DEADLINE + 2
    problem = get(hasty, query).json()
    assert (problem["code"], problem["status"]) == ("query-timeout", 504)
    other = get(hasty, "SELECT * {").text
    assert "geheim" not in str(problem) + other


# the page


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
    assert len(examples) == 4
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


# real clients and a real server


@pytest.fixture(scope="module")
def endpoint(trees: Workspace) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with serving(trees, port) as address:
        yield f"{address}sparql"


@pytest.mark.parametrize("method", ["GET", POST, POSTDIRECTLY])
def test_sparqlwrapper(endpoint: str, method: str) -> None:
    def wrapper(query: str, kind: str) -> Any:
        client = SPARQLWrapper(endpoint)
        if method == POSTDIRECTLY:
            client.setMethod(POST)
            client.setRequestMethod(POSTDIRECTLY)
        else:
            client.setMethod(method)
        client.setQuery(query)
        client.setReturnFormat(kind)
        return client

    rows = wrapper(TREES, JSON).queryAndConvert()["results"]["bindings"]
    assert len(rows) == 6
    assert len(wrapper(TREES, XML).queryAndConvert().getElementsByTagName("result")) == 6
    assert wrapper(ASK, JSON).queryAndConvert()["boolean"] is True
    graph = rdflib.Graph().parse(data=wrapper(DESCRIBE, TURTLE).queryAndConvert(), format="turtle")
    assert len(graph) > 5
    body = wrapper(CONSTRUCT, RDFXML).query().response.read()
    assert len(rdflib.Graph().parse(data=body, format="xml")) > 20


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_as_client(endpoint: str, method: str) -> None:
    store = SPARQLStore(endpoint, method=method)
    graph = rdflib.Graph(store)
    assert len(list(graph.query(TREES))) == 6
    assert graph.query(ASK).askAnswer is True
    subject = rdflib.URIRef(f"{BASE}id/boom/B1")
    assert (subject, rdflib.RDFS.label, rdflib.Literal("eik B1", lang="nl")) in graph


def vijfster(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_query_command(endpoint: str, tmp_path: Path) -> None:
    query = TREES + " ORDER BY ?s"
    found = vijfster("query", query, "--endpoint", endpoint)
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines()[0].strip() == "s"
    assert len(found.stdout.splitlines()) == 8
    file = tmp_path / "vraag.rq"
    file.write_text(query)
    rows = vijfster("query", str(file), "--endpoint", endpoint, "--format", "json")
    assert len(json.loads(rows.stdout)["results"]["bindings"]) == 6
    table = vijfster("query", query, "--endpoint", endpoint, "--format", "csv").stdout
    assert table.splitlines()[1] == f"{BASE}id/boom/B1"
    turtle = vijfster("query", DESCRIBE, "--endpoint", endpoint, "--format", "turtle")
    assert len(rdflib.Graph().parse(data=turtle.stdout, format="turtle")) > 5


def test_query_command_says_why_a_query_is_refused(endpoint: str) -> None:
    found = vijfster("query", "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }", "--endpoint", endpoint)
    assert found.returncode == 2
    assert "SERVICE" in found.stderr
    assert "Traceback" not in found.stderr
    found = vijfster("query", ASK, "--endpoint", "http://127.0.0.1:1/sparql")
    assert found.returncode == 2
    assert "Traceback" not in found.stderr


# the W3C suite of the protocol; its data are not here, so graphs of ours stand for its graphs

HT = rdflib.Namespace("http://www.w3.org/2011/http#")
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
FORMATS = {
    "boolean": (JSON_RESULTS, XML_RESULTS),
    "tabular": (JSON_RESULTS, XML_RESULTS, TSV, "text/csv"),
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"),
}


def localised(text: str) -> str:
    """Put graphs of ours where the suite has its own."""
    text = unquote(text) if "kasei.us" in unquote(text) and " " not in text else text
    return re.sub(r"http://kasei\.us/2009/09/sparql/data/data\d\.rdf", GRAPH, text)


def w3c_requests(manifest: Path) -> Iterator[tuple[str, str, str, dict[str, str], bytes, Any, str]]:
    """Yield (test, method, query string, headers, body, expected statuses, expected format)."""
    graph = rdflib.Graph().parse(manifest, format="turtle")
    for test in graph.subjects(rdflib.RDF.type, MF.ProtocolTest):
        action = graph.value(test, MF.action)
        requests = graph.value(action, HT.requests)
        assert requests is not None
        for request in Collection(graph, requests):
            listed = graph.value(request, HT.headers)
            headers = {
                str(graph.value(item, HT.fieldName)): str(graph.value(item, HT.fieldValue))
                for item in (Collection(graph, listed) if listed is not None else ())
            }
            body = graph.value(request, HT.body)
            encoding = str(graph.value(body, CNT.characterEncoding) or "utf-8")
            text = str(graph.value(body, CNT.chars) or "") if body is not None else ""
            response = graph.value(request, HT.resp)
            statuses = {str(s)[-3] for s in graph.objects(response, MF.expectedStatus)}
            kind = str(graph.value(response, MF.expectedFormat) or "")
            path = str(graph.value(request, HT.absolutePath))
            yield (
                str(test).rpartition("#")[2], str(graph.value(request, HT.methodName)),
                path.partition("?")[2], headers, text.encode(encoding), statuses, kind,
            )  # fmt: skip


@pytest.mark.parametrize(
    "query", ["CONSTRUCT { <s> <p> 1 } WHERE {}", "ASK { FILTER(ISIRI(<x>)) }"]
)
def test_relative_iri_is_resolved(small: TestClient, query: str) -> None:
    """SPARQL 1.1 Query, 4.1.1: without BASE it is the service's; W3C's protocol suite asks it."""
    answer = small.post("/sparql", content=query, headers={"content-type": DIRECT})
    assert answer.status_code == 200


def test_w3c_protocol_suite(small: TestClient, shared: Path) -> None:
    seen: dict[str, int] = {}
    for name, method, query, headers, body, statuses, kind in w3c_requests(
        shared / "w3c" / "sparql11" / "protocol" / "manifest.ttl"
    ):
        pairs = [pair.split("=", 1) for pair in query.split("&") if pair]
        query = urlencode([(key, localised(unquote(value))) for key, value in pairs])
        if "utf-16" not in str(headers).lower():
            body = localised(body.decode()).encode()
        answer = small.request(method, f"/sparql?{query}", headers=headers, content=body)
        update = headers.get("content-type", "").startswith("application/sparql-update")
        update |= b"update=" in body or "update=" in query
        asks_other_data = b"protocol-update-dataset" in body or b"protocol-base-test" in body
        if update:
            assert 400 <= answer.status_code < 500, name
        elif asks_other_data:
            # looks at what the update before should have done
            assert answer.status_code == 200, name
        else:
            assert str(answer.status_code)[0] in statuses, (name, answer.text)
            if kind:
                assert answer.headers["content-type"].partition(";")[0] in FORMATS[kind], name
        seen[name] = answer.status_code
    assert len(seen) == 34
    assert sum(name.startswith(("query", "bad_query", "bad_multiple_q")) for name in seen) == 20
