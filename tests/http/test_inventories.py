"""Inventories over HTTP and on the page: the project's tables, and the workbook back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from app.bootstrap import service
from tests.conftest import Workspace
from tests.http.support import BROWSER, PROBLEM, Page
from tests.integration.test_hostile_workbooks import HOSTILE
from tests.unit.inventory import TREES, as_csv, as_xlsx, rows_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOMEN = rows_of(TREES / "data" / "bomen.csv")


@pytest.fixture(scope="module")
def lab(trees: Workspace) -> Iterator[TestClient]:
    with TestClient(service(trees.settings), follow_redirects=False) as client:
        yield client


def wrong() -> list[list[Any]]:
    rows = [list(row) for row in BOMEN]
    rows[1][1] = "spar"
    return rows


def posted(lab: TestClient, accept: str = "application/json", **more: Any) -> Any:
    answer = lab.post("/api/validate", headers={"accept": accept}, **more)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_file_a_body_and_pasted_text_give_the_cell(lab: TestClient) -> None:
    csv, xlsx = as_csv(wrong(), delimiter=";", encoding="cp1252"), as_xlsx({"bomen": wrong()})
    ways: list[dict[str, Any]] = [
        # what browsers on Windows call CSV
        {"files": {"file": ("bomen.csv", csv, "application/vnd.ms-excel")}},
        {"files": {"file": ("x.xlsx", xlsx, XLSX)}},
        {"data": {"text": as_csv(wrong()).decode()}},
        {"json": {"text": as_csv(wrong()).decode(), "table": "bomen"}},
    ]
    models = [posted(lab, **way).json() for way in ways]
    for kind, data in (("text/csv", csv), (XLSX, xlsx)):
        headers = {"content-type": kind, "accept": "application/json"}
        models.append(lab.post("/api/validate", content=data, headers=headers).json())
    for model in models:
        assert model["verdict"] == "violations"
        assert [profile["name"] for profile in model["profiles"]] == ["datapackage"]
        (source,) = model["sources"]
        assert [cell["ref"] for group in source["groups"] for result in group["results"]
                for cell in result["cells"]] == ["B2"]  # fmt: skip


@pytest.mark.parametrize("asked", ["accept", "format"])
def test_the_workbook_comes_back_marked(lab: TestClient, asked: str) -> None:
    files = {"file": ("bomen.csv", as_csv(wrong()))}
    more = {"data": {"format": "xlsx"}} if asked == "format" else {"accept": XLSX}
    answer = posted(lab, files=files, **more)
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[1:] == ["bomen"]
    assert book["bomen"]["B2"].comment is not None


def test_of_rdf_the_list_comes_as_a_workbook(lab: TestClient) -> None:
    text = "<https://stad.test/d> a <http://www.w3.org/ns/dcat#Dataset> ."
    answer = posted(lab, XLSX, data={"text": text, "profile": "dcat-ap-vl-3.0"})
    assert len(openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames) == 1


def test_the_page_shows_cells_and_offers_the_workbook_without_a_script(lab: TestClient) -> None:
    for language, said in (("nl", "blad bomen, cel B2 (soort)"),
                           ("en", "sheet bomen, cell B2 (soort)")):  # fmt: skip
        empty = lab.get(f"/validate?lang={language}", headers={"accept": BROWSER})
        assert 'name="format" value="xlsx" formaction=' in empty.text
        answer = lab.post(f"/validate?lang={language}", headers={"accept": BROWSER},
                          files={"file": ("x.xlsx", as_xlsx({"bomen": wrong()}))})  # fmt: skip
        page = Page.of(answer.text)
        assert answer.status_code == 200
        assert page.dangers == []
        assert said in page.text


def test_text_of_a_table_is_escaped_on_the_page(lab: TestClient) -> None:
    rows, evil = wrong(), "<script>alert(1)</script>"
    rows[0].append(evil)
    rows[1][0], rows[1][5] = evil, evil
    for row in rows[1:]:
        row.append("x")
    answer = lab.post("/validate", headers={"accept": BROWSER},
                      files={"file": ("bomen.csv", as_csv(rows))})  # fmt: skip
    assert Page.of(answer.text).dangers == []
    assert evil in Page.of(answer.text).text


@pytest.mark.parametrize("kind", ["zip bomb", "far corner", "document type", "a text by the name"])
def test_a_hostile_workbook_leaves_the_service_answering(lab: TestClient, kind: str) -> None:
    data, said = HOSTILE[kind]
    for accept in ("application/json", XLSX):
        answer = posted(lab, accept, files={"file": ("groen.xlsx", data)})
        if accept != XLSX:
            source = answer.json()["sources"][0]
            assert source["verdict"] == "unreadable"
            assert said in source["error"]["message"]["nl"]
            assert "/" not in source["error"]["message"]["nl"].replace("xlsx/", "")
    assert lab.get("/health").status_code == 200


def test_a_table_or_form_that_is_not_there_is_said_to_be(lab: TestClient) -> None:
    answer = lab.post("/api/validate", data={"table": "bestaat-niet"},
                      files={"file": ("x.csv", b"a,b\n1,2\n")})  # fmt: skip
    assert answer.status_code == 200
    assert "bestaat-niet" in answer.json()["sources"][0]["error"]["message"]["nl"]
    answer = lab.post("/api/validate", data={"format": "ods"}, files={"file": ("x.csv", b"a")})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == PROBLEM
