"""`/badge`: the score of an own dataset or the catalog as a picture to show elsewhere."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request

from app.errors import InputError, ResourceNotFoundError
from app.quality.badges import KINDS
from app.rdf.media import MediaType
from app.store.current import OpenRelease
from app.web.direct import Direct, parameter, remembered
from app.web.quality import svg
from app.web.responses import VARY_CODING, Answer, Asked, answer
from app.web.routes.resources import normal
from app.web.site import WORDS, Site, route_path
from app.web.texts import LANGUAGES

_SVG = MediaType("image/svg+xml", "svg", "svg")
_PARAMETERS = {"parameters": [parameter("kind", "query"), parameter("lang", "query")]}


def router(site: Site) -> APIRouter:
    """Return the route of badges."""
    routes = APIRouter(route_class=Direct)

    def picture(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return a badge: `kind` is points or stars, `lang` nl or en, whatever the reader's is."""
        kind, lang = (_one_of(request, name, offers)
                      for name, offers in (("kind", KINDS), ("lang", LANGUAGES)))  # fmt: skip
        path = "id/" + normal(route_path(request).removeprefix("/badge/").removesuffix(".svg"))
        title = release.documents.titles([path]).get(path, {})
        found = svg(site, release, release.base + path, WORDS[lang].of(title), kind, lang)
        if found is None:
            raise ResourceNotFoundError(WORDS["en"]("badge_missing"),
                                        nl=WORDS["nl"]("badge_missing"))  # fmt: skip
        body = found.encode()
        tag, published = hashlib.sha256(body).hexdigest()[:32], release.release.published
        return answer(asked, _SVG, tag=tag, modified=published, make=lambda: body,
                      vary=VARY_CODING)  # fmt: skip

    routes.add_api_route("/badge/{concept}/{ref}.svg", remembered(site, picture),
                         methods=["GET", "HEAD"], tags=["quality"],
                         openapi_extra=_PARAMETERS)  # fmt: skip
    return routes


def _one_of(request: Request, name: str, offers: tuple[str, ...]) -> str:
    """Return the value of a parameter; the first of what is offered is the default.

    Raises:
        InputError: It is another one.
    """
    found = request.query_params.get(name, offers[0])
    if found not in offers:
        raise InputError(f"{name} is one of {', '.join(offers)}",
                         nl=f"{name} is een van {', '.join(offers)}")  # fmt: skip
    return found
