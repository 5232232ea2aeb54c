"""Soft 404s: answers of 200 that hold no file, but a page that says that there is none.

The title tells, or the server does: what it gives at an address that cannot exist, it gives where
it has nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from app.net.fetch import Fetched, Limits, file_name
from app.net.polite import LOOKING, Polite
from app.net.refusals import FetchError

_MOST_BYTES: Final = 200_000
# an error told in a few words of JSON or text; a real file as short gets one more question
_SHORT_BYTES: Final = 1_000
_SHELL_CHARACTERS: Final = 200
_MOST_TEXT: Final = 20_000
_KEPT: Final = 200
_ALIKE: Final = 95.0
_LIMITS: Final[Limits] = replace(LOOKING, max_wire_bytes=_MOST_BYTES, total_seconds=30)
_HTML = re.compile(rb"\s*(?:<!--[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
# each sign is read once, whatever is left open
_TOKEN = re.compile(r"<[^<>]*>|[^<]+|<")
_NAME = re.compile(r"</?\s*([a-zA-Z]+)")
_UNSEEN: Final = frozenset({"script", "style", "noscript", "template", "svg"})
_MISSING: Final = r"(?:not found|niet gevonden|introuvable|non trouvée?|nicht gefunden|gone)"
# the parts of a title, between the signs that sites put their own name after
_PARTS = re.compile(r"\s*[|–—·:]\s*|\s+-\s+")
_NOT_FOUND = re.compile(
    rf"\W*(?:(?:http )?(?:status|error|fout|erreur|fehler)\W*)?(?:404|410)(?:\W+{_MISSING})?\W*|"
    rf"\W*{_MISSING}\W*|"
    r".*\b(?:page|file|document|dataset|resource|pagina|bestand|bron|seite|datei|fichier)\b.*"
    rf"\b(?:{_MISSING}|not be found|no longer exists|does not exist|bestaat niet|"
    r"niet meer gevonden)\b.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a person sees of an answer: title and text, and where it came from in the end."""

    status: int
    url: str
    redirected: bool
    title: str
    text: str
    html: bool

    @property
    def says_not_found(self) -> bool:
        """Whether the title says that nothing is there."""
        return self.html and any(map(_NOT_FOUND.fullmatch, _PARTS.split(self.title)))


def page_of(found: Fetched, asked: str) -> Page:
    """Return what is to be seen of an answer, without what only repeats the address."""
    data = found.data[:_MOST_BYTES]
    html = found.media_type in {"text/html", "application/xhtml+xml"} or bool(_HTML.match(data))
    text = data.decode("utf-8", errors="replace")
    title, seen = _seen(text) if html else ("", text)
    parts = urlsplit(asked)
    for echo in sorted({asked, parts.path, file_name(asked), parts.query}, key=len, reverse=True):
        if len(echo) > 3:
            title, seen = title.replace(echo, ""), seen.replace(echo, "")
    # numbers are of the moment: times, counts, tokens
    seen = " ".join(re.sub(r"\d+", "", seen).split())[:_MOST_TEXT]
    return Page(found.status, found.url, bool(found.redirects), " ".join(title.split()), seen, html)


def _seen(html: str) -> tuple[str, str]:
    title, text, within, in_title = list[str](), list[str](), "", False
    for match in _TOKEN.finditer(html):
        token = match[0]
        named = _NAME.match(token) if token[0] == "<" else None
        name, closes = (named[1].lower(), token[1] == "/") if named else ("", False)
        if within:
            within = "" if closes and name == within else within
        elif name in _UNSEEN:
            within = "" if closes or token.endswith("/>") else name
        elif name == "title":
            in_title = not closes
        elif not name and not token.startswith("<"):
            (title if in_title else text).append(token)
    return " ".join(title)[:500], " ".join(text)


def improbable(url: str) -> str:
    """Return an address beside this one that no server has; the same for all of its folder."""
    parts = urlsplit(url)
    sign = f"vijfster-{hashlib.sha256(parts.netloc.encode()).hexdigest()[:12]}"
    if parts.query and (names := [item.partition("=")[0] for item in parts.query.split("&")]):
        return parts._replace(query=urlencode([(name, sign) for name in names])).geturl()
    name = file_name(url)
    suffix = name[name.rfind(".") :] if "." in name[1:] else ""
    return urljoin(url, sign + suffix)


class SoftPages:
    """Tells soft 404s of one run apart; at most one question per folder and kind of file."""

    def __init__(self, polite: Polite) -> None:
        self._polite = polite
        self._known: OrderedDict[str, Page | None] = OrderedDict()

    async def is_soft(self, url: str, found: Fetched, *, page: bool) -> bool:
        """Whether an answer of 200 holds no more than that nothing is there.

        `page` says that a page for people was asked for: one that a script fills looks the same
        at every address, and is one all the same.
        """
        if not found.data:
            return False
        seen = page_of(found, url)
        if seen.says_not_found:
            return True
        if not seen.html and len(found.data) > _SHORT_BYTES:
            return False
        if page and len(seen.text) < _SHELL_CHARACTERS and not seen.redirected:
            return False
        beside = await self._beside(improbable(url))
        return beside is not None and _same(seen, beside)

    async def _beside(self, url: str) -> Page | None:
        if url not in self._known:
            try:
                found = await self._polite.ask(url, limits=_LIMITS)
            except FetchError:
                self._known[url] = None
            else:
                self._known[url] = page_of(found, url) if found.data else None
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return self._known[url]


def _same(one: Page, other: Page) -> bool:
    if one.redirected and other.redirected and one.url == other.url:
        return True
    if one.text == other.text and one.title == other.title:
        return True
    if not one.html or not one.title or one.title != other.title:
        return False
    from rapidfuzz import fuzz  # noqa: PLC0415 - few answers need it

    return fuzz.ratio(one.text, other.text, score_cutoff=_ALIKE) > 0
