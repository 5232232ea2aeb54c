"""What is wrong with a row of a text file of cells."""

from __future__ import annotations

from app.tables.cells import CellProblem, CellRef

MAX_CELL_CHARACTERS = 100_000


def too_long(row: CellRef) -> CellProblem:
    """Return the problem of a row with a cell that is longer than any is meant to be."""
    return CellProblem.of(
        row, "cell-too-long", "",
        nl=(f"Een cel heeft meer dan {MAX_CELL_CHARACTERS} tekens (misschien een aanhalingsteken "
            "zonder einde).", "Kijk de aanhalingstekens in deze rij na, of kort de tekst in."),
        en=(f"A cell has more than {MAX_CELL_CHARACTERS} characters (perhaps a quote without an "
            "end).", "Check the quotes in this row, or shorten the text."),
    )  # fmt: skip


def unreadable(row: CellRef) -> CellProblem:
    """Return the problem of a file that cannot be read from a row on."""
    return CellProblem.of(
        row, "csv", "",
        nl=("Vanaf deze rij is het bestand geen leesbare CSV (vermoedelijk een aanhalingsteken "
            "zonder einde).", "Kijk de aanhalingstekens in deze rij na."),
        en=("From this row on the file is not readable CSV (probably a quote without an end).",
            "Check the quotes in this row."),
    )  # fmt: skip


def misquoted(row: CellRef) -> CellProblem:
    """Return the problem of a row whose quotes are out of place."""
    return CellProblem.of(
        row, "csv", "",
        nl=("Deze rij is geen leesbare CSV: een aanhalingsteken staat verkeerd of blijft open.",
            "Zet tekst met een aanhalingsteken erin tussen aanhalingstekens, en verdubbel het."),
        en=("This row is not readable CSV: a quote is out of place or has no end.",
            "Put text with a quote in it between quotes, and double that quote."),
    )  # fmt: skip


def ragged(row: CellRef, found: int, expected: int) -> CellProblem:
    """Return the problem of a row that has not as many cells as the header."""
    return CellProblem.of(
        row, "ragged-row", str(found),
        nl=(f"Deze rij heeft {found} cellen in plaats van {expected}.",
            "Zet tekst waar een komma in staat tussen aanhalingstekens; laat lege cellen staan."),
        en=(f"This row has {found} cells instead of {expected}.",
            "Put text with a comma in it between quotes; keep empty cells."),
    )  # fmt: skip
