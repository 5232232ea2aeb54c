"""A bound on addresses and headers, before anything reads or remembers them."""

from __future__ import annotations

from typing import Any

import orjson

from app.web.responses import CORS, SECURITY

_MAX_PATH_BYTES = 2_000
_MAX_HEADER_BYTES = 16_384
_MAX_QUERY_BYTES = 8_192


class Limits:
    """ASGI middleware that refuses what no honest client sends (RFC 9110, 15.5.15; RFC 6585, 5).

    `long_queries` are the paths whose query string may have `long_query_bytes`.
    """

    def __init__(self, app: Any, *, long_queries: tuple[str, ...], long_query_bytes: int) -> None:
        self.app = app
        self.long_queries = long_queries
        self.long_query_bytes = long_query_bytes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] == "http":
            problem = self._problem(scope)
            if problem:
                await _refuse(send, *problem)
                return
        await self.app(scope, receive, send)

    def _problem(self, scope: Any) -> tuple[int, str, str] | None:
        path: str = scope["path"]
        if len(path) > _MAX_PATH_BYTES:
            return 414, "URI too long", f"the path may have at most {_MAX_PATH_BYTES} characters"
        most = self.long_query_bytes if path.endswith(self.long_queries) else _MAX_QUERY_BYTES
        if len(scope["query_string"]) > most:
            return 414, "URI too long", f"the query may have at most {most} bytes; use POST"
        size = 0
        for name, value in scope["headers"]:
            size += len(name) + len(value)
        if size > _MAX_HEADER_BYTES:
            detail = f"the headers may have at most {_MAX_HEADER_BYTES} bytes"
            return 431, "Request header fields too large", detail
        return None


async def _refuse(send: Any, status: int, title: str, detail: str) -> None:
    body = orjson.dumps({
        "type": "about:blank", "title": title, "status": status, "detail": detail,
        "code": "too-long",
    })  # fmt: skip
    headers = {**SECURITY, **CORS, "Content-Type": "application/problem+json",
               "Cache-Control": "no-store", "Content-Length": str(len(body))}  # fmt: skip
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
