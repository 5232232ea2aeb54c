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
    names = [item.column for item in chosen if item.known.naming]
    for column in names:
        if _unique(column) and _slugs(column):
            return Key(column, "name", {
                "nl": "geen kolom met een vaste code gevonden; deze naam is uniek, maar namen "
                "veranderen, en dan verandert het adres mee. Voeg een kolom met een vaste sleutel "
                "toe",
                "en": "no column with a lasting code was found; this name is unique, but names "
                "change, and the address with them. Add a column with a lasting key",
            })  # fmt: skip
    best = max([*names, *usable], key=lambda c: (len(set(c.values.cells)), -c.position))
    return Key(best, "none", _lacking(best))


def _rank(column: Column, of_key: set[int], words: Words) -> tuple[bool, int, int]:
    keys = words.keys
    place = keys.index(column.head.folded) if column.head.folded in keys else len(keys)
    return column.position not in of_key, place, column.position


def _unique(column: Column) -> bool:
    return column.values.full and not column.values.doubles


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


def _lacking(column: Column) -> Text:
    values = column.values
    twice = values.doubles
    empty = values.rows - len(values.cells)
    nl, en = [], []
    if twice:
        nl.append(f"rijen {twice[0]} en {twice[1]} hebben dezelfde waarde en worden één ding")
        en.append(f"rows {twice[0]} and {twice[1]} have the same value and become one thing")
    if empty:
        nl.append(f"{empty} rijen zonder waarde geven niets")
        en.append(f"{empty} rows without a value give nothing")
    told = {"nl": "; ".join(nl), "en": "; ".join(en)}
    return {
        "nl": "GEEN GOEDE SLEUTEL: geen kolom is uniek en in alle rijen gevuld. Dit is de beste "
        f"die er is{': ' if nl else ''}{told['nl']}. Voeg een kolom met een vaste sleutel toe",
        "en": "NO GOOD KEY: no column is unique and filled in all rows. This is the best there is"
        f"{': ' if en else ''}{told['en']}. Add a column with a lasting key",
    }  # fmt: skip
