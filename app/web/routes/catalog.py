"""The catalog: whole as a ready file, or in pages and slices (Hydra)."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.catalog.hydra import FeedPage
from app.catalog.pages import Feed, Slice, written_as
from app.errors import ResourceNotFoundError
from app.rdf import media
from app.rdf.media import MediaType
from app.store.current import OpenRelease
from app.web import parameters
from app.web.alternates import alternates_answer
from app.web.conneg import (
    ALTERNATES,
    ARGUMENTS,
    DCAT_AP_VL,
    HYDRA,
    SCHEMA,
    Views,
    choose,
    profile_links,
    said_links,
)
from app.web.direct import Direct, parameter, remembered
from app.web.links import alternates, link
from app.web.responses import VARY_PROFILE, Answer, Asked, answer
from app.web.routes.files import digest_of, ready_file
from app.web.routes.resources import describe, profiled
from app.web.site import Site

# HTML last: a client that takes anything is a harvester
_WHOLE = Views((*media.RDF_DOCUMENT, media.HTML), (DCAT_AP_VL, HYDRA, SCHEMA))
_PAGES = Views(media.RDF_DOCUMENT, (HYDRA, DCAT_AP_VL))
_METHODS = ["GET", "HEAD"]
_PARAMETERS = {"page": "integer", "page_size": "integer", "modified_since": "string",
               "publisher": "string"}  # fmt: skip
_SIZE, _MAX_SIZE, _MAX_PAGE = 100, 500, 1_000_000


def router(site: Site) -> APIRouter:
    """Return the routes of the catalog."""
    routes = APIRouter(route_class=Direct)

    def page(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return one page."""
        _, target = choose(request, asked, _PAGES, _suffix(request))
        return _page(site, release, asked, request, target)

    def other(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return the catalog in another way than as a feed."""
        profile, target = choose(request, asked, _WHOLE, _suffix(request))
        if profile is ALTERNATES:
            return alternates_answer(site, release, asked, request, target, "catalog", _WHOLE)
        path = f"id/catalogus/{site.project.catalog_ref}"
        if profile is SCHEMA:
            found = release.documents.get(path)
            if found is None:
                raise ResourceNotFoundError("there is no catalog", nl="er is geen catalogus")
            links = ", ".join(_links())
            return profiled(site, release, asked, request, found, profile, target, links)
        return describe(site, release, asked, request, f"{path}.html", beside="./doc/catalogus/")

    paged, otherwise = remembered(site, page), remembered(site, other)

    async def catalog(request: Request) -> Response:
        """Return the whole DCAT-AP VL catalog in one document; a browser gets its page.

        With `page`, `page_size`, `modified_since` or `publisher`: a Hydra page, complete in itself.
        """
        sliced = any(name in request.query_params for name in _PARAMETERS)
        views = _PAGES if sliced else _WHOLE
        profile, target = choose(request, Asked.of(request), views, _suffix(request))
        if profile in {ALTERNATES, SCHEMA} or target is media.HTML:
            return await otherwise(request)
        if sliced or profile is HYDRA:
            return await paged(request)
        links = [*_links(), *said_links([DCAT_AP_VL])]
        return ready_file(request, site, _file(target), target, ", ".join(links), DCAT_AP_VL.header)

    extra = {"parameters": [
        *(parameter(name, "query", kind) for name, kind in _PARAMETERS.items()),
        *ARGUMENTS["parameters"],
    ]}  # fmt: skip
    for path in ("/catalog", "/catalog.{suffix}"):
        routes.add_api_route(path, catalog, methods=_METHODS, tags=["catalog"], openapi_extra=extra)
    return routes


def _links() -> list[str]:
    return [*alternates("catalog", media.RDF_DOCUMENT), *profile_links("./catalog", _WHOLE)]


def _suffix(request: Request) -> MediaType | None:
    suffix = request.path_params.get("suffix", "")
    target = media.BY_SUFFIX.get(suffix) if suffix else None
    if suffix and target not in media.RDF_DOCUMENT:
        raise ResourceNotFoundError(
            "the catalog is not offered in that form",
            nl="de catalogus wordt niet in die vorm aangeboden",
        )
    return target


def _file(target: MediaType) -> str:
    return f"feed/catalog.{written_as(target).suffix}"


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
        total, numbers = feed.some(of, (number - 1) * size, size)
        shown = FeedPage(
            f"{release.base}catalog.{target.suffix}", total, number, size,
            tuple((name, value) for name, value in narrowed.items() if value),
        )  # fmt: skip
        body = feed.document(target, numbers, shown.triples())
    digest, modified = digest_of(release, _file(target))
    tag = hashlib.sha256(f"{digest} {site.code_tag} {shown}".encode()).hexdigest()[:32]
    stem, query = f"./catalog.{target.suffix}", shown.query(number)
    links = [
        *(link(f"{stem}?{shown.query(page)}", "prev" if relation == "previous" else relation)
          for relation, page in shown.relations().items()),
        *alternates("catalog", media.RDF_DOCUMENT, query=f"?{query}"),
        *said_links([HYDRA, DCAT_AP_VL]),
    ]  # fmt: skip
    return answer(
        asked, target, tag=tag, modified=modified, make=lambda: body, links=", ".join(links),
        vary=VARY_PROFILE, profile=HYDRA.header,
    )  # fmt: skip
