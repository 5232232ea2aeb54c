"""Looking at 1,000 and 10,000 links of a catalog, over a server on loopback under many names.

Per size a process of its own, so that peaks are its own. Beside it a bare aiohttp loop: HEAD, a
new connection for each, as many at once, and no robots.txt, guard, pauses or journal.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiohttp

from app.net.guard import Allowance
from app.net.polite import Manners
from app.quality.evidence import Content
from app.quality.looking import LinkChecks
from app.rdf.namespaces import term
from app.rdf.terms import Triple
from app.store.looks import LookJournal

_SIZES = (1_000, 10_000)
_HOSTS, _AT_ONCE, _PAUSE = 100, 16, 0.5
_FILE = b"a,b\n" + b"1,2\n" * 500


def report(*sizes: int) -> None:
    """Print requests per second, and peaks of memory."""
    print(f"\n## Links: {_HOSTS} hosts, {_AT_ONCE} at once; allowed is hosts / pause")
    heads = "looks how s requests/s of-allowed CPU-ms-each peak-MiB at-once-per-host least-pause"
    print("  ".join(f"{head:>10}" for head in heads.split()))
    for size in sizes or _SIZES:
        for how in ("bare", "head", "file", "polite"):
            print("  ".join(f"{item:>10}" for item in _row(size, how)))


def _row(size: int, how: str) -> list[str]:
    with _server() as port:
        out = subprocess.run(
            [sys.executable, "-m", "bench.links", how, str(size), str(port)],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        found, seen = json.loads(out), asyncio.run(_seen(port))
    rate = found["requests"] / found["seconds"]
    return [
        f"{size:,}", how, f"{found['seconds']:.1f}", f"{rate:,.0f}",
        # the first request of a host waits for none
        f"{rate / (_HOSTS / _PAUSE):.0%}" if how == "polite" else "",
        f"{1000 * found['cpu'] / found['requests']:.2f}", f"{found['peak']:,.0f}",
        f"{seen['most']}", f"{seen['least']:.3f}",
    ]  # fmt: skip


class Nothing:
    """An inspector that looks at nothing: what is measured is the asking."""

    async def __aenter__(self) -> Nothing:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def inspect(self, *_: object, **__: object) -> Content:
        return Content("CSV", True)


async def _loopback(*_: object) -> Sequence[str]:
    return ["127.0.0.1"]


def _names() -> list[str]:
    return [f"host{number}.example.org" for number in range(_HOSTS)]


def _catalog(size: int, port: int, how: str) -> Iterator[Triple]:
    names, name = _names(), "dcat:downloadURL" if how == "file" else "dcat:accessURL"
    for number in range(size):
        dataset, node = f"<https://id.be/{number}>", f"<https://id.be/{number}/d>"
        yield dataset, term("rdf:type"), term("dcat:Dataset")
        yield dataset, term("dcat:distribution"), node
        yield node, term(name), f"<http://{names[number % _HOSTS]}:{port}/{number}>"
        if how != "file":
            yield node, term("dcat:downloadURL"), f"<http://{names[number % _HOSTS]}:{port}/one>"


def _measure(how: str, size: int, port: int) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    if how == "bare":
        asyncio.run(_bare(size, port))
        requests = size
    else:
        with tempfile.TemporaryDirectory() as folder:
            looks = LinkChecks(
                Nothing, Manners(delay_seconds=_PAUSE if how == "polite" else 0, at_once=_AT_ONCE),
                Allowance(hosts=frozenset(_names()), ports=frozenset({port})),
                journal=LookJournal(Path(folder) / "links.sqlite"), resolver=_loopback,
            )(_catalog(size, port, how))  # fmt: skip
        assert all(look.head == 200 for look in looks.values())
        fetched = sum(look.status == 200 for look in looks.values())
        assert len(looks) == (size if how == "file" else size + _HOSTS)
        requests = len(looks) + fetched + _HOSTS
    print(json.dumps({
        "seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu,
        "requests": requests,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))  # fmt: skip


async def _bare(size: int, port: int) -> None:
    slots = asyncio.Semaphore(_AT_ONCE)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True, limit=_AT_ONCE)
    ) as session:

        async def one(number: int) -> None:
            async with slots, session.head(f"http://127.0.0.1:{port}/{number}") as response:
                assert response.status == 200

        await asyncio.gather(*map(one, range(size)))


async def _seen(port: int) -> dict[str, float]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/-seen") as response,
    ):
        found: dict[str, float] = await response.json(content_type=None)
        return found


@contextmanager
def _server() -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.links", "serve"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


async def _serve() -> None:
    """Answer as any name, and watch how many requests of one name there are at the same time."""
    now, most, ended, least = defaultdict[bytes, int](int), 0, dict[bytes, float](), 1e9

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal most, least
        head = await reader.readuntil(b"\r\n\r\n")
        method, path = head.split(b" ")[:2]
        name = head.partition(b"Host: ")[2].partition(b"\r")[0]
        if path == b"/-seen":
            body = json.dumps({"most": most, "least": least if least < 1e9 else 0.0}).encode()
        else:
            body = b"User-agent: *\nDisallow: /no\n" if path == b"/robots.txt" else _FILE
            now[name] += 1
            least = min(least, time.monotonic() - ended.get(name, -1e9))
            most = max(most, now[name])
            await asyncio.sleep(0.005)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(body))  # fmt: skip
        if method != b"HEAD":
            writer.write(body)
        await writer.drain()
        writer.close()
        if path != b"/-seen":
            now[name] -= 1
            ended[name] = time.monotonic()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(_serve())
    else:
        _measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
