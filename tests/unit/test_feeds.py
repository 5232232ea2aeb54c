"""The list of feeds and their history: names that lead nowhere, bounds, what is refused."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from app.errors import InputError
from app.net.fetch import Validators
from app.store.history import History, HistoryError, Record
from app.validation.feeds import Feed, load_feeds
from app.validation.standing import Run

NAMES = ["../../../etc", "..", ".", "a/b", "a\\b", "CON", "Stad Gent – open data", "x" * 100, "/",
         "-", "stad", "STAD", "a\0b"]  # fmt: skip


def test_names_never_lead_out_of_the_folder(tmp_path: Path) -> None:
    history = History(tmp_path / "checks", Run)
    with history.lock():
        for name in NAMES:
            history.add(history.read(name), Run("t", "conforms", {"Violation": 0}), {"name": name})
    folders = [path for path in history.folder.iterdir() if path.is_dir()]
    assert len(folders) == len(NAMES)
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}", path.name) for path in folders)
    assert [path.name for path in tmp_path.iterdir()] == ["checks"]
    assert [history.model(history.read(name)) for name in NAMES] == [{"name": n} for n in NAMES]


def test_the_newest_runs_are_kept_and_one_model(tmp_path: Path) -> None:
    history = History(tmp_path, Run, kept=3)
    validators = Validators("http://a/", '"1"')
    (history.place("x")).mkdir()
    (history.place("x") / "notitie.txt").write_text("van de beheerder", encoding="utf-8")
    for number in range(5):
        run = Run(str(number), "conforms", {"Violation": 0})
        record = Record("x", history.read("x").runs, content=str(number), validators=validators)
        history.add(record, run, {"number": number})
    found = history.read("x")
    assert [run.time for run in found.runs] == ["2", "3", "4"]
    assert (found.content, found.validators, found.checked) == ("4", validators, found.runs[-1])
    assert history.model(found) == {"number": 4}
    (model,) = history.place("x").glob("model-*")
    assert json.loads(gzip.decompress(model.read_bytes())) == {"number": 4}
    # what is not ours stays
    assert {path.name for path in history.place("x").iterdir()} == {
        "history.json", "notitie.txt", model.name
    }  # fmt: skip


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "checks").write_text("in de weg", encoding="utf-8")
    with pytest.raises(HistoryError), History(tmp_path / "checks", Run).lock():
        pytest.fail("locked a file")


def test_files_are_found_from_the_list(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(
        '[[feed]]\nname = "a"\nsource = "data/a.ttl"\nshapes = ["s.ttl"]\n'
        '[[feed]]\nname = "b"\nsource = "https://stad.test/"\nprofiles = ["p", "q"]\n',
        encoding="utf-8",
    )
    assert load_feeds(path) == [
        Feed("a", str(tmp_path / "data" / "a.ttl"), (), (tmp_path / "s.ttl",)),
        Feed("b", "https://stad.test/", ("p", "q")),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "[[feed]]"),
        ("feed = 1", "[[feed]]"),
        ("feed = [1]", "must be a table"),
        ("[[feed]]\nname = 'a'", "source"),
        ("[[feed]]\nname = ''\nsource = 'x'", "name"),
        ('[[feed]]\nname = "a\\u001b[2J"\nsource = "x"', "one line"),
        (f"[[feed]]\nname = '{'a' * 101}'\nsource = 'x'", "at most 100"),
        ("[[feed]]\nname = 'a'\nsource = 'x'\nprofile = 'y'", "'profile'"),
        ("[[feed]]\nname = 'a'\nsource = 'x'\nprofiles = 'y'", "profiles"),
        ("[[feed]]\nname = 'a'\nsource = 'x'\n[[feed]]\nname = 'a'\nsource = 'y'", "two feeds"),
        ("[[feed", "not TOML"),
    ],
)
def test_a_list_that_is_wrong_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as found:
        load_feeds(path)
    assert said in found.value.detail
    assert found.value.detail_nl != found.value.detail
