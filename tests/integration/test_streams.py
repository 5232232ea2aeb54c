"""Event streams: whoever followed all along holds what a newcomer holds, and what is published."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.catalog import ldes
from app.store.versions import Streams, Version, text_of
from tests.conftest import ROOT, Workspace, copy_project
from tests.integration import facts
from tests.integration.stream_client import (
    FORMATS,
    Follower,
    assert_streams_are_whole,
    published,
)
from tests.integration.test_crash import drive

NAMES = ("catalog", "bomen", "parken")


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of 4 members, blocks of 3 pages: a small project has several of each."""
    monkeypatch.setattr(ldes, "PAGE", 4)
    monkeypatch.setattr(ldes, "BLOCK", 3)


class Crowd:
    """A follower of every stream, and what a newcomer would find."""

    def __init__(self, workspace: Workspace, accept: str = "application/trig") -> None:
        self.workspace = workspace
        self.accept = accept
        self.old = {name: self.follower(name) for name in NAMES}

    def follower(self, name: str) -> Follower:
        address = self.workspace.base + ("ldes" if name == "catalog" else f"ldes/{name}")
        return Follower(lambda *_: None, address, self.accept)

    def follow(self) -> dict[str, int]:
        """Let all read on; check them against newcomers and the release; return what was new."""
        out = {}
        with TestClient(self.workspace.app(), follow_redirects=False) as client:

            def get(address: str, headers: dict[str, str]) -> object:
                assert address.startswith(self.workspace.base)
                path = "/" + address.removeprefix(self.workspace.base)
                return client.get(path, headers=headers)

            for name, old in self.old.items():
                before = dict(old.closed)
                old.get = get
                out[name] = len(old.follow())
                fresh = self.follower(name)
                fresh.get = get
                fresh.follow()
                assert old.held == fresh.held
                assert old.seen == fresh.seen
                assert old.all() == published(self.workspace, name)
                # what was closed says the same for ever
                assert before.items() <= fresh.closed.items()
        return out


def test_follower_newcomer_and_catalog_agree_through_builds_kills_and_a_rollback(
    tmp_path: Path,
) -> None:
    workspace = copy_project(ROOT / "tests" / "projects" / "bomen", tmp_path / "source")
    workspace.build()
    crowd = Crowd(workspace)
    assert crowd.follow() == {"catalog": 15, "bomen": 14, "parken": 4}
    assert crowd.follow() == {"catalog": 0, "bomen": 0, "parken": 0}
    workspace.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")
    workspace.build()
    # the tree; five files, the dataset that holds them, the catalog
    assert crowd.follow() == {"catalog": 7, "bomen": 1, "parken": 0}
    workspace.edit("data/bomen.csv", "B5,eik,9,2001,,\n", "B7,linde,3,2020,P1,\n")

    (counted,) = drive("count", workspace.folder, tmp_path / "count", ["0"])
    seen = counted["events"]
    wanted = ("INSERT INTO versions", "INSERT OR REPLACE INTO heads", "ledger.sqlite commit")
    points = [n for n, event in enumerate(seen, 1) if any(word in event for word in wanted)]
    assert len(points) >= 3
    left = set()
    points.append(points[-1] + 1)
    for result in drive("kill", workspace.folder, tmp_path / "work", list(map(str, points))):
        assert result["signal"] == 9
        after = copy.deepcopy(crowd)
        after.workspace = Workspace(Path(result["folder"]))
        new = after.follow()
        left.add(new["bomen"])
        assert after.workspace.build().status == ("unchanged" if new["bomen"] else "published")
        assert new["bomen"] + after.follow()["bomen"] == 4
        one = after.workspace.releases.ledger.releases()[0].name
        assert after.workspace.publisher().rollback(one).status == "published"
        # the two that went came back, the two that came went, the one that grew shrank
        assert after.follow() == {"catalog": 7, "bomen": 5, "parken": 0}
        assert {thing.rsplit("/", 1)[-1] for thing in after.old["bomen"].deleted} == {"B5", "B7"}
        assert_streams_are_whole(after.workspace)
        assert after.workspace.build().status == "unchanged"
        assert after.follow() == {"catalog": 0, "bomen": 0, "parken": 0}
    assert left == {0, 4}


