"""Evidence gathered over real connections: what is asked of which address, and what is seen."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import socket
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.net.decoding import Inflation
from app.net.guard import Allowance
from app.net.polite import Manners
from app.quality.evidence import Content, Look
from app.quality.gathering import Extent, gather, sample_of
from app.quality.records import records
from app.rdf.namespaces import term
from app.rdf.terms import Triple
from app.store.looks import LookJournal
from tests.integration.link_server import (
    CSV,
    FILE,
    HOST,
    MISSING,
    OTHER,
    Serve,
    Web,
    by_path,
    html,
    in_turn,
    moved,
    text,
)
from tests.integration.net_server import Talk, answer, resolver
from tests.integration.test_net_hostile import drip_body, endless, hang, hang_up, raw

EXTENT = Extent(file_bytes=100_000, unpacked_bytes=300_000)
LONG = "Veel woorden in een pagina die overal dezelfde is, met een menu en een voet. " * 5
NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


class Fake:
    """An inspector that says what it was given; lines `own URL` and `other URL` name links."""

    def __init__(self) -> None:
        self.given: list[tuple[str, int, str, bool]] = []

    async def inspect(
        self, data: bytes, url: str, media_type: str = "", charset: str = "",
        truncated: bool = False,
    ) -> Content:  # fmt: skip
        self.given.append((url, len(data), media_type, truncated))
        lines = [line.split() for line in data.decode("latin-1").split("\n")[:50]]
        own, other = (
            tuple(line[1] for line in lines if line[:1] == [kind]) for kind in ("own", "other")
        )
        return Content("CSV", None if truncated else True, own=own, other=other)


def catalog(*distributions: Mapping[str, Sequence[str] | str]) -> list[Triple]:
    """Return a dataset per distribution; `access` and `download` are addresses."""
    triples: list[Triple] = []
    for number, given in enumerate(distributions):
        dataset, node = f"<https://id.be/{number}>", f"<https://id.be/{number}/d>"
        triples += [(dataset, term("rdf:type"), term("dcat:Dataset")),
                    (dataset, term("dcat:distribution"), node)]  # fmt: skip
        for name, values in given.items():
            triples += [
                (node, term(f"dcat:{name}URL"), value if value[:1] in '<"' else f"<{value}>")
                for value in ([values] if isinstance(values, str) else values)
            ]
    return triples


class Gathered:
    """What gathering from a web gives, and what the inspector was given."""

    def __init__(self, web: Web, triples: Sequence[Triple], **more: Any) -> None:
        self.inspector, self.progress = Fake(), list[tuple[int, int, str]]()
        more.setdefault("extent", EXTENT)
        more.setdefault("now", lambda: NOW)
        self.looks: dict[str, Look] = asyncio.run(self._run(web, triples, more))

    async def _run(
        self, web: Web, triples: Sequence[Triple], more: dict[str, Any]
    ) -> dict[str, Look]:
        return await gather(
            records(triples), web.polite(), self.inspector,
            progress=lambda *told: self.progress.append(told), **more,
        )  # fmt: skip


def one(web: Web, path: str = "/a.csv", name: str = "download") -> Look:
    return Gathered(web, catalog({name: web.url(path)})).looks[web.url(path)]


def test_what_is_asked_of_which_address(serve: Serve) -> None:
    web = Web(serve(by_path({}, FILE)))
    url = web.url
    found = Gathered(web, catalog(
        {"access": url("/page"), "download": url("/a.csv")},
        {"access": url("/only")},
        {"access": url("/a.csv"), "download": url("/a.csv")},
        {"download": [url("/b"), f'"{url("/c")}"']},
        {"access": ["mailto:a@b.be", "urn:x", '"geen adres"']},
        {},
    ))  # fmt: skip
    assert sorted(web.asked) == sorted([
        "HEAD /page", "HEAD /only", "GET /only", "HEAD /a.csv", "GET /a.csv", "HEAD /b", "GET /b",
        "HEAD /c", "GET /c",
    ])  # fmt: skip
    assert list(found.looks) == sorted(map(url, ("/page", "/only", "/a.csv", "/b", "/c")))
    assert found.looks[url("/page")] == Look(
        url("/page"), "2026-01-02T03:04:05Z", 200, None, "", url("/page"), "text/csv", len(CSV)
    )
    file = found.looks[url("/a.csv")]
    assert (file.head, file.status, file.size, file.media_type) == (200, 200, len(CSV), "text/csv")
    assert file.content == Content("CSV", True)
    assert found.progress[-1] == (5, 5, HOST)


@pytest.mark.parametrize(
    ("name", "talks", "head", "status", "reason", "there"),
    [
        ("405", {"HEAD /a.csv": answer(status="405 No", body=b""), "/a.csv": FILE},
         405, 200, "", True),
        ("501", {"HEAD /a.csv": answer(status="501 No", body=b""), "/a.csv": FILE},
         501, 200, "", True),
        ("HEAD hangs up", {"HEAD /a.csv": hang_up, "/a.csv": FILE}, 0, 200, "", True),
        ("HEAD says no such file", {"HEAD /a.csv": MISSING, "/a.csv": FILE}, 404, 200, "", True),
        ("HEAD says yes", {"HEAD /a.csv": FILE, "/a.csv": MISSING}, 200, 404, "", False),
        ("missing", {}, 404, 404, "", False),
        ("gone", {"/a.csv": answer(status="410 Gone", body=b"")}, 410, 410, "", False),
        ("shut", {"/a.csv": answer(status="401 No", body=b"")}, 401, 401, "", False),
        ("moved", {"/a.csv": moved("/b"), "/b": FILE}, 200, 200, "", True),
        ("moved inside", {"/a.csv": moved("http://127.0.0.1:8080/")}, 0, None, "redirect", False),
        ("moved in a circle", {"/a.csv": moved("/b"), "/b": moved("/a.csv")},
         0, None, "loop", False),
        ("moved nowhere", {"/a.csv": answer(status="302 Found", body=b"")}, 302, 302, "", False),
        ("cut off", {"HEAD /a.csv": FILE,
                     "/a.csv": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf")},
         200, 0, "cut-off", False),
        ("labelled gzip", {"/a.csv": answer("Content-Encoding: gzip", body=b"a,b\n1,2\n")},
         200, 0, "broken", False),
        ("no HTTP", {"/a.csv": raw(b"220 smtp\r\n")}, 0, 0, "answer", False),
        ("soft", {"/a.csv": html("Niet gevonden", LONG)}, 200, 200, "soft-404", False),
        ("robots", {"/robots.txt": text("User-agent: *\nDisallow: /a"), "/a.csv": FILE},
         None, None, "robots", None),
        ("robots fail", {"/robots.txt": answer(status="500 No"), "/a.csv": FILE},
         None, None, "robots-failed", None),
        ("busy", {"/a.csv": answer("Retry-After: 9999", status="503 No", body=b"")},
         503, None, "left-alone", False),
    ],
)  # fmt: skip
def test_servers_that_misbehave(
    serve: Serve, name: str, talks: Mapping[str, Talk], head: int | None, status: int | None,
    reason: str, there: bool | None,
) -> None:  # fmt: skip
    look = one(Web(serve(by_path(talks))))
    assert (look.head, look.status, look.reason) == (head, status, reason), name
    assert look.answers is there
    assert (look.content is not None) is (there is True)


@pytest.mark.parametrize(("talk", "reason"), [(hang, "timeout"), (drip_body, "slow")])
def test_servers_that_keep_us_waiting(
    serve: Serve, talk: Talk, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = replace(EXTENT.limits, connect_seconds=1, first_byte_seconds=1, slow_after_seconds=0.3)
    monkeypatch.setattr("app.quality.gathering.LOOKING", quick)
    look = one(Web(serve(by_path({"HEAD /a.csv": FILE, "/a.csv": talk})), Manners(tries=1)))
    assert (look.head, look.status, look.reason) == (200, 0, reason)


def test_a_file_without_end_is_read_in_part(serve: Serve) -> None:
    web = Web(serve(by_path({"HEAD /a.csv": FILE, "/a.csv": endless})))
    found = Gathered(web, catalog({"download": web.url("/a.csv")}))
    look = found.looks[web.url("/a.csv")]
    assert (look.status, look.size, look.truncated) == (200, 100_000, True)
    assert found.inspector.given == [(web.url("/a.csv"), 100_000, "", True)]
    assert EXTENT.limits.inflation == Inflation(300_000)


def test_a_server_that_is_not_there(serve: Serve) -> None:
    gone = serve(FILE)
    gone.close()
    there = Web(serve(by_path({}, FILE)))
    there.more["allowed"] = Allowance.parse(f":{gone.port}, :{there.port}, {HOST}")
    dead = f"http://{HOST}:{gone.port}/a.csv"
    look = Gathered(there, catalog({"download": [dead, there.url("/a.csv")]})).looks[dead]
    assert (look.head, look.status, look.reason, look.answers) == (0, None, "connect", False)


async def _no_dns(_: str, __: int) -> Sequence[str]:
    raise OSError("no network")


def test_a_computer_without_a_network_blames_nobody(serve: Serve, tmp_path: Path) -> None:
    journal = LookJournal(tmp_path / "links.sqlite")
    web = Web(serve(by_path({}, FILE)), resolver=_no_dns)
    asked = catalog({"access": web.url("/p"), "download": web.url("/a.csv")},
                    {"download": web.url("/a.csv", OTHER)})  # fmt: skip
    looks = Gathered(web, asked, journal=journal).looks
    assert {(one.head, one.status, one.reason, one.answers) for one in looks.values()} == {
        (None, None, "unreached", None),
    }  # fmt: skip
    # once there is a network nothing of it stands in the way
    web.more["resolver"] = resolver("127.0.0.1")
    assert all(one.answers for one in Gathered(web, asked, journal=journal).looks.values())


def test_a_server_of_no_known_name_is_told_where_others_answer(serve: Serve) -> None:
    web = Web(serve(by_path({}, FILE)))
    known = web.more.setdefault("resolver", resolver("127.0.0.1"))

    async def some(host: str, port: int) -> Sequence[str]:
        return await (known if host == HOST else _no_dns)(host, port)

    web.more["resolver"] = some
    good, bad = web.url("/a.csv"), web.url("/a.csv", OTHER)
    looks = Gathered(web, catalog({"download": [good, bad]})).looks
    assert (looks[good].answers, looks[bad].answers, looks[bad].reason) == (True, False, "address")


def test_what_needs_no_network_does_not_show_that_there_is_one(serve: Serve) -> None:
    web = Web(serve(by_path({}, FILE)))
    known = web.more.setdefault("resolver", resolver("127.0.0.1"))

    async def some(host: str, port: int) -> Sequence[str]:
        return await (known if host == HOST else _no_dns)(host, port)

    web.more["resolver"] = some
    mine, other = web.url("/a.csv"), web.url("/a.csv", OTHER)
    looks = Gathered(web, catalog({"download": [mine, other]}), ours=mine.startswith).looks
    assert (looks[mine].answers, looks[other].answers, looks[other].reason) == (
        True, None, "unreached")  # fmt: skip


def test_addresses_that_may_not_be_asked(serve: Serve) -> None:
    web = Web(serve(FILE))
    inside, odd = "http://192.168.1.1/a", "http://user@a.be/"
    port, scheme = f"http://{HOST}:22/", "HTTPS://bad host/"
    found = Gathered(web, catalog({"download": [inside, odd, port, f'"{scheme}"']})).looks
    assert {url: (look.head, look.reason) for url, look in found.items()} == {
        inside: (0, "address"), odd: (0, "userinfo"), port: (None, "port"), scheme: (0, "url"),
    }  # fmt: skip
    assert web.server.requests == []


def test_a_page_that_does_not_answer_head_is_asked_with_get(serve: Serve) -> None:
    refuse = answer(status="405 No", body=b"")
    pages = {"HEAD /p": refuse, "/p": html("Bomen", f"Bomen. {LONG}"), "HEAD /soft": refuse,
             "/soft": html("404", LONG), "/a": FILE}  # fmt: skip
    web = Web(serve(by_path(pages)))
    found = Gathered(web, catalog(
        {"access": [web.url("/p"), web.url("/soft")], "download": web.url("/a")},
    )).looks  # fmt: skip
    page, soft = found[web.url("/p")], found[web.url("/soft")]
    assert (page.head, page.status, page.reason, page.answers) == (405, 200, "", True)
    assert (soft.head, soft.status, soft.reason, soft.answers) == (405, 200, "soft-404", False)
    assert page.content is None


def test_a_sample_of_what_files_name_is_asked(serve: Serve) -> None:
    server = serve(by_path({"HEAD /id/3": answer(status="405 No", body=b""), "/id/4": MISSING},
                           FILE))  # fmt: skip
    web = Web(server)
    own = [web.url(f"/id/{number}") for number in range(5)]
    other = [web.url(f"/thing/{number}", OTHER) for number in range(40)]
    lines = [*(f"own {url}" for url in own), *(f"other {url}" for url in other[:40])]
    server.talk = by_path({"HEAD /id/3": answer(status="405 No", body=b""), "/id/4": MISSING,
                           "/data.csv": text("\n".join(lines))}, FILE)  # fmt: skip
    found = Gathered(web, catalog({"download": web.url("/data.csv")}, {"access": own[0]}))
    links = {url: look for url, look in found.looks.items() if url != web.url("/data.csv")}
    assert sorted(links) == sorted([*own, *sample_of(other, 5)])
    assert (links[own[3]].head, links[own[3]].status) == (405, 200)
    assert (links[own[4]].head, links[own[4]].answers) == (404, False)
    # asked in the first round already
    assert web.asked.count("HEAD /id/0") == 1
    # what is asked with success is not fetched
    assert not [item for item in web.asked if item.startswith("GET /thing")]
    assert found.progress[-1][:2] == (11, 11)
    assert {host for _, _, host in found.progress} == {HOST, OTHER}


def test_the_same_answers_give_the_same_looks_in_any_order(serve: Serve) -> None:
    lines = text("\n".join(f"other http://{OTHER}:1/{number}" for number in range(30)))
    pages = {"/0": lines, "/1": moved("/2"), "/3": MISSING, "/4": hang_up}
    web = Web(serve(by_path(pages, FILE)), Manners(tries=1))
    given = [{"download": web.url(f"/{number % 7}", host)}
             for number in range(14) for host in (HOST, OTHER)]  # fmt: skip
    triples = catalog(*given)
    first = Gathered(web, triples).looks
    for seed in range(3):
        shuffled = random.Random(seed).sample(triples, len(triples))
        assert Gathered(web, shuffled).looks == first


def test_a_run_that_was_broken_off_goes_on(serve: Serve, tmp_path: Path) -> None:
    web = Web(serve(by_path({}, FILE)))
    triples = catalog(*({"download": web.url(f"/{number}")} for number in range(6)))
    path = tmp_path / "looks.sqlite"
    journal = LookJournal(path, now=NOW.timestamp)
    web.manners = Manners(delay_seconds=1, run_seconds=8)
    with journal.run():
        first = Gathered(web, triples, journal=journal).looks
    done = [url for url, look in first.items() if look.status == 200]
    assert 0 < len(done) < 6
    assert first[web.url("/5")].reason == "spent"
    assert first[web.url("/5")].answers is None
    asked = len(web.asked)
    web.manners = Manners()
    again = Gathered(web, triples, journal=LookJournal(path, now=NOW.timestamp)).looks
    assert all(look.status == 200 for look in again.values())
    assert {url for url, look in again.items() if look.earlier} == set(done)
    assert all(replace(again[url], earlier=False) == first[url] for url in done)
    assert [item for item in web.asked[asked:] if item.endswith("/0")] == []


def test_what_was_looked_at_shortly_before_is_not_asked(serve: Serve, tmp_path: Path) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        known = b'If-None-Match: "v1"' in head
        answer('ETag: "v1"', "Content-Type: text/csv", body=b"" if known else CSV,
               status="304 Not Modified" if known else "200 OK")(peer, head)  # fmt: skip

    web = Web(serve(by_path({"/a": talk, "/bad": in_turn(MISSING, MISSING, FILE)})))
    triples = catalog({"download": [web.url("/a"), web.url("/bad")]})
    path = tmp_path / "looks.sqlite"

    def run(hours: float) -> tuple[dict[str, Look], list[str], list[Any]]:
        later = NOW + dt.timedelta(hours=hours)
        before = len(web.asked)
        journal = LookJournal(path, now=later.timestamp)
        with journal.run():
            found = Gathered(web, triples, journal=journal, now=lambda: later)
        looks = {url[-4:]: look for url, look in found.looks.items()}
        return looks, web.asked[before:], found.inspector.given

    first, asked, _ = run(0)
    assert first[web.url("/a")[-4:]].content is not None
    key, bad = web.url("/a")[-4:], "/bad"
    # within the hour nothing is asked; after it only what failed
    looks, asked, _ = run(0.5)
    assert asked == []
    assert looks[key] == replace(first[key], earlier=True)
    assert looks[bad].head == 404
    looks, asked, _ = run(2)
    assert asked == ["HEAD /bad", "GET /bad"]
    assert looks[bad].status == 200
    # after a day all, and what the server says is unchanged is not read again
    looks, asked, given = run(27)
    assert asked == ["HEAD /a", "GET /a", "HEAD /bad", "GET /bad"]
    assert looks[key] == replace(first[key], earlier=True)
    assert [item[0] for item in given] == [web.url("/bad")]
    # that was a look: for a day it stands
    assert run(28)[1] == []


@pytest.mark.parametrize("junk", ["", "{", "[]", '{"version": "0"}', "null", '{"look": 5}'])
def test_what_the_journal_cannot_tell_is_asked(serve: Serve, tmp_path: Path, junk: str) -> None:
    web = Web(serve(by_path({}, FILE)))
    journal = LookJournal(tmp_path / "looks.sqlite", now=NOW.timestamp)
    journal.note(web.url("/a"), junk)
    found = Gathered(web, catalog({"download": web.url("/a")}), journal=journal).looks
    assert found[web.url("/a")].status == 200


def test_more_is_asked_where_less_was_looked_at(serve: Serve, tmp_path: Path) -> None:
    web = Web(serve(by_path({}, FILE)))
    journal = LookJournal(tmp_path / "looks.sqlite", now=NOW.timestamp)
    page = catalog({"access": web.url("/a"), "download": web.url("/b")})
    assert Gathered(web, page, journal=journal).looks[web.url("/a")].content is None
    found = Gathered(web, catalog({"download": web.url("/a")}), journal=journal).looks
    assert found[web.url("/a")].content is not None
