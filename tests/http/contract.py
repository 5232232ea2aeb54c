"""Addresses that stand for every route, and clients of changed services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from app.bootstrap import service
from app.rdf import media
from tests.conftest import BASE, Workspace
from tests.http.support import BROWSER

CELL = f"/api/cell?subject={quote(BASE, safe='')}id%2Fboom%2FB1"
ASK = "/sparql?query=" + quote("ASK { ?s ?p ?o }")
# a path of the OpenAPI text -> addresses that stand for it; a new route needs an example here
EXAMPLES = {
    "/": ["/", "/?lang=en"],
    "/zoeken": ["/zoeken?q=eik"],
    "/catalog": ["/catalog", "/catalog?page=1&page_size=2"],
    "/catalog.{suffix}": ["/catalog.ttl", "/catalog.rdf", "/catalog.rdf?modified_since=2024-01-01"],
    "/ldes": ["/ldes"],
    "/ldes/{stream}": ["/ldes/catalog", "/ldes/bomen"],
    "/ldes/{stream}/retention": ["/ldes/bomen/retention"],
    "/ldes/{stream}/{page}": ["/ldes/catalog/1", "/ldes/bomen/1"],
    "/ldes/{stream}/{page}/{part}": ["/ldes/bomen/1/from"],
    "/atom": ["/atom", "/atom?lang=en"],
    "/.well-known/void": ["/.well-known/void"],
    "/dumps/": ["/dumps/"],
    "/dumps/{name}": [
        "/dumps/bomen.csv",
        "/dumps/bomen.ttl",
        "/dumps/data.nq.gz",
        "/dumps/kwaliteit.metingen.csv",
        "/dumps/kwaliteit.metingen.json",
    ],
    "/badge/{concept}/{ref}.svg": [
        "/badge/dataset/bomen.svg",
        "/badge/catalogus/groen.svg?lang=en",
    ],
    "/health": ["/health"],
    "/ready": ["/ready"],
    "/robots.txt": ["/robots.txt"],
    "/sitemap.xml": ["/sitemap.xml"],
    "/id/{path}": ["/id/boom/B1"],
    "/doc/{path}": ["/doc/boom/B1", "/doc/boom/B1.ttl", "/doc/boom/B1.json", "/doc/dataset/bomen"],
    "/ns/{path}": ["/ns/groen", "/ns/groen.jsonld"],
    "/context/{name}.jsonld": ["/context/groen.jsonld", "/context/dcat-ap-vl.jsonld"],
    "/harvest": ["/harvest"],
    "/sitemap-{number}.xml": ["/sitemap-1.xml"],
    "/api": ["/api"],
    "/api/conformance": ["/api/conformance"],
    "/api/collections": ["/api/collections"],
    "/api/collections/main": ["/api/collections/main"],
    "/api/collections/main/items": [
        "/api/collections/main/items",
        "/api/collections/main/items?startindex=1&limit=1&f=dcat_ap_vl",
    ],
    "/api/collections/main/items/{id}": ["/api/collections/main/items/bomen"],
    "/api/cell": [CELL],
    "/api/reconcile": ["/api/reconcile"],
    "/api/reconcile/suggest/{what}": ["/api/reconcile/suggest/entity?prefix=eik"],
    "/api/reconcile/properties": ["/api/reconcile/properties?type=bomen"],
    "/api/reconcile/preview": ["/api/reconcile/preview?id=boom/B1"],
    "/api/reconcile/view": ["/api/reconcile/view?id=boom/B1"],
    "/sparql": ["/sparql", ASK],
    "/sparql/terms.json": ["/sparql/terms.json"],
    "/validate": ["/validate"],
    "/api/validate": [],
    "/api/repair": [],
    "/api/share": [],
    "/map": ["/map", "/map?profile=project&lang=en"],
    "/score": ["/score", "/score?sort=title&lang=en"],
    "/score.{suffix}": ["/score.json", "/score.csv", "/score.txt"],
    "/api/score": [],
    "/score/jobs/{name}": [],
    "/score/jobs/{name}/cancel": [],
    "/api/map": [],
    "/map/jobs/{name}": [],
    "/map/jobs/{name}/cancel": [],
    "/validate/jobs/{name}": [],
    "/validate/jobs/{name}/cancel": [],
    "/validate/share": [],
    "/validate/r/{name}": [],
    "/validate/r/{name}/delete": [],
    "/validate/repair": [],
    "/profielen": ["/profielen"],
    "/profielen/{name}/{version}": ["/profielen/dcat-ap-vl-3.0/3.0"],
    "/profielen/{name}/{version}/shapes.ttl": ["/profielen/dcat-ap-vl-3.0/3.0/shapes.ttl"],
    "/vragen": ["/vragen"],
    "/vragen/{ref}": ["/vragen/bomen-per-park"],
    "/vragen/{ref}.{suffix}": ["/vragen/bomen-per-park.csv", "/vragen/bomen-per-park.json"],
    "/{route}.{suffix}": [f"/bomen.{offer.suffix}" for offer in media.LISTING],
    "/{route}": ["/bomen", "/bomen?park=P1&q=eik", "/parken", "/datasets"],
}
HIDDEN = ["/openapi.json", "/static/vijfster.css", "/static/vijfster.svg", "/dumps", "/id"]
SERVICES = {
    "/harvest",
    "/health",
    "/ready",
    "/robots.txt",
    CELL,
    "/sparql",
    ASK,
    "/validate",
    "/map",
    "/map?profile=project&lang=en",
}
ADDRESSES = [address for found in EXAMPLES.values() for address in found] + HIDDEN
# those that give a representation with validators
REPRESENTED = [
    address for address in ADDRESSES
    if address not in SERVICES and not address.startswith("/api/reconcile")
    and not address.startswith("/static") and address != "/dumps"
    and not address.startswith("/id") and not address.endswith(("/retention", "/from"))
]  # fmt: skip
ACCEPTS = {"page": BROWSER, "turtle": "text/turtle, */*;q=0.1"}
JSON_TYPES = {"application/json", "application/ld+json"}


def each(addresses: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("address", addresses)


@contextmanager
def client_of(workspace: Workspace, **settings: Any) -> Iterator[TestClient]:
    app = service(workspace.settings.model_copy(update=settings))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as found:
        yield found
