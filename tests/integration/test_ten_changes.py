"""Ten kinds of change show up right, and once, in every way in which we tell of changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.rdf.namespaces import expand
from tests.conftest import Workspace
from tests.integration.channels import CHANNELS, Channel, News, get

Do = Callable[[Workspace], object]
BOTH = {("update", "bomen"), ("update", "parken")}
SERVICE = """[[service]]
ref = "dienst"
endpoint = "openapi.json"
endpoint_description = "openapi.json"
title = { nl = "Dienst", en = "Service" }
description = { nl = "Een dienst", en = "A service" }
keywords = { nl = ["dienst"] }

"""


def toml(old: str, new: str) -> Do:
    return lambda workspace: workspace.edit("vijfster.toml", old, new)


def table(workspace: Workspace) -> None:
    workspace.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")


def without_parks(workspace: Workspace) -> None:
    file = workspace.folder / "vijfster.toml"
    text = file.read_text()
    start, end = text.index("[[inventory]]"), text.rindex("[[inventory]]\n")
    (workspace.folder / "parks.txt").write_text(text[start:end])
    file.write_text(text[:start] + text[end:])


def with_parks(workspace: Workspace) -> None:
    file = workspace.folder / "vijfster.toml"
    file.write_text(file.read_text() + (workspace.folder / "parks.txt").read_text())


def back(workspace: Workspace) -> None:
    first = workspace.releases.ledger.releases()[0].name
    assert workspace.publisher().rollback(first).status == "published"


LICENCE = "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0"
WITHHELD = 'ref = "bomen"\nnot_public = { nl = "X", en = "X" }\n'
# what is done, and what is to be told after it; each step is a release
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
    # its files are published from now on
    "distribution added": [(toml(WITHHELD, 'ref = "bomen"\n'), {("update", "bomen")})],
    "publisher changed": [(toml('ref = "groendienst"\nname = { nl = "Groendienst", en',
                                'ref = "stad"\nname = { nl = "Stad", en'), BOTH)],
    "withdrawn and back": [(without_parks, {("delete", "parken")}),
                           (with_parks, {("create", "parken")})],
    "rolled back": [(without_parks, {("delete", "parken")}), (table, {("update", "bomen")}),
                    (back, {("create", "parken"), ("update", "bomen")})],
    "rolled back, one thing": [(table, {("update", "bomen")}), (back, {("update", "bomen")})],
    # the files of others are served by it
    "service added and gone": [(toml("[[inventory]]", SERVICE + "[[inventory]]"),
                                {("create", "dienst"), *BOTH}),
                               (toml(SERVICE, ""), {("delete", "dienst"), *BOTH})],
    "nothing that is published": [(toml("title", "# a comment\ntitle"), set())],
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_told_right_and_once(name: str, foreign: Workspace) -> None:
    channels = [make() for make in CHANNELS]

    def read() -> list[News]:
        with TestClient(foreign.app(), follow_redirects=False) as client:
            return [channel.read(client, foreign) for channel in channels]

    foreign.edit("vijfster.toml", "questions", "# questions")
    if name == "distribution added":
        foreign.edit("vijfster.toml", 'ref = "bomen"\n', WITHHELD)
    assert foreign.build().status == "published"
    before = distributions(foreign)
    expect(channels, read(), {("create", "bomen"), ("create", "parken")})
    for do, wanted in CHANGES[name]:
        do(foreign)
        if foreign.releases.ledger.releases()[-1].kind == "build":
            assert foreign.build(allow_withdraw=True).status in {"published", "unchanged"}
        expect(channels, read(), wanted)
        assert read() == [News() for _ in channels]
    if name == "distribution added":
        # bomen had none, and has as many as the other
        assert "bomen" not in before
        assert distributions(foreign) == {**before, "bomen": before["parken"]}


def expect(channels: list[Channel], told: list[News], wanted: set[tuple[str, str]]) -> None:
    """Every channel tells what is wanted, once, as far as it can."""
    for channel, news in zip(channels, told, strict=True):
        said = wanted
        if not channel.kinds:
            said = {("", ref) for kind, ref in wanted if kind != "delete"}
        assert news == News(dict.fromkeys(said, 1)), type(channel).__name__


def distributions(workspace: Workspace) -> dict[str, int]:
    """Return how many distributions the feed has of each dataset."""
    with TestClient(workspace.app()) as client:
        found = get(client, "/catalog.nt")
    names = [s[0].rpartition("/")[2] for s, p, _ in found if p[0] == expand("dcat:distribution")]
    return dict(Counter(names))
