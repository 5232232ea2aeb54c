"""`/sparql`: what is refused, in whatever way it is sent, and that nothing changes by it."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from tests.http.sparql import (
    ASK,
    DIRECT,
    FORM,
    TREES,
    WAYS,
    Send,
    assert_refused,
    get,
    send_direct,
    send_form,
    send_get,
)
from tests.http.support import (
    BROWSER,
)


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
    assert_refused(send_direct(small, query), 413, "query-too-large")
    assert_refused(send_form(small, query), 413, "query-too-large")
    # what fits within the size is refused for its depth
    for size in (20_000, 5_000, 1_500):
        short = query[:size]
        assert_refused(send_direct(small, short))
    assert time.monotonic() - start < 5
    assert get(small, ASK).json()["boolean"] is True


def test_too_long_a_query_is_refused(small: TestClient) -> None:
    query = "ASK {} #" + "x" * 70_000
    for send, text in (
        (send_form, query), (send_direct, query), (send_direct, "x" * 1_000_000)
    ):  # fmt: skip
        answer = send(small, text)
        assert "65536 bytes" in assert_refused(answer, 413, "query-too-large")
        assert answer.json()["messages"]["nl"] == "Een zoekvraag telt hoogstens 65536 bytes."


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("ASK {\n  CLEAR ALL }", (2, 3)),  # the guard
        ("ASK {\n ?s ?p 'é' }\nLIMIT é", (3, 7)),
        ("ASK {\n ?s ?p 'é' }\n'x'", (3, 4)),  # the engine: where it stopped
        ("ASK {\n\n?s ?p ?o # x\n SERVICE <urn:x> {} }", (4, 2)),
    ],
)
def test_where_a_query_is_wrong_is_told(
    small: TestClient, query: str, place: tuple[int, int]
) -> None:
    problem = send_direct(small, query).json()
    assert (problem["status"], problem["line"], problem["column"]) == (400, *place)
    assert problem["messages"]["nl"] != problem["messages"]["en"]


def test_a_packed_body_is_415(small: TestClient) -> None:
    headers = {"content-type": DIRECT, "content-encoding": "gzip"}
    answer = small.post("/sparql", content=b"ASK {}", headers=headers)
    assert_refused(answer, 415, "unsupported-media-type")
