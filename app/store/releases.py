"""Release folders: written in a temporary folder, synced, renamed; garbage unless the ledger knows.

Layout of a release: `data.nq.gz` (the truth), `documents.sqlite`, `sparql/`, `dumps/`, `feed/`,
`report.json`, `report.ttl`, `quality.json`, `answers.json`, `manifest.json`.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from app.errors import BuildError, BuildLockedError, StoreUnavailableError
from app.store.ledger import Ledger, Release
from app.store.lock import HeldError, exclusive
from app.store.scores import Scores
from app.store.versions import Streams

# the project's questions with their answers; releases of before there were any lack it
ANSWERS = "answers.json"
# the score card of the catalog with its history; older releases lack it too
QUALITY = "quality.json"
# files with all measurements; no inventory has a name with a dot, so they are nobody's dump
MEASUREMENTS = "kwaliteit.metingen"

_TEMPORARY = ".new-"


class Releases:
    """The releases of one state directory."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self.folder = state_dir / "releases"
        self.ledger = Ledger(state_dir / "ledger.sqlite")
        self.streams = Streams(self.ledger)
        self.scores = Scores(state_dir / "scores.sqlite")
        self._mark = state_dir / "published"

    def path(self, release: Release) -> Path:
        """Return the folder of a release."""
        return self.folder / release.name

    def current(self) -> tuple[Release, Path] | None:
        """Return the current release and its folder, or None before the first build.

        Raises:
            StoreUnavailableError: The ledger names a release whose folder is not whole.
        """
        release = self.ledger.current()
        if release is None:
            return None
        path = self.path(release)
        if not (path / "manifest.json").is_file():
            msg = (
                f"the ledger names release {release.name}, but its folder is missing; "
                "run `vijfster build` to make it anew, or restore the folder"
            )
            raise StoreUnavailableError(msg)
        return release, path

    def check(self, release: Release) -> None:
        """Look whether every file of a release is there.

        Raises:
            StoreUnavailableError: One is missing, or the manifest cannot be read.
        """
        path = self.path(release)
        files = read_json(path / "manifest.json").get("files", {})
        for name in (*files, "documents.sqlite", "sparql/CURRENT", "cells.json"):
            if not (path / name).is_file():
                msg = f"{name} of release {release.name} is missing; run `vijfster build`"
                raise StoreUnavailableError(msg)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the state directory for one build; the kernel frees it when the process ends.

        Raises:
            BuildLockedError: Another process holds it.
            BuildError: The state directory cannot be written.
        """
        with ExitStack() as stack:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(exclusive(self.state_dir / "build.lock"))
            except HeldError as error:
                holder = error.holder
                msg = f"another build is running (process {holder}); wait for it to end"
                nl = f"er loopt al een build (proces {holder}); wacht tot die klaar is"
                raise BuildLockedError(msg, nl=nl) from None
            except OSError as error:
                msg = f"the state directory cannot be written: {error.strerror or error}"
                raise BuildError(msg) from error
            yield

    def mark(self) -> None:
        """Note beside the ledger that something was published, so that its loss is seen."""
        with suppress(OSError):
            self._mark.touch()

    def clean(self, keep: int | None = None) -> None:
        """Remove folders the ledger does not name, and all but the newest `keep` releases.

        Call with the lock held. Folders of older releases go, their ledger rows stay.

        Raises:
            BuildError: The ledger is lost: nothing may be removed.
        """
        named = self.ledger.releases()
        if not named and self._mark.exists():
            msg = (
                f"releases were published from here, but {self.ledger.path.name} names none: put "
                "back the ledger from a backup. To begin anew (first-seen times and withdrawn "
                f"things are forgotten), remove the file {self._mark.name} beside it"
            )
            raise BuildError(msg)
        kept = {release.name for release in (named if keep is None else named[-keep:])}
        current = self.ledger.current()
        if current:
            kept.add(current.name)
        for path in self.folder.iterdir():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Give a temporary folder; on success it is synced and renamed to `name`.

        Raises:
            BuildError: The disk is full or cannot be written; nothing is left behind.
        """
        temporary, final = self.folder / f"{_TEMPORARY}{name}", self.folder / name
        try:
            temporary.mkdir(parents=True)
            yield temporary
            sync_tree(temporary)
            temporary.rename(final)
            _sync(self.folder)
        except BaseException as error:
            # the ledger names neither of them yet
            for path in (temporary, final):
                shutil.rmtree(path, ignore_errors=True)
            if not isinstance(error, OSError | sqlite3.Error):
                raise
            # the SPARQL engine's errors have no strerror, and name files before the reason
            reason = getattr(error, "strerror", None) or str(error).rpartition(": ")[2]
            msg = f"the release cannot be written: {reason}"
            raise BuildError(msg) from error


def sync_tree(folder: Path) -> None:
    """Flush every file and folder below `folder` to the disk."""
    for root, _, files in os.walk(folder):
        for file in files:
            _sync(Path(root) / file)
        _sync(Path(root))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_gzip(path: Path, content: bytes) -> None:
    """Write a gzip file that depends on its content only (no name, no time)."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
        file.write(content)


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a gzip text file, without line ends."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def write_json(path: Path, value: Any) -> None:
    """Write sorted, indented JSON."""
    path.write_text(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """Read JSON.

    Raises:
        StoreUnavailableError: The file is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path.name} of the release cannot be read"
        raise StoreUnavailableError(msg) from error
