"""The reading ledger in data/README.md: every line of every document, and the rows it gave.

    python -m tests.data.ledger            rewrites its third column from the tables

The ranges and what they are about are written by hand; the rows follow from the citations.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from tests.data.sources import ROOT, citations

README = ROOT / "data" / "README.md"
HEAD = "| Regels | Waarover | Rijen |"
NOTHING = "niets: "
_SECTION = re.compile(r"^### `([a-z-]+)`$")
_ENTRY = re.compile(r"^\|\s*([0-9]+)(?:-([0-9]+))?\s*\|([^|]+)\|([^|]*)\|\s*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A range of lines: what it is about, and its rows or "niets: why"."""

    document: str
    first: int
    last: int
    topic: str
    rows: str

    @property
    def nothing(self) -> bool:
        """Whether the range is said to hold nothing."""
        return self.rows.startswith(NOTHING)

    def line(self) -> str:
        """Return the table row."""
        lines = f"{self.first}-{self.last}" if self.last > self.first else str(self.first)
        return f"| {lines} | {self.topic} | {self.rows} |"


def entries(text: str) -> list[Entry]:
    """Return the entries of the ledger, in the order they stand."""
    out, document = [], ""
    for line in text.splitlines():
        section = _SECTION.match(line)
        if section:
            document = section[1]
        found = _ENTRY.match(line)
        if found and document:
            first, last = int(found[1]), int(found[2] or found[1])
            out.append(Entry(document, first, last, found[3].strip(), found[4].strip()))
    return out


def rows_of(ledger: list[Entry]) -> list[str]:
    """Return what the third column of each entry should say, from the citations of the tables."""
    cited: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for citation in citations():
        for index, entry in enumerate(ledger):
            if entry.document == citation.document and (
                citation.first <= entry.last and entry.first <= citation.last
            ):
                cited[index][citation.table].add(citation.row.cells["ref"])
    return [
        "; ".join(f"{table}: {', '.join(sorted(refs))}" for table, refs in cited[index].items())
        for index in range(len(ledger))
    ]


def rewritten(text: str) -> str:
    """Return the text with the third column as the tables have it; "niets" stays where it holds."""
    ledger = iter(entries(text))
    rows = iter(rows_of(entries(text)))
    out, document = [], ""
    for line in text.splitlines():
        section = _SECTION.match(line)
        document = section[1] if section else document
        if document and _ENTRY.match(line):
            entry, found = next(ledger), next(rows)
            found = found or (entry.rows if entry.nothing else NOTHING.strip())
            line = replace(entry, rows=found).line()
        out.append(line)
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")
