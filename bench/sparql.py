"""`/sparql` before an external engine: CPU per request, memory of a large result.

The engine is Oxigraph's server with our own release (`make peers`). CPU is that of the web process.
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
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench.building import multiply
from bench.serving import Row, Server, _measure, _noop, _port, _process, _serving

_PEERS = Path(os.environ.get("VIJFSTER_PEERS") or Path.home() / ".cache" / "vijfster")
_OXIGRAPH = _PEERS / "oxigraph" / "bin" / "oxigraph"
_BASE = "https://voorbeeld.test/"
_JSON = "application/sparql-results+json"
_RESULT_BYTES = 200_000_000
_ROW = b'{"s":{"type":"uri","value":"https://voorbeeld.test/id/organisatie/een-van-de-vele"}},'


def report() -> None:
    if shutil.which("wrk") is None or not _OXIGRAPH.exists():
        print("\n## SPARQL proxy: not measured, wrk or Oxigraph's server is not installed")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        multiply(folder, 1)
        environment = {**os.environ, "VIJFSTER_BASE_IRI": _BASE,
                       "VIJFSTER_SPARQL_CLIENT_QUERIES": "1000",
                       "VIJFSTER_SPARQL_CLIENT_SECONDS": "1000000000",
                       "VIJFSTER_SPARQL_MAX_RESULT_BYTES": "300000000",
                       "VIJFSTER_SPARQL_BACKEND_PROFILE": "oxigraph"}  # fmt: skip
        command = [sys.executable, "-m", "app", "build", "--project", str(folder)]
        subprocess.run(command, check=True, env=environment, capture_output=True)
        _proxying(folder, environment, Path(temporary))
        _memory(folder, environment)


def _proxying(folder: Path, environment: dict[str, str], temporary: Path) -> None:
    with _oxigraph(folder, temporary) as engine:
        upstream = f"http://127.0.0.1:{engine.port}/query"
        told = {**environment, "VIJFSTER_SPARQL_BACKEND": upstream, "BENCH_UPSTREAM": upstream}
        with _serving(folder, told) as proxy, _wrapped(told) as wrapped, _noop(told) as bare:
            things = [f"{_BASE}id/dataset/{name}" for name in
                      ("actoren", "instrumenten", "projecten", "cijfers")]  # fmt: skip
            paths = ["/sparql?query=" + quote(f"SELECT ?p ?o {{ <{thing}> ?p ?o }} LIMIT 20")
                     for thing in things]  # fmt: skip
            accept = {"Accept": _JSON}
            rows = [
                Row("FastAPI no-op", bare, ["/noop"], {}),
                Row("/sparql before Oxigraph", proxy, paths, accept),
                Row("SPARQLWrapper in threads", wrapped, paths, accept),
            ]
            _measure(rows, temporary)
    base, ours, theirs = (row.cpu_us for row in rows)
    print("\n## SPARQL proxy: CPU per request, 20 rows (goals: <= 5 no-op, <= 0.8 SPARQLWrapper)")
    for row in rows:
        ratio = statistics.median(a / b for a, b in zip(row.cpu_us, base, strict=True))
        print(f"{row.name:28} {statistics.median(row.cpu_us):>7.0f} us {ratio:>6.2f} x no-op "
              f"{statistics.median(row.per_second):>7.0f} req/s")  # fmt: skip
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"/sparql of SPARQLWrapper     {ratio:.2f}")


def _memory(folder: Path, environment: dict[str, str]) -> None:
    print("\n## SPARQL proxy: memory of a result of 200 MB (goal: <= 32 MiB above idle)")
    for accept in (_JSON, "text/csv"):
        with _endless() as port:
            told = {**environment, "VIJFSTER_SPARQL_BACKEND": f"http://127.0.0.1:{port}/"}
            with _serving(folder, told) as proxy:
                address = f"http://127.0.0.1:{proxy.port}/sparql?query=" + quote("SELECT ?s {}")
                before, size = _most(proxy.pid), 0
                request = urllib.request.Request(address, headers={"Accept": accept})
                with urllib.request.urlopen(request) as answer:
                    while piece := answer.read(65_536):
                        size += len(piece)
                print(f"{accept:36} {size / 1e6:>5.0f} MB out  "
                      f"{_most(proxy.pid) - before:>5.1f} MiB above idle")  # fmt: skip


def _most(pid: int) -> float:
    """Return the most memory a process ever had, in MiB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def _endless() -> Iterator[int]:
    """Serve 200 MB of rows to whoever asks, as fast as they are taken."""

    def talk() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.recv(65_536)
                start = b'{"head":{"vars":["s"]},"results":{"bindings":['
                rows = _RESULT_BYTES // (len(_ROW) * 700)
                size = len(start) + rows * 700 * len(_ROW) - 1 + 3
                peer.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {_JSON}\r\n"
                             f"Content-Length: {size}\r\n\r\n".encode() + start)  # fmt: skip
                for _ in range(rows - 1):
                    peer.sendall(_ROW * 700)
                peer.sendall((_ROW * 700)[:-1] + b"]}}")

    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@contextmanager
def _oxigraph(folder: Path, temporary: Path) -> Iterator[Server]:
    release = next((folder / "var" / "releases").iterdir())
    data = temporary / "data.nq"
    with data.open("wb") as out:
        subprocess.run(["gzip", "-dc", str(release / "data.nq.gz")], check=True, stdout=out)
    store = temporary / "store"
    command = [str(_OXIGRAPH), "load", "-l", str(store), "-f", str(data)]
    subprocess.run(command, check=True, capture_output=True)
    port = _port()
    command = [str(_OXIGRAPH), "serve-read-only", "-l", str(store), "-b", f"127.0.0.1:{port}"]
    with _process(command, dict(os.environ), "/", port) as server:
        yield server


@contextmanager
def _wrapped(environment: dict[str, str]) -> Iterator[Server]:
    port = _port()
    command = [sys.executable, "-m", "uvicorn", "bench.wrapped:app", "--port", str(port),
               "--log-level", "warning", "--no-access-log"]  # fmt: skip
    with _process(command, environment, "/ready", port) as server:
        yield server
