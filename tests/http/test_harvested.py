"""Who fetched the feed, the page that says so, and `vijfster doctor`."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.catalog.advice import findings, portals
from app.project import load_project
from app.store.fetches import Fetches
from tests.conftest import ROOT, Workspace
from tests.http.support import BROWSER, fetch, harmless, serving

HOSTILE = "<script>alert(1)</script>\t=cmd\u0007"


def journal(workspace: Workspace) -> Fetches:
    return Fetches(workspace.folder / "var" / "opgehaald.jsonl")


def test_feeds_are_noted_and_nothing_else(foreign: Workspace) -> None:
    foreign.build()
    with TestClient(foreign.app(), follow_redirects=False) as client:
        agent = {"user-agent": "harvester/1.0"}
        for address in ("/catalog.rdf", "/catalog.rdf?page=1", "/api/collections/main/items",
                        "/catalog?page=0", "/doc/boom/B1", "/", "/catalog.rdf/x",
                        "/zoeken?q=geheim"):  # fmt: skip
            client.get(address, headers=agent)
        client.head("/catalog.rdf", headers={"user-agent": "other/2"})
    found = {(item.agent, item.feed, item.status): item.times for item in journal(foreign).read()}
    assert found == {
        ("harvester/1.0", "/catalog.rdf", 200): 2,
        ("harvester/1.0", "/api/collections/main/items", 200): 1,
        ("harvester/1.0", "/catalog", 400): 1,
        ("other/2", "/catalog.rdf", 200): 1,
    }
    text = (foreign.folder / "var" / "opgehaald.jsonl").read_text()
    assert "testclient" not in text
    assert "geheim" not in text


@pytest.mark.parametrize(
    ("agent", "kept"),
    [
        ("CKAN (+mailto:jan@stad.be)", "CKAN (…)"),
        ("bot 192.168.1.20; x", "bot …; x"),
        ("bot (2001:db8::1)", "bot (…"),
        ("Mozilla/5.0 (X11) Chrome/120.0.0.0 Safari", "Mozilla/5.0 (X11) Chrome/120.0.0.0 Safari"),
        ("x" * 5000, "x" * 120),
        ("line\nbreak\r\x00", "linebreak"),
        ("", ""),
    ],
)
def test_of_an_agent_no_person_is_kept(tmp_path: Path, agent: str, kept: str) -> None:
    fetches = Fetches(tmp_path / "journal")
    fetches.note(agent, "/catalog", 200)
    assert [item.agent for item in fetches.read()] == [kept]


def test_the_journal_is_bounded_and_keeps_the_last(tmp_path: Path) -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    fetches = Fetches(tmp_path / "journal", most_bytes=10_000, now=lambda: now)
    for number in range(2000):
        now += dt.timedelta(minutes=1)
        fetches.note(f"agent {number}", "/catalog.rdf", 200)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 11_000
    found = fetches.read()
    assert found[0].agent == "agent 1999"
    assert 50 < len(found) < 200


def test_a_journal_that_cannot_be_written_or_read_stops_nothing(tmp_path: Path) -> None:
    nowhere = Fetches(tmp_path / "absent" / "journal")
    nowhere.note("x", "/catalog", 200)
    assert nowhere.read() == []
    damaged = Fetches(tmp_path / "journal")
    damaged.note("x", "/catalog", 200)
    with (tmp_path / "journal").open("ab") as file:
        file.write(b'\xff\xfe not json\n["too", "short"]\n{"a": 1}\nnull\n["t", "a", "f", "nan"]\n')
    assert [item.agent for item in damaged.read()] == ["x"]


def test_the_page_shows_agents_harmlessly(foreign: Workspace) -> None:
    foreign.build()
    with TestClient(foreign.app()) as client:
        client.get("/catalog.ttl", headers={b"user-agent": HOSTILE.encode()})
        for language, word in (("nl", "Aanmelden"), ("en", "Registering")):
            answer = client.get(f"/harvest?lang={language}", headers={"accept": BROWSER})
            page = harmless(answer.text)
            assert word in page.text
            assert "<script>alert(1)</script>" in page.text
            assert answer.headers["cache-control"] == "no-store"
            for portal in portals():
                assert f"{foreign.base}{portal.address}" in page.text
        for link in {portal.address for portal in portals()}:
            assert client.get("/" + link).status_code == 200


def doctor(
    workspace: Workspace, *options: str, environment: dict[str, str] | None = None
) -> tuple[int, str]:
    command = [sys.executable, "-m", "app", "doctor", "--project", str(workspace.folder), *options]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True,
                          check=False)  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_the_doctor_finds_a_healthy_service(
    foreign: Workspace, free_port: Callable[[], int]
) -> None:
    foreign.build()
    with serving(foreign, free_port()) as address:
        fetch(f"{address}catalog.rdf", {"User-Agent": "portal/3"})
        code, said = doctor(foreign, "--url", address, "--json")
    found = json.loads(said)
    levels = {item["code"]: item["level"] for item in found["findings"]}
    asked = {"head", "root", "unchanged", "pages", "records"}
    assert {levels[name] for name in asked} == {"ok"}
    assert levels["sparql-network"] in {"ok", "warning"}  # as the host allows
    assert levels["contact-example"] == "warning"
    assert code == 0
    assert "portal/3" in [item["agent"] for item in found["fetched"]]


def test_the_doctor_says_what_is_wrong(foreign: Workspace, free_port: Callable[[], int]) -> None:
    assert doctor(foreign)[0] == 2
    foreign.build()
    port = free_port()
    code, said = doctor(foreign, "--url", f"http://127.0.0.1:{port}")
    assert code == 1
    assert "antwoordt niet" in said
    assert "Datavindplaats" in said
    settings = {**os.environ, "VIJFSTER_SPARQL_SERVICES": "https://elders.test/sparql"}
    assert "VIJFSTER_SPARQL_SERVICES doet niets" in doctor(foreign, environment=settings)[1]
    settings = {**os.environ, "VIJFSTER_SPARQL_ACCESS": "off"}
    assert "/sparql staat niet voor iedereen open" in doctor(foreign, environment=settings)[1]
    code, said = doctor(foreign, "--url", "ftp://x", "--lang", "en")
    assert code == 1
    assert "not an http(s) address" in said


@pytest.mark.parametrize(
    ("base", "level", "code"),
    [
        ("http://localhost:8000/", "error", "base-local"),
        ("https://127.0.0.1/", "error", "base-local"),
        ("http://data.stad.be/", "warning", "base-http"),
        ("https://data.stad.be/", "ok", "base"),
    ],
)
def test_what_the_base_means_for_harvesting(
    foreign: Workspace, base: str, level: str, code: str
) -> None:
    foreign.edit("vijfster.toml", 'email = "groen@example.org"', "")
    foreign.edit("vijfster.toml", 'keywords = { nl = ["bomen"] }', "")
    found = list(findings(load_project(foreign.folder), base, conforms=False))
    assert (found[0].level, found[0].code) == (level, code)
    assert {item.code for item in found[1:]} == {"contact", "keywords", "release"}
    for item in found:
        assert item.message["nl"] != item.message["en"]
