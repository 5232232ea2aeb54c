"""Negotiated answers: one place for ETag, Vary, Link, caching, compression, HEAD and CORS."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache

import brotli
from starlette.requests import Request
from starlette.responses import Response

from app.rdf.media import MediaType

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": CSP,
}
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Last-Modified, Location, Retry-After",
}
_ALWAYS = [(k.lower().encode(), v.encode()) for k, v in (SECURITY | CORS).items()]
_RAW_CACHE = (b"cache-control", b"public, max-age=60, must-revalidate")


@lru_cache(maxsize=512)
def accepted_encoding(header: str) -> str:
    """Return "br", "gzip" or "" for an Accept-Encoding header."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        name, _, parameter = part.partition(";")
        quality = 1.0
        if parameter.strip().lower().startswith("q="):
            try:
                quality = float(parameter.strip()[2:])
            except ValueError:
                quality = 0.0
        weights[name.strip().lower()] = quality
    for name in ("br", "gzip"):
        if weights.get(name, 0) > 0:
            return name
    return ""


@lru_cache(maxsize=4096)
def http_date(value: str) -> str:
    """Return an HTTP date of an xsd:dateTime in UTC."""
    return formatdate(dt.datetime.fromisoformat(value).timestamp(), usegmt=True)


def matches(header: str, etag: str) -> bool:
    """Tell whether an If-None-Match header names a tag (weak comparison, RFC 9110, 13.1.2)."""
    if header.strip() == "*":
        return True
    return any(tag.strip().removeprefix("W/") == etag for tag in header.split(","))


class Raw(Response):
    """A response whose header list is given whole; skips Starlette's header building."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = headers


def negotiated(
    request: Request,
    media: MediaType,
    *,
    tag: str,
    modified: str,
    make: Callable[[], bytes],
    links: str = "",
    vary: bytes = b"Accept, Accept-Encoding",
    cached: Callable[[str], bytes | None] | None = None,
    keep: Callable[[str, bytes], None] | None = None,
    extra: tuple[tuple[bytes, bytes], ...] = (),
) -> Response:
    """Answer with a representation, or 304.

    `tag` names the content in this media type and language; the coding is added here. `make`
    gives the plain bytes; `cached` and `keep` remember coded bytes by coding.
    """
    incoming = request.headers
    coding = accepted_encoding(incoming.get("accept-encoding", ""))
    etag = f'"{tag}-{coding}"' if coding else f'"{tag}"'
    headers = [
        (b"etag", etag.encode()),
        (b"vary", vary),
        _RAW_CACHE,
        *_ALWAYS,
        *extra,
    ]
    if modified:
        headers.append((b"last-modified", http_date(modified).encode()))
    if links:
        headers.append((b"link", links.encode()))
    asked = incoming.get("if-none-match")
    since = incoming.get("if-modified-since")
    if (asked is not None and matches(asked, etag)) or (
        asked is None and since and modified and since == http_date(modified)
    ):
        return Raw(304, headers, b"")
    body = cached(coding) if cached else None
    if body is None:
        body = _encode(make(), coding)
        if keep:
            keep(coding, body)
    if coding:
        headers.append((b"content-encoding", coding.encode()))
    headers.append((b"content-type", media.header.encode()))
    headers.append((b"content-length", str(len(body)).encode()))
    return Raw(200, headers, b"" if request.method == "HEAD" else body)


def _encode(body: bytes, coding: str) -> bytes:
    if coding == "gzip":
        return gzip.compress(body, 5, mtime=0)
    if coding == "br":
        return bytes(brotli.compress(body, quality=4))
    return body
