"""The reconciliation service as OpenRefine asks it: manifest, batches, suggestions, extension."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from tests.conftest import BASE, Workspace
from tests.http.support import harmless

GEPLANT = "http://purl.org/dc/terms/isPartOf"


def ask(client: TestClient, **fields: Any) -> Any:
    answer = client.post("/api/reconcile", data={k: json.dumps(v) for k, v in fields.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def below(url: str) -> str:
    """Return an address of the manifest as the client of a test asks for it."""
    assert url.startswith(BASE)
    parts = urlsplit(url)
    return parts.path + ("?" + parts.query if parts.query else "")


def test_manifest_leads_to_everything(small: TestClient) -> None:
    manifest = small.get("/api/reconcile").json()
    assert manifest["versions"] == ["0.1", "0.2"]
    assert manifest["identifierSpace"] == BASE + "id/"
    assert manifest["defaultTypes"] == [
        {"id": "parken", "name": "Parken"}, {"id": "bomen", "name": "Bomen"},
    ]  # fmt: skip
    for what, about in manifest["suggest"].items():
        found = small.get(below(about["service_url"] + about["service_path"]) + "?prefix=b")
        assert found.json()["result"], what
    view = small.get(below(manifest["view"]["url"].replace("{{id}}", "boom%2FB1")))
    assert (view.status_code, view.headers["location"]) == (303, "../../doc/boom/B1")
    assert small.get("/doc/boom/B1").status_code == 200
    preview = small.get(below(manifest["preview"]["url"].replace("{{id}}", "boom/B1")))
    assert "eik B1" in harmless(preview.text).text
    assert "frame-ancestors *" in preview.headers["content-security-policy"]
    proposed = manifest["extend"]["propose_properties"]
    found = small.get(below(proposed["service_url"] + proposed["service_path"]) + "?type=bomen")
    assert GEPLANT in [item["id"] for item in found.json()["properties"]]


def test_names_find_things(small: TestClient) -> None:
    found = ask(small, queries={
        "q0": {"query": "Stadspark", "type": "parken"}, "q1": {"query": "stads park"},
        "q2": {"query": "Stadsperk", "type": ["parken"]}, "q3": {"query": "kasteel"},
        "q4": {"query": "eik", "type": "bomen", "limit": 2}, "q5": {"query": "EIK  b1"},
    })  # fmt: skip
    (best,) = found["q0"]["result"][:1]
    assert (best["id"], best["name"], best["match"]) == ("park/P1", "Stadspark", True)
    assert best["score"] == 100
    assert best["type"] == [{"id": "parken", "name": "Parken"}]
    assert found["q1"]["result"][0]["id"] == "park/P1"
    assert [(r["id"], r["match"]) for r in found["q2"]["result"][:1]] == [("park/P1", False)]
    assert found["q3"]["result"] == []
    assert len(found["q4"]["result"]) == 2
    assert not any(r["match"] for r in found["q4"]["result"])
    assert [(r["id"], r["match"]) for r in found["q5"]["result"] if r["match"]] == [
        ("boom/B1", True)
    ]


def test_properties_tell_things_apart(small: TestClient) -> None:
    def first(park: Any) -> str:
        given = {"query": "eik", "type": "bomen", "properties": [{"pid": GEPLANT, "v": park}]}
        best = ask(small, queries={"q": given})["q"]["result"][0]
        return str(best["id"])

    assert first("Bospark") == "boom/B4"
    assert first("Stadspark") == "boom/B1"
    assert first({"id": "park/P2", "name": "Bospark"}) == "boom/B4"


def test_extension_gives_values(small: TestClient) -> None:
    height = BASE + "ns/groen#hoogte"
    given = {"ids": ["boom/B1", "boom/none"], "properties": [{"id": GEPLANT}, {"id": height}]}
    found = ask(small, extend=given)
    assert [item["id"] for item in found["meta"]] == [GEPLANT, height]
    assert found["rows"]["boom/B1"][GEPLANT] == [{"id": "park/P1", "name": "Stadspark"}]
    assert found["rows"]["boom/B1"][height] == [{"str": "21.50"}]
    assert found["rows"]["boom/none"] == {GEPLANT: [], height: []}


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"queries": "{"}, {"queries": "[]"}, {"queries": '{"q":1}'},
        {"queries": '{"q":{"query":1}}'}, {"queries": '{"q":{"query":"x","limit":"y"}}'},
        {"queries": '{"q":{"query":"x","type":"planes"}}'},
        {"queries": '{"q":{"query":"x","type":{"a":1}}}'},
        {"queries": json.dumps({"q": {"query": "x" * 201}})},
        {"queries": json.dumps({f"q{n}": {"query": "x"} for n in range(51)})},
        {"extend": "{}"}, {"extend": '{"ids":[],"properties":[1]}'},
        {"extend": json.dumps({"ids": ["x"] * 201, "properties": []})},
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said(small: TestClient, fields: dict[str, str]) -> None:
    answer = small.post("/api/reconcile", data=fields)
    assert answer.status_code == 400, answer.text
    assert set(answer.json()["messages"]) == {"nl", "en"}


def test_odd_requests(small: TestClient) -> None:
    assert small.post("/api/reconcile", content=b"queries=" + b"x" * 300_000).status_code == 413
    assert small.post("/api/reconcile", content=b"\xff\xfe").status_code == 400
    for path in ("preview?id=", "preview?id=../x", "view?id=boom/none", "suggest/cheese",
                 "preview?id=boom/%00", "properties?type=none"):  # fmt: skip
        assert small.get(f"/api/reconcile/{path}").status_code == 404, path
    for text in ('"', "*", "NEAR(", "a" * 5000, "'; drop", "\x00", "½"):
        assert (
            small.get("/api/reconcile/suggest/entity", params={"prefix": text}).status_code == 200
        )
    assert ask(small, queries={"q": {"query": '"* OR NEAR('}})["q"]["result"] == []
    assert ask(small, queries={"q": {"query": ""}})["q"]["result"] == []


def test_preview_of_hostile_text_is_harmless(foreign: Workspace) -> None:
    foreign.edit("data/parken.csv", "P1,Stadspark", "P1,<script>alert(1)</script>")
    foreign.build()
    with TestClient(foreign.app()) as client:
        page = client.get("/api/reconcile/preview?id=park/P1").text
        assert "<script>alert(1)</script>" in harmless(page).text
        assert "<script" not in page
