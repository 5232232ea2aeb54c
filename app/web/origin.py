"""Who asks, where proxies stand before the service."""

from __future__ import annotations

import ipaddress
import logging
from typing import Any

from app.net.networks import Networks, address_of, origin

logger = logging.getLogger("vijfster.web")


class Origin:
    """ASGI middleware: the client of a request is who the trusted proxies say it is.

    All that counts per client comes after it and reads `request.client`.
    """

    def __init__(self, app: Any, *, trusted: Networks) -> None:
        self.app = app
        self.trusted = trusted
        self._warned = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on, with its client."""
        peer = scope.get("client")
        if scope["type"] == "http" and peer is not None:
            found = self._client(str(peer[0]), scope["headers"])
            if found != peer[0]:
                scope = {**scope, "client": (found, 0)}
        await self.app(scope, receive, send)

    def _client(self, peer: str, headers: list[tuple[bytes, bytes]]) -> str:
        each = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
        listed = [value.decode("latin-1") for name, value in headers if name == b"forwarded"]
        if not (each or listed):
            return peer
        if peer in self.trusted:
            return origin(peer, self.trusted, each, listed)
        if not self._warned and _near(peer):
            self._warned = True
            logger.warning(
                "a proxy at %s tells who asks, but VIJFSTER_TRUSTED_PROXIES does not name it: all "
                "who come through it count as one client", peer,
            )  # fmt: skip
        return peer


def _near(peer: str) -> bool:
    """Tell whether a peer may be a proxy of ours; a stranger's header is nobody's news."""
    found = address_of(peer)
    return isinstance(found, ipaddress.IPv4Address | ipaddress.IPv6Address) and found.is_private
