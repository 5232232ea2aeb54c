"""The embedded engine in its worker processes: a real store, real crashes, real deadlines."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from pathlib import Path

import pyoxigraph
import pytest

from app.errors import (
    NotAcceptableError,
    QueryFailedError,
    QueryRefusedError,
    QueryTimeoutError,
    ResultTooLargeError,
    ServiceBusyError,
    StoreUnavailableError,
)
from app.store.sparql.embedded import EmbeddedSparql, QueryResult, SparqlLimits
from app.store.sparql.formats import GRAPH_MEDIA_TYPES, SELECT_MEDIA_TYPES, QueryForm
from app.store.sparql.guard import GuardLimits, QueryInfo, check

ROOT = Path(__file__).parents[2]
JSON, CSV = "application/sparql-results+json", "text/csv"
ONE, TWO = "urn:graph:1", "urn:graph:2"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# patient, so that a busy machine changes no outcome; tests that need haste say so
PATIENT = {"deadline_seconds": 60.0, "max_wait_seconds": 60.0, "slow_seconds": 5.0}


@pytest.fixture(scope="module")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "sparql"
    store = pyoxigraph.Store(str(path))
    node = pyoxigraph.NamedNode
    for number in range(2_000):
        graph = node(ONE if number % 2 else TWO)
        value = pyoxigraph.Literal(f"value {number}")
        store.add(pyoxigraph.Quad(node(f"urn:s:{number}"), node("urn:p"), value, graph))
    store.flush()
    del store
    gc.collect()
    return path


@contextlib.asynccontextmanager
async def engine(path: Path, **limits: float) -> AsyncIterator[EmbeddedSparql]:
    sparql = EmbeddedSparql(path, limits=SparqlLimits(**{**PATIENT, **limits}))  # type: ignore[arg-type]
    await sparql.start()
    try:
        yield sparql
    finally:
        await sparql.stop()


def unguarded(query: str, form: QueryForm = "SELECT") -> QueryInfo:
    return QueryInfo(source=query, text=query, form=form)


async def ask(
    sparql: EmbeddedSparql, query: str, media_type: str = JSON, **graphs: object
) -> bytes:
    info = check(query, known_graphs=(ONE, TWO, "urn:graph:3"), limits=GuardLimits())
    return await read(await sparql.query(query, info, media_type=media_type, **graphs))  # type: ignore[arg-type]


async def bypass(sparql: EmbeddedSparql, query: str, form: QueryForm = "SELECT") -> bytes:
    return await read(await sparql.query(query, unguarded(query, form), media_type=JSON))


async def read(result: QueryResult) -> bytes:
    return b"".join([chunk async for chunk in result])


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what is awaited are processes
            await asyncio.sleep(0.01)


def with_engine(
    path: Path, work: Callable[[EmbeddedSparql], Awaitable[object]], **limits: float
) -> None:
    async def main() -> None:
        async with engine(path, **limits) as sparql:
            await work(sparql)

    asyncio.run(main())


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def test_every_result_type(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        for media_type in SELECT_MEDIA_TYPES:
            result = await ask(sparql, "SELECT ?o { <urn:s:7> ?p ?o }", media_type)
            assert b"value 7" in result
            assert b"true" in await ask(sparql, "ASK { <urn:s:7> ?p ?o }", media_type)
        for media_type in GRAPH_MEDIA_TYPES:
            for query in (
                "DESCRIBE <urn:s:7>",
                "CONSTRUCT { <urn:s:7> <urn:p> ?o } { <urn:s:7> ?p ?o }",
            ):
                body = await ask(sparql, query, media_type)
                form = pyoxigraph.RdfFormat.from_media_type(media_type)
                quads = list(pyoxigraph.parse(body, format=form))
                assert [str(quad.object) for quad in quads] == ['"value 7"']
        empty = await ask(
            sparql, "CONSTRUCT { ?s ?p ?o } { ?s <urn:none> ?o }", "application/n-triples"
        )
        assert empty == b""
        with pytest.raises(NotAcceptableError) as caught:
            await ask(sparql, "ASK {}", "text/turtle")
        assert caught.value.offers == SELECT_MEDIA_TYPES

    with_engine(store_path, work)


def test_dataset(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        async def count(query: str, **graphs: object) -> int:
            return int((await ask(sparql, query, CSV, **graphs)).split()[1])

        head = "SELECT (COUNT(*) AS ?n)"
        assert await count(f"{head} {{ ?s ?p ?o }}") == 2_000
        assert await count(f"{head} {{ GRAPH ?g {{ ?s ?p ?o }} }}") == 2_000
        assert await count(f"{head} FROM <{ONE}> {{ ?s ?p ?o }}") == 1_000
        assert await count(f"{head} FROM <{ONE}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == 0
        assert await count(f"{head} FROM NAMED <{TWO}> {{ ?s ?p ?o }}") == 0
        assert await count(f"{head} FROM NAMED <{TWO}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == 1_000
        # the protocol's dataset replaces the query's
        query = f"{head} FROM <urn:graph:3> {{ ?s ?p ?o }}"
        assert await count(query, default_graphs=[ONE, TWO]) == 2_000
        assert await count(query, named_graphs=[ONE]) == 0

    with_engine(store_path, work)


def test_what_the_engine_refuses_is_told(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        with pytest.raises(QueryRefusedError, match="not valid SPARQL: error at 1:"):
            await ask(sparql, "SELECT * { ?s ?p }")
        with pytest.raises(QueryFailedError, match="not supported"):
            await ask(sparql, "SELECT (<urn:f>(1) AS ?x) {}")
        with pytest.raises(QueryRefusedError):
            await bypass(sparql, "INSERT DATA { <urn:a> <urn:b> 1 }")
        with pytest.raises(ValueError, match="another query"):
            await sparql.query("ASK {}", unguarded("ASK { }", "ASK"), media_type=JSON)
        assert sparql.status()["crashed"] == sparql.status()["killed"] == 0

    with_engine(store_path, work)


def test_service_cannot_leave_even_without_the_guard(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        if not sparql.status()["network_isolated"]:
            pytest.skip("this host gives workers no network namespace")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            with pytest.raises(QueryFailedError):
                await bypass(sparql, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
            with pytest.raises(BlockingIOError):
                listener.accept()
            with socket.create_connection(listener.getsockname()):
                listener.accept()[0].close()  # so that the check above means something

    with_engine(store_path, work)


@pytest.mark.parametrize("depth", [3_000, 300_000])
def test_stack_overflow_costs_one_worker(store_path: Path, depth: int) -> None:
    """3,000 groups overflow 8 MiB; our larger stack holds them, but nothing holds 300,000."""

    async def work(sparql: EmbeddedSparql) -> None:
        query = "SELECT * " + "{" * depth + "?s ?p ?o" + "}" * depth
        with pytest.raises(QueryFailedError, match="broke its worker"):
            await bypass(sparql, query)
        assert b"value 7" in await ask(sparql, "SELECT ?o { <urn:s:7> ?p ?o }")
        assert sparql.status()["crashed"] == 1

    with_engine(store_path, work, stack_bytes=(8 if depth == 3_000 else 64) << 20)


def test_memory_is_bounded(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        with pytest.raises(QueryFailedError):
            await ask(sparql, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f")
        assert b"true" in await ask(sparql, "ASK {}")

    with_engine(store_path, work, memory_bytes=768 << 20)


def test_deadline(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        with pytest.raises(QueryTimeoutError, match=r"after 0\.5 s"):
            await ask(sparql, HEAVY)
        result = await sparql.query(ENDLESS, unguarded(ENDLESS), media_type=JSON)
        with pytest.raises(QueryTimeoutError):
            await read(result)
        assert b"true" in await ask(sparql, "ASK {}")

    with_engine(store_path, work, deadline_seconds=0.5, slow_seconds=0.1)


def test_slow_queries_do_not_starve_quick_ones(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        heavy = [asyncio.create_task(ask(sparql, HEAVY)) for _ in range(2)]
        await until(lambda: sparql.status()["slow"] == 2)
        for _ in range(5):
            assert b"true" in await ask(sparql, "ASK {}")
        with pytest.raises(ServiceBusyError, match="slow"):
            await ask(sparql, HEAVY)
        assert b"true" in await ask(sparql, "ASK {}")
        assert not any(task.done() for task in heavy)
        pids = set(pids_of(sparql))
        assert sum(os.getpriority(os.PRIO_PROCESS, pid) == 19 for pid in pids) == 2
        for task in heavy:  # the clients leave
            task.cancel()
        assert all(
            isinstance(error, asyncio.CancelledError)
            for error in await asyncio.gather(*heavy, return_exceptions=True)
        )
        assert sparql.status()["slow"] == 0
        await until(lambda: sum(alive(pid) for pid in pids) <= 2)

    with_engine(store_path, work, slow_seconds=0.4)


def pids_of(sparql: EmbeddedSparql) -> list[int]:
    pids = sparql.status()["pids"]
    assert isinstance(pids, list)
    return pids


def test_waiting_is_bounded(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        heavy = asyncio.create_task(ask(sparql, HEAVY))
        await until(lambda: sparql.status()["idle"] == 0)
        waiting = asyncio.create_task(ask(sparql, "ASK {}"))
        await until(lambda: sparql.status()["waiting"] == 1)
        with pytest.raises(ServiceBusyError, match="queue is full"):
            await ask(sparql, "ASK {}")
        with pytest.raises(ServiceBusyError, match="in time"):
            await waiting
        heavy.cancel()
        await asyncio.wait([heavy])
        await until(lambda: sparql.status()["idle"] == 1)
        assert b"true" in await ask(sparql, "ASK {}")

    with_engine(store_path, work, workers=1, max_waiting=1, max_wait_seconds=0.3, slow_seconds=50)


def test_result_too_large_never_ends_as_if_whole(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        result = await sparql.query(ENDLESS, unguarded(ENDLESS), media_type=JSON)
        assert len(await anext(result)) < 1_000_000
        with pytest.raises(ResultTooLargeError, match="1000000 bytes"):
            await read(result)
        assert sparql.status()["killed"] == 0  # the worker stopped by itself and goes on

    with_engine(store_path, work, max_result_bytes=1_000_000)


def test_closing_a_result_frees_its_worker(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        for _ in range(4):
            result = await sparql.query(ENDLESS, unguarded(ENDLESS), media_type=JSON)
            assert await anext(result)
            await result.aclose()
        assert sparql.status()["killed"] == 4
        await until(lambda: sparql.status()["idle"] == 2)
        assert sparql.status()["streaming"] == 0

    with_engine(store_path, work)


def test_large_result_is_streamed_with_bounded_memory(store_path: Path) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096

    async def work(sparql: EmbeddedSparql) -> None:
        query = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 150000"
        await ask(sparql, "SELECT * { ?s ?p ?o }")
        result = await sparql.query(query, unguarded(query), media_type=JSON)
        before = highest = resident()
        total, tail = 0, b""
        async for chunk in result:
            if not total:
                await asyncio.sleep(0.5)  # a slow client
            total, tail = total + len(chunk), chunk[-4:]
            highest = max(highest, resident())
        assert total > 30_000_000
        assert tail.endswith(b"]}}")
        assert highest - before < 8 << 20

    with_engine(store_path, work)


def test_stop_lets_a_running_query_finish(store_path: Path) -> None:
    async def main() -> None:
        sparql = EmbeddedSparql(store_path, limits=SparqlLimits(**PATIENT))  # type: ignore[arg-type]
        await sparql.start()
        query = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
        result = await sparql.query(query, unguarded(query), media_type=JSON)
        pids = pids_of(sparql)
        stopping = asyncio.create_task(sparql.stop())
        await asyncio.sleep(0.05)
        with pytest.raises(ServiceBusyError, match="stopping"):
            await ask(sparql, "ASK {}")
        assert len(json.loads(await read(result))["results"]["bindings"]) == 20_000
        await stopping
        await until(lambda: not any(map(alive, pids)))

    asyncio.run(main())


def test_stop_ends_a_query_at_its_deadline(store_path: Path) -> None:
    async def main() -> None:
        limits = SparqlLimits(deadline_seconds=1.0, slow_seconds=0.1)
        sparql = EmbeddedSparql(store_path, limits=limits)
        await sparql.start()
        heavy = asyncio.create_task(ask(sparql, HEAVY))
        await until(lambda: sparql.status()["slow"] == 1)
        await sparql.stop()
        with pytest.raises(QueryTimeoutError):
            await heavy

    asyncio.run(main())


def test_dead_zygote_and_dead_workers_are_replaced(store_path: Path) -> None:
    async def work(sparql: EmbeddedSparql) -> None:
        pids = pids_of(sparql)
        os.kill(pids[0], signal.SIGKILL)
        await until(lambda: len(pids_of(sparql)) == 2 and pids[0] not in pids_of(sparql))
        pids = pids_of(sparql)
        os.kill(parent_of(pids[0]), signal.SIGKILL)
        await until(lambda: not any(map(alive, pids)))
        await until(lambda: len(pids_of(sparql)) == 2 and not set(pids) & set(pids_of(sparql)))
        assert b"true" in await ask(sparql, "ASK {}")

    with_engine(store_path, work)


def parent_of(pid: int) -> int:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    return int(stat.rpartition(")")[2].split()[1])


def test_workers_die_with_their_parent(store_path: Path) -> None:
    program = f"""
