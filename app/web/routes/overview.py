"""`/score/overzicht`: the publishers of a coordinator's list beside each other, and their badges.

Only there where the settings allow it; it shows what the command wrote (`app.store.board`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.errors import ResourceNotFoundError
from app.quality.badges import KINDS
from app.quality.overviewforms import as_csv, as_json, word
from app.quality.overviewpage import part
from app.rdf import media
from app.store.board import Board, Shown
from app.web.direct import Direct, parameter
from app.web.links import canonical
from app.web.pages import render
from app.web.quality import badge_of, badges_of, chosen
from app.web.responses import VARY_CODING, VARY_LANGUAGE, VARY_PAGE, Answer, Asked, answer
from app.web.site import WORDS, Site, view_of
from app.web.texts import LANGUAGES

_PAGE: Final = "score/overzicht"
_JSON, _CSV, _ATOM = "json", "csv", "atom"
_SUFFIXES: Final = {_JSON: media.JSON, _CSV: media.CSV, _ATOM: media.ATOM}
_PARAMETERS = {"parameters": [parameter("kind", "query"), parameter("lang", "query")]}
Make = Callable[[Shown, Asked, Request], Answer]


def router(site: Site, board: Board) -> APIRouter:
    """Return the routes of the overview."""
    routes = APIRouter(route_class=Direct)

    def answered(make: Make) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        def whole(asked: Asked, request: Request) -> Answer:
            shown = board.read()
            if shown is None:
                raise ResourceNotFoundError("there is no overview yet; the list must be scored",
                                            nl="er is nog geen overzicht; de lijst moet gescoord "
                                            "worden")  # fmt: skip
            return make(shown, asked, request)

        async def endpoint(request: Request) -> Response:
            found = await run_in_threadpool(whole, Asked.of(request), request)
            return found.respond(request)

        endpoint.__doc__ = make.__doc__
        return endpoint

    # what changes with each scoring, and costs more than the rest of the page
    drawn: dict[tuple[str, str], Markup] = {}

    def part_of(shown: Shown, lang: str) -> Markup:
        found = drawn.get((shown.tag, lang))
        if found is None:
            if len(drawn) >= len(LANGUAGES):
                drawn.clear()
            # every text in it is escaped where it is made
            found = drawn[shown.tag, lang] = Markup(part(shown.overview, lang))  # noqa: S704
        return found

    def page(shown: Shown, asked: Asked, request: Request) -> Answer:
        """Show the publishers beside each other."""
        view = view_of(request)
        lang = view.language
        title, names = word("title", lang), [one["publisher"] for one in
                                             shown.overview["publishers"]]  # fmt: skip
        body = render(
            site, view, "overview.html", path=_PAGE, title=title,
            part=part_of(shown, lang),
            badges=[badges_of(site.address, view, _PAGE, name) for name in names],
            downloads=[(f"{view.root}{_PAGE}.{suffix}?lang={lang}", suffix)
                       for suffix in _SUFFIXES],
        )  # fmt: skip
        links = canonical(site.address, _PAGE) if site.address != "/" else ""
        return answer(asked, media.HTML, tag=f"{shown.tag}-{site.view_tag(view)}", modified="",
                      make=lambda: body, vary=VARY_PAGE, links=links)  # fmt: skip

    def file(shown: Shown, asked: Asked, request: Request) -> Answer:
        """Give the overview as JSON or CSV, or what changed as Atom."""
        suffix, lang = request.path_params["suffix"], view_of(request).language
        makes = {
            _JSON: lambda: as_json(shown.overview), _CSV: lambda: as_csv(shown.overview),
            _ATOM: lambda: shown.news[lang].encode(),
        }  # fmt: skip
        if suffix not in makes:
            raise ResourceNotFoundError("there is no overview of that form",
                                        nl="er is geen overzicht in die vorm")  # fmt: skip
        return answer(asked, _SUFFIXES[suffix], tag=f"{shown.tag}-{site.code_tag}-{lang}",
                      modified="", make=makes[suffix], vary=VARY_LANGUAGE)  # fmt: skip

    def badge(shown: Shown, asked: Asked, request: Request) -> Answer:
        """Return a badge: `kind` is points or stars, `lang` nl or en, whatever the reader's is."""
        kind, lang = chosen(request, "kind", KINDS), chosen(request, "lang", LANGUAGES)
        name = request.path_params["name"]
        found = next((one for one in shown.overview["publishers"] if one["publisher"] == name),
                     None)  # fmt: skip
        if found is None:
            raise ResourceNotFoundError(WORDS["en"]("badge_missing"),
                                        nl=WORDS["nl"]("badge_missing"))  # fmt: skip
        body = badge_of(found, name, kind, lang).encode()
        return answer(asked, media.SVG, tag=hashlib.sha256(body).hexdigest()[:32],
                      modified="", make=lambda: body, vary=VARY_CODING)  # fmt: skip

    methods = ["GET", "HEAD"]
    routes.add_api_route(f"/{_PAGE}", answered(page), methods=methods, tags=["quality"])
    routes.add_api_route(f"/{_PAGE}.{{suffix}}", answered(file), methods=methods,
                         tags=["quality"])  # fmt: skip
    routes.add_api_route("/badge/bron/{name:path}.svg", answered(badge), methods=methods,
                         tags=["quality"], openapi_extra=_PARAMETERS)  # fmt: skip
    return routes
