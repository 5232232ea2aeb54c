"""A score card as a table: a row per dataset and metric, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.quality.indicators import INDICATORS

COLUMNS: Final = ("dataset", "title_nl", "title_en", "metric", "dimension", "passed", "sure",
                  "possible", "highest")  # fmt: skip


def measured(card: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the rows of a card: of each dataset its indicators, dimensions and total.

    `passed` is empty where it is not known, and for sums; points are numbers with a point.
    """
    for one in sorted(card["datasets"], key=lambda one: one["dataset"]):
        title = one["title"]
        head = {"dataset": one["dataset"], "title_nl": title.get("nl") or title.get("", ""),
                "title_en": title.get("en", "")}  # fmt: skip
        for item in INDICATORS:
            passed = one["indicators"][item.name]["passed"]
            yield head | {"metric": item.name, "dimension": item.dimension,
                          "passed": "" if passed is None else str(passed).lower(),
                          "sure": str(item.points if passed else 0),
                          "possible": str(0 if passed is False else item.points),
                          "highest": str(item.points)}  # fmt: skip
        for name, found in one["dimensions"].items():
            yield head | {"metric": f"{name}Scoring", "dimension": name, **_sums(found)}
        yield head | {"metric": "scoring", **_sums({**one, "highest": card["highest"]})}


def _sums(found: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{found[name]:g}" for name in ("sure", "possible", "highest")}
