"""`/map` and `/api/map`: map a table and see what comes of it; nothing is kept or published."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.errors import VijfsterError
from app.mapping.worker import MODEL
from app.web.direct import Direct
from app.web.jobs import Jobs
from app.web.mapdesk import MapDesk
from app.web.mapforms import FORMS, given, wanted
from app.web.mappage import MapPage
from app.web.report import PRIVATE, lang_query
from app.web.responses import SECURITY
from app.web.routes.jobs import length_of, started, wants_job
from app.web.site import view_of


def router(desk: MapDesk, jobs: Jobs, page: MapPage) -> APIRouter:
    """Return the routes of mapping."""
    routes = APIRouter(route_class=Direct)

    @routes.api_route("/map", methods=["GET", "HEAD"], tags=["mapping"])
    async def form(request: Request) -> Response:
        """Show the form."""
        return page.form(view_of(request), request.query_params.get("profile", ""))

    @routes.post("/map", tags=["mapping"], openapi_extra=_operation(desk))
    async def mapped(request: Request) -> Response:
        """Map what the form hands over and show what comes of it as a page."""
        view, handed = view_of(request), None
        try:
            if length_of(request) > jobs.limits.form_bytes:
                job = await jobs.start(request, view.language)
                where = f"{view.root}map/jobs/{job.name}{lang_query(view)}"
                return Response(b"", 303, {**SECURITY, **PRIVATE, "Location": where})
            handed = await desk.take(request, view.language)
            model = await desk.pool.run(handed.order)
        except VijfsterError as error:
            return page.problem(view, error, handed.order if handed else None)
        return page.result(view, handed.order, model)

    @routes.post("/api/map", tags=["mapping"], openapi_extra=_operation(desk))
    async def api(request: Request) -> Response:
        """Map a table, or propose a mapping for it: the result in the form asked for.

        With `Prefer: respond-async` (RFC 7240, 4.1): where to ask how far it is.
        """
        if wants_job(request):
            return started(await jobs.start(request, view_of(request).language), "map")
        handed = await desk.take(request, view_of(request).language)
        form = wanted(handed.form, request, only_proposal=handed.order.only_proposal)
        body = await desk.pool.run(handed.as_form(form))
        return given(body, form, handed.order.tables[0].name)

    return routes


def _operation(desk: MapDesk) -> dict[str, Any]:
    """Return what the form may hold, as OpenAPI writes it (3.1, 4.8.10)."""
    text = {"type": "string"}
    fields = {
        "file": {"type": "array", "items": {"type": "string", "format": "binary"},
                 "description": "Tables: .xlsx, .ods, .xls, CSV or JSON."},
        "mapping": {**text, "description": "YARRRML, or RML in Turtle; as text or as a file."},
        "profile": {**text, "enum": [*desk.profiles],
                    "description": "What each row is; a mapping is proposed for it."},
        "propose": {**text, "enum": ["yes", "only"],
                    "description": "Propose, whatever the mapping; `only` does not map."},
        "sheet": {**text, "description": "A sheet of a workbook, by name or number."},
        "header_row": {"type": "integer", "minimum": 1},
        "delimiter": {**text, "description": "Of CSV: , ; | : or tab."},
        "encoding": {**text, "description": "Of CSV, such as utf-8 or windows-1252."},
        "items": {**text, "description": "Where the rows of JSON are, such as a.b."},
        "base": {**text, "format": "uri", "description": "What relative addresses start with."},
        "on_error": {**text, "enum": ["skip-triple", "skip-row", "stop"]},
        "format": {**text, "enum": [*FORMS],
                   "description": f"The form of the answer; {MODEL} is the default."},
    }  # fmt: skip
    schema = {"type": "object", "properties": fields, "required": ["file"]}
    return {"requestBody": {
        "required": True, "content": {"multipart/form-data": {"schema": schema}},
    }}  # fmt: skip
