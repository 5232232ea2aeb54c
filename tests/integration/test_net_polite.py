"""Politeness over real connections: robots.txt, one at a time, pauses, patience, and an end."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import threading
import time
from email.utils import format_datetime
from types import SimpleNamespace

import pytest

from app.errors import InputError
from app.net.fetch import Validators
from app.net.guard import Allowance
from app.net.polite import Manners, Polite
from app.net.refusals import FetchError
from tests.integration.link_server import (
    FILE,
    HOST,
    OTHER,
    QUICK,
    Serve,
    Time,
    Web,
    by_path,
    in_turn,
    moved,
    text,
)
from tests.integration.net_server import Talk, answer, resolver
from tests.integration.test_net_hostile import drip_body, endless, hang, hang_up, raw

BUSY = answer(status="503 Busy", body=b"")


def test_robots_is_asked_once_and_obeyed(serve: Serve) -> None:
    rules = text("User-agent: *\nDisallow: /private\nAllow: /private/open\n")
    web = Web(serve(by_path({"/robots.txt": rules}, FILE)))
    found = web.ask("/a", "/private/b", ("HEAD", "/private/open/c"), "/private/b?d")
    assert found == [200, "robots", 200, "robots"]
    assert web.asked == ["GET /a", "HEAD /private/open/c"]
    assert web.count("/robots.txt") == 1


@pytest.mark.parametrize(
    ("robots", "found"),
    [
        (answer(status="404 Not Found", body=b""), 200),
        (answer(status="403 Forbidden", body=b""), 200),
        (answer(status="401 Unauthorized", body=b""), 200),
        (answer(status="204 No Content", body=b""), 200),
        (answer("Content-Type: text/html", body=b"<html>no such page</html>"), 200),
        (moved("/robots.txt"), 200),
        (moved("http://10.0.0.1/robots.txt"), 200),
        (moved("/rules"), "robots"),
        (moved("http://ander.voorbeeld.be:{port}/rules", "301 Moved"), "robots"),
        (answer(status="500 Oops", body=b""), "robots-failed"),
        (answer(status="503 Busy", body=b""), "robots-failed"),
        (answer(status="429 Slow down", body=b""), "robots-failed"),
        (hang, "robots-failed"),
        (answer("Content-Encoding: gzip", body=b"User-agent: *"), "robots-failed"),
        (endless, 200),
    ],
)
def test_robots_that_is_not_as_it_should(serve: Serve, robots: Talk, found: int | str) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        class Filled:
            def sendall(self, data: bytes) -> None:
                peer.sendall(data.replace(b"{port}", str(web.port).encode()))

        robots(Filled() if b"301 Moved" in _said(robots) else peer, head)  # type: ignore[arg-type]

    rules = text("User-agent: *\nDisallow: /\n")
    server = serve(by_path({"/robots.txt": talk, "/rules": rules, "/a": FILE}))
    web = Web(server, Manners(tries=1, left_after=9))
    # asked anew only after its term
    assert web.ask("/a", "/a") == [found, found]
    assert web.asked.count("GET /a") == (2 if found == 200 else 0)
    assert web.count("/robots.txt") <= 2


def _said(talk: Talk) -> bytes:
    """Return what one says that says one thing, "" of others."""
    if talk in (hang, drip_body, endless):
        return b""
    said: list[bytes] = []

    class Ear:
        def sendall(self, data: bytes) -> None:
            said.append(data)

    talk(Ear(), b"")  # type: ignore[arg-type]
    return b"".join(said)


def test_robots_is_of_an_origin_and_has_a_term(serve: Serve) -> None:
    shut = serve(by_path({"/robots.txt": text("User-agent: *\nDisallow: /\n")}, FILE))
    server = serve(by_path({}, FILE))
    allowed = Allowance.parse(f":{server.port} :{shut.port} {HOST}")
    web = Web(server, Manners(robots_seconds=100, run_seconds=1e6, host_seconds=1e6),
              allowed=allowed)  # fmt: skip
    assert web.ask("/a", f"http://{HOST}:{shut.port}/a") == [200, "robots"]
    polite = web.polite()

    async def later() -> None:
        for _ in range(2):
            await polite.ask(web.url("/a"), limits=QUICK)
        web.time.now += 101
        await polite.ask(web.url("/a"), limits=QUICK)

    before = web.count("/robots.txt")
    asyncio.run(later())
    assert web.count("/robots.txt") - before == 2


def test_a_redirect_to_where_robots_are_not_welcome(serve: Serve) -> None:
    rules = text("User-agent: *\nDisallow: /shut\n")
    web = Web(serve(by_path({"/robots.txt": rules, "/a": moved("/shut")}, FILE)))
    assert web.ask("/a") == ["robots"]
    assert web.asked == ["GET /a"]


@pytest.mark.parametrize(
    ("rules", "manners", "pause"),
    [
        ("", Manners(delay_seconds=1.5), 1.5),
        ("User-agent: *\nCrawl-delay: 4\n", Manners(), 4),
        ("User-agent: *\nCrawl-delay: 900\n", Manners(max_delay_seconds=20), 20),
        ("User-agent: *\nCrawl-delay: 0.1\n", Manners(), 1),
    ],
)
def test_a_pause_after_each_request(
    serve: Serve, rules: str, manners: Manners, pause: float
) -> None:
    web = Web(serve(by_path({"/robots.txt": text(rules)}, FILE)), manners)
    assert web.ask("/a", ("HEAD", "/a"), "/b") == [200] * 3
    # the first comes after robots.txt, which was asked before its pause was known
    assert web.time.waits == [manners.delay_seconds, pause, pause]


class Busy:
    """Counts how many requests are under way, per host and in all."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now: dict[bytes, int] = {}
        self.most_of_one = self.most = 0

    def __call__(self, peer: socket.socket, head: bytes) -> None:
        host = head.split(b"Host: ")[1].split(b"\r")[0]
        with self.lock:
            self.now[host] = self.now.get(host, 0) + 1
            self.most_of_one = max(self.most_of_one, self.now[host])
            self.most = max(self.most, sum(self.now.values()))
        time.sleep(0.05)
        with self.lock:
            self.now[host] -= 1
        FILE(peer, head)


