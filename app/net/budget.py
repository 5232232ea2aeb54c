"""How much may be fetched: token buckets per client and per target, in bounded memory."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from app.errors import TooManyRequestsError
from app.net.refusals import FetchError


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, then `per_minute`."""

    per_minute: float
    burst: int


class Buckets:
    """One token bucket per key; at most `max_keys`, and a full memory admits no new key.

    A bucket that had time to fill up again says nothing and is dropped; others are kept, so that
    nobody empties the memory by sending many keys.
    """

    def __init__(
        self, rate: Rate, *, max_keys: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._max_keys, self._clock = rate, max_keys, clock
        self._per_second = rate.per_minute / 60
        # key -> tokens, time of the last use; the longest unused first
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait_seconds(self, key: str) -> float:
        """Return how long until a token of this key is there; 0 when it is."""
        now = self._clock()
        if key not in self._buckets:
            self._drop_full(now)
            if len(self._buckets) >= self._max_keys:
                return self._rate.burst / self._per_second
        return max(0.0, (1 - self._tokens(key, now)) / self._per_second)

    def take(self, key: str) -> None:
        """Take one token; the caller asked `wait_seconds` first."""
        now = self._clock()
        self._buckets[key] = (self._tokens(key, now) - 1, now)
        self._buckets.move_to_end(key)

    def _tokens(self, key: str, now: float) -> float:
        tokens, then = self._buckets.get(key, (float(self._rate.burst), now))
        return min(float(self._rate.burst), tokens + (now - then) * self._per_second)

    def _drop_full(self, now: float) -> None:
        fill_seconds = self._rate.burst / self._per_second
        while self._buckets:
            key, (_, then) = next(iter(self._buckets.items()))
            if now - then < fill_seconds:
                return
            del self._buckets[key]


class Budget:
    """The budgets of one service: what one client may ask, what one target must bear.

    Every request counts, also those of redirects. Not for several threads.
    """

    def __init__(
        self,
        client: Rate = Rate(per_minute=20, burst=20),
        target: Rate = Rate(per_minute=60, burst=30),
        *,
        max_keys: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clients = Buckets(client, max_keys=max_keys, clock=clock)
        self._targets = Buckets(target, max_keys=max_keys, clock=clock)

    def take_client(self, client: str) -> None:
        """Count one fetch of a client; "" is the operator, who is not counted.

        Raises:
            FetchError: `budget`, with the seconds to wait.
        """
        if client:
            self._take(self._clients, (client_key(client),))

    def take_target(self, host: str, address: str) -> None:
        """Count one request to a host and its address: names are free to make, addresses not.

        Raises:
            FetchError: `budget`, with the seconds to wait.
        """
        self._take(self._targets, (f"name {host}", f"address {client_key(address)}"))

    @staticmethod
    def _take(buckets: Buckets, keys: tuple[str, ...]) -> None:
        wait = max(buckets.wait_seconds(key) for key in keys)
        if wait > 0:
            raise FetchError("budget", seconds=max(1, math.ceil(wait)))
        for key in keys:
            buckets.take(key)


class Turns:
    """How often one client may do something that is not fetching."""

    def __init__(self, rate: Rate, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._buckets = Buckets(rate, clock=clock)

    def take(self, client: str) -> None:
        """Count one turn of a client.

        Raises:
            TooManyRequestsError: With the seconds to wait.
        """
        key = client_key(client)
        wait = self._buckets.wait_seconds(key)
        if wait > 0:
            raise TooManyRequestsError(max(1, math.ceil(wait)))
        self._buckets.take(key)


@lru_cache(maxsize=4096)
def client_key(address: str) -> str:
    """Return what counts as one client: an IPv4 address, the /64 of an IPv6 one, other text."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:200]
    if found.version == 6:
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)
