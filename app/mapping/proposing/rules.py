"""What a chosen column becomes in YARRRML: its lines, or why it can only be advised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.mapping.proposing.choosing import Choice, Column
from app.mapping.proposing.codes import Codes
from app.mapping.proposing.lines import reference, scalar
from app.mapping.proposing.profiles import Known, Text
from app.tables.kinds import NO, YES

_MOST, _SHOWN = 40, 5
_SOME: Final = 0.5
_FULL: Final = 0.9
# what a run tells of the cells that are otherwise than most
_OTHERS: Final = {
    "nl": "cellen in een andere vorm worden bij het uitvoeren gemeld",
    "en": "cells in another form are reported when it runs",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Lines of a `po` list, without indent, and notes; what is only `advised` is a comment."""

    lines: tuple[str, ...]
    notes: tuple[Text, ...] = ()
    advised: bool = False


def rule_of(choice: Choice, codes: Codes) -> Rule:
    """Return the rule of a choice."""
    known, column = choice.known, choice.column
    if known.list:
        return _coded(column, known, codes)
    notes = []
    separator = column.values.separator if known.many else ""
    if separator:
        notes.append({
            "nl": f"cellen met meer waarden, met {separator} ertussen: maak de kolom in "
            f"datapackage.json een veld van het type list met delimiter {separator}",
            "en": f"cells with several values, with {separator} between them: make the column a "
            f"field of the type list with delimiter {separator} in datapackage.json",
        })  # fmt: skip
    if known.datatype == "xsd:date":
        return _dated(column, known)
    if known.values == "number":
        return _number(column, known)
    if known.iri:
        return _address(column, known)
    last = f"{choice.language}~lang" if choice.language else known.datatype
    return Rule((_line(known.property, reference(column.name), last),), tuple(notes))


def guessed(column: Column, lang: str) -> str:
    """Return how a column that no profile knows might be mapped, by what its values look like."""
    values = column.values
    cell, last = reference(column.name), "nl~lang"
    words = {word.casefold() for word in values.distinct()}
    if values.share("url") >= _FULL:
        cell, last = f"{cell}~iri", ""
    elif values.share("date") >= _FULL:
        last = "xsd:date"
    elif values.share("integer", "decimal") >= _FULL and not words <= YES | NO:
        last = "xsd:decimal"
    elif any(char.isdigit() for char in "".join(values.distinct()[:_SHOWN])):
        last = ""
    return _line({"nl": "eigen:eigenschap", "en": "own:property"}[lang], cell, last)


def _line(*parts: str) -> str:
    return f"- [{', '.join(scalar(part) for part in parts if part)}]"


def _dated(column: Column, known: Known) -> Rule:
    values, cell = column.values, reference(column.name)
    if values.share("year") >= _FULL:
        return Rule((_line(known.property, cell, "xsd:gYear"),))
    if values.share("belgian-date") >= _SOME:
        return Rule((_line(known.property, cell, "xsd:date"),), ({
            "nl": "datums staan er als 31/12/2020; een mapping schrijft 2020-12-31. Geef de kolom "
            "in Excel die vorm en haal dan het hekje weg",
            "en": "dates are written as 31/12/2020; a mapping writes 2020-12-31. Give the column "
            "that form in Excel and then take the hash away",
        },), advised=True)  # fmt: skip
    return Rule((_line(known.property, cell, "xsd:date"),),
                (_OTHERS,) if values.cells and values.share("date") < 1 else ())  # fmt: skip


def _number(column: Column, known: Known) -> Rule:
    values = column.values
    line = _line(known.property, reference(column.name), known.datatype)
    if values.share("belgian-number") >= 1 - _FULL:
        return Rule((line,), ({
            "nl": "getallen staan er als 1.234,56; een mapping schrijft 1234.56. Geef de kolom in "
            "Excel die vorm en haal dan het hekje weg",
            "en": "numbers are written as 1.234,56; a mapping writes 1234.56. Give the column that "
            "form in Excel and then take the hash away",
        },), advised=True)  # fmt: skip
    plain = values.share("integer", "decimal")
    return Rule((line,), (_OTHERS,) if values.cells and plain < 1 else ())


def _address(column: Column, known: Known) -> Rule:
    values = column.values
    line = _line(known.property, known.iri.replace("{}", reference(column.name)) + "~iri")
    if known.values == "url" and values.share("web"):
        return Rule((line,), ({
            "nl": "sommige adressen missen https:// vooraan; vul het aan, want anders zijn het "
            "fouten",
            "en": "some addresses lack https:// in front; add it, or they are errors",
        },))  # fmt: skip
    if known.iri.startswith("mailto:"):
        return Rule((line,), ({
            "nl": "een e-mailadres wordt hier een verwijzing: zet mailto: voor elk adres en "
            f"schrijf {reference(column.name)}~iri",
            "en": "an e-mail address becomes a reference here: put mailto: before each address "
            f"and write {reference(column.name)}~iri",
        },), advised=True)  # fmt: skip
    return Rule((line,))


def _coded(column: Column, known: Known, codes: Codes) -> Rule:
    """Return a rule per value that stands in the column and is a code of the list."""
    cell, values = reference(column.name), column.values.distinct()
    found = codes.found(known.list, values[:_MOST])
    if values and set(found.values()) == set(values):
        return Rule((_line(known.property, f"{cell}~iri"),))
    lines: list[str] = []
    for text, iri in found.items():
        lines += [f"- p: {scalar(known.property)}", f"  o: {scalar(iri + '~iri')}",
                  "  condition: {function: equal, parameters: "
                  f"[[str1, {scalar(cell)}], [str2, {_quoted(text)}]]}}"]  # fmt: skip
    unknown = [text for text in values if text not in found]
    notes = [{
        "nl": f"één regel per waarde van de lijst {known.list}; een nieuwe waarde vraagt een "
        "nieuwe regel",
        "en": f"one rule per value of the list {known.list}; a new value asks for a new rule",
    }]  # fmt: skip
    if unknown:
        shown = _some(unknown)
        notes.append({
            "nl": f"niet gevonden in de lijst {known.list}, en dus niet gemapt: {shown}",
            "en": f"not found in the list {known.list}, and so not mapped: {shown}",
        })  # fmt: skip
    if not lines:
        notes = notes[1:]
        lines = [_line(known.property, f"{cell}~iri")]
    return Rule(tuple(lines), tuple(notes), advised=not found)


def _some(texts: Sequence[str]) -> str:
    shown = ", ".join(f"“{text[:40]}”" for text in texts[:_SHOWN])
    more = len(texts) - _SHOWN
    return shown + (f", … (+{more})" if more > 0 else "")


def _quoted(text: str) -> str:
    """Return a text that is compared: always quoted, since `nee` or `1` would be no text."""
    made = scalar(text)
    return made if made.startswith(('"', "'")) else f'"{made}"'
