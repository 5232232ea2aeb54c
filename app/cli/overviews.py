"""Where the scores of a list are told besides the terminal: an Atom feed, an overview, pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.cli.output import note, say
from app.errors import InputError, StoreUnavailableError
from app.quality.history import registered, rows
from app.quality.news import Run, atom
from app.quality.overviewforms import as_csv, as_json, as_text
from app.quality.overviewpage import page
from app.quality.registered import overview_of
from app.quality.standing import KEPT, Pending
from app.store.board import Board
from app.store.history import History, HistoryError
from app.store.scores import Scores
from app.validation.feeds import Feed

TERMINAL: Final = Path("-")
_FORMS: Final = (".html", ".csv", ".json")
Failed = Callable[[str, HistoryError], None]


class Kept:
    """What is kept of the sources below a state folder.

    `history` has the news, and the last card that the next is compared with; `scores` the numbers
    over time, that trends and changes come from.
    """

    def __init__(self, state_dir: Path, scores: Scores) -> None:
        self.history = History(state_dir / "scores", Run, kept=KEPT)
        self._scores = scores

    def keep(self, pending: Pending, lang: str) -> None:
        """Keep a run; numbers that cannot be written are told and stop nothing."""
        pending.keep()
        if pending.run.error:
            return
        name = pending.feed.name
        # the card that stands: with what was known before of what was not asked now
        card = self.history.model(self.history.read(name))
        assert card is not None
        try:
            self._scores.note(registered(name), rows(card, pending.run.time))
        except StoreUnavailableError as error:
            note(f"{name}: {error.detail_nl if lang == 'nl' else error.detail}")

    def runs(self, feeds: Iterable[Feed], failed: Failed = lambda *_: None) -> Iterator[Run]:
        """Yield the runs of feeds; a damaged history has nothing to tell."""
        for feed in feeds:
            try:
                yield from reversed(self.history.read(feed.name).runs)
            except HistoryError as error:
                failed(feed.name, error)

    def written(
        self, feeds: Iterable[Feed], form: str, lang: str, failed: Failed = lambda *_: None
    ) -> bytes:
        """Return the overview in a form: a suffix, or "" for text."""
        found = overview_of(feeds, self.history, self._scores, failed)
        if form == ".html":
            return page(found, lang)
        if form == ".csv":
            return as_csv(found)
        return as_json(found) if form == ".json" else as_text(found, lang).encode()

    def publish(self, board: Board, feeds: Sequence[Feed]) -> None:
        """Show the overview to everybody.

        Raises:
            StoreUnavailableError: It cannot be written.
        """
        found = overview_of(feeds, self.history, self._scores)
        # why a source cannot be read may tell of files and addresses inside
        runs = [run for run in self.runs(feeds) if not run.error]
        board.write(found, {lang: atom(runs, lang).decode() for lang in ("nl", "en")})


@dataclass(frozen=True, slots=True)
class Files:
    """The files that are asked for: news as Atom, and an overview whose suffix says its form."""

    atom: Path | None = None
    overview: Path | None = None

    def check(self, *, as_json: bool) -> None:
        """Refuse what cannot be made, before anything is scored.

        Raises:
            InputError: The overview has another suffix, or nowhere to go.
        """
        if self.overview == TERMINAL:
            if as_json:
                raise InputError("with --json, give --overview a file",
                                 nl="geef --overview een bestand bij --json")  # fmt: skip
        elif self.overview and self.overview.suffix.lower() not in _FORMS:
            offer = ", ".join(_FORMS)
            raise InputError(f"{self.overview}: --overview ends in {offer}, or is -",
                             nl=f"{self.overview}: --overview eindigt op {offer}, of is "
                             "-")  # fmt: skip

    def write(self, kept: Kept, feeds: Sequence[Feed], lang: str, failed: Failed) -> None:
        """Write them from what is kept.

        Raises:
            InputError: One cannot be written; what was there before still is.
        """
        if self.atom:
            _replace(self.atom, atom(kept.runs(feeds, failed), lang))
        if self.overview:
            suffix = self.overview.suffix.lower()
            body = kept.written(feeds, suffix, lang, failed)
            if self.overview == TERMINAL:
                say(body.decode().rstrip("\n"))
            else:
                _replace(self.overview, body)


def _replace(path: Path, body: bytes) -> None:
    beside = path.with_name(f".new-{path.name}")
    try:
        beside.write_bytes(body)
        beside.replace(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}",
                         nl=f"{path}: kan niet geschreven worden") from error  # fmt: skip
