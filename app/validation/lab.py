"""The lab: what somebody hands over, read, checked against profiles, and told in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from app.errors import InputError, ProjectError
from app.rdf import media
from app.rdf.namespaces import expand
from app.rdf.sniff import of_content
from app.rdf.terms import Quad, Term, Triple
from app.tables.placing import Placed
from app.tables.recognising import CSV, form_of
from app.validation import profiles as found_profiles
from app.validation.beside import Beside
from app.validation.choosing import chosen
from app.validation.closures import Cancelled, CancelledError, Progress, validate_chunked
from app.validation.columnar.spool import Spool
from app.validation.engines import Default, Engine, gathered, validate
from app.validation.forms.workbook import workbook
from app.validation.inventory.check import check_inventory
from app.validation.inventory.problems import tables_profile
from app.validation.inventory.project import Inventories, open_inventories
from app.validation.labels import labels
from app.validation.lint import lint, unchecked_of
from app.validation.locate import locate_all
from app.validation.model import Input, Label, unreadable, validated
from app.validation.profiles import Places, Profile
from app.validation.report import Checked, Result, Unchecked, ValidationReport
from app.validation.sources import Document, ReadLimits, Source, read
from app.validation.targets import nothing_checked
from app.validation.terms import KnownTerms, TermFinding, check, check_spool, load_terms
from app.vocabularies.lists import Lists, load_lists

_HEAD = 100_000
# of these the lint can name lines
_WITH_LINES = (media.TURTLE, media.N_TRIPLES, media.TRIG)
_SNIFFED = 10_000
_PATTERN = expand("sh:PatternConstraintComponent")


@dataclass(frozen=True, slots=True)
class Lab:
    """Checks sources against the profiles of some folders, own shapes included."""

    places: Places
    engine: Engine
    label: Label
    lists: Lists
    limits: ReadLimits = field(default_factory=ReadLimits)
    allow_sparql: bool = False
    # beyond this text a source goes through in chunks, in memory that does not grow with it
    large_bytes: int = 30_000_000
    workers: int = 1
    progress: Progress = lambda *_: None
    # where a large source is spooled; None: the system's place for such files
    folder: Path | None = None
    # asked between the chunks of a large source
    cancelled: Cancelled = lambda: False
    # what is known of others' vocabularies; without it names and values are not looked over
    terms: KnownTerms | None = None
    _known: dict[str, Profile] = field(default_factory=dict)
    _gaps: dict[str, tuple[Unchecked, ...]] = field(default_factory=dict)

    def fresh(self) -> Lab:
        """Return this lab without what it remembers of profiles: their files were changed."""
        return replace(self, _known={}, _gaps={})

    def profile(self, name: str) -> Profile:
        """Return a profile by name.

        Raises:
            UnknownProfileError: There is none of that name.
        """
        if name not in self._known:
            known = found_profiles.load(name, self.places.shapes, base=self.places.base)
            self._known[name] = known
        return self._known[name]

    def own_shapes(self, source: Source) -> Profile:
        """Return a user's shapes as a profile named after their file.

        Raises:
            InputError: They do not parse, or may not be run.
        """
        document = read(source, limits=self.limits)
        quads = tuple(document.quads())
        profile = found_profiles.named(Path(source.where).stem or "shapes", quads)
        text = document.text.decode() if document.syntax in _WITH_LINES else ""
        found = lint(quads, allow_sparql=self.allow_sparql, text=text, base=source.base)
        refused = [item for item in found if item.severity == "refuse"]
        if refused:
            first = refused[0]
            at = {"nl": f", regel {first.line}", "en": f", line {first.line}"}
            said = {
                lang: f"{source.where}{at[lang] if first.line else ''}: {first.message[lang]} "
                      f"{first.remedy[lang]}" for lang in ("nl", "en")
            }  # fmt: skip
            raise InputError(said["en"], nl=said["nl"])
        return profile

    def chosen(self, triples: Iterable[Triple]) -> list[Profile]:
        """Return the profiles data say they follow, else the usual one; reads every profile.

        Raises:
            InputError: The data say nothing of the kind.
        """
        return chosen(triples, [self.profile(name) for name in self.places.names()])

    def check(
        self,
        source: Source,
        profiles: Sequence[Profile] = (),
        *,
        contexts: Mapping[str, bytes] | None = None,
        tables: Sequence[str] = (),
        beside: Sequence[Source] = (),
        most: int = 1_000,
    ) -> tuple[dict[str, Any], list[Profile]]:
        """Return the SOURCE of the model, and the profiles it was checked against.

        What cannot be read is a SOURCE too: with several sources the others go on. Of an inventory
        `tables` says which tables it is, and `beside` are sources with tables it may refer to.

        Raises:
            CancelledError: `cancelled` said so.
        """
        try:
            form = self.form(source)
            if form:
                return self._check_inventory(source, form, profiles, tables, beside, most)
            document = read(source, limits=self.limits, contexts=contexts)
            if len(document.text) > self.large_bytes and isinstance(self.engine, Default):
                return self._check_large(document, profiles, most)
            triples = _merged(document.quads())
            against = list(profiles) or self.chosen(triples)
            report = self.report(triples, against)
        except InputError as error:
            if isinstance(error, ProjectError | CancelledError):
                raise
            return unreadable(source.where, error, line=getattr(error, "line", None)), []
        found = Input(source.where, document.syntax.name, triples, _lines(document),
                      base=document.base, notes=document.notes)  # fmt: skip
        told = validated(found, report, against, label=self.label, lists=self.lists,
                         terms=self._slips(triples), most=most)  # fmt: skip
        return told, against

    def triples(self, source: Source) -> list[Triple]:
        """Return the triples of a source of RDF, each once, in order of appearance.

        Raises:
            InputError: It is no RDF we recognise, does not parse, or passes a limit.
        """
        return _merged(read(source, limits=self.limits).quads())

    def report(self, triples: Sequence[Triple], profiles: Sequence[Profile]) -> ValidationReport:
        """Return the report of triples against profiles, with what they leave open."""
        report = validate(triples, profiles, self.engine, self.lists)
        return self._with_doubts(report, profiles, triples)

    def form(self, source: Source) -> str:
        """Return in which form a source is an inventory; "" if it is none.

        Raises:
            InputError: It is a spreadsheet in a form we do not read.
        """
        found = form_of(source.data, source.media_type, source.name or source.where)
        unmarked = not found and not PurePath(source.name or source.where).suffix
        if unmarked and of_content(source.data[:_SNIFFED]) is None and self.places.has_project:
            # pasted text: only the names of columns tell
            return CSV if self.inventories().knows(source.data[:_SNIFFED]) else ""
        return found

    def workbook(self, model: Mapping[str, Any], lang: str, source: Source | None) -> bytes:
        """Return the model of one source as a workbook: that of the source, if it is one, marked.

        Raises:
            InputError: The workbook handed over is damaged.
        """
        return workbook(model, lang, source, self.limits.sheets, self.form)

    def inventories(self) -> Inventories:
        """Return what the project says of its inventories, as its files say now.

        Raises:
            InputError: There is no project.
            ProjectError: Its files are wrong.
        """
        return open_inventories(
            self.places.project, self.places.base, self.places.vocabularies / "extern"
        )

    def _check_inventory(
        self,
        source: Source,
        form: str,
        profiles: Sequence[Profile],
        tables: Sequence[str],
        beside: Sequence[Source],
        most: int,
    ) -> tuple[dict[str, Any], list[Profile]]:
        inventories = self.inventories()
        found = inventories.handed(source, form, self.limits.sheets, tables)
        others: dict[str, Placed] = {}
        for each in beside:
            if each is not source and (other := self.form(each)):
                read_ = inventories.handed(each, other, self.limits.sheets, tables)
                others |= read_.placed
        against = list(profiles) or [self.profile(name) for name in inventories.usual]

        told = check_inventory(
            inventories, found, others, against, run=lambda triples: self.report(triples, against),
            slips=self._slips, label=self.label, most=most, name=source.where, form=form,
        )  # fmt: skip
        return told, [tables_profile(), *against]

    def _slips(self, triples: Sequence[Triple]) -> Sequence[TermFinding] | None:
        if self.terms is None:
            return None
        return check(triples, terms=self.terms, lists=self.lists, label=self.label)

    def _check_large(
        self, document: Document, profiles: Sequence[Profile], most: int
    ) -> tuple[dict[str, Any], list[Profile]]:
        """Return the same as `check`, the text parsed anew for each step rather than kept."""
        assert isinstance(self.engine, Default)
        against = list(profiles) or self.chosen(
            quad[:3] for quad in islice(document.quads(), _HEAD)
        )
        slips: list[TermFinding] | None = None
        count, kept = 0, dict[Triple, None]()
        beside = Beside(self.lists)

        def look_over(spool: Spool, pause: Callable[[], None]) -> None:
            nonlocal slips, count
            if count:
                return  # for another profile
            if self.terms:
                slips, about, count = check_spool(
                    spool, terms=self.terms, lists=self.lists, label=self.label,
                    skip=beside.added, pause=pause,
                )  # fmt: skip
                kept.update(dict.fromkeys(about))
            else:
                count = sum(map(len, spool.things())) - len(beside.added)

        def look_back(spool: Spool, results: Sequence[Result]) -> None:
            # not from the text: another parse gives things without an address other names
            told = _told(results, most, beside)
            # a thing without an address is named after the first that leads to it
            to = list(spool.leading_to({thing for thing in told if thing.startswith("_:")}))
            about = spool.about(told | {subject for subject, _, _ in to})
            kept.update(dict.fromkeys(to))
            kept.update(dict.fromkeys(triple for triple in about if triple not in beside.added))

        def run(triples: Iterable[Triple], profile: Profile) -> Checked:
            assert isinstance(self.engine, Default)
            return validate_chunked(triples, profile, self.engine, folder=self.folder,
                                    workers=self.workers, progress=self.progress,
                                    cancelled=self.cancelled, look_over=look_over,
                                    look_back=look_back)  # fmt: skip

        def alone(profile: Profile) -> Callable[[], Checked]:
            return lambda: run((quad[:3] for quad in document.quads()), profile)

        found = [
            beside.judge(run(beside.watch(quad[:3] for quad in document.quads()), profile),
                         profile, alone(profile))
            for profile in against
        ]  # fmt: skip
        again = (quad[:3] for quad in document.quads())
        report = self._with_doubts(gathered(against, found), against, again)
        source = Input(document.source.where, document.syntax.name, list(kept), _lines(document),
                       base=document.base, notes=document.notes)  # fmt: skip
        out = validated(source, report, against, label=self.label, lists=self.lists, terms=slips,
                        most=most)  # fmt: skip
        return {**out, "triples": count}, against

    def _with_doubts(
        self, report: ValidationReport, profiles: Sequence[Profile], triples: Iterable[Triple]
    ) -> ValidationReport:
        """Return a report that also says what the shapes, or the lack of targets, leave open."""
        known = {(gap.profile, gap.shape) for gap in report.unchecked}
        doubts = [gap for profile in profiles for gap in self._doubts(profile)]
        more = [gap for gap in doubts if (gap.profile, gap.shape) not in known]
        # an engine that cannot read a pattern finds that nothing fits it
        unread = {gap.shape for gap in doubts if gap.code == "pattern-invalid"}
        results = report.results if not unread else tuple(
            r for r in report.results if r.shape not in unread or r.component != _PATTERN
        )  # fmt: skip
        if not report.results:
            more += nothing_checked(profiles, triples)
        return replace(report, results=results, unchecked=(*report.unchecked, *more))

    def _doubts(self, profile: Profile) -> tuple[Unchecked, ...]:
        """Return what the lint says cannot be trusted; a profile of the app is linted once."""
        if self._known.get(profile.name) is not profile:
            findings = lint(profile.quads, allow_sparql=self.allow_sparql)
            return unchecked_of(findings, profile.name)
        if profile.name not in self._gaps:
            findings = lint(profile.quads, allow_sparql=self.allow_sparql)
            self._gaps[profile.name] = unchecked_of(findings, profile.name)
        return self._gaps[profile.name]


def open_lab(
    places: Places,
    engine: Engine | None = None,
    *,
    allow_sparql: bool = False,
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> Lab:
    """Return a lab with what its places hold; without an engine the default one."""
    lists = load_lists(places.vocabularies / "lijsten")
    return Lab(
        places, engine or Default(), labels(places.vocabularies / "extern", lists), lists,
        allow_sparql=allow_sparql, workers=workers, progress=progress,
        terms=load_terms(places.vocabularies / "termen"),
    )  # fmt: skip


def _merged(quads: Iterable[Quad]) -> list[Triple]:
    """Return the triples of all graphs, each once, in order of appearance."""
    seen: dict[Triple, None] = {}
    for quad in quads:
        seen[quad[:3]] = None
    return list(seen)


def _told(results: Iterable[Result], most: int, beside: Beside) -> set[Term]:
    """Return the things and values in what a report shows of sorted results."""
    told, shown = set[Term](), Counter[tuple[str, str]]()
    for result in results:
        cause = result.shape, result.component
        if shown[cause] < most:
            told |= {result.focus, result.value}
            shown[cause] += beside.stays(result)
    return told


def _lines(document: Document) -> Callable[[Iterable[Term]], Mapping[Term, int]]:
    """Return a finder of the lines where things stand, which reads the text once."""

    def lines(things: Iterable[Term]) -> Mapping[Term, int]:
        named = [thing for thing in things if thing.startswith("<")]
        return locate_all(document.text, document.syntax, named, base=document.source.base)

    return lines
