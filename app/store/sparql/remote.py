"""An external SPARQL engine behind the same interface as the embedded one.

Nothing of a stranger's request but the guarded query goes out, and nothing of the engine's answer
but the bytes of the result comes back: no header, no message, no address. The deadline and the
bounds are kept here, whatever the engine does.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

import aiohttp
import yarl

from app import __version__
from app.errors import (
    QueryFailedError,
    QueryRefusedError,
    QueryTimeoutError,
    ServiceBusyError,
    StoreUnavailableError,
    VijfsterError,
)
from app.store.sparql.backend import Backend
from app.store.sparql.failures import cut, late, unusable
from app.store.sparql.guard import QueryInfo
from app.store.sparql.incoming import LATE, PIECE_BYTES, RemoteResult
from app.store.sparql.request import Requests, Wanted, wanted

logger = logging.getLogger("vijfster.sparql")

_MESSAGE_BYTES: Final = 4_096
_HEADER_BYTES: Final = 8_190
_CONNECT_SECONDS: Final = 5.0
_KEEP_ALIVE_SECONDS: Final = 5.0  # shorter than servers keep one: Virtuoso closes after ten
_FULL: Final = "The SPARQL engine is busy; try again in a moment."
_FULL_NL: Final = "De SPARQL-engine is bezet; probeer het zo meteen opnieuw."
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class RemoteLimits:
    """Bounds on an external engine; times in seconds, the deadline from the connection on."""

    deadline_seconds: float = 60.0
    max_connections: int = 32
    max_waiting: int = 64
    max_wait_seconds: float = 1.0
    max_result_bytes: int = 100_000_000


class RemoteSparql:
    """Answer guarded queries by an external engine; start and stop it in the serving loop."""

    # it may be loaded, or be another, at any moment
    repeatable = False

    def __init__(
        self, backend: Backend, *, limits: RemoteLimits, base: str = "", graphs: Sequence[str] = ()
    ) -> None:
        """Prepare an engine for the `graphs` of a release; nothing is dialled before a query."""
        self._backend, self._limits = backend, limits
        self._requests = Requests(
            backend.profile, base=base, graphs=graphs, deadline_seconds=limits.deadline_seconds
        )
        self._url = yarl.URL(backend.url)
        self._address = str(self._url)
        self._slots = asyncio.Semaphore(limits.max_connections)
        self._running: set[RemoteResult] = set()
        self._counts: Counter[str] = Counter()
        self._waiting = 0
        self._session: aiohttp.ClientSession | None = None
        self._quiet = asyncio.Event()

    async def start(self) -> None:
        """Open the pool of connections; an engine that is down may come up later."""
        headers = {"User-Agent": f"Vijfster/{__version__}", "Accept-Encoding": "identity"}
        if self._backend.user:
            pair = f"{self._backend.user}:{self._backend.password}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        self._session = aiohttp.ClientSession(
            # the slots bound connections, and refuse where a connector would queue
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS),
            headers=headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,  # no proxy of the environment
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
            read_bufsize=PIECE_BYTES,
            max_line_size=_HEADER_BYTES,
            max_field_size=_HEADER_BYTES,
        )

    async def stop(self) -> None:
        """Take no more queries, let running ones end within their deadline, close connections."""
        session, self._session = self._session, None
        if self._running:
            await self._quiet.wait()
        if session is not None:
            await session.close()
            await asyncio.sleep(0)  # sockets are closed in the loop's next round

    async def query(
        self,
        query: str,
        info: QueryInfo,
        *,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> RemoteResult:
        """Ask what the guard let pass; return once the begin of the result is there and sound.

        Raises:
            QueryRefusedError: The engine finds the query not grammatical, or it asks for more than
                SPARQL.
            QueryTimeoutError, QueryFailedError, BadGatewayError, ServiceBusyError,
            ResultTooLargeError, StoreUnavailableError: As their names say.
            NotAcceptableError: The query form has no such representation.
        """
        if info.source != query:
            message = "the guard has read another query"
            raise ValueError(message)
        wish = wanted(self._backend.profile, info.form, media_type)
        parameters = self._requests.encode(info, default_graphs, named_graphs)
        await self._take_slot()
        result = RemoteResult(
            media_type, wish.passage, deadline_seconds=self._limits.deadline_seconds,
            max_bytes=self._limits.max_result_bytes, done=self._give_back,
        )  # fmt: skip
        self._running.add(result)
        self._counts["jobs"] += 1
        try:
            async with asyncio.timeout_at(result.ends_at):
                await result.begin(await self._send(parameters, wish))
        except TimeoutError:
            raise result.fail(self._late()) from None
        except VijfsterError as error:
            raise result.fail(error) from error.__cause__
        except BaseException:
            await result.aclose()
            raise
        return result

    def status(self) -> dict[str, object]:
        """Return the profile, counts of now (running, waiting) and since the start."""
        profile = self._backend.profile
        return {
            "backend": profile.name, "tested": profile.tested, "running": len(self._running),
            "waiting": self._waiting, **self._counts,
        }  # fmt: skip

    async def _take_slot(self) -> None:
        if self._session is None:
            self._refuse("The service is stopping.", "De dienst stopt.")
        if not self._slots.locked():
            await self._slots.acquire()
            return
        if self._waiting >= self._limits.max_waiting:
            self._refuse(_FULL, _FULL_NL)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.max_wait_seconds):
                await self._slots.acquire()
        except TimeoutError:
            self._refuse(_FULL, _FULL_NL)
        finally:
            self._waiting -= 1

    def _refuse(self, detail: str, nl: str) -> NoReturn:
        self._counts["refused"] += 1
        raise ServiceBusyError(detail, nl=nl)

    def _give_back(self, result: RemoteResult) -> None:
        self._running.discard(result)
        if result.error is not None:
            self._counts[result.error.code] += 1
        self._slots.release()
        if self._session is None and not self._running:
            self._quiet.set()

    async def _send(self, parameters: str, wish: Wanted) -> aiohttp.ClientResponse:
        if self._session is None:
            self._refuse("The service is stopping.", "De dienst stopt.")
        accept = {"Accept": wish.media_type}
        start = self._address + ("&" if self._url.query_string else "?")
        try:
            if len(start) + len(parameters) < self._backend.profile.max_get_bytes:
                url = yarl.URL(start + parameters, encoded=True)
                response = await self._session.get(url, headers=accept, allow_redirects=False)
            else:
                response = await self._session.post(
                    self._url, data=parameters.encode(), headers={**accept, **_FORM},
                    allow_redirects=False,
                )  # fmt: skip
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise StoreUnavailableError(
                "The SPARQL engine behind this service cannot be reached at the moment.",
                nl="De SPARQL-engine achter deze dienst is op dit moment niet bereikbaar.",
            ) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise unusable() from error
        try:
            await self._judge(response, wish)
        except BaseException:
            response.close()
            raise
        return response

    async def _judge(self, response: aiohttp.ClientResponse, wish: Wanted) -> None:
        """Raise what the head of an answer means, if it is no result."""
        profile, headers, status = self._backend.profile, response.headers, response.status
        if any(name in headers for name in profile.late):
            raise self._late()
        if any(name in headers for name in profile.cut):
            raise cut()
        if status == 200:
            kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
            coding = headers.get("Content-Encoding", "identity").strip().lower()
            framed = "Content-Length" in headers or "Transfer-Encoding" in headers
            if kind in wish.taken and coding == "identity" and (framed or wish.passage.certain):
                return
            raise unusable()
        await self._refused(response, status)

    async def _refused(self, response: aiohttp.ClientResponse, status: int) -> NoReturn:
        """Raise what a status that is no success means."""
        if status == 400:
            raise QueryRefusedError(
                "The SPARQL engine does not take the query: it is not valid, or asks for a "
                "function that it does not know.",
                nl="De SPARQL-engine aanvaardt de zoekvraag niet: ze is niet geldig, of vraagt een "
                "functie die ze niet kent.",
            )
        logger.warning("the SPARQL backend answered %d", status)
        if status in (408, 504):
            raise self._late()
        if status == 429:
            self._refuse(_FULL, _FULL_NL)
        if status >= 500:
            if LATE.search(await _message(response)):
                raise self._late()
            if status == 503:
                self._refuse(_FULL, _FULL_NL)
            raise QueryFailedError(
                "The SPARQL engine could not evaluate the query.",
                nl="De SPARQL-engine kon de zoekvraag niet uitvoeren.",
            )
        raise unusable()

    def _late(self) -> QueryTimeoutError:
        return late(self._limits.deadline_seconds)


async def _message(response: aiohttp.ClientResponse) -> bytes:
    """Return the begin of an error's body; it is searched and never shown."""
    try:
        return await response.content.read(_MESSAGE_BYTES)
    except (aiohttp.ClientError, OSError):
        return b""
