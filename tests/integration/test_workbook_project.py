"""A project whose tables are sheets of a workbook, or JSON, builds; its cells are found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.cli.main import app
from app.tables.cells import encoded
from tests.conftest import BASE, ROOT, Workspace, copy_project
from tests.unit import spreadsheets as made
from tests.unit.inventory import Rows, as_xlsx, rows_of

Change = Callable[[Rows], None]


def project(folder: Path, form: str, change: Change = lambda rows: None) -> Workspace:
    """Return the trees with both tables as one workbook, or the trees alone as JSON."""
    workspace = copy_project(ROOT / "tests" / "projects" / "bomen", folder)
    data = folder / "data"
    trees, parks = rows_of(data / "bomen.csv"), rows_of(data / "parken.csv")
    change(trees)
    package = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    sheets = {"parken": "Alle parken", "bomen": "Bomen"}
    if form == "json":
        items = [dict(zip(trees[0], row, strict=True)) for row in trees[1:]]
        (data / "groen.json").write_text(json.dumps({"bomen": items}), encoding="utf-8")
        sheets = {}
        package["resources"][1] |= {"path": "groen.json", "dialect": {"property": "bomen"}}
    elif form == "ods":
        tables = {"Alle parken": parks, "Bomen": [["Groen"], [], *trees]}
        body = "".join(made.ods_table(name, *(made.ods_text(*row) for row in rows))
                       for name, rows in tables.items())  # fmt: skip
        (data / "groen.ods").write_bytes(made.ods(body))
    else:
        tables = {"Alle parken": parks, "Bomen": [["Groen"], [], *trees]}
        (data / "groen.xlsx").write_bytes(as_xlsx(tables))
    for resource in package["resources"]:
        if resource["name"] in sheets:
            resource["path"] = f"groen.{form}"
            resource["dialect"] = {"sheetName": sheets[resource["name"]]}
    (data / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    for path in (folder / "mappings").iterdir():
        text = path.read_text(encoding="utf-8")
        for name, title in sheets.items():
            # as it is, or as in the reference of a cell
            sheet = encoded(title) if form == "ods" else title
            text = text.replace(f"../data/{name}.csv", f'"../data/groen.{form}#sheet={sheet}~csv"')
        text = text.replace('~csv"~csv', '~csv"').replace('~csv", ref', '", ref')
        if form == "json":
            text = text.replace("../data/bomen.csv", "../data/groen.json")
        path.write_text(text, encoding="utf-8")
    return workspace


@pytest.mark.parametrize(("form", "place"), [
    ("xlsx", "groen.xlsx#sheet=Bomen&cell=B4"), ("ods", "groen.ods#sheet=Bomen&cell=B4"),
    ("json", "groen.json#item=1&member=soort"),
])  # fmt: skip
def test_its_graph_is_that_of_csv_and_its_cells_are_found(
    form: str, place: str, tmp_path: Path
) -> None:
    plain = copy_project(ROOT / "tests" / "projects" / "bomen", tmp_path / "csv")
    assert plain.build().status == "published"
    other = project(tmp_path / form, form)
    outcome = other.build()
    assert outcome.status == "published", outcome.problems
    for name in ("bomen", "parken"):
        path = Path("dumps") / f"{name}.nt"
        assert (other.release / path).read_bytes() == (plain.release / path).read_bytes()
    tree = f"{BASE}id/boom/B1"
    with TestClient(other.app()) as client:
        asked = f"/api/cell?subject={quote(tree)}&property=rdfs:label"
        cells: list[dict[str, Any]] = client.get(asked).json()["cells"]
    assert place in cells[0]["cells"]
    run = CliRunner().invoke(app, ["cell", tree, "rdfs:label", "--project", str(other.folder)])
    assert place in run.output


@pytest.mark.parametrize(("form", "place"), [
    ("xlsx", "groen.xlsx#sheet=Bomen&cell=B5"), ("ods", "groen.ods#sheet=Bomen&cell=B5"),
    ("json", "groen.json#item=2&member=soort"),
])  # fmt: skip
def test_a_wrong_cell_is_named_as_its_file_does(form: str, place: str, tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        rows[2][1] = "esdoorn"

    outcome = project(tmp_path / form, form, change).build()
    assert outcome.status == "refused"
    assert [str(problem.cell) for problem in outcome.problems] == [place]


def test_a_sheet_that_is_not_there_and_a_column_too_few_are_told(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        for row in rows:
            del row[3]

    found = project(tmp_path / "a", "xlsx", change)
    assert [(p.code, str(p.cell)) for p in found.build().problems] == [
        ("column-missing", "groen.xlsx#sheet=Bomen&row=3&column=geplant")
    ]
    package = found.folder / "data" / "datapackage.json"
    text = package.read_text(encoding="utf-8").replace('"Bomen"', '"Struiken"')
    package.write_text(text, encoding="utf-8")
    (problem,) = found.build().problems
    assert problem.code == "workbook"
    assert "Alle parken, Bomen" in problem.message["nl"]
