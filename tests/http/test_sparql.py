"""`/sparql`: three ways to ask, every result type, the service description, the dataset."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.rdf import media
from tests.conftest import BASE
from tests.http.sparql import (
    ASK,
    CONSTRUCT,
    DESCRIBE,
    GRAPH,
    TREES,
    TSV,
    WAYS,
    XML_RESULTS,
    Send,
    assert_refused,
    bindings,
    get,
)
from tests.http.support import (
    BROWSER,
    JSON_RESULTS,
    oxigraph_quads,
)


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
