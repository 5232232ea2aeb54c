"""What a page says to search engines: schema.org as JSON-LD in its head."""

from __future__ import annotations

import orjson

from app.catalog import schemaorg
from app.catalog.facts import Facts
from app.catalog.pages import Feed
from app.rdf.iris import mint
from app.store.current import OpenRelease
from app.store.documents import Description
from app.web.site import Site, View

_DATASETS = "id/dataset/"
# what could end the element, or the line, of a script
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028",
            "\u2029": "\\u2029"}  # fmt: skip


def markup(site: Site, release: OpenRelease, found: Description, view: View) -> str:
    """Return the element for the page of a dataset, "" for any other page."""
    if not found.path.startswith(_DATASETS):
        return ""
    with Feed(release.folder / "feed") as feed:
        numbers = feed.about(found.focus)
        if not numbers:
            return ""
        facts = Facts(feed.triples(numbers))
    page = f"{site.site_url or release.base}doc/{found.path[3:]}"
    catalog = mint(release.base, "id", "catalogus", site.project.catalog_ref)
    said = schemaorg.dataset(facts, found.focus, page, catalog, view.language)
    return f'<script type="application/ld+json">{in_script(said)}</script>\n'


def in_script(value: object) -> str:
    """Return JSON that cannot end the script element it stands in (HTML, 4.12.1.3)."""
    text = orjson.dumps(value).decode()
    for char, escaped in _ESCAPES.items():
        text = text.replace(char, escaped)
    return text
