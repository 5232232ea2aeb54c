"""Regular expressions that a mapping brings along: `/…/`, as GREL writes them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from app.mapping.functions.model import FunctionError
from app.rdf.xpath_regex import review

# what can explode, and what keeps us from knowing whether it can
_REFUSED: Final = {
    "pattern-catastrophic": (
        "kan op sommige waarden eindeloos zoeken",
        "can search some values without end",
    ),
    "pattern-too-large": ("is te groot", "is too large"),
    "pattern-look-around": ("kijkt vooruit of achteruit (?=", "looks ahead or behind (?="),
    "pattern-back-reference": ("verwijst terug (\\1)", "refers back (\\1)"),
    "pattern-group": ("heeft een groep die we niet kennen", "has a group that we do not know"),
    "pattern-inline-flags": ("zet opties binnenin (?i)", "sets options inside (?i)"),
}
# a pattern may take time that grows with a power of the length
_MOST_CHARACTERS: Final = 5_000
_GROUP: Final = re.compile(r"\$([0-9])")


def is_pattern(text: str) -> bool:
    """Tell whether a fixed text is a regular expression: between slashes."""
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


@lru_cache(maxsize=256)
def compiled(text: str) -> re.Pattern[str]:
    """Return a regular expression, with or without its slashes.

    Raises:
        FunctionError: It is none, or could keep the engine busy for ever.
    """
    inner = text[1:-1] if is_pattern(text) else text
    for code in review(inner):
        if code in _REFUSED:
            raise _bad(text, *_REFUSED[code])
    try:
        return re.compile(inner)
    except (re.error, OverflowError, RecursionError) as error:
        raise _bad(text, f"klopt niet ({error})", f"is not right ({error})") from error


def checked(text: str) -> None:
    """Refuse what is written as a regular expression and cannot be one.

    Raises:
        FunctionError: As `compiled` says.
    """
    if is_pattern(text):
        compiled(text)


def searched(text: str) -> str:
    """Return a text that a pattern may search.

    Raises:
        FunctionError: It is too long for that.
    """
    if len(text) > _MOST_CHARACTERS:
        raise FunctionError(
            text, code="function-too-long",
            nl=(f"De waarde heeft {len(text)} tekens; een patroon zoekt in hoogstens "
                f"{_MOST_CHARACTERS}.", "Maak de waarde korter, of zoek naar vaste tekst."),
            en=(f"The value has {len(text)} characters; a pattern searches at most "
                f"{_MOST_CHARACTERS}.", "Shorten the value, or search for fixed text."),
        )  # fmt: skip
    return text


def filled(match: re.Match[str], replacement: str) -> str:
    """Return a replacement with `$1` to `$9` as the groups that were found, `$0` as it all."""

    def group(found: re.Match[str]) -> str:
        number = int(found[1])
        return (match[number] or "") if number <= (match.re.groups) else found[0]

    return _GROUP.sub(group, replacement)


def _bad(text: str, nl: str, en: str) -> FunctionError:
    return FunctionError(
        text, code="function-pattern",
        nl=(f"Het patroon {text} {nl}.", "Schrijf een eenvoudiger patroon."),
        en=(f"The pattern {text} {en}.", "Write a simpler pattern."),
    )  # fmt: skip
