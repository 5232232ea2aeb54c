"""SHACL engines behind one protocol; both see bytes or a graph, never a name they could fetch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from app.rdf.terms import Triple
from app.validation.columnar.engine import Default
from app.validation.profiles import Profile
from app.validation.referee import PySHACL
from app.validation.report import Checked, ValidationReport
from app.validation.shifty import Shifty

__all__ = ["ENGINES", "Default", "Engine", "PySHACL", "Shifty", "validate"]


class Engine(Protocol):
    """Validates triples against one profile."""

    name: str

    def validate(self, data: bytes, profile: Profile) -> Checked:
        """Return the results for a data graph in N-Triples, sorted by `Result.key`."""


# what `--engine` may be
ENGINES: dict[str, type[Engine]] = {"default": Default, "shifty": Shifty, "pyshacl": PySHACL}


def validate(
    triples: Iterable[Triple], profiles: Sequence[Profile], engine: Engine
) -> ValidationReport:
    """Return one report over all profiles; equal results of two profiles stay apart."""
    data = "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()
    return gathered(profiles, [engine.validate(data, profile) for profile in profiles])


def gathered(profiles: Sequence[Profile], found: Sequence[Checked]) -> ValidationReport:
    """Return one report of what was found for each profile."""
    return ValidationReport(
        tuple(profile.name for profile in profiles),
        tuple(result for item in found for result in item.results),
        tuple(gap for item in found for gap in item.unchecked),
    )
