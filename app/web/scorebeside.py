"""What a score card tells beside its points, as its page shows it: stars, portals, governance.

A card may lack any of it: one that was kept with an older release.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.quality.badges import told
from app.quality.forms import Card
from app.quality.portals.model import NOTE
from app.quality.text import counted, does, span
from app.quality.words import STATUSES
from app.web.site import View

_FIVE: Final = range(1, 6)
_MISSING: Final = 3
_ANSWERS: Final = {True: "yes", False: "no", None: "unknown"}
Values = dict[str, Any]
Text = Mapping[str, str]


def stars(view: View, found: Mapping[str, Any] | None) -> Values | None:
    """Return the stars as a picture and in words; with what is missing most, or each criterion."""
    if not found:
        return None
    lang = view.language
    return {
        "span": span(found, lang), "said": told("stars", found, lang),
        "kinds": ["sure" if n <= found["sure"] else "possible" if n <= found["possible"] else "lost"
                  for n in _FIVE],
        "missing": [
            {"star": one["star"], "text": one["text"][lang], "datasets": counted(one["datasets"])}
            for one in found["missing"][:_MISSING]
        ] if isinstance(found["missing"], list) else [],
        "criteria": [
            {"star": one["star"], "text": one["text"][lang], **_answer(view, one["passed"])}
            for one in found.get("criteria", ())
        ],
    }  # fmt: skip


def portals(view: View, card: Card) -> list[Values]:
    """Return what each portal does with the datasets of a catalog, and with it as a feed."""
    feeds = card.get("portals", ())
    return [
        {
            "title": feed["title"][view.language],
            "statuses": [{"status": status, "said": STATUSES[status][view.language],
                          "datasets": counted(counts[status])}
                         for status in STATUSES if counts.get(status)],
            "findings": [{"severity": one["severity"], "text": one["text"][view.language],
                          "said": f"{does(one, view.language)}:"}
                         for one in why],
        }
        for feed, counts, why in zip(feeds, card.get("statuses", ()), card.get("reasons", ()),
                                     strict=True)
    ]  # fmt: skip


def beside(view: View, card: Card, one: Card) -> Values:
    """Return what is told beside the points of one dataset; texts that are fixed the card has."""
    if "fields" not in card:
        return {"portals": [], "governance": [], "charter": []}
    lang = view.language
    return {
        "portals": [
            {"title": feed["title"][lang], "status": item["status"],
             "said": STATUSES[item["status"]][lang],
             "fields": [(card["fields"][field["field"]][lang], " · ".join(field["value"][lang]))
                        for field in item["shown"]],
             "findings": [*_findings(view, item["findings"])]}
            for feed, item in zip(card["portals"], one["portals"], strict=True)
        ],
        "governance": [
            {"name": asked["label"][lang], "status": item["status"],
             "said": " · ".join(item["value"][lang]) or view.words(f"score_is_{item['status']}"),
             "task": asked["tasks"].get(item["status"], {}).get(lang, ""),
             "example": f"{item['property']} {asked['example']}"}
            for asked, item in zip(card["governance"], one["governance"], strict=True)
        ],
        "charter": [
            {"title": head["title"][lang], "limits": head["limits"][lang],
             "checks": [
                 {"text": check["text"][lang], **_answer(view, item["checks"][check["check"]])}
                 for check in head["checks"]
             ]}
            for head, item in zip(card["charter"], one["charter"], strict=True)
        ],
    }  # fmt: skip


def _answer(view: View, passed: bool | None) -> Values:
    kind = _ANSWERS[passed]
    return {"kind": kind, "said": view.words(f"score_{kind}")}


def _findings(view: View, found: Sequence[Mapping[str, Any]]) -> Iterator[Values]:
    for item in found:
        yield {"text": item["text"][view.language], "severity": item["severity"],
               "said": view.words(f"score_does_{item['severity']}") if item["severity"] != NOTE
               else ""}  # fmt: skip
