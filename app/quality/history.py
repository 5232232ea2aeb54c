"""Score cards as rows of the history of scores, and that history as what a trend is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.store.scores import WHOLE, Row

# a registered source is known by its name below this; own catalogs by their path
_REGISTERED: Final = "bron/"


def registered(name: str) -> str:
    """Return what the history knows a registered source by."""
    return _REGISTERED + name


def basis_of(card: Mapping[str, Any]) -> str:
    """Return from what a card is; one that took over earlier answers is from links too."""
    asked = any(one.get("links") for one in card["datasets"])
    return "links" if asked else str(card["evidence"]["basis"])


def rows(card: Mapping[str, Any], at: str, base: str = "") -> list[Row]:
    """Return the rows of a card, that of the whole first; own things go by their path.

    So a base IRI that moves does not end their history. A dataset without an address has another
    name in each reading, so no history. `at` is an xsd:dateTime.
    """
    found = card["datasets"]
    basis = basis_of(card)
    return [
        _row(WHOLE, at, {**card["mean"], "stars": card.get("stars")}, basis, len(found)),
        *(
            _row(one["dataset"].removeprefix(base), at, one, basis, 1)
            for one in found
            if not one["dataset"].startswith("_:")
        ),
    ]


def _row(name: str, at: str, scored: Mapping[str, Any], basis: str, datasets: int) -> Row:
    dimensions = {
        key: (float(found["sure"]), float(found["possible"]))
        for key, found in scored["dimensions"].items()
    }
    # cards of before there were stars have none
    stars = scored.get("stars") or {}
    return Row(name, at, float(scored["sure"]), float(scored["possible"]), dimensions,
               stars.get("sure"), stars.get("possible"), basis, datasets)  # fmt: skip


def trend(history: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the points of a trend as JSON values, in their order: the last of each day (UTC)."""
    days = {row.time[:10]: row for row in history}
    return [{"time": row.time, "sure": row.sure, "possible": row.possible, "stars": row.stars,
             "datasets": row.datasets, "basis": row.basis} for row in days.values()]  # fmt: skip
