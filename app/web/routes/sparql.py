"""`/sparql`: SPARQL 1.1 Protocol, query only."""

from __future__ import annotations

import asyncio
import hashlib
from importlib.metadata import version
from typing import get_args
from urllib.parse import parse_qsl

import orjson
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import NotAcceptableError, QueryRefusedError, UploadTimeoutError
from app.rdf import media
from app.rdf.io import write
from app.rdf.media import MediaType
from app.store.current import OpenRelease
from app.store.sparql.formats import GRAPH_MEDIA_TYPES, SELECT_MEDIA_TYPES, QueryForm, offers
from app.store.sparql.guard import QueryInfo
from app.store.sparql.tokens import too_large
from app.web.asking import Endpoint, Query
from app.web.description import describe
from app.web.direct import Direct, remembered
from app.web.responses import (
    ALWAYS,
    CACHED,
    CORS,
    SECURITY,
    VARY_CODING,
    Answer,
    Asked,
    Raw,
    answer,
    matches,
)
from app.web.site import Site, choose, offer, wants_page
from app.web.sparqlpage import show
from app.web.streaming import LOOK_SECONDS, ClientLeftError, WhileThere, respond
from app.web.uploads import client_of

_FORM, _DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
# values of `format`; SPARQLWrapper sends one with every query, also one that does not fit its form
_TABULAR = {"json": "application/sparql-results+json", "xml": "application/sparql-results+xml",
            "csv": "text/csv", "tsv": "text/tab-separated-values"}  # fmt: skip
_GRAPH = {"ttl": "text/turtle", "turtle": "text/turtle", "n3": "text/turtle",
          "nt": "application/n-triples", "rdf": "application/rdf+xml",
          "rdf+xml": "application/rdf+xml", "xml": "application/rdf+xml",
          "jsonld": "application/ld+json", "json-ld": "application/ld+json",
          "json": "application/ld+json"}  # fmt: skip
# plain JSON and XML are what many clients ask for and mean the result formats
_ALIASES = {
    "application/sparql-results+json": ("application/json",),
    "application/sparql-results+xml": ("application/xml", "text/xml"),
    "application/ld+json": ("application/json",),
    "application/n-triples": ("text/ntriples",),
    "application/rdf+xml": ("application/xml", "text/xml"),
}
_RESULTS = tuple(
    MediaType(name, "", name, aliases=_ALIASES.get(name, ()))
    for name in (*SELECT_MEDIA_TYPES, *GRAPH_MEDIA_TYPES)
)
_OFFERED = {
    form: tuple(item for item in _RESULTS if item.name in offers(form))
    for form in get_args(QueryForm)
}
# another engine may order and write a result otherwise
_ENGINE = version("pyoxigraph")
_METHODS = "GET, HEAD, POST, OPTIONS"
_FORM_FACTOR, _BODY_SECONDS = 4, 30
# of each kind, those most used
_MOST_TERMS = 2_000
# as nginx logs it; it is never sent, for nobody is there
_CLIENT_LEFT = 499


