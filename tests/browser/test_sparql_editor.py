"""A developer at /sparql in Chromium: the editor, its completion, examples, mistakes, downloads."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import visitor
from tests.conftest import ROOT

pytestmark = pytest.mark.browser
SCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
CHOSEN = [
    "Wie neemt deel aan de meeste projecten?",
    "Hoeveel projecten en instrumenten zijn er per domein?",
    "Welke steden en gemeenten ondertekenden het Open Data Charter?",
    "Hoeveel dingen van elke klasse?",
    "Brondocumenten",
]


@pytest.fixture(autouse=True, scope="module")
def editor_is_there() -> None:
    if not (ROOT / "app" / "web" / "static" / "yasqe.js").is_file():
        pytest.skip("the editor is not there: make editor, which needs npm")


@contextmanager
def editing(chromium: Browser, site: str, query: str = "") -> Iterator[Page]:
    with visitor(chromium) as page:
        page.goto(f"{site}sparql" + (f"?query={quote(query)}" if query else ""))
        expect(page.locator(".CodeMirror")).to_be_visible()
        yield page


def write(page: Page, text: str) -> None:
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_editor_takes_the_place_of_the_field(chromium: Browser, site: str) -> None:
    with editing(chromium, site) as page:
        expect(page.locator("#query")).to_be_hidden()
        expect(page.get_by_role("textbox", name="Zoekvraag")).to_be_attached()
        expect(page.locator(".CodeMirror .cm-keyword").first).to_have_text("BASE")
        stored = page.evaluate("Object.keys(localStorage)")
        assert stored == []
        # nothing of it speaks English
        assert "autocomplete" not in page.locator("main").inner_text()


@SCRIPT
def test_examples_open_with_their_result(chromium: Browser, site: str, javascript: bool) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}sparql")
        for title in CHOSEN:
            closed = page.locator(".examples details:not([open]) > summary")
            while closed.count():
                closed.first.click()
            page.locator(".examples").get_by_role("link", name=title).click()
            expect(page.locator("#kop")).to_have_text(title)
            expect(page.locator("#resultaat [role=status]")).to_contain_text(
                re.compile(r"^\d+ rijen in \d+,\d+ s\.")
            )
            expect(page.locator("#resultaat tbody tr").first).to_be_visible()
            expect(page.locator(".examples [aria-current]")).to_have_text(title)
        page.go_back()
        expect(page.locator("#kop")).to_have_text(CHOSEN[-2])


def test_an_example_is_found_by_its_words(chromium: Browser, site: str) -> None:
    with editing(chromium, site) as page:
        find, shown = page.get_by_label("Zoek een voorbeeld"), page.locator(".examples li:visible")
        find.fill("open data charter")
        expect(shown).to_have_count(1)
        find.fill("xyzxyz")
        expect(shown).to_have_count(0)
        expect(page.get_by_text("Geen voorbeeld met die woorden.")).to_be_visible()
        find.fill("")
        assert shown.count() >= 20


def test_completion_knows_what_the_release_holds(chromium: Browser, site: str) -> None:
    hints = ".CodeMirror-hints li"
    with editing(chromium, site) as page:
        write(page, "SELECT * WHERE { ?s a vijf")
        page.keyboard.press("Control+Space")
        expect(page.locator(hints).filter(has_text="vijfster:Instrument").first).to_be_visible()
        assert all(name.startswith("vijfster:") for name in page.locator(hints).all_inner_texts())
        page.keyboard.press("Enter")
        # its prefix comes with it
        expect(page.locator("#query")).to_have_value(
            re.compile(r"^PREFIX vijfster: <[^>]+ns/vijfster#>\nSELECT \* WHERE \{ \?s a vijfster:")
        )
        write(page, "SELECT * WHERE { ?s titl")
        page.keyboard.press("Control+Space")
        expect(page.locator(hints).first).to_have_text("dct:title")
        page.keyboard.press("Escape")
        write(page, "SELECT * FROM ")
        page.keyboard.press("Control+Space")
        expect(page.locator(hints).filter(has_text="/id/graaf/projecten>")).to_have_count(1)


def test_the_keyboard_alone_asks(chromium: Browser, site: str) -> None:
    with editing(chromium, site) as page:
        write(page, "SELECT (1 AS ?een) {}")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Voer uit")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#resultaat [role=status]")).to_contain_text("1 rij in")
        assert page.url.endswith("#resultaat")
        # the address is the permalink
        again = page.url
        page.goto("about:blank")
        page.goto(again)
        expect(page.locator("#query")).to_have_value("SELECT (1 AS ?een) {}")
        expect(page.locator("#resultaat td")).to_have_text("1")


def test_mistakes_are_shown_where_they_are(chromium: Browser, site: str) -> None:
    with editing(chromium, site) as page:
        write(page, "SELECT *\nWHERE { ?s ?p }")
        expect(page.locator("#vraag [role=status]")).to_have_text("Regel 2 klopt nog niet.")
        # what the editor would say in English by markup of its own stays away
        page.locator(".parseErrorIcon").hover()
        expect(page.locator(".yasqe_tooltip")).to_have_count(0)
        page.get_by_role("button", name="Voer uit").click()
        expect(page.get_by_role("alert")).to_contain_text("De zoekvraag is geweigerd")
        expect(page.locator(".CodeMirror .refused")).to_have_count(1)
        write(page, "SELECT * WHERE { ?s ?p ?o } LIMIT 1")
        expect(page.locator("#vraag [role=status]")).to_have_text("")
        expect(page.locator(".CodeMirror .refused")).to_have_count(0)


def test_a_long_query_is_asked_too(chromium: Browser, site: str) -> None:
    with editing(chromium, site) as page:
        page.evaluate(
            "document.querySelector('.CodeMirror').CodeMirror.setValue("
            "'SELECT (1 AS ?een) {} # ' + 'x'.repeat(9000))"
        )
        page.get_by_role("button", name="Voer uit").click()
        expect(page.locator("#resultaat td")).to_have_text("1")
        expect(page.get_by_text("te lang voor een link")).to_be_visible()
        assert "query=" not in page.url
        with page.expect_download() as done:
            page.get_by_role("button", name="CSV").click()
        assert done.value.path().read_bytes().split() == [b"een", b"1"]


@SCRIPT
def test_a_chart_and_a_download(chromium: Browser, site: str, javascript: bool) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}sparql")
        page.get_by_role("link", name=CHOSEN[1]).click()
        bars = page.locator(".chart li.bar")
        expect(bars.first.locator(".label")).to_be_visible()
        assert bars.count() == page.locator("#resultaat tbody tr").count()
        boxes = [bars.nth(n).locator("rect").bounding_box() for n in range(bars.count())]
        widths = [box["width"] for box in boxes if box]
        numbers = [int(bars.nth(n).locator(".value").inner_text()) for n in range(bars.count())]
        assert widths[0] / widths[1] == pytest.approx(numbers[0] / numbers[1], rel=0.02)
        with page.expect_download() as done:
            page.get_by_role("link", name="CSV", exact=True).click()
        assert done.value.suggested_filename == "sparql.csv"
        rows = list(csv.reader(done.value.path().read_text(encoding="utf-8").splitlines()))
        assert len(rows) == 1 + len(numbers)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("query", ["", "SELECT * { ?s ?p ?o } LIMIT 20", "SELECT * { ?s"])
def test_nothing_is_wider_than_the_window(
    chromium: Browser, site: str, width: int, query: str
) -> None:
    with visitor(chromium, width=width, language="en-GB") as page:
        page.goto(f"{site}sparql" + (f"?query={quote(query)}" if query else ""))
        expect(page.locator(".CodeMirror")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
