"""What is told of a dataset beside its points and stars: compliance, portals, governance, Charter.

None of it changes a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.quality.charter import Judged, charter, overall
from app.quality.compliance import Compliance, compliance
from app.quality.governance import QUESTIONS, Fact, governance
from app.quality.known import Known
from app.quality.portals import PORTALS, feed_previews, previews
from app.quality.portals.model import FIELDS, Preview, Rule
from app.quality.records import Record
from app.quality.views import gather
from app.rdf.terms import Term, Triple
from app.validation.report import ValidationReport


@dataclass(frozen=True, slots=True)
class Beside:
    """What is told of one dataset."""

    compliance: Sequence[Compliance]
    portals: Sequence[Preview]
    governance: Sequence[Fact]
    charter: Sequence[Judged]

    def values(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "compliance": [one.values() for one in self.compliance],
            "portals": [one.values() for one in self.portals],
            "governance": [one.values() for one in self.governance],
            "charter": [one.values() for one in self.charter],
        }


@dataclass(frozen=True, slots=True)
class Whole:
    """What is told of the datasets of a catalog, by name, and what portals do with it as a feed."""

    datasets: Mapping[Term, Beside]
    feed: Sequence[Preview]

    def values(self) -> dict[str, Any]:
        """Return what is told of the whole catalog as JSON values, and what is so for each."""
        return {
            "portals": [{**one.values(), "title": dict(portal.title)}
                        for portal, one in zip(PORTALS, self.feed, strict=True)],
            "fields": {key: dict(label) for key, label in FIELDS.items()},
            "rules": dict(self._rules()),
            "governance": [one.values() for one in QUESTIONS],
            "charter": overall(one.charter for one in self.datasets.values()),
        }  # fmt: skip

    def _rules(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the rules of portals that met anything."""
        previews = (*self.feed, *(one for each in self.datasets.values() for one in each.portals))
        met = {found.id for one in previews for found in one.findings}
        for portal in PORTALS:
            rules: list[Rule[Any]] = [*portal.feed, *portal.rules]
            for rule in rules:
                if rule.id in met:
                    yield rule.id, {"source": rule.source, "certain": rule.certain}


def beside(
    triples: Sequence[Triple],
    records: Sequence[Record],
    reports: Mapping[str, ValidationReport],
    known: Known,
    now: datetime,
    *,
    media_type: str = "",
) -> Whole:
    """Return what is told of a catalog as of a time (UTC), with reports by name of profile."""
    checked = compliance(reports, triples, records)
    gathered = gather(triples, records, checked, media_type=media_type)
    shown = previews(gathered, known)
    return Whole(
        {
            name: Beside(
                checked[name], shown[name], governance(view, known, now),
                charter(view, known, now),
            )
            for name, view in gathered.views.items()
        },
        feed_previews(gathered, known),
    )  # fmt: skip
