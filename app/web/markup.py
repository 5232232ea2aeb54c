"""What a page says to search engines: schema.org as JSON-LD in its head."""

from __future__ import annotations

from typing import Any

import orjson

from app.catalog import schemaorg
from app.catalog.facts import Facts
from app.catalog.pages import Feed
from app.rdf.iris import mint
from app.store.current import OpenRelease
from app.store.documents import Description
from app.web.site import Site, View

DATASETS = "id/dataset/"
# what could end the element, or the line, of a script
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028",
            "\u2029": "\\u2029"}  # fmt: skip


def markup(site: Site, release: OpenRelease, found: Description, view: View) -> str:
    """Return the element for the page of a dataset, "" for any other page."""
    said = described(site, release, found, view)
    return f'<script type="application/ld+json">{in_script(said)}</script>\n' if said else ""


def described(
    site: Site, release: OpenRelease, found: Description, view: View
) -> dict[str, Any] | None:
    """Return what schema.org can say of a dataset or the catalog; of anything else None."""
    catalog = mint(release.base, "id", "catalogus", site.project.catalog_ref)
    page = f"{site.site_url or release.base}doc/{found.path[3:]}"
    if found.focus == catalog:
        with Feed(release.folder / "feed") as feed:
            facts = Facts(feed.triples([]))
        return schemaorg.catalog(facts, catalog, page, view.language)
    if not found.path.startswith(DATASETS):
        return None
    with Feed(release.folder / "feed") as feed:
        numbers = feed.about(found.focus)
        if not numbers:
            return None
        facts = Facts(feed.triples(numbers))
    return schemaorg.dataset(facts, found.focus, page, catalog, view.language)


def in_script(value: object) -> str:
    """Return JSON that cannot end the script element it stands in (HTML, 4.12.1.3)."""
    text = orjson.dumps(value).decode()
    for char, escaped in _ESCAPES.items():
        text = text.replace(char, escaped)
    return text
