"""The six principles of the International Open Data Charter, and what metadata say for each.

The principles are those of 2015 (https://opendatacharter.net/principles/). The Charter is a promise
of governments and no test of datasets: what is checked here is our own choice of facts that speak
for a principle, and each principle says what metadata cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.quality.compliance import PROFILES
from app.quality.governance import STATED, Text, contact
from app.quality.indicators import Outcome
from app.quality.known import Known, every, one_of
from app.quality.timeliness import keeps_up
from app.quality.views import View, language, plain
from app.rdf.terms import Term, is_literal

Test = Callable[[View, Known, datetime], Outcome]


@dataclass(frozen=True, slots=True)
class Check:
    """One fact that speaks for a principle; `properties` are where it stands in metadata."""

    key: str
    text: Text
    properties: tuple[str, ...]
    test: Test


@dataclass(frozen=True, slots=True)
class Principle:
    """A principle with its checks; `limits` is what metadata cannot tell."""

    key: str
    title: Text
    limits: Text
    checks: Sequence[Check]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the checks of a principle gave for one dataset: passed, failed, or not known."""

    principle: Principle
    outcomes: tuple[Outcome, ...]

    def values(self) -> dict[str, Any]:
        """Return the outcomes by check as JSON values; `overall` has the texts."""
        checks = zip(self.principle.checks, self.outcomes, strict=True)
        return {
            "principle": self.principle.key,
            "checks": {check.key: outcome for check, outcome in checks},
        }


def charter(view: View, known: Known, now: datetime) -> list[Judged]:
    """Return of each principle what the metadata of a dataset say, as of a time (UTC)."""
    return [
        Judged(one, tuple(check.test(view, known, now) for check in one.checks))
        for one in PRINCIPLES
    ]


def overall(found: Iterable[Sequence[Judged]]) -> list[dict[str, Any]]:
    """Return over all datasets of a catalog how many passed and failed each check, as JSON."""
    judged = list(found)
    out = []
    for number, principle in enumerate(PRINCIPLES):
        checks = []
        for place, check in enumerate(principle.checks):
            outcomes = [one[number].outcomes[place] for one in judged]
            checks.append({
                "check": check.key, "text": dict(check.text),
                "properties": list(check.properties), "passed": outcomes.count(True),
                "failed": outcomes.count(False), "unknown": outcomes.count(None),
            })  # fmt: skip
        out.append({
            "principle": principle.key, "title": dict(principle.title),
            "limits": dict(principle.limits), "checks": checks,
        })  # fmt: skip
    return out


def _there(*names: str) -> Test:
    """Return the test that one of some properties says anything, of the dataset or its files."""

    def test(view: View, _: Known, __: datetime) -> Outcome:
        return any(
            plain(value) or value.startswith("_:")
            for name in names
            for value in (*view.get(name), *view.parts(name))
        )

    return test


def _public(view: View, known: Known, _: datetime) -> Outcome:
    rights = view.get("dct:accessRights")
    return every(map(known.public, rights)) if rights else None


def _open(view: View, known: Known, _: datetime) -> Outcome:
    return every(map(known.open_licence, (*view.get("dct:license"), *view.parts("dct:license"))))


def _timely(view: View, _: Known, now: datetime) -> Outcome:
    return keeps_up(view, now)


def _findable(view: View, *_: object) -> Outcome:
    return all(
        any(plain(value) for value in view.get(name))
        for name in ("dct:title", "dct:description", "dcat:keyword", "dcat:theme")
    )


def _formats(view: View) -> list[Term]:
    return [*view.parts("dct:format"), *view.parts("dcat:mediaType")]


def _machine(view: View, known: Known, *_: object) -> Outcome:
    return one_of(map(known.machine_readable, _formats(view)))


def _free_format(view: View, known: Known, *_: object) -> Outcome:
    return one_of(map(known.non_proprietary, _formats(view)))


def _coded(view: View, known: Known, *_: object) -> Outcome:
    themes = [value in known.lists.codes for value in view.get("dcat:theme")]
    return any(themes) and any(map(known.format, view.parts("dct:format")))


def _conforms(view: View, *_: object) -> Outcome:
    found = [view.compliance[name].conforms for name in PROFILES if name in view.compliance]
    return one_of(found) if found else None


def _named(view: View, *_: object) -> Outcome:
    return view.term.startswith(("<http://", "<https://"))


def _reachable(view: View, known: Known, now: datetime) -> Outcome:
    return contact(view, known, now)[0] == STATED


def _languages(view: View, *_: object) -> Outcome:
    return len({language(one) for one in view.get("dct:title") if is_literal(one)} - {""}) > 1


def _said(nl: str, en: str) -> Text:
    return {"nl": nl, "en": en}


