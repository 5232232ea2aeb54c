"""udata: its DCAT harvester, with the settings it ships with and Dutch as its language.

Source: udata 17.18, files named per rule; `tests/conformance` holds the rules against it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from app.quality.known import Known
from app.quality.portals.model import (
    DROPPED,
    NOTE,
    OTHERWISE,
    REJECTED,
    UNKNOWN,
    Field,
    Hit,
    Portal,
    Rule,
)
from app.quality.portals.reading import EU, both, codes, dates, missing, named, resources, text
from app.quality.portals.software import LANGUAGE, URLS, by_chance, closed, linked_values, unlinked
from app.quality.views import View, chosen, plain
from app.rdf.namespaces import term
from app.rdf.terms import Term, is_literal, literal_of

_SHORTEST: Final = 3
_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")
_FREQUENCIES: Final = (f"{EU}frequency/", "http://purl.org/cld/freq/")
_IANA: Final = "https://www.iana.org/assignments/media-types/"
_GEOMETRIES: Final = frozenset({
    "http://www.opengis.net/ont/geosparql#wktLiteral",
    "http://www.opengis.net/rdf#wktLiteral",
    "http://www.opengis.net/ont/geosparql#geoJSONLiteral",
    f"{_IANA}application/vnd.geo+json",
})  # fmt: skip
_AREA: Final = re.compile(r'^\s*(MULTI)?POLYGON|"type"\s*:\s*"(Multi)?Polygon"', re.IGNORECASE)
_SIDES: Final = 4


def _slug(word: str) -> str:
    plain_word = unicodedata.normalize("NFKD", word).casefold()
    # other scripts it writes in Latin letters; which, we do not say
    letters = "".join(one for one in plain_word if not unicodedata.combining(one))
    return _NO_SLUG.sub("-", letters).strip("-") if letters.isascii() else letters


def _dropped_words(view: View, _: Known) -> Iterator[Hit]:
    for value in view.get("dcat:keyword"):
        if not is_literal(value) or len(_slug(plain(value))) < _SHORTEST:
            yield view.term, plain(value) or '""'


def _label(value: Term, view: View, known: Known) -> str:
    if is_literal(value):
        return plain(value)
    found = chosen(view.of(value).get(term("skos:prefLabel"), ()), LANGUAGE)
    code = known.lists.codes.get(value)
    # the categories of high-value datasets it knows by itself
    return found or (code[0].label(LANGUAGE) if code and code[1].name == "hvd-category" else "")


def _unnamed_themes(view: View, known: Known) -> Iterator[Hit]:
    for value in view.get("dcat:theme"):
        if not _label(value, view, known):
            yield view.term, plain(value)


def _twice(view: View, _: Known) -> Iterator[Hit]:
    if view.alike > 1:
        yield from ((view.term, plain(key)) for key in view.get("dct:identifier"))


def _no_licence(view: View, _: Known) -> Iterator[Hit]:
    if not any((view.get("dct:license"), view.get("dct:rights"), *view.parts("dct:license"))):
        yield view.term, ""


def _own_list(view: View, _: Known) -> Iterator[Hit]:
    for value in sorted({*view.get("dct:license"), *view.parts("dct:license")}):
        yield view.term, plain(value)


def _frequency(view: View, _: Known) -> Iterator[Hit]:
    for value in view.get("dct:accrualPeriodicity"):
        if value.startswith("<") and not value[1:-1].startswith(_FREQUENCIES):
            yield view.term, plain(value)


def _is_area(value: Term, view: View) -> bool:
    if is_literal(value):
        return len(plain(value).split(",")) == _SIDES
    return any(
        literal_of(one).datatype in _GEOMETRIES and _AREA.search(literal_of(one).text)
        for values in view.of(value).values()
        for one in values
        if is_literal(one)
    )


def _no_area(view: View, known: Known) -> Iterator[Hit]:
    found = view.get("dct:spatial")
    if found and not any(_is_area(one, view) for one in found):
        yield view.term, named(found, view, known)


def _unnamed_contact(view: View, _: Known) -> Iterator[Hit]:
    for value in linked_values(view, "dcat:contactPoint"):
        if not view.of(value):
            yield view.term, plain(value)


def _fields(view: View, known: Known) -> Iterable[Field]:
    yield "title", text(view, "dct:title")
    yield "description", text(view, "dct:description")
    yield "contact", codes(view.get("dcat:contactPoint"), view, known)
    yield "access", {"nl": ["open"], "en": ["open"]}
    yield (
        "format",
        both(
            (known.file_type(value) or plain(value)).lower() for value in view.parts("dct:format")
        ),
    )
    yield "frequency", codes(
        (one for one in view.get("dct:accrualPeriodicity") if one[1:-1].startswith(_FREQUENCIES)),
        view, known,
    )  # fmt: skip
    yield "dates", dates(view)
    words = [plain(one) for one in view.get("dcat:keyword") if is_literal(one)]
    words += [_label(one, view, known) for one in view.get("dcat:theme")]
    yield "keywords", both(sorted({_slug(one) for one in words if len(_slug(one)) >= _SHORTEST}))
    yield "resources", resources(view, known, *URLS)


_READ: Final = "opendatateam/udata, udata/core/dataset/rdf.py"
_HARVEST: Final = "opendatateam/udata, udata/harvest/backends/base.py"
_WORDS: Final = "opendatateam/udata, udata/rdf.py and udata/tags.py"
PORTAL: Final = Portal("udata", {"nl": "udata", "en": "udata"}, (
    Rule("udata-identifier", REJECTED, "dct:identifier", _HARVEST, {
        "nl": "Wordt overgeslagen: er is geen identificator. Geef er een.",
        "en": "Is skipped: there is no identifier. Give one.",
    }, missing("dct:identifier")),
    Rule("udata-title", REJECTED, "dct:title", _READ, {
        "nl": "Wordt overgeslagen: er is geen titel. Geef er een.",
        "en": "Is skipped: there is no title. Give one.",
    }, missing("dct:title")),
    Rule("udata-identifier-twice", REJECTED, "dct:identifier", _HARVEST, {
        "nl": "Van de datasets met dezelfde identificator ({values}) komt alleen de eerste binnen. "
        "Geef elke dataset een eigen.",
        "en": "Of the datasets with the same identifier ({values}) only the first comes in. Give "
        "each dataset its own.",
    }, _twice, status=UNKNOWN),
    Rule("udata-access", OTHERWISE, "dct:accessRights", _READ, {
        "nl": "Staat er als open, hoewel de toegang {values} is: alleen redenen van INSPIRE maken "
        "er iets anders van. Zeg het in de beschrijving, of laat het weg uit deze feed.",
        "en": "Shows as open, though access is {values}: only the reasons of INSPIRE make it "
        "otherwise. Say it in the description, or leave it out of this feed.",
    }, closed),
    Rule("udata-language", OTHERWISE, "", "opendatateam/udata, udata/rdf.py", {
        "nl": "Van {values} zijn er meer, en niet precies één in het Nederlands (nl): welke er "
        "getoond wordt, is toeval. Geef er één met de taal nl.",
        "en": "There are several of {values}, and not exactly one in Dutch (nl): which one is "
        "shown is chance. Give one with the language nl.",
    }, by_chance("dct:title", "dct:description")),
    Rule("udata-link", DROPPED, "dcat:accessURL", _READ, {
        "nl": "{count} distributies worden weggelaten: ze hebben geen dcat:downloadURL en geen "
        "dcat:accessURL. Geef er een.",
        "en": "{count} distributions are left out: they have no dcat:downloadURL and no "
        "dcat:accessURL. Give one.",
    }, unlinked),
    Rule("udata-keyword", DROPPED, "dcat:keyword", _WORDS, {
        "nl": "De trefwoorden {values} vallen weg: ze zijn korter dan drie letters of cijfers, of "
        "een adres. Schrijf ze voluit.",
        "en": "The keywords {values} are dropped: they are shorter than three letters or digits, "
        "or an address. Write them in full.",
    }, _dropped_words),
    Rule("udata-theme", DROPPED, "dcat:theme", _WORDS, {
        "nl": "De thema's {values} vallen weg: hun naam (skos:prefLabel) staat niet in de feed. "
        "Zet die erbij, of het woord bij de trefwoorden.",
        "en": "The themes {values} are dropped: their name (skos:prefLabel) is not in the feed. "
        "Add it, or the word among the keywords.",
    }, _unnamed_themes),
    Rule("udata-licence-missing", DROPPED, "dct:license", _READ, {
        "nl": "Staat er met een licentie die niet gekend is: er is er geen. Geef ze.",
        "en": "Shows that its licence is not specified: there is none. Give it.",
    }, _no_licence),
    Rule("udata-spatial", DROPPED, "dct:spatial", _READ, {
        "nl": "Het gebied {values} wordt niet getoond: alleen een veelhoek (WKT of GeoJSON) of de "
        "vier zijden als tekst tellen. Zet die erbij als de kaart moet kloppen.",
        "en": "The area {values} is not shown: only a polygon (WKT or GeoJSON) or the four sides "
        "as text count. Add one if the map must be right.",
    }, _no_area),
    Rule("udata-frequency", DROPPED, "dct:accrualPeriodicity", _READ, {
        "nl": "De frequentie {values} wordt niet getoond: ze is er geen van de Europese lijst. "
        "Neem een waarde van die lijst.",
        "en": "The frequency {values} is not shown: it is none of the European list. Take a value "
        "of that list.",
    }, _frequency),
    Rule("udata-contact", DROPPED, "dcat:contactPoint", "opendatateam/udata, udata/rdf.py", {
        "nl": "Het contactpunt {values} wordt niet getoond: de feed zegt er niets over. Beschrijf "
        "het, met naam en e-mailadres.",
        "en": "The contact point {values} is not shown: the feed says nothing of it. Describe it, "
        "with name and e-mail address.",
    }, _unnamed_contact),
    Rule("udata-licence", NOTE, "dct:license", "opendatateam/udata, udata/core/dataset/models.py", {
        "nl": "Of de licentie {values} herkend wordt, hangt af van de lijst van dat portaal; "
        "anders staat er dat ze niet gekend is.",
        "en": "Whether the licence {values} is recognised depends on the list of that portal; else "
        "it says that the licence is not specified.",
    }, _own_list, certain=False),
), _fields)  # fmt: skip
