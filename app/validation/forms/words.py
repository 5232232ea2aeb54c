"""Words that the forms share, Dutch first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    "sheet": ("blad", "sheet"),
    "row": ("rij", "row"),
    "cell": ("Cel", "Cell"),
    "cell_more": (" en nog {count}", " and {count} more"),
    "column": ("kolom", "column"),
    "remedy": ("Hoe te verbeteren", "How to mend"),
    "findings": ("Bevindingen", "Findings"),
    "recalculated": ("Formules worden herberekend zodra dit werkboek in Excel opengaat.",
                     "Formulas are calculated anew once this workbook is opened in Excel."),
    "lost": ("In dit werkboek kunnen onderdelen ontbreken die wel in het oorspronkelijke staan: "
             "{parts}.", "This workbook may lack parts that the original has: {parts}."),
    "comments": ("Enkel de eerste {count} cellen hebben een opmerking.",
                 "Only the first {count} cells have a comment."),
    "note": ("Goed om te weten", "Good to know"),
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
    "checked_one": ("1 bewering nagekeken tegen {profiles}.",
                    "1 statement checked against {profiles}."),
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


def place(result: Mapping[str, Any], lang: str) -> str:
    """Return where a result stands: a line, or a cell, row and column of a table; "" if unknown."""
    if result["line"]:
        return f"{word('line', lang)} {result['line']}"
    cells = result.get("cells")
    if not cells:
        return ""
    first = cells[0]
    where = f"{word('cell', lang).lower()} {first['ref']}" if first["ref"] else ""
    if not where and first["row"]:
        where = f"{word('row', lang)} {first['row']}"
    where += f" ({first['column']})" if where and first["column"] else ""
    sheet = f"{word('sheet', lang)} {first['sheet']}" if first["sheet"] else ""
    more = len(cells) - 1
    return ", ".join(filter(None, (sheet, where))) + (
        word("cell_more", lang, count=more) if more else ""
    )


def address(result: Mapping[str, Any]) -> str:
    """Return the references of a result's cells, such as `a.xlsx#sheet=Blad1&cell=B7`; or ""."""
    return " ".join(cell["address"] for cell in result.get("cells", ()))
