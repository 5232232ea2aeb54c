"""The source documents, and what a cited line must hold: a word of a name, or a value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.tables.descriptor import load_package
from app.tables.reading import Reading, Row, read

ROOT = Path(__file__).resolve().parents[2]
# columns that name a row; the first one is its name
NAMES = {
    "actors": ("name", "alt_names", "acronyms"),
    "instruments": ("title", "alt_titles", "acronyms"),
    "projects": ("name", "alt_names"),
    "systems": ("name", "alt_names"),
    "domains": ("label_nl",),
    "recommendations": ("title_nl",),
}
# words that stand on every page of a report on smart cities prove nothing
COMMON = frozenset(
    ["de", "het", "een", "van", "voor", "en", "in", "op", "met", "bij", "aan", "tot", "te", "of",
     "the", "and", "for", "to", "smart", "city", "cities", "slimme", "stad", "steden", "data",
     "vlaamse", "vlaams", "vlaanderen", "lokale", "besturen", "project", "projecten", "inzake",
     "binnen", "naar", "door", "over", "meer", "via", "tussen", "nieuwe", "overheid"]
)  # fmt: skip
WORD = re.compile(r"[a-z0-9]+")
_ONES = (
    "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf",
    "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien",
    "twintig",
)  # fmt: skip
_SCALES = (("duizend", 1e3), ("miljoen", 1e6), ("mio", 1e6), ("miljard", 1e9))
# what a value is called without its digits
_WORDS = {
    "1": ("eerste", "enige", "koploper", "jaarlijks", "jaarlijkse", "per jaar", "annual",
          "annually"),
    "2": ("tweemaandelijks", "tweejaarlijks", "tweejaarlijkse", "tweede", "beide"),
    "3": ("driejaarlijks", "driemaandelijks", "derde", "three"),
    "6": ("halfjaarlijks",),
    "10": ("tiental",),
    "12": ("dozijn",),
    "20": ("twintigtal",),
    "25": ("kwart",),
    "33.3": ("derde", "een op drie"),
    "40": ("vier op de tien", "vier op tien"),
    "50": ("helft", "half", "halve"),
    "66.7": ("twee derde", "tweederde", "twee op drie"),
    "75": ("drie kwart", "driekwart"),
    "100": ("volledig", "integraal"),
    "5000000": ("eur 5 million",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    """Lines of a document, 1-based and inclusive, cited by one row of a table."""

    table: str
    row: Row
    where: str
    document: str
    first: int
    last: int


def readings() -> dict[str, Reading]:
    """Return every table of the project, read."""
    return {n: read(t) for n, t in load_package(ROOT / "data" / "datapackage.json").items()}


def documents(shared: Path) -> dict[str, list[str]]:
    """Return the lines of each source document, by its code."""
    return {
        row.cells["code"]: (shared / "seeds" / row.cells["file"])
        .read_text(encoding="utf-8").split("\n")
        for row in readings()["bronnen"].rows
    }  # fmt: skip


def citations() -> Iterator[Citation]:
    """Yield every citation of every row."""
    for name, reading in readings().items():
        for row in reading.rows:
            if "source_lines" not in row.cells:
                continue
            own = row.cells["source_document"]
            parts = [f"{own}:{lines}" for lines in row.cells["source_lines"].split("|")]
            parts += filter(None, row.cells["also_in"].split("|"))
            for part in parts:
                code, _, lines = part.partition(":")
                first, _, last = lines.partition("-")
                where = f"{reading.table.file}#row={row.number} ({row.cells['ref']}) {part}"
                yield Citation(name, row, where, code, int(first), int(last or first))


def fold(text: str) -> str:
    """Return text in lower case without accents, quotes straight."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def names(table: str, row: Row) -> list[str]:
    """Return all names of a row, its own first."""
    cells = (row.cells[column] for column in NAMES[table])
    return [item.strip() for cell in cells for item in cell.split("|") if item.strip()]


def telling(name: str) -> set[str]:
    """Return the words of a name that tell it from others; all of them if none does."""
    words = set(WORD.findall(fold(name)))
    return {word for word in words if word not in COMMON and len(word) > 1} or words


def holds_name(text: str, name: str) -> bool:
    """Tell whether text holds a telling word of a name, also inside a compound."""
    folded = fold(text)
    tokens = set(WORD.findall(folded))
    return any(word in tokens or (len(word) > 3 and word in folded) for word in telling(name))


def holds_value(text: str, value: str) -> bool:
    """Tell whether text holds a number, in digits or in words, in Belgian or English writing."""
    folded = fold(text)
    # folding makes the number "één" the article "een"
    if value == "1" and re.search(r"\b[ée]én\b", text.casefold()):
        return True
    # "5 miljoen" is no five, "20en" no twenty
    after = r"(?![0-9]|[,.][0-9]| ?(?:duizend|mio|mil)|en\b)"
    return any(re.search(rf"(?<![0-9,.]){form}{after}", folded) for form in _written(value)) or any(
        re.search(rf"\b{word}\b", folded) for word in _spoken(value)
    )


def _written(value: str) -> Iterator[str]:
    number = float(value)
    for scale in (1, *(size for _, size in _SCALES)):
        part = number / scale
        if part < 0.1 or part != round(part, 3):
            continue
        digits = f"{part:.3f}".rstrip("0").rstrip(".")
        whole, _, decimals = digits.partition(".")
        grouped = f"{int(whole):,}".replace(",", "[., ]?")
        tail = f"[.,]{decimals}0*" if decimals else "(?:[.,]0+)?"
        names = [name for name, size in _SCALES if size == scale]
        yield grouped + tail + (rf" ?(?:{'|'.join(names)})" if names else "")


def _spoken(value: str) -> Iterable[str]:
    yield from _WORDS.get(value, ())
    # "een" is an article far more often than a number; "één" is folded to it
    if value.isdigit() and 1 < int(value) < len(_ONES):
        yield _ONES[int(value)]
        yield _ONES[int(value)] + "tal"
