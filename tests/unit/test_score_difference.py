"""What counts as loss between two scores: what was seen to be lost, not what was not asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.quality.card import card
from app.quality.evidence import Content, Look, Looks
from app.quality.news import Run, letter
from app.quality.reach import honest
from app.quality.scoring import scored
from app.quality.standing import Standing
from app.quality.words import BASIS
from app.rdf import media
from app.store.history import History
from app.validation.feeds import Feed
from app.validation.sources import Source
from app.validation.standing import Obtained
from tests.unit.test_quality import KNOWN, TERMS, WORKED, triples_of

AT = "2026-11-22T10:00:00Z"
PAGE, FILE = "https://voorbeeld.test/pagina", "https://voorbeeld.test/bestand.csv"
GOOD: Looks = {
    PAGE: Look(PAGE, AT, head=200),
    FILE: Look(FILE, AT, head=200, status=200,
               content=Content("CSV", True, count=3, counted="rows")),
}  # fmt: skip
NONE: Looks = {}
Step = tuple[str, Looks]
Told = tuple[int, int, Mapping[str, float]]


def all_as(**facts: Any) -> Looks:
    return {url: Look(url, AT, **facts) for url in GOOD}


def steps(folder: Path, *found: Step) -> Iterator[Run]:
    """Yield the runs of a catalog that is scored again and again, each kept before the next."""
    left = list(found)

    def score(_: Source) -> Mapping[str, Any]:
        turtle, looks = left.pop(0)
        return card("Stad", scored(triples_of(turtle), KNOWN, TERMS, looks=looks))

    def obtain(*_: object) -> Obtained:
        return Obtained(Source(b"", "x", media_type=media.TURTLE.name))

    history = History(folder, Run)
    standing = Standing(score, history, obtain, links=True)
    with history.lock():
        while left:
            pending = standing.check(Feed("Stad", "stad.ttl"))
            pending.keep()
            yield pending.run


def told(run: Run) -> Told:
    assert run.change
    return run.change["worse"], run.change["better"], run.change["mean"]


SAME: Told = (0, 0, {"sure": 0, "possible": 0})
LESS = WORKED.replace('dcat:keyword "proef"@nl ;', "")
WORSE: Told = (1, 0, {"sure": -30, "possible": -30})
LEFT = all_as(reason="left-alone")


@pytest.mark.parametrize("looks", [
    NONE, LEFT, all_as(reason="robots-failed"), all_as(reason="spent"), all_as(reason="robots"),
    all_as(reason="unreached"),
])  # fmt: skip
def test_what_was_not_asked_is_no_loss_and_its_return_no_gain(looks: Looks, tmp_path: Path) -> None:
    _, away, back, less = steps(
        tmp_path, (WORKED, GOOD), (WORKED, looks), (WORKED, GOOD), (LESS, GOOD)
    )
    assert told(away) == told(back) == SAME
    assert not away.worse
    assert told(less) == WORSE


def test_loss_in_the_metadata_is_told_whatever_could_be_asked(tmp_path: Path) -> None:
    _, less, again = steps(tmp_path, (WORKED, GOOD), (LESS, LEFT), (LESS, LEFT))
    assert told(less) == WORSE
    assert told(again) == SAME
    assert less.mean["possible"] - less.mean["sure"] == 80 + 30, "of links, and of DCAT-AP"
    assert less.change
    assert less.change["unasked"] == 1
    assert "wat eerder bekend was: 1 dataset" in letter(less, "nl")
    assert "what was known before holds: 1 dataset" in letter(less, "en")


def test_what_failed_before_and_after_a_time_unasked_is_no_news(tmp_path: Path) -> None:
    gone = all_as(head=404, status=404)
    _, lost, away, still, back = steps(tmp_path, (WORKED, GOOD), (WORKED, gone), (WORKED, LEFT),
                                       (WORKED, gone), (WORKED, GOOD))  # fmt: skip
    assert told(lost) == (1, 0, {"sure": -80, "possible": -80})
    assert lost.worse
    assert told(away) == told(still) == SAME
    assert told(back) == (0, 1, {"sure": 80, "possible": 80})


def test_a_loss_during_a_time_unasked_is_told_after_it(tmp_path: Path) -> None:
    pdf = {**GOOD, FILE: replace(GOOD[FILE], content=Content("PDF", True))}
    _, away, after = steps(tmp_path, (WORKED, GOOD), (WORKED, LEFT), (WORKED, pdf))
    assert told(away) == SAME
    assert after.change
    (one,) = after.change["changed"]
    assert one["worse"]
    assert one["before"]["stars"] == {"sure": 3, "possible": 3}
    assert one["now"]["stars"] == {"sure": 1, "possible": 1}


def test_what_is_known_for_the_first_time_is_neither(tmp_path: Path) -> None:
    _, bad = steps(tmp_path, (WORKED, NONE), (WORKED, all_as(head=404, status=404)))
    assert told(bad)[:2] == (0, 0)


def test_a_star_that_metadata_make_impossible_is_loss(tmp_path: Path) -> None:
    pdf = WORKED.replace("file-type/CSV", "file-type/PDF").replace("text/csv", "application/pdf")
    _, less = steps(tmp_path, (WORKED, NONE), (pdf, NONE))
    assert told(less)[0] == 1


def test_a_server_that_is_gone_is_loss_where_others_answer(tmp_path: Path) -> None:
    half = {**GOOD, FILE: Look(FILE, AT, head=0, reason="address")}
    _, lost = steps(tmp_path, (WORKED, GOOD), (WORKED, half))
    assert told(lost) == (1, 0, {"sure": -30, "possible": -30})


def test_a_computer_without_a_network_is_told_as_that(tmp_path: Path) -> None:
    _, away = steps(tmp_path, (WORKED, GOOD), (WORKED, all_as(reason="unreached")))
    assert away.moved
    assert not away.worse
    assert BASIS["unreached"]["nl"] in letter(away, "nl")
    assert "kwaliteit ongewijzigd" in letter(away, "nl")


@pytest.mark.parametrize(("page", "reason"), [
    (replace(GOOD[PAGE], earlier=True), "unreached"), (GOOD[PAGE], "address"),
    (Look(PAGE, AT, head=404, status=404), "address"), (Look(PAGE, AT, reason="robots"), "address"),
    (Look(PAGE, AT, reason="left-alone"), "unreached"),
])  # fmt: skip
def test_what_an_earlier_run_saw_does_not_show_that_there_is_a_network(
    page: Look, reason: str
) -> None:
    looks = {PAGE: page, FILE: Look(FILE, AT, head=0, reason="address")}
    found = honest(looks, lambda _: False)
    assert found[FILE].reason == reason
    assert found[PAGE] == page or page.reason == "left-alone"
