"""The words in which constraints are explained, Dutch first; no term of SHACL, no IRI in them."""

from __future__ import annotations

from app.rdf.namespaces import expand
from app.rdf.terms import XSD

LANG_STRING = expand("rdf:langString")

# datatype -> (what it is called in Dutch, in English, the lexical form of one value)
TYPES: dict[str, tuple[str, str, str]] = {
    XSD + "string": ("gewone tekst", "plain text", "tekst"),
    XSD + "date": ("een datum", "a date", "2026-03-24"),
    XSD + "dateTime": ("een datum met tijd", "a date with a time", "2026-03-24T09:30:00+01:00"),
    XSD + "gYear": ("een jaartal", "a year", "2026"),
    XSD + "gYearMonth": ("een jaar en maand", "a year and month", "2026-03"),
    XSD + "duration": ("een tijdsduur", "a duration", "P1Y"),
    XSD + "boolean": ("waar of onwaar", "true or false", "true"),
    XSD + "integer": ("een geheel getal", "a whole number", "12"),
    XSD + "nonNegativeInteger": ("een geheel getal, nul of meer", "a whole number, zero or more",
                                 "12"),
    XSD + "positiveInteger": ("een geheel getal, één of meer", "a whole number, one or more",
                              "12"),
    XSD + "decimal": ("een getal", "a number", "12.5"),
    XSD + "double": ("een getal", "a number", "12.5e0"),
    XSD + "anyURI": ("een webadres als tekst", "a web address as text",
                     "https://www.example.org/"),
    XSD + "hexBinary": ("een controlesom", "a checksum", "0a1b"),
    LANG_STRING: ("tekst met een taalcode", "text with a language code", "Fietspaden"),
}  # fmt: skip
KINDS = {
    "IRI": ("een verwijzing naar een ding, geen tekst", "a reference to a thing, not text"),
    "Literal": ("tekst of een getal, geen verwijzing", "text or a number, not a reference"),
    "BlankNode": ("een ding zonder eigen adres", "a thing without an address of its own"),
    "BlankNodeOrIRI": ("een ding, geen tekst", "a thing, not text"),
    "BlankNodeOrLiteral": ("tekst of een ding zonder adres", "text or a thing without an address"),
    "IRIOrLiteral": ("tekst of een verwijzing", "text or a reference"),
}

# constraint component -> what it asks; the places are filled from the shape
ASKED: dict[str, tuple[str, str]] = {
    "MinCount": ("minstens {count}", "at least {count}"),
    "MaxCount": ("hoogstens {count}", "at most {count}"),
    "MaxCountNone": ("niets bij deze eigenschap", "nothing for this property"),
    "Datatype": ("{type}", "{type}"),
    "NodeKind": ("{kind}", "{kind}"),
    "Class": ("een verwijzing naar iets dat als {label} beschreven is",
              "a reference to something described as {label}"),
    "In": ("een waarde uit de lijst: {names}", "a value of the list: {names}"),
    "HasValue": ("de waarde {names}", "the value {names}"),
    "Pattern": ("een waarde in de vorm die het profiel voorschrijft",
                "a value in the form that the profile prescribes"),
    "LanguageIn": ("tekst met een van de taalcodes {names}",
                   "text with one of the language codes {names}"),
    "UniqueLang": ("hoogstens één tekst per taal", "at most one text per language"),
    "MinLength": ("minstens {number} tekens", "at least {number} characters"),
    "MaxLength": ("hoogstens {number} tekens", "at most {number} characters"),
    "MinInclusive": ("{number} of meer", "{number} or more"),
    "MaxInclusive": ("{number} of minder", "{number} or less"),
    "MinExclusive": ("meer dan {number}", "more than {number}"),
    "MaxExclusive": ("minder dan {number}", "less than {number}"),
    "Closed": ("enkel eigenschappen die het profiel kent",
               "only properties that the profile knows"),
    "Equals": ("dezelfde waarden als {label}", "the same values as {label}"),
    "Disjoint": ("andere waarden dan {label}", "other values than {label}"),
    "LessThan": ("een waarde vóór {label}", "a value before {label}"),
    "LessThanOrEquals": ("een waarde vóór of gelijk aan {label}",
                         "a value before or equal to {label}"),
    "Node": ("iets dat zelf aan het profiel voldoet",
             "something that meets the profile itself"),
    "Property": ("iets dat zelf aan het profiel voldoet",
                 "something that meets the profile itself"),
    "And": ("iets dat aan alle genoemde regels voldoet",
            "something that meets all of the rules named"),
    "Or": ("iets dat aan minstens één van de genoemde regels voldoet",
           "something that meets at least one of the rules named"),
    "Xone": ("iets dat aan precies één van de genoemde regels voldoet",
             "something that meets exactly one of the rules named"),
    "Not": ("iets dat niet onder de uitgesloten regel valt",
            "something that the excluded rule does not fit"),
    "QualifiedMinCount": ("minstens {count} van de juiste soort",
                          "at least {count} of the right kind"),
    "QualifiedMaxCount": ("hoogstens {count} van deze soort", "at most {count} of this kind"),
}  # fmt: skip
ASKED_OTHERWISE = ("wat het profiel beschrijft", "what the profile describes")
REMEDY_OTHERWISE = ("Vergelijk de beschrijving met wat het profiel hier vraagt.",
          "Compare the description with what the profile asks here.")  # fmt: skip
