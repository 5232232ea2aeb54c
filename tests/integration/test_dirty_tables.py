"""200 dirty workbooks, CSV and JSON files: the right graph, each planted error at its cell, no row
lost, whatever the policy and however the run is cut."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.mapping.job import Around, Job, Order
from app.mapping.streaming import Sizes, Totals
from app.mapping.work import OnError, Wanted
from tests.conftest import ROOT
from tests.integration.dirty_tables import BASE, CODES, Dirty, expected, make, write

SEEDS = range(200)
POLICIES: tuple[OnError, ...] = ("skip-triple", "skip-row", "stop")


def run(folder: Path, policy: OnError, **sizes: Any) -> tuple[Totals, list[str], str]:
    output = folder / "uit.nq"
    for path in folder.glob("uit.nq*"):
        path.unlink()
    order = Order(folder / "m.yml", BASE, wanted=Wanted(policy, 100_000), sizes=Sizes(**sizes))
    totals = Job(order, Around()).run(output)
    text = output.read_text(encoding="utf-8") if output.exists() else ""
    kept = folder / "uit.nq.skipped.csv"
    return (
        totals,
        text.split("\n")[:-1],
        kept.read_bytes().decode("utf-8-sig") if kept.exists() else "",
    )


def check(dirty: Dirty, folder: Path, policy: OnError, *, described: bool) -> object:
    wanted = expected(dirty, policy, described=described)
    totals, quads, kept = run(folder, policy)
    assert len(quads) == len(set(quads)) == totals.quads
    assert set(quads) == wanted.quads
    found = {str(problem.cell): problem.code for problem in totals.problems}
    assert Counter(str(p.cell) for p in totals.problems) == Counter(r for r, _ in wanted.problems)
    assert totals.wrong == len(wanted.problems)
    assert {ref: code for ref, code in wanted.problems if code != "?"}.items() <= found.items()
    assert totals.rows == wanted.rows + len(CODES)
    assert totals.kept == len(wanted.kept) - wanted.silent
    if policy == "skip-triple":
        assert sum(n for p, n in totals.unmatched if p.code == "no-match") == wanted.unmatched
    _check_kept(dirty, kept, wanted.kept)
    return told(totals, quads, kept)


def _kept(text: str) -> list[dict[str, str]]:
    # the sign that separates columns stands before the column of the row
    sign = text[text.index("_row") - 1] if text else ","
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=sign))


def _check_kept(dirty: Dirty, text: str, places: list[int]) -> None:
    rows = _kept(text)
    assert [int(row["_row"]) for row in rows] == sorted(places)
    by_place = {row.place: row for row in dirty.rows}
    for row in rows:
        planted = by_place[int(row["_row"])]
        if planted.broken:
            continue
        for name, cell in planted.texts.items():
            assert row[name] in {cell, f"'{cell}"}
        assert row["_problem"]


@pytest.mark.parametrize("seed", SEEDS)
def test_dirty(seed: int, tmp_path: Path) -> None:
    dirty = make(seed)
    for described, sizes in (
        (False, {"rows": 1, "block_bytes": 60}), (True, {"rows": 7, "block_bytes": 999}),
    ):  # fmt: skip
        write(dirty, tmp_path, described=described)
        # one file in two is enough for each of these, and half the time
        check(dirty, tmp_path, POLICIES[1 + (seed + described) % 2], described=described)
        whole = check(dirty, tmp_path, POLICIES[0], described=described)
        assert told(*run(tmp_path, POLICIES[0], **sizes)) == whole
        if seed % 10 == 0:
            assert told(*run(tmp_path, POLICIES[0], processes=2, block_bytes=400)) == whole


def set_aside(seed: int) -> bool:
    dirty = make(seed)
    kept = expected(dirty, "skip-triple", described=False).kept
    return bool(kept) and not any(row.broken for row in dirty.rows)


@pytest.mark.parametrize("seed", [seed for seed in range(0, 200, 4) if set_aside(seed)])
def test_rows_set_aside_are_mapped_as_they_were(seed: int, tmp_path: Path) -> None:
    dirty = make(seed)
    write(dirty, tmp_path, described=False)
    _, _, kept = run(tmp_path, "skip-triple")
    (tmp_path / "opzij.csv").write_bytes(kept.encode("utf-8-sig"))
    places = {int(row["_row"]) for row in _kept(kept)}
    some = replace(dirty, rows=[row for row in dirty.rows if row.place in places])
    out = io.BytesIO()
    order = Order(tmp_path / "m.yml", BASE, data={dirty.file: tmp_path / "opzij.csv"})
    Job(order, Around()).run(out)
    wanted = expected(some, "skip-triple", described=False).quads
    assert set(out.getvalue().decode().split("\n")[:-1]) == wanted


def told(totals: Totals, quads: list[str], kept: str) -> object:
    problems = [(str(p.cell), p.code, p.value, p.message) for p in totals.problems]
    return (sorted(quads), problems, totals.rows, totals.quads, totals.kept, kept,
            [(str(p.cell), n) for p, n in totals.unmatched])  # fmt: skip


@pytest.mark.parametrize("seed", [0, 3, 6, 7, 8])
def test_by_the_command(seed: int, tmp_path: Path) -> None:
    dirty = make(seed)
    write(dirty, tmp_path, described=False)
    wanted = expected(dirty, "skip-triple", described=False)
    command = [sys.executable, "-m", "app", "map", "m.yml", "--base", BASE, "--output", "uit.nq",
               "--json", "--max-errors", "1000"]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, check=False, timeout=120)  # fmt: skip
    assert done.returncode == (1 if wanted.problems else 0), done.stderr
    said = json.loads(done.stdout)
    assert (said["written"], said["problems"]) == (True, len(wanted.problems))
    assert {item["cell"] for item in said["found"]} == {ref for ref, _ in wanted.problems}
    lines = (tmp_path / "uit.nq").read_text(encoding="utf-8").split("\n")[:-1]
    assert set(lines) == wanted.quads
