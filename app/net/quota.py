"""How much one client may have run: so many at once, so many seconds of running per minute."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from app.errors import TooManyRequestsError
from app.net.budget import client_key

_SWEEP_FROM = 1_024


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """Bounds for one client; what is beyond `at_once` waits a moment before it is refused.

    A client may be `burst_minutes` ahead of its seconds per minute.
    """

    at_once: int = 2
    max_waiting: int = 64
    max_wait_seconds: float = 1.0
    seconds_per_minute: float = 60.0
    burst_minutes: float = 2.0


@dataclass(slots=True)
class _Client:
    """What runs and waits, and when the seconds that were used are there again."""

    free_at: float = 0.0
    running: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Quota:
    """The turns of all clients of one service; use it in one event loop.

    Who has nothing running and nothing used is forgotten, so the memory is bounded by what runs.
    """

    def __init__(self, limits: QuotaLimits, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._clients: dict[str, _Client] = {}
        self._sweep_at = _SWEEP_FROM

    def __len__(self) -> int:
        return len(self._clients)

    async def begin(self, address: str) -> Turn:
        """Begin a turn of a client; `end` it.

        Raises:
            TooManyRequestsError: It used its seconds, or has too many running.
        """
        limits, key, now = self._limits, client_key(address), self._clock()
        client = self._clients.get(key)
        if client is None:
            self._sweep(now)
            client = self._clients[key] = _Client()
        wait = client.free_at - now - 60 * limits.burst_minutes
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise TooManyRequestsError(
                seconds,
                f"Your queries of the last minutes took too long together. Try again in {seconds} "
                "seconds, with lighter queries.",
                nl="Uw zoekvragen van de laatste minuten duurden samen te lang. Probeer het over "
                f"{seconds} seconden opnieuw, met lichtere zoekvragen.",
            )
        if client.running >= limits.at_once:
            await self._wait(client)
        else:
            client.running += 1
        return Turn(self, client, self._clock())

    def end(self, client: _Client, since: float) -> None:
        """Count a turn and give its place to who waits."""
        now = self._clock()
        used = 60 * (now - since) / self._limits.seconds_per_minute
        client.free_at = max(client.free_at, now) + used
        self._pass_on(client)

    def _pass_on(self, client: _Client) -> None:
        while client.waiting:
            waiter = client.waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        client.running -= 1

    async def _wait(self, client: _Client) -> None:
        if len(client.waiting) >= self._limits.max_waiting:
            self._refuse()
        waiter = asyncio.get_running_loop().create_future()
        client.waiting.append(waiter)
        try:
            async with asyncio.timeout(self._limits.max_wait_seconds):
                await waiter
        except BaseException as error:
            if waiter in client.waiting:
                client.waiting.remove(waiter)
            if waiter.done() and not waiter.cancelled():
                self._pass_on(client)  # it came in the same instant
            if isinstance(error, TimeoutError):
                self._refuse()
            raise

    def _refuse(self) -> NoReturn:
        most = self._limits.at_once
        raise TooManyRequestsError(
            1,
            f"At most {most} queries of one client run at once. Wait for an answer before you "
            "send the next query.",
            nl=f"Van één gebruiker lopen hoogstens {most} zoekvragen tegelijk. Wacht op een "
            "antwoord voor u de volgende zoekvraag stuurt.",
        )

    def _sweep(self, now: float) -> None:
        if len(self._clients) < self._sweep_at:
            return
        for key, client in list(self._clients.items()):
            if not client.running and client.free_at <= now:
                del self._clients[key]
        self._sweep_at = max(_SWEEP_FROM, 2 * len(self._clients))


class Turn:
    """One turn of a client, from now until its end."""

    __slots__ = ("_client", "_quota", "_since")

    def __init__(self, quota: Quota, client: _Client, since: float) -> None:
        self._quota, self._since = quota, since
        self._client: _Client | None = client

    def end(self) -> None:
        """End the turn, once."""
        client, self._client = self._client, None
        if client is not None:
            self._quota.end(client, self._since)
