"""A part of a validation: the causes and things that somebody wants to see, the rest left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# severities of slips -> those of results
_GRAVE = {"error": "Violation", "warning": "Warning", "info": "Info"}
_TEXTS = ("message", "property", "expected", "remedy")


@dataclass(frozen=True, slots=True)
class Part:
    """What is wanted; "" is everything. `text` is looked for in what people read, in any case."""

    severity: str = ""
    profile: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.severity or self.profile or self.text)


def narrowed(model: Mapping[str, Any], part: Part) -> Mapping[str, Any]:
    """Return a model with the wanted causes; verdicts and counts stay those of the whole."""
    if not part:
        return model
    return {**model, "sources": [_source(source, part) for source in model["sources"]]}


def _source(source: Mapping[str, Any], part: Part) -> Mapping[str, Any]:
    groups = [
        _matching(group, part)
        for group in source["groups"]
        if part.severity in ("", group["severity"]) and part.profile in ("", group["profile"])
    ]
    terms = source["terms"] and [
        _matching(finding, part)
        for finding in source["terms"]
        # a slip belongs to no profile
        if not part.profile and part.severity in ("", _GRAVE[finding["severity"]])
    ]
    return {
        **source,
        "groups": [group for group in groups if group["results"]],
        "terms": terms and [finding for finding in terms if finding["results"]],
    }


def _matching(cause: Mapping[str, Any], part: Part) -> Mapping[str, Any]:
    """Return a cause as it is if its own words match, else with the things that do."""
    wanted = part.text.casefold()
    words = (text for name in _TEXTS for text in cause.get(name, {}).values())
    if any(wanted in text.casefold() for text in words):
        return cause
    found = [result for result in cause["results"] if _says(result, wanted)]
    return {**cause, "results": found, "count": len(found)}


def _says(result: Mapping[str, Any], wanted: str) -> bool:
    texts = [result["focus"], *result["label"].values(), *result.get("found", {}).values()]
    return any(wanted in text.casefold() for text in texts)
