"""An overview of publishers as a page to print, mail and show; nothing in it runs or loads."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from app.quality.indicators import POINTS
from app.quality.labels import LABELS, STARS
from app.quality.overviewforms import (
    SIDES,
    lost,
    moved,
    rating,
    signed,
    unread,
    whole,
    word,
)
from app.quality.pictures import spark
from app.quality.text import counted, number, span

_FIVE, _LOST = 5, 8
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',sans-serif;"
    "color:#1c2529;margin:1.5rem auto;max-width:80rem;padding:0 1rem}"
    "h1{font-size:1.7rem;line-height:1.2;color:#12414f;margin:0 0 .4rem}"
    "h2{font-size:1.2rem;color:#12414f;margin:1.8rem 0 .4rem}p{margin:.3rem 0}"
    ".hint{color:#55646b;font-size:.86rem}table{border-collapse:collapse;width:100%;"
    "font-size:.9rem}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #d9e0e3;"
    "vertical-align:top}thead th{background:#f3f7f8}th[scope=row]{overflow-wrap:anywhere;"
    "min-width:9rem}.number{white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".less{color:#a3261b}.more{color:#1d6b3a}.five{color:#8a5300;letter-spacing:.05em}"
    "td .hint,th .hint{display:block;font-weight:400}"
    ".spark{width:7rem;height:2rem;display:block}.narrow-table{width:auto}"
    ".sums{display:flex;flex-wrap:wrap;gap:0 3rem}.sums section{flex:1 1 18rem}"
    "@media screen and (max-width:52rem){.publishers thead{position:absolute;left:-9999px}"
    ".publishers :is(tbody,tr,th,td){display:block;min-width:0}.publishers :is(th,td)"
    "{border:0;padding:.1rem 0}.publishers tr{border-bottom:1px solid #d9e0e3;padding:.5rem 0}"
    ".publishers td::before{content:attr(data-head) ': ';color:#55646b;font-size:.85rem}"
    ".publishers td:empty{display:none}.publishers td .hint{display:inline;margin-left:.4rem}"
    ".publishers .spark{display:inline-block;vertical-align:middle}}"
    "@page{size:A4 landscape;margin:12mm}@media print{:root{font-size:9.5pt}"
    "body{font-size:1rem;margin:0;max-width:none;padding:0}th,td{padding:.25rem .35rem}"
    ".spark{width:5rem}thead{display:table-header-group}tr,section{break-inside:avoid}"
    "h2{break-after:avoid}*{print-color-adjust:exact}a{color:inherit}}"
)


def page(found: Mapping[str, Any], lang: str) -> bytes:
    """Return a whole document; every text of others is escaped."""
    title = escape(word("title", lang))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"{part(found, lang)}</body></html>\n"
    ).encode()


def part(found: Mapping[str, Any], lang: str) -> str:
    """Return what stands below the title; every text of others is escaped."""
    return "".join(_parts(found, lang))


def anchor(name: str) -> str:
    """Return the name of a publisher's row as the end of an address."""
    return "bron-" + hashlib.sha256(name.encode()).hexdigest()[:12]


