"""Members of the catalog as records of OGC API - Records - Part 1: Core (20-004r1, 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.catalog.facts import Facts
from app.catalog.parts import SERVICE

CORE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/"
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    f"{CORE}record-core",
    f"{CORE}record-collection",
    f"{CORE}json",
)
COLLECTION = "main"
_MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
Link = dict[str, str]


def record(
    facts: Facts, iri: str, ref: str, kind: str, language: str, links: Iterable[Link]
) -> dict[str, Any]:
    """Return one record as GeoJSON feature without a place; texts in one language where there."""
    properties: dict[str, Any] = {
        "type": "service" if kind == SERVICE else "dataset",
        "title": facts.text(iri, "dct:title", language),
        "description": facts.text(iri, "dct:description", language),
        "created": facts.value(iri, "dct:issued"),
        "updated": facts.value(iri, "dct:modified"),
        "language": {"code": language},
        "languages": [{"code": code} for code in sorted(facts.texts(iri, "dct:title")) if code],
        "keywords": facts.words(iri, "dcat:keyword", language),
        "themes": _themes(facts, iri, language),
        "formats": _formats(facts, iri, language),
        "contacts": _contacts(facts, iri, language),
        "license": _licence(facts, iri),
        "rights": facts.text(facts.link(iri, "dct:rights"), "rdfs:label", language),
        "accessRights": facts.link(iri, "dct:accessRights"),
        "externalIds": [{"value": iri}],
    }
    return {
        "type": "Feature",
        "id": ref,
        "conformsTo": [f"{CORE}record-core"],
        "geometry": None,
        "time": _time(facts, iri),
        "properties": {name: value for name, value in properties.items() if value},
        "links": [*links, *_files(facts, iri, language)],
    }


def _themes(facts: Facts, iri: str, language: str) -> list[dict[str, Any]]:
    schemes: dict[str, list[dict[str, str]]] = {}
    for theme in facts.links(iri, "dcat:theme"):
        concept = {"id": theme.rpartition("/")[2], "url": theme,
                   "title": facts.text(theme, "skos:prefLabel", language)}  # fmt: skip
        scheme = facts.link(theme, "skos:inScheme")
        schemes.setdefault(scheme, []).append({k: v for k, v in concept.items() if v})
    return [{"concepts": concepts, **({"scheme": scheme} if scheme else {})}
            for scheme, concepts in schemes.items()]  # fmt: skip


def _formats(facts: Facts, iri: str, language: str) -> list[dict[str, str]]:
    out = []
    for file in facts.links(iri, "dcat:distribution"):
        kind = facts.link(file, "dct:format")
        name = facts.text(kind, "skos:prefLabel", language) or kind.rpartition("/")[2]
        found = {"name": name, "mediaType": media_type(facts, file)}
        out.append({key: value for key, value in found.items() if value})
    return [found for found in out if found]


def _contacts(facts: Facts, iri: str, language: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for agent in facts.links(iri, "dct:publisher"):
        site = facts.link(agent, "foaf:homepage")
        out.append({"identifier": agent, "name": facts.text(agent, "foaf:name", language),
                    "roles": ["publisher"],
                    **({"links": [{"href": site, "rel": "about"}]} if site else {})})  # fmt: skip
    for card in facts.links(iri, "dcat:contactPoint"):
        mails = [{"value": link.removeprefix("mailto:")}
                 for link in facts.links(card, "vcard:hasEmail")]  # fmt: skip
        site = facts.link(card, "vcard:hasURL")
        out.append({"identifier": card, "name": facts.text(card, "vcard:fn", language),
                    "roles": ["pointOfContact"], **({"emails": mails} if mails else {}),
                    **({"links": [{"href": site, "rel": "about"}]} if site else {})})  # fmt: skip
    return out


def _licence(facts: Facts, iri: str) -> str:
    own = facts.link(iri, "dct:license")
    of_files = (facts.link(file, "dct:license") for file in facts.links(iri, "dcat:distribution"))
    return own or next((found for found in of_files if found), "")


def _time(facts: Facts, iri: str) -> dict[str, Any] | None:
    period = facts.link(iri, "dct:temporal")
    start, end = facts.value(period, "dcat:startDate"), facts.value(period, "dcat:endDate")
    return {"interval": [start or "..", end or ".."]} if start or end else None


def _files(facts: Facts, iri: str, language: str) -> list[Link]:
    """Return links to the page, the files and the end point."""
    out = [{"href": page, "rel": "about"} for page in facts.links(iri, "dcat:landingPage")]
    for file in facts.links(iri, "dcat:distribution"):
        href = facts.link(file, "dcat:downloadURL") or facts.link(file, "dcat:accessURL")
        found = {"href": href, "rel": "item", "type": media_type(facts, file),
                 "title": facts.text(file, "dct:title", language)}  # fmt: skip
        out.append({key: value for key, value in found.items() if value})
    out += [{"href": href, "rel": "service"} for href in facts.links(iri, "dcat:endpointURL")]
    out += [
        {"href": href, "rel": "service-desc"}
        for href in facts.links(iri, "dcat:endpointDescription")
    ]
    return [link for link in out if "href" in link]


def media_type(facts: Facts, file: str) -> str:
    """Return the media type of a distribution, or ""."""
    return facts.link(file, "dcat:mediaType").removeprefix(_MEDIA_TYPES)


def collection(
    root: str, title: str, description: str, licence: str, links: Mapping[str, str]
) -> dict[str, Any]:
    """Return the description of the one collection (7.5); `links` is media type by suffix."""
    here = f"{root}/collections/{COLLECTION}"
    return {
        "id": COLLECTION,
        "type": "Collection",
        "itemType": "record",
        "title": title,
        "description": description,
        "license": licence,
        "links": [
            {"href": here, "rel": "self", "type": "application/json"},
            *({"href": f"{here}/items?f={name}", "rel": "items", "type": kind}
              for name, kind in links.items()),
        ],
    }  # fmt: skip
