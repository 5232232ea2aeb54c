"""Each quad once, in files too large to hold: only those of repeated subjects are looked at again.

The same quad can only be written twice if its subject is made twice. So the subjects are counted by
hash while quads are written, and quads of those that came back are sorted out afterwards.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import BinaryIO, Final

from app.mapping.model import TermMap, TriplesMap

# subjects that are held as Python numbers at the same time, 100 bytes each
_AT_ONCE: Final = 1_000_000
_BUCKETS: Final = 64


def groups(maps: Sequence[TriplesMap]) -> list[int]:
    """Return a number for each triples map: the same for maps that may make the same quad."""
    number = list(range(len(maps)))
    for here, there in combinations(range(len(maps)), 2):
        if number[here] != number[there] and _may_meet(maps[here], maps[there]):
            old, new = number[there], number[here]
            number = [new if found == old else found for found in number]
    return number


def _may_meet(one: TriplesMap, other: TriplesMap) -> bool:
    if not _may_be_equal(one.subject, other.subject):
        return False
    return any(
        _may_be_equal(here, there)
        for rule in one.predicate_objects for again in other.predicate_objects
        if not {*rule.predicates}.isdisjoint(again.predicates)
        for here in (*rule.objects, *(join.subject for join in rule.joins))
        for there in (*again.objects, *(join.subject for join in again.joins))
    )  # fmt: skip


def _may_be_equal(one: TermMap, other: TermMap) -> bool:
    if one.kind != other.kind:
        return False
    (here, fixed), (there, also) = _start(one), _start(other)
    if fixed and also:
        return here == there
    return here.startswith(there) or there.startswith(here)


def _start(term: TermMap) -> tuple[str, bool]:
    """Return how all terms of a term map begin, and whether that is the whole of them."""
    first = next((place for place, part in enumerate(term.parts) if part.column or part.call), None)
    text = "".join(part.text for part in term.parts[:first])
    if first is None:
        return term.absolute(text), True
    # what a column holds, or a colon further on, may be or make a scheme, with no base before it
    if not text or any(":" in part.text for part in term.parts[first:]):
        return "", False
    return term.absolute(text), False


def hashes(subjects: Iterable[str]) -> array[int]:
    """Return the hashes of subjects; processes that are forked from one give the same."""
    return array("q", map(hash, subjects))


def repeated(found: Mapping[int, Sequence[array[int]]]) -> set[int]:
    """Return the hashes that are there twice within a group."""
    out: set[int] = set()
    for arrays in found.values():
        count = sum(map(len, arrays))
        parts = count // _AT_ONCE + 1
        if parts == 1 and len(set().union(*arrays)) == count:
            continue
        for part in range(parts):
            seen: set[int] = set()
            for some in arrays:
                own = some if parts == 1 else [h for h in some if h % parts == part]
                new = set(own)
                out |= new & seen
                if len(new) < len(own):
                    out |= _twice(own)
                seen |= new
    return out


def _twice(found: Sequence[int]) -> set[int]:
    ordered = sorted(found)
    return {a for a, b in pairwise(ordered) if a == b}


def write_once(source: BinaryIO, out: BinaryIO, subjects: set[int], folder: Path) -> int:
    """Copy lines of N-Quads, each line of the given subjects (by hash) once; return how many fewer.

    Lines of these subjects come last; they are sorted out by parts in temporary files in `folder`.
    """
    left_out = 0
    with tempfile.TemporaryDirectory(dir=folder, prefix=".vijfster-") as place:
        buckets = [(Path(place) / str(number)).open("w+b") for number in range(_BUCKETS)]
        try:
            for line in source:
                if hash(line[: line.index(b" ")].decode()) in subjects:
                    buckets[hash(line) % _BUCKETS].write(line)
                else:
                    out.write(line)
            for bucket in buckets:
                bucket.seek(0)
                seen: set[bytes] = set()
                for line in bucket:
                    if line in seen:
                        left_out += 1
                    else:
                        seen.add(line)
                        out.write(line)
        finally:
            for bucket in buckets:
                bucket.close()
    return left_out
