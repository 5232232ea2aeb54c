"""Times, events, identity and locks: what the ledger promises from one release to the next."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.errors import (
    BaseIriChangedError,
    BuildLockedError,
    InputError,
    StoreUnavailableError,
    WithdrawalError,
)
from app.publication import Outcome
from app.store.documents import Documents
from tests.conftest import ROOT, Workspace
from tests.integration import facts

# what follows from any change in the trees: the files, the dataset that holds them, its record
TREES = {
    "id/catalogus/groen",
    "id/catalogusrecord/bomen",
    "id/dataset/bomen",
    *(f"id/distributie/bomen-{suffix}" for suffix in ("csv", "ttl", "jsonld", "nt", "rdf")),
    *(f"id/controlesom/bomen-{suffix}" for suffix in ("csv", "ttl", "jsonld", "nt", "rdf")),
}


@pytest.fixture
def trees(foreign: Workspace) -> Workspace:
    """The trees and parks, published once."""
    assert foreign.build().status == "published"
    return foreign


def document(workspace: Workspace, path: str) -> str | None:
    documents = Documents(workspace.release / "documents.sqlite", workspace.base)
    try:
        found = documents.get(path)
        return None if found is None else "\n".join(" ".join(quad) for quad in found.quads)
    finally:
        documents.close()


def rows_change(workspace: Workspace) -> Iterator[None]:
    """Make one more change to a tree at each step."""
    old = "B6,beuk,12"
    for height in range(13, 40):
        workspace.edit("data/bomen.csv", old, f"B6,beuk,{height}")
        old = f"B6,beuk,{height}"
        yield


# --- time ---------------------------------------------------------------------------------------


def test_times_rise_though_the_clock_runs_backwards(trees: Workspace) -> None:
    changes = rows_change(trees)
    start = dt.datetime.now(dt.UTC)
    for hours in (0, -1, -1000, -1000, -100_000):
        next(changes)
        now = start + dt.timedelta(hours=hours)
        assert trees.publisher(now=lambda now=now: now).build().status == "published"
    releases = trees.releases.ledger.releases()
    times = [dt.datetime.fromisoformat(release.published) for release in releases]
    assert len(times) == 6
    assert all(a < b for a, b in itertools.pairwise(times))
    assert times[-1] - times[1] == dt.timedelta(milliseconds=4)
    logged = facts.event_times(trees)
    assert logged == sorted(logged)
    assert set(logged) == {release.published for release in releases}
    # every time in published data comes from the ledger
    stamped = {
        q[2][1:].partition('"')[0] for q in facts.quads(trees.release) if "dateTime>" in q[2]
    }
    assert stamped
    assert stamped <= {release.published for release in releases}


def test_a_time_zone_does_not_matter(trees: Workspace) -> None:
    next(rows_change(trees))
    east = dt.timezone(dt.timedelta(hours=9))
    later = dt.datetime(2099, 1, 1, 5, tzinfo=east)
    assert trees.publisher(now=lambda: later).build().status == "published"
    assert trees.releases.ledger.releases()[-1].published == "2098-12-31T20:00:00.000Z"


# --- locks --------------------------------------------------------------------------------------


def test_second_build_at_once_is_refused(trees: Workspace) -> None:
    next(rows_change(trees))
    inside, go = threading.Event(), threading.Event()

    def wait(step: str) -> None:
        if step == "mapping":
            inside.set()
            assert go.wait(30)

    done: list[Outcome] = []
    first = threading.Thread(
        target=lambda: done.append(trees.publisher(progress=wait).build()), daemon=True
    )
    first.start()
    assert inside.wait(30)
    try:
        refusal = pytest.raises(BuildLockedError, match=rf"\(process {os.getpid()}\)")
        with refusal:
            trees.build()
        with refusal:
            trees.publisher().rollback(trees.releases.ledger.releases()[0].name)
    finally:
        go.set()
        first.join(30)
    assert [outcome.status for outcome in done] == ["published"]
    assert trees.build().status == "unchanged"


def test_killed_holder_frees_the_lock(trees: Workspace) -> None:
    code = (
        "import sys, time; from pathlib import Path; from app.store.releases import Releases\n"
        "with Releases(Path(sys.argv[1])).lock():\n print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(trees.folder / "var")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BuildLockedError, match=rf"\(process {holder.pid}\); wait"):
            trees.build()
        holder.send_signal(signal.SIGKILL)
    assert trees.build().status == "unchanged"


# --- events -------------------------------------------------------------------------------------


def test_first_build_creates_everything_once(trees: Workspace) -> None:
    found = facts.last_events(trees)
    assert (found["update"], found["delete"]) == (set(), set())
    own = (f"<{trees.base}id/", f"<{trees.base}ns/")
    # a check is not a change: what the quality graph says is no entity
    found_in = [q for q in facts.quads(trees.release) if not q[3].endswith("/quality>")]
    subjects = {q[0] for q in found_in if q[0].startswith(own)}
    paths = {s[len(trees.base) + 1 : -1].partition("#")[0] for s in subjects}
    assert found["create"] == paths
    assert set(facts.states(trees)) == found["create"]


def test_change_of_a_cell(trees: Workspace) -> None:
    trees.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")
    outcome = trees.build()
    found = facts.last_events(trees)
    assert found == {"create": set(), "delete": set(), "update": {"id/boom/B6", *TREES}}
    assert outcome.counts == {"create": 0, "update": len(TREES) + 1, "delete": 0}


def test_rename_keeps_the_iri(trees: Workspace) -> None:
    before = trees.releases.ledger.entities()["id/park/P1"]
    trees.edit("data/parken.csv", "P1,Stadspark", "P1,Koningspark")
    trees.build()
    found = facts.last_events(trees)
    assert {path for path in found["update"] if "/park/" in path} == {"id/park/P1"}
    assert (found["create"], found["delete"]) == (set(), set())
    after = trees.releases.ledger.entities()["id/park/P1"]
    assert after.first_seen == before.first_seen
    assert after.last_changed > before.last_changed
    # trees in the park did not change, but pages that show its name did
    assert "id/boom/B1" not in found["update"]
    times = facts.times_in(trees.release)
    assert times["id/boom/B1"][1] == after.last_changed
    assert times["id/boom/B3"][1] == before.last_changed


def test_new_row(trees: Workspace) -> None:
    file = trees.folder / "data" / "bomen.csv"
    file.write_text(file.read_text() + "B7,linde,3,2020,P1,De nieuwe\n")
    trees.build()
    assert facts.last_events(trees) == {
        "create": {"id/boom/B7", "id/rij/bomen/B7", "id/bijnaam/B7/De%20nieuwe"},
        "update": TREES,
        "delete": set(),
    }


def test_withdrawn_thing_returns_under_its_own_iri(trees: Workspace) -> None:
    row = "B5,eik,9,2001,,\n"
    first = trees.releases.ledger.entities()["id/boom/B5"]
    trees.edit("data/bomen.csv", row, "")
    trees.build()
    gone = {"id/boom/B5", "id/rij/bomen/B5"}
    assert facts.last_events(trees) == {"create": set(), "update": TREES, "delete": gone}
    at = trees.releases.ledger.releases()[-1].published
    documents = Documents(trees.release / "documents.sqlite", trees.base)
    assert [documents.tombstone(path) for path in sorted(gone)] == [at, at]
    assert documents.get("id/boom/B5") is None
    documents.close()
    withdrawn = trees.releases.ledger.entities()["id/boom/B5"]
    assert (withdrawn.withdrawn, withdrawn.first_seen) == (at, first.first_seen)

    # it stays gone since then, also in a later release about something else
    trees.edit("data/parken.csv", "P1,Stadspark", "P1,Koningspark")
    trees.build()
    documents = Documents(trees.release / "documents.sqlite", trees.base)
    assert documents.tombstone("id/boom/B5") == at
    documents.close()
    assert "id/boom/B5" not in facts.last_events(trees)["delete"]

    trees.edit("data/bomen.csv", "B6,", row + "B6,")
    trees.build()
    assert facts.last_events(trees) == {"create": gone, "update": TREES, "delete": set()}
    back = trees.releases.ledger.entities()["id/boom/B5"]
    assert (back.hash, back.first_seen, back.withdrawn) == (first.hash, first.first_seen, None)
    assert back.last_changed > at
    documents = Documents(trees.release / "documents.sqlite", trees.base)
    assert documents.tombstone("id/boom/B5") is None
    documents.close()
    assert document(trees, "id/boom/B5")


def test_withdrawing_much_needs_a_decision(trees: Workspace) -> None:
    before, log = facts.digests(trees.release), facts.events(trees)
    trees.edit("data/bomen.csv", "B5,eik,9,2001,,\n", "")
    trees.edit("data/bomen.csv", "B6,beuk,12,1987,P2,\n", "")
    with pytest.raises(WithdrawalError, match=r"4 of 14 things of bomen.*--allow-withdraw") as told:
        trees.build()
    assert told.value.graph == "bomen"
    assert set(told.value.withdrawn) == {
        "id/boom/B5", "id/boom/B6", "id/rij/bomen/B5", "id/rij/bomen/B6",
    }  # fmt: skip
    assert facts.digests(trees.release) == before
    assert facts.events(trees) == log
    facts.assert_clean(trees)
    assert trees.build(allow_withdraw=True).status == "published"
    assert facts.last_events(trees)["delete"] == set(told.value.withdrawn)


def test_inventory_that_goes_needs_a_decision(trees: Workspace) -> None:
    text = (trees.folder / "vijfster.toml").read_text()
    (trees.folder / "vijfster.toml").write_text(text[: text.rindex("[[inventory]]")])
    with pytest.raises(WithdrawalError, match="14 of 14 things of bomen"):
        trees.build()
    trees.build(allow_withdraw=True)
    gone = facts.last_events(trees)["delete"]
    assert {"id/boom/B1", "id/dataset/bomen", "id/catalogusrecord/bomen"} < gone


def test_refused_build_leaves_no_trace(trees: Workspace) -> None:
    log = facts.events(trees)
    trees.edit("data/bomen.csv", "B6,beuk,12", "B6,den,12")
    assert trees.build().status == "refused"
    assert facts.events(trees) == log
    facts.assert_clean(trees)


# --- lost releases, rollback, base ----------------------------------------------------------------


def test_lost_release_is_made_anew(trees: Workspace) -> None:
    log, data = facts.events(trees), facts.quads(trees.release)
    lost = trees.release
    shutil.rmtree(lost)
    with pytest.raises(StoreUnavailableError, match=r"vijfster build.*restore the folder"):
        trees.releases.current()
    assert trees.build().status == "published"
    assert trees.release != lost
    assert facts.events(trees) == log
    assert facts.quads(trees.release) == data
    assert trees.build().status == "unchanged"


def test_rollback_is_a_new_release(trees: Workspace) -> None:
    one = trees.releases.ledger.releases()[0]
    first, entities = trees.release, trees.releases.ledger.entities()
    trees.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")
    trees.edit("data/bomen.csv", "B5,eik,9,2001,,\n", "B7,linde,3,2020,P1,\n")
    trees.build()
    outcome = trees.publisher().rollback(one.name)
    assert outcome.status == "published"
    now = trees.releases.ledger.releases()
    assert [release.kind for release in now] == ["build", "build", "rollback"]
    assert now[0].published < now[1].published < now[2].published
    assert facts.last_events(trees) == {
        "create": {"id/boom/B5", "id/rij/bomen/B5"},
        "update": {"id/boom/B6", *TREES},
        "delete": {"id/boom/B7", "id/rij/bomen/B7"},
    }
    found = trees.releases.current()
    assert found is not None
    facts.assert_whole(found[1], found[0])
    assert facts.timeless(found[1]) == facts.timeless(first)
    # the times differ only where something changed
    differ = set(facts.quads(first)) ^ set(facts.quads(found[1]))
    measured = {q for q in differ if q[3].endswith("/quality>")}
    changed = {f"<{trees.base}{path}>" for path in TREES}
    assert {q[0] for q in differ - measured} == {s for s in changed if "controlesom" not in s}
    assert {q[1].rsplit("/", 1)[-1] for q in differ - measured} == {"modified>"}
    assert {q[1].rsplit("/", 1)[-1] for q in measured} == {"prov#generatedAtTime>"}
    for path, entity in entities.items():
        state = trees.releases.ledger.entities()[path]
        assert (state.hash, state.first_seen) == (entity.hash, entity.first_seen), path
    # dumps are those of then; cells still lead to their rows
    assert facts.digests(first / "dumps") == facts.digests(found[1] / "dumps")
    assert (first / "cells.json").read_bytes() == (found[1] / "cells.json").read_bytes()
    documents = Documents(found[1] / "documents.sqlite", trees.base)
    assert documents.cells(f"{trees.base}id/boom/B6")
    assert documents.tombstone("id/boom/B7") == now[2].published
    documents.close()
    # what the tables say is still another thing
    assert trees.build(allow_withdraw=True).status == "unchanged"
    assert trees.build(allow_withdraw=True, again=True).status == "published"
    assert facts.last_events(trees)["create"] == {"id/boom/B7", "id/rij/bomen/B7"}


@pytest.mark.parametrize("name", ["20200101T000000000Z-00000000", "..", "", "../releases"])
def test_rollback_to_what_is_not_there(trees: Workspace, name: str) -> None:
    one = trees.releases.ledger.releases()[0].name
    with pytest.raises(InputError, match=f"no release .* there are {one}"):
        trees.publisher().rollback(name)
    facts.assert_clean(trees)


def test_rollback_does_not_cross_a_migration(trees: Workspace) -> None:
    one = trees.releases.ledger.releases()[0].name
    trees.base = "https://elders.test/"
    trees.build(migrate_base=True)
    with pytest.raises(BaseIriChangedError, match=r"voorbeeld\.test"):
        trees.publisher().rollback(one)


def inventory_events(workspace: Workspace) -> set[str]:
    """Return what changed in the last release, save the catalog, which states its own IRIs."""
    found = facts.last_events(workspace)
    states = facts.states(workspace)
    return {p for paths in found.values() for p in paths if states[p][0] != "catalog"}


def moved(workspace: Workspace, base: str, build: Callable[[], Outcome]) -> None:
    before = facts.states(workspace)
    workspace.base = base
    assert build().status == "published"
    after = facts.states(workspace)
    assert set(after) == set(before)
    assert inventory_events(workspace) == set()
    text = "\n".join(" ".join(quad) for quad in facts.quads(workspace.release))
    assert f"<{base}id/boom/B1>" in text
    assert "old.test" not in text
    assert "localhost:8000" not in text
    assert document(workspace, "id/boom/B1")


def test_localhost_may_move(foreign: Workspace) -> None:
    foreign.base = "http://localhost:8000/"
    foreign.build()
    moved(foreign, "http://127.0.0.1:8123/", foreign.build)


def test_any_other_base_needs_a_decision(foreign: Workspace) -> None:
    foreign.base = "https://old.test/"
    foreign.build()
    log = facts.events(foreign)
    for base in ("https://new.test/", "http://old.test/", "http://localhost:8000/"):
        foreign.base = base
        with pytest.raises(BaseIriChangedError, match=r"https://old\.test/.*--migrate-base"):
            foreign.build()
    assert facts.events(foreign) == log
    moved(foreign, "https://new.test/", lambda: foreign.build(migrate_base=True))
    assert foreign.build().status == "unchanged"


def test_old_folders_go_but_not_the_current_one(foreign: Workspace, tmp_path: Path) -> None:
    changes = rows_change(foreign)
    for _ in range(7):
        next(changes)
        foreign.build()
    names = [release.name for release in foreign.releases.ledger.releases()]
    assert len(names) == 7
    assert sorted(path.name for path in foreign.releases.folder.iterdir()) == sorted(names[-5:])
    with pytest.raises(InputError, match="no release"):
        foreign.publisher().rollback(names[0])
    assert foreign.publisher().rollback(names[2]).status == "published"
