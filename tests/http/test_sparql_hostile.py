"""A served endpoint, asked a thousand times by people who mean harm, its processes watched."""

from __future__ import annotations

import http.client
import itertools
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.conftest import Workspace
from tests.http.processes import (
    Watched,
    calls_out,
    children,
    cpu_ticks,
    open_files,
    pid_of,
    resident_mib,
)
from tests.http.support import fetch, serving
from tests.http.test_sparql_evil import EVIL_QUERIES

DEADLINE = 0.6
TOTAL, CLIENTS = 1_000, 8
DIRECT = "application/sparql-query"
# a status, or 0 for an answer that was broken off
HONEST = {0, 200, 400, 413, 429, 502, 503, 504}


def dialling(address: str) -> dict[str, str]:
    """Return queries that would make an engine call an address, written in many ways."""
    service = f"SERVICE <{address}> {{ ?s ?p ?o }}"
    return {
        "service": f"SELECT * {{ {service} }}",
        "silent": f"ASK {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
        "escaped": f"ASK {{ S\\u0045RVIC\\U00000045 <{address}> {{ ?s ?p ?o }} }}",
        "lower": f"ASK {{ service<{address}>{{ ?s ?p ?o }} }}",
        "after a comment": f"ASK {{ # {{\n SERVICE # }}\n <{address}> {{ ?s ?p ?o }} }}",
        "after CR": f"ASK {{ #\r{service} }}",
        "after a string": f"ASK {{ ?s ?p '''\"''' . {service} }}",
        "long string": f'ASK {{ ?s ?p """a""""" . {service} # """\n }}',
        "in a string": f"ASK {{ ?s ?p ' \\u0027 . {service} #' }}",
        "prefix": f"PREFIX SERVICEx: <{address}> ASK {{ SERVICEx:y {{ ?s ?p ?o }} }}",
        "variable": f"ASK {{ BIND(<{address}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
        "values": f"ASK {{ VALUES ?x {{ <{address}> }} SERVICE ?x {{ ?s ?p ?o }} }}",
        "exists": f"ASK {{ FILTER EXISTS {{ {service} }} }}",
        "comparison": f"ASK {{ FILTER(?a<b#>\n1) {service} }}",
        "from": f"SELECT * FROM <{address}> {{ ?s ?p ?o }}",
        "from named": f"SELECT * FROM NAMED <{address}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "load": f"LOAD <{address}>",
        "load escaped": f"\\u004COAD <{address}> INTO GRAPH <urn:x>",
        "define": f"DEFINE get:soft 'replace' SELECT * FROM <{address}> {{ ?s ?p ?o }}",
        "update after": f"ASK {{}} ; LOAD <{address}>",
    }


def breaking() -> dict[str, str]:
    """Return queries that break engines or parsers, or fill memory."""
    deep = 100_000
    return {
        "groups": "ASK " + "{" * deep + "}" * deep,
        "groups that fit": "ASK " + "{" * 32_000 + "}" * 32_000,
        "brackets": "ASK { FILTER(" + "(" * 30_000 + "1" + ")" * 30_000 + ") }",
        "nots": "ASK { FILTER(" + "!" * 60_000 + "1) }",
        "sums": "ASK { FILTER(1" + "+1" * 30_000 + ") }",
        "path": "ASK { ?s " + "<p>/" * 15_000 + "<p> ?o }",
        "unions": "ASK { " + "{} UNION " * 7_000 + "{} }",
        "huge values": "SELECT * { VALUES ?x { " + "1 " * 30_000 + "} }",
        "many values": "SELECT (COUNT(*) AS ?n) { " + " ".join(
            f"VALUES ?v{i} {{ {'1 ' * 500} }}" for i in range(30)) + " }",
        "in": "ASK { ?s ?p ?o FILTER(?o IN (" + "1," * 30_000 + "1)) }",
        "escapes": "ASK {" + "\\u0020" * 60_000 + "}",
        "quotes": "ASK { ?s ?p " + "'" * 60_000 + " }",
        "nul": "ASK { ?s ?p '\0' }",
        "half": "ASK { ?s ?p '\\uD800' }",
    }  # fmt: skip


