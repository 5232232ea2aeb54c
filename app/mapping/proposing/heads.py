"""How much the head of a column is alike the names that a profile knows it by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import Indel

from app.mapping.proposing.profiles import Known, Text, Words
from app.tables.matching import fold

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_EXACT, _GLUED, _ORDERED = 1.0, 0.98, 0.95
# letters that a slip of typing may change; a short word resembles too many others
_ALIKE, _MIN_LETTERS, _SLIP = 0.86, 5, 0.95
# what a head with more words than the name is worth, by the share of words that both have
_PART, _WHOLE = 0.5, 0.4


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: as it is written, its words folded, and a language it names.

    `whole` has the words that say nothing at its end too.
    """

    text: str
    whole: str
    words: tuple[str, ...]
    language: str = ""

    @property
    def folded(self) -> str:
        """The words in their order."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a head is alike a name (0 to 1), and why."""

    score: float
    why: Text


NOTHING: Final = Likeness(0.0, {"nl": "", "en": ""})


def head_of(text: str, words: Words) -> Head:
    """Return a head; `Naam (EN)` is `naam` in English, `Bedrag (euro)` is `bedrag`."""
    parts = fold(_CAMEL.sub(" ", text)).split()
    language = words.languages.get(parts[-1], "") if len(parts) > 1 else ""
    if language:
        parts.pop()
    whole = " ".join(parts)
    while len(parts) > 1 and parts[-1] in words.fillers:
        parts.pop()
    return Head(text, whole, tuple(parts), language)


def likeness(head: Head, known: Known, words: Words) -> Likeness:
    """Return the best likeness of a head to one of a column's names."""
    return max((_alike(head, name, words) for name in known.folded), key=lambda item: item.score)


def _alike(head: Head, name: str, words: Words) -> Likeness:
    if name in {head.folded, head.whole}:
        return Likeness(_EXACT, {"nl": f"de kop is “{name}”", "en": f"the head is “{name}”"})
    if _glued(head.folded) == _glued(name):
        return _near(_GLUED, name)
    mine = [word for word in head.words if word not in words.fillers]
    theirs = [word for word in name.split() if word not in words.fillers]
    if not mine or not theirs:
        return NOTHING
    if sorted(mine) == sorted(theirs):
        return _near(_ORDERED, name)
    if min(len(_glued(name)), len(_glued(head.folded))) >= _MIN_LETTERS:
        near = Indel.normalized_similarity(_glued(head.folded), _glued(name))
        if near >= _ALIKE:
            return _near(near * _SLIP, name)
    if {*theirs} < {*mine}:
        score = _PART + _WHOLE * len(theirs) / len(mine)
        return Likeness(score, {"nl": f"de kop bevat “{name}”", "en": f"the head holds “{name}”"})
    return NOTHING


def _near(score: float, name: str) -> Likeness:
    return Likeness(score, {"nl": f"de kop lijkt op “{name}”", "en": f"the head is like “{name}”"})


def _glued(text: str) -> str:
    return text.replace(" ", "")
