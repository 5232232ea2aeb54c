"""The answer of an external engine on its way through: held back, checked, bounded, timed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final, Self

import aiohttp

from app.errors import BadGatewayError, ResultTooLargeError, VijfsterError
from app.store.sparql.endings import Passage
from app.store.sparql.failures import broken_off, late, unusable

PIECE_BYTES: Final = 65_536
_HELD_BYTES: Final = 16_384  # what is looked at before the first byte goes out
_TAIL_BYTES: Final = 512
_RESERVE_BYTES: Final = 4_096
LATE: Final = re.compile(
    rb"time[ds]?[ _-]?(?:out|limit)|took too long|execution time|cancell?ed|interrupted|deadline",
    re.IGNORECASE,
)


class RemoteResult:
    """A result on its way: an async iterator of bytes that raises rather than end short.

    `aclose` it when it is not read to its end. After an error the HTTP answer must be aborted.
    """

    def __init__(
        self,
        media_type: str,
        passage: Passage,
        *,
        deadline_seconds: float,
        max_bytes: int,
        done: Callable[[RemoteResult], None],
    ) -> None:
        """Begin to count time; `done` is called once, when the connection is no longer used."""
        self.media_type = media_type
        self.error: VijfsterError | None = None
        loop = asyncio.get_running_loop()
        self.ends_at = loop.time() + deadline_seconds
        self._passage, self._seconds, self._max_bytes = passage, deadline_seconds, max_bytes
        self._done: Callable[[RemoteResult], None] | None = done
        # also ends a result that nobody reads: its client may have stopped taking bytes
        self._timer = loop.call_at(self.ends_at, self._expire)
        self._response: aiohttp.ClientResponse | None = None
        self._held: list[bytes] = []
        self._tail = self._reserve = b""
        self._given = 0
        self._whole = False

    async def begin(self, response: aiohttp.ClientResponse) -> None:
        """Hold the first bytes back, so that what breaks at once still gives a status."""
        self._response = response
        size = 0
        while size < _HELD_BYTES and not self._whole:
            piece = await self._read()
            self._held.append(piece)
            size += len(piece)
        self._held.reverse()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while self._held:
            if piece := self._held.pop():
                return piece
        while not self._whole:
            if piece := await self._read():
                return piece
        raise StopAsyncIteration

    def whole(self) -> bytes | None:
        """Return the result if all of it is there, and nothing of it was read."""
        return b"".join(reversed(self._held)) if self._whole else None

    async def aclose(self) -> None:
        """Give the rest of the result up; the connection is closed, for engines that notice."""
        self._end(whole=False)

    def fail(self, error: VijfsterError) -> VijfsterError:
        """End with an error; return the one it ended with."""
        if self.error is None:
            self.error = error
        self._end(whole=False)
        return self.error

    async def _read(self) -> bytes:
        """Return what the next bytes became; at the end of a sound result, mark it."""
        if self._response is None or self.error is not None:
            raise self.error or unusable()
        try:
            piece = await self._response.content.readany()
            self._tail = (self._tail + piece[-_TAIL_BYTES:])[-_TAIL_BYTES:]
            out = self._passage.feed(piece) if piece else self._passage.end()
        except BadGatewayError as error:
            # engines end late answers with a message
            told = LATE.search(self._tail)
            raise self.fail(late(self._seconds) if told else error) from None
        except (aiohttp.ClientError, OSError) as error:
            raise self.fail(broken_off()) from error
        self._given += len(out)
        if self._given > self._max_bytes:
            detail = f"The result has more than {self._max_bytes} bytes."
            nl = f"Het resultaat heeft meer dan {self._max_bytes} bytes."
            raise self.fail(ResultTooLargeError(detail, nl=nl))
        out = self._reserve + out
        if not piece:
            self._end(whole=True)
            self._whole = True
            return out
        # the last bytes may be a message of the engine: they wait for the end
        self._reserve = out[-_RESERVE_BYTES:]
        return out[:-_RESERVE_BYTES]

    def _expire(self) -> None:
        self.fail(late(self._seconds))

    def _end(self, *, whole: bool) -> None:
        """Release the connection, or close it when there is more to come."""
        self._timer.cancel()
        if self._response is not None:
            if whole:
                self._response.release()
            else:
                self._response.close()
        done, self._done = self._done, None
        if done is not None:
            done(self)
