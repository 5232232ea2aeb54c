"""The processes below a `Pool`: a zygote that forks workers, and what a worker does.

The zygote is started by exec, imports the heavy libraries once, and forks a worker per order in a
few milliseconds. Orders come on a SEQPACKET socket, with the worker's own socket attached. When it
ends, the zygote ends its workers; should the zygote die first, the kernel does.

Frames on a worker's socket: requests are length + bytes; answers are kind + length + bytes.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import resource
import selectors
import signal
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from app.errors import ResultTooLargeError, StoreUnavailableError, VijfsterError

LENGTH = struct.Struct("!I")
HEADER = struct.Struct("!cI")
ORDER = struct.Struct("!cQ")
READY, DATA, END, FAILED = b"R", b"D", b"E", b"F"
SPAWN, RENICE, KILL = b"S", b"N", b"K"
FRAME_BYTES = 65_536
FLUSH_SECONDS = 0.1

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG = 1

Handler = Callable[[bytes, "Reply"], None]


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """Bounds on one worker: address space, stack (bytes), bytes of one answer."""

    memory_bytes: int
    stack_bytes: int
    result_bytes: int


class _ParentGoneError(Exception):
    """Nobody reads the answer any more."""


class Reply:
    """The answer to one request, as a binary file for serialisers; `write` blocks when it must."""

    def __init__(self, connection: socket.socket, limit_bytes: int) -> None:
        self._connection = connection
        self._left = limit_bytes
        self._limit = limit_bytes
        self._pieces = bytearray()
        self._sent = time.monotonic()

    def write(self, piece: bytes) -> int:
        """Add bytes to the answer.

        Raises:
            ResultTooLargeError: The answer passed its limit; it is cut off here.
        """
        self._left -= len(piece)
        if self._left < 0:
            detail = f"The result is larger than {self._limit} bytes and was cut off."
            raise ResultTooLargeError(detail)
        self._pieces += piece
        now = time.monotonic()
        if len(self._pieces) >= FRAME_BYTES or now - self._sent > FLUSH_SECONDS:
            self._sent = now
            self._send(self._data())
        return len(piece)

    def flush(self) -> None:
        """Do nothing: frames go out when they are full, late, or last."""

    def end(self) -> None:
        """Send what is left and mark the answer as whole."""
        self._send(self._data() + HEADER.pack(END, 0))

    def fail(self, error: VijfsterError) -> None:
        """Tell that there is no answer, or no more of it."""
        _send(self._connection, FAILED, _facts(error))

    def _data(self) -> bytes:
        pieces, self._pieces = self._pieces, bytearray()
        return HEADER.pack(DATA, len(pieces)) + bytes(pieces) if pieces else b""

    def _send(self, frame: bytes) -> None:
        try:
            self._connection.sendall(frame)
        except OSError as error:
            raise _ParentGoneError from error


def run_zygote(control_fd: int, open_engine: Callable[[], Handler], limits: ChildLimits) -> None:
    """Fork workers on order until the parent closes the control socket.

    `open_engine` runs in each new worker, returns its handler, and may raise StoreUnavailableError.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the parent decides when to end
        signal.signal(number, signal.SIG_IGN)
    isolated = _leave_network()
    gc.freeze()
    control = socket.socket(fileno=control_fd)
    woken, wake = socket.socketpair()
    woken.setblocking(False)
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    workers: dict[int, int] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            selector.select()
            with contextlib.suppress(BlockingIOError):
                woken.recv(4096)
            _reap(workers)
            order, connection = _receive(control)
            if order is None:
                continue
            if not order:
                break
            kind, number = ORDER.unpack(order)
            if connection is None:
                _signal(kind, workers.get(number))
                continue
            zygote = os.getpid()
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for end in (control, woken, wake):
                    end.close()
                _work(connection, open_engine, limits, zygote=zygote, isolated=isolated)
            workers[number] = pid
            connection.close()
    # the sockets close before the last workers have ended and are told of
    signal.set_wakeup_fd(-1)
    for pid in workers.values():
        os.kill(pid, signal.SIGKILL)


def _receive(control: socket.socket) -> tuple[bytes | None, socket.socket | None]:
    """Take one order, None when there is none, empty when the parent has gone."""
    try:
        order, descriptors, _, _ = socket.recv_fds(
            control, ORDER.size, 1, flags=socket.MSG_DONTWAIT
        )
    except BlockingIOError:
        return None, None
    return order, socket.socket(fileno=descriptors[0]) if descriptors else None


def _reap(workers: dict[int, int]) -> None:
    """Forget ended workers; until then their process ids cannot be given to somebody else."""
    for number, pid in list(workers.items()):
        if os.waitpid(pid, os.WNOHANG)[0]:
            del workers[number]


def _signal(kind: bytes, pid: int | None) -> None:
    if pid is None:
        return
    with contextlib.suppress(OSError):  # a host may forbid it; the others must live on
        if kind == KILL:
            os.kill(pid, signal.SIGKILL)
        elif kind == RENICE:
            os.setpriority(os.PRIO_PROCESS, pid, 19)


def _leave_network() -> bool:
    """Move to a network namespace without links, so that nothing below can leave the machine."""
    libc = ctypes.CDLL(None, use_errno=True)
    # first without a user namespace: there root would lose its right to read others' files
    return any(
        libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET)
    )


def _work(
    connection: socket.socket,
    open_engine: Callable[[], Handler],
    limits: ChildLimits,
    *,
    zygote: int,
    isolated: bool,
) -> NoReturn:
    """Be a worker: open the engine, then answer requests one by one until the socket ends."""
    status = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == zygote:
            _limit(limits)
            _serve(connection, open_engine, limits, isolated=isolated)
            status = 0
    finally:
        os._exit(status)  # no clean-up of the zygote's state in its copy


def _limit(limits: ChildLimits) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_STACK, limits.stack_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (soft, hard))
    with contextlib.suppress(OSError):  # a worker is the first to go when memory is short
        Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")
    null = os.open(os.devnull, os.O_RDWR)  # engines print queries when they panic
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def _serve(
    connection: socket.socket,
    open_engine: Callable[[], Handler],
    limits: ChildLimits,
    *,
    isolated: bool,
) -> None:
    try:
        handle = open_engine()
    except StoreUnavailableError as error:
        _send(connection, FAILED, _facts(error))
        return
    _send(connection, READY, {"pid": os.getpid(), "network_isolated": isolated})
    with contextlib.suppress(_ParentGoneError, EOFError):
        while True:
            request = _read(connection, LENGTH.unpack(_read(connection, LENGTH.size))[0])
            reply = Reply(connection, limits.result_bytes)
            try:
                handle(request, reply)
            except VijfsterError as error:
                reply.fail(error)
            else:
                reply.end()


def _read(connection: socket.socket, size: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < size:
        piece = connection.recv(min(size - len(pieces), 1 << 20))
        if not piece:
            raise EOFError
        pieces += piece
    return bytes(pieces)


def _facts(error: VijfsterError) -> dict[str, object]:
    """Return what the parent makes the error anew from; the codes go from special to general."""
    kinds = [kind.code for kind in type(error).__mro__ if issubclass(kind, VijfsterError)]
    return {
        "codes": kinds, "detail": error.detail, "detail_nl": error.detail_nl,
        "position": getattr(error, "position", None),
    }  # fmt: skip


def _send(connection: socket.socket, kind: bytes, facts: dict[str, object]) -> None:
    body = json.dumps(facts).encode()
    try:
        connection.sendall(HEADER.pack(kind, len(body)) + body)
    except OSError as error:
        raise _ParentGoneError from error
