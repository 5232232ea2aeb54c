"""What a chosen column becomes in YARRRML: a rule of `po`, with a function where one helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.mapping.proposing.choosing import KINDS, SHOWN, Choice, Column
from app.mapping.proposing.codes import LICENCES, MEDIA_TYPES, Codes
from app.mapping.proposing.lines import Call, called, reference, scalar
from app.mapping.proposing.profiles import Known, Text
from app.tables.kinds import NO, YES

_MOST, _SHOWN = 40, 5
_FULL: Final = 0.9
_IANA: Final = "http://www.iana.org/assignments/media-types/"
# kinds of values that are written as they stand
_UNCHECKED: Final = ("kbo-number", "ovo-code", "nis", "postcode", "email", "telephone")
# what a run tells of the cells that are otherwise than most
_OTHERS: Final = {
    "nl": "sommige cellen hebben een andere vorm; een run meldt ze",
    "en": "some cells have another form; a run reports them",
}
_AMBIGUOUS: Final = {
    "nl": "1.234 kan duizend zijn of één komma twee: deze regel leest het als duizend; schrijf "
    "[…, $(kolom), datatype] als de punt voor decimalen staat",
    "en": "1.234 may be a thousand or one point two: this line reads it as a thousand; write "
    "[…, $(column), datatype] if the point is before decimals",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """The lines of one item of a `po` list, without indent, and notes to it."""

    lines: tuple[str, ...]
    notes: tuple[Text, ...] = ()


def rule_of(choice: Choice, codes: Codes) -> Rule:
    """Return the rule of a choice."""
    rule = _rule(choice, codes)
    return replace(rule, notes=(*rule.notes, *_unseen(choice.column, choice.known)))


def _unseen(column: Column, known: Known) -> list[Text]:
    """Return a note on cells that are wrong, where a run does not see that they are."""
    if known.values not in _UNCHECKED or known.list:
        return []
    wrong = column.values.others(*KINDS.get(known.values, (known.values,)))
    if not wrong:
        return []
    more = len(wrong) - _SHOWN
    rest = f" (+{more})" if more > 0 else ""
    kind = SHOWN[known.values]
    shown = {lang: ", ".join(f"“{cell[:40]}” ({word} {row})" for row, cell in wrong[:_SHOWN])
             for lang, word in (("nl", "rij"), ("en", "row"))}  # fmt: skip
    return [{"nl": f"geen {kind['nl']}: {shown['nl']}{rest}. Kijk ze na; een run meldt ze niet",
             "en": f"no {kind['en']}: {shown['en']}{rest}. Look at them; no run reports them",
             }]  # fmt: skip


def _rule(choice: Choice, codes: Codes) -> Rule:
    known, column = choice.known, choice.column
    if known.list:
        return _coded(column, known, codes)
    if known.datatype == "xsd:date":
        return _dated(column, known)
    if known.values == "number":
        return _number(column, known)
    if known.iri:
        return _address(column, known)
    if _separated(column, known):
        end = f"language: {choice.language}" if choice.language else ""
        return _function(known.property, _split(column, known), end)
    last = f"{choice.language}~lang" if choice.language else known.datatype
    return Rule((_line(known.property, reference(column.name), last),))


def guessed(column: Column, lang: str) -> Rule:
    """Return how a column that no profile knows might be mapped, by what its values look like."""
    values = column.values
    name = {"nl": "eigen:eigenschap", "en": "own:property"}[lang]
    cell = reference(column.name)
    words = values.distinct()
    if words and {word.casefold() for word in words} <= YES | NO and len(words) > 1:
        pairs = [("pair", f"{word}={'true' if word.casefold() in YES else 'false'}")
                 for word in words]  # fmt: skip
        call = called("vijfster-fn:translate", ("value", cell), *pairs)
        return _function(name, call, "datatype: xsd:boolean")
    known = Known("", name, {}, ())
    if values.share("url") >= _FULL:
        return Rule((_line(name, f"{cell}~iri"),))
    if values.share("date", "belgian-date") >= _FULL:
        return _dated(column, known)
    # 007 is a code
    zeros = any(len(cell) > 1 and cell[0] == "0" and cell.isdigit() for cell in values.cells)
    if values.share("integer", "decimal", "belgian-number", "euro") >= _FULL and not zeros:
        whole = "xsd:integer" if values.share("integer") == 1 else "xsd:decimal"
        return _number(column, Known("", name, {}, (), datatype=whole))
    return Rule((_line(name, cell, "nl~lang"),))


def _line(*parts: str) -> str:
    return f"- [{', '.join(scalar(part) for part in parts if part)}]"


def _function(predicate: str, call: Call, end: str, *notes: Text) -> Rule:
    """Return the rule of a call; `end` is its datatype, language or type."""
    object_ = f"  o: {{{call}, {end}}}" if end else f"  o: {{{call}}}"
    return Rule((f"- p: {scalar(predicate)}", object_), notes)


def _separated(column: Column, known: Known) -> str:
    more = [","] if known.commas else []
    return column.values.separator(*more) if known.many else ""


def _split(column: Column, known: Known) -> Call:
    """Return the items of a cell that holds several."""
    return called("grel:string_split", ("value", reference(column.name)),
                  ("p_string_sep", _separated(column, known)))  # fmt: skip


def _dated(column: Column, known: Known) -> Rule:
    values, cell = column.values, reference(column.name)
    if values.share("year") >= _FULL:
        return Rule((_line(known.property, cell, "xsd:gYear"),))
    whole = values.share("date")
    notes = (_OTHERS,) if values.cells and values.share("date", "belgian-date") < 1 else ()
    if not values.cells or whole == 1 or not values.share("belgian-date", "date-time"):
        return Rule((_line(known.property, cell, "xsd:date"),), notes)
    call = called("grel:date_toDate", ("value", cell))
    return _function(known.property, call, "datatype: xsd:date", *notes)


def _number(column: Column, known: Known) -> Rule:
    values, cell = column.values, reference(column.name)
    known = replace(known, datatype=known.datatype or "xsd:decimal")
    belgian, thousands = values.share("belgian-number", "euro"), values.share("thousands")
    english = values.share("decimal") > thousands
    if not belgian and (english or not thousands):
        plain = values.share("integer", "decimal")
        notes = (_OTHERS,) if values.cells and plain < 1 else ()
        return Rule((_line(known.property, cell, known.datatype),), notes)
    call = called("vijfster-fn:number", ("value", cell))
    told: list[Text] = [] if belgian else [_AMBIGUOUS]
    if english or values.share("integer", "belgian-number", "euro", "thousands") < 1:
        told.append(_OTHERS)
    return _function(known.property, call, f"datatype: {known.datatype}", *told)


def _address(column: Column, known: Known) -> Rule:
    cell = reference(column.name)
    if known.iri.startswith("mailto:"):
        call = called("idlab-fn:concat", ("str", "mailto:"), ("otherStr", cell))
        return _function(known.property, call, "type: iri")
    if known.values == "url" and column.values.share("web"):
        call = called("grel:string_replace", ("value", cell), ("p_string_find", "/^www[.]/"),
                      ("p_string_replace", "https://www."))  # fmt: skip
        return _function(known.property, call, "type: iri", {
            "nl": "sommige adressen missen https:// vooraan; dat komt erbij",
            "en": "some addresses lack https:// in front; it is added",
        })  # fmt: skip
    return Rule((_line(known.property, known.iri.replace("{}", cell) + "~iri"),))


def _coded(column: Column, known: Known, codes: Codes) -> Rule:
    """Return a rule that looks up the code of each value; a value that is none is an error."""
    separator = _separated(column, known)
    values = column.values.distinct(separator)
    cell = _split(column, known) if separator else reference(column.name)
    found = codes.found(known.list, values[:_MOST])
    unknown = [text for text in values[:_MOST] if text not in found]
    notes: list[Text] = []
    if unknown:
        shown = _some(unknown)
        notes.append({
            "nl": f"niet gevonden in de lijst {known.list}: {shown}; een run meldt ze",
            "en": f"not found in the list {known.list}: {shown}; a run reports them",
        })  # fmt: skip
    if values and set(found.values()) == {*values[:_MOST]} and not separator:
        return Rule((_line(known.property, f"{cell}~iri"),), tuple(notes))
    if known.list == MEDIA_TYPES:
        call = called("idlab-fn:concat", ("str", _IANA), ("otherStr", cell))
    elif known.list == LICENCES:
        pairs = [("pair", f"{text}={iri}") for text, iri in found.items()]
        # without any pair it is an example to follow
        example = "CC0=http://publications.europa.eu/resource/authority/licence/CC0"
        call = called("vijfster-fn:translate", ("value", cell), *pairs or [("pair", example)])
    else:
        call = called("vijfster-fn:concept", ("value", cell), ("scheme", known.list))
    return _function(known.property, call, "type: iri", *notes)


def _some(texts: Sequence[str]) -> str:
    shown = ", ".join(f"“{text[:40]}”" for text in texts[:_SHOWN])
    more = len(texts) - _SHOWN
    return shown + (f", … (+{more})" if more > 0 else "")
