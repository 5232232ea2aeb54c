"""What is wrong with a cell, said of many cells at once: nl and en, message and remedy by code."""

from __future__ import annotations

from collections.abc import Mapping

_FORM = ("Schrijf de waarde zoals de kolom ze vraagt.", "Write the value as the column asks.")
_CHOOSE = ("Kies een toegelaten waarde.", "Choose a value that is allowed.")

# code of a problem -> (nl, en) of the message, (nl, en) of the remedy
_TEXTS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "required": (
        ("Deze cel mag niet leeg zijn.", "This cell may not be empty."),
        ("Vul een waarde in.", "Fill in a value."),
    ),
    "formula": (
        ("Hier staat een formule of een fout van het rekenblad, geen waarde.",
         "This is a formula or an error of the spreadsheet, not a value."),
        ("Vul de waarde zelf in, of maak de cel leeg als ze onbekend is.",
         "Fill in the value itself, or empty the cell if it is unknown."),
    ),
    "duplicate": (
        ("Deze waarde staat er al.", "This value occurs already."),
        ("Geef elke rij een eigen waarde, of voeg de rijen samen.",
         "Give each row a value of its own, or merge the rows."),
    ),
    "type-number": (("Dit is geen gevraagd getal.", "This is no number as asked."), _FORM),
    "type-year": (
        ("Dit is geen jaartal.", "This is not a year."),
        ("Schrijf vier cijfers, bijvoorbeeld 2019.", "Write four digits, for example 2019."),
    ),
    "type-date": (
        ("Dit is geen datum die bestaat.", "This is no date that exists."),
        ("Schrijf jaar-maand-dag, bijvoorbeeld 2019-03-26.",
         "Write year-month-day, for example 2019-03-26."),
    ),
    "type-boolean": (
        ("Dit is niet true of false.", "This is neither true nor false."),
        ("Schrijf true of false.", "Write true or false."),
    ),
    "enum": (("Deze waarde is hier niet toegelaten.", "This value is not allowed here."), _CHOOSE),
    "pattern": (
        ("De waarde heeft niet de gevraagde vorm.", "The value does not have the form asked for."),
        _FORM,
    ),
    "range": (
        ("De waarde ligt buiten de grenzen.", "The value is out of range."),
        ("Kijk het getal na.", "Check the number."),
    ),
    "code": (
        ("Deze waarde staat niet in de codelijst.", "This value is not in the code list."), _CHOOSE,
    ),
    "reference": (
        ("Deze verwijzing bestaat niet.", "This reference does not exist."),
        ("Voeg de rij toe of verbeter de verwijzing.", "Add the row or correct the reference."),
    ),
    "ragged-row": (
        ("Deze rij heeft niet evenveel cellen als de kop.",
         "This row has not as many cells as the header."),
        ("Zet tekst waar het scheidingsteken in staat tussen aanhalingstekens; laat lege cellen "
         "staan.", "Put text with the separator in it between quotes; keep empty cells."),
    ),
    "datatype": (("Dit is geen geldige waarde.", "This is no valid value."), _FORM),
    "iri": (
        ("Dit kan niet in een adres staan.", "This cannot be part of an address."),
        ("Verbeter de waarde, of maak de cel leeg als ze onbekend is.",
         "Correct the value, or empty the cell if it is unknown."),
    ),
}  # fmt: skip


def common(code: str) -> tuple[Mapping[str, str], Mapping[str, str]] | None:
    """Return message and remedy of all problems with a code; None where it says no more."""
    found = _TEXTS.get(code)
    if found is None:
        return None
    (nl, en), (mend_nl, mend_en) = found
    return {"nl": nl, "en": en}, {"nl": mend_nl, "en": mend_en}
