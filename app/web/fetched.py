"""Notes who fetches the feeds, beside the answer."""

from __future__ import annotations

import re
from typing import Any

from app.store.fetches import Fetches

# the addresses that harvesters come back to
_FEEDS = re.compile(r"/(catalog(\.\w+)?|api/collections/main/items|ldes|atom)")


class NoteFetches:
    """ASGI middleware: one line per fetch of a feed, none for anything else."""

    def __init__(self, app: Any, *, fetches: Fetches) -> None:
        self.app = app
        self.fetches = fetches

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on; note its status when it is known."""
        feed = ""
        if scope["type"] == "http":
            path: str = scope["path"].removeprefix(scope.get("root_path", ""))
            feed = path if _FEEDS.fullmatch(path) else ""
        if not feed:
            await self.app(scope, receive, send)
            return

        async def noting(message: Any) -> None:
            if message["type"] == "http.response.start":
                agent = next((v for n, v in scope["headers"] if n == b"user-agent"), b"")
                self.fetches.note(agent.decode("latin-1"), feed, message["status"])
            await send(message)

        await self.app(scope, receive, noting)
