"""The sitemap: every page with the time it last changed, in files of a size that readers take."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
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
# results of a check come and go; they are no pages to search
_PASSING = "id/activiteit/"


def router(site: Site, most: int = MOST) -> APIRouter:
    """Return the routes of the sitemap."""
    routes = APIRouter(route_class=Direct)

    def sitemap(release: OpenRelease, asked: Asked, _: Request) -> Answer:
        """List the pages, or where they are too many for one file the files that do."""
        files = -(-release.documents.count_below("id/") // most)
        make = partial(_index, files) if files > 1 else partial(_pages, 0)
        return send(release, asked, "map", make)

    def part(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """List a part of the pages."""
        text = request.path_params["number"]
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        files = -(-release.documents.count_below("id/") // most)
        if not 1 <= number <= files or text != str(number):
            raise ResourceNotFoundError(
                "there is no such part; /sitemap.xml lists them",
                nl="er is geen zo'n deel; /sitemap.xml noemt ze",
            )
        return send(release, asked, f"map-{number}", partial(_pages, number - 1))

    def send(release: OpenRelease, asked: Asked, name: str, make: partial[bytes]) -> Answer:
        where = site.site_url or release.base
        return answer(
            asked, _XML, tag=f"{site.release_tag}-{name}", modified=release.release.published,
            make=lambda: make(release, where), vary=VARY,
        )  # fmt: skip

    def _pages(number: int, release: OpenRelease, where: str) -> bytes:
        rows = release.documents.paths("id/", first=number * most, limit=most)
        return _list("urlset", "url", (
            (f"{where}doc/{path[3:]}", modified)
            for path, modified in rows if not path.startswith(_PASSING)
        ))  # fmt: skip

    def _index(files: int, release: OpenRelease, where: str) -> bytes:
        return _list("sitemapindex", "sitemap", (
            (f"{where}sitemap-{number}.xml", release.release.published)
            for number in range(1, files + 1)
        ))  # fmt: skip

    for path, build in (("/sitemap.xml", sitemap), ("/sitemap-{number}.xml", part)):
        routes.add_api_route(
            path, remembered(site, build), methods=["GET", "HEAD"], tags=["service"]
        )
    return routes


def _list(root: str, entry: str, entries: Iterable[tuple[str, str]]) -> bytes:
    out = [_HEAD, f"<{root} {_SPACE}>"]
    out += [
        f"<{entry}><loc>{escape(address)}</loc><lastmod>{modified}</lastmod></{entry}>"
        for address, modified in entries
    ]
    return "\n".join([*out, f"</{root}>"]).encode()
