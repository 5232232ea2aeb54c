"""The SPARQL engine in use; a swap lets running queries end on the release they began with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from app.errors import StoreUnavailableError
from app.store.current import OpenRelease
from app.store.sparql.engine import Engine


class Engines:
    """Holds the engine of the current release."""

    def __init__(self, make: Callable[[OpenRelease], Engine]) -> None:
        self._make = make
        self._engine: Engine | None = None
        self._stopping: set[asyncio.Task[None]] = set()

    @property
    def repeatable(self) -> bool:
        """Whether the same query on the same release gives the same bytes."""
        return self._engine is not None and self._engine.repeatable

    def status(self) -> dict[str, object]:
        """Return the counts of the engine in use, if there is one."""
        return self._engine.status() if self._engine is not None else {}

    @property
    def engine(self) -> Engine:
        """The engine to ask.

        Raises:
            StoreUnavailableError: There is no release yet.
        """
        if self._engine is None:
            msg = "there is no SPARQL index to ask; run `vijfster build`"
            raise StoreUnavailableError(msg)
        return self._engine

    async def use(self, release: OpenRelease) -> None:
        """Start an engine on a release, then let the one before end in its own time."""
        fresh = self._make(release)
        await fresh.start()
        old, self._engine = self._engine, fresh
        if old is not None:
            task = asyncio.create_task(old.stop())
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)

    async def close(self) -> None:
        """Stop every engine."""
        if self._engine is not None:
            await self._engine.stop()
        await asyncio.gather(*self._stopping, return_exceptions=True)
