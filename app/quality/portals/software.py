"""What CKAN and udata do alike: one text in the language of the portal, one link per resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from app.quality.known import Known
from app.quality.portals.model import Hit
from app.quality.portals.reading import is_public, named
from app.quality.views import View, plain
from app.rdf.namespaces import term
from app.rdf.terms import Term, literal_of

# the language that a Flemish portal is set to
LANGUAGE: Final = "nl"
URLS: Final = ("dcat:downloadURL", "dcat:accessURL")


def by_chance(*names: str) -> Callable[[View, Known], Iterator[Hit]]:
    """Return the test of texts of which such a portal takes any: several, and not one in Dutch."""

    def test(view: View, _: Known) -> Iterator[Hit]:
        for name in names:
            texts = {one for one in view.get(name) if one.startswith('"')}
            # the tag has to be nl and nothing more
            dutch = [one for one in texts if literal_of(one).language == LANGUAGE]
            if len(texts) > 1 and len(dutch) != 1:
                yield view.term, name

    return test


def unlinked(view: View, _: Known) -> Iterator[Hit]:
    """Yield the distributions without any address."""
    for node, facts in view.distributions:
        if not any(plain(value) for name in URLS for value in facts.get(term(name), ())):
            yield node, ""


def closed(view: View, known: Known) -> Iterator[Hit]:
    """Yield the access right of a dataset that is said to be other than public."""
    found = view.get("dct:accessRights")
    if found and not is_public(view):
        yield view.term, named(found, view, known)


def linked_values(view: View, name: str) -> list[Term]:
    """Return the values of a property that are things and no texts."""
    return [one for one in view.get(name) if not one.startswith('"')]
