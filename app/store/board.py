"""The overview of one list of sources as everybody may see it: written by a command, read by pages.

One JSON file, replaced whole. It names the list that it is of: what was published of another list
is nothing to show.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import StoreUnavailableError


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be seen: the overview (`app.quality.overview`) and an Atom feed per language.

    `tag` changes with what is in it.
    """

    overview: Mapping[str, Any]
    news: Mapping[str, str]
    tag: str


@dataclass(slots=True)
class Board:
    """The file of what is published of the list `of`; the same content is read once."""

    path: Path
    of: Path
    _read: tuple[tuple[int, ...], Shown | None] = field(default=((), None))

    def is_of(self, listed: Path) -> bool:
        """Tell whether a list is the one to publish."""
        return listed.resolve() == self.of

    def write(self, overview: Mapping[str, Any], news: Mapping[str, str]) -> None:
        """Replace what is shown.

        Raises:
            StoreUnavailableError: It cannot be written; what was shown before still stands.
        """
        content = {"of": str(self.of), "overview": overview, "news": news}
        beside = self.path.with_name(f".new-{self.path.name}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
            beside.replace(self.path)
        except OSError as error:
            raise StoreUnavailableError(
                f"{self.path} cannot be written: {error.strerror}",
                nl=f"{self.path} kan niet geschreven worden ({error.strerror})",
            ) from error

    def read(self) -> Shown | None:
        """Return what may be seen; None before the list was scored.

        Raises:
            StoreUnavailableError: It is damaged.
        """
        try:
            with self.path.open("rb") as file:
                found = os.fstat(file.fileno())
                mark = (found.st_ino, found.st_mtime_ns, found.st_size)
                if mark == self._read[0]:
                    return self._read[1]
                body = file.read()
            raw = json.loads(body)
            shown = Shown(raw["overview"], raw["news"], hashlib.sha256(body).hexdigest()[:16])
            mine = raw["of"] == str(self.of)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            # whoever looks at a page is not told where it is
            raise StoreUnavailableError(
                "the overview cannot be read; score the list again",
                nl="het overzicht kan niet gelezen worden; scoor de lijst opnieuw",
            ) from error
        self._read = mark, shown if mine else None
        return self._read[1]
