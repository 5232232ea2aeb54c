"""Kinds of change, a build each: every one shows once in feed, pages, slices and records."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.bootstrap import publisher
from app.rdf.namespaces import expand
from tests.conftest import Workspace
from tests.http.support import Term, oxigraph_quads, triples

SERVICE = """[[service]]
ref = "dienst"
endpoint = "openapi.json"
endpoint_description = "openapi.json"
title = { nl = "Dienst", en = "Service" }
description = { nl = "Een dienst", en = "A service" }
keywords = { nl = ["dienst"] }

"""
TIMES = {expand("dct:modified"), expand("dct:issued")}
ITEMS = "/api/collections/main/items"
Triples = set[tuple[Term, Term, Term]]
Own = dict[str, Triples]


def read(client: TestClient, address: str) -> Triples:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    return triples(oxigraph_quads(answer.content, "nt"))


def members(found: Triples) -> set[str]:
    ties = {expand("dcat:dataset"), expand("dcat:service")}
    return {o[0].rpartition("/")[2] for _, p, o in found if p[0] in ties}


def own(found: Triples) -> Own:
    """Return, by member, the triples of it, its record, distributions and helpers; no times."""
    out: Own = {ref: set() for ref in members(found)}
    for triple in found:
        name = triple[0][0].rpartition("/")[2].removeprefix("dataservice-")
        for ref in out:
            if (name == ref or name.startswith(f"{ref}-")) and triple[1][0] not in TIMES:
                out[ref].add(triple)
    return out


def look(workspace: Workspace, since: str) -> tuple[Own, set[str]]:
    """Return what the feed says of each member, and which changed, by every way there is."""
    with TestClient(workspace.app()) as client:
        whole = read(client, "/catalog.nt")
        found = own(whole)
        together: Triples = set()
        for page in range(1, len(found) + 1):
            together |= read(client, f"/catalog.nt?page={page}&page_size=1")
        assert whole <= together
        listed = client.get(f"{ITEMS}?limit=500").json()
        names = [feature["id"].removeprefix("dataservice-") for feature in listed["features"]]
        assert sorted(names) == sorted(found)
        updated = {feature["id"].removeprefix("dataservice-") for feature in listed["features"]
                   if feature["properties"]["updated"] >= since}  # fmt: skip
        changed = members(read(client, f"/catalog.nt?modified_since={since}"))
        in_pages: list[str] = []
        for page in range(1, len(found) + 2):
            in_pages += members(
                read(client, f"/catalog.nt?modified_since={since}&page={page}&page_size=1")
            )
        assert len(in_pages) == len(set(in_pages))
        assert set(in_pages) == changed == updated
    return found, changed


def edit(old: str, new: str, path: str = "vijfster.toml") -> Callable[[Workspace], None]:
    return lambda workspace: workspace.edit(path, old, new)


CHANGES = {
    "a service is added": (edit("[[inventory]]", SERVICE + "[[inventory]]"), {"dienst"}),
    "a title is changed": (edit('nl = "Bomen", en', 'nl = "Alle bomen", en'), {"bomen"}),
    "a language is added": (edit('en = "Parks" }', 'en = "Parks", fr = "Parcs" }'), {"parken"}),
    "the licence is changed": (
        edit("creative-commons-zero-verklaring", "modellicentie-gratis-hergebruik"),
        {"bomen", "parken"},
    ),
    "the publisher is changed": (
        edit('ref = "groendienst"\nname = { nl = "Groendienst", en',
             'ref = "parkdienst"\nname = { nl = "Parkdienst", en'),
        {"bomen", "parken"},
    ),
    "a row is changed": (lambda w: _edit_row(w), {"bomen"}),
    "distributions go, for a reason": (
        edit('ref = "bomen"\n', 'ref = "bomen"\nnot_public = { nl = "X", en = "X" }\n'),
        {"bomen"},
    ),
    "nothing that is published": (edit("title", "# a comment\ntitle"), set()),
}  # fmt: skip


def _edit_row(workspace: Workspace) -> None:
    file = workspace.folder / "data" / "bomen.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(lines[:-1]) + "\n")


@pytest.mark.parametrize(("change", "concerned"), CHANGES.values(), ids=CHANGES)
def test_a_change_shows_once(
    foreign: Workspace, change: Callable[[Workspace], None], concerned: set[str]
) -> None:
    foreign.edit("vijfster.toml", "questions", "# questions")
    first = foreign.build().release
    assert first
    before, everything = look(foreign, first.published)
    assert everything == set(before)
    change(foreign)
    outcome = foreign.build(allow_withdraw=True)
    assert outcome.status == "published", outcome.problems[:3]
    second = outcome.release
    assert second
    after, changed = look(foreign, second.published)
    assert {ref for ref in after if after[ref] != before.get(ref)} <= changed
    assert concerned <= changed
    if "dienst" not in after:
        assert changed == concerned


def test_what_goes_and_comes_back_and_a_rollback_show_once(foreign: Workspace) -> None:
    foreign.edit("vijfster.toml", "[[inventory]]", SERVICE + "[[inventory]]")
    first = foreign.build().release
    assert first
    start, _ = look(foreign, first.published)
    foreign.edit("vijfster.toml", SERVICE, "")
    gone = foreign.build().release
    assert gone
    without, changed = look(foreign, gone.published)
    assert set(start) - set(without) == {"dienst"}
    assert "dienst" not in changed
    foreign.edit("vijfster.toml", "[[inventory]]", SERVICE + "[[inventory]]")
    back = foreign.build().release
    assert back
    again, changed = look(foreign, back.published)
    assert again == start
    assert "dienst" in changed
    rolled = publisher(foreign.settings).rollback(gone.name).release
    assert rolled
    undone, changed = look(foreign, rolled.published)
    assert undone == without
    assert changed == set(without)
