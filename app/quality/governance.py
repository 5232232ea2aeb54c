"""How a dataset is governed: owner, contact, conditions, privacy, quality, standards, update.

Only what is stated counts, with the property where it stands: keywords and descriptions are no
statements. What is not stated is a task. Properties: DCAT-AP 3.0.1, DCAT-AP Vlaanderen 3.0, DQV,
and for personal data DPV (which HealthDCAT-AP uses too), since neither profile has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.quality.known import Known, every
from app.quality.timeliness import keeps_up, last_change
from app.quality.views import LANGUAGES, View, called, chosen, plain, short
from app.rdf.namespaces import PREFIXES, term
from app.rdf.terms import Term

STATED, LACKING, UNKNOWN, IRRELEVANT = "stated", "lacking", "unknown", "irrelevant"
_DPV: Final = "https://w3id.org/dpv#"
_HELD: Final = tuple(f"<{_DPV}{name}>" for name in ("hasPersonalData", "hasData"))
_NOT_PERSONAL: Final = {f"<{_DPV}{name}>" for name in ("NonPersonalData", "AnonymisedData")}
_HVD: Final = "http://data.europa.eu/eli/reg_impl/2023/138/oj"

Text = Mapping[str, str]
Texts = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about how a dataset is governed.

    `status` is stated; lacking (stated, and not good enough); unknown; or irrelevant (not stated,
    and nobody has to). `property` is where it stands, or should. What else there is to tell is that
    of its question, of `key`.
    """

    key: str
    status: str
    texts: Mapping[str, Sequence[str]]
    property: str

    def values(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "fact": self.key, "status": self.status, "property": self.property,
            "value": {lang: list(found) for lang, found in self.texts.items()},
        }  # fmt: skip


