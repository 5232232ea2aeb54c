"""The embedded engine for tests: limits without haste, queries with and without the guard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from app.store.sparql.embedded import EmbeddedSparql, QueryResult, SparqlLimits
from app.store.sparql.formats import QueryForm
from app.store.sparql.guard import GuardLimits, QueryInfo, check

ROOT = Path(__file__).parents[2]
JSON, CSV = "application/sparql-results+json", "text/csv"
ONE, TWO = "urn:graph:1", "urn:graph:2"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# patient, so that a busy machine changes no outcome; tests that need haste say so
PATIENT = {"deadline_seconds": 60.0, "max_wait_seconds": 60.0, "slow_seconds": 5.0}


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


def pids_of(sparql: EmbeddedSparql) -> list[int]:
    pids = sparql.status()["pids"]
    assert isinstance(pids, list)
    return pids
