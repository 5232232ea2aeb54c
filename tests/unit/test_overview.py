"""Publishers beside each other: bands, places, changes, and the table of them."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from typing import Any

import pytest

from app.quality.card import card
from app.quality.history import rows, trend
from app.quality.overview import BANDS, COLUMNS, Publisher, overview, table
from app.quality.pictures import told
from app.quality.pictures import trend as picture
from app.quality.scoring import scored
from app.store.scores import WHOLE, Row
from app.tables.writing import safe_csv
from tests.unit.test_quality import KNOWN, TERMS, WORKED, triples_of


def catalog(datasets: int, sure: float, *, stars: float | None = None) -> dict[str, Any]:
    mean: dict[str, Any] = {"sure": sure, "possible": sure + 80, "dimensions": {},
                            "rating": {"sure": "good", "possible": "good"}}  # fmt: skip
    starred = {} if stars is None else {"stars": {"sure": stars, "possible": 5}}
    return {**starred, "mean": mean, "datasets": [{}] * datasets, "evidence": {"basis": "metadata"},
            "next": [{"text": {"nl": "Doe dit.", "en": "Do this."}}]}  # fmt: skip


def at(day: int, sure: float, **more: Any) -> Row:
    month, rest = divmod(day, 28)
    return Row(WHOLE, f"2026-{month + 1:02}-{rest + 1:02}T00:00:00Z", sure, sure + 80, **more)


def by_name(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["publisher"]: one for one in found["publishers"]}


@pytest.mark.parametrize(
    ("datasets", "band"),
    [(1, "1-10"), (10, "1-10"), (11, "11-100"), (100, "11-100"), (101, "101-1000"),
     (1000, "101-1000"), (1001, "1001+"), (50_000, "1001+")],
)  # fmt: skip
def test_bands_meet_and_have_no_gap(datasets: int, band: str) -> None:
    (one,) = overview([Publisher("stad", catalog(datasets, 100))])["publishers"]
    assert one["band"] == band
    assert [most + 1 for _, most in BANDS if most] == [least for least, _ in BANDS[1:]]


def test_places_count_within_a_band_and_equals_share_theirs() -> None:
    given = [Publisher("a", catalog(5, 300)), Publisher("b", catalog(10, 300)),
             Publisher("c", catalog(2, 200)), Publisher("groot", catalog(500, 100))]  # fmt: skip
    random.Random(3).shuffle(given)
    found = overview(given)
    places = {name: (one["rank"], one["of"]) for name, one in by_name(found).items()}
    assert places == {"a": (1, 3), "b": (1, 3), "c": (3, 3), "groot": (1, 1)}
    assert [one["publisher"] for one in found["publishers"]] == ["a", "b", "c", "groot"]
    small, large = found["bands"]
    assert (small["median"]["sure"], small["publishers"]) == (300, 3)
    assert (large["band"], large["median"]) == ("101-1000", {"sure": 100, "possible": 180})


def test_stars_go_before_points_where_all_have_them() -> None:
    starred = [Publisher("a", catalog(5, 300, stars=2)), Publisher("b", catalog(5, 200, stars=4))]
    found = overview(starred)
    assert [one["publisher"] for one in found["publishers"]] == ["b", "a"]
    assert by_name(found)["b"]["rank"] == 1
    mixed = overview([*starred, Publisher("c", catalog(5, 250))])
    assert {name: one["rank"] for name, one in by_name(mixed).items()} == {
        "a": 1, "c": 2, "b": 3}  # fmt: skip
    assert [one["publisher"] for one in mixed["publishers"]] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("history", "change", "since"),
    [
        ([], None, ""),
        ([at(0, 100)], None, ""),
        ([at(0, 100), at(5, 120)], 20, "2026-01-01"),
        ([at(0, 100), at(5, 90)], -10, "2026-01-01"),
        # the last one that is 90 days old
        ([at(0, 100), at(30, 110), at(200, 150)], 40, "2026-02-03"),
        # points with and without looking at links are not compared
        ([at(0, 100), at(5, 180, basis="links")], None, ""),
        ([at(0, 100), at(2, 150, basis="links"), at(5, 180, basis="links")], 30, "2026-01-03"),
    ],
)  # fmt: skip
def test_a_change_is_over_the_period_on_the_same_basis(
    history: list[Row], change: float | None, since: str
) -> None:
    (one,) = overview([Publisher("stad", catalog(5, 100), history=history)])["publishers"]
    assert (one["change"], one["since"][:10]) == (change, since)


def test_nobody_is_an_empty_overview() -> None:
    assert overview([]) == {"bands": [], "publishers": [], "days": 90}


def test_a_real_card_gives_json_and_a_table() -> None:
    found = card("bron", scored(triples_of(WORKED), KNOWN, TERMS))
    history = rows(found, "2026-01-01T00:00:00Z")[:1]
    whole = overview([Publisher("bron", found, {"nl": "Stad", "en": "City"}, history)])
    copied = json.loads(json.dumps(whole))
    assert copied == whole
    (row,) = csv.DictReader(io.StringIO(safe_csv(COLUMNS, table(whole)).decode()))
    assert row["publisher"] == "bron"
    assert float(row["sure"]) == found["mean"]["sure"] == history[0].sure
    assert row["next_nl"] == found["next"][0]["text"]["nl"]
    assert (row["stars"], row["possible_stars"], row["change"]) == ("0", "3", "")


def test_the_table_runs_no_formula() -> None:
    given = [Publisher("=1+2", catalog(5, 100), {"nl": "@SUM(A1)", "en": "-cmd"},
                       [at(0, 100), at(5, 90)])]  # fmt: skip
    (row,) = csv.DictReader(io.StringIO(safe_csv(COLUMNS, table(overview(given))).decode()))
    assert (row["publisher"], row["title_nl"], row["title_en"]) == ("'=1+2", "'@SUM(A1)", "'-cmd")
    # a number is no formula
    assert row["change"] == "-10"


def test_rows_of_a_card_go_by_path_below_the_base() -> None:
    found = card("bron", scored(triples_of(WORKED), KNOWN, TERMS))
    whole, one = rows(found, "2026-01-01T00:00:00Z", "https://voorbeeld.test/")
    assert (whole.dataset, whole.datasets, one.dataset) == (WHOLE, 1, "dataset")
    assert list(one.dimensions["findability"]) == [80, 80]
    assert one.basis == "metadata"


def test_a_trend_has_the_last_look_of_each_day() -> None:
    day = "2026-01-0{}T{:02}:00:00Z"
    history = [Row("a", day.format(d, h), 10 * d + h, 400) for d in (1, 2) for h in (1, 9)]
    assert [point["sure"] for point in trend(history)] == [19, 29]


@pytest.mark.parametrize(
    ("points", "nl", "en"),
    [
        ([at(0, 100)], "Al sinds 2026-01-01 100–180 van 405 punten.",
         "100–180 of 405 points since 2026-01-01."),
        ([at(0, 100), at(5, 120.5)], "Van 100–180 punten op 2026-01-01 naar 120,5–200,5 op "
         "2026-01-06, van 405.", "From 100–180 points on 2026-01-01 to 120.5–200.5 on 2026-01-06, "
         "of 405."),
    ],
)  # fmt: skip
def test_a_picture_says_in_words_what_it_shows(points: list[Row], nl: str, en: str) -> None:
    shown = trend(points)
    for lang, said in (("nl", nl), ("en", en)):
        assert told(shown, lang) == said
        assert f"<title>{said}</title>" in picture(shown, lang)


def test_a_picture_stays_inside_its_frame() -> None:
    shown = trend([at(0, 0, basis="links"), at(3, 405, basis="links"), at(50, 200)])
    for point in shown:
        point["possible"] = min(point["possible"], 405)
    drawn = picture(shown, "nl")
    paths = " ".join(re.findall(r' d="([^"]+)"', drawn))
    numbers = re.findall(r"[\d.]+", paths)
    assert all(0 <= float(number) <= 320 for number in numbers)
    # the highest and lowest points are on the lines of 405 and 0
    assert {"8.0", "78.0"} <= set(numbers)


def test_points_that_went_and_came_back_did_change() -> None:
    shown = trend([at(0, 100), at(3, 90), at(5, 100)])
    assert told(shown, "nl").startswith("Van 100–180 punten")
