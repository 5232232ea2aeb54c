"""Clients of HTTP/1.0 know no chunks: they get a result with its length, or a problem."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import quote

from tests.conftest import Workspace
from tests.http.support import serving

# more than is held back before an answer begins
LARGE = "SELECT ?s ?p ?o ?x { ?s ?p ?o . ?x ?y ?z } LIMIT 5000"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def ask(port: int, query: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    request = f"{method} /sparql?query={quote(query)} HTTP/1.0\r\nAccept: text/csv\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request.encode())
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, body


def test_what_is_there_in_part_never_looks_whole(trees: Workspace, free_port: Any) -> None:
    port = free_port()
    with serving(trees, port, sparql_timeout_seconds="2"):
        for _ in range(3):  # more than a client may have running
            status, headers, body = ask(port, LARGE)
            assert (status, headers["content-length"]) == (200, str(len(body)))
            assert "transfer-encoding" not in headers
            assert len(body) > 300_000
            assert body.startswith(b"s,p,o,x\r\n")
        assert ask(port, LARGE, "HEAD")[2] == b""
        status, headers, body = ask(port, ENDLESS)
        assert (status, headers["content-type"]) == (504, "application/problem+json")
        assert b"query-timeout" in body
