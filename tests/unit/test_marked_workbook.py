"""The workbook back: wrong cells marked, a list of findings, everything else as it was."""

from __future__ import annotations

import html
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from typer.testing import CliRunner

from app.cli.main import app
from app.tables.marking import sheet_name
from app.validation.forms import FORMS
from app.validation.sources import Source
from tests.http.support import Page
from tests.unit.inventory import (
    TREES,
    Rows,
    as_bytes,
    as_csv,
    as_xlsx,
    book,
    checked,
    codes,
    lab,
    rows_of,
    whole,
)

BOMEN = TREES / "data" / "bomen.csv"
EVIL = '=HYPERLINK("https://evil.test","klik")'
RED, YELLOW = "00FFC7CE", "00FFEB9C"


def wrong() -> Rows:
    rows = rows_of(BOMEN)
    rows[1][1], rows[2][3] = "spar", "19"
    return rows


def handed_back(data: bytes, name: str, lang: str = "nl", **more: Any) -> openpyxl.Workbook:
    model = whole(data, name, **more)
    out = lab().workbook(model, lang, Source(data, name, name=name))
    return openpyxl.load_workbook(io.BytesIO(out))


def table(page: Any) -> list[dict[str, Any]]:
    """The list of the first sheet, as rows by head."""
    rows = list(page.iter_rows())
    head = next(n for n, row in enumerate(rows) if row[1].value in {"Cel", "Cell"})
    names = [cell.value for cell in rows[head]]
    return [dict(zip(names, row, strict=True)) for row in rows[head + 1 :]]


def test_wrong_cells_are_coloured_and_commented_and_the_rest_is_as_it_was() -> None:
    made = book({"bomen": wrong(), "Leesmij": [["Van ons", 3.5, "=1+1"]]})
    page = made["bomen"]
    page["A1"].font, page["C2"].number_format = Font(bold=True), "0.00"
    page["D3"].comment = Comment("van ons", "collega")
    page["F2"].fill = PatternFill("solid", fgColor="00FF00")
    page.column_dimensions["B"].width = 33
    page.freeze_panes = "A2"
    made["Leesmij"].sheet_state = "hidden"
    back = handed_back(as_bytes(made), "groen.xlsx")
    assert back.sheetnames == ["Bevindingen", "bomen", "Leesmij"]
    assert back.active is not None
    assert back.active.title == "Bevindingen"
    marked = {cell.coordinate: cell for row in back["bomen"].iter_rows() for cell in row
              if cell.comment}  # fmt: skip
    assert set(marked) == {"B2", "D3"}
    assert {cell.fill.fgColor.rgb for cell in marked.values()} == {RED}
    assert "Kies uit: eik, beuk, linde" in marked["B2"].comment.text
    # a comment that stood there stays
    assert marked["D3"].comment.text.startswith("van ons")
    assert "jaartal" in marked["D3"].comment.text
    for before, after in ((page, back["bomen"]), (made["Leesmij"], back["Leesmij"])):
        for row in before.iter_rows():
            for cell in row:
                same = after[cell.coordinate]
                assert (same.value, same.number_format) == (cell.value, cell.number_format)
                assert same.font.bold == cell.font.bold
                if cell.coordinate not in marked:
                    assert same.fill.fgColor.rgb == cell.fill.fgColor.rgb
    assert back["bomen"].column_dimensions["B"].width == 33
    assert back["bomen"].freeze_panes == "A2"
    assert back["Leesmij"].sheet_state == "hidden"
    assert [sheet.sheet_view.tabSelected for sheet in back.worksheets].count(True) <= 1


@pytest.mark.parametrize(("lang", "title"), [("nl", "Bevindingen"), ("en", "Findings")])
def test_the_first_sheet_lists_all_with_links_to_the_cells(lang: str, title: str) -> None:
    data = as_xlsx({"de 'bomen'": wrong()})
    back = handed_back(data, "groen.xlsx", lang)
    page = back.worksheets[0]
    assert page.title == title
    found = table(page)
    place = "Cel" if lang == "nl" else "Cell"
    assert {row[place].value for row in found} == {"B2", "D3"}
    links = {row[place].hyperlink.location for row in found}
    assert links == {"'de ''bomen'''!B2", "'de ''bomen'''!D3"}
    assert all(row[place].hyperlink.target is None for row in found)
    text = " ".join(str(cell.value) for row in found for cell in row.values())
    assert ("Kies uit" in text) == (lang == "nl")
    assert ("Choose from" in text) == (lang == "en")


