"""The page `/score`: a score card with what to do first, and a form to have one's own scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
from fastapi import Request
from starlette.responses import Response

from app.errors import InputError, ResourceNotFoundError, VijfsterError
from app.quality.forms import CSV, JSON, PAGE, SORTS, STARS, TEXT, Card, Part
from app.quality.overviewforms import word
from app.rdf import media
from app.rdf.media import MediaType
from app.web import parameters, report
from app.web.intake import Taken
from app.web.jobpage import job_page, lab_page, said_in
from app.web.jobs import Job, Jobs
from app.web.labpage import given
from app.web.pages import render
from app.web.problems import status_of
from app.web.report import attachment, lang_query
from app.web.scoredesk import MOST_LINKS, ScoreDesk
from app.web.scorevalues import values
from app.web.site import Site, View, view_of

# a form of a card -> how it is asked for
FORMS: Final[Mapping[str, MediaType]] = {
    JSON: media.JSON, CSV: media.CSV, TEXT: report.FORMS["text"], "html": media.HTML,
}  # fmt: skip
DOWNLOADS: Final = (CSV, TEXT, JSON)
_NAME: Final = "score"
_MOST: Final = 1_000_000
# where a control leads: a part, or a form of the card
Leads = Callable[[str], str]


class ScorePage:
    """Shows a card, and a form; a problem where there is no card.

    `overview` is whether publishers beside each other are to be seen.
    """

    def __init__(self, site: Site, desk: ScoreDesk, jobs: Jobs, *, overview: bool) -> None:
        self._site, self._desk = site, desk
        self._overview = overview
        self._jobs, self._large = jobs.limits, jobs.desk

    def own(self, view: View, card: Card | None) -> bytes:
        """Return the page with the card of our own catalog, or that there is none."""
        if card is None:
            return self._page(view, notice=view.words("score_none"))
        lead = _links(view, "score")
        return self._page(view, title=view.words("score_own"), **_shown(view, card, lead))

    def form(self, view: View) -> Response:
        """Show the form alone."""
        return lab_page(self._page(view))

    def result(self, view: View, taken: Taken, body: bytes) -> Response:
        """Show the card of what was taken; nothing is kept, so each control sends it again."""
        return lab_page(self._page(view, taken=taken, **_shown(view, orjson.loads(body), None)))

    def problem(self, view: View, error: VijfsterError) -> Response:
        """Show why there is no card."""
        return lab_page(self._page(view, problem=said_in(view, error)), status_of(error))

    def said(self, view: View, key: str) -> Response:
        """Say something short."""
        return lab_page(self._page(view, notice=view.words(key)))

    def job(self, view: View, job: Job) -> Response:
        """Show how far a job is."""
        return job_page(self._site, view, job, "score", round(self._jobs.keep_seconds / 60))

    async def done_page(self, request: Request, name: str, model: bytes) -> Response:
        """Show a page of the card of a job."""
        view, part, at = view_of(request), part_of(request), f"score/jobs/{name}"
        card = orjson.loads(await self._desk.pool.render(model, PAGE, view.language, part))
        note = view.words("job_note", minutes=round(self._jobs.keep_seconds / 60))
        body = render(
            self._site, view, "scored.html", path=f"{at}?{_query(part.sort, part.page)}",
            title=view.words("score_result"), note=note, assets=self._site.assets,
            lang_query=lang_query(view), from_file=False, **_shown(view, card, _links(view, at)),
        )  # fmt: skip
        return lab_page(body)

    async def done_form(self, request: Request, suffix: str, model: bytes) -> Response:
        """Return the card of a job in a form."""
        view, form = view_of(request), of_suffix(suffix)
        body = await self._desk.pool.render(model, form, view.language, Part())
        return given_card(body, form)

    def _page(
        self, view: View, *, taken: Taken | None = None, problem: str = "", notice: str = "",
        title: str = "", card: Mapping[str, Any] | None = None, **more: Any,
    ) -> bytes:  # fmt: skip
        site = self._site
        return render(
            site, view, "score.html", path="score", title=view.words("score"), heading=title,
            problem=problem, notice=notice, card=card, assets=site.assets, address=site.address,
            lang_query=lang_query(view), megabytes=self._large.max_bytes // 1_000_000,
            seconds=self._large.seconds, most_links=MOST_LINKS,
            overview=word("title", view.language) if self._overview else "",
            **given(taken), **more,
        )  # fmt: skip


def part_of(request: Request) -> Part:
    """Return which datasets of a card a request asks for.

    Raises:
        InputError: There is no such order or page.
    """
    sort = request.query_params.get("sort", "") or SORTS[0]
    if sort not in SORTS:
        raise InputError(f"sort is one of {', '.join(SORTS)}",
                         nl=f"sort is een van {', '.join(SORTS)}")  # fmt: skip
    return Part(sort, parameters.whole(request, "page", default=1, most=_MOST))


def of_suffix(suffix: str) -> str:
    """Return the form of a suffix.

    Raises:
        ResourceNotFoundError: There is none.
    """
    found = next((name for name in DOWNLOADS if FORMS[name].suffix == suffix), "")
    if not found:
        raise ResourceNotFoundError("there is no score card of that form",
                                    nl="er is geen scorekaart in die vorm")  # fmt: skip
    return found


def given_card(body: bytes, form: str) -> Response:
    """Return a card in a form as a file."""
    return attachment(body, f"{_NAME}.{FORMS[form].suffix}", FORMS[form].header)


def _query(sort: str, page: int) -> str:
    return f"sort={sort}" + (f"&page={page}" if page > 1 else "")


def _links(view: View, at: str) -> Leads:
    """Return how a card that stays at an address is asked for otherwise."""
    return lambda rest: view.link(at + rest)


def _shown(view: View, card: Card, leads: Leads | None) -> Mapping[str, Any]:
    """Return what `scorecard.html` needs; without links every control is a button of the form."""
    found, sort = values(view, card), card["sort"]

    def to(query: str) -> str:
        # a button's address is that of the form's own
        lang = f"&lang={view.language}" if view.explicit else ""
        return leads(f"?{query}#lijst") if leads else f"{view.root}score?{query}{lang}#lijst"

    sorts = [name for name in SORTS if name != STARS or card.get("stars")]
    page, pages = card["page"], card["pages"]
    return {
        "card": found, "linked": leads is not None,
        "sorts": [(name == sort, to(_query(name, 1)), view.words(f"score_sort_{name}"))
                  for name in sorts] if card["count"] > 1 else [],
        "previous": to(_query(sort, page - 1)) if page > 1 else "",
        "following": to(_query(sort, page + 1)) if page < pages else "",
        "downloads": [(form, leads(f".{FORMS[form].suffix}") if leads else "",
                       view.words(f"score_form_{form}")) for form in DOWNLOADS],
    }  # fmt: skip
