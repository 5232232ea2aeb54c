"""The page `/map`: a table, a mapping, and below them what comes of it, before it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from app.errors import VijfsterError
from app.mapping.service import MapOrder
from app.web.jobpage import job_page, lab_page, said_in
from app.web.jobs import Job, Jobs
from app.web.mapdesk import MapDesk
from app.web.mapforms import FORMS, given, of_suffix
from app.web.mapvalues import Preview, place_words
from app.web.pages import render
from app.web.problems import status_of
from app.web.report import lang_query
from app.web.site import Site, View, view_of

# those that people ask for, in the order of the buttons
_DOWNLOADS: Final = ("mapping", "turtle", "jsonld", "rdfxml", "nquads", "json")
_SURE, _LIKELY = 0.9, 0.75


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form is filled in with, so that it need not be done again."""

    profile: str = ""
    mapping: str = ""
    base: str = ""
    sheet: str = ""
    header_row: str = ""
    delimiter: str = ""
    encoding: str = ""
    items: str = ""


class MapPage:
    """Shows the form, and what came of a mapping or a problem below it."""

    def __init__(self, site: Site, desk: MapDesk, jobs: Jobs) -> None:
        self._site, self._desk = site, desk
        self._jobs, self._large = jobs.limits, jobs.desk

    def form(self, view: View, profile: str) -> Response:
        """Show the form, with a profile chosen."""
        return self._show(view, Shown(profile if profile in self._desk.profiles else ""))

    def result(self, view: View, order: MapOrder, body: bytes) -> Response:
        """Show what came of an order."""
        model = orjson.loads(body)
        shown = _shown(order, model["mapping"]["text"])
        return self._show(view, shown, result=_result(view, model))

    def problem(self, view: View, error: VijfsterError, order: MapOrder | None = None) -> Response:
        """Show why nothing was mapped, and what was asked."""
        shown = _shown(order, order.mapping.decode(errors="replace")) if order else None
        return self._show(view, shown, problem=said_in(view, error), status=status_of(error))

    def said(self, view: View, key: str) -> Response:
        """Say something short."""
        return self._show(view, notice=view.words(key))

    def job(self, view: View, job: Job) -> Response:
        """Show how far a job is."""
        return job_page(self._site, view, job, "map", round(self._jobs.keep_seconds / 60))

    async def done_page(self, request: Request, name: str, model: bytes) -> Response:
        """Show what came of a job."""
        view = view_of(request)
        found = orjson.loads(await self._desk.pool.render(model, "json"))
        path = f"map/jobs/{name}"
        links = [(f"{view.root}{path}.{FORMS[form].suffix}", view.words(f"map_as_{form}"))
                 for form in _DOWNLOADS]  # fmt: skip
        skipped = f"{view.root}{path}.csv"
        note = view.words("job_note", minutes=round(self._jobs.keep_seconds / 60))
        body = render(
            self._site, view, "mapped.html", path=path, title=view.words("map_result"), note=note,
            result=_result(view, found), links=links, skipped=skipped,
            lang_query=lang_query(view), text=found["mapping"]["text"],
        )  # fmt: skip
        return lab_page(body)

    async def done_form(self, request: Request, suffix: str, model: bytes) -> Response:
        """Return what came of a job in a form."""
        del request
        form = of_suffix(suffix)
        return given(await self._desk.pool.render(model, form), form, "tabel")

    def _show(
        self, view: View, shown: Shown | None = None, *, status: int = 200, problem: str = "",
        notice: str = "", result: Mapping[str, Any] | None = None,
    ) -> Response:  # fmt: skip
        site, desk = self._site, self._desk
        kinds = [(name, view.words.of(title)) for name, title in desk.profiles.items()]
        body = render(
            site, view, "map.html", path="map", title=view.words("map"), kinds=kinds,
            shown=shown or Shown(), assets=site.assets, address=site.address, problem=problem,
            notice=notice, result=result, lang_query=lang_query(view), links=None, skipped="",
            forms=[(form, view.words(f"map_as_{form}")) for form in _DOWNLOADS],
            megabytes=self._large.max_bytes // 1_000_000, seconds=desk.seconds,
        )  # fmt: skip
        return lab_page(body, status)


def _shown(order: MapOrder, mapping: str) -> Shown:
    dialect = order.dialect
    return Shown(
        order.profile, mapping, order.base, dialect.sheet,
        str(dialect.header_row or ""), dialect.delimiter, dialect.encoding, dialect.items,
    )  # fmt: skip


def _result(view: View, model: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the template shows of a result."""
    mapping = model["mapping"]
    out: dict[str, Any] = {
        "proposal": _proposal(view, mapping["proposal"]), "mapped": "rows" in model,
    }  # fmt: skip
    if not out["mapped"]:
        return out
    things = model["things"]
    values = Preview(view, model["labels"], things, model["base"])
    counts = {name: _number(view, model[name]) for name in
              ("rows", "quads", "problems", "rows_with_problems")}  # fmt: skip
    return out | {
        "counts": counts, "problems": model["problems"],
        "notes": [view.words.of(note["messages"]) for note in model["notes"]],
        "found": [_problem(view, item) for item in (*model["found"], *model["unmatched"])],
        "more": model["problems"] - len(model["found"]),
        "things": [_thing(values, number, thing)
                   for number, thing in enumerate(things, start=1)],
        "turtle": model["turtle"],
    }  # fmt: skip


def _proposal(view: View, found: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if found is None:
        return None
    words = view.words
    return {
        "title": words.of(found["title"]), "key": found["key"],
        "key_why": words.of(found["key"]["why"]),
        "columns": [
            {**item, "label": words.of(item["label"]), "why": words.of(item["why"]),
             "percent": round(100 * item["confidence"]), "sure": _sure(view, item["confidence"])}
            for item in found["columns"]
        ],
        "left_out": [
            {"column": item["column"] or f"({item['position']})", "why": words.of(item["why"]),
             "personal": item["reason"] == "personal",
             "options": [words.of(option["label"]) for option in item["options"]]}
            for item in found["left_out"]
        ],
        "total": len(found["columns"]) + len(found["left_out"]),
    }  # fmt: skip


def _sure(view: View, confidence: float) -> str:
    words = view.words
    if confidence >= _SURE:
        return words("map_sure")
    return words("map_likely" if confidence >= _LIKELY else "map_perhaps")


def _problem(view: View, found: Mapping[str, Any]) -> Mapping[str, Any]:
    count = found.get("count", 0)
    return {
        "where": place_words(view, found["cell"]), "value": found["value"],
        "message": view.words.of(found["message"]), "remedy": view.words.of(found["remedy"]),
        "count": view.words("map_times", count=_number(view, count)) if count > 1 else "",
    }  # fmt: skip


def _thing(values: Preview, number: int, thing: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "anchor": f"ding-{number}", "title": values.title(thing), "iri": thing["iri"],
        "kinds": [(values.href(kind), values.short(kind)) for kind in thing["types"]],
        "facts": Markup(values.facts(thing)),  # noqa: S704 - Values escapes
    }  # fmt: skip


def _number(view: View, number: int) -> str:
    return f"{number:,}".replace(",", "." if view.language == "nl" else ",")
