"""Validation of synthetic catalogues: our engine beside pySHACL and the bare engine, in one run.

Each dataset is about 30 triples with its distribution and contact point; 5 % have a fault. Every
run is a process of its own: CPU seconds of validating (user and system, data already bytes) and
the peak memory of the process. `lab` is all of `vijfster validate`: parsing, the linter of names
and values, chunks, the report; -2 is with two workers. `python -m bench validate [SIZE …]`.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.rdf.namespaces import PREFIXES

ROOT = Path(__file__).resolve().parent.parent
BASE = "https://voorbeeld.test/"
PROFILE = "dcat-ap-vl-3.0"
_SIZES = (100, 1_000, 10_000, 100_000)
# what a larger run would take of this engine is not worth waiting for
_MOST = {"default": 10_000, "shifty": 10_000, "pyshacl": 10_000}
_ENGINES = ("default", "chunked", "chunked-2", "lab", "lab-2", "shifty", "pyshacl")
_FAULTS = 0.05
_REQUESTS = 100


def report(sizes: tuple[int, ...] = _SIZES) -> None:
    print(f"\n## Validation against {PROFILE}: CPU s, peak MiB of one process, times our CPU")
    print(f"{'datasets':>9} {'engine':>10} {'CPU s':>8} {'ms each':>8} {'wall s':>8} {'MiB':>6} "
          f"{'x':>6} same")  # fmt: skip
    last: dict[str, tuple[int, float]] = {}
    for size in sizes:
        ours, digest, count = 0.0, "", 0
        for engine in _ENGINES:
            if size > _MOST.get(engine, size):
                before, cpu = last.get(engine, (0, 0.0))
                about = f", would take about {cpu * size / before:.0f} CPU s" if before else ""
                print(f"{size:>9} {engine:>10} not run{about}")
                continue
            found = _run(engine, size)
            last[engine] = size, found["cpu"]
            ours, digest = ours or found["cpu"], digest or found["digest"]
            count = count or found["results"]
            same = found["digest"] in (digest, "") and found["results"] == count
            print(f"{size:>9} {engine:>10} {found['cpu']:>8.2f} {found['cpu'] * 1000 / size:>8.2f} "
                  f"{found['wall']:>8.2f} {found['peak']:>6.0f} {found['cpu'] / ours:>6.1f} "
                  f"{same}", flush=True)  # fmt: skip
    print(f"one dataset over HTTP, warm, median of {_REQUESTS}: {_over_http() * 1000:.1f} ms")


def _over_http() -> float:
    """Return the median seconds of a check of one dataset by a service that is up."""
    with socket.socket() as probe, tempfile.TemporaryDirectory() as folder:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "VIJFSTER_STATE_DIR": folder}
        command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
        service = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        try:
            return _asked(f"http://127.0.0.1:{port}")
        finally:
            service.terminate()
            service.wait()


def _asked(address: str) -> float:
    body = "".join(f"{s} {p} {o} .\n" for s, p, o in lines(1)).encode()
    request = urllib.request.Request(
        f"{address}/api/validate?profile={PROFILE}", body, {"Content-Type": "text/turtle"}
    )
    took: list[float] = []
    end = time.monotonic() + 60
    while len(took) < _REQUESTS + 5 and time.monotonic() < end:
        started = time.perf_counter()
        try:
            with urllib.request.urlopen(request) as answer:
                answer.read()
        except OSError:
            time.sleep(0.1)
            continue
        took.append(time.perf_counter() - started)
    return statistics.median(took[5:])


def lines(size: int, seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """Yield the triples of a catalogue of `size` datasets."""
    rnd = random.Random(seed)
    dcat, dct = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
    vcard, xsd = "http://www.w3.org/2006/vcard/ns#", "http://www.w3.org/2001/XMLSchema#"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    eu = "http://publications.europa.eu/resource/authority/"
    agent = f"<{BASE}id/org/1>"
    catalog = f"<{BASE}id/catalog>"
    yield catalog, kind, f"<{dcat}Catalog>"
    yield agent, kind, "<http://xmlns.com/foaf/0.1/Agent>"
    yield agent, "<http://xmlns.com/foaf/0.1/name>", '"Stad"@nl'
    for n in range(size):
        fault = rnd.randrange(6) if rnd.random() < _FAULTS else -1
        item, file, desk = (f"<{BASE}id/{name}/{n}>" for name in ("set", "file", "desk"))
        day = f"-0{n % 9 + 1}-1{n % 9}"
        yield catalog, f"<{dcat}dataset>", item
        yield item, kind, f"<{dcat}Dataset>"
        yield item, f"<{dct}title>", f'"Dataset {n} in English"@en'
        if fault != 0:
            yield item, f"<{dct}title>", f'"Dataset {n}"@nl'
        if fault == 1:
            yield item, f"<{dct}title>", f'"Nog eens {n}"@nl'
        for language in ("nl", "en"):
            yield item, f"<{dct}description>", f'"Dataset {n}"@{language}'
        yield item, f"<{dct}identifier>", f'"set-{n}"'
        yield item, f"<{dct}publisher>", '"Stad"' if fault == 2 else agent
        date = "2024-02-31" if fault == 3 else "2024" + day
        yield item, f"<{dct}issued>", f'"{date}"^^<{xsd}date>'
        yield item, f"<{dct}modified>", f'"2025{day}"^^<{xsd}date>'
        yield item, f"<{dcat}theme>", f"<{eu}data-theme/GOVE>"
        yield item, f"<{dct}accessRights>", f"<{eu}access-right/PUBLIC>"
        for word in "abc":
            yield item, f"<{dcat}keyword>", f'"woord {n} {word}"@nl'
        yield item, f"<{dcat}contactPoint>", desk
        yield item, f"<{dcat}landingPage>", f"<{BASE}page/{n}>"
        yield item, f"<{dcat}distribution>", file
        yield desk, kind, f"<{vcard}Organization>"
        yield desk, f"<{vcard}fn>", f'"Dienst {n}"@nl'
        yield desk, f"<{vcard}hasEmail>", f"<mailto:d{n}@voorbeeld.test>"
        yield file, kind, f"<{dcat}Distribution>"
        yield file, f"<{dct}title>", f'"CSV {n}"@nl'
        if fault != 4:
            yield file, f"<{dcat}accessURL>", f"<{BASE}f/{n}.csv>"
        yield file, f"<{dct}license>", f"<{BASE}licence>"
        yield file, f"<{dct}format>", f"<{eu}file-type/CSV>"
        size_text = -5 if fault == 5 else n * 7 + 1
        yield file, f"<{dcat}byteSize>", f'"{size_text}"^^<{xsd}nonNegativeInteger>'
        yield file, f"<{dct}issued>", f'"2024{day}"^^<{xsd}date>'


def _run(engine: str, size: int) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.validation", engine, str(size)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.ttl"
        if engine.startswith("lab"):
            # made here: making it takes more memory than checking it
            file.write_bytes(_turtle(size))
        command.append(str(file))
        out = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, env=os.environ)
    return dict(json.loads(out.stdout))


def one(engine: str, size: int, file: Path) -> None:
    import hashlib

    from app.validation.closures import validate_chunked
    from app.validation.engines import Default, Engine, PySHACL, Shifty
    from app.validation.profiles import load

    profile = load(PROFILE, [ROOT / "shapes"], base=BASE)
    engines: dict[str, type[Engine]] = {"default": Default, "shifty": Shifty, "pyshacl": PySHACL}
    workers = 2 if engine.endswith("-2") else 1
    if engine.startswith("lab"):
        print(json.dumps(_whole(file, workers)))
        return
    started, wall = time.process_time(), time.perf_counter()
    if engine.startswith("chunked"):
        found = validate_chunked(lines(size), profile, Default(), workers=workers)
    else:
        data = "".join(f"{s} {p} {o} .\n" for s, p, o in lines(size)).encode()
        found = engines[engine]().validate(data, profile)
    spent = _since(started, wall)
    digest = hashlib.sha256(repr([r.key for r in found.results]).encode()).hexdigest()
    print(json.dumps({**spent, "digest": digest, "results": len(found.results)}))


def _whole(file: Path, workers: int) -> dict[str, Any]:
    """Check a catalogue as the command does; only the number of results can be compared."""
    from app import bootstrap
    from app.settings import Settings
    from app.validation.sources import Source

    lab = bootstrap.lab(Settings(_env_file=None, project=ROOT, base_iri=BASE))
    lab = replace(lab, large_bytes=0, workers=workers)
    started, wall = time.process_time(), time.perf_counter()
    told, _ = lab.check(
        Source(file.read_bytes(), "bench.ttl", name="bench.ttl"), [lab.profile(PROFILE)]
    )
    if told["error"]:
        raise SystemExit(told["error"]["message"]["en"])
    return {**_since(started, wall), "digest": "", "results": sum(told["counts"].values())}


def _turtle(size: int) -> bytes:
    """Return a catalogue as people write it; as N-Triples a large one passes our bounds."""
    out, last = [f"@base <{BASE}> .\n"], ""
    for subject, predicate, object_ in lines(size):
        start = " ;\n " if subject == last else f"{' .' if last else ''}\n{subject}"
        out.append(f"{start} {predicate} {object_}".replace(f"<{BASE}", "<"))
        last = subject
    out.append(" .\n")
    short = {f"<{PREFIXES[name]}": name for name in ("dcat", "dct", "vcard", "rdf", "xsd")}
    head = "".join(f"@prefix {name}: {iri}> .\n" for iri, name in short.items())
    pattern = re.compile("(" + "|".join(map(re.escape, short)) + r")([A-Za-z]+)>")
    return (head + pattern.sub(lambda m: f"{short[m[1]]}:{m[2]}", "".join(out))).encode()


def _since(started: float, wall: float) -> dict[str, float]:
    """Return the CPU and wall seconds since then, workers included, and the peak MiB."""
    wall, own = time.perf_counter() - wall, time.process_time() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, after.ru_maxrss) / 1024
    return {"cpu": own + after.ru_utime + after.ru_stime, "wall": wall, "peak": peak}


if __name__ == "__main__":
    one(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
