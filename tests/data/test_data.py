"""The files of the project: they parse, pass their own checks, cite lines that exist, name nobody.

`make check` runs this file. Tests against the source documents need the shared folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from app.project import load_project
from app.rdf import media
from app.rdf.io import parse
from app.rdf.terms import Quad
from app.tables.checks import check
from app.tables.descriptor import load_package
from app.tables.reading import Reading, read
from app.vocabularies.codelists import load_code_lists, skos
from app.vocabularies.references import load_references

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://voorbeeld.test/"
TURTLE = sorted(path.relative_to(ROOT) for name in ("vocab", "shapes")
                for path in (ROOT / name).rglob("*.ttl"))  # fmt: skip
PREFIX = re.compile(r"^@prefix\s+\S*:\s*<([^>]*)>", re.MULTILINE)
# the list of consulted people: annex A of the landscape report
REPORT, ANNEX_A = "landschap", (1757, 1784)


def readings() -> dict[str, Reading]:
    return {n: read(t) for n, t in load_package(ROOT / "data" / "datapackage.json").items()}


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
    problems = check(readings(), {name: item.concepts.keys() for name, item in lists.items()})
    assert [f"{problem.cell}: {problem.message['en']}" for problem in problems] == []


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


# against the source documents


@pytest.fixture(scope="module")
def documents(shared: Path) -> dict[str, list[str]]:
    """Return the lines of each source document, by its code."""
    found = {}
    for row in readings()["bronnen"].rows:
        path = shared / "seeds" / row.cells["file"]
        found[row.cells["code"]] = path.read_text(encoding="utf-8").split("\n")
    return found


def citations() -> Iterator[tuple[str, str, int, int]]:
    """Yield (cell, document code, first line, last line) of every citation."""
    for reading in readings().values():
        for row in reading.rows:
            if "source_lines" not in row.cells:
                continue
            where = f"{reading.table.file}#row={row.number}"
            own = row.cells["source_document"]
            parts = [f"{own}:{lines}" for lines in row.cells["source_lines"].split("|")]
            parts += filter(None, row.cells["also_in"].split("|"))
            for part in parts:
                code, _, lines = part.partition(":")
                first, _, last = lines.partition("-")
                yield f"{where} {part}", code, int(first), int(last or first)


def test_every_cited_line_exists_and_says_something(documents: dict[str, list[str]]) -> None:
    wrong = []
    cited = list(citations())
    for where, code, first, last in cited:
        lines = documents.get(code, [])
        if not 1 <= first <= last <= len(lines):
            wrong.append(f"{where}: no such lines")
        elif not (lines[first - 1].strip() and lines[last - 1].strip()):
            wrong.append(f"{where}: a blank line")
    assert wrong == []
    assert len(cited) > 100


def test_also_in_cites_another_document() -> None:
    wrong = []
    for reading in readings().values():
        for row in reading.rows:
            codes = {part.partition(":")[0] for part in row.cells.get("also_in", "").split("|")}
            if row.cells.get("source_document") in codes:
                wrong.append(f"{reading.table.file}#row={row.number}")
    assert wrong == []


def people(lines: list[str]) -> set[str]:
    """Return pairs of words that follow each other in the second column of annex A.

    A cell may name several people without a sign between them, so every pair counts; cells with
    commas list organisations. Pairs of particles ("Van Den") say nothing.
    """
    found: set[str] = set()
    for line in lines[ANNEX_A[0] - 1 : ANNEX_A[1]]:
        cells = line.split("\t")
        if len(cells) != 3 or "," in cells[1] or not re.search(r"[0-9]$", cells[2].strip()):
            continue
        words = cells[1].split()
        found |= {f"{one} {other}" for one, other in pairwise(words)
                  if len(one) > 3 or len(other) > 3}  # fmt: skip
    return found


def test_no_person_of_annex_a_is_in_any_cell(documents: dict[str, list[str]]) -> None:
    names = people(documents[REPORT])
    assert len(names) >= 20
    files = [*(ROOT / "data").glob("*.csv"), *(ROOT / "vocab").rglob("*.csv")]
    for path in files:
        text = path.read_text(encoding="utf-8").casefold()
        hits = sum(name.casefold() in text for name in names)
        # the message shows the file, not the name
        assert hits == 0, f"{path.name} holds {hits} names of people"
