"""Ready files of a release: the catalog in one document, VoID, dumps."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from app.errors import InputError, ResourceNotFoundError, StoreUnavailableError
from app.rdf import media
from app.rdf.media import MediaType
from app.web.direct import Direct
from app.web.links import alternates, link
from app.web.responses import (
    CACHED,
    CORS,
    SECURITY,
    Asked,
    accepted_encoding,
    http_date,
    matches,
    unchanged_since,
)
from app.web.routes.resources import describe
from app.web.site import Site, offer

_METHODS = ["GET", "HEAD"]
# a whole answer to who asked for a part would be fetched for ever
_NOT_YET = ("page", "page_size", "modified_since", "publisher")
_PROFILE = "https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL"


def router(site: Site) -> APIRouter:
    """Return the routes of files."""
    routes = APIRouter(route_class=Direct)

    async def catalog(request: Request) -> Response:
        """Return the whole DCAT-AP VL catalog in one document; a browser gets its page."""
        for name in _NOT_YET:
            if name in request.query_params:
                msg = f"{name} is not offered: the catalog comes whole, in one document"
                raise InputError(msg)
        # HTML last: a client that takes anything is a harvester
        offers = (*media.RDF_DOCUMENT, media.HTML)
        suffix = request.path_params.get("suffix", "")
        asked = Asked.of(request)
        target = media.BY_SUFFIX.get(suffix) if suffix else offer(asked.accept, offers)
        if target is None or target not in offers:
            raise ResourceNotFoundError("the catalog is not offered in that form")
        if target is media.HTML:
            path = f"id/catalogus/{site.project.catalog_ref}.html"
            found = describe(site, site.release, asked, request, path, beside="./doc/catalogus/")
            return found.respond(request)
        links = [*alternates("catalog", media.RDF_DOCUMENT), link(_PROFILE, "profile")]
        return _file(request, site, f"feed/catalog.{target.suffix}", target, ", ".join(links))

    async def void(request: Request) -> Response:
        """Return the VoID description of what is published."""
        target = offer(request.headers.get("accept", ""), (*media.RDF_DOCUMENT, media.HTML))
        if target is media.HTML:
            target = media.TURTLE
        return _file(request, site, f"feed/void.{target.suffix}", target, "")

    async def dump(request: Request) -> Response:
        """Return one file."""
        name = request.path_params["name"]
        if name == "data.nq.gz":
            return _file(request, site, name, _GZIP, "")
        stem, _, suffix = name.rpartition(".")
        target = media.BY_SUFFIX.get(suffix)
        if target is None or not stem or f"dumps/{name}" not in site.release.manifest["files"]:
            raise ResourceNotFoundError("there is no such file; /dumps/ lists them")
        return _file(request, site, f"dumps/{name}", target, "")

    for path, endpoint in (
        ("/catalog", catalog), ("/catalog.{suffix}", catalog),
        ("/.well-known/void", void), ("/dumps/{name}", dump),
    ):  # fmt: skip
        routes.add_api_route(path, endpoint, methods=_METHODS, tags=["catalog"])
    return routes


_GZIP = MediaType("application/gzip", "gz", "gzip", charset=False)


def _file(request: Request, site: Site, name: str, target: MediaType, links: str) -> Response:
    """Answer with a ready file of the release, its gzip twin where the client takes it, or 304."""
    release = site.release
    coding = accepted_encoding(request.headers.get("accept-encoding", ""), ("gzip",))
    coded = bool(coding) and target is not _GZIP
    stored = name + ".gz" if coded else name
    try:
        digest, modified = release.manifest["files"][stored]
        path = release.folder / stored
        response = FileResponse(path, media_type=target.header, stat_result=path.stat())
    except (OSError, KeyError) as error:
        msg = "the file cannot be read; run `vijfster build`"
        raise StoreUnavailableError(msg) from error
    etag = f'"{digest[:32]}"'
    headers = {**SECURITY, **CORS, "ETag": etag, "Last-Modified": http_date(modified),
               "Vary": "Accept, Accept-Encoding", "Cache-Control": CACHED}  # fmt: skip
    if links:
        headers["Link"] = links
    asked = request.headers.get("if-none-match")
    since = request.headers.get("if-modified-since", "")
    if asked is not None:
        same = matches(asked, etag)
    else:
        same = bool(since) and unchanged_since(since, headers["Last-Modified"])
    if same:
        return Response(status_code=304, headers=headers)
    if coded:
        headers["Content-Encoding"] = "gzip"
    response.headers.update(headers)
    return response
