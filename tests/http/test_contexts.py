"""The JSON-LD context for DCAT-AP VL: what is written with its names is the same graph."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import rdflib
from starlette.testclient import TestClient

from app.rdf.namespaces import PREFIXES
from tests.conftest import Workspace
from tests.http.support import fetch, oxigraph_quads, rdflib_quads, serving, triples

CONTEXT = "/context/dcat-ap-vl.jsonld"
Node = dict[str, Any]


def whole(name: str, prefixes: dict[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else name


def compact(node: Node, prefixes: dict[str, str], terms: dict[str, Any]) -> Node:
    """Return a node with short names, its values as plain as the context allows."""
    names = {said if isinstance(said, str) else said["@id"]: name for name, said in terms.items()}
    out: Node = {"id": node["@id"]}
    for key, values in node.items():
        if key == "@id":
            continue
        if key == "@type":
            out["type"] = [names.get(iri := whole(kind, prefixes), iri) for kind in values]
            continue
        name = names.get(iri := whole(key, prefixes), iri)
        said = terms.get(name, {})
        said = {} if isinstance(said, str) else said
        if said.get("@container") == "@language" and all("@language" in one for one in values):
            texts: dict[str, list[str]] = {}
            for one in values:
                texts.setdefault(one["@language"], []).append(one["@value"])
            out[name] = texts
            continue
        out[name] = [plain(one, said.get("@type", ""), prefixes) for one in values]
    return out


def plain(value: Node, kind: str, prefixes: dict[str, str]) -> object:
    if "@id" in value:
        return value["@id"] if kind == "@id" else value
    datatype = whole(value.get("@type", ""), prefixes)
    if set(value) == {"@value"} or (datatype and datatype == kind):
        return value["@value"]
    return {**value, "@type": datatype} if datatype else value


@pytest.mark.parametrize("which", ["client", "small"])
def test_short_names_stand_for_the_same_graph(
    which: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    client: TestClient = request.getfixturevalue(which)
    context = client.get(CONTEXT)
    assert context.headers["content-type"] == "application/ld+json"
    terms = context.json()["@context"]
    feed = client.get("/catalog.jsonld").json()
    nodes = [compact(node, feed["@context"], terms) for node in feed["@graph"]]
    # nothing of the feed is without a name
    keys = {key for node in nodes for key in node} | {
        k for node in nodes for k in node.get("type", [])
    }
    assert not [key for key in keys if ":" in key]
    body = json.dumps({"@context": terms, "@graph": nodes}).encode()
    expected = triples(oxigraph_quads(client.get("/catalog.nt").content, "nt"))
    assert triples(oxigraph_quads(body, "jsonld")) == expected
    assert triples(rdflib_quads(body, "jsonld")) == expected


def test_names_are_the_standards_own(small: TestClient) -> None:
    terms = small.get(CONTEXT).json()["@context"]
    iris = [said if isinstance(said, str) else said["@id"] for said in terms.values()]
    assert len(iris) == len(set(iris))
    spaces = tuple(PREFIXES.values())
    assert all(iri.startswith(spaces) for iri in iris if not iri.startswith("@"))
    assert small.get("/context/dcat-ap.jsonld").status_code == 404


def test_a_reader_that_loads_contexts_gets_it_from_the_server(
    trees: Workspace, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    with serving(trees, free_port()) as server:
        assert fetch(server + CONTEXT[1:])[0] == 200
        text = json.dumps({
            "@context": server + CONTEXT[1:], "id": "https://x.test/d", "type": "Dataset",
            "title": {"nl": "Bomen", "en": "Trees"}, "keyword": {"nl": ["boom", "groen"]},
            "issued": "2026-01-02T03:04:05Z", "license": "https://x.test/l", "identifier": "d",
            "distribution": [{"id": "https://x.test/f", "byteSize": "12"}],
        })  # fmt: skip
        found = triples(rdflib_quads(text.encode(), "jsonld"))
    dcat, dct, xsd = PREFIXES["dcat"], PREFIXES["dct"], PREFIXES["xsd"]
    said = {(p[0], o) for s, p, o in found if s[0] == "https://x.test/d"}
    text_of = PREFIXES["rdf"] + "langString"
    assert {(dct + "title", ("Trees", text_of, "en")), (dcat + "keyword", ("groen", text_of, "nl")),
            (dct + "issued", ("2026-01-02T03:04:05Z", xsd + "dateTime", "")),
            (dct + "license", ("https://x.test/l", "", "")),
            (dct + "identifier", ("d", xsd + "string", ""))} <= said  # fmt: skip
    assert len(found) == 10