def test_one_at_a_time_per_host_and_many_hosts_at_once(serve: Serve) -> None:
    busy = Busy()
    server = serve(busy)
    names = [f"host{number}.example.org" for number in range(8)]
    polite = Polite(
        Manners(delay_seconds=0, at_once=3), resolver=resolver("127.0.0.1"),
        allowed=Allowance(hosts=frozenset(names), ports=frozenset({server.port})),
    )  # fmt: skip

    async def all_of_them() -> list[int]:
        asked = [f"http://{name}:{server.port}/{number}" for name in names for number in range(3)]
        found = await asyncio.gather(*(polite.ask(url) for url in asked))
        return [item.status for item in found]

    assert asyncio.run(all_of_them()) == [200] * 24
    assert (busy.most_of_one, busy.most) == (1, 3)
    # robots.txt once each, though three asked for it at the same time
    assert len(server.requests) == 8 + 24


@pytest.mark.parametrize("status", ["429 Too Many", "503 Busy"])
def test_who_asks_us_to_wait_is_waited_for(serve: Serve, status: str) -> None:
    wait = in_turn(answer("Retry-After: 17", status=status, body=b""), FILE)
    web = Web(serve(by_path({"/a": wait})))
    assert web.ask("/a") == [200]
    assert web.time.waits == [1, 17]


def test_a_date_to_wait_for(serve: Serve) -> None:
    when = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=40), usegmt=True)
    wait = in_turn(answer(f"Retry-After: {when}", status="503 Busy", body=b""), FILE)
    web = Web(serve(by_path({"/a": wait})))
    assert web.ask("/a") == [200]
    assert 20 < web.time.waits[1] <= 40


