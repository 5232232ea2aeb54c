"""morph-kgc maps the shipped mappings, translated by yatter, and two more: the graphs are the same.

The two stand in an environment of their own (`make peers`). What they cannot read they are given
in another form that says the same (`GIVEN`); what they do otherwise is told in `OTHERWISE`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from app.mapping.executor import run
from app.mapping.files import load
from app.rdf import media
from app.rdf.io import parse, write_ntriples
from app.rdf.terms import Quad
from app.tables.descriptor import load_package
from app.tables.reading import Reading, read
from tests.conformance.flattening import GIVEN, Flattened
from tests.conftest import BASE, ROOT

PEERS = os.environ.get("VIJFSTER_PEERS") or Path.home() / ".cache" / "vijfster"
ORACLE = Path(PEERS) / "oracle"
SCRIPT = Path(__file__).with_name("peers.py")
OTHERS = Path(__file__).with_name("others")
MAPPINGS = {path.stem: path for path in sorted((ROOT / "mappings").glob("*.yml"))} | {
    "bibliotheek": OTHERS / "bibliotheek" / "mapping.yml",
    "haltes": OTHERS / "haltes" / "mapping.ttl",
}
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def encoded(term: str) -> str:
    found = _BEYOND_ASCII.sub(lambda match: quote(match[0]), term)
    return found if term.startswith("<") else term


# what morph-kgc does otherwise, why ours is right, and our term as it would write it
OTHERWISE: dict[str, tuple[str, Callable[[str], str]]] = {
    "encoding": ("R2RML (7.3) keeps iunreserved as it is, beyond ASCII too", encoded),
    "constant": ("a constant in a language loses it; R2RML (7.1) asks the term itself",
                 lambda term: '"punt"' if term == '"punt"@nl' else term),
}  # fmt: skip
# what each mapping had to be given in another form, and what is otherwise in its graph
NEEDED = {
    "actors": {"base", "condition", "iterator", "list", "lookup", "prefixes", "schema"},
    "bronnen": {"base", "condition", "prefixes"},
    "domains": {"base", "condition", "list", "prefixes"},
    "figures": {"base", "condition", "prefixes"},
    "instruments": {"base", "condition", "list", "prefixes", "schema"},
    "projects": {"base", "condition", "iterator", "list", "lookup", "prefixes", "schema"},
    "recommendations": {"base", "list", "lookup", "prefixes"},
    "systems": {"base", "list", "prefixes", "schema"},
    "bibliotheek": {"base", "condition", "encoding", "iterator", "list", "prefixes", "schema"},
    "haltes": {"constant"},
}


@pytest.fixture(scope="module")
def readings() -> dict[Path, Reading]:
    files = [ROOT / "data" / "datapackage.json", *OTHERS.glob("*/datapackage.json")]
    tables = [table for file in files for table in load_package(file).values()]
    return {table.path.resolve(): read(table) for table in tables}


@pytest.fixture(scope="module")
def theirs(
    tmp_path_factory: pytest.TempPathFactory, readings: dict[Path, Reading]
) -> dict[str, tuple[set[Quad], set[str]]]:
    """The quads that morph-kgc makes of each mapping, and what it was given."""
    python = ORACLE / "bin" / "python"
    if not python.exists():
        pytest.skip(f"morph-kgc absent: {ORACLE} (`make peers` puts it there)")
    top = tmp_path_factory.mktemp("peers")
    met: dict[str, set[str]] = {}
    for name, path in MAPPINGS.items():
        folder = top / name
        if path.suffix == ".ttl":
            shutil.copytree(path.parent, folder)
            met[name] = set()
            continue
        folder.mkdir()
        near = {p: r for p, r in readings.items()
                if p.parent in {path.parent, path.parent.parent / "data"}}  # fmt: skip
        met[name] = Flattened(path, near, BASE).write(folder)
    folders = [str(top / name) for name in MAPPINGS]
    command = [str(python), "-W", "ignore", str(SCRIPT)]
    # two at a time: most of what it takes is reading the mappings
    runs = [subprocess.Popen([*command, *folders[n::2]], stderr=subprocess.PIPE, text=True)
            for n in range(2)]  # fmt: skip
    for done in runs:
        _, said = done.communicate(timeout=300)
        assert done.returncode == 0, said[-3000:]
    return {name: (quads(top / name / "peers.nq"), met[name]) for name in MAPPINGS}


def quads(file: Path) -> set[Quad]:
    return set(parse(file.read_bytes(), media.N_QUADS, base=BASE, where=file.parent.name))


@pytest.mark.slow
@pytest.mark.parametrize("name", MAPPINGS)
def test_the_same_graph(
    name: str,
    readings: dict[Path, Reading],
    theirs: dict[str, tuple[set[Quad], set[str]]],
) -> None:
    made = run(load(MAPPINGS[name], base=BASE, own_base=True), readings)
    assert made.problems == []
    ours = {(*triple, "") for triple in made.triples} | made.quads
    found, needed = theirs[name]
    assert len(ours) > 10
    for difference in sorted(NEEDED[name] & OTHERWISE.keys()):
        _, write = OTHERWISE[difference]
        written = {(write(s), write(p), write(o), write(g)) for s, p, o, g in ours}
        assert written != ours, "a difference that is explained is there no longer"
        ours, needed = written, needed | {difference}
    assert needed == NEEDED[name] <= GIVEN.keys() | OTHERWISE.keys()
    for graph in {quad[3] for quad in ours | found}:
        same(*({quad for quad in side if quad[3] == graph} for side in (ours, found)))


def same(ours: set[Quad], found: set[Quad]) -> None:
    """Compare one graph, whatever its blank nodes are called."""
    if not any("_:" in (quad[0][:2], quad[2][:2]) for quad in ours):
        assert sorted(found - ours)[:5] == []
        assert sorted(ours - found)[:5] == []
        return
    assert len(ours) == len(found)
    graphs = [Graph().parse(data=write_ntriples(side), format="nt") for side in (ours, found)]
    assert isomorphic(*graphs)
