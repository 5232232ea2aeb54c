"""Hostile requests to a real service: each ends in a clear error, and the service goes on."""

from __future__ import annotations

import csv
import io
import json
import socket
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from select import select
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2 as httpx
import pyoxigraph as ox
import pytest

from tests.conftest import Workspace
from tests.http.hostile_cases import CASES, DATA, Case, multipart, url
from tests.http.support import BROWSER, PROBLEM, Page, harmless, serving
from tests.integration.net_server import SECRET, Server, answer
from tests.integration.test_net_hostile import HOSTILE

# bounds of the service under test, in seconds
CHECK, UPLOAD, FETCH = 6, 2, 3
# what no stranger may see
INSIDE = ("Traceback", "site-packages", "/work/", "/tmp/", "/usr/", 'File "', ".py", "0x7f")
SLOW = Case(b"<http://a> <http://b> (" + b"[]" * 2_000_000 + b") .", "text/turtle",
            "check-timeout busy", status=504)  # fmt: skip
READERS: dict[str, Callable[[bytes], object]] = {
    "json": json.loads, "sarif": json.loads, "junit": ET.fromstring,
    "turtle": lambda text: list(ox.parse(text, ox.RdfFormat.TURTLE)),
    "jsonld": lambda text: list(ox.parse(text, ox.RdfFormat.JSON_LD)),
    "html": lambda text: harmless(text.decode()),
    "csv": lambda text: list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""))),
}  # fmt: skip
LOCATIONS = {
    "to loopback": "http://127.0.0.1:{port}/", "to mapped loopback": "http://[::ffff:127.0.0.1]/",
    "to metadata": "http://169.254.169.254/latest/", "to a file": "file:///etc/passwd",
    "to a number": "http://2130706433/", "to itself": "/",
}  # fmt: skip


