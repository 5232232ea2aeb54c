"""The sitemap: every page with the time it last changed, in files of a size that readers take."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request

from app.errors import ResourceNotFoundError
from app.rdf.media import MediaType
from app.store.current import OpenRelease
from app.web.direct import Direct, remembered
from app.web.responses import VARY, Answer, Asked, answer
from app.web.site import Site

# the most that one file may list (sitemaps.org protocol 0.9)
MOST = 50_000
_XML = MediaType("application/xml", "xml", "xml")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
# results of a check come and go, and measurements are many; they are no pages to search
_PASSING = ("id/activiteit/", "id/meting/")
# pages worth finding that describe no thing of ours
_OTHERS = ("score",)
_CATALOGS = "id/catalogus/"


def router(site: Site, most: int = MOST) -> APIRouter:
    """Return the routes of the sitemap."""
    routes = APIRouter(route_class=Direct)

    def sitemap(release: OpenRelease, asked: Asked, _: Request) -> Answer:
        """List the pages, or where they are too many for one file the files that do."""
        files = _files(release)
        if files < 2:
            return send(asked, "urlset", "url", _pages(release, 0))
        where = site.site_url or release.base
        parts = (
            max((modified for _, modified in _pages(release, n)), default="") for n in range(files)
        )
        return send(asked, "sitemapindex", "sitemap", [
            (f"{where}sitemap-{number}.xml", modified) for number, modified in enumerate(parts, 1)
        ])  # fmt: skip

    def part(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """List a part of the pages."""
        text = request.path_params["number"]
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        files = _files(release)
        if not 1 <= number <= files or text != str(number):
            raise ResourceNotFoundError(
                "there is no such part; /sitemap.xml lists them",
                nl="er is geen zo'n deel; /sitemap.xml noemt ze",
            )
        return send(asked, "urlset", "url", _pages(release, number - 1))

    def send(asked: Asked, root: str, entry: str, entries: list[tuple[str, str]]) -> Answer:
        body = _list(root, entry, entries)
        latest = max((modified for _, modified in entries), default="")
        return answer(asked, _XML, tag=hashlib.sha256(body).hexdigest()[:32], modified=latest,
                      make=lambda: body, vary=VARY)  # fmt: skip

    def _files(release: OpenRelease) -> int:
        return -(-(release.documents.count_below("id/", _PASSING) + len(_OTHERS)) // most)

    def _pages(release: OpenRelease, number: int) -> list[tuple[str, str]]:
        rows = release.documents.paths("id/", without=_PASSING, first=number * most, limit=most)
        where = site.site_url or release.base
        found = [(f"{where}doc/{path[3:]}", modified) for path, modified in rows]
        last = number == _files(release) - 1
        # what is said of all of it changes with its catalog
        at = max((time for _, time in release.documents.paths(_CATALOGS)), default="")
        return [*found, *((where + path, at) for path in _OTHERS)] if last else found

    for path, build in (("/sitemap.xml", sitemap), ("/sitemap-{number}.xml", part)):
        routes.add_api_route(
            path, remembered(site, build), methods=["GET", "HEAD"], tags=["service"]
        )
    return routes


def _list(root: str, entry: str, entries: Iterable[tuple[str, str]]) -> bytes:
    out = [_HEAD, f"<{root} {_SPACE}>"]
    out += [
        f"<{entry}><loc>{escape(address)}</loc>"
        f"{modified and f'<lastmod>{modified}</lastmod>'}</{entry}>"
        for address, modified in entries
    ]
    return "\n".join([*out, f"</{root}>"]).encode()
