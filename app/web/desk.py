"""Takes what strangers hand over to be checked, within bounds, and orders the check."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import orjson
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from app.errors import InputError
from app.net.budget import Budget
from app.net.fetch import Limits, fetch, file_name
from app.net.guard import Allowance
from app.validation.service import Order, ValidationPool
from app.validation.sources import Source

_MULTIPART, _FORM = "multipart/form-data", "application/x-www-form-urlencoded"
_MAX_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a form, read."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Handed:
    """What came with a request."""

    source: Source
    profiles: tuple[str, ...]
    shapes: bytes
    form: str


class Desk:
    """Takes what strangers hand over, and gives the pool an order."""

    def __init__(self, pool: ValidationPool, allowed: Allowance, budget: Budget) -> None:
        self.names, self.allowed, self.budget = tuple(pool.names), allowed, budget
        self.max_bytes = pool.limits.max_source_bytes
        self._pool = pool
        self._starting = asyncio.Lock()
        self._started = False

    async def run(self, order: Order) -> bytes:
        """Return an answer; the processes start when they are first needed."""
        async with self._starting:
            if not self._started:
                await self._pool.start()
                self._started = True
        return await self._pool.run(order)

    async def close(self) -> None:
        """End the processes."""
        if self._started:
            await self._pool.stop()

    async def take(self, request: Request) -> Handed:
        """Return what a request hands over.

        Raises:
            InputError: Nothing, or too much, or an unknown profile.
            HTTPException: 411, 413 or 415.
        """
        self._measure(request)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        query = request.query_params
        fields: dict[str, Any] = {name: query.getlist(name) for name in query}
        if kind in {_MULTIPART, _FORM}:
            bounds = {"max_files": 2, "max_fields": 20, "max_part_size": _MAX_TEXT}
            async with request.form(**bounds) as form:
                for name in form:
                    fields[name] = [await _part(item) for item in form.getlist(name)]
        elif kind == "application/json":
            fields |= await self._json(request)
        else:
            name = _one(fields, "name") or "tekst"
            source = Source(await request.body(), name, media_type=kind, name=name)
            return await self._handed(request, fields, source)
        return await self._handed(request, fields, None)

    def _measure(self, request: Request) -> None:
        length = request.headers.get("content-length", "")
        if not length.isdigit():
            raise HTTPException(411, "say how long the body is (Content-Length)")
        if int(length) > self.max_bytes:
            raise HTTPException(413, f"at most {self.max_bytes} bytes")

    async def _json(self, request: Request) -> dict[str, Any]:
        try:
            found = orjson.loads(await request.body())
        except orjson.JSONDecodeError as error:
            raise InputError(f"the body is not JSON: {error}",
                             nl=f"de tekst is geen JSON: {error}") from error  # fmt: skip
        if not isinstance(found, dict):
            raise InputError("the body is no JSON object", nl="de tekst is geen JSON-object")
        if "text" not in found and "url" not in found:
            # JSON-LD under its plain media type
            return {"text": [orjson.dumps(found).decode()]}
        return {name: value if isinstance(value, list) else [value]
                for name, value in found.items()}  # fmt: skip

    async def _handed(
        self, request: Request, fields: dict[str, Any], source: Source | None
    ) -> Handed:
        profiles = tuple(name for item in fields.get("profile", []) if isinstance(item, str)
                         for name in item.split(",") if name)  # fmt: skip
        unknown = [name for name in profiles if name not in self.names]
        if unknown:
            offer = ", ".join(self.names)
            raise InputError(f"no profile {unknown[0]!r}; there are {offer}",
                             nl=f"er is geen profiel {unknown[0]!r}; wel {offer}")  # fmt: skip
        shapes = b""
        for item in fields.get("shapes", []):
            shapes = item.data if isinstance(item, Part) else str(item).encode()
        source = source or await self._source(request, fields)
        return Handed(source, profiles, shapes, _one(fields, "format"))

    async def _source(self, request: Request, fields: dict[str, Any]) -> Source:
        for item in fields.get("file", []):
            if isinstance(item, Part) and (item.name or item.data):
                name = PurePosixPath((item.name or "bestand").replace("\\", "/")).name
                return Source(item.data, name, media_type=item.media_type, name=name)
        url = _one(fields, "url").strip()
        if url:
            client = request.client.host if request.client else ""
            found = await fetch(url, limits=Limits(), budget=self.budget, client=client,
                                allowed=self.allowed)  # fmt: skip
            return Source(found.data, url, media_type=found.media_type, charset=found.charset,
                          name=file_name(found.url), base=found.url, fetched=True)  # fmt: skip
        text = _one(fields, "text")
        if not text.strip():
            raise InputError("give a file, an address or text",
                             nl="geef een bestand, een adres of tekst")  # fmt: skip
        return Source(text.encode(), "tekst", media_type=_one(fields, "media_type"))


def _one(fields: dict[str, Any], name: str) -> str:
    found = fields.get(name) or [""]
    return found[0] if isinstance(found[0], str) else ""


async def _part(item: UploadFile | str) -> Part | str:
    if isinstance(item, str):
        return item
    return Part(item.filename or "", item.content_type or "", await item.read())