@pytest.mark.parametrize("said", ["Retry-After: soon", "Retry-After: -5", "X: y", "Retry-After:"])
def test_without_a_time_each_wait_is_longer(serve: Serve, said: str) -> None:
    wait = in_turn(*[answer(said, status="503 Busy", body=b"")] * 3, FILE)
    web = Web(serve(by_path({"/a": wait})), Manners(tries=4, max_wait_seconds=7))
    assert web.ask("/a", "/b") == [200, 404]
    # doubled up to the bound; and forgotten when it goes well
    assert web.time.waits == [1, 2, 4, 7, 1]


def test_tries_are_bounded_and_the_answer_is_told(serve: Serve) -> None:
    web = Web(serve(by_path({"/a": BUSY}, FILE)))
    assert web.ask("/a", "/b") == [503, 200]
    assert web.asked == ["GET /a"] * 3 + ["GET /b"]


def test_who_asks_for_an_hour_is_left_alone(serve: Serve) -> None:
    wait = answer("Retry-After: 3600", status="429 Too Many", body=b"")
    web = Web(serve(by_path({"/a": wait}, FILE)))
    assert web.ask("/a", "/b", ("HEAD", "/c")) == [429, "left-alone", "left-alone"]
    assert web.asked == ["GET /a"]


@pytest.mark.parametrize(("talk", "found"), [(BUSY, 503), (hang_up, "answer"), (hang, "timeout")])
def test_a_host_that_keeps_failing_is_left_alone(
    serve: Serve, talk: Talk, found: int | str
) -> None:
    robots = answer(status="404 No", body=b"")
    web = Web(serve(by_path({"/robots.txt": robots}, talk)), Manners(tries=2, left_after=2))
    # HEAD and GET of one address are one trouble
    asked = ("HEAD", "/a"), "/a", "/b", "/c"
    assert web.ask(*asked) == [found, found, found, "left-alone"]
    assert "GET /c" not in web.asked


def test_others_go_on_where_one_is_left_alone(serve: Serve) -> None:
    bad, good = serve(by_path({}, hang_up)), serve(by_path({}, FILE))
    web = Web(bad, Manners(tries=1, left_after=1),
              allowed=Allowance.parse(f":{bad.port} :{good.port} {HOST} {OTHER}"))  # fmt: skip
    fine = f"http://{OTHER}:{good.port}/"
    assert web.ask("/a", fine, "/b", fine)[1::2] == [200, 200]


def test_trouble_that_passes(serve: Serve) -> None:
    web = Web(serve(by_path({"/a": in_turn(hang_up, hang, FILE)})))
    assert web.ask("/a") == [200]
    assert web.time.waits == [1, 2, 4]


@pytest.mark.parametrize(
    ("talk", "reason", "times"),
    [
        # asked again: the line may have been bad
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"), "cut-off", 3),
        # not asked again: it will say the same
        (answer("Content-Encoding: gzip", body=b"not packed"), "broken", 1),
        (drip_body, "slow", 1),
        (moved("/a"), "loop", 1),
        (moved("http://10.0.0.1/"), "redirect", 1),
    ],
)
def test_what_is_asked_again(serve: Serve, talk: Talk, reason: str, times: int) -> None:
    web = Web(serve(by_path({"/a": talk}, FILE)))
    assert web.ask("/a", "/b") == [reason, 200]
    assert web.count("/a") == times


def test_nobody_listens(serve: Serve) -> None:
    server = serve(FILE)
    server.close()
    web = Web(server)
    assert web.ask("/a", ("HEAD", "/b")) == ["connect", "connect"]
    # tried for robots.txt, and not again for each address
    assert web.time.waits == [2, 4]


def test_a_wall_that_lets_all_fall_is_nobody_who_listens() -> None:
    with socket.socket() as wall, socket.socket() as first:
        wall.bind(("127.0.0.1", 0))
        wall.listen(0)
        port = wall.getsockname()[1]
        # who came first fills the queue; the others are let fall
        first.connect(("127.0.0.1", port))
        web = Web(SimpleNamespace(port=port), Manners(tries=1))  # type: ignore[arg-type]
        assert web.ask("/a", "/b") == ["connect", "connect"]


