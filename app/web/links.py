"""Link headers of representations (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from app.rdf.media import HTML, MediaType


def alternates(stem: str, offers: Iterable[MediaType], *, query: str = "") -> list[str]:
    """Return `alternate` links beside the request: `./stem.suffix`, so any mount path works."""
    name = quote(stem, safe="%-._~!$&'()*+,;=@")
    return [
        f'<./{name}.{media.suffix}{query}>; rel="alternate"; type="{media.name}"'
        for media in offers
        if media is not HTML
    ]


def canonical(site_url: str, path: str) -> str:
    """Return the `canonical` link of a page."""
    return f'<{site_url}{quote(path, safe="/%-._~")}>; rel="canonical"'


def link(target: str, relation: str) -> str:
    """Return one link."""
    return f'<{target}>; rel="{relation}"'
