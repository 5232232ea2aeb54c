"""A steward at the lab in Chromium: drop, filter, download; with and without JavaScript."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.visitor import visitor
from tests.conftest import ROOT

pytestmark = pytest.mark.browser
EVIL = "<img src=x onerror=alert(1)>"
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
"""
MANY = PREFIXES + "".join(
    f'<https://stad.test/d/{n}> a dcat:Dataset ; dct:title "Lijst {n} {EVIL}"@nl .\n'
    for n in range(30)
)
CONFORM = ROOT / "tests" / "data" / "shapes" / "dcat-ap-vl-3.0" / "conform.ttl"


def choose(page: Page, text: str, name: str = "veel.ttl") -> None:
    file = {"name": name, "mimeType": "text/turtle", "buffer": text.encode()}
    page.set_input_files("#file", file)  # type: ignore[arg-type]


def check(page: Page) -> None:
    page.get_by_role("button", name="Kijk na", exact=True).click()
    expect(page.locator(".report h2").first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_file_is_checked_and_the_report_read(
    chromium: Browser, site: str, javascript: bool
) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}validate?profile=dcat-ap-vl-3.0")
        choose(page, MANY)
        check(page)
        expect(page.locator(".report h2").first).to_have_text("veel.ttl: Voldoet niet")
        # the picture says its numbers, and leads to the causes
        first = page.locator(".bars a").first
        expect(first.locator(".label")).to_have_text("Fout")
        first.click()
        # the browser moves on its own time
        page.wait_for_url(lambda url: url.endswith("#c1-1"))
        expect(page.locator("#c1-1")).to_be_in_viewport()
        expect(page.locator("#c1-1 tbody tr").first).to_contain_text(f"Lijst 0 {EVIL}")
        if javascript:
            assert page.evaluate("document.querySelector('#file').files.length") == 1


def test_what_conforms_and_what_cannot_be_read(chromium: Browser, site: str) -> None:
    with visitor(chromium) as page:
        page.goto(f"{site}validate?profile=dcat-ap-vl-3.0")
        choose(page, CONFORM.read_text(encoding="utf-8"), "goed.ttl")
        check(page)
        expect(page.locator(".report .good")).to_have_text("Voldoet")
        # who reads with the ears is led to the result
        expect(page.locator("#resultaat")).to_be_focused()
        choose(page, "<a> <b", "kapot.ttl")
        page.get_by_role("button", name="Kijk na", exact=True).click()
        expect(page.locator(".report h2")).to_have_text("kapot.ttl: Kan niet gelezen worden")
        page.set_input_files("#file", [])
        page.get_by_role("button", name="Kijk na", exact=True).click()
        expect(page.get_by_role("alert")).to_have_text("geef een bestand, een adres of tekst")


def test_a_dropped_file_and_pasted_text(chromium: Browser, site: str) -> None:
    with visitor(chromium) as page:
        page.goto(f"{site}validate")
        moved = page.evaluate_handle(
            """text => { const moved = new DataTransfer();
               moved.items.add(new File([text], 'gesleept.ttl', {type: 'text/turtle'}));
               return moved; }""",
            MANY,
        )
        page.dispatch_event("#nakijken", "drop", {"dataTransfer": moved})
        check(page)
        expect(page.locator(".report h2").first).to_contain_text("gesleept.ttl")
        page.goto(f"{site}validate")
        page.evaluate(
            """text => { const moved = new DataTransfer(); moved.setData('text/plain', text);
               document.body.dispatchEvent(new ClipboardEvent('paste',
                 {clipboardData: moved, bubbles: true})); }""",
            MANY,
        )
        expect(page.locator("#text")).to_have_value(MANY)
        check(page)
        expect(page.locator(".report h2").first).to_contain_text("Voldoet niet")


def test_filters_narrow_what_is_shown(chromium: Browser, site: str) -> None:
    with visitor(chromium) as page:
        page.goto(f"{site}validate?profile=dcat-ap-vl-3.0")
        choose(page, MANY)
        check(page)
        causes, shown = page.locator("article.cause"), page.locator("article.cause:visible")
        total = causes.count()
        page.get_by_label("Ernst").select_option("Warning")
        warnings = page.locator("article.cause.Warning").count()
        assert 0 < warnings < total
        expect(shown).to_have_count(warnings)
        expect(page.locator(".shown")).to_have_text(f"{warnings} van {total} oorzaken getoond")
        page.get_by_label("Ernst").select_option("")
        page.get_by_label("Woorden").fill("lijst 17 ")
        expect(shown.first.locator("tbody tr:visible")).to_have_count(1)
        expect(shown.first.locator("tbody tr:visible")).to_contain_text("Lijst 17")
        page.get_by_label("Woorden").fill("zxzxzx")
        expect(shown).to_have_count(0)
        page.get_by_label("Woorden").fill("")
        expect(shown).to_have_count(total)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_the_report_is_downloaded(chromium: Browser, site: str, javascript: bool) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}validate?profile=dcat-ap-vl-3.0")
        page.locator("#text").fill(MANY)
        check(page)
        with page.expect_download() as done:
            page.get_by_role("button", name="JSON", exact=True).click()
        assert done.value.suggested_filename == "validatie.json"
        assert json.loads(done.value.path().read_bytes())["counts"]["Violation"] >= 30


