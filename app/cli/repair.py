"""`vijfster repair`: what is certainly wrong in a source, mended; the difference is printed."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from app.cli.output import note, save, say
from app.cli.validate import read_source
from app.rdf import media
from app.rdf.io import write
from app.rdf.media import MediaType
from app.rdf.terms import Quad, Term, Triple
from app.rdf.turtle import Prefixes
from app.validation.repair import RULES, Change, Repaired, repair, rules_named
from app.validation.sources import read
from app.validation.terms.known import KnownTerms

_MARKS: Final = {"nl": "hersteld", "en": "repaired"}
_COUNTS: Final = {
    "nl": ("Niets te herstellen.", "{} herstelling{}:", "en"),
    "en": ("Nothing to repair.", "{} repair{}:", "s"),
}
_WRITTEN: Final = {"nl": "Geschreven: {}", "en": "Written: {}"}


def run(
    source: str,
    *,
    output: Path | None,
    rules: Sequence[str],
    lang: str,
    dry_run: bool,
    terms: KnownTerms,
    allow: str = "",
) -> int:
    """Print the difference and write the repaired source, in its own syntax or as Turtle (.ttl).

    Without `output` a file gets a neighbour, `name.hersteld.suffix` or `name.repaired.suffix`;
    standard input and addresses are written to standard output, and the difference to standard
    error; `allow` says what may be fetched besides public addresses. Return 0; with `dry_run`, 1
    if there is something to repair.

    Raises:
        InputError: The source cannot be read, there is no such rule, or the file exists already.
    """
    chosen = rules_named(rules)
    document = read(read_source(source, allow))
    quads = list(document.quads())
    found = repair((quad[:3] for quad in quads), chosen, terms=terms)
    prefixes = Prefixes({v.prefix: v.namespace for v in terms.vocabularies.values()})
    piped = output is None and not dry_run and (source == "-" or "://" in source)
    for line in difference(source, found.changes, prefixes, lang):
        (note if piped else say)(line)
    for line in _summary(found, lang):
        note(line)
    if dry_run:
        return 1 if found.changes else 0
    syntax = _syntax(document.syntax, output)
    body = write(repaired_quads(quads, found.changes), syntax, prefixes)
    if piped:
        sys.stdout.buffer.write(body)
    elif output or found.changes:
        path = output or _neighbour(Path(source), syntax, lang)
        save(path, body)
        note(_WRITTEN[lang].format(path))
    return 0


def difference(
    source: str, changes: Iterable[Change], prefixes: Prefixes, lang: str
) -> Iterator[str]:
    """Yield a unified difference in Turtle: one part per thing, with the rules at its head."""
    by_subject: dict[Term, dict[str, Change]] = {}
    lines: dict[Term, dict[Triple, str]] = {}
    for change in changes:
        for sign, triples in (("-", change.removed), ("+", change.added)):
            for triple in triples:
                by_subject.setdefault(triple[0], {})[change.rule] = change
                marks = lines.setdefault(triple[0], {})
                # what one rule adds and the next removes was never there
                if marks.get(triple, sign) != sign:
                    del marks[triple]
                else:
                    marks[triple] = sign
    shown = [subject for subject, marks in lines.items() if marks]
    if shown:
        yield f"--- {source}"
        yield f"+++ {source} ({_MARKS[lang]})"
    for subject in shown:
        marks = lines[subject]
        less = sum(sign == "-" for sign in marks.values())
        rules = ", ".join(by_subject[subject])
        yield f"@@ -{less} +{len(marks) - less} @@ {rules}"
        yield f" {prefixes.turtle(subject)[0]}"
        for sign in "-+":
            for (_, predicate, object_), mark in marks.items():
                if mark == sign:
                    verb, value = prefixes.turtle(predicate)[0], prefixes.turtle(object_)[0]
                    yield f"{sign}    {verb} {value} ;"


def repaired_quads(quads: Sequence[Quad], changes: Iterable[Change]) -> list[Quad]:
    """Return quads after changes; what is added goes to the graphs of what it replaces or is about.

    A triple in several graphs is changed in each.
    """
    out = dict.fromkeys(quads)
    graphs: dict[Triple, dict[Term, None]] = {}
    homes: dict[Term, dict[Term, None]] = {}
    for s, p, o, g in quads:
        graphs.setdefault((s, p, o), {})[g] = None
        homes.setdefault(s, {})[g] = None
    for change in changes:
        places: dict[Term, None] = {}
        for triple in change.removed:
            where = graphs.pop(triple, {})
            places |= where
            for graph in where:
                out.pop((*triple, graph), None)
        for triple in change.added:
            for graph in places or homes.get(triple[0], {"": None}):
                graphs.setdefault(triple, {})[graph] = None
                homes.setdefault(triple[0], {})[graph] = None
                out[(*triple, graph)] = None
    return list(out)


def _summary(found: Repaired, lang: str) -> Iterator[str]:
    """Yield how much there was to repair, and what each rule did."""
    none, some, plural = _COUNTS[lang]
    counts = Counter(change.rule for change in found.changes)
    total = counts.total()
    yield some.format(total, plural if total > 1 else "") if total else none
    for rule in RULES:
        if rule.id in counts:
            yield f"  {rule.id} ({counts[rule.id]}): {rule.finds[lang]}; {rule.does[lang]}"


def _syntax(syntax: MediaType, output: Path | None) -> MediaType:
    turtle = output is not None and output.suffix == f".{media.TURTLE.suffix}"
    return media.TURTLE if turtle or syntax is media.HTML else syntax


def _neighbour(path: Path, syntax: MediaType, lang: str) -> Path:
    suffix = path.suffix if path.suffix not in (".gz", ".zip", ".html") else f".{syntax.suffix}"
    return path.with_name(f"{path.stem}.{_MARKS[lang]}{suffix}")
