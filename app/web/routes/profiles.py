"""The profiles: a citable page per version with a clause for a tender, and the shapes as a file."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request

from app.errors import ResourceNotFoundError
from app.rdf import media
from app.rdf.io import write
from app.store.current import OpenRelease
from app.validation.card import ProfileCard
from app.validation.profiles import Profile
from app.web.direct import Direct, remembered
from app.web.links import canonical
from app.web.pages import page, render
from app.web.responses import VARY_CODING, Answer, Asked, answer
from app.web.shelf import Shelf
from app.web.site import Site, View, view_of


def router(site: Site, shelf: Shelf) -> APIRouter:
    """Return the routes of profiles."""
    routes = APIRouter(route_class=Direct)

    def index(_: OpenRelease, asked: Asked, request: Request) -> Answer:
        """List the profiles."""
        view = view_of(request)
        make = partial(_index, site, shelf, view)
        return page(site, asked, view, "profielen", make, mark=shelf.tag())

    def one(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Show a profile in one version."""
        _, found = _find(shelf, request)
        view, path = view_of(request), f"profielen/{found.name}/{found.version}"
        make = partial(_card, site, release, view, found)
        return page(site, asked, view, path, make, mark=shelf.tag(found.name))

    def shapes(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Give the shapes of a profile in one version."""
        profile, found = _find(shelf, request)
        make = partial(write, profile.quads, media.TURTLE, site.prefixes)
        path = f"profielen/{found.name}/{found.version}/shapes.ttl"
        # no date: a shapes file may change without a release
        return answer(
            asked, media.TURTLE, tag=f"{site.release_tag}-{site.code_tag}-{shelf.tag(found.name)}",
            modified="", make=make, vary=VARY_CODING,
            links=canonical(site.site_url or release.base, path),
        )  # fmt: skip

    for path, build in (
        ("/profielen", index),
        ("/profielen/{name}/{version}", one),
        ("/profielen/{name}/{version}/shapes.ttl", shapes),
    ):
        routes.add_api_route(
            path, remembered(site, build), methods=["GET", "HEAD"], tags=["profiles"]
        )
    return routes


def _find(shelf: Shelf, request: Request) -> tuple[Profile, ProfileCard]:
    found = shelf.get(request.path_params["name"])
    if found[1].version != request.path_params["version"]:
        raise ResourceNotFoundError("there is no such version of the profile")
    return found


def _index(site: Site, shelf: Shelf, view: View) -> bytes:
    words = view.words
    cards = [shelf.get(name)[1] for name in shelf.names()]
    items = [
        (view.link(f"profielen/{item.name}/{item.version}"), words.of(item.title), item.version,
         words.of(item.description), sum(item.counts().values()))
        for item in cards
    ]  # fmt: skip
    return render(site, view, "profiles.html", path="profielen", title=words("profiles_title"),
                  items=items)  # fmt: skip


def _card(site: Site, release: OpenRelease, view: View, found: ProfileCard) -> bytes:
    words = view.words
    path = f"profielen/{found.name}/{found.version}"
    address = f"{site.site_url or release.base}{path}"
    title = words.of(found.title)
    parts = [
        (words.of(names), [(words.of(rule.name),
                            words.of(rule.message), words(rule.severity), rule.severity,
                            rule.clause if rule.clause.startswith("http") else "")
                           for rule in rules])
        for names, rules in found.parts
    ]  # fmt: skip
    return render(
        site, view, "profile.html", path=path, title=title,
        version=found.version, text=words.of(found.description), source=found.source,
        clause=words("clause_text", title=title, version=found.version, address=address),
        parts=parts, counts=found.counts(),
        shapes=f"{view.root}{path}/shapes.ttl",
        check=view.link(f"validate?profile={found.name}"),
    )  # fmt: skip
