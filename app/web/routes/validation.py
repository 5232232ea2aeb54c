"""`/validate` and `/api/validate`: check a file, an address or pasted text against profiles."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from app.errors import InputError, NotAcceptableError, VijfsterError
from app.rdf import media
from app.rdf.media import MediaType, negotiate
from app.validation.forms.html import group_html, terms_html
from app.validation.forms.words import word
from app.validation.service import Order
from app.web.desk import Desk
from app.web.direct import Direct
from app.web.pages import render
from app.web.problems import status_of
from app.web.responses import CORS, SECURITY
from app.web.site import Site, View, view_of

# a form of the report -> how it is asked for
_FORMS = {
    "json": media.JSON,
    "turtle": media.TURTLE,
    "jsonld": media.JSON_LD,
    "csv": media.CSV,
    "html": media.HTML,
    "sarif": MediaType("application/sarif+json", "sarif", "sarif", charset=False),
    "junit": MediaType("application/xml", "xml", "junit", aliases=("text/xml",)),
    "text": MediaType("text/plain", "txt", "text"),
}


def router(site: Site, desk: Desk) -> APIRouter:
    """Return the routes of the lab."""
    routes = APIRouter(route_class=Direct)

    @routes.api_route("/validate", methods=["GET", "HEAD"], tags=["validation"])
    async def page(request: Request) -> Response:
        """Show the form."""
        chosen = tuple(request.query_params.getlist("profile"))
        return _page(site, desk, view_of(request), {"profiles": chosen}, 200)

    @routes.post("/validate", tags=["validation"])
    async def checked(request: Request) -> Response:
        """Check what the form hands over and show the result as a page."""
        view = view_of(request)
        try:
            handed = await desk.take(request)
            order = Order(handed.source, handed.profiles, "json", view.language, handed.shapes)
            told = orjson.loads(await desk.run(order))
        except VijfsterError as error:
            said = error.detail_nl if view.language == "nl" else error.detail
            return _page(site, desk, view, {"problem": said}, status_of(error))
        return _page(site, desk, view, {"told": told, "profiles": handed.profiles}, 200)

    @routes.post("/api/validate", tags=["validation"])
    async def api(request: Request) -> Response:
        """Check a body, a form or an address; the report in the form asked for."""
        handed = await desk.take(request)
        form = handed.form or _wanted(request)
        if form not in _FORMS:
            raise InputError(f"format is one of {', '.join(_FORMS)}",
                             nl=f"format is een van {', '.join(_FORMS)}")  # fmt: skip
        view = view_of(request)
        order = Order(handed.source, handed.profiles, form, view.language, handed.shapes)
        body = await desk.run(order)
        kind = _FORMS[form]
        headers = {
            **SECURITY, **CORS, "Cache-Control": "no-store", "Vary": "Accept, Accept-Language",
            "Content-Disposition": f'attachment; filename="validatie.{kind.suffix}"',
        }  # fmt: skip
        return Response(body, 200, headers, kind.header)

    return routes


def _wanted(request: Request) -> str:
    offers = tuple(_FORMS.values())
    chosen = negotiate(request.headers.get("accept", "*/*"), offers)
    if chosen is None:
        names = [offer.name for offer in offers]
        raise NotAcceptableError(f"offered are {', '.join(names)}", offers=names)
    return next(name for name, offer in _FORMS.items() if offer is chosen)


def _page(site: Site, desk: Desk, view: View, found: dict[str, Any], status: int) -> Response:
    told = found.get("told")
    lang = view.language
    sources = [
        {
            "name": source["name"],
            "verdict": word(source["verdict"], lang),
            "good": source["verdict"] == "conforms",
            "summary": word("summary", lang, **source["counts"]),
            "triples": source["triples"],
            "error": source["error"],
            "unchecked": [gap["reason"][lang] for gap in source["unchecked"]],
            "groups": [Markup(group_html(group, lang)) for group in source["groups"]],  # noqa: S704 - escaped there
            "terms": Markup(terms_html(source["terms"], lang)),  # noqa: S704 - escaped there
        }
        for source in (told["sources"] if told else [])
    ]  # fmt: skip
    body = render(
        site, view, "validate.html", path="validate", title=view.words("validate"),
        names=desk.names, chosen=found.get("profiles", ()), sources=sources,
        used=[item["title"].get(lang) or item["name"] for item in (told or {}).get("profiles", [])],
        problem=found.get("problem", ""),
    )  # fmt: skip
    headers = {**SECURITY, **CORS, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return Response(body, status, headers, media.HTML.header)
