"""`/validate` and `/api/validate`: check a file, an address or pasted text against profiles."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.errors import InputError, NotAcceptableError, VijfsterError
from app.rdf import media
from app.rdf.media import negotiate
from app.validation.narrow import Part
from app.validation.service import PAGE, Order
from app.web.desk import Desk, Handed
from app.web.direct import Direct
from app.web.pages import render
from app.web.problems import status_of
from app.web.report import FORMS, Filter, Report, shown
from app.web.responses import CORS, SECURITY
from app.web.shelf import Shelf
from app.web.site import Site, View, view_of


def router(site: Site, desk: Desk, shelf: Shelf) -> APIRouter:
    """Return the routes of the lab."""
    routes = APIRouter(route_class=Direct)

    @routes.api_route("/validate", methods=["GET", "HEAD"], tags=["validation"])
    async def page(request: Request) -> Response:
        """Show the form."""
        chosen = tuple(request.query_params.getlist("profile"))
        return _page(site, desk, shelf, view_of(request), chosen=chosen)

    @routes.post("/validate", tags=["validation"])
    async def checked(request: Request) -> Response:
        """Check what the form hands over and show the result as a page."""
        view = view_of(request)
        try:
            handed = await desk.take(request)
            order = Order(handed.source, handed.profiles, PAGE, view.language, handed.shapes)
            report = Report.of(await desk.run(order))
        except VijfsterError as error:
            said = error.detail_nl if view.language == "nl" else error.detail
            return _page(site, desk, shelf, view, problem=said, status=status_of(error))
        return _page(site, desk, shelf, view, handed=handed, report=report,
                     chosen=handed.profiles)  # fmt: skip

    @routes.post("/api/validate", tags=["validation"])
    async def api(request: Request) -> Response:
        """Check a body, a form or an address; the report in the form asked for."""
        handed = await desk.take(request)
        form = handed.form or _wanted(request)
        if form not in FORMS:
            raise InputError(f"format is one of {', '.join(FORMS)}",
                             nl=f"format is een van {', '.join(FORMS)}")  # fmt: skip
        view = view_of(request)
        order = Order(handed.source, handed.profiles, form, view.language, handed.shapes)
        body = await desk.run(order)
        kind = FORMS[form]
        headers = {
            **SECURITY, **CORS, "Cache-Control": "no-store", "Vary": "Accept, Accept-Language",
            "Content-Disposition": f'attachment; filename="validatie.{kind.suffix}"',
        }  # fmt: skip
        return Response(body, 200, headers, kind.header)

    return routes


def _wanted(request: Request) -> str:
    offers = tuple(FORMS.values())
    chosen = negotiate(request.headers.get("accept", "*/*"), offers)
    if chosen is None:
        names = [offer.name for offer in offers]
        raise NotAcceptableError(f"offered are {', '.join(names)}", offers=names)
    return next(name for name, offer in FORMS.items() if offer is chosen)


def _page(
    site: Site,
    desk: Desk,
    shelf: Shelf,
    view: View,
    *,
    chosen: tuple[str, ...] = (),
    handed: Handed | None = None,
    report: Report | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    body = render(
        site, view, "validate.html", path="validate", title=view.words("validate"),
        profiles=[(name, view.words.of(shelf.get(name)[1].title)) for name in desk.names],
        chosen=chosen, problem=problem, assets=site.assets,
        address=_address(site), megabytes=desk.max_bytes // 1_000_000, seconds=desk.seconds,
        **_given(handed), **shown(view, report, Filter(Part(), live=True)),
    )  # fmt: skip
    headers = {**SECURITY, **CORS, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return Response(body, status, headers, media.HTML.header)


def _address(site: Site) -> str:
    release = site.loaded.release
    return f"{site.site_url or (release.base if release else '/')}api/validate"


def _given(handed: Handed | None) -> dict[str, Any]:
    """Return what the form was filled in with, so that it need not be done again."""
    if handed is None:
        return {"url": "", "text": "", "from_file": False}
    source = handed.source
    if source.fetched:
        return {"url": source.where, "text": "", "from_file": False}
    text = source.data.decode(errors="replace") if handed.pasted else ""
    return {"url": "", "text": text, "from_file": not handed.pasted}
