"""The parent's ends: the zygote, the socket of one worker, the answer of one job."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Self, cast

from app.errors import (
    InputError,
    QueryFailedError,
    QueryRefusedError,
    ResultTooLargeError,
    StoreUnavailableError,
    VijfsterError,
)
from app.workers.child import DATA, END, FAILED, HEADER, LENGTH, ORDER, READY, SPAWN

PAUSE_BYTES: Final = 262_144
RESUME_BYTES: Final = 65_536
_END_SECONDS: Final = 5.0
# engines take and free small pieces by the thousand; glibc keeps 7 of a size at hand, and with
# more a join takes a quarter less CPU; all sizes full are 33 MiB a thread
_KEPT_PIECES: Final = "glibc.malloc.tcache_count=1000"
_ERRORS: Final[dict[str, type[VijfsterError]]] = {
    error.code: error
    for error in (InputError, QueryFailedError, QueryRefusedError, ResultTooLargeError,
                  StoreUnavailableError)
}  # fmt: skip


class Job:
    """The answer to one request: an async iterator of bytes that raises rather than end short.

    Close it (`aclose`) when it is not read to its end; the worker is then killed.
    """

    def __init__(self, worker: Connection, abandon: Callable[[Job], None]) -> None:
        self.worker = worker
        self.lane = ""
        self.timer: asyncio.TimerHandle | None = None
        self.started = False  # the first bytes have come
        self.done = False  # nothing more will come
        self._abandon = abandon
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._error: VijfsterError | None = None
        self._news: asyncio.Future[None] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        await self.wait()
        if self._error is not None:
            raise self._error
        if not self._chunks:
            raise StopAsyncIteration
        chunk = self._chunks.popleft()
        self._size -= len(chunk)
        if self._size <= RESUME_BYTES and not self.done:
            self.worker.resume()
        return chunk

    async def wait(self) -> None:
        """Wait for bytes, the end, or an error.

        Raises:
            VijfsterError: The job failed; also when some of its bytes were not read yet.
        """
        while not (self._chunks or self.done):
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        if self._error is not None:
            raise self._error

    def whole(self) -> bytes | None:
        """Return what has come if nothing more will, and nothing of it was read."""
        if not self.done or self._error is not None:
            return None
        return b"".join(self._chunks)

    async def aclose(self) -> None:
        """Give the answer up; free the worker, by killing it if it is still at work."""
        self._chunks.clear()
        if not self.done:
            self._abandon(self)

    def feed(self, chunk: bytes) -> None:
        """Take bytes from the worker; pause it when the reader is slower."""
        self.started = True
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > PAUSE_BYTES:
            self.worker.pause()
        self._tell()

    def finish(self, error: VijfsterError | None = None) -> None:
        """Mark the end; after an error, bytes not yet read are dropped."""
        if self.done:
            return
        self.done, self._error = True, error
        if error is not None:
            self._chunks.clear()
        if self.timer is not None:
            self.timer.cancel()
        self._tell()

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)


class Connection(asyncio.Protocol):
    """One worker: `ready` once it has opened its engine, `job` while it runs one."""

    def __init__(
        self,
        number: int,
        *,
        on_idle: Callable[[Connection], None],
        on_lost: Callable[[Connection], None],
    ) -> None:
        self.number = number
        self.ready = False
        self.facts: dict[str, object] = {}
        self.failure: VijfsterError | None = None  # why it never became ready
        self.job: Job | None = None
        self._on_idle, self._on_lost = on_idle, on_lost
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (called by the event loop)."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Tell the pool that the process is gone (called by the event loop)."""
        self._on_lost(self)

    def data_received(self, data: bytes) -> None:
        """Cut the stream into frames (called by the event loop)."""
        buffer, at = self._buffer, 0
        buffer += data
        while len(buffer) - at >= HEADER.size:
            kind, size = HEADER.unpack_from(buffer, at)
            end = at + HEADER.size + size
            if len(buffer) < end:
                break
            self._frame(kind, bytes(buffer[at + HEADER.size : end]))
            at = end
        del buffer[:at]

    def send(self, request: bytes, job: Job) -> None:
        """Give the idle worker a request."""
        self.job = job
        if self._transport is not None:
            self._transport.write(LENGTH.pack(len(request)) + request)

    def close(self) -> None:
        """Hang up; a worker between two jobs then ends by itself."""
        if self._transport is not None:
            self._transport.abort()

    def pause(self) -> None:
        """Read no more; the worker blocks once the socket is full."""
        if self._transport is not None and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if self._transport is not None and self._paused:
            self._paused = False
            self._transport.resume_reading()

    def _frame(self, kind: bytes, body: bytes) -> None:
        job = self.job
        if kind == DATA:
            if job is not None:
                job.feed(body)
            return
        if kind == FAILED:
            facts = json.loads(body)
            known = (_ERRORS[code] for code in facts["codes"] if code in _ERRORS)
            error = next(known, QueryFailedError)(facts["detail"], nl=facts["detail_nl"])
            if isinstance(error, QueryRefusedError) and facts["position"]:
                error.position = tuple(facts["position"])
            if not self.ready:
                self.failure = error
                return
            if job is not None:
                job.finish(error)
        elif kind == END:
            if job is not None:
                job.finish()
        elif kind == READY:
            self.ready, self.facts = True, json.loads(body)
        self.resume()
        self._on_idle(self)


