"""`/score` and `/api/score`: the points of a catalog, our own or one that is handed over."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.errors import ResourceNotFoundError, VijfsterError
from app.quality.forms import PAGE, Card, Part, shown, written
from app.store.current import OpenRelease
from app.web.direct import Direct, remembered_apart
from app.web.intake import Taken
from app.web.jobs import Jobs
from app.web.pages import page as paged
from app.web.report import PRIVATE, lang_query, wanted
from app.web.responses import SECURITY, VARY_LANGUAGE, Answer, Asked, answer
from app.web.routes.jobs import length_of, started, wants_job
from app.web.scoredesk import LINKS, YES, ScoreDesk, order_of
from app.web.scorepage import FORMS, ScorePage, given_card, of_suffix, part_of
from app.web.site import Site, view_of


def router(site: Site, desk: ScoreDesk, jobs: Jobs, page: ScorePage) -> APIRouter:
    """Return the routes of scores."""
    routes = APIRouter(route_class=Direct)

    def own(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Show the card of our own catalog, and the form."""
        view, part, card = view_of(request), part_of(request), own_card(release)
        found = shown(card, view.language, part) if card else None
        return paged(site, asked, view, "score", partial(page.own, view, found))

    def file(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Give the card of our own catalog in a form."""
        form, lang, card = of_suffix(request.path_params["suffix"]), view_of(request).language, (
            own_card(release))  # fmt: skip
        if card is None:
            raise ResourceNotFoundError("of this release no score was kept",
                                        nl="van deze publicatie is geen score bewaard")  # fmt: skip
        return answer(
            asked, FORMS[form], tag=f"{site.release_tag}-{site.code_tag}-{lang}", modified="",
            make=partial(written, card, form, lang, Part()), vary=VARY_LANGUAGE,
        )  # fmt: skip

    kept = remembered_apart(site, own)

    @routes.api_route("/score", methods=["GET", "HEAD"], tags=["quality"])
    async def form(request: Request) -> Response:
        """Show the card of our own catalog, and the form."""
        if site.loaded.release is None:
            return page.form(view_of(request))
        return await kept(request)

    routes.add_api_route("/score.{suffix}", remembered_apart(site, file),
                         methods=["GET", "HEAD"], tags=["quality"])  # fmt: skip

    @routes.post("/score", tags=["quality"])
    async def scored(request: Request) -> Response:
        """Score what the form hands over and show the card as a page."""
        view = view_of(request)
        try:
            part = part_of(request)
            if _linked(request) or length_of(request) > jobs.limits.form_bytes:
                job = await jobs.start(request, view.language)
                where = f"{view.root}score/jobs/{job.name}{lang_query(view)}"
                return Response(b"", 303, {**SECURITY, **PRIVATE, "Location": where})
            taken = await desk.take(request)
            body = await desk.pool.run(order_of(taken), PAGE, view.language, part)
        except VijfsterError as error:
            return page.problem(view, error)
        return page.result(view, taken, body)

    @routes.post("/api/score", tags=["quality"], openapi_extra=_operation())
    async def api(request: Request) -> Response:
        """Score a catalog: a body, a form or an address; its card in the form asked for.

        With `Prefer: respond-async` (RFC 7240, 4.1), or `links=yes` in the address: where to ask
        how far it is.
        """
        view = view_of(request)
        if _linked(request) or wants_job(request):
            return started(await jobs.start(request, view.language), "score")
        taken: Taken = await desk.take(request)
        form, part = wanted(taken.form, request, FORMS), part_of(request)
        order = order_of(taken)
        if form == "html":
            body = await desk.pool.run(order, PAGE, view.language, part)
            return page.result(view, taken, body)
        return given_card(await desk.pool.run(order, form, view.language), form)

    return routes


def _linked(request: Request) -> bool:
    """Tell whether links are to be looked at, which nobody waits for."""
    return request.query_params.get(LINKS) == YES


def own_card(release: OpenRelease) -> Card | None:
    """Return the card that was made with a release, if one was."""
    card: Card | None = release.quality.get("card")
    return card


def _operation() -> dict[str, Any]:
    """Return what may be handed over, as OpenAPI writes it (3.1, 4.8.10)."""
    text = {"type": "string"}
    fields = {
        "file": {**text, "format": "binary", "description": "A catalog: RDF in any form."},
        "url": {**text, "format": "uri", "description": "Where the catalog is."},
        "text": {**text, "description": "The catalog itself."},
        "media_type": {**text, "description": "Of the text."},
        LINKS: {**text, "enum": [YES], "description": "Look at its addresses too: as a task."},
        "format": {**text, "enum": [*FORMS],
                   "description": "The form of the answer; by default as Accept says."},
    }  # fmt: skip
    schema = {"type": "object", "properties": fields}
    return {"requestBody": {"required": True, "content": {
        "multipart/form-data": {"schema": schema}, "application/json": {"schema": schema},
        "text/turtle": {"schema": text},
    }}}  # fmt: skip
