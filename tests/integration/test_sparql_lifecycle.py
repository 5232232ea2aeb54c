"""The embedded engine starts, stops, and replaces what died; its store is only read."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from app.errors import (
    QueryTimeoutError,
    ServiceBusyError,
    StoreUnavailableError,
)
from app.store.sparql.embedded import EmbeddedSparql, SparqlLimits
from tests.integration.sparql_engine import (
    ENDLESS,
    HEAVY,
    JSON,
    PATIENT,
    ROOT,
    alive,
    ask,
    engine,
    pids_of,
    read,
    unguarded,
    until,
    with_engine,
)


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


@pytest.mark.parametrize("seconds", [0.0, 0.002, 0.01])
def test_a_start_that_is_given_up_leaves_no_process_and_no_socket(
    store_path: Path, seconds: float
) -> None:
    async def main() -> None:
        # the loop has its own threads and sockets by then
        await asyncio.to_thread(int)
        before = open_files()
        sparql = EmbeddedSparql(store_path, limits=SparqlLimits(**PATIENT))  # type: ignore[arg-type]
        starting = asyncio.create_task(sparql.start())
        await asyncio.sleep(seconds)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert open_files() <= before
        assert not [line for line in children() if b"sparql" in line]

    asyncio.run(main())


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def children() -> list[bytes]:
    pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids]
