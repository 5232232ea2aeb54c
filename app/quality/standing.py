"""Standing scores: a catalog is scored again and again, each time compared with the time before."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from app import __version__
from app.errors import InputError
from app.net.fetch import Validators
from app.quality.difference import difference, known_from
from app.quality.news import Run
from app.store.history import History, Record
from app.validation.feeds import Feed
from app.validation.sources import Source
from app.validation.standing import Obtain, merged_validators

# with the tasks that are told in a letter
NEXT: Final = 3
# as many runs as a year of days; each holds what changed
KEPT: Final = 366


@dataclass(frozen=True, slots=True)
class Pending:
    """A run and how to keep it: tell it first, so that a crash repeats it, not hides it.

    `card` is None where nothing was scored: the catalog is unchanged or could not be read.
    """

    feed: Feed
    run: Run
    card: Mapping[str, Any] | None
    keep: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """Scores feeds and keeps their history.

    `score` gives the card of a source (`app.quality.card`). With `links` addresses are looked at,
    so a catalog that did not change is scored again.
    """

    score: Callable[[Source], Mapping[str, Any]]
    history: History[Run]
    obtain: Obtain
    links: bool = False
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)

    def check(self, feed: Feed) -> Pending:
        """Return the run of a feed; one that cannot be read is a run too.

        Raises:
            HistoryError: Its history is damaged.
        """
        record = self.history.read(feed.name)
        time = self.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        try:
            return self._check(feed, record, time)
        except InputError as error:
            # the card before still stands
            run = _failed(feed, record, time, error)
            return Pending(feed, run, None, lambda: self.history.add(record, run))

    def _check(self, feed: Feed, record: Record[Run], time: str) -> Pending:
        against = f"{__version__} {'links' if self.links else 'metadata'}"
        same = bool(record.model) and record.against == against and not self.links
        found = self.obtain(feed.source, record.validators if same else None)
        if found.source is None:
            return self._unchanged(feed, record, time, found.validators)
        source = replace(found.source, where=feed.name)
        content = hashlib.sha256(source.data).hexdigest()
        if same and content == record.content:
            return self._unchanged(feed, record, time, found.validators)
        card = self.score(source)
        before = self.history.model(record)
        run = Run(
            feed.name, time, {side: card["mean"][side] for side in ("sure", "possible")},
            len(card["datasets"]), since=record.checked.time if record.checked else "",
            change=difference(card, before) if before else None, next=card["next"][:NEXT],
            least=min(one["sure"] for one in card["datasets"]),
            unreached=card["evidence"]["unreached"],
        )  # fmt: skip
        kept = replace(record, content=content, against=against, validators=found.validators)
        # what was not asked now is compared the next time with what was last known
        model = known_from(card, before) if before else card
        return Pending(feed, run, card, lambda: self.history.add(kept, run, model))

    def _unchanged(
        self, feed: Feed, record: Record[Run], time: str, validators: Validators | None
    ) -> Pending:
        last, card = record.checked, self.history.model(record)
        assert last is not None
        assert card is not None
        run = replace(last, time=time, since=last.time, change=difference(card, card))
        kept = replace(record, validators=merged_validators(record.validators, validators))
        return Pending(feed, run, None, lambda: self.history.add(kept, run))


def _failed(feed: Feed, record: Record[Run], time: str, error: InputError) -> Run:
    last = record.checked
    return Run(
        feed.name, time, last.mean if last else {"sure": 0, "possible": 0},
        last.datasets if last else 0, since=last.time if last else "",
        error={"nl": error.detail_nl, "en": error.detail},
    )  # fmt: skip
