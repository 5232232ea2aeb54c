"""What the score card says, in Dutch and English: tasks by kind and variant, heads, classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Text = Mapping[str, str]


def _text(nl: str, en: str) -> Text:
    return {"nl": nl, "en": en}


TASKS: Final[Mapping[tuple[str, str], Text]] = {
    ("distribution", "missing"): _text(
        "Beschrijf waar en hoe men aan de data geraakt: voeg een distributie toe (een bestand of "
        "een webadres van de data).",
        "Describe where and how to get the data: add a distribution (a file or a web address of "
        "the data)."),
    ("keyword", "missing"): _text(
        "Geef trefwoorden waarop mensen zoeken.", "Give keywords that people search for."),
    ("category", "missing"): _text(
        "Kies een thema uit de Europese lijst: AGRI, ECON, EDUC, ENER, ENVI, GOVE, HEAL, INTR, "
        "JUST, REGI, SOCI, TECH of TRAN.",
        "Choose a theme of the European list: AGRI, ECON, EDUC, ENER, ENVI, GOVE, HEAL, INTR, "
        "JUST, REGI, SOCI, TECH or TRAN."),
    ("spatial", "missing"): _text(
        "Zeg over welk gebied de data gaan.", "Say which area the data are about."),
    ("temporal", "missing"): _text(
        "Zeg over welke periode de data gaan.", "Say which period the data are about."),
    ("access-url", "missing"): _text(
        "Geef een toegangspagina: een http(s)-adres waar men de data vindt.",
        "Give an access page: an http(s) address where the data are found."),
    ("access-url", "fails"): _text(
        "De toegangspagina antwoordt niet zoals het moet (status 200 tot 299); herstel het adres.",
        "The access page does not answer as it should (status 200 to 299); mend the address."),
    ("access-url", "head"): _text(
        "De toegangspagina is er wel, maar de server weigert de vraag HEAD, waarmee Europa het "
        "nagaat; laat hem die met 200 beantwoorden.",
        "The access page is there, but the server refuses the request HEAD by which Europe "
        "checks it; let it answer that with 200."),
    ("access-url", "kept"): _text(
        "De toegangspagina kon deze keer niet nagegaan worden; probeer het later opnieuw.",
        "The access page could not be checked this time; try again later."),
    ("access-url", "unknown"): _text(
        "Ga na of de toegangspagina antwoordt; dat is nu niet gevraagd.",
        "See whether the access page answers; it was not asked now."),
    ("download-url", "missing"): _text(
        "Geef het adres van het bestand zelf.", "Give the address of the file itself."),
    ("download-url", "fails"): _text(
        "Het bestand antwoordt niet zoals het moet (status 200 tot 299); herstel het adres.",
        "The file does not answer as it should (status 200 to 299); mend the address."),
    ("download-url", "head"): _text(
        "Het bestand is er wel, maar de server weigert de vraag HEAD, waarmee Europa het "
        "nagaat; laat hem die met 200 beantwoorden.",
        "The file is there, but the server refuses the request HEAD by which Europe "
        "checks it; let it answer that with 200."),
    ("download-url", "kept"): _text(
        "Het bestand kon deze keer niet nagegaan worden; probeer het later opnieuw.",
        "The file could not be checked this time; try again later."),
    ("download-url", "unknown"): _text(
        "Ga na of het bestand antwoordt; dat is nu niet gevraagd.",
        "See whether the file answers; it was not asked now."),
    ("format", "missing"): _text(
        "Zeg in welk formaat de data zijn, met een waarde van de Europese lijst.",
        "Say in which format the data are, with a value of the European list."),
    ("format", "otherwise"): _text(
        "Schrijf het formaat als waarde van de Europese lijst van bestandstypes.",
        "Write the format as a value of the European list of file types."),
    ("open-format", "closed"): _text(
        "Bied de data ook aan in een open formaat dat programma's kunnen lezen.",
        "Offer the data in an open format that programs can read as well."),
    ("media-type", "missing"): _text(
        "Geef het mediatype, met een waarde van de lijst van IANA.",
        "Give the media type, with a value of the list of IANA."),
    ("media-type", "otherwise"): _text(
        "Schrijf het mediatype als waarde van de lijst van IANA.",
        "Write the media type as a value of the list of IANA."),
    ("compliance", "fails"): _text(
        "Verhelp wat niet voldoet aan DCAT-AP, de Europese regels voor een datasetbeschrijving.",
        "Mend what does not conform to DCAT-AP, the European rules for describing a dataset."),
    ("compliance", "unknown"): _text(
        "Ga na of de beschrijving voldoet aan DCAT-AP; niet alles kon nagekeken worden.",
        "See whether the description conforms to DCAT-AP; not all of it could be checked."),
    ("licence", "missing"): _text(
        "Zeg onder welke licentie men de data mag gebruiken, met een van de Europese lijst. "
        "Datavindplaats kent alleen CC0 en de Vlaamse modellicenties; CC0 kennen ze allebei.",
        "Say under which licence the data may be used, with one of the European list. "
        "Datavindplaats only knows CC0 and the Flemish model licences; both know CC0."),
    ("licence", "moved"): _text(
        "De licentie staat bij de dataset; data.europa.eu leest ze bij elke distributie. Zet ze "
        "daar, met een van de Europese lijst. Datavindplaats kent alleen CC0 en de Vlaamse "
        "modellicenties; CC0 kennen ze allebei.",
        "The licence is with the dataset; data.europa.eu reads it with each distribution. Put it "
        "there, with one of the European list. Datavindplaats only knows CC0 and the Flemish "
        "model licences; both know CC0."),
    ("licence", "same"): _text(
        "Dezelfde licentie heeft op de Europese lijst een ander adres; data.europa.eu telt alleen "
        "dat. Datavindplaats vraagt het Vlaamse adres (data.vlaanderen.be): kies welk portaal u "
        "het belangrijkst vindt.",
        "The same licence has another address on the European list; data.europa.eu counts only "
        "that. Datavindplaats asks for the Flemish address (data.vlaanderen.be): choose which "
        "portal matters most to you."),
    ("licence", "flemish"): _text(
        "data.europa.eu telt alleen een adres van de Europese lijst; Datavindplaats vraagt net het "
        "Vlaamse adres dat er nu staat. Kies welk portaal u het belangrijkst vindt, en neem alleen "
        "een Europese licentie die hetzelfde toelaat.",
        "data.europa.eu counts only an address of the European list, while Datavindplaats asks for "
        "the Flemish address that is there now. Choose which portal matters most to you, and take "
        "only a European licence that allows the same."),
    ("licence", "otherwise"): _text(
        "data.europa.eu telt deze licentie niet mee: ze staat niet op de Europese lijst. Kies een "
        "andere alleen als u de data ook zo mag vrijgeven; Datavindplaats kent alleen CC0 en de "
        "Vlaamse modellicenties.",
        "data.europa.eu does not count this licence: it is not on the European list. Choose "
        "another only if you may release the data so; Datavindplaats only knows CC0 and the "
        "Flemish model licences."),
    ("access-rights", "missing"): _text(
        "Zeg wie bij de data kan, met een waarde van de Europese lijst.",
        "Say who can get at the data, with a value of the European list."),
    ("access-rights", "otherwise"): _text(
        "Schrijf de toegang als waarde van de Europese lijst van toegangsrechten.",
        "Write the access right as a value of the European list of access rights."),
    ("contact", "missing"): _text(
        "Geef een contactpunt met e-mailadres of pagina.",
        "Give a contact point with an e-mail address or page."),
    ("publisher", "missing"): _text(
        "Zeg wie de data publiceert.", "Say who publishes the data."),
    ("rights", "missing"): _text(
        "Geef bij de distributie een verklaring over de rechten.",
        "Give a statement of rights with the distribution."),
    ("byte-size", "missing"): _text(
        "Geef de grootte van het bestand in bytes.", "Give the size of the file in bytes."),
    ("issued", "missing"): _text(
        "Zeg sinds wanneer de data gepubliceerd zijn.", "Say since when the data are published."),
    ("modified", "missing"): _text(
        "Zeg wanneer de data laatst gewijzigd zijn.", "Say when the data were last changed."),
}  # fmt: skip
# where the property of a task goes
PLACES: Final[Mapping[str, Text]] = {
    "dataset": _text("bij de dataset", "with the dataset"),
    "distribution": _text("bij de distributie (het bestand of adres)",
                          "with the distribution (the file or address)"),
}  # fmt: skip
EFFORTS: Final[Mapping[int, Text]] = {
    1: _text("één waarde invullen", "fill in one value"),
    2: _text("iets nagaan of beslissen", "find out or decide something"),
    3: _text("iets maken of verplaatsen", "make or move something"),
}
RATINGS: Final[Mapping[str, Text]] = {
    "excellent": _text("uitstekend", "excellent"),
    "good": _text("goed", "good"),
    "sufficient": _text("voldoende", "sufficient"),
    "bad": _text("zwak", "bad"),
}
HEADS: Final[Mapping[str, Text]] = {
    "findability": _text("vindbaar", "findable"),
    "accessibility": _text("bereikbaar", "accessible"),
    "interoperability": _text("uitwisselbaar", "interoperable"),
    "reusability": _text("herbruikbaar", "reusable"),
    "contextuality": _text("context", "context"),
    "points": _text("punten", "points"),
    "stars": _text("sterren", "stars"),
    "dataset": _text("dataset", "dataset"),
    "mean": _text("gemiddeld", "on average"),
    "unsure": _text("Niet zeker van", "Not sure of"),
}
BASIS: Final[Mapping[str, Text]] = {
    "metadata": _text(
        "Alleen uit de metadata: geen enkel adres is opgehaald. Punten en sterren die van "
        "antwoorden afhangen staan in het bereik (zeker–mogelijk).",
        "From metadata only: no address was fetched. Points and stars that depend on answers are "
        "in the range (sure–possible)."),
    "links": _text(
        "{answered} van {addresses} adressen antwoordden, nagegaan van {since} tot {until} (UTC).",
        "{answered} of {addresses} addresses answered, checked from {since} to {until} (UTC)."),
    "unreached": _text(
        "Let op: geen enkele server op het internet was van hieruit te bereiken. Over "
        "uw data zegt dat niets: wat van antwoorden afhangt, staat in het bereik (zeker–mogelijk).",
        "Note: not one server on the internet could be reached from here. That says "
        "nothing of your data: what depends on answers is in the range (sure–possible)."),
    "ask": _text(
        "Tip: met --check-links worden de adressen nagegaan.",
        "Tip: --check-links checks the addresses."),
    "own": _text(
        "{own} adressen van onszelf zijn gevraagd aan deze release, die daarvoor op deze computer "
        "gestart is; of de wereld ze bereikt, is daarmee niet gezegd.",
        "{own} addresses of our own were asked of this release, started on this computer for it; "
        "that does not say that the world can reach them."),
}  # fmt: skip
# what becomes of a record at a portal, the best first
STATUSES: Final[Mapping[str, Text]] = {
    "shown": _text("getoond", "shown"),
    "shown-not-public": _text("getoond als niet publiek", "shown as not public"),
    "unknown": _text("niet zeker getoond", "not certain to be shown"),
    "rejected": _text("geweigerd", "rejected"),
}
# how bad it is what a portal does
DOES: Final[Mapping[str, Text]] = {
    "rejected": _text("geweigerd", "rejected"),
    "perhaps": _text("misschien geweigerd", "perhaps rejected"),
    "dropped": _text("valt weg", "left out"),
    "otherwise": _text("anders getoond", "shown otherwise"),
    "note": _text("goed om te weten", "good to know"),
}
