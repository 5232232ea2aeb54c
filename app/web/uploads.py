"""What a request hands over, read within bounds of size and time: a form, JSON, or a bare body."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import orjson
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from app.errors import InputError, LengthRequiredError, TooLargeError, UploadTimeoutError
from app.net.fetch import charset_of

_MULTIPART, _FORM = "multipart/form-data", "application/x-www-form-urlencoded"
_MAX_TEXT, _MAX_FIELDS = 1_000_000, 20
_MAX_NAME = 200
# gzip is seen in the bytes themselves, like that of a file
_CODINGS = {"", "identity", "gzip", "x-gzip"}
# the field of a form whose files may be written to a folder rather than held
_SPOOLED = "file"
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a form, or a body: its bytes, or where they were written."""

    name: str
    media_type: str
    charset: str
    data: bytes
    path: Path | None = None

    @property
    def file_name(self) -> str:
        """The last part of its name, or "" if it has none."""
        return PurePosixPath(self.name.replace("\\", "/")).name

    @property
    def empty(self) -> bool:
        """Whether it is what a form sends where no file was chosen."""
        return not self.name and not self.data and self.path is None


class Uploads:
    """Reads requests of at most so many bytes, seconds and files; `names` are members of JSON."""

    def __init__(
        self, max_bytes: int, seconds: float, *, names: Sequence[str] = (), max_files: int = 2
    ) -> None:
        self.max_bytes, self._seconds = max_bytes, seconds
        self._names, self._max_files = names, max_files

    async def take(self, request: Request, spool: Path | None = None) -> tuple[Fields, Part | None]:
        """Return the fields of a request, each a list, and its body where that is no form.

        With `spool` the files called "file", or the body, are written to that folder.

        Raises:
            InputError: It is too large, comes too slowly, or cannot be read.
        """
        self._measure(request)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._received(request, spool)
        except TimeoutError as error:
            seconds = f"{self._seconds:g}"
            raise UploadTimeoutError(
                f"the request was not complete within {seconds} s",
                nl=f"de aanvraag was niet volledig binnen {seconds} s",
            ) from error

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

    async def _received(self, request: Request, spool: Path | None) -> tuple[Fields, Part | None]:
        full = request.headers.get("content-type", "")
        kind = full.partition(";")[0].strip().lower()
        query = request.query_params
        fields: Fields = {name: query.getlist(name) for name in query}
        if kind in {_MULTIPART, _FORM}:
            return fields | await self._form(request, spool), None
        path = None if spool is None or kind == "application/json" else _place(spool)
        body = await _spooled(request, path) if path else await request.body()
        if kind == "application/json":
            found = _json(body, self._names)
            if "text" in found or "url" in found:
                return fields | found, None
            # JSON-LD under its plain media type
        return fields, Part("", kind, charset_of(full), body, path)

    async def _form(self, request: Request, spool: Path | None) -> Fields:
        """Return the fields of a form; its files are read."""
        try:
            async with request.form(
                max_files=self._max_files, max_fields=_MAX_FIELDS, max_part_size=_MAX_TEXT
            ) as form:
                return {
                    name: [await _part(item, spool if name == _SPOOLED else None)
                           for item in form.getlist(name)]
                    for name in form
                }  # fmt: skip
        except HTTPException as error:
            # what the parser says names none of our bounds
            files = self._max_files
            raise InputError(
                f"the form cannot be read; it may hold {files} files, {_MAX_FIELDS} fields and "
                f"text of {_MAX_TEXT} bytes; give larger data as a file",
                nl=f"het formulier kan niet gelezen worden; het mag {files} bestanden, "
                   f"{_MAX_FIELDS} velden en tekst van {_MAX_TEXT} bytes bevatten; "
                   "geef grotere data als bestand",
            ) from error  # fmt: skip


def client_of(request: Request) -> str:
    """Return the address a request came from."""
    return request.client.host if request.client else ""


def one(fields: Fields, name: str) -> str:
    """Return the text of a field, or "" where it has none."""
    found = fields.get(name) or [""]
    return found[0] if isinstance(found[0], str) else ""


def _place(spool: Path) -> Path:
    """Return where the next file of a folder goes."""
    return spool / f"source-{len([*spool.iterdir()])}"


async def _spooled(request: Request, path: Path) -> bytes:
    """Write a body to a file; return nothing, which is what is left of it in memory."""
    with path.open("wb") as file:
        async for piece in request.stream():
            await asyncio.to_thread(file.write, piece)
    return b""


def _json(body: bytes, names: Sequence[str]) -> Fields:
    """Return the members of a JSON object, each a list."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InputError(f"the body is not JSON: {error}",
                         nl=f"de tekst is geen JSON: {error}") from error  # fmt: skip
    if not isinstance(found, dict):
        raise InputError("the body is no JSON object", nl="de tekst is geen JSON-object")
    members = {name: found[name] for name in names if name in found}
    return {name: value if isinstance(value, list) else [value] for name, value in members.items()}


async def _part(item: UploadFile | str, spool: Path | None) -> Part | str:
    if isinstance(item, str):
        return item
    kind = item.content_type or ""
    name = kind.partition(";")[0].strip().lower()
    title, charset = (item.filename or "")[-_MAX_NAME:], charset_of(kind)
    if spool is None or not item.size:
        return Part(title, name, charset, await item.read())
    path = _place(spool)
    with path.open("wb") as file:
        await asyncio.to_thread(shutil.copyfileobj, item.file, file)
    return Part(title, name, charset, b"", path)
