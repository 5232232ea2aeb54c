"""The project's questions, answered by the same engine and guard as everybody's queries."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.errors import ResourceNotFoundError
from app.questions import LABEL, Question
from app.rdf import media
from app.rdf.iris import relative
from app.store.current import OpenRelease
from app.store.sparql.guard import GuardLimits
from app.web.asking import Query, Table, checked, first_part, run, table_of
from app.web.direct import Direct
from app.web.links import canonical
from app.web.pages import render
from app.web.responses import Asked, answer
from app.web.site import Site, View, view_of
from app.web.sparql import Engines
from app.web.values import Values

_VARY = b"Accept-Encoding, Accept-Language"
_DOWNLOADS = ("csv", "json", "tsv")


def router(site: Site, engines: Engines, limits: GuardLimits) -> APIRouter:
    """Return the routes of questions; which there are is in the project file."""
    routes = APIRouter(route_class=Direct)

    @routes.api_route("/vragen", methods=["GET", "HEAD"], tags=["questions"])
    async def index(request: Request) -> Response:
        """List the questions."""
        if not site.project.questions:
            raise ResourceNotFoundError("there are no questions here")
        view = view_of(request)
        return _page(site, request, view, "vragen", partial(_index, site, view))

    @routes.api_route(
        "/vragen/{ref}", methods=["GET", "HEAD"], tags=["questions"],
        openapi_extra={"parameters": [{"name": "ref", "in": "path", "required": True,
                                       "schema": {"type": "string"}}]},
    )  # fmt: skip
    async def one(request: Request) -> Response:
        """Answer one question."""
        release, ref = site.release, request.path_params["ref"]
        question = next((item for item in site.project.questions if item.ref == ref), None)
        if question is None:
            raise ResourceNotFoundError("there is no such question")
        key = ("question", ref)
        table: Table | None = release.cache.get(key)
        if table is None:
            query = Query(question.query(release.base), (), (), "")
            result = await run(engines, checked(site, limits, query), query, "text/csv")
            table = table_of(*await first_part(result))
            release.cache.put(key, table, sum(len(cell) for row in table.rows for cell in row))
        view = view_of(request)
        make = partial(_answer, site, release, view, question, table)
        return _page(site, request, view, f"vragen/{ref}", make)

    return routes


def _page(site: Site, request: Request, view: View, path: str, make: Any) -> Response:
    mark = "x" if view.explicit else ""
    tag = f"{site.release_tag}-{view.language}{mark}-{site.page_tag}"
    links = canonical(site.site_url or site.release.base, path)
    found = answer(Asked.of(request), media.HTML, tag=tag, modified="", make=make, vary=_VARY,
                   links=links)  # fmt: skip
    return found.respond(request)


def _index(site: Site, view: View) -> bytes:
    words = view.words
    items = [(view.link(f"vragen/{item.ref}"), words.of(item.title), words.of(item.note))
             for item in site.project.questions]  # fmt: skip
    return render(site, view, "questions.html", path="vragen", title=words("questions"),
                  items=items)  # fmt: skip


def _answer(
    site: Site, release: OpenRelease, view: View, question: Question, table: Table
) -> bytes:
    """Return the page of an answer; `xLabel` becomes the text of the links in `x`."""
    words, head = view.words, table.head
    shown = [(index, name) for index, name in enumerate(head)
             if not (name.endswith(LABEL) and name.removesuffix(LABEL) in head)]  # fmt: skip
    labels = _labels(release, table)
    values = Values(view, labels, release.base)

    def cell(row: list[str], index: int, name: str) -> tuple[str, str, bool]:
        """Return (text, address or "", whether it is a number)."""
        text = row[index]
        href = values.href(text)
        if href:
            stated = row[head.index(name + LABEL)] if name + LABEL in head else ""
            text = words.of(labels[text]) if text in labels else stated or text
        return text, href, text.replace(".", "", 1).isdigit()

    rows = [[cell(row, index, name) for index, name in shown] for row in table.rows]
    query = {"query": question.query(release.base)}
    return render(
        site, view, "question.html", path=f"vragen/{question.ref}",
        title=words.of(question.title), note=words.of(question.note),
        head=[words.of(question.heads.get(name, {}), name) for _, name in shown],
        rows=rows, truncated=table.truncated,
        formats=[(f"{view.root}sparql?" + urlencode(query | {"format": name}), name)
                 for name in _DOWNLOADS],
        query_href=view.link("sparql?" + urlencode(query)),
    )  # fmt: skip


def _labels(release: OpenRelease, table: Table) -> dict[str, dict[str, str]]:
    """Return the titles of our own things in a table, by IRI."""
    paths = {}
    for row in table.rows:
        for cell in row:
            path = relative(release.base, cell)
            if path:
                paths[path] = cell
    return {paths[path]: title for path, title in release.documents.titles(list(paths)).items()}
