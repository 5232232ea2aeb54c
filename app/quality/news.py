"""What changed in the scores of a catalog, as a letter in plain text and as an Atom feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from app.quality.labels import LABELS
from app.quality.oneline import one_line
from app.quality.text import counted, number, title_of
from app.quality.words import BASIS
from app.rdf.terms import NOT_XML

# of each kind of change in one letter; the JSON has all
_LISTED: Final = 20
ENTRIES: Final = 100
_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "first": "{name}: {count}, gemiddeld {points} punten",
        "same": "{name}: kwaliteit ongewijzigd, gemiddeld {points} punten",
        "subject": "{name}: {parts}; gemiddeld {points} punten ({delta})",
        "unread": "{name}: niet gelezen",
        "worse": "{count} slechter", "better": "{count} beter", "added": "{count} nieuw",
        "gone": "{count} weg",
        "Worse": "Slechter:", "Better": "Beter:", "Added": "Nieuw:",
        "Gone": "Niet meer beschreven:",
        "points": "{before} → {now} punten", "stars": "{before} → {now} sterren",
        "lost": "kwijt of niet meer zeker: {names}", "won": "gewonnen: {names}",
        "more": "… en nog {count}", "range": "{sure} tot {possible}",
        "unmatched": "Zonder eigen adres en dus niet te vergelijken: {count}.",
        "unasked": "Niet van alles konden de adressen gevraagd worden; daar geldt wat eerder "
        "bekend was: {count}.",
        "since": "Vergeleken met {time} UTC.", "next": "Doe eerst:",
        "titles": "Kwaliteit van catalogi", "author": "Vijfster",
    },
    "en": {
        "first": "{name}: {count}, on average {points} points",
        "same": "{name}: quality unchanged, on average {points} points",
        "subject": "{name}: {parts}; on average {points} points ({delta})",
        "unread": "{name}: could not be read",
        "worse": "{count} worse", "better": "{count} better", "added": "{count} new",
        "gone": "{count} gone",
        "Worse": "Worse:", "Better": "Better:", "Added": "New:", "Gone": "No longer described:",
        "points": "{before} → {now} points", "stars": "{before} → {now} stars",
        "lost": "lost or no longer sure: {names}", "won": "won: {names}",
        "more": "… and {count} more", "range": "{sure} to {possible}",
        "unmatched": "Without an address of their own, so not to be compared: {count}.",
        "unasked": "Not all addresses could be asked; there what was known before holds: {count}.",
        "since": "Compared with {time} UTC.", "next": "Do first:",
        "titles": "Quality of catalogs", "author": "Vijfster",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One scoring of one catalog: `time` in UTC (xsd:dateTime), `mean` its average points.

    `change` is what `app.quality.difference` says since the run before, at `since`; None in the
    first. `error` is a text per language where the catalog could not be read, {} otherwise. `next`
    are the tasks that bring most, and `least` the points of which the worst dataset is sure.
    `unreached` is that of the card's evidence: where it is not 0, links tell nothing of the data.
    """

    name: str
    time: str
    mean: Mapping[str, float]
    datasets: int
    since: str = ""
    change: Mapping[str, Any] | None = None
    next: Sequence[Mapping[str, Any]] = ()
    error: Mapping[str, str] | None = None
    least: float | None = None
    unreached: int = 0

    @property
    def worse(self) -> bool:
        """Whether a dataset has lost something, or is gone."""
        return bool(self.change and (self.change["worse"] or self.change["gone"]))

    @property
    def moved(self) -> bool:
        """Whether there is anything to tell: no news is no letter."""
        change = self.change
        return bool(self.error or change is None or self.unreached or change["changed"]
                    or change["added"] or change["gone"])  # fmt: skip


def subject(run: Run, lang: str) -> str:
    """Return one line: the subject of a letter, the title of an entry."""
    said = _SAID[lang]
    if run.error:
        return said["unread"].format(name=run.name)
    points = _range(run.mean, lang)
    if run.change is None:
        return said["first"].format(name=run.name, count=counted(run.datasets), points=points)
    counts = {"worse": run.change["worse"], "better": run.change["better"],
              "added": len(run.change["added"]), "gone": len(run.change["gone"])}  # fmt: skip
    parts = ", ".join(said[key].format(count=count) for key, count in counts.items() if count)
    if not parts:
        return said["same"].format(name=run.name, points=points)
    mean = run.change["mean"]
    delta = "/".join(dict.fromkeys(_signed(mean[side], lang) for side in ("sure", "possible")))
    return said["subject"].format(name=run.name, parts=parts, points=points, delta=delta)


