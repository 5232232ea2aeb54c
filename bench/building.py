"""Build time and peak memory at 1, 10 and 100 times the rows; linear is the goal."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_FACTORS = (1, 10, 100)
# the documents stay the same however many rows were read from them
_ONCE = {"bronnen"}


def report() -> None:
    print(
        "\n## Build: own inventories, rows multiplied (one process, profiles of the gate included)"
    )
    print(f"{'rows':>8} {'quads':>9} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9} {'CPU ms/row':>11}")
    for factor in _FACTORS:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "project"
            rows = multiply(folder, factor)
            wall, cpu, peak, quads = _build(folder)
            print(f"{rows:>8} {quads:>9} {wall:>8.2f} {cpu:>8.2f} {peak:>9.0f} "
                  f"{1000 * cpu / rows:>11.2f}")  # fmt: skip


def multiply(folder: Path, factor: int) -> int:
    """Copy our project with every row `factor` times, references within each copy; return rows."""
    folder.mkdir(parents=True)
    for name in ("mappings", "vocab", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "vijfster.toml", folder)
    (folder / "data").mkdir()
    shutil.copytree(ROOT / "data" / "vragen", folder / "data" / "vragen")
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    shutil.copy(ROOT / "data" / "datapackage.json", folder / "data")
    total = 0
    for resource in package["resources"]:
        schema = resource["schema"]
        key = schema["primaryKey"][0]
        links = {
            link["fields"]
            for link in schema.get("foreignKeys", [])
            if link["reference"]["resource"] not in _ONCE
        }
        links |= {f["name"] for f in schema["fields"] if f.get("constraints", {}).get("unique")}
        source = ROOT / "data" / resource["path"]
        with (
            source.open(encoding="utf-8", newline="") as read,
            (folder / "data" / resource["path"]).open("w", encoding="utf-8", newline="") as write,
        ):
            reader = csv.DictReader(read)
            assert reader.fieldnames
            writer = csv.DictWriter(write, reader.fieldnames, lineterminator="\n")
            writer.writeheader()
            rows = list(reader)
            for number in range(1 if resource["name"] in _ONCE else factor):
                for row in rows:
                    writer.writerow(_renamed(row, {key, *links}, number))
                    total += 1
    return total


def _renamed(row: dict[str, str], columns: set[str], number: int) -> dict[str, str]:
    if number == 0:
        return row
    out = dict(row)
    for column in columns:
        if out[column]:
            out[column] = "|".join(f"{part}-k{number}" for part in out[column].split("|"))
    return out


def _build(folder: Path) -> tuple[float, float, float, int]:
    """Return wall seconds, CPU seconds, peak MiB and quads of a first build."""
    environment = {**os.environ, "VIJFSTER_BASE_IRI": "https://voorbeeld.test/"}
    script = (
        "import resource,sys;from app.cli.main import app\n"
        "try: app(['build','--project',sys.argv[1],'--json'],standalone_mode=False)\n"
        "except BaseException as e: print(repr(e), file=sys.stderr)\n"
        "u=resource.getrusage(resource.RUSAGE_SELF)\n"
        "print('USAGE',u.ru_utime+u.ru_stime,u.ru_maxrss,file=sys.stderr)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        capture_output=True, text=True, env=environment, check=True,
    )  # fmt: skip
    wall = time.perf_counter() - start
    usage = next(line for line in done.stderr.splitlines() if line.startswith("USAGE")).split()
    manifests = list(folder.glob("var/releases/*/manifest.json"))
    if not manifests:
        raise SystemExit(
            f"the build published nothing:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    manifest = json.loads(manifests[0].read_text())
    return wall, float(usage[1]), float(usage[2]) / 1024, sum(manifest["quads"].values())
