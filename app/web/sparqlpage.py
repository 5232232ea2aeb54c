"""The page of `/sparql`: a form, an answer, examples."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from app.errors import VijfsterError
from app.rdf import media
from app.store.sparql.formats import offers
from app.web.asking import Endpoint, Query, first_part, table_of
from app.web.pages import render
from app.web.problems import status_of
from app.web.responses import CORS, SECURITY
from app.web.site import Site, View, view_of
from app.web.streaming import LOOK_SECONDS, while_there
from app.web.uploads import client_of
from app.web.values import Values


async def show(request: Request, site: Site, endpoint: Endpoint, asked: Query | None) -> Response:
    """Return the page, with the answer of a query that was asked."""
    view = view_of(request)
    table: dict[str, Any] | None = None
    graph = problem = None
    cut = False
    formats: list[tuple[str, str]] = []
    status, wait = 200, None
    if asked and asked.query.strip():
        try:
            info = endpoint.check(site, asked)
            tabular = info.form in {"SELECT", "ASK"}
            shown = "text/csv" if info.form == "SELECT" else offers(info.form)[0]
            async with while_there(request.receive, LOOK_SECONDS):
                result = await endpoint.run(client_of(request), info, asked, shown)
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
            problem = error.detail_nl if view.language == "nl" else error.detail
            status = status_of(error)
            wait = getattr(error, "seconds", 5 if status == 503 else None)
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
    if wait:
        headers["Retry-After"] = str(wait)
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
