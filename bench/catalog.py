"""The feed of 1,000, 10,000 and 100,000 datasets: writing it, and serving it beside still files.

Each dataset has two distributions with checksums and a record, some 75 triples. Writing is one
process; serving is `vijfster serve` over a small project whose feed is the large one.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from app.catalog.dcat import CatalogGraph, Dump, add_times
from app.catalog.feed import write_catalog
from app.catalog.parts import Part, Parts, parts_of
from app.project import load_project
from app.rdf.terms import Quad
from app.rdf.turtle import Prefixes
from app.vocabularies.references import load_references
from bench.serving import Server, _cpu, _port, _process, _rss, _serving

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "tests" / "projects" / "bomen"
BASE, GRAPH = "https://voorbeeld.test/", "<https://voorbeeld.test/id/graaf/catalog>"
_SIZES = (1_000, 10_000, 100_000)
_ROUNDS, _PAGES, _PAGE_SIZE = 5, 40, 100
_CHUNK = 1 << 16


def report(*sizes: int) -> None:
    print("\n## Catalog: writing the feed (five formats, gzip twins, index; parts come one by one)")
    print(f"{'datasets':>9} {'wall s':>7} {'CPU s':>7} {'x before':>9} {'peak MiB':>9} "
          f"{'Turtle MB':>10} {'all files MB':>13}")  # fmt: skip
    with tempfile.TemporaryDirectory() as temporary:
        top = Path(temporary)
        before = 0.0
        for size in sizes or _SIZES:
            folder = top / str(size)
            folder.mkdir()
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "bench.catalog", str(size), str(folder)],
                capture_output=True, text=True, check=True, cwd=ROOT,
            )  # fmt: skip
            wall = time.perf_counter() - start
            cpu, peak = (float(word) for word in done.stdout.split())
            total = sum(path.stat().st_size for path in folder.iterdir())
            ratio = f"{cpu / before:.1f}" if before else ""
            print(f"{size:>9} {wall:>7.1f} {cpu:>7.1f} {ratio:>9} {peak:>9.0f} "
                  f"{_mb(folder / 'catalog.ttl'):>10.1f} {total / 1e6:>13.1f}")  # fmt: skip
            before = cpu
        print("\n## Catalog: the same from a graph held in memory, as a build does it")
        print(f"{'datasets':>9} {'CPU s':>7} {'x before':>9} {'peak MiB':>9}")
        before = 0.0
        for size in sizes or _SIZES[:2]:
            folder = top / f"held-{size}"
            folder.mkdir()
            done = subprocess.run(
                [sys.executable, "-m", "bench.catalog", str(size), str(folder), "held"],
                capture_output=True, text=True, check=True, cwd=ROOT,
            )  # fmt: skip
            cpu, peak = (float(word) for word in done.stdout.split())
            ratio = f"{cpu / before:.1f}" if before else ""
            print(f"{size:>9} {cpu:>7.1f} {ratio:>9} {peak:>9.0f}")
            before = cpu
            shutil.rmtree(folder)
        _serve(top, sizes or _SIZES)


def _mb(path: Path) -> float:
    return path.stat().st_size / 1e6


def make(size: int) -> Parts:
    """Return the parts of a catalog of that many datasets, made one by one."""
    project = load_project(PROJECT)
    project = replace(project, inventories=project.inventories[:1])
    ref = project.inventories[0].ref
    references = load_references(ROOT / "vocab" / "extern")
    dumps = [Dump(ref, suffix, f"dumps/{ref}.{suffix}", kind, kind_of_file, 12345, "ab" * 32)
             for suffix, kind, kind_of_file in (("csv", "text/csv", "CSV"),
                                                ("ttl", "text/turtle", "RDF_TURTLE"))]  # fmt: skip
    triples = CatalogGraph(project, BASE, references).build(dumps)
    subjects = {triple[0] for triple in triples}
    times = dict.fromkeys(subjects, ("2024-01-01T00:00:00.000Z", "2024-06-01T00:00:00.000Z"))
    quads: list[Quad] = [(*triple, GRAPH) for triple in {*triples, *add_times(triples, times)}]
    # two of a kind, so that what datasets share is shared here too
    twins = [*quads, *((s.replace(ref, ref + "x"), p, o.replace(ref, ref + "x"), GRAPH)
                       for s, p, o, _ in quads)]  # fmt: skip
    parts = parts_of(twins)
    first = next(iter(parts.members))
    return Parts(parts.head, _Copies(first, ref, size), parts.shared)


class _Copies:
    """Members that differ in their names and times only, made as they are gone through."""

    def __init__(self, part: Part, ref: str, size: int) -> None:
        self.part, self.ref, self.size = part, ref, size

    def __iter__(self) -> Iterator[Part]:
        part, ref = self.part, self.ref
        for number in range(self.size):
            name = f"{ref}{number:06}"
            yield replace(
                part,
                term=part.term.replace(ref, name),
                triples=[
                    (s.replace(ref, name), p, o.replace(ref, name)) for s, p, o in part.triples
                ],
                links=[(s.replace(ref, name), p, o.replace(ref, name)) for s, p, o in part.links],
                record=part.record.replace(ref, name),
                modified=1_700_000_000_000_000 + number * 1_000_000,
            )


def _serve(top: Path, sizes: tuple[int, ...]) -> None:
    project = top / "project"
    shutil.copytree(PROJECT, project)
    environment = {**os.environ, "VIJFSTER_BASE_IRI": BASE}
    subprocess.run([sys.executable, "-m", "app", "build", "--project", str(project)], check=True,
                   env=environment, capture_output=True)  # fmt: skip
    (release,) = (project / "var" / "releases").iterdir()
    print("\n## Catalog: serving, answers not kept; CPU of the web process next to a still file of "
          "the same size")  # fmt: skip
    print(f"{'datasets':>9} {'':24} {'bytes':>11} {'first ms':>9} {'CPU ms':>8} {'still ms':>9} "
          f"{'ratio':>6} {'RSS MiB':>8}")  # fmt: skip
    for size in sizes:
        _put(release, top / str(size))
        still = top / "still"
        shutil.rmtree(still, ignore_errors=True)
        still.mkdir()
        with (
            _serving(project, {**environment, "VIJFSTER_CACHE_BYTES": "0"}) as ours,
            _stills({**environment, "BENCH_FOLDER": str(still)}) as yardstick,
        ):
            for name, paths in _asked(size).items():
                _row(size, name, paths, ours, yardstick, still)


def _asked(size: int) -> dict[str, list[str]]:
    last = max(1, size // _PAGE_SIZE)
    numbers = [1 + number * (last - 1) // (_PAGES - 1) for number in range(_PAGES)]
    items = "/api/collections/main/items?limit=20"
    since = "modified_since=2023-11-14T23:00:00Z"
    return {
        "whole, RDF/XML": ["/catalog.rdf"] * 2,
        "page of 100, RDF/XML": [f"/catalog.rdf?page={n}&page_size=100" for n in numbers],
        "page of 100, Turtle": [f"/catalog.ttl?page={n}&page_size=100" for n in numbers],
        "changed since, page": [f"/catalog.ttl?{since}&page={n}" for n in numbers],
        "records, 20, RDF/XML": [f"{items}&startindex={n * 20}&f=dcat_ap_vl" for n in numbers],
        "records, 20, JSON": [f"{items}&startindex={n * 20}&f=json" for n in numbers],
    }


def _row(
    size: int, name: str, paths: list[str], ours: Server, yardstick: Server, still: Path
) -> None:
    length, first, _ = _get(ours, paths[0])
    (still / "file").write_bytes(b"x" * length)
    _get(yardstick, "/file")
    mine, theirs, firsts = [], [], [first]
    for _ in range(_ROUNDS if length < 50e6 else 1):
        mine.append(_round(ours, paths, firsts))
        theirs.append(_round(yardstick, ["/file"] * len(paths), []))
    ratio = statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
    print(f"{size:>9} {name:24} {length:>11} {statistics.median(firsts):>9.1f} "
          f"{statistics.median(mine):>8.2f} {statistics.median(theirs):>9.2f} {ratio:>6.2f} "
          f"{_rss(ours.pid):>8.0f}", flush=True)  # fmt: skip


def _round(server: Server, paths: list[str], firsts: list[float]) -> float:
    """Return CPU milliseconds per request, over enough requests for the kernel's clock to see."""
    requests, before, start = 0, _cpu(server.pid), time.perf_counter()
    while requests < len(paths) or time.perf_counter() - start < 0.5:
        for path in paths:
            firsts.append(_get(server, path)[1])
            requests += 1
    return max(1000 * (_cpu(server.pid) - before) / requests, 0.01)


