"""Results as they come, to the client's pace: never a part that looks whole."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, Any

import anyio
from starlette.responses import Response

from app.errors import VijfsterError
from app.web.asking import Running

# quick queries are done before it is looked whether their client is still there
LOOK_SECONDS = 0.3
_PIECE_BYTES = 65_536

logger = logging.getLogger("vijfster.web")


class ClientLeftError(Exception):
    """Nobody waits for the answer any more."""


@asynccontextmanager
async def while_there(
    receive: Any, after_seconds: float, most_seconds: float | None = None
) -> AsyncIterator[None]:
    """Leave the body when the client leaves; for so long nobody looks, which costs nothing.

    Raises:
        ClientLeftError: It left, or after so many seconds it did not take what it asked for.
    """
    loop, watching = asyncio.get_running_loop(), list[asyncio.Task[None]]()

    bound = asyncio.timeout(most_seconds)

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        bound.reschedule(loop.time())

    later = loop.call_later(after_seconds, lambda: watching.append(loop.create_task(watch())))
    try:
        async with bound:
            try:
                yield
            finally:
                later.cancel()
                for task in watching:
                    task.cancel()
    except TimeoutError:
        if bound.expired():
            raise ClientLeftError from None
        raise


class Streamed(Response):
    """Sends a result; a failure on the way aborts the answer, unfinished."""

    def __init__(self, result: Running, headers: dict[str, str], most_seconds: float) -> None:
        self.status_code, self.background = 200, None
        self.media_type = result.media_type
        self._result, self._most_seconds = result, most_seconds
        self.body = result.whole() or b""
        self._is_whole = result.whole() is not None
        self.init_headers(headers)
        if not self._is_whole:
            del self.headers["content-length"]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send head and body; without its end, the server breaks the connection off."""
        head_only, started = scope["method"] == "HEAD", False
        kept: IO[bytes] | None = None
        try:
            if scope["http_version"] == "1.0" and not (self._is_whole or head_only):
                kept = await self._keep(receive)
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            started = True
            await send(start)
            if self._is_whole or head_only:
                body = b"" if head_only else self.body
                await send({"type": "http.response.body", "body": body})
                return
            async with while_there(receive, 0.0, self._most_seconds):
                async for chunk in _pieces(kept) if kept else self._result:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except ClientLeftError:
            pass
        except VijfsterError as error:
            if not started:
                raise
            logger.warning("an answer of /sparql was broken off: %s", error.code)
        finally:
            # also when the server cancels, which cancels whatever is awaited here
            with anyio.CancelScope(shield=True):
                await self._result.aclose()
            if kept:
                kept.close()

    async def _keep(self, receive: Any) -> IO[bytes]:
        """Put the result in a file: HTTP/1.0 has no chunks, only a length shows what is missing."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed where it was sent
        try:
            async with while_there(receive, 0.0, self._most_seconds):
                async for chunk in self._result:
                    file.write(chunk)
        except BaseException:
            file.close()
            raise
        self.headers["content-length"] = str(file.tell())
        return file


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        yield piece
