"""Routes whose endpoint takes the request itself; FastAPI still lists them in the OpenAPI text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response

from app.store.current import OpenRelease
from app.web.responses import Answer, Asked
from app.web.site import Site

Build = Callable[[OpenRelease, Asked, Request], Answer]


class Direct(APIRoute):
    """Calls the endpoint without solving dependencies: half the cost of a small answer.

    The endpoint reads path parameters from the request; `parameters` are for the OpenAPI text.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app = request_response(self.endpoint)


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