PRINCIPLES: Final = (
    Principle("open-by-default", _said("Standaard open", "Open by default"), _said(
        "Welke data er zijn en niet gepubliceerd worden, en of dat verantwoord is, staat niet in "
        "metadata.",
        "Which data exist and are not published, and whether that is justified, is not in "
        "metadata.",
    ), (
        Check("public", _said("iedereen kan bij de data", "everybody can get at the data"),
              ("dct:accessRights",), _public),
        Check("open-licence", _said("met een open licentie", "under an open licence"),
              ("dct:license",), _open),
    )),
    Principle("timely-comprehensive", _said("Tijdig en volledig", "Timely and comprehensive"),
              _said(
        "Of de data volledig zijn, onbewerkt en zo fijn als kan, zeggen metadata niet.",
        "Whether the data are complete, unmodified and as detailed as possible, metadata do not "
        "say.",
    ), (
        Check("dated", _said("de laatste wijziging staat erbij", "the last change is stated"),
              ("dct:modified",), _there("dct:modified")),
        Check("frequency", _said("de frequentie staat erbij", "the frequency is stated"),
              ("dct:accrualPeriodicity",), _there("dct:accrualPeriodicity")),
        Check("keeps-up", _said("de data houden dat ritme", "the data keep that rhythm"),
              ("dct:modified", "dct:accrualPeriodicity"), _timely),
        Check("whole-file", _said("als bestand te downloaden", "to be downloaded as a file"),
              ("dcat:downloadURL",), _there("dcat:downloadURL")),
    )),
    Principle("accessible-usable", _said("Toegankelijk en bruikbaar", "Accessible and usable"),
              _said(
        "Of links antwoorden en wat in de bestanden zit, blijkt pas als men kijkt; of mensen ze "
        "begrijpen, blijkt nergens.",
        "Whether links answer and what is in the files shows only by looking; whether people "
        "understand them does not show at all.",
    ), (
        Check("findable", _said("titel, beschrijving, trefwoord en thema staan erbij",
                                "title, description, keyword and theme are stated"),
              ("dct:title", "dct:description", "dcat:keyword", "dcat:theme"), _findable),
        Check("machine-readable", _said("in een formaat dat programma's lezen",
                                        "in a format that programs read"),
              ("dct:format", "dcat:mediaType"), _machine),
        Check("open-format", _said("in een open formaat", "in an open format"),
              ("dct:format", "dcat:mediaType"), _free_format),
    )),
    Principle("comparable-interoperable",
              _said("Vergelijkbaar en uitwisselbaar", "Comparable and interoperable"), _said(
        "Of data van verschillende jaren of besturen hetzelfde betekenen, zeggen metadata niet.",
        "Whether data of different years or administrations mean the same, metadata do not say.",
    ), (
        Check("standard", _said("een standaard wordt genoemd", "a standard is named"),
              ("dct:conformsTo",), _there("dct:conformsTo")),
        Check("codes", _said("thema en formaat komen uit lijsten",
                             "theme and format come from lists"),
              ("dcat:theme", "dct:format"), _coded),
        Check("profile", _said("de beschrijving volgt DCAT-AP of DCAT-AP Vlaanderen",
                               "the description follows DCAT-AP or DCAT-AP Vlaanderen"),
              (), _conforms),
        Check("address", _said("de dataset heeft een eigen webadres",
                               "the dataset has a web address of its own"), (), _named),
    )),
    Principle("governance-engagement",
              _said("Voor beter bestuur en betrokken burgers",
                    "For improved governance and citizen engagement"), _said(
        "Of vragen beantwoord worden en wat met de data bereikt is, zeggen metadata niet.",
        "Whether questions are answered and what the data achieved, metadata do not say.",
    ), (
        Check("publisher", _said("er is een uitgever", "there is a publisher"),
              ("dct:publisher",), _there("dct:publisher")),
        Check("contact", _said("men kan iemand bereiken", "somebody can be reached"),
              ("dcat:contactPoint",), _reachable),
        Check("provenance", _said("de herkomst staat erbij", "the provenance is stated"),
              ("dct:provenance",), _there("dct:provenance")),
        Check("explained", _said("er is een pagina met uitleg", "there is a page that explains"),
              ("foaf:page", "dcat:landingPage"), _there("foaf:page", "dcat:landingPage")),
    )),
    Principle("inclusive-innovation",
              _said("Voor inclusieve ontwikkeling en innovatie",
                    "For inclusive development and innovation"), _said(
        "Wie de data gebruikt, wie ze mist en wat ermee gemaakt wordt, zeggen metadata niet; deze "
        "twee feiten zijn een begin.",
        "Who uses the data, who misses them and what is made with them, metadata do not say; these "
        "two facts are a beginning.",
    ), (
        Check("reuse", _said("elk hergebruik mag, ook commercieel (open licentie)",
                             "every reuse is allowed, commercial too (open licence)"),
              ("dct:license",), _open),
        Check("languages", _said("beschreven in meer dan één taal",
                                 "described in more than one language"),
              ("dct:title",), _languages),
    )),
)  # fmt: skip
