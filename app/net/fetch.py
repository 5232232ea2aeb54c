"""Fetch one file from an address somebody gave: every hop checked, everything bounded.

The address is resolved once per hop, checked, and connected to as checked; Host and SNI stay the
name's. Redirects are followed here and each is checked like the first address.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from app import __version__
from app.net.budget import Budget
from app.net.decoding import Inflation, decoder
from app.net.guard import Allowance, Resolver, Target, addresses, check_url, resolve
from app.net.refusals import FetchError
from app.rdf import media

if TYPE_CHECKING:
    from app.net.transport import Answer

ACCEPT: Final = ", ".join((
    f"{media.TURTLE.name}, {media.JSON_LD.name}, {media.RDF_XML.name}, {media.N_TRIPLES.name}",
    f"{media.TRIG.name}, {media.N_QUADS.name}, application/xml;q=0.6, {media.HTML.name};q=0.5",
    "*/*;q=0.1",
))  # fmt: skip
AGENT: Final = f"Vijfster/{__version__} (linked open data; fetched at a user's request)"
_READ: Final = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_CONDITIONS: Final = frozenset({"If-None-Match", "If-Modified-Since"})
_TOKEN = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one fetch; `cut` gives what comes before a bound on size, not an error."""

    connect_seconds: float = 5.0  # look-up, connection and TLS
    first_byte_seconds: float = 15.0  # from the request to the end of the headers
    idle_seconds: float = 10.0  # between two pieces
    total_seconds: float = 60.0  # redirects included
    slow_after_seconds: float = 5.0
    min_bytes_per_second: int = 1_000
    max_wire_bytes: int = 50_000_000
    inflation: Inflation = field(default_factory=Inflation)
    max_redirects: int = 5
    max_header_bytes: int = 8_190  # of one field and of the status line
    max_headers: int = 100
    allow_downgrade: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "has it changed?" with; only sent to the `url` that gave it."""

    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file and how it came; sizes in bytes.

    `status` is 200, or 304 with no bytes; where any status was asked for, others have no bytes
    either. `length` is what the server announced, None where it did not.
    """

    status: int
    data: bytes
    media_type: str  # lower case, without parameters; "" if absent or unreadable
    charset: str  # as the server wrote it, or ""
    url: str  # the one that answered
    redirects: tuple[str, ...]  # the addresses before it, in order
    validators: Validators
    wire_bytes: int
    truncated: bool = False
    length: int | None = None

    @property
    def not_modified(self) -> bool:
        """Whether the earlier file still stands."""
        return self.status == HTTPStatus.NOT_MODIFIED


@dataclass(slots=True)
class Visit:
    """What one request brought, for who gives the turns; status 0 until the server answers."""

    status: int = 0
    retry_after: str = ""
    wire_bytes: int = 0


# gives a request its turn: entered before the look-up, left when all was read
Turn = Callable[[Target, Visit], AbstractAsyncContextManager[None]]


async def fetch(
    url: str,
    *,
    limits: Limits = Limits(),
    budget: Budget | None = None,
    client: str = "",
    allowed: Allowance = Allowance(),  # noqa: B008 - frozen
    resolver: Resolver = resolve,
    known: Validators | None = None,
    accept: str = ACCEPT,
    tls: ssl.SSLContext | None = None,
    method: str = "GET",
    any_status: bool = False,
    agent: str = AGENT,
    turn: Turn | None = None,
) -> Fetched:
    """Return what an http(s) address holds; `client` is who asks, for the budget ("": nobody).

    `method` is GET or HEAD. With `any_status` each answer is told, otherwise only a file is one.
    Each hop waits for its `turn`, and that costs nothing of the time of the fetch.

    Raises:
        FetchError: The address is refused, or gave no file within the limits. Says which limit,
            and nothing of what the server sent.
    """
    first = check_url(url, allowed)
    if budget is not None:
        budget.take_client(client)
    try:
        async with asyncio.timeout(limits.total_seconds) as clock:
            return await _Fetch(
                limits, budget, allowed, resolver, known, accept, tls, method,
                any_status=any_status, agent=agent, turn=turn, clock=clock,
            ).run(first)  # fmt: skip
    except TimeoutError as error:
        raise FetchError("timeout", seconds=_whole(limits.total_seconds)) from error


def _whole(seconds: float) -> int:
    return max(1, round(seconds))


