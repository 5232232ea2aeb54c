"""A trend as a small SVG picture that says in words what it shows; nothing in it runs or loads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from app.quality.indicators import HIGHEST
from app.quality.text import number, span

_WIDTH, _HEIGHT = 320, 96
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 8, 8, 18
_LINE, _BAND, _GRID, _INK = "#12414f", "#bcd9e3", "#d9e0e3", "#55646b"
_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {"same": "Al sinds {first} {low} van {highest} punten.",
           "changed": "Van {low} punten op {first} naar {high} op {last}, van {highest}."},
    "en": {"same": "{low} of {highest} points since {first}.",
           "changed": "From {low} points on {first} to {high} on {last}, of {highest}."},
}  # fmt: skip


def told(points: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return in words what a trend shows; its points have a `time`, `sure` and `possible`."""
    first, last = points[0], points[-1]
    low, high = span(first, lang), span(last, lang)
    same = all(span(point, lang) == low for point in points)
    said = _SAID[lang]["same" if same else "changed"]
    return said.format(first=day(first), last=day(last), low=low, high=high, highest=HIGHEST)


def spark(points: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return a trend without its frame, small enough for a row of a table."""
    label = escape(told(points, lang))
    return (f'<svg class="spark" viewBox="{_LEFT - 4} 0 {_WIDTH - _LEFT - _RIGHT + 8} '
            f'{_HEIGHT - _BOTTOM + _TOP}" role="img" aria-label="{label}">'
            f"<title>{label}</title>{_level(0)}{_level(HIGHEST)}{_lines(points)}"
            "</svg>")  # fmt: skip


def trend(points: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return a picture of points in the order of their times, at least one.

    A line of what was sure, and a band up to what was possible; a score holds until the next one.
    """
    label = escape(told(points, lang))
    ends = f"{day(points[0])}", f"{day(points[-1])}"
    return (
        f'<svg class="trend" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
        f"<title>{label}</title>{_level(0)}{_level(HIGHEST)}{_lines(points)}"
        f'<g fill="{_INK}" font-size="9" font-family="system-ui,sans-serif">'
        f'<text x="{_LEFT}" y="{_HEIGHT - 5}">{ends[0]}</text>'
        + (f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 5}" text-anchor="end">{ends[1]}</text>'
           if ends[0] != ends[1] else "")
        + "".join(f'<text x="{_LEFT - 4}" y="{_y(value) + 3:.1f}" text-anchor="end">'
                  f"{number(value, lang)}</text>" for value in (0, HIGHEST))
        + "</g></svg>"
    )  # fmt: skip


def day(point: Mapping[str, Any]) -> str:
    """Return the day of a point: digits and hyphens, whatever its time says."""
    return dt.datetime.fromisoformat(point["time"]).date().isoformat()


def _lines(points: Sequence[Mapping[str, Any]]) -> str:
    """Return the band, the line, and where it ends."""
    times = [dt.datetime.fromisoformat(point["time"]).timestamp() for point in points]
    begin, whole = times[0], (times[-1] - times[0]) or 1
    inner = _WIDTH - _LEFT - _RIGHT
    at = [_LEFT + inner * (time - begin) / whole for time in times]
    if len(at) == 1:
        # one time is a level
        points, at = [*points, *points], [float(_LEFT), float(_WIDTH - _RIGHT)]
    sure = _steps(at, [point["sure"] for point in points])
    possible = _steps(at, [point["possible"] for point in points])
    return (
        f'<path d="{_path([*possible, *reversed(sure)])}z" fill="{_BAND}"/>'
        f'<path d="{_path(sure)}" fill="none" stroke="{_LINE}" stroke-width="2"/>'
        f'<circle cx="{at[-1]:.1f}" cy="{_y(points[-1]["sure"]):.1f}" r="3" fill="{_LINE}"/>'
    )


def _steps(at: Sequence[float], values: Sequence[float]) -> list[tuple[float, float]]:
    out = [(at[0], _y(values[0]))]
    for x, before, value in zip(at[1:], values, values[1:], strict=False):
        out += [(x, _y(before)), (x, _y(value))]
    return out


def _y(value: float) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - value / HIGHEST)


def _level(value: float) -> str:
    y = f"{_y(value):.1f}"
    return f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="{_GRID}"/>'


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
