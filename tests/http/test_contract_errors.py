"""Errors of every route: one shape, no secrets, and an outage is never "not found"."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.rdf.iris import encode_segment
from app.web.texts import PROBLEMS_NL
from tests.conftest import BASE, Workspace
from tests.http.contract import ASK, CELL, client_of
from tests.http.support import BROWSER, PROBLEM, Page, harmless

Ask = Callable[[dict[str, str]], httpx2.Response]


def assert_problem(
    ask: Ask, status: int, code: str, secrets: tuple[str, ...] = (), *, page: bool = True
) -> dict[str, Any]:
    """Check one error as JSON and as a page in both languages; return its facts."""
    answer = ask({"accept": "*/*"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert set(problem) >= {"type", "title", "status", "detail", "instance", "code", "request_id"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].isascii()
    assert problem["instance"] == answer.request.url.raw_path.decode().partition("?")[0]
    assert problem["request_id"] != ask({"accept": "*/*"}).json()["request_id"]
    answers = [answer]
    for language in ("nl", "en") if page else ():
        shown = ask({"accept": BROWSER, "accept-language": language})
        assert shown.status_code == status
        assert shown.headers["content-type"].startswith("text/html")
        answers.append(shown)
        seen = harmless(shown.text)
        title = PROBLEMS_NL[code] if language == "nl" else problem["title"]
        assert f'<html lang="{language}">' in shown.text
        text = " ".join(seen.text.split())
        for fact in (title, problem["detail"], str(status), code, problem["instance"]):
            assert " ".join(fact.split()) in text, fact
        assert re.search(r"\b[0-9a-f]{12}\b", text)
    for found in answers:
        assert found.headers["cache-control"] == "no-store"
        assert found.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in found.headers["content-security-policy"]
        assert found.headers["access-control-allow-origin"] == "*"
        assert "Accept" in found.headers["vary"]
        assert "etag" not in found.headers
        for secret in ("Traceback", 'File "', ".py", "site-packages", "sqlite", *secrets):
            assert secret not in found.text.replace("vijfster.css", ""), secret
    return problem


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/bomen?page=0", 400, "bad-input"),
        ("GET", "/zoeken?q=" + "a" * 201, 400, "bad-input"),
        ("GET", "/api/cell", 400, "bad-input"),
        ("GET", "/api/cell?subject=x", 400, "bad-input"),
        ("GET", "/api/cell?subject=urn:x", 404, "not-found"),
        ("GET", "/niets", 404, "not-found"),
        ("GET", "/niets/en/niemendal", 404, "not-found"),
        ("GET", "/doc/boom/B99", 404, "not-found"),
        ("GET", "/id/boom/%3Cb%3E%20%22x%22", 404, "not-found"),
        ("GET", "/doc/boom/B1.xyz", 404, "not-found"),
        ("GET", "/bomen.pdf", 404, "not-found"),
        ("GET", "/catalog.csv", 404, "not-found"),
        ("GET", "/dumps/niets.ttl", 404, "not-found"),
        ("GET", "/static/niets.css", 404, "not-found"),
        ("GET", "/context/niets.jsonld", 404, "not-found"),
        ("GET", "/bomen/", 404, "not-found"),
        ("POST", "/bomen", 405, "method-not-allowed"),
        ("DELETE", "/doc/boom/B1", 405, "method-not-allowed"),
        ("PUT", "/sparql", 405, "method-not-allowed"),
        ("PATCH", "/openapi.json", 405, "method-not-allowed"),
        ("POST", "/sparql", 415, "unsupported-media-type"),
        ("GET", "/sparql?query=ASK%7B%7D&format=pdf", 406, "not-acceptable"),
        ("GET", "/sparql?update=CLEAR%20ALL", 400, "query-refused"),
    ],
)
def test_errors_have_one_shape(
    small: TestClient, trees: Workspace, method: str, address: str, status: int, code: str
) -> None:
    def ask(headers: dict[str, str]) -> httpx2.Response:
        return small.request(method, address, headers=headers)

    problem = assert_problem(ask, status, code, (str(trees.folder),))
    if status == 405:
        assert "GET" in ask({}).headers["allow"]
    if status == 406:
        assert len(problem["offers"]) > 3


def test_no_acceptable_form_is_a_problem_even_for_a_browser(small: TestClient) -> None:
    for accept in ("image/png", "text/html;q=0"):
        answer = small.get("/doc/boom/B1", headers={"accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (406, PROBLEM)


def test_json_client_that_also_takes_pages_gets_json(small: TestClient) -> None:
    for accept in (
        "application/json, text/html;q=0.5",
        "application/problem+json, text/html;q=0.9",
    ):
        answer = small.get("/niets", headers={"accept": accept})
        assert answer.headers["content-type"] == PROBLEM


def test_error_of_ours_is_500_without_a_stack(trees: Workspace) -> None:
    app: FastAPI = trees.app()

    @app.get("/fout/{text}")
    async def fail(text: str) -> None:
        msg = f"/etc/geheim {text}"
        raise RuntimeError(msg)

    with TestClient(app, raise_server_exceptions=False) as client:

        def ask(headers: dict[str, str]) -> httpx2.Response:
            return client.get("/fout/vraag", headers=headers)

        assert_problem(ask, 500, "error", ("geheim", "RuntimeError", str(trees.folder)))


READS = ["/", "/bomen", "/bomen.json?q=eik", "/bomen?park=P1", "/zoeken?q=eik", "/doc/boom/B1",
         "/doc/boom/B1.ttl", "/id/boom/B1", "/doc/boom/NIET", "/ns/groen", "/sitemap.xml",
         "/context/groen.jsonld", CELL]  # fmt: skip
FILES = ["/catalog", "/catalog.rdf", "/.well-known/void", "/dumps/bomen.csv", "/dumps/data.nq.gz"]


@pytest.mark.parametrize("address", [*READS, *FILES, "/dumps/", "/ready", "/sparql", ASK])
def test_nothing_published_yet_is_503_not_404(foreign: Workspace, address: str) -> None:
    app = foreign.app()
    client = TestClient(app)

    def ask(headers: dict[str, str]) -> httpx2.Response:
        return client.get(address, headers=headers)

    page = "sparql" not in address
    problem = assert_problem(ask, 503, "store-unavailable", (str(foreign.folder),), page=page)
    assert "vijfster build" in problem["detail"]
    assert int(ask({}).headers["retry-after"]) > 0


def test_unpublished_service_still_says_it_lives(foreign: Workspace) -> None:
    with TestClient(foreign.app()) as client:
        assert client.get("/health").status_code == 200
        assert client.get("/openapi.json").status_code == 200
        assert client.get("/static/vijfster.css").status_code == 200
        page = client.get("/", headers={"accept": BROWSER, "accept-language": "en"})
        assert page.status_code == 503
        for link in Page.of(page.text).links:
            assert "None" not in link


def corrupt(path: Path, how: str) -> None:
    """Damage a file in place, so that whoever has it open sees it."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        if how == "truncated":
            file.truncate(4096)
        elif how == "emptied":
            file.truncate(0)
        elif how == "zeroed":
            file.seek(4096)
            file.write(b"\0" * (size - 4096))
        else:
            file.seek(4096)
            file.write(b"\xa5" * (size - 4096))


