"""The project's questions with the answers that the build found: pages, CSV, SPARQL JSON."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request

from app.errors import ResourceNotFoundError
from app.questions import LABEL
from app.rdf import media
from app.rdf.iris import relative
from app.rdf.media import MediaType
from app.rdf.terms import XSD, Term, is_literal, literal_of
from app.store.current import OpenRelease
from app.tables.writing import safe_csv
from app.web.direct import Direct, remembered
from app.web.links import alternates, canonical
from app.web.pages import page, render
from app.web.responses import VARY_CODING, Answer, Asked, answer
from app.web.site import Site, View, view_of
from app.web.texts import Words
from app.web.values import Values

_RESULTS = MediaType("application/sparql-results+json", "json", "results", charset=False)
_FORMS = {"csv": media.CSV, "json": _RESULTS}
_SHOWN_ROWS = 1_000
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "nonNegativeInteger")}
Found = dict[str, Any]


def router(site: Site) -> APIRouter:
    """Return the routes of questions; which there are is in the release."""
    routes = APIRouter(route_class=Direct)

    def listing(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """List the questions."""
        if not release.answers:
            raise ResourceNotFoundError("there are no questions here")
        view = view_of(request)
        return page(site, asked, view, "vragen", partial(_index, site, release, view))

    def one(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Answer one question."""
        found = _find(release, request)
        view, path = view_of(request), f"vragen/{found['ref']}"
        make = partial(_answer, site, release, view, found)
        others = alternates(found["ref"], _FORMS.values())
        return page(site, asked, view, path, make, others=others)

    def suffixed(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return the answer as data."""
        found = _find(release, request)
        form = _FORMS.get(request.path_params["suffix"])
        if form is None:
            raise ResourceNotFoundError("there is no answer of that form")
        make = partial(_csv if form is media.CSV else _json, found)
        links = [canonical(site.site_url or release.base, f"vragen/{found['ref']}.{form.suffix}")]
        return answer(
            asked, form, tag=f"{site.release_tag}-{form.suffix}",
            modified=release.release.published, make=make, vary=VARY_CODING, links=", ".join(links),
        )  # fmt: skip

    for path, build in (
        ("/vragen", listing), ("/vragen/{ref}.{suffix}", suffixed), ("/vragen/{ref}", one),
    ):  # fmt: skip
        routes.add_api_route(
            path, remembered(site, build), methods=["GET", "HEAD"], tags=["questions"]
        )
    return routes


def _find(release: OpenRelease, request: Request) -> Found:
    ref = request.path_params["ref"]
    found = next((item for item in release.answers if item["ref"] == ref), None)
    if found is None:
        raise ResourceNotFoundError("there is no such question")
    return found


def _index(site: Site, release: OpenRelease, view: View) -> bytes:
    words = view.words
    items = [(view.link(f"vragen/{item['ref']}"), words.of(item["title"]), words.of(item["note"]))
             for item in release.answers]  # fmt: skip
    return render(site, view, "questions.html", path="vragen", title=words("questions"),
                  items=items)  # fmt: skip


def _answer(site: Site, release: OpenRelease, view: View, found: Found) -> bytes:
    """Return the page of an answer; `xLabel` is the text of the links in `x`."""
    words, head = view.words, found["head"]
    shown = [name for name in head
             if not (name.endswith(LABEL) and name.removesuffix(LABEL) in head)]  # fmt: skip
    rows = [dict(zip(head, row, strict=True)) for row in found["rows"][:_SHOWN_ROWS]]
    values = Values(view, _labels(release, rows), release.base)
    cells = [[_cell(values, row[name], row.get(name + LABEL, "")) for name in shown]
             for row in rows]  # fmt: skip
    return render(
        site, view, "question.html", path=f"vragen/{found['ref']}",
        title=words.of(found["title"]), note=words.of(found["note"]),
        head=[words.of(found["heads"].get(name, {}), name) for name in shown],
        rows=cells, total=len(found["rows"]), things=_things(words, found),
        formats=[(f"{view.root}vragen/{found['ref']}.{suffix}", suffix) for suffix in _FORMS],
        query_href=view.link("sparql?" + urlencode({"query": found["query"]}))
        if site.sparql_is_public else "",
    )  # fmt: skip


def _things(words: Words, found: Found) -> tuple[int, str]:
    """Return how many things the rows are about, and the heading of the column they stand in."""
    head = found["head"]
    name = next((name for name in head if name + LABEL in head), "")
    if not name:
        return len(found["rows"]), ""
    column = head.index(name)
    different = {row[column] for row in found["rows"] if row[column]}
    return len(different), words.of(found["heads"].get(name, {}), name)


def _cell(values: Values, term: Term, label: Term) -> tuple[str, str, bool]:
    """Return (text, address or "", whether it is a number); no text where nothing is stated."""
    if not term:
        return "", "", False
    if is_literal(term):
        text, datatype, _ = literal_of(term)
        if datatype == XSD + "boolean":
            text = values.view.words("yes" if text in {"true", "1"} else "no")
        return text, "", datatype in _NUMBERS
    iri = term.strip("<>")
    stated = literal_of(label).text if is_literal(label) else ""
    # in the language of the page where the thing has a name in it, else as the query says
    return (
        values.view.words.of(values.labels.get(iri) or {}, stated or iri),
        values.href(iri),
        False,
    )


def _labels(release: OpenRelease, rows: list[dict[str, Term]]) -> dict[str, dict[str, str]]:
    """Return the titles of our own things in an answer, by IRI."""
    iris = {term[1:-1] for row in rows for term in row.values() if term.startswith("<")}
    paths = {path: iri for iri in iris if (path := relative(release.base, iri))}
    return {paths[path]: title for path, title in release.documents.titles(list(paths)).items()}


def _plain(term: Term) -> str:
    return literal_of(term).text if is_literal(term) else term.strip("<>")


def _csv(found: Found) -> bytes:
    rows = (dict(zip(found["head"], map(_plain, row), strict=True)) for row in found["rows"])
    return safe_csv(found["head"], rows)


def _json(found: Found) -> bytes:
    """Return SPARQL 1.1 Query Results JSON."""
    bindings = [
        {name: _binding(term) for name, term in zip(found["head"], row, strict=True) if term}
        for row in found["rows"]
    ]
    return orjson.dumps({"head": {"vars": found["head"]}, "results": {"bindings": bindings}})


def _binding(term: Term) -> dict[str, str]:
    if not is_literal(term):
        kind = "bnode" if term.startswith("_:") else "uri"
        return {"type": kind, "value": term.removeprefix("_:").strip("<>")}
    text, datatype, language = literal_of(term)
    out = {"type": "literal", "value": text}
    if language:
        out["xml:lang"] = language
    elif datatype != XSD + "string":
        out["datatype"] = datatype
    return out
