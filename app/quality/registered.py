"""The registered sources of a coordinator: from the list and what was kept of it to an overview."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Final

from app.errors import StoreUnavailableError
from app.quality.history import registered
from app.quality.news import Run
from app.quality.overview import entry, overview
from app.store.history import History, HistoryError
from app.store.scores import Row, Scores
from app.validation.feeds import Feed

# a year of looks, one a day
_SHOWN: Final = 366


def overview_of(
    feeds: Iterable[Feed],
    history: History[Run],
    scores: Scores,
    failed: Callable[[str, HistoryError], None] = lambda *_: None,
) -> dict[str, Any]:
    """Return the overview of feeds (`app.quality.overview`) from what was kept; scores nothing.

    `failed` is told of a feed whose history is damaged: it is among those that wait. Without a
    history of scores there is no trend.
    """
    entries, waiting = [], []
    for feed in feeds:
        try:
            record = history.read(feed.name)
            card = history.model(record)
        except HistoryError as error:
            failed(feed.name, error)
            waiting.append(feed.name)
            continue
        if card is None:
            waiting.append(feed.name)
            continue
        entries.append(entry(feed.name, card, _past(scores, feed.name), source=feed.source,
                             runs=record.runs))  # fmt: skip
    made = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return overview(entries, waiting, made)


def _past(scores: Scores, name: str) -> list[Row]:
    try:
        return scores.history(registered(name), most=_SHOWN)
    except StoreUnavailableError:
        # said where the next scores are noted
        return []
