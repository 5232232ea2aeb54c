"""The journal of looks: kept over runs, bounded, and never the reason that a run fails."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.store.looks import Bounds, Entry, LookJournal

A, B = "https://a.be/", "https://b.be/"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_look_is_there_the_next_time(tmp_path: Path) -> None:
    path, clock = tmp_path / "state" / "looks.sqlite", Clock()
    journal = LookJournal(path, now=clock)
    assert journal.read(A) is None
    with journal.run():
        journal.note(A, '{"n": 1}')
        assert journal.read(A) == Entry(A, clock.now, '{"n": 1}')
    clock.now += 60
    later = LookJournal(path, now=clock)
    assert later.read(A) == Entry(A, clock.now - 60, '{"n": 1}')
    with later.run():
        later.note(A, "2")
    assert LookJournal(path).read(A) == Entry(A, clock.now, "2")


def test_reading_makes_nothing(tmp_path: Path) -> None:
    with (journal := LookJournal(tmp_path / "looks.sqlite")).run():
        assert journal.read(A) is None
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_killed_loses_only_the_last_ones(tmp_path: Path) -> None:
    path = tmp_path / "looks.sqlite"
    code = (
        "import os, sys; from pathlib import Path; from app.store.looks import LookJournal\n"
        "journal = LookJournal(Path(sys.argv[1]))\n"
        "for number in range(120): journal.note(f'https://a.be/{number}', 'x')\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=False, cwd=Path.cwd())
    found = LookJournal(path)
    kept = [number for number in range(120) if found.read(f"https://a.be/{number}")]
    assert kept == list(range(100))


def test_written_within_seconds(tmp_path: Path) -> None:
    path, clock = tmp_path / "looks.sqlite", Clock()
    journal = LookJournal(path, now=clock)
    journal.note(A, "1")
    assert not path.exists()
    clock.now += 6
    journal.note(B, "2")
    assert {LookJournal(path).read(url) is not None for url in (A, B)} == {True}


def test_an_error_in_the_run_loses_nothing(tmp_path: Path) -> None:
    journal = LookJournal(tmp_path / "looks.sqlite")

    def stopped() -> None:
        with journal.run():
            journal.note(A, "1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert LookJournal(tmp_path / "looks.sqlite").read(A) is not None


def test_old_ones_and_too_many_are_dropped(tmp_path: Path) -> None:
    path, clock = tmp_path / "looks.sqlite", Clock()
    bounds = Bounds(most=3, keep_seconds=100, most_characters=10)
    journal = LookJournal(path, bounds=bounds, now=clock)
    with journal.run():
        journal.note(A, "old")
        clock.now += 101
        for number in range(5):
            clock.now += 1
            journal.note(f"{B}{number}", "x")
        journal.note("https://long.be/", "x" * 11)
    with closing(sqlite3.connect(path)) as connection:
        kept = [row[0] for row in connection.execute("SELECT url FROM looks ORDER BY url")]
    assert kept == [f"{B}{number}" for number in (2, 3, 4)]


def test_a_file_that_is_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "looks.sqlite"
    path.write_bytes(b"this is no database" * 100)
    journal = LookJournal(path)
    assert journal.read(A) is None
    with journal.run():
        journal.note(A, "1")
    assert LookJournal(path).read(A) is not None


def test_an_address_that_is_no_text(tmp_path: Path) -> None:
    with (journal := LookJournal(tmp_path / "looks.sqlite")).run():
        journal.note("https://a.be/\ud800", "1")
        journal.note(A, "1")
    assert journal.read("https://a.be/\ud800") is None
    assert journal.read(A) is not None


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="ascii")
    journal = LookJournal(tmp_path / "file" / "looks.sqlite", bounds=Bounds(unwritten=1))
    with journal.run():
        journal.note(A, "1")
        # of this run it is known all the same
        assert journal.read(A) is not None


def test_while_another_process_writes(tmp_path: Path) -> None:
    path = tmp_path / "looks.sqlite"
    with (journal := LookJournal(path, bounds=Bounds(unwritten=1))).run():
        journal.note(A, "1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        journal.note(B, "2")
        other.execute("ROLLBACK")
    journal.write()
    assert LookJournal(path).read(B) is not None
