"""Minting of IRIs: `{base}/{type}/{concept}/{reference}` (Vlaamse URI-standaard voor data 1.0)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote, urljoin, urlsplit

from app.rdf.terms import is_iri

_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
# what a segment keeps: the unreserved of ASCII, and of the rest what RFC 3987 leaves so, so that
# Dutch names remain readable; direction and format marks, spaces and tags make look-alike IRIs
_ASCII = r"A-Za-z0-9._~\-"
_KEPT = (
    "\u00a1-\u167f\u1681-\u1fff\u2070-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\uffef"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd"
)
_UNSAFE_ASCII = re.compile(rf"[^\0\n{_ASCII}]")
# nothing to encode, and no dot segment
_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
_PATH = re.compile(r"^(id|doc|ns)/[^?#\s]+$")


def check_base(base: str) -> str:
    """Return a base IRI, ending in one slash.

    Raises:
        ValueError: It is not an http(s) IRI with a host, or has a query, fragment or user.
    """
    value = base.strip()
    parts = urlsplit(value)
    good = (
        is_iri(value)
        and parts.scheme in {"http", "https"}
        and parts.hostname
        and "?" not in value
        and "#" not in value
        and "@" not in parts.netloc
        and not re.search(r"//|/\.\.?(/|$)", parts.path)
    )
    if not good:
        msg = f"not usable as base IRI (http or https, a host, no query or fragment): {base!r}"
        raise ValueError(msg)
    return value.rstrip("/") + "/"


def is_local_base(base: str) -> bool:
    """Tell whether a base IRI names this machine, so that nobody else can have cited it."""
    return (urlsplit(base).hostname or "") in _LOCAL_HOSTS


def encode_segment(text: str) -> str:
    """Return text safe as one path segment, as RML templates ask (percent-encoded).

    Letters beyond ASCII that RFC 3987 leaves unreserved are kept; `.` and `..` alone are encoded,
    since a path made of them would be resolved away.
    """
    if _PLAIN.fullmatch(text):
        return text
    if text in {".", ".."}:
        return text.replace(".", "%2E")
    return _encoded(text, "\0\n")


def encode_segments(texts: str) -> str:
    """Return texts with NUL between them as path segments, as `encode_segment` does one."""
    dots = f"\0{texts}\0"
    if "\0.\0" in dots or "\0..\0" in dots:
        return "\0".join(map(encode_segment, texts.split("\0")))
    return _encoded(texts, "\n")


def _encoded(text: str, besides: str) -> str:
    found = {*_unsafe(text), *(sign for sign in besides if sign in text)}
    # the sign that encoding adds comes first
    for sign in sorted(found, key=lambda sign: sign != "%"):
        text = text.replace(sign, quote(sign, safe="", errors="replace"))
    return text


def _unsafe(text: str) -> Iterable[str]:
    """Return the signs to encode in text, NUL and newline aside."""
    return (_UNSAFE_ASCII if text.isascii() else _any_unsafe()).findall(text)


@cache
def _any_unsafe() -> re.Pattern[str]:
    # slow to compile, and ASCII does without
    return re.compile(f"[^\0\n{_ASCII}{_KEPT}]")


def are_segments(lines: str) -> bool:
    """Tell whether texts, each ended by a newline, are as `encode_segment` would make them."""
    if (_UNSAFE_ASCII if lines.isascii() else _any_unsafe()).search(lines) or "\0" in lines:
        return False
    return not ("\n.\n" in lines or "\n..\n" in lines or lines.startswith((".\n", "..\n")))


def mint(base: str, *segments: str) -> str:
    """Return the IRI of a thing below the base; each segment is encoded.

    Raises:
        ValueError: A segment is empty.
    """
    if not segments or not all(segments):
        msg = f"an IRI needs non-empty parts: {segments!r}"
        raise ValueError(msg)
    return base + "/".join(encode_segment(segment) for segment in segments)


def relative(base: str, iri: str) -> str | None:
    """Return the path of an own `/id/`, `/doc/` or `/ns/` IRI below the base, or None."""
    if not iri.startswith(base):
        return None
    path = iri[len(base) :]
    return path if _PATH.match(path) else None


def reference(iri: str, base: str) -> str:
    """Return a reference that leads from `base` (without a fragment) to an IRI on the same host.

    It is the IRI itself where there is none that is sure to lead back.
    """
    root = "/".join(base.split("/", 3)[:3]) + "/"
    if not iri.startswith(root):
        return iri
    if iri == base or iri.startswith(base + "#"):
        return iri[len(base) :]
    here = base[len(root) :].split("/")[:-1]
    path = re.split("[?#]", iri[len(root) :], maxsplit=1)[0].split("/")[:-1]
    common = 0
    while common < min(len(here), len(path)) and here[common] == path[common]:
        common += 1
    rest = iri[len(root) :].split("/", common)[-1]
    found = "../" * (len(here) - common) + rest if common or not here else "/" + iri[len(root) :]
    if not found or ":" in found.split("/")[0] or found[0] in "?#":
        found = "./" + found
    return found if urljoin(base, found) == iri else iri
