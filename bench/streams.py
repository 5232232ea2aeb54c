"""Event streams: a release's changes added to the ledger, then every page of the stream written."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.catalog import ldes
from app.rdf import media
from app.rdf.io import write
from app.rdf.turtle import Prefixes
from app.store.ledger import Ledger, Plan
from app.store.versions import Streams, Version, text_of

_BASE = "https://voorbeeld.test/"
_AT = "2026-01-01T00:00:00.000Z"


def report() -> None:
    print("\n## Event streams: versions of 12 triples, added in one release; CPU of one process")
    print(f"{'members':>8} {'add s':>7} {'again s':>8} {'KiB each':>9} {'root ms':>8} "
          f"{'page ms':>8} {'members/s':>10} {'peak MiB':>9}")  # fmt: skip
    for count in (1_000, 10_000, 100_000):
        _one(count)


def _one(count: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        ledger = Ledger(Path(temporary) / "ledger.sqlite")
        streams, stream = Streams(ledger), ldes.Stream("catalog", _BASE)
        start = time.process_time()
        plan = Plan(_AT, versions=streams.changes(_versions(count)))
        ledger.publish(plan, name="one", base=_BASE, inputs="", kind="build")
        added = time.process_time() - start
        start = time.process_time()
        assert streams.changes(_versions(count)) == []
        again = time.process_time() - start
        size = ledger.path.stat().st_size / count / 1024
        prefixes = Prefixes()
        start = time.process_time()
        root = ldes.root(stream, streams, streams.size("catalog", 1), _AT)
        assert write(root, media.TRIG, prefixes)
        led = time.process_time() - start
        start = time.process_time()
        pages = min(count // ldes.PAGE, 40)
        for number in range(1, pages + 1):
            members = streams.members("catalog", (number - 1) * ldes.PAGE, number * ldes.PAGE)
            assert write(ldes.page(stream, number, members, closed=True), media.TRIG, prefixes)
        each = (time.process_time() - start) / pages
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:>8} {added:>7.2f} {again:>8.2f} {size:>9.2f} {1000 * led:>8.2f} "
              f"{1000 * each:>8.1f} {ldes.PAGE / each:>10,.0f} {peak:>9.0f}")  # fmt: skip


def _versions(count: int) -> Iterator[Version]:
    for number in range(count):
        thing = f"<{_BASE}id/dataset/{number}>"
        triples = [(thing, f"<https://voorbeeld.test/ns/p#{n}>", f'"value {n} of {number}"@nl')
                   for n in range(10)]  # fmt: skip
        triples += [(thing, "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
                     "<http://www.w3.org/ns/dcat#Dataset>"),
                    (thing, "<http://purl.org/dc/terms/publisher>",
                     f"<{_BASE}id/organisatie/x>")]  # fmt: skip
        yield Version("catalog", f"id/dataset/{number}", text_of(triples, _BASE), 3, None)
