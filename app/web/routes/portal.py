"""Home, search, the list of downloads, health."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from app.errors import InputError, ResourceNotFoundError
from app.rdf import media
from app.store.current import OpenRelease
from app.store.releases import MEASUREMENTS
from app.web.direct import Direct, remembered
from app.web.pages import home_page, page, render
from app.web.responses import (
    CACHED,
    CORS,
    SECURITY,
    VARY_CODING,
    Answer,
    Asked,
    accepted_encoding,
    answer,
)
from app.web.site import Site, View, view_of
from app.web.values import list_items

_METHODS = ["GET", "HEAD"]
_STATIC = Path(__file__).parent.parent / "static"
_STATIC_TYPES = {
    ".css": media.MediaType("text/css", "css", "style"),
    ".js": media.MediaType("text/javascript", "js", "script"),
    ".svg": media.MediaType("image/svg+xml", "svg", "picture", charset=False),
}
_FOREVER = "public, max-age=31536000, immutable"
_SEARCH_LIMIT, _MAX_TEXT = 50, 200


def router(site: Site) -> APIRouter:
    """Return the routes of the portal."""
    routes = APIRouter(route_class=Direct)

    def home(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Say what is here."""
        view = view_of(request)
        return page(site, asked, view, "", partial(home_page, site, release, view))

    def search(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Search all inventories."""
        view = view_of(request)
        text = request.query_params.get("q", "").strip()
        if len(text) > _MAX_TEXT:
            msg = f"q may have at most {_MAX_TEXT} characters"
            raise InputError(msg)
        return page(site, asked, view, "zoeken", partial(_search_page, site, release, view, text))

    def dumps(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """List the files to download."""
        view = view_of(request)
        return page(site, asked, view, "dumps/", partial(_dumps_page, site, release, view))

    async def to_dumps(_: Request) -> Response:
        """Redirect to the list of downloads."""
        headers = {**SECURITY, **CORS, "Location": "./dumps/", "Cache-Control": CACHED}
        return Response(b"", 308, headers)

    async def to_home(_: Request) -> Response:
        """Redirect from the start of all IRIs, which the catalog names as endpoint."""
        headers = {**SECURITY, **CORS, "Location": "./", "Cache-Control": CACHED}
        return Response(b"", 303, headers)

    async def health(_: Request) -> Response:
        """Say that the process answers."""
        return _json({"status": "ok"})

    async def ready(_: Request) -> Response:
        """Say which release is served; 503 before there is one."""
        release = site.release
        body = {"status": "ready", "release": release.release.name,
                "published": release.release.published, "base": release.base}  # fmt: skip
        return _json(body)

    async def robots(_: Request) -> Response:
        """Say what crawlers may fetch."""
        where = site.site_url or site.release.base
        text = f"User-agent: *\nDisallow: /sparql\nSitemap: {where}sitemap.xml\n"
        headers = {**SECURITY, **CORS, "Cache-Control": CACHED}
        return Response(text, 200, headers, "text/plain; charset=utf-8")

    async def static(request: Request) -> Response:
        """Return a style sheet or picture; its address changes with its content."""
        path = _STATIC / request.path_params["name"]
        if path.parent != _STATIC or path.suffix not in _STATIC_TYPES or not path.is_file():
            raise ResourceNotFoundError("there is no such file")
        coding = accepted_encoding(request.headers.get("accept-encoding", ""))
        return _asset(path, site.assets, coding).respond(request)

    add = partial(routes.add_api_route, methods=_METHODS)
    add("/", remembered(site, home), tags=["pages"])
    add("/zoeken", remembered(site, search), tags=["pages"])
    add("/dumps/", remembered(site, dumps), tags=["catalog"])
    add("/dumps", to_dumps, include_in_schema=False)
    add("/id", to_home, include_in_schema=False)
    add("/health", health, tags=["service"])
    add("/ready", ready, tags=["service"])
    add("/robots.txt", robots, tags=["service"])
    add("/static/{name}", static, include_in_schema=False)
    return routes


@lru_cache(maxsize=64)
def _asset(path: Path, tag: str, coding: str) -> Answer:
    """Return a file of the interface in a coding; `tag` names the state of them all."""
    asked = Asked(b"", b"", "", coding, "", "")
    return answer(asked, _STATIC_TYPES[path.suffix], tag=f"{tag}-{path.name}", modified="",
                  make=path.read_bytes, vary=VARY_CODING, cached=_FOREVER)  # fmt: skip


def _json(body: dict[str, Any]) -> Response:
    headers = {**SECURITY, **CORS, "Cache-Control": "no-store"}
    return Response(orjson.dumps(body), 200, headers, "application/json")


def _search_page(site: Site, release: OpenRelease, view: View, text: str) -> bytes:
    known = {inventory.ref: inventory for inventory in site.project.inventories}
    total, hits = release.documents.search(text, inventories=list(known), limit=_SEARCH_LIMIT)
    items = [
        (
            view.link("doc/" + hit["path"][3:]),
            view.words.of(hit["label"], hit["path"]),
            view.words.of(hit["summary"]),
            [view.words.of(known[hit["inventory"]].menu)],
        )
        for hit in hits
    ]
    return render(
        site, view, "search.html", path=f"zoeken?q={quote(text, safe='')}",
        title=text or view.words("search"), query=text,
        total=total,
        shown=len(hits),
        items=Markup(list_items(items)),  # noqa: S704 - escapes

    )  # fmt: skip


def _dumps_page(site: Site, release: OpenRelease, view: View) -> bytes:
    files = release.manifest["files"]
    suffixes = ["csv", "ttl", "jsonld", "nt", "rdf"]
    rows: list[dict[str, Any]] = []
    for inventory in site.project.inventories:
        names = [f"dumps/{inventory.ref}.{suffix}" for suffix in suffixes]
        cells = [
            {"href": f"{view.root}{name}", "size": _size(release.folder / name)}
            if name in files
            else None
            for name in names
        ]
        href = view.link(f"doc/dataset/{inventory.ref}")
        rows.append({"title": view.words.of(inventory.title), "href": href, "cells": cells})
    return render(
        site, view, "dumps.html", path="dumps/", title=view.words("dumps"),
        rows=rows, suffixes=suffixes, measurements=MEASUREMENTS if release.quality else "",
    )  # fmt: skip


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1024:.0f} kB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"
