"""What the pages of the lab share: a report as the worker wrote it, and its filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from app.errors import InputError, NotAcceptableError, ResourceNotFoundError
from app.rdf import media
from app.rdf.media import MediaType, negotiate
from app.validation.narrow import Part
from app.validation.worker import PAGE
from app.web.responses import CORS, SECURITY
from app.web.site import View

_MAX_TEXT = 200
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
# a form of the report -> how it is asked for
FORMS = {
    "json": media.JSON,
    "turtle": media.TURTLE,
    "jsonld": media.JSON_LD,
    "csv": media.CSV,
    "html": media.HTML,
    "sarif": MediaType("application/sarif+json", "sarif", "sarif", charset=False),
    "junit": MediaType("application/xml", "xml", "junit", aliases=("text/xml",)),
    "text": MediaType("text/plain", "txt", "text"),
    "xlsx": MediaType(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", "xlsx",
        charset=False,
    ),
}  # fmt: skip
# those of people first, then those of programs
FORM_ORDER = ("xlsx", "csv", "html", "text", "json", "turtle", "jsonld", "sarif", "junit")


def form_names(view: View) -> list[tuple[str, str]]:
    """Return the forms with what people call them."""
    return [(name, view.words(f"form_{name}")) for name in FORM_ORDER]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as a page shows it; `causes` is how many are shown."""

    html: Markup
    profiles: list[tuple[str, str]]
    causes: int

    @classmethod
    def of(cls, body: bytes) -> Report:
        """Return what the worker wrote in the form of a page; it escaped every text."""
        told = orjson.loads(body)
        html = Markup(told["html"])  # noqa: S704 - escaped there
        return cls(html, [(name, words) for name, words in told["profiles"]], told["causes"])


@dataclass(frozen=True, slots=True)
class Filter:
    """The filters of a page; `live` ones work on what is shown already, by script."""

    part: Part
    live: bool = False


def lang_query(view: View) -> str:
    """Return the query that keeps a chosen language, or ""."""
    return f"?lang={view.language}" if view.explicit else ""


def shown(view: View, report: Report | None, narrowing: Filter) -> dict[str, Any]:
    """Return what `result.html` needs."""
    return {
        "result": report,
        "filter": narrowing if report and (report.causes > 1 or narrowing.part) else None,
        "forms": form_names(view),
        "lang_query": lang_query(view),
    }


def wanted(form: str, request: Request, forms: Mapping[str, MediaType] = FORMS) -> str:
    """Return which of the forms to answer in: as named, else by the Accept header.

    Raises:
        InputError: There is no such form.
        NotAcceptableError: The header excludes every form.
    """
    if form:
        if form not in forms:
            raise InputError(f"format is one of {', '.join(forms)}",
                             nl=f"format is een van {', '.join(forms)}")  # fmt: skip
        return form
    offers = tuple(forms.values())
    chosen = negotiate(request.headers.get("accept", "*/*"), offers)
    if chosen is None:
        names = [offer.name for offer in offers]
        raise NotAcceptableError(f"offered are {', '.join(names)}", offers=names)
    return next(name for name, offer in forms.items() if offer is chosen)


def asked_form(suffix: str, request: Request) -> str:
    """Return the form of a report that has a page too: by suffix, else by the Accept header.

    Raises:
        ResourceNotFoundError: There is no form of that suffix.
        NotAcceptableError: The header excludes every form.
    """
    if suffix:
        found = next((name for name, form in FORMS.items() if form.suffix == suffix), "")
        if not found:
            raise ResourceNotFoundError("there is no report of that form")
        return found
    form = wanted("", request)
    # a browser gets the page; the document to save has a suffix
    return PAGE if form == "html" else form


def part_of(request: Request) -> Part:
    """Return what part of a report a request asks for."""
    query = request.query_params
    return Part(*(query.get(name, "")[:_MAX_TEXT] for name in ("severity", "of", "q")))


def private(response: Response) -> Response:
    """Return an answer at a secret address: kept nowhere, found by nobody, sent to no other."""
    response.headers.update(PRIVATE)
    return response


def attachment(body: bytes, name: str, kind: str) -> Response:
    """Return an answer to be saved, never shown as a page of this site."""
    headers = {
        **SECURITY, **CORS, "Cache-Control": "no-store", "Vary": "Accept, Accept-Language",
        "Content-Disposition": f'attachment; filename="{name}"',
    }  # fmt: skip
    return Response(body, 200, headers, kind)
