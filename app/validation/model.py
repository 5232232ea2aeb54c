"""The model of a validation: JSON values that every form is a pure function of.

    {"verdict", "profiles": [{"name", "version", "title"}], "sources": [SOURCE]}
    SOURCE: "name", "media_type", "base", "triples", "verdict", "counts", "groups", "unchecked",
        "notes", "terms", "error"
    GROUP (one cause): "profile", "shape", "component", "severity", "path", "property", "message",
        "expected", "remedy", "example", "snippet", "clause", "count", "results"
    RESULT: "focus", "label", "value", "found", "line", "cells" (of an inventory: "file", "sheet",
        "row", "column", "ref", "address"); of a cell by itself also "message" and "remedy"
    TERM (one slip in names or values, of no profile): "id", "severity", "message", "remedy",
        "count", "path", "property", "cause", "value", "results" (without "value" and "found");
        "terms" is None where nobody looked for them

`verdict` is "conforms", "violations", "not-fully-checked" or "unreadable", the worst of the parts.
Texts are by language. `docs/validation.md` documents the model; its version is `MODEL`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import InputError
from app.rdf.namespaces import expand, term
from app.rdf.terms import Term, Triple, is_literal, literal_of
from app.tables.cells import Note
from app.validation.explain import LANGUAGES, Explainer
from app.validation.profiles import Profile
from app.validation.report import SEVERITIES, Result, ValidationReport
from app.validation.shapes import Shapes
from app.validation.terms import TermFinding
from app.vocabularies.lists import Lists

MODEL = "1"
VERDICTS = ("conforms", "not-fully-checked", "violations", "unreadable")
_NAMES = tuple(
    term(name)
    for name in ("skos:prefLabel", "dct:title", "foaf:name", "rdfs:label", "vcard:fn",
                 "schema:name", "regorg:legalName", "dct:identifier")
)  # fmt: skip
_SH = expand("sh:")
Label = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Input:
    """What was validated: its name, its triples, and where things stand (1-based lines).

    `cells` gives the CELLs of a thing, a property (an IRI or "") and a value (a term or "");
    `context` are triples that name things but were not handed over; `base` is what relative IRIs
    were resolved against, if that is no address of the data.
    """

    name: str
    media_type: str
    triples: Sequence[Triple]
    lines: Callable[[Iterable[Term]], Mapping[Term, int]] = lambda _: {}
    cells: Callable[[Term, str, Term | None], list[dict[str, Any]]] = lambda *_: []
    context: Sequence[Triple] = ()
    notes: Sequence[Note] = ()
    base: str = ""


def validated(
    source: Input,
    report: ValidationReport,
    profiles: Sequence[Profile],
    *,
    label: Label,
    lists: Lists | None = None,
    terms: Sequence[TermFinding] | None = None,
    most: int = 1_000,
) -> dict[str, Any]:
    """Return the SOURCE of a report; a group lists at most `most` results, `count` says all.

    `terms` are the slips in names and values, None if nobody looked for them.
    """
    names = thing_names(source.triples)
    known = thing_names(source.context) | names
    by_group: dict[tuple[str, str, str], list[Result]] = {}
    # a shape belongs to the profile that names it; two profiles may share none
    owners = {iri: profile.name for profile in profiles for iri in profile.paths()}
    for result in report.results:
        owner = owners.get(result.shape) or _owner(result.shape, profiles)
        by_group.setdefault((owner, result.shape, result.component), []).append(result)
    named = _labelled(known, label)
    explainers = {
        profile.name: Explainer(
            Shapes(profile), named, source=source.media_type, lists=lists, base=source.base
        )
        for profile in profiles
    }
    things = {result.focus for results in by_group.values() for result in results[:most]}
    things.update(subject for finding in terms or () for subject in finding.subjects)
    holders = _holders(things, source.triples)
    things.update(holder for holder, _ in holders.values())
    lines = dict(source.lines(sorted(things))) if things else {}
    for thing, (holder, predicate) in holders.items():
        names[thing] = _held(names.get(thing), _thing(holder, names), predicate, label)
        if holder in lines:
            lines.setdefault(thing, lines[holder])
    several = _several(report.results, source.triples)
    groups = [
        _group(owner, results, explainers[owner], names, lines, source, most, several)
        for (owner, _, _), results in by_group.items()
    ]
    groups.sort(key=_rank)
    return {
        "name": source.name,
        "media_type": source.media_type,
        "base": source.base,
        "triples": len(source.triples),
        "verdict": _verdict(report),
        "counts": report.counts(),
        "groups": groups,
        "unchecked": report.json()["unchecked"],
        "notes": [{"code": note.code, "message": dict(note.messages)} for note in source.notes],
        "terms": None if terms is None
        else [_term(finding, names, lines, source, label) for finding in terms],
        "error": None,
    }  # fmt: skip


def with_groups(source: Mapping[str, Any], more: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a SOURCE with groups of another check beside those of its profiles."""
    groups = [*source["groups"], *more]
    counts = dict.fromkeys(SEVERITIES, 0)
    for group in groups:
        counts[group["severity"]] = counts.get(group["severity"], 0) + group["count"]
    verdict = "violations" if counts["Violation"] else source["verdict"]
    return {**source, "groups": sorted(groups, key=_rank), "counts": counts, "verdict": verdict}


