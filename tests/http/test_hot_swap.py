"""A release is published while the service is used: nobody notices but by what is new."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from tests.conftest import Workspace
from tests.http.support import BROWSER, fetch, serving, until

COUNT = "SELECT (COUNT(?s) AS ?n) { ?s a <https://voorbeeld.test/ns/groen#Boom> }"
# what is asked, and how many trees an answer knows of
PATHS: dict[str, str] = {
    "bomen.json": "application/json",
    "bomen.json?q=eik": "application/json",
    "bomen": BROWSER,
    "": BROWSER,
    "doc/boom/B1": "text/turtle",
    "doc/boom/B1.html": BROWSER,
    "id/boom/B1": "*/*",
    "catalog.ttl": "*/*",
    "dumps/bomen.nt": "*/*",
    "doc/boom/B6.jsonld": "*/*",
    "zoeken?q=eik": BROWSER,
    "ready": "*/*",
    "sparql?query=" + quote(COUNT): "application/sparql-results+json",
}


@dataclass
class Visitors:
    """Threads that ask on until told to stop; every answer that is no success is kept."""

    address: str
    answers: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Visitors:
        self.threads = [threading.Thread(target=self.walk, args=(n,)) for n in range(3)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive()

    def walk(self, number: int) -> None:
        place = urlsplit(self.address)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
        paths = list(PATHS.items())
        paths = paths[number:] + paths[:number]
        while not self.stop.is_set():
            for path, accept in paths:
                try:
                    connection.request("GET", f"/{path}", headers={"Accept": accept})
                    answer = connection.getresponse()
                    body = answer.read()
                except (OSError, http.client.HTTPException) as error:
                    self.failures.append(f"{path}: {error!r}")
                    connection.close()
                    continue
                self.answers[answer.status] += 1
                if answer.status not in {200, 303}:
                    self.failures.append(f"{path}: {answer.status} {body[:200]!r}")
        connection.close()


def trees(address: str) -> dict[str, int]:
    """Return how many trees each way of asking knows of."""
    listed = json.loads(fetch(f"{address}bomen.json")[1])["total"]
    query = f"{address}sparql?query={quote(COUNT)}"
    rows = json.loads(fetch(query, {"Accept": "application/sparql-results+json"})[1])
    dump = fetch(f"{address}dumps/bomen.nt")[1]
    return {
        "list": listed,
        "sparql": int(rows["results"]["bindings"][0]["n"]["value"]),
        "dump": len(set(re.findall(rb"^<[^>]*/id/boom/[^>]*>", dump, re.MULTILINE))),
    }


def test_swap_under_load_fails_no_request(foreign: Workspace, free_port: Callable[[], int]) -> None:
    first = foreign.build().release
    assert first is not None
    with serving(foreign, free_port()) as address:
        until(f"{address}ready", 200)
        assert set(trees(address).values()) == {6}
        with Visitors(address) as visitors:
            name = first.name
            for number in (7, 8, 9):
                foreign.edit("data/bomen.csv", "B1,eik", f"B{number},eik,{number},,,\nB1,eik")
                foreign.edit("vijfster.toml", 'title = { nl = "', 'title = { nl = "Nieuw ')
                built = foreign.build().release
                assert built is not None
                assert built.name != name
                name = built.name
                end = time.monotonic() + 10
                while json.loads(fetch(f"{address}ready")[1])["release"] != name:
                    assert time.monotonic() < end, "the service did not follow"
                    time.sleep(0.05)
                # from here on every way of asking knows the new release
                assert set(trees(address).values()) == {number}
                assert fetch(f"{address}doc/boom/B{number}.ttl")[0] == 200
                page = fetch(address, {"Accept": BROWSER})[1].decode()
                assert "Nieuw " * (number - 6) in page
        assert visitors.failures == []
        assert set(visitors.answers) == {200, 303}
        assert sum(visitors.answers.values()) > 100


def test_rollback_is_followed_too(foreign: Workspace, free_port: Callable[[], int]) -> None:
    first = foreign.build().release
    assert first is not None
    foreign.edit("data/bomen.csv", "B1,eik", "B7,eik,1,,,\nB1,eik")
    assert foreign.build().status == "published"
    with serving(foreign, free_port()) as address:
        assert trees(address)["list"] == 7
        with Visitors(address) as visitors:
            back = foreign.publisher().rollback(first.name).release
            assert back is not None
            end = time.monotonic() + 10
            while json.loads(fetch(f"{address}ready")[1])["release"] != back.name:
                assert time.monotonic() < end
                time.sleep(0.05)
            assert set(trees(address).values()) == {6}
            assert fetch(f"{address}doc/boom/B7")[0] == 410
        assert visitors.failures == []


def test_first_build_starts_a_waiting_service(
    foreign: Workspace, free_port: Callable[[], int]
) -> None:
    with serving(foreign, free_port()) as address:
        for path in ("ready", "bomen", "doc/boom/B1", "catalog", "", "sparql"):
            assert fetch(address + path)[0] == 503
        assert foreign.build().status == "published"
        until(f"{address}ready", 200, seconds=10)
        assert set(trees(address).values()) == {6}
        assert fetch(f"{address}catalog")[0] == 200


def test_project_file_that_is_wrong_for_a_moment_stops_nothing(
    foreign: Workspace, free_port: Callable[[], int]
) -> None:
    """A release is served with the project file it was built with."""
    assert foreign.build().status == "published"
    with serving(foreign, free_port()) as address:
        foreign.edit("data/bomen.csv", "B1,eik", "B7,eik,1,,,\nB1,eik")
        publisher = foreign.publisher()
        (foreign.folder / "vijfster.toml").write_text("niet = [", encoding="utf-8")
        built = publisher.build().release
        assert built is not None
        time.sleep(1.5)
        assert set(trees(address).values()) == {7}