class Zygote:
    """The process that forks workers, and the socket it takes orders from."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self._process, self._control = process, control

    @classmethod
    async def launch(
        cls, module: str, arguments: Sequence[str], on_gone: Callable[[], None]
    ) -> Zygote:
        """Run `python -m module SOCKET-NUMBER ARGUMENTS…`.

        It is exec'ed: a bare fork would copy our event loop and the locks of our threads.
        """
        path = os.pathsep.join(filter(None, sys.path))
        # glibc reserves 64 MiB of address space per thread otherwise, which RLIMIT_AS counts
        environment = {"GLIBC_TUNABLES": _KEPT_PIECES, **os.environ, "PYTHONPATH": path,
                       "MALLOC_ARENA_MAX": "2"}  # fmt: skip
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            starting = asyncio.ensure_future(asyncio.to_thread(
                subprocess.Popen,
                [sys.executable, "-m", module, str(theirs.fileno()), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=environment,
            ))  # fmt: skip
            try:
                process = await asyncio.shield(starting)
            except BaseException:
                ours.close()
                # who no longer wants it may have been too late: it sees our end closed, and ends
                with contextlib.suppress(OSError):
                    await asyncio.to_thread(cls(await starting, ours)._wait)
                raise
        zygote, loop = cls(process, ours), asyncio.get_running_loop()

        def read() -> None:
            loop.remove_reader(ours.fileno())  # it never writes, so this is its end
            on_gone()

        loop.add_reader(ours.fileno(), read)
        return zygote

    async def spawn(self, worker: Connection) -> None:
        """Have a worker forked and connect to it."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            with theirs, contextlib.suppress(OSError):  # then the worker's socket ends at once
                order = ORDER.pack(SPAWN, worker.number)
                socket.send_fds(self._control, [order], [theirs.fileno()])
            loop = asyncio.get_running_loop()
            await loop.create_unix_connection(lambda: worker, sock=ours)
        except BaseException:
            ours.close()
            raise

    def order(self, kind: bytes, number: int) -> None:
        """Send an order about a worker; without a zygote there is no worker either."""
        with contextlib.suppress(OSError):
            self._control.send(ORDER.pack(kind, number))

    async def end(self) -> None:
        """Close the control socket, on which the zygote ends its workers and itself."""
        asyncio.get_running_loop().remove_reader(self._control.fileno())
        self._control.close()
        await asyncio.to_thread(self._wait)

    def _wait(self) -> None:
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
