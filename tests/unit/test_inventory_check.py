"""An inventory in the lab: every kind of problem at its cell, in CSV and in a workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from app.tables.descriptor import load_package
from app.validation.sources import Source
from tests.conftest import ROOT, Workspace
from tests.unit.inventory import (
    TREES,
    as_bytes,
    as_csv,
    as_xlsx,
    book,
    checked,
    codes,
    lab,
    places,
    rows_of,
)

OWN = sorted(load_package(ROOT / "data" / "datapackage.json").values(), key=lambda t: t.name)
BOMEN = TREES / "data" / "bomen.csv"
PARKEN = TREES / "data" / "parken.csv"


@pytest.mark.parametrize("table", OWN, ids=lambda table: table.name)
def test_our_own_tables_conform_as_csv_and_as_workbook(table: Any) -> None:
    rows = rows_of(table.path)
    for data, name in ((as_csv(rows), table.file), (as_xlsx({table.name: rows}), "boek.xlsx")):
        told = checked(data, name, ROOT)
        assert told["verdict"] == "conforms", told["groups"]
        assert told["triples"] > len(rows)
        assert told["error"] is None
        assert told["unchecked"] == []


def test_all_our_tables_in_one_workbook_refer_to_each_other() -> None:
    told = checked(as_xlsx({table.name: rows_of(table.path) for table in OWN}), "alles.xlsx", ROOT)
    assert told["verdict"] == "conforms"
    assert "references" not in codes(told)
    sheets = {cell["sheet"] for group in told["groups"]
              for result in group["results"] for cell in result["cells"]}  # fmt: skip
    assert sheets <= {table.name for table in OWN}
    assert len(sheets) > 1


# kind of problem -> (column, a wrong value), in the first row of trees
WRONG = {
    "required": ("soort", ""),
    "enum": ("soort", "spar"),
    "type-number": ("hoogte", "21,50"),
    "range": ("hoogte", "151"),
    "type-year": ("geplant", "19"),
    "reference": ("park", "P99"),
    "empty-item": ("bijnamen", "De oude||De dikke"),
    "duplicate": ("nummer", "B2"),
    "formula": ("hoogte", "#DIV/0!"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_cell_is_found_in_csv_and_in_a_workbook(kind: str) -> None:
    column, value = WRONG[kind]
    rows = rows_of(BOMEN)
    # of two that are the same the second is told
    at = 2 if kind == "duplicate" else 1
    rows[at][rows[0].index(column)] = "B1" if kind == "duplicate" else value
    ref = f"{'ABCDEF'[rows[0].index(column)]}{at + 1}"
    for data, name in ((as_csv(rows), "bomen.csv"), (as_xlsx({"bomen": rows}), "groen.xlsx")):
        told = checked(data, name)
        assert told["verdict"] == "violations"
        assert places(told) == {(kind, ref)}
        (group,) = told["groups"]
        (result,) = group["results"]
        sheet = "bomen" if name.endswith("xlsx") else ""
        place = f"bomen.csv#row={at + 1}&column={column}"
        place = f"groen.xlsx#sheet=bomen&cell={ref}" if sheet else place
        assert result["cells"] == [
            {
                "file": name,
                "sheet": sheet,
                "row": at + 1,
                "column": column,
                "ref": ref,
                "address": place,
            }
        ]
        assert result["message"]["nl"] != result["message"]["en"]
        assert result["remedy"]["nl"]


def test_problems_of_one_cause_are_one_group() -> None:
    rows = rows_of(BOMEN) + [[f"C{n}", "spar", "1", "1900", "P1", ""] for n in range(50)]
    told = checked(as_csv(rows), "bomen.csv")
    (group,) = told["groups"]
    assert group["count"] == told["counts"]["Violation"] == 50
    assert group["message"]["nl"]
    assert {cell["row"] for result in group["results"] for cell in result["cells"]} == set(
        range(len(rows_of(BOMEN)) + 1, len(rows) + 1)
    )


def test_what_the_header_lacks_or_has_too_much_is_told_once_and_the_rest_is_checked() -> None:
    rows = [[cell for index, cell in enumerate(row) if index != 2] for row in rows_of(BOMEN)]
    rows[0] += ["kleur", ""]
    for row in rows[1:]:
        row += ["groen", "rest"]
    rows[1][2] = "19"
    told = checked(as_xlsx({"bomen": rows}), "boek.xlsx")
    assert places(told) == {
        ("column-missing", ""), ("column-unknown", "F1"), ("column-unnamed", "G1"),
        ("type-year", "C2"),
    }  # fmt: skip


def test_a_result_of_a_profile_is_at_the_cell_of_its_property(project: Workspace) -> None:
    lines = rows_of(project.folder / "data" / "actors.csv")
    column = lines[0].index("helix_group")
    told = checked(as_csv(lines), "actors.csv", project.folder)
    said = "Deze organisatie heeft geen helixgroep"
    missing = next(g for g in told["groups"] if g["message"]["nl"].startswith(said))
    assert missing["severity"] == "Warning"
    for result in missing["results"]:
        for cell in result["cells"]:
            assert cell["column"] in {"helix_group", "actor_type"}
            assert lines[cell["row"] - 1][lines[0].index(cell["column"])] == ""
    # and one that was not there: its cell is named
    before = {cell["row"] for r in missing["results"] for cell in r["cells"]}
    row = next(n for n, line in enumerate(lines, 1) if n > 1 and n not in before and line[column])
    lines[row - 1][column] = ""
    told = checked(as_csv(lines), "actors.csv", project.folder)
    after = {(cell["row"], cell["column"]) for g in told["groups"] for r in g["results"]
             for cell in r["cells"]}  # fmt: skip
    assert (row, "helix_group") in after


def test_another_profile_and_own_shapes_of_the_user_reach_the_cell() -> None:
    shapes = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix groen: <ns/groen#> .
        [] a sh:NodeShape ; sh:targetClass groen:Boom ;
          sh:property [ sh:path groen:hoogte ; sh:minInclusive 20 ] ,
            [ sh:path groen:rapport ; sh:minCount 1 ] ."""
    found = lab()
    own = found.own_shapes(Source(shapes.encode(), "eigen.ttl", base=found.places.base))
    told, used = found.check(Source(BOMEN.read_bytes(), "bomen.csv", name="bomen.csv"), [own])
    assert [profile.name for profile in used] == ["datapackage", "eigen"]
    by_path = {group["path"].rpartition("#")[2]: group["results"] for group in told["groups"]}
    low = {f"C{n}" for n, row in enumerate(rows_of(BOMEN), 1)
           if n > 1 and row[2] and float(row[2]) < 20}  # fmt: skip
    assert {cell["ref"] for r in by_path["hoogte"] for cell in r["cells"]} == low
    assert low
    # no column makes this property: the row
    rows = [cell for r in by_path["rapport"] for cell in r["cells"]]
    assert {(cell["row"], cell["ref"], cell["column"]) for cell in rows} == {
        (row, "", "") for row in range(2, len(rows_of(BOMEN)) + 1)
    }


