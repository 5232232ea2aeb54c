"""What the integration tests read of releases and ledger, past the services themselves."""

from __future__ import annotations

import gzip
import hashlib
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox

from app.rdf.terms import Quad, split_line
from app.store.documents import Documents
from app.store.ledger import Release
from app.store.releases import read_json
from tests.conftest import Workspace

_TIME = re.compile(r'"[^"]*"\^\^<http://www\.w3\.org/2001/XMLSchema#dateTime>')
# release, kind, path, hash
Event = tuple[int, str, str, str]


def quads(release: Path) -> list[Quad]:
    """Return the quads of a release, in the order of its file."""
    with gzip.open(release / "data.nq.gz", "rt", encoding="utf-8", newline="\n") as file:
        return [split_line(line.rstrip("\n")) for line in file]


def timeless(release: Path) -> list[str]:
    """Return the lines of a release's data with every time made the same."""
    with gzip.open(release / "data.nq.gz", "rt", encoding="utf-8", newline="\n") as file:
        return sorted(_TIME.sub('"then"', line) for line in file)


def graph(release: Path, name: str) -> list[Quad]:
    """Return the quads of one named graph."""
    return [quad for quad in quads(release) if quad[3].endswith(f"/id/graaf/{name}>")]


def _rows(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(workspace.releases.ledger.path)) as ledger:
        return ledger.execute(sql).fetchall()


def events(workspace: Workspace) -> list[Event]:
    """Return the whole event log without its times."""
    found = _rows(workspace, "SELECT release, kind, path, hash FROM events ORDER BY sequence")
    return [(int(str(r)), str(k), str(p), str(h)) for r, k, p, h in found]


def last_events(workspace: Workspace) -> dict[str, set[str]]:
    """Return the paths of the events of the last release, by kind."""
    last = workspace.releases.ledger.releases()[-1].id
    out: dict[str, set[str]] = {"create": set(), "update": set(), "delete": set()}
    for release, kind, path, _ in events(workspace):
        if release == last:
            assert path not in out[kind], f"{kind} of {path} twice"
            out[kind].add(path)
    return out


def event_times(workspace: Workspace) -> list[str]:
    """Return the times of all events, in their order."""
    return [str(at) for (at,) in _rows(workspace, "SELECT at FROM events ORDER BY sequence")]


def states(workspace: Workspace) -> dict[str, tuple[str, str, bool]]:
    """Return graph, hash and whether it is withdrawn of every entity, by path."""
    entities = workspace.releases.ledger.entities()
    return {p: (e.graph, e.hash, e.withdrawn is not None) for p, e in entities.items()}


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def times_in(release: Path) -> dict[str, tuple[str, str]]:
    """Return (digest, modified) of every document of a release."""
    manifest = read_json(release / "manifest.json")
    with closing(Documents(release / "documents.sqlite", manifest["base"])) as documents:
        return documents.states()


def assert_whole(folder: Path, release: Release) -> None:
    """Check that a release folder is all there and agrees with itself."""
    manifest = read_json(folder / "manifest.json")
    assert (manifest["published"], manifest["base"]) == (release.published, release.base)
    assert manifest["checksum"] == release.inputs
    found = quads(folder)
    names = Counter(quad[3].rsplit("/", 1)[-1][:-1] for quad in found)
    assert dict(names) == manifest["quads"]
    for name, (digest, _) in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    for path in folder.rglob("*.gz"):
        assert gzip.decompress(path.read_bytes()), path
    with closing(sqlite3.connect(f"file:{folder}/documents.sqlite?mode=ro", uri=True)) as index:
        assert index.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert times_in(folder)
    store = ox.Store.read_only(str(folder / "sparql"))
    named = [quad for quad in store if not isinstance(quad.graph_name, ox.DefaultGraph)]
    assert len(named) == len(set(found)) == len(found)
    # where graphs overlap the default graph holds their merge
    merge = len({quad[:3] for quad in found})
    assert manifest["merged"] == (merge != len(found))
    assert len(store) - len(named) == (merge if manifest["merged"] else 0)


def assert_clean(workspace: Workspace) -> None:
    """Check that the releases folder holds what the ledger names and nothing else."""
    releases = workspace.releases
    named = {release.name for release in releases.ledger.releases()}
    assert {path.name for path in releases.folder.iterdir()} <= named
    with closing(sqlite3.connect(releases.ledger.path)) as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
