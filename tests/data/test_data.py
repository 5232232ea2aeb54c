"""The files of the project parse and pass their own checks; `make check-data` runs this file."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.project import load_project
from app.rdf import media
from app.rdf.io import parse
from app.rdf.terms import Quad
from app.tables.checks import check
from app.vocabularies.codelists import load_code_lists, skos
from app.vocabularies.references import load_references
from tests.data.sources import readings

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://voorbeeld.test/"
TURTLE = sorted(path.relative_to(ROOT) for name in ("vocab", "shapes")
                for path in (ROOT / name).rglob("*.ttl"))  # fmt: skip
PREFIX = re.compile(r"^@prefix\s+\S*:\s*<([^>]*)>", re.MULTILINE)


def parsed(path: Path, base: str) -> set[Quad]:
    return set(parse((ROOT / path).read_bytes(), media.TURTLE, base=base, where=path.name))


@pytest.mark.parametrize("path", TURTLE, ids=str)
def test_turtle_parses_and_has_no_base_of_its_own(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not re.search(r"^\s*@?base\b", text, re.IGNORECASE | re.MULTILINE)
    assert parsed(path, BASE)


def test_own_terms_follow_the_base() -> None:
    for name in load_project(ROOT).vocabularies:
        quads = parsed(Path(name), BASE)
        own = {quad[0] for quad in quads}
        assert all(subject.startswith(f"<{BASE}") for subject in own)
        moved = parsed(Path(name), "https://anders.test/")
        assert moved == {
            (s.replace(BASE, "https://anders.test/"), p.replace(BASE, "https://anders.test/"),
             o.replace(BASE, "https://anders.test/"), g) for s, p, o, g in quads
        }  # fmt: skip


@pytest.mark.parametrize("path", TURTLE, ids=str)
def test_no_file_names_a_host_of_its_own(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not re.search(r"localhost|voorbeeld\.test", text)
    assert all("vijfster" not in iri or "://" not in iri for iri in PREFIX.findall(text))


def test_tables_pass_their_own_checks() -> None:
    lists = load_code_lists(ROOT / "vocab" / "codelijsten")
    codes = {name: item.concepts.keys() for name, item in lists.items()}
    problems = check(readings(), codes, load_references(ROOT / "vocab" / "extern"))
    assert [f"{problem.cell}: {problem.message['en']}" for problem in problems] == []


@pytest.mark.parametrize(
    ("table", "ref", "cells", "column", "code"),
    [
        ("actors", "hasselt", {"nis_code": "99999"}, "nis_code", "unknown"),
        ("actors", "hasselt", {"nis_later": "71022"}, "nis_later", "unknown"),
        ("actors", "hasselt", {"nis_date": ""}, "nis_date", "required"),
        ("actors", "hasselt", {"source_lines": "99999"}, "source_lines", "lines"),
        ("actors", "hasselt", {"source_lines": "12-5"}, "source_lines", "lines"),
        ("actors", "hasselt", {"also_in": "foo:3"}, "also_in", "lines"),
        ("actors", "hasselt", {"also_in": "provincie:24"}, "also_in", "lines"),
        ("actors", "hasselt", {"acronyms": "Hasselt"}, "acronyms", "same"),
        ("instruments", "rural-development-2014-2020", {"period_end": "2010"}, "period_end",
         "backward"),
        ("projects", "smarter-together", {"none_stated": "financiering"}, "none_stated",
         "contradiction"),
        ("figures", "politieke-steun", {"value": "250"}, "value", "range"),
        ("recommendations", "inzicht-financieringsmogelijkheden",
         {"roles_not_advised": "architect"}, "roles_not_advised", "same"),
    ],
)  # fmt: skip
def test_a_wrong_cell_of_ours_is_refused_where_it_stands(
    table: str, ref: str, cells: dict[str, str], column: str, code: str
) -> None:
    """What `make check-data` and a build both run; without the documents at hand."""
    lists = load_code_lists(ROOT / "vocab" / "codelijsten")
    tables = readings()
    batch = tables[table].batch
    at = list(batch.columns["ref"]).index(ref)
    wrong = {name: [*batch.columns[name][:at], cell, *batch.columns[name][at + 1 :]]
             for name, cell in cells.items()}  # fmt: skip
    changed = replace(batch, columns={**batch.columns, **wrong})
    tables[table] = replace(tables[table], batch=changed)
    number = batch.numbers[at]
    found = check(tables, {name: item.concepts.keys() for name, item in lists.items()},
                  load_references(ROOT / "vocab" / "extern"))  # fmt: skip
    file = tables[table].table.file
    assert [(str(problem.cell), problem.code) for problem in found] == [
        (f"{file}#row={number}&column={column}", code)
    ]


def test_every_table_file_is_described_and_published() -> None:
    files = {path.name for path in (ROOT / "data").glob("*.csv")}
    tables = readings()
    assert {reading.table.file for reading in tables.values()} == files
    assert {item.table for item in load_project(ROOT).inventories} == set(tables)


def test_every_code_list_is_listed_used_and_complete_in_both_languages() -> None:
    folder = ROOT / "vocab" / "codelijsten"
    lists = load_code_lists(folder)
    assert {path.stem for path in folder.glob("*.csv")} == {*lists, "index"}
    used = {field.code_list for reading in readings().values() for field in reading.table.fields}
    asked = "".join((ROOT / name).read_text("utf-8") for name in load_project(ROOT).questions)
    used |= {name for name in lists if f"<id/concept/{name}/" in asked}
    assert set(lists) == used - {""}
    for item in lists.values():
        assert item.texts["title_nl"]
        assert item.texts["title_en"]
        for code, concept in item.concepts.items():
            assert concept["label_nl"], (item.scheme, code)
            assert concept["label_en"], (item.scheme, code)
    assert list(skos(lists, base=BASE))


def test_outside_terms_have_a_type_and_a_label() -> None:
    references = load_references(ROOT / "vocab" / "extern")
    assert references
    assert [item.iri for item in references.values() if not any(item.labels.values())] == []
