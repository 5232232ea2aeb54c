"""What a release is made of between mapping and writing, and how a release folder is written."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import __version__
from app.catalog.feed import write_catalog
from app.catalog.files import DUMP_TYPES, write_feed
from app.catalog.parts import parts_of
from app.catalog.void import void
from app.errors import ProjectError, QueryRefusedError
from app.project import PROJECT_FILE, Project
from app.publication import graphs
from app.questions import Question, load_question
from app.rdf import media
from app.rdf.io import bulk_load, write
from app.rdf.namespaces import term
from app.rdf.terms import Quad, Term
from app.rdf.turtle import Prefixes
from app.store.index import DATASETS, SERVICES, Contents, FacetSpec, ListSpec
from app.store.index import build as build_index
from app.store.ledger import Plan
from app.store.releases import ANSWERS, write_gzip, write_json
from app.store.sparql.answers import answer, trial
from app.tables.descriptor import Table
from app.validation.report import ValidationReport
from app.vocabularies.references import Reference


@dataclass(frozen=True, slots=True)
class Material:
    """The graphs of a release without ledger times, and where their triples come from.

    `cells` holds (subject term, file, row, map), `columns` (map, property, JSON of its columns: a
    list of names, of a sheet an object that gives their letters); `added` says, by file, which
    columns hold what a curator adds.
    """

    inventories: list[Quad]
    vocabulary: list[Quad]
    catalog: list[Quad]
    cells: list[tuple[str, str, int, int]]
    columns: list[tuple[int, str, str]]
    inputs: dict[str, str]
    added: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def stable(self) -> list[Quad]:
        """Return all quads that count for the entities' hashes."""
        return [*self.inventories, *self.vocabulary, *self.catalog]


def provenance(
    found: graphs.Inventories, tables: Iterable[Table]
) -> tuple[list[tuple[str, str, int, int]], list[tuple[int, str, str]]]:
    """Return cells and columns of all mapped inventories, their triples maps numbered through."""
    cells: list[tuple[str, str, int, int]] = []
    columns: list[tuple[int, str, str]] = []
    by_file = {table.file: table for table in tables}
    first = 0
    for mapped in found.mapped.values():
        files: dict[int, str] = {}
        for subject, rows in mapped.rows.items():
            cells.extend((subject, file, row, first + index) for file, row, index in rows)
            files |= {index: file for file, _, index in rows}
        for index, properties in enumerate(mapped.columns):
            table = by_file.get(files.get(index, ""))
            for name, used in properties.items():
                letters = {c: table.cell(0, c).letters for c in used} if table else {}
                listed = json.dumps(letters if any(letters.values()) else used)
                columns.append((first + index, name, listed))
        first += len(mapped.columns)
    return sorted(cells), sorted(columns)


def old_material(quads: Iterable[Quad], cells: Mapping[str, Any], base: str) -> Material:
    """Return the material of an older release from its quads without times."""
    vocabulary = graphs.graph_term(base, graphs.VOCABULARY)
    catalog = graphs.graph_term(base, graphs.CATALOG)
    quality = graphs.graph_term(base, graphs.QUALITY)
    old = list(quads)
    return Material(
        inventories=[q for q in old if q[3] not in {vocabulary, catalog, quality}],
        vocabulary=[q for q in old if q[3] == vocabulary],
        catalog=[q for q in old if q[3] == catalog],
        cells=[tuple(item) for item in cells["cells"]],
        columns=[tuple(item) for item in cells["columns"]],
        inputs={},
    )


