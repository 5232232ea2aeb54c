"""`vijfster repair`: what is certainly wrong in a source, mended; the difference is printed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.cli.output import note, save, say
from app.cli.validate import read_source
from app.rdf import media
from app.rdf.media import MediaType
from app.validation.repair import rules_named
from app.validation.repair.document import MARKS, difference, mend, summary
from app.validation.sources import read
from app.validation.terms.known import KnownTerms

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
    error, as with `output` "-"; `allow` says what may be fetched besides public addresses.
    Return 0; with `dry_run`, 1 if there is something to repair.

    Raises:
        InputError: The source cannot be read, there is no such rule, or the file exists already.
    """
    chosen = rules_named(rules)
    found = mend(read(read_source(source, allow)), chosen, terms=terms)
    asked = output is not None and str(output) == "-"
    piped = not dry_run and (asked or (output is None and (source == "-" or "://" in source)))
    for line in difference(source, found.changes, found.prefixes, lang, base=found.base):
        (note if piped else say)(line)
    for line in summary(found.changes, lang):
        note(line)
    if dry_run:
        return 1 if found.changes else 0
    turtle = output is not None and output.suffix == f".{media.TURTLE.suffix}"
    syntax = media.TURTLE if turtle else found.syntax
    body = found.body(syntax)
    if piped:
        sys.stdout.buffer.write(body)
    elif output or found.changes:
        path = output or _neighbour(Path(source), syntax, lang)
        save(path, body)
        note(_WRITTEN[lang].format(path))
    return 0


def _neighbour(path: Path, syntax: MediaType, lang: str) -> Path:
    suffix = path.suffix if path.suffix not in (".gz", ".zip", ".html") else f".{syntax.suffix}"
    return path.with_name(f"{path.stem}.{MARKS[lang]}{suffix}")
