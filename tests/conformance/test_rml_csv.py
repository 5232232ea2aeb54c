"""The CSV cases of the original RML suite (kg-construct/rml-test-cases) that are beside the clone.

A case without `output.nq` expects an error; else the quads are the same but for the names of blank
nodes. What one row of data spoils costs that row's terms, as the cases ask.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from app.errors import ProjectError
from app.mapping.executor import run
from app.mapping.files import load
from app.rdf import media
from app.rdf.io import parse, write_ntriples
from app.rdf.terms import Quad
from app.tables.descriptor import Field, Table
from app.tables.reading import Reading, read
from tests.conftest import SHARED

SUITE = SHARED / "w3c" / "rml-csv"
CASES = sorted(path.name for path in SUITE.glob("RMLTC*"))
BASE = "http://example.com/base/"
# what is wrong with the mapping, for the right reason
ERRORS = {
    "RMLTC0002e-CSV": "student2.csv is not a table",
    "RMLTC0012d-CSV": "subjectMap is given more than once",
    "RMLTC0015b-CSV": "'english' is not a language tag",
}


def readings(case: Path) -> dict[Path, Reading]:
    out = {}
    for path in case.glob("*.csv"):
        names = next(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        fields = tuple(Field(name) for name in names)
        out[path.resolve()] = read(Table(path.stem, path, "utf-8", ",", fields, (), ()))
    return out


def found(case: Path) -> set[Quad]:
    mapping = load(case / "mapping.ttl", base="https://elders.test/", own_base=True)
    mapped = run(mapping, readings(case))
    return {(*triple, "") for triple in mapped.triples} | mapped.quads


def check(case: Path, wanted: set[Quad]) -> None:
    """Compare what a folder gives with these quads, whatever blank nodes are called."""
    ours = found(case)
    if not any("_:" in (s[:2], o[:2]) for s, _, o, _ in wanted):
        assert ours == wanted
        return
    assert {quad[3] for quad in ours} == {quad[3] for quad in wanted} == {""}
    assert len(ours) == len(wanted)
    graphs = [Graph().parse(data=write_ntriples(quads), format="nt") for quads in (ours, wanted)]
    assert isomorphic(*graphs)


@pytest.mark.parametrize("name", CASES or ["absent"])
def test_case(name: str, shared: Path) -> None:
    case = shared / "w3c" / "rml-csv" / name
    expected = case / "output.nq"
    if expected.exists():
        check(case, set(parse(expected.read_bytes(), media.N_QUADS, base=BASE, where=name)))
        return
    with pytest.raises(ProjectError) as error:
        found(case)
    assert ERRORS[name] in error.value.detail


def test_all_cases_beside_the_clone_were_tried(shared: Path) -> None:
    assert len(CASES) == 20
    expected_errors = {name for name in CASES if not (SUITE / name / "output.nq").exists()}
    assert expected_errors == ERRORS.keys()
