"""Words that the forms share, Dutch first."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Validatierapport", "Validation report"),
    "conforms": ("Voldoet", "Conforms"),
    "violations": ("Voldoet niet", "Does not conform"),
    "not-fully-checked": ("Niet volledig nagekeken", "Not fully checked"),
    "unreadable": ("Kan niet gelezen worden", "Cannot be read"),
    "Violation": ("Fout", "Error"),
    "Warning": ("Aandachtspunt", "Warning"),
    "Info": ("Ter info", "For information"),
    "found": ("gevonden", "found"),
    "example": ("voorbeeld", "example"),
    "snippet": ("zo schrijft u het", "write it like this"),
    "line": ("regel", "line"),
    "line_there": ("Regel", "Line"),
    "found_there": ("Gevonden", "Found"),
    "by_severity": ("Naar ernst", "By severity"),
    "by_cause": ("Naar oorzaak", "By cause"),
    "times": ("keer", "times"),
    "more": ("en nog {count} andere", "and {count} more"),
    "unchecked": ("Niet nagekeken", "Not checked"),
    "profile": ("Profiel", "Profile"),
    "source": ("Bron", "Source"),
    "severity": ("Ernst", "Severity"),
    "property": ("Eigenschap", "Property"),
    "message": ("Boodschap", "Message"),
    "thing": ("Ding", "Thing"),
    "value": ("Waarde", "Value"),
    "clause": ("Bepaling", "Clause"),
    "kind": ("Rubriek", "Part"),
    "check": ("Controle", "Check"),
    "count": ("Aantal", "Count"),
    "nothing_wrong": ("Geen fouten en geen aandachtspunten.", "No errors and no warnings."),
    "checked": ("{triples} beweringen nagekeken tegen {profiles}.",
                "{triples} statements checked against {profiles}."),
    "baseline": ("Tegenover de vorige keer: {new} nieuw, {fixed} opgelost, {remaining} gebleven.",
                 "Compared with the last time: {new} new, {fixed} fixed, {remaining} remaining."),
    "difference": ("{new} nieuw, {fixed} opgelost, {remaining} gebleven.",
                   "{new} new, {fixed} fixed, {remaining} remaining."),
    "unchanged": ("ongewijzigd", "unchanged"),
    "unchanged_since": ("ongewijzigd sinds {time}", "unchanged since {time}"),
    "runs": ("{count} keer gecontroleerd", "checked {count} times"),
    "picture": ("fouten per keer, de oudste eerst; × is niet gelezen",
                "errors each time, the oldest first; × was not read"),
    "fixed": ("Opgelost", "Fixed"),
    "unlisted": ("{count} resultaten zijn niet vergeleken: een rapport somt ze niet op.",
                 "{count} results were not compared: a report does not list them."),
    "terms": ("Namen en schrijfwijze", "Names and spelling"),
    "terms_text": ("Dit staat los van het profiel, en telt niet mee voor het oordeel.",
                   "This is apart from the profile, and does not count for the verdict."),
    "baseline_terms": ("{new} nieuw, {fixed} opgelost, {remaining} gebleven.",
                       "{new} new, {fixed} fixed, {remaining} remaining."),
    "unlisted_terms": (
        "Van namen en schrijfwijze zijn er {count} niet vergeleken: een van de rapporten keek er "
        "niet naar. Maak de vergelijkingsbasis opnieuw.",
        "Of names and spelling {count} were not compared: one of the reports did not look. "
        "Make the baseline anew.",
    ),
    "error": ("Fout", "Error"),
    "warning": ("Aandachtspunt", "Warning"),
    "info": ("Ter info", "For information"),
    "summary": ("{Violation} fouten, {Warning} aandachtspunten, {Info} ter info.",
                "{Violation} errors, {Warning} warnings, {Info} for information."),
}  # fmt: skip


def word(key: str, lang: str, **places: object) -> str:
    """Return a word in a language, its places filled; a key nobody knows stays itself."""
    nl_en = _WORDS.get(key)
    if nl_en is None:
        return key
    text = nl_en[0 if lang == "nl" else 1]
    return text.format(**places) if places else text
