"""The desks of the web service, wired from settings; a part of `app.bootstrap`.

Of each kind there are two: one for answers at once, and one for what is larger and takes longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from app.mapping.proposing.profiles import load_profile, profile_names
from app.mapping.service import MappingLimits, MappingPool
from app.net.budget import Budget
from app.net.fetch import Limits
from app.net.guard import Allowance
from app.quality.looking import LinkChecks
from app.quality.service import ScoreLimits, ScorePool
from app.settings import Settings
from app.validation.profiles import Places
from app.validation.service import ValidationLimits, ValidationPool
from app.web.desk import NAMES, Desk
from app.web.intake import Intake
from app.web.mapdesk import MapDesk
from app.web.scoredesk import NAMES as SCORE_NAMES
from app.web.scoredesk import Looking, ScoreDesk

# how many times larger and longer work may be that is followed rather than waited for
_PATIENCE = 5
# of one look at the links of a stranger's catalog
_LINK_SECONDS, _LINK_BYTES, _LINK_FILE = 120.0, 50_000_000, 1_000_000
Limited = TypeVar("Limited", ValidationLimits, MappingLimits, ScoreLimits)


@dataclass(frozen=True, slots=True)
class Fetching:
    """What strangers may make us fetch: one budget per client, whatever it is for."""

    settings: Settings
    allowed: Allowance
    budget: Budget

    @classmethod
    def of(cls, settings: Settings) -> Fetching:
        """Return what the settings allow."""
        return cls(settings, Allowance.parse(settings.fetch_allow), Budget())

    def intake(self, times: int, names: Sequence[str] = ()) -> Intake:
        """Return what takes sources, so many times larger and slower than at once."""
        settings = self.settings
        return Intake(
            self.allowed, self.budget,
            fetching=Limits(total_seconds=settings.fetch_timeout_seconds),
            max_bytes=times * settings.validation_max_bytes,
            upload_seconds=times * settings.upload_timeout_seconds, names=names,
        )  # fmt: skip


def checking(settings: Settings, places: Places, fetching: Fetching) -> tuple[Desk, Desk]:
    """Return the desks of checks."""
    quick = ValidationLimits(
        workers=settings.validation_workers,
        deadline_seconds=settings.validation_timeout_seconds,
        max_source_bytes=settings.validation_max_bytes,
        memory_bytes=settings.validation_worker_memory_bytes,
    )
    return (
        Desk(ValidationPool(places, quick), fetching.intake(1, NAMES)),
        Desk(ValidationPool(places, _patient(quick)), fetching.intake(_PATIENCE, NAMES)),
    )


def scoring(
    settings: Settings, places: Places, fetching: Fetching, checks: LinkChecks
) -> tuple[ScoreDesk, ScoreDesk]:
    """Return the desks of scores; their bounds are those of checks.

    Strangers' links are looked at for a short while, and nothing of it is kept.
    """
    manners = replace(checks.manners, run_seconds=_LINK_SECONDS, run_bytes=_LINK_BYTES)
    extent = replace(checks.extent, file_bytes=_LINK_FILE, unpacked_bytes=4 * _LINK_FILE, sample=2)
    looking = Looking(replace(checks, manners=manners, extent=extent, journal=None))
    quick = ScoreLimits(
        deadline_seconds=settings.validation_timeout_seconds,
        max_source_bytes=settings.validation_max_bytes,
        memory_bytes=settings.validation_worker_memory_bytes,
    )
    # several may look at links while one scores
    patient = replace(_patient(quick), max_wait_seconds=_PATIENCE * quick.deadline_seconds)
    return (
        ScoreDesk(ScorePool(places, quick), fetching.intake(1, SCORE_NAMES)),
        ScoreDesk(ScorePool(places, patient), fetching.intake(_PATIENCE, SCORE_NAMES), looking),
    )


def mapping(settings: Settings, vocab: Path, base: str) -> tuple[MapDesk, MapDesk]:
    """Return the desks of mappings; `vocab` is the folder of vocabularies of the app."""
    folder = vocab / "kolommen"
    profiles = {name: load_profile(folder, name).title for name in profile_names(folder)}
    quick = MappingLimits(
        workers=settings.mapping_workers, deadline_seconds=settings.mapping_timeout_seconds,
        max_source_bytes=settings.mapping_max_bytes,
        memory_bytes=settings.mapping_worker_memory_bytes,
    )  # fmt: skip
    seconds = settings.upload_timeout_seconds
    return (
        MapDesk(MappingPool(vocab, quick), profiles, base=base, upload_seconds=seconds),
        MapDesk(MappingPool(vocab, _patient(quick)), profiles, base=base,
                upload_seconds=_PATIENCE * seconds),
    )  # fmt: skip


def _patient(quick: Limited) -> Limited:
    """Return the bounds on what is followed rather than waited for."""
    return replace(
        quick, workers=1, deadline_seconds=_PATIENCE * quick.deadline_seconds,
        # nobody waits behind long work: it needs no lane
        slow_seconds=_PATIENCE * quick.deadline_seconds, max_wait_seconds=30.0,
        max_source_bytes=_PATIENCE * quick.max_source_bytes,
    )  # fmt: skip
