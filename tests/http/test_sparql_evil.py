"""`/sparql`: queries made to last, to fill memory or to break the engine end in time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx2
import pytest
from starlette.testclient import TestClient

from app.bootstrap import service
from app.errors import VijfsterError
from tests.conftest import Workspace
from tests.http.sparql import ASK, DIRECT, doubled, get
from tests.http.support import (
    BROWSER,
    JSON_RESULTS,
    PROBLEM,
)


def big(text: str) -> str:
    assert len(text) < 2_048
    return text


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
