"""`/id`, `/doc` and `/ns`: things, their descriptions and the vocabularies."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any
from urllib.parse import quote, unquote

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.catalog import context as catalog
from app.catalog.pages import Feed
from app.errors import ResourceGoneError, ResourceNotFoundError
from app.rdf import media
from app.rdf.io import write
from app.rdf.iris import encode_segment, mint
from app.rdf.jsonld import write_jsonld
from app.rdf.media import MediaType
from app.rdf.turtle import write_turtle
from app.store.current import OpenRelease
from app.store.documents import Description
from app.web.alternates import alternates_answer
from app.web.conneg import (
    ALTERNATES,
    ARGUMENTS,
    DCAT_AP_VL,
    SCHEMA,
    Profile,
    Views,
    choose,
    profile_links,
    said_links,
)
from app.web.direct import Direct, remembered
from app.web.links import link
from app.web.markup import DATASETS, described
from app.web.pages import resource_json, resource_page
from app.web.responses import (
    CORS,
    SECURITY,
    VARY,
    VARY_LANGUAGE,
    VARY_PROFILE,
    VARY_PROFILE_LANGUAGE,
    Answer,
    Asked,
    answer,
)
from app.web.routes.files import digest_of
from app.web.site import Site, View, root_of, route_path, view_of

_IRI_SAFE = ":/?#[]@!$&'()*+,;=%-._~"
_METHODS = ["GET", "HEAD"]
_SUFFIXES = [(m.suffix, m.name) for m in media.DOCUMENT if m is not media.HTML]


def router(site: Site) -> APIRouter:
    """Return the routes of things."""
    routes = APIRouter(route_class=Direct)

    async def thing(request: Request) -> Response:
        """Redirect from a thing to its description (303, Vlaamse URI-standaard)."""
        path, asked = normal(_below(request)), Asked.of(request)
        if site.release.documents.state("id/" + path) is None:
            _missing(site, "id/" + path)
        target = root_of(request) + "doc/" + quote(path, safe="/%-._~")
        if request.url.query:
            target += "?" + request.url.query
        headers = {
            **SECURITY, **CORS, "Location": target, "Link": link(target, "describedby"),
            "Cache-Control": "public, max-age=60", "Vary": "Accept, Accept-Profile",
        }  # fmt: skip
        found = site.release.documents.get("id/" + path)
        if found and (asked.profile or b"_profile" in asked.query):
            profile, _ = choose(request, asked, views_of(site, site.release, found))
            if profile:
                headers["Content-Profile"] = profile.header
        return Response(b"", 303, headers)

    def document(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return the description of a thing; a suffix beats the Accept header."""
        return describe(site, release, asked, request, "id/" + _below(request))

    def vocabulary(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return a vocabulary with all its terms."""
        return describe(site, release, asked, request, "ns/" + _below(request))

    def context(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return a JSON-LD context: names for DCAT-AP VL, or the prefixes of a vocabulary."""
        name = request.path_params["name"]
        found: dict[str, Any] = {"@context": dict(sorted(site.prefixes.by_name.items()))}
        if name == catalog.NAME:
            found = catalog.context()
        elif name not in site.prefixes.by_name or release.documents.state(f"ns/{name}") is None:
            raise ResourceNotFoundError("there is no such context", nl="zo'n context is er niet")
        body = orjson.dumps(found, option=orjson.OPT_INDENT_2)
        tag = hashlib.sha256(body).hexdigest()[:16]
        return answer(asked, media.JSON_LD, tag=tag, modified="", make=lambda: body)

    add = partial(routes.add_api_route, methods=_METHODS)
    add("/doc/{path:path}", remembered(site, document), tags=["resources"],
        openapi_extra=ARGUMENTS)  # fmt: skip
    add("/id/{path:path}", thing, tags=["resources"], status_code=303, openapi_extra=ARGUMENTS)
    add("/ns/{path:path}", remembered(site, vocabulary), tags=["vocabularies"])
    add("/context/{name}.jsonld", remembered(site, context), tags=["vocabularies"])
    return routes


def _below(request: Request) -> str:
    """Return the path below `/id/`, `/doc/` or `/ns/`, encoded: `a%2Fb` is one segment."""
    return route_path(request)[1:].partition("/")[2]


def normal(path: str) -> str:
    """Return an encoded path as IRIs write it, whatever the client had encoded."""
    return "/".join(encode_segment(unquote(part)) for part in path.split("/"))


def _missing(site: Site, key: str) -> None:
    since = site.release.documents.tombstone(key)
    if since:
        iri = site.release.base + key
        raise ResourceGoneError(f"{iri} was withdrawn on {since}", iri=iri, since=since)
    raise ResourceNotFoundError(f"{site.release.base}{key} is not published here")


def describe(
    site: Site, release: OpenRelease, asked: Asked, request: Request, path: str, beside: str = "./"
) -> Answer:
    """Return the answer with the description at a path, in the representation asked for.

    `beside` is the way from the request's address to where the other forms are.
    """
    key = normal(path)
    found = release.documents.get(key)
    target: MediaType | None = None
    if found is None:
        stem, dot, suffix = key.rpartition(".")
        target = media.BY_SUFFIX.get(suffix) if dot else None
        if target in media.DOCUMENT:
            key, found = stem, release.documents.get(stem)
        if found is None:
            _missing(site, key)
            raise AssertionError
    views = views_of(site, release, found)
    profile, target = choose(request, asked, views, target)
    if profile is ALTERNATES:
        return alternates_answer(site, release, asked, request, target, _page_path(key), views)
    links = _links(site, release, key, beside, views)
    if profile:
        return profiled(site, release, asked, request, found, profile, target, links)
    modified, tag = found.modified, f"{found.hash}-{site.code_tag}-{target.suffix}"
    vary = VARY_PROFILE if views.profiles else VARY
    view = None
    if target in (media.HTML, media.JSON):
        # these also show what is no part of the description, such as the row in the table
        modified, tag = "", f"{tag}-{site.release_tag}"
    if target is media.HTML:
        view = view_of(request)
        tag += f"-{site.view_tag(view)}"
        vary = VARY_PROFILE_LANGUAGE if views.profiles else VARY_LANGUAGE
    return answer(
        asked, target, tag=tag, modified=modified, vary=vary, links=links,
        make=partial(_body, site, release, found, target, view),
    )  # fmt: skip


def views_of(site: Site, release: OpenRelease, found: Description) -> Views:
    """Return what a thing is offered as: datasets and the catalog also by profile."""
    profiles: tuple[Profile, ...] = ()
    if found.focus == mint(release.base, "id", "catalogus", site.project.catalog_ref):
        profiles = (SCHEMA,)
    elif found.path.startswith(DATASETS):
        with Feed(release.folder / "feed") as feed:
            profiles = (DCAT_AP_VL, SCHEMA) if feed.about(found.focus) else ()
    return Views(media.DOCUMENT, profiles)


def profiled(
    site: Site, release: OpenRelease, asked: Asked, request: Request, found: Description,
    profile: Profile, target: MediaType, links: str,
) -> Answer:  # fmt: skip
    """Return what a profile says of a dataset or the catalog, complete in itself."""
    vary = VARY_PROFILE
    if profile is SCHEMA:
        said = described(site, release, found, view_of(request))
        body, vary = orjson.dumps(said, option=orjson.OPT_INDENT_2), VARY_PROFILE_LANGUAGE
    else:
        with Feed(release.folder / "feed") as feed:
            body = feed.document(target, feed.about(found.focus))
    _, modified = digest_of(release, f"feed/catalog.{media.N_TRIPLES.suffix}")
    tag = hashlib.sha256(body).hexdigest()[:32]
    return answer(asked, target, tag=tag, modified=modified, make=lambda: body, vary=vary,
                  links=", ".join([links, *said_links([profile])]),
                  profile=profile.header)  # fmt: skip


def _body(
    site: Site, release: OpenRelease, found: Description, target: MediaType, view: View | None
) -> bytes:
    if view is not None:
        return resource_page(site, release, found, view)
    if target is media.TURTLE:
        return write_turtle(found.triples(), site.prefixes).encode()
    if target is media.JSON_LD:
        return write_jsonld(found.triples(), site.prefixes)
    if target is media.JSON:
        return resource_json(site, release, found, site.prefixes)
    if target.quads:
        # clients that prefer quads look in the default graph; the named ones tell where it stands
        return write([*((*triple, "") for triple in found.triples()), *found.quads], target,
                     site.prefixes)  # fmt: skip
    return write(found.quads, target, site.prefixes)


def _page_path(key: str) -> str:
    return "doc/" + key[3:] if key.startswith("id/") else key


def _links(site: Site, release: OpenRelease, key: str, beside: str, views: Views) -> str:
    """Return the Link header (RFC 8288): forms beside this one, views, the page, the thing."""
    stem = quote(key.rpartition("/")[2], safe="%-._~!$&'()*+,;=@")
    forms = [
        f'<{beside}{stem}.{suffix}>; rel="alternate"; type="{name}"' for suffix, name in _SUFFIXES
    ]
    forms += profile_links(beside + stem, views)
    page = quote(_page_path(key), safe="/%-._~")
    forms.append(f'<{site.site_url or release.base}{page}>; rel="canonical"')
    forms.append(f'<{quote(release.base + key, safe=_IRI_SAFE)}>; rel="describes"')
    return ", ".join(forms)
