"""HEAD, any status, the first bytes of a file, and turns: what looking at addresses needs."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import brotli
import pytest

from app.net.decoding import Inflation
from app.net.fetch import Visit
from app.net.guard import Target
from app.net.refusals import FetchError
from tests.integration.net_server import LIMITS, TURTLE, Server, Talk, answer, get, refused
from tests.integration.test_net_hostile import endless, hang


def test_head_tells_of_a_file_without_fetching_it(serve: Callable[..., Server]) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        lines = ("HTTP/1.1 200 OK", "Content-Type: text/csv; charset=utf-8", 'ETag: "v1"',
                 "Content-Length: 4000", "Content-Encoding: gzip", "", "")  # fmt: skip
        peer.sendall("\r\n".join(lines).encode())

    server = serve(talk)
    found = get(server, method="HEAD")
    assert (found.status, found.data, found.media_type, found.length) == (
        200, b"", "text/csv", 4000)  # fmt: skip
    assert found.validators.etag == '"v1"'
    assert server.requests[0].startswith(b"HEAD /data.ttl HTTP/1.1\r\n")


@pytest.mark.parametrize("status", [204, 206, 304, 400, 403, 404, 405, 410, 429, 500, 501, 503])
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_any_status_can_be_told(serve: Callable[..., Server], status: int, method: str) -> None:
    server = serve(answer("Content-Type: text/html", status=f"{status} Said", body=b""))
    found = get(server, method=method, any_status=True)
    assert (found.status, found.data, found.truncated) == (status, b"", False)
    # a file is still only a file where nothing else was asked for
    assert refused(server, method=method).reason == "status"


def test_a_redirect_to_nowhere_is_a_status(serve: Callable[..., Server]) -> None:
    server = serve(answer(status="302 Found", body=b""))
    assert get(server, any_status=True).status == 302


def test_head_follows_redirects_and_checks_each(serve: Callable[..., Server]) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        path = head.split()[1]
        where = {b"/data.ttl": "/b", b"/b": "/c", b"/out": "http://10.0.0.1/"}.get(path)
        moved = answer(f"Location: {where}", status="307 Moved", body=b"")
        (moved if where else answer(body=b""))(peer, head)

    server = serve(talk)
    found = get(server, method="HEAD")
    assert (found.url[-2:], [url[-2:] for url in found.redirects]) == ("/c", ["tl", "/b"])
    assert all(head.startswith(b"HEAD ") for head in server.requests)
    assert refused(server, method="HEAD", path="/out").reason == "redirect"


def test_a_circle_of_redirects_is_left_at_once(serve: Callable[..., Server]) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        where = "/b" if head.split()[1] == b"/data.ttl" else "/data.ttl"
        answer(f"Location: {where}", status="302 Found", body=b"")(peer, head)

    server = serve(talk)
    assert refused(server, any_status=True).reason == "loop"
    assert len(server.requests) == 2


@pytest.mark.parametrize("coding", ["gzip", "br", ""])
def test_the_first_bytes_of_what_unpacks_far(serve: Callable[..., Server], coding: str) -> None:
    text = b"".join(b"<http://a/%d> <http://b> <http://c> .\n" % number for number in range(50_000))
    body = {"gzip": gzip.compress, "br": brotli.compress}.get(coding, bytes)(text)
    server = serve(answer(*[f"Content-Encoding: {coding}"] if coding else [], body=body))
    limits = replace(LIMITS, cut=True, inflation=Inflation(100_000, 100), max_wire_bytes=10**7)
    found = get(server, limits=limits)
    assert found.data == text[:100_000]
    assert found.truncated
    # and as many over the wire as wanted
    limits = replace(limits, max_wire_bytes=2_000)
    found = get(server, limits=limits)
    assert text.startswith(found.data)
    assert (found.wire_bytes, found.truncated) == (2_000, True)


def test_of_what_never_ends_the_first_bytes(serve: Callable[..., Server]) -> None:
    found = get(serve(endless), limits=replace(LIMITS, cut=True, max_wire_bytes=70_000))
    assert (len(found.data), found.truncated, found.length) == (70_000, True, None)


class Turns:
    """Gives turns, and writes down what they brought."""

    def __init__(self, refuse: str = "") -> None:
        self.given: list[tuple[str, Visit]] = []
        self.refuse = refuse
        self.inside = 0

    @asynccontextmanager
    async def __call__(self, target: Target, visit: Visit) -> AsyncIterator[None]:
        if self.refuse and target.url.endswith(self.refuse):
            raise FetchError("robots")
        assert self.inside == 0
        self.inside += 1
        self.given.append((target.url, visit))
        try:
            yield
        finally:
            self.inside -= 1


def test_each_hop_has_a_turn(serve: Callable[..., Server]) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        first = head.split()[1] == b"/data.ttl"
        (answer("Location: /on", status="301 Moved", body=b"") if first
         else answer("Retry-After: 7"))(peer, head)  # fmt: skip

    server, turns = serve(talk), Turns()
    get(server, turn=turns)
    brought = [(url[-3:], visit.status, visit.retry_after, visit.wire_bytes)
               for url, visit in turns.given]  # fmt: skip
    assert brought == [("ttl", 301, "", 0), ("/on", 200, "7", len(TURTLE))]
    server.requests.clear()
    assert refused(server, turn=Turns("/on")).reason == "robots"
    assert len(server.requests) == 1


@pytest.mark.parametrize(("talk", "status"), [(hang, 0), (answer(status="500 Oops"), 500)])
def test_a_turn_ends_however_the_visit_went(
    serve: Callable[..., Server], talk: Talk, status: int
) -> None:
    turns = Turns()
    refused(serve(talk), turn=turns)
    assert (turns.inside, turns.given[0][1].status) == (0, status)


def test_waiting_for_a_turn_costs_none_of_the_time(serve: Callable[..., Server]) -> None:
    @asynccontextmanager
    async def late(target: Target, visit: Visit) -> AsyncIterator[None]:
        await asyncio.sleep(1.2)
        yield

    limits = replace(LIMITS, total_seconds=1)
    assert get(serve(answer()), turn=late, limits=limits).data == TURTLE
    # the time that counts is still counted
    assert refused(serve(hang), turn=late, limits=limits).reason == "timeout"


def test_the_agent_is_said(serve: Callable[..., Server]) -> None:
    server = serve(answer())
    get(server, agent="Vijfster/1 (+https://voorbeeld.be)")
    assert b"User-Agent: Vijfster/1 (+https://voorbeeld.be)\r\n" in server.requests[0]
