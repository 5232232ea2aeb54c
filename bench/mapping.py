"""Mapping a table: ours beside plain Python strings and morph-kgc, in one run.

The rules are those of bench/mapping.ttl. Each run is a process of its own; CPU and user seconds and
the peak memory (resident pages, summed over the processes of a run at the same moment) are those of
the whole tree. Rounds are interleaved; what is shown is their median, and how many times as
fast as plain Python that is (`x`). `in-process` leaves out the start of Python and the imports.
morph-kgc stands in an environment of its own (`make peers`). `python -m bench mapping [SIZE …]`.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# where `make peers` puts the peers that cannot share our environment
PEERS = os.environ.get("VIJFSTER_PEERS") or Path.home() / ".cache" / "vijfster"
ORACLE = Path(PEERS) / "oracle"
_RULES = Path(__file__).with_suffix(".ttl")
_SIZES = (10_000, 100_000, 1_000_000)
_ROUNDS = 3
# what a larger run would take of this engine is not worth waiting for
_MOST = {"morph-kgc": 100_000, "morph-kgc-2": 100_000}
_ONCE = 1_000_000
_COMPARED = 10_000
_ENGINES = ("plain", "in-process", "ours", "ours-2", "morph-kgc", "morph-kgc-2")
_HEADER = ("ref", "kbo", "naam", "name", "soort", "gemeente", "opgericht", "personeel", "toelage",
           "website", "e-mail", "opmerking")  # fmt: skip
_KINDS = ("gemeente", "ocmw", "vzw", "naamloze vennootschap", "provincie", "school & internaat")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds, and MiB of all its processes together."""

    wall: float
    cpu: float
    user: float
    peak: float


def report(sizes: tuple[int, ...] = _SIZES) -> None:
    print("\n## Mapping: 12 columns, about 14 triples a row, a join with 60 rows")
    print(f"{'rows':>9} {'engine':>12} {'CPU s':>8} {'user s':>8} {'wall s':>8} {'MiB':>6} "
          f"{'lines':>10} {'CPU x':>6} {'wall x':>6} same")  # fmt: skip
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            write_tables(Path(folder), size)
            _compare(Path(folder), size)


def _compare(folder: Path, size: int) -> None:
    engines = [name for name in _ENGINES if size <= _MOST.get(name, size)
               and (ORACLE.exists() or "morph" not in name)]  # fmt: skip
    runs: dict[str, list[Run]] = {name: [] for name in engines}
    for _ in range(1 if size >= _ONCE else _ROUNDS):
        for name in engines:
            try:
                runs[name].append(_run(name, folder))
            except ChildProcessError as error:
                print(error)
    engines = [name for name in engines if runs[name]]
    plain = _median(runs["plain"])
    wanted = _sorted(folder / "plain.nq") if size <= _COMPARED else []
    for name in engines:
        run, file = _median(runs[name]), folder / f"{name}.nq"
        same = _sorted(file) == wanted if wanted else "-"
        with file.open("rb") as read:
            lines = sum(1 for _ in read)
        print(f"{size:>9} {name:>12} {run.cpu:>8.2f} {run.user:>8.2f} {run.wall:>8.2f} "
              f"{run.peak:>6.0f} {lines:>10} {plain.cpu / run.cpu:>6.2f} "
              f"{plain.wall / run.wall:>6.2f} {same}", flush=True)  # fmt: skip


def _median(runs: list[Run]) -> Run:
    return Run(*(statistics.median(getattr(run, name) for run in runs) for name in Run.__slots__))


def _sorted(file: Path) -> list[str]:
    """Return the lines in order; a space before the point and doubles do not count."""
    text = file.read_text(encoding="utf-8")
    return sorted({line.removesuffix(".").rstrip() for line in text.split("\n") if line})


