"""SHACL engines behind one protocol; both see bytes or a graph, never a name they could fetch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from app.rdf.terms import Triple
from app.validation.beside import Beside
from app.validation.columnar.engine import Default
from app.validation.profiles import Profile
from app.validation.referee import PySHACL
from app.validation.report import Checked, ValidationReport
from app.validation.shifty import Shifty
from app.vocabularies.lists import Lists

__all__ = ["ENGINES", "Default", "Engine", "PySHACL", "Shifty", "validate"]


class Engine(Protocol):
    """Validates triples against one profile."""

    name: str

    def validate(self, data: bytes, profile: Profile) -> Checked:
        """Return the results for a data graph in N-Triples, sorted by `Result.key`."""


# what `--engine` may be
ENGINES: dict[str, type[Engine]] = {"default": Default, "shifty": Shifty, "pyshacl": PySHACL}


def validate(
    triples: Sequence[Triple], profiles: Sequence[Profile], engine: Engine, lists: Lists
) -> ValidationReport:
    """Return one report over all profiles; equal results of two profiles stay apart.

    What `lists` know of the codes in the data is beside the data for the engine.
    """
    beside = Beside(lists)
    data = _lines(beside.watch(triples))

    def check(profile: Profile) -> Checked:
        found = engine.validate(data, profile)
        return beside.judge(found, profile, lambda: engine.validate(_lines(triples), profile))

    return gathered(profiles, [check(profile) for profile in profiles])


def _lines(triples: Iterable[Triple]) -> bytes:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()


def gathered(profiles: Sequence[Profile], found: Sequence[Checked]) -> ValidationReport:
    """Return one report of what was found for each profile."""
    return ValidationReport(
        tuple(profile.name for profile in profiles),
        tuple(result for item in found for result in item.results),
        tuple(gap for item in found for gap in item.unchecked),
    )
