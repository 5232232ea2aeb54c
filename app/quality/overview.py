"""Publishers beside each other: who has which stars and points, how that moves, and who is alike.

A publisher is a source with one catalog. It is compared within its band: publishers whose numbers
of datasets have as many digits less one (1 to 10, 11 to 100, ...), so that who has a handful is not
measured against who has thousands, and nobody's band depends on who else takes part.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

from app.quality.history import basis_of, trend
from app.quality.indicators import INDICATORS, POINTS
from app.quality.news import Run
from app.store.scores import Row

# least and most datasets of a band; the last has no end
BANDS: Final[tuple[tuple[int, int | None], ...]] = ((1, 10), (11, 100), (101, 1000), (1001, None))
# days over which a change is told
PERIOD: Final = 90
_SIDES: Final = ("sure", "possible")
_STARS: Final = 6
# points of a trend
_BENDS: Final = 60


def entry(
    name: str,
    card: Mapping[str, Any],
    history: Sequence[Row] = (),
    *,
    source: str = "",
    runs: Sequence[Run] = (),
) -> dict[str, Any]:
    """Return what an overview tells of a publisher, without its place.

    `history` is that of the whole catalog (`app.store.scores`), `runs` are its scorings; the oldest
    first. `lost` are the indicators that fail, with what they cost on average, the worst first;
    `last` is what changed in the last scoring that read it, at `read`; `unread` since when it can
    not be read. `source` is an address that everybody may see, or "".
    """
    whole, stars = card["mean"], card.get("stars")
    change, since = _change(history)
    good = [run for run in runs if not run.error]
    after = [run.time for run in runs if run.error and (not good or run.time > good[-1].time)]
    return {
        "publisher": name,
        "source": _public(source),
        "datasets": len(card["datasets"]),
        "stars": {side: stars[side] for side in _SIDES} if stars else None,
        "counts": stars["counts"] if stars and "counts" in stars else None,
        **{key: whole[key] for key in ("sure", "possible", "rating", "dimensions")},
        "basis": basis_of(card),
        "read": good[-1].time if good else "",
        "unread": after[0] if after else "",
        "last": _last(good[-1]) if good else None,
        "change": change,
        "since": since,
        "trend": _bends(trend(history)),
        "lost": _lost(card["datasets"]),
        "next": dict(card["next"][0]["text"]) if card["next"] else None,
    }  # fmt: skip


def overview(
    entries: Iterable[Mapping[str, Any]], waiting: Sequence[str] = (), made: str = ""
) -> dict[str, Any]:
    """Return an overview as JSON values: publishers with most stars, then points, first.

    Ranks within a band count from 1 by sure stars, then sure points; equals share theirs. Stars
    count only where all of the band have them. `change` is in points over the last 90 days, between
    looks on the same basis; None if there is one only. Averages of the whole are over datasets;
    `waiting` are those that were never read. `made` is when (xsd:dateTime).
    """
    given = list(entries)
    bands = [(least, most, [one for one in given if _in_band(one, least, most)])
             for least, most in BANDS]  # fmt: skip
    found = [placed for least, most, same in bands for placed in _placed(same, _label(least, most))]
    found.sort(key=lambda one: (-(one["stars"] or {"sure": -1})["sure"], -one["sure"],
                                -one["possible"], one["publisher"]))  # fmt: skip
    return {
        "made": made,
        "whole": _whole(found),
        "bands": [
            {"band": _label(least, most), "least": least, "most": most, "publishers": len(same),
             "median": {side: round(median(one[side] for one in same), 1) for side in _SIDES}}
            for least, most, same in bands if same
        ],
        "publishers": found,
        "waiting": sorted(waiting),
        "days": PERIOD,
    }  # fmt: skip


def _whole(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the sums: numbers, averages over all datasets, and what is lost most."""
    starred = [one for one in found if one["counts"]]
    lost: Counter[str] = Counter()
    for one in found:
        lost.update({item["indicator"]: item["datasets"] for item in one["lost"]})
    count = sum(one["datasets"] for one in found)
    return {
        "publishers": len(found),
        "datasets": count,
        "stars": {side: _mean([(one["stars"][side], one["datasets"]) for one in starred])
                  for side in _SIDES} if starred else None,
        "counts": {side: [sum(one["counts"][side][star] for one in starred)
                          for star in range(_STARS)] for side in _SIDES},
        **{side: _mean([(one[side], one["datasets"]) for one in found]) for side in _SIDES},
        "lost": _costs(lost, count),
    }  # fmt: skip


def _mean(values: Sequence[tuple[float, int]]) -> float:
    count = sum(weight for _, weight in values)
    return round(sum(value * weight for value, weight in values) / count, 1) if count else 0.0


def _lost(datasets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    failed = Counter(
        one.name for dataset in datasets for one in INDICATORS
        if dataset["indicators"][one.name]["passed"] is False
    )  # fmt: skip
    return _costs(failed, len(datasets))


def _costs(failed: Mapping[str, int], of: int) -> list[dict[str, Any]]:
    """Return indicators that fail for so many datasets, those that cost most on average first."""
    found = [{"indicator": name, "datasets": count, "points": round(POINTS[name] * count / of, 1)}
             for name, count in failed.items()]  # fmt: skip
    return sorted(found, key=lambda one: (-POINTS[one["indicator"]] * one["datasets"],
                                          one["indicator"]))  # fmt: skip


def _last(run: Run) -> dict[str, Any] | None:
    """Return what one scoring changed; None for the first."""
    change = run.change
    if change is None:
        return None
    return {
        "since": run.since, **change["mean"], "better": change["better"], "worse": change["worse"],
        "added": len(change["added"]), "gone": len(change["gone"]),
    }  # fmt: skip


def _public(source: str) -> str:
    """Return an http(s) address, or "" for a file, and for one that may hold a secret."""
    try:
        parts = urlsplit(source)
    except ValueError:
        return ""
    secret = "@" in parts.netloc or parts.query
    return source if parts.scheme in {"http", "https"} and parts.netloc and not secret else ""


def _in_band(one: Mapping[str, Any], least: int, most: int | None) -> bool:
    return least <= one["datasets"] and (most is None or one["datasets"] <= most)


def _label(least: int, most: int | None) -> str:
    return f"{least}+" if most is None else f"{least}-{most}"


def _placed(same: Sequence[Mapping[str, Any]], band: str) -> list[dict[str, Any]]:
    """Return the publishers of one band with their places."""
    starred = all(one["stars"] for one in same)
    worth = [((one["stars"]["sure"] if starred else 0.0), one["sure"]) for one in same]
    return [
        {**one, "band": band, "rank": 1 + sum(other > rank for other in worth), "of": len(same)}
        for one, rank in zip(same, worth, strict=True)
    ]


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


def _bends(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a trend without the points that say what the one before did, but for the last.

    Of many the last of each week is enough for a picture in a row.
    """
    said = [[point[key] for key in (*_SIDES, "stars", "datasets", "basis")] for point in points]
    last = len(points) - 1
    bends = [point for place, point in enumerate(points)
             if place in {0, last} or said[place] != said[place - 1]]  # fmt: skip
    if len(bends) <= _BENDS:
        return bends
    weeks = {dt.datetime.fromisoformat(one["time"]).isocalendar()[:2]: one for one in bends}
    return list(weeks.values())


def _time(row: Row) -> dt.datetime:
    return dt.datetime.fromisoformat(row.time)
