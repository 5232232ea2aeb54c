"""A mayor and a steward at `/score` in Chromium: our own card, another catalog, links, a job."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import visitor

pytestmark = pytest.mark.browser
EVIL = "<img src=x onerror=alert(1)>"
HEAD = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
"""
MANY = HEAD + "".join(
    f'<https://stad.test/d/{n:02}> a dcat:Dataset ; dct:title "Lijst {n:02} {EVIL}"@nl .\n'
    for n in range(30)
)
SCORE, LINKS = "Geef de score", "Geef de score en ga de adressen na"


def choose(page: Page, text: str = MANY, name: str = "veel.ttl") -> None:
    file = {"name": name, "mimeType": "text/turtle", "buffer": text.encode()}
    page.set_input_files("#file", file)  # type: ignore[arg-type]


def score(page: Page, name: str = SCORE) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".score .total")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_catalog_is_scored_sorted_and_downloaded(
    chromium: Browser, site: str, javascript: bool
) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}score")
        expect(page.locator(".score h2").first).to_have_text("Onze eigen catalogus")
        choose(page)
        score(page)
        expect(page.locator(".score h2").first).to_have_text("veel.ttl")
        expect(page.locator("ol.todo").first.locator("> li")).to_have_count(3)
        expect(page.locator("table.scores tbody tr")).to_have_count(25)
        expect(page.locator("#resultaat img")).to_have_count(0)
        # a row leads to its dataset, which opens
        page.locator("table.scores a").first.click()
        expect(page.locator("#dataset-1")).to_be_visible()
        if not javascript:
            choose(page)
        page.get_by_role("button", name="op titel").click()
        expect(page.locator("table.scores th a").first).to_contain_text("Lijst 00")
        if not javascript:
            choose(page)
        page.get_by_role("button", name="Volgende").click()
        expect(page.locator("table.scores tbody tr")).to_have_count(5)
        if not javascript:
            choose(page)
        with page.expect_download() as done:
            page.get_by_role("button", name="CSV (rekenblad)").click()
        assert done.value.suggested_filename == "score.csv"
        assert done.value.path().read_bytes().count(b"https://stad.test/d/") == 30


def test_our_own_card_needs_no_form(chromium: Browser, site: str) -> None:
    with visitor(chromium, javascript=False) as page:
        page.goto(f"{site}score")
        expect(page.locator(".scale svg")).to_be_visible()
        page.get_by_role("link", name="op titel").click()
        expect(page.locator("strong.chip")).to_have_text("op titel")
        with page.expect_download() as done:
            page.get_by_role("link", name="tekst voor een e-mail").click()
        assert "Doe eerst:" in done.value.path().read_text(encoding="utf-8")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_with_links_it_is_followed(chromium: Browser, site: str, javascript: bool) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}score")
        choose(page)
        page.get_by_role("button", name=LINKS).click()
        expect(page.locator(".score .total")).to_be_visible(timeout=60_000)
        assert "/score/jobs/" in page.url
        page.get_by_role("link", name="op titel").click()
        expect(page.locator("table.scores th a").first).to_contain_text("Lijst 00")


def test_what_cannot_be_read_is_told(chromium: Browser, site: str) -> None:
    with visitor(chromium) as page:
        page.goto(f"{site}score")
        choose(page, "geen rdf")
        page.get_by_role("button", name=SCORE, exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("veel.ttl")
        assert page.evaluate("document.querySelector('#file').files.length") == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_rules_that_are_not_met_are_checked_of_the_same_text(
    chromium: Browser, site: str, javascript: bool
) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}score")
        page.fill("#text", "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
                  "<https://stad.test/d> a dcat:Dataset .")  # fmt: skip
        score(page, SCORE)
        # the rule itself, and all of them on the page that checks
        expect(page.locator(".todo .findings li").first).to_contain_text("dct:description")
        page.click("button[name=profile]")
        page.wait_for_url("**/validate**")
        expect(page.locator("#resultaat")).to_contain_text("dct:description")
        expect(page.locator("#profile")).to_have_value("dcat-ap-3.0.1")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_card_is_wider_than_the_window(
    chromium: Browser, site: str, shared: Path, width: int, language: str
) -> None:
    with visitor(chromium, width=width, language=language) as page:
        page.goto(f"{site}score")
        page.set_input_files("#file", shared / "standards" / "examples" / "dcat-feed-mow.rdf")
        score(page, SCORE if language == "nl" else "Score it")
        expect(page.locator(".score h2").first).to_have_text("dcat-feed-mow.rdf")
        page.evaluate("document.querySelectorAll('#resultaat details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_every_heading_table_and_picture_has_its_name(chromium: Browser, site: str) -> None:
    with visitor(chromium) as page:
        page.goto(f"{site}score")
        levels = page.evaluate(
            "[...document.querySelectorAll('main :is(h1,h2,h3,h4,h5)')].map(h => +h.tagName[1])"
        )
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        unnamed = page.evaluate(
            "[...document.querySelectorAll('main svg')].filter(s => !s.getAttribute('aria-label')"
            " && s.getAttribute('aria-hidden') !== 'true').length"
        )
        assert unnamed == 0
        assert page.evaluate("[...document.querySelectorAll('main th')].every(th => th.scope)")
        assert page.evaluate(
            "[...document.querySelectorAll('main :is(input,textarea)')]"
            ".every(field => field.type === 'hidden' || field.labels.length)"
        )
