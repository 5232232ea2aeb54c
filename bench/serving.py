"""Server start, idle memory, CPU per request next to a bare FastAPI no-op in the same run.

CPU is user + system of the web process over the requests wrk counted; 1 thread, 8 connections.
Rounds are interleaved and the median is shown, so a drifting machine moves all rows alike.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.building import multiply

_TICKS = os.sysconf("SC_CLK_TCK")
_ROUNDS, _SECONDS, _WARM_SECONDS = 5, 2, 1


@dataclass
class Server:
    """A running server: its port, its process, how long it took to answer."""

    port: int
    pid: int
    start_seconds: float


@dataclass
class Row:
    """One thing measured: requests to `paths` of a server, in turn."""

    name: str
    server: Server
    paths: list[str]
    headers: dict[str, str]
    goal: str = ""
    cpu_us: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)


def report() -> None:
    if shutil.which("wrk") is None:
        print("\n## Serving: not measured, wrk is not installed")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        multiply(folder, 1)
        environment = {**os.environ, "VIJFSTER_BASE_IRI": "https://voorbeeld.test/"}
        vijfster = [sys.executable, "-m", "app", "build", "--project", str(folder)]
        subprocess.run(vijfster, check=True, env=environment, capture_output=True)
        with (
            _serving(folder, environment) as cached,
            _serving(folder, {**environment, "VIJFSTER_CACHE_BYTES": "0"}) as uncached,
            _noop(environment) as bare,
        ):
            print("\n## Start and idle memory (goals: start < 2 s, web process < 120 MiB)")
            print(f"start to first answer   {cached.start_seconds:.2f} s, "
                  f"{uncached.start_seconds:.2f} s (no-op {bare.start_seconds:.2f} s)")  # fmt: skip
            print(
                f"web process, idle RSS   {_rss(cached.pid):.0f} MiB (no-op {_rss(bare.pid):.0f})"
            )
            rows = _rows(cached, uncached, bare)
            _measure(rows, Path(temporary))
            _print(rows)


def _rows(cached: Server, uncached: Server, bare: Server) -> list[Row]:
    things = _things(cached)
    ttl, json_ld, html = ({"Accept": name} for name in
                          ("text/turtle", "application/ld+json", "text/html"))  # fmt: skip
    etag = _etag(cached, things[0], ttl)
    return [
        Row("FastAPI no-op", bare, ["/noop"], {}),
        Row("303", cached, [path.replace("/doc/", "/id/") for path in things], ttl),
        Row("Turtle, uncached", uncached, things, ttl, "2.5"),
        Row("JSON-LD, uncached", uncached, things, json_ld, "2.5"),
        Row("HTML, uncached", uncached, things, html, "6.5, stretch 3.5"),
        Row("list of 20, HTML, uncached", uncached, ["/organisaties"], html, "6.5"),
        Row("Turtle, cached", cached, things, ttl, "1.6"),
        Row("JSON-LD, cached", cached, things, json_ld, "1.6"),
        Row("HTML, cached", cached, things, html),
        Row("list of 20, HTML, cached", cached, ["/organisaties"], html),
        Row("304", cached, [things[0]], {**ttl, "If-None-Match": etag}, "1.5"),
    ]


def _measure(rows: list[Row], folder: Path) -> None:
    for row in rows:
        requests, _ = _wrk(row, folder, _WARM_SECONDS)
        if requests < 50:
            raise SystemExit(f"the warm-up of {row.name!r} made {requests} requests only")
    for _ in range(_ROUNDS):
        for row in rows:
            before = _cpu(row.server.pid)
            requests, rate = _wrk(row, folder, _SECONDS)
            row.cpu_us.append(1e6 * (_cpu(row.server.pid) - before) / requests)
            row.per_second.append(rate)


def _print(rows: list[Row]) -> None:
    bare = rows[0]
    base = statistics.median(bare.cpu_us)
    print(f"\n## CPU per request, median of {_ROUNDS} interleaved rounds of {_SECONDS} s")
    print(f"{'':28} {'us':>7} {'(range)':>13} {'x no-op':>8} {'goal':>17} {'req/s':>7}")
    for row in rows:
        middle = statistics.median(row.cpu_us)
        # each round has its own no-op, so drift cancels out
        ratios = [a / b for a, b in zip(row.cpu_us, bare.cpu_us, strict=True)]
        spread = f"{min(row.cpu_us):.0f}-{max(row.cpu_us):.0f}"
        goal = f"<= {row.goal}" if row.goal else ""
        print(f"{row.name:28} {middle:>7.0f} {spread:>13} {statistics.median(ratios):>8.2f} "
              f"{goal:>17} {statistics.median(row.per_second):>7.0f}")  # fmt: skip
    print(f"(no-op {base:.0f} us)")


def _wrk(row: Row, folder: Path, seconds: int) -> tuple[int, float]:
    """Return requests and requests per second; any error or non-2xx/3xx answer ends the bench."""
    script = folder / "wrk.lua"
    paths = ", ".join(f'"{path}"' for path in row.paths)
    headers = "".join(f'  h["{name}"] = {value!r}\n' for name, value in row.headers.items())
    script.write_text(
        f"local paths = {{{paths}}}\nlocal i = 0\nlocal h = {{}}\n{headers}"
        'function request()\n  i = i % #paths + 1\n  return wrk.format("GET", paths[i], h)\nend\n'
    )
    done = subprocess.run(
        ["wrk", "-t1", "-c8", f"-d{seconds}s", "-s", str(script),
         f"http://127.0.0.1:{row.server.port}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    requests = re.search(r"(\d+) requests in", done.stdout)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if done.returncode or not requests or not rate or "Non-2xx" in done.stdout:
        raise SystemExit(f"wrk failed on {row.name}: {done.stdout}{done.stderr}")
    return int(requests[1]), float(rate[1])


def _things(server: Server) -> list[str]:
    """Return the documents of every actor in the sitemap."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/sitemap.xml") as answer:
        text = answer.read().decode()
    return sorted(set(re.findall(r"<loc>https://voorbeeld.test(/doc/organisatie/[^<]+)", text)))


def _etag(server: Server, path: str, headers: dict[str, str]) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers=headers)
    with urllib.request.urlopen(request) as answer:
        return str(answer.headers["etag"])


def _cpu(pid: int) -> float:
    """Return CPU seconds of one process; the query workers idle and are not counted."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _rss(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    match = re.search(r"VmRSS:\s+(\d+)", text)
    return int(match[1]) / 1024 if match else 0.0


@contextmanager
def _process(
    command: list[str], environment: dict[str, str], path: str, port: int
) -> Iterator[Server]:
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                    break
            except OSError:
                if process.poll() is not None or time.perf_counter() - start > 60:
                    raise SystemExit(f"{command} did not start") from None
                time.sleep(0.02)
        yield Server(port, process.pid, time.perf_counter() - start)
    finally:
        process.terminate()
        process.wait(20)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _serving(folder: Path, environment: dict[str, str]) -> Iterator[Server]:
    port = _port()
    command = [sys.executable, "-m", "app", "serve", "--project", str(folder), "--port", str(port)]
    with _process(command, environment, "/ready", port) as server:
        yield server


@contextmanager
def _noop(environment: dict[str, str]) -> Iterator[Server]:
    port = _port()
    command = [sys.executable, "-m", "uvicorn", "bench.noop:app", "--port", str(port),
               "--log-level", "warning", "--no-access-log"]  # fmt: skip
    with _process(command, environment, "/noop", port) as server:
        yield server
