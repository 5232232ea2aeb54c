"""What each portal does with the datasets of a card, and what is behind most of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.quality.portals.model import DROPPED, NOT_PUBLIC, OTHERWISE, REJECTED, SEVERITIES

# of a portal
_MOST: Final = 3


def reasons(card: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """Return per portal what is behind it: severity, text and datasets, the worst first.

    Without a number of datasets it is about the feed as a whole. What only shows in another way
    is told where it hides that the data are public.
    """
    rules = card.get("rules", {})
    found = [
        _of([feed], 0) + _of([one["portals"][number] for one in card["datasets"]], _MOST)
        for number, feed in enumerate(card.get("portals", ()))
    ]
    # of a rule that the card says nothing of, nothing is doubted
    return [[{**one, "certain": rules.get(one["rule"], {}).get("certain", True)} for one in each]
            for each in found]  # fmt: skip


def _of(previews: Sequence[Mapping[str, Any]], most: int) -> list[dict[str, Any]]:
    rules: dict[tuple[int, str], list[Mapping[str, Any]]] = defaultdict(list)
    for one in previews:
        told = {REJECTED, DROPPED} | ({OTHERWISE} if one["status"] == NOT_PUBLIC else set())
        for found in one["findings"]:
            if found["severity"] in told or not most:
                rules[SEVERITIES.index(found["severity"]), found["rule"]].append(found)
    ordered = sorted(rules.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1]))
    return [
        {"rule": rule, "severity": SEVERITIES[level], "datasets": len(found) if most else 0,
         # what differs per dataset is told of one
         "text": dict(min((one["text"] for one in found),
                          key=lambda text: (text["en"], text["nl"])))}
        for (level, rule), found in ordered[: most or None]
    ]  # fmt: skip
