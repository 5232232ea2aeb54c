"""`vijfster score --check-links`: what a real server gives decides points and stars."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli.main import app
from tests.integration.test_stars_measured import serving
from tests.unit import real_files as real
from tests.unit.test_quality import EU, triples_of

PAGE = b"<html><head><title>Bomen</title></head><body>" + b"<p>Alle bomen.</p>" * 60
CSV = b"naam,hoogte\n" + b"eik,12\n" * 200


def catalog(root: str, **files: str) -> str:
    said = "".join(
        f"<{name}> a dcat:Dataset ; dct:title \"{name}\"@nl ; dct:accessRights "
        f"<{EU}access-right/PUBLIC> ; dcat:distribution <{name}-d> . "
        f"<{name}-d> a dcat:Distribution ; dcat:accessURL <{root}/pagina> ; "
        f"dcat:downloadURL <{root}{path}> ; dct:format <{EU}file-type/CSV> ; "
        f"dct:license <{EU}licence/CC0> .\n"
        for name, path in files.items()
    )  # fmt: skip
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples_of(said))


def score(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["score", str(folder / "c.nt"), "--check-links",
                                    "--project", str(folder), *arguments])  # fmt: skip


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Three files that are all called CSV: one is, one is a PDF, one is not there."""
    monkeypatch.setenv("VIJFSTER_LINKS_DELAY_SECONDS", "0")
    files = {"/pagina": ("text/html", PAGE), "/een.csv": ("text/csv", CSV),
             "/twee.csv": ("text/csv", real.PDF)}  # fmt: skip
    with serving(files) as root:
        port = root.rpartition(":")[2]
        monkeypatch.setenv("VIJFSTER_FETCH_ALLOW", f"127.0.0.1, :{port}")
        text = catalog(root, een="/een.csv", twee="/twee.csv", drie="/weg.csv")
        (tmp_path / "c.nt").write_text(text, encoding="utf-8")
        done = score(tmp_path, "--json")
        assert done.exit_code == 0, done.output
        again = score(tmp_path, "--min-stars", "2")
    assert again.exit_code == 1
    assert "Niet zeker van 2 sterren: 2 datasets." in again.stderr
    found: dict[str, Any] = json.loads(done.stdout)["cards"][0]
    found["text"] = again.stdout
    return found


def test_files_are_what_they_are_whatever_they_are_called(card: dict[str, Any]) -> None:
    by_name = {one["title"]["nl"]: one for one in card["datasets"]}
    assert {name: one["stars"]["sure"] for name, one in by_name.items()} == {
        "een": 3, "twee": 1, "drie": 1,
    }  # fmt: skip
    assert {name: one["stars"]["basis"] for name, one in by_name.items()} == {
        "een": "fetched", "twee": "fetched", "drie": "metadata",
    }  # fmt: skip
    assert by_name["een"]["reported"] == {"formatMatch": True, "syntaxValid": True}
    assert by_name["twee"]["reported"]["formatMatch"] is False
    assert by_name["een"]["indicators"]["downloadUrlStatusCode"]["passed"] is True
    assert by_name["drie"]["indicators"]["downloadUrlStatusCode"]["passed"] is False
    for one in by_name.values():
        assert one["sure"] == one["possible"], "everything was asked"
    lost = {task["task"]: task["variant"] for task in by_name["drie"]["tasks"]}
    assert lost["download-url"] == "fails"


def test_the_card_says_on_what_it_rests(card: dict[str, Any]) -> None:
    evidence = card["evidence"]
    assert (evidence["basis"], evidence["addresses"], evidence["answered"]) == ("links", 4, 3)
    assert evidence["since"] <= evidence["until"]
    assert card["stars"]["counts"]["sure"] == [0, 2, 0, 1, 0, 0]
    assert "3 van 4 adressen antwoordden" in card["text"]
    (link,) = [link for link in card["datasets"][0]["links"]
               if link["property"] == "dcat:downloadURL"]  # fmt: skip
    assert link["url"].endswith("/weg.csv")
    assert (link["head"], link["status"]) == (404, 404)


def test_beside_points_and_stars_it_tells_portals_governance_and_charter(
    card: dict[str, Any],
) -> None:
    assert len(card["portals"]) == 5
    for one in card["datasets"]:
        assert [each["portal"] for each in one["portals"]] == [
            each["portal"] for each in card["portals"]
        ]
        assert {each["profile"] for each in one["compliance"]} == {
            "dcat-ap-3.0.1", "dcat-ap-vl-3.0",
        }  # fmt: skip
        # what is fixed is told once per card, and can be looked up
        for principle, of_one in zip(card["charter"], one["charter"], strict=True):
            assert principle["principle"] == of_one["principle"]
            assert [each["check"] for each in principle["checks"]] == [*of_one["checks"]]
        for asked, fact in zip(card["governance"], one["governance"], strict=True):
            assert asked["fact"] == fact["fact"]
            assert (fact["status"] in {"unknown", "lacking"}) == (fact["status"] in asked["tasks"])
        for portal in one["portals"]:
            assert {shown["field"] for shown in portal["shown"]} <= card["fields"].keys()
            assert {found["rule"] for found in portal["findings"]} <= card["rules"].keys()
    assert card["rules"].keys() == {
        found["rule"] for each in (card, *card["datasets"]) for portal in each["portals"]
        for found in portal["findings"]
    }  # fmt: skip


@pytest.mark.parametrize(("lang", "said"), [("nl", "Over uw data zegt dat niets"),
                                            ("en", "That says nothing of your data")])  # fmt: skip
def test_without_a_network_no_link_is_called_dead(tmp_path: Path, lang: str, said: str) -> None:
    # a name that never exists (RFC 6761), so that it is the same with a network
    text = catalog("https://data.voorbeeld.invalid", een="/een.csv")
    (tmp_path / "c.nt").write_text(text, encoding="utf-8")
    (one,) = json.loads(score(tmp_path, "--json").stdout)["cards"]
    assert one["evidence"]["unreached"] == 2
    (dataset,) = one["datasets"]
    assert dataset["possible"] - dataset["sure"] >= 80, "still possible"
    assert dataset["stars"]["possible"] == 3
    assert not [task for task in dataset["tasks"] if task["variant"] == "fails"
                and task["task"].endswith("-url")]  # fmt: skip
    shown = score(tmp_path, "--lang", lang).stdout
    assert said in shown
    assert "0 van 2" not in shown
