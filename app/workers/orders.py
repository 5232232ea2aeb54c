"""Orders to a pool of killable processes: facts and bytes in, bytes out, a folder for each.

An order is a length, JSON and bytes; the answer is bytes, and if asked for, before them a line with
steps done and in all per step, and an empty line.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import struct
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.errors import (
    QueryFailedError,
    QueryTimeoutError,
    ResultTooLargeError,
    ServiceBusyError,
    VijfsterError,
)
from app.workers.child import Reply
from app.workers.pool import Pool, PoolLimits

LENGTH: Final = struct.Struct(">I")
Progress = Callable[[int, int], None]
# how an order without an answer is told: by what the pool says of it
Endings = Mapping[type[VijfsterError], Callable[[], VijfsterError]]


@dataclass(frozen=True, slots=True)
class OrderLimits(PoolLimits):
    """Bounds of what strangers may order: those of the pool, and of one process in bytes."""

    workers: int = 1
    slow_seconds: float = 1.0
    max_waiting: int = 16
    max_wait_seconds: float = 5.0
    max_source_bytes: int = 20_000_000
    max_result_bytes: int = 50_000_000
    memory_bytes: int = 3 << 30
    stack_bytes: int = 64 << 20


class Orders:
    """The orders to the processes of a module; use it in the serving event loop.

    The processes start when the first order comes.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], *, limits: OrderLimits, endings: Endings
    ) -> None:
        """Prepare; `endings` tells of being late, failing, too large a result, being busy.

        The module gets the arguments, and after them the parts of `ChildLimits`.
        """
        bounds = limits.memory_bytes, limits.stack_bytes, limits.max_result_bytes
        self._pool = Pool(module, (*arguments, *map(str, bounds)), limits=limits)
        self._endings = endings
        self._starting, self._started = asyncio.Lock(), False

    async def stop(self) -> None:
        """Let what runs finish within its deadline, then end all processes."""
        if self._started:
            await self._pool.stop()

    async def ask(
        self, facts: Mapping[str, Any], data: bytes, progress: Progress | None = None
    ) -> bytes:
        """Return the answer to an order; `progress` is told of steps done and in all.

        Raises:
            VijfsterError: What the worker answered with, or one of the endings.
        """
        async with self._starting:
            if not self._started:
                await self._pool.start()
                self._started = True
        # a worker that is killed leaves what it spooled
        folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="vijfster-")
        told = {**facts, "folder": folder, "progress": progress is not None}
        try:
            job = await self._pool.run(packed(told, data))
            try:
                answer = _Answer(progress)
                async for piece in job:
                    answer.take(piece)
                return answer.whole()
            finally:
                await job.aclose()
        except (
            QueryTimeoutError, QueryFailedError, ResultTooLargeError, ServiceBusyError
        ) as error:  # fmt: skip
            raise self._endings[type(error)]() from error
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def packed(facts: Mapping[str, Any], data: bytes) -> bytes:
    """Return facts and bytes as one text of bytes."""
    head = json.dumps(facts).encode()
    return LENGTH.pack(len(head)) + head + data


def unpacked(text: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the facts and the bytes of what `packed` made."""
    (length,) = LENGTH.unpack_from(text)
    at = LENGTH.size + length
    return json.loads(text[LENGTH.size : at]), text[at:]


def tell(reply: Reply, done: int, total: int) -> None:
    """Tell of progress; after the last time `told` follows."""
    reply.write(b"%d %d\n" % (done, total))


def told(reply: Reply) -> None:
    """End the lines of progress."""
    reply.write(b"\n")


class _Answer:
    """An answer as it comes; before it, if asked for, a line per step and an empty line."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self._pieces, self._head = progress, list[bytes](), b""

    def take(self, piece: bytes) -> None:
        """Take the next bytes."""
        while self._progress is not None:
            line, end, piece = (self._head + piece).partition(b"\n")
            self._head = b""
            if not end:
                self._head = line
                return
            if not line:
                self._progress = None
                break
            done, total = line.split()
            self._progress(int(done), int(total))
        self._pieces.append(piece)

    def whole(self) -> bytes:
        """Return the answer."""
        return b"".join(self._pieces)
