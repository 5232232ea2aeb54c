"""The words of the interface, Dutch first."""

from __future__ import annotations

from collections.abc import Mapping

from app.web.texts_lab import LAB
from app.web.texts_map import MAP
from app.web.texts_quality import QUALITY
from app.web.texts_score import SCORE
from app.web.texts_sparql import SPARQL

LANGUAGES = ("nl", "en")

TEXTS: Mapping[str, tuple[str, str]] = {
    "home": ("Start", "Home"),
    "search": ("Zoeken", "Search"),
    "search_in": ("Zoek in", "Search in"),
    "search_all": ("Zoek in alle inventarissen", "Search all inventories"),
    "results_for": ("Resultaten voor", "Results for"),
    "no_results": ("Niets gevonden. Probeer een ander of korter woord.",
                   "Nothing found. Try another or a shorter word."),
    "catalog": ("Catalogus", "Catalog"),
    "changes": ("Wijzigingen (Atom)", "Changes (Atom)"),
    "datasets": ("Datasets", "Datasets"),
    "vocabulary": ("Vocabularium", "Vocabulary"),
    "dumps": ("Downloads", "Downloads"),
    "harvest": ("Laat de catalogus oogsten", "Have the catalog harvested"),
    "harvest_text": ("Meld de feed aan bij een portaal, en zie wie hem al ophaalt.",
                     "Register the feed with a portal, and see who fetches it already."),
    "harvest_register": ("Aanmelden", "Registering"),
    "harvest_fetched": ("Wie haalt de feed op", "Who fetches the feed"),
    "harvest_kept": ("Bewaard wordt welk programma welke feed ophaalde, wanneer, en of het lukte.",
                     "What is kept: which program fetched which feed, when, and with what result."),
    "harvest_nobody": ("Nog niemand.", "Nobody yet."),
    "harvest_last": ("Laatst", "Last"),
    "harvest_status": ("Status", "Status"),
    "harvest_times": ("Aantal", "Times"),
    "harvest_feed": ("Feed", "Feed"),
    "harvest_agent": ("Software", "Software"),
    "alternates": ("Andere weergaven", "Other views"),
    "alternates_text": ("Hetzelfde, volgens andere profielen en in andere vormen.",
                        "The same, by other profiles and in other forms."),
    "alternates_form": ("Vorm", "Form"),
    "alternates_profile": ("Profiel", "Profile"),
    "alternates_default": ("standaard", "default"),
    "alternates_plain": ("Geen", "None"),
    "skip": ("Naar de inhoud", "To the content"),
    "menu": ("Hoofdmenu", "Main menu"),
    "other_language": ("English", "Nederlands"),
    "formats": ("Als data", "As data"),
    "properties": ("Eigenschappen", "Properties"),
    "unstated": ("Niet vermeld", "Not stated"),
    "stated_above": ("Niet hier vermeld, wel bij", "Not stated here, but with"),
    "incoming": ("Verwijzingen hiernaar", "Links to this"),
    "incoming_more": ("Getoond: de eerste {shown} van {total}. De rest staat in SPARQL.",
                      "Shown: the first {shown} of {total}. The rest is in SPARQL."),
    "provenance": ("Herkomst", "Provenance"),
    "row": ("Rij", "Row"),
    "cell": ("Cel", "Cell"),
    "identifier": ("IRI", "IRI"),
    "modified": ("Laatst gewijzigd", "Last changed"),
    "page_of": ("Pagina {page} van {pages}", "Page {page} of {pages}"),
    "previous": ("Vorige", "Previous"),
    "next": ("Volgende", "Next"),
    "items": ("resultaten", "results"),
    "rows_about": ("{rows} rijen; in de kolom {column} staan {things} verschillende.",
                   "{rows} rows; the column {column} holds {things} different ones."),
    "item": ("resultaat", "result"),
    "filters": ("Verfijn", "Narrow down"),
    "remove_filters": ("Wis alle filters", "Clear all filters"),
    "counts": ("Wat hier staat", "What is here"),
    "measurements": ("Kwaliteit van elke dataset, alle metingen",
                     "Quality of every dataset, all measurements"),
    "quality": ("Kwaliteit van deze release", "Quality of this release"),
    "conforms": ("Voldoet aan alle verplichte regels", "Meets all mandatory rules"),
    "warnings": ("aandachtspunten", "points of attention"),
    "profiles": ("Getoetst aan", "Checked against"),
    "release": ("Release", "Release"),
    "published": ("Gepubliceerd", "Published"),
    "for_developers": ("Voor ontwikkelaars", "For developers"),
    "developers_text": (
        "Elk ding heeft een eigen IRI. Vraag ze op als Turtle, JSON-LD of RDF/XML, of bevraag "
        "alles met SPARQL.",
        "Every thing has an IRI of its own. Ask for it as Turtle, JSON-LD or RDF/XML, or query "
        "everything with SPARQL."),
    "for_harvesters": ("Voor portalen", "For portals"),
    "harvesters_text": (
        "Eén DCAT-AP Vlaanderen-catalogus in één document, met stabiele identificatoren.",
        "One DCAT-AP Flanders catalog in one document, with stable identifiers."),
    "licence": ("Licentie", "Licence"),
    "free_use": ("Vrij te gebruiken (Creative Commons Zero)",
                 "Free to use (Creative Commons Zero)"),
    "first_of": ("De eerste {shown} van {total}; verfijn uw zoekvraag of zoek in één inventaris.",
                 "The first {shown} of {total}; refine your search or search one inventory."),
    "yes": ("Ja", "Yes"),
    "no": ("Nee", "No"),
    "gone": ("Dit bestond, en is ingetrokken op", "This existed, and was withdrawn on"),
    "problem_help": ("Ga terug naar de startpagina, of zoek.",
                     "Go back to the home page, or search."),
    "file": ("Bestand", "File"),
    "size": ("Grootte", "Size"),
    "dumps_text": ("Elke inventaris als bestand, in vijf vormen; de inhoud is dezelfde.",
                   "Each inventory as a file, in five forms; the content is the same."),
    "whole": ("Alles in één bestand (N-Quads)", "Everything in one file (N-Quads)"),
    "feed": ("De hele catalogus in één document", "The whole catalog in one document"),
    "terms": ("Termen", "Terms"),
    "profiles_title": ("Profielen", "Profiles"),
    "profiles_text": (
        "De regels waartegen u data kunt nakijken, in woorden. Elke versie heeft een vast adres "
        "dat u kunt aanhalen.",
        "The rules that data can be checked against, in words. Every version has a fixed address "
        "that you can cite."),
    "rules": ("{count} regels", "{count} rules"),
    "rules_by": ("{errors} regels die fout zijn als ze niet gevolgd worden, {warnings} "
                 "aandachtspunten.",
                 "{errors} rules that are errors when not followed, {warnings} warnings."),
    "standard": ("De standaard zelf", "The standard itself"),
    "clause": ("bepaling", "clause"),
    "clause_title": ("Voor een bestek", "For a tender"),
    "clause_text": (
        "De opdrachtnemer levert de data en hun beschrijving conform {title}, versie {version}. "
        "Een controle volgens {address} geeft geen enkele fout.",
        "The contractor delivers the data and their description in conformity with {title}, "
        "version {version}. A check according to {address} gives no error."),
    "Violation": ("Fout", "Error"),
    "Warning": ("Aandachtspunt", "Warning"),
    "Info": ("Ter info", "For information"),
    "questions": ("Vragen en antwoorden", "Questions and answers"),
    "questions_short": ("Vragen", "Questions"),
    "questions_text": (
        "Vragen over deze inventarissen, met het antwoord. Wat niet vermeld is, is iets anders "
        "dan geen.",
        "Questions about these inventories, with the answer. What is not stated is not the same "
        "as none."),
    "all_questions": ("Alle vragen", "All questions"),
    "unsaid": ("niet vermeld", "not stated"),
    "show_query": ("Bekijk en wijzig de zoekvraag", "View and change the query"),
    "no_answer": ("Geen enkel gegeven beantwoordt deze vraag.", "No datum answers this question."),
    "demonstration": ("Demonstratie", "Demonstration"),
    **LAB,
    **MAP,
    **SCORE,
    **QUALITY,
    **SPARQL,
}  # fmt: skip

