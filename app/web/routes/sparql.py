"""`/sparql`: SPARQL 1.1 Protocol, query only, and a page to try it on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import anyio
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from app.errors import NotAcceptableError, QueryRefusedError, VijfsterError
from app.rdf import media
from app.rdf.io import write
from app.rdf.media import MediaType, negotiate
from app.rdf.namespaces import term
from app.rdf.terms import Quad, literal
from app.store.sparql.formats import GRAPH_MEDIA_TYPES, SELECT_MEDIA_TYPES, offers
from app.store.sparql.guard import GuardLimits, QueryInfo
from app.web.asking import Query, checked, first_part, graphs, run, table_of
from app.web.direct import Direct
from app.web.pages import render
from app.web.problems import status_of
from app.web.responses import CORS, SECURITY
from app.web.site import Site, View, offer, view_of, wants_page
from app.web.sparql import Engines
from app.web.values import Values

_SD = "<http://www.w3.org/ns/sparql-service-description#"
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


def router(site: Site, engines: Engines, limits: GuardLimits) -> APIRouter:
    """Return the routes of the endpoint."""
    routes = APIRouter(route_class=Direct)

    @routes.api_route("/sparql", methods=["GET", "HEAD"], tags=["sparql"])
    async def get(request: Request) -> Response:
        """Answer a query, describe the service, or show the page."""
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        if any(name == "update" for name, _ in pairs):
            raise QueryRefusedError("updates are not offered here")
        asked = _query_of(pairs) if any(name == "query" for name, _ in pairs) else None
        others = _RESULTS if asked else media.RDF_DOCUMENT
        page = wants_page(request.headers.get("accept", ""), others)
        if page and (asked is None or not asked.format):
            return await _page(request, site, engines, limits, asked)
        if asked is None:
            return _description(request, site)
        return await _answer(request, site, engines, limits, asked)

    @routes.post("/sparql", tags=["sparql"])
    async def post(request: Request) -> Response:
        """Answer a query sent as form or directly."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        body = await _body(request, limits.max_query_bytes * 4)
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        if kind == _DIRECT:
            pairs.append(("query", _text(body)))
        elif kind == _FORM:
            pairs += parse_qsl(_text(body), keep_blank_values=True)
        else:
            raise HTTPException(415, f"send the query as {_FORM} or {_DIRECT}")
        if any(name == "update" for name, _ in pairs):
            raise QueryRefusedError("updates are not offered here")
        return await _answer(request, site, engines, limits, _query_of(pairs))

    @routes.options("/sparql", include_in_schema=False)
    async def options(_: Request) -> Response:
        """Answer the preflight of a browser."""
        headers = {**CORS, "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
                   "Access-Control-Allow-Headers": "Accept, Content-Type",
                   "Access-Control-Max-Age": "86400"}  # fmt: skip
        return Response(b"", 204, headers)

    return routes


async def _body(request: Request, most: int) -> bytes:
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            msg = f"the body may have at most {most} bytes"
            raise QueryRefusedError(msg)
        parts.append(chunk)
    return b"".join(parts)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise QueryRefusedError("the query is not UTF-8") from None


def _query_of(pairs: list[tuple[str, str]]) -> Query:
    queries = [value for name, value in pairs if name == "query"]
    if len(queries) != 1:
        raise QueryRefusedError("give exactly one query")
    return Query(
        queries[0],
        tuple(value for name, value in pairs if name == "default-graph-uri"),
        tuple(value for name, value in pairs if name == "named-graph-uri"),
        next((value for name, value in pairs if name == "format"), ""),
    )


def _media_type(request: Request, info: QueryInfo, asked: Query) -> str:
    names = offers(info.form)
    short = _TABULAR if info.form in {"SELECT", "ASK"} else _GRAPH
    if asked.format and (asked.format in short or asked.format not in _TABULAR | _GRAPH):
        wanted = short.get(asked.format, asked.format)
        if wanted not in names:
            raise NotAcceptableError(f"offered are {', '.join(names)}", offers=names)
        return wanted
    table = tuple(item for item in _RESULTS if item.name in names)
    chosen = negotiate(request.headers.get("accept", ""), table)
    if chosen is None:
        raise NotAcceptableError(f"offered are {', '.join(names)}", offers=names)
    return chosen.name


async def _answer(
    request: Request, site: Site, engines: Engines, limits: GuardLimits, asked: Query
) -> Response:
    info = checked(site, limits, asked)
    media_type = _media_type(request, info, asked)
    result = await run(engines, info, asked, media_type)
    headers = {**SECURITY, **CORS, "Vary": "Accept", "Cache-Control": "public, max-age=10"}
    if request.method == "HEAD":
        await result.aclose()
        head = Response(b"", 200, headers, media_type)
        # how long the result would be is not known
        del head.headers["content-length"]
        return head

    async def body() -> AsyncIterator[bytes]:
        # a failure here aborts the chunked answer: a part must never look like the whole
        try:
            async for chunk in result:
                yield chunk
        finally:
            # also when the client left, which cancels whatever is awaited here
            with anyio.CancelScope(shield=True):
                await result.aclose()

    return StreamingResponse(body(), 200, headers, media_type)


