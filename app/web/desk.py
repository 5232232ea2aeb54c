"""Takes what strangers hand over to be checked, within bounds, and orders the check."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request

from app.errors import InputError
from app.validation.service import Order, ValidationPool
from app.web.intake import Intake, Taken
from app.web.uploads import Fields, Part
from app.workers.orders import Progress

_SHOWN = 80
# the members of JSON of a check
NAMES = ("profile", "shapes", "table")
# does what was ordered, and tells how far it is
Work = Callable[[Progress], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Handed(Taken):
    """What came with a request, and what it is to be checked against."""

    profiles: tuple[str, ...]
    shapes: bytes

    def order(self, form: str, lang: str) -> Order:
        """Return the order to check this."""
        tables = self.fields.get("table", [])
        told = tuple(item for item in tables if isinstance(item, str) and item)
        return Order(self.source, self.profiles, form, lang, self.shapes, told, self.file)


class Desk:
    """Takes what strangers hand over, and gives the pool an order."""

    def __init__(self, pool: ValidationPool, intake: Intake) -> None:
        self.names, self.pool, self._intake = tuple(pool.names), pool, intake
        self.max_bytes = intake.max_bytes
        self.seconds = round(pool.limits.deadline_seconds)

    async def close(self) -> None:
        """End the processes."""
        await self.pool.stop()

    async def take(self, request: Request, spool: Path | None = None) -> Handed:
        """Return what a request hands over; with `spool` a file goes into that folder.

        Raises:
            InputError: Nothing, too much, too slowly, or an unknown profile.
        """
        found = await self._intake.take(request, spool, check=self._check)
        shapes = b""
        for item in found.fields.get("shapes", []):
            shapes = item.data if isinstance(item, Part) else str(item).encode()
        profiles = tuple(_profiles(found.fields))
        return Handed(found.fields, found.source, found.file, profiles, shapes)

    async def work(self, request: Request, folder: Path, lang: str) -> Work:
        """Return the check of what a request hands over; the data wait for it in a folder.

        Raises:
            InputError: As `take`.
        """
        order = (await (await self.take(request, folder)).waiting(folder)).order("json", lang)

        async def run(progress: Progress) -> bytes:
            return await self.pool.run(order, progress)

        return run

    async def fields(self, request: Request) -> dict[str, Any]:
        """Return the fields of a small form.

        Raises:
            InputError: It is none, too large, or comes too slowly.
        """
        return await self._intake.fields(request)

    def _check(self, fields: Fields) -> None:
        unknown = [name for name in _profiles(fields) if name not in self.names]
        if unknown:
            offer = ", ".join(self.names)
            asked = unknown[0][:_SHOWN]
            raise InputError(f"no profile {asked!r}; there are {offer}",
                             nl=f"er is geen profiel {asked!r}; wel {offer}")  # fmt: skip


def _profiles(fields: Fields) -> Iterator[str]:
    for item in fields.get("profile", []):
        if isinstance(item, str):
            yield from filter(None, item.split(","))
