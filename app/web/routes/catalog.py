"""The catalog: whole as a ready file, or in pages and slices (Hydra)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.catalog.hydra import FeedPage
from app.catalog.pages import Feed, Slice
from app.errors import ResourceNotFoundError
from app.rdf import media
from app.rdf.media import MediaType
from app.store.current import OpenRelease
from app.web import parameters
from app.web.direct import Direct, parameter, remembered
from app.web.links import alternates, link
from app.web.responses import Answer, Asked, answer
from app.web.routes.files import digest_of, ready_file
from app.web.routes.resources import describe
from app.web.site import Site, offer

PROFILE = "https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL"
_METHODS = ["GET", "HEAD"]
_PARAMETERS = {"page": "integer", "page_size": "integer", "modified_since": "string",
               "publisher": "string"}  # fmt: skip
_SIZE, _MAX_SIZE, _MAX_PAGE = 100, 500, 1_000_000


def router(site: Site) -> APIRouter:
    """Return the routes of the catalog."""
    routes = APIRouter(route_class=Direct)

    def page(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return one page."""
        return _page(site, release, asked, request, _target(request, asked, media.RDF_DOCUMENT))

    paged = remembered(site, page)

    async def catalog(request: Request) -> Response:
        """Return the whole DCAT-AP VL catalog in one document; a browser gets its page.

        With `page`, `page_size`, `modified_since` or `publisher`: a Hydra page, complete in itself.
        """
        if any(name in request.query_params for name in _PARAMETERS):
            return await paged(request)
        asked = Asked.of(request)
        # HTML last: a client that takes anything is a harvester
        target = _target(request, asked, (*media.RDF_DOCUMENT, media.HTML))
        if target is media.HTML:
            path = f"id/catalogus/{site.project.catalog_ref}.html"
            found = describe(site, site.release, asked, request, path, beside="./doc/catalogus/")
            return found.respond(request)
        links = [*alternates("catalog", media.RDF_DOCUMENT), link(PROFILE, "profile")]
        return ready_file(request, site, _file(target), target, ", ".join(links))

    extra = {"parameters": [parameter(name, "query", kind) for name, kind in _PARAMETERS.items()]}
    for path in ("/catalog", "/catalog.{suffix}"):
        routes.add_api_route(path, catalog, methods=_METHODS, tags=["catalog"], openapi_extra=extra)
    return routes


def _target(request: Request, asked: Asked, offers: tuple[MediaType, ...]) -> MediaType:
    suffix = request.path_params.get("suffix", "")
    target = media.BY_SUFFIX.get(suffix) if suffix else offer(asked.accept, offers)
    if target is None or target not in offers:
        raise ResourceNotFoundError(
            "the catalog is not offered in that form",
            nl="de catalogus wordt niet in die vorm aangeboden",
        )
    return target


def _file(target: MediaType) -> str:
    return f"feed/catalog.{target.suffix}"


def _page(
    site: Site, release: OpenRelease, asked: Asked, request: Request, target: MediaType
) -> Answer:
    number = parameters.whole(request, "page", default=1, most=_MAX_PAGE)
    size = parameters.whole(request, "page_size", default=_SIZE, most=_MAX_SIZE)
    publisher = parameters.address(request, "publisher")
    text, since = parameters.moment(request, "modified_since")
    of = Slice(publisher, since)
    narrowed = {"modified_since": text, "publisher": publisher}
    with Feed(release.folder / "feed") as feed:
        every = _every(release, feed, of)
        shown = FeedPage(
            f"{release.base}catalog.{target.suffix}", len(every), number, size,
            tuple((name, value) for name, value in narrowed.items() if value),
        )  # fmt: skip
        start = (number - 1) * size
        body = feed.document(target, every[start : start + size], shown.triples())
    digest, modified = digest_of(release, _file(target))
    tag = hashlib.sha256(f"{digest} {site.code_tag} {shown}".encode()).hexdigest()[:32]
    stem, query = f"./catalog.{target.suffix}", shown.query(number)
    links = [
        *(link(f"{stem}?{shown.query(page)}", "prev" if relation == "previous" else relation)
          for relation, page in shown.relations().items()),
        *alternates("catalog", media.RDF_DOCUMENT, query=f"?{query}"), link(PROFILE, "profile"),
    ]  # fmt: skip
    return answer(
        asked, target, tag=tag, modified=modified, make=lambda: body, links=", ".join(links)
    )


def _every(release: OpenRelease, feed: Feed, of: Slice) -> Sequence[int]:
    """Return the members of a slice; who walks through its pages has them found once."""
    found: Sequence[int] | None = release.cache.get(of)
    if found is None:
        found = feed.every(of)
        release.cache.put(of, found, 500 + 4 * len(found) * (not isinstance(found, range)))
    return found
