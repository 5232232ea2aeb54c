"""Home, search, catalog, downloads, VoID, health and the files that crawlers ask for."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import orjson
from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from app.errors import InputError, ResourceNotFoundError, StoreUnavailableError
from app.rdf import media
from app.rdf.media import MediaType
from app.store.current import OpenRelease
from app.web.links import alternates, canonical, link
from app.web.pages import frame, home_page
from app.web.responses import (
    CORS,
    SECURITY,
    accepted_encoding,
    http_date,
    matches,
    negotiated,
)
from app.web.routes.resources import describe
from app.web.site import Site, offer, view_of

_METHODS = ["GET", "HEAD"]
_STATIC = Path(__file__).parent.parent / "static"
_STATIC_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
                 ".js": "text/javascript; charset=utf-8"}  # fmt: skip
_PROFILE = "https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL"
_SEARCH_LIMIT, _MAX_TEXT = 50, 200


def router(site: Site) -> APIRouter:
    """Return the routes of the portal."""
    routes = APIRouter()
    get = partial(routes.api_route, methods=_METHODS)

    @get("/", tags=["pages"])
    async def home(request: Request) -> Response:
        """Say what is here."""
        release, view = site.release, view_of(request)
        return _html(request, site, release, ("home",), partial(home_page, site, release, view), "")

    @get("/zoeken", tags=["pages"])
    async def search(request: Request) -> Response:
        """Search all inventories."""
        release, view = site.release, view_of(request)
        text = request.query_params.get("q", "").strip()
        if len(text) > _MAX_TEXT:
            msg = f"q may have at most {_MAX_TEXT} characters"
            raise InputError(msg)

        def make() -> bytes:
            refs = {i.ref: i for i in site.project.inventories}
            hits = release.documents.search(text, inventories=list(refs), limit=_SEARCH_LIMIT)
            items = [
                {
                    "href": view.link("doc/" + hit["path"][3:]),
                    "label": view.words.of(hit["label"], hit["path"]),
                    "summary": view.words.of(hit["summary"]),
                    "inventory": view.words.of(refs[hit["inventory"]].title),
                }
                for hit in hits
            ]
            context = frame(site, view, f"zoeken?q={escape(text)}", text or view.words("search"),
                            query=text, items=items)  # fmt: skip
            return site.template("search.html").render(context).encode()

        return _html(request, site, release, ("search", text), make, "zoeken")

    @get("/catalog", tags=["catalog"])
    @get("/catalog.{suffix}", tags=["catalog"])
    async def catalog(request: Request, suffix: str = "") -> Response:
        """Return the whole DCAT-AP VL catalog in one document."""
        return _feed(request, site, "catalog", suffix, link(_PROFILE, "profile"))

    @get("/.well-known/void", tags=["catalog"])
    async def void(request: Request) -> Response:
        """Return the VoID description of what is published."""
        return _feed(request, site, "void", "", "")

    @get("/dumps/", tags=["catalog"])
    async def dumps(request: Request) -> Response:
        """List the files to download."""
        release, view = site.release, view_of(request)

        def make() -> bytes:
            suffixes = ["csv", "ttl", "jsonld", "nt", "rdf"]
            rows: list[dict[str, Any]] = []
            for inventory in site.project.inventories:
                cells = []
                for suffix in suffixes:
                    path = release.folder / "dumps" / f"{inventory.ref}.{suffix}"
                    cells.append({"href": f"./{path.name}", "size": _size(path)}
                                 if path.is_file() else None)  # fmt: skip
                href = view.link(f"doc/dataset/{inventory.ref}")
                rows.append({"title": view.words.of(inventory.title), "href": href, "cells": cells})
            context = frame(site, view, "dumps/", view.words("dumps"), rows=rows, suffixes=suffixes)
            return site.template("dumps.html").render(context).encode()

        return _html(request, site, release, ("dumps",), make, "dumps/")

    @get("/dumps/{name}", tags=["catalog"])
    async def dump(request: Request, name: str) -> Response:
        """Return one file."""
        release = site.release
        if name == "data.nq.gz":
            return _file(request, site, name, "application/gzip", coded=False)
        stem, _, suffix = name.rpartition(".")
        target = media.BY_SUFFIX.get(suffix)
        if target is None or not stem or f"dumps/{name}" not in release.manifest["files"]:
            raise ResourceNotFoundError("there is no such file; /dumps/ lists them")
        return _file(request, site, f"dumps/{name}", target.header)

    @get("/health", tags=["service"])
    async def health() -> Response:
        """Say that the process answers."""
        return _json({"status": "ok"})

    @get("/ready", tags=["service"])
    async def ready() -> Response:
        """Say which release is served; 503 before there is one."""
        release = site.release
        body = {"status": "ready", "release": release.release.name,
                "published": release.release.published, "base": release.base}  # fmt: skip
        return _json(body)

    @get("/robots.txt", tags=["service"])
    async def robots() -> Response:
        """Say what crawlers may fetch."""
        where = site.site_url or site.release.base
        text = f"User-agent: *\nDisallow: /sparql\nSitemap: {where}sitemap.xml\n"
        return Response(text, 200, {**SECURITY, **CORS}, "text/plain; charset=utf-8")

    @get("/sitemap.xml", tags=["service"])
    async def sitemap(request: Request) -> Response:
        """List the pages with the time they last changed."""
        release = site.release
        where = site.site_url or release.base
        xml = MediaType("application/xml", "xml", "xml")
        return negotiated(
            request, xml, tag=f"{site.release_tag}-map", modified=release.release.published,
            make=lambda: _sitemap(release, where),
            cached=lambda coding: release.cache.get(("sitemap", coding)),
            keep=lambda coding, body: release.cache.put(("sitemap", coding), body, len(body)),
        )  # fmt: skip

    @get("/static/{name}", include_in_schema=False)
    async def static(name: str) -> Response:
        """Return a style sheet or picture; its address changes with its content."""
        path = _STATIC / name
        if path.parent != _STATIC or path.suffix not in _STATIC_TYPES or not path.is_file():
            raise ResourceNotFoundError("there is no such file")
        headers = {**SECURITY, "Cache-Control": "public, max-age=31536000, immutable"}
        return FileResponse(path, media_type=_STATIC_TYPES[path.suffix], headers=headers)

    return routes


def _json(body: dict[str, Any]) -> Response:
    headers = {**SECURITY, **CORS, "Cache-Control": "no-store"}
    return Response(orjson.dumps(body), 200, headers, "application/json")


def _html(
    request: Request, site: Site, release: OpenRelease, key: tuple[str, ...], make: Any, path: str
) -> Response:
    view = view_of(request)
    full = (*key, view)
    return negotiated(
        request, media.HTML,
        tag=f"{site.release_tag}-{view.language}{'x' if view.explicit else ''}-{site.page_tag}",
        modified="", make=make, vary=b"Accept-Encoding, Accept-Language",
        links=canonical(site.site_url or release.base, path),
        cached=lambda coding: release.cache.get((*full, coding)),
        keep=lambda coding, body: release.cache.put((*full, coding), body, len(body)),
    )  # fmt: skip


def _feed(request: Request, site: Site, stem: str, suffix: str, more: str) -> Response:
    """Answer with a ready file of the feed, negotiated or by suffix."""
    offers = media.RDF_DOCUMENT
    target: MediaType | None
    if suffix:
        target = media.BY_SUFFIX.get(suffix)
    else:
        # HTML last: a client that takes anything is a harvester
        target = offer(request, (*offers, media.HTML))
        if target is media.HTML:
            return describe(request, site, "id/", f"catalogus/{site.project.catalog_ref}")
    if target is None or target not in offers:
        raise ResourceNotFoundError("there is no such file")
    links = [*alternates("catalog", offers), more] if stem == "catalog" else [more]
    name = f"feed/{stem}.{target.suffix}"
    return _file(request, site, name, target.header, links=", ".join(filter(None, links)))


def _file(
    request: Request, site: Site, name: str, media_type: str, *, coded: bool = True, links: str = ""
) -> Response:
    """Answer with a ready file of the release, its gzip twin where the client takes it, or 304."""
    release = site.release
    coding = accepted_encoding(request.headers.get("accept-encoding", "")) if coded else ""
    stored = name + ".gz" if coding else name
    try:
        digest, modified = release.manifest["files"][stored]
        path = release.folder / stored
        response = FileResponse(path, media_type=media_type, stat_result=path.stat())
    except (OSError, KeyError) as error:
        msg = "the file cannot be read; run `vijfster build`"
        raise StoreUnavailableError(msg) from error
    etag = f'"{digest[:32]}"'
    headers = {**SECURITY, **CORS, "ETag": etag, "Last-Modified": http_date(modified),
               "Vary": "Accept, Accept-Encoding",
               "Cache-Control": "public, max-age=60, must-revalidate"}  # fmt: skip
    if coding:
        headers["Content-Encoding"] = "gzip"
    if links:
        headers["Link"] = links
    asked = request.headers.get("if-none-match")
    since = request.headers.get("if-modified-since")
    if matches(asked, etag) if asked is not None else since == headers["Last-Modified"]:
        headers.pop("Content-Encoding", None)
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1024:.0f} kB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def _sitemap(release: OpenRelease, where: str) -> bytes:
    out = ['<?xml version="1.0" encoding="UTF-8"?>',
           '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']  # fmt: skip
    for path, modified in release.documents.paths("id/"):
        address = escape(f"{where}doc/{path[3:]}")
        out.append(f"<url><loc>{address}</loc><lastmod>{modified}</lastmod></url>")
    out.append("</urlset>")
    return "\n".join(out).encode()
