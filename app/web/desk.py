"""Takes what strangers hand over to be checked, within bounds, and orders the check."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import orjson
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from app.errors import InputError, LengthRequiredError, TooLargeError, UploadTimeoutError
from app.net.budget import Budget
from app.net.fetch import Limits, charset_of, fetch, file_name
from app.net.guard import Allowance
from app.validation.service import Order, ValidationPool
from app.validation.sources import Source

_MULTIPART, _FORM = "multipart/form-data", "application/x-www-form-urlencoded"
_MAX_TEXT, _MAX_FILES, _MAX_FIELDS = 1_000_000, 2, 20
_SHOWN, _MAX_NAME = 80, 200
_NAMES = ("url", "text", "media_type", "profile", "shapes", "format", "table")
# gzip is seen in the bytes themselves, like that of a file
_CODINGS = {"", "identity", "gzip", "x-gzip"}
# how messages name what came without a name
_PASTED = "tekst"
_SPOOLED = "source"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a form, read."""

    name: str
    media_type: str
    charset: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Handed:
    """What came with a request."""

    source: Source
    profiles: tuple[str, ...]
    shapes: bytes
    form: str
    tables: tuple[str, ...] = ()
    # the data are in the folder they were to be spooled in, as "source"
    spooled: bool = False

    @property
    def pasted(self) -> bool:
        """Whether it is text somebody wrote into a form."""
        return self.source.where == _PASTED and not self.source.name

    def order(self, form: str, lang: str, file: Path | None = None) -> Order:
        """Return the order to check this; `file` is where the data are, if not in the source."""
        source = replace(self.source, data=b"") if file else self.source
        return Order(source, self.profiles, form, lang, self.shapes, self.tables, file)


