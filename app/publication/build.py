"""Build and rollback: tables → mapping → dumps → catalog → ledger → gate → index → release."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from app.catalog.dcat import Dump
from app.catalog.files import dump_inventory
from app.errors import BaseIriChangedError, InputError, StoreUnavailableError, WithdrawalError
from app.project import PROJECT_FILE, Project, load_project
from app.publication import graphs
from app.publication.inputs import checksums, combined
from app.publication.material import (
    FolderWriter,
    Material,
    event_counts,
    old_material,
    provenance,
)
from app.publication.remedies import locate
from app.publication.scoring import Quality, quality_of
from app.publication.versions import versions
from app.rdf.iris import is_local_base
from app.rdf.terms import Quad, split_line
from app.rdf.turtle import own_prefixes
from app.store.documents import Documents
from app.store.ledger import Plan, Release
from app.store.releases import ANSWERS, Releases, read_json, read_lines
from app.tables.cells import CellProblem
from app.tables.checks import check
from app.tables.descriptor import load_package
from app.tables.reading import Reading, read
from app.validation.engines import Engine, validate
from app.validation.profiles import load as load_profile
from app.validation.report import ValidationReport
from app.vocabularies.codelists import load_code_lists
from app.vocabularies.lists import load_lists
from app.vocabularies.references import load_references


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build came to; `status` is published, unchanged or refused."""

    status: str
    release: Release | None
    problems: tuple[CellProblem, ...] = ()
    report: ValidationReport | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


class _RefusedError(Exception):
    """Leaves the writing of a folder when the gate does not open."""

    def __init__(self, problems: Sequence[CellProblem], report: ValidationReport | None) -> None:
        super().__init__("refused")
        self.problems = tuple(problems)
        self.report = report


