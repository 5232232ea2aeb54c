"""`vijfster score --feeds`: a list of catalogs is scored for cron; what changed is told."""

from __future__ import annotations

import json
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from app.cli.output import failed, note, say
from app.cli.overviews import Files, Kept
from app.cli.standing import BARS, OURS, PICTURED, SHOWN, UNREAD, chosen, obtain, when
from app.errors import VijfsterError
from app.quality.indicators import HIGHEST
from app.quality.news import Run, letter, subject
from app.quality.scorer import Scorer
from app.quality.standing import Pending, Standing
from app.store.board import Board
from app.store.history import HistoryError
from app.validation.feeds import Feed


class Scores:
    """The catalogs of a list, or those that are named, with their history in a folder."""

    def __init__(
        self, path: Path, names: Sequence[str], kept: Kept, files: Files, lang: str, *,
        as_json: bool,
    ) -> None:  # fmt: skip
        """Read the list.

        Raises:
            InputError: It cannot be used, or has no feed of a name; or a file has no such form.
        """
        files.check(as_json=as_json)
        self._path, self._feeds = path, chosen(path, names)
        self._kept, self._files = kept, files
        self._lang, self._as_json = lang, as_json

    def run(self, scorer: Scorer, *, min_points: int, allow: str, board: Board | None) -> int:
        """Score each catalog, tell what changed, keep it; publish it if the list is the board's.

        Return 2 if one could not be read, 1 if a dataset lost something, is gone or is not sure of
        `min_points`, else 0.

        Raises:
            HistoryError: Another process is scoring, or nothing can be kept at all.
            InputError, StoreUnavailableError: A file or what everybody sees cannot be written.
        """
        standing = Standing(
            scorer.card, self._kept.history, lambda source, known: obtain(source, known, allow),
            links=scorer.look is not None,
        )  # fmt: skip
        codes, told = [0], list[dict[str, Any]]()
        with self._kept.history.lock():
            for feed in self._feeds:
                try:
                    codes.append(self._tell(standing.check(feed), told, min_points))
                except VijfsterError as error:
                    codes.append(2)
                    self._failed(feed, error, told)
                except typer.Exit:
                    # nobody reads on
                    raise
                except Exception:  # noqa: BLE001 - one bad feed never stops the others
                    codes.append(2)
                    traceback.print_exc()
                    self._failed(feed, OURS, told)
            # what is damaged was told above
            self._files.write(self._kept, self._feeds, self._lang, lambda *_: None)
            if board and board.is_of(self._path):
                self._kept.publish(board, chosen(self._path, ()))
        self._end(told)
        return max(codes)

    def show(self) -> int:
        """Print the runs of each catalog, oldest first, or make the files that are asked for.

        Return 0, or 2 where a history is damaged.

        Raises:
            InputError: A file cannot be written.
        """
        code, told = 0, list[dict[str, Any]]()
        if self._files != Files():
            damaged = list[str]()

            def fail(name: str, error: HistoryError) -> None:
                damaged.append(name)
                note(f"{name}:")
                failed(error, lang=self._lang)

            self._files.write(self._kept, self._feeds, self._lang, fail)
            return 2 if damaged else 0
        for feed in self._feeds:
            try:
                runs = self._kept.history.read(feed.name).runs
            except VijfsterError as error:
                code = 2
                self._failed(feed, error, told)
                continue
            told.append({"source": feed.source, "name": feed.name, "runs": list(map(asdict, runs))})
            if not self._as_json:
                say(f"{feed.name}:")
                if runs:
                    say(f"  {picture(runs[-PICTURED:])}")
                for run in runs[-SHOWN:]:
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
        self._kept.keep(pending, self._lang)
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


def picture(runs: Sequence[Run]) -> str:
    """Return a bar per run for the points of which it is sure; × where it could not be read."""
    top = len(BARS) - 1
    return "".join(
        UNREAD if run.error else BARS[max(0, min(top, int(run.mean["sure"] * top / HIGHEST)))]
        for run in runs
    )
