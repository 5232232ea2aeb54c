"""Ready files of a release: VoID, dumps."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from app.errors import ResourceNotFoundError, StoreUnavailableError
from app.rdf import media
from app.rdf.io import parse, write
from app.rdf.media import MediaType
from app.rdf.namespaces import term
from app.store.current import OpenRelease
from app.store.releases import MEASUREMENTS
from app.web.direct import Direct
from app.web.responses import (
    CACHED,
    CORS,
    SECURITY,
    VARY_PROFILE,
    accepted_encoding,
    http_date,
    matches,
    unchanged_since,
)
from app.web.site import Site, offer

_METHODS = ["GET", "HEAD"]


def router(site: Site) -> APIRouter:
    """Return the routes of files."""
    routes = APIRouter(route_class=Direct)

    async def void(request: Request) -> Response:
        """Return the VoID description of what is published."""
        target = offer(request.headers.get("accept", ""), (*media.RDF_DOCUMENT, media.HTML))
        if target is media.HTML:
            target = media.TURTLE
        if not site.sparql_is_public:
            return Response(*_without_endpoint(site, target))
        return ready_file(request, site, f"feed/void.{target.suffix}", target)

    async def dump(request: Request) -> Response:
        """Return one file."""
        name = request.path_params["name"]
        if name == "data.nq.gz":
            return ready_file(request, site, name, _GZIP)
        stem, _, suffix = name.rpartition(".")
        target = media.BY_SUFFIX.get(suffix)
        path = f"{'feed' if stem == MEASUREMENTS else 'dumps'}/{name}"
        if target is None or not stem or path not in site.release.manifest["files"]:
            raise ResourceNotFoundError("there is no such file; /dumps/ lists them")
        return ready_file(request, site, path, target)

    for path, endpoint in (
        ("/.well-known/void", void), ("/dumps/{name}", dump),
    ):  # fmt: skip
        routes.add_api_route(path, endpoint, methods=_METHODS, tags=["catalog"])
    return routes


def _without_endpoint(site: Site, target: MediaType) -> tuple[bytes, int, dict[str, str], str]:
    """Return the answer that does not name the SPARQL endpoint, which is not for everybody."""
    release = site.release
    path = release.folder / "feed" / f"void.{media.N_TRIPLES.suffix}"
    try:
        quads = parse(path.read_bytes(), media.N_TRIPLES, base=release.base, where="VoID")
    except OSError as error:
        raise _unreadable() from error
    kept = [quad for quad in quads if quad[1] != term("void:sparqlEndpoint")]
    headers = {**SECURITY, **CORS, "Vary": "Accept", "Cache-Control": CACHED}
    return write(kept, target, site.prefixes), 200, headers, target.header


_GZIP = MediaType("application/gzip", "gz", "gzip", charset=False)


def ready_file(
    request: Request, site: Site, name: str, target: MediaType, links: str = "", profile: str = ""
) -> Response:
    """Answer with a ready file of the release, its gzip twin where the client takes it, or 304."""
    release = site.release
    coding = accepted_encoding(request.headers.get("accept-encoding", ""), ("gzip",))
    coded = bool(coding) and target is not _GZIP
    stored = name + ".gz" if coded else name
    digest, modified = digest_of(release, stored)
    try:
        path = release.folder / stored
        response = FileResponse(path, media_type=target.header, stat_result=path.stat())
    except OSError as error:
        raise _unreadable() from error
    # two types of one file are two representations (RFC 9110, 8.8.3)
    etag = f'"{digest[:32]}-{target.suffix}"'
    headers = {**SECURITY, **CORS, "ETag": etag, "Last-Modified": http_date(modified),
               "Vary": "Accept, Accept-Encoding", "Cache-Control": CACHED}  # fmt: skip
    if links:
        headers["Link"] = links
    if profile:
        headers |= {"Content-Profile": profile, "Vary": VARY_PROFILE.decode()}
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


def digest_of(release: OpenRelease, name: str) -> tuple[str, str]:
    """Return the SHA-256 of a ready file, and since when it has been that."""
    try:
        digest, modified = release.manifest["files"][name]
    except KeyError as error:
        raise _unreadable() from error
    return digest, modified


def _unreadable() -> StoreUnavailableError:
    return StoreUnavailableError(
        "the file cannot be read; run `vijfster build`",
        nl="het bestand kan niet gelezen worden; voer `vijfster build` uit",
    )
