"""Finding what was perhaps meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

# a short name resembles too many others
_LONG, _SHORT = 6, 4
_LISTED: Final = 20
_FEW: Final = 5
_WORD: Final = re.compile(r"\w+")
_MOST: Final = 5_000


def folded(text: str) -> str:
    """Return a text as names are compared: without case, and one space between words."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


class Names:
    """Names that a text may have been meant for; of things with several names, one is shown."""

    def __init__(self, names: Iterable[str], shown: Iterable[str] | None = None) -> None:
        self._names = list(dict.fromkeys(names))
        self._shown = self._names if shown is None else list(dict.fromkeys(shown))
        self._folded: list[str] | None = None

    def nearest(self, text: str) -> str:
        """Return the name that a text resembles most, or ""; of very many names none is sought."""
        from rapidfuzz import process  # noqa: PLC0415 - a compiled module, only for what is wrong
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        if len(self._names) > _MOST:
            return ""
        if self._folded is None:
            self._folded = [folded(name) for name in self._names]
        wanted = folded(text)
        far = 2 if len(wanted) >= _LONG else 1 if len(wanted) >= _SHORT else 0
        found = process.extractOne(wanted, self._folded, scorer=OSA.distance, processor=None,
                                   score_cutoff=far)  # fmt: skip
        return self._names[found[2]] if found else ""

    def listed(self) -> str:
        """Return the names as a list in a message, shortened where there are many."""
        return ", ".join(self._shown[:_LISTED]) + (", …" if len(self._shown) > _LISTED else "")

    def with_words(self, text: str) -> list[str]:
        """Return the names that have all words of a text; none if it is short or they are many."""
        words = set(folded(text).split())
        if len(folded(text)) < _SHORT or len(self._names) > _MOST:
            return []
        found = [name for name in self._shown if words <= {*_WORD.findall(folded(name))}]
        return found if len(found) <= _FEW else []

    @property
    def many(self) -> bool:
        """Whether a list of all would say nothing."""
        return len(self._shown) > 2 * _LISTED


def nearest(text: str, names: Iterable[str]) -> str:
    """Return the name that a text resembles most, or ""."""
    return Names(names).nearest(text)


def listed(names: Iterable[str]) -> str:
    """Return names as a list in a message, shortened where there are many."""
    return Names(names).listed()
