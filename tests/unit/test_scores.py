"""The history of scores: one row per change, one per look at a catalog."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from app.errors import StoreUnavailableError
from app.store.scores import WHOLE, Row, Scores

DAYS = [f"2026-01-0{day}T12:00:00Z" for day in range(1, 6)]


def look(at: str, mean: float, *datasets: tuple[str, float]) -> list[Row]:
    return [Row(WHOLE, at, mean, mean, datasets=len(datasets)),
            *(Row(name, at, sure, sure + 80, {"findability": (sure, sure)})
              for name, sure in datasets)]  # fmt: skip


def test_reading_makes_no_file(tmp_path: Path) -> None:
    scores = Scores(tmp_path / "scores.sqlite")
    assert scores.sources() == []
    assert scores.history("stad") == []
    assert scores.latest("stad") == {}
    assert not scores.path.exists()


def test_a_dataset_has_a_row_per_change_and_a_catalog_one_per_look(tmp_path: Path) -> None:
    scores = Scores(tmp_path / "scores.sqlite")
    scores.note("stad", look(DAYS[0], 100, ("a", 100), ("b", 100)))
    scores.note("stad", look(DAYS[1], 110, ("a", 120), ("b", 100)))
    scores.note("stad", look(DAYS[2], 110, ("a", 120), ("b", 100)))
    assert [row.time for row in scores.history("stad")] == DAYS[:3]
    assert [(row.time, row.sure) for row in scores.history("stad", "a")] == [
        (DAYS[0], 100), (DAYS[1], 120)]  # fmt: skip
    assert [row.time for row in scores.history("stad", "b")] == [DAYS[0]]
    assert scores.history("stad", "a")[0].dimensions == {"findability": (100.0, 100.0)}
    assert [row.time for row in scores.history("stad", most=2)] == DAYS[1:3]


def test_what_leaves_and_returns_is_told(tmp_path: Path) -> None:
    scores = Scores(tmp_path / "scores.sqlite")
    scores.note("stad", look(DAYS[0], 100, ("a", 100), ("b", 100)))
    scores.note("stad", look(DAYS[1], 100, ("a", 100)))
    scores.note("stad", look(DAYS[2], 100, ("a", 100)))
    assert scores.latest("stad").keys() == {"a"}
    assert [(row.time, row.datasets) for row in scores.history("stad", "b")] == [
        (DAYS[0], 1), (DAYS[1], 0)]  # fmt: skip
    scores.note("stad", look(DAYS[3], 100, ("a", 100), ("b", 100)))
    assert [row.datasets for row in scores.history("stad", "b")] == [1, 0, 1]
    assert scores.latest("stad").keys() == {"a", "b"}


def test_sources_do_not_see_each_other(tmp_path: Path) -> None:
    scores = Scores(tmp_path / "scores.sqlite")
    scores.note("stad", look(DAYS[0], 100, ("a", 100)))
    scores.note("dorp", look(DAYS[0], 50, ("a", 50)))
    assert scores.sources() == ["dorp", "stad"]
    assert scores.latest("dorp")["a"].sure == 50
    assert scores.latest("stad")["a"].sure == 100


def test_the_same_look_noted_twice_is_one(tmp_path: Path) -> None:
    scores = Scores(tmp_path / "scores.sqlite")
    for _ in range(2):
        scores.note("stad", look(DAYS[0], 100, ("a", 100)))
    assert len(scores.history("stad")) == len(scores.history("stad", "a")) == 1


def test_stars_and_basis_are_a_change_too(tmp_path: Path) -> None:
    scores = Scores(tmp_path / "scores.sqlite")
    whole = Row(WHOLE, DAYS[0], 1, 1)
    scores.note("stad", [whole, Row("a", DAYS[0], 1, 1)])
    scores.note("stad", [whole, Row("a", DAYS[1], 1, 1, stars=3, possible_stars=5, basis="files")])
    before, after = scores.history("stad", "a")
    assert (before.stars, after.stars, after.possible_stars, after.basis) == (None, 3, 5, "files")


def test_names_are_only_names(tmp_path: Path) -> None:
    scores = Scores(tmp_path / "scores.sqlite")
    name = "'; DROP TABLE scores; --\n\u202e"
    scores.note(name, look(DAYS[0], 1, (name, 1)))
    assert scores.latest(name)[name].sure == 1


def test_a_damaged_file_is_said_in_two_languages(tmp_path: Path) -> None:
    path = tmp_path / "scores.sqlite"
    path.write_bytes(b"not a database" * 100)
    scores = Scores(path)
    for act in (partial(scores.history, "stad"), partial(scores.note, "stad", look(DAYS[0], 1))):
        with pytest.raises(StoreUnavailableError) as told:
            act()
        assert "history of scores" in told.value.detail
        assert "geschiedenis van de scores" in told.value.detail_nl
