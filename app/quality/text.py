"""A score card as plain text for a terminal: the mean, a table, the next three things to do."""

from __future__ import annotations

import shlex
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.quality.indicators import DIMENSIONS
from app.quality.oneline import one_line
from app.quality.portals.model import REJECTED
from app.quality.portals.reasons import reasons
from app.quality.tasks import SOURCE
from app.quality.words import BASIS, DOES, EFFORTS, HEADS, PLACES, RATINGS, STATUSES

_NEXT: Final = 3
# those with least come first
_ROWS: Final = 50
_TITLE: Final = 44
# a table with every dimension fits
_WIDE: Final = 140
# starts a line that is not broken
_AS_IS: Final = "\0"
_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "mean": "{source}: {counted}, gemiddeld {points} van de {highest} punten van "
        "data.europa.eu ({rating})",
        "to": "{sure} tot {possible}",
        "stars": "Sterren: gemiddeld {stars} van 5. Volgende ster:",
        "missing": "{datasets}, ster {star}: {text}",
        "portals": "Portalen:",
        "portal": "{title}: {statuses}",
        "first": "Doe eerst:",
        "nothing": "Er is niets meer te winnen.",
        "gain": "gemiddeld +{points} punten",
        "doubt": "gemiddeld {doubtful} punten worden zeker",
        "where": "{datasets} van {counted}; {gain}; {effort}",
        "more": "… en nog {more}; --json geeft ze allemaal",
        "example": "Bijvoorbeeld, {place}:",
        "run": "Alles zien:",
        "repair": "vijfster repair doet het waar de waarde zeker is (regel {rules})",
    },
    "en": {
        "mean": "{source}: {counted}, on average {points} of the {highest} points of "
        "data.europa.eu ({rating})",
        "to": "{sure} to {possible}",
        "stars": "Stars: {stars} of 5 on average. Next star:",
        "missing": "{datasets}, star {star}: {text}",
        "portals": "Portals:",
        "portal": "{title}: {statuses}",
        "first": "Do first:",
        "nothing": "There is nothing left to win.",
        "gain": "+{points} points on average",
        "doubt": "{doubtful} points on average become sure",
        "where": "{datasets} of {counted}; {gain}; {effort}",
        "more": "… and {more} more; --json gives all",
        "example": "For example, {place}:",
        "run": "To see all:",
        "repair": "vijfster repair does it where the value is certain (rule {rules})",
    },
}


def text(card: Mapping[str, Any], lang: str, width: int = 0) -> str:
    """Return the lines of a card, within a width in characters (0 for any)."""
    wide = not width or width >= _WIDE
    lines = (_within(line, width) for line in _lines(card, lang, wide=wide))
    return "\n".join(lines) + "\n"


def _within(line: str, width: int) -> str:
    """Return a line in lines of a width, what is to be copied as it is."""
    if line.startswith(_AS_IS) or not width or len(line) <= width:
        return line.removeprefix(_AS_IS)
    margin = len(line) - len(line.lstrip(" -0123456789."))
    return "\n".join(textwrap.wrap(
        line, width, subsequent_indent=" " * margin, break_long_words=False,
        break_on_hyphens=False,
    ))  # fmt: skip


def _lines(card: Mapping[str, Any], lang: str, *, wide: bool) -> Iterator[str]:
    said, whole, found = _SAID[lang], card["mean"], card["datasets"]
    low, high = (RATINGS[whole["rating"][side]][lang] for side in ("sure", "possible"))
    rating = low if low == high else said["to"].format(sure=low, possible=high)
    yield said["mean"].format(
        source=card["source"], counted=counted(len(found)), points=span(whole, lang),
        rating=rating, highest=card["highest"],
    )  # fmt: skip
    for sentence in basis(card["evidence"], lang):
        yield "  " + sentence
    yield ""
    shown = DIMENSIONS if wide else ()
    heads = [f"{HEADS[name][lang]} /{whole['dimensions'][name]['highest']}  " for name in shown]
    yield (f"  {HEADS['points'][lang]:>11}  {HEADS['stars'][lang]:>7}  {''.join(heads)}"
           f"{HEADS['dataset'][lang]}")  # fmt: skip
    mean = {**whole, "stars": card["stars"], "dataset": HEADS["mean"][lang], "title": {}}
    for one in [*found[:_ROWS], mean]:
        cells = [
            f"{span(one['dimensions'][name], lang):>{len(head) - 2}}  "
            for name, head in zip(shown, heads, strict=True)
        ]
        yield (f"  {span(one, lang):>11}  {span(one['stars'], lang):>7}  {''.join(cells)}"
               f"{_shortened(title_of(one, lang))}")  # fmt: skip
    if len(found) > _ROWS:
        yield "  " + said["more"].format(more=len(found) - _ROWS)
    yield ""
    yield from _next(card, lang)
    yield from _stars(card, lang)
    yield from _portals(card, lang)


