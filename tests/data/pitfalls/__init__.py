"""Feeds of our own, one per pitfall that real feeds fall into."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.data import test_shapes as own

BASE_PROFILE = "dcat-ap-vl-3.0"


@dataclass(frozen=True)
class Pitfall:
    """A feed as N-Triples, and what is to be found in it."""

    name: str
    data: bytes
    terms: frozenset[str]
    places: frozenset[tuple[str, str, str]]


@cache
def pitfalls() -> tuple[Pitfall, ...]:
    text = Path(__file__).with_name("feeds.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["feed"]
    return tuple(
        Pitfall(
            row["name"],
            own.patched(BASE_PROFILE, row["remove"], row["add"]),
            frozenset(row.get("terms", ())),
            frozenset(tuple(place.split()) for place in row.get("places", ())),
        )
        for row in rows
    )