@pytest.mark.parametrize("accept", FORMATS)
def test_every_format_says_the_same(foreign: Workspace, accept: str) -> None:
    foreign.build()
    foreign.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")
    foreign.build()
    with TestClient(foreign.app(), follow_redirects=False) as client:

        def get(address: str, headers: dict[str, str]) -> object:
            return client.get("/" + address.removeprefix(foreign.base), headers=headers)

        for name in NAMES:
            address = foreign.base + ("ldes" if name == "catalog" else f"ldes/{name}")
            if name == "catalog" and not FORMATS[accept].supports_datasets:
                # an activity and what the thing said could not be told apart
                answer = client.get("/ldes", headers={"accept": accept})
                assert answer.status_code == 406
                assert answer.json()["offers"] == [
                    "application/trig", "application/ld+json", "application/n-quads",
                ]  # fmt: skip
                continue
            follower = Follower(get, address, accept)
            follower.follow()
            want = published(foreign, name)
            if not FORMATS[accept].supports_datasets:
                # without graphs a version has its own triples only
                want = {t for t in want if t[0][1:-1] in follower.held}
            assert follower.all() == want


def test_pages_close_and_stay_as_they_were(foreign: Workspace) -> None:
    foreign.build()
    with TestClient(foreign.app()) as client:
        first = client.get("/ldes/bomen/1")
        last = client.get("/ldes/bomen/4")
        block = client.get("/ldes/bomen/1-3")
        assert client.get("/ldes/bomen/5").status_code == 404
        assert client.get("/ldes/bomen/2-4").status_code == 404
        assert client.get("/ldes/bomen/4-6").status_code == 404
        for answer in (first, block):
            assert answer.headers["cache-control"] == "public, max-age=604800, immutable"
        assert "must-revalidate" in last.headers["cache-control"]
        root = client.get("/ldes/bomen").text
        assert "<https://voorbeeld.test/ldes/bomen/1-3>" in root
        assert "<https://voorbeeld.test/ldes/bomen/1>" not in root
    for height in (13, 14, 15):
        foreign.edit("data/bomen.csv", f"B6,beuk,{height - 1}", f"B6,beuk,{height}")
        foreign.build()
    with TestClient(foreign.app()) as client:
        assert client.get("/ldes/bomen/1").content == first.content
        assert client.get("/ldes/bomen/1").headers["etag"] == first.headers["etag"]
        assert client.get("/ldes/bomen/1-3").content == block.content
        then = client.get("/ldes/bomen/4", headers={"if-none-match": last.headers["etag"]})
        assert then.status_code == 200
        assert "immutable" in then.headers["cache-control"]


def test_build_that_changes_nothing_gives_the_same_bytes(foreign: Workspace) -> None:
    addresses = ["/ldes", "/ldes/catalog/1", "/ldes/catalog/4", "/ldes/bomen", "/ldes/bomen/4",
                 "/ldes/catalog/1-3", "/atom"]  # fmt: skip

    def fetch() -> list[tuple[bytes, str, str]]:
        with TestClient(foreign.app()) as client:
            answers = [client.get(address) for address in addresses]
        assert {a.status_code for a in answers} == {200}
        return [(a.content, a.headers["etag"], a.headers["last-modified"]) for a in answers]

    foreign.build()
    before = fetch()
    # another release of the same facts: the project file has one more comment
    file = foreign.folder / "vijfster.toml"
    file.write_text("# a word\n" + file.read_text())
    assert foreign.build().status == "published"
    assert fetch() == before
    assert foreign.build().status == "unchanged"
    assert fetch() == before


