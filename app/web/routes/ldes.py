"""`/ldes`: the event streams of the catalog and the inventories, and each version in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.catalog import ldes
from app.catalog.atom import ENTRIES, Feed, write_atom
from app.catalog.ldes import CATALOG, Stream
from app.errors import InputError, ResourceGoneError, ResourceNotFoundError
from app.rdf import media
from app.rdf.io import write
from app.rdf.jsonld import write_jsonld_dataset
from app.rdf.media import MediaType
from app.rdf.terms import Quad
from app.store.current import OpenRelease
from app.store.versions import Streams
from app.web.direct import Direct, parameter, remembered_apart
from app.web.links import link
from app.web.responses import CACHED, CORS, SECURITY, VARY_LANGUAGE, Answer, Asked, answer
from app.web.routes.resources import normal
from app.web.site import Site, offer, root_of, route_path, view_of

_METHODS = ["GET", "HEAD"]
# what a thing said stands in a graph: only formats for quads keep an activity and a thing apart
ACTIVITIES = (media.TRIG, media.JSON_LD, media.N_QUADS)
OBJECTS = (media.TRIG, media.TURTLE, media.JSON_LD, media.N_TRIPLES, media.N_QUADS)
# every stream is an event stream, that of the catalog follows DCAT-AP Feeds
_PROFILES = ("https://w3id.org/ldes/specification",
             "https://semiceu.github.io/LDES-DCAT-AP-feeds/")  # fmt: skip
# what readers of feeds ask for as well
_XML = MediaType("application/xml", "xml", "xml", aliases=("text/xml", "application/rss+xml"))
_CLOSED = "public, max-age=604800, immutable"
_PAGE = re.compile(r"[1-9][0-9]{0,11}")
_BLOCK = re.compile(r"([1-9][0-9]{0,11})-([1-9][0-9]{0,11})")


def router(site: Site, streams: Streams) -> APIRouter:
    """Return the routes of the event streams."""
    routes = APIRouter(route_class=Direct)

    def told(
        asked: Asked, stream: Stream, tag: str, modified: str, make: Callable[[], list[Quad]],
        cached: str = CACHED,
    ) -> Answer:  # fmt: skip
        target = offer(asked.accept, ACTIVITIES if stream.name == CATALOG else OBJECTS)
        conforms = 2 if stream.name == CATALOG else 1
        return answer(
            asked, target, tag=f"{tag}-{site.code_tag}-{target.suffix}", modified=modified,
            make=lambda: _body(site, make(), target), cached=cached,
            links=", ".join(f'<{iri}>; rel="profile"' for iri in _PROFILES[: conforms]),
            profile=", ".join(f"<{iri}>" for iri in _PROFILES[: conforms]),
        )  # fmt: skip

    def public(release: OpenRelease, name: str) -> None:
        """Refuse the stream of what was public once (LDES: 410 is a page that has gone)."""
        if name in site.withheld:
            raise ResourceGoneError(
                "these things are no longer public; neither is what was said of them",
                iri=Stream(name, release.base).iri, since=release.release.published,
                nl="deze dingen zijn niet langer openbaar, en wat erover gezegd werd evenmin",
            )  # fmt: skip

    def found(release: OpenRelease, request: Request) -> tuple[Stream, int]:
        name = request.path_params.get("stream", CATALOG)
        public(release, name)
        size = streams.size(name, release.release.id)
        known = {CATALOG, *(item.ref for item in site.project.inventories)}
        if not size and name not in known:
            raise ResourceNotFoundError(
                "there is no such event stream; /ldes is that of the catalog, "
                "/ldes/ and the name of an inventory that of its things",
                nl="zo'n gebeurtenissenstroom is er niet; /ldes is die van de catalogus, "
                "/ldes/ met de naam van een inventaris die van de dingen daarin",
            )
        return Stream(name, release.base), size

    def stream(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return the root of an event stream: what it is, and where its pages are."""
        which, size = found(release, request)
        last = streams.times(which.name, [size - 1]).get(size - 1, release.release.published)
        since = release.release.published
        return told(asked, which, f"{which.name}-{size}-{last}", last,
                    partial(ldes.root, which, streams, size, since))  # fmt: skip

    def page(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return a page of members, or a block of pages; what is full never changes."""
        which, size = found(release, request)
        name = request.path_params["page"]
        if name == "pages":
            return stream(release, asked, request)
        if _PAGE.fullmatch(name):
            number = int(name)
            first, end = (number - 1) * ldes.PAGE, min(number * ldes.PAGE, size)
            if first < end:
                members = streams.members(which.name, first, end)
                closed = end == number * ldes.PAGE
                return told(asked, which, f"{which.name}-{name}-{end}-{members[-1].at}",
                            members[-1].at,
                            partial(ldes.page, which, number, members, closed=closed),
                            _CLOSED if closed else CACHED)  # fmt: skip
        if (match := _BLOCK.fullmatch(name)) and ldes.is_block(int(match[1]), int(match[2]), size):
            last = int(match[2]) * ldes.PAGE - 1
            time = streams.times(which.name, [last])[last]
            return told(asked, which, f"{which.name}-{name}-{time}", time,
                        partial(ldes.block, which, streams, int(match[1])), _CLOSED)  # fmt: skip
        raise ResourceNotFoundError(f"the stream has no page {name[:40]!r}",
                                    nl=f"de stroom heeft geen pagina {name[:40]!r}")  # fmt: skip

    def version(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return what was said of a thing when it changed."""
        parsed = ldes.parse_version(normal(_version(request)))
        member = parsed and streams.version(*parsed, release.release.id)
        if not member:
            raise _no_version()
        public(release, member.stream)
        which = Stream(member.stream, release.base)
        return told(asked, which, f"{which.name}-v{member.position}-{member.at}", member.at,
                    lambda: sorted(ldes.member(which, member)), _CLOSED)  # fmt: skip

    async def part(request: Request) -> Response:
        """Redirect from a part of a page, such as a relation, to that page."""
        return _see(root_of(request) + "ldes/" + _quoted(request.path_params["stream"]) + "/pages")

    async def thing(request: Request) -> Response:
        """Redirect from a version to its description."""
        if ldes.parse_version(normal(_version(request))) is None:
            raise _no_version()
        return _see(root_of(request) + "doc/versie/" + quote(_version(request), safe="/%-._~"))

    def atom(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return what changed as an Atom feed, the newest first; `before` leads further back."""
        offer(asked.accept, (media.ATOM, _XML))
        before = request.query_params.get("before")
        if before is not None and not _PAGE.fullmatch(before):
            raise InputError("before is the number of an entry, as the feed's next link has it",
                             nl="before is het nummer van een bericht, zoals in de link next "
                             "van de feed")  # fmt: skip
        view = view_of(request)
        start = int(before) if before else None
        found = streams.news(release.release.id, before=start, limit=ENTRIES + 1,
                             without=site.withheld)  # fmt: skip
        shown = [member for _, member in found[:ENTRIES]]
        updated = shown[0].at if shown else release.release.published
        project, site_url = site.project, site.site_url or release.base
        asked_for = ["lang=" + view.language] if view.explicit else []
        here, older = asked_for + ([f"before={before}"] if before else []), ""
        if len(found) > ENTRIES:
            older = _query(site_url, [*asked_for, f"before={found[ENTRIES - 1][0]}"])
        feed = Feed(
            base=release.base, site=site_url, language=view.language, title=project.title,
            author=project.publisher.name, updated=updated, here=_query(site_url, here),
            older=older,
            names={CATALOG: project.title, **{i.ref: i.title for i in project.inventories}},
        )  # fmt: skip
        body = write_atom(feed, shown)
        tag = f"atom-{hashlib.sha256(body).hexdigest()[:16]}"
        return answer(asked, media.ATOM, tag=tag, modified=updated, make=lambda: body,
                      vary=VARY_LANGUAGE)  # fmt: skip

    add = partial(routes.add_api_route, methods=_METHODS, tags=["event streams"])
    add("/ldes", remembered_apart(site, stream))
    add("/ldes/{stream}", remembered_apart(site, stream))
    add("/ldes/{stream}/retention", part, status_code=303)
    add("/ldes/{stream}/{page}", remembered_apart(site, page))
    add("/ldes/{stream}/{page}/{part}", part, status_code=303)
    add("/atom", remembered_apart(site, atom),
        openapi_extra={"parameters": [parameter("before", "query", "integer")]})  # fmt: skip
    # resources like any other, so before the routes of those
    add("/id/versie/{path:path}", thing, include_in_schema=False)
    add("/doc/versie/{path:path}", remembered_apart(site, version), include_in_schema=False)
    return routes


def _query(site_url: str, parts: list[str]) -> str:
    return f"{site_url}atom{'?' if parts else ''}{'&'.join(parts)}"


def _version(request: Request) -> str:
    return route_path(request).split("/", 3)[3]


def _no_version() -> ResourceNotFoundError:
    return ResourceNotFoundError(
        "there is no such version; an address of one ends in the time of a change",
        nl="zo'n versie is er niet; het adres van een versie eindigt op het tijdstip van een "
        "wijziging",
    )


def _quoted(name: str) -> str:
    return quote(unquote(name), safe="-._~")


def _see(target: str) -> Response:
    headers = {**SECURITY, **CORS, "Location": target, "Link": link(target, "describedby"),
               "Cache-Control": CACHED, "Vary": "Accept"}  # fmt: skip
    return Response(b"", 303, headers)


def _body(site: Site, quads: list[Quad], target: MediaType) -> bytes:
    if target is media.JSON_LD:
        return write_jsonld_dataset(quads, site.prefixes)
    return write(quads, target, site.prefixes)
