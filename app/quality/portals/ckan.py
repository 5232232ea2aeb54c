"""CKAN with ckanext-dcat: its Generic DCAT RDF Harvester, profile euro_dcat_ap_3, nothing set.

Source: ckanext-dcat 2.4.4 and CKAN 2.12, files named per rule; `tests/conformance` holds the rules
against both. A portal can be set up to do otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from app.quality.known import Known
from app.quality.oneline import one_line
from app.quality.portals.model import (
    DROPPED,
    NOTE,
    OTHERWISE,
    REJECTED,
    Field,
    Hit,
    Portal,
    Rule,
)
from app.quality.portals.reading import (
    addresses,
    both,
    dates,
    empty,
    missing,
    resources,
    text,
)
from app.quality.portals.software import LANGUAGE, URLS, by_chance, closed, linked_values, unlinked
from app.quality.views import Gathered, View, chosen, plain
from app.rdf.namespaces import term
from app.rdf.terms import Term, is_literal, literal_of

_TAG: Final = re.compile(r"[\w \-.]{2,100}")
# the addresses of licences that CKAN knows by itself: ckan/model/license.py
_LICENCES: Final = frozenset(
    [f"http://www.opendefinition.org/licenses/{name}" for name in (
        "odc-pddl", "odc-odbl", "odc-by", "cc-zero", "cc-by", "cc-by-sa", "gfdl",
    )]
    + ["https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
       "http://creativecommons.org/licenses/by-nc/2.0/"]
)  # fmt: skip


def tags(view: View) -> list[str]:
    """Return the tags that keywords become: what stands between commas is one each."""
    found: set[str] = set()
    for value in view.get("dcat:keyword"):
        word = literal_of(value).text if is_literal(value) else value[1:-1]
        found.update([one.strip() for one in word.split(",")] if "," in word else [word])
    return sorted(found)


def _bad_tags(view: View, _: Known) -> Iterator[Hit]:
    for tag in tags(view):
        if not _TAG.fullmatch(tag):
            yield view.term, one_line(tag) or '""'


def _commas(view: View, _: Known) -> Iterator[Hit]:
    for value in view.get("dcat:keyword"):
        if "," in plain(value):
            yield view.term, plain(value)


def _no_key(view: View, _: Known) -> Iterator[Hit]:
    if not view.named and empty(view, "dct:identifier"):
        yield view.term, ""


def _no_name(view: View, _: Known) -> Iterator[Hit]:
    for value in linked_values(view, "dct:publisher"):
        if not view.of(value).get(term("foaf:name")):
            yield view.term, plain(value)


def _licence(view: View, _: Known) -> Iterator[Hit]:
    found = list(view.parts("dct:license"))
    if found and not any(plain(value) in _LICENCES for value in found):
        yield from ((view.term, plain(value)) for value in found)


def _as_address(view: View, _: Known) -> Iterator[Hit]:
    for node, facts in view.distributions:
        for value in sorted(facts.get(term("dct:format"), ())):
            if value.startswith("<"):
                yield node, plain(value)


def _themes(view: View, _: Known) -> Iterator[Hit]:
    yield from ((view.term, plain(value)) for value in view.get("dcat:theme"))


def _untitled(gathered: Gathered, known: Known) -> Iterator[Hit]:
    for view in gathered.views.values():
        yield from missing("dct:title")(view, known)


def _label(value: Term, view: View) -> str:
    """Return what CKAN takes for a value: its text, its rdfs:label, else its address."""
    return chosen(view.of(value).get(term("rdfs:label"), ()), LANGUAGE) or plain(value)


def _fields(view: View, _: Known) -> Iterable[Field]:
    yield "title", text(view, "dct:title")
    yield "description", text(view, "dct:description")
    yield (
        "publisher",
        both(
            chosen(view.of(one).get(term("foaf:name"), ()), LANGUAGE)
            for one in view.get("dct:publisher")
        ),
    )
    yield (
        "contact",
        both(
            email.removeprefix("mailto:")
            for one in view.get("dcat:contactPoint")
            for email in addresses(view.of(one), "vcard:hasEmail")
        ),
    )
    yield "access", both(map(plain, view.get("dct:accessRights")))
    yield "licence", both(_label(value, view) for value in view.parts("dct:license"))
    yield "themes", both(map(plain, view.get("dcat:theme")))
    yield "format", both(plain(value) for value in view.parts("dct:format"))
    yield "frequency", both(map(plain, view.get("dct:accrualPeriodicity")))
    yield "dates", dates(view)
    yield "keywords", both(map(one_line, tags(view)))
    yield "resources", resources(view, _, *URLS)


_BASE: Final = "ckan/ckanext-dcat, ckanext/dcat/profiles/euro_dcat_ap_base.py"
_READ: Final = "ckan/ckanext-dcat, ckanext/dcat/profiles/base.py"
_HARVESTER: Final = "ckan/ckanext-dcat, ckanext/dcat/harvesters/rdf.py"
PORTAL: Final = Portal("ckan", {"nl": "CKAN (ckanext-dcat)", "en": "CKAN (ckanext-dcat)"}, (
    Rule("ckan-title", REJECTED, "dct:title", _HARVESTER, {
        "nl": "Komt niet binnen, en houdt ook de rest van de feed tegen: er is geen titel.",
        "en": "Does not come in, and keeps the rest of the feed out too: there is no title.",
    }, missing("dct:title")),
    Rule("ckan-keyword", REJECTED, "dcat:keyword", "ckan/ckan, ckan/logic/validators.py and "
         f"ckan/model/tag.py; {_BASE} (ckanext.dcat.clean_tags)", {
        "nl": "Komt niet binnen om de trefwoorden {values}: een trefwoord heeft 2 tot 100 tekens, "
        "alleen letters, cijfers, spaties en - _ . Herschrijf ze, of vraag de beheerders om "
        "ckanext.dcat.clean_tags aan te zetten.",
        "en": "Does not come in because of the keywords {values}: a keyword has 2 to 100 signs, "
        "only letters, digits, spaces and - _ . Rewrite them, or ask the administrators to set "
        "ckanext.dcat.clean_tags.",
    }, _bad_tags),
    Rule("ckan-identifier", OTHERWISE, "dct:identifier", _HARVESTER, {
        "nl": "Zonder adres en identificator is de titel de sleutel: wijzigt die, dan wordt de "
        "dataset gewist en opnieuw gemaakt. Geef een van beide.",
        "en": "Without address and identifier the title is the key: when it changes, the dataset "
        "is deleted and made again. Give one of them.",
    }, _no_key),
    Rule("ckan-language", OTHERWISE, "", _READ, {
        "nl": "Van {values} zijn er meer, en niet precies één in het Nederlands (nl): welke er "
        "getoond wordt, is toeval. Geef er één met de taal nl.",
        "en": "There are several of {values}, and not exactly one in Dutch (nl): which one is "
        "shown is chance. Give one with the language nl.",
    }, by_chance("dct:title", "dct:description")),
    Rule("ckan-publisher", DROPPED, "dct:publisher", _READ, {
        "nl": "De naam van de uitgever ({values}) staat er niet bij: alleen foaf:name in de feed "
        "telt. Beschrijf hem daar.",
        "en": "The name of the publisher ({values}) is not shown: only foaf:name in the feed "
        "counts. Describe it there.",
    }, _no_name),
    Rule("ckan-access", OTHERWISE, "dct:accessRights", _BASE, {
        "nl": "Iedereen ziet het record; dat de toegang {values} is, staat alleen bij de extra "
        "velden. Zeg het ook in de beschrijving.",
        "en": "Everybody sees the record; that access is {values} stands only among the extra "
        "fields. Say it in the description too.",
    }, closed),
    Rule("ckan-link", DROPPED, "dcat:accessURL", _BASE, {
        "nl": "{count} bestanden hebben geen link: er is geen dcat:downloadURL en geen "
        "dcat:accessURL. Geef er een.",
        "en": "{count} files have no link: there is no dcat:downloadURL and no dcat:accessURL. "
        "Give one.",
    }, unlinked),
    Rule("ckan-licence", DROPPED, "dct:license", f"{_READ}; ckan/ckan, ckan/model/license.py", {
        "nl": "De dataset staat er zonder licentie: CKAN kent {values} niet. Bij de bestanden "
        "staat ze wel. De beheerders kunnen CKAN meer licenties leren (licenses_group_url).",
        "en": "The dataset shows no licence: CKAN does not know {values}. It does stand with the "
        "files. The administrators can teach CKAN more licences (licenses_group_url).",
    }, _licence),
    Rule("ckan-format", OTHERWISE, "dct:format", _READ, {
        "nl": "Het formaat staat er als adres ({values}), en filters op CSV of JSON vinden het "
        "niet. Aan de feed is niets verkeerd: andere portalen vragen dit adres.",
        "en": "The format shows as an address ({values}), and filters on CSV or JSON do not find "
        "it. Nothing is wrong with the feed: other portals ask for this address.",
    }, _as_address),
    Rule("ckan-theme", NOTE, "dcat:theme", _BASE, {
        "nl": "De thema's staan er als adressen bij de extra velden en zijn geen groepen of "
        "trefwoorden. Zet het woord ook bij de trefwoorden.",
        "en": "The themes stand as addresses among the extra fields and are no groups or tags. Put "
        "the word among the keywords too.",
    }, _themes),
    Rule("ckan-comma", NOTE, "dcat:keyword", _READ, {
        "nl": "De trefwoorden {values} worden aan elke komma gesplitst.",
        "en": "The keywords {values} are split at each comma.",
    }, _commas),
), _fields, (
    Rule("ckan-title-stops", REJECTED, "dct:title", _HARVESTER, {
        "nl": "Niets van de feed komt binnen zolang {count} datasets geen titel hebben. Geef ze "
        "er een.",
        "en": "Nothing of the feed comes in as long as {count} datasets have no title. Give them "
        "one.",
    }, _untitled),
))  # fmt: skip
