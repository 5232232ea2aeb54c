"""The embedded engine in its worker processes: results, deadlines, lanes, memory."""

from __future__ import annotations

import asyncio
import os
import socket
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
)
from app.store.sparql.embedded import EmbeddedSparql
from app.store.sparql.formats import GRAPH_MEDIA_TYPES, SELECT_MEDIA_TYPES
from tests.integration.sparql_engine import (
    CSV,
    ENDLESS,
    HEAVY,
    JSON,
    ONE,
    TWO,
    alive,
    ask,
    bypass,
    pids_of,
    read,
    unguarded,
    until,
    with_engine,
)


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
        with pytest.raises(QueryRefusedError, match="not supported"):
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
