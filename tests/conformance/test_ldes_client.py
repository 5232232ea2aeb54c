"""Clients of others read our streams: ldes-client (npm) and Comunica, over a real server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from tests.conftest import Workspace
from tests.http.support import serving, until
from tests.integration import facts

pytestmark = pytest.mark.slow
PEERS = Path(os.environ.get("VIJFSTER_PEERS", str(Path.home() / ".cache" / "vijfster"))) / "npm"
SCRIPT = Path(__file__).with_name("ldes_client.mjs")


def node(*words: str) -> list[dict[str, Any]]:
    if shutil.which("node") is None or not (PEERS / "ready").is_file():
        pytest.skip(f"npm clients absent: {PEERS} (`make peers` puts them there)")
    # where its imports find the packages
    script = shutil.copy(SCRIPT, PEERS)
    done = subprocess.run(
        ["node", str(script), *words], cwd=PEERS, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def apply(held: dict[str, Any], members: list[dict[str, Any]]) -> None:
    for member in sorted(members, key=lambda found: found["at"]):
        if any(kind.endswith("#Delete") for kind in member["kinds"]):
            del held[member["thing"]]
        else:
            names = {member["id"]: member["thing"]}
            held[member["thing"]] = {
                (names.get(s[0], s[0]), p[0], *o) for s, p, o in member["said"]
            }


def released(workspace: Workspace, name: str) -> set[Any]:
    def parts(term: Any) -> tuple[str, str, str]:
        if isinstance(term, ox.Literal):
            return term.value, term.language or "", term.datatype.value
        return term.value, "", ""

    text = "".join(f"{s} {p} {o} .\n" for s, p, o, _ in facts.graph(workspace.release, name))
    return {
        (str(q.subject)[1:-1], q.predicate.value, *parts(q.object))
        for q in ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES)
    }


def test_ldes_client_follows_builds_and_a_rollback(
    foreign: Workspace, free_port: Callable[[], int], tmp_path: Path
) -> None:
    port = free_port()
    foreign.base = f"http://127.0.0.1:{port}/"
    foreign.build()
    addresses = {"catalog": foreign.base + "ldes", "bomen": foreign.base + "ldes/bomen"}
    held: dict[str, dict[str, Any]] = {name: {} for name in addresses}
    with serving(foreign, port) as server:

        def follow(expected: dict[str, int]) -> None:
            current = foreign.releases.current()
            assert current is not None
            tag = current[0].published.encode()
            end = [m.at for m in foreign.releases.streams.members("catalog", 0, 999)][-1].encode()
            assert end == tag
            while tag not in until(server + "atom", 200):
                time.sleep(0.1)
            for name, address in addresses.items():
                new = node("ldes", address, str(tmp_path / f"state-{name}"))
                assert len(new) == expected[name], name
                apply(held[name], new)
                assert {t for said in held[name].values() for t in said} == released(foreign, name)

        follow({"catalog": 15, "bomen": 14})
        foreign.edit("data/bomen.csv", "B6,beuk,12", "B6,beuk,13")
        foreign.edit("data/bomen.csv", "B5,eik,9,2001,,\n", "")
        foreign.build()
        follow({"catalog": 7, "bomen": 3})
        one = foreign.releases.ledger.releases()[0].name
        assert foreign.publisher().rollback(one).status == "published"
        follow({"catalog": 7, "bomen": 3})

        fresh: dict[str, Any] = {}
        apply(fresh, node("ldes", addresses["catalog"], str(tmp_path / "state-fresh")))
        assert fresh == held["catalog"]


def test_comunica_asks_the_endpoint_and_the_catalog(
    foreign: Workspace, free_port: Callable[[], int]
) -> None:
    port = free_port()
    foreign.base = f"http://127.0.0.1:{port}/"
    foreign.build()
    query = "SELECT ?s WHERE { ?s a <http://www.w3.org/ns/dcat#Dataset> }"
    wanted = [{"s": f"{foreign.base}id/dataset/{name}"} for name in ("bomen", "parken")]
    with serving(foreign, port) as server:
        until(server + "ready", 200)
        for source in ("sparql", "catalog", "catalog?page=1", "catalog.ttl"):
            found = node("ask", query, foreign.base + source)
            assert sorted(found, key=lambda row: row["s"]) == wanted, source
        # and what any of our addresses leads to
        thing = f"{foreign.base}id/boom/B1"
        assert node("ask", f"SELECT ?o WHERE {{ <{thing}> a ?o }}", thing)
