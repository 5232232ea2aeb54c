"""The page of the lab: one form for every way to hand over, and below it what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from app.errors import VijfsterError
from app.validation.narrow import Part
from app.validation.service import Mended
from app.validation.worker import PAGE
from app.web.desk import Desk, Handed
from app.web.intake import Taken
from app.web.jobpage import job_page, lab_page, said_in
from app.web.jobs import Job, Jobs
from app.web.pages import render
from app.web.problems import status_of
from app.web.report import (
    FORMS,
    Filter,
    Report,
    asked_form,
    attachment,
    form_names,
    lang_query,
    part_of,
    shown,
)
from app.web.shares import Kept
from app.web.shelf import Shelf
from app.web.site import Site, View, view_of

_SHOWN_LINES = 500


class LabPage:
    """Shows the form, and a report, a repair or a problem below it."""

    def __init__(self, site: Site, desk: Desk, jobs: Jobs, shelf: Shelf, days: int) -> None:
        """Prepare the page; `days` is for how long a report is kept if somebody asks."""
        self._site, self._desk, self._shelf, self._days = site, desk, shelf, days
        self._jobs, self._large = jobs.limits, jobs.desk

    def form(self, view: View, chosen: tuple[str, ...]) -> Response:
        """Show the form, with profiles chosen."""
        return self._show(view, chosen=chosen)

    def report(
        self, view: View, handed: Handed, report: Report, kept: Kept | None = None
    ) -> Response:
        """Show a report of what was handed over, and where it is kept if it is."""
        found = shown(view, report, Filter(Part(), live=True))
        return self._show(view, handed=handed, kept=kept, **found)

    def kept(
        self,
        view: View,
        path: str,
        report: Report,
        part: Part,
        expires: dt.datetime | None = None,
    ) -> Response:
        """Show a report that is kept at `path`, or a part of it; without expiry one of a job."""
        minutes = round(self._jobs.keep_seconds / 60)
        note = (view.words("kept_note", date=expires.date().isoformat()) if expires
                else view.words("job_note", minutes=minutes))  # fmt: skip
        query = urlencode({"severity": part.severity, "of": part.profile, "q": part.text})
        body = render(
            self._site, view, "kept.html", path=f"{path}?{query}" if part else path,
            title=view.words("kept_title" if expires else "result"), note=note, at=path,
            suffixes=[(FORMS[name].suffix, words) for name, words in form_names(view)],
            narrowing=f"?{query}" if part else "", **shown(view, report, Filter(part)),
        )  # fmt: skip
        return lab_page(body)

    def said(self, view: View, key: str) -> Response:
        """Say something short."""
        return self._show(view, notice=view.words(key))

    def job(self, view: View, job: Job) -> Response:
        """Show how far a job is."""
        return job_page(self._site, view, job, "validate", round(self._jobs.keep_seconds / 60))

    async def done_page(self, request: Request, name: str, model: bytes) -> Response:
        """Show the report of a job, or a part of it."""
        view, part = view_of(request), part_of(request)
        body = await self._desk.pool.render(model, PAGE, view.language, part)
        return self.kept(view, f"validate/jobs/{name}", Report.of(body), part)

    async def done_form(self, request: Request, suffix: str, model: bytes) -> Response:
        """Return the report of a job, or a part of it, in a form."""
        form, lang = asked_form(suffix, request), view_of(request).language
        body = await self._desk.pool.render(model, form, lang, part_of(request))
        return attachment(body, f"validatie.{FORMS[form].suffix}", FORMS[form].header)

    def repair(self, view: View, handed: Handed, mended: Mended) -> Response:
        """Show what a repair changed."""
        lines = [(_KINDS.get(line[:2], ""), line) for line in mended.difference[:_SHOWN_LINES]]
        found = {
            "name": handed.source.where, "changes": mended.changes, "lines": lines,
            "summary": mended.summary, "more": len(mended.difference) - len(lines),
        }  # fmt: skip
        return self._show(view, handed=handed, mended=found)

    def problem(self, view: View, error: VijfsterError) -> Response:
        """Show why there is no report."""
        return self._show(view, problem=said_in(view, error), status=status_of(error))

    def _show(
        self,
        view: View,
        *,
        status: int = 200,
        chosen: tuple[str, ...] = (),
        handed: Handed | None = None,
        **found: Any,
    ) -> Response:
        site, desk = self._site, self._desk
        names = [(name, view.words.of(self._shelf.get(name)[1].title)) for name in desk.names]
        context = {
            "problem": "", "notice": "", "result": None, "mended": None, "kept": None,
            "lang_query": lang_query(view),
            "chosen": handed.profiles if handed else chosen, **given(handed), **found,
        }  # fmt: skip
        body = render(
            site, view, "validate.html", path="validate", title=view.words("validate"),
            profiles=names, assets=site.assets, address=site.address, days=self._days,
            megabytes=self._large.max_bytes // 1_000_000, seconds=self._large.seconds, **context,
        )  # fmt: skip
        return lab_page(body, status)


# how a line of a difference begins -> how it looks
_KINDS = {"- ": "less", "+ ": "more", "@@": "part"}


def given(handed: Taken | None) -> Mapping[str, Any]:
    """Return what the form was filled in with, so that it need not be done again."""
    if handed is None:
        return {"url": "", "text": "", "from_file": False}
    source = handed.source
    if source.fetched:
        return {"url": source.where, "text": "", "from_file": False}
    text = source.data.decode(errors="replace") if handed.pasted else ""
    return {"url": "", "text": text, "from_file": not handed.pasted}
