# ruff: noqa: E501 - queries and lines of figures
"""`/sparql` next to `oxigraph serve` on the same million triples, and what its parts cost.

CPU is user + system of a server's whole process tree over the requests wrk counted: other work on
the machine moves it far less than it moves times. `oxigraph` must be on the PATH or in
`VIJFSTER_OXIGRAPH` (PyPI `oxigraph`, in an environment of its own), wrk as well.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import math
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pyoxigraph as ox

from app.errors import QueryTimeoutError
from app.store.sparql.embedded import EmbeddedSparql, SparqlLimits
from app.store.sparql.guard import GuardLimits, check
from bench.serving import Row, Server, _port, _process, _wrk

ROOT = Path(__file__).parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")
_DATASETS = 29_000  # about a million triples
_EX, _DCAT, _DCT = (
    "https://voorbeeld.test/id/",
    "http://www.w3.org/ns/dcat#",
    "http://purl.org/dc/terms/",
)
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_PREFIXES = f"PREFIX dcat: <{_DCAT}> PREFIX dct: <{_DCT}> PREFIX skos: <{_SKOS}> "
_JSON = "application/sparql-results+json"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def triples(datasets: int) -> Iterator[str]:
    """Yield a catalog as N-Triples, the same each time: 35 triples per dataset."""
    chance = random.Random(7)
    words = [f"woord{n}" for n in range(500)]
    for n in range(1, 1_500):
        yield f"<{_EX}thema/{n}> <{_SKOS}broader> <{_EX}thema/{n // 4}> ."
    for n in range(datasets):
        one = f"<{_EX}dataset/{n}>"
        yield f"{one} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{_DCAT}Dataset> ."
        title = " ".join(chance.choices(words, k=6))
        yield f'{one} <{_DCT}title> "{title}"@nl .'
        yield f'{one} <{_DCT}description> "{" ".join(chance.choices(words, k=20))}"@nl .'
        yield f"{one} <{_DCT}publisher> <{_EX}organisatie/{chance.randrange(300)}> ."
        yield f'{one} <{_DCT}issued> "{2000 + n % 25}-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .'
        for _ in range(4):
            yield f"{one} <{_DCAT}theme> <{_EX}thema/{chance.randrange(1, 1_500)}> ."
        for _ in range(8):
            yield f'{one} <{_DCAT}keyword> "{chance.choice(words)}{chance.randrange(40)}"@nl .'
        for d in range(3):
            part = f"<{_EX}distributie/{n}-{d}>"
            yield f"{one} <{_DCAT}distribution> {part} ."
            yield f"{part} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{_DCAT}Distribution> ."
            yield f"{part} <{_DCAT}accessURL> <https://data.voorbeeld.test/{n}/{d}> ."
            yield f'{part} <{_DCT}format> "{("CSV", "JSON", "SHP")[d]}" .'
            yield f'{part} <{_DCAT}byteSize> "{chance.randrange(10**6)}"^^<http://www.w3.org/2001/XMLSchema#integer> .'
            yield f'{part} <{_DCT}title> "bestand {d} van {title}"@nl .'


def cheap(n: int) -> str:
    return f"SELECT ?p ?o {{ <{_EX}dataset/{n}> ?p ?o }}"


def medium(n: int) -> str:
    return (_PREFIXES + f"SELECT ?d ?t {{ ?d dct:publisher <{_EX}organisatie/{n % 300}> ; dct:title ?t ; "
            "dcat:distribution ?x . ?x dct:format 'CSV' ; dcat:byteSize ?s FILTER(?s > 500000) } LIMIT 50")  # fmt: skip


SEVEN = {
    "DESCRIBE": f"DESCRIBE <{_EX}dataset/7>",
    "lookup": cheap(7),
    "filtered join": medium(7),
    "group": _PREFIXES + "SELECT ?p (COUNT(?d) AS ?n) { ?d dct:publisher ?p } GROUP BY ?p",
    "text": _PREFIXES + "SELECT ?d { ?d dct:title ?t FILTER(CONTAINS(?t, 'woord499')) }",
    "path": _PREFIXES + f"SELECT ?x {{ <{_EX}thema/1400> skos:broader* ?x }}",
    "path and join": _PREFIXES
    + f"SELECT (COUNT(*) AS ?n) {{ ?t skos:broader* <{_EX}thema/300> . ?d dcat:theme ?t }}",
}


def report() -> None:
    """Print everything; with `rdflib` among the words also the comparison that takes minutes."""
    print("\n## /sparql")
    _guard()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        data, store = folder / "data.nt", folder / "store"
        with data.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in triples(_DATASETS))
        begun = time.process_time()
        loaded = ox.Store(str(store))
        loaded.bulk_load(path=str(data), format=ox.RdfFormat.N_TRIPLES)
        print(f"{len(loaded):,} triples loaded in {time.process_time() - begun:.1f} CPU s")
        del loaded
        asyncio.run(_processes(store))
        _served(folder, store)
        if "rdflib" in sys.argv:
            _rdflib(data, store)


def _guard() -> None:
    from rdflib.plugins.sparql.parser import parseQuery

    queries = [*SEVEN.values()]

    def each(read: Callable[[str], object], times: int) -> float:
        begun = time.process_time()
        for _ in range(times):
            for query in queries:
                read(query)
        return 1e6 * (time.process_time() - begun) / times / len(queries)

    limits = GuardLimits()
    ours = each(lambda query: check(query, known_graphs=(), limits=limits), 300)
    theirs = each(parseQuery, 10)
    print(
        f"guard {ours:.0f} µs a query, rdflib's parser {theirs:.0f}: {ours / theirs:.3f} (goal 0.1)"
    )


async def _processes(store: Path) -> None:
    """Hand-over to a process next to a thread; deadlines and what comes after them."""
    limits = SparqlLimits(deadline_seconds=1.0, slow_seconds=0.3, max_wait_seconds=30)
    engine = EmbeddedSparql(store, limits=limits, merged=True)
    await engine.start()
    opened = ox.Store.read_only(str(store))

    async def by_process(query: str) -> bytes:
        info = check(query, known_graphs=(), limits=GuardLimits())
        result = await engine.query(query, info, media_type=_JSON)
        found = b"".join([piece async for piece in result])
        await result.aclose()
        return found

    def work(query: str) -> bytes:
        found = cast("Any", opened.query(query))
        return bytes(found.serialize(format=ox.QueryResultsFormat.JSON))

    async def by_thread(query: str) -> bytes:
        check(query, known_graphs=(), limits=GuardLimits())
        return await asyncio.to_thread(work, query)

    async def cpu(ask: Callable[[str], object], make: Callable[[int], str], times: int) -> float:
        before = _tree_cpu(os.getpid())
        for n in range(times):
            await ask(make(n * 7 % _DATASETS))  # type: ignore[misc]
        return (_tree_cpu(os.getpid()) - before) / times

    try:
        for name, make, times in (("cheap", cheap, 3_000), ("medium", medium, 400)):
            rounds = []
            for _ in range(3):
                process, thread = (
                    await cpu(by_process, make, times),
                    await cpu(by_thread, make, times),
                )
                rounds.append((process / thread, process, thread))
            ratio, process, thread = sorted(rounds)[1]
            print(f"hand-over, {name}: process {1e6 * process:.0f} µs CPU, thread {1e6 * thread:.0f}: "
                  f"{ratio:.2f} (goal 1.1)")  # fmt: skip
        late, again = [], []
        for _ in range(7):
            begun = time.perf_counter()
            try:
                await by_process(HEAVY)
            except QueryTimeoutError:
                late.append(time.perf_counter() - begun - 1.0)
            begun = time.perf_counter()
            await by_process(cheap(1))
            again.append(time.perf_counter() - begun)
        print(f"deadline overshoot {1e3 * statistics.median(late):.1f} ms, at most {1e3 * max(late):.1f} "
              f"(goal 50); kill to next answer {1e3 * statistics.median(again):.1f} ms, at most "
              f"{1e3 * max(again):.1f} (goal 60)")  # fmt: skip
    finally:
        await engine.stop()


def _served(folder: Path, store: Path) -> None:
    oxigraph = os.environ.get("VIJFSTER_OXIGRAPH") or shutil.which("oxigraph")
    with _ours(folder, store) as ours:
        _memory(ours)
        _crowd(ours)
        if not oxigraph or not shutil.which("wrk"):
            print("not measured beside oxigraph serve: it or wrk is not installed")
            return
        port = _port()
        command = [
            oxigraph,
            "serve-read-only",
            "--location",
            str(store),
            "--bind",
            f"127.0.0.1:{port}",
        ]
        ready = "/query?query=ASK%7B%7D"
        with _process(command, dict(os.environ), ready, port) as theirs:
            for name, make, goal in (
                ("cheap", cheap, "3.5, stretch 2.5"),
                ("medium", medium, "1.25"),
            ):
                _compare(folder, name, make, goal, ours, theirs)


def _compare(
    folder: Path, name: str, make: Callable[[int], str], goal: str, ours: Server, theirs: Server
) -> None:
    chance = random.Random(3)
    queries = [quote(make(chance.randrange(_DATASETS))) for _ in range(300)]
    rows = [
        Row("ours", ours, [f"/sparql?query={query}" for query in queries], {"Accept": _JSON}),
        Row("oxigraph", theirs, [f"/query?query={query}" for query in queries], {"Accept": _JSON}),
    ]
    for row in rows:
        _wrk(row, folder, 1)  # a busy machine may answer 503, which ends the bench
    for _ in range(5):
        for row in rows:
            before = _tree_cpu(row.server.pid)
            requests, rate = _wrk(row, folder, 2)
            row.cpu_us.append(1e6 * (_tree_cpu(row.server.pid) - before) / requests)
            row.per_second.append(rate)
    ratios = [a / b for a, b in zip(rows[0].cpu_us, rows[1].cpu_us, strict=True)]
    print(f"{name}: ours {statistics.median(rows[0].cpu_us):.0f} µs CPU a request, oxigraph serve "
          f"{statistics.median(rows[1].cpu_us):.0f}: {statistics.median(ratios):.2f} (goal {goal}); "
          f"{statistics.median(rows[0].per_second):.0f} and "
          f"{statistics.median(rows[1].per_second):.0f} a second")  # fmt: skip


def _memory(server: Server) -> None:
    """Read 200 MB of rows from a reader that takes its time."""
    query = quote("SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 560000")
    before, size = _status(server.pid, "VmRSS"), 0
    url = f"http://127.0.0.1:{server.port}/sparql?query={query}"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": _JSON})) as answer:
        while piece := answer.read(1 << 16):
            size += len(piece)
            time.sleep(0.0005)
    print(
        f"a result of {size / 1e6:.0f} MB adds {_status(server.pid, 'VmHWM') - before:.0f} MiB (goal 32)"
    )


def _crowd(server: Server) -> None:
    """Time cheap queries of one client alone, and while eight heavy ones are sent all the time."""
    chance, stop, refused = random.Random(5), threading.Event(), list[int]()

    def quick(times: int) -> float:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        taken = []
        for _ in range(times):
            path = "/sparql?query=" + quote(cheap(chance.randrange(_DATASETS)))
            begun = time.perf_counter()
            connection.request(
                "GET", path, headers={"Accept": _JSON, "X-Forwarded-For": "192.0.2.1"}
            )
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                taken.append(time.perf_counter() - begun)
            else:
                refused.append(answer.status)
        connection.close()
        if refused:
            print(f"  {len(refused)} of {times} cheap queries were refused: {set(refused)}")
            refused.clear()
        return 1e3 * statistics.quantiles(taken, n=100)[98]

    def heavy(number: int) -> None:
        while not stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            connection.request("GET", "/sparql?query=" + quote(HEAVY),
                               headers={"X-Forwarded-For": f"192.0.2.{number}"})  # fmt: skip
            answer = connection.getresponse()
            answer.read()
            connection.close()
            stop.wait(float(answer.headers.get("Retry-After") or 0))

    quick(300)
    alone = quick(2_000)
    threads = [threading.Thread(target=heavy, args=(n,)) for n in range(10, 18)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        beside = quick(2_000)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    print(
        f"cheap p99 alone {alone:.1f} ms, under eight heavy {beside:.1f}: {beside / alone:.1f} (goal 3.5)"
    )


def _rdflib(data: Path, store: Path) -> None:
    import rdflib

    graph = rdflib.Graph().parse(data, format="nt")
    opened, ratios = ox.Store.read_only(str(store)), []
    for name, query in SEVEN.items():
        theirs = _median(lambda text: list(graph.query(text)), query)
        ours = _median(lambda text: list(cast("Any", opened.query(text))), query)
        ratios.append(theirs / ours)
        print(
            f"  {name}: rdflib {1e3 * theirs:.2f} ms CPU, our engine {1e3 * ours:.2f}: {theirs / ours:.1f}"
        )
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    print(f"rdflib in memory, geometric mean of seven: {mean:.1f} times as slow (goal 10)")


def _median(ask: Callable[[str], object], query: str) -> float:
    taken, end = list[float](), time.monotonic() + 4
    while len(taken) < 3 or (len(taken) < 200 and time.monotonic() < end):
        begun = time.process_time()
        ask(query)
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


@contextmanager
def _ours(folder: Path, store: Path) -> Iterator[Server]:
    """Serve a small project whose release has the store as its index."""
    project = folder / "project"
    shutil.copytree(ROOT / "tests" / "projects" / "bomen", project)
    port = _port()
    environment = {
        **os.environ, "VIJFSTER_BASE_IRI": "https://voorbeeld.test/",
        "VIJFSTER_SPARQL_CLIENT_QUERIES": "64", "VIJFSTER_SPARQL_CLIENT_SECONDS": "1000000",
        "VIJFSTER_SPARQL_MAX_RESULT_BYTES": "400000000", "VIJFSTER_SPARQL_TIMEOUT_SECONDS": "60",
        "VIJFSTER_SPARQL_QUEUE": "64", "VIJFSTER_TRUSTED_PROXIES": "127.0.0.1",
    }  # fmt: skip
    command = [sys.executable, "-m", "app"]
    subprocess.run([*command, "build", "--project", str(project)], check=True, env=environment,
                   capture_output=True, cwd=ROOT)  # fmt: skip
    release = next((project / "var").rglob("manifest.json")).parent
    shutil.rmtree(release / "sparql")
    (release / "sparql").symlink_to(store)
    manifest = json.loads((release / "manifest.json").read_bytes())
    (release / "manifest.json").write_text(json.dumps({**manifest, "merged": True}))
    serve = [*command, "serve", "--project", str(project), "--port", str(port)]
    with _process(serve, environment, "/ready", port) as server:
        yield server


def _tree_cpu(pid: int) -> float:
    """Return CPU seconds of a process and all below it, ended ones that were waited for included."""
    parents: dict[int, list[int]] = {}
    seconds: dict[int, int] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                fields = (path / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(path.name))
            seconds[int(path.name)] = sum(map(int, fields[11:15]))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return sum(seconds.get(one, 0) for one in found) / _TICKS


def _status(pid: int, name: str) -> float:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(text.partition(f"{name}:")[2].split()[0]) / 1024
