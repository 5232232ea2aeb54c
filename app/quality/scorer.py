"""From a source to its score card: read, tested against DCAT-AP, looked at, scored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.errors import InputError
from app.quality.beside import beside
from app.quality.card import card
from app.quality.compliance import PROFILE, PROFILES
from app.quality.evidence import Looks
from app.quality.known import Known
from app.quality.scoring import scored
from app.rdf.terms import Triple
from app.validation.lab import Lab
from app.validation.sources import Source
from app.validation.terms.known import KnownTerms

# read, tested, scored
_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores sources in a lab; without `look` no address is looked at.

    `penalty` is that of `app.quality.mqa.Evidence`.
    """

    lab: Lab
    known: Known
    terms: KnownTerms
    look: Callable[[Sequence[Triple]], Looks] | None = None
    penalty: int = 0
    # told of steps done and in all
    progress: Callable[[int, int], None] = lambda *_: None
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)

    def card(self, source: Source) -> dict[str, Any]:
        """Return the card of a source.

        Raises:
            InputError: It cannot be read, or describes no dataset.
        """
        triples = self.lab.triples(source)
        self.progress(1, _STEPS)
        reports = {name: self.lab.report(triples, [self.lab.profile(name)]) for name in PROFILES}
        self.progress(2, _STEPS)
        looks = self.look(triples) if self.look else None
        found = scored(
            triples, self.known, self.terms, report=reports[PROFILE], looks=looks,
            penalty=self.penalty,
        )  # fmt: skip
        if not found:
            raise InputError(
                f"{source.where}: no dataset found; a dataset is a thing of the type dcat:Dataset",
                nl=f"{source.where}: geen dataset gevonden; een dataset is een ding van het type "
                "dcat:Dataset",
            )
        whole = beside(
            triples, [one.score.record for one in found], reports, self.known, self.now(),
            # only of what came from a server it is known as what a portal gets it
            media_type=source.media_type if source.fetched else "",
        )  # fmt: skip
        self.progress(3, _STEPS)
        return card(source.where, found, whole)
