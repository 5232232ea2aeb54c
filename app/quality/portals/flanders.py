"""Metadata Vlaanderen, and Datavindplaats that shows its records.

Source of its behaviour: `standards/README.md` of the shared facts (sections 3 and 11, read in the
source of the harvester and the metadata documentation), `quality.md` 3.2, and the index of the
software: metadata101/dcat-ap, `src/main/plugin/dcat-ap/index-fields/index-dcat-ap-vl.xsl`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from app.quality.known import Known
from app.quality.portals.model import (
    DROPPED,
    NOT_PUBLIC,
    NOTE,
    OTHERWISE,
    REJECTED,
    UNKNOWN,
    Field,
    Hit,
    Portal,
    Rule,
)
from app.quality.portals.reading import (
    DATES,
    EU,
    FLEMISH,
    OPEN_DATA,
    PUBLIC,
    both,
    codes,
    dates,
    empty,
    is_public,
    is_theme,
    keywords,
    licences,
    named,
    resources,
    text,
    themes,
)
from app.quality.views import IDENTIFIER, Gathered, View, called, plain
from app.rdf import media
from app.rdf.namespaces import term

PROFILE: Final = "dcat-ap-vl-3.0"
_REACHED: Final = tuple(map(term, (
    "foaf:mbox", "vcard:hasEmail", "foaf:homepage", "foaf:page", "vcard:hasURL",
)))  # fmt: skip
_STATUS: Final = "VLOPENDATA (mdcat:statuut)"
_READ: Final = {media.RDF_XML.name, media.TURTLE.name}
_HYDRA: Final = "<http://www.w3.org/ns/hydra/core#"
_NEXT: Final = (f"{_HYDRA}nextPage>", f"{_HYDRA}next>")


def _not_found(view: View, _: Known) -> Iterator[Hit]:
    known_by = view.named or IDENTIFIER in view.facts
    if not view.recorded and not (view.linked and known_by):
        yield view.term, ""


def _no_address(view: View, _: Known) -> Iterator[Hit]:
    if not view.named and not any(
        plain(key).startswith(("http://", "https://")) for key in view.get("dct:identifier")
    ):
        yield view.term, ""


def _no_key(view: View, _: Known) -> Iterator[Hit]:
    if view.named and empty(view, "dct:identifier"):
        yield view.term, ""


def _twice(view: View, _: Known) -> Iterator[Hit]:
    if view.alike > 1:
        yield from ((view.term, plain(key)) for key in view.get("dct:identifier"))


def _invalid(view: View, _: Known) -> Iterator[Hit]:
    found = view.compliance.get(PROFILE)
    count = found.violations + found.warnings if found else 0
    yield from [(view.term, "")] * count


def _not_public(view: View, known: Known) -> Iterator[Hit]:
    if not is_public(view):
        yield view.term, named(view.get("dct:accessRights"), view, known)


def _no_licence(view: View, _: Known) -> Iterator[Hit]:
    if not any(True for _ in licences(view)):
        yield view.term, ""


def _recognised(meant: str) -> bool:
    return meant.startswith(FLEMISH) or meant == f"{EU}licence/CC0"


def _other_licence(view: View, known: Known) -> Iterator[Hit]:
    for node, value in licences(view):
        meant = known.licence_of(value)
        if not value.startswith("<") or not _recognised(meant):
            yield node, plain(value) or called(value, view.things, known, "nl")


def _alias(view: View, known: Known) -> Iterator[Hit]:
    for node, value in licences(view):
        meant = known.licence_of(value)
        if (value.startswith("<") and _recognised(meant)
                and not value[1:-1].startswith(FLEMISH)):  # fmt: skip
            yield node, plain(value)


def _not_open(view: View, known: Known) -> Iterator[Hit]:
    for node, value in licences(view):
        meant = known.licence_of(value)
        if meant.startswith(FLEMISH) and known.open_licence(f"<{meant}>") is False:
            yield node, plain(value)


def _no_status(view: View, _: Known) -> Iterator[Hit]:
    if not OPEN_DATA & {*view.get("mdcat:statuut"), *view.get("dct:subject")}:
        yield view.term, ""


def _publisher(view: View, known: Known) -> Iterator[Hit]:
    for value in view.get("dct:publisher"):
        facts = view.of(value)
        if not any(facts.get(name) for name in _REACHED):
            yield view.term, called(value, view.things, known, "nl")
    if empty(view, "dct:publisher"):
        yield view.term, ""


def _undated(view: View, _: Known) -> Iterator[Hit]:
    if all(empty(view, name) for name in DATES):
        yield view.term, ""


def _no_theme(view: View, known: Known) -> Iterator[Hit]:
    values = view.get("dcat:theme")
    if not any(is_theme(value, known) for value in values):
        yield view.term, ", ".join(filter(None, map(plain, values)))


def _no_format(view: View, _: Known) -> Iterator[Hit]:
    name = term("dct:format")
    yield from ((node, "") for node, facts in view.distributions if not facts.get(name))


def _no_files(view: View, _: Known) -> Iterator[Hit]:
    if not view.distributions:
        yield view.term, ""


def _untagged(view: View, _: Known) -> Iterator[Hit]:
    for value in view.get("dcat:keyword"):
        if value.startswith('"') and value.endswith('"'):
            yield view.term, plain(value)


def _syntax(gathered: Gathered, _: Known) -> Iterator[Hit]:
    if gathered.media_type and gathered.media_type not in _READ:
        yield "", gathered.media_type


def _paged(gathered: Gathered, _: Known) -> Iterator[Hit]:
    for node, facts in sorted(gathered.things.items(), key=lambda item: item[0]):
        if any(name in facts for name in _NEXT):
            yield node, ""


def _fields(view: View, known: Known) -> Iterable[Field]:
    yield "title", text(view, "dct:title")
    yield "description", text(view, "dct:description")
    yield "publisher", codes(view.get("dct:publisher"), view, known)
    yield "contact", codes(view.get("dcat:contactPoint"), view, known)
    access = {"nl": ["publiek"], "en": ["public"]} if is_public(view) else {
        "nl": ["niet publiek"], "en": ["not public"]}  # fmt: skip
    yield "access", access
    yield "licence", codes((value for _, value in licences(view)), view, known)
    yield "themes", themes(view, known)
    yield "format", codes(view.parts("dct:format"), view, known)
    yield "dates", dates(view)
    yield "keywords", both(keywords(view))
    yield "resources", resources(view, known, "dcat:downloadURL", "dcat:accessURL")


_FACTS = "standards/README.md 11"
_ANNEX = "standards/quality.md 3.2; OSLOthema-metadataVoorServices, templates/opendata.j2"
PORTAL: Final = Portal("metadata-vlaanderen", {
    "nl": "Metadata Vlaanderen en Datavindplaats", "en": "Metadata Vlaanderen and Datavindplaats",
}, (
    Rule("mv-not-found", REJECTED, "dcat:dataset", _FACTS, {
        "nl": "Wordt niet opgepikt: geen record van de catalogus gaat erover en geen catalogus "
        "noemt deze dataset. Noem ze in de catalogus en geef ze een adres of een identificator.",
        "en": "Is not picked up: no record of the catalogue is about it and no catalogue names "
        "this dataset. Name it in the catalogue and give it an address or an identifier.",
    }, _not_found),
    Rule("mv-no-address", REJECTED, "dct:identifier", _FACTS, {
        "nl": "De dataset heeft geen adres. In RDF/XML wordt dat alleen hersteld als de "
        "identificator een http(s)-adres is. Geef de dataset een adres.",
        "en": "The dataset has no address. In RDF/XML that is repaired only if the identifier is "
        "an http(s) address. Give the dataset an address.",
    }, _no_address, certain=False, status=UNKNOWN),
    Rule("mv-access-rights", OTHERWISE, "dct:accessRights", _FACTS, {
        "nl": "Staat er als niet publiek: de toegang is niet precies de Europese waarde PUBLIC. "
        f"Schrijf {PUBLIC} als iedereen bij de data kan.",
        "en": "Shows as not public: access is not exactly the European value PUBLIC. Write "
        f"{PUBLIC} if everybody can get at the data.",
    }, _not_public, status=NOT_PUBLIC),
    Rule("mv-open-data", DROPPED, "mdcat:statuut", f"{_FACTS}; {_ANNEX}; index-dcat-ap-vl.xsl", {
        "nl": f"Telt niet mee bij de open data: het statuut {_STATUS} ontbreekt. Zet het "
        "erbij, of vraag de beheerders om een harvester die het toevoegt.",
        "en": f"Does not count as open data: the status {_STATUS} is missing. Add it, or "
        "ask the administrators for a harvester that adds it.",
    }, _no_status),
    Rule("mv-no-licence", DROPPED, "dct:license", _FACTS, {
        "nl": "Er is geen licentie, en zonder telt het niet als open. Verwijs bij elke distributie "
        "naar een Vlaamse modellicentie of CC0.",
        "en": "There is no licence, and without one it does not count as open. Refer to a Flemish "
        "model licence or CC0 with each distribution.",
    }, _no_licence),
    Rule("mv-licence", DROPPED, "dct:license", _FACTS, {
        "nl": "De licentie {values} wordt niet herkend: alleen adressen van de Vlaamse "
        "modellicenties en CC0. Verwijs daarnaar, of de dataset telt niet als open.",
        "en": "The licence {values} is not recognised: only addresses of the Flemish model "
        "licences and CC0 are. Refer to one, or the dataset does not count as open.",
    }, _other_licence),
    Rule("mv-licence-address", NOTE, "dct:license", _FACTS, {
        "nl": "De licentie staat er met het adres {values}. Schrijf ze zoals de lijst: met "
        "https://data.vlaanderen.be/id/licentie/ vooraan. Of andere adressen herkend worden, is "
        "niet zeker.",
        "en": "The licence has the address {values}. Write it as the list does, starting with "
        "https://data.vlaanderen.be/id/licentie/. Whether other addresses are recognised is not "
        "certain.",
    }, _alias, certain=False),
    Rule("mv-licence-not-open", NOTE, "dct:license", "standards/quality.md 3.2", {
        "nl": "De licentie {values} maakt de data niet open: er hangt een vergoeding aan of ze is "
        "niet voor iedereen.",
        "en": "The licence {values} does not make the data open: it asks a fee or is not for "
        "everybody.",
    }, _not_open, certain=False),
    Rule("mv-distribution", DROPPED, "dcat:distribution", "standards/README.md 3", {
        "nl": "Er is niets te openen of te downloaden. Beschrijf minstens één distributie.",
        "en": "There is nothing to open or download. Describe at least one distribution.",
    }, _no_files),
    Rule("mv-theme", DROPPED, "dcat:theme", _FACTS, {
        "nl": "Staat bij geen enkele categorie: er is geen thema van de Belgische of Europese "
        "lijst. Kies er een.",
        "en": "Stands in no category: there is no theme of the Belgian or European list. Choose "
        "one.",
    }, _no_theme),
    Rule("mv-format", DROPPED, "dct:format", _FACTS, {
        "nl": "Komt niet boven wie op formaat filtert ({count} van de distributies hebben er "
        "geen). Zeg het formaat.",
        "en": "Is not found by who filters on format ({count} of the distributions have none). "
        "Say the format.",
    }, _no_format),
    Rule("mv-date", OTHERWISE, "dct:modified", _FACTS, {
        "nl": "Kan niet op datum gesorteerd worden: er is geen enkele datum. Zeg sinds wanneer de "
        "data er zijn of wanneer ze laatst wijzigden.",
        "en": "Cannot be sorted by date: there is none. Say since when the data are there or when "
        "they were last changed.",
    }, _undated),
    Rule("mv-publisher", OTHERWISE, "dct:publisher", _FACTS, {
        "nl": "Van de uitgever {values} staat er geen e-mailadres of pagina. Beschrijf hem in de "
        "feed, met een van beide.",
        "en": "There is no e-mail address or page of the publisher {values}. Describe it in the "
        "feed, with one of them.",
    }, _publisher),
    Rule("mv-identifier-twice", DROPPED, "dct:identifier", f"{_FACTS}, 13", {
        "nl": "Een andere dataset heeft dezelfde identificator ({values}), en die is de sleutel "
        "van het record. Geef elke dataset een eigen.",
        "en": "Another dataset has the same identifier ({values}), which is the key of the record. "
        "Give each dataset its own.",
    }, _twice, certain=False),
    Rule("mv-identifier", NOTE, "dct:identifier", _FACTS, {
        "nl": "Zonder identificator is niet zeker onder welke sleutel het record komt; een "
        "sleutel die wijzigt, geeft dubbels. Geef er een die nooit verandert.",
        "en": "Without an identifier it is not certain which key the record gets; a key that "
        "changes gives doubles. Give one that never changes.",
    }, _no_key, certain=False),
    Rule("mv-keyword-language", NOTE, "dcat:keyword", "standards/README.md 3", {
        "nl": "De trefwoorden {values} hebben geen taal; de nazicht van records vraagt die. "
        'Schrijf er @nl bij (xml:lang="nl" in RDF/XML).',
        "en": "The keywords {values} have no language; the check of records asks for it. Add @nl "
        '(xml:lang="nl" in RDF/XML).',
    }, _untagged),
    Rule("mv-validation", NOTE, "", f"{_FACTS}, 3", {
        "nl": "Wie bij het harvesten laat nakijken, kan dit record weigeren: {count} opmerkingen "
        f"tegen {PROFILE}. vijfster validate --profile {PROFILE} zegt welke.",
        "en": "Where harvests are checked this record can be refused: {count} remarks against "
        f"{PROFILE}. vijfster validate --profile {PROFILE} says which.",
    }, _invalid),
), _fields, (
    Rule("mv-syntax", REJECTED, "", _FACTS, {
        "nl": "De feed is {values}; deze harvester leest alleen RDF/XML (rdf:RDF eerst) en "
        "Turtle. Bied die aan.",
        "en": "The feed is {values}; this harvester reads only RDF/XML (rdf:RDF first) and Turtle. "
        "Offer those.",
    }, _syntax),
    Rule("mv-paging", DROPPED, "", _FACTS, {
        "nl": "De feed is in pagina's verdeeld en deze harvester volgt die niet: alleen wat op de "
        "eerste staat, komt binnen. Bied één document aan.",
        "en": "The feed is split in pages, which this harvester does not follow: only what is on "
        "the first comes in. Offer one document.",
    }, _paged),
))  # fmt: skip