import asyncio, pathlib, time
from app.store.sparql.embedded import EmbeddedSparql, SparqlLimits
async def main():
    sparql = EmbeddedSparql(pathlib.Path({str(store_path)!r}), limits=SparqlLimits())
    await sparql.start()
    print(*sparql.status()["pids"], flush=True)
    time.sleep(60)
asyncio.run(main())
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        pids += [parent_of(pids[0])]
        assert all(map(alive, pids))
        parent.kill()
    limit = time.monotonic() + 30
    while any(map(alive, pids)) and time.monotonic() < limit:
        time.sleep(0.02)
    assert not any(map(alive, pids))


def test_missing_store_is_unavailable(tmp_path: Path) -> None:
    async def main() -> None:
        sparql = EmbeddedSparql(tmp_path / "none", limits=SparqlLimits())
        with pytest.raises(StoreUnavailableError, match="cannot be opened"):
            await sparql.start()
        assert sparql.status()["workers"] == 0

    asyncio.run(main())


def test_store_folder_is_only_read(store_path: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        files = {path.name: path.stat() for path in store_path.iterdir()}
        return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in files.items()}

    before = state()

    async def work(sparql: EmbeddedSparql) -> None:
        await ask(sparql, "SELECT * { ?s ?p ?o }")

    with_engine(store_path, work)
    assert state() == before


def test_uvloop_runs_it_too(store_path: Path) -> None:
    uvloop = pytest.importorskip("uvloop")

    async def main() -> None:
        async with engine(store_path) as sparql:
            assert b"true" in await ask(sparql, "ASK {}")
            result = await sparql.query(ENDLESS, unguarded(ENDLESS), media_type=JSON)
            await result.aclose()

    run: Callable[[Coroutine[object, object, None]], None] = uvloop.run
    run(main())