@pytest.mark.parametrize("how", ["truncated", "emptied", "zeroed", "overwritten"])
def test_damaged_documents_are_503_not_404(foreign: Workspace, how: str) -> None:
    assert foreign.build().status == "published"
    with client_of(foreign, cache_bytes=0) as client:
        corrupt(foreign.release / "documents.sqlite", how)

        for address in READS:

            def ask(headers: dict[str, str], address: str = address) -> httpx2.Response:
                return client.get(address, headers=headers)

            assert_problem(ask, 503, "store-unavailable", (str(foreign.folder),))
        assert client.get("/health").status_code == 200


@pytest.mark.parametrize("column", ["body", "labels"])
def test_damaged_body_is_503(foreign: Workspace, column: str) -> None:
    assert foreign.build().status == "published"
    with closing(sqlite3.connect(foreign.release / "documents.sqlite")) as db:
        db.execute(f"UPDATE documents SET {column}=x'00112233' WHERE path=?", ("id/boom/B1",))
        db.commit()
    with client_of(foreign) as client:
        for suffix in ("html", "json") if column == "labels" else ("html", "json", "ttl"):
            assert client.get(f"/doc/boom/B1.{suffix}").status_code == 503


def test_missing_files_are_503_not_404(foreign: Workspace) -> None:
    assert foreign.build().status == "published"
    with client_of(foreign) as client:
        for folder in ("feed", "dumps"):
            shutil.rmtree(foreign.release / folder)
        (foreign.release / "data.nq.gz").unlink()
        for address in FILES:

            def ask(headers: dict[str, str], address: str = address) -> httpx2.Response:
                return client.get(address, headers={**headers, "accept-encoding": "gzip"})

            page = address != "/catalog"
            assert_problem(ask, 503, "store-unavailable", (str(foreign.folder),), page=page)


def test_withdrawn_thing_is_410_with_its_tombstone(foreign: Workspace) -> None:
    assert foreign.build().status == "published"
    table = foreign.folder / "data" / "bomen.csv"
    whole = table.read_text(encoding="utf-8")
    table.write_text("".join(line for line in whole.splitlines(keepends=True)
                             if not line.startswith(("B1,", "B6,"))), encoding="utf-8")  # fmt: skip
    assert foreign.build(allow_withdraw=True).status == "published"
    with client_of(foreign) as client:
        for address in ("/id/boom/B6", "/doc/boom/B6", "/doc/boom/B6.ttl", "/doc/rij/bomen/B6",
                        "/id/bijnaam/B1/" + encode_segment("De oude")):  # fmt: skip

            def ask(headers: dict[str, str], address: str = address) -> httpx2.Response:
                return client.get(address, headers=headers)

            problem = assert_problem(ask, 410, "gone", (str(foreign.folder),))
            assert problem["iri"].startswith(f"{BASE}id/")
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", problem["since"])
            shown = ask({"accept": BROWSER, "accept-language": "en"}).text
            assert f'datetime="{problem["since"]}"' in shown
        assert client.get("/doc/boom/B2").status_code == 200
        # what pointed there no longer does
        assert "boom/B6" not in client.get("/doc/park/P2.nt").text
        assert client.get("/bomen.json").json()["total"] == 4
    table.write_text(whole, encoding="utf-8")
    assert foreign.build().status == "published"
    with client_of(foreign) as client:
        assert client.get("/doc/boom/B6").status_code == 200
