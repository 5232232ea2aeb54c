"""Results as they come, to the client's pace: never a part that looks whole."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from typing import IO, Any

import anyio
from starlette.responses import Response

from app.errors import VijfsterError
from app.web.asking import Running
from app.web.responses import Raw

# quick queries are done before it is looked whether their client is still there
LOOK_SECONDS = 0.3
_PIECE_BYTES = 65_536

logger = logging.getLogger("vijfster.web")


class ClientLeftError(Exception):
    """Nobody waits for the answer any more."""


class WhileThere:
    """Leaves its body when the client leaves; at first nobody looks, which costs nothing.

    A timeout of asyncio and a generator would cost a tenth of a quick query.

    Raises:
        ClientLeftError: It left, or after so many seconds it did not take what it asked for.
    """

    def __init__(
        self, receive: Any, after_seconds: float, most_seconds: float | None = None
    ) -> None:
        self._receive, self._after, self._most = receive, after_seconds, most_seconds
        self._watch: asyncio.Task[None] | None = None
        self._left = False

    async def __aenter__(self) -> None:
        """Look from so many seconds on."""
        task = asyncio.current_task()
        assert task is not None
        self._task, self._cancelling = task, task.cancelling()
        self._loop = task.get_loop()
        self._timers = [self._loop.call_later(self._after, self._look)]
        if self._most is not None:
            self._timers.append(self._loop.call_later(self._most, self._leave))

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Look no more; a cancellation that is ours ends here."""
        for timer in self._timers:
            timer.cancel()
        if self._watch is not None:
            self._watch.cancel()
        if (
            self._left
            and self._task.uncancel() <= self._cancelling
            and kind is asyncio.CancelledError
        ):
            raise ClientLeftError from None

    def _look(self) -> None:
        self._watch = self._loop.create_task(self._until_gone())

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._leave()

    def _leave(self) -> None:
        if not self._left:
            self._left = True
            self._task.cancel()


async def respond(
    result: Running, headers: list[tuple[bytes, bytes]], method: str, most_seconds: float
) -> Response:
    """Return the response with a result: at once when all of it is there, or as it comes."""
    body = result.whole()
    if body is None:
        return Streamed(result, headers, most_seconds)
    await result.aclose()
    content = [_content_type(result), (b"content-length", b"%d" % len(body))]
    return Raw(200, headers + content, b"" if method == "HEAD" else body)


def _content_type(result: Running) -> tuple[bytes, bytes]:
    kind = result.media_type
    return b"content-type", (f"{kind}; charset=utf-8" if kind[:5] == "text/" else kind).encode()


class Streamed(Raw):
    """Sends a result; a failure on the way aborts the answer, unfinished."""

    def __init__(
        self, result: Running, headers: list[tuple[bytes, bytes]], most_seconds: float
    ) -> None:
        super().__init__(200, [*headers, _content_type(result)], b"")
        self._result, self._most_seconds = result, most_seconds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send head and body; without its end, the server breaks the connection off."""
        head_only, started = scope["method"] == "HEAD", False
        kept: IO[bytes] | None = None
        try:
            if scope["http_version"] == "1.0" and not head_only:
                kept = await self._keep(receive)
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            started = True
            await send(start)
            if not head_only:
                async with WhileThere(receive, 0.0, self._most_seconds):
                    async for chunk in _pieces(kept) if kept else self._result:
                        body = {"type": "http.response.body", "body": chunk, "more_body": True}
                        await send(body)
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
            async with WhileThere(receive, 0.0, self._most_seconds):
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
