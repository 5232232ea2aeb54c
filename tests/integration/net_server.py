"""A server on loopback that says exactly what a test wants, and fetches from it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.net.decoding import Inflation
from app.net.fetch import Fetched, Limits, fetch
from app.net.guard import Allowance
from app.net.refusals import FetchError

TURTLE = b"<http://a> <http://b> <http://c> .\n"
SECRET = b"SECRET-OF-THE-SERVER"
LIMITS = Limits(
    connect_seconds=0.5, first_byte_seconds=0.5, idle_seconds=0.6, total_seconds=2,
    slow_after_seconds=0.5, max_wire_bytes=1_000_000, inflation=Inflation(20_000_000, 100),
)  # fmt: skip
Talk = Callable[[socket.socket, bytes], None]


class Server:
    """A server of one thread per connection that says exactly what a test wants."""

    def __init__(self, talk: Talk, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None):
        self.talk, self.host, self.tls = talk, host, tls
        self.requests: list[bytes] = []
        self.errors: list[Exception] = []
        self.names: list[str] = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.create_server((host, 0), family=family)
        self.port: int = self.socket.getsockname()[1]
        self.open = True
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self) -> None:
        while self.open:
            with contextlib.suppress(OSError):
                peer, _ = self.socket.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError):
            peer.settimeout(5)
            if self.tls is not None:
                peer = self.tls.wrap_socket(peer, server_side=True)
            with peer:
                head = b""
                while b"\r\n\r\n" not in head and (piece := peer.recv(65_536)):
                    head += piece
                self.requests.append(head)
                self.talk(peer, head)

    def close(self) -> None:
        self.open = False
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(2)


def answer(*headers: str, body: bytes = TURTLE, status: str = "200 OK") -> Talk:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda peer, _: peer.sendall("\r\n".join(lines).encode("latin-1") + body)


def resolver(*found: str) -> Callable[[str, int], Any]:
    """Answer the n-th question with the n-th address; the last one stays."""
    left = list(found)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return [left.pop(0) if len(left) > 1 else left[0]]

    return resolve


def get(server: Server, path: str = "/data.ttl", **more: Any) -> Fetched:
    host = more.pop("host", "files.example.org")
    scheme = "https" if server.tls else "http"
    more.setdefault("resolver", resolver("127.0.0.1"))
    more.setdefault("limits", LIMITS)
    more.setdefault("allowed", Allowance(hosts=frozenset({host}), ports=frozenset({server.port})))
    return asyncio.run(fetch(f"{scheme}://{host}:{server.port}{path}", **more))


def refused(server: Server, **more: Any) -> FetchError:
    began = time.monotonic()
    with pytest.raises(FetchError) as found:
        get(server, **more)
    assert time.monotonic() - began < 4
    error = found.value
    said = f"{error} {error.detail} {error.detail_nl}"
    assert SECRET.decode() not in said
    assert "127.0.0.1" not in said
    assert str(server.port) not in said
    return error


def server_side(certificate: Path, names: list[str] | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def note(_: Any, name: str | None, __: ssl.SSLContext) -> None:
        if names is not None:
            names.append(name or "")

    context.sni_callback = note
    return context
