"""What a project says of its inventories, and the RDF that its mappings make of tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path, PurePosixPath

from app.errors import InputError, ProjectError
from app.mapping.executor import Mapped, run
from app.mapping.functions.sources import ProjectLookups
from app.mapping.inventory import load_inventory_mapping
from app.mapping.model import Mapping as MappingFile
from app.project import PROJECT_FILE, Project, load_project
from app.rdf import media
from app.rdf.io import parse
from app.rdf.iris import mint
from app.rdf.namespaces import term
from app.rdf.terms import Triple, literal
from app.tables.descriptor import Table, load_package
from app.tables.reading import Reading, by_source, source_names
from app.tables.sheets import SheetLimits
from app.validation.inventory.handed import Handed, handed, sheets_of
from app.validation.sources import Source
from app.vocabularies.codelists import CodeList, load_code_lists, skos
from app.vocabularies.lists import load_lists
from app.vocabularies.references import load_references

# what a profile for the things of inventories is called, alone or with a suffix
_USUAL = "inventaris"


@dataclass(frozen=True)
class Inventories:
    """The tables, code lists, vocabularies and mappings of one project, as its files say now."""

    project: Project
    base: str
    tables: Mapping[str, Table]
    code_lists: Mapping[str, CodeList]
    # IRIs of things of elsewhere
    known: Collection[str]
    # the folder of code lists of others
    lists: Path

    @cached_property
    def mappings(self) -> tuple[MappingFile, ...]:
        """The mappings, in the order of the inventories."""
        names = dict.fromkeys(item.mapping for item in self.project.inventories)
        return tuple(
            load_inventory_mapping(self.project.folder / name, base=self.base) for name in names
        )

    @property
    def usual(self) -> list[str]:
        """The profiles of the gate that are about inventories."""
        return [name for name in self.project.gate if name.partition("-")[0] == _USUAL]

    @property
    def names(self) -> dict[str, list[str]]:
        """What else a table is called, by its name: what its inventory is."""
        out: dict[str, list[str]] = {}
        for item in self.project.inventories:
            texts = [item.ref, item.route, *item.menu.values(), *item.title.values()]
            out.setdefault(item.table, []).extend(texts)
        return out

    def handed(
        self, source: Source, form: str, limits: SheetLimits, chosen: Sequence[str]
    ) -> Handed:
        """Return a source read as tables of the project; `chosen` as `handed` says.

        Raises:
            InputError: It cannot be read, or is no table of the project.
        """
        file = PurePosixPath(source.name or source.where).name
        sheets = sheets_of(source.data, form, file, limits)
        return handed(sheets, self.tables, self.names, chosen)

    def knows(self, head: bytes) -> bool:
        """Tell whether the first line of a text names two columns of one of the tables."""
        first = head.decode("utf-8", "replace").lstrip("\ufeff").split("\n", 1)[0]
        words = {word.strip(' "\r') for word in re.split("[,;\t]", first)}
        return any(len(words & {field.name for field in table.fields}) > 1
                   for table in self.tables.values())  # fmt: skip

    def triples(self) -> Iterator[Triple]:
        """Yield the code lists, the vocabularies, and the datasets of the inventories by name."""
        for item in self.project.inventories:
            dataset = f"<{mint(self.base, 'id', 'dataset', item.ref)}>"
            yield dataset, term("rdf:type"), term("dcat:Dataset")
            for lang, text in item.title.items():
                yield dataset, term("dct:title"), literal(text, language=lang)
        yield from skos(dict(self.code_lists), base=self.base)
        for name in self.project.vocabularies:
            data = (self.project.folder / name).read_bytes()
            for quad in parse(data, media.TURTLE, base=self.base, where=name):
                yield quad[:3]

    def mapped(
        self, readings: Mapping[str, Reading], beside: Mapping[str, Reading]
    ) -> list[Mapped]:
        """Return what the mappings make of some tables, by name; they may look up in others."""
        by_path = by_source((self.tables[name], found)
                            for name, found in {**beside, **readings}.items())  # fmt: skip
        own = {path for name in readings for path in source_names(self.tables[name])}
        out = []
        for mapping in self.mappings:
            maps = tuple(item for item in mapping.triples_maps if item.source in own)
            lookups = ProjectLookups(
                mapping.path.parent, self.project.folder, code_lists=self.code_lists,
                lists=partial(load_lists, self.lists), base=self.base,
            )  # fmt: skip
            out.append(run(replace(mapping, triples_maps=maps), by_path, lookups))
        return out

    def columns(self, table: str) -> set[str]:
        """Return the columns of a table that a mapping reads."""
        names = source_names(self.tables[table])
        own = {field.name for field in self.tables[table].fields}
        return {
            # what is looked up in another table is named by a column of this one
            column if column in own else column.partition(".")[0]
            for mapping in self.mappings for item in mapping.triples_maps if item.source in names
            for column in item.columns
        } | {
            column for mapping in self.mappings for item in mapping.triples_maps
            for join in item.joins if join.source in names for column in join.parent_columns
        }  # fmt: skip


def open_inventories(folder: Path | None, base: str, extern: Path) -> Inventories:
    """Return what a project folder says of its inventories; `extern` holds lists of references.

    Raises:
        InputError: It is no project folder.
        ProjectError: A file of the project is wrong.
    """
    if folder is None or not (folder / PROJECT_FILE).is_file():
        raise InputError(
            "a table is checked against the tables of a project, and there is none here; run this "
            "in a project folder or give --project",
            nl="een tabel wordt nagekeken tegen de tabellen van een project, en dat is hier niet; "
            "doe dit in een projectmap of geef --project",
        )
    project = load_project(folder)
    lists = load_code_lists(folder / "vocab" / "codelijsten")
    tables = load_package(project.package)
    for item in project.inventories:
        if item.table not in tables:
            raise ProjectError(f"the table {item.table!r} is not in datapackage.json",
                               where=f"{PROJECT_FILE} [[inventory]] {item.ref}")  # fmt: skip
    known = load_references(extern)
    return Inventories(project, base, tables, lists, known, extern.parent / "lijsten")
