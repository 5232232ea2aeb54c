"""What to do to win the points that were lost: property, example, points, effort, repair rule."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.quality.compliance import Mistake
from app.quality.evidence import Looks
from app.quality.indicators import DATASET, DISTRIBUTION, HIGHEST, INDICATORS, POINTS, at_stake
from app.quality.known import Known
from app.quality.mqa import Score
from app.quality.portals.reading import FLEMISH
from app.quality.records import Facts, web_address
from app.quality.words import TASKS, Text
from app.rdf.namespaces import term
from app.rdf.terms import Term
from app.validation.repair import Change

_FORMAT, _MEDIA_TYPE = term("dct:format"), term("dcat:mediaType")
_ACCESS, _DOWNLOAD = term("dcat:accessURL"), term("dcat:downloadURL")
_LICENCE: Final = term("dct:license")
_AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
_ALIGNED: Final = "formatMediaTypeVocabularyAlignment"
_LISTED: Final = ("formatMediaTypeNonProprietary", "formatMediaTypeMachineInterpretable")
_CSV, _CSV_TYPE = (
    f"{_AUTHORITY}file-type/CSV",
    "http://www.iana.org/assignments/media-types/text/csv",
)
_ANY_TYPE: Final = "http://www.iana.org/assignments/media-types/application/octet-stream"
_DISTRIBUTED: Final = "dcat:distribution"
# .csv, or /exports/csv
_ENDING: Final = re.compile(r"[./]([A-Za-z0-9]{2,8})[>?]")
# in an example: what is scored
SOURCE: Final = "SOURCE"
VALUE, DECISION, WORK = 1, 2, 3
TO_LOOK_AT: Final = frozenset({"unknown", "kept"})
_LEVELS: Final = {one.name: one.level for one in INDICATORS}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of task: the property to give, an example of its value in Turtle, the effort.

    Effort is 1 (a value to fill in), 2 (something to find out or decide), 3 (something to make).
    """

    key: str
    property: str
    example: str
    effort: int


