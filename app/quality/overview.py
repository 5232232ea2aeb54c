"""Publishers beside each other: who has which stars and points, how that moves, and who is alike.

A publisher is a source with one catalog. It is compared within its band: publishers whose numbers
of datasets have as many digits less one (1 to 10, 11 to 100, ...), so that who has a handful is not
measured against who has thousands, and nobody's band depends on who else takes part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from app.quality.history import trend
from app.store.scores import Row

# least and most datasets of a band; the last has no end
BANDS: Final[tuple[tuple[int, int | None], ...]] = ((1, 10), (11, 100), (101, 1000), (1001, None))
# days over which a change is told
PERIOD: Final = 90
COLUMNS: Final = (
    "publisher", "title_nl", "title_en", "datasets", "stars", "possible_stars", "sure", "possible",
    "rating", "change", "since", "band", "rank", "of", "basis", "next_nl", "next_en",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Publisher:
    """A source: its name, the title of its catalog per language, its card, and its history.

    `history` is that of the whole catalog (`app.store.scores`), the oldest first.
    """

    name: str
    card: Mapping[str, Any]
    title: Mapping[str, str] = field(default_factory=dict)
    history: Sequence[Row] = ()


def overview(publishers: Sequence[Publisher]) -> dict[str, Any]:
    """Return an overview as JSON values: publishers with most stars, then points, first.

    Ranks within a band count from 1 by sure stars, then sure points; equals share theirs. Stars
    count only where all of the band have them. `change` is in points over the last 90 days, between
    looks on the same basis; None if there is one only.
    """
    bands = [
        (least, most, [one for one in publishers if _in_band(one, least, most)])
        for least, most in BANDS
    ]
    found = [entry for least, most, same in bands for entry in _entries(same, _label(least, most))]
    found.sort(key=lambda one: (-(one["stars"] or {"sure": -1})["sure"], -one["sure"],
                                -one["possible"], one["publisher"]))  # fmt: skip
    return {
        "bands": [
            {"band": _label(least, most), "least": least, "most": most, "publishers": len(same),
             "median": {side: round(median(one.card["mean"][side] for one in same), 1)
                        for side in ("sure", "possible")}}
            for least, most, same in bands if same
        ],
        "publishers": found,
        "days": PERIOD,
    }  # fmt: skip


def table(found: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the rows of an overview for a spreadsheet; write them with `safe_csv`."""
    for one in found["publishers"]:
        stars, task = one["stars"] or {}, one["next"] or {}
        cells = {
            **{name: one[name] for name in ("publisher", "datasets", "sure", "possible", "change",
                                            "since", "band", "rank", "of", "basis")},
            "title_nl": one["title"].get("nl") or one["title"].get("", ""),
            "title_en": one["title"].get("en", ""),
            "stars": stars.get("sure"), "possible_stars": stars.get("possible"),
            "rating": one["rating"]["sure"],
            "next_nl": task.get("nl", ""), "next_en": task.get("en", ""),
        }  # fmt: skip
        yield {name: _cell(cells[name]) for name in COLUMNS}


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _in_band(one: Publisher, least: int, most: int | None) -> bool:
    count = len(one.card["datasets"])
    return least <= count and (most is None or count <= most)


def _label(least: int, most: int | None) -> str:
    return f"{least}+" if most is None else f"{least}-{most}"


def _entries(same: Sequence[Publisher], band: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of the publishers of one band."""
    starred = all(one.card.get("stars") for one in same)
    ranks = [_worth(one, starred=starred) for one in same]
    for one, rank in zip(same, ranks, strict=True):
        whole, tasks = one.card["mean"], one.card["next"]
        change, since = _change(one.history)
        yield {
            "publisher": one.name,
            "title": dict(one.title),
            "datasets": len(one.card["datasets"]),
            "stars": _range(one.card.get("stars")),
            **{name: whole[name] for name in ("sure", "possible", "rating", "dimensions")},
            "basis": one.card["evidence"]["basis"],
            "band": band,
            "rank": 1 + sum(other > rank for other in ranks),
            "of": len(same),
            "change": change,
            "since": since,
            "trend": trend(one.history),
            "next": dict(tasks[0]["text"]) if tasks else None,
        }  # fmt: skip


def _worth(one: Publisher, *, starred: bool) -> tuple[float, float]:
    return (one.card["stars"]["sure"] if starred else 0.0), one.card["mean"]["sure"]


def _range(stars: Mapping[str, Any] | None) -> dict[str, float] | None:
    return {side: stars[side] for side in ("sure", "possible")} if stars else None


def _change(history: Sequence[Row]) -> tuple[float | None, str]:
    """Return the points won since a time, and that time: the last look before the period began.

    That is the first of all where there is none so old.
    """
    alike = [row for row in history if row.basis == history[-1].basis and row.datasets]
    if len(alike) < 2:
        return None, ""
    last = alike[-1]
    begin = _time(last) - dt.timedelta(days=PERIOD)
    before = [row for row in alike[:-1] if _time(row) <= begin]
    base = before[-1] if before else alike[0]
    return round(last.sure - base.sure, 1), base.time


def _time(row: Row) -> dt.datetime:
    return dt.datetime.fromisoformat(row.time)
