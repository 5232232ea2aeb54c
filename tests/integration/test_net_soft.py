"""Soft 404s are told from files and pages, over servers that say 200 to everything."""

from __future__ import annotations

import asyncio

import pytest

from app.net.soft import SoftPages, improbable
from tests.integration.link_server import FILE, QUICK, Serve, Web, by_path, html, in_turn, moved
from tests.integration.net_server import Talk, answer

LONG = "Deze pagina bestaat uit een menu, een kop, een voet en nog veel meer woorden. " * 5
HOME = html("Stad", f"Welkom. {LONG}")
SHELL = html("Portaal", "<div id=app></div><script>start('/a' < '/b')</script>")
JSON = answer("Content-Type: application/json", body=b'{"error": "no such file", "id": 12}')


def soft(web: Web, path: str, *, page: bool = False, times: int = 1) -> bool:
    async def run() -> bool:
        polite = web.polite()
        pages = SoftPages(polite)
        said = set[bool]()
        for _ in range(times):
            found = await polite.ask(web.url(path), limits=QUICK)
            said.add(await pages.is_soft(web.url(path), found, page=page))
        (one,) = said
        return one

    return asyncio.run(run())


@pytest.mark.parametrize(
    "title",
    ["404", "404 - Not Found", "Error 404", "Page not found | Stad", "Pagina niet gevonden",
     "Portaal - Niet gevonden", "HTTP Status 404 – Not Found", "Fout 404",
     "De pagina bestaat niet", "The file you asked for could not be found",
     "Page introuvable", "Not Found", "Niet gevonden | Stad"],
)  # fmt: skip
def test_a_title_that_says_it(serve: Serve, title: str) -> None:
    web = Web(serve(by_path({}, html(title, LONG))))
    assert soft(web, "/data/a.csv", page=True)
    assert web.asked == ["GET /data/a.csv"]


@pytest.mark.parametrize(
    "title",
    ["Dataset bomen", "Buslijn 404 en 405", "Lost and found objects", "Gevonden voorwerpen",
     "Route 404: van Gent naar Aalst", "Bestanden", "Niet gevonden graven in Vlaanderen", ""],
)  # fmt: skip
def test_a_title_that_only_looks_like_it(serve: Serve, title: str) -> None:
    web = Web(serve(by_path({"/data/a": html(title, f"Alles over bomen. {LONG}")})))
    assert not soft(web, "/data/a", page=True)


@pytest.mark.parametrize("path", ["/data/a.csv", "/data/a", "/download?id=5", "/"])
def test_what_is_given_everywhere(serve: Serve, path: str) -> None:
    web = Web(serve(by_path({}, HOME)))
    assert soft(web, path)
    assert soft(web, path, page=True)


def test_everything_leads_to_one_page(serve: Serve) -> None:
    # a page that is filled differently each time
    homes = in_turn(*[html(f"Stad {n}", f"{LONG} {'woord ' * n}") for n in (1, 40, 1, 40)])
    web = Web(serve(by_path({"/home": homes}, moved("/home"))))
    assert soft(web, "/data/a.csv")
    assert soft(web, "/data/a", page=True)
    # a redirect of this one address is none
    web = Web(serve(by_path({"/data/a": moved("/home"), "/home": HOME})))
    assert not soft(web, "/data/a", page=True)


def test_a_page_that_repeats_the_address_or_the_time(serve: Serve) -> None:
    def talk(peer: object, head: bytes) -> None:
        path = head.split()[1].decode()
        count = len(web.server.requests) * 7919
        html("Zoeken", f"Geen resultaat voor {path} om 12:{count}. {LONG}")(peer, head)  # type: ignore[arg-type]

    web = Web(serve(by_path({}, talk)))
    assert soft(web, "/data/bomen-in-gent.csv")


def test_two_pages_in_one_frame(serve: Serve) -> None:
    """The frame is nine tenths of the page; the title tells them apart."""
    frame = LONG * 3
    missing = html("Portaal", f"{frame} Niets hier.")
    web = Web(serve(by_path({"/data/bomen": html("Bomen - Portaal", f"{frame} Bomen.")}, missing)))
    assert not soft(web, "/data/bomen", page=True)
    assert soft(web, "/data/straten", page=True)


def test_a_page_that_a_script_fills(serve: Serve) -> None:
    web = Web(serve(by_path({}, SHELL)))
    assert not soft(web, "/data/a", page=True)
    # as a file it is none
    assert soft(web, "/data/a.csv")


@pytest.mark.parametrize("otherwise", [JSON, html("x", LONG, "404 Not Found"), moved("/login")])
def test_files_are_files(serve: Serve, otherwise: Talk) -> None:
    web = Web(serve(by_path({"/data/a.csv": FILE, "/login": HOME}, otherwise)))
    assert not soft(web, "/data/a.csv")


def test_an_error_in_few_words(serve: Serve) -> None:
    assert soft(Web(serve(by_path({}, JSON))), "/api/12")


def test_one_question_per_folder(serve: Serve) -> None:
    web = Web(serve(by_path({}, HOME)))
    assert soft(web, "/data/a.csv", times=3)
    assert len(web.asked) == 4


def test_robots_keeps_us_from_asking(serve: Serve) -> None:
    rules = answer("Content-Type: text/plain",
                   body=b"User-agent: *\nDisallow: /data/vijfster-\n")  # fmt: skip
    web = Web(serve(by_path({"/robots.txt": rules}, HOME)))
    assert not soft(web, "/data/a", page=True)
    assert web.asked == ["GET /data/a"]


@pytest.mark.parametrize("body", [b"<title>" * 20_000, b"<script" * 20_000, b"<" * 200_000,
                                  b"<!doctype html><title>x", b"\xff\x00<html>", b""])  # fmt: skip
def test_rubbish(serve: Serve, body: bytes) -> None:
    web = Web(serve(by_path({"/a": answer("Content-Type: text/html", body=body)})))
    assert not soft(web, "/a")


def test_the_address_beside() -> None:
    beside = improbable("https://a.be/data/bomen.csv")
    assert beside.startswith("https://a.be/data/vijfster-")
    assert beside.endswith(".csv")
    assert improbable("https://a.be/data/straten.csv") == beside
    assert improbable("https://a.be/data/") != beside
    assert improbable("https://a.be").startswith("https://a.be/vijfster-")
    asked = improbable("https://a.be/get?id=5&format=csv")
    assert asked.startswith("https://a.be/get?id=vijfster-")
    assert "csv" not in asked
