"""Each mapping over a small invented table gives exactly the graph that was reasoned out by hand.

`golden/<mapping>.csv` has the header of the real table, `golden/<mapping>.ttl` the expected graph
with relative IRIs.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.mapping.executor import Mapped, run
from app.mapping.model import TriplesMap
from app.mapping.yarrrml import load_mapping
from app.project import load_project
from app.rdf import media
from app.rdf.io import parse
from app.rdf.terms import Triple
from app.tables.checks import check
from app.tables.descriptor import load_package
from app.tables.reading import Reading, read
from app.vocabularies.codelists import load_code_lists
from app.vocabularies.references import load_references

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).resolve().parent / "golden"
BASE = "https://voorbeeld.test/"
UNIT = f"{BASE}ns/vijfster#eenheid"
STANDARD = "http://purl.org/linked-data/sdmx/2009/attribute#unitMeasure"
MAPPINGS = sorted(path.stem for path in (ROOT / "mappings").glob("*.yml"))


def golden_readings() -> dict[str, Reading]:
    """Return the golden rows, by table, read with the schemas of the real tables."""
    tables = load_package(ROOT / "data" / "datapackage.json")
    return {n: read(replace(t, path=GOLDEN / t.file)) for n, t in tables.items()}


def mapped(name: str) -> tuple[Mapped, tuple[TriplesMap, ...]]:
    mapping = load_mapping(ROOT / "mappings" / f"{name}.yml", base=BASE)
    readings = {ROOT / "data" / r.table.file: r for r in golden_readings().values()}
    return run(mapping, readings), mapping.triples_maps


def expected(name: str) -> set[Triple]:
    path = GOLDEN / f"{name}.ttl"
    quads = parse(path.read_bytes(), media.TURTLE, base=BASE, where=path.name)
    return {quad[:3] for quad in quads}


def test_every_mapping_of_the_project_has_a_golden_graph() -> None:
    used = {Path(item.mapping).stem for item in load_project(ROOT).inventories}
    assert used == set(MAPPINGS)
    for suffix in ("csv", "ttl"):
        assert {path.stem for path in GOLDEN.glob(f"*.{suffix}")} == used


def test_golden_rows_pass_the_checks_of_the_real_tables() -> None:
    codes = {n: c.concepts.keys() for n, c in load_code_lists(ROOT / "vocab/codelijsten").items()}
    assert check(golden_readings(), codes, load_references(ROOT / "vocab/extern")) == []


@pytest.mark.parametrize("name", MAPPINGS)
def test_mapping_gives_the_golden_graph(name: str) -> None:
    found, _ = mapped(name)
    assert found.problems == []
    graph = expected(name)
    assert sorted(found.triples - graph) == []
    assert sorted(graph - found.triples) == []


def test_the_units_that_others_know_are_those_of_the_code_list() -> None:
    units = load_code_lists(ROOT / "vocab" / "codelijsten")["eenheid"].concepts
    found, _ = mapped("figures")
    of = {p: {s: o for s, q, o in found.triples if q == f"<{p}>"} for p in (UNIT, STANDARD)}
    assert {unit.rpartition("/")[2][:-1]: of[STANDARD].get(figure, "<>")[1:-1]
            for figure, unit in of[UNIT].items()} == {
        code: units[code]["exact_match"] for code in ("procent", "aantal", "euro", "jaar", "maand")
    }  # fmt: skip
    assert {code for code, unit in units.items() if unit["exact_match"]} == {
        "procent", "euro", "jaar", "maand"}  # fmt: skip


@pytest.mark.parametrize("name", MAPPINGS)
def test_golden_rows_exercise_every_rule(name: str) -> None:
    found, maps = mapped(name)
    used = {index for rows in found.rows.values() for _, _, index in rows}
    assert used == set(range(len(maps)))
    predicates = {predicate for _, predicate, _ in found.triples}
    for item in maps:
        for rule in item.predicate_objects:
            assert {f"<{predicate}>" for predicate in rule.predicates} <= predicates
    # a column that no golden row fills in would test nothing
    reading = next(r for r in golden_readings().values() if r.table.path.stem == name)
    columns = {c.partition(".")[0] for item in maps for rule in item.predicate_objects
               for term in rule.objects for c in term.columns}  # fmt: skip
    assert {c for c in columns if not any(row.cells[c] for row in reading.rows)} == set()