def test_version_says_what_was_said_then(foreign: Workspace) -> None:
    foreign.build()
    foreign.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")
    foreign.build()
    foreign.edit("data/bomen.csv", "B6,beuk,13,1987,P2,\n", "")
    foreign.build()
    members = [
        m for m in foreign.releases.streams.members("bomen", 0, 99) if m.path == "id/boom/B6"
    ]
    assert [member.kind for member in members] == ["create", "update", "delete"]
    with TestClient(foreign.app(), follow_redirects=False) as client:
        bodies = []
        for member in members:
            path = "/" + ldes.version_iri(foreign.base, member).removeprefix(foreign.base)
            to = client.get(path)
            assert (to.status_code, to.headers["location"]) == (
                303, "../../../../../doc" + path.removeprefix("/id"),
            )  # fmt: skip
            bodies.append(client.get("/doc" + path.removeprefix("/id")).text)
        assert client.get("/doc/boom/B6").status_code == 410
        for path in ("/doc/versie/bomen/boom/B6/20260101T000000000Z", "/doc/versie/bomen/boom/B6",
                     "/id/versie/bomen", "/doc/versie/x/../../20260101T000000000Z",
                     "/doc/versie/bomen/boom/B6/２０２６０１０１T000000000Z"):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code == 404, path
            assert answer.headers["content-type"] == "application/problem+json"
    assert ['"12"' in bodies[0], '"13"' in bodies[1]] == [True, True]
    assert "as:Delete" in bodies[2]
    assert "beuk" not in bodies[2]


def test_ledger_of_before_there_were_versions_goes_on(foreign: Workspace) -> None:
    foreign.build()
    foreign.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")
    foreign.build()
    events = facts.events(foreign)
    with closing(sqlite3.connect(foreign.releases.ledger.path)) as ledger, ledger:
        ledger.execute("DROP TABLE versions")
        ledger.execute("DROP TABLE heads")
    with TestClient(foreign.app()) as client:
        # nothing is known of what was said, and nothing is made up
        assert "tree:relation" not in client.get("/ldes").text
        assert client.get("/ldes/bomen").status_code == 200
        assert client.get("/ldes/bomen/1").status_code == 404
        assert "<entry>" not in client.get("/atom").text
    foreign.edit("data/bomen.csv", "B6,beuk,13", "B6,beuk,14")
    foreign.build()
    assert facts.events(foreign)[: len(events)] == events
    crowd = Crowd(foreign)
    assert crowd.follow() == {"catalog": 15, "bomen": 14, "parken": 4}
    since = foreign.releases.ledger.releases()[-1].published
    assert {time for time, _, _ in crowd.old["bomen"].seen} == {since}


def test_stream_outlives_its_inventory(foreign: Workspace) -> None:
    foreign.build()
    text = (foreign.folder / "vijfster.toml").read_text()
    (foreign.folder / "vijfster.toml").write_text(text[: text.rindex("[[inventory]]\nref")])
    foreign.build(allow_withdraw=True)
    with TestClient(foreign.app()) as client:
        follower = Follower(
            lambda address, headers: client.get(
                "/" + address.removeprefix(foreign.base), headers=headers),
            foreign.base + "ldes/bomen",
        )  # fmt: skip
        follower.follow()
    assert follower.held == {}
    assert len(follower.deleted) == 14


