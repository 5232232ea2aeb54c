"""`/validate/repair` and `/api/repair`: mend what is certainly wrong in a file, or show what."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.errors import InputError, VijfsterError
from app.rdf import media
from app.rdf.media import MediaType, negotiate
from app.validation.repair.document import MARKS
from app.validation.service import Mended
from app.validation.sources import Source
from app.web.desk import Desk
from app.web.direct import Direct
from app.web.labpage import LabPage
from app.web.report import attachment
from app.web.site import view_of

_DIFF = MediaType("text/x-diff", "diff", "diff", aliases=("text/plain",))
# what is asked for most comes first: the file itself, in its own syntax
_FORMS = {"file": MediaType("application/octet-stream", "", "file"), "diff": _DIFF,
          "json": media.JSON}  # fmt: skip
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def router(desk: Desk, page: LabPage) -> APIRouter:
    """Return the routes of repair."""
    routes = APIRouter(route_class=Direct)

    @routes.post("/validate/repair", tags=["validation"])
    async def repaired(request: Request) -> Response:
        """Show what can be repaired for certain as a page."""
        view = view_of(request)
        try:
            handed = await desk.take(request)
            mended = await desk.pool.repair(handed.source, view.language)
        except VijfsterError as error:
            return page.problem(view, error)
        return page.repair(view, handed, mended)

    @routes.post("/api/repair", tags=["validation"])
    async def api(request: Request) -> Response:
        """Repair a body, a form or an address: the file in its own syntax, the difference, both."""
        handed = await desk.take(request)
        form = handed.form or _wanted(request)
        if form not in _FORMS:
            raise InputError(f"format is one of {', '.join(_FORMS)}",
                             nl=f"format is een van {', '.join(_FORMS)}")  # fmt: skip
        language = view_of(request).language
        mended = await desk.pool.repair(handed.source, language)
        name = _name(handed.source, language)
        if form == "diff":
            text = "".join(f"{line}\n" for line in mended.difference)
            return attachment(text.encode(), f"{name}.diff", _DIFF.header)
        if form == "json":
            return attachment(_json(mended), f"{name}.json", media.JSON.header)
        return attachment(mended.body, f"{name}.{mended.suffix}", mended.media_type)

    return routes


def _wanted(request: Request) -> str:
    """Return what the Accept header asks for; the file itself is of any type."""
    chosen = negotiate(request.headers.get("accept", "*/*"), tuple(_FORMS.values()))
    return next((name for name, form in _FORMS.items() if form is chosen), "file")


def _json(mended: Mended) -> bytes:
    return orjson.dumps({
        "changes": mended.changes, "summary": mended.summary, "difference": mended.difference,
        "media_type": mended.media_type, "text": mended.body.decode(),
    })  # fmt: skip


def _name(source: Source, language: str) -> str:
    """Return a name for the mended file, of letters that no header or file system minds."""
    stem = _UNSAFE.sub("-", PurePosixPath(source.name).stem).strip("-")[:60]
    return f"{stem or 'data'}.{MARKS[language]}"
