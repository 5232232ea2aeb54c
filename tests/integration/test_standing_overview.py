"""The overview of a list: made by the command, from what is kept; its numbers in scores.sqlite."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import StoreUnavailableError
from app.quality.history import registered
from app.quality.news import Run
from app.store.board import Board
from app.store.history import History
from app.store.scores import Scores
from tests.http.support import Page
from tests.integration.test_standing_scores import Desk, less
from tests.unit.test_quality import WORKED

NAMES = ("Stad A", "=1+1 <script>x</script>")
DATASET = "https://voorbeeld.test/dataset"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path)
    found.write("feeds.toml", "".join(
        f'[[feed]]\nname = "{name}"\nsource = "{file}.nt"\n'
        for name, file in zip(NAMES, "ab", strict=True)))  # fmt: skip
    for name in "ab":
        found.catalog(WORKED, name=f"{name}.nt")
    return found


def numbers(desk: Desk) -> Scores:
    return Scores(desk.folder / "var" / "scores.sqlite")


def overview(desk: Desk, *arguments: str) -> dict[str, Any]:
    path = desk.folder / "o.json"
    assert desk.run("--overview", str(path), *arguments)[0] in {0, 1, 2}
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def test_each_scoring_is_noted_also_of_a_catalog_that_did_not_change(desk: Desk) -> None:
    desk.run()
    desk.run()
    desk.catalog(less(WORKED))
    desk.run()
    scores = numbers(desk)
    assert set(scores.sources()) == {registered(name) for name in NAMES}
    whole = scores.history(registered("Stad A"))
    assert [row.sure for row in whole] == [300, 300, 265]
    assert [row.sure for row in scores.history(registered("Stad A"), DATASET)] == [300, 265]
    # what cannot be read has no points
    (desk.folder / "a.nt").unlink()
    assert desk.run("Stad A")[0] == 2
    assert scores.history(registered("Stad A")) == whole


def test_a_damaged_history_of_numbers_stops_nothing(desk: Desk) -> None:
    (desk.folder / "var").mkdir()
    (desk.folder / "var" / "scores.sqlite").write_bytes(b"no database, of enough bytes" * 99)
    code, out = desk.run("--lang", "en")
    assert code == 0
    assert "the history of scores cannot be written" in out
    assert desk.run("--history")[1].count("UTC") == 2
    found = overview(desk, "--history")
    assert [one["trend"] for one in found["publishers"]] == [[], []]


def test_the_overview_tells_what_changed_and_who_stands_where(desk: Desk) -> None:
    desk.run()
    desk.catalog(less(WORKED))
    found = overview(desk)
    first, second = found["publishers"]
    assert (first["publisher"], first["rank"], second["rank"]) == (NAMES[1], 1, 2)
    assert second["last"]["worse"] == 1
    assert (second["last"]["sure"], second["change"]) == (-35, -35)
    assert second["lost"][0] == {"indicator": "keywordAvailability", "datasets": 1, "points": 30}
    assert second["trend"][-1]["sure"] == second["sure"] == 265
    assert first["source"] == "", "a file is nobody's business"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_each_form_is_a_file_and_text_is_for_the_terminal(desk: Desk, lang: str) -> None:
    desk.run()
    for suffix in ("html", "CSV"):
        assert desk.run("--history", "--lang", lang, "--overview",
                        str(desk.folder / f"o.{suffix}")) == (0, "")  # fmt: skip
    page = Page.of((desk.folder / "o.html").read_text(encoding="utf-8"))
    assert page.dangers == []
    assert "<script>x</script>" in page.text
    rows = list(csv.DictReader(io.StringIO((desk.folder / "o.CSV").read_text("utf-8-sig"))))
    assert {row["publisher"] for row in rows} == {NAMES[0], "'" + NAMES[1]}
    code, out = desk.run("--history", "--overview", "-", "--lang", lang)
    assert code == 0
    assert {"nl": "2 uitgevers", "en": "2 publishers"}[lang] in out
    assert "300–380" in out


def test_showing_scores_nothing(desk: Desk) -> None:
    found = overview(desk, "--history")
    assert (found["publishers"], found["waiting"]) == ([], sorted(NAMES))
    assert not (desk.folder / "var").exists()


def test_what_could_not_be_read_stays_with_what_it_was(desk: Desk) -> None:
    desk.run()
    (desk.folder / "a.nt").unlink()
    found = {one["publisher"]: one for one in overview(desk)["publishers"]}
    assert found["Stad A"]["unread"]
    assert found["Stad A"]["sure"] == 300
    assert not found[NAMES[1]]["unread"]


def test_a_damaged_history_of_one_is_told_and_the_others_stand(desk: Desk) -> None:
    desk.run()
    place = next(path for path in (desk.folder / "var/scores").iterdir() if "stad-a" in path.name)
    (place / "history.json").write_text("{")
    code, out = desk.run("--history", "--overview", "-")
    assert code == 2
    assert "Stad A:\n" in out
    assert "Nog niet gelezen: Stad A." in out
    assert NAMES[1] in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--overview", "o.pdf"), ".html, .csv, .json"),
        (("--overview", "o"), ".html, .csv, .json"),
        (("--overview", "-", "--json"), "--overview"),
        (("--overview", "/geen/map/o.html", "--history"), "kan niet geschreven worden"),
    ],
)  # fmt: skip
def test_a_form_that_there_is_not_is_refused_before_scoring(
    desk: Desk, arguments: tuple[str, ...], said: str
) -> None:
    code, out = desk.run(*arguments)
    assert code == 2
    assert said in out
    assert not (desk.folder / "var").exists()


@pytest.fixture
def public(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Board:
    monkeypatch.setenv("VIJFSTER_SCORES_PUBLIC", "feeds.toml")
    return Board(desk.folder / "var/scores/public.json", (desk.folder / "feeds.toml").resolve())


def test_only_the_list_that_is_set_is_published_and_always_whole(desk: Desk, public: Board) -> None:
    desk.write("other.toml", '[[feed]]\nname = "Geheim"\nsource = "b.nt"\n')
    other = ("--feeds", str(desk.folder / "other.toml"))
    assert desk.run(*other)[0] == 0
    assert public.read() is None
    desk.run(NAMES[1])
    shown = public.read()
    assert shown
    assert shown.overview["waiting"] == ["Stad A"]
    desk.run("Stad A")
    desk.run(*other)
    again = public.read()
    assert again
    assert {one["publisher"] for one in again.overview["publishers"]} == set(NAMES)
    assert again.tag != shown.tag
    assert "Geheim" not in public.path.read_text()


def test_what_is_published_tells_nothing_of_files(desk: Desk, public: Board) -> None:
    desk.run()
    (desk.folder / "a.nt").unlink()
    code, out = desk.run()
    assert code == 2
    assert str(desk.folder) in out, "who runs it is told"
    shown = public.read()
    assert shown
    assert str(desk.folder) not in json.dumps([shown.overview, shown.news])


def test_a_board_of_another_list_or_damaged_shows_nothing(desk: Desk, public: Board) -> None:
    desk.run()
    assert Board(public.path, Path("/else/feeds.toml")).read() is None
    assert public.read() is public.read(), "read once while it is the same"
    for content in ("{", "[]", '{"of": 1}', ""):
        public.path.write_text(content)
        with pytest.raises(StoreUnavailableError):
            public.read()


def test_news_and_numbers_are_of_the_same_times(desk: Desk) -> None:
    desk.run()
    record = History(desk.folder / "var/scores", Run).read("Stad A")
    (row,) = numbers(desk).history(registered("Stad A"))
    assert record.runs[0].time == row.time
