"""Problems of cells as groups of the model: one per cause, each result with its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.rdf.iris import encode_segment
from app.rdf.namespaces import term
from app.rdf.terms import Term, literal
from app.tables.cells import CellProblem
from app.tables.placing import Placed
from app.validation.explain import LANGUAGES
from app.validation.inventory.handed import TABLES
from app.validation.inventory.origins import Origins
from app.validation.inventory.words import common
from app.validation.profiles import Profile, named

_HEAD = "<urn:tables>"
_TITLE = {"nl": "Beschrijving van de tabellen", "en": "Description of the tables"}


def tables_profile() -> Profile:
    """Return what the checks of tables are called beside profiles."""
    quads = [(_HEAD, term("rdf:type"), "<http://www.w3.org/ns/dx/prof/Profile>", "")]
    quads += [(_HEAD, term("dct:title"), literal(text, language=lang), "")
              for lang, text in _TITLE.items()]  # fmt: skip
    return named(TABLES, quads)


def groups(
    problems: Sequence[CellProblem],
    placed: Mapping[str, Placed],
    origins: Origins,
    names: Mapping[Term, Mapping[str, str]],
    most: int,
) -> Iterator[dict[str, Any]]:
    """Yield a GROUP per column and kind of problem; `placed` by file, `names` of things."""
    found: dict[tuple[str, str, str], list[CellProblem]] = {}
    for problem in problems:
        table = placed[problem.cell.file].table.name
        found.setdefault((table, problem.cell.column, problem.code), []).append(problem)
    for (table, column, code), same in found.items():
        message, remedy = _said(code, same)
        yield {
            "profile": TABLES,
            "shape": f"urn:column:{encode_segment(table)}.{encode_segment(column)}",
            "component": f"urn:check:{code}",
            "severity": "Violation",
            "path": "",
            "property": _property(placed[same[0].cell.file], column),
            "message": message,
            "expected": message,
            "remedy": remedy,
            "example": "",
            "snippet": "",
            "clause": "",
            "count": len(same),
            "results": [_result(problem, placed, origins, names) for problem in same[:most]],
        }


def _said(code: str, same: Sequence[CellProblem]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    first = same[0]
    alike = all((p.message, p.remedy) == (first.message, first.remedy) for p in same)
    shared = None if alike else common(code)
    return shared or (first.message, first.remedy)


def _property(placed: Placed, column: str) -> dict[str, str]:
    item = next((item for item in placed.table.fields if item.name == column), None)
    name = placed.sheet.name or placed.sheet.file
    if item is None:
        shown = placed.heads.get(column, column)
        return dict.fromkeys(LANGUAGES, f"{name}: {shown}" if shown else name)
    return {lang: f"{name}: {item.title.get(lang) or column}" for lang in LANGUAGES}


def _result(
    problem: CellProblem,
    placed: Mapping[str, Placed],
    origins: Origins,
    names: Mapping[Term, Mapping[str, str]],
) -> dict[str, Any]:
    thing = origins.thing(problem.cell)
    texts = names.get(thing or "", {})
    some = next(iter(texts.values()), "") or origins.key(problem.cell)
    row = {"nl": f"rij {problem.cell.row}", "en": f"row {problem.cell.row}"}
    sheet = placed[problem.cell.file].sheet
    where = row if problem.cell.row else dict.fromkeys(LANGUAGES, sheet.name or sheet.file)
    shown = f"“{problem.value}”" if problem.value else ""
    return {
        "focus": thing or literal(str(problem.cell)),
        "label": {lang: texts.get(lang) or some or where[lang] for lang in LANGUAGES},
        "value": literal(problem.value) if problem.value else "",
        "found": dict.fromkeys(LANGUAGES, shown) if shown else {},
        "line": None,
        "cells": [origins.cell(problem.cell)],
        "message": dict(problem.message),
        "remedy": dict(problem.remedy),
    }  # fmt: skip
