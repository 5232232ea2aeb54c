"""Hostile catalogs handed to `/api/score`: each ends in a clear error, and the service goes on."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from select import select
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from tests.conftest import Workspace
from tests.http.hostile_cases import ADDRESSES, REQUESTS, Case
from tests.http.support import BROWSER, PROBLEM, harmless, serving
from tests.http.test_hostile_validation import INSIDE, SLOW

GOOD = b"<https://stad.test/d/1> a <http://www.w3.org/ns/dcat#Dataset> ."
# of scoring there are no profiles to name wrongly
CASES = {name: case for name, case in (REQUESTS | ADDRESSES).items() if "profile" not in name}


@pytest.fixture(scope="module")
def address(trees: Workspace) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with serving(trees, port, validation_timeout_seconds="6", upload_timeout_seconds="2") as found:
        yield found


@pytest.fixture(scope="module")
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as client:
        alive(client)
        yield client


def alive(http: httpx.Client) -> None:
    """Fail unless another score and the first page are answered."""
    told = http.post("/api/score", content=GOOD, headers={"Content-Type": "text/turtle"})
    assert told.status_code == 200, told.text
    assert len(told.json()["datasets"]) == 1
    assert http.get("/score").status_code == 200


def send(
    http: httpx.Client, case: Case, at: str = "/api/score", accept: str = ""
) -> httpx.Response:
    headers = {"Accept": accept or f"application/json, {PROBLEM}", **case.headers}
    if case.kind:
        headers["Content-Type"] = case.kind
    return http.post(at, content=case.body, headers=headers)


def clear(got: httpx.Response) -> None:
    """Fail unless a refusal says what is wrong, in both languages, and nothing of our insides."""
    assert len(got.text) < 20_000
    assert not [word for word in INSIDE if word in got.text], got.text[:2000]
    assert got.headers["content-type"] == PROBLEM
    texts = got.json()["messages"]
    assert texts["nl"] != texts["en"]


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_request_ends_in_a_clear_error(http: httpx.Client, name: str) -> None:
    got = send(http, CASES[name])
    # every one of them is no catalog, or one that may not be read
    assert got.status_code in {400, 408, 411, 413, 429, 502, 503, 504}, got.text[:500]
    clear(got)
    alive(http)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", ["10,000 parts", "billion laughs in a form", "http://127.0.0.1/"])
def test_the_page_says_the_same(http: httpx.Client, name: str, lang: str) -> None:
    case = CASES[name]
    said = send(http, case).json()["messages"][lang]
    got = send(http, case, f"/score?lang={lang}", BROWSER)
    assert said in harmless(got.text).text


def test_scoring_that_takes_too_long_is_ended(http: httpx.Client) -> None:
    got = send(http, SLOW)
    assert got.status_code == 504
    clear(got)
    alive(http)


def test_slow_and_endless_uploads_end(http: httpx.Client, address: str) -> None:
    place = urlsplit(address)

    def dripping(head: str, piece: bytes, status: int, code: str) -> Callable[[], None]:
        def send() -> None:
            with socket.create_connection((place.hostname, place.port), timeout=20) as peer:
                peer.sendall(f"POST /api/score HTTP/1.1\r\nHost: x\r\n{head}".encode())
                ended = time.monotonic() + 15
                with suppress(BrokenPipeError, ConnectionResetError):
                    while time.monotonic() < ended and not select([peer], [], [], 0.1)[0]:
                        peer.sendall(piece)
                got = peer.makefile("rb").read()
            top, _, body = got.partition(b"\r\n\r\n")
            assert int(top.split()[1]) == status, got[:300]
            assert json.loads(body)["code"] == code

        return send

    plain = "Content-Type: text/turtle\r\nContent-Length: 9000000\r\n\r\n"
    dripping(plain, b"#", 408, "upload-timeout")()
    dripping("Content-Length: 99999999999\r\n\r\n", b"#" * 65_536, 413, "too-large")()
    alive(http)


def test_many_datasets_and_long_texts_are_shown_in_part(http: httpx.Client) -> None:
    text = "".join(
        f'<https://stad.test/d/{n}> a <http://www.w3.org/ns/dcat#Dataset> ; '
        f'<http://purl.org/dc/terms/title> "{n} {"x" * 500}" .\n' for n in range(500)
    )  # fmt: skip
    got = http.post("/score", data={"text": ""}, files={"file": ("veel.ttl", text.encode())})
    assert got.status_code == 200
    assert len(got.content) < 2_000_000
    page = harmless(got.text)
    assert page.text.count("Wat u kunt doen") == 25
    assert "Pagina 1 van 20" in page.text
