"""Cells whose value was lost before they came here, whatever column they stand in."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from app.rdf.terms import NOT_XML

# what Excel and LibreOffice leave in a cell they cannot compute, in English, Dutch and French
_NOT_COMPUTED: Final = frozenset(
    {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
     "#VERW!", "#N/B", "#NAAM?", "#WAARDE!", "#DEEL/0!", "#GETAL!", "#LEEG!", "#OVERLOOP!",
     "#N/D", "#NOM?", "#VALEUR!", "#NOMBRE!"}
)  # fmt: skip
_ERROR_NUMBER = re.compile("(?:Err|Fout):[0-9]{3}")
_STARTS: Final = ("=", "#", "Err:", "Fout:")
# stands for bytes that were not in the encoding of their file
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

# what may stand in text all the same
_LINES: Final = str.maketrans("\n\r\t", "   ")


class Wrong(NamedTuple):
    """What is wrong with a value: the parts of a `CellProblem` without its cell."""

    code: str
    value: str
    nl: tuple[str, str]
    en: tuple[str, str]


def suspects(cells: Collection[str], together: str = "") -> set[str]:
    """Return the cells that `damage` should look at; `together` is all of them, spaces between."""
    text = together or " ".join(cells)
    # all of them at once first, as nearly always none is odd
    starts = any(sign in text and (text.startswith(sign) or f" {sign}" in text) for sign in _STARTS)
    if not starts and REPLACEMENT not in text and (
        text.isprintable() or text.translate(_LINES).isprintable()
    ):  # fmt: skip
        return set()
    return {cell for cell in cells if cell.startswith(_STARTS) or not cell.isprintable()
            or REPLACEMENT in cell}  # fmt: skip


def damage(cell: str) -> Wrong | None:
    """Return what is wrong with a cell that has controls or lost signs, or was not computed."""
    if NOT_XML.search(cell):
        return Wrong(
            "control", NOT_XML.sub(REPLACEMENT, cell),
            nl=(f"Deze cel bevat een onzichtbaar stuurteken (getoond als {REPLACEMENT}).",
                "Typ de tekst opnieuw, of plak ze zonder opmaak."),
            en=(f"This cell holds an invisible control character (shown as {REPLACEMENT}).",
                "Type the text again, or paste it without formatting."),
        )  # fmt: skip
    if REPLACEMENT in cell:
        return Wrong(
            "encoding", cell,
            nl=(f"In deze cel ging een teken verloren (getoond als {REPLACEMENT}): ze is anders "
                "gecodeerd dan de rest.", "Typ de tekst opnieuw, en bewaar het bestand als UTF-8."),
            en=(f"A character of this cell is lost (shown as {REPLACEMENT}): it is encoded "
                "otherwise than the rest.", "Type the text again, and save the file as UTF-8."),
        )  # fmt: skip
    if cell in _NOT_COMPUTED or cell.startswith("=") or _ERROR_NUMBER.fullmatch(cell):
        return Wrong(
            "formula", cell,
            nl=(f'"{cell[:60]}" is een formule of een fout van het rekenblad, geen waarde.',
                "Vul de waarde zelf in, of maak de cel leeg als ze onbekend is."),
            en=(f'"{cell[:60]}" is a formula or an error of the spreadsheet, not a value.',
                "Fill in the value itself, or empty the cell if it is unknown."),
        )  # fmt: skip
    return None
