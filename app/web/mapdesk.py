"""Takes tables and mappings that strangers hand over, within bounds, and orders their mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from fastapi import Request

from app.errors import InputError
from app.mapping.service import MapOrder, MappingPool, Table
from app.mapping.work import SKIP_TRIPLE, OnError
from app.mapping.worker import MODEL, WHOLE
from app.rdf.terms import is_iri
from app.tables.batch import Dialect
from app.web.desk import Work
from app.web.uploads import Fields, Part, Uploads, one
from app.workers.orders import Progress

MAX_FILES = 6
_SHOWN = 80
_MOST_ROWS = 1_000_000
_DELIMITERS = {"tab": "\t", "\\t": "\t", "puntkomma": ";", "semicolon": ";", "komma": ",",
               "comma": ","}  # fmt: skip
_SIGNS = {"", ",", ";", "\t", "|", ":"}
_ENCODINGS = {"", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii",
              "windows-1252", "cp1252", "iso-8859-1", "iso-8859-15", "latin-1", "cp850", "cp437",
              "macintosh"}  # fmt: skip
# what the field `propose` may say
ALSO, ONLY = "yes", "only"


@dataclass(frozen=True, slots=True)
class HandedTable:
    """What came with a request: the order, and the form asked for."""

    order: MapOrder
    form: str

    def as_form(self, form: str) -> MapOrder:
        """Return the order for an answer in a form."""
        return replace(self.order, form=form)


class MapDesk:
    """Takes what strangers hand over, and gives the pool an order."""

    def __init__(
        self, pool: MappingPool, profiles: Mapping[str, Mapping[str, str]], *, base: str,
        upload_seconds: float,
    ) -> None:  # fmt: skip
        """Prepare; `profiles` are names and titles of profiles of columns, `base` that of IRIs."""
        self.profiles, self._base = profiles, base
        self.max_bytes = pool.limits.max_source_bytes
        self.seconds = round(pool.limits.deadline_seconds)
        self._uploads = Uploads(self.max_bytes, upload_seconds, max_files=MAX_FILES)
        self.pool = pool

    async def close(self) -> None:
        """End the processes."""
        await self.pool.stop()

    async def take(self, request: Request, lang: str, spool: Path | None = None) -> HandedTable:
        """Return what a request hands over; with `spool` tables go into that folder.

        Raises:
            InputError: Nothing, too much, too slowly, or a field that says what cannot be.
        """
        fields, body = await self._uploads.take(request, spool)
        if body is not None:
            raise InputError(
                "give the table as `file` in a form (multipart/form-data)",
                nl="geef de tabel als `file` in een formulier (multipart/form-data)",
            )
        tables = [
            Table(item.file_name or "tabel", item.data, item.path)
            for item in fields.get("file", [])
            if isinstance(item, Part) and not item.empty
        ]
        if not tables:
            raise InputError("give a table: a workbook, a CSV or a JSON file",
                             nl="geef een tabel: een werkboek, een CSV- of een JSON-bestand",
                             )  # fmt: skip
        name, mapping = _mapping(fields)
        propose = one(fields, "propose")
        profile = self._profile(fields, asked=bool(propose) or not mapping.strip())
        order = MapOrder(
            tables, MODEL, lang, _base(fields) or self._base, b"" if profile else mapping, name,
            profile, _dialect(fields), _on_error(fields), propose == ONLY,
        )  # fmt: skip
        return HandedTable(order, one(fields, "format"))

    async def work(self, request: Request, folder: Path, lang: str) -> Work:
        """Return the mapping of what a request hands over; tables wait for it in a folder.

        Raises:
            InputError: As `take`.
        """
        order = (await self.take(request, lang, folder)).as_form(WHOLE)

        async def run(progress: Progress) -> bytes:
            return await self.pool.run(order, progress)

        return run

    def _profile(self, fields: Fields, *, asked: bool) -> str:
        """Return the profile that a mapping is to be proposed for, or ""."""
        profile = one(fields, "profile").strip()
        if profile and profile not in self.profiles:
            offer, said = ", ".join(self.profiles), profile[:_SHOWN]
            raise InputError(f"no profile {said!r} of columns; there are {offer}",
                             nl=f"er is geen kolommenprofiel {said!r}; wel {offer}")  # fmt: skip
        if asked and not profile and one(fields, "propose"):
            raise InputError("say what each row is (profile) to have a mapping proposed",
                             nl="zeg wat elke rij is (profile) om een mapping voor te stellen",
                             )  # fmt: skip
        return profile if asked else ""


def _mapping(fields: Fields) -> tuple[str, bytes]:
    """Return the name and the text of the mapping; a file goes before text."""
    found = fields.get("mapping", [])
    for item in found:
        if isinstance(item, Part) and not item.empty:
            return item.file_name, item.data
    return "", next((item.encode(errors="replace") for item in found
                     if isinstance(item, str) and item.strip()), b"")  # fmt: skip


def _base(fields: Fields) -> str:
    base = one(fields, "base").strip()
    if base and not (is_iri(base) and base.startswith(("http://", "https://"))):
        said = base[:_SHOWN]
        raise InputError(f"base: {said!r} is no web address that things can get",
                         nl=f"base: {said!r} is geen webadres dat dingen kunnen krijgen",
                         )  # fmt: skip
    return base


def _dialect(fields: Fields) -> Dialect:
    row = one(fields, "header_row").strip()
    if row and not (row.isascii() and row.isdecimal() and 0 < int(row[:9]) <= _MOST_ROWS):
        said = row[:_SHOWN]
        raise InputError(f"header_row: {said!r} is no number of a row",
                         nl=f"header_row: {said!r} is geen nummer van een rij")  # fmt: skip
    encoding = one(fields, "encoding").strip().lower()
    if encoding not in _ENCODINGS:
        shown = ", ".join(filter(None, sorted(_ENCODINGS)))
        raise InputError(f"encoding is one of {shown}", nl=f"encoding is een van {shown}")
    delimiter = one(fields, "delimiter")
    delimiter = _DELIMITERS.get(delimiter.lower(), delimiter)
    if delimiter not in _SIGNS:
        raise InputError("delimiter is one of , ; | : or tab",
                         nl="delimiter is een van , ; | : of tab")  # fmt: skip
    return Dialect(
        encoding, delimiter,
        sheet=one(fields, "sheet").strip()[:_SHOWN], header_row=int(row or 0),
        items=one(fields, "items").strip()[:_SHOWN],
    )  # fmt: skip


def _on_error(fields: Fields) -> OnError:
    said = one(fields, "on_error") or SKIP_TRIPLE
    for known in get_args(OnError):
        if said == known:
            return known  # type: ignore[no-any-return]
    shown = ", ".join(get_args(OnError))
    raise InputError(f"on_error is one of {shown}", nl=f"on_error is een van {shown}")
