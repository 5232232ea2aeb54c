"""A full disk or a ledger that cannot be written: a clear refusal, the old release stands."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.errors import BuildError, StoreUnavailableError
from app.store.ledger import Ledger
from app.store.releases import Releases
from tests.conftest import ROOT, Workspace, copy_project
from tests.integration import facts
from tests.integration.test_crash import Scene, drive, scene, serve

pytestmark = pytest.mark.slow
CLEAR = {
    "the state directory cannot be written: No space left on device",
    "the release cannot be written: No space left on device",
    "the release cannot be written: database or disk is full",
    "the ledger cannot be written: database or disk is full",
}


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Release 1 is published and the tables now differ."""
    folder = tmp_path_factory.mktemp("disk")
    workspace = copy_project(ROOT / "tests" / "projects" / "bomen", folder / "source")
    assert workspace.build().status == "published"
    workspace.edit("data/bomen.csv", "B2,beuk,18", "B2,beuk,19")
    return scene(workspace.folder, folder / "count")


def check_refused(result: dict[str, Any], second: Scene) -> None:
    assert result.get("error") == "BuildError", result
    workspace, before = Workspace(Path(result["folder"])), Workspace(second.source)
    found = workspace.releases.current()
    assert found is not None
    assert found[0].id == 1
    facts.assert_whole(found[1], found[0])
    assert facts.digests(found[1]) == facts.digests(before.release)
    # nothing temporary is left, here or beside the project
    facts.assert_clean(workspace)
    assert {p.name for p in workspace.folder.iterdir()} == {p.name for p in second.source.iterdir()}
    serve(workspace, 1)


def test_no_room_from_any_moment_on(second: Scene, tmp_path: Path) -> None:
    total, (rename,) = len(second.seen), second.where("os.rename")
    commit = second.where("sqlite.write", "ledger.sqlite commit")[-1]
    chosen = {*range(1, commit, total // 12), *second.where("engine.load"), rename, rename + 1}
    chosen |= {*second.where("documents.sqlite commit"), *second.where("cells.json")}
    chosen |= {rename + 3, commit - 1, commit}
    details = set()
    for result in drive("full", second.source, tmp_path / "work", [*map(str, sorted(chosen))]):
        check_refused(result, second)
        details.add(result["detail"])
        workspace = Workspace(Path(result["folder"]))
        assert workspace.build().status == "published"  # there is room again
        assert facts.events(workspace) == facts.events(second.reference)
        shutil.rmtree(result["folder"])
    assert details <= CLEAR
    assert len(details) >= 3


@pytest.mark.parametrize(
    ("mode", "points", "reasons"),
    [
        # nothing may be written, not even a lock; text files fail; then SQLite, which says less
        ("size", ["0", "700", "3000"], {"File too large"}),
        ("size", ["8000", "20000", "50000"], {"disk I/O error"}),
        ("engine", ["0", "5000", "50000"], {"File too large"}),
    ],
)
def test_no_file_may_grow(
    mode: str, points: list[str], reasons: set[str], second: Scene, tmp_path: Path
) -> None:
    """The kernel itself refuses the writes here, also those of SQLite and the SPARQL engine."""
    for result in drive(mode, second.source, tmp_path / "work", points):
        check_refused(result, second)
        head, _, reason = result["detail"].partition(": ")
        assert (head, {reason}) == ("the release cannot be written", reasons)


def test_site_starts_on_a_full_disk(second: Scene) -> None:
    """Reading needs no room: a ledger in WAL mode could not even be opened."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        "from pathlib import Path; from tests.conftest import Workspace;"
        "from tests.integration.test_crash import serve;"
        f"serve(Workspace(Path({str(second.source)!r})), 1)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def edited(foreign: Workspace) -> Workspace:
    foreign.build()
    foreign.edit("data/bomen.csv", "B2,beuk,18", "B2,beuk,19")
    return foreign


def test_ledger_that_is_read_only(edited: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    path, connect = edited.releases.ledger.path, sqlite3.connect

    def read_only(database: Any, **named: Any) -> sqlite3.Connection:
        # root may write what is marked read-only, so SQLite itself is told not to
        connection: sqlite3.Connection = connect(database, **named)
        if database == path:
            connection.execute("PRAGMA query_only=ON")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", read_only)
        with pytest.raises(BuildError, match=r"^the ledger cannot be written: .*readonly"):
            edited.build()
        facts.assert_clean(edited)
        serve(edited, 1)
    assert edited.build().status == "published"


def test_ledger_that_is_damaged(edited: Workspace) -> None:
    ledger = edited.releases.ledger
    before = facts.digests(edited.release)
    ledger.path.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(StoreUnavailableError, match=r"^the ledger cannot be read: "):
        edited.build()
    (release,) = edited.releases.folder.iterdir()
    assert facts.digests(release) == before


def test_ledger_that_is_held_by_another(edited: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    with closing(sqlite3.connect(edited.releases.ledger.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM events")
        serve(edited, 1)
        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "timeout": 0.1}))
            with pytest.raises(BuildError, match=r"^the ledger cannot be written: .*locked"):
                edited.build()
        facts.assert_clean(edited)
    assert edited.build().status == "published"


def test_state_directory_that_cannot_be(foreign: Workspace) -> None:
    (foreign.folder / "var").write_text("a file where a folder should be")
    with pytest.raises(BuildError, match=r"^the state directory cannot be written: "):
        foreign.build()


def test_state_is_not_made_by_reading(tmp_path: Path) -> None:
    """Nor is a ledger without tables mended by it: a reader may have no right to write."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert (ledger.current(), ledger.releases(), ledger.entities()) == (None, [], {})
    assert Releases(tmp_path).current() is None
    assert list(tmp_path.iterdir()) == []
    ledger.path.touch()
    assert (ledger.current(), ledger.event_count()) == (None, 0)
    assert ledger.path.read_bytes() == b""


def test_manifest_is_what_a_release_is_known_by(edited: Workspace) -> None:
    """Half of a folder is a lost release, and is told apart from one that was never there."""
    (edited.release / "manifest.json").unlink()
    with pytest.raises(StoreUnavailableError, match="vijfster build"):
        edited.releases.current()
    outcome = edited.build()
    assert outcome.status == "published"
    manifest = json.loads((edited.release / "manifest.json").read_text())
    assert manifest["events"] == outcome.counts
