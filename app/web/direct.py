"""Routes whose endpoint takes the request itself; FastAPI still lists them in the OpenAPI text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from app.store.current import OpenRelease
from app.web.responses import Answer, Asked
from app.web.site import Site

Build = Callable[[OpenRelease, Asked, Request], Answer]


class Direct(APIRoute):
    """Calls the endpoint without solving dependencies, which costs more than a small answer.

    The endpoint reads path parameters from the request; `openapi_extra` names them for the text.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the endpoint itself."""
        return self.endpoint


def remembered(site: Site, build: Build) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that keeps each answer with the release it was made from."""

    async def endpoint(request: Request) -> Response:
        release = site.release
        asked = Asked.of(request)
        found: Answer | None = release.cache.get(asked)
        if found is None:
            found = build(release, asked, request)
            release.cache.put(asked, found, found.size + asked.size)
        return found.respond(request)

    endpoint.__doc__ = build.__doc__
    return endpoint
