"""Standing checks: a feed is read, checked where it changed, and compared with the run before."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app import __version__
from app.errors import InputError
from app.net.fetch import Validators
from app.store.history import History, Record
from app.validation.compare import compared
from app.validation.feeds import Feed
from app.validation.lab import Lab
from app.validation.model import MODEL, model, unreadable
from app.validation.profiles import find
from app.validation.sources import Source

# a result that is not listed cannot be compared
_LISTED = 100_000


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one feed: `time` in UTC; `new`, `fixed` and `remaining` since the run before.

    `error` is the code of what made it unreadable, or "". An `unchanged` feed was not checked
    again: verdict and counts are those of the last check. `unchecked` is how many parts of the
    profiles were not checked, `unlisted` how many results were not compared.
    """

    time: str
    verdict: str
    counts: Mapping[str, int] = field(default_factory=dict)
    triples: int = 0
    new: int = 0
    fixed: int = 0
    remaining: int = 0
    unchecked: int = 0
    unlisted: int = 0
    unchanged: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Obtained:
    """What a feed holds; `source` is None where its server says that nothing changed."""

    source: Source | None
    validators: Validators | None = None


# the address or file of a feed, and what its server gave to ask "has it changed?" with
Obtain = Callable[[str, Validators | None], Obtained]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run with what it found: `model` is None where the feed is unchanged since `since`."""

    feed: Feed
    run: Run
    model: Mapping[str, Any] | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """An outcome and how to keep it: tell it first, so that a crash repeats it, not hides it."""

    outcome: Outcome
    keep: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """Checks feeds in a lab and keeps their history."""

    lab: Lab
    history: History[Run]
    obtain: Obtain
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)

    def check(self, feed: Feed) -> Pending:
        """Return the outcome for a feed; what cannot be read is an outcome too.

        Raises:
            HistoryError: Its history is damaged.
        """
        record = self.history.read(feed.name)
        time = self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            return self._check(feed, record, time)
        except InputError as error:
            told = unreadable(feed.name, error, line=getattr(error, "line", None))
            return self._unread(feed, record, time, model([], [told]))

    def _check(self, feed: Feed, record: Record[Run], time: str) -> Pending:
        against = self._against(feed)
        # checked against something else, the same data may give another verdict
        same = bool(record.model) and against == record.against
        found = self.obtain(feed.source, record.validators if same else None)
        if found.source is None:
            kept = replace(
                record, validators=merged_validators(record.validators, found.validators)
            )
            return self._unchanged(feed, kept, time)
        source = replace(found.source, where=feed.name)
        content = _digest(source.media_type, source.charset, source.base, source.data)
        kept = replace(record, content=content, against=against, validators=found.validators)
        if same and content == record.content:
            return self._unchanged(feed, kept, time)
        profiles = [self.lab.profile(name) for name in feed.profiles]
        profiles += [self.lab.own_shapes(_shapes(path)) for path in feed.shapes]
        told, chosen = self.lab.check(source, profiles, most=_LISTED)
        now = model(chosen or profiles, [told])
        if told["error"]:
            # the check before still stands, with all that belongs to it
            return self._unread(feed, record, time, now)
        return self._checked(feed, kept, time, now)

    def _checked(
        self, feed: Feed, record: Record[Run], time: str, now: Mapping[str, Any]
    ) -> Pending:
        before = self.history.model(record)
        if before is None or before.get("model") != MODEL:
            before = {"model": MODEL, "sources": []}
        result = compared(now, before)
        baseline, source = result["baseline"], now["sources"][0]
        run = Run(
            time, now["verdict"], source["counts"], source["triples"], new=baseline["new"],
            fixed=baseline["fixed"], remaining=baseline["remaining"],
            unchecked=len(source["unchecked"]), unlisted=baseline["unlisted"],
        )  # fmt: skip
        return Pending(Outcome(feed, run, result), lambda: self.history.add(record, run, now))

    def _unchanged(self, feed: Feed, record: Record[Run], time: str) -> Pending:
        last = record.checked
        assert last is not None
        run = replace(last, time=time, new=0, fixed=0, remaining=sum(last.counts.values()),
                      unlisted=0, unchanged=True)  # fmt: skip
        return Pending(Outcome(feed, run, since=last.time), lambda: self.history.add(record, run))

    def _unread(
        self, feed: Feed, record: Record[Run], time: str, now: Mapping[str, Any]
    ) -> Pending:
        run = Run(time, now["verdict"], error=now["sources"][0]["error"]["code"])
        return Pending(Outcome(feed, run, now), lambda: self.history.add(record, run))

    def _against(self, feed: Feed) -> str:
        """Return the digest of all that decides what is found in the same data.

        Raises:
            InputError: A profile or shapes file is not there.
        """
        places = self.lab.places
        # the profile that is chosen by the data may become any other
        automatic = not feed.profiles and not feed.shapes
        names = places.names() if automatic else feed.profiles
        files = [find(name, places.shapes) for name in names]
        files += [path for path in sorted(places.vocabularies.rglob("*")) if path.is_file()]
        own = [_shapes(path).data for path in feed.shapes]
        return _digest(
            __version__, MODEL, places.base, type(self.lab.engine).__name__,
            str(self.lab.allow_sparql), json.dumps([feed.profiles, list(map(str, feed.shapes))]),
            *(part for path in files for part in (path.name, path.read_bytes())), *own,
        )  # fmt: skip


def _shapes(path: Path) -> Source:
    try:
        return Source(path.read_bytes(), str(path), name=path.name, base=path.resolve().as_uri())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}",
                         nl=f"{path}: het bestand kan niet gelezen worden") from error  # fmt: skip


def merged_validators(known: Validators | None, found: Validators | None) -> Validators | None:
    """Return what to ask with next time: an answer "not modified" may leave things out."""
    if known is None or found is None or known.url != found.url:
        return known
    return Validators(
        known.url, found.etag or known.etag, found.last_modified or known.last_modified
    )


def _digest(*parts: str | bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(str(len(data)).encode() + b":" + data)
    return total.hexdigest()