class Publisher:
    """Publishes one project into one state directory, below one base IRI."""

    def __init__(
        self,
        project: Project,
        releases: Releases,
        *,
        base: str,
        bundled: Path,
        engine: Engine,
        max_withdraw_percent: float,
        keep_releases: int,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.project = project
        self.releases = releases
        self.base = base
        self.engine = engine
        self.max_withdraw_percent = max_withdraw_percent
        self.keep = keep_releases
        self.now = now
        self.progress = progress
        self.bundled = bundled
        self.vocab = bundled / "vocab"
        self.extern = self.vocab / "extern"
        self.lists = self.vocab / "lijsten"
        self.shape_folders = [project.folder / "shapes", bundled / "shapes"]
        self.writer = FolderWriter(
            project, base, own_prefixes(project.vocabularies, base), load_references(self.extern)
        )

    def build(
        self, *, allow_withdraw: bool = False, migrate_base: bool = False, again: bool = False
    ) -> Outcome:
        """Build a release from the project folder; nothing is published unless all is right.

        What a rollback took back is not published again until an input changes, or `again` is said.

        Raises:
            ProjectError: A project file is wrong.
            BuildError: The build could not run, or needs a decision.
        """
        with self.releases.lock():
            self.releases.clean(self.keep)
            tables = load_package(self.project.package)
            facts = (self.extern, self.lists, self.vocab / "kwaliteit", self.vocab / "termen")
            parts = checksums(self.project, tables.values(), self.shape_folders, facts)
            inputs = combined(parts, self.base)
            current = self._current(migrate_base=migrate_base)
            taken_back = current is not None and current.inputs.endswith(f"{_OVER}{inputs}")
            if current and (current.inputs == inputs or (taken_back and not again)):
                return Outcome("unchanged", current)
            questions = self.writer.questions()
            try:
                self.progress("tables")
                code_lists = load_code_lists(self.project.folder / "vocab" / "codelijsten")
                readings = {name: read(table) for name, table in tables.items()}
                # of a workbook only what was read knows the sheet and its columns
                read_tables = [reading.table for reading in readings.values()]
                codes = {name: code_list.concepts.keys() for name, code_list in code_lists.items()}
                self._refuse(check(readings, codes, self.writer.references))
                self.progress("mapping")
                found = graphs.map_inventories(
                    self.project, readings, self.base, code_lists, partial(load_lists, self.lists)
                )
                self._refuse(found.problems)
                vocabulary = graphs.vocabulary_graph(self.project, code_lists, self.base)
                cells, columns = provenance(found, read_tables)
                with self._folder(inputs) as (folder, at):
                    dumps = list(self._dumps(folder, found, readings))
                    catalog = graphs.catalog_graph(
                        self.project, dumps, self.writer.references, self.base
                    )
                    inventories = [quad for quads in found.quads.values() for quad in quads]
                    added = {
                        table.file: frozenset(f.name for f in table.fields if not f.stated)
                        for table in read_tables
                    }
                    material = Material(
                        inventories, vocabulary, catalog, cells, columns, parts, added
                    )
                    plan = self._plan(material, at, allow_withdraw=allow_withdraw)
                    answers = partial(self.writer.answers, folder, questions)
                    written = self._write(folder, material, plan, inputs, "build", answers)
            except _RefusedError as refusal:
                return Outcome("refused", current, refusal.problems, refusal.report)
            return self._publish(plan, inputs, "build", written)

    def rollback(self, name: str) -> Outcome:
        """Publish the entities of an older release again, as a new release with new times.

        Raises:
            InputError: There is no such release, or its folder is gone.
            BuildError: The release cannot be written, or has another base IRI.
        """
        with self.releases.lock():
            self.releases.clean()
            source = self._whole(name)
            quads = (split_line(line) for line in read_lines(source / "data.nq.gz"))
            old = graphs.without_times(quads, self.base)
            material = old_material(old, read_json(source / "cells.json"), self.base)
            current = self.releases.ledger.current()
            undone = current.inputs.rpartition(_OVER)[2] if current else ""
            inputs = f"rollback:{name}{_OVER}{undone}"
            # the inventories and titles of then, whatever the project file says now
            then = self._as_of(source)
            graphs.require_public(self.project, then.project)
            try:
                with self._folder(inputs) as (folder, at):
                    (folder / "dumps").mkdir()
                    for path in sorted((source / "dumps").iterdir()):
                        (folder / "dumps" / path.name).write_bytes(path.read_bytes())
                    plan = then._plan(material, at, allow_withdraw=True)
                    answers = partial(_copy, source / ANSWERS, folder)
                    written = then._write(folder, material, plan, inputs, "rollback", answers)
            except _RefusedError as refusal:
                return Outcome("refused", current, refusal.problems, refusal.report)
            return self._publish(plan, inputs, "rollback", written)

    def _as_of(self, source: Path) -> Publisher:
        """Return a publisher of the project as it was in a release's folder."""
        return Publisher(
            load_project(self.project.folder, file=source / PROJECT_FILE),
            self.releases,
            base=self.base,
            bundled=self.bundled,
            engine=self.engine,
            max_withdraw_percent=self.max_withdraw_percent,
            keep_releases=self.keep,
            now=self.now,
            progress=self.progress,
        )

    @staticmethod
    def _refuse(problems: Sequence[CellProblem], report: ValidationReport | None = None) -> None:
        if problems:
            raise _RefusedError(problems, report)

    def _current(self, *, migrate_base: bool) -> Release | None:
        """Return the current release, or None if there is none or its folder is not whole."""
        release = self.releases.ledger.current()
        if release is None:
            return None
        local = is_local_base(release.base) and is_local_base(self.base)
        if release.base != self.base and not local and not migrate_base:
            msg = (
                f"published IRIs start with {release.base}, this build would change them to "
                f"{self.base}; set VIJFSTER_BASE_IRI back, or give --migrate-base if every "
                "published IRI must change"
            )
            nl = (
                f"gepubliceerde IRI's beginnen met {release.base}, deze build zou er {self.base} "
                "van maken; zet VIJFSTER_BASE_IRI terug, of geef --migrate-base als elke IRI moet "
                "veranderen"
            )
            raise BaseIriChangedError(msg, nl=nl)
        try:
            self.releases.check(release)
            Documents(self.releases.path(release) / "documents.sqlite", release.base).close()
        except StoreUnavailableError:
            return None
        return release

    def _whole(self, name: str) -> Path:
        whole = {
            release.name: release
            for release in self.releases.ledger.releases()
            if (self.releases.path(release) / "manifest.json").is_file()
        }
        if name not in whole:
            msg = f"no release {name!r} to go back to; there are {', '.join(whole) or 'none'}"
            raise InputError(msg)
        if whole[name].base != self.base:
            msg = f"release {name} has the base IRI {whole[name].base}, not {self.base}"
            raise BaseIriChangedError(msg)
        return self.releases.folder / name

    @contextmanager
    def _folder(self, inputs: str) -> Iterator[tuple[Path, str]]:
        """Give the temporary folder of a new release and the build's one time."""
        at = self.releases.ledger.next_time(self.now())
        with self.releases.writing(_name(at, inputs)) as folder:
            yield folder, at

    def _dumps(
        self, folder: Path, found: graphs.Inventories, readings: Mapping[str, Reading]
    ) -> Iterator[Dump]:
        self.progress("dumps")
        (folder / "dumps").mkdir()
        for inventory in self.project.inventories:
            reading = readings[inventory.table]
            rows = ([item.name for item in reading.table.fields], [r.cells for r in reading.rows])
            quads = found.quads[inventory.ref]
            yield from dump_inventory(
                folder / "dumps", inventory.ref, quads, rows, self.writer.prefixes
            )

    def _plan(self, material: Material, at: str, *, allow_withdraw: bool) -> Plan:
        hashes = graphs.entity_hashes(material.stable(), self.base)
        hashes = graphs.with_contents(hashes, self.project)
        plan = self.releases.ledger.plan(hashes, at)
        for graph, gone in plan.withdrawn.items():
            before = plan.active_before[graph]
            share = 100 * len(gone) / before
            if share <= self.max_withdraw_percent or allow_withdraw:
                continue
            if graph in {graphs.VOCABULARY, graphs.CATALOG}:
                continue
            msg = (
                f"this build would withdraw {len(gone)} of {before} things of {graph} "
                f"({share:.0f} %; at most {self.max_withdraw_percent:g} % goes unasked), for "
                f"example {', '.join(gone[:3])}; look at the table, and give --allow-withdraw "
                "if this is meant"
            )
            nl = (
                f"deze build zou {len(gone)} van de {before} dingen van {graph} intrekken "
                f"({share:.0f} %; hoogstens {self.max_withdraw_percent:g} % gaat vanzelf), "
                f"bijvoorbeeld {', '.join(gone[:3])}; kijk de tabel na, en geef --allow-withdraw "
                "als dit de bedoeling is"
            )
            raise WithdrawalError(msg, graph=graph, withdrawn=gone, nl=nl)
        return plan

    def _write(
        self,
        folder: Path,
        material: Material,
        plan: Plan,
        inputs: str,
        kind: str,
        answers: Callable[[], None],
    ) -> tuple[ValidationReport, Quality]:
        """Pass the gate, then write everything but the dumps; `answers` needs the store."""
        catalog = graphs.timed(material.catalog, plan.entities, self.base)
        quads: list[Quad] = sorted([*material.inventories, *material.vocabulary, *catalog])
        graphs.require_characters(quads)
        self.progress("gate")
        profiles = [load_profile(n, self.shape_folders, base=self.base) for n in self.project.gate]
        lists = load_lists(self.lists)
        report = validate(sorted({quad[:3] for quad in quads}), profiles, self.engine, lists)
        self._refuse(locate(report, material), report)
        plan.versions = self.releases.streams.changes(
            versions(material.inventories, catalog, self.writer.types(), self.base)
        )
        scored = quality_of(
            self.project, self.base, catalog, report, profiles, plan, self.vocab, lists
        )
        quality = sorted({*graphs.quality_graph(report, profiles, self.base), *scored.quads})
        quads = sorted([*quads, *quality])
        self.progress("index")
        self.writer.index(folder, quads, material, plan, self._documents())
        self.progress("sparql")
        self.writer.data(folder, quads)
        self.progress("files")
        self.writer.feed(folder, quads, catalog)
        (folder / PROJECT_FILE).write_bytes(self.project.source)
        answers()
        self.writer.report(folder, report, quality)
        scored.write(folder, self.releases.scores)
        self.writer.manifest(
            folder, quads, plan, report,
            kind=kind, inputs=material.inputs, checksum=inputs,
            previous=self._manifest(),
            ledger_position=self.releases.ledger.event_count() + len(plan.events),
            profiles={profile.name: profile.version for profile in profiles}, built=self.now(),
        )  # fmt: skip
        return report, scored

    def _documents(self) -> dict[str, tuple[str, str]]:
        """Return digests and times of the current release's documents; none if it is lost."""
        try:
            current = self.releases.current()
            if current is None or current[0].base != self.base:
                return {}
            documents = Documents(current[1] / "documents.sqlite", self.base)
        except StoreUnavailableError:
            return {}
        with closing(documents):
            return documents.states()

    def _manifest(self) -> dict[str, Any]:
        """Return the manifest of the current release; an empty one if there is none."""
        try:
            current = self.releases.current()
            return dict(read_json(current[1] / "manifest.json")) if current else {}
        except StoreUnavailableError:
            return {}

    def _publish(
        self, plan: Plan, inputs: str, kind: str, written: tuple[ValidationReport, Quality]
    ) -> Outcome:
        report, scored = written
        try:
            release = self.releases.ledger.publish(
                plan, name=_name(plan.at, inputs), base=self.base, inputs=inputs, kind=kind
            )
            self.releases.mark()
            scored.remember(self.releases.scores)
        finally:
            # what the ledger could not take is garbage too
            self.releases.clean(self.keep)
        return Outcome("published", release, report=report, counts=event_counts(plan))


# between what a rollback publishes and the checksum of the inputs it takes back
_OVER = ":over:"


def _copy(path: Path, folder: Path) -> None:
    """Copy a file that older releases may not have."""
    if path.is_file():
        (folder / path.name).write_bytes(path.read_bytes())


def _name(at: str, inputs: str) -> str:
    """Return a release's folder name: its time, then a digest of what it was made from."""
    compact = at.replace("-", "").replace(":", "").replace(".", "")
    return f"{compact}-{hashlib.sha256(inputs.encode()).hexdigest()[:8]}"
