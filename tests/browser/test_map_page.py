"""A steward maps a table in Chromium: drop, propose, edit, preview, download."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import visitor

pytestmark = pytest.mark.browser
EVIL = "<img src=x onerror=alert(1)>"
TABLE = (
    "Onze organisaties;;\nOVO-code;Naam;Website\nOVO000001;Stad Gent;https://gent.be\n"
    "OVO000002;Brugge;https://brugge.be\nOVO000003;Leuven;https://leuven.be\n"
    f"OVO000004;{EVIL};javascript:alert(1)\nOVO000005;+1+1;geen site\n"
)
PROPOSE, SHOW = "Stel een mapping voor", "Toon wat het wordt"
MAPPING = """prefixes: {ex: https://stad.test/ns#}
mappings:
  boom:
    sources: [[bomen.csv~csv]]
    s: id/boom/$(nr)
    po: [[a, ex:Boom], [skos:prefLabel, $(naam), nl~lang]]
"""


def choose(page: Page, data: str | bytes = TABLE, name: str = "lijst.csv") -> None:
    raw = data.encode() if isinstance(data, str) else data
    file = {"name": name, "mimeType": "text/csv", "buffer": raw}
    page.set_input_files("#file", file)  # type: ignore[arg-type]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in [line.split(";") for line in TABLE.splitlines()]:
        book.active.append(row)
    book.active.title = "Actoren"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_table_is_proposed_for_changed_and_downloaded(
    chromium: Browser, site: str, javascript: bool
) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}map")
        choose(page, workbook(), "lijst.xlsx")
        page.get_by_label("Wat is elke rij?").select_option("organisatie")
        page.get_by_role("button", name=PROPOSE).click()
        row = page.locator("table.proposal tr", has_text="OVO-code")
        expect(row).to_contain_text("zeker (100%)")
        wrong = page.locator("table.wrong tbody tr")
        expect(wrong).to_have_count(1)
        expect(wrong).to_contain_text("C7, blad Actoren")
        expect(wrong).to_contain_text("is geen webadres")
        expect(page.get_by_text("Er is niets gepubliceerd en niets bewaard.")).to_be_visible()
        expect(page.locator("article.thing h4").first).to_have_text("Stad Gent")
        expect(page.locator("article.thing .cell").first).to_contain_text("B3, blad Actoren")
        expect(page.locator("#resultaat img")).to_have_count(0)
        # changed, and mapped again; nothing was kept, so without a script it is chosen again
        text = page.locator("#mapping").input_value()
        assert "mappings:" in text
        page.locator("#mapping").fill(text.replace("skos:prefLabel", "dct:title"))
        if not javascript:
            choose(page, workbook(), "lijst.xlsx")
        page.get_by_role("button", name=SHOW).click()
        expect(page.locator("article.thing dt", has_text="titel").first).to_be_visible()
        expect(page.locator("table.proposal")).to_have_count(0)
        for name, file in (("Turtle", "lijst.ttl"), ("mapping", "lijst.mapping.yml")):
            if not javascript:
                choose(page, workbook(), "lijst.xlsx")
            with page.expect_download() as done:
                page.get_by_role("button", name=name, exact=True).click()
            assert done.value.suggested_filename == file
            data = done.value.path().read_bytes()
            if name == "Turtle":
                assert len(list(ox.parse(data, ox.RdfFormat.TURTLE))) == 19
            else:
                assert b"dct:title" in data


def test_a_dropped_table_with_the_steward_s_own_mapping(chromium: Browser, site: str) -> None:
    with visitor(chromium) as page:
        page.goto(f"{site}map")
        moved = page.evaluate_handle(
            """text => { const moved = new DataTransfer();
               moved.items.add(new File([text], 'bomen maart.csv', {type: 'text/csv'}));
               return moved; }""",
            "nr,naam\n1,Eik\n2,Beuk\n",
        )
        page.dispatch_event("#omzetten", "drop", {"dataTransfer": moved})
        mapping = {"name": "m.yml", "mimeType": "text/yaml", "buffer": MAPPING.encode()}
        page.set_input_files("#mappingbestand", mapping)  # type: ignore[arg-type]
        page.get_by_role("button", name=SHOW).click()
        expect(page.get_by_role("status").first).to_contain_text("2 rijen gelezen, 4 uitspraken")
        expect(page.locator("#resultaat .good").first).to_have_text(
            "Geen enkele cel gaf een probleem."
        )
        # the file of the mapping is in the text now, to be changed
        expect(page.locator("#mapping")).to_have_value(MAPPING.rstrip("\n") + "\n")
        page.locator("#mapping").fill(MAPPING.replace("$(naam)", "$(nam)"))
        page.get_by_role("button", name=SHOW).click()
        expect(page.get_by_role("alert")).to_contain_text('Bedoelde u "naam"?')
        # what was chosen and written is still there
        assert page.evaluate("document.querySelector('#file').files.length") == 1
        expect(page.locator("#mapping")).to_have_value(MAPPING.replace("$(naam)", "$(nam)"))


def test_cells_copied_from_a_spreadsheet_are_a_table(chromium: Browser, site: str) -> None:
    with visitor(chromium) as page:
        page.goto(f"{site}map")
        page.evaluate(
            """text => { const moved = new DataTransfer(); moved.setData('text/plain', text);
               document.body.dispatchEvent(new ClipboardEvent('paste',
                 {clipboardData: moved, bubbles: true})); }""",
            "nr\tnaam\n1\tEik\n",
        )
        page.locator("#mapping").fill(MAPPING)
        page.get_by_role("button", name=SHOW).click()
        expect(page.get_by_text("De kolommen zijn door tabs gescheiden.")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_result_is_wider_than_the_window(
    chromium: Browser, site: str, width: int, language: str
) -> None:
    with visitor(chromium, width=width, language=language) as page:
        page.goto(f"{site}map")
        choose(page, TABLE.replace("Brugge", "lang" * 80))
        page.locator("#soort").select_option("organisatie")
        page.locator("button[name=propose]").click()
        expect(page.locator("table.proposal")).to_be_visible()
        page.evaluate("document.querySelectorAll('#resultaat details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table that is followed rather than waited for."""
    path = tmp_path_factory.mktemp("groot") / "bomen.csv"
    rows = (f"{n},Boom {n} {'x' * 40}\n" for n in range(150_000))
    path.write_text("nr,naam\n" + "".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_large_table_is_followed(
    chromium: Browser, site: str, large: Path, javascript: bool
) -> None:
    with visitor(chromium, javascript=javascript) as page:
        page.goto(f"{site}map")
        page.set_input_files("#file", large)
        page.locator("#mapping").fill(MAPPING)
        page.get_by_role("button", name=SHOW).click()
        status = page.locator("#resultaat [role=status]").first
        expect(status).to_contain_text("150.000 rijen gelezen", timeout=60_000)
        # with a script the page, and what was chosen, stay
        assert ("/map/jobs/" in page.url) != javascript
        with page.expect_download() as done:
            page.get_by_role("link", name="verslag (JSON)").click()
        told = json.loads(done.value.path().read_bytes())
        assert told["quads"] == 300_000
        assert told["published"] is False
