"""Asking the SPARQL engine, and the first part of its answer as a table for a page."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from app.errors import AccessRefusedError, QueryRefusedError, VijfsterError
from app.net.networks import Networks
from app.net.quota import Quota, Turn
from app.store.sparql.engine import Result
from app.store.sparql.guard import GuardLimits, QueryInfo, check
from app.web.site import Site
from app.web.sparql import Engines

# below what the csv module takes in one cell
_SHOWN_ROWS, _SHOWN_BYTES = 500, 130_000
# form, outcome, seconds, bytes
Told = Callable[[str, str, float, int], None]


@dataclass(frozen=True, slots=True)
class Query:
    """A query as the protocol gives it."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str


class Running:
    """A result within the turn of its client; `aclose` it, read to its end or not.

    It raises rather than end short.
    """

    def __init__(self, result: Result, turn: Turn, told: Callable[[str, int], None]) -> None:
        self.media_type = result.media_type
        self._result, self._turn, self._told = result, turn, told
        self._bytes, self._outcome = 0, "left"

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            chunk = await anext(self._result)
        except StopAsyncIteration:
            self._outcome = "ok"
            raise
        except VijfsterError as error:
            self._outcome = error.code
            raise
        self._bytes += len(chunk)
        return chunk

    def whole(self) -> bytes | None:
        """Return the result if all of it is there; then it is not iterated."""
        found = self._result.whole()
        if found is not None:
            self._bytes, self._outcome = len(found), "ok"
        return found

    async def aclose(self) -> None:
        """Give up what is left of it and end the turn."""
        try:
            await self._result.aclose()
        finally:
            self._turn.end()
            self._told(self._outcome, self._bytes)
            self._told = lambda *_: None


class Endpoint:
    """Who may ask what, and how much of it at once."""

    def __init__(
        self, engines: Engines, guard: GuardLimits, quota: Quota, *,
        longest_seconds: float, open_to: Networks | None = None, told: Told = lambda *_: None,
    ) -> None:  # fmt: skip
        """Prepare; `open_to` is None for everybody, `told` counts what came of each query."""
        self.engines, self.guard, self.longest_seconds = engines, guard, longest_seconds
        self._quota, self._open_to, self._told = quota, open_to, told

    @property
    def is_public(self) -> bool:
        """Whether everybody may ask."""
        return self._open_to is None

    def admit(self, client: str) -> None:
        """Let an address in.

        Raises:
            AccessRefusedError: The endpoint is not open to it.
        """
        if self._open_to is not None and client not in self._open_to:
            raise AccessRefusedError(
                "This SPARQL endpoint is open to some networks only. The same data are at /dumps/.",
                nl="Dit SPARQL-endpoint staat alleen voor bepaalde netwerken open. Dezelfde data "
                "staan op /dumps/.",
            )

    def check(self, site: Site, asked: Query) -> QueryInfo:
        """Return what the guard says of a query that may run.

        Raises:
            QueryRefusedError: It may not.
        """
        try:
            return check(
                asked.query, known_graphs=site.release.graphs, limits=self.guard,
                default_graphs=asked.default_graphs, named_graphs=asked.named_graphs,
            )  # fmt: skip
        except QueryRefusedError as error:
            self._told("none", error.code, 0.0, 0)
            raise

    def unchanged(self, info: QueryInfo) -> None:
        """Count an answer that its client had already."""
        self._told(info.form, "unchanged", 0.0, 0)

    async def run(self, client: str, info: QueryInfo, asked: Query, media_type: str) -> Running:
        """Start a query within the turns of a client; the result must be closed.

        Raises:
            TooManyRequestsError: The client had its share.
            VijfsterError: As the engine says.
        """
        begun, form = time.monotonic(), info.form

        def told(outcome: str, size: int) -> None:
            self._told(form, outcome, time.monotonic() - begun, size)

        turn = None
        try:
            # before waiting: what is told of the answer is told of this release
            engine = self.engines.engine
            turn = await self._quota.begin(client)
            result = await engine.query(
                asked.query, info, media_type=media_type,
                default_graphs=asked.default_graphs, named_graphs=asked.named_graphs,
            )  # fmt: skip
        except BaseException as error:
            if turn is not None:
                turn.end()
            told(error.code if isinstance(error, VijfsterError) else "left", 0)
            raise
        return Running(result, turn, told)


async def first_part(result: Running) -> tuple[str, bool]:
    """Return the first part of a result, and whether it is all of it."""
    parts, size, whole = [], 0, True
    try:
        async for chunk in result:
            parts.append(chunk)
            size += len(chunk)
            if size > _SHOWN_BYTES:
                whole = False
                break
    finally:
        await result.aclose()
    return b"".join(parts)[:_SHOWN_BYTES].decode(errors="ignore"), whole


@dataclass(frozen=True, slots=True)
class Table:
    """The head and the first rows of a result; `truncated` if there are more."""

    head: list[str]
    rows: list[list[str]]
    truncated: bool


def table_of(text: str, whole: bool) -> Table:
    """Return the table of a CSV result; one that was cut off loses its last row."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    head, body = (rows[0], rows[1:]) if rows else ([], [])
    if not whole and body:
        body = body[:-1]
    # a row of one empty cell is an empty line in CSV
    shown = [row or [""] for row in body[:_SHOWN_ROWS]]
    return Table(head, shown, not whole or len(body) > _SHOWN_ROWS)
