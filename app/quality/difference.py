"""Two score cards of one catalog compared: what became better or worse, came or went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.quality.indicators import INDICATORS

_RANK: Final = {False: 0, None: 1, True: 2}


def difference(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changed between two cards (`app.quality.card`), as JSON values.

    `mean` is the change of the average in points, of what is sure and of what is possible. A
    dataset is in `changed` when one of its indicators or its stars did; `worse` tells whether
    anything of it is, so that loss is never hidden by gain. Datasets are matched by address; those
    without one have other names in every reading, and are in `unmatched` as a number.
    """
    old, new = _by_name(before), _by_name(now)
    changed = [
        one for name in sorted(old.keys() & new.keys()) if (one := _change(new[name], old[name]))
    ]
    return {
        "mean": {side: round(now["mean"][side] - before["mean"][side], 1)
                 for side in ("sure", "possible")},
        "added": [_named(new[name]) for name in sorted(new.keys() - old.keys())],
        "gone": [_named(old[name]) for name in sorted(old.keys() - new.keys())],
        "changed": changed,
        "better": sum(not one["worse"] for one in changed),
        "worse": sum(one["worse"] for one in changed),
        "same": len(old.keys() & new.keys()) - len(changed),
        "unmatched": len(now["datasets"]) - len(new),
    }  # fmt: skip


def _by_name(card: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {one["dataset"]: one for one in card["datasets"] if not one["dataset"].startswith("_:")}


def _change(new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any] | None:
    moved = dict(_moved(new["indicators"], old["indicators"]))
    stars = [one.get("stars") for one in (old, new)]
    fewer = more = False
    if stars[0] and stars[1]:
        fewer = stars[1]["sure"] < stars[0]["sure"] or stars[1]["possible"] < stars[0]["possible"]
        more = stars[1]["sure"] > stars[0]["sure"] or stars[1]["possible"] > stars[0]["possible"]
    if not (moved or fewer or more):
        return None
    return {
        **_named(new),
        "before": _points(old),
        "now": _points(new),
        "won": [name for name, up in moved.items() if up],
        "lost": [name for name, up in moved.items() if not up],
        "worse": fewer or not all(moved.values()),
    }


def _moved(new: Mapping[str, Any], old: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for one in INDICATORS:
        ranks = [_RANK[side[one.name]["passed"]] for side in (old, new)]
        if ranks[0] != ranks[1]:
            yield one.name, ranks[1] > ranks[0]


def _points(one: Mapping[str, Any]) -> dict[str, Any]:
    stars = one.get("stars")
    return {
        "sure": one["sure"], "possible": one["possible"],
        "stars": {side: stars[side] for side in ("sure", "possible")} if stars else None,
    }  # fmt: skip


def _named(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"dataset": one["dataset"], "title": one["title"]}