def _parts(found: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield f'<p class="lead">{escape(whole(found, lang))}</p>'
    notes = [word("made", lang, day=found["made"][:10])] if found["made"] else []
    if any(one["basis"] == "metadata" for one in found["publishers"]):
        notes.append(word("basis_metadata", lang))
    yield f'<p class="hint">{escape(" ".join(notes))}</p>'
    if found["publishers"]:
        yield _people(found, lang)
        total = found["whole"]
        sums = _by_stars(total, lang), _bands(found["bands"], lang), _lost(total, lang)
        yield f'<div class="sums">{"".join(sums)}</div>'
    if found["waiting"]:
        names = ", ".join(found["waiting"])
        yield f'<p class="hint">{escape(word("waiting", lang, names=names))}</p>'


def _people(found: Mapping[str, Any], lang: str) -> str:
    heads = [_head(key, lang) for key in ("publisher", "stars", "points", "trend", "last_long")]
    heads += [_head("change_long", lang, days=found["days"]), _head("standing", lang),
              _head("lost", lang), _head("next", lang)]  # fmt: skip
    rows = "".join(_row(one, heads[1:], lang) for one in found["publishers"])
    return _table("publishers", heads, rows, "people")


def _row(one: Mapping[str, Any], heads: Sequence[str], lang: str) -> str:
    name = escape(one["publisher"])
    if one["source"]:
        name = f'<a href="{escape(one["source"])}" rel="noopener external">{name}</a>'
    late = _hint(unread(one, lang))
    cells = [
        _five(one["stars"], lang),
        f"{span(one, lang)}{_hint(rating(one, lang))}",
        spark(one["trend"], lang) if len(one["trend"]) > 1 else "",
        _since_last(one, lang),
        "" if one["change"] is None else _delta(one["change"], lang) + _hint(
            word("since", lang, day=one["since"][:10])),
        word("place_of", lang, rank=one["rank"], of=one["of"]) + _hint(f"{one['band']} datasets"),
        escape(lost(one, lang)),
        escape((one["next"] or {}).get(lang, "")),
    ]  # fmt: skip
    tds = "".join(
        f'<td data-head="{head}" class="{kind}">{cell}</td>'
        for head, cell, kind in zip(heads, cells, ["number"] * 6 + ["text"] * 2, strict=True)
    )
    count = _hint(counted(one["datasets"]))
    return (f'<tr id="{anchor(one["publisher"])}"><th scope="row">{name}{count}{late}</th>'
            f"{tds}</tr>")  # fmt: skip


def _since_last(one: Mapping[str, Any], lang: str) -> str:
    if one["last"] is None:
        return word("first_time", lang)
    # what moved is in words: long, so that it may break
    return _delta(one["last"]["sure"], lang) + _hint(moved(one, lang))


def _five(stars: Mapping[str, float] | None, lang: str) -> str:
    if not stars:
        return ""
    full, open_ = (math.floor(stars[side]) for side in SIDES)
    # full where sure, open where only possible, as on a badge
    drawn = "★" * full + "☆" * (open_ - full) + "·" * (_FIVE - open_)
    return f'<span class="five" aria-hidden="true">{drawn}</span> {span(stars, lang)}'


def _delta(points: float, lang: str) -> str:
    if not points:
        return word("same", lang)
    kind = "more" if points > 0 else "less"
    return f'<span class="{kind}">{signed(points, lang)}</span>'


def _bands(bands: Sequence[Mapping[str, Any]], lang: str) -> str:
    heads = [_head(key, lang) for key in ("band", "band_publishers", "median")]
    rows = "".join(
        f'<tr><th scope="row">{one["band"]}</th><td class="number">{one["publishers"]}</td>'
        f'<td class="number">{span(one["median"], lang)}</td></tr>'
        for one in bands
    )
    return _section("bands", lang, _table("narrow-table", heads, rows))


def _lost(total: Mapping[str, Any], lang: str) -> str:
    if not total["lost"]:
        return ""
    heads = [_head(key, lang) for key in ("indicator", "lost_points", "lacking")]
    rows = "".join(
        f'<tr><th scope="row">{escape(LABELS[one["indicator"]][lang])}</th>'
        f'<td class="number">{number(one["points"], lang)} / {POINTS[one["indicator"]]}</td>'
        f'<td class="number">{one["datasets"]}</td></tr>'
        for one in total["lost"][:_LOST]
    )
    return _section("all_lost", lang, _table("narrow-table", heads, rows))


def _by_stars(total: Mapping[str, Any], lang: str) -> str:
    if not total["stars"]:
        return ""
    heads = [_head(key, lang) for key in ("stars", "sure", "possible")]
    rows = "".join(
        f'<tr><th scope="row">{STARS[star][lang]}</th>'
        + "".join(f'<td class="number">{total["counts"][side][star]}</td>' for side in SIDES)
        + "</tr>"
        for star in range(_FIVE, -1, -1)
    )
    return _section("by_stars", lang, _table("narrow-table", heads, rows))


def _section(key: str, lang: str, inside: str) -> str:
    hint = _hint(word(f"{key}_text", lang), "p")
    return f"<section><h2>{escape(word(key, lang))}</h2>{hint}{inside}</section>"


def _table(kind: str, heads: Sequence[str], rows: str, frame: str = "") -> str:
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (f'<div class="scroll {frame}"><table class="{kind}"><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>")  # fmt: skip


def _head(key: str, lang: str, **places: object) -> str:
    text = word(key, lang, **places)
    return escape(text[0].upper() + text[1:])


def _hint(text: str, tag: str = "span") -> str:
    return f'<{tag} class="hint">{escape(text)}</{tag}>' if text else ""
