"""Routes whose endpoint takes the request itself; FastAPI still lists them in the OpenAPI text."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from app.store.current import OpenRelease
from app.web.responses import Answer, Asked
from app.web.site import Site

_NAME = re.compile(r"\{(\w+)")
Build = Callable[[OpenRelease, Asked, Request], Answer]


class Direct(APIRoute):
    """Calls the endpoint without solving dependencies, which costs more than a small answer.

    The endpoint reads path parameters from the request; the OpenAPI text has them from the path.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        openapi_extra: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        said = openapi_extra or {}
        parameters = [parameter(name, "path") for name in _NAME.findall(path)]
        parameters += said.get("parameters", [])
        extra = {**said, "parameters": parameters} if parameters else said
        super().__init__(path, endpoint, openapi_extra=extra, **more)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the endpoint itself."""
        return self.endpoint


def parameter(name: str, where: str, kind: str = "string") -> dict[str, Any]:
    """Return a parameter of an operation, as OpenAPI writes it (3.1, 4.8.12)."""
    return {"name": name, "in": where, "required": where == "path", "schema": {"type": kind}}


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


def remembered_apart(site: Site, build: Build) -> Callable[[Request], Awaitable[Response]]:
    """Return the like of `remembered` for what takes long to make: it is made in a thread."""

    async def endpoint(request: Request) -> Response:
        release = site.release
        asked = Asked.of(request)
        found: Answer | None = release.cache.get(asked)
        if found is None:
            found = await run_in_threadpool(build, release, asked, request)
            release.cache.put(asked, found, found.size + asked.size)
        return found.respond(request)

    endpoint.__doc__ = build.__doc__
    return endpoint
