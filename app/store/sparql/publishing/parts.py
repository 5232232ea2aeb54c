"""The graphs of a release as files of N-Triples, with what is verified of each."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Final

from app.errors import StoreUnavailableError
from app.rdf.terms import XSD, Term, Triple, is_literal, literal_of, split_line

SAMPLE: Final = 48
_NUMERIC: Final = frozenset(
    XSD + name
    for name in (
        "integer", "decimal", "float", "double", "long", "int", "short", "byte", "unsignedLong",
        "unsignedInt", "unsignedShort", "unsignedByte", "nonNegativeInteger", "positiveInteger",
        "nonPositiveInteger", "negativeInteger",
    )
)  # fmt: skip
_FRACTION: Final = re.compile(r"(\.[0-9]+)")
_BOOLEAN: Final = {"true": "true", "1": "true", "false": "false", "0": "false"}


@dataclass(frozen=True, slots=True)
class Part:
    """One graph of a release: its IRI, its N-Triples (a plain file), triples, SHA-256 of them."""

    graph: str
    file: Path
    count: int
    digest: str

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.file.stat().st_size

    def lines(self) -> Iterator[bytes]:
        """Yield the lines."""
        with self.file.open("rb") as file:
            yield from file

    def sample(self, most: int = SAMPLE) -> list[Triple]:
        """Return at most so many triples, always the same ones: first, last, evenly between."""
        found: dict[bytes, None] = {}
        with self.file.open("rb") as file:
            for number in range(most):
                file.seek(number * self.size // most)
                if number:
                    file.readline()
                found[file.readline()] = None
            file.seek(max(0, self.size - 65_536))
            found[file.readlines()[-1]] = None
        return [_triple(line) for line in found if line]

    def least(self) -> int:
        """Return how many triples remain where an engine keeps of a literal its value only."""
        triples = (_triple(line) for line in self.lines())
        return sum(
            len({value_of(object_) for _, _, object_ in group})
            for _, group in groupby(triples, key=lambda triple: triple[:2])
        )


def split(data: Path, folder: Path) -> list[Part]:
    """Write the graphs of `data.nq.gz` to files in a folder; return them by name.

    Raises:
        StoreUnavailableError: The file is not whole, or not as a build writes it.
    """
    counts: dict[bytes, int] = {}
    files: dict[bytes, BinaryIO] = {}
    end, length, lines = b"", 0, 0
    out: BinaryIO | None = None
    try:
        with ExitStack() as stack, gzip.open(data) as source:
            for line in source:
                if out is None or not line.endswith(end):
                    counts[end] = counts.get(end, 0) + lines
                    # a graph is an IRI and ends the line, so the last " <" is where it begins
                    end, lines = line[line.rindex(b" <") :], 0
                    length = len(end)
                    if end not in files:
                        path = folder / f"{len(files):04d}.nt"
                        files[end] = stack.enter_context(path.open("wb", 1 << 20))
                    out = files[end]
                out.write(line[:-length])
                out.write(b" .\n")
                lines += 1
            counts[end] = counts.get(end, 0) + lines
    except (EOFError, ValueError, gzip.BadGzipFile) as error:
        msg = f"{data.name} of the release is damaged; run `vijfster build`"
        nl = f"{data.name} van de release is beschadigd; voer vijfster build uit"
        raise StoreUnavailableError(msg, nl=nl) from error
    parts = []
    for end, file in files.items():
        with Path(file.name).open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        parts.append(Part(end[2:-4].decode(), Path(file.name), counts[end], digest))
    return sorted(parts, key=lambda part: part.graph)


def _triple(line: bytes) -> Triple:
    subject, predicate, object_, _ = split_line(line.decode().rstrip("\n"))
    return subject, predicate, object_


def value_of(term: Term) -> tuple[str, str]:
    """Return what is left of a term where its lexical form and numeric type do not count."""
    if not is_literal(term):
        return term, ""
    text, datatype, language = literal_of(term)
    if datatype in _NUMERIC:
        try:
            return str(Decimal(text).normalize()), "number"
        except InvalidOperation:
            return text, "number"
    if datatype == XSD + "boolean":
        return _BOOLEAN.get(text, text), "boolean"
    if "." in text and datatype in {XSD + "dateTime", XSD + "time"}:
        return _FRACTION.sub(lambda match: match[1].rstrip("0").rstrip("."), text), datatype
    return text, language.lower() or datatype
