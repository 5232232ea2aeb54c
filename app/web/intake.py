"""Takes a source that strangers hand over, within bounds: a file, an address or text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from fastapi import Request

from app.errors import InputError
from app.net.budget import Budget
from app.net.fetch import Limits, fetch, file_name
from app.net.guard import Allowance
from app.validation.sources import Source
from app.web.uploads import Fields, Part, Uploads, client_of, one

# what may be said in JSON and in a form, whatever is done with the source
_NAMES: Final = ("url", "text", "media_type", "format")
# how messages name what came without a name
_PASTED: Final = "tekst"


@dataclass(frozen=True, slots=True)
class Taken:
    """What came with a request: its fields, and a source; its bytes may wait in a file."""

    fields: Fields
    source: Source
    file: Path | None

    @property
    def form(self) -> str:
        """The form asked for, or ""."""
        return one(self.fields, "format")

    @property
    def pasted(self) -> bool:
        """Whether it is text somebody wrote into a form."""
        return self.source.where == _PASTED and not self.source.name

    async def waiting(self, folder: Path) -> Self:
        """Return this with its bytes in a file, if need be a new one in a folder."""
        if self.file is not None:
            return self
        file = folder / "source"
        await asyncio.to_thread(file.write_bytes, self.source.data)
        return replace(self, file=file, source=replace(self.source, data=b""))


class Intake:
    """Takes sources from requests; `names` are the further members that JSON may have."""

    def __init__(
        self, allowed: Allowance, budget: Budget, *, fetching: Limits, max_bytes: int,
        upload_seconds: float, names: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._allowed, self._budget, self._fetching = allowed, budget, fetching
        self.max_bytes = max_bytes
        self._uploads = Uploads(max_bytes, upload_seconds, names=(*_NAMES, *names))

    async def take(
        self, request: Request, spool: Path | None = None, *,
        check: Callable[[Fields], None] = lambda _: None,
    ) -> Taken:  # fmt: skip
        """Return what a request hands over; with `spool` a file goes into that folder.

        `check` sees the fields before anything is fetched.

        Raises:
            InputError: Nothing, too much, too slowly, or as `check` says.
        """
        fields, body = await self._uploads.take(request, spool)
        check(fields)
        part = body or next((item for item in fields.get("file", [])
                             if isinstance(item, Part) and not item.empty), None)  # fmt: skip
        if part is None:
            return Taken(fields, await self._elsewhere(request, fields), None)
        name = one(fields, "name") or _PASTED if part is body else part.file_name or "bestand"
        source = Source(part.data, name, media_type=part.media_type, charset=part.charset,
                        name=name)  # fmt: skip
        return Taken(fields, source, part.path)

    async def fields(self, request: Request) -> dict[str, Any]:
        """Return the fields of a small form.

        Raises:
            InputError: It is none, too large, or comes too slowly.
        """
        return (await self._uploads.take(request))[0]

    async def _elsewhere(self, request: Request, fields: Fields) -> Source:
        """Return what is at an address, or text of a form."""
        url = one(fields, "url").strip()
        if url:
            found = await fetch(url, limits=self._fetching, budget=self._budget,
                                client=client_of(request), allowed=self._allowed)  # fmt: skip
            return Source(found.data, url, media_type=found.media_type, charset=found.charset,
                          name=file_name(found.url), base=found.url, fetched=True)  # fmt: skip
        text = one(fields, "text")
        if not text.strip():
            raise InputError("give a file, an address or text",
                             nl="geef een bestand, een adres of tekst")  # fmt: skip
        return Source(text.encode(), _PASTED, media_type=one(fields, "media_type"))
