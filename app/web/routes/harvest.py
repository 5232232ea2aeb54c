"""`/harvest`: how to have the catalog harvested, and who already does."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.catalog.advice import findings, portals
from app.store.fetches import Fetches
from app.web.direct import Direct
from app.web.pages import render
from app.web.responses import CORS, SECURITY
from app.web.site import Site, view_of

_SHOWN = 50


def router(site: Site, fetches: Fetches) -> APIRouter:
    """Return the route of the page."""
    routes = APIRouter(route_class=Direct)

    async def harvest(request: Request) -> Response:
        """Tell where to register the feed, what stands in the way, and who fetched it."""
        release, view = site.release, view_of(request)
        found = findings(site.project, release.base, conforms=release.manifest["conforms"])
        body = render(
            site, view, "harvest.html", path="harvest", title=view.words("harvest"),
            findings=[view.words.of(item.message) for item in found if item.level != "ok"],
            portals=[{"name": portal.name, "address": portal.address,
                      "shown": release.base + portal.address,
                      "steps": view.words.of(portal.steps)} for portal in portals()],
            fetched=fetches.read()[:_SHOWN],
        )  # fmt: skip
        # it changes with every fetch
        headers = {**SECURITY, **CORS, "Cache-Control": "no-store",
                   "Vary": "Accept-Encoding, Accept-Language"}  # fmt: skip
        return Response(body, 200, headers, "text/html; charset=utf-8")

    routes.add_api_route("/harvest", harvest, methods=["GET", "HEAD"], tags=["pages"])
    return routes