def test_a_cell_that_is_wrong_already_is_not_told_again_by_a_profile() -> None:
    shapes = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix groen: <ns/groen#> .
        [] a sh:NodeShape ; sh:targetClass groen:Boom ;
          sh:property [ sh:path groen:hoogte ; sh:maxInclusive 100 ] ."""
    found = lab()
    own = found.own_shapes(Source(shapes.encode(), "eigen.ttl", base=found.places.base))
    rows = rows_of(BOMEN)
    rows[1][2] = "500"
    told, _ = found.check(Source(as_csv(rows), "bomen.csv", name="bomen.csv"), [own])
    assert places(told) == {("range", "C2")}
    assert "behind" in codes(told)


def test_what_a_wrong_cell_brings_about_is_not_told_as_a_cause_of_its_own() -> None:
    rows = rows_of(ROOT / "data" / "actors.csv")
    column = {name: index for index, name in enumerate(rows[0])}
    rows[1][column["name"]] = ""
    rows[2][column["member_of"]] = "niemand zo"
    rows[3][column["helix_group"]] = "niet zo"
    told = checked(as_csv(rows), "actors.csv", ROOT)
    errors = {
        (g["profile"], g["component"]) for g in told["groups"] if g["severity"] == "Violation"
    }
    assert errors == {
        ("datapackage", "urn:check:required"), ("datapackage", "urn:check:reference"),
        ("datapackage", "urn:check:code"),
    }  # fmt: skip
    warned = {cell["row"] for g in told["groups"] if g["severity"] == "Warning"
              for r in g["results"] for cell in r["cells"]}  # fmt: skip
    assert 4 not in warned
    # what is wrong by itself in the same row stays
    rows[2][column["name"]] = ""
    told = checked(as_csv(rows), "actors.csv", ROOT)
    assert {cell["row"] for g in told["groups"] if g["component"] == "urn:check:required"
            for r in g["results"] for cell in r["cells"]} == {2, 3}  # fmt: skip


def test_a_slip_is_at_the_cell_that_has_the_value() -> None:
    rows = rows_of(ROOT / "data" / "actors.csv")
    names, short = rows[0].index("alt_names"), rows[0].index("acronyms")
    rows[1][names], rows[1][short] = "De Naam|DE NAAM", ""
    told = checked(as_csv(rows[:2]), "actors.csv", ROOT)
    cells = [cell for slip in told["terms"] for r in slip["results"] for cell in r["cells"]]
    assert [(cell["row"], cell["column"]) for cell in cells] == [(2, "alt_names")]


# references


def test_what_a_wrong_cell_leaves_out_is_not_told_at_the_cell_beside_it() -> None:
    actors = next(table for table in OWN if table.name == "actors")
    rows = rows_of(actors.path)
    group, kind = rows[0].index("helix_group"), rows[0].index("actor_type")
    at = next(n for n, row in enumerate(rows) if n and row[group] and row[kind])
    good = checked(as_csv(rows), actors.file, ROOT)
    rows[at][kind] = "onzin"
    told = checked(as_csv(rows), actors.file, ROOT)
    assert "behind" in codes(told)
    assert told["counts"]["Violation"] == 1
    assert told["counts"]["Warning"] == good["counts"]["Warning"]
    marked = {cell["column"] for item in told["groups"] for result in item["results"]
              for cell in result["cells"] if cell["row"] == at + 1}  # fmt: skip
    assert marked == {"actor_type"}


def test_references_lead_to_the_projects_tables_and_to_what_is_handed_over_with_it() -> None:
    told = checked(BOMEN.read_bytes(), "bomen.csv")
    assert told["verdict"] == "conforms"
    assert "references" in codes(told)
    rows = rows_of(BOMEN)
    rows[1][4] = "P7"
    assert places(checked(as_csv(rows), "bomen.csv")) == {("reference", "E2")}
    parks = [*rows_of(PARKEN), ["P7", "Nieuw park", ""]]
    beside = [Source(as_csv(parks), "parken.csv", name="parken.csv")]
    told = checked(as_csv(rows), "bomen.csv", beside=beside)
    assert told["verdict"] == "conforms"
    assert "references" not in codes(told)
    assert checked(as_xlsx({"bomen": rows, "parken": parks}), "b.xlsx")["verdict"] == "conforms"


def test_references_to_a_table_that_cannot_be_read_are_not_checked(foreign: Workspace) -> None:
    (foreign.folder / "data" / "parken.csv").unlink()
    told = checked(BOMEN.read_bytes(), "bomen.csv", foreign.folder)
    assert told["verdict"] == "not-fully-checked"
    assert [gap["code"] for gap in told["unchecked"]] == ["reference"]


# which table it is


def test_a_table_is_known_by_its_name_else_by_its_header() -> None:
    rows = rows_of(PARKEN)
    assert "table" not in codes(checked(as_csv(rows), "Parken.csv"))
    told = checked(as_csv(rows), "export (3).csv")
    assert told["verdict"] == "conforms"
    assert "table" in codes(told)
    # pasted: only the header tells
    assert checked(as_csv(rows), "tekst")["media_type"] == "csv"


def test_heads_may_be_titles_in_any_order_below_a_title() -> None:
    rows = rows_of(ROOT / "data" / "domains.csv")
    heads = {"parent": "Bovenliggend domein", "label_nl": "BENAMING", "sdgs": "Sdgs"}
    rows[0] = [heads.get(cell, cell) for cell in rows[0]]
    rows = [["Domeinen van 2026"], [], *(row[::-1] for row in rows)]
    told = checked(as_xlsx({"Blad1": rows}), "boek.xlsx", ROOT)
    assert told["verdict"] == "conforms"
    assert {"table", "head-alike", "rows-above"} <= set(codes(told))
    rows[5][-2] = "bestaat-niet"
    told = checked(as_xlsx({"Blad1": rows}), "boek.xlsx", ROOT)
    (cell,) = told["groups"][0]["results"][0]["cells"]
    assert (cell["row"], cell["column"]) == (6, "Bovenliggend domein")


def test_a_header_that_fits_two_tables_asks_which(foreign: Workspace) -> None:
    path = "data/datapackage.json"
    foreign.edit(path, '"resources": [', '"resources": [{"name": "oud", "path": "oud.csv", '
                 '"schema": {"fields": [{"name": "nummer"}, {"name": "naam"}, '
                 '{"name": "geopend", "type": "date"}]}},')  # fmt: skip
    told = checked(as_csv(rows_of(PARKEN)), "x.csv", foreign.folder)
    assert told["verdict"] == "unreadable"
    assert "--table" in told["error"]["message"]["nl"]
    told = checked(as_csv(rows_of(PARKEN)), "x.csv", foreign.folder, tables=["parken"])
    assert told["verdict"] == "conforms"
    told = checked(as_xlsx({"A": rows_of(PARKEN), "B": rows_of(BOMEN)}), "x.xlsx", foreign.folder,
                   tables=["A=parken"])  # fmt: skip
    assert told["verdict"] == "conforms"


@pytest.mark.parametrize(
    ("sheets", "tables", "said"),
    [
        ({"x": [["a", "b"], ["1", "2"]]}, [], "geen enkele tabel"),
        ({"x": [["", ""]]}, [], "leeg"),
        ({"x": [["nummer"], ["1"]]}, ["bestaat-niet"], "geen tabel"),
    ],
)
def test_what_is_no_table_of_the_project_is_said_to(
    sheets: dict[str, Any], tables: list[str], said: str
) -> None:
    told = checked(as_xlsx(sheets), "x.xlsx", tables=tables)
    assert told["verdict"] == "unreadable"
    assert said in told["error"]["message"]["nl"]


def test_a_sheet_of_something_else_is_told_and_one_twice_is_not_passed() -> None:
    readme, trees = [["Over dit werkboek"]], rows_of(BOMEN)
    told = checked(as_xlsx({"Leesmij": readme, "bomen": trees, "leeg": []}), "b.xlsx")
    assert (told["verdict"], codes(told).count("other-sheet")) == ("conforms", 1)
    told = checked(as_xlsx({"bomen": trees, "bomen 2025": trees}), "b.xlsx")
    assert told["verdict"] == "not-fully-checked"
    assert [gap["code"] for gap in told["unchecked"]] == ["sheet-again"]


def test_without_a_project_a_table_is_refused_with_the_reason(tmp_path: Path) -> None:
    told = checked(b"a,b\n1,2\n", "x.csv", tmp_path)
    assert told["verdict"] == "unreadable"
    assert "--project" in told["error"]["message"]["nl"]


# what Excel makes of it


def test_csv_of_a_dutch_excel_is_read_and_told() -> None:
    rows = rows_of(PARKEN)
    rows[1][1] = "Café ’t Park €"
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        told = checked(as_csv(rows, delimiter=";", encoding=encoding), "parken.csv")
        assert told["verdict"] == "conforms", encoding
        assert ("encoding" in codes(told)) == (encoding != "utf-8-sig")
        assert "delimiter" in codes(told)
    rows[1][2] = "gisteren"
    told = checked(as_csv(rows, delimiter=";", encoding="cp1252"), "parken.csv")
    assert told["groups"][0]["results"][0]["label"]["nl"] == "Café ’t Park €"
    assert places(told) == {("type-date", "C2")}
    assert checked(as_csv(rows_of(PARKEN), delimiter="\t"), "parken.tsv")["verdict"] == "conforms"


def test_numbers_and_dates_of_a_workbook_are_what_the_columns_ask() -> None:
    rows = rows_of(BOMEN)
    rows[1][2:4] = [21.5, 1910]
    rows[2][2:4] = [0.1 + 0.2, 1923.0]
    parks = rows_of(PARKEN)
    parks[1][2], parks[2][2] = dt.date(1905, 5, 1), dt.datetime(1999, 1, 2)  # noqa: DTZ001
    told = checked(as_xlsx({"bomen": rows, "parken": parks}), "groen.xlsx")
    assert told["verdict"] == "conforms", told["groups"]


def test_a_code_that_lost_its_zeros_gets_a_hint(project: Workspace) -> None:
    rows = rows_of(project.folder / "data" / "actors.csv")
    at, row = rows[0].index("kbo"), next(n for n, r in enumerate(rows) if n)
    source = rows[0].index("identifiers_source")
    rows[row][at], rows[row][source] = 403019261, "https://example.org/kbo"
    told = checked(as_xlsx({"actors": rows}), "a.xlsx", project.folder)
    assert told["verdict"] == "violations"
    remedies = [r["remedy"]["nl"] for g in told["groups"] for r in g["results"] if "remedy" in r]
    assert any("0403019261" in remedy for remedy in remedies)
    made = book({"actors": rows})
    made["actors"].cell(row + 1, at + 1).number_format = "0000000000"
    told = checked(as_bytes(made), "a.xlsx", project.folder)
    assert ("pattern", made["actors"].cell(row + 1, at + 1).coordinate) not in places(told)


def test_a_formula_never_calculated_is_no_empty_cell() -> None:
    made = book({"bomen": rows_of(BOMEN)})
    made["bomen"]["C2"] = "=1+1"
    made["bomen"]["C3"] = "#DIV/0!"
    told = checked(as_bytes(made), "b.xlsx")
    assert places(told) == {("formula", "C2"), ("formula", "C3")}


def test_hidden_sheets_and_merged_cells_are_told() -> None:
    made = book({"bomen": rows_of(BOMEN), "parken": rows_of(PARKEN)})
    made["parken"].sheet_state = "hidden"
    made["bomen"].merge_cells("F2:F3")
    told = checked(as_bytes(made), "b.xlsx")
    assert {"hidden-sheet", "merged-cells"} <= set(codes(told))
    assert told["verdict"] == "conforms"


def test_a_row_with_a_loose_separator_is_told_and_not_mapped() -> None:
    text = BOMEN.read_text(encoding="utf-8").replace("B2,beuk", "B2,beuk,rood")
    told = checked(text.encode(), "bomen.csv")
    assert {kind for kind, _ in places(told)} == {"ragged-row"}
    assert told["groups"][0]["results"][0]["cells"][0]["row"] == 3
    told = checked(BOMEN.read_bytes() + b'B9,"eik', "bomen.csv")
    assert {kind for kind, _ in places(told)} == {"csv"}
