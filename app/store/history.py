"""A history of checks or scores: per feed a folder with its runs and the last full model.

    checks/lock                          held by the run in progress
    checks/FOLDER/history.json           the runs, and the name of the model they end with
    checks/FOLDER/model-DIGEST.json.gz   what the next run is compared with

Renaming `history.json` is the one moment at which a run is there: everything it names is on the
disk before, and what it no longer names is removed after. The newest `KEPT` runs are kept.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from app.errors import VijfsterError
from app.net.fetch import Validators
from app.store.lock import HeldError, exclusive

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# what is kept of one run: a dataclass of JSON values
R = TypeVar("R", bound="DataclassInstance")

KEPT: Final = 1_000
_VERSION: Final = 1
_FILE: Final = "history.json"


class HistoryError(VijfsterError):
    """The history of a feed cannot be read or written; nothing of it was changed."""

    code = "history"
    title = "The history of the checks cannot be used"
    title_nl = "De geschiedenis van de controles kan niet gebruikt worden"


class ChecksRunningError(HistoryError):
    """Another process is checking the feeds."""

    code = "checks-running"
    title = "The feeds are being checked already"
    title_nl = "De feeds worden al gecontroleerd"


@dataclass(frozen=True, slots=True)
class Record(Generic[R]):
    """All that is kept of a feed: its runs, oldest first, and the check that still stands.

    `checked` is the last run that read the feed, `model` the file with what it found, `content`
    the digest of what it read and `against` that of what it was checked against.
    """

    name: str
    runs: tuple[R, ...] = ()
    checked: R | None = None
    model: str = ""
    content: str = ""
    against: str = ""
    validators: Validators | None = None


class History(Generic[R]):
    """The histories below one folder, of runs of one kind; write with the lock held."""

    def __init__(self, folder: Path, run: type[R], *, kept: int = KEPT) -> None:
        self.folder, self._run, self._kept = folder, run, kept

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for one run.

        Raises:
            ChecksRunningError: Another process holds it.
            HistoryError: The folder cannot be written.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(exclusive(self.folder / "lock"))
            except HeldError as error:
                raise ChecksRunningError(
                    f"process {error.holder} is checking feeds; wait for it to end",
                    nl=f"proces {error.holder} controleert al feeds; wacht tot het klaar is",
                ) from None
            except OSError as error:
                raise _unwritable(self.folder, error) from error
            yield

    def place(self, name: str) -> Path:
        """Return the folder of a feed: safe whatever the name is, and another for each name."""
        readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        return self.folder / (f"{readable}-{digest}" if readable else digest)

    def read(self, name: str) -> Record[R]:
        """Return what is kept of a feed; nothing before its first run.

        Raises:
            HistoryError: It is damaged.
        """
        path = self.place(name) / _FILE
        try:
            raw = json.loads(path.read_bytes())
            if raw.pop("version") != _VERSION:
                raise _damaged(path)
            return Record(
                **{**raw, "runs": tuple(self._run(**run) for run in raw["runs"]),
                   "checked": self._run(**raw["checked"]) if raw["checked"] else None,
                   "validators": Validators(**raw["validators"]) if raw["validators"] else None}
            )  # fmt: skip
        except FileNotFoundError:
            return Record(name)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(path) from error

    def model(self, record: Record[R]) -> Mapping[str, Any] | None:
        """Return the model of the last check, or None before the first.

        Raises:
            HistoryError: It is damaged.
        """
        if not record.model:
            return None
        path = self.place(record.name) / Path(record.model).name
        try:
            found: Mapping[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
        except (OSError, EOFError, ValueError) as error:
            raise _damaged(path) from error
        return found

    def add(self, record: Record[R], run: R, model: Mapping[str, Any] | None = None) -> None:
        """Add a run to a record and keep both, with its model where the feed was checked.

        Raises:
            HistoryError: It cannot be written; what was kept before still stands.
        """
        folder = self.place(record.name)
        runs = (*record.runs, run)[-self._kept :]
        try:
            folder.mkdir(exist_ok=True)
            _sync(self.folder)
            if model is not None:
                text = json.dumps(model, ensure_ascii=False, separators=(",", ":")).encode()
                name = f"model-{hashlib.sha256(text).hexdigest()[:32]}.json.gz"
                _put(folder / name, gzip.compress(text, 6, mtime=0))
                record = replace(record, model=name, checked=run)
            kept = {"version": _VERSION, **asdict(replace(record, runs=runs))}
            _put(folder / _FILE, json.dumps(kept, ensure_ascii=False).encode() + b"\n")
            for path in folder.iterdir():
                if path.name.startswith(("model-", ".new-")) and path.name != record.model:
                    path.unlink()
        except OSError as error:
            raise _unwritable(folder, error) from error


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".new-{path.name}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _damaged(path: Path) -> HistoryError:
    return HistoryError(
        f"{path} is damaged; put it back from a backup, or move its folder away to begin anew",
        nl=f"{path} is beschadigd; zet het terug uit een reservekopie, of verplaats de map om "
        "opnieuw te beginnen",
    )


def _unwritable(path: Path, error: OSError) -> HistoryError:
    return HistoryError(f"{path} cannot be written: {error.strerror}",
                        nl=f"{path} kan niet geschreven worden ({error.strerror})")  # fmt: skip
