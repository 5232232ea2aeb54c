"""`vijfster score --self`: our own release, served in this process, is asked for itself."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from app.cli.main import app
from tests.conftest import Workspace


def score(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["score", "--self", *arguments])


def test_our_own_links_are_sure_and_it_is_said_how(
    built: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIJFSTER_LINKS_DELAY_SECONDS", "0")
    monkeypatch.setenv("VIJFSTER_BASE_IRI", built.base)
    done = score("--project", str(built.folder), "--json", "--min-points", "390")
    assert done.exit_code == 0, done.output
    (card,) = json.loads(done.stdout)["cards"]
    evidence = card["evidence"]
    assert evidence["basis"] == "links"
    assert 0 < evidence["own"] == evidence["addresses"] == evidence["answered"]
    for one in card["datasets"]:
        assert one["sure"] == one["possible"] >= 390, one["tasks"]
        # the fifth depends on others, who cannot be asked here
        assert one["stars"]["sure"] >= 4, one["stars"]
        assert one["reported"] == {"formatMatch": True, "syntaxValid": True}
        assert all(link["own"] for link in one["links"])


def test_it_is_about_our_own_release_only(built: Workspace) -> None:
    done = score("iets.ttl", "--project", str(built.folder))
    assert done.exit_code == 2
    assert "--self" in done.output


def test_without_a_release_it_is_said(project: Workspace) -> None:
    done = score("--project", str(project.folder))
    assert done.exit_code == 2
    assert "vijfster build" in done.output
