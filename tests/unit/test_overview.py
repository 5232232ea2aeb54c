"""Publishers beside each other: bands, places, changes, and the table of them."""

from __future__ import annotations

import copy
import csv
import io
import json
import random
import re
from typing import Any

import pytest

from app.quality.card import card
from app.quality.difference import known_from
from app.quality.history import rows, trend
from app.quality.indicators import INDICATORS
from app.quality.news import Run
from app.quality.overview import BANDS, entry, overview
from app.quality.overviewforms import as_csv, as_json, as_text
from app.quality.overviewpage import anchor, page, part
from app.quality.pictures import spark, told
from app.quality.pictures import trend as picture
from app.quality.scoring import scored
from app.store.scores import WHOLE, Row
from tests.http.support import Page
from tests.unit.test_quality import KNOWN, TERMS, WORKED, triples_of

DATASET = {"indicators": {one.name: {"passed": one.name != "keywordAvailability"}
                          for one in INDICATORS}}  # fmt: skip


def catalog(datasets: int, sure: float, *, stars: float | None = None) -> dict[str, Any]:
    mean: dict[str, Any] = {"sure": sure, "possible": sure + 80, "dimensions": {},
                            "rating": {"sure": "good", "possible": "good"}}  # fmt: skip
    counts = [datasets if star == stars else 0 for star in range(6)]
    starred = (
        {}
        if stars is None
        else {
            "stars": {"sure": stars, "possible": 5, "counts": {"sure": counts, "possible": counts}}
        }
    )
    return {**starred, "mean": mean, "datasets": [DATASET] * datasets,
            "evidence": {"basis": "metadata"},
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
    (one,) = overview([entry("stad", catalog(datasets, 100))])["publishers"]
    assert one["band"] == band
    assert [most + 1 for _, most in BANDS if most] == [least for least, _ in BANDS[1:]]


def test_places_count_within_a_band_and_equals_share_theirs() -> None:
    given = [entry("a", catalog(5, 300)), entry("b", catalog(10, 300)),
             entry("c", catalog(2, 200)), entry("groot", catalog(500, 100))]  # fmt: skip
    random.Random(3).shuffle(given)
    found = overview(given)
    places = {name: (one["rank"], one["of"]) for name, one in by_name(found).items()}
    assert places == {"a": (1, 3), "b": (1, 3), "c": (3, 3), "groot": (1, 1)}
    assert [one["publisher"] for one in found["publishers"]] == ["a", "b", "c", "groot"]
    small, large = found["bands"]
    assert (small["median"]["sure"], small["publishers"]) == (300, 3)
    assert (large["band"], large["median"]) == ("101-1000", {"sure": 100, "possible": 180})


def test_stars_go_before_points_where_all_have_them() -> None:
    starred = [entry("a", catalog(5, 300, stars=2)), entry("b", catalog(5, 200, stars=4))]
    found = overview(starred)
    assert [one["publisher"] for one in found["publishers"]] == ["b", "a"]
    assert by_name(found)["b"]["rank"] == 1
    mixed = overview([*starred, entry("c", catalog(5, 250))])
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
    (one,) = overview([entry("stad", catalog(5, 100), history=history)])["publishers"]
    assert (one["change"], one["since"][:10]) == (change, since)


def test_nobody_is_an_empty_overview() -> None:
    found = overview([], ["Later"])
    assert (found["bands"], found["publishers"], found["waiting"]) == ([], [], ["Later"])
    assert "Nog geen enkele uitgever is gescoord." in as_text(found, "nl")
    assert "Not read yet: Later." in part(found, "en")
    assert read_csv(as_csv(found)) == []


def read_csv(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_a_real_card_gives_json_and_a_table() -> None:
    found = card("bron", scored(triples_of(WORKED), KNOWN, TERMS))
    history = rows(found, "2026-01-01T00:00:00Z")[:1]
    whole = overview([entry("bron", found, history, source="https://data.stad.test/a.ttl")])
    assert json.loads(as_json(whole)) == whole
    (row,) = read_csv(as_csv(whole))
    assert (row["publisher"], row["source"]) == ("bron", "https://data.stad.test/a.ttl")
    assert float(row["sure"]) == found["mean"]["sure"] == history[0].sure
    assert row["next_nl"] == found["next"][0]["text"]["nl"]
    assert (row["stars"], row["possible_stars"], row["change"]) == ("0", "3", "")
    assert row["lost_nl"] == "periode (−20), verklaring van rechten (−5)"


def test_the_whole_counts_datasets_not_publishers() -> None:
    given = [entry("a", catalog(1, 100, stars=1)), entry("b", catalog(3, 300, stars=5))]
    whole = overview(given)["whole"]
    assert (whole["publishers"], whole["datasets"], whole["sure"]) == (2, 4, 250)
    assert whole["stars"]["sure"] == 4
    assert whole["counts"]["sure"] == [0, 1, 0, 0, 0, 3]
    assert whole["lost"] == [{"indicator": "keywordAvailability", "datasets": 4, "points": 30}]
    assert "2 uitgevers, 4 datasets: gemiddeld 250–330 van 405 punten" in part(
        overview(given), "nl")  # fmt: skip


def test_what_costs_most_comes_first_and_what_is_not_known_costs_nothing() -> None:
    failed = {"keywordAvailability": False, "licenceAvailability": False,
              "accessUrlStatusCode": None}  # fmt: skip
    one = {"indicators": {name: {"passed": failed.get(name, True)} for name in DATASET[
        "indicators"]}}  # fmt: skip
    found = {**catalog(0, 100), "datasets": [one, one, DATASET]}
    assert entry("a", found)["lost"] == [
        {"indicator": "keywordAvailability", "datasets": 3, "points": 30},
        {"indicator": "licenceAvailability", "datasets": 2, "points": 13.3},
    ]


def run_at(day: int, *, error: bool = False, **change: Any) -> Run:
    told = {"mean": {"sure": -5.0, "possible": -5.0}, "better": 1, "worse": 2, "added": ["x"],
            "gone": [], **change}  # fmt: skip
    return Run("a", f"2026-01-0{day}T00:00:00Z", {"sure": 1, "possible": 1}, 1,
               since="2025-12-31T00:00:00Z", change=None if day == 1 else told,
               error={"nl": "/srv/geheim", "en": "/srv/geheim"} if error else None)  # fmt: skip


@pytest.mark.parametrize(
    ("runs", "read", "unread", "last"),
    [
        ([], "", "", None),
        ([run_at(1)], "01", "", None),
        ([run_at(1), run_at(2)], "02", "", -5),
        # the news of before still stands, and is said to be old since the first that failed
        ([run_at(1), run_at(2), run_at(3, error=True), run_at(4, error=True)], "02", "03", -5),
        ([run_at(1, error=True), run_at(2)], "02", "", -5),
        ([run_at(3, error=True)], "", "03", None),
    ],
)  # fmt: skip
def test_the_last_scoring_that_read_it_is_told(
    runs: list[Run], read: str, unread: str, last: float | None
) -> None:
    found = entry("a", catalog(1, 100), runs=runs)
    assert (found["read"][8:10], found["unread"][8:10]) == (read, unread)
    assert (found["last"] and found["last"]["sure"]) == last
    for form in (as_json, as_csv):
        assert b"geheim" not in form(overview([found])), "errors tell of files inside"


def test_changes_are_in_words() -> None:
    whole = overview([entry("a", catalog(1, 100), [at(0, 100), at(5, 130)],
                            runs=[run_at(1), run_at(2), run_at(3, error=True)])])  # fmt: skip
    for said in ("−5", "1 beter, 2 slechter, 1 nieuw, 0 weg", "+30", "1 van 1",
                 "niet te lezen sinds 2026-01-03; dit is van 2026-01-02"):  # fmt: skip
        assert said in as_text(whole, "nl")
        assert said in part(whole, "nl")
    assert "could not be read since 2026-01-03" in part(whole, "en")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://data.stad.test/catalog.ttl", True), ("http://data.stad.test/", True),
        ("/srv/feeds/a.ttl", False), ("feeds/a.ttl", False), ("", False),
        ("javascript:alert(1)", False), ("https://u:p@data.stad.test/", False),
        ("https://data.stad.test/?key=geheim", False), ("http://[", False), ("https://", False),
    ],
)  # fmt: skip
def test_only_an_address_that_everybody_may_see_is_shown(source: str, shown: bool) -> None:
    assert entry("a", catalog(1, 1), source=source)["source"] == (source if shown else "")


