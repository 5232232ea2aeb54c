"""`/sparql` off, open to some networks, and with bounds per client."""

from __future__ import annotations

import http.client
import json
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from app.bootstrap import service
from app.errors import ProjectError
from tests.conftest import Workspace
from tests.http.processes import children, cpu_ticks, pid_of
from tests.http.sparql import ASK, TREES, assert_refused, get
from tests.http.support import BROWSER, Page, fetch, serving

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@contextmanager
def opened(
    trees: Workspace, peer: tuple[str, int] = ("testclient", 1), **settings: Any
) -> Iterator[TestClient]:
    changed = trees.settings.model_copy(update=settings)
    with TestClient(service(changed), client=peer, follow_redirects=False) as client:
        yield client


def pages(client: TestClient) -> Iterator[tuple[str, Page]]:
    for path in ("/", "/bomen", "/vragen", "/doc/boom/B1", "/datasets"):
        answer = client.get(path, headers={"accept": BROWSER})
        assert answer.status_code == 200, path
        yield path, Page.of(answer.text)


def test_off_is_gone_everywhere(trees: Workspace) -> None:
    with opened(trees, sparql_access="off") as client:
        for accept in ("*/*", BROWSER):
            assert client.get("/sparql", headers={"accept": accept}).status_code == 404
        assert client.post("/sparql", data={"query": ASK}).status_code in {404, 405}
        for path, page in pages(client):
            assert not any("sparql" in link for link in page.links), path
        for kind in ("text/turtle", "application/rdf+xml", "application/ld+json"):
            answer = client.get("/.well-known/void", headers={"accept": kind})
            assert answer.status_code == 200
            assert "sparql" not in answer.text
            assert "dataDump" in answer.text
        assert "/sparql" not in client.get("/openapi.json").json()["paths"]


def test_open_to_networks_is_open_to_those_only(trees: Workspace) -> None:
    access = {"sparql_access": "192.0.2.0/24, 2001:db8::/32"}
    for inside in ("192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7"):
        with opened(trees, (inside, 1), **access) as client:
            answer = get(client, ASK)
            assert answer.json()["boolean"] is True
            # nothing that others could ask keeps it
            for kept in (answer, client.get("/sparql")):
                assert kept.headers["cache-control"].startswith("private,")
    with opened(trees, ("198.51.100.7", 1), **access) as client:
        for answer in (get(client, ASK), client.get("/sparql"), client.post("/sparql")):
            assert "/dumps/" in assert_refused(answer, 403, "access-refused")
        assert client.get("/sparql", headers={"accept": BROWSER}).status_code == 403
        # nobody's header opens it
        spoofed = {"x-forwarded-for": "192.0.2.7", "forwarded": "for=192.0.2.7"}
        assert client.get("/sparql", headers=spoofed).status_code == 403
        for path, page in pages(client):
            assert not any("sparql" in link for link in page.links), path


def test_a_trusted_proxy_says_who_asks(trees: Workspace) -> None:
    access = {"sparql_access": "192.0.2.0/24", "trusted_proxies": "10.0.0.0/8"}
    with opened(trees, ("10.0.0.1", 1), **access) as client:
        assert client.get("/sparql").status_code == 403
        for value, status in (("192.0.2.7", 200), ("192.0.2.7, 198.51.100.7", 403)):
            answer = client.get("/sparql", headers={"x-forwarded-for": value})
            assert answer.status_code == status


def test_who_hides_behind_a_proxy_is_not_the_proxy(trees: Workspace) -> None:
    """The proxy stands inside the network that may ask; what a stranger adds hides him only."""
    access = {"sparql_access": "10.0.0.0/8", "trusted_proxies": "10.0.0.1"}
    with opened(trees, ("10.0.0.1", 1), **access) as client:
        assert client.get("/sparql").status_code == 200
        for headers in (
            {"x-forwarded-for": "203.0.113.9", "forwarded": "for=1.1.1.1"},
            {"x-forwarded-for": "unknown"},
            {"forwarded": "for=_hidden"},
        ):
            assert client.get("/sparql", headers=headers).status_code == 403


def test_a_setting_that_cannot_be_read_stops_the_start(trees: Workspace) -> None:
    for name in ("sparql_access", "trusted_proxies"):
        with pytest.raises(ProjectError, match=f"VIJFSTER_{name.upper()}.*'overal'"):
            service(trees.settings.model_copy(update={name: "overal"}))


def test_service_only_where_an_external_engine_answers(trees: Workspace) -> None:
    """Processes of the embedded engine have no network, so for them the list is empty."""
    place = "https://engine.test/sparql"
    with opened(trees, sparql_services=f" {place} https://ander.test/") as client:
        query = f"ASK {{ SERVICE <{place}> {{ ?s ?p ?o }} }}"
        assert "SERVICE is refused" in assert_refused(get(client, query))
    outside: Any = {"sparql_services": place, "sparql_backend": "http://127.0.0.1:9/query"}
    with opened(trees, **outside) as client:
        assert get(client, query).status_code == 503  # let through, and nobody is there
        other = query.replace("sparql>", "sparql/>")
        assert place in assert_refused(get(client, other))
        described = client.get("/sparql")
        said = described.text
        assert "BasicFederatedQuery" in said
        assert "SERVICE" not in said
    with opened(trees) as client:
        assert client.get("/sparql").headers["etag"] != described.headers["etag"]
    for wrong in ("engine.test", "ftp://engine.test/", "https://x/<y>"):
        with pytest.raises(ProjectError, match="VIJFSTER_SPARQL_SERVICES"):
            service(trees.settings.model_copy(update={**outside, "sparql_services": wrong}))


