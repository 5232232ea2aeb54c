"""data.gov.be, the Belgian portal, that takes Flemish records from Metadata Vlaanderen.

Source of its behaviour: the stored public code of its harvester and its reader, Fedict/dcattools:
`scrapers/src/main/resources/be/gov/data/scrapers/vlaanderen/` (what it changes, in the order of
`scripts.txt`), `dcatlib/src/main/java/be/gov/data/dcatlib/DcatReader.java` (what it reads and
skips) and `uploaderd10/src/main/java/be/gov/data/uploaderd10/drupal/Comparer.java` (what it shows).
Whether the portal runs exactly that version today was not seen, and what the harvester changes
comes before the reader, so what the latter skips is "probably".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from app.quality.known import Known
from app.quality.portals import flanders
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
    refuses,
)
from app.quality.portals.reading import (
    EU,
    FLEMISH,
    OPEN_DATA,
    both,
    codes,
    dates,
    is_public,
    is_theme,
    keywords,
    licences,
    missing,
    resources,
    several,
    text,
    themes,
)
from app.quality.views import View, called, language, plain
from app.rdf.namespaces import term
from app.rdf.terms import is_literal

# of these the reader takes one value, and skips the whole dataset where there are more
_ONE: Final = (
    "dct:identifier", "dct:publisher", "dct:creator", "dct:accrualPeriodicity",
    "dcat:contactPoint", "dct:temporal",
)  # fmt: skip
_AGENTS: Final = ("dct:publisher", "dct:creator")
_TEXTS: Final = ("dct:title", "dct:description")


def _not_taken(view: View, known: Known) -> Iterator[Hit]:
    if refuses(flanders.PORTAL, view, known):
        yield view.term, ""


def _too_many(view: View, known: Known) -> Iterator[Hit]:
    for name in _ONE:
        if any(several(name)(view, known)):
            yield view.term, name


def _unnamed(view: View, known: Known) -> Iterator[Hit]:
    for name in _AGENTS:
        for value in view.get(name):
            if not value.startswith("<"):
                yield view.term, called(value, view.things, known, "nl") or name


def _same_language(view: View, _: Known) -> Iterator[Hit]:
    for name in _TEXTS:
        # what has no language counts as Dutch there
        counted = Counter(
            language(one) or "nl" for one in set(view.get(name)) if is_literal(one)
        )  # fmt: skip
        yield from (
            (view.term, f"{name} @{tag}") for tag, count in sorted(counted.items()) if count > 1
        )


def _own_theme(view: View, known: Known) -> Iterator[Hit]:
    for value in view.get("dcat:theme"):
        if not is_theme(value, known):
            yield view.term, called(value, view.things, known, "nl")


def _own_licence(view: View, known: Known) -> Iterator[Hit]:
    for node, value in licences(view):
        if not known.licence_of(value).startswith((FLEMISH, EU)):
            yield node, plain(value) or called(value, view.things, known, "nl")


def _own_format(view: View, known: Known) -> Iterator[Hit]:
    for node, facts in view.distributions:
        for value in sorted(facts.get(term("dct:format"), ())):
            if not known.file_type(value):
                yield node, called(value, view.things, known, "nl")


def _made_public(view: View, _: Known) -> Iterator[Hit]:
    if OPEN_DATA & set(view.get("mdcat:statuut")) and not is_public(view):
        yield view.term, ""


def _status(view: View, _: Known) -> Iterator[Hit]:
    if not OPEN_DATA & set(view.get("mdcat:statuut")):
        yield view.term, ""


def _untagged(view: View, _: Known) -> Iterator[Hit]:
    for name in (*_TEXTS, "dcat:keyword"):
        for value in view.get(name):
            if is_literal(value) and not language(value):
                yield view.term, name


def _one_language(view: View, _: Known) -> Iterator[Hit]:
    found = {language(one) or "nl" for one in view.get("dct:title") if is_literal(one)}
    if found and "fr" not in found:
        yield view.term, ", ".join(sorted(found))


def _fields(view: View, known: Known) -> Iterable[Field]:
    yield "title", text(view, "dct:title")
    yield "description", text(view, "dct:description")
    yield "publisher", codes(view.get("dct:creator") or view.get("dct:publisher"), view, known)
    yield "contact", codes(view.get("dcat:contactPoint"), view, known)
    yield "licence", codes((one for _, one in licences(view)), view, known)
    yield "themes", themes(view, known)
    formats = [one for one in view.parts("dct:format") if known.file_type(one)]
    yield "format", codes(formats, view, known)
    yield "frequency", codes(view.get("dct:accrualPeriodicity"), view, known)
    yield "dates", dates(view)
    yield "keywords", both(keywords(view))
    yield "resources", resources(view, known, "dcat:downloadURL", "dcat:accessURL")


_CODE: Final = "Fedict/dcattools"
_READER: Final = f"{_CODE}, dcatlib/…/DcatReader.java"
_CHANGES: Final = f"{_CODE}, scrapers/…/vlaanderen/"
PORTAL: Final = Portal("data.gov.be", {"nl": "data.gov.be", "en": "data.gov.be"}, (
    Rule("be-chain", REJECTED, "", "standards/README.md 11", {
        "nl": "Komt hier alleen via Metadata Vlaanderen, en die neemt het record niet op.",
        "en": "Comes here only through Metadata Vlaanderen, which does not take the record in.",
    }, _not_taken),
    Rule("be-identifier", REJECTED, "dct:identifier", _READER, {
        "nl": "Wordt wellicht overgeslagen: een dataset zonder identificator wordt niet gelezen. "
        "Geef er een.",
        "en": "Is probably skipped: a dataset without an identifier is not read. Give one.",
    }, missing("dct:identifier"), certain=False, status=UNKNOWN),
    Rule("be-one-value", REJECTED, "", _READER, {
        "nl": "Wordt wellicht overgeslagen: {values} heeft meer dan één waarde en mag er daar één "
        "hebben. Behoud de juiste.",
        "en": "Is probably skipped: {values} has more than one value, and one is allowed there. "
        "Keep the right one.",
    }, _too_many, certain=False, status=UNKNOWN),
    Rule("be-agent", REJECTED, "dct:publisher", _READER, {
        "nl": "Wordt wellicht overgeslagen: de uitgever of maker ({values}) heeft geen webadres. "
        "Verwijs naar het adres van de organisatie.",
        "en": "Is probably skipped: the publisher or creator ({values}) has no web address. Refer "
        "to the address of the organisation.",
    }, _unnamed, certain=False, status=UNKNOWN),
    Rule("be-same-language", REJECTED, "dct:title", f"{_READER}; {_CHANGES}"
         "sparql-default-lang-tag.qry", {
        "nl": "Wordt wellicht overgeslagen: er staat meer dan één tekst in dezelfde taal "
        "({values}). Behoud er één per taal; wat geen taal heeft, telt als Nederlands.",
        "en": "Is probably skipped: there is more than one text in the same language ({values}). "
        "Keep one per language; what has none counts as Dutch.",
    }, _same_language, certain=False, status=UNKNOWN),
    Rule("be-licence", DROPPED, "dct:license", f"{_CODE}, uploaderd10/…/Comparer.java; {_CHANGES}"
         "data-license.ttl", {
        "nl": "De licentie {values} wordt wellicht niet getoond: alleen licenties van hun lijst "
        "staan er bij. Verwijs naar een Vlaamse of Europese licentie.",
        "en": "The licence {values} is probably not shown: only licences of their list are. Refer "
        "to a Flemish or European licence.",
    }, _own_licence, certain=False),
    Rule("be-theme", DROPPED, "dcat:theme", f"{_CODE}, uploaderd10/…/Comparer.java; {_CHANGES}"
         "data-theme.ttl", {
        "nl": "Het thema {values} wordt alleen getoond als hun tabel het kent. Zet er een thema "
        "van de Europese of Belgische lijst bij.",
        "en": "The theme {values} is shown only if their table knows it. Add a theme of the "
        "European or Belgian list.",
    }, _own_theme, certain=False),
    Rule("be-format", DROPPED, "dct:format", f"{_CODE}, uploaderd10/…/Comparer.java", {
        "nl": "Het formaat {values} wordt niet getoond: het is er geen van de Europese lijst. "
        "Neem een waarde van die lijst.",
        "en": "The format {values} is not shown: it is none of the European list. Take a value of "
        "that list.",
    }, _own_format, certain=False),
    Rule("be-public", OTHERWISE, "dct:accessRights", f"{_CHANGES}sparql-access-public.qry", {
        "nl": "Krijgt er de toegang PUBLIC bij, omdat het statuut open data zegt. Schrijf zelf de "
        "juiste toegang, of haal het statuut weg.",
        "en": "Gets the access right PUBLIC added, because the status says open data. Write the "
        "right access yourself, or take the status away.",
    }, _made_public),
    Rule("be-contact", OTHERWISE, "dcat:contactPoint", f"{_CHANGES}sparql-default-contact.qry", {
        "nl": "Krijgt een algemeen Vlaams contactpunt, want er is er geen. Geef het uwe.",
        "en": "Gets a general Flemish contact point, because there is none. Give yours.",
    }, missing("dcat:contactPoint")),
    Rule("be-language", OTHERWISE, "dct:title", f"{_CHANGES}sparql-default-lang-tag.qry", {
        "nl": "Wat geen taal heeft ({values}), wordt Nederlands. Zeg zelf de taal.",
        "en": "What has no language ({values}) becomes Dutch. Say the language yourself.",
    }, _untagged),
    Rule("be-open-data", NOTE, "mdcat:statuut", f"{_CHANGES}sparql-filter-open.qry", {
        "nl": "Een versie van hun harvester liet weg wat het statuut VLOPENDATA niet heeft; of hij "
        "dat nu nog doet, is niet nagegaan.",
        "en": "A version of their harvester left out what lacks the status VLOPENDATA; whether it "
        "still does was not seen.",
    }, _status, certain=False),
    Rule("be-translation", NOTE, "dct:title", f"{_CODE}, uploaderd10/…/Comparer.java", {
        "nl": "De site toont een dataset in elke taal waarvoor ze geladen wordt en slaat over wat "
        "niet in alle een titel heeft; er is er alleen in: {values}. Of eerst vertaald wordt, is "
        "niet nagegaan. Een Franse titel helpt zeker.",
        "en": "The site shows a dataset in each language it is loaded for and skips what has no "
        "title in all of them; there is one only in: {values}. Whether it is translated first was "
        "not seen. A French title helps for certain.",
    }, _one_language, certain=False),
), _fields)  # fmt: skip
