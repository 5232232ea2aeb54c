"""Takes what strangers hand over to be checked, within bounds, and orders the check."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fastapi import Request

from app.errors import InputError
from app.net.budget import Budget
from app.net.fetch import Limits, fetch, file_name
from app.net.guard import Allowance
from app.validation.service import Order, ValidationPool
from app.validation.sources import Source
from app.web.uploads import Fields, Part, Uploads, client_of, one
from app.workers.orders import Progress

_SHOWN = 80
_NAMES = ("url", "text", "media_type", "profile", "shapes", "format", "table")
# how messages name what came without a name
_PASTED = "tekst"
# does what was ordered, and tells how far it is
Work = Callable[[Progress], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Handed:
    """What came with a request."""

    source: Source
    profiles: tuple[str, ...]
    shapes: bytes
    form: str
    tables: tuple[str, ...] = ()
    # where the data are, if not in the source
    file: Path | None = None

    @property
    def pasted(self) -> bool:
        """Whether it is text somebody wrote into a form."""
        return self.source.where == _PASTED and not self.source.name

    def order(self, form: str, lang: str) -> Order:
        """Return the order to check this."""
        return Order(self.source, self.profiles, form, lang, self.shapes, self.tables, self.file)


class Desk:
    """Takes what strangers hand over, and gives the pool an order."""

    def __init__(
        self, pool: ValidationPool, allowed: Allowance, budget: Budget, *,
        fetching: Limits, upload_seconds: float,
    ) -> None:  # fmt: skip
        self.names, self.allowed, self.budget = tuple(pool.names), allowed, budget
        self.fetching = fetching
        self.max_bytes = pool.limits.max_source_bytes
        self.seconds = round(pool.limits.deadline_seconds)
        self._uploads = Uploads(self.max_bytes, upload_seconds, names=_NAMES)
        self._pool = pool
        self._starting = asyncio.Lock()
        self._started = False

    async def pool(self) -> ValidationPool:
        """Return the processes; they start when they are first needed."""
        async with self._starting:
            if not self._started:
                await self._pool.start()
                self._started = True
        return self._pool

    async def close(self) -> None:
        """End the processes."""
        if self._started:
            await self._pool.stop()

    async def take(self, request: Request, spool: Path | None = None) -> Handed:
        """Return what a request hands over; with `spool` a file goes into that folder.

        Raises:
            InputError: Nothing, too much, too slowly, or an unknown profile.
        """
        return await self._handed(request, *await self._uploads.take(request, spool))

    async def work(self, request: Request, folder: Path, lang: str) -> Work:
        """Return the check of what a request hands over; the data wait for it in a folder.

        Raises:
            InputError: As `take`.
        """
        handed = await self.take(request, folder)
        if handed.file is None:
            file = folder / "source"
            await asyncio.to_thread(file.write_bytes, handed.source.data)
            handed = replace(handed, file=file, source=replace(handed.source, data=b""))
        order = handed.order("json", lang)

        async def run(progress: Progress) -> bytes:
            return await (await self.pool()).run(order, progress)

        return run

    async def fields(self, request: Request) -> dict[str, Any]:
        """Return the fields of a small form.

        Raises:
            InputError: It is none, too large, or comes too slowly.
        """
        return (await self._uploads.take(request))[0]

    async def _handed(self, request: Request, fields: Fields, body: Part | None) -> Handed:
        profiles = tuple(name for item in fields.get("profile", []) if isinstance(item, str)
                         for name in item.split(",") if name)  # fmt: skip
        unknown = [name for name in profiles if name not in self.names]
        if unknown:
            offer = ", ".join(self.names)
            asked = unknown[0][:_SHOWN]
            raise InputError(f"no profile {asked!r}; there are {offer}",
                             nl=f"er is geen profiel {asked!r}; wel {offer}")  # fmt: skip
        shapes = b""
        for item in fields.get("shapes", []):
            shapes = item.data if isinstance(item, Part) else str(item).encode()
        part = body or next((item for item in fields.get("file", [])
                             if isinstance(item, Part) and not item.empty), None)  # fmt: skip
        if part is None:
            source = await self._elsewhere(request, fields)
        else:
            name = one(fields, "name") or _PASTED if part is body else part.file_name or "bestand"
            source = Source(part.data, name, media_type=part.media_type, charset=part.charset,
                            name=name)  # fmt: skip
        tables = tuple(item for item in fields.get("table", []) if isinstance(item, str) and item)
        return Handed(source, profiles, shapes, one(fields, "format"), tables,
                      part.path if part else None)  # fmt: skip

    async def _elsewhere(self, request: Request, fields: Fields) -> Source:
        """Return what is at an address, or text of a form."""
        url = one(fields, "url").strip()
        if url:
            found = await fetch(url, limits=self.fetching, budget=self.budget,
                                client=client_of(request), allowed=self.allowed)  # fmt: skip
            return Source(found.data, url, media_type=found.media_type, charset=found.charset,
                          name=file_name(found.url), base=found.url, fetched=True)  # fmt: skip
        text = one(fields, "text")
        if not text.strip():
            raise InputError("give a file, an address or text",
                             nl="geef een bestand, een adres of tekst")  # fmt: skip
        return Source(text.encode(), _PASTED, media_type=one(fields, "media_type"))
