"""Fetching from real servers on loopback: what comes back, over TLS, and within budgets."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest

from app.net.budget import Budget, Rate
from app.net.fetch import Validators, fetch, file_name
from app.net.guard import Allowance
from app.net.refusals import FetchError
from tests.integration.net_server import (
    LIMITS,
    SECRET,
    TURTLE,
    Server,
    answer,
    get,
    refused,
    resolver,
    server_side,
)
from tests.integration.test_net_hostile import hang


def test_a_file_comes_with_what_is_known_of_it(serve: Callable[..., Server]) -> None:
    server = serve(answer(
        "Content-Type: Text/Turtle; charset=UTF-8", 'ETag: "v1"', "Last-Modified: yesterday",
        "Set-Cookie: a=b",
    ))  # fmt: skip
    found = get(server)
    assert (found.status, found.data, found.media_type, found.charset) == (
        200, TURTLE, "text/turtle", "UTF-8",
    )  # fmt: skip
    assert found.validators == Validators(found.url, '"v1"', "yesterday")
    assert (found.redirects, found.truncated, found.wire_bytes) == ((), False, len(TURTLE))
    assert file_name(found.url) == "data.ttl"
    head = server.requests[0].decode().lower()
    # the name that was asked stands in Host, whatever address was connected to
    assert f"host: files.example.org:{server.port}" in head
    assert "accept: text/turtle, application/ld+json" in head
    assert "user-agent: vijfster/" in head
    assert "cookie" not in head
    assert "referer" not in head


def test_unchanged_files_are_not_sent_again(serve: Callable[..., Server]) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        known = b'if-none-match: "v1"' in head.lower()
        answer('ETag: "v1"', status="304 Not Modified" if known else "200 OK",
               body=b"" if known else TURTLE)(peer, head)  # fmt: skip

    server = serve(talk)
    first = get(server)
    again = get(server, known=first.validators)
    assert (again.status, again.not_modified, again.data) == (304, True, b"")
    # what another address gave is not told to this one
    other = get(server, known=replace(first.validators, url="http://other.example.org/"))
    assert other.data == TURTLE
    hostile = Validators(first.url, '"a"\r\nX: y')
    assert get(server, known=hostile).data == TURTLE
    assert b"X: y" not in server.requests[-1]


def test_unchanged_is_believed_only_where_it_was_asked(serve: Callable[..., Server]) -> None:
    server = serve(answer(status="304 Not Modified", body=b""))
    host = f"http://files.example.org:{server.port}/data.ttl"
    assert get(server, known=Validators(host, '"v1"')).not_modified
    for known in (Validators("http://other.example.org/", '"v1"'), Validators(host)):
        with pytest.raises(FetchError) as found:
            get(server, known=known)
        assert found.value.reason == "status"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_compressed_answers_are_unpacked(serve: Callable[..., Server], coding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[coding]
    found = get(serve(answer(f"Content-Encoding: {coding}", body=pack(TURTLE * 1000))))
    assert found.data == TURTLE * 1000
    assert found.wire_bytes < len(found.data)


def test_redirects_are_followed_and_listed(serve: Callable[..., Server]) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        step = int(head.split(b" ")[1].rpartition(b"/")[2])
        if step == 5:
            return answer()(peer, head)
        return answer(f"Location: {step + 1}", body=b"", status="302 Found")(peer, head)

    server = serve(talk)
    found = get(server, path="/a/0")
    assert found.url.endswith("/a/5")
    assert [url[-1] for url in found.redirects] == ["0", "1", "2", "3", "4"]
    error = refused(server, path="/a/0", limits=replace(LIMITS, max_redirects=4))
    assert error.reason == "redirects"


def test_a_file_can_be_cut_at_the_limit(serve: Callable[..., Server]) -> None:
    server = serve(answer(body=TURTLE * 1000))
    found = get(server, limits=replace(LIMITS, max_wire_bytes=1000, cut=True))
    assert (len(found.data), found.truncated, found.wire_bytes) == (1000, True, 1000)


def test_tls_keeps_the_name_and_checks_it(serve: Callable[..., Server], certificate: Path) -> None:
    names: list[str] = []
    server = serve(answer(), tls=server_side(certificate, names))
    trust = ssl.create_default_context(cafile=str(certificate))
    assert get(server, tls=trust).data == TURTLE
    assert names == ["files.example.org"]
    # a certificate nobody vouches for, and one of another name
    assert refused(server).reason == "tls"
    assert refused(server, tls=trust, host="other.example.org").reason == "tls"


def test_the_proxy_of_the_environment_is_not_used(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serve(answer(body=SECRET)), serve(answer())
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    assert get(server).data == TURTLE
    assert proxy.requests == []


def test_redirects_count_for_the_target(serve: Callable[..., Server]) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        answer(f"Location: {head.split()[1].decode()}x", body=b"", status="302 Found")(peer, head)

    server = serve(talk)
    budget = Budget(target=Rate(per_minute=1, burst=3))
    error = refused(server, budget=budget)
    assert (error.reason, len(server.requests)) == ("budget", 3)


def test_a_client_has_a_budget(serve: Callable[..., Server]) -> None:
    server = serve(answer())
    budget = Budget(client=Rate(per_minute=1, burst=2))
    for _ in range(2):
        get(server, budget=budget, client="192.0.2.7")
    error = refused(server, budget=budget, client="192.0.2.7")
    assert error.reason == "budget"
    assert error.seconds
    assert get(server, budget=budget, client="192.0.2.8").data == TURTLE


def test_others_are_served_while_a_slow_server_is_waited_for(serve: Callable[..., Server]) -> None:
    slow, quick = serve(hang), serve(answer())
    allowed = Allowance(
        hosts=frozenset({"files.example.org"}), ports=frozenset({slow.port, quick.port})
    )

    async def both() -> float:
        def one(server: Server) -> Any:
            return fetch(f"http://files.example.org:{server.port}/", limits=LIMITS,
                         allowed=allowed, resolver=resolver("127.0.0.1"))  # fmt: skip

        waiting = asyncio.create_task(one(slow))
        began = time.monotonic()
        for _ in range(5):
            assert (await one(quick)).data == TURTLE
        took = time.monotonic() - began
        with pytest.raises(FetchError):
            await waiting
        return took

    assert asyncio.run(both()) < 1
