"""Reports that somebody asked to keep: under a name nobody can guess, for a while, bounded in all.

Only the model is kept, compressed; never what was handed over. A file is named after a digest of
the report's name, so that who sees the folder cannot open the pages.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.errors import ResourceNotFoundError, StorageFullError, StoreUnavailableError

_SECRET_BYTES = 24


@dataclass(frozen=True, slots=True)
class ShareLimits:
    """For how long, and how many compressed bytes of one report and of all."""

    days: int = 30
    max_bytes: int = 5_000_000
    total_bytes: int = 500_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that is kept: its name, the key that removes it, when it goes by itself."""

    name: str
    key: str
    expires: dt.datetime


class Shares:
    """The reports kept in one folder."""

    def __init__(
        self,
        folder: Path,
        limits: ShareLimits = ShareLimits(),
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.limits = limits
        self._folder, self._now = folder, now
        self._writing = threading.Lock()
        self._sweep()

    def keep(self, model: bytes) -> Kept:
        """Keep a report.

        Raises:
            StorageFullError: It is too large, or there is no room; nothing is thrown out for it.
            StoreUnavailableError: It cannot be written.
        """
        body = zlib.compress(model, 6)
        with self._writing:
            return self._keep(body)

    def _keep(self, body: bytes) -> Kept:
        left = min(self.limits.max_bytes, self.limits.total_bytes - self._sweep())
        if len(body) > left:
            raise StorageFullError(
                "there is no room to keep this report; download it instead",
                nl="er is geen plaats om dit verslag te bewaren; download het",
            )
        name, key = (secrets.token_urlsafe(_SECRET_BYTES) for _ in range(2))
        expires = self._now().replace(microsecond=0) + dt.timedelta(days=self.limits.days)
        head = json.dumps({"expires": expires.isoformat(), "key": _digest(key)}).encode()
        path = self._path(name)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_bytes(head + b"\n" + body)
            part.replace(path)
        except OSError as error:
            raise StoreUnavailableError("the report cannot be kept now") from error
        return Kept(name, key, expires)

    def get(self, name: str) -> tuple[bytes, dt.datetime]:
        """Return a model and when it goes.

        Raises:
            ResourceNotFoundError: There is none of that name, or no more.
        """
        head, body = self._read(self._path(name))
        expires = dt.datetime.fromisoformat(head["expires"])
        if expires <= self._now():
            self._path(name).unlink(missing_ok=True)
            raise _none()
        return zlib.decompress(body), expires

    def remove(self, name: str, key: str) -> None:
        """Remove a report.

        Raises:
            ResourceNotFoundError: There is none of that name, or the key is not its key.
        """
        path = self._path(name)
        head, _ = self._read(path)
        if not hmac.compare_digest(head["key"], _digest(key)):
            raise _none()
        path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{_digest(name)}.verslag"

    def _read(self, path: Path) -> tuple[dict[str, str], bytes]:
        try:
            head, _, body = path.read_bytes().partition(b"\n")
        except OSError as error:
            raise _none() from error
        return json.loads(head), body

    def _sweep(self) -> int:
        """Remove what has expired; return the bytes of the rest."""
        total = 0
        for path in self._folder.glob("*.verslag"):
            with path.open("rb") as file:
                head = json.loads(file.readline())
            if dt.datetime.fromisoformat(head["expires"]) <= self._now():
                path.unlink(missing_ok=True)
            else:
                total += path.stat().st_size
        return total


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _none() -> ResourceNotFoundError:
    return ResourceNotFoundError(
        "there is no such report, or no more", nl="er is geen zulk verslag, of niet meer"
    )
