"""`vijfster template`: a workbook that helps to fill in, and is read as the tables it is of."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import InputError
from app.tables.descriptor import Field, Table, items, load_package
from app.tables.reading import read
from app.tables.template import Filled, heads, template
from app.validation.sources import Source
from app.vocabularies.codelists import load_code_lists
from tests.conftest import ROOT
from tests.unit.inventory import TREES, lab

OURS = load_package(ROOT / "data" / "datapackage.json")
EVIL = '=HYPERLINK("https://evil.test","klik")'


def written(tmp_path: Path, *arguments: str, project: Path = ROOT) -> Path:
    path = tmp_path / "t.xlsx"
    done = CliRunner().invoke(app, ["template", *arguments, "--project", str(project),
                                    "--output", str(path)])  # fmt: skip
    assert done.exit_code == 0, done.output
    return path


def report(path: Path, project: Path) -> dict[str, Any]:
    told, _ = lab(project).check(Source(path.read_bytes(), path.name, name=path.name), [])
    return dict(told)


def findings(told: dict[str, Any]) -> list[tuple[str, int]]:
    return sorted((group["message"]["nl"], group["count"]) for group in told["groups"])


@pytest.mark.parametrize("name", OURS)
def test_a_table_as_workbook_is_checked_as_its_csv(tmp_path: Path, name: str) -> None:
    book = report(written(tmp_path, name, "--with-rows"), ROOT)
    table = report(OURS[name].path, ROOT)
    assert findings(book) == findings(table)
    assert book["counts"] == table["counts"]
    assert book["triples"] == table["triples"] > 0
    told = {note["code"] for note in book["notes"]} - {note["code"] for note in table["notes"]}
    assert told == set()


def test_what_is_filled_in_by_hand_passes(tmp_path: Path) -> None:
    path = written(tmp_path, "parken", "bomen", project=TREES)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Lees mij", "parken", "bomen", "Lijsten"]
    book["parken"].append(["P7", "Het Park", None])
    book["bomen"]["A2"], book["bomen"]["B2"] = "B1", "eik"
    book["bomen"]["C2"], book["bomen"]["D2"], book["bomen"]["E2"] = 12.5, 1999, "P7"
    book.save(path)
    told = report(path, TREES)
    assert findings(told) == []
    assert not told["unchecked"]
    book["bomen"]["B2"] = "spar"
    book.save(path)
    assert any("spar" in message for message, _ in findings(report(path, TREES)))


def page_of(path: Path, name: str) -> Any:
    return openpyxl.load_workbook(path)[name]


def validation_at(page: Any, cell: str) -> Any:
    (found,) = [item for item in page.data_validations.dataValidation if cell in item.sqref]
    return found


def test_heads_help_and_forms(tmp_path: Path) -> None:
    page = page_of(written(tmp_path, "actors"), "actors")
    head = {cell.value: cell for cell in page[1]}
    assert head["Sleutel *"].fill.fgColor.rgb != head["Sector"].fill.fgColor.rgb
    assert page.freeze_panes == "B2"
    number = head["KBO-nummer"]
    assert "ondernemingsnummer, met de nul vooraan" in number.comment.text
    assert "Voorbeeld: 0207437468" in number.comment.text
    assert page.column_dimensions[number.column_letter].number_format == "@"
    assert page.column_dimensions[head["Datum NIS-code"].column_letter].number_format == (
        "yyyy-mm-dd")  # fmt: skip
    shown = validation_at(page, f"{number.column_letter}2")
    assert (shown.type, shown.promptTitle, shown.showInputMessage) == (None, "KBO-nummer", True)
    assert "Meer waarden in één cel: zet er | tussen" in head["Lid van"].comment.text
    for item in page.data_validations.dataValidation:
        assert len(item.prompt) <= 255
        assert len(item.promptTitle) <= 32


def test_codes_are_chosen_from_a_list_that_says_what_they_mean(tmp_path: Path) -> None:
    path = written(tmp_path, "actors", "projects", "--lang", "en")
    book = openpyxl.load_workbook(path)
    page, lists = book["actors"], book["Lists"]
    column = next(cell.column_letter for cell in page[1] if cell.value == "Helix group")
    found = validation_at(page, f"{column}2")
    sheet, _, area = found.formula1.replace("$", "").partition("!")
    assert sheet == "'Lists'"
    codes = [row[0].value for row in lists[area]]
    wanted = load_code_lists(ROOT / "vocab" / "codelijsten")["helixgroep"].concepts
    assert codes == [*wanted]
    assert {row[2].value for row in lists.iter_rows(min_row=2) if row[1].value in codes} >= {
        concept["label_nl"] for concept in wanted.values()
    }
    assert found.showErrorMessage
    # several codes in a cell are none of the list: it offers, and does not refuse
    several = next(cell.column_letter for cell in page[1] if cell.value == "Explicitly none")
    assert not validation_at(page, f"{several}2").showErrorMessage
    # the keys of another sheet
    lead = next(cell.column_letter for cell in book["projects"][1] if cell.value == "Lead")
    assert validation_at(book["projects"], f"{lead}2").formula1.startswith("'actors'!$A$2:")


def test_leading_zeros_stay_text() -> None:
    field = Field("kbo", title={"nl": "KBO", "en": "KBO"})
    table = Table("t", Path("t.csv"), "utf-8", ",", (field,), (), ())
    made = template([Filled(table, [{"kbo": "0207437468"}])], {}, "nl", file="t.xlsx")
    page = openpyxl.load_workbook(io.BytesIO(made))["t"]
    assert (page["A2"].value, page["A2"].data_type) == ("0207437468", "s")


def test_nothing_in_it_is_a_formula() -> None:
    evil = {"nl": EVIL, "en": EVIL}
    table = Table("t", Path("t.csv"), "utf-8", ",", (
        Field("a", title=evil, description=evil, code_list="l"),
        Field("b", title={"nl": "b", "en": "b"}, enum=(EVIL, "+1")),
    ), ("a",), (), title=evil, description=evil)  # fmt: skip
    made = template([Filled(table, [{"a": EVIL, "b": "@x\x00\ud800"}])],
                    {"l": [(EVIL, EVIL, EVIL)]}, "nl", file="t.xlsx")  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(made))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert sum(cell.value == EVIL for cell in cells) == 8
    assert all(cell.quotePrefix for cell in cells)


def test_columns_with_the_same_title_keep_their_names() -> None:
    fields = (Field("a", title={"nl": "Naam", "en": "Name"}),
              Field("b", title={"nl": "Naam", "en": "Other"}),
              Field("c", title={"nl": "a", "en": "C"}))  # fmt: skip
    table = Table("t", Path("t.csv"), "utf-8", ",", fields, (), ())
    assert heads(table, "nl") == {"a": "a", "b": "b", "c": "c"}
    assert heads(table, "en") == {"a": "Name", "b": "Other", "c": "C"}


@pytest.mark.parametrize("name", ["x" * 32, "a/b", "Lees mij"])
def test_a_table_that_no_sheet_can_be_called_after_is_refused(name: str) -> None:
    table = Table(name, Path("t.csv"), "utf-8", ",", (Field("a", title={"nl": "a"}),), (), ())
    with pytest.raises(InputError, match="cannot be the name of a sheet"):
        template([Filled(table)], {}, "nl", file="t.xlsx")


def test_an_inventory_is_named_as_elsewhere_and_no_file_is_written_over(tmp_path: Path) -> None:
    path = written(tmp_path, "actoren", "Organisaties")
    assert openpyxl.load_workbook(path).sheetnames == ["Lees mij", "actors", "Lijsten"]
    run = CliRunner().invoke
    again = run(app, ["template", "actoren", "--project", str(ROOT), "--output", str(path)])
    assert (again.exit_code, "bestaat al" in again.stderr) == (2, True)
    unknown = run(app, ["template", "boom", "--project", str(ROOT), "--lang", "en"])
    assert (unknown.exit_code, "there are: bronnen, actors" in unknown.stderr) == (2, True)


def test_rows_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    fields = [{"name": "a"}, {"name": "b"}]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text(json.dumps(
        {"resources": [{"name": "t", "path": "t.csv", "schema": {"fields": fields}}]}))  # fmt: skip
    (tmp_path / "data" / "t.csv").write_text("a,b\n1,2,3\n", encoding="utf-8")
    (tmp_path / "vijfster.toml").write_text(
        (TREES / "vijfster.toml").read_text(encoding="utf-8"), encoding="utf-8")  # fmt: skip
    done = CliRunner().invoke(app, ["template", "t", "--with-rows", "--project", str(tmp_path),
                                    "--output", str(tmp_path / "t.xlsx")])  # fmt: skip
    assert done.exit_code == 2
    assert "t.csv#row=2" in done.output
    assert not (tmp_path / "t.xlsx").exists()


def test_every_column_of_ours_is_explained_and_its_example_is_right() -> None:
    code_lists = load_code_lists(ROOT / "vocab" / "codelijsten")
    for table in OURS.values():
        keys = {key.field: {row.cells[key.column] for row in read(OURS[key.resource]).rows}
                for key in table.foreign_keys}  # fmt: skip
        for field in table.fields:
            where = f"{table.name}.{field.name}"
            assert field.description["nl"] != field.description["en"], where
            assert min(map(len, field.description.values())) > 5, where
            for value in items(field, field.example):
                assert not field.pattern or field.pattern.fullmatch(field.example), where
                assert not field.enum or value in field.enum, where
                assert not field.code_list or value in code_lists[field.code_list].concepts, where
                assert value in keys.get(field.name, {value}), where
