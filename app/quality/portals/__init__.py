"""What portals do with the records of a feed: shown, dropped, rejected, and why."""

from __future__ import annotations

from app.quality.known import Known
from app.quality.portals import belgium, ckan, europe, flanders, udata
from app.quality.portals.model import Portal, Preview, preview, preview_feed
from app.quality.views import Gathered
from app.rdf.terms import Term

PORTALS: tuple[Portal, ...] = (
    flanders.PORTAL,
    belgium.PORTAL,
    europe.PORTAL,
    ckan.PORTAL,
    udata.PORTAL,
)


def previews(gathered: Gathered, known: Known) -> dict[Term, list[Preview]]:
    """Return of each dataset what each portal does with it."""
    return {
        name: [preview(portal, view, known) for portal in PORTALS]
        for name, view in gathered.views.items()
    }


def feed_previews(gathered: Gathered, known: Known) -> list[Preview]:
    """Return what each portal does with the feed as a whole."""
    return [preview_feed(portal, gathered, known) for portal in PORTALS]
