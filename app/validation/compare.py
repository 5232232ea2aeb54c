"""A validation beside an earlier one: what is new, what was fixed, what remains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.errors import InputError
from app.rdf.iris import reference
from app.rdf.terms import Term
from app.validation.model import MODEL

_Key = tuple[str, str, str, str, str]
_Cause = tuple[str, str, str, str]
_BLANK = "_:"


def compared(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model with `baseline`: counts `new`, `fixed`, `remaining`, and the causes fixed.

    Every result gets `status`, "new" or "remaining". Sources are compared by name, results by
    shape, constraint, thing and value; things without an IRI by how many there are, since their
    names are made anew by each reading. What stands relative to a file is the same in another
    folder. `unlisted` is how many results either one counts but does
    not list: those are not compared.

    `terms` has the same counts of slips in names and values, by source, rule, property and cause;
    each finding gets `new`. Only its first things are listed, so a case mended in one thing and
    made in another remains. `unlisted` is what one of the two reports did not look for.

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
    sources: list[Mapping[str, Any]] = []
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
    sources, slips = _with_slips(sources, before["sources"])
    return {**now, "sources": sources, "baseline": {**baseline, "terms": slips}}


def _with_slips(
    now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], dict[str, Any]]:
    """Return the sources with what is new of each finding, and the counts of all."""
    apart = {source["name"] for source in (*now, *before) if not _tells_causes(source)}
    old = [item for source in before if source["name"] not in apart for item in _slips(source)]
    left = Counter[_Cause]()
    for cause, finding in old:
        left[cause] += finding["count"]
    new = remaining = 0
    sources: list[Mapping[str, Any]] = []
    for source in now:
        if source["name"] in apart:
            sources.append(source)
            continue
        findings = []
        for cause, finding in _slips(source):
            known = min(left[cause], finding["count"])
            left[cause] -= known
            findings.append({**finding, "new": finding["count"] - known})
            new, remaining = new + finding["count"] - known, remaining + known
        sources.append({**source, "terms": findings})
    causes = [{"message": finding["message"], "count": left[cause]}
              for cause, finding in dict(old).items() if left[cause] > 0]  # fmt: skip
    unlisted = sum(finding["count"] for source in (*now, *before) if source["name"] in apart
                   for finding in source.get("terms") or ())  # fmt: skip
    return sources, {"new": new, "fixed": sum(cause["count"] for cause in causes),
                     "remaining": remaining, "causes": causes, "unlisted": unlisted}  # fmt: skip


def _tells_causes(source: Mapping[str, Any]) -> bool:
    """Tell whether slips were looked for, by a release that names what causes them."""
    found = source.get("terms")
    return found is not None and all("cause" in finding for finding in found)


def _slips(source: Mapping[str, Any]) -> Iterator[tuple[_Cause, Mapping[str, Any]]]:
    for finding in source["terms"]:
        yield (source["name"], finding["id"], finding["path"], finding["cause"]), finding


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
    base = source.get("base", "")
    focus, value = (_same(result[name], base) for name in ("focus", "value"))
    return source["name"], group["shape"], group["component"], focus, value


def _same(term: Term, base: str) -> str:
    """Return what makes a thing or value the same in two reports."""
    if term.startswith(_BLANK):
        return _BLANK
    near = term.startswith("<file:") and base.startswith("file:")
    return reference(term[1:-1], base) if near else term
