"""`vijfster validate --feeds`: a list of feeds is checked for cron; only what is new fails."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from app.cli.output import failed, note, say
from app.cli.validate import exit_code, fetched, read_source, source_of
from app.errors import InputError, VijfsterError
from app.net.fetch import Validators
from app.store.history import History
from app.validation.feeds import Feed, load_feeds
from app.validation.forms.text import news
from app.validation.forms.words import word
from app.validation.lab import Lab
from app.validation.standing import Obtained, Outcome, Pending, Run, Standing

_FORMS: Final = ("text", "json")
BARS: Final = "▁▂▃▄▅▆▇█"
UNREAD: Final = "×"
PICTURED, SHOWN = 60, 20
OURS: Final = VijfsterError("Vijfster made a mistake; the lines above say where",
                             nl="Vijfster maakte een fout; zie de regels hierboven")  # fmt: skip


def refuse_mixed(
    feeds: Path | None, sources: Sequence[str] | None, *, history: bool, alone: Sequence[object]
) -> None:
    """Refuse options that do not go together.

    Raises:
        InputError: There is nothing to check, or it is said twice what and how.
    """
    if feeds is None and not sources:
        raise InputError("give a file or an address, or --feeds with a list",
                         nl="geef een bestand of een adres, of --feeds met een lijst")  # fmt: skip
    if feeds is None and history:
        raise InputError("--history goes with --feeds", nl="--history hoort bij --feeds")
    if feeds is not None and any(alone):
        raise InputError(
            "with --feeds the list says what each feed is checked against, and each is compared "
            "with its own run before; leave out --profile, --shapes, --context, --baseline and "
            "--output",
            nl="bij --feeds zegt de lijst waaraan elke feed getoetst wordt, en wordt elke feed "
            "vergeleken met zijn vorige keer; laat --profile, --shapes, --context, --baseline en "
            "--output weg",
        )


def chosen(path: Path, names: Sequence[str]) -> list[Feed]:
    """Return the feeds of a list, those of some names or all.

    Raises:
        InputError: The list cannot be used, or has no feed of a name.
    """
    feeds = load_feeds(path)
    known = {feed.name for feed in feeds}
    for name in names:
        if name not in known:
            offer = ", ".join(feed.name for feed in feeds)
            raise InputError(f"no feed {name!r} in {path}; there are {offer}",
                             nl=f"geen feed {name!r} in {path}; wel: {offer}")  # fmt: skip
    return [feed for feed in feeds if not names or feed.name in names]


class Checks:
    """The feeds of a list, or those that are named, with their history in a folder."""

    def __init__(
        self, path: Path, names: Sequence[str], folder: Path, form: str, lang: str
    ) -> None:
        """Read the list.

        Raises:
            InputError: It cannot be used, or has no feed of a name; or there is no such form.
        """
        if form not in _FORMS:
            raise InputError(f"with --feeds --format is one of {', '.join(_FORMS)}",
                             nl=f"bij --feeds is --format een van {', '.join(_FORMS)}")  # fmt: skip
        self._feeds = chosen(path, names)
        self._history = History(folder, Run)
        self._form, self._lang = form, lang

    def run(self, lab: Lab, *, fail_on: str, allow: str) -> int:
        """Check each feed, tell it, keep it; return the highest exit code of the feeds.

        Raises:
            HistoryError: Another process is checking, or nothing can be kept at all.
        """
        standing = Standing(lab, self._history, lambda source, known: obtain(source, known, allow))
        codes, told = [0], list[dict[str, Any]]()
        with self._history.lock():
            for feed in self._feeds:
                try:
                    pending = standing.check(feed)
                    codes.append(_code(pending.outcome, fail_on))
                    self._tell(pending, told)
                except VijfsterError as error:
                    codes.append(2)
                    self._failed(feed, error, told)
                except Exception:  # noqa: BLE001 - one bad feed never stops the others
                    codes.append(2)
                    traceback.print_exc()
                    self._failed(feed, OURS, told)
        if self._form == "json":
            say(json.dumps({"checks": "1", "feeds": told}, ensure_ascii=False, indent=2))
        return max(codes)

    def show(self) -> int:
        """Print the runs of each feed, oldest first. Return 0, or 2 where a history is damaged."""
        code, told = 0, list[dict[str, Any]]()
        for feed in self._feeds:
            try:
                runs = self._history.read(feed.name).runs
            except VijfsterError as error:
                code = 2
                self._failed(feed, error, told)
                continue
            told.append({"name": feed.name, "source": feed.source, "runs": list(map(_run, runs))})
            if self._form == "text":
                self._show(feed, runs)
        if self._form == "json":
            say(json.dumps({"checks": "1", "feeds": told}, ensure_ascii=False, indent=2))
        return code

    def _tell(self, pending: Pending, told: list[dict[str, Any]]) -> None:
        outcome = pending.outcome
        if self._form == "json":
            pending.keep()
            told.append(_entry(outcome))
        else:
            say(_line(outcome, self._lang))
            pending.keep()

    def _failed(self, feed: Feed, error: VijfsterError, told: list[dict[str, Any]]) -> None:
        if self._form == "json":
            message = {"nl": error.detail_nl, "en": error.detail}
            said = {"code": error.code, "line": None, "message": message}
            told.append({"name": feed.name, "source": feed.source, "error": said})
        note(f"{feed.name}:")
        failed(error, lang=self._lang)

    def _show(self, feed: Feed, runs: Sequence[Run]) -> None:
        lang = self._lang
        say(f"{feed.name}: {word('runs', lang, count=len(runs))}")
        if not runs:
            return
        say(f"  {sparkline(runs[-PICTURED:])}  {word('picture', lang)}")
        for run in runs[-SHOWN:]:
            verdict = word(run.verdict, lang)
            if run.error:
                told = run.error
            else:
                numbers = {"new": run.new, "fixed": run.fixed, "remaining": run.remaining}
                told = (
                    f"{word('summary', lang, **run.counts)} {word('difference', lang, **numbers)}"
                )
            mark = f" ({word('unchanged', lang)})" if run.unchanged else ""
            say(f"  {when(run.time)}  {verdict}{mark}. {told}")


def sparkline(runs: Sequence[Run]) -> str:
    """Return a bar per run for its violations; × where it could not be read."""
    most = max((run.counts.get("Violation", 0) for run in runs), default=0)
    out = ""
    for run in runs:
        count = run.counts.get("Violation", 0)
        # whatever is wrong is seen: only none at all gives the lowest bar
        height = -(-count * (len(BARS) - 1) // most) if most else 0
        out += UNREAD if run.error else BARS[height]
    return out


def obtain(source: str, known: Validators | None, allow: str) -> Obtained:
    """Return what a file or an address holds, or that it did not change.

    Raises:
        InputError: It cannot be read, or may not be fetched.
    """
    if not source.startswith(("http://", "https://")):
        return Obtained(read_source(source))
    found = fetched(source, allow, known)
    if found.not_modified:
        return Obtained(None, found.validators)
    return Obtained(source_of(found, source), found.validators)


def _code(outcome: Outcome, fail_on: str) -> int:
    if outcome.model is None:
        return 2 if outcome.run.unchecked else 0
    return exit_code(outcome.model, fail_on)


def _line(outcome: Outcome, lang: str) -> str:
    run, name = outcome.run, outcome.feed.name
    verdict = word(run.verdict, lang)
    if outcome.model is None:
        since = word("unchanged_since", lang, time=when(outcome.since))
        numbers = word("difference", lang, new=0, fixed=0, remaining=run.remaining)
        return f"{name}: {verdict}, {since}. {numbers}"
    error = outcome.model["sources"][0]["error"]
    if error:
        return f"{name}: {verdict}. {error['message'][lang]}"
    return f"{name}: {verdict}. {news(outcome.model, lang)}".rstrip("\n")


def _entry(outcome: Outcome) -> dict[str, Any]:
    source = outcome.model["sources"][0] if outcome.model else {"groups": [], "error": None}
    return {
        "name": outcome.feed.name,
        "source": outcome.feed.source,
        **_run(outcome.run),
        "since": outcome.since,
        "error": source["error"],
        "causes": [_cause(group) for group in source["groups"] if group.get("new")],
        "fixed_causes": outcome.model["baseline"]["causes"]
        if outcome.model and "baseline" in outcome.model else [],
    }  # fmt: skip


def _cause(group: Mapping[str, Any]) -> dict[str, Any]:
    facts = ("profile", "shape", "component", "severity", "property", "message", "remedy", "clause")
    return {**{fact: group[fact] for fact in facts}, "count": group["new"]}


def _run(run: Run) -> dict[str, Any]:
    return {name: getattr(run, name) for name in Run.__dataclass_fields__}


def when(time: str) -> str:
    """Return a time as people read it."""
    return f"{time[:10]} {time[11:16]} UTC"
