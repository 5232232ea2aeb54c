"""The most asked addresses, found without trying routes in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from app.errors import VijfsterError

_ERRORS: Final = (VijfsterError, HTTPException)
Problem = Callable[[Request, Any], Any]


class Ahead:
    """ASGI middleware: answers at the fixed addresses of `Direct` routes.

    The router would take a tenth of a quick query to find them. It has them too, for the OpenAPI
    text and for methods that are not offered. `problems` answer errors by their kind.
    """

    def __init__(
        self, app: Any, *, routes: Sequence[BaseRoute], problems: Mapping[Any, Problem]
    ) -> None:
        self.app, self._problems = app, problems
        self._routes = {
            (method, route.path): route
            for route in routes if isinstance(route, APIRoute) and not route.param_convertors
            for method in route.methods or ()
        }  # fmt: skip

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        route = self._routes.get((scope["method"], path))
        if route is None:
            await self.app(scope, receive, send)
            return
        scope["route"] = route
        request = Request(scope, receive, send)
        try:
            response: Response = await route.endpoint(request)
            await response(scope, receive, send)
        except _ERRORS as error:
            # a response raises before it began, or not at all
            kind = next(kind for kind in type(error).__mro__ if kind in self._problems)
            response = await self._problems[kind](request, error)
            await response(scope, receive, send)