def test_of_csv_a_new_workbook_is_made_in_which_nothing_is_a_formula() -> None:
    rows = wrong()
    rows[1][0], rows[1][5], rows[2][2] = "007", EVIL, "@SUM(1)"
    back = handed_back(as_csv(rows, delimiter=";", encoding="cp1252"), "bomen.csv")
    assert back.sheetnames == ["Bevindingen", "bomen"]
    cells = [cell for page in back.worksheets for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.value is None for cell in cells if cell.data_type == "n")
    assert back["bomen"]["A2"].value == "007"
    assert back["bomen"]["F2"].value == EVIL
    assert back["bomen"]["F2"].quotePrefix
    assert back["bomen"]["B2"].fill.fgColor.rgb == RED
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            assert (back["bomen"].cell(number, column).value or "") == text


def test_a_warning_of_a_profile_is_yellow_and_a_row_is_marked_at_its_first_cell() -> None:
    shapes = b"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix groen: <ns/groen#> .
        [] a sh:NodeShape ; sh:targetClass groen:Boom ; sh:severity sh:Warning ;
          sh:property [ sh:path groen:rapport ; sh:minCount 1 ; sh:severity sh:Warning ] ."""
    found = lab()
    own = found.own_shapes(Source(shapes, "eigen.ttl", base=found.places.base))
    back = handed_back(BOMEN.read_bytes(), "bomen.csv", profiles=[own])
    assert back["bomen"]["A2"].fill.fgColor.rgb == YELLOW
    assert back["bomen"]["B2"].comment is None


@pytest.mark.parametrize("said", ["", ' ; sh:message "Kies iets anders."@nl'])
def test_a_remedy_that_points_nowhere_is_left_out(said: str) -> None:
    shapes = f"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix groen: <ns/groen#> .
        [] a sh:NodeShape ; sh:targetClass groen:Boom ;
          sh:property [ sh:path groen:hoogte ; sh:hasValue 12 {said} ] ."""
    found = lab()
    own = found.own_shapes(Source(shapes.encode(), "eigen.ttl", base=found.places.base))
    back = handed_back(BOMEN.read_bytes(), "bomen.csv", profiles=[own])
    assert ("precies deze" in back["bomen"]["C2"].comment.text) is not bool(said)


def test_a_merged_cell_is_marked_where_it_is_shown() -> None:
    made = book({"bomen": wrong()})
    made["bomen"].merge_cells("A2:B2")
    back = handed_back(as_bytes(made), "b.xlsx")
    assert back["bomen"]["A2"].comment is not None


def test_what_was_marked_and_mended_loses_its_mark() -> None:
    made = handed_back(as_xlsx({"bomen": wrong()}), "b.xlsx")
    made["bomen"]["B2"] = "eik"
    back = handed_back(as_bytes(made), "b.xlsx")
    assert back.sheetnames == ["Bevindingen", "bomen"]
    assert back["bomen"]["B2"].comment is None
    assert back["bomen"]["B2"].fill.fgColor.rgb not in {RED, YELLOW}
    assert back["bomen"]["D3"].fill.fgColor.rgb == RED
    assert back["bomen"]["D3"].comment.text.count("jaartal") == 1


def test_what_cannot_be_kept_is_told() -> None:
    made = as_xlsx({"bomen": wrong()})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry))
        new.writestr("xl/vbaProject.bin", b"macro")
        new.writestr("xl/media/foto.png", b"foto")
    back = handed_back(out.getvalue(), "b.xlsm")
    said = " ".join(str(row[0].value) for row in back.worksheets[0].iter_rows())
    assert "afbeeldingen, macro's" in said
    again = io.BytesIO()
    back.save(again)
    assert "xl/vbaProject.bin" not in zipfile.ZipFile(again).namelist()


