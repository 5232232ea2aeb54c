"""The changes of all streams as an Atom feed for newsletters (RFC 4287), the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from app.catalog.ldes import version_iri
from app.rdf.terms import NOT_XML
from app.store.versions import Member

ENTRIES = 100
_WHAT = {
    "create": {"nl": "nieuw", "en": "new"},
    "update": {"nl": "gewijzigd", "en": "changed"},
    "delete": {"nl": "ingetrokken", "en": "withdrawn"},
}


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself: titles by language, addresses, and times (xsd:dateTime).

    `names` are the titles of the streams; `older` is the address of the part before this one.
    """

    base: str
    site: str
    language: str
    title: Mapping[str, str]
    author: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    updated: str
    here: str
    older: str = ""


def write_atom(feed: Feed, members: Sequence[Member]) -> bytes:
    """Return the UTF-8 bytes of a feed with an entry per member."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.language}">',
        f"<id>{_text(feed.base)}atom</id>",
        f"<title>{_text(_of(feed.title, feed.language))}</title>",
        f"<updated>{feed.updated}</updated>",
        f"<author><name>{_text(_of(feed.author, feed.language))}</name></author>",
        _link("self", feed.here, "application/atom+xml"),
        _link("alternate", feed.site, "text/html"),
    ]
    if feed.older:
        lines.append(_link("next", feed.older, "application/atom+xml"))
    for member in members:
        lines += _entry(feed, member)
    lines.append("</feed>\n")
    return "\n".join(lines).encode()


def _entry(feed: Feed, member: Member) -> list[str]:
    label = _of(member.title or {}, feed.language) or member.path
    what = _WHAT[member.kind][feed.language]
    stream = _of(feed.names.get(member.stream, {}), feed.language) or member.stream
    page = member.path.removeprefix("id/")
    page = feed.site + ("doc/" + page if page != member.path else member.path)
    return [
        "<entry>",
        f"<id>{_text(version_iri(feed.base, member))}</id>",
        f"<title>{_text(f'{label}: {what}')}</title>",
        f"<updated>{member.at}</updated>",
        f'<category term="{member.kind}" label={quoteattr(what)}/>',
        f"<summary>{_text(f'{stream}: {label} ({what})')}</summary>",
        _link("alternate", page, "text/html"),
        "</entry>",
    ]


def _link(relation: str, target: str, kind: str) -> str:
    return f'<link rel="{relation}" type="{kind}" href={quoteattr(target)}/>'


def _text(text: str) -> str:
    return escape(NOT_XML.sub("", text))


def _of(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("nl") or next(iter(texts.values()), "")
