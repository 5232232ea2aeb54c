"""Slips in names and values: shown by the lab in every readable form, mended by the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.bootstrap import service
from app.cli.main import app
from tests.conftest import Workspace
from tests.http.support import BROWSER

DATA = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://stad.test/d/1> a dcat:Dataset ; dct:title "Wegen"@nl ;
  dcat:distributon <https://stad.test/x> ; dct:issued "31/05/2024"^^xsd:date ;
  dct:description "<script>alert(1)</script> <p>Van 85.07.30-033.28</p>"@nl .
"""
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://stad.test/S> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property <https://stad.test/P> .
<https://stad.test/P> a sh:PropertyShape ; sh:path dct:title ; sh:minCount 1 .
"""
SLIPS = {"unknown-property", "date-order", "html-in-text", "personal-number"}


@pytest.fixture(scope="module")
def lab(trees: Workspace) -> Iterator[TestClient]:
    with TestClient(service(trees.settings), follow_redirects=False) as client:
        yield client


def test_the_report_holds_them_apart_from_the_verdict(lab: TestClient) -> None:
    # these shapes ask for what is there
    files = {"file": ("d.ttl", DATA.encode()), "shapes": ("s.ttl", SHAPES.encode())}
    answer = lab.post("/api/validate", files=files, headers={"accept": "application/json"})
    source = answer.json()["sources"][0]
    assert source["verdict"] == "conforms"
    assert {finding["id"] for finding in source["terms"]} == SLIPS
    wrong = next(item for item in source["terms"] if item["id"] == "unknown-property")
    assert wrong["results"] == [{"focus": "<https://stad.test/d/1>", "line": 3,
                                 "label": {"nl": "Wegen", "en": "Wegen"}, "cells": []}]  # fmt: skip
    assert "85.07.30" not in json.dumps(source["terms"])


@pytest.mark.parametrize(("lang", "heading"), [("nl", "Namen en schrijfwijze"),
                                               ("en", "Names and spelling")])  # fmt: skip
def test_the_page_and_the_forms_show_them(lab: TestClient, lang: str, heading: str) -> None:
    page = lab.post(f"/validate?lang={lang}", data={"text": DATA}, headers={"accept": BROWSER}).text
    assert heading in page
    assert "dcat:distribution" in page
    assert "<script>alert" not in page
    for form in ("text", "html"):
        sent = {"text": DATA, "format": form}
        report = lab.post("/api/validate", data=sent, headers={"accept-language": lang}).text
        assert heading in report


def test_a_file_is_mended_beside_itself_and_a_second_time_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "feed.ttl"
    path.write_text(DATA, encoding="utf-8")
    command = ["repair", str(path)]
    assert CliRunner().invoke(app, [*command, "--dry-run"]).exit_code == 1
    assert not (tmp_path / "feed.hersteld.ttl").exists()
    told = CliRunner().invoke(app, command)
    assert told.exit_code == 0
    assert '-    dct:issued "31/05/2024"^^xsd:date ;' in told.output
    mended = tmp_path / "feed.hersteld.ttl"
    assert '"2024-05-31"^^xsd:date' in mended.read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8") == DATA
    assert CliRunner().invoke(app, ["repair", str(mended), "--dry-run"]).exit_code == 0
    mended.write_text("mijn werk", encoding="utf-8")
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 2
    assert "bestaat al" in again.output
    assert mended.read_text(encoding="utf-8") == "mijn werk"


@pytest.mark.parametrize("more", [["--rule", "alles"], ["--lang", "en", "--rule", "all"]])
def test_a_rule_nobody_knows_is_refused_with_those_there_are(
    tmp_path: Path, more: list[str]
) -> None:
    path = tmp_path / "feed.ttl"
    path.write_text(DATA, encoding="utf-8")
    told = CliRunner().invoke(app, ["repair", str(path), *more])
    assert told.exit_code == 2
    assert "misspelt" in told.output
