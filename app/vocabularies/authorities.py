"""Lists of identifiers that a user provides (REFNIS, KBO, OVO, ...): RDF or CSV to entries.

RDF: subjects with a code (skos:notation, dct:identifier, adms notation) or, without one, the last
part of their IRI; names are their labels and legal names. CSV: one column of codes and one of
names, under one of the headings below; the public downloads of KBO and REFNIS fit as they are.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.errors import InputError
from app.rdf import media
from app.rdf.io import parse
from app.rdf.namespaces import expand, term
from app.rdf.terms import Term, is_literal, literal_of

CODE_COLUMNS = ("code", "notation", "identifier", "EntityNumber", "ondernemingsnummer",
                "KBO-nummer", "NIS-code", "niscode", "REFNIS", "CD_REFNIS", "OVO-code",
                "ovoNumber")  # fmt: skip
NAME_COLUMNS = ("name", "naam", "label", "prefLabel", "label_nl", "Denomination", "benaming",
                "gemeente", "TX_ADM_DSCR_NL")  # fmt: skip
_CODES = tuple(term(name) for name in ("skos:notation", "dct:identifier"))
_NAMES = frozenset(
    term(name)
    for name in ("skos:prefLabel", "skos:altLabel", "rdfs:label", "regorg:legalName", "foaf:name",
                 "dct:title", "schema:name")
)  # fmt: skip
# what a person wants to know before they confirm: since when, until when, what came before
_NOTES = {
    f"<{iri}>": words
    for iri, words in (
        (expand("schema:startDate"), "from"),
        ("http://www.w3.org/2006/time#hasBeginning", "from"),
        (expand("schema:endDate"), "until"),
        ("http://www.w3.org/2006/time#hasEnd", "until"),
        (expand("skos:narrowMatch"), "includes"),
        (expand("dct:replaces"), "replaces"),
        (expand("dct:isReplacedBy"), "replaced by"),
    )
}
_FOR_EVER = "9999"
Notice = Callable[[str, str], None]
_LONGEST, _SHOWN = 100_000, 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of one code; `iri` and `note` are "" where the list states none."""

    code: str
    name: str
    iri: str = ""
    note: str = ""


def entries(path: Path, notice: Notice | None = None) -> Iterator[Entry]:
    """Yield the entries of a list, one per name; a CSV file is read as a stream.

    Raises:
        InputError: The file is missing, unreadable, or lacks a column of codes or names.
        RdfSyntaxError: The RDF does not parse.
    """
    suffix = path.suffix.lower().lstrip(".")
    source = next((item for item in media.ALL if item.suffix == suffix), None)
    try:
        if source in {media.CSV, None} or suffix == "tsv":
            yield from _csv(path, notice or _unsaid)
        elif source in {media.HTML, media.JSON}:
            raise InputError(f"{path.name}: a list is RDF or CSV, not {suffix}",
                             nl=f"{path.name}: een lijst is RDF of CSV, geen {suffix}")  # fmt: skip
        else:
            yield from _rdf(path, source)
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}; check the path and your rights to it",
            nl=f"{path.name} kan niet gelezen worden; kijk het pad en uw rechten erop na",
        ) from error


def _unsaid(_nl: str, _en: str) -> None:
    """Say nothing: the caller does not show what is not read."""


def _rdf(path: Path, source: media.MediaType) -> Iterator[Entry]:
    names: dict[str, dict[str, None]] = defaultdict(dict)
    codes: dict[str, dict[str, None]] = defaultdict(dict)
    notes: dict[str, dict[str, None]] = defaultdict(dict)
    base = path.resolve().as_uri()
    for subject, predicate, value, _ in parse(path.read_bytes(), source, base=base,
                                              where=path.name):  # fmt: skip
        if not subject.startswith("<"):
            continue
        if predicate in _NAMES:
            names[subject][_text(value)] = None
        elif predicate in _CODES:
            codes[subject][_text(value)] = None
        elif predicate in _NOTES:
            shown = _text(value).partition("T00:00")[0]
            # matches with encyclopedias and gazetteers are no editions of the list
            elsewhere = value.startswith("<") and _host(value) != _host(subject)
            if not elsewhere and not shown.startswith(_FOR_EVER):
                notes[subject][f"{_NOTES[predicate]} {shown}"] = None
    for subject, labels in names.items():
        iri = subject[1:-1]
        note = "; ".join(notes[subject])
        for code in codes[subject] or (re.split("[/#]", iri)[-1],):
            for label in labels:
                yield Entry(code, label, iri, note)


