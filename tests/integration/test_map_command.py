"""`vijfster map`, as its users call it: exit codes, forms of output, what is told, what is left."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest

from tests.conftest import ROOT

MAPPING = """\
prefixes: {schema: 'https://schema.org/'}
sources: {t: [lijst.csv~csv]}
mappings:
  x:
    sources: t
    s: id/vereniging/$(nr)
    po:
      - [a, schema:Organization]
      - [schema:name, $(naam), nl~lang]
      - [schema:foundingDate, $(opgericht), xsd:date]
"""
ROWS = 'nr;naam;opgericht\n1;De Linde;2001-05-04\n2;"Zuid; Oost";31/02/2020\n'


def run(folder: Path, *words: str, lang: str = "nl") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "map", *words]
    command += [] if "--lang" in words else ["--lang", lang]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True,
                          check=False, timeout=120)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.yml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "lijst.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def test_to_the_screen(folder: Path) -> None:
    done = run(folder, "m.yml", "--base", "https://voorbeeld.test/")
    assert done.returncode == 1
    assert done.stdout.count("\n") == 5
    assert '<https://voorbeeld.test/id/vereniging/1> <https://schema.org/name> "De Linde"@nl .' in (
        done.stdout
    )
    assert "lijst.csv#row=3&column=opgericht" in done.stderr
    assert "puntkomma's" in done.stderr
    assert "2 rijen, 5 triples; 1 probleem in 1 rij." in done.stderr
    assert not list(folder.glob("*.skipped.csv"))


def test_in_english(folder: Path) -> None:
    done = run(folder, "m.yml", lang="en")
    assert "is a day that does not exist" in done.stderr
    assert "2 rows, 5 triples; 1 problem in 1 row." in done.stderr


@pytest.mark.parametrize("form", ["nquads", "ntriples", "turtle", "trig", "jsonld", "rdfxml"])
def test_every_form_says_the_same(folder: Path, form: str) -> None:
    done = run(folder, "m.yml", "--format", form, "--output", "uit")
    assert done.returncode == 1, done.stderr
    forms = {"nquads": ox.RdfFormat.N_QUADS, "ntriples": ox.RdfFormat.N_TRIPLES,
             "turtle": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG,
             "jsonld": ox.RdfFormat.JSON_LD, "rdfxml": ox.RdfFormat.RDF_XML}  # fmt: skip
    found = {quad.triple for quad in ox.parse((folder / "uit").read_bytes(), forms[form])}
    wanted = {q.triple for q in ox.parse(run(folder, "m.yml").stdout, ox.RdfFormat.N_QUADS)}
    assert len(wanted) == 5
    assert found == wanted
    assert (folder / "uit.skipped.csv").read_text(encoding="utf-8-sig").count("\n") == 2


def test_stop_leaves_nothing(folder: Path) -> None:
    done = run(folder, "m.yml", "--on-error", "stop", "--output", "uit.nq")
    assert done.returncode == 1
    assert "Niets geschreven" in done.stderr
    assert not (folder / "uit.nq").exists()


def test_json_for_scripts(folder: Path) -> None:
    done = run(folder, "m.yml", "--on-error", "skip-row", "--output", "uit.nq", "--json")
    told = json.loads(done.stdout)
    assert (told["rows"], told["quads"], told["problems"], told["written"]) == (2, 3, 1, True)
    assert told["found"][0]["cell"] == "lijst.csv#row=3&column=opgericht"
    assert told["skipped"] == ["uit.nq.skipped.csv"]


def test_a_row_is_explained(folder: Path) -> None:
    done = run(folder, "m.yml", "--explain", "3")
    assert done.returncode == 1
    assert '"Zuid; Oost"@nl .  # nr, naam' in done.stdout
    assert "! lijst.csv#row=3&column=opgericht" in done.stdout
    back = run(folder, "m.yml", "--explain", "id/vereniging/1", "--json")
    assert [item["row"] for item in json.loads(back.stdout)] == ["lijst.csv#row=2"]
    assert back.returncode == 0
    assert run(folder, "m.yml", "--explain", "99").returncode == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["weg.yml"], "weg.yml"),
        (["m.yml", "--data", "weg.csv"], "er is geen bestand weg.csv"),
        (["m.yml", "--encoding", "klingon"], "geen tekencodering"),
        (["m.yml", "--header-row", "9"], "geen rij 9"),
        (["m.yml", "--output", "nergens/uit.nq"], "nergens"),
        (["m.yml", "--explain", "twee woorden"], "geen nummer van een rij"),
        (["m.yml", "--package", "weg.json"], "weg.json"),
    ],
)  # fmt: skip
def test_what_cannot_be_run(folder: Path, words: list[str], said: str) -> None:
    done = run(folder, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not re.search(r"/tmp/|site-packages", done.stderr)


def test_a_stop_by_hand_leaves_nothing(folder: Path) -> None:
    with (folder / "lijst.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{n};naam {n};2020-01-01\n" for n in range(2_000_000))
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "map", "m.yml", "--output", "uit.nq"], cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
        # what is started in the background would ignore it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(folder.glob(".vijfster-*/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert sorted(path.name for path in folder.iterdir()) == ["lijst.csv", "m.yml"]


def test_a_sheet_of_a_workbook(folder: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Lijst")
    for row in (["Verenigingen 2026"], [], ["nr", "naam", "opgericht"],
                ["0007", "Zuid", "31/12/2020"], [8, "#DIV/0!", dt.date(2001, 5, 4)]):  # fmt: skip
        sheet.append(row)
    book.save(folder / "lijst.xlsx")
    done = run(folder, "m.yml", "--data", "lijst.xlsx", "--sheet", "Lijst")
    assert done.returncode == 1
    assert "rij 3" in done.stderr
    assert "lijst.xlsx#sheet=Lijst&cell=C4: " in done.stderr
    assert "Schrijf jaar-maand-dag: 2020-12-31." in done.stderr
    assert "lijst.xlsx#sheet=Lijst&cell=B5: " in done.stderr
    assert 'id/vereniging/8> <https://schema.org/foundingDate> "2001-05-04"^^' in done.stdout
    assert "id/vereniging/0007" in done.stdout
    (folder / "m.yml").write_text(MAPPING.replace("lijst.csv", "lijst.xlsx#sheet=Lijst"))
    assert run(folder, "m.yml").stdout == done.stdout
    assert run(folder, "m.yml", "--data", "lijst.xlsx").stdout == done.stdout
