"""What the criteria of the stars say, in Dutch and English: what was seen, and what wins a star."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from app.quality.evidence import Content, Look
from app.quality.oneline import one_line

Text = Mapping[str, str]
_LANGS: Final = ("nl", "en")

# key, and how it turned out -> Dutch, English
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "distribution-none": (
        "Er is geen distributie. Beschrijf waar en hoe men aan de data geraakt.",
        "There is no distribution. Describe where and how to get the data."),
    "answers-yes": ("{seen}.", "{seen}."),
    "answers-no": (
        "Geen adres geeft het bestand: {seen}. Herstel het adres.",
        "No address gives the file: {seen}. Mend the address."),
    "answers-none": (
        "Er is geen http(s)-adres. Geef het adres van het bestand (dcat:downloadURL).",
        "There is no http(s) address. Give the address of the file (dcat:downloadURL)."),
    "answers-unknown": (
        "Of het adres antwoordt, is niet bekend: {seen}.",
        "Whether the address answers is not known: {seen}."),
    "licence-yes": ("Open licentie: {value}.", "Open licence: {value}."),
    "licence-no": (
        "Deze licentie is niet open: {value}. Kies er een waarmee iedereen de data voor elk doel "
        "mag gebruiken, zoals CC0 of CC BY 4.0.",
        "This licence is not open: {value}. Choose one by which anybody may use the data for any "
        "purpose, such as CC0 or CC BY 4.0."),
    "licence-none": (
        "Bij de distributie staat geen licentie. Kies een open licentie, zoals CC0 of CC BY 4.0.",
        "The distribution has no licence. Choose an open licence, such as CC0 or CC BY 4.0."),
    "licence-unknown": (
        "Of deze licentie open is, is niet bekend: {value}. Verwijs naar een bekende open licentie "
        "met haar webadres, zoals CC0 of CC BY 4.0.",
        "Whether this licence is open is not known: {value}. Refer to a known open licence by its "
        "web address, such as CC0 or CC BY 4.0."),
    "access-right-yes": (
        "Niets beperkt wie bij de data kan.", "Nothing restricts who can get at the data."),
    "access-right-no": (
        "De toegang is beperkt: {value}. Open data zijn er voor iedereen; maak ze publiek als "
        "dat mag.",
        "Access is restricted: {value}. Open data are for everybody; make them public if allowed."),
    "access-right-unknown": (
        "Wie bij de data kan, is niet duidelijk: {value}. Gebruik de Europese lijst van "
        "toegangsrechten.",
        "Who can get at the data is not clear: {value}. Use the European list of access rights."),
    "machine-readable-yes": ("{seen}.", "{seen}."),
    "machine-readable-wrong": (
        "{seen}. Niet alles klopt: {problem}.", "{seen}. Not all is right: {problem}."),
    "machine-readable-no": (
        "{seen}: een programma kan er de gegevens niet uit halen. Bied ze ook aan als CSV, JSON of "
        "in een ander gestructureerd formaat.",
        "{seen}: a program cannot take the data from it. Offer them as CSV, JSON or in another "
        "structured format as well."),
    "machine-readable-malformed": (
        "{seen}, maar het bestand is niet bruikbaar: {problem}. Herstel het.",
        "{seen}, but the file cannot be used: {problem}. Mend it."),
    "machine-readable-empty": (
        "{seen}: er staan geen gegevens in. Vul het bestand.",
        "{seen}: there are no data in it. Fill the file."),
    "machine-readable-unsure": (
        "{seen}; niet zeker: {problem}.", "{seen}; not sure: {problem}."),
    "machine-readable-stated": (
        "Volgens de metadata is het formaat {value}. {why}.",
        "By the metadata the format is {value}. {why}."),
    "machine-readable-stated-no": (
        "Volgens de metadata is het formaat {value}: een programma kan er de gegevens niet uit "
        "halen. Bied ze ook aan als CSV, JSON of in een ander gestructureerd formaat.",
        "By the metadata the format is {value}: a program cannot take the data from it. Offer "
        "them as CSV, JSON or in another structured format as well."),
    "machine-readable-none": (
        "De metadata zeggen niet in welk formaat de data zijn. Geef dct:format en dcat:mediaType.",
        "The metadata do not say in which format the data are. Give dct:format and "
        "dcat:mediaType."),
    "no-file": (
        "Er is geen bestand opgehaald om naar te kijken: het adres antwoordt niet.",
        "No file was fetched to look at: the address does not answer."),
    "non-proprietary-yes": (
        "{value} is een open formaat.", "{value} is an open format."),
    "non-proprietary-no": (
        "{value} is geen open formaat. Bied de data ook aan in een formaat dat iedereen vrij kan "
        "lezen en schrijven, zoals CSV, JSON of GeoPackage.",
        "{value} is no open format. Offer the data in a format as well that anybody can read and "
        "write freely, such as CSV, JSON or GeoPackage."),
    "non-proprietary-stated": (
        "Volgens de metadata is het formaat {value}. {why}.",
        "By the metadata the format is {value}. {why}."),
    "non-proprietary-unknown": (
        "Of het een open formaat is, is niet bekend: {value}.",
        "Whether it is an open format is not known: {value}."),
    "rdf-yes": (
        "{value}: elk ding kan er een eigen webadres hebben.",
        "{value}: each thing can have a web address of its own there."),
    "rdf-no": (
        "{value} is geen RDF. Geef elk ding een blijvend webadres en bied de data als RDF aan, "
        "bijvoorbeeld met vijfster map.",
        "{value} is no RDF. Give each thing a lasting web address and offer the data as RDF, for "
        "example with vijfster map."),
    "rdf-packed": (
        "De RDF zit in een archief. Bied ze ook zo aan, niet ingepakt.",
        "The RDF is in an archive. Offer it as it is as well, not packed."),
    "rdf-unknown": (
        "Volgens de metadata is het RDF; het bestand is niet bekeken.",
        "By the metadata it is RDF; the file was not looked at."),
    "names-yes": (
        "Dingen met een eigen webadres: {count}, zoals {example}.",
        "Things with a web address of their own: {count}, such as {example}."),
    "names-no": (
        "Niets in het bestand heeft een eigen webadres. Geef de dingen een blijvend http(s)-adres "
        "dat u zelf beheert.",
        "Nothing in the file has a web address of its own. Give things a lasting http(s) address "
        "that you manage."),
    "names-unknown": (
        "Welke dingen een eigen webadres hebben, is niet bekend{why}.",
        "Which things have a web address of their own is not known{why}."),
    "names-answer-yes": (
        "Van {asked} eigen adressen die gevraagd zijn, antwoorden er {good}.",
        "Of {asked} own addresses that were asked, {good} answer."),
    "names-answer-no": (
        "Van {asked} eigen adressen die gevraagd zijn, antwoorden er maar {good}; {example} niet. "
        "Zorg dat elk adres antwoordt over het ding dat het noemt.",
        "Of {asked} own addresses that were asked, only {good} answer; {example} does not. Make "
        "each address answer about the thing it names."),
    "names-answer-unknown": (
        "Of de eigen adressen antwoorden, is niet (genoeg) gevraagd.",
        "Whether the own addresses answer was not asked (enough)."),
    "links-yes": (
        "Verwijzingen naar data elders: {count}, zoals {example}.",
        "Links to data elsewhere: {count}, such as {example}."),
    "links-no": (
        "Niets verwijst naar data van anderen. Verwijs naar dezelfde dingen elders, zoals een "
        "gemeente, een organisatie of een begrip.",
        "Nothing links to data of others. Link to the same things elsewhere, such as a "
        "municipality, an organisation or a concept."),
    "links-unknown": (
        "Of er verwijzingen naar data van anderen zijn, is niet bekend{why}.",
        "Whether there are links to data of others is not known{why}."),
    "links-answer-yes": (
        "Van {asked} verwijzingen die gevraagd zijn, antwoorden er {good}.",
        "Of {asked} links that were asked, {good} answer."),
    "links-answer-no": (
        "Geen van de {asked} verwijzingen die gevraagd zijn antwoordt; {example} niet. Verwijs "
        "naar adressen die antwoorden.",
        "None of the {asked} links that were asked answers; {example} does not. Link to addresses "
        "that answer."),
    "links-answer-unknown": (
        "Of de verwijzingen antwoorden, is niet gevraagd.",
        "Whether the links answer was not asked."),
    "why-unasked": ("Het bestand is niet opgehaald", "The file was not fetched"),
    "why-page": (
        "Het adres is een webpagina; geef het adres van het bestand zelf (dcat:downloadURL)",
        "The address is a web page; give the address of the file itself (dcat:downloadURL)"),
    "why-nothing": ("", ""),
    "why-rdf": (": daar is RDF voor nodig", ": that asks RDF"),
    "why-metadata": (": het bestand is niet bekeken", ": the file was not looked at"),
    "why-problem": (": {problem}", ": {problem}"),
    "seen-unasked": ("niets is gevraagd", "nothing was asked"),
    "seen-answer": ("{url}: {answer} ({when})", "{url}: {answer} ({when})"),
    "unknown-type": ("een onbekend formaat", "an unknown format"),
    "fetched": ("opgehaald op {when}", "fetched on {when}"),
    "at-least": ("minstens ", "at least "),
    "of": (" van {least}{count} {what}", " of {least}{count} {what}"),
    "inside": (" in {name}", " in {name}"),
    "first": ("{size}, waarvan het eerste deel gelezen is",
              "{size}, of which the first part was read"),
}  # fmt: skip
# one, several
_COUNTED: Final = {
    "rows": (("rij", "rijen"), ("row", "rows")),
    "features": (("object", "objecten"), ("feature", "features")),
    "triples": (("uitspraak", "uitspraken"), ("statement", "statements")),
    "items": (("onderdeel", "onderdelen"), ("item", "items")),
    "pages": (("bladzijde", "bladzijden"), ("page", "pages")),
    "layers": (("laag", "lagen"), ("layer", "layers")),
    "files": (("bestand", "bestanden"), ("file", "files")),
    "events": (("afspraak", "afspraken"), ("event", "events")),
    "elements": (("element", "elementen"), ("element", "elements")),
    "lines": (("regel", "regels"), ("line", "lines")),
}
_SHOWN: Final = 100
_UNITS: Final = ("bytes", "kB", "MB", "GB")
_STEP: Final = 1_000


def text(key: str, **facts: str | int | Text) -> Text:
    """Return a text in both languages; a fact that differs by language is a text itself."""
    return {
        lang: template.format(**{name: _in(fact, lang) for name, fact in facts.items()})
        for lang, template in zip(_LANGS, _TEXTS[key], strict=True)
    }


def seen(look: Look, content: Content, name: Text, *, inside: str = "") -> Text:
    """Return what a file turned out to be: format, size, and when it was fetched.

    `inside` is the name of the entry of an archive that `content` is of.
    """
    out = dict(name)
    if content.count and content.counted:
        words = _COUNTED[content.counted]
        what = {lang: forms[content.count != 1] for lang, forms in zip(_LANGS, words, strict=True)}
        least = text("at-least") if look.truncated else ""
        counted = text("of", least=least, count=content.count, what=what)
        out = {lang: out[lang] + counted[lang] for lang in out}
    if inside:
        out = {lang: out[lang] + text("inside", name=short(inside))[lang] for lang in out}
    size = _size(look.size)
    size = text("first", size=size) if look.truncated else size
    fetched = text("fetched", when=when(look.time))
    return {lang: f"{out[lang]}, {size[lang]}, {fetched[lang]}" for lang in out}


def when(time: str) -> Text:
    """Return a moment of UTC (RFC 3339) as people read it."""
    try:
        moment = dt.datetime.fromisoformat(time).replace(tzinfo=None)
    except ValueError:
        return {"nl": time, "en": time}
    day, hour = moment.strftime("%Y-%m-%d"), moment.strftime("%H:%M")
    return {"nl": f"{day} om {hour} UTC", "en": f"{day} at {hour} UTC"}


def short(value: str) -> str:
    """Return a text of a stranger as it can be shown: one line, not too long."""
    shown = one_line(value)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


def _size(size: int) -> Text:
    amount, unit = float(size), 0
    while amount >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    shown = f"{amount:.1f}" if unit > 1 and amount < 100 else f"{amount:.0f}"
    return {"nl": f"{shown.replace('.', ',')} {_UNITS[unit]}", "en": f"{shown} {_UNITS[unit]}"}


def _in(fact: str | int | Text, lang: str) -> str:
    if isinstance(fact, int):
        return f"{fact:,}".replace(",", ".") if lang == "nl" else f"{fact:,}"
    return fact if isinstance(fact, str) else fact.get(lang, "")