HOSTILE = '"><script>alert(1)</script><img src=x onerror=y>\u202e{0}%s'


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_page_runs_and_loads_nothing(lang: str) -> None:
    found = catalog(5, 100, stars=2)
    found["next"][0]["text"] = {"nl": HOSTILE, "en": HOSTILE}
    whole = overview([entry(HOSTILE, found, [at(0, 100), at(5, 90)],
                            source='https://x.test/"onclick=')], [HOSTILE])  # fmt: skip
    shown = page(whole, lang).decode()
    read = Page.of(shown)
    assert read.dangers == []
    assert set(read.links) == {'https://x.test/"onclick='}
    assert not {"img", "link", "meta http-equiv"} & set(read.tags)
    assert "url(" not in shown
    assert "@import" not in shown
    assert "alert(1)" in read.text
    assert f'id="{anchor(HOSTILE)}"' in shown
    assert '<svg class="spark"' in shown
    assert "★★☆☆☆" in shown


def test_the_table_runs_no_formula() -> None:
    given = [entry("=1+2", catalog(5, 100), [at(0, 100), at(5, 90)])]
    given[0]["next"] = {"nl": "@SUM(A1)", "en": "-cmd"}
    (row,) = read_csv(as_csv(overview(given)))
    assert (row["publisher"], row["next_nl"], row["next_en"]) == ("'=1+2", "'@SUM(A1)", "'-cmd")
    # a number is no formula
    assert row["change"] == "-10"


