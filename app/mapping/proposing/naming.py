"""Which column names a row for good: unique, filled in every row, and not likely to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.mapping.functions.model import FunctionError
from app.mapping.functions.texts import slug
from app.mapping.proposing.choosing import Choice, Column, Left
from app.mapping.proposing.profiles import Text, Words

Kind = Literal["key", "address", "name", "none"]
_URLS: Final = 1.0
# share of rows that a key has an own value in, but for slips
_NEARLY: Final = 0.7


@dataclass(frozen=True, slots=True)
class Key:
    """The column that names the rows, and why; of a kind:

    "key" a code for good, "address" web addresses that name the things already, "name" a name that
    may change, "none" the best there is where nothing is unique and filled.
    """

    column: Column
    kind: Kind
    why: Text

    @property
    def good(self) -> bool:
        """Whether rows keep their address as long as the table is kept well."""
        return self.kind in {"key", "address"}


def key_of(
    columns: Sequence[Column], chosen: Sequence[Choice], left: Sequence[Left],
    words: Words,
) -> Key | None:  # fmt: skip
    """Return the key of a table; None where no column can be read at all."""
    barred = {item.column.position for item in left
              if item.code in {"personal", "unnamed", "double"}}  # fmt: skip
    usable = [column for column in columns
              if column.position not in barred and column.values.cells]  # fmt: skip
    if not usable:
        return None
    of_key = {item.column.position for item in chosen if item.known.key}
    for column in sorted(usable, key=lambda c: _rank(c, of_key, words)):
        named = column.position in of_key or column.head.folded in words.keys
        if named and _unique(column) and not _counted(column, words):
            kind: Kind = "address" if column.values.share("url") >= _URLS else "key"
            return Key(column, kind, {
                "nl": "uniek en gevuld in alle gelezen rijen",
                "en": "unique and filled in all rows that were read",
            })  # fmt: skip
    nearly = next((column for column in sorted(usable, key=lambda c: _rank(c, of_key, words))
                   if _nearly(column, of_key, words)), None)  # fmt: skip
    names = [item.column for item in chosen if item.known.naming]
    for column in names:
        if _unique(column) and _slugs(column):
            no_code = {"nl": "geen kolom met een vaste code gevonden", "en": "no column with a "
                       "lasting code was found"}  # fmt: skip
            why = _repair(nearly) if nearly else no_code
            last = {"nl": "", "en": ""} if nearly else {
                "nl": ". Voeg een kolom met een vaste sleutel toe",
                "en": ". Add a column with a lasting key"}  # fmt: skip
            return Key(column, "name", {
                "nl": f"{why['nl']}; deze naam is uniek, maar namen veranderen, en dan verandert "
                f"het adres mee{last['nl']}",
                "en": f"{why['en']}; this name is unique, but names change, and the address with "
                f"them{last['en']}",
            })  # fmt: skip
    if nearly:
        return Key(nearly, "none", _lacking(nearly))
    best = max([*names, *usable], key=lambda c: (len(set(c.values.cells)), -c.position))
    return Key(best, "none", _lacking(best))


def _rank(column: Column, of_key: set[int], words: Words) -> tuple[bool, int, int]:
    keys = words.keys
    place = keys.index(column.head.folded) if column.head.folded in keys else len(keys)
    return column.position not in of_key, place, column.position


def _unique(column: Column) -> bool:
    return column.values.full and not column.values.doubles


def _nearly(column: Column, of_key: set[int], words: Words) -> bool:
    """Tell whether a column would be the key, but for a few cells."""
    named = column.position in of_key or column.head.folded in words.keys
    values = column.values
    return (named and len(set(values.cells)) >= _NEARLY * values.rows
            and column.head.folded not in words.counters)  # fmt: skip


def _repair(column: Column) -> Text:
    """Return what to mend in a column for it to be the key."""
    wrong = _wrong(column)
    return {"nl": f"{column.name} zou een goede sleutel zijn, maar {wrong['nl']}: verbeter dat, en "
            "maak het voorstel opnieuw", "en": f"{column.name} would be a good key, but "
            f"{wrong['en']}: mend that, and make the proposal again"}  # fmt: skip


def _slugs(column: Column) -> bool:
    """Tell whether names still differ as a part of an address."""
    try:
        made = {slug(cell)[0] for cell in column.values.cells}
    except FunctionError:
        return False
    return len(made) == len(column.values.cells)


def _counted(column: Column, words: Words) -> bool:
    """Tell whether a column counts rows: another order of the rows would give other numbers."""
    return column.head.folded in words.counters and column.values.counted


def _wrong(column: Column) -> Text:
    values = column.values
    twice = values.doubles
    empty = values.rows - len(values.cells)
    nl, en = [], []
    if twice:
        nl.append(f"rijen {twice[0]} en {twice[1]} hebben dezelfde waarde en worden één ding")
        en.append(f"rows {twice[0]} and {twice[1]} have the same value and become one thing")
    if empty:
        nl.append("1 rij zonder waarde geeft niets" if empty == 1 else
                  f"{empty} rijen zonder waarde geven niets")  # fmt: skip
        en.append("1 row without a value gives nothing" if empty == 1 else
                  f"{empty} rows without a value give nothing")  # fmt: skip
    return {"nl": "; ".join(nl), "en": "; ".join(en)}


def _lacking(column: Column) -> Text:
    told = _wrong(column)
    if _unique(column):
        return {
            "nl": "GEEN GOEDE SLEUTEL: deze kolom is uniek, maar telt enkel de rijen of kan "
            "veranderen, en dan verandert het adres mee. Voeg een kolom met een vaste sleutel toe",
            "en": "NO GOOD KEY: this column is unique, but only counts the rows or may change, and "
            "the address with it. Add a column with a lasting key",
        }
    told = {lang: f": {text}" if text else "" for lang, text in told.items()}
    return {
        "nl": "GEEN GOEDE SLEUTEL: geen kolom is uniek en in alle rijen gevuld. Dit is de beste "
        f"die er is{told['nl']}. Voeg een kolom met een vaste sleutel toe",
        "en": "NO GOOD KEY: no column is unique and filled in all rows. This is the best there is"
        f"{told['en']}. Add a column with a lasting key",
    }
