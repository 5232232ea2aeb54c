"""The CSV cases of the original RML suite (kg-construct/rml-test-cases) that are beside the clone.

Each runs as `vijfster map mapping.ttl --format nquads --output F` in its folder. A case without
`output.nq` expects an error, and then no file is left; else the quads are the same but for the
names of blank nodes. What one row of data spoils costs that row's terms, as the cases ask.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from typer.testing import CliRunner

from app.cli.main import app
from app.rdf import media
from app.rdf.io import parse, write_ntriples
from app.rdf.terms import Quad
from tests.conftest import SHARED

SUITE = SHARED / "w3c" / "rml-csv"
CASES = sorted(path.name for path in SUITE.glob("RMLTC*"))
BASE = "http://example.com/base/"
# what is wrong with the mapping, for the right reason
ERRORS = {
    "RMLTC0002e-CSV": "student2.csv",
    "RMLTC0012d-CSV": "subjectMap is given more than once",
    "RMLTC0015b-CSV": "'english' is not a language tag",
}


# rows with an IRI that is none: the others are written, and the exit code tells of it
ROWS = {"RMLTC0019b-CSV", "RMLTC0020b-CSV"}


def mapped(case: Path, folder: Path, *, code: int) -> tuple[Path, str]:
    """Run the command in a case's folder; return the file it was to write, and what it said."""
    out = folder / "uitvoer.nq"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(case)
        found = CliRunner().invoke(app, [
            "map", "mapping.ttl", "--format", "nquads", "--output", str(out), "--lang", "en",
        ])  # fmt: skip
    assert found.exit_code == code, found.output
    return out, found.output


def refused(case: Path, folder: Path, words: str) -> None:
    """Check that a folder gives an error with these words, and no file."""
    _, said = mapped(case, folder, code=2)
    assert words in said
    assert list(folder.glob("uitvoer*")) == []


def check(case: Path, folder: Path, wanted: set[Quad], *, code: int = 0) -> None:
    """Compare what a folder gives with these quads, whatever blank nodes are called."""
    out, _ = mapped(case, folder, code=code)
    ours = set(parse(out.read_bytes(), media.N_QUADS, base=BASE, where=case.name))
    if not any("_:" in (s[:2], o[:2]) for s, _, o, _ in wanted):
        assert ours == wanted
        return
    assert {quad[3] for quad in ours} == {quad[3] for quad in wanted} == {""}
    assert len(ours) == len(wanted)
    graphs = [Graph().parse(data=write_ntriples(quads), format="nt") for quads in (ours, wanted)]
    assert isomorphic(*graphs)


@pytest.mark.parametrize("name", CASES or ["absent"])
def test_case(name: str, shared: Path, tmp_path: Path) -> None:
    case = shared / "w3c" / "rml-csv" / name
    expected = case / "output.nq"
    if not expected.exists():
        refused(case, tmp_path, ERRORS[name])
        return
    quads = set(parse(expected.read_bytes(), media.N_QUADS, base=BASE, where=name))
    check(case, tmp_path, quads, code=int(name in ROWS))


def test_all_cases_beside_the_clone_were_tried(shared: Path) -> None:
    assert len(CASES) == 20
    expected_errors = {name for name in CASES if not (SUITE / name / "output.nq").exists()}
    assert expected_errors == ERRORS.keys()
