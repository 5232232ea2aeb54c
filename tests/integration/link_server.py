"""A small web on loopback that answers by path, and time that passes only where one waits."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.net.fetch import Fetched, Limits
from app.net.guard import Allowance
from app.net.polite import LOOKING, Manners, Polite
from app.net.refusals import FetchError
from tests.integration.net_server import Server, Talk, answer, resolver

HOST = "data.voorbeeld.be"
OTHER = "ander.voorbeeld.be"
QUICK: Limits = replace(
    LOOKING, connect_seconds=1, first_byte_seconds=0.4, idle_seconds=0.4, total_seconds=3,
    slow_after_seconds=0.3, max_wire_bytes=200_000,
)  # fmt: skip
MISSING = answer("Content-Type: text/html", status="404 Not Found", body=b"<h1>Not here</h1>")
# long enough that it is not taken for a few words of error
CSV = b"a,b\n" + b"1,2\n" * 300
FILE = answer("Content-Type: text/csv", body=CSV)


def by_path(pages: Mapping[str, Talk], otherwise: Talk = MISSING) -> Talk:
    """Answer by path; HEAD gets the head of what GET would, where a page does not say otherwise."""

    def talk(peer: socket.socket, head: bytes) -> None:
        method, path = (item.decode() for item in head.split()[:2])
        page = pages.get(f"{method} {path}") or pages.get(path, otherwise)
        page(Bodiless(peer) if method == "HEAD" else peer, head)  # type: ignore[arg-type]

    return talk


class Bodiless:
    """A connection that sends no more than heads."""

    def __init__(self, peer: socket.socket) -> None:
        self.peer = peer

    def sendall(self, data: bytes) -> None:
        head, end, _ = data.partition(b"\r\n\r\n")
        self.peer.sendall(head + end)

    def close(self) -> None:
        self.peer.close()


def moved(where: str, status: str = "302 Found") -> Talk:
    return answer(f"Location: {where}", status=status, body=b"")


def in_turn(*talks: Talk) -> Talk:
    """Answer the n-th request with the n-th; the last one stays."""
    left = list(talks)

    def talk(peer: socket.socket, head: bytes) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(peer, head)

    return talk


class Time:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds
        await asyncio.sleep(0)


class Web:
    """A server under any name, asked politely in a time of its own."""

    def __init__(self, server: Server, manners: Manners | None = None, **more: Any) -> None:
        self.server, self.time, self.more = server, Time(), more
        self.manners = manners or Manners()
        self.port = server.port

    def url(self, path: str, host: str = HOST) -> str:
        return f"http://{host}:{self.port}{path}"

    def polite(self) -> Polite:
        self.more.setdefault("allowed", Allowance.parse(f":{self.port}, {HOST}, {OTHER}"))
        self.more.setdefault("resolver", resolver("127.0.0.1"))
        return Polite(self.manners, clock=self.time.clock, sleep=self.time.sleep, **self.more)

    def ask(self, *asked: tuple[str, str] | str, host: str = HOST) -> list[int | str]:
        """Return the status, or the reason of none, of each question in turn."""

        async def run() -> list[int | str]:
            polite = self.polite()
            found: list[int | str] = []
            for item in asked:
                method, path = ("GET", item) if isinstance(item, str) else item
                where = path if path.startswith("http") else self.url(path, host)
                try:
                    found.append((await polite.ask(where, method, limits=QUICK)).status)
                except FetchError as error:
                    found.append(error.reason)
            return found

        return asyncio.run(run())

    def fetched(self, path: str, **more: Any) -> Fetched:
        return asyncio.run(self.polite().ask(self.url(path), limits=QUICK, **more))

    @property
    def asked(self) -> list[str]:
        """What was asked of the server, without robots.txt."""
        heads = (head.decode("latin-1").split()[:2] for head in self.server.requests if head)
        return [" ".join(item) for item in heads if item[1] != "/robots.txt"]

    def count(self, path: str) -> int:
        return sum(head.split()[1:2] == [path.encode()] for head in self.server.requests)


def text(data: str) -> Talk:
    return answer("Content-Type: text/plain", body=data.encode())


def html(title: str, body: str, status: str = "200 OK") -> Talk:
    page = f"<!doctype html><title>{title}</title><body>{body}</body>"
    return answer("Content-Type: text/html; charset=utf-8", status=status, body=page.encode())


Serve = Callable[..., Server]