DETAILS_NL: Mapping[str, str] = {
    "not-found": "Er staat niets op dit adres.",
    "gone": "Dit wordt niet meer gepubliceerd.",
    "not-acceptable": "Deze vormen worden aangeboden:",
    "store-unavailable": "Probeer het over enkele ogenblikken opnieuw.",
    "busy": "Probeer het over enkele ogenblikken opnieuw.",
    "error": "De fout ligt bij ons en is genoteerd.",
}

PROBLEMS_NL: Mapping[str, str] = {
    "not-found": "Niet gevonden",
    "gone": "Ingetrokken",
    "not-acceptable": "Geen passende vorm",
    "bad-input": "De invoer kan niet gebruikt worden",
    "query-refused": "De zoekvraag is geweigerd",
    "query-timeout": "De zoekvraag duurde te lang",
    "query-failed": "De zoekvraag is mislukt",
    "not-fetched": "Het adres kon niet opgehaald worden",
    "rdf-syntax": "De RDF is niet welgevormd",
    "length-required": "De lengte ontbreekt",
    "too-large": "Te groot",
    "too-many-requests": "Te veel aanvragen",
    "storage-full": "Er is geen plaats",
    "upload-timeout": "Het opladen duurde te lang",
    "check-timeout": "De controle duurde te lang",
    "check-failed": "De controle is mislukt",
    "map-timeout": "Het omzetten duurde te lang",
    "map-failed": "Het omzetten is mislukt",
    "busy": "De dienst is bezet",
    "store-unavailable": "De data kunnen nu niet gelezen worden",
    "result-too-large": "Het resultaat is te groot",
    "unsupported-media-type": "Deze vorm van invoer wordt hier niet aangenomen",
    "method-not-allowed": "Deze methode is hier niet toegelaten",
    "error": "Er ging iets mis",
}


class Words:
    """The interface's words in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._index = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, its places filled in."""
        text = TEXTS[key][self._index]
        return text.format(**values) if values else text

    def of(self, labels: Mapping[str, str], default: str = "") -> str:
        """Return a label in this language, else in the other, else whatever there is."""
        other = LANGUAGES[1 - self._index]
        return (
            labels.get(self.language) or labels.get(other) or next(iter(labels.values()), default)
        )
