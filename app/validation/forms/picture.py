"""The summary picture of a validation: bars by severity and by cause; the numbers stand beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from app.validation.forms.words import word
from app.validation.report import SEVERITIES

_CAUSES = 8


def picture(source: Mapping[str, Any], lang: str, anchors: Sequence[str]) -> str:
    """Return the picture of a source as HTML, or "" if nothing was found.

    `anchors` are the ids of its groups on the page. A bar is drawn; its label and its number are
    text, so nothing is lost to who does not see it.
    """
    groups = source["groups"]
    if not groups:
        return ""
    firsts = {g["severity"]: at for g, at in reversed(list(zip(groups, anchors, strict=True)))}
    counts = {name: source["counts"].get(name, 0) for name in SEVERITIES}
    grave = _figure(
        "by_severity", lang,
        ((word(name, lang), count, name, firsts.get(name, "")) for name, count in counts.items()),
        max(counts.values()),
    )  # fmt: skip
    causes = sorted(zip(groups, anchors, strict=True), key=lambda item: -item[0]["count"])[:_CAUSES]
    by_cause = _figure(
        "by_cause", lang,
        ((group["property"][lang] or group["message"][lang], group["count"], group["severity"], at)
         for group, at in causes),
        causes[0][0]["count"],
    )  # fmt: skip
    return f'<div class="charts">{grave}{by_cause}</div>'


def _figure(
    title: str, lang: str, rows: Iterator[tuple[str, int, str, str]], most: int
) -> str:  # fmt: skip
    bars = "".join(_bar(*row, most=most) for row in rows)
    return (
        f'<figure><figcaption>{word(title, lang)}</figcaption><ul class="bars">{bars}</ul></figure>'
    )


def _bar(label: str, count: int, kind: str, anchor: str, *, most: int) -> str:
    width = max(1, round(100 * count / most)) if count else 0
    inner = (
        f'<span class="label">{escape(label)}</span><svg viewBox="0 0 100 8" '
        f'preserveAspectRatio="none" aria-hidden="true"><rect class="{escape(kind)}" '
        f'width="{width}" height="8" rx="1"></rect></svg><span class="value">{count}</span>'
    )
    if anchor:
        return f'<li><a href="#{anchor}">{inner}</a></li>'
    return f'<li><span class="bar">{inner}</span></li>'
