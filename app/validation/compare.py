"""A validation beside an earlier one: what is new, what was fixed, what remains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.errors import InputError
from app.validation.model import MODEL

_Key = tuple[str, str, str, str, str]


def compared(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model with `baseline`: counts `new`, `fixed`, `remaining`, and the causes fixed.

    Every result gets `status`, "new" or "remaining". Sources are compared by name, results by
    shape, constraint, thing and value; what a report counts but does not list is not compared.

    Raises:
        InputError: The earlier one is no model of this version.
    """
    if not isinstance(before, Mapping) or before.get("model") != MODEL:
        raise InputError(
            "the baseline is no JSON report of this version; make one with --format json",
            nl="de vergelijkingsbasis is geen JSON-rapport van deze versie; maak er een met "
            "--format json",
        )
    old = {key: group for key, _, group in _results(before)}
    seen: set[_Key] = set()
    new = remaining = 0
    sources = []
    for source in now["sources"]:
        groups = []
        for group in source["groups"]:
            results = []
            for result in group["results"]:
                key = _key(source, group, result)
                known = key in old
                seen.add(key)
                new, remaining = new + (not known), remaining + known
                results.append({**result, "status": "remaining" if known else "new"})
            groups.append({**group, "results": results,
                           "new": sum(item["status"] == "new" for item in results)})  # fmt: skip
        sources.append({**source, "groups": groups})
    fixed: dict[tuple[str, str], dict[str, Any]] = {}
    for key, group in old.items():
        if key not in seen:
            cause = fixed.setdefault(key[1:3], {"message": group["message"], "count": 0})
            cause["count"] += 1
    causes = list(fixed.values())
    total = sum(cause["count"] for cause in causes)
    baseline = {"new": new, "fixed": total, "remaining": remaining, "causes": causes}
    return {**now, "sources": sources, "baseline": baseline}


def new_by_severity(model: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of new results by severity of a compared model."""
    out: dict[str, int] = {}
    for source in model["sources"]:
        for group in source["groups"]:
            out[group["severity"]] = out.get(group["severity"], 0) + group["new"]
    return out


def _results(model: Mapping[str, Any]) -> Iterator[tuple[_Key, Any, Mapping[str, Any]]]:
    for source in model["sources"]:
        for group in source["groups"]:
            for result in group["results"]:
                yield _key(source, group, result), result, group


def _key(source: Mapping[str, Any], group: Mapping[str, Any], result: Mapping[str, Any]) -> _Key:
    return (source["name"], group["shape"], group["component"], result["focus"], result["value"])
