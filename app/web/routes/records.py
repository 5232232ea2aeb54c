"""The catalog by OGC API - Records, as data.gov.be reads it from the Flemish portal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Request

from app.catalog.facts import Facts
from app.catalog.pages import Feed, Slice
from app.catalog.records import COLLECTION, CONFORMANCE, Link, collection, record
from app.errors import InputError, ResourceNotFoundError
from app.rdf import media
from app.rdf.iris import encode_segment
from app.rdf.media import MediaType
from app.store.current import OpenRelease
from app.store.index import DATASETS, SERVICES
from app.web import parameters
from app.web.direct import Direct, parameter, remembered
from app.web.links import link
from app.web.responses import VARY, VARY_LANGUAGE, Answer, Asked, answer
from app.web.routes.files import digest_of
from app.web.site import Site, offer, view_of

_METHODS = ["GET", "HEAD"]
_OFFERS = (media.GEO_JSON, *media.RDF_DOCUMENT)
# what `f` may say; the first is what data.gov.be asks of the Flemish portal
_FORMS: dict[str, MediaType] = {
    "dcat_ap_vl": media.RDF_XML, "json": media.GEO_JSON,
    **{form.suffix: form for form in media.RDF_DOCUMENT},
}  # fmt: skip
_SIZE, _MAX_SIZE, _MAX_START, _MAX_TEXT, _MAX_IDS = 20, 500, 10_000_000, 200, 100
_BBOX = "bbox is not applied: the records of this catalog state no coordinates"


def router(site: Site) -> APIRouter:
    """Return the routes of the records."""
    routes = APIRouter(route_class=Direct)

    def landing(release: OpenRelease, asked: Asked, _: Request) -> Answer:
        """Say what the API offers (OGC API - Common, landing page)."""
        root = f"{release.base}api"
        links = [
            (root, "self"), (f"{root}/conformance", "conformance"), (f"{root}/collections", "data"),
            (f"{release.base}openapi.json", "service-desc"),
        ]  # fmt: skip
        return _json(release, asked, {
            "title": site.project.title.get("nl", ""),
            "description": site.project.description.get("nl", ""),
            "links": [_link(href, relation) for href, relation in links],
        })  # fmt: skip

    def conformance(release: OpenRelease, asked: Asked, _: Request) -> Answer:
        """Name the conformance classes that are met."""
        return _json(release, asked, {"conformsTo": CONFORMANCE})

    def collections(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """List the collections: there is one, the catalog."""
        body = {
            "collections": [_collection(site, release, request)],
            "links": [_link(f"{release.base}api/collections", "self")],
        }
        return _json(release, asked, body, vary=VARY_LANGUAGE)

    def main(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Describe the collection."""
        body = _collection(site, release, request)
        return _json(release, asked, body, vary=VARY_LANGUAGE)

    def items(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return datasets and services: `startindex` counts from 0, an empty page is the end."""
        return _items(release, asked, request)

    def item(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return one dataset or service by the reference of its record."""
        return _item(release, asked, request)

    base = f"/api/collections/{COLLECTION}"
    said = {"f": "string", "startindex": "integer", "limit": "integer", "q": "string",
            "ids": "string", "bbox": "string"}  # fmt: skip
    for path, build, names in (
        ("/api", landing, []), ("/api/conformance", conformance, []),
        ("/api/collections", collections, []), (base, main, []), (f"{base}/items", items, [*said]),
        (f"{base}/items/{{id}}", item, ["f"]),
    ):  # fmt: skip
        extra = {"parameters": [parameter(name, "query", said[name]) for name in names]}
        routes.add_api_route(
            path, remembered(site, build), methods=_METHODS, tags=["records"], openapi_extra=extra
        )
    return routes


def _link(href: str, relation: str, kind: str = "application/json") -> Link:
    return {"href": href, "rel": relation, "type": kind}


def _json(
    release: OpenRelease, asked: Asked, body: dict[str, Any], *, vary: bytes = VARY
) -> Answer:
    text = orjson.dumps(body, option=orjson.OPT_INDENT_2)
    tag = hashlib.sha256(text).hexdigest()[:32]
    modified = release.release.published
    return answer(asked, media.JSON, tag=tag, modified=modified, make=lambda: text, vary=vary)


def _collection(site: Site, release: OpenRelease, request: Request) -> dict[str, Any]:
    words = view_of(request).words
    return collection(
        f"{release.base}api", words.of(site.project.title), words.of(site.project.description),
        site.project.licence, {name: form.name for name, form in _FORMS.items()},
    )  # fmt: skip


def _form(request: Request, asked: Asked) -> MediaType:
    name = request.query_params.get("f", "")
    if not name:
        return offer(asked.accept, _OFFERS)
    if name not in _FORMS:
        names = ", ".join(_FORMS)
        raise InputError(f"f must be one of {names}", nl=f"f moet een van deze zijn: {names}")
    return _FORMS[name]


def _items(release: OpenRelease, asked: Asked, request: Request) -> Answer:
    target = _form(request, asked)
    start = parameters.whole(request, "startindex", default=0, least=0, most=_MAX_START)
    limit = parameters.whole(request, "limit", default=_SIZE, most=_MAX_SIZE)
    language = view_of(request).language
    with Feed(release.folder / "feed") as feed:
        total, numbers = _found(feed, release, request, start, limit)
        pages = {"self": start}
        if start:
            pages["prev"] = max(0, start - limit)
        if start + limit < total:
            pages["next"] = start + limit
        here = f"{release.base}api/collections/{COLLECTION}/items"
        addresses = {name: f"{here}?{_query(request, at, limit)}" for name, at in pages.items()}
        if target is not media.GEO_JSON:
            # harvesters know the end by a page without members: it names nothing that is one
            body = feed.document(target, numbers) if numbers else feed.empty(target)
        else:
            links = [_link(href, name, target.name) for name, href in addresses.items()]
            body = orjson.dumps({
                "type": "FeatureCollection",
                "numberMatched": total,
                "numberReturned": len(numbers),
                **({"notes": [_BBOX]} if "bbox" in request.query_params else {}),
                "features": _features(feed, release, numbers, language),
                "links": links,
            }, option=orjson.OPT_INDENT_2)  # fmt: skip
    return _answer(release, asked, target, body, addresses, language)


def _query(request: Request, start: int, limit: int) -> str:
    kept = [(n, v) for n, v in request.query_params.multi_items() if n in {"f", "q", "ids"}]
    return urlencode([*kept, ("startindex", start), ("limit", limit)])


def _found(
    feed: Feed, release: OpenRelease, request: Request, start: int, limit: int
) -> tuple[int, list[int]]:
    """Return how many members are asked for, and the numbers of those on the page."""
    text, ids = (request.query_params.get(name, "").strip() for name in ("q", "ids"))
    if len(text) > _MAX_TEXT:
        raise InputError(f"q may have at most {_MAX_TEXT} characters",
                         nl=f"q mag hoogstens {_MAX_TEXT} tekens hebben")  # fmt: skip
    if ids:
        names = list(dict.fromkeys(ids.split(",")))
        if len(names) > _MAX_IDS:
            raise InputError(f"ids may name at most {_MAX_IDS} records",
                             nl=f"ids mag hoogstens {_MAX_IDS} records noemen")  # fmt: skip
        numbers = [number for name in names for number in feed.named(encode_segment(name))]
        return len(numbers), numbers[start : start + limit]
    if text:
        total, hits = release.documents.search(
            text, inventories=[DATASETS, SERVICES], limit=start + limit
        )
        iris = [release.base + str(hit["path"]) for hit in hits[start:]]
        return total, [number for iri in iris for number in feed.about(iri)]
    return feed.some(Slice(), start, limit)


def _features(
    feed: Feed, release: OpenRelease, numbers: Sequence[int], language: str
) -> list[dict[str, Any]]:
    facts = Facts(feed.triples(numbers))
    return [
        record(facts, iri, ref, kind, language, _item_links(release, ref))
        for iri, ref, kind in feed.members(numbers)
    ]


def _item_links(release: OpenRelease, ref: str) -> Iterable[Link]:
    here = f"{release.base}api/collections/{COLLECTION}"
    item = f"{here}/items/{quote(ref, safe='%')}"
    yield _link(item, "self", media.GEO_JSON.name)
    yield _link(f"{item}?f=dcat_ap_vl", "alternate", media.RDF_XML.name)
    yield _link(here, "collection")


def _item(release: OpenRelease, asked: Asked, request: Request) -> Answer:
    target, language = _form(request, asked), view_of(request).language
    with Feed(release.folder / "feed") as feed:
        numbers = feed.named(encode_segment(request.path_params["id"]))
        if not numbers:
            raise ResourceNotFoundError("there is no such record", nl="er is geen zo'n record")
        if target is media.GEO_JSON:
            feature = _features(feed, release, numbers, language)[0]
            body = orjson.dumps(feature, option=orjson.OPT_INDENT_2)
        else:
            body = feed.document(target, numbers)
    return _answer(release, asked, target, body, {}, language)


def _answer(
    release: OpenRelease, asked: Asked, target: MediaType, body: bytes,
    addresses: dict[str, str], language: str,
) -> Answer:  # fmt: skip
    _, modified = digest_of(release, f"feed/catalog.{media.N_TRIPLES.suffix}")
    json = target is media.GEO_JSON
    tag = hashlib.sha256(body + (language if json else "").encode()).hexdigest()[:32]
    links = ", ".join(link(href, name) for name, href in addresses.items() if name != "self")
    return answer(asked, target, tag=tag, modified=modified, make=lambda: body, links=links,
                  vary=VARY_LANGUAGE if json else VARY)  # fmt: skip
