"""The score of a dataset by the rules of data.europa.eu (MQA), its software piveau metrics.

Each distribution is scored alone and only the best one counts; the dataset's own points are added.
Dates count once: of the distribution, else of the dataset. What is not known makes the score a
range. Of distributions that are equally good it matters for nothing which one is taken, but for
dates of the dataset; then the one that brings most is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.quality.indicators import (
    DATASET,
    DIMENSIONS,
    DISTRIBUTION,
    EITHER,
    INDICATORS,
    POINTS,
    Outcome,
    Range,
    points_of,
)
from app.quality.known import Known, every, one_of
from app.quality.records import Facts, Record, web_address
from app.rdf.namespaces import term
from app.rdf.terms import Term

_ACCESS, _DOWNLOAD = term("dcat:accessURL"), term("dcat:downloadURL")
_FORMAT, _MEDIA_TYPE = term("dct:format"), term("dcat:mediaType")
_LICENCE, _RIGHTS = term("dct:license"), term("dct:accessRights")
_OF_DATASET: Final = (
    ("keywordAvailability", term("dcat:keyword")),
    ("categoryAvailability", term("dcat:theme")),
    ("spatialAvailability", term("dct:spatial")),
    ("temporalAvailability", term("dct:temporal")),
    ("accessRightsAvailability", _RIGHTS),
    ("contactPointAvailability", term("dcat:contactPoint")),
    ("publisherAvailability", term("dct:publisher")),
)
_OF_DISTRIBUTION: Final = (
    ("downloadUrlAvailability", _DOWNLOAD),
    ("formatAvailability", _FORMAT),
    ("mediaTypeAvailability", _MEDIA_TYPE),
    ("licenceAvailability", _LICENCE),
    ("rightsAvailability", term("dct:rights")),
    ("byteSizeAvailability", term("dcat:byteSize")),
)
_DATES: Final = (
    ("dateIssuedAvailability", term("dct:issued")),
    ("dateModifiedAvailability", term("dct:modified")),
)
_NAMES: Final = {
    level: tuple(one.name for one in INDICATORS if one.level == level)
    for level in (DATASET, DISTRIBUTION, EITHER)
}
_ALONE: Final = (*_NAMES[DISTRIBUTION], *_NAMES[EITHER])
_IN: Final = {
    name: tuple(one.name for one in INDICATORS if one.dimension == name) for name in DIMENSIONS
}
_GOOD: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was looked at besides the metadata.

    `statuses` are answers to HTTP HEAD by address, 0 for none; `conforms` tells of datasets if
    they follow DCAT-AP, None where that is not known. What is not in it was not looked at.
    `penalty` is what the portal subtracts where a distribution states no format or media type.
    """

    statuses: Mapping[str, int] = field(default_factory=dict)
    conforms: Mapping[Term, Outcome] = field(default_factory=dict)
    penalty: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a dataset: in all, per dimension, and the outcome of each indicator.

    `distribution` is the one that counts ("" without any) and whose outcomes these are. Where one
    of several may overtake it once more is known, the points allow for that.
    """

    record: Record
    points: Range
    dimensions: Mapping[str, Range]
    outcomes: Mapping[str, Outcome]
    distribution: Term = ""
    penalty: int = 0

    @property
    def facts(self) -> Facts:
        """What is said of the distribution that counts."""
        return dict(self.record.distributions).get(self.distribution, {})


@dataclass(frozen=True, slots=True)
class _Candidate:
    term: Term
    alone: Range
    # points for dates that the dataset has and it lacks
    more: int
    outcomes: Mapping[str, Outcome]


def scores(records: Iterable[Record], known: Known, evidence: Evidence) -> list[Score]:
    """Return the scores of datasets, in their order."""
    return [score(record, known, evidence) for record in records]


def score(record: Record, known: Known, evidence: Evidence) -> Score:
    """Return the score of one dataset."""
    of_dataset: dict[str, Outcome] = {name: p in record.facts for name, p in _OF_DATASET}
    of_dataset["accessRightsVocabularyAlignment"] = every(
        map(known.access_right, record.facts.get(_RIGHTS, ()))
    )
    of_dataset["dcatApCompliance"] = evidence.conforms.get(record.term)
    dates = {name: p in record.facts for name, p in _DATES}
    found = [
        _candidate(name, facts, known, evidence, dates) for name, facts in record.distributions
    ]
    if not found:
        nothing: dict[str, Outcome] = dict.fromkeys(_NAMES[DISTRIBUTION], False)
        found = [_Candidate("", Range(0, 0), sum(POINTS[n] for n in dates if dates[n]),
                            {**nothing, **dates})]  # fmt: skip
    best = max(found, key=_rank)
    # nothing is subtracted where there is no distribution to state a format
    penalty = evidence.penalty if best.term else 0
    own = points_of(of_dataset, _NAMES[DATASET])
    outcomes = {**of_dataset, **best.outcomes}
    if len(found) == 1:
        alone = Range(best.alone.sure + best.more, best.alone.possible + best.more)
        parts = _dimensions([outcomes], penalty)
        return Score(record, own + alone, parts, outcomes, best.term, penalty)
    rivals = [one for one in found if one.alone.possible > best.alone.sure and one is not best]
    alone = Range(
        best.alone.sure + min(one.more for one in (best, *rivals)),
        max(one.alone.possible + one.more for one in (best, *rivals)),
    )
    among = [outcomes, *({**of_dataset, **one.outcomes} for one in rivals)]
    return Score(record, own + alone, _dimensions(among, penalty), outcomes, best.term, penalty)


def _rank(one: _Candidate) -> tuple[float, float, float, tuple[str, ...]]:
    # names of nodes and their order must not decide
    told = tuple(str(one.outcomes[name]) for name in _ALONE)
    return one.alone.sure, one.more, one.alone.possible, told


def _candidate(
    name: Term, facts: Facts, known: Known, evidence: Evidence, dates: Mapping[str, bool]
) -> _Candidate:
    outcomes: dict[str, Outcome] = {name: p in facts for name, p in _OF_DISTRIBUTION}
    outcomes["accessUrlStatusCode"] = _answers(facts.get(_ACCESS, ()), evidence.statuses)
    outcomes["downloadUrlStatusCode"] = _answers(facts.get(_DOWNLOAD, ()), evidence.statuses)
    outcomes["knownLicence"] = every(map(known.licence, facts.get(_LICENCE, ())))
    formats, media_types = facts.get(_FORMAT, ()), facts.get(_MEDIA_TYPE, ())
    aligned = (every(map(known.format, formats)), every(map(known.media_type, media_types)))
    outcomes["formatMediaTypeVocabularyAlignment"] = False if False in aligned else every(aligned)
    both = (*formats, *media_types)
    outcomes["formatMediaTypeMachineInterpretable"] = one_of(map(known.machine_readable, both))
    outcomes["formatMediaTypeNonProprietary"] = one_of(map(known.non_proprietary, both))
    outcomes |= {date: p in facts for date, p in _DATES}
    alone = points_of(outcomes, _ALONE, evidence.penalty)
    more = 0
    for date, there in dates.items():
        if there and not outcomes[date]:
            outcomes[date] = True
            more += POINTS[date]
    return _Candidate(name, alone, more, outcomes)


def _answers(values: Sequence[Term], statuses: Mapping[str, int]) -> Outcome:
    """Return whether an address answered; the best answer of several counts."""
    return one_of(_answer(value, statuses) for value in values)


def _answer(value: Term, statuses: Mapping[str, int]) -> Outcome:
    url = web_address(value)
    if not url:
        return False
    return statuses[url] in _GOOD if url in statuses else None


def _dimensions(among: Sequence[Mapping[str, Outcome]], penalty: int) -> dict[str, Range]:
    """Return the points per dimension, whichever of some outcomes will be those that count."""
    out = {}
    for dimension, names in _IN.items():
        found = [points_of(outcomes, names, penalty) for outcomes in among]
        out[dimension] = Range(min(r.sure for r in found), max(r.possible for r in found))
    return out
