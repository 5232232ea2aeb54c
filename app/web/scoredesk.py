"""Takes catalogs that strangers hand over to be scored, within bounds, and orders their score."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from fastapi import Request

from app.errors import InputError
from app.net.budget import Rate, Turns
from app.quality.forms import JSON
from app.quality.looking import LinkChecks
from app.quality.service import ScoreOrder, ScorePool
from app.web.desk import Work
from app.web.intake import Intake, Taken
from app.web.uploads import Fields, client_of, one
from app.workers.orders import Progress

# whether links are to be looked at
LINKS, YES = "links", "yes"
# the members of JSON of a score
NAMES: Final = (LINKS,)
# addresses of one catalog
MOST_LINKS: Final = 50


@dataclass(frozen=True, slots=True)
class Looking:
    """Looking at the links of what strangers hand over: one catalog at a time, `most` addresses.

    A client has few turns: it is others' servers that pay.
    """

    checks: LinkChecks
    most: int = MOST_LINKS
    turns: Turns = field(default_factory=lambda: Turns(Rate(per_minute=0.2, burst=3)))
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))


class ScoreDesk:
    """Takes what strangers hand over, and gives the pool an order; `looking` only as work."""

    def __init__(self, pool: ScorePool, intake: Intake, looking: Looking | None = None) -> None:
        self.pool, self._intake, self._looking = pool, intake, looking
        self.max_bytes = intake.max_bytes
        self.seconds = round(pool.limits.deadline_seconds)

    async def close(self) -> None:
        """End the processes."""
        await self.pool.stop()

    async def take(self, request: Request, spool: Path | None = None) -> Taken:
        """Return what a request hands over; with `spool` a file goes into that folder.

        Raises:
            InputError: Nothing, too much, too slowly, or links that can only be looked at as work.
            TooManyRequestsError: The client looked at enough links for now.
        """

        def check(fields: Fields) -> None:
            if not _links(fields):
                return
            if self._looking is None:
                raise InputError(
                    "links are looked at as a task only; ask with Prefer: respond-async",
                    nl="adressen nagaan gebeurt enkel als taak; vraag met Prefer: respond-async",
                )
            self._looking.turns.take(client_of(request))

        return await self._intake.take(request, spool, check=check)

    async def work(self, request: Request, folder: Path, lang: str) -> Work:
        """Return the scoring of what a request hands over; the data wait for it in a folder.

        Raises:
            InputError, TooManyRequestsError: As `take`.
        """
        taken = await (await self.take(request, folder)).waiting(folder)
        order, links = order_of(taken), _links(taken.fields)

        async def run(progress: Progress) -> bytes:
            found = await self._looked(order, progress) if links else order
            return await self.pool.run(found, JSON, lang, progress=progress)

        return run

    async def _looked(self, order: ScoreOrder, progress: Progress) -> ScoreOrder:
        """Return the order with what its addresses answered."""
        assert self._looking is not None
        triples = await self.pool.linked(order, self._looking.most)
        checks = replace(self._looking.checks, progress=lambda done, of, _: progress(done, of))
        async with self._looking.turn:
            return replace(order, looks=await checks.looks(triples))


def order_of(taken: Taken) -> ScoreOrder:
    """Return the order to score what was taken."""
    return ScoreOrder(taken.source, taken.file)


def _links(fields: Fields) -> bool:
    return one(fields, LINKS) == YES
