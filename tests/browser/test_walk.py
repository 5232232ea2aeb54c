"""A visitor's walk in Chromium: nothing blocked, nothing broken, with and without JavaScript."""

from __future__ import annotations

import itertools
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import visitor
from tests.conftest import BASE, Workspace
from tests.http.support import inventories, oxigraph_quads

pytestmark = pytest.mark.browser
# one page of each kind
KINDS = [
    "", "{route}", "{route}?q=stad", "{route}?q=zxzxzx", "{thing}", "doc/dataset/{ref}",
    "ns/vijfster", "datasets", "dumps/", "sparql",
    "sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%2020",
    "sparql?query=DESCRIBE%20%3C{iri}%3E", "sparql?query=niets", "zoeken?q=stad", "zoeken?q=",
    "catalog", "validate", "doc/niets/bestaat", "doc/" + "langwoord" * 40,
]  # fmt: skip


@pytest.fixture(scope="module")
def places(built: Workspace, site: str) -> list[str]:
    """Addresses of one page of each kind."""
    inventory = next(item for item in inventories(built) if item.facets)
    graph = (built.release / "dumps" / f"{inventory.ref}.nt").read_bytes()
    things = sorted(s[0] for s, _, _, _ in oxigraph_quads(graph, "nt"))
    iri = next(thing for thing in things if thing.startswith(f"{BASE}id/"))
    thing = iri.replace(f"{BASE}id/", "doc/")
    names = {"route": inventory.route, "ref": inventory.ref, "thing": thing, "iri": iri}
    return [site + kind.format(**names) for kind in KINDS]


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_walk_from_home_to_turtle(
    chromium: Browser, site: str, built: Workspace, javascript: bool
) -> None:
    inventory = next(item for item in inventories(built) if item.facets)
    with visitor(chromium, javascript=javascript) as page:
        page.goto(site)
        expect(page.locator("h1")).to_be_visible()
        page.locator("nav").first.get_by_role("link", name=inventory.menu["nl"]).click()
        expect(page).to_have_url(f"{site}{inventory.route}")
        total = int(page.locator(".summary").inner_text().split()[0])
        value = page.locator(".facet a").first
        count = int(value.locator(".count").inner_text())
        value.click()
        expect(page.locator(".summary")).to_contain_text(str(count))
        assert count < total
        expect(page.locator(".facet [aria-current=true]")).to_have_count(1)
        first = page.locator(".items a.name").first
        name = first.inner_text()
        first.click()
        expect(page.locator("h1")).to_have_text(name)
        iri = page.locator(".iri code").inner_text()
        assert iri.startswith(BASE)
        href = page.locator(".formats a", has_text=".ttl").get_attribute("href")
        assert href is not None
        answer = page.request.get(page.evaluate("h => new URL(h, location).href", href)
                                  if javascript else page.url + ".ttl")  # fmt: skip
        assert answer.headers["content-type"].startswith("text/turtle")
        assert iri in {s[0] for s, _, _, _ in oxigraph_quads(answer.body(), "ttl")}


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_search_finds_and_keeps_its_words(chromium: Browser, site: str, javascript: bool) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(site)
        page.get_by_role("searchbox").fill("slimme stad")
        page.get_by_role("search").get_by_role("button").click()
        expect(page).to_have_url(re.compile(r"/zoeken\?q=slimme"))
        expect(page.get_by_role("searchbox")).to_have_value("slimme stad")
        first = page.locator(".items a.name").first
        name = first.inner_text()
        first.click()
        expect(page.locator("h1")).to_have_text(name)


def test_language_switch_keeps_the_place(chromium: Browser, site: str, places: list[str]) -> None:
    with visitor(chromium) as page:
        for address in places:
            if "niets" in address or "langwoord" in address:
                continue
            page.goto(address)
            here = urlsplit(page.url).path
            assert page.locator("html").get_attribute("lang") == "nl"
            page.locator(".lang-switch").click()
            expect(page.locator("html")).to_have_attribute("lang", "en")
            there = urlsplit(page.url)
            if here != "/catalog":
                assert there.path == here
            assert "lang=en" in there.query
            # and stays chosen on the way
            page.locator("nav").first.locator("a").first.click()
            expect(page.locator("html")).to_have_attribute("lang", "en")
            page.locator(".lang-switch").click()
            expect(page.locator("html")).to_have_attribute("lang", "nl")


def test_language_follows_the_browser(chromium: Browser, site: str) -> None:
    for language, expected in (("nl-BE", "nl"), ("en-GB", "en"), ("fr-BE", "nl")):
        with visitor(chromium, language=language) as page:
            page.goto(site)
            expect(page.locator("html")).to_have_attribute("lang", expected)


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_window(chromium: Browser, places: list[str], width: int) -> None:
    wide = {}
    with visitor(chromium, width=width) as page:
        for address in places:
            page.goto(address)
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if over > 0:
                wide[address] = over
    assert wide == {}


def test_pages_are_labelled_for_everyone(chromium: Browser, places: list[str]) -> None:
    with visitor(chromium) as page:
        for address in places:
            page.goto(address)
            assert page.locator("h1").count() == page.locator("main").count() == 1
            assert page.title().strip()
            unnamed = page.evaluate(
                """[...document.querySelectorAll('input:not([type=hidden]), textarea, select')]
                   .filter(e => !e.labels.length && !e.ariaLabel).length"""
            )
            assert unnamed == 0, address
            assert page.evaluate(
                # also of what is folded away
                "[...document.querySelectorAll('a')].filter(a => !a.textContent.trim()).length"
            ) == 0, address  # fmt: skip
            ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
            assert len(ids) == len(set(ids)), address
            levels = page.evaluate(
                "[...document.querySelectorAll('h1,h2,h3,h4')].map(e => +e.tagName[1])"
            )
            assert all(two - one <= 1 for one, two in itertools.pairwise(levels)), address


def test_keyboard_reaches_the_content_first(chromium: Browser, site: str) -> None:
    with visitor(chromium) as page:
        page.goto(site)
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        expect(focused).to_have_attribute("href", "#inhoud")
        expect(focused).to_be_in_viewport()
        page.keyboard.press("Enter")
        # the browser moves on its own time
        page.wait_for_url("**/#inhoud")
        # the next stop lies in the content
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_keyboard_alone_searches(chromium: Browser, site: str) -> None:
    with visitor(chromium) as page:
        page.goto(site)
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.type === 'search'"):
                break
        page.keyboard.type("stad")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/zoeken\?q=stad"))


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_query_page_runs_a_query(chromium: Browser, site: str, javascript: bool) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}sparql")
        page.locator(".examples a").first.click()
        expect(page.locator("table tbody tr").first).to_be_visible()
        # with an editor or without, the form is there
        page.goto(f"{site}sparql")
        # where the editor is there it comes in place of the field
        page.wait_for_load_state("networkidle")
        page.get_by_role("textbox", name="Zoekvraag").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("SELECT ('gevonden' AS ?x) {}")
        page.locator("form.query button").click()
        expect(page.locator("table tbody td")).to_have_text("gevonden")
