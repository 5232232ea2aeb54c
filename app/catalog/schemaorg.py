"""Datasets in schema.org's words, for search engines (schema.org/Dataset)."""

from __future__ import annotations

from typing import Any

from app.catalog.facts import Facts
from app.catalog.records import media_type

_PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"


def dataset(facts: Facts, iri: str, page: str, catalog: str, language: str) -> dict[str, Any]:
    """Return a schema.org Dataset as JSON-LD; texts in one language where there."""
    public = facts.link(iri, "dct:accessRights") == _PUBLIC
    period = facts.link(iri, "dct:temporal")
    start, end = facts.value(period, "dcat:startDate"), facts.value(period, "dcat:endDate")
    files = facts.links(iri, "dcat:distribution")
    licences = [facts.link(file, "dct:license") for file in files]
    out: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": iri,
        "identifier": iri,
        "url": page,
        "name": facts.text(iri, "dct:title", language),
        "description": facts.text(iri, "dct:description", language),
        "inLanguage": sorted(code for code in facts.texts(iri, "dct:title") if code),
        "keywords": facts.words(iri, "dcat:keyword", language),
        "datePublished": facts.value(iri, "dct:issued"),
        "dateModified": facts.value(iri, "dct:modified"),
        "license": next((licence for licence in licences if licence), ""),
        "isAccessibleForFree": public or None,
        "conditionsOfAccess": facts.text(facts.link(iri, "dct:rights"), "rdfs:label", language),
        "temporalCoverage": f"{start or '..'}/{end or '..'}" if start or end else "",
        "spatialCoverage": [
            facts.text(place, "rdfs:label", language) or place
            for place in facts.links(iri, "dct:spatial")
        ],
        "publisher": _publisher(facts, iri, language),
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": catalog},
        "distribution": [_file(facts, file, language) for file in files],
    }
    return {name: value for name, value in out.items() if value}


def catalog(facts: Facts, iri: str, page: str, language: str) -> dict[str, Any]:
    """Return a schema.org DataCatalog as JSON-LD; its datasets name it, it does not list them."""
    out: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "@id": iri,
        "identifier": iri,
        "url": page,
        "name": facts.text(iri, "dct:title", language),
        "description": facts.text(iri, "dct:description", language),
        "inLanguage": sorted(code for code in facts.texts(iri, "dct:title") if code),
        "datePublished": facts.value(iri, "dct:issued"),
        "dateModified": facts.value(iri, "dct:modified"),
        "license": facts.link(iri, "dct:license"),
        "publisher": _publisher(facts, iri, language),
    }
    return {name: value for name, value in out.items() if value}


def _publisher(facts: Facts, iri: str, language: str) -> dict[str, str]:
    agent = facts.link(iri, "dct:publisher")
    if not agent:
        return {}
    found = {"@type": "Organization", "@id": agent, "url": facts.link(agent, "foaf:homepage"),
             "name": facts.text(agent, "foaf:name", language)}  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _file(facts: Facts, file: str, language: str) -> dict[str, str]:
    address = facts.link(file, "dcat:downloadURL") or facts.link(file, "dcat:accessURL")
    found = {
        "@type": "DataDownload",
        "@id": file,
        "name": facts.text(file, "dct:title", language),
        "contentUrl": address,
        "encodingFormat": media_type(facts, file),
        "contentSize": f"{size} B" if (size := facts.value(file, "dcat:byteSize")) else "",
    }
    return {name: value for name, value in found.items() if value}