def _get(server: Server, path: str) -> tuple[int, float, float]:
    """Return bytes, milliseconds to the first of them, milliseconds to the last."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    start = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    total = len(answer.read(1))
    first = 1000 * (time.perf_counter() - start)
    while chunk := answer.read(_CHUNK):
        total += len(chunk)
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return total, first, 1000 * (time.perf_counter() - start)


def _put(release: Path, feed: Path) -> None:
    """Give a release another feed."""
    manifest = json.loads((release / "manifest.json").read_text())
    for path in feed.iterdir():
        target = release / "feed" / path.name
        target.unlink(missing_ok=True)
        os.link(path, target)
        digest = sha256(f"{feed.name} {path.name}".encode()).hexdigest()
        manifest["files"][f"feed/{path.name}"] = [digest, manifest["published"]]
    (release / "manifest.json").write_text(json.dumps(manifest))


@contextmanager
def _stills(environment: dict[str, str]) -> Iterator[Server]:
    (Path(environment["BENCH_FOLDER"]) / "file").write_bytes(b"x")
    port = _port()
    command = [sys.executable, "-m", "uvicorn", "bench.still:app", "--port", str(port),
               "--log-level", "warning", "--no-access-log"]  # fmt: skip
    with _process(command, environment, "/file", port) as server:
        yield server


def main() -> None:
    """Write one feed, of parts that come one by one or `held`; print CPU seconds and peak MiB."""
    import resource

    size, folder, held = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] == ["held"]
    if held:
        parts = make(size)
        quads = [(*triple, GRAPH) for part in (parts.head, *parts.members, *parts.shared)
                 for triple in (*part.links, *part.triples)]  # fmt: skip
        write_catalog(folder, lambda: parts_of(quads), Prefixes())
    else:
        write_catalog(folder, lambda: make(size), Prefixes())
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