class Desk:
    """Takes what strangers hand over, and gives the pool an order."""

    def __init__(
        self, pool: ValidationPool, allowed: Allowance, budget: Budget, *,
        fetching: Limits, upload_seconds: float,
    ) -> None:  # fmt: skip
        self.names, self.allowed, self.budget = tuple(pool.names), allowed, budget
        self.fetching, self.upload_seconds = fetching, upload_seconds
        self.max_bytes = pool.limits.max_source_bytes
        self.seconds = round(pool.limits.deadline_seconds)
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
        fields, source = await self._taken(request, spool)
        handed = await self._handed(request, fields, source)
        return replace(handed, spooled=spool is not None and (spool / _SPOOLED).exists())

    async def _taken(
        self, request: Request, spool: Path | None = None
    ) -> tuple[dict[str, Any], Source | None]:
        self._measure(request)
        try:
            async with asyncio.timeout(self.upload_seconds):
                return await self._received(request, spool)
        except TimeoutError as error:
            seconds = f"{self.upload_seconds:g}"
            raise UploadTimeoutError(
                f"the request was not complete within {seconds} s",
                nl=f"de aanvraag was niet volledig binnen {seconds} s",
            ) from error

    async def fields(self, request: Request) -> dict[str, Any]:
        """Return the fields of a small form.

        Raises:
            InputError: It is none, too large, or comes too slowly.
        """
        return (await self._taken(request))[0]

    async def _received(
        self, request: Request, spool: Path | None
    ) -> tuple[dict[str, Any], Source | None]:
        """Return the fields of a request, and its body where that is the source itself."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        query = request.query_params
        fields: dict[str, Any] = {name: query.getlist(name) for name in query}
        if kind in {_MULTIPART, _FORM}:
            return fields | await _form(request, spool), None
        raw = spool is not None and kind != "application/json"
        body = await _spooled(request, spool) if spool and raw else await request.body()
        if kind == "application/json":
            found = _json(body)
            if "text" in found or "url" in found:
                return fields | found, None
            # JSON-LD under its plain media type
        name = _one(fields, "name") or _PASTED
        charset = charset_of(request.headers.get("content-type", ""))
        return fields, Source(body, name, media_type=kind, charset=charset, name=name)

    def _measure(self, request: Request) -> None:
        coding = request.headers.get("content-encoding", "").strip().lower()
        if coding not in _CODINGS:
            raise InputError(
                "the body may be compressed once with gzip, and not otherwise",
                nl="de inhoud mag hoogstens één keer, met gzip, ingepakt zijn",
            )
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            raise LengthRequiredError("say how long the body is (Content-Length)",
                                      nl="zeg hoe lang de inhoud is (Content-Length)")  # fmt: skip
        if int(length[:20]) > self.max_bytes:
            most = self.max_bytes
            raise TooLargeError(f"at most {most} bytes are taken",
                                nl=f"hoogstens {most} bytes worden aangenomen")  # fmt: skip

    async def _handed(
        self, request: Request, fields: dict[str, Any], source: Source | None
    ) -> Handed:
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
        source = source or await self._source(request, fields)
        tables = tuple(item for item in fields.get("table", []) if isinstance(item, str) and item)
        return Handed(source, profiles, shapes, _one(fields, "format"), tables)

    async def _source(self, request: Request, fields: dict[str, Any]) -> Source:
        for item in fields.get("file", []):
            if isinstance(item, Part) and (item.name or item.data):
                name = PurePosixPath((item.name or "bestand").replace("\\", "/")).name
                return Source(item.data, name, media_type=item.media_type, charset=item.charset,
                              name=name)  # fmt: skip
        url = _one(fields, "url").strip()
        if url:
            found = await fetch(url, limits=self.fetching, budget=self.budget,
                                client=client_of(request), allowed=self.allowed)  # fmt: skip
            return Source(found.data, url, media_type=found.media_type, charset=found.charset,
                          name=file_name(found.url), base=found.url, fetched=True)  # fmt: skip
        text = _one(fields, "text")
        if not text.strip():
            raise InputError("give a file, an address or text",
                             nl="geef een bestand, een adres of tekst")  # fmt: skip
        return Source(text.encode(), _PASTED, media_type=_one(fields, "media_type"))


def client_of(request: Request) -> str:
    """Return the address a request came from."""
    return request.client.host if request.client else ""


async def _spooled(request: Request, spool: Path) -> bytes:
    """Write a body to a folder; return nothing, which is what is left of it in memory."""
    with (spool / _SPOOLED).open("wb") as file:
        async for piece in request.stream():
            await asyncio.to_thread(file.write, piece)
    return b""


async def _form(request: Request, spool: Path | None) -> dict[str, Any]:
    """Return the fields of a form; its files are read."""
    try:
        async with request.form(
            max_files=_MAX_FILES, max_fields=_MAX_FIELDS, max_part_size=_MAX_TEXT
        ) as form:
            return {
                name: [await _part(item, spool if name == "file" else None)
                       for item in form.getlist(name)]
                for name in form
            }  # fmt: skip
    except HTTPException as error:
        # what the parser says names none of our bounds
        raise InputError(
            f"the form cannot be read; it may hold {_MAX_FILES} files, {_MAX_FIELDS} fields and "
            f"text of {_MAX_TEXT} bytes; give larger data as a file",
            nl=f"het formulier kan niet gelezen worden; het mag {_MAX_FILES} bestanden, "
               f"{_MAX_FIELDS} velden en tekst van {_MAX_TEXT} bytes bevatten; "
               "geef grotere data als bestand",
        ) from error  # fmt: skip


def _json(body: bytes) -> dict[str, Any]:
    """Return the members of a JSON object, each a list."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InputError(f"the body is not JSON: {error}",
                         nl=f"de tekst is geen JSON: {error}") from error  # fmt: skip
    if not isinstance(found, dict):
        raise InputError("the body is no JSON object", nl="de tekst is geen JSON-object")
    members = {name: found[name] for name in _NAMES if name in found}
    return {name: value if isinstance(value, list) else [value] for name, value in members.items()}


def _one(fields: dict[str, Any], name: str) -> str:
    found = fields.get(name) or [""]
    return found[0] if isinstance(found[0], str) else ""


async def _part(item: UploadFile | str, spool: Path | None) -> Part | str:
    if isinstance(item, str):
        return item
    kind = item.content_type or ""
    name = kind.partition(";")[0].strip().lower()
    title, charset = (item.filename or "")[-_MAX_NAME:], charset_of(kind)
    if spool is None or not item.size:
        return Part(title, name, charset, await item.read())
    with (spool / _SPOOLED).open("wb") as file:
        await asyncio.to_thread(shutil.copyfileobj, item.file, file)
    return Part(title or _PASTED, name, charset, b"")
