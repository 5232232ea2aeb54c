"""Functions on texts: case, spaces, parts, what they hold.

Characters are those of Unicode (code points), and case is Unicode's, of no language in particular.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from app.mapping.functions.model import FALSE, TRUE, Example, Function, FunctionError, Parameter
from app.mapping.functions.patterns import checked, compiled, is_pattern, searched

VALUE: Final = Parameter("grel:valueParameter", "grel:valueParam", also=("value",))
STR: Final = Parameter("idlab-fn:str", "idlab-fn:_str")
OTHER: Final = Parameter("idlab-fn:otherStr", "idlab-fn:_otherStr")
TEXT, BOOL, LIST, NUMBER = ("grel:stringOut", "grel:output_bool", "grel:output_array",
                            "grel:output_number")  # fmt: skip
IDLAB_TEXT, IDLAB_BOOL = "idlab-fn:_stringOut", "idlab-fn:_boolOut"

_SUB: Final = Parameter("grel:string_sub", "grel:param_string_sub")
_SEP: Final = Parameter("grel:p_string_sep", "grel:param_string_sep", fixed=True, check=checked)
_MOST: Final = 1_000_000
_WORD: Final = re.compile(r"\S+")
# letters that Unicode does not take apart
_LETTERS: Final = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
})  # fmt: skip


def truth(holds: bool) -> list[str]:
    """Return a boolean as a value."""
    return TRUE if holds else FALSE


def whole_number(text: str) -> int:
    """Return the whole number that a text is.

    Raises:
        FunctionError: It is none.
    """
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise FunctionError(
            text, nl=(f'"{text}" is geen geheel getal.', "Schrijf een geheel getal, zoals 3."),
            en=(f'"{text}" is not a whole number.', "Write a whole number, such as 3."),
        )  # fmt: skip
    return int(text)


def _title(text: str) -> list[str]:
    def capital(match: re.Match[str]) -> str:
        word = match[0].lower()
        # the Dutch digraph is one letter
        return "IJ" + word[2:] if word.startswith("ij") else word[:1].title() + word[1:]

    return [_WORD.sub(capital, text)]


def _replace(text: str, find: str, put: str) -> list[str]:
    if is_pattern(find):
        # a match at every place at most, and all that matched for every group that is put there
        _room(text, (len(text) + 1) * len(put) + len(text) * put.count("$"))
        return [compiled(find).replace(searched(text), put)]
    if find:
        _room(text, len(text) + text.count(find) * len(put))
    return [text.replace(find, put) if find else text]


def _room(text: str, size: int) -> None:
    if size > _MOST:
        raise FunctionError(
            text, code="function-too-long",
            nl=("Na het vervangen is de waarde te lang.", "Maak de waarde korter."),
            en=("After replacing, the value is too long.", "Shorten the value."),
        )  # fmt: skip


def _split(text: str, sep: str) -> list[str]:
    if is_pattern(sep):
        parts = compiled(sep).split(searched(text))
    else:
        parts = text.split(sep) if sep else [text]
    return [part.strip() for part in parts if part and part.strip()]


def _match(text: str, pattern: str) -> list[str]:
    return compiled(pattern).match(searched(text)) or []


def _substring(text: str, start: str, end: str) -> list[str]:
    return [text[whole_number(start) : whole_number(end) if end else None]]


def _contained(text: str, sub: str, delimiter: str) -> list[str]:
    """Tell whether a text is one of the parts of another; without delimiter, within it."""
    return truth(sub in (text.split(delimiter) if delimiter else text))


def slug(text: str) -> list[str]:
    """Return a text as a part of an address: small letters, digits and hyphens.

    Raises:
        FunctionError: Nothing of it is left.
    """
    # letters within signs (𝕊, ½) first, then their small forms
    plain = unicodedata.normalize("NFKD", text).lower().translate(_LETTERS)
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    out = "-".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", kept)))
    if not out:
        raise FunctionError(
            text, nl=(f'Van "{text[:60]}" blijft niets over voor een adres.',
                      "Gebruik letters of cijfers."),
            en=(f'Nothing of "{text[:60]}" is left for an address.', "Use letters or digits."),
        )  # fmt: skip
    return [out]


def _upper_url(text: str) -> list[str]:
    upper = text.upper()
    return [upper if upper.startswith(("HTTP://", "HTTPS://")) else "http://" + upper]


FUNCTIONS: Final = (
    Function(
        "grel:toUpperCase", (VALUE,), lambda text: [text.upper()], TEXT,
        nl="Zet een tekst in hoofdletters.", en="Puts a text in capitals.",
        example=Example(("straße Gent",), ["STRASSE GENT"]),
        also=("grel:toUppercase", "grel:string_toUppercase"),
    ),
    Function(
        "grel:toLowerCase", (VALUE,), lambda text: [text.lower()], TEXT,
        nl="Zet een tekst in kleine letters.", en="Puts a text in small letters.",
        example=Example(("Stad GENT",), ["stad gent"]),
        also=("grel:toLowercase", "grel:string_toLowercase"),
    ),
    Function(
        "grel:string_toTitlecase", (VALUE,), _title, TEXT,
        nl="Zet de eerste letter van elk woord als hoofdletter, de rest klein; ij is één letter.",
        en="Puts the first letter of each word in capitals, the rest small; ij is one letter.",
        example=Example(("STAD ijzendijke",), ["Stad IJzendijke"]),
        also=("grel:toTitleCase", "grel:toTitlecase"),
    ),
    Function(
        "grel:string_trim", (VALUE,), lambda text: [text.strip()], TEXT,
        nl="Haalt spaties vooraan en achteraan weg.", en="Takes spaces off both ends.",
        example=Example(("  Gent ",), ["Gent"]), also=("grel:trim", "grel:strip"),
    ),
    Function(
        "grel:string_replace",
        (VALUE, Parameter("grel:p_string_find", "grel:param_find", fixed=True, check=checked),
         Parameter("grel:p_string_replace", "grel:param_replace")),
        _replace, TEXT,
        nl="Vervangt tekst overal door andere; tussen schuine strepen is het een patroon, met $1 "
           "voor een groep.",
        en="Replaces text by other text everywhere; between slashes it is a pattern, with $1 for "
           "a group.",
        example=Example(("Nr. 12 b", "/([0-9]+) ([a-z])/", "$1$2"), ["Nr. 12b"]),
        also=("grel:replace",),
    ),
    Function(
        "grel:string_split", (VALUE, _SEP), _split, LIST,
        nl="Splitst een tekst in delen, zonder spaties errond; elk deel is een waarde. Tussen "
           "schuine strepen is het scheidingsteken een patroon.",
        en="Splits a text in parts, without spaces around them; each part is a value. Between "
           "slashes the separator is a pattern.",
        example=Example(("Gent; Aalst", ";"), ["Gent", "Aalst"]), also=("grel:split",),
    ),
    Function(
        "grel:string_match",
        (VALUE, Parameter("grel:p_string_regex", "grel:param_regex", fixed=True, check=compiled)),
        _match, LIST,
        nl="Geeft de groepen van een patroon dat op de hele tekst past; past het niet, dan niets.",
        en="Gives the groups of a pattern that fits the whole text; nothing where it does not.",
        example=Example(("9000 Gent", "/([0-9]{4}) .*/"), ["9000"]), also=("grel:match",),
    ),
    Function(
        "grel:string_substring",
        (VALUE,
         Parameter("grel:param_int_i_from", "grel:p_int_i_from", fixed=True, check=whole_number),
         Parameter("grel:param_int_i_opt_to", "grel:p_int_i_opt_to", default="", fixed=True,
                   check=whole_number)),
        _substring, TEXT,
        nl="Geeft de tekens vanaf een plaats (de eerste is 0) tot voor een andere; een negatieve "
           "plaats telt van achteren.",
        en="Gives the characters from a place (the first is 0) up to another; a negative place "
           "counts from the end.",
        example=Example(("0123456789", "0", "4"), ["0123"]), also=("grel:substring",),
    ),
    Function(
        "grel:string_length", (VALUE,), lambda text: [str(len(text))], NUMBER,
        nl="Telt de tekens van een tekst.", en="Counts the characters of a text.",
        example=Example(("Gent",), ["4"]), also=("grel:length",),
    ),
    Function(
        "grel:string_startsWith", (VALUE, _SUB), lambda text, sub: truth(text.startswith(sub)),
        BOOL,
        nl="Of een tekst met een andere begint.", en="Whether a text starts with another.",
        example=Example(("Stad Gent", "Stad"), ["true"]), also=("grel:startsWith",),
    ),
    Function(
        "grel:string_endsWith", (VALUE, _SUB), lambda text, sub: truth(text.endswith(sub)), BOOL,
        nl="Of een tekst op een andere eindigt.", en="Whether a text ends with another.",
        example=Example(("Stad Gent", "Aalst"), ["false"]), also=("grel:endsWith",),
    ),
    Function(
        "grel:string_contains", (VALUE, _SUB), lambda text, sub: truth(sub in text), BOOL,
        nl="Of een tekst een andere bevat.", en="Whether a text contains another.",
        example=Example(("Stad Gent", "Gent"), ["true"]), also=("grel:contains",),
    ),
    Function(
        "idlab-fn:stringContainsOtherString",
        (STR, OTHER, Parameter("idlab-fn:delimiter", "idlab-fn:_delimiter", default="",
                               fixed=True)),
        _contained, IDLAB_TEXT,
        nl="Of een tekst een van de delen van een andere is; zonder scheidingsteken: of hij erin "
           "staat.",
        en="Whether a text is one of the parts of another; without a delimiter: whether it is "
           "within it.",
        example=Example(("Gent,Aalst", "Aalst", ","), ["true"]),
    ),
    Function(
        "idlab-fn:concat",
        (STR, OTHER, Parameter("idlab-fn:delimiter", "idlab-fn:_delimiter", default="")),
        lambda text, other, delimiter: [text + delimiter + other], IDLAB_TEXT,
        nl="Zet twee teksten achter elkaar, met iets ertussen als dat gegeven is.",
        en="Puts two texts one after the other, with something between them if given.",
        example=Example(("Gent", "BE", ", "), ["Gent, BE"]),
    ),
    Function(
        "grel:array_join",
        (Parameter("grel:p_array_a", "grel:param_a", "several"),
         Parameter("grel:p_string_sep", "grel:param_string_sep", default="", fixed=True)),
        lambda groups, sep: [sep.join(text for group in groups for text in group)], TEXT,
        nl="Voegt alle waarden samen tot één tekst; lege cellen doen niet mee.",
        en="Joins all values into one text; empty cells take no part.",
        example=Example((["Gent", "Aalst"], ", "), ["Gent, Aalst"]), also=("grel:join",),
    ),
    Function(
        "idlab-fn:slugify", (STR,), slug, IDLAB_TEXT,
        nl="Maakt van een tekst een deel van een adres: kleine letters, cijfers en streepjes.",
        en="Makes a part of an address of a text: small letters, digits and hyphens.",
        example=Example(("Café de Æolus, 2e!",), ["cafe-de-aeolus-2e"]),
    ),
    Function(
        "idlab-fn:toUpperCaseURL", (STR,), _upper_url, IDLAB_TEXT,
        nl="Zet een adres in hoofdletters, met http:// ervoor als dat ontbreekt.",
        en="Puts an address in capitals, after http:// if that is missing.",
        example=Example(("stad.gent",), ["http://STAD.GENT"]),
    ),
)  # fmt: skip
