"""Scores as data: measurements of the Data Quality Vocabulary (W3C, DQV), named as piveau does.

What is sure is a measurement of a metric of piveau (https://piveau.eu/ns/voc#). What is only
possible has metrics of our own, since the portal knows no range; an indicator that is not known has
no measurement. Times are those of the ledger: since when the described thing is as it was scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.quality.evidence import Stars
from app.quality.indicators import DIMENSIONS, HIGHEST, INDICATORS, MOST, Range, mean
from app.quality.labels import LABELS, STARS
from app.quality.scoring import Scored
from app.quality.words import HEADS, Text
from app.rdf.iris import mint
from app.rdf.namespaces import expand, term
from app.rdf.terms import XSD, Term, Triple, literal

# the vocabulary of what piveau has no name for
NAMESPACE: Final = "ns/kwaliteit"
TOTAL: Final = "scoring"
_A, _LABEL = term("rdf:type"), term("rdfs:label")
_TOTALS: Final = (TOTAL, *(f"{name}Scoring" for name in DIMENSIONS))
_STARS: Final = "stars"
_BODIES: Final = ("zeroStars", "oneStar", "twoStars", "threeStars", "fourStars", "fiveStars")


def possible(metric: str) -> str:
    """Return the name of our metric of the points that are possible."""
    return "possible" + metric[0].upper() + metric[1:]


class Measurements:
    """Makes the measurements of the datasets of one catalog below one base IRI.

    `times` are xsd:dateTime by thing, `stars` by dataset where they are known.
    """

    def __init__(
        self, base: str, times: Mapping[Term, str], stars: Mapping[Term, Stars] | None = None
    ) -> None:
        self._base = base
        self._times = times
        self._stars = stars or {}

    def triples(self, catalog: Term, found: Sequence[Scored]) -> Iterator[Triple]:
        """Yield the measurements of datasets with own IRIs and of the catalog, and the metrics."""
        yield from self._vocabulary()
        for one in found:
            score, dataset = one.score, one.score.record.term
            if not dataset.startswith(f"<{self._base}id/"):
                # its publisher measures it under addresses of its own
                continue
            for name, outcome in score.outcomes.items():
                if outcome is not None:
                    value = literal(str(outcome).lower(), datatype=XSD + "boolean")
                    yield from self._measurement(dataset, name, LABELS[name], value)
            yield from self._points(dataset, score.points, score.dimensions)
            if dataset in self._stars:
                yield from self._starred(dataset, self._stars[dataset])
        if found:
            whole = {name: mean(one.score.dimensions[name] for one in found) for name in DIMENSIONS}
            yield from self._points(catalog, mean(one.score.points for one in found), whole)

    def _points(
        self, thing: Term, points: Range, dimensions: Mapping[str, Range]
    ) -> Iterator[Triple]:
        ranges = [points, *(dimensions[name] for name in DIMENSIONS)]
        for name, found in zip(_TOTALS, ranges, strict=True):
            for metric, value in ((name, found.sure), (possible(name), found.possible)):
                yield from self._measurement(thing, metric, _total_name(metric), _number(value))

    def _measurement(self, thing: Term, metric: str, label: Text, value: Term) -> Iterator[Triple]:
        node = self._node(thing, metric)
        yield node, _A, term("dqv:QualityMeasurement")
        yield from _texts(node, _LABEL, label)
        yield node, term("dqv:computedOn"), thing
        yield node, term("dqv:isMeasurementOf"), self._metric(metric)
        yield node, term("dqv:value"), value
        yield from self._time(node, thing)

    def _starred(self, dataset: Term, stars: Stars) -> Iterator[Triple]:
        for metric, value in ((_STARS, stars.sure), (possible(_STARS), stars.possible)):
            yield from self._measurement(dataset, metric, _star_name(metric), _number(value))
        if stars.sure != stars.possible:
            # a verdict is for what is known
            return
        node = self._node(dataset, "verdict")
        yield node, _A, term("dqv:QualityAnnotation")
        yield from _texts(node, _LABEL, STARS[stars.sure])
        yield node, term("oa:motivatedBy"), term("dqv:qualityAssessment")
        yield node, term("oa:hasTarget"), dataset
        yield node, term("oa:hasBody"), self._own(_BODIES[stars.sure])
        yield from self._time(node, dataset)

    def _time(self, node: Term, thing: Term) -> Iterator[Triple]:
        if thing in self._times:
            time = literal(self._times[thing], datatype=XSD + "dateTime")
            yield node, term("prov:generatedAtTime"), time

    def _node(self, thing: Term, name: str) -> Term:
        """Return `/id/meting/{concept}-{reference}-{name}` of an own thing."""
        _, concept, ref = thing[1:-1].removeprefix(self._base).split("/", 2)
        return f"<{mint(self._base, 'id', 'meting', f'{concept}-{ref}-{name}')}>"

    def _own(self, name: str) -> Term:
        return f"<{self._base}{NAMESPACE}#{name}>"

    def _metric(self, name: str) -> Term:
        ours = name == _STARS or name.startswith("possible")
        return self._own(name) if ours else f"<{expand('pv:' + name)}>"

    def _vocabulary(self) -> Iterator[Triple]:
        """Yield what the metrics, dimensions and stars are; our own terms are one vocabulary."""
        whole = f"<{self._base}{NAMESPACE}>"
        yield whole, _A, term("owl:Ontology")
        yield from _texts(whole, term("dct:title"), _TITLE)
        yield from _texts(whole, term("dct:description"), _DESCRIPTION)
        points = self._own("points")
        yield points, _A, term("rdf:Property")
        yield from _texts(points, _LABEL, HEADS["points"])
        yield from _texts(points, term("skos:definition"), _POINTS)
        for name in DIMENSIONS:
            node = f"<{expand('pv:' + name)}>"
            yield node, _A, term("dqv:Dimension")
            yield from _texts(node, term("skos:prefLabel"), HEADS[name])
        for one in INDICATORS:
            label = LABELS[one.name]
            yield from self._described(one.name, label, one.points, one.dimension)
        for name, dimension in zip(_TOTALS, ("", *DIMENSIONS), strict=True):
            most = MOST[dimension] if dimension else HIGHEST
            for metric in (name, possible(name)):
                yield from self._described(metric, _total_name(metric), most, dimension)
            yield from _texts(self._own(possible(name)), term("skos:definition"), _IF_WELL)
        for metric in (_STARS, possible(_STARS)):
            yield self._metric(metric), _A, term("dqv:Metric")
            yield from _texts(self._metric(metric), term("skos:prefLabel"), _star_name(metric))
        yield from _texts(self._metric(possible(_STARS)), term("skos:definition"), _IF_WELL)
        for number, body in enumerate(_BODIES):
            yield self._own(body), _A, term("skos:Concept")
            yield from _texts(self._own(body), term("skos:prefLabel"), STARS[number])
        for name in ("points", *map(possible, _TOTALS), _STARS, possible(_STARS), *_BODIES):
            yield self._own(name), term("rdfs:isDefinedBy"), whole

    def _described(self, metric: str, label: Text, points: int, dimension: str) -> Iterator[Triple]:
        node = self._metric(metric)
        yield node, _A, term("dqv:Metric")
        yield from _texts(node, term("skos:prefLabel"), label)
        yield node, self._own("points"), _number(points)
        if dimension:
            yield node, term("dqv:inDimension"), f"<{expand('pv:' + dimension)}>"


def _total_name(metric: str) -> Text:
    """Return the label of a total: of a dimension or of all, sure or possible."""
    name = metric.removeprefix("possible")
    dimension = (name[0].lower() + name[1:]).removesuffix("Scoring")
    found = HEADS[dimension if dimension in DIMENSIONS else "points"]
    return found if metric == name else _possibly(found)


def _star_name(metric: str) -> Text:
    return _STARS_NAME if metric == _STARS else _possibly(_STARS_NAME)


def _possibly(found: Text) -> Text:
    return {"nl": f"{found['nl']} (mogelijk)", "en": f"{found['en']} (possible)"}


def _number(value: float) -> Term:
    whole = float(value).is_integer()
    text = str(int(value)) if whole else f"{value:.1f}"
    return literal(text, datatype=XSD + ("integer" if whole else "decimal"))


def _texts(node: Term, predicate: Term, texts: Text) -> Iterator[Triple]:
    for language, text in texts.items():
        yield node, predicate, literal(text, language=language)


_TITLE: Final[Text] = {"nl": "Kwaliteit van datasets", "en": "Quality of datasets"}
_DESCRIPTION: Final[Text] = {
    "nl": "Eigen termen bij de metingen van data.europa.eu: een score is een bereik zolang niet "
    "alles bekend is.",
    "en": "Own terms beside the metrics of data.europa.eu: a score is a range as long as not all "
    "is known.",
}
_POINTS: Final[Text] = {"nl": "De punten die een meting hoogstens geeft.",
                        "en": "The points that a metric gives at most."}  # fmt: skip
_STARS_NAME: Final[Text] = {"nl": "sterren", "en": "stars"}
_IF_WELL: Final[Text] = {
    "nl": "Wat het wordt als blijkt dat goed is wat nog niet bekend is.",
    "en": "What it becomes if what is not known yet turns out well.",
}