def _host(iri: Term) -> str:
    return iri.partition("//")[2].partition("/")[0]


def _text(value: Term) -> str:
    return literal_of(value).text if is_literal(value) else value.strip("<>")


def _csv(path: Path, notice: Notice) -> Iterator[Entry]:
    with path.open("rb") as probe:
        head = probe.read(8)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")):
        raise InputError(
            f"{path.name}: this is a workbook, an archive or UTF-16; save it as CSV UTF-8",
            nl=f"{path.name}: dit is een rekenblad, archief of UTF-16; bewaar het als CSV UTF-8",
        )
    utf8 = _is_utf8(path)
    if not utf8:
        notice(f"{path.name} is geen UTF-8 en wordt gelezen als Windows-1252; kloppen de accenten "
               "niet, bewaar het dan als CSV UTF-8",
               f"{path.name} is not UTF-8 and is read as Windows-1252; if the accents are wrong, "
               "save it as CSV UTF-8")  # fmt: skip
    encoding = "utf-8-sig" if utf8 else "cp1252"
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        first = file.readline(_LONGEST)
        delimiter = max((",", ";", "\t"), key=first.count)
        file.seek(0)
        yield from _rows(path, csv.reader(file, delimiter=delimiter, strict=True), notice)


def _rows(path: Path, rows: _Reader, notice: Notice) -> Iterator[Entry]:
    """Yield the entries of the rows that are as long as the header; tell which are not read."""
    ragged = _Skipped("met een ander aantal cellen dan de kop", "with other cells than the header")
    blank = _Skipped("zonder code of naam", "without a code or a name")
    begin = 1
    try:
        header = next(rows, [])
        code, name = _columns(path, header)
        begin = rows.line_num + 1
        for row in rows:
            # cells past the header are harmless only where they are empty
            if row and (len(row) < len(header) or any(row[len(header) :])):
                ragged.add(begin)
            elif row and not (row[code].strip() and row[name].strip()):
                blank.add(begin)
            elif row:
                yield Entry(row[code].strip(), row[name].strip())
            begin = rows.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{path.name}, line {begin}: from here on this is not readable as CSV; probably a "
            "quote without an end. Check the quotes",
            nl=f"{path.name}, regel {begin}: vanaf hier niet leesbaar als CSV; vermoedelijk een "
            "aanhalingsteken zonder einde. Kijk de aanhalingstekens na",
        ) from error
    for skipped in (ragged, blank):
        skipped.tell(path, notice)


class _Reader(Protocol):
    """What the csv module's reader is."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


class _Skipped:
    """Counts the rows that are not read for one reason, and keeps the first one's line."""

    def __init__(self, nl: str, en: str) -> None:
        self._why = (nl, en)
        self._count = self._first = 0

    def add(self, line: int) -> None:
        self._count += 1
        self._first = self._first or line

    def tell(self, path: Path, notice: Notice) -> None:
        if self._count:
            nl, en = self._why
            notice(f"{path.name}: {self._count} rijen {nl} zijn niet gelezen, de eerste op regel "
                   f"{self._first}; verbeter ze en probeer opnieuw",
                   f"{path.name}: {self._count} rows {en} were not read, the first on line "
                   f"{self._first}; correct them and try again")  # fmt: skip


def _is_utf8(path: Path) -> bool:
    """Tell whether the whole file is UTF-8; the first accent of a register may come late."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _columns(path: Path, header: list[str]) -> tuple[int, int]:
    """Return where the codes and the names stand."""
    found = []
    for kind, nl, known in (("codes", "codes", CODE_COLUMNS), ("names", "namen", NAME_COLUMNS)):
        index = _column(header, known)
        if index is None:
            columns = ", ".join(header)[:_SHOWN]
            raise InputError(
                f"{path.name}: no column of {kind} among: {columns}. "
                f"Head one of: {', '.join(known)}.",
                nl=f"{path.name}: geen kolom met {nl} bij: {columns}. "
                f"Geef er één als kop een van: {', '.join(known)}.",
            )
        found.append(index)
    return found[0], found[1]


def _column(header: list[str], known: tuple[str, ...]) -> int | None:
    folded = [name.strip().casefold() for name in header]
    return next(
        (folded.index(name.casefold()) for name in known if name.casefold() in folded), None
    )
