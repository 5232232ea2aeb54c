"""Two score cards of one catalog compared: what became better or worse, came or went.

What only asking addresses tells is compared where it is known on both sides: a server that was
left alone this time, or a run without links, is no loss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.quality.indicators import INDICATORS, POINTS
from app.quality.stars import HIGHEST as FIVE

_RANK: Final = {False: 0, None: 1, True: 2}
_SIDES: Final = ("sure", "possible")
# what no metadata tell
_ASKED: Final = ("accessUrlStatusCode", "downloadUrlStatusCode")

Card = Mapping[str, Any]


def difference(now: Card, before: Card) -> dict[str, Any]:
    """Return what changed between two cards (`app.quality.card`), as JSON values.

    `mean` is the change of the average in points, of what is sure and of what is possible. A
    dataset is in `changed` when one of its indicators or its stars did; `worse` tells whether
    anything of it is, so that loss is never hidden by gain. Datasets are matched by address; those
    without one have other names in every reading, and are in `unmatched` as a number. `unasked`
    counts those of which something was known before that was not asked now.
    """
    full = known_from(now, before)
    taken = sum(one is not other for one, other in zip(
        now["datasets"], full["datasets"], strict=True))  # fmt: skip
    now, before = full, known_from(before, now)
    old, new = _by_name(before), _by_name(now)
    changed = [
        one for name in sorted(old.keys() & new.keys()) if (one := _change(new[name], old[name]))
    ]
    return {
        "mean": {side: round(now["mean"][side] - before["mean"][side], 1) for side in _SIDES},
        "added": [_named(new[name]) for name in sorted(new.keys() - old.keys())],
        "gone": [_named(old[name]) for name in sorted(old.keys() - new.keys())],
        "changed": changed,
        "better": sum(not one["worse"] for one in changed),
        "worse": sum(one["worse"] for one in changed),
        "same": len(old.keys() & new.keys()) - len(changed),
        "unmatched": len(now["datasets"]) - len(new),
        "unasked": taken,
    }


def known_from(card: Card, other: Card) -> dict[str, Any]:
    """Return a card that takes of another what only asking tells, where it does not know it."""
    there = _by_name(other)
    return _with(card, [
        _known_from(one, there[one["dataset"]]) if one["dataset"] in there else one
        for one in card["datasets"]
    ])  # fmt: skip


def _with(card: Card, datasets: list[Card]) -> dict[str, Any]:
    """Return a card with other points for its datasets, and so another average."""
    more = {
        side: sum(
            new[side] - old[side] for old, new in zip(card["datasets"], datasets, strict=True)
        )
        for side in _SIDES
    }
    mean = {side: round(card["mean"][side] + more[side] / len(datasets), 1) for side in _SIDES}
    changed = {**card, "mean": {**card["mean"], **mean}, "datasets": datasets}
    if card.get("stars") and all(one.get("stars") for one in datasets):
        changed["stars"] = {**card["stars"], **_averages([one["stars"] for one in datasets])}
    return changed


def _averages(stars: Sequence[Card]) -> dict[str, Any]:
    """Return the average of stars, and how many datasets have each number."""
    counts = {side: Counter(one[side] for one in stars) for side in _SIDES}
    return {
        **{side: round(sum(one[side] for one in stars) / len(stars), 1) for side in _SIDES},
        "counts": {side: [counts[side][star] for star in range(FIVE + 1)] for side in _SIDES},
    }


def _known_from(one: Card, other: Card) -> Card:
    known = {
        name: other["indicators"][name]["passed"] for name in _ASKED
        if one["indicators"][name]["passed"] is None
        and other["indicators"][name]["passed"] is not None
    }  # fmt: skip
    stars = one.get("stars")
    if _asked(one) or _asked(other):
        stars = _stars_from(stars, other.get("stars"))
    if not known and stars == one.get("stars"):
        return one
    # with the answers that it rests on
    links = one["links"] if _asked(one) else other["links"]
    return {**_answered(one, known), "stars": stars, "links": links}


def _asked(one: Card) -> bool:
    return any(link["head"] is not None or link["status"] is not None for link in one["links"])


def _answered(one: Card, answers: Mapping[str, bool | None]) -> dict[str, Any]:
    """Return a dataset with other answers of its addresses, and the points for them."""
    indicators = one["indicators"]
    points = {side: one[side] for side in _SIDES}
    for name, passed in answers.items():
        was = indicators[name]["passed"]
        points["sure"] += POINTS[name] * ((passed is True) - (was is True))
        points["possible"] += POINTS[name] * ((was is False) - (passed is False))
    told = {name: {**indicators[name], "passed": passed} for name, passed in answers.items()}
    return {**one, **points, "indicators": {**indicators, **told}}


def _stars_from(one: Card | None, other: Card | None) -> Card | None:
    """Return stars, narrowed by what another card knows of the same addresses."""
    if one is None or other is None:
        return one
    sure = max(one["sure"], min(other["sure"], one["possible"]))
    possible = min(one["possible"], max(other["possible"], one["sure"]))
    return {**one, "sure": sure, "possible": possible}


def _by_name(card: Card) -> dict[str, Card]:
    return {one["dataset"]: one for one in card["datasets"] if not one["dataset"].startswith("_:")}


def _change(new: Card, old: Card) -> dict[str, Any] | None:
    moved = dict(_moved(new["indicators"], old["indicators"]))
    stars = [one.get("stars") for one in (old, new)]
    fewer = more = False
    if stars[0] and stars[1]:
        fewer = any(stars[1][side] < stars[0][side] for side in _SIDES)
        more = any(stars[1][side] > stars[0][side] for side in _SIDES)
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


def _moved(new: Card, old: Card) -> Iterator[tuple[str, bool]]:
    for one in INDICATORS:
        ranks = [_RANK[side[one.name]["passed"]] for side in (old, new)]
        if ranks[0] != ranks[1]:
            yield one.name, ranks[1] > ranks[0]


def _points(one: Card) -> dict[str, Any]:
    stars = one.get("stars")
    return {
        **{side: one[side] for side in _SIDES},
        "stars": {side: stars[side] for side in _SIDES} if stars else None,
    }


def _named(one: Card) -> dict[str, Any]:
    return {"dataset": one["dataset"], "title": one["title"]}
