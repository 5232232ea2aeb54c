"""`/api/share` and `/validate/r/NAME`: a report kept for a while, for who knows its name."""

from __future__ import annotations

from functools import partial

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.errors import InputError, VijfsterError
from app.net.budget import Rate, Turns
from app.rdf import media
from app.validation.narrow import Part
from app.validation.worker import PAGE
from app.web.desk import Desk, Handed
from app.web.direct import Direct
from app.web.labpage import LabPage
from app.web.report import FORMS, PRIVATE, Report, asked_form, attachment, part_of, private
from app.web.responses import CORS, SECURITY
from app.web.shares import Kept, Shares
from app.web.site import Site, view_of
from app.web.uploads import client_of

_RATE = Rate(per_minute=2, burst=20)


def router(site: Site, desk: Desk, shares: Shares, page: LabPage) -> APIRouter:
    """Return the routes of kept reports."""
    routes = APIRouter(route_class=Direct)
    turns = Turns(_RATE)

    async def keep(request: Request, lang: str) -> tuple[Handed, bytes, Kept]:
        handed = await desk.take(request)
        turns.take(client_of(request))
        model = await desk.pool.run(handed.order("json", lang))
        return handed, model, await run_in_threadpool(shares.keep, model)

    @routes.post("/validate/share", tags=["validation"])
    async def shared(request: Request) -> Response:
        """Check what the form hands over, keep the report, and show it with its link."""
        view = view_of(request)
        try:
            handed, model, kept = await keep(request, view.language)
            report = Report.of(await desk.pool.render(model, PAGE, view.language, Part()))
        except VijfsterError as error:
            return page.problem(view, error)
        return private(page.report(view, handed, report, kept))

    @routes.post("/api/share", tags=["validation"], status_code=201)
    async def api(request: Request) -> Response:
        """Check a body, a form or an address, and keep the report: its link, expiry and key."""
        _, _, kept = await keep(request, view_of(request).language)
        where = f"{site.address}validate/r/{kept.name}"
        body = {"url": where, "expires": kept.expires.isoformat(), "delete_key": kept.key}
        headers = {**SECURITY, **CORS, **PRIVATE, "Location": f"../validate/r/{kept.name}"}
        return Response(orjson.dumps(body), 201, headers, media.JSON.header)

    async def show(request: Request) -> Response:
        """Show a kept report, or give it in a form, whole or narrowed."""
        name, _, suffix = request.path_params["name"].partition(".")
        model, expires = await run_in_threadpool(shares.get, name)
        form, view, part = asked_form(suffix, request), view_of(request), part_of(request)
        body = await desk.pool.render(model, form, view.language, part)
        if form == PAGE:
            where = f"validate/r/{name}"
            return private(page.kept(view, where, Report.of(body), part, expires))
        return private(attachment(body, f"validatie.{FORMS[form].suffix}", FORMS[form].header))

    async def remove(request: Request) -> Response:
        """Remove a kept report; `Authorization: Bearer KEY`."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise InputError(
                "give the key that came with the link: Authorization: Bearer KEY",
                nl="geef de sleutel die bij de link hoort: Authorization: Bearer KEY",
            )
        await run_in_threadpool(shares.remove, request.path_params["name"], key.strip())
        return Response(b"", 204, {**SECURITY, **CORS, **PRIVATE})

    async def removed(request: Request) -> Response:
        """Remove a kept report by the form beside its link."""
        view = view_of(request)
        try:
            fields = await desk.fields(request)
            await run_in_threadpool(shares.remove, request.path_params["name"],
                                    str((fields.get("key") or [""])[0]))  # fmt: skip
        except VijfsterError as error:
            return page.problem(view, error)
        return private(page.said(view, "kept_removed"))

    one, add = "/validate/r/{name}", partial(routes.add_api_route, tags=["validation"])
    add(one, show, methods=["GET", "HEAD"])
    add(one, remove, methods=["DELETE"], status_code=204)
    add(f"{one}/delete", removed, methods=["POST"])
    return routes