def _stars(card: Mapping[str, Any], lang: str) -> Iterator[str]:
    stars = card["stars"]
    if stars["missing"]:
        yield ""
        yield _SAID[lang]["stars"].format(stars=span(stars, lang))
        for one in stars["missing"][:_NEXT]:
            facts = {**one, "datasets": counted(one["datasets"]), "text": one["text"][lang]}
            yield "  " + _SAID[lang]["missing"].format(**facts)


def _portals(card: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Yield what becomes of the datasets at each portal, and why where it is bad."""
    if "portals" not in card:
        return
    yield ""
    yield _SAID[lang]["portals"]
    for number_, (feed, why) in enumerate(zip(card["portals"], reasons(card), strict=True)):
        counts = Counter(one["portals"][number_]["status"] for one in card["datasets"])
        statuses = ", ".join(f"{counted(counts[status])} {STATUSES[status][lang]}"
                             for status in STATUSES if counts[status])  # fmt: skip
        yield "  " + _SAID[lang]["portal"].format(title=feed["title"][lang], statuses=statuses)
        for one in why:
            yield f"    - {does(one, lang)}: {one['text'][lang]}"


def _next(card: Mapping[str, Any], lang: str) -> Iterator[str]:
    said, count = _SAID[lang], len(card["datasets"])
    if not card["next"]:
        yield said["nothing"]
        return
    yield said["first"]
    for place, task in enumerate(card["next"][:_NEXT], 1):
        yield f"  {place}. {task['text'][lang]}"
        gains = []
        if task["points"]:
            gains.append(said["gain"].format(points=number(task["points"], lang)))
        if task["doubtful"]:
            gains.append(said["doubt"].format(doubtful=number(task["doubtful"], lang)))
        effort = EFFORTS[task["effort"]["level"]][lang]
        yield "     " + said["where"].format(
            datasets=task["datasets"], counted=counted(count), gain=", ".join(gains), effort=effort
        )
        yield from (f"     - {one[lang]}" for one in task["wrong"])
        where = PLACES[task["at"]][lang] if task["at"] else ""
        yield "     " + said["example" if where else "run"].format(place=where)
        yield _AS_IS + "       " + example(task, card["source"])
        if task["repair"]:
            yield "     " + said["repair"].format(rules=", ".join(task["repair"]))


def example(task: Mapping[str, Any], source: str) -> str:
    """Return what can be copied for a task: a property and its value, or a command."""
    if task["property"]:
        return one_line(f"{task['property']} {task['example']}")
    return str(task["example"]).replace(SOURCE, shlex.quote(source)) if source else task["example"]


def basis(evidence: Mapping[str, Any], lang: str) -> list[str]:
    """Return on what a card rests, in sentences."""
    told = [key for key in ("unreached", "own") if evidence.get(key)]
    # of a computer without internet a count of answers would only blame others
    first = [] if "unreached" in told else [evidence["basis"]]
    return [BASIS[key][lang].format(**evidence) for key in (*first, *told)]


def does(reason: Mapping[str, Any], lang: str) -> str:
    """Return in a few words how bad a reason is, and for how many datasets."""
    doubted = reason["severity"] == REJECTED and not reason["certain"]
    about = f" ({counted(reason['datasets'])})" if reason["datasets"] else ""
    return DOES["perhaps" if doubted else reason["severity"]][lang] + about


def counted(count: int) -> str:
    """Return a number of datasets in words, alike in both languages."""
    return f"{count} dataset" if count == 1 else f"{count} datasets"


def span(points: Mapping[str, float], lang: str) -> str:
    """Return the points that are sure, and those that are possible if they are more."""
    sure, possible = (number(points[side], lang) for side in ("sure", "possible"))
    return sure if sure == possible else f"{sure}–{possible}"


def number(points: float, lang: str) -> str:
    """Return points as people write them, with one decimal where they have any."""
    shown = f"{points:g}" if points == int(points) else f"{points:.1f}"
    return shown.replace(".", ",") if lang == "nl" else shown


def title_of(one: Mapping[str, Any], lang: str) -> str:
    """Return the title of a dataset in a language, else another, else its address."""
    found = one["title"]
    return found.get(lang) or next(filter(None, found.values()), "") or one_line(one["dataset"])


def _shortened(title: str) -> str:
    return title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"