KINDS: Final = {kind.key: kind for kind in (
    Kind("distribution", "dcat:distribution",
         "[ a dcat:Distribution ; dcat:accessURL <https://…> ; dcat:downloadURL <https://…> ]",
         WORK),
    Kind("keyword", "dcat:keyword", '"mobiliteit"@nl', VALUE),
    Kind("category", "dcat:theme", f"<{_AUTHORITY}data-theme/TRAN>", VALUE),
    Kind("spatial", "dct:spatial", f"<{_AUTHORITY}country/BEL>", VALUE),
    Kind("temporal", "dct:temporal",
         '[ a dct:PeriodOfTime ; dcat:startDate "2024-01-01"^^xsd:date ; '
         'dcat:endDate "2024-12-31"^^xsd:date ]', DECISION),
    Kind("access-url", "dcat:accessURL", "<https://data.voorbeeld.be/dataset>", DECISION),
    Kind("download-url", "dcat:downloadURL", "<https://data.voorbeeld.be/dataset.csv>", DECISION),
    Kind("format", "dct:format", f"<{_CSV}>", VALUE),
    Kind("media-type", "dcat:mediaType", f"<{_CSV_TYPE}>", VALUE),
    Kind("open-format", "dcat:distribution", f"[ a dcat:Distribution ; dct:format <{_CSV}> ]",
         WORK),
    Kind("compliance", "", f"vijfster validate {SOURCE} --profile dcat-ap-3.0.1", DECISION),
    Kind("licence", "dct:license", f"<{_AUTHORITY}licence/CC0>", DECISION),
    Kind("access-rights", "dct:accessRights", f"<{_AUTHORITY}access-right/PUBLIC>", VALUE),
    Kind("contact", "dcat:contactPoint",
         "[ a vcard:Kind ; vcard:hasEmail <mailto:data@voorbeeld.be> ]", VALUE),
    Kind("publisher", "dct:publisher", "<https://data.vlaanderen.be/id/organisatie/OVO000000>",
         VALUE),
    Kind("rights", "dct:rights",
         '[ a dct:RightsStatement ; rdfs:label "Vrij te gebruiken, met bronvermelding"@nl ]',
         VALUE),
    Kind("byte-size", "dcat:byteSize", '"10240"^^xsd:nonNegativeInteger', VALUE),
    Kind("issued", "dct:issued", '"2024-01-31"^^xsd:date', VALUE),
    Kind("modified", "dct:modified", '"2024-06-30"^^xsd:date', VALUE),
)}  # fmt: skip
_KIND_OF: Final = {
    "keywordAvailability": "keyword", "categoryAvailability": "category",
    "spatialAvailability": "spatial", "temporalAvailability": "temporal",
    "accessUrlStatusCode": "access-url", "downloadUrlAvailability": "download-url",
    "downloadUrlStatusCode": "download-url", "formatAvailability": "format",
    "mediaTypeAvailability": "media-type", "dcatApCompliance": "compliance",
    "licenceAvailability": "licence", "knownLicence": "licence",
    "accessRightsAvailability": "access-rights",
    "accessRightsVocabularyAlignment": "access-rights",
    "contactPointAvailability": "contact", "publisherAvailability": "publisher",
    "rightsAvailability": "rights", "byteSizeAvailability": "byte-size",
    "dateIssuedAvailability": "issued", "dateModifiedAvailability": "modified",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do for a dataset or its distribution `node`.

    It brings `points` that are lost now, and makes sure of the `doubtful` ones that are possible
    now; `rule` is the repair rule that does it, or "". `place` is where the property goes:
    "dataset" or "distribution" ("" for none). `mistakes` are the rules that are not followed, in
    two languages, those first that are most often.
    """

    kind: Kind
    variant: str
    node: Term
    indicators: tuple[str, ...]
    points: int
    doubtful: int
    example: str
    place: str = ""
    mistakes: Sequence[Text] = ()
    rule: str = ""

    @property
    def text(self) -> Mapping[str, str]:
        """What to do, per language."""
        return TASKS[self.kind.key, self.variant]

    @property
    def worth(self) -> float:
        """Points per effort, doubtful ones for half; what has only to be looked at comes last."""
        gain = (self.points + self.doubtful / 2) / self.kind.effort
        return gain - HIGHEST if self.variant in TO_LOOK_AT else gain


def tasks(
    score: Score,
    known: Known,
    looks: Looks | None = None,
    mistakes: Mapping[Mistake, int] | None = None,
) -> list[Task]:
    """Return the tasks of a dataset, those first that bring most points for their effort.

    Every indicator that is not sure is in one task; `looks` tell why an address has no points,
    `mistakes` (and how often) why the dataset does not follow DCAT-AP.
    """
    looks = looks or {}
    groups: dict[str, list[str]] = defaultdict(list)
    for name, outcome in score.outcomes.items():
        if not outcome:
            groups[_kind_of(name, score, known)].append(name)
    found = [_task(KINDS[key], names, score, known, looks) for key, names in groups.items()]
    told = _told(mistakes or {})
    found = [
        replace(one, mistakes=told)
        if one.variant == "fails" and one.kind.key == "compliance"
        else one
        for one in found
    ]
    order = list(KINDS)
    return sorted(found, key=lambda task: (-task.worth, order.index(task.kind.key)))


def _told(mistakes: Mapping[Mistake, int]) -> list[Text]:
    ordered = sorted(mistakes, key=lambda mistake: (-mistakes[mistake], mistake))
    return [{"nl": nl, "en": en} for nl, en in ordered if nl or en]


def _kind_of(name: str, score: Score, known: Known) -> str:
    facts = score.facts
    if not score.distribution and _LEVELS[name] == DISTRIBUTION:
        return "distribution"
    formats, media_types = facts.get(_FORMAT, ()), facts.get(_MEDIA_TYPE, ())
    if name == _ALIGNED:
        right = media_types and all(map(known.media_type, media_types))
        return "format" if right else "media-type"
    if name in _LISTED:
        # a file that is known for what it is needs another file, else another word
        return "open-format" if any(map(known.file_type, (*formats, *media_types))) and (
            score.outcomes[name] is False
        ) else "format"  # fmt: skip
    return _KIND_OF[name]


def _task(kind: Kind, names: Sequence[str], score: Score, known: Known, looks: Looks) -> Task:
    lost = sum(at_stake(name, score.penalty) for name in names if score.outcomes[name] is False)
    doubtful = sum(POINTS[name] for name in names if score.outcomes[name] is None)
    of_dataset = any(_LEVELS[name] == DATASET for name in names) or not score.distribution
    dated = kind.key in ("issued", "modified")
    node = score.record.term if of_dataset or dated else score.distribution
    there = score.record.facts if of_dataset else score.facts
    kept = "" if not kind.property else DATASET if node == score.record.term else DISTRIBUTION
    return Task(
        kind, _variant(kind, there, lost, looks, known, score.record.facts), node, tuple(names),
        lost, doubtful,
        _example(kind, there, known), DATASET if kind.property == _DISTRIBUTED else kept,
    )  # fmt: skip


def _variant(
    kind: Kind, there: Facts, lost: int, looks: Looks, known: Known, of_dataset: Facts
) -> str:
    if kind.key in ("distribution", "open-format"):
        return "closed" if kind.key == "open-format" else "missing"
    if kind.key == "compliance":
        return "fails" if lost else "unknown"
    if term(kind.property) not in there:
        # portals look for it with the distribution
        return "moved" if kind.key == "licence" and _LICENCE in of_dataset else "missing"
    if kind.key in ("access-url", "download-url"):
        seen = [looks[url] for url in map(web_address, there[term(kind.property)]) if url in looks]
        if lost:
            # it is there for people, and not for the portal
            return "head" if any(one.status and one.answers for one in seen) else "fails"
        return "kept" if seen else "unknown"
    if kind.key == "licence":
        if any(map(known.meant_licence, there[_LICENCE])):
            return "same"
        if any(known.licence_of(value).startswith(FLEMISH) for value in there[_LICENCE]):
            return "flemish"
    return "otherwise"


def _example(kind: Kind, there: Facts, known: Known) -> str:
    # what is not said may show in the address of the file
    formats = there.get(_FORMAT, ()) or _endings(there)
    media_types = there.get(_MEDIA_TYPE, ())
    found = ""
    if kind.key == "format":
        said = (*there.get(_FORMAT, ()), *media_types)
        found = known.meant_format(said) or known.meant_format(formats)
    elif kind.key == "media-type":
        found = known.meant_media_type(media_types, formats)
        if not found and any(map(known.file_type, (*media_types, *formats))):
            # there is none of its own, and that of another format would be wrong
            found = _ANY_TYPE
    elif kind.key == "licence":
        found = next(filter(None, map(known.meant_licence, sorted(there.get(_LICENCE, ())))), "")
    elif kind.key in ("access-url", "download-url"):
        # the address to look at; without an access page that of the file will do
        found = _address(there.get(term(kind.property), ()) or there.get(_DOWNLOAD, ()))
        if not found and kind.key == "download-url":
            # an access page that is a file is the download too
            found = _address([url for url in there.get(_ACCESS, ()) if _is_file(url, known)])
    return f"<{found}>" if found else kind.example


def _is_file(url: Term, known: Known) -> bool:
    match = _ENDING.search(url)
    return match is not None and known.file_type(f'"{match[1]}"') not in ("", "HTML", "XHTML")


def _endings(there: Facts) -> list[Term]:
    urls = (*there.get(_DOWNLOAD, ()), *there.get(_ACCESS, ()))
    return [f'"{match[1]}"' for url in urls if (match := _ENDING.search(url))]


def _address(values: Sequence[Term]) -> str:
    return next((value[1:-1] for value in sorted(values) if value.startswith("<http")), "")


def rules_by_place(changes: Iterable[Change]) -> dict[tuple[Term, Term], str]:
    """Return the repair rule that gave a thing a value of a property, by thing and property."""
    done: dict[tuple[Term, Term], str] = {}
    for change in changes:
        for subject, predicate, _ in change.added:
            done.setdefault((subject, predicate), change.rule)
    return done


def with_rules(
    found: Sequence[Task],
    before: Score,
    after: Score | None,
    done: Mapping[tuple[Term, Term], str],
) -> list[Task]:
    """Return tasks with the repair rule that does them.

    `after` is the score of the same dataset once every rule has been applied: a task is done by a
    rule if one of its indicators became better and the rule changed its property.
    """
    if after is None:
        return list(found)
    better = {
        name for name, outcome in after.outcomes.items()
        if _worth(outcome) > _worth(before.outcomes[name])
    }  # fmt: skip
    return [
        replace(task, rule=done.get((task.node, term(task.kind.property)), ""))
        if task.kind.property and better.intersection(task.indicators) else task
        for task in found
    ]  # fmt: skip


def _worth(outcome: bool | None) -> int:
    return 2 if outcome else 1 if outcome is None else 0
