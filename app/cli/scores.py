"""`vijfster score --feeds`: a list of catalogs is scored for cron; what changed is told."""

from __future__ import annotations

import json
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from app.cli.output import failed, note, say
from app.cli.standing import OURS, chosen, obtain, when
from app.errors import InputError, VijfsterError
from app.quality.news import Run, atom, letter, subject
from app.quality.scorer import Scorer
from app.quality.standing import KEPT, Pending, Standing
from app.store.history import History
from app.validation.feeds import Feed

# of what a picture shows, and a table under it
_PICTURED, _SHOWN = 60, 20
_BARS: Final = "▁▂▃▄▅▆▇█"
_HIGHEST: Final = 405
_UNREAD: Final = "×"


class Scores:
    """The catalogs of a list, or those that are named, with their history in a folder."""

    def __init__(
        self, path: Path, names: Sequence[str], folder: Path, lang: str, *, as_json: bool
    ) -> None:
        """Read the list.

        Raises:
            InputError: It cannot be used, or has no feed of a name.
        """
        self._feeds = chosen(path, names)
        self._history = History(folder, Run, kept=KEPT)
        self._lang, self._as_json = lang, as_json

    def run(self, scorer: Scorer, *, min_points: int, allow: str, atom_file: Path | None) -> int:
        """Score each catalog, tell what changed, keep it.

        Return 2 if one could not be read, 1 if a dataset lost something, is gone or is not sure of
        `min_points`, else 0.

        Raises:
            HistoryError: Another process is scoring, or nothing can be kept at all.
        """
        standing = Standing(
            scorer.card, self._history, lambda source, known: obtain(source, known, allow),
            links=scorer.look is not None,
        )  # fmt: skip
        codes, told = [0], list[dict[str, Any]]()
        with self._history.lock():
            for feed in self._feeds:
                try:
                    codes.append(self._tell(standing.check(feed), told, min_points))
                except VijfsterError as error:
                    codes.append(2)
                    self._failed(feed, error, told)
                except Exception:  # noqa: BLE001 - one bad feed never stops the others
                    codes.append(2)
                    traceback.print_exc()
                    self._failed(feed, OURS, told)
            if atom_file:
                self._write(atom_file)
        self._end(told)
        return max(codes)

    def show(self) -> int:
        """Print the runs of each catalog, oldest first. Return 0, or 2 where one is damaged."""
        code, told = 0, list[dict[str, Any]]()
        for feed in self._feeds:
            try:
                runs = self._history.read(feed.name).runs
            except VijfsterError as error:
                code = 2
                self._failed(feed, error, told)
                continue
            told.append({"source": feed.source, "name": feed.name, "runs": list(map(asdict, runs))})
            if not self._as_json:
                say(f"{feed.name}:")
                if runs:
                    say(f"  {picture(runs[-_PICTURED:])}")
                for run in runs[-_SHOWN:]:
                    say(f"  {when(run.time)}  {subject(run, self._lang)}")
        self._end(told)
        return code

    def _tell(self, pending: Pending, told: list[dict[str, Any]], min_points: int) -> int:
        run = pending.run
        if self._as_json:
            told.append({"source": pending.feed.source, **asdict(run), "card": pending.card})
        elif run.moved:
            say(letter(run, self._lang))
        else:
            say(subject(run, self._lang))
        pending.keep()
        if run.error:
            return 2
        return int(run.worse or (run.least is not None and run.least < min_points))

    def _failed(self, feed: Feed, error: VijfsterError, told: list[dict[str, Any]]) -> None:
        message = {"nl": error.detail_nl, "en": error.detail}
        told.append({"source": feed.source, "name": feed.name, "error": message})
        note(f"{feed.name}:")
        failed(error, lang=self._lang)

    def _end(self, told: Sequence[dict[str, Any]]) -> None:
        if self._as_json:
            say(json.dumps({"feeds": told}, ensure_ascii=False, indent=2))

    def _write(self, path: Path) -> None:
        runs = [run for feed in self._feeds for run in reversed(self._history.read(feed.name).runs)]
        beside = path.with_name(f".new-{path.name}")
        try:
            beside.write_bytes(atom(runs, self._lang))
            beside.replace(path)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}",
                             nl=f"{path}: kan niet geschreven worden") from error  # fmt: skip


def picture(runs: Sequence[Run]) -> str:
    """Return a bar per run for the points of which it is sure; × where it could not be read."""
    top = len(_BARS) - 1
    return "".join(
        _UNREAD if run.error else _BARS[max(0, min(top, int(run.mean["sure"] * top / _HIGHEST)))]
        for run in runs
    )
