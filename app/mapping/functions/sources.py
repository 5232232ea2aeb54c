"""What functions look up: CSV files near a mapping, and the code lists of a project and others."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from app.errors import ProjectError
from app.mapping.functions.model import Code, Codes, Entries, expand
from app.mapping.functions.naming import Names, folded, listed, nearest
from app.mapping.model import Call, Part, TriplesMap
from app.mapping.model import Mapping as MappingFile
from app.rdf.iris import mint
from app.vocabularies.codelists import CodeList
from app.vocabularies.lists import Lists

_MOST_BYTES: Final = 20_000_000
_SUFFIXES: Final = {".csv", ".tsv", ".txt"}


class ProjectLookups:
    """Lookups of one mapping; what was read is remembered.

    `folder` is that of the mapping, from which files are named; only files below `root` are read.
    The lists of others are opened when one is asked for.
    """

    def __init__(
        self, folder: Path, root: Path, *, code_lists: Mapping[str, CodeList] | None = None,
        lists: Callable[[], Lists] = Lists, base: str = "",
    ) -> None:  # fmt: skip
        self._folder = folder
        self._root = root.resolve()
        self._code_lists = code_lists or {}
        self._lists = lists
        self._base = base
        self._tables: dict[tuple[str, str, str], Entries] = {}
        self._codes: dict[str, Codes] = {}

    def table(self, file: str, key: str, value: str) -> Entries:
        """Return, for each text in a column of a CSV file, that of another column in its row.

        Raises:
            ProjectError: There is no such file or column, or a text stands there twice with
                different values.
        """
        wanted = (file, key, value)
        if wanted not in self._tables:
            values = self._read(file, key, value)
            self._tables[wanted] = Entries(values, Names(values))
        return self._tables[wanted]

    def _read(self, file: str, key: str, value: str) -> dict[str, str]:
        rows = self._rows(file)
        named = not (_is_number(key) and _is_number(value))
        header = rows[0] if named and rows else []
        at, to = (_column(name, header, rows, file) for name in (key, value))
        out: dict[str, str] = {}
        for number, row in enumerate(rows[1:] if named else rows, 2 if named else 1):
            if max(at, to) >= len(row):
                continue
            text, found = row[at].strip(), row[to].strip()
            if text and out.setdefault(text, found) != found:
                raise ProjectError(
                    f"{text!r} stands in two rows with different values", where=f"{file} {number}",
                    nl=f"{text!r} staat in twee rijen met verschillende waarden",
                )  # fmt: skip
        return out

    def _rows(self, file: str) -> list[list[str]]:
        try:
            path = (self._folder / file).resolve()
            if not path.is_relative_to(self._root) or path.suffix.lower() not in _SUFFIXES:
                raise ProjectError(
                    "is not a CSV file of the project", where=file,
                    nl="is geen CSV-bestand van het project",
                )  # fmt: skip
            if path.stat().st_size > _MOST_BYTES:
                raise ProjectError(
                    f"is larger than {_MOST_BYTES} bytes", where=file,
                    nl=f"is groter dan {_MOST_BYTES} bytes",
                )  # fmt: skip
            text = path.read_text(encoding="utf-8-sig")
            head = text.partition("\n")[0]
            delimiter = max(",;\t", key=head.count)
            return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter,
                                              strict=True) if any(row)]  # fmt: skip
        except (OSError, ValueError, csv.Error) as error:
            raise ProjectError(
                "cannot be read as CSV in UTF-8",
                where=file,
                nl="kan niet gelezen worden als CSV in UTF-8",
            ) from error

    def codes(self, scheme: str) -> Codes:
        """Return a code list by its name or the IRI of its scheme.

        Raises:
            ProjectError: There is no such list.
        """
        if scheme not in self._codes:
            self._codes[scheme] = self._list(scheme)
        return self._codes[scheme]

    def _list(self, scheme: str) -> Codes:
        for name, known in self._code_lists.items():
            if scheme in {name, mint(self._base, "id", "conceptscheme", name)}:
                return _indexed(
                    (Code(code, mint(self._base, "id", "concept", name, code)),
                     (concept["label_nl"], concept["label_en"]), ())
                    for code, concept in known.concepts.items()
                )  # fmt: skip
        others = self._lists().by_scheme
        for iri, held in others.items():
            if scheme in {iri, held.name}:
                return _indexed(
                    (Code(code.notation or code.iri.rsplit("/", 1)[-1], code.iri),
                     tuple(code.labels.values()), code.also) for code in held.codes
                )  # fmt: skip
        names = [*self._code_lists, *(held.name for held in others.values())]
        near = nearest(scheme, names)
        hint = near or listed(sorted(set(names)))
        raise ProjectError(
            f"there is no code list {scheme!r}; there is: {hint}", where="code list",
            nl=f"er is geen codelijst {scheme!r}; er is: {hint}",
        )  # fmt: skip


def _indexed(entries: Iterable[tuple[Code, tuple[str, ...], tuple[str, ...]]]) -> Codes:
    """Return codes by what may be written for them; `entries` have labels, and other names."""
    exact: dict[str, Code] = {}
    by_name: dict[str, list[Code]] = {}
    names: list[str] = []
    shown: list[str] = []
    for code, labels, also in entries:
        exact |= {code.code: code, code.iri: code}
        shown.append(next(filter(None, labels), code.code))
        for name in dict.fromkeys((*labels, code.code, *also)):
            same = by_name.setdefault(folded(name), [])
            if name and code not in same:
                same.append(code)
                names.append(name)
    return Codes(exact, by_name, Names(names, shown))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def _column(name: str, header: list[str], rows: list[list[str]], file: str) -> int:
    titles = [title.strip() for title in header]
    if name in titles:
        return titles.index(name)
    if _is_number(name) and rows and int(name) < len(rows[0]):
        return int(name)
    hint = nearest(name, titles) or listed(titles)
    raise ProjectError(
        f"there is no column {name!r}; there is: {hint}",
        where=file,
        nl=f"er is geen kolom {name!r}; er is: {hint}",
    )


def files_of(mapping: MappingFile) -> set[Path]:
    """Return the CSV files that the functions of a mapping look things up in."""
    name = expand("idlab-fn:inputFile")
    return {
        Path(os.path.normpath(mapping.path.parent / parts[0].text))
        for triples_map in mapping.triples_maps for call in _calls(triples_map)
        for parameter, parts in call.arguments if parameter == name
    }  # fmt: skip


def _calls(triples_map: TriplesMap) -> Iterator[Call]:
    terms = [triples_map.subject, *triples_map.graphs]
    tests = [*triples_map.conditions]
    for rule in triples_map.predicate_objects:
        terms += [*rule.objects, *rule.graphs, *(join.subject for join in rule.joins)]
        tests += rule.conditions
    for term in terms:
        yield from _within(term.parts)
    for test in tests:
        if isinstance(test, Call):
            yield from _within((Part("", call=test),))


def _within(parts: Iterable[Part]) -> Iterator[Call]:
    for part in parts:
        if part.call:
            yield part.call
            for _, inner in part.call.arguments:
                yield from _within(inner)
