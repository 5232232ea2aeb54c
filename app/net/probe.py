"""Asking our own service one thing: no redirects, no body beyond what is wanted.

The address is the operator's own, so the guard of `app.net.guard` (for addresses that strangers
hand over) is not in the way of a service on this machine.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Probed:
    """What came back: status, headers (lower case), the first bytes; status 0 is no answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    reason: str = ""


def probe(
    url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, most: int = 65536
) -> Probed:
    """Ask for an http(s) address once."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return Probed(0, {}, reason="not an http(s) address")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = kind(parts.hostname, parts.port, timeout=_SECONDS)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Probed(answer.status, found, answer.read(most))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Probed(0, {}, reason=str(error) or type(error).__name__)
