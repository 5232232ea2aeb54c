"""Asking many addresses without being a burden: who asks, how often, and when to stop.

One request per host at a time with a pause after it, robots.txt before all else (RFC 9309),
Retry-After obeyed (RFC 9110, 10.2.3), and a host that keeps failing is left alone.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from app import __version__
from app.errors import InputError
from app.net.decoding import Inflation
from app.net.fetch import ACCEPT, Fetched, Limits, Turn, Validators, Visit, fetch
from app.net.guard import Allowance, Resolver, Target, check_url, resolve
from app.net.refusals import FetchError
from app.net.robots import MOST_BYTES, Rules

# what may go better the next time
_AGAIN: Final = frozenset({"connect", "timeout", "answer", "cut-off"})
_BUSY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_STOPS: Final = frozenset({"left-alone", "spent"})
# a robots.txt that leads astray is one that is not there (RFC 9309, 2.3.1.2 and 2.3.1.3)
_ASTRAY: Final = frozenset({"redirect", "redirects", "loop"})
# without these there is no origin to ask anything of; other trouble is of the file
_NO_ORIGIN: Final = frozenset({"connect", "tls", "address", "host", *_STOPS})
# as a browser does: a file that moved to http is there
LOOKING: Final = Limits(
    max_wire_bytes=5_000_000, inflation=Inflation(20_000_000), allow_downgrade=True, cut=True
)
_ROBOTS: Final = Limits(
    total_seconds=30, max_wire_bytes=MOST_BYTES, inflation=Inflation(MOST_BYTES),
    allow_downgrade=True, cut=True,
)  # fmt: skip
_CONTACT = re.compile(r"[^\s()<>;,\x00-\x1f\x7f]{1,200}")


@dataclass(frozen=True, slots=True)
class Manners:
    """How politely is asked; `contact` (mail or web address) is told to every server."""

    contact: str = ""
    delay_seconds: float = 1.0  # between the end of a request to a host and the next
    max_delay_seconds: float = 10.0  # a longer Crawl-delay is cut to this
    at_once: int = 16  # hosts
    tries: int = 3
    back_off_seconds: float = 2.0  # doubles with each trouble in a row
    max_wait_seconds: float = 60.0  # who wants us to wait longer is left alone for this run
    left_after: int = 3  # addresses in a row that gave trouble
    robots_seconds: float = 86_400.0
    run_seconds: float = 3_600.0
    run_bytes: int = 2_000_000_000
    host_seconds: float = 3_600.0
    host_bytes: int = 1_000_000_000

    def __post_init__(self) -> None:
        if self.contact and not (self.contact.isascii() and _CONTACT.fullmatch(self.contact)):
            raise InputError(
                f"the contact {self.contact!r} is no mail or web address",
                nl=f"het contact {self.contact!r} is geen mail- of webadres",
            )

    @property
    def agent(self) -> str:
        """The name that is told to servers."""
        contact = f"; +{self.contact}" if self.contact else ""
        return f"Vijfster/{__version__} (looks whether open data answer{contact})"


@dataclass(slots=True)
class _Lane:
    """What is known of one host in this run."""

    delay: float
    started: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    row: int = 0  # requests in a row that gave trouble
    troubled: set[str] = field(default_factory=set)
    wire_bytes: int = 0
    left: bool = False


@dataclass(slots=True)
class _Origin:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules | FetchError | None = None
    until: float = 0.0


class Polite:
    """One run of questions to many servers, in one event loop."""

    def __init__(
        self,
        manners: Manners = Manners(),
        *,
        allowed: Allowance = Allowance(),  # noqa: B008 - frozen
        resolver: Resolver = resolve,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.manners, self.allowed = manners, allowed
        self._resolver, self._tls = resolver, tls
        self._clock, self._sleep = clock, sleep
        self._started = clock()
        self._lanes: dict[str, _Lane] = {}
        self._origins: dict[str, _Origin] = {}
        self._wires = asyncio.Semaphore(manners.at_once)
        self._wire_bytes = 0

    async def ask(
        self,
        url: str,
        method: str = "GET",
        *,
        limits: Limits = LOOKING,
        known: Validators | None = None,
        accept: str = ACCEPT,
    ) -> Fetched:
        """Return what a server answers, whatever its status, after as many tries as are decent.

        Raises:
            FetchError: As `fetch`; and `robots`, `robots-failed`, `left-alone` or `spent`, where
                it was not asked.
        """
        return await self._tried(self._turn, url, method, limits, known, accept)

    async def ready(self, url: str) -> None:
        """Wait until the pause of a host is over, for who must hold something while asking.

        Raises:
            FetchError: The address is refused.
        """
        lane = self._lane(check_url(url, self.allowed))
        end = min(self._started + self.manners.run_seconds, lane.free_at)
        if end > self._clock():
            await self._sleep(end - self._clock())

    async def _tried(
        self, turn: Turn, url: str, method: str, limits: Limits,
        known: Validators | None, accept: str,
    ) -> Fetched:  # fmt: skip
        before: Fetched | FetchError | None = None
        for _ in range(self.manners.tries):
            try:
                found = await fetch(
                    url, limits=limits, allowed=self.allowed, resolver=self._resolver,
                    known=known, accept=accept, tls=self._tls, method=method, any_status=True,
                    agent=self.manners.agent, turn=turn,
                )  # fmt: skip
            except FetchError as error:
                if before is not None and error.reason in _STOPS:
                    break  # what it said before tells more
                if error.reason not in _AGAIN:
                    raise
                before = error
            else:
                if found.status not in _BUSY:
                    return found
                before = found
        assert before is not None
        if isinstance(before, FetchError):
            raise before
        return before

    @asynccontextmanager
    async def _turn(self, target: Target, visit: Visit) -> AsyncIterator[None]:
        """Give a turn where robots.txt allows it."""
        rules = await self._rules(target)
        if not rules.allow(target.url):
            raise FetchError("robots")
        lane = self._lane(target)
        wanted = min(rules.delay, self.manners.max_delay_seconds)
        lane.delay = max(lane.delay, wanted)
        async with self._visit(target, visit):
            yield

    @asynccontextmanager
    async def _visit(self, target: Target, visit: Visit) -> AsyncIterator[None]:
        """Wait until a host may be asked, and note how that went."""
        lane = self._lane(target)
        async with lane.lock:
            until = self._until(lane)
            wait = lane.free_at - self._clock()
            if max(self._clock(), lane.free_at) >= until:
                raise FetchError("spent")
            if wait > 0:
                await self._sleep(wait)
            async with self._wires:
                asked = True
                try:
                    yield
                except FetchError as error:
                    # who was not found, or may not be asked, needs no rest
                    asked = error.reason != "address"
                    raise
                finally:
                    if asked:
                        self._note(lane, target, visit)

    def _lane(self, target: Target) -> _Lane:
        if target.host not in self._lanes:
            self._lanes[target.host] = _Lane(self.manners.delay_seconds, self._clock())
        return self._lanes[target.host]

    def _until(self, lane: _Lane) -> float:
        """Return when the time of a host is over, in seconds of the clock.

        Raises:
            FetchError: `left-alone` or `spent`: it is over.
        """
        manners = self.manners
        if lane.left:
            raise FetchError("left-alone")
        if self._wire_bytes >= manners.run_bytes or lane.wire_bytes >= manners.host_bytes:
            raise FetchError("spent")
        return min(self._started + manners.run_seconds, lane.started + manners.host_seconds)

    def _note(self, lane: _Lane, target: Target, visit: Visit) -> None:
        manners = self.manners
        self._wire_bytes += visit.wire_bytes
        lane.wire_bytes += visit.wire_bytes
        wait = lane.delay
        if visit.status == 0 or visit.status in _BUSY:
            lane.row += 1
            lane.troubled.add(target.url)
            asked = _seconds(visit.retry_after) if visit.status else None
            lane.left = len(lane.troubled) >= manners.left_after or (
                asked is not None and asked > manners.max_wait_seconds
            )
            backed = manners.back_off_seconds * 2.0 ** min(lane.row - 1, 30)
            wait = max(wait, min(backed, manners.max_wait_seconds) if asked is None else asked)
        else:
            lane.row = 0
            lane.troubled.clear()
        lane.free_at = self._clock() + wait

    async def _rules(self, target: Target) -> Rules:
        """Return what the origin of an address asks of programs.

        Raises:
            FetchError: The origin cannot be reached, or failed to say it.
        """
        origin = self._origins.setdefault(_robots_of(target), _Origin())
        async with origin.lock:
            if origin.rules is None or self._clock() >= origin.until:
                origin.rules = await self._read(_robots_of(target))
                origin.until = self._clock() + self.manners.robots_seconds
        if isinstance(origin.rules, FetchError):
            raise origin.rules.with_traceback(None)
        return origin.rules

    async def _read(self, url: str) -> Rules | FetchError:
        try:
            found = await self._tried(self._visit, url, "GET", _ROBOTS, None, "text/plain, */*")
        except FetchError as error:
            if error.reason in _ASTRAY:
                return Rules()
            return error if error.reason in _NO_ORIGIN else FetchError("robots-failed")
        if found.status in _BUSY or found.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return FetchError("robots-failed")
        return Rules.parse(found.data)


def _robots_of(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return f"{target.scheme}://{host}:{target.port}/robots.txt"


def _seconds(retry_after: str) -> float | None:
    """Return a Retry-After in seconds from now; None if it says nothing that can be read."""
    said = retry_after.strip()
    if said.isdecimal() and said.isascii():
        return float(said[:12])
    try:
        when = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    when = when.replace(tzinfo=dt.UTC) if when.tzinfo is None else when
    return max(0.0, (when - dt.datetime.now(dt.UTC)).total_seconds())
