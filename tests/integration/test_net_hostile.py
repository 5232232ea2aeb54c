"""Fetching from servers that mislead, hang, drip or never end: a clear error that tells nothing."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest

from app.net.guard import Allowance
from tests.integration.net_server import (
    LIMITS,
    SECRET,
    TURTLE,
    Server,
    Talk,
    answer,
    get,
    refused,
    resolver,
    server_side,
)


def hang(peer: socket.socket, _: bytes) -> None:
    time.sleep(4)


def drip_header(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(40):
        peer.sendall(b"X-%d: y\r\n" % number)
        time.sleep(0.1)


def drip_body(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _number in range(40):
        peer.sendall(b"x")
        time.sleep(0.1)


def stop_halfway(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + SECRET)
    time.sleep(4)


def endless(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        peer.sendall(SECRET * 5000)


def endless_chunks(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        peer.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def endless_headers(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        peer.sendall(b"X-Secret: " + SECRET * 50 + b"\r\n")


def endless_interim(peer: socket.socket, _: bytes) -> None:
    for _number in range(100_000):
        peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def hang_up(peer: socket.socket, _: bytes) -> None:
    peer.close()


def raw(data: bytes) -> Talk:
    return lambda peer, _: peer.sendall(data)


ZEROS = bytes(50_000_000)
LONG = "x" * 20_000
HOSTILE: dict[str, tuple[Talk, str]] = {
    "never answers": (hang, "timeout"),
    "drips its headers": (drip_header, "timeout"),
    "drips its body": (drip_body, "slow"),
    "stops halfway": (stop_halfway, "timeout"),
    "never ends": (endless, "too-large"),
    "never ends its chunks": (endless_chunks, "too-large"),
    "never ends its headers": (endless_headers, "answer"),
    "never ends its interim answers": (endless_interim, "answer timeout"),
    "hangs up": (hang_up, "answer"),
    "hangs up halfway": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + SECRET), "cut-off"),
    "one long header": (answer(f"X: {LONG}"), "answer"),
    "announces too much": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n"),
                           "too-large"),
    "absurd length": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), "answer"),
    "two lengths": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 5\r\n\r\nhello"), "answer"),
    "speaks no HTTP": (raw(b"220 smtp " + SECRET + b"\r\n"), "answer"),
    "bad chunks": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
                   "answer cut-off"),
    "gzip bomb": (answer("Content-Encoding: gzip", body=gzip.compress(ZEROS)), "ratio"),
    "deflate bomb": (answer("Content-Encoding: deflate", body=zlib.compress(ZEROS)), "ratio"),
    "brotli bomb": (answer("Content-Encoding: br", body=brotli.compress(ZEROS)), "ratio"),
    "damaged gzip": (answer("Content-Encoding: gzip", body=SECRET), "broken"),
    "unknown coding": (answer("Content-Encoding: zstd"), "encoding"),
    "coding twice": (answer("Content-Encoding: gzip, gzip"), "encoding"),
    "not found": (answer(status="404 " + SECRET.decode(), body=SECRET), "status"),
    "unasked part": (answer(status="206 Partial Content"), "status"),
    "unasked 304": (answer(status="304 Not Modified", body=b""), "status"),
    "redirect to nowhere": (answer(status="302 Found"), "status"),
    "error page": (answer(status="500 Oops", body=SECRET), "status"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_server_ends_in_a_clear_error(serve: Callable[..., Server], name: str) -> None:
    talk, reason = HOSTILE[name]
    assert refused(serve(talk)).reason in reason.split()


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/x", "http://[::ffff:127.0.0.1]:{port}/x", "http://[::1]:{port}/",
        "http://[::ffff:7f00:1]:{port}/", "http://169.254.169.254:{port}/latest/meta-data/",
        "http://[fd00:ec2::254]:{port}/", "http://localhost:{port}/", "http://2130706433:{port}/",
        "http://127.1:{port}/", "http://user@files.example.org:{port}/", "file:///etc/passwd",
        "ftp://files.example.org/", "gopher://files.example.org:{port}/", "javascript:alert(1)",
        "http://files.example.org:22/", "//127.0.0.1:{port}/", "http://inside.example.org:{port}/",
        "http://[64:ff9b::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/", "http://[bad/",
        "http://0/", "http://files.example.org:{port}/\x7f", "http://files.example.org\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_redirect_to_a_forbidden_address(serve: Callable[..., Server], location: str) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        where = location.format(port=server.port)
        answer(f"Location: {where}", body=SECRET, status="301 Moved")(peer, head)

    server = serve(talk)
    assert refused(server).reason == "redirect"
    assert len(server.requests) == 1


def test_redirect_from_https_to_http(serve: Callable[..., Server], certificate: Path) -> None:
    plain = serve(answer())
    moved = f"Location: http://files.example.org:{plain.port}/"
    server = serve(answer(moved, body=b"", status="302 Found"), tls=server_side(certificate))
    more: dict[str, Any] = {
        "tls": ssl.create_default_context(cafile=str(certificate)),
        "allowed": Allowance(
            hosts=frozenset({"files.example.org"}), ports=frozenset({plain.port, server.port})
        ),
    }
    assert refused(server, **more).reason == "downgrade"
    assert plain.requests == []
    again = get(server, limits=replace(LIMITS, allow_downgrade=True), **more)
    assert again.data == TURTLE


def test_a_name_that_switches_its_address_is_never_followed(serve: Callable[..., Server]) -> None:
    """DNS rebinding: what was checked is what is connected to, at every hop."""
    server = serve(answer("Location: /again", body=b"", status="302 Found"))
    public, asked = "127.0.0.1", []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        # the first answer stands for a public address, the next is inside
        return [public] if len(asked) == 1 else ["127.0.0.2"]

    allowed = Allowance(
        networks=(ipaddress.ip_network("127.0.0.1/32"),), ports=frozenset({server.port})
    )
    error = refused(server, resolver=rebinding, allowed=allowed)
    assert error.reason == "redirect"
    # one look-up per hop: no second one between check and connection
    assert len(asked) == 2
    assert len(server.requests) == 1


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "0.0.0.0"])
def test_a_name_with_an_inside_address(serve: Callable[..., Server], inside: str) -> None:
    server = serve(answer())
    allowed = Allowance(ports=frozenset({server.port}))
    assert refused(server, resolver=resolver(inside), allowed=allowed).reason == "address"
    assert server.requests == []


def test_nobody_listens(serve: Callable[..., Server]) -> None:
    server = serve(answer())
    server.close()
    assert refused(server).reason == "connect"


def test_a_look_up_that_hangs(serve: Callable[..., Server]) -> None:
    async def slow(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(30)
        return []

    assert refused(serve(answer()), resolver=slow).reason == "timeout"