def test_what_is_unreadable_or_rdf_gives_the_list_alone() -> None:
    back = handed_back(b"a;b\n1;2\n", "x.csv")
    assert back.sheetnames == ["Bevindingen"]
    assert "geen enkele tabel" in str(back.active["A2"].value)
    turtle = b"@prefix dcat: <http://www.w3.org/ns/dcat#> .\n<urn:a> a dcat:Dataset ."
    back = handed_back(turtle, "x.ttl", profiles=[lab().profile("dcat-ap-vl-3.0")])
    found = table(back.worksheets[0])
    assert found
    assert {row["Cel"].value for row in found} == {"2"}
    assert all(row["Cel"].hyperlink is None for row in found)


def test_a_sheet_is_called_as_excel_allows() -> None:
    assert sheet_name("map/[2026] a:b?.csv") == "_2026_ a_b_"
    assert len(sheet_name("x" * 80 + ".csv")) == 31
    assert sheet_name("'.csv") == "CSV"


# the other forms


def test_every_form_names_the_cell() -> None:
    model = whole(as_xlsx({"bomen": wrong()}), "groen.xlsx")
    bodies = {name: make(model, "nl").decode() for name, (_, make) in FORMS.items()}
    assert "blad bomen, cel B2 (soort)" in bodies["text"]
    page = Page.of(bodies["html"])
    assert "blad bomen, cel B2 (soort)" in page.text
    assert page.dangers == []
    for name in ("csv", "sarif", "junit"):
        assert "groen.xlsx#sheet=bomen&cell=B2" in html.unescape(bodies[name]), name
    run = json.loads(bodies["sarif"])["runs"][0]
    assert {item["ruleId"] for item in run["results"]} == {
        "datapackage/bomen.soort/enum", "datapackage/bomen.geplant/type-year"
    }  # fmt: skip
    assert "<urn:check:enum>" in bodies["turtle"]


# the command


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["validate", *map(str, arguments), "--project", str(TREES)])


def test_the_command_writes_a_neighbour_and_never_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "bomen.csv"
    path.write_bytes(as_csv(wrong()))
    found = run(path, "--format", "xlsx")
    assert found.exit_code == 1, found.output
    assert "2 fouten" in found.output
    made = tmp_path / "bomen.nagekeken.xlsx"
    assert openpyxl.load_workbook(made).sheetnames == ["Bevindingen", "bomen"]
    again = run(path, "--format", "xlsx")
    assert again.exit_code == 2
    assert "bestaat al" in again.output
    assert run(path, "--format", "xlsx", "--output", made, "--lang", "en").exit_code == 1
    assert openpyxl.load_workbook(made).sheetnames[0] == "Findings"
    assert run(path, path, "--format", "xlsx").exit_code == 2
    assert run(path, "--table", "parken").exit_code == 1
    assert run(BOMEN).exit_code == 0


def test_tables_given_together_may_refer_to_each_other(tmp_path: Path) -> None:
    rows = rows_of(BOMEN)
    rows[1][4] = "P7"
    (tmp_path / "bomen.csv").write_bytes(as_csv(rows))
    parks = [*rows_of(TREES / "data" / "parken.csv"), ["P7", "Nieuw", ""]]
    (tmp_path / "parken.csv").write_bytes(as_csv(parks))
    assert run(tmp_path / "bomen.csv").exit_code == 1
    assert run(tmp_path / "bomen.csv", tmp_path / "parken.csv").exit_code == 0


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_our_list_in_a_workbook_is_no_sheet_of_somebody(lang: str) -> None:
    marked = handed_back(as_xlsx({"bomen": wrong()}), "groen.xlsx", lang)
    told = checked(as_bytes(marked), "groen.xlsx")
    assert "other-sheet" not in codes(told)
    other = checked(as_xlsx({"bomen": wrong(), "Kladblad": [["a"], ["b"]]}), "groen.xlsx")
    assert "other-sheet" in codes(other)
