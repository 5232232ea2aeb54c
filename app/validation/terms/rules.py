"""The rules of the linter: what each says, an example that fires and a near miss that does not.

Examples are Turtle with the prefixes of `PREFIXES` and `<x>`, `<y>` as things of a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SEVERITIES: Final = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; texts are per language, with `{property}`, `{value}` and facts of the case."""

    id: str
    severity: str
    message: Mapping[str, str]
    remedy: Mapping[str, str]
    fires: str
    near_miss: str


def _rule(id_: str, severity: str, nl: str, en: str, do_nl: str, do_en: str, fires: str,
          near_miss: str) -> Rule:  # fmt: skip
    return Rule(id_, severity, {"nl": nl, "en": en}, {"nl": do_nl, "en": do_en}, fires, near_miss)


RULES: Final = (
    _rule(
        "unknown-property", "error",
        "De eigenschap {term} bestaat niet: geen toepassing leest haar.{maybe}",
        "The property {term} does not exist: no application reads it.{maybe}",
        "Gebruik de eigenschap die bedoeld is, met precies de juiste letters.",
        "Use the property that is meant, spelt exactly right.",
        "<x> dcat:distributon <y> .", "<x> dcat:distribution <y> .",
    ),
    _rule(
        "unknown-class", "error",
        "De soort {term} bestaat niet: wat zo heet, wordt niet herkend.{maybe}",
        "The type {term} does not exist: what is called so is not recognised.{maybe}",
        "Gebruik de soort die bedoeld is, met precies de juiste letters.",
        "Use the type that is meant, spelt exactly right.",
        "<x> a dcat:Datset .", "<x> a dcat:Dataset .",
    ),
    _rule(
        "term-case", "error",
        "De naam {term} heeft verkeerde hoofdletters; hij wordt geschreven als {suggestion}.",
        "The name {term} has the wrong capitals; it is written {suggestion}.",
        "Schrijf {suggestion}.", "Write {suggestion}.",
        "<x> dcat:servesdataset <y> .", "<x> dcat:servesDataset <y> .",
    ),
    _rule(
        "term-maybe", "info",
        "De naam {term} staat niet in de lijst die wij kennen, en lijkt op {suggestion}.",
        "The name {term} is not in the list that we know, and resembles {suggestion}.",
        "Kijk na of {suggestion} bedoeld is.", "Check whether {suggestion} is meant.",
        "<x> mdcat:statut <y> .", "<x> mdcat:statuut <y> .",
    ),
    _rule(
        "term-role", "error",
        "{term} staat op een plaats waar die naam niet past: een eigenschap is geen soort, "
        "een soort is geen eigenschap.",
        "{term} stands where that name does not fit: a property is no type, a type no property.",
        "Kies een naam die past op die plaats.", "Choose a name that fits in that place.",
        "<x> a dcat:distribution .", "<x> a dcat:Distribution .",
    ),
    _rule(
        "namespace-twin", "error",
        "Het adres van {suggestion} begint hier met {scheme}; dat is een andere naam, "
        "die niemand kent.",
        "The address of {suggestion} starts with {scheme} here; that is another name, "
        "which nobody knows.",
        "Schrijf het adres van de woordenlijst zoals die het zelf doet: {namespace}",
        "Write the address of the vocabulary as it does itself: {namespace}",
        "<x> <http://data.vlaanderen.be/ns/metadata-dcat#statuut> <y> .", "<x> mdcat:statuut <y> .",
    ),
    _rule(
        "namespace-mixed", "warning",
        "De woordenlijst {namespace} staat in dit bestand zowel met http als met https; "
        "dat zijn verschillende namen.",
        "The vocabulary {namespace} stands in this file with both http and https; "
        "those are different names.",
        "Kies één vorm: die van het profiel dat u volgt.",
        "Choose one form: that of the profile you follow.",
        "<x> <http://schema.org/name> 'a' . <y> <https://schema.org/name> 'b' .",
        "<x> <http://schema.org/name> 'a' . <y> <http://schema.org/name> 'b' .",
    ),
    _rule(
        "namespace-misspelt", "error",
        "De naam {term} begint met een adres dat niet bestaat; bedoeld is wellicht {suggestion}.",
        "The name {term} starts with an address that does not exist; perhaps {suggestion} "
        "is meant.",
        "Schrijf het adres van de woordenlijst zo: {namespace}",
        "Write the address of the vocabulary like this: {namespace}",
        "<x> <http://purl.org/dc/terms#title> 'a'@nl .", "<x> dct:title 'a'@nl .",
    ),
    _rule(
        "namespace-elements", "warning",
        "De naam {term} is van de oude Dublin Core (elements 1.1); de profielen vragen "
        "{suggestion}.",
        "The name {term} is of the old Dublin Core (elements 1.1); the profiles ask for "
        "{suggestion}.",
        "Gebruik {suggestion}.", "Use {suggestion}.",
        "<x> <http://purl.org/dc/elements/1.1/title> 'a'@nl .", "<x> dct:title 'a'@nl .",
    ),
    _rule(
        "deprecated-term", "warning",
        "De naam {term} is verouderd.{maybe}", "The name {term} is outdated.{maybe}",
        "Gebruik de nieuwe naam; is er geen, laat deze dan weg.",
        "Use the new name; if there is none, leave this one out.",
        "<x> foaf:family_name 'a' .", "<x> foaf:familyName 'a' .",
    ),
    _rule(
        "language-missing", "warning",
        "De tekst bij {property} zegt niet in welke taal hij is.",
        "The text of {property} does not say which language it is in.",
        "Zet de taal bij de tekst, bijvoorbeeld \"…\"@nl.",
        "Add the language to the text, for example \"…\"@en.",
        "<x> dct:title 'Wegen' .", "<x> dct:title 'Wegen'@nl .",
    ),
    _rule(
        "date-as-text", "warning",
        "De datum bij {property} staat er als gewone tekst: {value}",
        "The date of {property} is plain text: {value}",
        "Zeg erbij dat het een datum is (xsd:date of xsd:dateTime).",
        "Say that it is a date (xsd:date or xsd:dateTime).",
        "<x> dct:issued '2024-05-01' .", "<x> dct:issued '2024-05-01'^^xsd:date .",
    ),
    _rule(
        "date-order", "error",
        "De datum bij {property} is niet leesbaar voor toepassingen: {value}",
        "Applications cannot read the date of {property}: {value}",
        "Schrijf jaar-maand-dag, bijvoorbeeld 2024-05-31.",
        "Write year-month-day, for example 2024-05-31.",
        "<x> dct:issued '31/05/2024'^^xsd:date .", "<x> dct:issued '2024-05-31'^^xsd:date .",
    ),
    _rule(
        "email-mailto", "warning",
        "Het e-mailadres bij {property} is geen verwijzing die begint met mailto:",
        "The e-mail address of {property} is not a link that starts with mailto:",
        "Schrijf <mailto:naam@voorbeeld.be>.", "Write <mailto:name@example.be>.",
        "<x> vcard:hasEmail 'info@voorbeeld.be' .",
        "<x> vcard:hasEmail <mailto:info@voorbeeld.be> .",
    ),
    _rule(
        "telephone-tel", "warning",
        "Het telefoonnummer bij {property} is geen verwijzing die begint met tel:",
        "The telephone number of {property} is not a link that starts with tel:",
        "Schrijf <tel:+3225550000>: met landnummer en zonder spaties.",
        "Write <tel:+3225550000>: with the country number and without spaces.",
        "<x> vcard:hasTelephone '+32 2 555 00 00' .", "<x> vcard:hasTelephone <tel:+3225550000> .",
    ),
    _rule(
        "html-in-text", "warning",
        "De tekst bij {property} bevat HTML-code; lezers zien die als tekens.",
        "The text of {property} holds HTML code; readers see it as signs.",
        "Verwijder de code en houd de tekst over.", "Remove the code and keep the text.",
        "<x> dct:description '<p>Alle wegen</p>'@nl .",
        "<x> dct:description 'Breedte < 3 m en lengte > 5 m'@nl .",
    ),
    _rule(
        "markdown-in-text", "info",
        "De tekst bij {property} bevat opmaaktekens (Markdown) die niet overal getoond worden.",
        "The text of {property} holds layout signs (Markdown) that are not shown everywhere.",
        "Schrijf gewone zinnen, of ga na of uw portaal de opmaak toont.",
        "Write plain sentences, or check that your portal shows the layout.",
        "<x> dct:description 'Zie [de site](https://voorbeeld.be) en **let op**'@nl .",
        "<x> dct:description 'Zie de site [1] en 3 * 4 * 5'@nl .",
    ),
    _rule(
        "text-for-link", "warning",
        "Bij {property} hoort een verwijzing, maar er staat gewone tekst: {value}",
        "{property} should be a link, but it is plain text: {value}",
        "Verwijs naar de zaak met haar webadres, tussen < en >.",
        "Refer to the thing by its web address, between < and >.",
        "<x> dct:spatial 'Gent' .", "<x> dct:spatial <y> .",
    ),
    _rule(
        "link-for-text", "warning",
        "Bij {property} hoort tekst, maar er staat een verwijzing: {value}",
        "{property} should be text, but it is a link: {value}",
        "Zet de tekst er zelf, tussen aanhalingstekens.",
        "Put the text itself, between quotation marks.",
        "<x> dct:title <y> .", "<x> dct:title 'Wegen'@nl .",
    ),
    _rule(
        "address-invalid", "error",
        "Het webadres bij {property} bevat een spatie of een ander teken dat niet mag: {value}",
        "The web address of {property} holds a space or another sign that is not allowed: {value}",
        "Vervang spaties door %20 en maak er een verwijzing van.",
        "Replace spaces by %20 and make it a link.",
        "<x> dcat:landingPage 'https://voorbeeld.be/mijn pagina' .",
        "<x> dcat:landingPage <https://voorbeeld.be/mijn%20pagina> .",
    ),
    _rule(
        "code-wrong-list", "error",
        "De waarde bij {property} komt uit een andere lijst: {value}",
        "The value of {property} is of another list: {value}",
        "Kies een waarde uit {list}.", "Choose a value of {list}.",
        "<x> dcat:theme <http://publications.europa.eu/resource/authority/file-type/CSV> .",
        "<x> dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TRAN> .",
    ),
    _rule(
        "code-twin", "warning",
        "De waarde bij {property} heeft http en https verwisseld; zo staat ze niet in de lijst: "
        "{value}",
        "The value of {property} has http and https mixed up; it is not in the list like this: "
        "{value}",
        "Schrijf <{suggestion}>.", "Write <{suggestion}>.",
        "<x> dcat:theme <https://publications.europa.eu/resource/authority/data-theme/TRAN> .",
        "<x> dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TRAN> .",
    ),
    _rule(
        "code-own-list", "info",
        "Bij {property} staat enkel een eigen waarde: {value}",
        "{property} has only a value of your own: {value}",
        "Voeg een waarde toe uit {list}; de eigen waarde mag blijven als er meer dan één mag.",
        "Add a value of {list}; yours may stay where more than one is allowed.",
        "<x> dcat:theme <https://voorbeeld.be/id/thema/fietsen> .",
        "<x> dcat:theme <https://voorbeeld.be/id/thema/fietsen>, "
        "<http://publications.europa.eu/resource/authority/data-theme/TRAN> .",
    ),
    _rule(
        "code-retired", "warning",
        "De code “{code}” bij {property} is sinds {since} niet meer in gebruik: {value}",
        "The code “{code}” of {property} is no longer in use since {since}: {value}",
        "Kies een code die nog geldt uit {list}.", "Choose a code that still holds of {list}.",
        "<x> regorg:orgType <http://vocab.belgif.be/auth/cbe-org2003/022> .",
        "<x> regorg:orgType <http://vocab.belgif.be/auth/cbe-org2003/001> .",
    ),
    _rule(
        "language-as-text", "warning",
        "De taal staat er als tekst of uit een andere lijst: {value}",
        "The language is text or of another list: {value}",
        "Gebruik <{suggestion}>.", "Use <{suggestion}>.",
        "<x> dct:language 'nl' .",
        "<x> dct:language <http://publications.europa.eu/resource/authority/language/NLD> .",
    ),
    _rule(
        "licence-alias", "warning",
        "De licentie wordt zo niet herkend: {value}", "The licence is not recognised so: {value}",
        "Bedoeld is wellicht <{suggestion}>; gebruik dat als het klopt.",
        "Perhaps <{suggestion}> is meant; use it if that is right.",
        "<x> dct:license <http://creativecommons.org/publicdomain/zero/1.0/> .",
        "<x> dct:license <http://publications.europa.eu/resource/authority/licence/CC0> .",
    ),
    _rule(
        "text-empty", "warning",
        "De tekst bij {property} is leeg.", "The text of {property} is empty.",
        "Vul de tekst in, of laat de eigenschap weg.",
        "Fill in the text or leave the property out.",
        "<x> dct:title ''@nl .", "<x> dct:title '0'@nl .",
    ),
    _rule(
        "text-placeholder", "warning",
        "De tekst bij {property} is een opvulling die niets zegt: {value}",
        "The text of {property} is filling that says nothing: {value}",
        "Vul de echte waarde in, of laat de eigenschap weg.",
        "Fill in the real value or leave the property out.",
        "<x> dct:description 'N/A'@nl .", "<x> dct:description 'NA-metingen in de Schelde'@nl .",
    ),
    _rule(
        "text-spaces", "info",
        "De tekst bij {property} begint of eindigt met een spatie.",
        "The text of {property} starts or ends with a space.",
        "Verwijder de spaties rond de tekst.", "Remove the spaces around the text.",
        "<x> dct:title ' Wegen'@nl .", "<x> dct:title 'Alle wegen'@nl .",
    ),
    _rule(
        "text-twice", "info",
        "Bij {property} staat tweemaal hetzelfde; enkel hoofdletters of spaties verschillen: "
        "{value}",
        "{property} says the same twice; only capitals or spaces differ: {value}",
        "Behoud één van beide.", "Keep one of them.",
        "<x> dcat:keyword 'Wegen'@nl, 'wegen '@nl .", "<x> dcat:keyword 'wegen'@nl, 'Wegen'@de .",
    ),
    _rule(
        "identifier-shared", "warning",
        "Verschillende dingen hebben dezelfde {property}: {value}",
        "Different things have the same {property}: {value}",
        "Geef elk ding een eigen identificator; een portaal houdt anders maar één ervan over.",
        "Give each thing an identifier of its own; else a portal keeps only one of them.",
        "<x> a dcat:Dataset ; dct:identifier 'a1' . <y> a dcat:Dataset ; dct:identifier 'a1' .",
        "<x> a dcat:Dataset ; dct:identifier 'a1' . <y> a dcat:CatalogRecord ; "
        "dct:identifier 'a1' .",
    ),
    _rule(
        "access-is-download", "info",
        "De toegangspagina en het bestand hebben hetzelfde adres: {value}",
        "The access page and the file have the same address: {value}",
        "Geef als toegangspagina (dcat:accessURL) een pagina die het bestand toelicht, als er "
        "een is.",
        "Give as access page (dcat:accessURL) one that explains the file, if there is one.",
        "<x> dcat:accessURL <y> ; dcat:downloadURL <y> .",
        "<x> dcat:accessURL <x> ; dcat:downloadURL <y> .",
    ),
    _rule(
        "personal-number", "error",
        "Dit lijkt een rijksregisternummer: {value}",
        "This looks like a national register number: {value}",
        "Verwijder het: u mag het niet publiceren. Haal ook oudere versies offline.",
        "Remove it: you may not publish it. Take older versions offline too.",
        "<x> dct:description 'Eigenaar 85.07.30-033.28'@nl .",
        "<x> dct:description 'Dossier 85.07.30-033.29'@nl .",
    ),
    _rule(
        "personal-email", "warning",
        "De tekst bij {property} bevat een e-mailadres dat van een persoon lijkt: {value}",
        "The text of {property} holds an e-mail address that seems somebody's own: {value}",
        "Gebruik het adres van een dienst, en zet het bij het contactpunt.",
        "Use the address of a service, and put it on the contact point.",
        "<x> dct:description 'Vragen? jan.peeters@voorbeeld.be'@nl .",
        "<x> dct:description 'Vragen? open.data@voorbeeld.be'@nl .",
    ),
    _rule(
        "personal-phone", "warning",
        "De tekst bij {property} bevat wat op een telefoonnummer lijkt: {value}",
        "The text of {property} holds what looks like a telephone number: {value}",
        "Zet het nummer van een dienst bij het contactpunt; verwijder dat van een persoon.",
        "Put the number of a service on the contact point; remove that of a person.",
        "<x> dct:description 'Bel 0471 23 45 67'@nl .",
        "<x> dct:description 'Meetpunt 0471234, 2024'@nl .",
    ),
)  # fmt: skip
BY_ID: Final = {rule.id: rule for rule in RULES}