@dataclass
class Foes:
    """Threads that ask everything in turn, each from an address of its own."""

    port: int
    queries: dict[str, str]
    statuses: Counter[int] = field(default_factory=Counter)
    late: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)

    def run(self, total: int) -> None:
        asked = iter(itertools.islice(itertools.cycle(self.queries), total))
        lock = threading.Lock()

        def walk(number: int) -> None:
            while True:
                with lock:
                    name = next(asked, None)
                if name is None:
                    return
                self.ask(name, f"192.0.2.{number}")

        threads = [threading.Thread(target=walk, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def ask(self, name: str, client: str) -> float:
        begun = time.monotonic()
        status, body = send(self.port, self.queries[name], client)
        taken = time.monotonic() - begun
        self.statuses[status] += 1
        if status not in HONEST:
            self.odd.append(f"{name}: {status} {body[:200]!r}")
        # a query waits a second at most for a turn, another for a process
        if taken > DEADLINE + 1 + (2 if status in {429, 503} else 0):
            self.late.append(name)
        return taken


def send(port: int, query: str, client: str) -> tuple[int, bytes]:
    """Return status and body; status 0 is an answer that was broken off, and says so."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Content-Type": DIRECT, "X-Forwarded-For": client}
        connection.request("POST", "/sparql", query.encode("utf-8", "surrogatepass"), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (http.client.IncompleteRead, ConnectionError):
        return 0, b""
    finally:
        connection.close()


def slow_readers(port: int) -> Iterator[socket.socket]:
    """Ask for endless rows and read nothing."""
    query = EVIL_QUERIES["endless rows"]
    for number in range(4):
        reader = socket.create_connection(("127.0.0.1", port))
        reader.sendall(
            f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\n"
            f"X-Forwarded-For: 192.0.2.{100 + number}\r\n"
            f"Content-Length: {len(query)}\r\n\r\n{query}".encode()
        )
        yield reader


def settled(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_a_thousand_hostile_queries(trees: Workspace, free_port: Callable[[], int]) -> None:
    port = free_port()
    settings = {
        "sparql_timeout_seconds": str(DEADLINE), "sparql_max_result_bytes": "2000000",
        "sparql_worker_memory_bytes": str(512 << 20), "trusted_proxies": "127.0.0.1",
        "sparql_client_seconds": "100000",
    }  # fmt: skip
    with (
        socket.create_server(("127.0.0.1", 0)) as bait,
        serving(trees, port, **settings) as address,
    ):
        bait.setblocking(False)
        lure = f"http://127.0.0.1:{bait.getsockname()[1]}/"
        queries = {**dialling(lure), **breaking(), **EVIL_QUERIES}
        pid = pid_of(port)
        foes = Foes(port, queries)
        foes.run(60)  # what is made once is made
        workers = len(children(pid))
        files, memory = open_files(pid), resident_mib(pid)
        foes = Foes(port, queries)
        with Watched(pid, port) as watched:
            foes.run(TOTAL)
            readers = list(slow_readers(port))
            # others are served while they do not read, and after
            assert settled(lambda: fetch(f"{address}sparql?query=ASK{{}}")[0] == 200)
        assert foes.odd == []
        # a machine that stands still for a moment is no fault of ours: once more, alone
        again = [name for name in foes.late if foes.ask(name, "192.0.2.99") > DEADLINE + 1]
        assert again == []
        assert foes.statuses[400] > TOTAL / 3
        assert foes.statuses[504] > 0
        assert watched.seen == set()
        assert watched.looks > 20
        with pytest.raises(BlockingIOError):
            bait.accept()

        # what did not read is given up, and is told that it has not all of it
        for reader in readers:
            with reader:
                reader.settimeout(20)
                assert not drained(reader).endswith(b"0\r\n\r\n")

        # nothing died, nothing is left
        assert pid_of(port) == pid
        assert settled(lambda: len(children(pid)) <= workers)
        assert settled(lambda: open_files(pid) <= files + 2)
        assert resident_mib(pid) - memory < 16
        tree = children(pid)
        before = cpu_ticks(tree)
        time.sleep(1)
        assert cpu_ticks(tree) - before <= 10  # nothing runs on
        assert fetch(f"{address}sparql?query=ASK{{}}")[0] == 200


def drained(reader: socket.socket) -> bytes:
    """Return the end of what a socket holds."""
    tail = b""
    try:
        while piece := reader.recv(1 << 20):
            tail = (tail + piece)[-20:]
    except ConnectionError:
        pass
    return tail


def test_the_watch_sees_what_calls_out() -> None:
    """What the test above relies on."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as connection,
    ):
        mine = f"{connection.getsockname()[1]:04X}"
        assert any(f":{mine} " in seen for seen in calls_out(os.getpid(), 1))
