"""The forms of a score card for who asks: JSON, a table, text, and a part of it for a page."""

from __future__ import annotations

import codecs
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.quality.indicators import DIMENSIONS
from app.quality.portals.reasons import reasons
from app.quality.text import text, title_of
from app.quality.words import HEADS, RATINGS
from app.tables.writing import safe_csv

Card = Mapping[str, Any]
JSON, CSV, TEXT, PAGE = "json", "csv", "text", "page"
# how the datasets of a page may be ordered; those that have least come first unless asked
WORST, BEST, TITLE, STARS = SORTS = ("worst", "best", "title", "stars")
# datasets on one page
SIZE: Final = 25
_SIDES: Final = ("sure", "possible")
_HEADS: Final[Mapping[str, Mapping[str, str]]] = {
    "title": {"nl": "titel", "en": "title"},
    "sure": {"nl": "{} zeker", "en": "{} sure"},
    "possible": {"nl": "{} mogelijk", "en": "{} possible"},
    "rating": {"nl": "klasse", "en": "class"},
    "stars": {"nl": "sterren", "en": "stars"},
    "violations": {"nl": "fouten tegen DCAT-AP", "en": "errors against DCAT-AP"},
    "first": {"nl": "doe eerst", "en": "do first"},
    "example": {"nl": "voorbeeld", "en": "example"},
}


@dataclass(frozen=True, slots=True)
class Part:
    """Which datasets of a card: a page of them (from 1), in an order."""

    sort: str = WORST
    page: int = 1


FIRST: Final = Part()


def written(card: Card, form: str, lang: str, part: Part) -> bytes:
    """Return a card in a form: json, csv, text, or page (JSON with a part of its datasets)."""
    if form == CSV:
        return _table(card, lang)
    if form == TEXT:
        return text(card, lang).encode()
    found = shown(card, lang, part) if form == PAGE else card
    return json.dumps(found, ensure_ascii=False).encode()


def shown(card: Card, lang: str, part: Part) -> dict[str, Any]:
    """Return a card with the datasets of one page, and what the page says of the others."""
    datasets = card["datasets"]
    pages = max(1, math.ceil(len(datasets) / SIZE))
    page = min(part.page, pages)
    ordered = _ordered(datasets, lang, part.sort)
    # of each portal, how many datasets it does what with
    statuses = [Counter(one["portals"][number]["status"] for one in datasets)
                for number in range(len(card.get("portals", ())))]  # fmt: skip
    ratings = Counter(one["rating"]["sure"] for one in datasets)
    return {
        **card, "datasets": ordered[(page - 1) * SIZE : page * SIZE], "count": len(datasets),
        "statuses": statuses, "reasons": reasons(card),
        "ratings": {name: ratings[name] for name in RATINGS},
        "page": page, "pages": pages, "sort": part.sort, "first": (page - 1) * SIZE + 1,
    }  # fmt: skip


def _ordered(datasets: list[Card], lang: str, sort: str) -> list[Card]:
    if sort == BEST:
        return sorted(datasets, key=lambda one: (-one["sure"], -one["possible"], one["dataset"]))
    if sort == TITLE:
        return sorted(datasets, key=lambda one: (title_of(one, lang).casefold(), one["dataset"]))
    if sort == STARS:
        return sorted(datasets, key=lambda one: (
            [one["stars"][side] for side in _SIDES] if one.get("stars") else [], one["sure"],
            one["dataset"]))  # fmt: skip
    # so they stand in the card
    return datasets


def _table(card: Card, lang: str) -> bytes:
    """Return UTF-8 with a mark, so that Excel reads it as such; a row per dataset."""
    rows = [*_rows(card, lang)]
    return codecs.BOM_UTF8 + safe_csv([*dict.fromkeys(name for row in rows for name in row)], rows)


def _rows(card: Card, lang: str) -> Iterator[dict[str, str]]:
    def head(name: str, of: str = "") -> str:
        return _HEADS[name][lang].format(of)

    for one in card["datasets"]:
        row = {HEADS["dataset"][lang]: one["dataset"], head("title"): title_of(one, lang)}
        points = {HEADS["points"][lang]: one}
        points |= {HEADS[name][lang]: one["dimensions"][name] for name in DIMENSIONS}
        if one.get("stars"):
            points = {head("stars"): one["stars"], **points}
        for name, found in points.items():
            row |= {head(side, name): f"{found[side]:g}" for side in _SIDES}
        row[head("rating")] = RATINGS[one["rating"]["sure"]][lang]
        row[head("violations")] = str(one["violations"])
        task = next(iter(one["tasks"]), None)
        row[head("first")] = task["text"][lang] if task else ""
        row[head("example")] = f"{task['property']} {task['example']}".strip() if task else ""
        yield row