def test_a_proxy_that_is_not_named_is_told_of_once(
    trees: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), opened(trees, ("127.0.0.1", 1)) as client:
        for _ in range(3):
            client.get("/health", headers={"x-forwarded-for": "203.0.113.9"})
    told = [record for record in caplog.records if "VIJFSTER_TRUSTED_PROXIES" in record.message]
    assert len(told) == 1


def test_seconds_of_a_client_are_bounded(trees: Workspace) -> None:
    bounds = {"sparql_client_seconds": 0.25, "sparql_timeout_seconds": 0.6}
    with opened(trees, ("10.0.0.1", 1), trusted_proxies="10.0.0.1", **bounds) as client:

        def ask(who: str, query: str, accept: str = "*/*") -> Any:
            headers = {"x-forwarded-for": who, "accept": accept}
            return client.get("/sparql", params={"query": query}, headers=headers)

        assert ask("192.0.2.1", ASK).status_code == 200
        assert ask("192.0.2.1", HEAVY).status_code == 504
        refused = ask("192.0.2.1", ASK)
        assert_refused(refused, 429, "too-many-requests")
        assert int(refused.headers["retry-after"]) >= 1
        assert "zoekvragen" in refused.json()["messages"]["nl"]
        page = ask("192.0.2.1", ASK, BROWSER)
        assert page.status_code == 429
        assert int(page.headers["retry-after"]) >= 1
        assert ask("192.0.2.2", ASK).status_code == 200
        # what a stranger adds in front changes nothing
        assert ask("192.0.2.9, 192.0.2.1", ASK).status_code == 429
        # what is not asked of the engine costs nothing
        assert client.get("/sparql", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 200


def ask_from(address: str, port: int, query: str, seen: list[int]) -> None:
    seen.append(
        fetch(f"http://127.0.0.1:{port}/sparql?query={quote(query)}",
              {"X-Forwarded-For": address, "Accept": "application/sparql-results+json"})[0]
    )  # fmt: skip


def test_heavy_queries_of_one_client_leave_room_for_others(
    trees: Workspace, free_port: Any
) -> None:
    """One client sends eight heavy queries; two run, and another client is served at once."""
    port = free_port()
    settings = {"trusted_proxies": "127.0.0.1", "sparql_timeout_seconds": "4",
                "sparql_max_slow": "3", "base_iri": trees.base}  # fmt: skip
    with serving(trees, port, **settings):
        heavy: list[int] = []
        threads = [
            threading.Thread(target=ask_from, args=("192.0.2.1", port, HEAVY, heavy))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.8)
        other: list[int] = []
        for _ in range(20):
            ask_from("192.0.2.2", port, TREES, other)
        assert other == [200] * 20
        assert not [status for status in heavy if status == 504]  # they were still running
        for thread in threads:
            thread.join(20)
        assert sorted(set(heavy)) == [429, 504]
        assert heavy.count(504) == 2


def test_who_leaves_frees_its_place(trees: Workspace, free_port: Any) -> None:
    """A client that leaves before an answer stops its query, long before the deadline."""
    port = free_port()
    settings = {"sparql_timeout_seconds": "120", "sparql_max_slow": "2"}
    with serving(trees, port, **settings):
        for _ in range(3):
            for query in (HEAVY, HEAVY.replace("(COUNT(*) AS ?n)", "*")):
                with socket.create_connection(("127.0.0.1", port)) as leaving:
                    request = f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n"
                    leaving.sendall(request.encode())
                    time.sleep(0.5)  # it is slow by now
            # its two places are free again
        seen: list[int] = []
        for _ in range(5):
            ask_from("127.0.0.1", port, ASK, seen)
        assert seen == [200] * 5


def test_every_end_frees_the_place(trees: Workspace, free_port: Any) -> None:
    """One query at once: whatever became of the one before, the next one is answered."""
    port = free_port()
    rows = HEAVY.replace("(COUNT(*) AS ?n)", "*")
    settings = {"sparql_client_queries": "1", "sparql_timeout_seconds": "1.5",
                "sparql_client_seconds": "1000", "sparql_max_result_bytes": "500000"}  # fmt: skip
    ends = {
        "refused here": ("GET", "CLEAR ALL", "*/*", {400}),
        "refused by the engine": ("GET", "SELECT * { ?s ?p }", "*/*", {400}),
        "no such format": ("GET", ASK, "image/png", {406}),
        "late": ("GET", HEAVY, "*/*", {504}),
        "late, as a page": ("GET", HEAVY, BROWSER, {504}),
        "a part, as a page": ("GET", rows, BROWSER, {200}),
        "too large": ("GET", rows, "*/*", {0, 413}),
        "head only": ("HEAD", rows, "*/*", {200}),
        "the worker dies": ("GET", HEAVY, "*/*", {502}),
    }
    with serving(trees, port, **settings):
        for name, (method, query, accept, expected) in ends.items():
            killer = threading.Timer(0.7, kill_busiest, [port])
            if name == "the worker dies":
                killer.start()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                path = f"/sparql?query={quote(query)}"
                connection.request(method, path, headers={"Accept": accept})
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except http.client.IncompleteRead:
                status = 0
            finally:
                connection.close()
                killer.cancel()
            assert status in expected, (name, status)
            seen: list[int] = []
            ask_from("127.0.0.1", port, ASK, seen)
            assert seen == [200], name


def kill_busiest(port: int) -> None:
    _, _, *workers = children(pid_of(port))  # below the service, and what forks them
    os.kill(max(workers, key=lambda pid: cpu_ticks([pid])), signal.SIGKILL)


def test_a_whole_small_answer_has_a_length(small: TestClient) -> None:
    answer = get(small, ASK)
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert json.loads(answer.content)["boolean"] is True
