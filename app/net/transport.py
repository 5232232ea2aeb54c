"""One HTTP exchange over aiohttp, connected to addresses that were checked before."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

from app.net.guard import Address, Target
from app.net.refusals import FetchError

if TYPE_CHECKING:
    from app.net.fetch import Limits

_PIECE_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Dial:
    """Where to connect to, on behalf of which address, within which limits."""

    target: Target
    addresses: tuple[Address, ...]
    limits: Limits
    tls: ssl.SSLContext | None


class _Pinned(AbstractResolver):
    """Knows one host, and the addresses that were checked for it."""

    def __init__(self, dial: Dial) -> None:
        self._dial = dial

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - of the interface
    ) -> list[ResolveResult]:
        if host != self._dial.target.host:
            raise OSError("unexpected host")
        return [
            ResolveResult(
                hostname=host, host=str(address), port=port, proto=0,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in self._dial.addresses
        ]  # fmt: skip

    async def close(self) -> None:
        """Nothing is held."""


class Answer:
    """The head of an answer, and its body in pieces as they came over the wire."""

    def __init__(self, response: aiohttp.ClientResponse, limits: Limits) -> None:
        self._response, self._limits = response, limits
        self.status = response.status

    def header(self, name: str) -> str:
        """Return a field's value, or ""; several are joined by a comma."""
        return ", ".join(self._response.headers.getall(name, []))

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body, still encoded.

        Raises:
            FetchError: `timeout` when nothing comes for too long, `cut-off` or `answer`.
        """
        while True:
            try:
                async with asyncio.timeout(self._limits.idle_seconds):
                    piece = await self._response.content.read(_PIECE_BYTES)
            except TimeoutError as error:
                raise FetchError("timeout", seconds=_whole(self._limits.idle_seconds)) from error
            except (aiohttp.ClientError, OSError) as error:
                raise FetchError("cut-off") from error
            if not piece:
                return
            yield piece


def _whole(seconds: float) -> int:
    return max(1, round(seconds))


def _socket_for(dial: Dial) -> Any:
    """Return what makes the socket of a connection: the last look at where it goes."""
    known = frozenset(dial.addresses)

    def make(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, place = info
        if ipaddress.ip_address(place[0]) not in known:
            raise FetchError("address")
        return socket.socket(family, kind, protocol)

    return make


@contextlib.asynccontextmanager
async def exchange(
    dial: Dial, headers: Mapping[str, str], method: str = "GET"
) -> AsyncIterator[Answer]:
    """Send a request and give its answer; the connection is closed at the end, read or not.

    Raises:
        FetchError: `connect`, `tls`, `timeout`, `answer` or `address`.
    """
    limits, target = dial.limits, dial.target
    # ASCII is sent as it was checked; aiohttp must see the same host and port as the guard
    url = yarl.URL(target.url, encoded=target.url.isascii())
    if (url.host, url.port, url.scheme) != (target.host, target.port, target.scheme):
        raise FetchError("host")
    connector = aiohttp.TCPConnector(
        resolver=_Pinned(dial), socket_factory=_socket_for(dial), use_dns_cache=False,
        force_close=True, ssl=dial.tls or True,
    )  # fmt: skip
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,  # no proxy of the environment: it would connect in our place
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None, connect=limits.connect_seconds),
        read_bufsize=_PIECE_BYTES,
        max_line_size=limits.max_header_bytes,
        max_field_size=limits.max_header_bytes,
        max_headers=limits.max_headers,
    ) as session:
        # who asked decides whether it is asked again, and when
        session._retry_connection = False
        response = await _send(session, method, url, headers, limits)
        try:
            yield Answer(response, limits)
        finally:
            response.close()


async def _send(
    session: aiohttp.ClientSession,
    method: str,
    url: yarl.URL,
    headers: Mapping[str, str],
    limits: Limits,
) -> aiohttp.ClientResponse:
    try:
        async with asyncio.timeout(limits.connect_seconds + limits.first_byte_seconds):
            return await session.request(method, url, headers=headers, allow_redirects=False)
    except aiohttp.ConnectionTimeoutError as error:
        # behind a wall that lets all fall: nobody is there, and nobody answers too late
        raise FetchError("connect") from error
    except TimeoutError as error:
        raise FetchError("timeout", seconds=_whole(limits.first_byte_seconds)) from error
    except aiohttp.ClientSSLError as error:
        raise FetchError("tls") from error
    except aiohttp.ClientConnectorError as error:
        raise FetchError("connect") from error
    except (aiohttp.ClientResponseError, aiohttp.ClientPayloadError, ValueError) as error:
        raise FetchError("answer") from error
    except (aiohttp.ClientError, OSError) as error:
        # a server that hangs up, or answers what cannot be read as HTTP
        raise FetchError("answer") from error