def _description(request: Request, site: Site) -> Response:
    """Describe the service (SPARQL 1.1 Service Description)."""
    release = site.release
    service, dataset = f"<{release.base}sparql>", f"<{release.base}.well-known/void>"
    a, formats = term("rdf:type"), "http://www.w3.org/ns/formats/"
    out: list[Quad] = [
        (service, a, _SD + "Service>", ""),
        (service, _SD + "endpoint>", service, ""),
        (service, _SD + "supportedLanguage>", _SD + "SPARQL11Query>", ""),
        (service, _SD + "feature>", _SD + "UnionDefaultGraph>", ""),
        (service, _SD + "defaultDataset>", dataset, ""),
        (dataset, a, _SD + "Dataset>", ""),
        (service, term("rdfs:comment"), literal(
            "The default graph is the union of the named graphs. The engine may normalise the "
            "lexical form and datatype of numbers; /doc and /dumps give them exactly.",
            language="en"), ""),
    ]  # fmt: skip
    for name in ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV",
                 "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML"):  # fmt: skip
        out.append((service, _SD + "resultFormat>", f"<{formats}{name}>", ""))
    for graph in graphs(site):
        out.append((dataset, _SD + "namedGraph>", f"<{graph}>", ""))
        out.append((f"<{graph}>", _SD + "name>", f"<{graph}>", ""))
    target = offer(request.headers.get("accept", ""), media.RDF_DOCUMENT)
    headers = {**SECURITY, **CORS, "Vary": "Accept", "Cache-Control": "public, max-age=60"}
    body = write(sorted(out), target, site.prefixes)
    return Response(body, 200, headers, target.header)


async def _page(
    request: Request, site: Site, engines: Engines, limits: GuardLimits, asked: Query | None
) -> Response:
    view = view_of(request)
    table: dict[str, Any] | None = None
    graph = problem = None
    cut = False
    formats: list[tuple[str, str]] = []
    status = 200
    if asked and asked.query.strip():
        try:
            info = checked(site, limits, asked)
            tabular = info.form in {"SELECT", "ASK"}
            result = await run(engines, info, asked, "text/csv" if info.form == "SELECT" else
                                offers(info.form)[0])  # fmt: skip
            text, whole = await first_part(result)
            names = ("csv", "json", "xml", "tsv") if tabular else ("ttl", "nt", "rdf")
            formats = [(f"{view.root}sparql?" + urlencode({"query": asked.query, "format": name}),
                        name) for name in names]  # fmt: skip
            if info.form == "SELECT":
                found = table_of(text, whole)
                href = Values(view, {}, site.release.base).href
                rows = [[(cell, href(cell)) for cell in row] for row in found.rows]
                table = {"head": found.head, "rows": rows, "truncated": found.truncated}
            else:
                graph, cut = text, not whole
        except VijfsterError as error:
            problem, status = error.detail, status_of(error)
    body = render(
        site, view, "sparql.html", title=view.words("sparql"),
        path="sparql" + (f"?{request.url.query}" if asked else ""),
        text=asked.query if asked else _examples(site, view)[0][2],
        table=table, graph=graph, cut=cut,
        problem=problem, formats=formats,
        examples=[(f"{view.root}sparql?" + urlencode({"query": query} | (
            {"lang": view.language} if view.explicit else {})), name)
            for _, name, query in _examples(site, view)],
    )  # fmt: skip
    headers = {**SECURITY, **CORS, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    return Response(body, status, headers, media.HTML.header)


_MOST_TO_WIN = """PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dqv: <http://www.w3.org/ns/dqv#>
PREFIX pv: <https://piveau.eu/ns/voc#>
SELECT ?dataset ?title ?points (405 - ?points AS ?lost)
WHERE {
  ?dataset a dcat:Dataset ;
    dct:title ?title .
  ?measurement dqv:computedOn ?dataset ;
    dqv:isMeasurementOf pv:scoring ;
    dqv:value ?points .
  FILTER (lang(?title) = "nl")
}
ORDER BY DESC(?lost) ?title"""


def _examples(site: Site, view: View) -> list[tuple[str, str, str]]:
    """Return the project's questions, and queries any project can answer: classes, inventories."""
    words = view.words
    classes = (
        "SELECT ?class (COUNT(?thing) AS ?things)\nWHERE { ?thing a ?class }\n"
        "GROUP BY ?class\nORDER BY DESC(?things)"
    )
    out = [(item["ref"], words.of(item["title"]), item["query"])
           for item in site.release.answers]  # fmt: skip
    out.append(("classes", words("how_many"), classes))
    if site.release.quality:
        out.append(("points", words("most_points"), _MOST_TO_WIN))
    for inventory in site.project.inventories:
        graph = f"{site.release.base}id/graaf/{inventory.ref}"
        name = words.of(inventory.title)
        kind = inventory.type
        prefix = kind.partition(":")[0]
        namespace = site.prefixes.by_name.get(prefix, "")
        query = (
            f"PREFIX {prefix}: <{namespace}>\n"
            "SELECT ?thing ?property ?value\n"
            f"WHERE {{\n  GRAPH <{graph}> {{\n    ?thing a {kind} ;\n      ?property ?value .\n"
            "  }\n}\nORDER BY ?thing ?property\nLIMIT 100"
        )
        out.append((inventory.ref, name, query))
    return out
