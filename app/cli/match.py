"""`vijfster match`: candidates for identifiers, from lists the user gives."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.output import note, save, say
from app.errors import InputError
from app.project import Project
from app.rdf.terms import NOT_XML
from app.tables.descriptor import load_package
from app.tables.matching import Matching, match
from app.tables.reading import read
from app.tables.writing import safe_csv
from app.vocabularies.authorities import Entry, entries

if TYPE_CHECKING:
    from app.tables.descriptor import Field, Table
    from app.tables.matching import Candidate

_EVERY = 250_000
HEADER = ("file", "row", "column", "key", "compared", "code", "label", "score", "iri", "note",
          "filled", "expected")  # fmt: skip


def candidates(
    project: Project,
    lists: Sequence[str],
    *,
    everything: bool,
    alike: float,
    output: Path | None,
    lang: str,
    as_json: bool,
) -> int:
    """Print the candidates for every column that one of the lists (`name=file`) is for.

    Rows that hold a code already are left out unless `everything` is asked. Returns 0 if there is
    a candidate, 1 if there is none.
    """
    nl = lang == "nl"
    tables = load_package(project.package)
    columns = [(table, field) for table in tables.values() for field in table.fields if field.match]
    rows: list[dict[str, Any]] = []
    read_once = {table.name: read(table) for table, _ in columns}
    bad = [problem for reading in read_once.values() for problem in reading.problems]
    if bad:
        for problem in bad:
            note(f"{problem.cell}: {problem.message[lang]} {problem.remedy[lang]}")
        return 2
    for name, path in _files(lists, columns):
        mine = [
            (table, field) for table, field in columns if field.match and field.match.list == name
        ]
        # a register is read once, whatever the number of columns it is for
        known = list(_counted(_told(path, nl=nl), nl=nl)) if len(mine) > 1 else None
        for table, field in mine:
            source = known if known is not None else _counted(_told(path, nl=nl), nl=nl)
            found = match(read_once[table.name], field, source, alike=alike)
            shown = [item for item in found.candidates if everything or not item.filled]
            rows += [_row(item) for item in shown]
            column = str(table.cell(0, field.name))
            note(_summary(found, len(shown), column, path, nl=nl))
            _editions(shown, column, path, nl=nl)
    if output:
        texts = ({name: str(value) for name, value in row.items()} for row in rows)
        # the mark tells Excel that this is UTF-8
        save(output, codecs.BOM_UTF8 + safe_csv(HEADER, texts))
        note(f"{output}: {len(rows)} {'rijen' if nl else 'rows'}")
    elif as_json:
        say(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            say(_line(row))
    if rows:
        note("Niets is ingevuld: kies zelf, en zet de bron erbij." if nl
             else "Nothing was filled in: choose yourself, and note the source.")  # fmt: skip
    return 0 if rows else 1


def _told(path: Path, *, nl: bool) -> Iterator[Entry]:
    """Return the entries of a list; what is not read in it is noted."""
    return entries(path, lambda dutch, english: note(dutch if nl else english))


def _editions(shown: Sequence[Candidate], column: str, path: Path, *, nl: bool) -> None:
    """Note how many candidates are of another list than the column, or of one not stated."""
    other = [item for item in shown if item.expected]
    if not other:
        return
    named = sum(bool(item.entry.iri) for item in other)
    wanted = other[0].expected
    if named:
        note(f"  Let op: {named} daarvan komen uit een andere lijst of uitgave dan {wanted}, die "
             f"{column} vraagt. Neem ze niet over zonder na te gaan of de code toen al bestond."
             if nl else
             f"  Note: {named} of them are of another list or edition than {wanted}, which "
             f"{column} asks for. Do not take them over without checking that the code existed "
             "then.")  # fmt: skip
    if len(other) > named:
        note(f"  Let op: {column} vraagt codes van {wanted}; {path.name} zegt niet van welke "
             "uitgave zijn codes zijn. Ga dat eerst na." if nl else
             f"  Note: {column} asks for codes of {wanted}; {path.name} does not say of which "
             "edition its codes are. Check that first.")  # fmt: skip


def _counted(found: Iterator[Entry], *, nl: bool) -> Iterator[Entry]:
    """Yield the entries; a national register is read for a minute, and says so."""
    for number, entry in enumerate(found, start=1):
        if number % _EVERY == 0:
            note(f"  … {number} {'namen' if nl else 'names'}")
        yield entry


def _files(lists: Sequence[str], columns: Sequence[tuple[Table, Field]]) -> list[tuple[str, Path]]:
    """Return (list, file) of each `name=file`; a name the project does not know is an error."""
    known: dict[str, list[str]] = {}
    for table, field in columns:
        assert field.match is not None
        known.setdefault(field.match.list, []).append(str(table.cell(0, field.name)))
    offer = "; ".join(f"{name} ({', '.join(places)})" for name, places in known.items())
    if not known:
        raise InputError("no field of datapackage.json has a match",
                         nl="geen enkel veld in datapackage.json heeft een match")  # fmt: skip
    out = []
    for item in lists:
        name, sign, path = item.partition("=")
        if not sign or name not in known:
            raise InputError(
                f"{item!r}: write list=file; the lists are {offer}",
                nl=f"{item!r}: schrijf lijst=bestand; de lijsten zijn {offer}",
            )
        if Path(path).is_dir():
            raise InputError(f"{path} is a folder; name the file in it",
                             nl=f"{path} is een map; noem het bestand dat erin staat")  # fmt: skip
        if not Path(path).is_file():
            raise InputError(f"there is no file {path}; check the path",
                             nl=f"er is geen bestand {path}; kijk het pad na")  # fmt: skip
        out.append((name, Path(path)))
    if not out:
        raise InputError(f"give a list=file; the lists are {offer}",
                         nl=f"geef een lijst=bestand; de lijsten zijn {offer}")  # fmt: skip
    return out


def _row(item: Candidate) -> dict[str, Any]:
    return {
        "file": item.cell.file, "row": item.cell.row, "column": item.cell.column, "key": item.key,
        "compared": item.compared, "code": item.entry.code, "label": item.entry.name,
        "score": item.score, "iri": item.entry.iri, "note": item.entry.note,
        "filled": item.filled, "expected": item.expected,
    }  # fmt: skip


def _line(row: dict[str, Any]) -> str:
    """Return one candidate for a terminal; a stranger's list may hold signs that steer one."""
    row = {key: NOT_XML.sub(" ", value) if isinstance(value, str) else value
           for key, value in row.items()}  # fmt: skip
    filled = "" if not row["filled"] else " =" if row["filled"] == row["code"] else (
        f" ≠ {row['filled']}")  # fmt: skip
    text = f"{row['file']}#row={row['row']}&column={row['column']}\t{row['compared']}\t"
    text += f"{row['code']}{filled}\t{row['label']}\t{row['score']:g}"
    text += f"\t{row['note']}" if row["note"] else ""
    if not row["expected"]:
        return text
    # only a list that names its things can be known to be another one
    return text + (f"\t≠ {row['expected']}" if row["iri"] else f"\t? {row['expected']}")


def _summary(found: Matching, shown: int, column: str, path: Path, *, nl: bool) -> str:
    unfit, without = found.unfit, len(found.without)
    if nl:
        return (
            f"{column}: {shown} kandidaten uit {path.name} ({found.read} namen gelezen, "
            f"{unfit} met een code die hier niet past); {without} rijen zonder kandidaat"
        )
    return (
        f"{column}: {shown} candidates from {path.name} ({found.read} names read, "
        f"{unfit} with a code that does not fit here); {without} rows without candidate"
    )
