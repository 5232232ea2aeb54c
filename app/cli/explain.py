"""`vijfster map --explain`: what a row comes to, or which rows make a thing."""

from __future__ import annotations

import json
from typing import Any

from app.cli.output import note, say
from app.errors import InputError
from app.mapping.explaining import Explained, explain
from app.mapping.job import Job
from app.rdf.iris import check_base
from app.rdf.terms import NOT_XML, is_iri


def explained(job: Job, what: str, *, lang: str, as_json: bool) -> int:
    """Print the triples of a row, or of the rows behind an IRI, each with its cells.

    Returns 0, 1 if there is no such row, or one of its cells is wrong.
    """
    row = int(what) if what.isdecimal() else 0
    iri = "" if row else what if is_iri(what) else check_base(job.order.base) + what.lstrip("/")
    if not row and not is_iri(iri):
        raise InputError(f"{what!r} is no number of a row and no address",
                         nl=f"{what!r} is geen nummer van een rij en geen adres")  # fmt: skip
    found = list(explain(job, row=row, iri=iri))
    if as_json:
        say(json.dumps([_json(item) for item in found], ensure_ascii=False, indent=2))
    for item in found if not as_json else ():
        _print(item, lang)
    if not found:
        note(f"Er is geen rij {row}." if lang == "nl" and row else
             f"There is no row {row}." if row else
             f"Geen rij maakt <{iri}>." if lang == "nl" else f"No row makes <{iri}>.")  # fmt: skip
    return 1 if not found or any(item.problems for item in found) else 0


def _print(item: Explained, lang: str) -> None:
    say(str(item.row))
    for ref, text in item.cells.items():
        letters = f"{ref.letters} " if ref.letters else ""
        say(f"  {letters}{_shown(ref.column)}: {_shown(text)}")
    for (s, p, o, g), refs in item.quads:
        columns = ", ".join(ref.letters or ref.column for ref in refs)
        say(f"{s} {p} {_shown(o)}{' ' + g if g else ''} .  # {columns}")
    for problem in item.problems:
        say(f"! {problem.cell}: {problem.message[lang]} {problem.remedy[lang]}")


def _shown(text: str) -> str:
    return NOT_XML.sub(" ", text).replace("\n", " ").replace("\r", " ")


def _json(item: Explained) -> dict[str, Any]:
    return {
        "row": str(item.row),
        "cells": {str(ref): text for ref, text in item.cells.items()},
        "quads": [{"subject": s, "predicate": p, "object": o, "graph": g,
                   "cells": [str(ref) for ref in refs]} for (s, p, o, g), refs in item.quads],
        "problems": [{"cell": str(p.cell), "code": p.code, "message": dict(p.message),
                      "remedy": dict(p.remedy)} for p in item.problems],
    }  # fmt: skip
