"""Repair over HTTP: the mended file, the difference, the page; what cannot be read is refused."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.rdf import media
from app.rdf.io import parse
from tests.conftest import BASE
from tests.http.support import BROWSER, PROBLEM, Page

EVIL = "<script>alert(1)</script>"
SPACED = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://stad.test/d/1> a dcat:Dataset ; dct:title "  Fietspaden {EVIL} "@nl .
"""


def triples(body: bytes) -> set[tuple[str, ...]]:
    return {quad[:3] for quad in parse(body, media.TURTLE, base=BASE, where="")}


def test_the_mended_file_keeps_its_syntax_and_the_rest(small: TestClient) -> None:
    for data in (SPACED.encode(), gzip.compress(SPACED.encode())):
        answer = small.post("/api/repair?lang=nl", files={"file": ("Mijn data!.ttl", data)})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
        assert answer.headers["content-disposition"] == (
            'attachment; filename="Mijn-data.hersteld.ttl"'
        )
        assert answer.headers["cache-control"] == "no-store"
        before, after = triples(SPACED.encode()), triples(answer.content)
        assert len(before) == len(after) == 2
        assert [o for _, _, o in after - before] == [f'"Fietspaden {EVIL}"@nl']
    mended = SPACED.replace('"  ', '"').replace(' "@', '"@').encode()
    again = small.post("/api/repair?format=json", content=mended,
                       headers={"content-type": "text/turtle"})  # fmt: skip
    assert again.json()["changes"] == 0
    assert again.json()["difference"] == []


def test_the_difference_and_the_whole_as_json(small: TestClient) -> None:
    asked = {"content-type": "text/turtle", "accept": "text/x-diff", "accept-language": "en"}
    diff = small.post("/api/repair", content=SPACED.encode(), headers=asked)
    assert diff.headers["content-type"] == "text/x-diff; charset=utf-8"
    lines = diff.text.splitlines()
    assert [line[0] for line in lines[2:]] == ["@", " ", "-", "+"]
    asked["accept"] = "application/json"
    told = small.post("/api/repair", content=SPACED.encode(), headers=asked).json()
    assert (told["changes"], told["difference"]) == (1, lines)
    assert told["summary"][0] == "1 repair:"
    assert triples(told["text"].encode()) != triples(SPACED.encode())


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"data": {"text": "<a> <b"}}, 400),
        ({"data": {"text": ""}}, 400),
        ({"data": {"text": SPACED, "format": "pdf"}}, 400),
        ({"data": {"url": "http://127.0.0.1:9/"}}, 400),
        ({"content": b"x", "headers": {"content-length": "999999999"}}, 413),
        ({"content": b"\xff\xfe\x00", "headers": {"content-type": "text/turtle"}}, 400),
    ],
)
def test_what_cannot_be_repaired_is_refused(
    small: TestClient, more: dict[str, Any], status: int
) -> None:
    answer = small.post("/api/repair", **more)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "1 herstelling:"), ("en", "1 repair:")]
)  # fmt: skip
def test_the_page_shows_what_was_changed(small: TestClient, language: str, said: str) -> None:
    answer = small.post(f"/validate/repair?lang={language}", data={"text": SPACED},
                        headers={"accept": BROWSER})  # fmt: skip
    page = Page.of(answer.text)
    assert page.dangers == []
    assert said in page.text
    assert f'-    dct:title "  Fietspaden {EVIL} "@nl' in page.text
    # the form is still filled in, so the button for the file has something to send
    assert page.text.count("Fietspaden") == 3
    assert any("api/repair" in link for link in page.links)
    refused = small.post(f"/validate/repair?lang={language}", data={"text": "<a> <b"})
    assert refused.status_code == 400
    assert "(" in Page.of(refused.text).text


def test_an_inventory_is_sent_on_to_the_workbook(small: TestClient) -> None:
    answer = small.post("/api/repair", files={"file": ("a.csv", b"ref,naam\na,b\n", "text/csv")})
    assert answer.status_code == 400
    assert "werkboek" in answer.json()["messages"]["nl"]
    assert "workbook" in answer.json()["detail"]