def router(site: Site, endpoint: Endpoint) -> APIRouter:
    """Return the routes of the endpoint."""
    routes = APIRouter(route_class=Direct)

    @routes.api_route("/sparql", methods=["GET", "HEAD"], tags=["sparql"])
    async def get(request: Request) -> Response:
        """Answer a query, describe the service, or show the page."""
        endpoint.admit(client_of(request))
        pairs = _pairs(request)
        _require_no_update(pairs)
        asked = _query_of(pairs) if any(name == "query" for name, _ in pairs) else None
        others = _RESULTS if asked else media.RDF_DOCUMENT
        page = wants_page(request.headers.get("accept", ""), others)
        try:
            if page and (asked is None or not asked.format):
                return await show(request, site, endpoint, asked)
            if asked is None:
                return _description(request, site, endpoint)
            return await _answer(request, site, endpoint, asked)
        except ClientLeftError:
            return Response(b"", _CLIENT_LEFT)

    @routes.post("/sparql", tags=["sparql"])
    async def post(request: Request) -> Response:
        """Answer a query sent as form or directly."""
        endpoint.admit(client_of(request))
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise HTTPException(415, "send the query without Content-Encoding")
        body = await _body(request, endpoint.guard.max_query_bytes)
        pairs = _pairs(request)
        if kind == _DIRECT:
            pairs.append(("query", _text(body)))
        elif kind == _FORM:
            pairs += parse_qsl(_text(body), keep_blank_values=True)
        else:
            raise HTTPException(415, f"send the query as {_FORM} or {_DIRECT}")
        _require_no_update(pairs)
        asked = _query_of(pairs)
        # the form of the page, where a query is too long for an address
        page = kind == _FORM and wants_page(request.headers.get("accept", ""), _RESULTS)
        try:
            if page and not asked.format:
                return await show(request, site, endpoint, asked)
            return await _answer(request, site, endpoint, asked)
        except ClientLeftError:
            return Response(b"", _CLIENT_LEFT)

    def terms(release: OpenRelease, asked: Asked, _: Request) -> Answer:
        """Return what an editor completes: prefixes, graphs, classes and properties in use."""
        # releases of before this was kept have no terms
        known = {"classes": [], "properties": []} | release.manifest.get("terms", {})
        found = {"prefixes": site.prefixes.by_name, "graphs": sorted(release.graphs),
                 **{kind: iris[:_MOST_TERMS] for kind, iris in known.items()}}  # fmt: skip
        return answer(asked, media.JSON, tag=f"{site.release_tag}-terms", modified="",
                      make=lambda: orjson.dumps(found), vary=VARY_CODING)  # fmt: skip

    kept = remembered(site, terms)

    @routes.api_route("/sparql/terms.json", methods=["GET", "HEAD"], tags=["sparql"])
    async def completions(request: Request) -> Response:
        """Return what an editor completes: prefixes, graphs, classes and properties in use."""
        endpoint.admit(client_of(request))
        return await kept(request)

    @routes.options("/sparql", include_in_schema=False)
    async def options(_: Request) -> Response:
        """Answer the preflight of a browser."""
        headers = {**CORS, "Allow": _METHODS, "Access-Control-Allow-Methods": _METHODS,
                   "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
                   "Access-Control-Max-Age": "86400"}  # fmt: skip
        return Response(b"", 204, headers)

    @routes.api_route("/sparql", methods=["PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def others(_: Request) -> Response:
        """Refuse; each of the routes above would name its own methods only."""
        raise HTTPException(405, headers={"Allow": _METHODS})

    return routes


def _pairs(request: Request) -> list[tuple[str, str]]:
    text = request.scope["query_string"].decode("latin-1")
    return parse_qsl(text, keep_blank_values=True)


def _require_no_update(pairs: list[tuple[str, str]]) -> None:
    if any(name == "update" for name, _ in pairs):
        raise QueryRefusedError("updates are not offered here",
                                nl="wijzigingen worden hier niet aangenomen")  # fmt: skip


async def _body(request: Request, most: int) -> bytes:
    parts, size = [], 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                # in a form each byte may be written as three
                if size > _FORM_FACTOR * most:
                    too_large(most)
                parts.append(chunk)
    except TimeoutError:
        raise UploadTimeoutError(
            f"the query was not complete within {_BODY_SECONDS} s",
            nl=f"de zoekvraag was niet volledig binnen {_BODY_SECONDS} s",
        ) from None
    return b"".join(parts)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise QueryRefusedError("the query is not UTF-8",
                                nl="de zoekvraag is geen UTF-8") from None  # fmt: skip


def _query_of(pairs: list[tuple[str, str]]) -> Query:
    queries = [value for name, value in pairs if name == "query"]
    if len(queries) != 1:
        raise QueryRefusedError("give exactly one query", nl="geef precies één zoekvraag")
    return Query(
        queries[0],
        tuple(value for name, value in pairs if name == "default-graph-uri"),
        tuple(value for name, value in pairs if name == "named-graph-uri"),
        next((value for name, value in pairs if name == "format"), ""),
    )


def _media_type(request: Request, info: QueryInfo, asked: Query) -> str:
    names = offers(info.form)
    short = _TABULAR if info.form in {"SELECT", "ASK"} else _GRAPH
    # many write the "+" of a media type as it is, which is a space in an address
    wanted = asked.format.lower().replace(" ", "+")
    if wanted in short:
        return short[wanted]
    header = request.headers.get("accept", "")
    if wanted and wanted not in _TABULAR | _GRAPH:
        header = wanted if "/" in wanted else "-/-"
    chosen = choose(header, _OFFERED[info.form])
    if chosen is None:
        raise NotAcceptableError(f"offered are {', '.join(names)}", offers=names,
                                 nl=f"er is {', '.join(names)}")  # fmt: skip
    return chosen.name


async def _answer(request: Request, site: Site, endpoint: Endpoint, asked: Query) -> Response:
    info = endpoint.check(site, asked)
    media_type = _media_type(request, info, asked)
    headers = [*ALWAYS, (b"vary", b"Accept")]
    if request.method != "POST" and not info.volatile and endpoint.engines.repeatable:
        tag = _tag(site, info, asked, media_type)
        headers += [(b"etag", tag.encode()), (b"cache-control", _cached(endpoint).encode())]
        known = request.headers.get("if-none-match", "")
        # "*" is of what exists, which the engine knows
        if known and known.strip() != "*" and matches(known, tag):
            endpoint.unchanged(info)
            return Raw(304, headers, b"")
    else:
        headers.append((b"cache-control", b"no-store"))
    async with WhileThere(request.receive, LOOK_SECONDS):
        result = await endpoint.run(client_of(request), info, asked, media_type)
    return await respond(result, headers, request.method, endpoint.longest_seconds)


def _cached(endpoint: Endpoint) -> str:
    """Return who may keep an answer; what is open to some is kept for nobody else."""
    return CACHED if endpoint.is_public else CACHED.replace("public", "private")


def _tag(site: Site, info: QueryInfo, asked: Query, media_type: str) -> str:
    """Return the strong ETag of a result: it is a function of these (RFC 9110, 8.8.3)."""
    parts = (
        site.release_tag, _ENGINE, site.release.base, info.text.strip(), media_type,
        *asked.default_graphs, "", *asked.named_graphs,
    )  # fmt: skip
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f'"{digest[:32]}"'


def _description(request: Request, site: Site, endpoint: Endpoint) -> Response:
    release = site.release
    target = offer(request.headers.get("accept", ""), media.RDF_DOCUMENT)
    federated = bool(endpoint.guard.services)
    mark = "-service" if federated else ""
    headers = {**SECURITY, **CORS, "Vary": "Accept", "Cache-Control": _cached(endpoint),
               "ETag": f'"{site.release_tag}{mark}-{target.suffix}"'}  # fmt: skip
    if matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(b"", 304, headers)
    facts = describe(release.base, release.manifest["quads"], merged=release.manifest["merged"],
                     federated=federated)  # fmt: skip
    return Response(write(sorted(facts), target, site.prefixes), 200, headers, target.header)