def test_the_keyboard_alone_checks(chromium: Browser, site: str) -> None:
    with visitor(chromium) as page:
        page.goto(f"{site}validate?profile=dcat-ap-vl-3.0")
        page.locator("#text").focus()
        page.keyboard.insert_text(MANY)
        for _ in range(6):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent === 'Kijk na'"):
                break
        page.keyboard.press("Enter")
        expect(page.locator(".report h2").first).to_contain_text("Voldoet niet")
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.querySelector('#resultaat').contains(document.activeElement)"
        )


@pytest.mark.parametrize("width", [360, 1280])
def test_no_report_is_wider_than_the_window(chromium: Browser, site: str, width: int) -> None:
    with visitor(chromium, width=width) as page:
        page.goto(f"{site}validate?profile=dcat-ap-vl-3.0")
        page.locator("#text").fill(MANY.replace("Lijst 3 ", "lang" * 80))
        check(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_what_is_certain_is_repaired(chromium: Browser, site: str, javascript: bool) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}validate")
        choose(page, MANY.replace('"Lijst', '" Lijst'), "los.ttl")
        page.get_by_role("button", name="Herstel wat zeker is").click()
        expect(page.get_by_role("status")).to_contain_text("30 herstellingen")
        expect(page.locator(".diff .more").first).to_contain_text(f'"Lijst 0 {EVIL}"@nl')
        if not javascript:
            # nothing is kept: without a script the file is chosen again
            choose(page, MANY.replace('"Lijst', '" Lijst'), "los.ttl")
        with page.expect_download() as done:
            page.get_by_role("button", name="Download het herstelde bestand").click()
        assert done.value.suggested_filename == "los.hersteld.ttl"
        assert b'"Lijst 29 ' in done.value.path().read_bytes()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_result_is_shared_and_removed(chromium: Browser, site: str, javascript: bool) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}validate?profile=dcat-ap-vl-3.0")
        page.locator("#text").fill(MANY)
        check(page)
        page.get_by_role("button", name="Bewaar dit resultaat 30 dagen").click()
        link = page.locator(".kept a")
        expect(link).to_be_visible()
        address = link.evaluate("link => link.href")
        with visitor(chromium, language="en-GB", javascript=javascript) as other:
            other.goto(address)
            expect(other.locator("h1")).to_have_text("Shared result")
            total = other.locator("article.cause").count()
            other.get_by_label("Severity").select_option("Warning")
            other.get_by_role("button", name="Narrow down").click()
            expect(other.locator("article.cause.Violation")).to_have_count(0)
            assert 0 < other.locator("article.cause").count() < total
            with other.expect_download() as done:
                other.get_by_role("link", name="CSV").click()
            assert b"Lijst 29" in done.value.path().read_bytes()
        page.get_by_role("button", name="Nu verwijderen").click()
        expect(page.get_by_text("Het verslag is verwijderd.")).to_be_visible()
        assert page.goto(address).status == 404  # type: ignore[union-attr]


def test_behind_a_path_what_comes_into_the_page_leads_nowhere_else(
    chromium: Browser, site: str
) -> None:
    def proxied(route: Route) -> None:
        url = route.request.url.replace("/pad/", "/", 1)
        route.fulfill(response=route.fetch(url=url))

    with visitor(chromium) as page:
        page.route("**/pad/**", proxied)
        page.goto(f"{site}pad/validate?profile=dcat-ap-vl-3.0")
        page.locator("#text").fill(MANY.replace('"Lijst', '" Lijst'))
        for button in ("Bewaar dit resultaat 30 dagen", "Herstel wat zeker is"):
            check(page)
            page.get_by_role("button", name=button).click()
            expect(page.locator(".kept a, .diff").first).to_be_visible()
            reached = page.locator("#resultaat :is(a, form, button)").evaluate_all(
                "all => all.map((one) => one.href || one.action || one.formAction)"
            )
            own = [address for address in reached if address.startswith(site)]
            assert own
            assert all(address.startswith(f"{site}pad/") for address in own)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that goes through in chunks."""
    path = tmp_path_factory.mktemp("groot") / "groot.ttl"
    path.write_text(PREFIXES + "".join(
        f'<https://stad.test/d/{n}> a dcat:Dataset ; dct:title "Set {n}"@nl ; '
        f'<https://stad.test/n> "{"x" * 8_000}" .\n' for n in range(4_000)
    ), encoding="utf-8")  # fmt: skip
    return path


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_large_file_is_followed(
    chromium: Browser, site: str, large: Path, javascript: bool
) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}validate?profile=dcat-ap-vl-3.0")
        page.set_input_files("#file", large)
        page.get_by_role("button", name="Kijk na", exact=True).click()
        expect(page.get_by_role("progressbar", name="Voortgang")).to_be_visible(timeout=30_000)
        assert "/validate/jobs/" in page.url
        expect(page.locator(".report h2").first).to_have_text(
            "groot.ttl: Voldoet niet", timeout=90_000
        )
        assert page.locator("article.cause").count() > 1
        with page.expect_download() as done:
            page.get_by_role("link", name="CSV").click()
        assert b"Set 18," in done.value.path().read_bytes()


def test_a_long_check_is_stopped(chromium: Browser, site: str, large: Path) -> None:
    with visitor(chromium) as page:
        page.goto(f"{site}validate?profile=dcat-ap-vl-3.0")
        page.set_input_files("#file", large)
        page.get_by_role("button", name="Kijk na", exact=True).click()
        expect(page.get_by_role("progressbar", name="Voortgang")).to_be_visible(timeout=30_000)
        address = page.url
        page.get_by_role("button", name="Stop de controle").click()
        expect(page.get_by_role("status")).to_contain_text("De controle is gestopt")
        assert page.request.get(address).status == 404
