"""The page of `/sparql`: a form, an answer, examples; an editor where its files are there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from app.errors import QueryRefusedError, VijfsterError
from app.rdf import media
from app.rdf.iris import relative
from app.store.sparql.formats import offers
from app.web.asking import Endpoint, Query, Table, first_part, table_of
from app.web.charts import Chart, chart_of, is_number
from app.web.pages import render
from app.web.problems import status_of
from app.web.responses import CORS, SECURITY
from app.web.site import EDITOR, Site, View, view_of
from app.web.sparqlexamples import examples
from app.web.streaming import LOOK_SECONDS, WhileThere
from app.web.texts import DETAILS_NL, PROBLEMS_NL, TEXTS
from app.web.uploads import client_of
from app.web.values import Values

_NAMES = {
    "text/csv": ("csv", "CSV"), "text/tab-separated-values": ("tsv", "TSV"),
    "application/sparql-results+json": ("json", "JSON"),
    "application/sparql-results+xml": ("xml", "XML"), "text/turtle": ("ttl", "Turtle"),
    "application/n-triples": ("nt", "N-Triples"), "application/rdf+xml": ("rdf", "RDF/XML"),
    "application/ld+json": ("jsonld", "JSON-LD"),
}  # fmt: skip
# what servers in between take as an address
_LONGEST_LINK = 7_000
_LONGEST_LINE = 200
_BUSY_SECONDS = 5


@dataclass(slots=True)
class _Shown:
    """The answer to one query, as the page shows it; a table, a text or a problem."""

    status: str = ""
    empty: bool = False
    table: Table | None = None
    rows: list[list[tuple[str, str, str, bool]]] = field(default_factory=list)
    chart: Chart | None = None
    text: str | None = None
    cut: bool = False
    problem: tuple[str, list[str]] | None = None
    place: tuple[int, int] | None = None
    excerpt: str = ""
    formats: list[tuple[str, str]] = field(default_factory=list)
    code: int = 200
    wait: int | None = None


async def show(request: Request, site: Site, endpoint: Endpoint, asked: Query | None) -> Response:
    """Return the page, with the answer of a query that was asked."""
    view = view_of(request)
    query = asked.query if asked else ""
    shown = _Shown()
    if asked and query.strip():
        try:
            await _run(request, site, endpoint, asked, shown)
        except VijfsterError as error:
            _tell(view, error, query, shown)
    groups = examples(site, view)
    # browsers send lines as CRLF
    said = query.replace("\r\n", "\n").strip()
    now = next((item for _, items in groups for item in items if item.query.strip() == said), None)
    link = view.link("sparql?" + urlencode({"query": query}))
    body = render(
        site, view, "sparql.html", title=view.words("sparql"),
        # behind an address too long there is no other language of it
        path="sparql" + (f"?{request.url.query}" if asked and request.method != "POST" else ""),
        in_head=_scripts(site, view),
        text=query if asked else groups[0][1][0].query, asked=query,
        shown=shown if asked and query.strip() else None, groups=groups, now=now,
        permalink=link, short=len(link) <= _LONGEST_LINK, longest=_LONGEST_LINK,
        downloads=[
            (f"{view.root}sparql?" + urlencode({"query": query, "format": name}), name, title)
            for name, title in shown.formats],
    )  # fmt: skip
    headers = {**SECURITY, **CORS, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    if shown.wait:
        headers["Retry-After"] = str(shown.wait)
    return Response(body, shown.code, headers, media.HTML.header)


def _scripts(site: Site, view: View) -> str:
    out = []
    for name in (*(EDITOR if site.has_editor else ()), "sparql.js"):
        address = f"{view.root}static/{name}?v={site.assets}"
        out.append(f'<link rel="stylesheet" href="{address}">' if name.endswith(".css")
                   else f'<script src="{address}" defer></script>')  # fmt: skip
    return "\n".join(out)


async def _run(
    request: Request, site: Site, endpoint: Endpoint, asked: Query, shown: _Shown
) -> None:
    """Run a query and note what is to be shown of its answer."""
    view = view_of(request)
    words, begun = view.words, time.monotonic()
    info = endpoint.check(site, asked)
    media_type = "text/csv" if info.form == "SELECT" else offers(info.form)[0]
    async with WhileThere(request.receive, LOOK_SECONDS):
        result = await endpoint.run(client_of(request), info, asked, media_type)
        text, whole = await first_part(result)
    spent = time.monotonic() - begun
    seconds = f"{spent:.3f}" if spent < 1 else f"{spent:.1f}"
    if view.language == "nl":
        seconds = seconds.replace(".", ",")
    shown.formats = [_NAMES[name] for name in offers(info.form)]
    shown.status = words("answer_in", seconds=seconds)
    if info.form == "SELECT":
        found = shown.table = table_of(text, whole)
        short, href = _shortener(site), Values(view, {}, site.release.base).href
        shown.rows = [[_cell(cell, short, href) for cell in row] for row in found.rows]
        shown.chart = chart_of(found.head, found.rows, short)
        count = len(found.rows)
        shown.empty = not count
        kind = "first_rows_in" if found.truncated else "row_in" if count == 1 else "rows_in"
        shown.status = words(kind, count=count, seconds=seconds)
    elif info.form == "ASK":
        shown.status = f"{_truth(view, text)}. {shown.status}"
    else:
        shown.text, shown.cut, shown.empty = text, not whole, not text.strip()


def _truth(view: View, text: str) -> str:
    said = bool(json.loads(text)["boolean"])
    return f"{view.words('yes' if said else 'no')} ({str(said).lower()})"


def _shortener(site: Site) -> Callable[[str], str]:
    """Return what gives the prefixed name of an address, or its path below ours."""

    def short(cell: str) -> str:
        prefix, local = site.prefixes.shorten(cell) if "://" in cell else ("", "")
        return f"{prefix}:{local}" if prefix else relative(site.release.base, cell) or cell

    return short


def _cell(
    cell: str, short: Callable[[str], str], href: Callable[[str], str]
) -> tuple[str, str, str, bool]:
    """Return (text, address or "", all of it where the text is short, whether it is a number)."""
    address = href(cell)
    text = short(cell) if address else cell
    return text, address, cell if text != cell else "", is_number(cell)


def _tell(view: View, error: VijfsterError, query: str, shown: _Shown) -> None:
    """Note what went wrong, where, and what to do about it."""
    shown.code = status_of(error)
    shown.wait = getattr(error, "seconds", _BUSY_SECONDS if shown.code == 503 else None)
    dutch = view.language == "nl"
    title = PROBLEMS_NL.get(error.code, error.title_nl) if dutch else error.title
    detail = error.detail_nl if dutch else error.detail
    if dutch and detail == error.detail:
        detail = DETAILS_NL.get(error.code, detail)
    advice = f"advice_{error.code}"
    said = [detail]
    if advice in TEXTS:
        said.append(view.words(advice, seconds=shown.wait))
    shown.problem = title, said
    if isinstance(error, QueryRefusedError) and error.position:
        shown.place = error.position
        line, column = error.position
        lines = query.split("\n")
        if line <= len(lines) and len(lines[line - 1]) <= _LONGEST_LINE:
            shown.excerpt = f"{lines[line - 1].rstrip()}\n{' ' * (column - 1)}^"
