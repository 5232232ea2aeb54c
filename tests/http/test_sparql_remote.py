"""`/sparql` before an external engine that misbehaves: what strangers see, and what they do not."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from app.bootstrap import service
from app.cli import doctor
from app.store.releases import read_json
from tests.conftest import BASE, Workspace
from tests.http.sparql import CONSTRUCT, GRAPH, TSV, XML_RESULTS, get
from tests.http.support import BROWSER, JSON_RESULTS, PROBLEM, serving, until
from tests.integration.net_server import SECRET, Server, Talk, answer

QUERY = "SELECT ?s { ?s ?p ?o }"
ROWS = [{"s": {"type": "uri", "value": f"urn:{i}"}} for i in range(3)]
DEADLINE = 0.7
TEXT = SECRET.decode()


def result(rows: list[Any] = ROWS) -> bytes:
    return json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": rows}}).encode()


def sends(body: bytes, kind: str = JSON_RESULTS, *more: str, status: str = "200 OK") -> Talk:
    return answer(f"Content-Type: {kind}", *more, body=body, status=status)


def raw(*parts: bytes | float) -> Talk:
    """Send bytes; a number is how long to wait."""

    def talk(peer: socket.socket, _: bytes) -> None:
        for part in parts:
            if isinstance(part, bytes):
                peer.sendall(part)
            else:
                time.sleep(part)

    return talk


def head(kind: str = JSON_RESULTS, *more: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {kind}", *more, "", ""]
    return "\r\n".join(lines).encode()


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


CHUNKED = "Transfer-Encoding: chunked"
LONG = (
    b'{"head":{"vars":["s"]},"results":{"bindings":['
    + b'{"s":{"type":"uri","value":"urn:x"}},' * 20_000
)


def endless(peer: socket.socket, _: bytes) -> None:
    peer.sendall(head(JSON_RESULTS, CHUNKED) + chunk(LONG))
    row = chunk(b'{"s":{"type":"uri","value":"urn:x"}},' * 1_000)
    while True:
        peer.sendall(row)


dialled: set[tuple[str, int]] = set()
upstreams: set[tuple[str, int]] = set()


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and upstreams and isinstance(arguments[1], tuple):
        dialled.add(arguments[1][:2])


sys.addaudithook(_watch)


@contextmanager
def proxying(workspace: Workspace, talk: Talk, **more: Any) -> Iterator[tuple[TestClient, Server]]:
    """Serve a project whose engine says what a test wants; nothing else may be dialled."""
    server = Server(talk)
    settings = workspace.settings.model_copy(update={
        "sparql_backend": f"http://127.0.0.1:{server.port}/sparql",
        "sparql_client_queries": 100, "sparql_client_seconds": 10_000.0,
        "sparql_backend_timeout_seconds": 20.0, "sparql_max_result_bytes": 1_000_000, **more,
    })  # fmt: skip
    dialled.clear()
    upstreams.add(("127.0.0.1", server.port))
    try:
        with TestClient(service(settings), raise_server_exceptions=False) as client:
            yield client, server
        assert dialled <= upstreams
    finally:
        server.close()


def problem(found: httpx2.Response, status: int, server: Server) -> dict[str, Any]:
    assert found.status_code == status, found.text
    assert found.headers["content-type"] == PROBLEM
    for secret in (TEXT, "127.0.0.1", str(server.port)):
        assert secret not in found.text + str(found.headers)
    facts: dict[str, Any] = found.json()
    assert facts["messages"]["nl"] != facts["messages"]["en"]
    return facts


def test_a_sound_answer_passes(trees: Workspace) -> None:
    with proxying(trees, sends(result())) as (client, server):
        found = get(client, QUERY)
        assert found.status_code == 200
        assert found.headers["content-type"] == JSON_RESULTS
        assert found.json()["results"]["bindings"] == ROWS
        for _ in range(3):
            assert get(client, QUERY).status_code == 200
        assert get(client, QUERY, "text/csv").text == "s\r\nurn:0\r\nurn:1\r\nurn:2\r\n"
        assert get(client, QUERY, TSV).text == "?s\n<urn:0>\n<urn:1>\n<urn:2>\n"
        assert get(client, QUERY, XML_RESULTS).text.count("<uri>urn:") == 3
        page = get(client, QUERY, BROWSER)
        assert "urn:2" in page.text
        # pages, lists and feeds come from the release
        before = len(server.requests)
        for path in ("/doc/boom/B1", "/catalog.ttl", "/bomen"):
            assert client.get(path).status_code == 200
        assert len(server.requests) == before


def test_only_the_query_goes_out(trees: Workspace) -> None:
    talk = sends(result(), JSON_RESULTS, f"Set-Cookie: x={TEXT}", f"Server: {TEXT}", f"X: {TEXT}")
    with proxying(trees, talk) as (client, server):
        found = client.get("/sparql", params={"query": QUERY}, headers={
            "Accept": JSON_RESULTS, "Authorization": f"Bearer {TEXT}", "Cookie": f"a={TEXT}",
            "X-Forwarded-For": TEXT, "Referer": f"https://{TEXT}/", "User-Agent": TEXT,
            "Accept-Encoding": "gzip",
        })  # fmt: skip
        assert get(client, QUERY).status_code == found.status_code == 200
        assert TEXT not in str(found.headers)
        lines = server.requests[0].decode().split("\r\n")
        names = {line.partition(":")[0].lower() for line in lines[1:] if line}
        assert names == {"host", "accept", "accept-encoding", "user-agent"}
        assert TEXT not in "".join(lines)
        assert "cookie" not in server.requests[1].decode().lower()
        asked = parse_qs(urlsplit(lines[0].split()[1]).query)
        assert asked["query"] == [f"BASE <{BASE}>\n{QUERY}"]
        assert GRAPH in asked["default-graph-uri"]
        # all that is published here, and nothing else the engine may hold
        assert asked["default-graph-uri"] == asked["named-graph-uri"]


def test_graphs_are_told(trees: Workspace) -> None:
    with proxying(trees, sends(result())) as (client, server):

        def asked(query: str, **more: str) -> dict[str, list[str]]:
            assert get(client, query, **more).status_code == 200
            return parse_qs(server.requests[-1].decode().split()[1].partition("?")[2])

        found = asked(QUERY, **{"default-graph-uri": GRAPH})
        assert found["default-graph-uri"] == [GRAPH]
        assert "named-graph-uri" not in found
        found = asked(QUERY, **{"named-graph-uri": GRAPH})
        assert found["named-graph-uri"] == [GRAPH]
        assert "default-graph-uri" not in found
        found = asked(f"SELECT ?s FROM <{GRAPH}> {{ ?s ?p ?o }}")
        assert found.keys() == {"query"}
        for name in ("default-graph-uri", "named-graph-uri"):
            assert get(client, QUERY, **{name: "http://127.0.0.1:9/other"}).status_code == 400


def test_a_long_query_is_a_form_and_the_user_is_told(trees: Workspace) -> None:
    def talk(peer: socket.socket, start: bytes) -> None:
        size = int(start.lower().partition(b"content-length:")[2].split()[0])
        body = start.partition(b"\r\n\r\n")[2]
        while len(body) < size:
            body += peer.recv(65_536)
        bodies.append(body)
        sends(result())(peer, start)

    bodies: list[bytes] = []
    with proxying(trees, talk, sparql_backend_user="lezer", sparql_backend_profile="virtuoso",
                  sparql_backend_password=SecretStr("geheim")) as (client, server):  # fmt: skip
        query = QUERY + " # xxx\n" + " " * 4_000 + "LIMIT 3"
        assert get(client, query).status_code == 200
        start = server.requests[0].decode()
        assert start.startswith("POST /sparql HTTP/1.1")
        assert "Content-Type: application/x-www-form-urlencoded" in start
        assert "Authorization: Basic bGV6ZXI6Z2VoZWlt" in start
        sent = parse_qs(bodies[0].decode())
        assert sent["timeout"] == ["20000"]
        assert "xxx" not in sent["query"][0]


BAD_HEADS: dict[str, tuple[Talk, int, str]] = {
    "syntax": (sends(SECRET, "text/plain", status="400 Bad Request"), 400, "query-refused"),
    "no user": (sends(SECRET, "text/html", status="401 Unauthorized"), 502, "bad-gateway"),
    "forbidden": (sends(SECRET, "text/html", status="403 Forbidden"), 502, "bad-gateway"),
    "no such path": (sends(SECRET, "text/html", status="404 Not Found"), 502, "bad-gateway"),
    "too many": (sends(SECRET, "text/plain", status="429 Too Many Requests"), 503, "busy"),
    "vendor error": (sends(SECRET, "text/plain", status="500 Failed"), 502, "query-failed"),
    "estimated time": (sends(b"Virtuoso 42000 Error The estimated execution time 1870 (sec) "
        b"exceeds the limit of 400", status="500 SPARQL Request Failed"), 504, "query-timeout"),
    "bad gateway": (sends(SECRET, "text/html", status="502 Bad Gateway"), 502, "query-failed"),
    "unavailable": (sends(SECRET, "text/html", status="503 Unavailable"), 503, "busy"),
    "late 503": (sends(b"Query timed out", "text/plain", status="503 Unavailable"), 504,
                 "query-timeout"),
    "gateway timeout": (sends(SECRET, "text/html", status="504 Timeout"), 504, "query-timeout"),
    "html 200": (sends(b"<html>" + SECRET, "text/html"), 502, "bad-gateway"),
    "html that lies": (sends(b"<html>" + SECRET), 502, "bad-gateway"),
    "no type": (answer(body=result()), 502, "bad-gateway"),
    "no content": (sends(b"", status="204 No Content"), 502, "bad-gateway"),
    "partial": (sends(result(), status="206 Partial Content"), 502, "bad-gateway"),
    "empty": (sends(b""), 502, "bad-gateway"),
    "gzip unasked": (sends(gzip.compress(result()), JSON_RESULTS, "Content-Encoding: gzip"), 502,
                     "bad-gateway"),
    "gzip unsaid": (sends(gzip.compress(result())), 502, "bad-gateway"),
    "not gzip": (sends(result(), JSON_RESULTS, "Content-Encoding: gzip"), 502, "bad-gateway"),
    "giant header": (sends(result(), JSON_RESULTS, "X-Much: " + "x" * 100_000), 502,
                     "bad-gateway"),
    "endless headers": (raw(b"HTTP/1.1 200 OK\r\n" + b"".join(
        b"X-%d: %s\r\n" % (i, b"x" * 4_000) for i in range(3_000))), 502, "bad-gateway"),
    "not http": (raw(SECRET * 10), 502, "bad-gateway"),
    "nothing": (raw(), 502, "bad-gateway"),
    "early close": (raw(head(JSON_RESULTS, CHUNKED) + chunk(result()[:60])), 502, "bad-gateway"),
    "wrong length": (raw(head(JSON_RESULTS, "Content-Length: 9999") + result()), 502,
                     "bad-gateway"),
    "short length": (raw(head(JSON_RESULTS, "Content-Length: 40") + result()), 502,
                     "bad-gateway"),
    "closed in the middle": (raw(head() + result()[:-3]), 502, "bad-gateway"),
    "error in the body": (sends(result()[:60] + b"[" + SECRET), 502, "bad-gateway"),
    "cancelled": (sends(b'{"head":{"vars":["n"]},"results":{"bindings":['
        b"The SPARQL operation has been cancelled"), 504, "query-timeout"),
    "error object": (sends(result()[:60] + b'{"code":"' + SECRET + b'"}'), 502, "bad-gateway"),
    "second document": (sends(result() + SECRET), 502, "bad-gateway"),
    "bad chunk": (raw(head(JSON_RESULTS, CHUNKED) + b"zz\r\n" + result()), 502, "bad-gateway"),
}  # fmt: skip


@pytest.fixture(scope="module")
def proxied(trees: Workspace) -> Iterator[tuple[TestClient, Server]]:
    with proxying(trees, sends(result())) as found:
        yield found


@pytest.mark.parametrize("name", BAD_HEADS)
@pytest.mark.parametrize("accept", [JSON_RESULTS, "text/csv"])
def test_a_bad_answer_is_a_problem_without_its_words(
    proxied: tuple[TestClient, Server], name: str, accept: str
) -> None:
    client, server = proxied
    server.talk, status, code = BAD_HEADS[name]
    assert problem(get(client, QUERY, accept), status, server)["code"] == code
    # and the service goes on
    server.talk = sends(result())
    assert get(client, QUERY, accept).status_code == 200


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(trees: Workspace, code: int) -> None:
    elsewhere = Server(sends(result()))
    try:
        location = f"Location: http://127.0.0.1:{elsewhere.port}/{TEXT}"
        talk = sends(b"", JSON_RESULTS, location, status=f"{code} Moved")
        with proxying(trees, talk) as (client, server):
            problem(get(client, QUERY), 502, server)
    finally:
        elsewhere.close()
    assert elsewhere.requests == []


@pytest.mark.parametrize("profile", ["virtuoso"])
def test_a_part_that_says_so_in_a_header_is_refused(trees: Workspace, profile: str) -> None:
    for header, status in (("X-SQL-State: S1TAT", 504), ("X-SPARQL-MaxRows: 3", 413)):
        talk = sends(result(), JSON_RESULTS, header)
        with proxying(trees, talk, sparql_backend_profile=profile) as (client, server):
            problem(get(client, QUERY), status, server)


def test_graphs_that_end_with_something_else_are_refused(trees: Workspace) -> None:
    line = b"<urn:a> <urn:b> <urn:c> .\n"
    kind = "application/n-triples"
    for body, status in (
        (line * 3, 200), (b"", 200), (b"# Empty NT\n", 200), (line[:-1], 200),
        (line + b"<urn:a> <urn:b", 502), (line + SECRET, 502), (line + SECRET + b"\n", 502),
        (line + b"Query timed out", 504),
    ):  # fmt: skip
        with proxying(trees, sends(body, kind)) as (client, server):
            found = get(client, CONSTRUCT, "text/turtle")
            assert found.status_code == status, body
            if status == 200:
                assert found.content == body
            else:
                problem(found, status, server)
    # where neither HTTP nor the format says where it ends
    with proxying(trees, raw(head(kind) + line)) as (client, server):
        problem(get(client, CONSTRUCT, "text/turtle"), 502, server)
    xml = b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="urn:r"></rdf:RDF>\n'
    for body, status in ((xml, 200), (xml[:-12], 502), (xml + SECRET, 502)):
        with proxying(trees, sends(body, "application/rdf+xml")) as (client, server):
            assert get(client, CONSTRUCT, "application/rdf+xml").status_code == status


def test_what_an_engine_cannot_write_is_not_acceptable(trees: Workspace) -> None:
    with proxying(trees, sends(b""), sparql_backend_profile="comunica") as (client, server):
        found = problem_of_406(get(client, CONSTRUCT, "application/rdf+xml"))
        assert "text/turtle" in found["offers"]
        refused = get(client, QUERY, **{"default-graph-uri": GRAPH})
        assert refused.status_code == 400
        assert "FROM" in refused.json()["detail"]
        assert server.requests == []


def problem_of_406(found: httpx2.Response) -> dict[str, Any]:
    assert found.status_code == 406
    facts: dict[str, Any] = found.json()
    return facts


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (<bif:sys_stat>('x') AS ?y) {}",
        "SELECT * { ?s <BIF:contains> 'x' }",
        "PREFIX x: <sql:> SELECT (x:y('x') AS ?z) {}",
        "SELECT * { ?s <java:java.lang.Runtime> ?o }",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "DEFINE get:soft 'soft' SELECT * { ?s ?p ?o }",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    ],
)
def test_what_is_more_than_a_query_never_goes_out(trees: Workspace, query: str) -> None:
    with proxying(trees, sends(result())) as (client, server):
        assert get(client, query).status_code == 400
        assert server.requests == []
        # the words themselves are no crime
        assert get(client, "SELECT ?s { ?s ?p 'bif:contains' }").status_code == 200


def test_nobody_at_home(trees: Workspace, free_port: Callable[[], int]) -> None:
    port = free_port()
    settings = trees.settings.model_copy(update={"sparql_backend": f"http://127.0.0.1:{port}/"})
    with TestClient(service(settings)) as client:
        found = get(client, QUERY)
        assert found.status_code == 503
        assert str(port) not in found.text
        assert found.headers["retry-after"]
        assert client.get("/doc/boom/B1").status_code == 200


SLOW: dict[str, Talk] = {
    "head": raw(5.0),
    "body": raw(head(JSON_RESULTS, CHUNKED), 5.0),
    "trickle": raw(head(JSON_RESULTS, CHUNKED), *(b"1\r\n \r\n" if i % 2 else 0.05
                                                  for i in range(200))),
    "stall": raw(head(JSON_RESULTS, CHUNKED) + chunk(result()[:50]), 5.0),
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("accept", [JSON_RESULTS, "text/csv"])
def test_a_deadline_before_the_first_byte_is_504(trees: Workspace, name: str, accept: str) -> None:
    more = {"sparql_backend_timeout_seconds": DEADLINE}
    with proxying(trees, SLOW[name], **more) as (client, server):
        began = time.monotonic()
        found = problem(get(client, QUERY, accept), 504, server)
        assert found["code"] == "query-timeout"
        assert time.monotonic() - began < DEADLINE + 1


def test_connections_are_bounded(trees: Workspace) -> None:
    open_ = most = 0

    def talk(peer: socket.socket, start: bytes) -> None:
        nonlocal open_, most
        open_ += 1
        most = max(most, open_)
        time.sleep(2.5)
        open_ -= 1
        sends(result(), JSON_RESULTS, "Connection: close")(peer, start)

    with proxying(trees, talk, sparql_backend_connections=2) as (client, _):
        with ThreadPoolExecutor(6) as threads:
            found = [item.status_code for item in threads.map(
                lambda _: get(client, QUERY), range(6))]  # fmt: skip
        assert sorted(found) == [200, 200, 503, 503, 503, 503]
        assert most == 2
        assert get(client, QUERY).status_code == 200


# -- after the first byte, over a real server


BROKEN_LATER: dict[str, Talk] = {
    "closed": raw(head(JSON_RESULTS, CHUNKED) + chunk(LONG)),
    "error text": raw(head(JSON_RESULTS, CHUNKED) + chunk(LONG) + chunk(SECRET) + b"0\r\n\r\n"),
    "cut": raw(head(JSON_RESULTS, CHUNKED) + chunk(LONG) + b"0\r\n\r\n"),
    "stall": raw(head(JSON_RESULTS, CHUNKED) + chunk(LONG), 6.0),
    "endless": endless,
}


@pytest.fixture(scope="module")
def broken_off(trees: Workspace) -> Iterator[tuple[str, Server]]:
    """A real server before an engine, with its address: what clients see of an answer cut off."""
    server = Server(sends(result()))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings = {"sparql_backend": f"http://127.0.0.1:{server.port}/sparql",
                "sparql_backend_timeout_seconds": "2",
                "sparql_max_result_bytes": "3000000"}  # fmt: skip
    try:
        with serving(trees, port, **settings) as address:
            until(address + "ready", 200)
            upstreams.add(("127.0.0.1", port))
            yield address, server
    finally:
        server.close()


@pytest.mark.parametrize("name", BROKEN_LATER)
@pytest.mark.parametrize("accept", [JSON_RESULTS, "text/csv"])
def test_after_the_first_byte_a_break_is_never_a_whole_answer(
    broken_off: tuple[str, Server], name: str, accept: str
) -> None:
    address, server = broken_off
    server.talk = BROKEN_LATER[name]
    began = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    try:
        connection.request("GET", f"/sparql?query={quote(QUERY)}", headers={"Accept": accept})
        found = connection.getresponse()
        assert found.status == 200
        with pytest.raises(http.client.IncompleteRead) as broken:
            found.read()
    finally:
        connection.close()
    assert time.monotonic() - began < 3 + 2  # the deadline, and a busy machine
    assert broken.value.partial
    assert SECRET not in broken.value.partial
    server.talk = sends(result())
    assert until(f"{address}sparql?query={quote(QUERY)}", 200)


@pytest.mark.parametrize(
    ("lost", "level", "said"), [(0, "ok", "bevat deze release"), (1, "error", "bomen 0/")]
)
def test_the_doctor_counts_what_the_engine_holds(
    trees: Workspace, lost: int, level: str, said: str
) -> None:
    counts = dict(read_json(trees.release / "manifest.json")["quads"])
    if lost:
        del counts["bomen"]
    rows = [
        {
            "g": {"type": "uri", "value": f"{trees.base}id/graaf/{name}"},
            "n": {"type": "literal", "value": str(count)},
        }
        for name, count in counts.items()
    ]
    body = json.dumps({"head": {"vars": ["g", "n"]}, "results": {"bindings": rows}}).encode()
    server = Server(sends(body))
    settings = trees.settings.model_copy(
        update={"sparql_backend": f"http://127.0.0.1:{server.port}/sparql"}
    )
    upstreams.add(("127.0.0.1", server.port))
    try:
        (found,) = doctor.endpoint(settings)
    finally:
        server.close()
    (gone,) = doctor.endpoint(settings)
    assert (found.code, found.level, gone.level) == ("sparql-backend", level, "error")
    assert said in found.message["nl"]
    assert str(server.port) not in str(found.message) + str(gone.message)