def letter(run: Run, lang: str) -> str:
    """Return the subject, an empty line, and what changed: text to mail as it is."""
    return "\n".join((subject(run, lang), "", *_body(run, lang))).rstrip() + "\n"


def _body(run: Run, lang: str) -> Iterator[str]:
    said = _SAID[lang]
    if run.error:
        yield run.error[lang]
        return
    if run.change is not None:
        yield said["since"].format(time=run.since.replace("T", " ")[:16])
        changed = run.change["changed"]
        yield from _listed("Worse", [one for one in changed if one["worse"]], lang)
        yield from _listed("Better", [one for one in changed if not one["worse"]], lang)
        yield from _listed("Added", run.change["added"], lang)
        yield from _listed("Gone", run.change["gone"], lang)
        yield from (
            f"\n{said[key].format(count=counted(run.change[key]))}"
            for key in ("unmatched", "unasked")
            # histories of older releases have fewer members
            if run.change.get(key)
        )
    if run.unreached:
        yield ""
        yield BASIS["unreached"][lang]
    if run.next:
        yield ""
        yield said["next"]
        yield from (f"- {task['text'][lang]}" for task in run.next)


def _listed(head: str, found: Sequence[Mapping[str, Any]], lang: str) -> Iterator[str]:
    said = _SAID[lang]
    if not found:
        return
    yield ""
    yield said[head]
    for one in found[:_LISTED]:
        title = title_of(one, lang)
        yield f"- {title}"
        if title != one_line(one["dataset"]):
            yield f"  {one_line(one['dataset'])}"
        if "now" in one:
            yield from (f"  {line}" for line in _moves(one, lang))
    if len(found) > _LISTED:
        yield said["more"].format(count=len(found) - _LISTED)


def _moves(one: Mapping[str, Any], lang: str) -> Iterator[str]:
    said, before, now = _SAID[lang], one["before"], one["now"]
    yield said["points"].format(before=_range(before, lang), now=_range(now, lang))
    if before["stars"] and now["stars"] and before["stars"] != now["stars"]:
        shown = [_range(side["stars"], lang) for side in (before, now)]
        yield said["stars"].format(before=shown[0], now=shown[1])
    for key in ("lost", "won"):
        if one[key]:
            yield said[key].format(names=", ".join(LABELS[name][lang] for name in one[key]))


def atom(runs: Iterable[Run], lang: str) -> bytes:
    """Return an Atom feed (RFC 4287) of the newest runs that have something to tell.

    Its name comes from those of the catalogs, so it stays the same from day to day.
    """
    said = _SAID[lang]
    found = sorted(runs, key=lambda run: run.time, reverse=True)
    told = [run for run in found if run.moved][:ENTRIES]
    updated = told[0].time if told else found[0].time if found else "1970-01-01T00:00:00Z"
    names = "\n".join(sorted({run.name for run in found}))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang}">',
        f"<id>{_identity(names)}</id>",
        f"<title>{said['titles']}</title>",
        f"<updated>{updated}</updated>",
        f"<author><name>{said['author']}</name></author>",
    ]
    for run in told:
        lines += [
            "<entry>",
            f"<id>{_identity(run.name, run.time)}</id>",
            f"<title>{_text(subject(run, lang))}</title>",
            f"<updated>{run.time}</updated>",
            f'<content type="text">{_text(letter(run, lang))}</content>',
            "</entry>",
        ]
    lines.append("</feed>\n")
    return "\n".join(lines).encode()


def _identity(*parts: str) -> str:
    return uuid5(NAMESPACE_URL, "\n".join(("vijfster-scores", *parts))).urn


def _text(text: str) -> str:
    return escape(NOT_XML.sub("", text))


def _range(points: Mapping[str, float], lang: str) -> str:
    sure, possible = (number(points[side], lang) for side in ("sure", "possible"))
    shown = {"sure": sure, "possible": possible}
    return sure if sure == possible else _SAID[lang]["range"].format(**shown)


def _signed(points: float, lang: str) -> str:
    return ("+" if points > 0 else "−" if points < 0 else "±") + number(abs(points), lang)
