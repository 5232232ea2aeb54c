"""Table Schema checks beside frictionless, on the same table with planted errors, in one run.

Each run is a process of its own; seconds are those of reading and checking, without the start of
Python and imports. Rounds are interleaved; what is shown is their median. `stream` reads the same
file in blocks, as `vijfster map` does. frictionless stands in an environment of its own, made
where it is not there yet. `python -m bench checks [ROWS …]`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.tables.batch import Dialect, Source
from app.tables.checks import check
from app.tables.descriptor import load_package
from app.tables.opening import open_table
from app.tables.reading import read
from app.tables.streamed import check_tables
from bench import planting

ROOT = Path(__file__).resolve().parent.parent
PEERS = Path(os.environ.get("VIJFSTER_PEERS") or Path.home() / ".cache" / "vijfster")
PEER = PEERS / "frictionless"
_SIZES = (10_000, 100_000, 1_000_000)
_ERRORS = 500
# a larger run of the peer is not worth waiting for
_MOST = 100_000
_ROUNDS = 3


def report(sizes: tuple[int, ...] = _SIZES) -> None:
    print(f"\n## Table checks: 12 columns, two foreign keys, {_ERRORS} errors planted")
    reason = _environment()
    if reason:
        print(f"frictionless skipped: {reason}")
    print(f"{'rows':>9} {'engine':>13} {'CPU s':>8} {'wall s':>8} {'MiB':>6} {'found':>6} "
          f"{'missed':>6} {'false':>6} {'CPU x':>6} {'wall x':>6}")  # fmt: skip
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            table = planting.rows(size)
            planted = planting.plant(table, _ERRORS)
            planting.write(Path(folder), table)
            del table
            engines = ["ours", "stream"] if size <= _MOST else ["stream"]
            engines += ["frictionless"] if not reason and size <= _MOST else []
            rounds = [{name: _run(name, Path(folder)) for name in engines}
                      for _ in range(_ROUNDS if size <= _MOST else 1)]  # fmt: skip
            runs = {name: {**rounds[0][name], **_median([each[name] for each in rounds])}
                    for name in engines}  # fmt: skip
        peer = runs.get("frictionless")
        for name, run in runs.items():
            found = {(row, column) for row, column, _ in run["found"]}
            ratios = [f"{peer[key] / run[key]:>6.1f}" if peer else f"{'-':>6}"
                      for key in ("cpu", "wall")]  # fmt: skip
            print(f"{size:>9} {name:>13} {run['cpu']:>8.2f} {run['wall']:>8.2f} "
                  f"{run['peak']:>6.0f} {len(found & planted):>6} {len(planted - found):>6} "
                  f"{len(found - planted):>6} {' '.join(ratios)}", flush=True)  # fmt: skip
            again = len(run["found"]) - len(found)
            if again:
                print(f"{'':>9} {name:>13} told {again} cells twice")
            for cell in sorted(planted - found)[:10]:
                print(f"{'':>9} {name:>13} missed row {cell[0]}, {cell[1]}")
            for cell in sorted(found - planted)[:10]:
                print(f"{'':>9} {name:>13} false row {cell[0]}, {cell[1]}")


def _median(runs: list[dict[str, Any]]) -> dict[str, float]:
    return {key: statistics.median(run[key] for run in runs) for key in ("cpu", "wall", "peak")}


def _environment() -> str:
    """Make the peer's environment where it is not there; return why it cannot be."""
    python = PEER / "bin" / "python"
    test = [str(python), "-c", "import frictionless"]
    if python.exists() and subprocess.run(test, capture_output=True).returncode == 0:
        return ""
    for command in ([sys.executable, "-m", "venv", str(PEER)],
                    [str(python), "-m", "pip", "install", "-q", "frictionless>=5,<6"]):  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return (done.stderr or done.stdout).strip().splitlines()[-1]
    return ""


def _run(engine: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.checks", engine]
    if engine == "frictionless":
        command = [str(PEER / "bin" / "python"), str(ROOT / "bench" / "peer_checks.py")]
    process = subprocess.Popen(
        [*command, "datapackage.json"], cwd=folder, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT) if engine != "frictionless" else ""},
    )  # fmt: skip
    text, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{engine} failed")
    told: dict[str, Any] = json.loads(text)
    return told


def child(engine: str, path: Path) -> None:
    """Check the package as one of ours does, and tell what that took and what it found."""
    wall, cpu = time.perf_counter(), os.times()
    tables = load_package(path)
    if engine == "ours":
        problems = check({name: read(table) for name, table in tables.items()}, {})
    else:
        # as `vijfster map` does
        paths = {table.path: table for table in tables.values()}
        problems = [found for _, found in check_tables(paths, list(tables.values()), _open, {})]
    found = [[item.cell.row, item.cell.column, item.code] for item in problems]
    spent = [b - a for a, b in zip(cpu, os.times(), strict=True)]
    # what getrusage tells includes what the process that started this one held
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": sum(spent[:2]), "found": found,
                      "peak": peak}))  # fmt: skip


def _open(path: Path, wanted: set[str]) -> Source:
    return open_table(path, Dialect(), wanted=wanted)


if __name__ == "__main__":
    child(sys.argv[1], Path(sys.argv[2]))
