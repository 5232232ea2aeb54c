"""What the tests of `/sparql` share: ways to send a query, readers of answers, heavy texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.conftest import BASE
from tests.http.support import (
    JSON_RESULTS,
    PROBLEM,
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


def doubled(times: int) -> str:
    """Return bindings of ?x1, ?x2, ... each twice as long as the one before."""
    return "BIND('0123456789abcdef' AS ?x0) " + " ".join(
        f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(times)
    )
