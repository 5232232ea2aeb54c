"""Our own catalog: five stars and at least 390 points for every dataset.

Our own addresses are asked of our own release, served for it on loopback. Those of others cannot be
asked here: a stand-in answers for them, success for the addresses in `ELSEWHERE` and nothing for
any other. What is proven is that our data lead to the things listed there, not that the world's
servers answer today; `vijfster score --self` with a network tells that.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.net.fetch import Fetched, Validators
from app.net.polite import Polite
from app.net.refusals import FetchError
from tests.conftest import Workspace

# of every place that our data link to: places, units, law, goals, classifications
ELSEWHERE = re.compile(
    r"http://vocab\.belgif\.be/auth/refnis20(19|25)/[0-9]{5}"
    r"|http://data\.europa\.eu/nuts/code/(BE|BE2|BE23|BE3|NL)"
    r"|http://data\.europa\.eu/ux2/nace2/[A-U]"
    r"|http://qudt\.org/vocab/unit/(PERCENT|YR|MO)"
    r"|http://data\.europa\.eu/eli/(reg/2016/679|dir/2007/2)/oj"
    r"|http://metadata\.un\.org/sdg(/[0-9]{1,2})?"
)


class Elsewhere:
    """Stands in for every server but ours."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.answers = True

    async def ask(self, _: Polite, url: str, method: str = "GET", **__: Any) -> Fetched:
        self.asked.add(url)
        if not (self.answers and ELSEWHERE.fullmatch(url)):
            raise FetchError("connect")
        return Fetched(200, b"", "text/html", "", url, (), Validators(url), 0)


@pytest.fixture
def elsewhere(built: Workspace, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    stand_in = Elsewhere()

    async def ask(polite: Polite, url: str, method: str = "GET", **more: Any) -> Fetched:
        return await stand_in.ask(polite, url, method, **more)

    async def ready(_: Polite, __: str) -> None:
        """No pause."""

    monkeypatch.setenv("VIJFSTER_BASE_IRI", built.base)
    monkeypatch.setattr(Polite, "ask", ask)
    monkeypatch.setattr(Polite, "ready", ready)
    return stand_in


def measured(built: Workspace, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Return what `score --self` exits with, and the card of each dataset."""
    done = CliRunner().invoke(app, ["score", "--self", "--project", str(built.folder), "--json",
                                    "--min-points", "390", *arguments])  # fmt: skip
    return done.exit_code, json.loads(done.stdout)["cards"][0]["datasets"]


def test_every_dataset_has_five_stars_and_390_points(
    built: Workspace, elsewhere: Elsewhere
) -> None:
    code, found = measured(built, "--min-stars", "5")
    assert (code, len(found)) == (0, 8)
    for one in found:
        assert one["stars"]["sure"] == 5, (one["dataset"], one["stars"])
        assert one["sure"] == one["possible"] >= 390, (one["dataset"], one["tasks"])
    # only what the list names was asked for: nothing leads anywhere else
    assert {url for url in elsewhere.asked if not ELSEWHERE.fullmatch(url)} == set()


def test_the_fifth_star_rests_on_links_alone(built: Workspace, elsewhere: Elsewhere) -> None:
    elsewhere.answers = False
    code, found = measured(built)
    assert (code, {one["stars"]["sure"] for one in found}) == (0, {4})