def write_tables(folder: Path, size: int, seed: int = 1) -> None:
    """Write `organisaties.csv` of `size` rows, `gemeenten.csv` of 60, and the rules beside them."""
    shutil.copy(_RULES, folder / "mapping.ttl")
    with (folder / "gemeenten.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([("naam", "nis"), *((_place(n), 11001 + n) for n in range(60))])
    with (folder / "organisaties.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows(_rows(size, seed))


def _place(number: int) -> str:
    return f"Sint-{'Niklaas' if number % 2 else 'Gillis'} {number}"


def _rows(size: int, seed: int) -> Iterator[tuple[str, ...]]:
    rnd = random.Random(seed)
    for n in range(size):
        name = f'Vereniging "De Linde" {n}' if n % 50 == 0 else f"Vereniging Zuid-Oost en Één {n}"
        remark = f'opgevolgd door de dienst,\nzie "nota" {n}' if n % 20 == 0 else f"zie nota {n}"
        yield (
            f"ORG-{n:07}", f"0{400_000_000 + n}", name,
            "" if rnd.random() < 0.1 else f"Association {n} \\ South",
            rnd.choice(_KINDS), _place(rnd.randrange(60)),
            f"{1950 + n % 70}-{n % 12 + 1:02}-{n % 28 + 1:02}", str(rnd.randrange(5000)),
            "" if rnd.random() < 0.2 else f"{rnd.randrange(1, 900_000)}.{rnd.randrange(1, 10)}5",
            "" if rnd.random() < 0.15 else f"https://vereniging{n}.voorbeeld.test/over?taal=nl",
            f"info{n}@voorbeeld.test", "" if rnd.random() < 0.3 else remark,
        )  # fmt: skip


def _command(engine: str, folder: Path) -> list[str]:
    output = str(folder / f"{engine}.nq")
    processes = "2" if engine.endswith("-2") else "1"
    if engine == "plain":
        return [sys.executable, str(ROOT / "bench" / "plain.py"), str(folder), output]
    if engine == "in-process":
        return [sys.executable, "-m", "bench.mapping", str(folder), output]
    if engine.startswith("morph-kgc"):
        (folder / "morph.ini").write_text(
            f"[CONFIGURATION]\noutput_file: {output}\noutput_format: N-QUADS\n"
            f"number_of_processes: {processes}\nlogging_level: ERROR\n"
            "[DataSource1]\nmappings: mapping.ttl\n",
            encoding="utf-8",
        )
        return [str(ORACLE / "bin" / "python"), "-W", "ignore", "-m", "morph_kgc", "morph.ini"]
    return [sys.executable, "-m", "app", "map", "mapping.ttl", "--format", "nquads", "--output",
            output, "--processes", processes]  # fmt: skip


def _run(engine: str, folder: Path) -> Run:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            _command(engine, folder), cwd=folder, env=environment, stdout=said, stderr=said
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(0.02)
        wall = time.perf_counter() - started
        said.seek(0)
        text = said.read().decode(errors="replace")
    if process.returncode:
        raise ChildProcessError(f"{engine} failed: {text[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    user = after.ru_utime - before.ru_utime
    cpu = user + after.ru_stime - before.ru_stime
    if engine == "in-process":
        told = json.loads(text.splitlines()[-1])
        wall, cpu, user = told["wall"], told["cpu"], told["user"]
    return Run(wall, cpu, user, peak / 1024)


def _resident(pid: int) -> int:
    """Return the resident KiB of a process and those it started, or 0 once it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = next((int(s.split()[1]) for s in status.splitlines() if s.startswith("VmRSS")), 0)
    return own + sum(_resident(int(child)) for child in children)


def in_process(folder: Path, output: Path) -> None:
    """Map without the command, and tell what that took once all is imported."""
    from app.mapping.files import load
    from app.mapping.repeats import write_once
    from app.mapping.streaming import Inputs, Sizes, Stream
    from app.mapping.work import Wanted
    from app.tables.batch import Dialect
    from app.tables.csvfile import open_csv

    wall, cpu = time.perf_counter(), os.times()
    mapping = load(folder / "mapping.ttl", base="https://voorbeeld.test/", own_base=True)
    inputs = Inputs(lambda path, wanted: open_csv(path, Dialect(), wanted))
    stream = Stream(mapping, inputs, Wanted(), Sizes())
    with output.open("w+b") as out, tempfile.TemporaryFile() as once:
        stream.write(out)
        out.seek(0)
        if stream.totals.repeated:
            write_once(out, once, stream.totals.repeated, folder)
    user, system, *children = (b - a for a, b in zip(cpu, os.times(), strict=True))
    print(json.dumps({"wall": time.perf_counter() - wall, "user": user + children[0],
                      "cpu": user + system + sum(children[:2])}))  # fmt: skip


if __name__ == "__main__":
    in_process(Path(sys.argv[1]), Path(sys.argv[2]))
