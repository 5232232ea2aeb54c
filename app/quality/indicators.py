"""The 23 indicators of the metadata quality assessment of data.europa.eu (MQA): 405 points.

Names are those of metrics in https://piveau.eu/ns/voc#. Source of names, points and classes: the
quality vocabulary of piveau (`piveau-dqv-vocabulary.ttl`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

# passed, failed, or not known: not looked at, or written in a way that not every portal reads
Outcome = bool | None
DATASET, DISTRIBUTION, EITHER = "dataset", "distribution", "either"
FINDABILITY, ACCESSIBILITY, INTEROPERABILITY, REUSABILITY, CONTEXTUALITY = DIMENSIONS = (
    "findability", "accessibility", "interoperability", "reusability", "contextuality",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; `level` says what carries the property: either is distribution or dataset."""

    name: str
    dimension: str
    level: str
    points: int


INDICATORS: Final = (
    Indicator("keywordAvailability", FINDABILITY, DATASET, 30),
    Indicator("categoryAvailability", FINDABILITY, DATASET, 30),
    Indicator("spatialAvailability", FINDABILITY, DATASET, 20),
    Indicator("temporalAvailability", FINDABILITY, DATASET, 20),
    Indicator("accessUrlStatusCode", ACCESSIBILITY, DISTRIBUTION, 50),
    Indicator("downloadUrlAvailability", ACCESSIBILITY, DISTRIBUTION, 20),
    Indicator("downloadUrlStatusCode", ACCESSIBILITY, DISTRIBUTION, 30),
    Indicator("formatAvailability", INTEROPERABILITY, DISTRIBUTION, 20),
    Indicator("mediaTypeAvailability", INTEROPERABILITY, DISTRIBUTION, 10),
    Indicator("formatMediaTypeVocabularyAlignment", INTEROPERABILITY, DISTRIBUTION, 10),
    Indicator("formatMediaTypeNonProprietary", INTEROPERABILITY, DISTRIBUTION, 20),
    Indicator("formatMediaTypeMachineInterpretable", INTEROPERABILITY, DISTRIBUTION, 20),
    Indicator("dcatApCompliance", INTEROPERABILITY, DATASET, 30),
    Indicator("licenceAvailability", REUSABILITY, DISTRIBUTION, 20),
    Indicator("knownLicence", REUSABILITY, DISTRIBUTION, 10),
    Indicator("accessRightsAvailability", REUSABILITY, DATASET, 10),
    Indicator("accessRightsVocabularyAlignment", REUSABILITY, DATASET, 5),
    Indicator("contactPointAvailability", REUSABILITY, DATASET, 20),
    Indicator("publisherAvailability", REUSABILITY, DATASET, 10),
    Indicator("rightsAvailability", CONTEXTUALITY, DISTRIBUTION, 5),
    Indicator("byteSizeAvailability", CONTEXTUALITY, DISTRIBUTION, 5),
    Indicator("dateIssuedAvailability", CONTEXTUALITY, EITHER, 5),
    Indicator("dateModifiedAvailability", CONTEXTUALITY, EITHER, 5),
)
# measured by newer versions of the portal's software, and no part of the 405 points
REPORTED: Final = ("formatMatch", "syntaxValid")
POINTS: Final[Mapping[str, int]] = {one.name: one.points for one in INDICATORS}
HIGHEST: Final = sum(POINTS.values())
MOST: Final = {
    name: sum(one.points for one in INDICATORS if one.dimension == name) for name in DIMENSIONS
}
# what the portal's software can subtract for: its vocabulary says minus 5, by default it does not
PENALISED: Final = frozenset({"formatAvailability", "mediaTypeAvailability"})
# from how many points on
_RATINGS: Final = ((351, "excellent"), (221, "good"), (121, "sufficient"), (0, "bad"))


@dataclass(frozen=True, slots=True)
class Range:
    """Points: those that are sure, and those that are possible when what is not known turns out
    well; equal once everything is known.
    """

    sure: float
    possible: float

    def __add__(self, other: Range) -> Range:
        return Range(self.sure + other.sure, self.possible + other.possible)


def rating(points: float) -> str:
    """Return the class of a number of points: excellent, good, sufficient or bad."""
    return next(name for least, name in _RATINGS if points >= least)


def at_stake(name: str, penalty: int = 0) -> int:
    """Return the points between failing and passing an indicator."""
    return POINTS[name] + (penalty if name in PENALISED else 0)


def points_of(outcomes: Mapping[str, Outcome], names: Iterable[str], penalty: int = 0) -> Range:
    """Return the points of some indicators; what is not known is possible.

    `penalty` is subtracted for each of `PENALISED` that fails.
    """
    sure = possible = 0
    for name in names:
        outcome = outcomes[name]
        if outcome is False:
            lost = penalty if name in PENALISED else 0
            sure -= lost
            possible -= lost
        else:
            possible += POINTS[name]
            if outcome:
                sure += POINTS[name]
    return Range(sure, possible)


def mean(ranges: Iterable[Range]) -> Range:
    """Return the average: how a catalog is scored.

    Raises:
        ZeroDivisionError: There is nothing to average.
    """
    found = list(ranges)
    total = sum(found, Range(0, 0))
    return Range(total.sure / len(found), total.possible / len(found))