@dataclass(frozen=True, slots=True)
class _Fetch:
    limits: Limits
    budget: Budget | None
    allowed: Allowance
    resolver: Resolver
    known: Validators | None
    accept: str
    tls: ssl.SSLContext | None
    method: str
    any_status: bool
    agent: str
    turn: Turn | None
    clock: asyncio.Timeout

    async def run(self, target: Target) -> Fetched:
        """Follow redirects up to the file."""
        passed: list[str] = []
        while True:
            if target.url in passed:
                raise FetchError("loop")
            visit = Visit()
            try:
                async with self._turn(target, visit):
                    moved = await self._hop(target, tuple(passed), visit)
            except FetchError as error:
                if passed and error.reason == "address":
                    # of a redirect nothing more is told than that it may not be followed
                    raise FetchError("redirect") from error
                raise
            if isinstance(moved, Fetched):
                return moved
            if len(passed) == self.limits.max_redirects:
                raise FetchError("redirects", limit=self.limits.max_redirects)
            passed.append(target.url)
            target = self._next(target, moved)

    @asynccontextmanager
    async def _turn(self, target: Target, visit: Visit) -> AsyncIterator[None]:
        if self.turn is None:
            yield
            return
        time = asyncio.get_running_loop().time
        left = (self.clock.when() or time()) - time()
        self.clock.reschedule(None)
        async with self.turn(target, visit):
            self.clock.reschedule(time() + left)
            yield

    def _next(self, target: Target, location: str) -> Target:
        try:
            found = check_url(urljoin(target.url, location), self.allowed)
        except (FetchError, ValueError) as error:
            raise FetchError("redirect") from error
        if (target.scheme, found.scheme) == ("https", "http") and not self.limits.allow_downgrade:
            raise FetchError("downgrade")
        return found

    async def _hop(self, target: Target, passed: tuple[str, ...], visit: Visit) -> Fetched | str:
        """Return the file at one address, or where it moved to."""
        from app.net.transport import Dial, exchange  # noqa: PLC0415 - aiohttp is slow to load

        limits = self.limits
        try:
            async with asyncio.timeout(limits.connect_seconds):
                found = await addresses(target, self.allowed, self.resolver)
        except TimeoutError as error:
            raise FetchError("timeout", seconds=_whole(limits.connect_seconds)) from error
        if self.budget is not None:
            self.budget.take_target(target.host, str(min(found, key=str)))
        dial = Dial(target, found, limits, self.tls)
        headers = self._headers(target)
        async with exchange(dial, headers, self.method) as answer:
            visit.status, visit.retry_after = answer.status, answer.header("Retry-After")
            if answer.status in _MOVED and (location := answer.header("Location")):
                return location
            # a server may only say "not modified" where that was asked
            asked = not headers.keys().isdisjoint(_CONDITIONS)
            return await self._file(target, answer, passed, visit, asked=asked)

    def _headers(self, target: Target) -> Mapping[str, str]:
        headers = {
            "Accept": self.accept, "Accept-Encoding": "gzip, deflate, br",
            "Accept-Language": "nl, en;q=0.8", "User-Agent": self.agent,
        }  # fmt: skip
        if self.known is not None and self.known.url == target.url:
            if _sendable(self.known.etag):
                headers["If-None-Match"] = self.known.etag
            if _sendable(self.known.last_modified):
                headers["If-Modified-Since"] = self.known.last_modified
        return headers

    async def _file(
        self, target: Target, answer: Answer, passed: tuple[str, ...], visit: Visit, *, asked: bool
    ) -> Fetched:
        data, truncated, unchanged = b"", False, answer.status == HTTPStatus.NOT_MODIFIED
        if answer.status in _READ and self.method == "GET":
            data, truncated = await self._body(answer, visit)
        elif not self.any_status and not (unchanged and asked) and answer.status not in _READ:
            raise FetchError("status", status=answer.status)
        content_type = answer.header("Content-Type").strip()
        length = answer.header("Content-Length")
        name = content_type.partition(";")[0].strip().lower()
        return Fetched(
            status=answer.status,
            data=data,
            media_type=name if _TOKEN.fullmatch(name) else "",
            charset=charset_of(content_type),
            url=target.url,
            redirects=passed,
            validators=Validators(
                target.url, _kept(answer.header("ETag")), _kept(answer.header("Last-Modified"))
            ),
            wire_bytes=visit.wire_bytes,
            truncated=truncated,
            length=int(length) if length.isdecimal() and len(length) < 20 else None,
        )

    async def _body(self, answer: Answer, visit: Visit) -> tuple[bytes, bool]:
        """Return the decoded bytes, and whether they were cut."""
        limits = self.limits
        through = decoder(answer.header("Content-Encoding"), limits.inflation, cut=limits.cut)
        length = answer.header("Content-Length")
        if length.isdecimal() and int(length[:20]) > limits.max_wire_bytes and not limits.cut:
            raise FetchError("too-large", limit=limits.max_wire_bytes)
        out, wire = bytearray(), 0
        started = asyncio.get_running_loop().time()
        async for piece in answer.pieces():
            wire += len(piece)
            visit.wire_bytes = min(wire, limits.max_wire_bytes)
            if wire > limits.max_wire_bytes:
                if not limits.cut:
                    raise FetchError("too-large", limit=limits.max_wire_bytes)
                out += through.feed(piece[: limits.max_wire_bytes - wire])
                return bytes(out[: limits.inflation.max_bytes]), True
            out += through.feed(piece)
            if limits.cut and len(out) > limits.inflation.max_bytes:
                return bytes(out[: limits.inflation.max_bytes]), True
            took = asyncio.get_running_loop().time() - started
            slow = took > limits.slow_after_seconds and wire < took * limits.min_bytes_per_second
            if slow:
                raise FetchError("slow", rate=limits.min_bytes_per_second)
        if wire:
            through.end()
        if len(out) > limits.inflation.max_bytes:
            raise FetchError("unpacked-too-large", limit=limits.inflation.max_bytes)
        return bytes(out), False


def charset_of(content_type: str) -> str:
    """Return the charset of a Content-Type as it is written, or ""."""
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def _sendable(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable()


def _kept(value: str) -> str:
    return value if len(value) <= 200 and _sendable(value) else ""


def file_name(url: str) -> str:
    """Return the last step of an address's path, for its suffix; "" if it has none."""
    return urlsplit(url).path.rpartition("/")[2]
