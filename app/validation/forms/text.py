"""A validation as plain text for a terminal: causes first, with a few examples of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from app.validation.forms.words import place, word

_EXAMPLES = 3


def text(model: Mapping[str, Any], lang: str) -> str:
    """Return the lines of a report."""
    return "\n".join(_lines(model, lang)) + "\n"


def news(model: Mapping[str, Any], lang: str) -> str:
    """Return what is new and what was fixed of a model that was compared, numbers first."""
    return "\n".join(_news(model, lang)) + "\n"


def _lines(model: Mapping[str, Any], lang: str) -> Iterator[str]:
    profiles = ", ".join(map(_named, model["profiles"]))
    for source in model["sources"]:
        yield f"{source['name']}: {word(source['verdict'], lang)}"
        if source["error"]:
            # it says the file and the line itself
            yield f"  {source['error']['message'][lang]}"
            continue
        checked = "checked_one" if source["triples"] == 1 else "checked"
        yield f"  {word(checked, lang, triples=source['triples'], profiles=profiles)}"
        for told in source.get("notes", ()):
            yield f"  {word('note', lang)}: {told['message'][lang]}"
        if not source["groups"]:
            yield f"  {word('nothing_wrong', lang)}"
        for group in source["groups"]:
            yield from _group(group, lang)
        for gap in source["unchecked"]:
            yield f"  {word('unchecked', lang)}: {gap['reason'][lang]}"
        if source["groups"]:
            yield f"  {word('summary', lang, **source['counts'])}"
        yield from _terms(source["terms"] or (), lang)
    if "baseline" in model:
        yield ""
        yield word("baseline", lang, **model["baseline"])
        yield from _fixed(model["baseline"], lang)
        yield from _slips_since(model["baseline"]["terms"], lang)


def _named(profile: Mapping[str, Any]) -> str:
    name, version = profile["name"], profile["version"]
    return name if not version or name.endswith(version) else f"{name} {version}"


def _news(model: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield word("difference", lang, **model["baseline"])
    for source in model["sources"]:
        for group in source["groups"]:
            fresh = [result for result in group["results"] if result["status"] == "new"]
            if fresh:
                yield from islice(_group({**group, "results": fresh, "count": len(fresh)}, lang),
                                  1, None)  # fmt: skip
        for gap in source["unchecked"]:
            yield f"  {word('unchecked', lang)}: {gap['reason'][lang]}"
    yield from _fixed(model["baseline"], lang)
    slips = model["baseline"]["terms"]
    if slips["new"] or slips["fixed"]:
        yield from _slips_since(slips, lang)
        for source in model["sources"]:
            for finding in source["terms"] or ():
                if finding.get("new"):
                    # of a cause that was there before nobody knows which things are new
                    things = finding["results"] if finding["new"] == finding["count"] else ()
                    new = {**finding, "count": finding["new"], "results": things}
                    yield from _term(new, lang)


def _fixed(baseline: Mapping[str, Any], lang: str) -> Iterator[str]:
    if baseline["unlisted"]:
        yield f"  {word('unlisted', lang, count=baseline['unlisted'])}"
    yield from _causes(baseline, lang)


def _causes(counts: Mapping[str, Any], lang: str) -> Iterator[str]:
    for cause in counts["causes"]:
        times = f" ({cause['count']} {word('times', lang)})" if cause["count"] > 1 else ""
        yield f"  {word('fixed', lang)}{times}: {cause['message'][lang]}"


def _slips_since(slips: Mapping[str, Any], lang: str) -> Iterator[str]:
    if any(slips[name] for name in ("new", "fixed", "remaining")):
        yield f"{word('terms', lang)}: {word('baseline_terms', lang, **slips)}"
    if slips["unlisted"]:
        yield f"  {word('unlisted_terms', lang, count=slips['unlisted'])}"
    yield from _causes(slips, lang)


def _group(group: Mapping[str, Any], lang: str) -> Iterator[str]:
    count = f" ({group['count']} {word('times', lang)})" if group["count"] > 1 else ""
    yield ""
    yield f"  {word(group['severity'], lang)}{count}: {group['message'][lang]}"
    for result in group["results"][:_EXAMPLES]:
        where = f", {place(result, lang)}".removesuffix(", ")
        found = f": {word('found', lang)} {result['found'][lang]}" if result["found"] else ""
        mend = f". {result['remedy'][lang]}" if "remedy" in result else ""
        yield f"    - {result['label'][lang]}{where}{found}{mend}"
    rest = group["count"] - min(len(group["results"]), _EXAMPLES)
    if rest > 0:
        yield f"    {word('more', lang, count=rest)}"
    if group["example"]:
        yield f"    {word('example', lang)}: {group['example']}"
    if group["snippet"]:
        yield f"    {word('snippet', lang)}:"
        yield from (f"      {line}".rstrip() for line in group["snippet"].splitlines())


def _terms(findings: Sequence[Mapping[str, Any]], lang: str) -> Iterator[str]:
    if findings:
        yield ""
        yield f"  {word('terms', lang)}. {word('terms_text', lang)}"
    for finding in findings:
        yield from _term(finding, lang)


def _term(finding: Mapping[str, Any], lang: str) -> Iterator[str]:
    count = f" ({finding['count']} {word('times', lang)})" if finding["count"] > 1 else ""
    yield f"  {word(finding['severity'], lang)}{count}: {finding['message'][lang]}"
    yield f"    {finding['remedy'][lang]}"
    for result in finding["results"][:_EXAMPLES]:
        where = f", {place(result, lang)}".removesuffix(", ")
        yield f"    - {result['label'][lang]}{where}"
    rest = finding["count"] - min(len(finding["results"]), _EXAMPLES)
    if rest > 0 and finding["results"]:
        yield f"    {word('more', lang, count=rest)}"
