"""`vijfster score` over files, addresses, standard input, feeds as they are, and our release."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli.main import app
from tests.conftest import Workspace
from tests.integration.net_server import Server
from tests.unit.test_quality import WORKED, triples_of


def lines(turtle: str) -> str:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples_of(turtle))


def score(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["score", *arguments], input=given)


def cards(*arguments: str, given: str | None = None) -> list[dict[str, Any]]:
    done = score(*arguments, "--json", given=given)
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)["cards"]
    return found


def test_a_file_gives_a_table_the_mean_and_three_things_to_do(tmp_path: Path) -> None:
    path = tmp_path / "catalogus.nt"
    path.write_text(lines(WORKED), encoding="utf-8")
    for lang, said, first in (
        ("nl", "Alleen uit de metadata", "Doe eerst:"),
        ("en", "From metadata only", "Do first:"),
    ):
        done = score(str(path), "--lang", lang)
        assert done.exit_code == 0, done.output
        assert said in done.stdout
        assert "Proef" in done.stdout
        assert done.stdout.partition(first)[2].count("\n  3. ") == 1
        assert "  4. " not in done.stdout


def test_standard_input_and_json(tmp_path: Path) -> None:
    (found,) = cards("-", given=lines(WORKED))
    (one,) = found["datasets"]
    assert (found["evidence"]["basis"], found["highest"]) == ("metadata", 405)
    assert one["possible"] == 380
    assert len(one["indicators"]) == 23
    assert one["reported"] == {"formatMatch": None, "syntaxValid": None}
    assert one["indicators"]["accessUrlStatusCode"] == {"passed": None, "points": 50}
    assert sum(task["points"] for task in one["tasks"]) == 405 - one["possible"]
    assert {"nl", "en"} == set(one["tasks"][0]["text"])


def test_an_address_is_fetched_by_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    body = lines(WORKED).encode()

    def talk(peer: socket.socket, _: bytes) -> None:
        head = f"Content-Type: application/n-triples\r\nContent-Length: {len(body)}\r\n"
        peer.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body)

    server = Server(talk)
    url = f"http://127.0.0.1:{server.port}/catalogus.nt"
    try:
        refused = score(url)
        assert refused.exit_code == 2
        assert server.requests == []
        monkeypatch.setenv("VIJFSTER_FETCH_ALLOW", f"127.0.0.1, :{server.port}")
        (found,) = cards(url)
    finally:
        server.close()
    assert found["source"] == url
    assert found["datasets"][0]["possible"] == 380


def test_the_minimum_counts_only_points_that_are_sure(tmp_path: Path) -> None:
    given = lines(WORKED)
    sure = cards("-", given=given)[0]["datasets"][0]["sure"]
    assert score("-", "--min-points", str(sure), given=given).exit_code == 0
    done = score("-", "--min-points", str(sure + 1), given=given)
    assert done.exit_code == 1
    assert "Niet zeker van" in done.stderr
    assert score("-", "--min-points", "406", given=given).exit_code == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", ""),
        ("<https://voorbeeld.test/x> <https://voorbeeld.test/p> 'y' .", "dcat:Dataset"),
        ("naam;adres\nx;y\n", ""),
        ("@prefix kapot", ""),
    ],
)
def test_what_cannot_be_scored_is_exit_2_and_said(given: str, said: str) -> None:
    done = score("-", given=given)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.strip()
    assert "Traceback" not in done.output


def test_the_other_sources_go_on(tmp_path: Path) -> None:
    path = tmp_path / "catalogus.nt"
    path.write_text(lines(WORKED), encoding="utf-8")
    done = score(str(tmp_path / "weg.ttl"), str(path), "--json")
    assert done.exit_code == 2
    found = json.loads(done.stdout)
    assert [card["source"] for card in found["cards"]] == [str(path)]
    assert found["unread"][0]["message"].keys() == {"nl", "en"}


def test_titles_do_not_steer_the_screen() -> None:
    given = lines(WORKED).replace('"Proef"', r'"Rood \u001B[31m\nregel \u202E om"')
    done = score("-", given=given)
    assert done.exit_code == 0
    assert not {"\x1b", "\u202e"} & set(done.output)
    assert "regel" in done.output


def test_addresses_do_not_turn_the_direction_of_the_screen() -> None:
    given = lines(WORKED).replace(
        "https://voorbeeld.test/dataset", r"https://voorbeeld.test/\u202E"
    )
    given = given.replace('"Proef"', '""').replace("/bestand.csv", r"/bestand\u202E.csv")
    given = "\n".join(line for line in given.splitlines() if "accessURL" not in line)
    done = score("-", given=given)
    assert done.exit_code == 0, done.output
    assert "\u202e" not in done.output
    assert "https://voorbeeld.test/\u202e" in cards("-", given=given)[0]["datasets"][0]["dataset"]


def test_our_own_release_is_scored_without_a_source(built: Workspace) -> None:
    (found,) = cards("--project", str(built.folder))
    inventories = [one for one in found["datasets"] if one["distributions"]]
    assert len(inventories) == len(found["datasets"])
    for one in found["datasets"]:
        # all but what is asked of servers, a European licence and a statement of rights
        assert one["possible"] >= 390, (one["dataset"], one["tasks"])
        assert one["possible"] - one["sure"] == 80
        assert one["violations"] == 0


def test_without_a_release_it_is_said(project: Workspace) -> None:
    done = score("--project", str(project.folder))
    assert done.exit_code == 2
    assert "nog niets gepubliceerd" in done.stderr


@pytest.mark.parametrize(
    ("name", "datasets"),
    [
        ("dataset-open-nongeo.xml", 1),
        ("dcat-feed-mow.rdf", 22),
        ("fietstelpaal-visserij-gent.dcat-ap3.xml", 1),
        ("statbel_opendata_subset.ttl", 10),
    ],
)
def test_feeds_as_they_are(shared: Path, name: str, datasets: int) -> None:
    path = shared / "standards" / "examples" / name
    if not path.is_file():
        pytest.skip(f"shared file absent: {path}")
    (found,) = cards(str(path))
    assert len(found["datasets"]) == datasets
    for one in found["datasets"]:
        assert 0 <= one["sure"] <= one["possible"] <= 405
        lost = sum(task["points"] for task in one["tasks"])
        if one["distributions"] < 2:
            assert lost == 405 - one["possible"]
    assert len(found["next"]) >= 3
