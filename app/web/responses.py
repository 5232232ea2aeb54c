"""Negotiated answers: one place for ETag, Vary, Link, caching, compression, HEAD and CORS."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from typing import Any

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
    "Access-Control-Expose-Headers": "Content-Profile, ETag, Link, Last-Modified, Location, "
    "Retry-After",
}
CACHED = "public, max-age=60, must-revalidate"
VARY = b"Accept, Accept-Encoding"
VARY_CODING = b"Accept-Encoding"
VARY_LANGUAGE = b"Accept, Accept-Encoding, Accept-Language"
VARY_PROFILE = b"Accept, Accept-Encoding, Accept-Profile"
VARY_PROFILE_LANGUAGE = b"Accept, Accept-Encoding, Accept-Language, Accept-Profile"
VARY_PAGE = b"Accept-Encoding, Accept-Language"
ALWAYS = [(name.lower().encode(), value.encode()) for name, value in (SECURITY | CORS).items()]


@lru_cache(maxsize=512)
def accepted_encoding(header: str, offers: tuple[str, ...] = ("br", "gzip")) -> str:
    """Return the coding to use for an Accept-Encoding header, "" for none."""
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
    best, best_quality = "", 0.0
    for name in offers:
        quality = weights.get(name, weights.get("*", 0.0))
        if quality > best_quality:
            best, best_quality = name, quality
    return best


@lru_cache(maxsize=4096)
def http_date(value: str) -> str:
    """Return an HTTP date of an xsd:dateTime in UTC."""
    return formatdate(dt.datetime.fromisoformat(value).timestamp(), usegmt=True)


def matches(header: str, etag: str) -> bool:
    """Tell whether an If-None-Match header names a tag (weak comparison, RFC 9110, 13.1.2)."""
    if header == etag or header.strip() == "*":
        return True
    return any(tag.strip().removeprefix("W/") == etag for tag in header.split(","))


def unchanged_since(header: str, modified: str) -> bool:
    """Tell whether an If-Modified-Since header is not before an HTTP date (RFC 9110, 13.1.3)."""
    if header == modified:
        return True
    try:
        return parsedate_to_datetime(header) >= parsedate_to_datetime(modified)
    except (TypeError, ValueError):
        # a date that cannot be read, or one without a zone, says nothing
        return False


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a request that choose a representation, read in one pass."""

    path: bytes
    query: bytes
    accept: str
    encoding: str
    language: str
    profile: str

    @classmethod
    def of(cls, request: Request) -> Asked:
        """Return what a request asks for."""
        accept = encoding = language = profile = b""
        scope = request.scope
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = accept + b"," + value if accept else value
            elif name == b"accept-encoding":
                encoding = value
            elif name == b"accept-language":
                language = value
            elif name == b"accept-profile":
                profile = profile + b"," + value if profile else value
        return cls(
            scope.get("raw_path") or scope["path"].encode(), scope["query_string"],
            accept.decode("latin-1"), encoding.decode("latin-1"), language.decode("latin-1"),
            profile.decode("latin-1"),
        )  # fmt: skip

    @property
    def size(self) -> int:
        """About how many bytes it takes to keep; a client may make them long."""
        return (
            len(self.path) + len(self.query)
            + len(self.accept) + len(self.encoding) + len(self.language) + len(self.profile)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole 200 answer, ready to be sent again: also as 304 and to HEAD."""

    etag: str
    modified: str
    headers: list[tuple[bytes, bytes]]
    content: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def size(self) -> int:
        """About how many bytes it takes to keep."""
        return len(self.body) + 1500

    def respond(self, request: Request) -> Response:
        """Return the response to one request: 200, or 304 if the client has it."""
        asked = since = None
        for name, value in request.scope["headers"]:
            if name == b"if-none-match":
                asked = value.decode("latin-1")
            elif name == b"if-modified-since":
                since = value.decode("latin-1")
        if asked is not None:
            same = matches(asked, self.etag)
        else:
            same = bool(since and self.modified) and unchanged_since(since or "", self.modified)
        if same:
            return Raw(304, self.headers, b"")
        body = b"" if request.scope["method"] == "HEAD" else self.body
        return Raw(200, self.headers + self.content, body)


class Raw(Response):
    """A response whose header list is given whole."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = headers

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002
        """Send head and body."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body})


def answer(
    asked: Asked,
    media: MediaType,
    *,
    tag: str,
    modified: str,
    make: Callable[[], bytes],
    links: str = "",
    vary: bytes = VARY,
    cached: str = CACHED,
    profile: str = "",
) -> Answer:
    """Return the answer in one representation.

    `tag` names the content in this media type and language, the coding is added here; `modified`
    is an xsd:dateTime or ""; `make` gives the plain bytes; `cached` is the Cache-Control,
    `profile` the Content-Profile.
    """
    coding = accepted_encoding(asked.encoding)
    etag = f'"{tag}-{coding}"' if coding else f'"{tag}"'
    headers = [
        (b"etag", etag.encode()),
        (b"vary", vary),
        (b"cache-control", cached.encode()),
        *ALWAYS,
    ]
    date = http_date(modified) if modified else ""
    if date:
        headers.append((b"last-modified", date.encode()))
    if profile:
        headers.append((b"content-profile", profile.encode()))
    if links:
        headers.append((b"link", links.encode()))
    body = _encode(make(), coding)
    content = [
        (b"content-type", media.header.encode()),
        (b"content-length", b"%d" % len(body)),
    ]
    if coding:
        content.append((b"content-encoding", coding.encode()))
    return Answer(etag, date, headers, content, body)


def _encode(body: bytes, coding: str) -> bytes:
    if coding == "gzip":
        return gzip.compress(body, 5, mtime=0)
    if coding == "br":
        return bytes(brotli.compress(body, quality=4))
    return body
