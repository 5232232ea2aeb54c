"""A release into an empty Oxigraph server by `publish`, next to bare loads of the same quads.

Ours counts everything: cutting the release into graphs, loading, counts, sample, journal. Bare is
one `POST` of the N-Quads, without a transaction, by the same HTTP client, and `oxigraph load`. Wall
seconds, and CPU seconds of client and engine; rounds are interleaved and medians count.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp

from app.store.sparql.publishing.client import EngineClient, Target
from app.store.sparql.publishing.dialects import DIALECTS
from app.store.sparql.publishing.journal import opened
from app.store.sparql.publishing.parts import split
from app.store.sparql.publishing.publication import Publication

_PEERS = Path(os.environ.get("VIJFSTER_PEERS") or Path.home() / ".cache" / "vijfster")
_OXIGRAPH = _PEERS / "oxigraph" / "bin" / "oxigraph"
_BASE, _PORT, _ROUNDS, _SIZES = "https://voorbeeld.test/", 18_787, 3, (100_000, 1_000_000)
_XSD = "http://www.w3.org/2001/XMLSchema#"


def report(*sizes: int) -> None:
    print(
        "\n## Publishing to an engine: wall, CPU s next to bare loads (goal 0.8 of the bare load)"
    )
    if not _OXIGRAPH.exists():
        print("not measured: Oxigraph's server is not there (make peers)")
        return
    print(
        f"{'quads':>10} {'ours':>12} {'one POST':>12} {'load':>12} {'of POST':>11} {'of load':>11}"
    )
    for size in sizes or _SIZES:
        kinds = (_ours, _post, _load)
        found: list[list[tuple[float, float]]] = [[], [], []]
        for number in range(_ROUNDS):
            with tempfile.TemporaryDirectory() as temporary:
                _write(Path(temporary), size)
                # each begins once: what was written before is still on its way to the disk
                for one in range(3):
                    kind = (number + one) % 3
                    found[kind].append(_measured(kinds[kind], Path(temporary)))
        ours, post, load = (
            tuple(statistics.median(column) for column in zip(*rows, strict=True)) for rows in found
        )
        cells = [f"{wall:.1f}, {cpu:.1f}" for wall, cpu in (ours, post, load)]
        cells += [f"{bare[0] / ours[0]:.2f}, {bare[1] / ours[1]:.2f}" for bare in (post, load)]
        print(f"{size:>10,} {cells[0]:>12} {cells[1]:>12} {cells[2]:>12} {cells[3]:>11} "
              f"{cells[4]:>11}")  # fmt: skip


def _measured(kind: Callable[[Path], float], folder: Path) -> tuple[float, float]:
    """Return wall seconds, and CPU seconds of us and of the engine, which has ended by then."""
    before = sum(os.times()[:4])
    wall = kind(folder)
    return wall, sum(os.times()[:4]) - before


def _write(folder: Path, size: int) -> None:
    """Write a release's quads in three graphs, sorted by subject, ten per thing."""
    with (folder / "data.nq").open("w") as file:
        for number in range(size // 10):
            graph = f"<{_BASE}id/graaf/{('actoren', 'catalog', 'projecten')[number * 30 // size]}>"
            thing = f"<{_BASE}id/ding/{number:08d}>"
            for one in range(5):
                other = (number * 7919 + one * 104729) % (size // 10)
                file.write(f"{thing} <{_BASE}p/{one}> <{_BASE}id/ding/{other:08d}> {graph} .\n")
            for one in range(5, 8):
                file.write(f'{thing} <{_BASE}p/{one}> "tekst {number * one}"@nl {graph} .\n')
            file.write(f'{thing} <{_BASE}p/8> "{number}"^^<{_XSD}nonNegativeInteger> {graph} .\n')
            day = f"2020-01-{number % 28 + 1:02d}"
            file.write(f'{thing} <{_BASE}p/9> "{day}"^^<{_XSD}date> {graph} .\n')
    with (folder / "data.nq").open("rb") as plain, gzip.open(folder / "data.nq.gz", "wb", 6) as out:
        shutil.copyfileobj(plain, out)


@contextmanager
def _serving(folder: Path, name: str) -> Iterator[str]:
    at = f"http://127.0.0.1:{_PORT}"
    command = [str(_OXIGRAPH), "serve", "-l", str(folder / name), "-b", at[7:]]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(200):
                try:
                    urllib.request.urlopen(at).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield at
        finally:
            server.kill()


def _ours(folder: Path) -> float:
    with _serving(folder, "ours") as at:
        target = Target("bench", DIALECTS["oxigraph"], f"{at}/query", f"{at}/update", f"{at}/store")

        async def work() -> None:
            async with EngineClient(target) as client:
                spool = folder / "spool"
                spool.mkdir()
                with opened(folder, "bench", target.store) as journal:
                    parts = split(folder / "data.nq.gz", spool)
                    await Publication(client, journal, parts, "r", f"{_BASE}id/graaf/",
                                      lambda *_: None).publish()  # fmt: skip

        start = time.perf_counter()
        asyncio.run(work())
        return time.perf_counter() - start


def _post(folder: Path) -> float:
    async def work(at: str) -> None:
        with (folder / "data.nq").open("rb") as file:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout()) as session:
                headers = {"Content-Type": "application/n-quads"}
                address = f"{at}/store?no_transaction"
                async with session.post(address, data=file, headers=headers) as answer:
                    assert answer.status in {200, 201, 204}, answer.status

    with _serving(folder, "post") as at:
        start = time.perf_counter()
        asyncio.run(work(at))
        return time.perf_counter() - start


def _load(folder: Path) -> float:
    start = time.perf_counter()
    command = [str(_OXIGRAPH), "load", "-l", str(folder / "load"), "-f", str(folder / "data.nq")]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start