@dataclass(frozen=True, slots=True)
class FolderWriter:
    """Writes everything of a release but its dumps."""

    project: Project
    base: str
    prefixes: Prefixes
    references: Mapping[str, Reference]

    def iri(self, name: str) -> str:
        """Return an IRI of the project file, whole or as prefixed name; own vocabularies count."""
        if "://" in name:
            return name
        prefix, _, local = name.partition(":")
        if prefix not in self.prefixes.by_name:
            raise ProjectError(f"the prefix of {name!r} is not known", where=PROJECT_FILE)
        return self.prefixes.by_name[prefix] + local

    def types(self) -> dict[str, Term]:
        """Return the class of the things of each inventory."""
        return {item.ref: f"<{self.iri(item.type)}>" for item in self.project.inventories}

    def index(
        self,
        folder: Path,
        quads: Sequence[Quad],
        material: Material,
        plan: Plan,
        previous: Mapping[str, tuple[str, str]],
    ) -> None:
        """Write `documents.sqlite`, and the origins of cells for a later rollback."""
        lists = [
            ListSpec(
                inventory.ref,
                graphs.graph_term(self.base, inventory.ref),
                f"<{self.iri(inventory.type)}>",
                tuple(
                    FacetSpec(facet.name, self.iri(facet.property),
                              self.base + facet.values if facet.values else "")
                    for facet in inventory.facets
                ),
            )
            for inventory in self.project.inventories
        ]  # fmt: skip
        catalog = graphs.graph_term(self.base, graphs.CATALOG)
        lists.append(ListSpec(DATASETS, catalog, term("dcat:Dataset")))
        lists.append(ListSpec(SERVICES, catalog, term("dcat:DataService")))
        contents = Contents(
            quads=quads,
            base=self.base,
            references={iri: ref.labels for iri, ref in self.references.items()},
            lists=lists,
            apart=graphs.graph_term(self.base, graphs.QUALITY),
            at=plan.at,
            previous=previous,
            tombstones={p: e.withdrawn for p, e in plan.entities.items() if e.withdrawn},
            cells=material.cells,
            columns=material.columns,
            added=material.added,
        )
        build_index(folder / "documents.sqlite", contents)
        write_json(folder / "cells.json", {"cells": material.cells, "columns": material.columns})

    def data(self, folder: Path, quads: Sequence[Quad]) -> None:
        """Write `data.nq.gz` and the SPARQL store made from it."""
        text = "".join(f"{s} {p} {o} {g} .\n" for s, p, o, g in quads).encode()
        write_gzip(folder / "data.nq.gz", text)
        plain = folder / "data.nq"
        plain.write_bytes(text)
        merged = {quad[:3] for quad in quads}
        if len(merged) != len(quads):
            # the engine's union of graphs would find such a triple twice
            with plain.open("ab") as file:
                file.writelines(f"{s} {p} {o} .\n".encode() for s, p, o in sorted(merged))
        bulk_load(str(folder / "sparql"), str(plain))
        plain.unlink()

    def feed(self, folder: Path, quads: Sequence[Quad], catalog: Sequence[Quad]) -> None:
        """Write the ready files of the catalog and of VoID."""
        (folder / "feed").mkdir()
        write_catalog(folder / "feed", lambda: parts_of(catalog), self.prefixes)
        suffixes = [target.suffix for target in DUMP_TYPES]
        facts = sorted(void(self.project, quads, suffixes, self.base))
        void_quads = [(s, p, o, "") for s, p, o in facts]
        write_feed(folder / "feed", "void", void_quads, self.prefixes)

    def known_graphs(self) -> list[str]:
        """Return the IRIs of the named graphs."""
        names = [*(item.ref for item in self.project.inventories),
                 graphs.VOCABULARY, graphs.CATALOG, graphs.QUALITY]  # fmt: skip
        return [graphs.graph_term(self.base, name)[1:-1] for name in names]

    def questions(self) -> list[Question]:
        """Return the project's questions, each known to be answerable.

        Raises:
            ProjectError: A file is wrong, or its query is refused or has other variables.
        """
        found = [load_question(self.project.folder, name) for name in self.project.questions]
        if len({question.ref for question in found}) != len(found):
            raise ProjectError("two questions have the same file name; rename one",
                               nl="twee vragen hebben dezelfde bestandsnaam; hernoem er één",
                               where=PROJECT_FILE)  # fmt: skip
        for question in found:
            try:
                head = trial(question.query(self.base), known_graphs=self.known_graphs())
            except QueryRefusedError as error:
                raise ProjectError(
                    f"this query cannot be asked: {error.detail}. Correct it, and try it at "
                    "/sparql.",
                    nl=f"deze zoekvraag kan niet gesteld worden: {error.detail_nl}. Verbeter ze, "
                    "en probeer ze op /sparql.", where=question.path,
                ) from error  # fmt: skip
            unknown = sorted(question.heads.keys() - set(head))
            if unknown:
                offer = ", ".join(f"?{name}" for name in head)
                raise ProjectError(
                    f"a comment heads the column ?{unknown[0]}, but the query gives {offer}",
                    nl=f"een commentaarregel geeft ?{unknown[0]} een kop, maar de zoekvraag geeft "
                    f"{offer}", where=question.path,
                )  # fmt: skip
        return found

    def answers(self, folder: Path, questions: Sequence[Question]) -> None:
        """Write `answers.json`: each question with the rows of its answer over the new store."""
        out = []
        for question in questions:
            query = question.query(self.base)
            found = answer(folder / "sparql", query, known_graphs=self.known_graphs())
            out.append({
                "ref": question.ref, "title": question.title, "note": question.note,
                "heads": question.heads, "query": query, "head": found.head, "rows": found.rows,
            })  # fmt: skip
        write_json(folder / ANSWERS, out)

    def report(self, folder: Path, report: ValidationReport, quality: Sequence[Quad]) -> None:
        """Write the report as JSON and Turtle."""
        write_json(folder / "report.json", report.json())
        (folder / "report.ttl").write_bytes(write(quality, media.TURTLE, self.prefixes))

    def manifest(
        self,
        folder: Path,
        quads: Sequence[Quad],
        plan: Plan,
        report: ValidationReport,
        *,
        kind: str,
        inputs: Mapping[str, str],
        checksum: str,
        ledger_position: int,
        previous: Mapping[str, Any],
        profiles: Mapping[str, str],
        built: dt.datetime,
    ) -> None:
        """Write `manifest.json`, the last file of a release: what it was made from and holds."""
        # a file that says the same as in the release before is as old as it was there
        before, files = previous.get("files", {}), {}
        for path in sorted(
            [*folder.glob("dumps/*"), *folder.glob("feed/*"), folder / "data.nq.gz"]
        ):
            name, digest = path.relative_to(folder).as_posix(), _sha256(path)
            old = before.get(name, ["", ""])
            files[name] = [digest, old[1] if old[0] == digest else plan.at]
        names = Counter(quad[3].rsplit("/", 1)[-1][:-1] for quad in quads)
        write_json(
            folder / "manifest.json",
            {
                "version": __version__,
                "kind": kind,
                "base": self.base,
                "published": plan.at,
                "built": built.isoformat(timespec="seconds"),
                "inputs": dict(inputs),
                "checksum": checksum,
                "conforms": report.conforms,
                "results": report.counts(),
                "profiles": dict(profiles),
                "merged": len({quad[:3] for quad in quads}) != len(quads),
                "quads": dict(sorted(names.items())),
                "terms": _terms(quads),
                "events": event_counts(plan),
                "ledger_position": ledger_position,
                "files": files,
            },
        )


def _terms(quads: Sequence[Quad]) -> dict[str, list[str]]:
    """Return the IRIs of the classes and of the properties in use, those most used first."""
    a = term("rdf:type")
    used = {
        "classes": Counter(o for _, p, o, _ in quads if p == a and o.startswith("<")),
        "properties": Counter(quad[1] for quad in quads),
    }
    return {
        kind: [iri[1:-1] for iri, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))]
        for kind, found in used.items()
    }


def event_counts(plan: Plan) -> dict[str, int]:
    """Return how many entities a plan creates, updates and deletes."""
    found = Counter(kind for kind, _, _ in plan.events)
    return {kind: found[kind] for kind in ("create", "update", "delete")}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