def _rank(group: Mapping[str, Any]) -> tuple[Any, ...]:
    """Order groups: the gravest first, then the most frequent; a severity of others' last."""
    severity = group["severity"]
    grave = SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
    return grave, -group["count"], group["profile"], group["shape"], group["component"]


def unreadable(name: str, error: InputError, *, line: int | None = None) -> dict[str, Any]:
    """Return the SOURCE of something that could not be read."""
    return {
        "name": name, "media_type": "", "base": "", "triples": 0, "verdict": "unreadable",
        "counts": dict.fromkeys(SEVERITIES, 0), "groups": [], "unchecked": [],
        "notes": [], "terms": None,
        "error": {"code": error.code, "line": line,
                  "message": {"nl": error.detail_nl, "en": error.detail}},
    }  # fmt: skip


def model(profiles: Sequence[Profile], sources: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the model of validated sources."""
    found = list(sources)
    return {
        "model": MODEL,
        "verdict": max((item["verdict"] for item in found), key=VERDICTS.index, default="conforms"),
        "counts": dict(sum((Counter(item["counts"]) for item in found), Counter())),
        "profiles": [
            {"name": profile.name, "version": profile.version, "title": profile.title}
            for profile in profiles
        ],
        "sources": found,
    }


def thing_names(triples: Iterable[Triple]) -> dict[Term, dict[str, str]]:
    """Return what things are called, by subject: the best name per language."""
    best: dict[Term, tuple[int, dict[str, str]]] = {}
    ranks = {name: rank for rank, name in enumerate(_NAMES)}
    for subject, predicate, object_ in triples:
        rank = ranks.get(predicate)
        if rank is None or not is_literal(object_):
            continue
        text, _, language = literal_of(object_)
        text = " ".join(text.split())
        if not text:
            continue
        known = best.get(subject)
        if known is None or rank < known[0]:
            known = best[subject] = (rank, {})
        if rank == known[0]:
            known[1].setdefault(language, text)
    return {subject: texts for subject, (_, texts) in best.items()}


def _labelled(names: Mapping[Term, Mapping[str, str]], label: Label) -> Label:
    def labelled(iri: str, lang: str) -> str:
        texts = names.get(f"<{iri}>")
        return (texts.get(lang) or next(iter(texts.values()))) if texts else label(iri, lang)

    return labelled


def _group(
    owner: str,
    results: Sequence[Result],
    explainer: Explainer,
    names: Mapping[Term, Mapping[str, str]],
    lines: Mapping[Term, int],
    source: Input,
    most: int,
    several: Mapping[tuple[Term, str], Sequence[Term]],
) -> dict[str, Any]:
    first = results[0]
    told = explainer.explain(first)
    return {
        "profile": owner,
        "shape": first.shape,
        "component": first.component.removeprefix(_SH),
        "severity": first.severity,
        "path": first.path,
        "property": dict(told.property),
        "message": explainer.message(first, told),
        "expected": dict(told.expected),
        "remedy": dict(told.remedy),
        "example": told.example,
        "snippet": told.snippet,
        "clause": told.clause,
        "count": len(results),
        "results": [
            {
                "focus": result.focus,
                "label": _thing(result.focus, names),
                "value": result.value,
                "found": explainer.found(result, several.get((result.focus, result.path), ())),
                "line": lines.get(result.focus),
                "cells": source.cells(result.focus, result.path, result.value),
            }
            for result in results[:most]
        ],
    }  # fmt: skip


def _term(
    finding: TermFinding,
    names: Mapping[Term, Mapping[str, str]],
    lines: Mapping[Term, int],
    source: Input,
    label: Label,
) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": finding.severity,
        "message": dict(finding.message),
        "remedy": dict(finding.remedy),
        "count": finding.count,
        "path": finding.predicate,
        "property": {lang: label(finding.predicate, lang) for lang in LANGUAGES}
        if finding.predicate else {},
        "cause": finding.cause,
        "value": finding.value,
        "results": [
            {"focus": subject, "label": _thing(subject, names), "line": lines.get(subject),
             "cells": source.cells(subject, finding.predicate, None)}
            for subject in finding.subjects
        ],
    }  # fmt: skip


def _thing(focus: Term, names: Mapping[Term, Mapping[str, str]]) -> dict[str, str]:
    texts = names.get(focus)
    if texts:
        some = next(iter(texts.values()))
        return {lang: texts.get(lang, some) for lang in LANGUAGES}
    if focus.startswith("<"):
        iri = focus[1:-1].rstrip("/#")
        return dict.fromkeys(LANGUAGES, iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :])
    return {"nl": "een ding zonder adres", "en": "a thing without an address"}


def _several(
    results: Iterable[Result], triples: Iterable[Triple]
) -> dict[tuple[Term, str], list[Term]]:
    """Return the values of which there are too many, by thing and property."""
    found: dict[tuple[Term, str], list[Term]] = {
        (result.focus, result.path): []
        for result in results if result.component == _SH + "MaxCountConstraintComponent"
    }  # fmt: skip
    if found:
        for subject, predicate, object_ in triples:
            if (key := (subject, predicate[1:-1])) in found:
                found[key].append(object_)
    return found


def _holders(things: Iterable[Term], triples: Iterable[Triple]) -> dict[Term, tuple[Term, Term]]:
    """Return the thing with an address that points at one without, and the property it does so by.

    It is how people find the place: in the text such a thing has no line of its own.
    """
    bare = {thing for thing in things if thing.startswith("_:")}
    found: dict[Term, tuple[Term, Term]] = {}
    if bare:
        for subject, predicate, object_ in triples:
            if object_ in bare and subject.startswith("<"):
                found.setdefault(object_, (subject, predicate))
    return found


def _held(
    name: Mapping[str, str] | None, holder: Mapping[str, str], predicate: Term, label: Label
) -> dict[str, str]:
    own = _thing("_:", {"_:": name} if name else {})
    of = {"nl": "van", "en": "of"}
    return {lang: f"{own[lang]} ({label(predicate[1:-1], lang)} {of[lang]} {holder[lang]})"
            for lang in LANGUAGES}  # fmt: skip


def _owner(shape: str, profiles: Sequence[Profile]) -> str:
    node = f"<{shape}>"
    for profile in profiles:
        if any(subject == node for subject, _, _, _ in profile.quads):
            return profile.name
    return profiles[0].name if profiles else ""


def _verdict(report: ValidationReport) -> str:
    if not report.conforms:
        return "violations"
    return "conforms" if report.complete else "not-fully-checked"
