"""The embedded SPARQL engine: Oxigraph on a release's index, in killable worker processes.

This process opens no store and runs no query. Without a dataset in the query or the protocol, the
default graph is the union of all named graphs; with one, it is exactly that (SPARQL 1.1 Protocol,
2.1.4). The engine's union does not merge: a triple in two graphs would be found twice. A store with
such triples holds the merge in its own default graph, and says so (`merged`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import orjson

from app.store.sparql.formats import engine_format
from app.store.sparql.guard import QueryInfo
from app.workers import Job, Pool, PoolLimits


@dataclass(frozen=True, slots=True)
class SparqlLimits(PoolLimits):
    """Bounds on the embedded engine: those of its pool, and of one query process in bytes."""

    noun: str = "query"
    noun_nl: str = "zoekvraag"
    max_result_bytes: int = 100_000_000
    memory_bytes: int = 2 << 30
    stack_bytes: int = 64 << 20  # 8 times what the guard's bounds were measured on


class QueryResult:
    """A serialised result: an async iterator of bytes that raises rather than end short.

    `aclose` it when it is not read to its end. After an error the HTTP answer must be aborted.
    """

    def __init__(self, media_type: str, job: Job) -> None:
        self.media_type = media_type
        self._job = job

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._job)

    def whole(self) -> bytes | None:
        """Return the result if all of it is there, and nothing of it was read."""
        return self._job.whole()

    async def aclose(self) -> None:
        """Give the rest of the result up."""
        await self._job.aclose()


class EmbeddedSparql:
    """Answer guarded queries from one store; start and stop it in the serving event loop."""

    # the store is the release and nothing else
    repeatable = True

    def __init__(
        self, store_path: Path, *, limits: SparqlLimits, base: str = "", merged: bool = False
    ) -> None:
        """Prepare an engine.

        Relative IRIs of queries are resolved against `base`; `merged` says that the store's default
        graph is the merge of all.
        """
        arguments = (
            str(store_path),
            "merged" if merged else "union",
            base,
            str(limits.memory_bytes),
            str(limits.stack_bytes),
            str(limits.max_result_bytes),
        )
        self._pool = Pool("app.store.sparql.worker", arguments, limits=limits)

    async def start(self) -> None:
        """Start the workers.

        Raises:
            StoreUnavailableError: The store cannot be opened.
        """
        await self._pool.start()

    async def stop(self) -> None:
        """Let running queries finish within their deadline, then end all processes."""
        await self._pool.stop()

    async def query(
        self,
        query: str,
        info: QueryInfo,
        *,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> QueryResult:
        """Run what the guard let pass; return once the first bytes of the result are there.

        What runs is `info.text`: the query as the guard read it. Graphs of the protocol replace
        those of the query.

        Raises:
            QueryRefusedError: The engine finds the query not grammatical.
            QueryTimeoutError, QueryFailedError, ServiceBusyError, ResultTooLargeError,
            StoreUnavailableError: As their names say.
            NotAcceptableError: The query form has no such representation.
        """
        if info.source != query:
            message = "the guard has read another query"
            raise ValueError(message)
        request = encode(info, media_type, default_graphs, named_graphs)
        return QueryResult(media_type, await self._pool.run(request))

    def status(self) -> dict[str, object]:
        """Return the pool's counts and `network_isolated` (None before the first worker)."""
        return self._pool.status()


def encode(
    info: QueryInfo, media_type: str, default_graphs: Sequence[str], named_graphs: Sequence[str]
) -> bytes:
    """Return the request a worker understands; no graphs at all means the union of all."""
    if not (default_graphs or named_graphs):
        default_graphs, named_graphs = info.from_iris, info.from_named_iris
    chosen = bool(default_graphs or named_graphs)
    return orjson.dumps(
        {
            "query": info.text,
            "form": info.form,
            "format": engine_format(info.form, media_type),
            "default_graphs": list(default_graphs) if chosen else None,
            "named_graphs": list(named_graphs),
        }
    )
