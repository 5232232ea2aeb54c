"""The service: a sheet of text cells in, a mapping to read, correct and run out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import InputError
from app.mapping.proposing.choosing import choose, columns_of
from app.mapping.proposing.codes import Codes
from app.mapping.proposing.heads import head_of
from app.mapping.proposing.naming import key_of
from app.mapping.proposing.profiles import ColumnProfile, Text, Words, load_profile, load_words
from app.mapping.proposing.writing import Draft, as_json, written
from app.tables.matching import fold
from app.tables.sheets import Sheet

ROWS = 1_000
_HEADERS = 10
# a table with rows of so many cells does not end in one of a single cell
_WIDE = 3
Rows = Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed mapping, and the same as JSON values."""

    draft: Draft
    text: str
    json: Mapping[str, object]


def propose(sheet: Sheet, profile: str, *, source: str, vocab: Path, lang: str) -> Proposal:
    """Return the proposed mapping of a sheet; its header is one of its first ten rows.

    `source` is the path of the table from the folder of the mapping; `vocab` is the folder with
    `kolommen`, `lijsten` and `termen`. At most ROWS rows are looked at.

    Raises:
        InputError: There is no such profile, no header, or no column that can be used.
        ProjectError: A file of `vocab` is not as it should be.
    """
    known = load_profile(vocab / "kolommen", profile)
    words = load_words(vocab / "kolommen")
    if not sheet.rows:
        raise InputError(f"{sheet.file}: there is no header", nl=f"{sheet.file}: er is geen kop")
    start = _header(sheet.rows, known, words)
    below = sheet.rows[start + 1 : start + ROWS + 1]
    ends = len(below) - _below(below, words)
    columns = columns_of(sheet.rows[start][1], below[:ends], words)
    chosen, left = choose(columns, known, words)
    key = key_of(columns, chosen, left, words)
    if key is None:
        raise InputError(
            f"{sheet.file}: no column with a head has values, so there is nothing to map; fill in "
            "some rows first",
            nl=f"{sheet.file}: geen kolom met een kop heeft waarden, dus valt er niets te mappen; "
            "vul eerst enkele rijen in",
        )
    notes = [*(note.messages for note in sheet.notes), *_told(sheet, start, below[ends:])]
    draft = Draft(known, source, ends, key, chosen, left, notes)
    text = written(draft, Codes(vocab), lang)
    return Proposal(draft, text, as_json(draft, text, lang))


def _header(rows: Rows, profile: ColumnProfile, words: Words) -> int:
    """Return which row is the header: of the first ten the one with most heads that are known."""
    names = {name for column in profile.columns for name in column.folded} | {*words.keys}

    def known(row: int) -> int:
        heads = [head_of(cell, words) for cell in rows[row][1] if cell]
        return sum(head.whole in names or head.folded in names for head in heads)

    return max(range(min(len(rows), _HEADERS)), key=lambda row: (known(row), -row))


def _below(rows: Rows, words: Words) -> int:
    """Return how many rows at the end are no data: totals, remarks below the table."""
    usual = max((_filled(cells) for _, cells in rows), default=0)
    count = 0
    for _, cells in reversed(rows):
        first = fold(next(filter(None, cells), "")).split()
        total = bool(first) and first[0] in words.totals and _filled(cells) < usual
        if not (total or (_filled(cells) == 1 and usual >= _WIDE) or not first):
            break
        count += 1
    return count if count < len(rows) else 0


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell) for cell in cells)


def _told(sheet: Sheet, start: int, below: Rows) -> Iterator[Text]:
    """Yield what to know of where the table stands, when the mapping is run."""
    if start:
        row = sheet.rows[start][0]
        yield {"nl": f"De kop staat op rij {row}; wat daarboven staat, is niet gelezen.",
               "en": f"The header is row {row}; what stands above it was not read."}  # fmt: skip
    shown = [(row, next(filter(None, cells))[:40]) for row, cells in below if any(cells)]
    if shown:
        told = ", ".join(f"{row} (“{cell}”)" for row, cell in shown)
        yield {"nl": f"LET OP: geen gegevens, maar een totaal of een opmerking: rij {told}. Voor "
               "dit voorstel tellen ze niet mee; een run leest ze wel. Haal ze uit het blad.",
               "en": f"NOTE: no data, but a total or a remark: row {told}. They do not count for "
               "this proposal, but a run reads them. Take them out of the sheet."}  # fmt: skip
