"""A part of a score card as its page shows it: words of one language, numbers of pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.quality.forms import Card
from app.quality.indicators import DIMENSIONS, INDICATORS, rating
from app.quality.labels import LABELS
from app.quality.reasons import REASONS
from app.quality.text import basis, counted, example, span, title_of
from app.quality.text import number as points_said
from app.quality.words import HEADS, PLACES, RATINGS
from app.web.scorebeside import beside, portals, stars
from app.web.site import View

_NEXT: Final = 3
Values = dict[str, Any]


def values(view: View, card: Card) -> Values:
    """Return what the template shows of a card that `app.quality.forms.shown` made."""
    words, lang, whole = view.words, view.language, card["mean"]
    evidence = card["evidence"]
    return {
        **_head(view, whole, card["highest"]),
        "stars": stars(view, card.get("stars")), "portals": portals(view, card),
        "source": card["source"], "count": card["count"], "first": card["first"],
        "counted": counted(card["count"]), "highest": card["highest"],
        "basis": " ".join(basis(evidence, lang)), "alarm": bool(evidence.get("unreached")),
        "ranged": whole["sure"] != whole["possible"] and words(
            "score_range", sure=points_said(whole["sure"], lang),
            possible=points_said(whole["possible"], lang)),
        "bounds": _bounds(view, card["highest"]),
        "dimensions": [_dimension(view, name, whole["dimensions"][name]) for name in DIMENSIONS],
        "ratings": [(name, RATINGS[name][lang], count, round(100 * count / card["count"]))
                    for name, count in card["ratings"].items()],
        "next": [_task(view, task, card["source"], card["count"])
                 for task in card["next"][:_NEXT]],
        "datasets": [_dataset(view, one, card, number)
                     for number, one in enumerate(card["datasets"], card["first"])],
        "page": card["page"], "pages": card["pages"],
    }  # fmt: skip


def web_link(address: str) -> str:
    """Return an address that may be followed, or ""."""
    return address if address.startswith(("http://", "https://")) else ""


def _head(view: View, found: Mapping[str, Any], highest: int) -> Values:
    """Return what is said first of a catalog or a dataset: points and class."""
    lang = view.language
    low, high = (RATINGS[found["rating"][side]][lang] for side in ("sure", "possible"))
    word = low if low == high else view.words("score_to", low=low, high=high)
    return {
        "points": span(found, lang), "word": word, "rating": found["rating"]["sure"],
        **_bar(found, highest),
    }  # fmt: skip


def _bar(found: Mapping[str, float], highest: float) -> Values:
    """Return the widths of a bar in percents."""
    return {"sure": round(100 * found["sure"] / highest, 1),
            "possible": round(100 * found["possible"] / highest, 1)}  # fmt: skip


def _bounds(view: View, highest: int) -> list[Values]:
    """Return the classes on a scale of percents, the lowest first."""
    starts = [0] + [points for points in range(1, highest + 1)
                    if rating(points) != rating(points - 1)]  # fmt: skip
    ends = [*starts[1:], highest]
    return [
        {"name": rating(start), "word": RATINGS[rating(start)][view.language], "from": start,
         "at": round(100 * start / highest, 1), "width": round(100 * (end - start) / highest, 1)}
        for start, end in zip(starts, ends, strict=True)
    ]  # fmt: skip


def _dimension(view: View, name: str, found: Mapping[str, float]) -> Values:
    words, lang = view.words, view.language
    return {
        "name": HEADS[name][lang], "why": words(f"score_explained_{name}"),
        "said": words("score_part", points=span(found, lang), highest=found["highest"]),
        **_bar(found, found["highest"]),
    }  # fmt: skip


def _task(view: View, task: Mapping[str, Any], source: str, total: int = 0) -> Values:
    """Return a task; with a total it is one of a catalog, and brings points on average."""
    words, lang = view.words, view.language
    gains = []
    if task["points"]:
        key = "score_gain_mean" if total > 1 else "score_gain"
        gains.append(words(key, points=points_said(task["points"], lang)))
    if task["doubtful"]:
        gains.append(words("score_doubt", points=points_said(task["doubtful"], lang)))
    rules = task["repair"]
    return {
        "text": task["text"][lang], "gain": ", ".join(gains), "effort": task["effort"][lang],
        "example": example(task, source),
        "at": PLACES.get(task.get("at", ""), {}).get(lang, ""),
        "wrong": [one[lang] for one in task.get("wrong", ())],
        "runs": not task["property"], "rules": [rules] if isinstance(rules, str) and rules else
        rules or [],
        "where": words("score_datasets", count=task["datasets"], total=total) if total > 1 else "",
    }  # fmt: skip


def _dataset(view: View, one: Mapping[str, Any], card: Card, number: int) -> Values:
    words, lang = view.words, view.language
    tasks = [_task(view, task, card["source"]) for task in one["tasks"]]
    return {
        **_head(view, one, card["highest"]),
        "number": number, "title": title_of(one, lang), "name": one["dataset"],
        "href": web_link(one["dataset"]), "tasks": tasks,
        "dimensions": [_dimension(view, name, one["dimensions"][name]) for name in DIMENSIONS],
        "indicators": [_indicator(view, item.name, item.dimension, one["indicators"][item.name])
                       for item in INDICATORS],
        "best": one["distributions"] > 1 and words("score_best", count=one["distributions"]),
        "wrong": one["violations"] and words("score_wrong", count=one["violations"]),
        "links": [*_links(view, one.get("links", ()))],
        "stars": stars(view, one.get("stars")), **beside(view, card, one),
    }  # fmt: skip


def _indicator(view: View, name: str, dimension: str, found: Mapping[str, Any]) -> Values:
    said = {True: "score_yes", False: "score_no", None: "score_unknown"}[found["passed"]]
    return {
        "name": LABELS[name][view.language], "dimension": HEADS[dimension][view.language],
        "said": view.words(said), "kind": said.removeprefix("score_"), "points": found["points"],
    }  # fmt: skip


def _links(view: View, found: Sequence[Mapping[str, Any]]) -> Iterable[Values]:
    seen = set()
    for one in found:
        if one["url"] in seen:
            continue
        seen.add(one["url"])
        status = one["status"] if one["status"] is not None else one["head"]
        # with a reason it gave no file, whatever its status
        good = status is not None and 200 <= status < 300 and not one["reason"]
        yield {
            "url": one["url"], "href": web_link(one["url"]), "good": good, "time": one["time"],
            "said": str(status) if status else view.words("score_no_answer"),
            "kind": one["media_type"],
            "why": REASONS.get(one["reason"], {}).get(view.language, ""),
        }  # fmt: skip
