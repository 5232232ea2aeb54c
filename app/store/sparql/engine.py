"""What `/sparql` asks of an engine, embedded or external."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self

from app.store.sparql.guard import QueryInfo


class Result(Protocol):
    """A serialised result: an async iterator of bytes that raises rather than end short.

    `aclose` it when it is not read to its end. After an error the HTTP answer must be aborted.
    """

    media_type: str

    def __aiter__(self) -> Self: ...

    async def __anext__(self) -> bytes: ...

    def whole(self) -> bytes | None:
        """Return the result if all of it is there, and nothing of it was read."""

    async def aclose(self) -> None:
        """Give the rest of the result up."""


class Engine(Protocol):
    """Answers guarded queries; started and stopped in the serving event loop.

    `repeatable` says that the same query on the same release gives the same bytes.
    """

    repeatable: bool

    async def start(self) -> None:
        """Make ready to answer.

        Raises:
            StoreUnavailableError: It never can.
        """

    async def stop(self) -> None:
        """Let running queries finish within their deadline, then end."""

    async def query(
        self,
        query: str,
        info: QueryInfo,
        *,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Result:
        """Run what the guard let pass; return once the first bytes of the result are there."""

    def status(self) -> dict[str, object]:
        """Return counts of now and since the start; no address and no query."""
