"""The forms of an overview of publishers: JSON, a table for a spreadsheet, text for a terminal."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.quality.indicators import HIGHEST
from app.quality.labels import LABELS
from app.quality.text import counted, number, span
from app.quality.words import BASIS, RATINGS
from app.tables.writing import safe_csv

COLUMNS: Final = (
    "publisher", "source", "datasets", "stars", "possible_stars", "sure", "possible", "rating",
    "last_since", "last_points", "better", "worse", "added", "gone", "since", "change", "band",
    "rank", "of", "basis", "read", "unread", "lost_nl", "lost_en", "next_nl", "next_en",
)  # fmt: skip
# of what costs most
SHOWN: Final = 3
SIDES: Final = ("sure", "possible")
_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("Kwaliteit van open data per uitgever", "Quality of open data by publisher"),
    "whole": ("{publishers}, {datasets}", "{publishers}, {datasets}"),
    "publishers_1": ("1 uitgever", "1 publisher"),
    "publishers_n": ("{count} uitgevers", "{count} publishers"),
    "average": ("gemiddeld {points} van {highest} punten per dataset",
                "{points} of {highest} points per dataset on average"),
    "average_stars": ("{stars} van 5 sterren", "{stars} of 5 stars"),
    "made": ("Stand op {day}.", "As it stood on {day}."),
    "nobody": ("Nog geen enkele uitgever is gescoord.", "No publisher has been scored yet."),
    "publisher": ("uitgever", "publisher"),
    "datasets": ("datasets", "datasets"),
    "stars": ("sterren", "stars"),
    "points": ("punten", "points"),
    "rating": ("oordeel", "rating"),
    "trend": ("verloop", "trend"),
    "last": ("vorige keer", "last time"),
    "last_long": ("sinds de vorige keer", "since last time"),
    "change": ("{days} dagen", "{days} days"),
    "change_long": ("over {days} dagen", "over {days} days"),
    "standing": ("plaats", "rank"),
    "place_of": ("{rank} van {of}", "{rank} of {of}"),
    "lost": ("verliest het meest", "loses most"),
    "next": ("doe eerst", "do first"),
    "first_time": ("eerste keer", "first time"),
    "same": ("gelijk", "the same"),
    "moved": ("{better} beter, {worse} slechter", "{better} better, {worse} worse"),
    "came": ("{added} nieuw, {gone} weg", "{added} new, {gone} gone"),
    "since": ("sinds {day}", "since {day}"),
    "unread": ("niet te lezen sinds {day}; dit is van {read}",
               "could not be read since {day}; this is of {read}"),
    "waiting": ("Nog niet gelezen: {names}.", "Not read yet: {names}."),
    "bands": ("Wie even groot is", "Who is alike in size"),
    "bands_text": (
        "Een uitgever wordt vergeleken met wie ongeveer even veel datasets heeft. De plaats volgt "
        "de sterren, dan de punten die zeker zijn; wie gelijk staat, deelt ze.",
        "A publisher is compared with those of about as many datasets. Its place follows the "
        "stars, then the points that are sure; equals share theirs."),
    "band": ("datasets per uitgever", "datasets per publisher"),
    "band_publishers": ("uitgevers", "publishers"),
    "median": ("middelste score", "median score"),
    "all_lost": ("Wat allen samen het meest verliezen", "What all together lose most"),
    "all_lost_text": ("Gemiddeld per dataset.", "On average per dataset."),
    "indicator": ("kenmerk", "indicator"),
    "lost_points": ("punten kwijt", "points lost"),
    "lacking": ("datasets zonder", "datasets without"),
    "by_stars": ("Datasets per aantal sterren", "Datasets by number of stars"),
    "by_stars_text": (
        "Zeker: nu al. Mogelijk: wanneer alles wat nog niet nagegaan is, goed uitvalt.",
        "Sure: now. Possible: when all that was not checked yet turns out well."),
    "sure": ("zeker", "sure"),
    "possible": ("mogelijk", "possible"),
    "basis_metadata": (
        "Uit de metadata alleen: een bereik zegt wat zeker is en wat mogelijk is als de "
        "adressen antwoorden.",
        "From metadata only: a range says what is sure, and what is possible if the addresses "
        "answer."),
}  # fmt: skip


def word(key: str, lang: str, **places: object) -> str:
    """Return a word of the overview, its places filled."""
    return _SAID[key][0 if lang == "nl" else 1].format(**places)


def whole(found: Mapping[str, Any], lang: str) -> str:
    """Return one line on all publishers together."""
    total = found["whole"]
    if not total["publishers"]:
        return word("nobody", lang)
    parts = [word("average", lang, points=span(total, lang), highest=HIGHEST)]
    if total["stars"]:
        parts.append(word("average_stars", lang, stars=span(total["stars"], lang)))
    count = total["publishers"]
    publishers = word("publishers_1" if count == 1 else "publishers_n", lang, count=count)
    head = word("whole", lang, publishers=publishers, datasets=counted(total["datasets"]))
    return f"{head}: {', '.join(parts)}."


def rating(one: Mapping[str, Any], lang: str) -> str:
    """Return the class of points in words, or the two that it may be."""
    return "–".join(dict.fromkeys(RATINGS[one["rating"][side]][lang] for side in SIDES))


def signed(points: float, lang: str) -> str:
    """Return a change in points with its sign."""
    return ("+" if points > 0 else "−" if points < 0 else "±") + number(abs(points), lang)


def moved(one: Mapping[str, Any], lang: str) -> str:
    """Return in words what the last scoring changed among the datasets, "" for nothing."""
    last = one["last"] or {}
    parts = [word(key, lang, **last) for key, names in (("moved", ("better", "worse")),
             ("came", ("added", "gone"))) if any(last.get(name) for name in names)]  # fmt: skip
    return ", ".join(parts)


def lost(one: Mapping[str, Any], lang: str) -> str:
    """Return what costs most, with the points."""
    return ", ".join(f"{LABELS[item['indicator']][lang]} ({signed(-item['points'], lang)})"
                     for item in one["lost"][:SHOWN])  # fmt: skip


def unread(one: Mapping[str, Any], lang: str) -> str:
    """Return since when a source cannot be read, "" if it can."""
    if not one["unread"]:
        return ""
    return word("unread", lang, day=one["unread"][:10], read=one["read"][:10])


def as_json(found: Mapping[str, Any]) -> bytes:
    """Return the overview as it is."""
    return json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n"


def as_csv(found: Mapping[str, Any]) -> bytes:
    """Return a row per publisher, in which no cell is a formula; a mark first, for Excel."""
    return codecs.BOM_UTF8 + safe_csv(COLUMNS, _table(found))


def _table(found: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for one in found["publishers"]:
        stars, task, last = one["stars"] or {}, one["next"] or {}, one["last"] or {}
        cells = {
            **{name: one[name] for name in (
                "publisher", "source", "datasets", "sure", "possible", "change", "since", "band",
                "rank", "of", "basis", "read", "unread")},
            **{name: last.get(name) for name in ("better", "worse", "added", "gone")},
            "last_since": last.get("since"), "last_points": last.get("sure"),
            "stars": stars.get("sure"), "possible_stars": stars.get("possible"),
            "rating": one["rating"]["sure"],
            "lost_nl": lost(one, "nl"), "lost_en": lost(one, "en"),
            "next_nl": task.get("nl"), "next_en": task.get("en"),
        }  # fmt: skip
        yield {name: _cell(cells[name]) for name in COLUMNS}


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def as_text(found: Mapping[str, Any], lang: str) -> str:
    """Return the lines for a terminal."""
    return "\n".join(_lines(found, lang)) + "\n"


def _lines(found: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield whole(found, lang)
    if any(one["basis"] == "metadata" for one in found["publishers"]):
        yield BASIS["metadata"][lang]
    if found["publishers"]:
        yield ""
        heads = [word(key, lang) for key in ("stars", "points")]
        heads += [word("last", lang), word("change", lang, days=found["days"]),
                  word("standing", lang), word("publisher", lang)]  # fmt: skip
        widths = (9, 13, 12, 9, 11)
        yield "  " + _aligned(heads, widths)
        for one in found["publishers"]:
            yield "  " + _aligned(_cells(one, lang), widths)
            for said in (unread(one, lang), moved(one, lang)):
                if said:
                    yield f"{'':<{sum(widths) + 2 * len(widths) + 4}}{said}"
    if found["whole"]["lost"]:
        yield ""
        yield f"{word('all_lost', lang)}: {lost(found['whole'], lang)}"
    if found["waiting"]:
        yield ""
        yield word("waiting", lang, names=", ".join(found["waiting"]))


def _aligned(cells: list[str], widths: tuple[int, ...]) -> str:
    shown = [f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=False)]
    return "  ".join([*shown, cells[-1]])


def _cells(one: Mapping[str, Any], lang: str) -> list[str]:
    last = word("first_time", lang) if one["last"] is None else signed(one["last"]["sure"], lang)
    return [
        span(one["stars"], lang) if one["stars"] else "",
        span(one, lang),
        last,
        "" if one["change"] is None else signed(one["change"], lang),
        word("place_of", lang, rank=one["rank"], of=one["of"]),
        f"{one['publisher']} ({counted(one['datasets'])}, {rating(one, lang)})",
    ]
