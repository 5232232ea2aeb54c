"""Finding what was perhaps meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

# a short name resembles too many others
_LONG, _SHORT = 6, 4
_LISTED: Final = 20


def folded(text: str) -> str:
    """Return a text as names are compared: without case, and one space between words."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def nearest(text: str, names: Iterable[str]) -> str:
    """Return the name that a text resembles most, or ""."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - a compiled module, only for what is wrong

    wanted = folded(text)
    far = 2 if len(wanted) >= _LONG else 1 if len(wanted) >= _SHORT else 0
    best, found = far + 1, ""
    for name in names:
        distance = OSA.distance(wanted, folded(name), score_cutoff=far)
        if distance < best:
            best, found = distance, name
    return found


def listed(names: Iterable[str]) -> str:
    """Return names as a list in a message, shortened where there are many."""
    every = list(dict.fromkeys(names))
    return ", ".join(every[:_LISTED]) + (", …" if len(every) > _LISTED else "")