# mended by a value that fits; for the others a value more does not help
FILLED = frozenset({
    "MinCount", "QualifiedMinCount", "HasValue", "In", "Datatype", "NodeKind", "Class", "Pattern",
    "LanguageIn", "MinLength", "MaxLength", "MinInclusive", "MaxInclusive", "MinExclusive",
    "MaxExclusive", "Node", "And", "Or", "Xone", "Not",
})  # fmt: skip
# of these any value of the datatype or kind asked for is right; others ask more of it
TYPICAL = frozenset({"MinCount", "Datatype", "NodeKind"})
REMEDY_REPLACED = ("Geef dezelfde waarde onder de eigenschap die het profiel gebruikt.",
                   "Give the same value under the property that the profile uses.")  # fmt: skip
REMEDIES = {
    "MinCount": ("Voeg de ontbrekende waarde toe.", "Add the missing value."),
    "MaxCount": ("Behoud één waarde en verwijder de andere.",
                 "Keep one value and remove the others."),
    "MaxCountNone": ("Verwijder deze eigenschap.", "Remove this property."),
    "Datatype": ("Schrijf de waarde in de gevraagde vorm en geef aan wat het is: datum, getal.",
                 "Write the value in the form asked for and mark what it is: a date, a number."),
    "NodeKind": ("Geef de waarde in de gevraagde vorm.", "Give the value in the form asked for."),
    "NodeKindText": ("Zet een webadres in plaats van tekst.",
                     "Put a web address instead of text."),
    "Class": ("Verwijs naar iets van de gevraagde soort en beschrijf het mee in het bestand.",
              "Refer to something of the kind asked for and describe it in the same file."),
    "In": ("Kies een waarde uit de lijst.", "Choose a value of the list."),
    "HasValue": ("Voeg precies deze waarde toe.", "Add exactly this value."),
    "Pattern": ("Verbeter de schrijfwijze van de waarde.", "Correct how the value is written."),
    "LanguageIn": ("Geef de tekst een van deze taalcodes.",
                   "Give the text one of these language codes."),
    "UniqueLang": ("Behoud één tekst per taal.", "Keep one text per language."),
    "MinLength": ("Maak de tekst langer.", "Make the text longer."),
    "MaxLength": ("Kort de tekst in.", "Shorten the text."),
    "MinInclusive": ("Kijk het getal of de datum na.", "Check the number or date."),
    "MaxInclusive": ("Kijk het getal of de datum na.", "Check the number or date."),
    "MinExclusive": ("Kijk het getal of de datum na.", "Check the number or date."),
    "MaxExclusive": ("Kijk het getal of de datum na.", "Check the number or date."),
    "Closed": ("Verwijder de eigenschap of gebruik er een die het profiel kent.",
               "Remove the property or use one that the profile knows."),
    "Equals": ("Maak de twee eigenschappen gelijk.", "Make the two properties equal."),
    "Disjoint": ("Geef de twee eigenschappen verschillende waarden.",
                 "Give the two properties different values."),
    "LessThan": ("Kijk de volgorde van de twee waarden na.", "Check the order of the two values."),
    "LessThanOrEquals": ("Kijk de volgorde van de twee waarden na.",
                         "Check the order of the two values."),
}  # fmt: skip
