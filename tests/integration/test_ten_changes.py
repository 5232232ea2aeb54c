"""Ten kinds of change show up right, and once, wherever changes are told.

A `Channel` is a way in which we tell of changes: `read` gives what it tells anew of the datasets,
as (kind, name) pairs. To try another, add it to CHANNELS: a channel that does not tell kinds apart
says so with `kinds = False`.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from starlette.testclient import TestClient

from app.catalog import files
from app.rdf import media
from tests.conftest import Workspace
from tests.integration.stream_client import Follower, published

News = Counter[tuple[str, str]]
Do = Callable[[Workspace, pytest.MonkeyPatch], object]
BOTH = {("update", "bomen"), ("update", "parken")}


class Channel:
    kinds = True

    def read(self, client: TestClient, workspace: Workspace) -> News:
        """Return what is told anew of datasets since it was read before."""
        raise NotImplementedError


class Ldes(Channel):
    def __init__(self) -> None:
        self.follower = Follower(lambda *_: None, "")

    def read(self, client: TestClient, workspace: Workspace) -> News:
        base, old = workspace.base, self.follower
        old.address = base + "ldes"
        old.get = lambda address, headers: client.get(
            "/" + address.removeprefix(base), headers=headers
        )
        before, news = set(old.held), News()
        new = old.follow()
        # one release at a time: what is held afterwards tells which kind a member was
        for _, _, thing in new:
            concept, _, ref = thing.removeprefix(base + "id/").partition("/")
            if concept == "dataset":
                kind = "update" if thing in old.held else "delete"
                news[kind if thing in before else "create", ref] += 1
        assert old.all() == published(workspace, "catalog")
        return news


@dataclass
class Atom(Channel):
    seen: set[str] = field(default_factory=set)

    def read(self, client: TestClient, workspace: Workspace) -> News:
        name = "{http://www.w3.org/2005/Atom}"
        news = News()
        for entry in ET.fromstring(client.get("/atom").content).findall(name + "entry"):
            key, category = entry.findtext(name + "id") or "", entry.find(name + "category")
            assert category is not None
            found = re.search("/versie/catalog/dataset/([^/]+)/", key)
            if found and key not in self.seen:
                news[category.attrib["term"], found[1]] += 1
            self.seen.add(key)
        return news


CHANNELS: list[type[Channel]] = [Ldes, Atom]


def toml(old: str, new: str) -> Do:
    return lambda workspace, _: workspace.edit("vijfster.toml", old, new)


def table(workspace: Workspace, _: object) -> None:
    workspace.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")


def without_parks(workspace: Workspace, _: object) -> None:
    file = workspace.folder / "vijfster.toml"
    text = file.read_text()
    start, end = text.index("[[inventory]]"), text.rindex("[[inventory]]\n")
    (workspace.folder / "parks.txt").write_text(text[start:end])
    file.write_text(text[:start] + text[end:])


def with_parks(workspace: Workspace, _: object) -> None:
    file = workspace.folder / "vijfster.toml"
    file.write_text(file.read_text() + (workspace.folder / "parks.txt").read_text())


def another_form(_: Workspace, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(files, "DUMP_TYPES", (*files.DUMP_TYPES, media.TRIG))


def back(workspace: Workspace, _: object) -> None:
    first = workspace.releases.ledger.releases()[0].name
    assert workspace.publisher().rollback(first).status == "published"


LICENCE = "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0"
# what is done, and what is to be told of the datasets after it; each step is a release
CHANGES: dict[str, list[tuple[Do, set[tuple[str, str]]]]] = {
    "added": [(without_parks, {("delete", "parken")}), (with_parks, {("create", "parken")})],
    "changed": [(table, {("update", "bomen")})],
    "deleted": [(without_parks, {("delete", "parken")})],
    "renamed": [(toml('title = { nl = "Parken"', 'title = { nl = "Groen"'),
                 {("update", "parken")})],
    "language added": [(toml('keywords = { nl = ["parken"] }',
                             'keywords = { nl = ["parken"], en = ["parks"] }'),
                        {("update", "parken")})],
    "licence changed": [(toml("https://data.vlaanderen.be/id/licentie/"
                              "creative-commons-zero-verklaring/v1.0", LICENCE), BOTH)],
    "distribution added": [(another_form, BOTH)],
    "publisher changed": [(toml('ref = "groendienst"\nname = { nl = "Groendienst", en',
                                'ref = "stad"\nname = { nl = "Stad", en'), BOTH)],
    "withdrawn and back": [(without_parks, {("delete", "parken")}),
                           (with_parks, {("create", "parken")})],
    "rolled back": [(without_parks, {("delete", "parken")}), (table, {("update", "bomen")}),
                    (back, {("create", "parken"), ("update", "bomen")})],
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_told_right_and_once(
    name: str, foreign: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = [make() for make in CHANNELS]

    def read() -> list[News]:
        with TestClient(foreign.app(), follow_redirects=False) as client:
            return [channel.read(client, foreign) for channel in channels]

    assert foreign.build().status == "published"
    first = News({("create", "bomen"): 1, ("create", "parken"): 1})
    assert read() == [first for _ in channels]
    for do, wanted in CHANGES[name]:
        do(foreign, monkeypatch)
        if foreign.releases.ledger.releases()[-1].kind == "build":
            # an input that the inputs' checksum does not see is a change of the app itself
            file = foreign.folder / "vijfster.toml"
            file.write_text(file.read_text() + "# again\n")
            assert foreign.build(allow_withdraw=True).status == "published"
        for channel, news in zip(channels, read(), strict=True):
            told = wanted if channel.kinds else {("", ref) for _, ref in wanted}
            assert news == News(dict.fromkeys(told, 1)), type(channel).__name__
        assert read() == [News() for _ in channels]