def test_a_trend_keeps_where_it_bends_and_its_end() -> None:
    history = [at(day, 100 if day < 5 else 120) for day in range(10)]
    shown = entry("a", catalog(1, 120), history)["trend"]
    assert [point["time"][8:10] for point in shown] == ["01", "06", "10"]
    assert "Van 100–180 punten op 2026-01-01 naar 120–200 op 2026-01-10" in spark(shown, "nl")


def test_a_trend_that_bends_each_day_has_a_point_a_week() -> None:
    history = [at(day, 100 + day % 2) for day in range(250)]
    shown = entry("a", catalog(1, 120), history)["trend"]
    assert 30 < len(shown) < 60
    assert shown[-1]["time"] == history[-1].time


def test_what_was_known_before_of_links_is_among_the_numbers() -> None:
    metadata = card("bron", scored(triples_of(WORKED), KNOWN, TERMS))
    before = copy.deepcopy(metadata)
    one = before["datasets"][0]
    one["links"] = [{"head": 200, "status": 200}]
    one["stars"] = {**one["stars"], "sure": 3}
    for name in ("accessUrlStatusCode", "downloadUrlStatusCode"):
        one["indicators"][name]["passed"] = True
    stands = known_from(metadata, before)
    whole, dataset = rows(stands, "2026-01-01T00:00:00Z")
    assert (whole.sure, whole.stars, whole.basis) == (350, 3, "links")
    assert (dataset.sure, dataset.stars, dataset.basis) == (350, 3, "links")
    found = entry("bron", stands)
    assert (found["basis"], found["counts"]["sure"]) == ("links", [0, 0, 0, 1, 0, 0])
    assert rows(metadata, "2026-01-01T00:00:00Z")[0].basis == "metadata"


def test_datasets_without_an_address_have_no_history() -> None:
    found = card("bron", scored(triples_of(WORKED), KNOWN, TERMS))
    found["datasets"][0]["dataset"] = "_:b0"
    assert [row.dataset for row in rows(found, "2026-01-01T00:00:00Z")] == [WHOLE]


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
