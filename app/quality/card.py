"""The score card of a catalog: scores, tasks and their sums as JSON values, and as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from app.quality.beside import Whole
from app.quality.evidence import Criterion
from app.quality.indicators import (
    DIMENSIONS,
    HIGHEST,
    INDICATORS,
    MOST,
    REPORTED,
    Range,
    mean,
    rating,
)
from app.quality.oneline import one_line
from app.quality.reach import UNREACHED
from app.quality.reasons import said
from app.quality.scoring import Scored
from app.quality.stars import HIGHEST as _FIVE
from app.quality.tasks import TO_LOOK_AT, Task
from app.quality.words import EFFORTS
from app.rdf.namespaces import term
from app.rdf.terms import Term, is_literal, literal_of

_TITLE: Final = term("dct:title")
_WRONG: Final = 3


def card(source: str, found: Sequence[Scored], whole: Whole | None = None) -> dict[str, Any]:
    """Return the card of a catalog as JSON values, its datasets those first that have least.

    `whole` adds what is told beside points and stars.
    """
    ordered = sorted(found, key=lambda one: (one.score.points.sure, one.score.record.term))
    points = mean(one.score.points for one in found)
    return {
        "source": source,
        "evidence": _evidence(found),
        "highest": HIGHEST,
        "mean": {
            **_points(points),
            "dimensions": {
                name: {**_range(mean(one.score.dimensions[name] for one in found)),
                       "highest": MOST[name]}
                for name in DIMENSIONS
            },
        },
        "stars": _stars(found),
        "next": _next(found),
        **(whole.values() if whole else {}),
        "datasets": [
            {**_dataset(one),
             **(whole.datasets[one.score.record.term].values() if whole else {})}
            for one in ordered
        ],
    }  # fmt: skip


def _evidence(found: Iterable[Scored]) -> dict[str, Any]:
    """Return on what a card rests: the addresses of the datasets and from when the answers are."""
    looks = {link.look.url: link.look for one in found for link in one.links}
    times = sorted(look.time for look in looks.values())
    unreached = [look for look in looks.values() if look.reason == UNREACHED]
    return {
        "basis": "links" if looks else "metadata",
        "addresses": len(looks),
        "answered": sum(look.answers is True for look in looks.values()),
        "own": sum(look.own for look in looks.values()),
        "unreached": len(unreached),
        "since": times[0] if times else "",
        "until": times[-1] if times else "",
    }


def _range(points: Range) -> dict[str, float]:
    return {"sure": round(points.sure, 1), "possible": round(points.possible, 1)}


def _points(points: Range) -> dict[str, Any]:
    return {**_range(points), "rating": {"sure": rating(points.sure),
                                         "possible": rating(points.possible)}}  # fmt: skip


def _dataset(one: Scored) -> dict[str, Any]:
    score = one.score
    return {
        "dataset": _name(score.record.term),
        "title": titles(score.record.facts.get(_TITLE, ())),
        **_points(score.points),
        "distribution": _name(score.distribution),
        "distributions": len(score.record.distributions),
        "violations": one.violations,
        "dimensions": {
            name: {**_range(score.dimensions[name]), "highest": MOST[name]}
            for name in DIMENSIONS
        },
        "indicators": {item.name: {"passed": score.outcomes[item.name], "points": item.points}
                       for item in INDICATORS},
        "reported": {name: one.reported[name] for name in REPORTED},
        "stars": _stars_of(one),
        "tasks": [_task(task) for task in one.tasks],
        "links": [
            {"distribution": _name(link.distribution), "property": link.property,
             **link.look.values(), "text": dict(said(link.look))}
            for link in one.links
        ],
    }  # fmt: skip


def _stars_of(one: Scored) -> dict[str, Any]:
    stars = one.stars
    return {
        "sure": stars.sure, "possible": stars.possible, "basis": stars.basis,
        "distribution": _name(one.starred),
        "missing": stars.missing.key if stars.missing else "",
        "criteria": [
            {"criterion": item.key, "star": item.star, "passed": item.passed,
             "text": dict(item.said)}
            for item in stars.criteria
        ],
    }  # fmt: skip


def _stars(found: Sequence[Scored]) -> dict[str, Any]:
    """Return the average of the stars, how many datasets have each number, what is missing most.

    What is missing is told of one dataset, since it says what was seen there.
    """
    missing: dict[str, list[Scored]] = {}
    for one in found:
        if one.stars.missing:
            missing.setdefault(one.stars.missing.key, []).append(one)
    ordered = sorted(missing.values(), key=lambda same: (-len(same), _lacks(same[0]).star))
    counts = {side: Counter(getattr(one.stars, side) for one in found)
              for side in ("sure", "possible")}  # fmt: skip
    return {
        **{side: round(sum(star * number for star, number in counts[side].items()) / len(found), 1)
           for side in counts},
        "counts": {side: [counts[side][star] for star in range(_FIVE + 1)] for side in counts},
        "missing": [
            {"criterion": _lacks(same[0]).key, "star": _lacks(same[0]).star,
             "datasets": len(same), "text": dict(_lacks(min(same, key=_in_order)).said)}
            for same in ordered
        ],
    }  # fmt: skip


def _lacks(one: Scored) -> Criterion:
    assert one.stars.missing is not None
    return one.stars.missing


def _in_order(one: Scored) -> tuple[str, Term]:
    return _lacks(one).said["en"], one.score.record.term


def _task(task: Task) -> dict[str, Any]:
    return {
        "task": task.kind.key,
        "variant": task.variant,
        "thing": _name(task.node),
        "property": task.kind.property,
        "at": task.place,
        "example": task.example,
        "points": task.points,
        "doubtful": task.doubtful,
        "effort": {"level": task.kind.effort, **EFFORTS[task.kind.effort]},
        "indicators": list(task.indicators),
        "repair": task.rule,
        "text": dict(task.text),
        "wrong": [dict(one) for one in task.mistakes[:_WRONG]],
    }


def _next(found: Sequence[Scored]) -> list[dict[str, Any]]:
    """Return the tasks over all datasets, those first that bring the average most per effort."""
    groups: dict[tuple[str, str], list[Task]] = {}
    for one in found:
        for task in one.tasks:
            groups.setdefault((task.kind.key, task.variant), []).append(task)
    ordered = sorted(
        groups.items(), key=lambda item: (
            item[0][1] in TO_LOOK_AT, -sum(task.worth for task in item[1]), item[0])
    )  # fmt: skip
    return [
        {
            "task": key,
            "variant": variant,
            "property": same[0].kind.property,
            "at": same[0].place,
            "example": _usual(task.example for task in same),
            "datasets": len(same),
            "points": round(sum(task.points for task in same) / len(found), 1),
            "doubtful": round(sum(task.doubtful for task in same) / len(found), 1),
            "effort": {"level": same[0].kind.effort, **EFFORTS[same[0].kind.effort]},
            "repair": sorted({task.rule for task in same if task.rule}),
            "text": dict(same[0].text),
            "wrong": _wrong(same),
        }
        for (key, variant), same in ordered
    ]


def _wrong(same: Iterable[Task]) -> list[dict[str, str]]:
    """Return the mistakes of most datasets."""
    counts = Counter((one["nl"], one["en"]) for task in same for one in task.mistakes)
    ordered = sorted(counts, key=lambda mistake: (-counts[mistake], mistake))
    return [{"nl": nl, "en": en} for nl, en in ordered[:_WRONG]]


def _usual(examples: Iterable[str]) -> str:
    """Return the one that stands most, whatever the order."""
    counts = Counter(examples)
    return min(counts, key=lambda example: (-counts[example], example))


def titles(values: Sequence[Term]) -> dict[str, str]:
    """Return the texts of a title by language ("" for none), without signs that steer a screen."""
    return dict(sorted(_titles(values)))


def _titles(values: Sequence[Term]) -> Iterator[tuple[str, str]]:
    for value in sorted(values):
        if is_literal(value):
            parts = literal_of(value)
            yield parts.language, one_line(parts.text)


def _name(node: Term) -> str:
    return node[1:-1] if node.startswith("<") else node
