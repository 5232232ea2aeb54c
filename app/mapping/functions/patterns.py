"""Regular expressions that a mapping brings along: `/…/`, as GREL writes them."""

from __future__ import annotations

from typing import Final

from app.mapping.functions.model import FunctionError
from app.rdf import regexes
from app.rdf.regexes import PatternError, Regex

_REASONS: Final = {
    "pattern-too-large": ("is te groot", "is too large"),
    "pattern-look-around": ("kijkt vooruit of achteruit (?=", "looks ahead or behind (?="),
    "pattern-back-reference": ("verwijst terug (\\1)", "refers back (\\1)"),
}
_OTHER: Final = ("klopt niet", "is not right")
# from each place, even one way to go on may be as long as the text
_MOST_CHARACTERS: Final = 5_000


def is_pattern(text: str) -> bool:
    """Tell whether a fixed text is a regular expression: between slashes."""
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


def compiled(text: str) -> Regex:
    """Return a regular expression, with or without its slashes.

    Raises:
        FunctionError: It is none, or cannot be run in bounded time.
    """
    try:
        return regexes.compiled(text[1:-1] if is_pattern(text) else text)
    except PatternError as error:
        nl, en = _REASONS.get(error.code, _OTHER)
        raise FunctionError(
            text, code="function-pattern",
            nl=(f"Het patroon {text[:80]} {nl}.", "Schrijf een eenvoudiger patroon."),
            en=(f"The pattern {text[:80]} {en}.", "Write a simpler pattern."),
        ) from error  # fmt: skip


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
