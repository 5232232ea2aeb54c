"""A validation beside an earlier one: what is new, what was fixed, what remains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from app.errors import InputError
from app.validation.model import MODEL

_Key = tuple[str, str, str, str, str]
_BLANK = "_:"


def compared(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model with `baseline`: counts `new`, `fixed`, `remaining`, and the causes fixed.

    Every result gets `status`, "new" or "remaining". Sources are compared by name, results by
    shape, constraint, thing and value; things without an IRI by how many there are, since their
    names are made anew by each reading. `unlisted` is how many results either one counts but does
    not list: those are not compared.

    Raises:
        InputError: The earlier one is no model of this version.
    """
    if not isinstance(before, Mapping) or before.get("model") != MODEL:
        raise InputError(
            "the baseline is no JSON report of this version; make one with --format json",
            nl="de vergelijkingsbasis is geen JSON-rapport van deze versie; maak er een met "
            "--format json",
        )
    left = Counter(key for key, _ in _results(before))
    old = dict(_results(before))
    new = remaining = 0
    sources = []
    for source in now["sources"]:
        groups = []
        for group in source["groups"]:
            results = []
            for result in group["results"]:
                key = _key(source, group, result)
                known = left[key] > 0
                left[key] -= known
                new, remaining = new + (not known), remaining + known
                results.append({**result, "status": "remaining" if known else "new"})
            groups.append({**group, "results": results,
                           "new": sum(item["status"] == "new" for item in results)})  # fmt: skip
        sources.append({**source, "groups": groups})
    fixed: dict[tuple[str, str], dict[str, Any]] = {}
    for key, count in left.items():
        if count > 0:
            cause = fixed.setdefault(key[1:3], {"message": old[key]["message"], "count": 0})
            cause["count"] += count
    causes = list(fixed.values())
    total = sum(cause["count"] for cause in causes)
    baseline = {"new": new, "fixed": total, "remaining": remaining, "causes": causes,
                "unlisted": _unlisted(now) + _unlisted(before)}  # fmt: skip
    return {**now, "sources": sources, "baseline": baseline}


def new_by_severity(model: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of new results by severity of a compared model."""
    out: dict[str, int] = {}
    for source in model["sources"]:
        for group in source["groups"]:
            out[group["severity"]] = out.get(group["severity"], 0) + group["new"]
    return out


def _unlisted(model: Mapping[str, Any]) -> int:
    return sum(group["count"] - len(group["results"])
               for source in model["sources"] for group in source["groups"])  # fmt: skip


def _results(model: Mapping[str, Any]) -> Iterator[tuple[_Key, Mapping[str, Any]]]:
    for source in model["sources"]:
        for group in source["groups"]:
            for result in group["results"]:
                yield _key(source, group, result), group


def _key(source: Mapping[str, Any], group: Mapping[str, Any], result: Mapping[str, Any]) -> _Key:
    focus, value = (_BLANK if term.startswith(_BLANK) else term
                    for term in (result["focus"], result["value"]))  # fmt: skip
    return source["name"], group["shape"], group["component"], focus, value
