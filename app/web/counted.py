"""Answers counted by route and status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Counted:
    """ASGI middleware: counts each answer by its route, of which there are few."""

    def __init__(self, app: Any, *, count: Callable[[str, int], None]) -> None:
        self.app = app
        self.count = count

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on; count its status when it is known."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def counting(message: Any) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "none")
                self.count(route, message["status"])
            await send(message)

        await self.app(scope, receive, counting)
