"""The score of a release's own catalog, from its metadata: as data, as files, for its history."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from app.catalog.files import write_ready
from app.errors import StoreUnavailableError
from app.project import Project
from app.publication.graphs import QUALITY, graph_term
from app.quality.beside import beside
from app.quality.card import card
from app.quality.compliance import PROFILE, PROFILES
from app.quality.dqv import Measurements
from app.quality.history import rows, trend
from app.quality.known import load_known
from app.quality.scoring import scored
from app.quality.table import COLUMNS, measured
from app.rdf.iris import mint
from app.rdf.terms import Quad
from app.store.ledger import Plan
from app.store.releases import MEASUREMENTS, write_json
from app.store.releases import QUALITY as CARD
from app.store.scores import Row, Scores
from app.tables.writing import safe_csv
from app.validation.profiles import Profile
from app.validation.report import ValidationReport
from app.validation.terms import load_terms
from app.vocabularies.lists import Lists

logger = logging.getLogger("vijfster.build")
# looks of a trend: what a picture can show
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the catalog of a release is: quads, the card, and the rows of its history.

    `source` is what the history knows the catalog by: its path.
    """

    source: str
    quads: list[Quad]
    card: Mapping[str, Any]
    rows: Sequence[Row]

    def write(self, folder: Path, scores: Scores) -> None:
        """Write the card with its history for the pages, and all measurements to download."""
        if not self.card:
            return
        trends = {row.dataset: trend([*self._past(scores, row), row]) for row in self.rows}
        write_json(folder / CARD, {"card": self.card, "trends": trends})
        told = orjson.dumps(self.card, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        write_ready(folder / "feed" / f"{MEASUREMENTS}.json", told)
        table = safe_csv(COLUMNS, measured(self.card))
        write_ready(folder / "feed" / f"{MEASUREMENTS}.csv", table)

    def _past(self, scores: Scores, row: Row) -> list[Row]:
        try:
            return scores.history(self.source, row.dataset, most=_SHOWN)
        except StoreUnavailableError:
            # said once, when this one is to be added
            return []

    def remember(self, scores: Scores) -> None:
        """Add it to the history; what is published stands, whatever becomes of its history."""
        if self.rows:
            try:
                scores.note(self.source, self.rows)
            except StoreUnavailableError as error:
                logger.warning("%s", error.detail)


def quality_of(
    project: Project,
    base: str,
    catalog: Sequence[Quad],
    report: ValidationReport,
    profiles: Sequence[Profile],
    plan: Plan,
    vocab: Path,
    lists: Lists,
) -> Quality:
    """Return the quality of a project's own catalog, scored without fetching anything.

    The report is that of the gate and its profiles: it tells whether datasets conform to DCAT-AP if
    that is among them. `vocab` is the folder with the lists of the app.
    """
    reports = {one.name: _of(report, one) for one in profiles if one.name in PROFILES}
    terms = load_terms(vocab / "termen")
    known = load_known(vocab / "kwaliteit", lists, terms)
    triples = [quad[:3] for quad in catalog]
    found = scored(triples, known, terms, report=reports.get(PROFILE))
    whole = beside(
        triples,
        [one.score.record for one in found],
        reports,
        known,
        dt.datetime.fromisoformat(plan.at),
    )
    iri = mint(base, "id", "catalogus", project.catalog_ref)
    times = {f"<{base}{path}>": one.last_changed for path, one in plan.entities.items()}
    graph = graph_term(base, QUALITY)
    stars = {one.score.record.term: one.stars for one in found}
    quads = [(*t, graph) for t in Measurements(base, times, stars).triples(f"<{iri}>", found)]
    told = card(iri, found, whole) if found else {}
    past = rows(told, plan.at, base) if told else []
    return Quality(iri.removeprefix(base), quads, told, past)


def _of(report: ValidationReport, profile: Profile) -> ValidationReport:
    """Return what a report says of one of its profiles."""
    shapes = {quad[0][1:-1] for quad in profile.quads}
    return ValidationReport(
        (profile.name,),
        tuple(one for one in report.results if one.shape in shapes),
        tuple(one for one in report.unchecked if one.profile == profile.name),
    )
