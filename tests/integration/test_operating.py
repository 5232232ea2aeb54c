"""What an operator meets: a project that cannot be built, a ledger that is lost, a changed port."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.bootstrap import base_iri
from app.cli.main import app
from app.errors import BuildError, ProjectError
from app.settings import Settings
from tests.conftest import Workspace

EXTRA = """
[[inventory]]
ref = "extra"
table = "parken"
mapping = "mappings/parken.yml"
route = "extra"
type = "groen:Park"
title = { nl = "Extra" }
description = { nl = "Extra." }
keywords = { nl = ["extra"] }
"""


def test_rollback_over_an_added_inventory_brings_the_old_project_back(foreign: Workspace) -> None:
    first = foreign.build().release
    assert first is not None
    toml = foreign.folder / "vijfster.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + EXTRA, encoding="utf-8")
    assert foreign.build().status == "published"
    outcome = foreign.publisher().rollback(first.name)
    assert outcome.status == "published"
    names = {path.stem for path in (foreign.release / "dumps").glob("*.ttl")}
    assert names == {"parken", "bomen"}
    assert "extra" not in (foreign.release / "feed" / "void.ttl").read_text(encoding="utf-8")
    site = foreign.app()
    assert site is not None


def test_rollback_holds_until_an_input_changes(foreign: Workspace) -> None:
    first = foreign.build().release
    assert first is not None
    foreign.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")
    foreign.build()
    rolled = foreign.publisher().rollback(first.name).release
    assert foreign.build().status == "unchanged"
    current = foreign.releases.ledger.current()
    assert current == rolled
    foreign.edit("data/bomen.csv", "B6,beuk,13", "B6,beuk,14")
    assert foreign.build().status == "published"


def test_lost_ledger_stops_the_build_and_removes_nothing(foreign: Workspace) -> None:
    foreign.build()
    ledger = foreign.folder / "var" / "ledger.sqlite"
    folders = sorted((foreign.folder / "var" / "releases").iterdir())
    ledger.unlink()
    with pytest.raises(BuildError, match="put back the ledger"):
        foreign.build()
    assert sorted((foreign.folder / "var" / "releases").iterdir()) == folders
    (foreign.folder / "var" / "published").unlink()
    assert foreign.build().status == "published"


def test_build_without_a_port_keeps_the_local_base(foreign: Workspace, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, project=foreign.folder, base_iri="")
    assert base_iri(settings) == "http://localhost:8000/"
    Workspace(foreign.folder, "http://localhost:9123/").build()
    assert base_iri(settings) == "http://localhost:9123/"
    assert base_iri(settings, 8005) == "http://localhost:8005/"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('email = "groen@example.org"', 'email = "groen at example"', "email"),
        ('type = "groen:Park"', 'type = "gron:Park"', "gron:Park"),
        ('property = "dct:isPartOf"', 'property = "dtc:isPartOf"', "dtc:isPartOf"),
        ('themes = ["http://publications', 'themes = ["publications', "themes"),
        ('title = { nl = "Parken", en', 'title = { nl = "Parken", "geen taal"', "title"),
        ('ref = "groendienst"', 'ref = "groendienst"\nhomepage = "www.a.be"', "homepage"),
        ('route = "parken"', 'route = "parken"\ntemporal_start = "26/03/2019"', "temporal_start"),
    ],
)
def test_a_mistake_in_the_project_file_names_its_key(
    foreign: Workspace, old: str, new: str, key: str
) -> None:
    foreign.edit("vijfster.toml", old, new)
    with pytest.raises(ProjectError, match=key):
        foreign.build()
    result = CliRunner().invoke(app, ["build", "--project", str(foreign.folder)])
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_control_character_is_a_problem_of_its_cell(foreign: Workspace) -> None:
    foreign.edit("data/parken.csv", "Stadspark", "Stads\x0bpark")
    outcome = foreign.build()
    assert [(str(p.cell), p.code) for p in outcome.problems] == [
        ("parken.csv#row=2&column=naam", "control")
    ]


def test_up_serves_the_release_before_when_the_project_cannot_be_built(
    foreign: Workspace, free_port: Callable[[], int]
) -> None:
    port = free_port()
    Workspace(foreign.folder, f"http://localhost:{port}/").build()
    (foreign.folder / "vijfster.toml").write_text("niet = [goed", encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("VIJFSTER_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "up", "--project", str(foreign.folder), "--port", str(port)],
        env=environment, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as answer:
                    assert answer.status == 200
                    break
            except OSError:
                assert process.poll() is None
                signal.sigtimedwait([], 0.1)
        else:
            pytest.fail("the server did not start")
    finally:
        process.terminate()
        assert process.stderr is not None
        said = process.stderr.read().decode()
        process.stderr.close()
        process.wait(20)
    assert "not TOML" in said


@pytest.mark.parametrize(
    "lost", ["documents.sqlite", "sparql/CURRENT", "dumps/bomen.nt", "feed/catalog.ttl.gz"]
)
def test_build_makes_a_release_anew_that_is_not_whole(foreign: Workspace, lost: str) -> None:
    foreign.build()
    (foreign.release / lost).unlink()
    outcome = foreign.build()
    assert outcome.status == "published"
    assert set(outcome.counts.values()) == {0}
    assert (foreign.release / lost).is_file()


@pytest.mark.parametrize("cell", ["#REF!", "#NAAM?", "=1+1", '=HYPERLINK("http://a.test")'])
def test_formulas_and_errors_of_a_spreadsheet_are_problems(foreign: Workspace, cell: str) -> None:
    quoted = cell.replace('"', '""')
    foreign.edit("data/parken.csv", "Stadspark", f'"{quoted}"')
    assert [(str(p.cell), p.code) for p in foreign.build().problems] == [
        ("parken.csv#row=2&column=naam", "formula")
    ]


def test_rows_without_a_word_are_passed_over(foreign: Workspace) -> None:
    path = foreign.folder / "data" / "bomen.csv"
    path.write_text(path.read_text(encoding="utf-8") + ",,,,,\n , ,,,,\n", encoding="utf-8")
    assert foreign.build().status == "published"


def test_a_workbook_named_csv_is_called_a_workbook(foreign: Workspace) -> None:
    (foreign.folder / "data" / "bomen.csv").write_bytes(b"PK\x03\x04 and the rest")
    assert [p.code for p in foreign.build().problems] == ["workbook"]


def test_refusals_are_json_for_scripts_and_dutch_for_stewards(foreign: Workspace) -> None:
    foreign.build()
    path = foreign.folder / "data" / "bomen.csv"
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(True)[:3]), "utf-8")
    run = ["build", "--project", str(foreign.folder)]
    environment = {"VIJFSTER_BASE_IRI": foreign.base}
    result = CliRunner().invoke(app, [*run, "--json"], env=environment)
    assert result.exit_code == 2
    assert json.loads(result.stdout)["code"] == "too-many-withdrawals"
    result = CliRunner().invoke(app, run, env=environment)
    assert "Niets gepubliceerd: deze build zou" in result.stderr
