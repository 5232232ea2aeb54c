"""The metrics: what they count, where; and that no query stands in them or in the log."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import quote

from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import ROOT, Workspace
from tests.http.sparql import TREES
from tests.http.support import fetch, serving

MARK = "geheimwoord"
JSON_RESULTS = {"Accept": "application/sparql-results+json"}


def counted(address: str) -> dict[tuple[str, str], float]:
    """Return the value of each sample by its name and the values of its labels."""
    status, body = fetch(f"{address}metrics")
    assert status == 200
    return {
        (sample.name, " ".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def test_what_is_counted_and_where(trees: Workspace, free_port: Callable[[], int]) -> None:
    port, own = free_port(), free_port()
    settings = {"metrics_port": str(own), "sparql_timeout_seconds": "0.6",
                "sparql_client_seconds": "3"}  # fmt: skip
    queries = {
        "ok": f"{TREES} # {MARK}",
        "query-refused": f"CLEAR <urn:{MARK}>",
        "engine refuses": f"SELECT * {{ ?{MARK} ?p }}",
        "no function": f"SELECT (<urn:{MARK}>(1) AS ?x) {{}}",
        "query-timeout": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . "
        f"?j ?k ?{MARK} }}",
        "broken off": f"SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?{MARK} ?k ?l }}",
    }  # fmt: skip
    with serving(trees, port, **settings) as address:
        endpoint = f"{address}sparql?query="
        public = fetch(f"{address}metrics")
        assert public[0] == 404
        statuses = {}
        for name, query in queries.items():
            try:
                statuses[name] = fetch(endpoint + quote(query), JSON_RESULTS)[0]
            except http.client.IncompleteRead:
                statuses[name] = 0
        assert statuses == {
            "ok": 200, "query-refused": 400, "engine refuses": 400, "no function": 400,
            "query-timeout": 504, "broken off": 0,
        }  # fmt: skip
        fetch(f"{address}bomen.json?q={MARK}")
        fetch(f"{address}{MARK}")
        told = f"http://127.0.0.1:{own}/"
        assert fetch(told)[0] == 404
        found = counted(told)
        assert found["vijfster_sparql_queries_total", "SELECT ok"] == 1
        assert found["vijfster_sparql_queries_total", "none query-refused"] == 1
        assert found["vijfster_sparql_queries_total", "SELECT query-refused"] == 2
        assert found["vijfster_sparql_queries_total", "SELECT query-timeout"] == 2
        assert found["vijfster_sparql_seconds_count", "SELECT"] == 5
        assert found["vijfster_sparql_seconds_sum", "SELECT"] > 1
        assert found["vijfster_sparql_result_bytes_total", ""] > 500
        assert found["vijfster_sparql_workers_events_total", "killed"] == 2
        assert found["vijfster_sparql_workers", "slow"] == 0
        assert found["vijfster_http_requests_total", "/sparql 504"] == 1
        assert found["vijfster_http_requests_total", "/{route}.{suffix} 200"] == 1
        body = fetch(f"{told}metrics")[1].decode()
        assert MARK not in body
        assert "127.0.0.1" not in body
    log = (trees.folder / f"serve-{port}.log").read_text()
    assert MARK not in log
    assert "query-timeout" in log  # so that the line above means something


def test_a_port_that_is_taken_stops_the_start(
    trees: Workspace, free_port: Callable[[], int]
) -> None:
    command = [sys.executable, "-m", "app", "serve", "--project", str(trees.folder),
               "--port", str(free_port())]  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = {**os.environ, "VIJFSTER_METRICS_PORT": str(taken.getsockname()[1])}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=60,
                              check=False)  # fmt: skip
    assert done.returncode == 2
    assert b"is niet vrij" in done.stderr
    assert b"Traceback" not in done.stderr