def test_a_host_that_is_not_there_needs_no_rest(serve: Serve) -> None:
    async def unknown(*_: object) -> list[str]:
        raise OSError

    web = Web(serve(FILE), Manners(left_after=1), resolver=unknown)
    assert web.ask("/a", "/b", "/c") == ["address"] * 3
    assert web.time.waits == []


def test_an_inside_address_is_asked_nothing(serve: Serve) -> None:
    server = serve(FILE)
    web = Web(server, allowed=Allowance(ports=frozenset({server.port})))
    assert web.ask("/a") == ["address"]
    assert server.requests == []


def test_time_and_bytes_of_a_run(serve: Serve) -> None:
    manners = Manners(delay_seconds=10, run_seconds=25)
    web = Web(serve(by_path({}, FILE)), manners)
    assert web.ask("/a", "/b", "/c") == [200, 200, "spent"]
    body = answer("Content-Type: text/csv", body=b"x" * 1_000)
    web = Web(serve(by_path({"/robots.txt": text("")}, body)), Manners(run_bytes=1_500))
    assert web.ask("/a", "/b", "/c") == [200, 200, "spent"]


def test_time_and_bytes_of_a_host(serve: Serve) -> None:
    body = answer("Content-Type: text/csv", body=b"x" * 1_000)
    for manners in (Manners(host_bytes=900), Manners(delay_seconds=5, host_seconds=6)):
        web = Web(serve(by_path({"/robots.txt": text("")}, body)), manners)
        other = web.url("/", OTHER)
        assert web.ask("/a", "/b", other) == [200, "spent", 200]


def test_bytes_of_bodies_that_fail_count_too(serve: Serve) -> None:
    half = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + b"x" * 5_000)
    web = Web(serve(by_path({"/robots.txt": text("")}, half)), Manners(host_bytes=6_000))
    assert web.ask("/a", "/b") == ["cut-off", "spent"]
    assert web.count("/a") == 2


def test_unchanged_is_told(serve: Serve) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        known = b'If-None-Match: "v1"' in head
        answer('ETag: "v1"', status="304 Not Modified" if known else "200 OK",
               body=b"" if known else b"x")(peer, head)  # fmt: skip

    web = Web(serve(by_path({"/a": talk})))
    first = web.fetched("/a")
    assert web.fetched("/a", known=first.validators).not_modified
    assert web.fetched("/a", known=Validators("http://elders.be/", '"v1"')).status == 200


def test_servers_are_told_who_asks(serve: Serve) -> None:
    web = Web(serve(by_path({}, FILE)), Manners(contact="data@voorbeeld.be"))
    web.ask("/a")
    assert all(b"; +data@voorbeeld.be)\r\n" in head for head in web.server.requests)
    assert Manners().agent.startswith("Vijfster/")


@pytest.mark.parametrize("contact", ["a b", "a\r\nX: y", "a)", "é@x.be", "x" * 300])
def test_a_contact_that_would_break_a_header(contact: str) -> None:
    with pytest.raises(InputError) as found:
        Manners(contact=contact)
    assert "contact" in found.value.detail_nl


def test_a_run_that_is_stopped_leaves_no_host_locked(serve: Serve) -> None:
    reached = threading.Event()

    def stall(peer: socket.socket, head: bytes) -> None:
        reached.set()
        hang(peer, head)

    web = Web(serve(by_path({"/a": stall}, FILE)))

    async def stopped() -> int:
        polite = web.polite()
        task = asyncio.create_task(polite.ask(web.url("/a")))
        assert await asyncio.to_thread(reached.wait, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return (await polite.ask(web.url("/b"), limits=QUICK)).status

    assert asyncio.run(stopped()) == 200


def test_reasons_of_not_asking_are_told_in_both_languages() -> None:
    for reason in ("robots", "robots-failed", "left-alone", "spent", "loop", "soft-404"):
        error = FetchError(reason)
        assert error.detail
        assert error.detail_nl != error.detail
    assert Time().clock() == 0