def test_what_is_no_longer_public_is_told_to_nobody(foreign: Workspace) -> None:
    foreign.build()
    foreign.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")
    foreign.build()
    member = foreign.releases.streams.members("bomen", 0, 1)[0]
    version = "/doc" + ldes.version_iri(foreign.base, member).removeprefix(foreign.base + "id")
    with TestClient(foreign.app()) as client:
        assert client.get(version).status_code == 200
    file = foreign.folder / "vijfster.toml"
    reason = 'ref = "bomen"\nnot_public = { nl = "Privacy.", en = "Privacy." }'
    file.write_text(file.read_text().replace('ref = "bomen"', reason))
    foreign.build(allow_withdraw=True)
    with TestClient(foreign.app()) as client:
        for path in ("/ldes/bomen", "/ldes/bomen/1", "/ldes/bomen/1-3", version):
            answer = client.get(path)
            assert (answer.status_code, "B6" in answer.text) == (410, False), path
        for path in ("/atom", "/atom?lang=en"):
            assert "B6" not in client.get(path).text
        # the catalog says that it is there, and why it is not public
        assert client.get("/ldes").status_code == 200
    assert_streams_are_whole(foreign)


def test_a_base_that_moves_takes_its_streams_along(foreign: Workspace) -> None:
    foreign.base = "http://localhost:8000/"
    foreign.build()
    members = len(foreign.releases.streams.members("bomen", 0, 99))
    foreign.base = "http://localhost:8001/"
    assert foreign.build().status == "published"
    assert_streams_are_whole(foreign)
    assert len(foreign.releases.streams.members("bomen", 0, 99)) == members


def nasty() -> Iterator[tuple[str, str, str]]:
    base = "https://voorbeeld.test/"
    yield f"<{base}id/x/1>", f"<{base}ns/v#p>", f'"see <{base}id/x/2> and <{{base}}id>"@nl'
    yield f"<{base}id/x/1>", "<urn:p>", f'"5 > 4"^^<{base}ns/v#t>'
    yield f"<{base}id/x/1>", "<urn:p>", '"a \\"^^<{base}ns/v#t>"'
    yield f"<{base}id/x/1>", "<urn:p>", '"tab\\tquote\\" end"'
    yield f"<{base}id/x/1>", "<urn:p>", f"<{base}>"
    yield f"<{base}id/x/1>", "<urn:p>", "<https://voorbeeld.testament/>"


def test_text_of_a_version_keeps_every_term(foreign: Workspace) -> None:
    base = foreign.base
    (row,) = Streams(foreign.releases.ledger).changes(
        [Version("s", "id/x/1", text_of(nasty(), base))]
    )
    from app.store.versions import Member

    member = Member("s", 0, "", "create", "id/x/1", None, row.body)
    assert set(member.triples(base)) == set(nasty())
    moved = {tuple(t.replace("<https://voorbeeld.test/", "<http://elders.test/")
                   if not t.startswith('"see') else t for t in triple)
             for triple in nasty()}  # fmt: skip
    elsewhere = set(member.triples("http://elders.test/"))
    assert {t[0] for t in elsewhere} == {"<http://elders.test/id/x/1>"}
    assert {t[2] for t in elsewhere} == {t[2] for t in moved}


def test_thing_that_says_when_it_was_made_has_one_time(foreign: Workspace) -> None:
    """A version object's time and thing are its own: data of that name would be read as these."""
    base = foreign.base
    triples = [
        (f"<{base}id/x/1>", "<http://www.w3.org/ns/prov#generatedAtTime>", '"2001"'),
        (f"<{base}id/x/1>", "<http://purl.org/dc/terms/isVersionOf>", "<urn:other>"),
        (f"<{base}id/x/1>", "<urn:p>", '"kept"'),
    ]
    from app.store.versions import Member

    (row,) = foreign.releases.streams.changes([Version("s", "id/x/1", text_of(triples, base))])
    member = Member("s", 0, "2026-01-01T00:00:00.000Z", "create", "id/x/1", None, row.body)
    quads = list(ldes.member(ldes.Stream("s", base), member))
    assert [q[2] for q in quads if "generatedAt" in q[1]] == [
        '"2026-01-01T00:00:00.000Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
    ]
    assert [q[2] for q in quads if "isVersionOf" in q[1]] == [f"<{base}id/x/1>"]
    assert '"kept"' in [q[2] for q in quads]
