"""Badges: small SVG pictures of stars or points, to show elsewhere. Nothing in them runs or loads.

Text is measured by rough widths of a common sans-serif and told to fit, so that it looks the same
whatever font the reader has. Colours keep a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

from app.quality.indicators import HIGHEST, rating
from app.quality.oneline import one_line
from app.quality.text import number, span
from app.quality.words import RATINGS

# the first is what is shown unless asked
KINDS: Final = ("points", "stars")
_STARS: Final = 5
_HEIGHT, _PADDING, _SIZE = 20, 7, 11
# widths in parts of the size of the font, by rough class of sign
_NARROW: Final = frozenset("iljtfrI1.,:;|!'()[]· ")
_WIDE: Final = frozenset("mwMW@%—…")
_STAR_WIDTH: Final = 13
_LABEL, _TEXT = "#263238", "#ffffff"
# background by class of points; each with white text
_COLOURS: Final[Mapping[str, str]] = {
    "excellent": "#1d6b3a", "good": "#3b6a12", "sufficient": "#8a5300", "bad": "#a3261b",
    "unknown": "#55646b",
}  # fmt: skip
_BY_STARS: Final = ("bad", "bad", "sufficient", "good", "excellent", "excellent")
_LABELS: Final = {
    "stars": {"nl": "open data", "en": "open data"},
    "points": {"nl": "metadata", "en": "metadata"},
}  # fmt: skip
_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {"stars": "{sure} van 5 sterren", "star_range": "{sure} tot {possible} van 5 sterren",
           "points": "{sure} van {highest} punten ({rating})",
           "point_range": "{sure} tot {possible} van {highest} punten ({rating})",
           "to": "{low} tot {high}", "unknown": "niet bekend"},
    "en": {"stars": "{sure} of 5 stars", "star_range": "{sure} to {possible} of 5 stars",
           "points": "{sure} of {highest} points ({rating})",
           "point_range": "{sure} to {possible} of {highest} points ({rating})",
           "to": "{low} to {high}", "unknown": "not known"},
}  # fmt: skip


def badge(kind: str, values: Mapping[str, Any], lang: str, *, title: str = "") -> str:
    """Return a badge: `kind` is stars or points, `values` has `sure` and `possible`, or is empty.

    `title` names what it is about; it is in the text for who does not see the picture.
    """
    text = told(kind, values, lang)
    label = _LABELS[kind][lang]
    left = _width(label) + 2 * _PADDING
    stars = kind == "stars" and values
    shown = _shown(values, lang)
    right = (_STARS * _STAR_WIDTH if stars else _width(shown)) + 2 * _PADDING
    colour = _COLOURS[_class(kind, values)]
    name = escape(one_line(f"{title}: {text}" if title else text))
    inside = (
        _drawn(values["sure"], values["possible"], left + _PADDING) if stars
        else _word(shown, left + _PADDING)
    )  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" '
        f'viewBox="0 0 {left + right} {_HEIGHT}" role="img" aria-labelledby="t d" '
        f'lang="{lang}">'
        f'<title id="t">{name}</title><desc id="d">{escape(_DESCRIPTION[kind][lang])}</desc>'
        f'<rect width="{left + right}" height="{_HEIGHT}" rx="3" fill="{colour}"/>'
        f'<path d="M3 0h{left - 3}v{_HEIGHT}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="{_LABEL}"/>'
        f'<g fill="{_TEXT}" font-family="Verdana,DejaVu Sans,sans-serif" font-size="{_SIZE}">'
        f"{_word(label, _PADDING)}{inside}</g></svg>\n"
    )


def told(kind: str, values: Mapping[str, Any], lang: str) -> str:
    """Return what a badge says, for who does not see it."""
    said = _SAID[lang]
    if not values:
        return said["unknown"]
    sure, possible = values["sure"], values["possible"]
    one = sure == possible
    if kind == "stars":
        return said["stars" if one else "star_range"].format(
            sure=number(sure, lang), possible=number(possible, lang))  # fmt: skip
    low, high = (RATINGS[rating(value)][lang] for value in (sure, possible))
    return said["points" if one else "point_range"].format(
        sure=number(sure, lang), possible=number(possible, lang), highest=HIGHEST,
        rating=low if low == high else said["to"].format(low=low, high=high),
    )  # fmt: skip


_DESCRIPTION: Final = {
    "stars": {"nl": "De vijf sterren van open data (5stardata.info); een lege ster is nog niet "
                    "zeker of nog te winnen.",
              "en": "The five stars of open data (5stardata.info); an empty star is not sure yet "
                    "or still to be won."},
    "points": {"nl": "Kwaliteit van de metadata, met de regels van data.europa.eu.",
               "en": "Quality of the metadata, by the rules of data.europa.eu."},
}  # fmt: skip


def _class(kind: str, values: Mapping[str, Any]) -> str:
    if not values:
        return "unknown"
    return _BY_STARS[math.floor(values["sure"])] if kind == "stars" else rating(values["sure"])


def _shown(values: Mapping[str, Any], lang: str) -> str:
    if not values:
        return _SAID[lang]["unknown"]
    return f"{span(values, lang)} / {HIGHEST}"


def _drawn(sure: float, possible: float, x: int) -> str:
    """Return five stars: full where sure, with a full rim where possible, faint where lost."""
    out = []
    for place in range(1, _STARS + 1):
        at = x + (place - 1) * _STAR_WIDTH + _STAR_WIDTH / 2
        if place <= sure:
            style = ""
        elif place <= possible:
            style = f' fill="none" stroke="{_TEXT}"'
        else:
            style = f' fill="none" stroke="{_TEXT}" stroke-opacity=".55" stroke-dasharray="1.5"'
        out.append(f'<path d="{_star(at, _HEIGHT / 2, 5.5)}"{style}/>')
    return "".join(out)


def _star(x: float, y: float, radius: float) -> str:
    points = []
    for corner in range(10):
        length = radius if corner % 2 == 0 else radius * 0.42
        angle = math.pi * (corner / 5 - 0.5)
        points.append(f"{x + length * math.cos(angle):.1f} {y + length * math.sin(angle):.1f}")
    return "M" + "L".join(points) + "z"


def _word(text: str, x: int) -> str:
    return (f'<text x="{x}" y="14" textLength="{_width(text)}" '
            f'lengthAdjust="spacingAndGlyphs">{escape(one_line(text))}</text>')  # fmt: skip


def _width(text: str) -> int:
    """Return about how many pixels text takes."""
    parts = sum(0.4 if sign in _NARROW else 0.95 if sign in _WIDE else 0.64 for sign in text)
    return math.ceil(parts * _SIZE)
