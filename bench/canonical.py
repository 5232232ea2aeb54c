"""Canonical hashes: entities per second as trees and by RDFC-1.0, and a hostile graph."""

from __future__ import annotations

import resource
import time

from app.rdf.canonical import Bounds, Described, entity_hashes
from app.rdf.terms import Triple

_COUNT = 20_000


def report() -> None:
    print(f"\n## Canonical hashes: {_COUNT} descriptions of 12 triples, 2 blank nodes each")
    print(f"{'kind':>22} {'wall s':>8} {'CPU s':>8} {'per CPU s':>11}  goal")
    for name, goal, shared in (("trees", "15,000", False), ("RDFC-1.0", "5,000", True)):
        triples = [t for n in range(_COUNT) for t in _entity(n, shared=shared)]
        start, cpu = time.perf_counter(), _cpu()
        found = entity_hashes(Described(triples), Bounds(total_seconds=120))
        wall = time.perf_counter() - start
        assert None not in found.values()
        cpu = _cpu() - cpu
        print(f"{name:>22} {wall:>8.2f} {cpu:>8.2f} {_COUNT / cpu:>11,.0f}  {goal}")
    nodes = [f"_:b{n}" for n in range(15)]
    triples = [("<urn:x>", "<urn:p>", nodes[0])]
    triples += [(a, "<urn:p>", b) for a in nodes for b in nodes if a != b]
    start = time.perf_counter()
    assert entity_hashes(Described(triples)) == {"<urn:x>": None}
    wall = time.perf_counter() - start
    print(f"{'15 nodes, all linked':>22} {wall:>8.2f} {'':>8} {'ended':>11}  1 s")


def _cpu() -> float:
    """Return the CPU seconds of this process and of those it ended."""
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def _entity(number: int, *, shared: bool) -> list[Triple]:
    subject, one, two = f"<urn:e:{number}>", f"_:a{number}", f"_:b{number}"
    out = [(subject, f"<urn:p:{n}>", f'"value {n} of {number}"') for n in range(6)]
    out += [(subject, "<urn:a>", one), (one, "<urn:b>", two), (one, "<urn:c>", '"1"')]
    out += [(two, "<urn:c>", f'"{number}"'), (two, "<urn:d>", '"2"')]
    # pointed at twice: no tree
    out.append((subject, "<urn:z>", two if shared else '"3"'))
    return out
