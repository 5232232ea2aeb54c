"""A build killed at any moment leaves a whole release serving, and the next build mends all."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.store.current import Current
from app.store.ledger import Ledger
from app.store.releases import Releases
from tests.conftest import ROOT, Workspace, copy_project
from tests.integration import facts
from tests.integration.stream_client import assert_streams_are_whole

pytestmark = pytest.mark.slow
DRIVER = "tests.integration.crash_driver"


def drive(mode: str, source: Path, work: Path, points: list[str]) -> Iterator[dict[str, Any]]:
    """Yield how each point ended, while the driver goes on with the next."""
    work.mkdir(parents=True)
    command = [sys.executable, "-m", DRIVER, mode, str(source), str(work), *points]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout
        for line in driver.stdout:
            yield json.loads(line)
    assert driver.returncode == 0


@dataclass(frozen=True)
class Scene:
    """A project with what a build that nobody kills makes of it, event by event."""

    source: Path
    reference: Workspace
    seen: list[str]

    def where(self, *words: str) -> list[int]:
        """Return the numbers of the events that hold all words."""
        return [n for n, e in enumerate(self.seen, 1) if all(word in e for word in words)]


def scene(source: Path, work: Path) -> Scene:
    (result,) = drive("count", source, work, ["0"])
    assert (result["status"], result["signal"]) == ("published", 0)
    return Scene(source, Workspace(Path(result["folder"])), result["events"])


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Release 1 is published; the tables now differ: a tree changed, one came, one went."""
    folder = tmp_path_factory.mktemp("second")
    workspace = copy_project(ROOT / "tests" / "projects" / "bomen", folder / "source")
    assert workspace.build().status == "published"
    workspace.edit("data/bomen.csv", "B2,beuk,18", "B2,beuk,19")
    workspace.edit("data/bomen.csv", "B5,eik,9,2001,,\n", "B7,linde,3,2020,P1,\n")
    return scene(workspace.folder, folder / "count")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Nothing was ever published."""
    folder = tmp_path_factory.mktemp("first")
    source = copy_project(ROOT / "tests" / "projects" / "bomen", folder / "source").folder
    return scene(source, folder / "count")


def points_of(scene: Scene, spread: int) -> list[str]:
    """Return numbers spread over all events, every rename, and all around the ledger's commit."""
    total = len(scene.seen)
    chosen = set(range(1, total + 1, max(1, total // spread)))
    for number in (*scene.where("os.rename"), *scene.where("os.remove")):
        chosen |= {number, number + 1}
    chosen |= {*scene.where("engine.load"), *scene.where("sparql loaded"), *scene.where("manifest")}
    chosen |= set(range(scene.where("os.rename")[-1], total + 1))
    # inside the engines, where no event is seen: so many microseconds after one
    (load,), commit = (
        scene.where("engine.load"),
        scene.where("sqlite.write", "ledger.sqlite commit")[-1],
    )
    inside = [f"{load}+{us}" for us in (2_000, 8_000, 20_000, 40_000)]
    inside += [f"{commit}+{us}" for us in (50, 150, 400, 1_000)]
    return [*map(str, sorted(chosen)), *inside]


def check_killed(folder: Path, scene: Scene, before: Workspace | None) -> int:
    """Check a state after a kill, and after the next build; return the release it was left at."""
    workspace, wanted = Workspace(folder), scene.reference
    releases = workspace.releases
    last = wanted.releases.ledger.releases()
    found = releases.current()
    position = releases.ledger.event_count()
    if found is None:
        assert before is None
        assert (releases.ledger.releases(), position) == ([], 0)
    else:
        release, path = found
        same = last[release.id - 1]
        assert (release.inputs, release.kind) == (same.inputs, same.kind)
        facts.assert_whole(path, release)
        assert position == json.loads((path / "manifest.json").read_text())["ledger_position"]
        if release.id < len(last):
            assert before is not None
            assert facts.digests(path) == facts.digests(before.release)
        serve(workspace, release.id)
    left = found[0].id if found else 0

    outcome = workspace.build()
    assert outcome.status == ("unchanged" if left == len(last) else "published")
    assert facts.events(workspace) == facts.events(wanted)
    assert facts.states(workspace) == facts.states(wanted)
    assert [(r.inputs, r.kind) for r in releases.ledger.releases()] == [
        (r.inputs, r.kind) for r in last
    ]
    now = releases.current()
    assert now is not None
    facts.assert_whole(now[1], now[0])
    facts.assert_clean(workspace)
    assert_streams_are_whole(workspace)
    assert facts.timeless(now[1]) == facts.timeless(wanted.release)
    serve(workspace, len(last))
    assert workspace.build().status == "unchanged"
    return left


def serve(workspace: Workspace, number: int) -> None:
    current = Current(workspace.releases, cache_bytes=0)
    opened = current.refresh()
    assert opened is not None
    assert opened.release.id == number
    try:
        tree = opened.documents.get("id/boom/B2")
        assert tree is not None
        assert ('"19"^^' in str(tree.quads)) == (number == 2)
    finally:
        opened.documents.close()


def kill_all(scene: Scene, work: Path, points: list[str], before: Workspace | None) -> set[int]:
    left = set()
    for result in drive("kill", scene.source, work, points):
        if "+" not in result["point"]:
            assert result["signal"] == 9, result
        try:
            left.add(check_killed(Path(result["folder"]), scene, before))
        except Exception as error:
            event = scene.seen[int(result["point"].partition("+")[0]) - 1]
            raise AssertionError(f"killed at {result['point']}, {event}: {error!r}") from error
        shutil.rmtree(result["folder"])
    return left


def test_killed_build_leaves_a_whole_release(second: Scene, tmp_path: Path) -> None:
    points = points_of(second, 35)
    assert len(points) >= 50
    left = kill_all(second, tmp_path / "work", points, Workspace(second.source))
    assert left == {1, 2}


def test_killed_first_build_leaves_nothing_or_all(first: Scene, tmp_path: Path) -> None:
    assert kill_all(first, tmp_path / "work", points_of(first, 8), None) == {0, 1}


@pytest.mark.parametrize("which", ["first", "second"])
def test_release_is_on_disk_before_the_ledger_names_it(
    which: str, request: pytest.FixtureRequest
) -> None:
    """A power cut forgets what was not synced: every file, its folder, then the rename."""
    one: Scene = request.getfixturevalue(which)
    (rename,) = one.where("os.rename")
    commit = one.where("sqlite.write", "ledger.sqlite commit")[-1]
    assert one.seen[commit] == "sqlite3.connect var/ledger.sqlite committed"
    synced = {e.partition("/.new-")[2].partition("/")[2] for e in one.seen if e[:5] == "fsync"}
    release = one.reference.release
    files = {path.relative_to(release).as_posix() for path in release.rglob("*")}
    assert files <= synced
    last_write = max(n for n, e in enumerate(one.seen, 1) if e.startswith("open") and ".new-" in e)
    first_sync = one.where("fsync", ".new-")[0]
    assert last_write < first_sync < one.where("fsync", ".new-")[-1] < rename
    assert one.seen[rename] == "fsync var/releases"
    # numbers count from 1, so the sync of the parent folder is number rename + 1
    assert rename + 1 < min(one.where("ledger.sqlite", "INSERT INTO releases")) < commit


def test_rollback_mends_what_a_killed_build_left(
    foreign: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock stands still, so that the second try wants the very name the first one left."""
    foreign.build()
    one = foreign.releases.ledger.releases()[0].name
    foreign.edit("data/bomen.csv", "B2,beuk,18", "B2,beuk,19")
    foreign.build()
    publisher = foreign.publisher(now=lambda: dt.datetime(2020, 1, 1, tzinfo=dt.UTC))

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "publish", killed)
        patch.setattr(Releases, "clean", lambda *_: None)
        with pytest.raises(Killed):
            publisher.rollback(one)
    assert len(list(foreign.releases.folder.iterdir())) == 3
    assert publisher.rollback(one).status == "published"
    facts.assert_clean(foreign)
