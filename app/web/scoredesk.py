"""Takes catalogs that strangers hand over to be scored, within bounds, and orders their score."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request

from app.quality.forms import JSON
from app.quality.service import ScoreOrder, ScorePool
from app.web.desk import Work
from app.web.intake import Intake, Taken
from app.workers.orders import Progress


class ScoreDesk:
    """Takes what strangers hand over, and gives the pool an order."""

    def __init__(self, pool: ScorePool, intake: Intake) -> None:
        self.pool, self._intake = pool, intake
        self.max_bytes = intake.max_bytes
        self.seconds = round(pool.limits.deadline_seconds)

    async def close(self) -> None:
        """End the processes."""
        await self.pool.stop()

    async def take(self, request: Request, spool: Path | None = None) -> Taken:
        """Return what a request hands over; with `spool` a file goes into that folder.

        Raises:
            InputError: Nothing, too much, or too slowly.
        """
        return await self._intake.take(request, spool)

    async def work(self, request: Request, folder: Path, lang: str) -> Work:
        """Return the scoring of what a request hands over; the data wait for it in a folder.

        Raises:
            InputError: As `take`.
        """
        order = order_of(await (await self.take(request, folder)).waiting(folder))

        async def run(progress: Progress) -> bytes:
            return await self.pool.run(order, JSON, lang, progress=progress)

        return run


def order_of(taken: Taken) -> ScoreOrder:
    """Return the order to score what was taken."""
    return ScoreOrder(taken.source, taken.file)
