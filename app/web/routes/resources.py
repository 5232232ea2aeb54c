"""`/id`, `/doc` and `/ns`: things, their descriptions and the vocabularies."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote, unquote

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.errors import ResourceGoneError, ResourceNotFoundError
from app.rdf import media
from app.rdf.io import write
from app.rdf.iris import encode_segment
from app.rdf.media import MediaType
from app.rdf.turtle import write_turtle
from app.store.current import BodyCache
from app.store.documents import Description
from app.web.links import alternates, canonical, link
from app.web.pages import resource_json, resource_page
from app.web.responses import CORS, SECURITY, negotiated
from app.web.site import Site, offer, root_of, route_path, view_of

_VARY_HTML = b"Accept, Accept-Encoding, Accept-Language"
_METHODS = ["GET", "HEAD"]


def router(site: Site) -> APIRouter:
    """Return the routes of things."""
    routes = APIRouter()

    @routes.api_route("/id/{path:path}", methods=_METHODS, tags=["resources"], status_code=303)
    async def thing(request: Request, path: str) -> Response:
        """Redirect from a thing to its description (303, Vlaamse URI-standaard)."""
        key = "id/" + normal(path)
        if site.release.documents.state(key) is None:
            _missing(site, key)
        target = root_of(request) + "doc/" + quote(normal(path), safe="/%-._~")
        if request.url.query:
            target += "?" + request.url.query
        headers = {
            **SECURITY, **CORS, "Location": target, "Link": link(target, "describedby"),
            "Cache-Control": "public, max-age=60", "Vary": "Accept",
        }  # fmt: skip
        return Response(b"", 303, headers)

    @routes.api_route("/doc/{path:path}", methods=_METHODS, tags=["resources"])
    async def document(request: Request, path: str) -> Response:
        """Return the description of a thing; a suffix beats the Accept header."""
        return describe(request, site, "id/", path)

    @routes.api_route("/ns/{path:path}", methods=_METHODS, tags=["vocabularies"])
    async def vocabulary(request: Request, path: str) -> Response:
        """Return a vocabulary with all its terms."""
        return describe(request, site, "ns/", path)

    @routes.api_route("/context/{name}.jsonld", methods=_METHODS, tags=["vocabularies"])
    async def context(request: Request, name: str) -> Response:
        """Return a JSON-LD context with the prefixes of a vocabulary and of the standards."""
        if name not in site.prefixes.by_name or site.release.documents.state(f"ns/{name}") is None:
            raise ResourceNotFoundError("there is no such context")
        body = orjson.dumps({"@context": dict(sorted(site.prefixes.by_name.items()))})
        return negotiated(
            request, media.JSON_LD, tag=f"c{site.page_tag}", modified="", make=lambda: body
        )

    return routes


def normal(path: str) -> str:
    """Return a path as IRIs write it, however the client had encoded it."""
    return "/".join(encode_segment(unquote(part)) for part in path.split("/"))


def _missing(site: Site, key: str) -> None:
    since = site.release.documents.tombstone(key)
    if since:
        iri = site.release.base + key
        raise ResourceGoneError(f"{iri} was withdrawn on {since}", iri=iri, since=since)
    raise ResourceNotFoundError(f"{site.release.base}{key} is not published here")


def describe(request: Request, site: Site, kind: str, path: str) -> Response:
    """Answer with the description at a path, in the representation asked for."""
    release = site.release
    key = kind + normal(path)
    chosen: MediaType | None = None
    state = release.documents.state(key)
    if state is None:
        stem, dot, suffix = key.rpartition(".")
        chosen = media.BY_SUFFIX.get(suffix) if dot else None
        if chosen in media.DOCUMENT:
            key = stem
            state = release.documents.state(key)
        if state is None:
            _missing(site, key)
            raise AssertionError
    target = chosen if chosen is not None else offer(request, media.DOCUMENT)
    digest, modified = state
    html = target is media.HTML
    view = view_of(request) if html else None
    cache_key = (key, target.key, view)

    def description() -> Description:
        found = release.documents.get(key)
        assert found is not None
        return found

    def make() -> bytes:
        if view is not None:
            return resource_page(site, release, description(), view)
        if target is media.JSON:
            return resource_json(release, description(), site.prefixes)
        found = description()
        if target is media.TURTLE:
            return write_turtle(sorted({quad[:3] for quad in found.quads}), site.prefixes).encode()
        return write(found.quads, target, site.prefixes)

    stem = key.rpartition("/")[2]
    links = alternates(stem, media.DOCUMENT)
    links.append(canonical(site.site_url or release.base, route_path(request)[1:].split("?")[0]))
    links.append(link(release.base + key, "describes"))
    tag = f"{digest}-{target.suffix}"
    if view is not None:
        tag += f"-{view.language}{'x' if view.explicit else ''}-{site.page_tag}"
    return negotiated(
        request,
        target,
        tag=tag,
        modified=modified if view is None else "",
        make=make,
        links=", ".join(links),
        vary=_VARY_HTML if html else b"Accept, Accept-Encoding",
        cached=lambda coding: release.cache.get((*cache_key, coding)),
        keep=partial(_keep, release.cache, cache_key),
    )


def _keep(cache: BodyCache, key: tuple[object, ...], coding: str, body: bytes) -> None:
    cache.put((*key, coding), body, len(body))
