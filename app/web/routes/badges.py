"""`/badge`: the score of an own dataset or the catalog as a picture to show elsewhere."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request

from app.errors import ResourceNotFoundError
from app.quality.badges import KINDS
from app.rdf import media
from app.store.current import OpenRelease
from app.web.direct import Direct, parameter, remembered
from app.web.quality import chosen, svg
from app.web.responses import VARY_CODING, Answer, Asked, answer
from app.web.routes.resources import normal
from app.web.site import WORDS, Site, route_path
from app.web.texts import LANGUAGES

_PARAMETERS = {"parameters": [parameter("kind", "query"), parameter("lang", "query")]}


def router(site: Site) -> APIRouter:
    """Return the route of badges."""
    routes = APIRouter(route_class=Direct)

    def picture(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return a badge: `kind` is points or stars, `lang` nl or en, whatever the reader's is."""
        kind, lang = chosen(request, "kind", KINDS), chosen(request, "lang", LANGUAGES)
        path = "id/" + normal(route_path(request).removeprefix("/badge/").removesuffix(".svg"))
        title = release.documents.titles([path]).get(path, {})
        found = svg(site, release, release.base + path, WORDS[lang].of(title), kind, lang)
        if found is None:
            raise ResourceNotFoundError(WORDS["en"]("badge_missing"),
                                        nl=WORDS["nl"]("badge_missing"))  # fmt: skip
        body = found.encode()
        tag, published = hashlib.sha256(body).hexdigest()[:32], release.release.published
        return answer(asked, media.SVG, tag=tag, modified=published, make=lambda: body,
                      vary=VARY_CODING)  # fmt: skip

    routes.add_api_route("/badge/{concept}/{ref}.svg", remembered(site, picture),
                         methods=["GET", "HEAD"], tags=["quality"],
                         openapi_extra=_PARAMETERS)  # fmt: skip
    return routes