class Lab:
    """A client of the service under test; each has an address, so a budget, of its own."""

    def __init__(self, address: str, client: str = "127.0.0.1") -> None:
        transport = httpx.HTTPTransport(local_address=client)
        self.http = httpx.Client(base_url=address, transport=transport, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def send(self, case: Case) -> httpx.Response:
        headers = {"Accept": "application/json, application/problem+json", **case.headers}
        if case.kind:
            headers["Content-Type"] = case.kind
        return self.http.post(f"/api/validate?{case.query}", content=case.body, headers=headers)

    def alive(self) -> None:
        """Fail unless another check and the first page are answered."""
        told = self.send(Case(DATA.encode(), "text/turtle", "violations"))
        assert told.status_code == 200, told.text
        assert told.json()["verdict"] == "violations"
        assert self.http.get("/").status_code == 200


@pytest.fixture(scope="module")
def upstream() -> Iterator[dict[str, Server]]:
    """Hostile servers on loopback addresses that the service may reach; no two share one."""
    found: dict[str, Server] = {}
    talks = {name: talk for name, (talk, _) in HOSTILE.items()}
    for number, (name, talk) in enumerate(talks.items(), 1):
        found[name] = Server(talk, f"127.1.0.{number}")
    for number, (name, location) in enumerate(LOCATIONS.items(), 1):
        place = location.format(port=found["never answers"].port)
        talk = answer(f"Location: {place}", body=SECRET, status="302 Found")
        found[name] = Server(talk, f"127.1.1.{number}")
    found["good"] = Server(answer("Content-Type: text/turtle", body=DATA.encode()), "127.1.2.1")
    yield found
    for server in found.values():
        server.close()


@pytest.fixture(scope="module")
def address(trees: Workspace, upstream: dict[str, Server]) -> Iterator[str]:
    """The service, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    ports = " ".join(f":{server.port}" for server in upstream.values())
    with serving(
        trees, port, fetch_allow=f"127.1.0.0/16 {ports}", fetch_timeout_seconds=str(FETCH),
        validation_timeout_seconds=str(CHECK), upload_timeout_seconds=str(UPLOAD),
    ) as found:  # fmt: skip
        yield found


@pytest.fixture(scope="module")
def lab(address: str) -> Iterator[Lab]:
    with Lab(address) as found:
        found.alive()
        yield found


def meanwhile(lab: Lab, *work: Callable[[], object]) -> None:
    """Run work in threads; until all of it is done, the service must answer others."""
    with ThreadPoolExecutor(len(work)) as pool:
        running = [pool.submit(item) for item in work]
        lab.alive()
        assert not all(item.done() for item in running), "nothing was slow"
        while not all(item.done() for item in running):
            lab.alive()
        for item in running:
            item.result()
    lab.alive()


def told_of(told: dict[str, Any]) -> dict[str, str]:
    """Return the texts of a problem, or of what keeps a source from being read."""
    found: dict[str, str] = (
        told["messages"] if "messages" in told else told["sources"][0]["error"]["message"]
    )
    return found


def clear(got: httpx.Response, case: Case) -> None:
    """Fail unless an answer says what is wrong, in both languages, and nothing of our insides."""
    text = got.text
    assert len(text) < 20_000
    assert not [word for word in INSIDE if word in text], text[:2000]
    codes = case.code.split()
    told: dict[str, Any] = got.json()
    if got.status_code == 200:
        source = told["sources"][0]
        error = source["error"]
        if error is None:
            found = {told["verdict"], *(gap["code"] for gap in source["unchecked"])}
            assert found & set(codes), (told["verdict"], source["unchecked"][:3])
            return
        assert error["code"] in codes, error
        texts, line = error["message"], error["line"]
    else:
        assert got.headers["content-type"] == PROBLEM
        assert told["code"] in codes, told
        texts, line = told["messages"], None
    assert texts["nl"], texts
    assert texts["en"], texts
    assert texts["nl"] != texts["en"], texts
    if case.line:
        assert line in (case.line, None)
        assert f"line {case.line}" in texts["en"]
        assert f"regel {case.line}" in texts["nl"]


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_request_ends_in_a_clear_error(lab: Lab, name: str) -> None:
    case = CASES[name]
    got = lab.send(case)
    assert got.status_code == case.status or "check-timeout" in case.code, got.text[:1000]
    clear(got, case)
    lab.alive()


def test_checks_that_take_too_long_are_ended_and_others_go_on(lab: Lab, address: str) -> None:
    with Lab(address, "127.0.0.2") as other:

        def slow() -> None:
            got = other.send(SLOW)
            assert got.status_code == 504
            clear(got, SLOW)

        meanwhile(lab, slow, slow)


def test_more_slow_checks_than_there_is_room_for_are_told_to_come_back(lab: Lab) -> None:
    def slow() -> None:
        got = lab.send(SLOW)
        assert got.status_code in (503, 504)
        clear(got, SLOW)
        assert (got.status_code == 503) == (got.headers.get("retry-after") is not None)

    meanwhile(lab, *[slow] * 4)


def test_slow_and_endless_uploads_end(lab: Lab, address: str) -> None:
    place = urlsplit(address)

    def dripping(head: str, piece: bytes, status: int, code: str) -> Callable[[], None]:
        def send() -> None:
            with socket.create_connection((place.hostname, place.port), timeout=20) as peer:
                peer.sendall(f"POST /api/validate HTTP/1.1\r\nHost: x\r\n{head}".encode())
                ended = time.monotonic() + 15
                with suppress(BrokenPipeError, ConnectionResetError):
                    while time.monotonic() < ended and not select([peer], [], [], 0.1)[0]:
                        peer.sendall(piece)
                got = peer.makefile("rb").read()
            top, _, body = got.partition(b"\r\n\r\n")
            assert int(top.split()[1]) == status, got[:300]
            # the connection is closed: read() came to its end
            told = json.loads(body)
            assert told["code"] == code
            assert told["messages"]["nl"] != told["messages"]["en"]

        return send

    plain = "Content-Type: text/turtle\r\nContent-Length: 9000000\r\n\r\n"
    start = multipart(("file", "a.ttl", b"# "))[0].partition(b"\r\n--edge--")[0].decode()
    form = plain.replace("text/turtle", "multipart/form-data; boundary=edge") + start
    meanwhile(
        lab,
        dripping(plain, b"#", 408,
                 "upload-timeout"),
        dripping(form, b"#", 408, "upload-timeout"),
        dripping(plain, b"", 408,
                 "upload-timeout"),
    )  # fmt: skip
    dripping("Content-Length: 99999999999\r\n\r\n", b"#" * 65_536, 413, "too-large")()
    chunk = b"10000\r\n" + b"#" * 0x10000 + b"\r\n"
    dripping("Transfer-Encoding: chunked\r\n\r\n", chunk, 411, "length-required")()
    lab.alive()


def test_hostile_servers_end_in_a_clear_error(
    lab: Lab, address: str, upstream: dict[str, Server]
) -> None:
    def fetched(number: int, name: str) -> Callable[[], None]:
        def send() -> None:
            server = upstream[name]
            case = url(f"http://{server.host}:{server.port}/data.ttl")
            # a client of its own: the budget of one is for another test
            with Lab(address, f"127.0.3.{number}") as client:
                got = client.send(case)
            assert got.status_code == 400, (name, got.text)
            clear(got, case)
            for secret in (SECRET.decode(), "127.0.0.1", "169.254", "passwd", server.host):
                assert secret not in got.text, name

        return send

    names = [*HOSTILE, *LOCATIONS]
    meanwhile(lab, *(fetched(number, name) for number, name in enumerate(names, 1)))
    # not one redirect reached what it pointed to
    assert all(len(upstream[name].requests) <= 1 for name in LOCATIONS if name != "to itself")


def test_a_client_that_fetches_too_often_waits(address: str, upstream: dict[str, Server]) -> None:
    server = upstream["good"]
    case = url(f"http://{server.host}:{server.port}/data.ttl")
    with Lab(address, "127.0.4.1") as client, Lab(address, "127.0.4.2") as other:
        first = client.send(case).json()
        assert first["verdict"] == "violations"
        last = [client.send(case) for _ in range(25)][-1]
        assert last.status_code == 429
        clear(last, case)
        assert "seconden" in last.json()["messages"]["nl"]
        other.alive()


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    "name",
    # what is more than is taken at once becomes a job on the page: test_jobs.py
    ["10,000 parts", "billion laughs in a form", "cyclic path",
     "http://127.0.0.1/", "source, turtle: no full stop"],
)  # fmt: skip
def test_the_page_says_the_same_in_the_language_asked_for(lab: Lab, name: str, lang: str) -> None:
    case = CASES[name]
    said = told_of(lab.send(case).json())
    body, kind = case.body, case.kind
    if kind == "text/turtle":
        body, kind = multipart(("file", "tekst", case.body), ("profile", "", b"dcat-ap-vl-3.0"))
    got = lab.http.post(f"/validate?lang={lang}&{case.query}", content=body,
                        headers={"Content-Type": kind, "Accept": BROWSER})  # fmt: skip
    page = Page.of(got.text)
    assert page.dangers == []
    assert "Traceback" not in got.text
    assert got.headers["content-type"].startswith("text/html")
    assert said[lang] in page.text


@pytest.mark.parametrize(
    "form", ["json", "turtle", "jsonld", "csv", "html", "sarif", "junit", "text"]
)
def test_names_and_values_that_break_formats_do_not(lab: Lab, form: str) -> None:
    body = DATA + 'dcat:x a dcat:Dataset ; dct:title "\\u0001 ]]> =1+1 \\uFFFF <b>"@nl .'
    name = "%00%01%0D%0A%22%3C]]%3E"
    case = Case(body.encode(), "text/turtle", "violations",
                query=f"profile=dcat-ap-vl-3.0&format={form}&name={name}")  # fmt: skip
    got = lab.http.post(f"/api/validate?{case.query}", content=case.body,
                        headers={"Content-Type": case.kind})  # fmt: skip
    assert got.status_code == 200, got.text
    READERS.get(form, bytes.decode)(got.content)
    lab.alive()