# what was found: its status, its texts, and the property where it stands
Found = tuple[str, Texts, str]
Look = Callable[[View, Known, datetime], Found]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a dataset: `look` finds it, `property` and `example` say how to state it.

    `example` is a value in Turtle. `tasks` say by status what to do; of others there is nothing to.
    """

    key: str
    label: Text
    look: Look
    property: str
    example: str
    tasks: Mapping[str, Text]

    def values(self) -> dict[str, Any]:
        """Return what is the same for every dataset as JSON values."""
        return {
            "fact": self.key, "label": dict(self.label), "example": self.example,
            "tasks": {status: dict(text) for status, text in self.tasks.items()},
        }  # fmt: skip


def governance(view: View, known: Known, now: datetime) -> list[Fact]:
    """Return what is known of how a dataset is governed, as of a time (UTC)."""
    out = []
    for asked in QUESTIONS:
        status, texts, where = asked.look(view, known, now)
        shown = {lang: tuple(map(short, texts[lang])) for lang in LANGUAGES}
        out.append(Fact(asked.key, status, shown, where or asked.property))
    return out


def _texts(values: Iterable[Term], view: View, known: Known) -> Texts:
    found = sorted(set(values))
    return {
        lang: sorted({text for one in found if (text := _called(one, view, known, lang))})
        for lang in LANGUAGES
    }


def _called(value: Term, view: View, known: Known, lang: str) -> str:
    name = called(value, view.things, known, lang)
    # a statement may be only in its description
    return name or chosen(view.of(value).get(term("dct:description"), ()), lang)


def _same(*texts: str) -> Texts:
    return {lang: list(texts) for lang in LANGUAGES}


def _first(view: View, known: Known, names: Iterable[str], other: str) -> Found:
    """Return the values of the first property that says anything, of the dataset or its files."""
    for name in names:
        for values in (view.get(name), sorted(set(view.parts(name)))):
            texts = _texts(values, view, known)
            if any(texts.values()):
                return STATED, texts, name
    return other, _same(), ""


def _stated(*names: str, other: str = UNKNOWN) -> Look:
    def look(view: View, known: Known, _: datetime) -> Found:
        return _first(view, known, names, other)

    return look


def contact(view: View, known: Known, _: datetime) -> Found:
    """Return the contact points that can be reached; lacking where none can."""
    reached: dict[str, list[str]] = {lang: [] for lang in LANGUAGES}
    values = view.get("dcat:contactPoint")
    for value in values:
        facts = view.of(value)
        ways = [
            plain(way).removeprefix("mailto:")
            for name in ("vcard:hasEmail", "vcard:hasURL", "foaf:page")
            for way in sorted(facts.get(term(name), ()))
        ]
        for lang in LANGUAGES:
            name = called(value, view.things, known, lang)
            if ways:
                reached[lang].append(" ".join(filter(None, (name, *ways))))
    if any(reached.values()):
        return STATED, {lang: sorted(found) for lang, found in reached.items()}, ""
    return (LACKING if values else UNKNOWN), _texts(values, view, known), ""


def _personal(view: View, known: Known, _: datetime) -> Found:
    values = {one for name in _HELD for one in view.facts.get(name, ())}
    values |= {one for _, facts in view.distributions for name in _HELD
               for one in facts.get(name, ())}  # fmt: skip
    if not values:
        return UNKNOWN, _same(), ""
    if values <= _NOT_PERSONAL:
        return STATED, {"nl": ["geen persoonsgegevens"], "en": ["no personal data"]}, ""
    held = _texts(values - _NOT_PERSONAL, view, known)
    return STATED, {
        "nl": [f"persoonsgegevens: {', '.join(held['nl'])}"],
        "en": [f"personal data: {', '.join(held['en'])}"],
    }, ""  # fmt: skip


def _sensitive(view: View, known: Known, _: datetime) -> Found:
    rights = view.get("dct:accessRights")
    if every(map(known.public, rights)):
        return STATED, {"nl": ["geen beperking: publiek"], "en": ["no limits: public"]}, (
            "dct:accessRights")  # fmt: skip
    if not rights:
        return UNKNOWN, _same(), "dct:accessRights"
    status, texts, where = _first(view, known, ("dct:rights",), LACKING)
    return (status, texts, where) if status == STATED else (
        LACKING, _texts(rights, view, known), "dct:rights")  # fmt: skip


def _quality(view: View, _: Known, __: datetime) -> Found:
    for name in ("hasQualityAnnotation", "hasQualityMetadata", "hasQualityMeasurement"):
        count = len(set(view.facts.get(f"<{PREFIXES['dqv']}{name}>", ())))
        if count:
            return STATED, {"nl": [f"{count} uitspraken"], "en": [f"{count} statements"]}, (
                f"dqv:{name}")  # fmt: skip
    return UNKNOWN, _same(), ""


def _frequency(view: View, known: Known, _: datetime) -> Found:
    status, texts, where = _first(view, known, ("dct:accrualPeriodicity",), UNKNOWN)
    if any(plain(one).endswith("/UNKNOWN") for one in view.get("dct:accrualPeriodicity")):
        return UNKNOWN, texts, where
    return status, texts, where


def _update(view: View, _: Known, now: datetime) -> Found:
    last = last_change(view)
    if last is None:
        return UNKNOWN, _same(), ""
    outcome = keeps_up(view, now)
    if last.start > now:
        said = {"nl": "ligt in de toekomst", "en": "is in the future"}
    elif outcome is None:
        said = {"nl": "geen ritme om aan te toetsen", "en": "no rhythm to hold it against"}
    elif outcome:
        said = {"nl": "houdt het ritme", "en": "keeps up"}
    else:
        said = {"nl": "loopt achter", "en": "is late"}
    status = LACKING if outcome is False or last.start > now else STATED
    return status, {lang: [f"{last.text}: {said[lang]}"] for lang in LANGUAGES}, ""


def _valuable(view: View, known: Known, _: datetime) -> Found:
    law, category = (
        {*view.get(name), *view.parts(name)}
        for name in ("dcatap:applicableLegislation", "dcatap:hvdCategory")
    )
    if not law and not category:
        return IRRELEVANT, _same(), ""
    texts = _texts(category or law, view, known)
    if category and not any(plain(one).rstrip("/") == _HVD for one in law):
        return LACKING, texts, "dcatap:applicableLegislation"
    return STATED, texts, "dcatap:hvdCategory" if category else "dcatap:applicableLegislation"


def _said(nl: str, en: str) -> Text:
    return {"nl": nl, "en": en}


_EU: Final = "http://publications.europa.eu/resource/authority/"
QUESTIONS: Final = (
    Question("owner", _said("eigenaar", "owner"), _stated("dct:rightsHolder", "dct:publisher"),
             "dct:publisher", "<https://data.vlaanderen.be/id/organisatie/OVO000000>", {
        UNKNOWN: _said("Zeg van wie de data zijn: de rechthebbende (dct:rightsHolder), of minstens "
                       "de uitgever.",
                       "Say whose the data are: the rights holder (dct:rightsHolder), or at least "
                       "the publisher."),
    }),
    Question("contact", _said("contact", "contact"), contact, "dcat:contactPoint",
             "[ a vcard:Kind ; vcard:hasEmail <mailto:data@voorbeeld.be> ]", {
        UNKNOWN: _said("Zeg bij wie men terechtkan, met e-mailadres of pagina.",
                       "Say whom to turn to, with an e-mail address or a page."),
        LACKING: _said("Het contactpunt heeft geen e-mailadres of pagina in de feed. Geef er een.",
                       "The contact point has no e-mail address or page in the feed. Give one."),
    }),
    Question("access", _said("toegang", "access"), _stated("dct:accessRights"),
             "dct:accessRights", f"<{_EU}access-right/PUBLIC>", {
        UNKNOWN: _said("Zeg wie bij de data kan.", "Say who can get at the data."),
    }),
    Question("conditions", _said("voorwaarden", "conditions"), _stated("dct:license"),
             "dct:license",
             "<https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0>", {
        UNKNOWN: _said("Zeg onder welke voorwaarden men de data mag gebruiken: geef een licentie.",
                       "Say under which conditions the data may be used: give a licence."),
    }),
    Question("personal-data", _said("persoonsgegevens", "personal data"), _personal,
             "dpv:hasPersonalData", f"<{_DPV}NonPersonalData>", {
        UNKNOWN: _said("Ga na of er persoonsgegevens in zitten en zeg het. DCAT-AP heeft er geen "
                       "eigenschap voor; de Data Privacy Vocabulary wel (https://w3id.org/dpv#).",
                       "Find out whether it holds personal data, and say so. DCAT-AP has no "
                       "property for it; the Data Privacy Vocabulary has (https://w3id.org/dpv#)."),
    }),
    Question("sensitivity", _said("beperkingen", "limits"), _sensitive, "dct:rights",
             '[ a dct:RightsStatement ; rdfs:label "Alleen na goedkeuring, om …"@nl ]', {
        UNKNOWN: _said("Zeg of iedereen de data mag zien (dct:accessRights), en zo niet waarom.",
                       "Say whether everybody may see the data (dct:accessRights), and if not "
                       "why."),
        LACKING: _said("De toegang is beperkt. Zeg waarom en voor wie.",
                       "Access is limited. Say why, and for whom."),
    }),
    Question("quality", _said("kwaliteit", "quality"), _quality, "dqv:hasQualityAnnotation",
             '[ a dqv:QualityAnnotation ; oa:hasBody [ rdf:value "Volledig sinds 2020."@nl ] ]', {
        UNKNOWN: _said("Zeg iets over de kwaliteit van de data: volledig, nauwkeurig, nagekeken?",
                       "Say something of the quality of the data: complete, precise, checked?"),
    }),
    Question("provenance", _said("herkomst", "provenance"), _stated("dct:provenance"),
             "dct:provenance", "<https://data.voorbeeld.be/herkomst>", {
        UNKNOWN: _said("Zeg waar de data vandaan komen en hoe ze gemaakt worden.",
                       "Say where the data come from and how they are made."),
    }),
    Question("standards", _said("standaarden", "standards"), _stated("dct:conformsTo"),
             "dct:conformsTo", "<https://data.vlaanderen.be/doc/applicatieprofiel/…>", {
        UNKNOWN: _said("Zeg welke standaard de data volgen, bijvoorbeeld een van OSLO; als ze er "
                       "geen volgen, is dat iets om te beslissen.",
                       "Say which standard the data follow, for example one of OSLO; if they "
                       "follow none, that is something to decide."),
    }),
    Question("frequency", _said("frequentie", "frequency"), _frequency, "dct:accrualPeriodicity",
             f"<{_EU}frequency/ANNUAL>", {
        UNKNOWN: _said("Zeg hoe vaak de data bijgewerkt worden.",
                       "Say how often the data are updated."),
    }),
    Question("update", _said("laatste wijziging", "last change"), _update, "dct:modified",
             '"2024-06-30"^^xsd:date', {
        UNKNOWN: _said("Zeg wanneer de data laatst gewijzigd zijn.",
                       "Say when the data were last changed."),
        LACKING: _said("De laatste wijziging past niet: ouder dan de frequentie belooft, of nog te "
                       "komen. Werk de data bij, de datum, of de frequentie.",
                       "The last change does not fit: older than the frequency promises, or still "
                       "to come. Update the data, the date, or the frequency."),
    }),
    Question("lifecycle", _said("levensfase", "life cycle"),
             _stated("adms:status", "mdcat:levensfase", "mdcat:statuut", other=IRRELEVANT),
             "adms:status", "<http://purl.org/adms/status/Completed>", {}),
    Question("high-value", _said("hoogwaardige dataset", "high-value dataset"), _valuable,
             "dcatap:applicableLegislation", f"<{_HVD}>", {
        LACKING: _said("Er is een categorie van hoogwaardige datasets, maar de verordening "
                       "(EU) 2023/138 staat er niet bij. Noem ze.",
                       "There is a category of high-value datasets, but the regulation "
                       "(EU) 2023/138 is not named. Name it."),
    }),
)  # fmt: skip
