"""Functions on texts: case, spaces, parts."""

from __future__ import annotations

from typing import Final

from app.mapping.functions.model import FALSE, TRUE, Example, Function, Parameter

VALUE: Final = Parameter("grel:valueParameter", "grel:valueParam", also=("value",))
_SUB: Final = Parameter("grel:string_sub", "grel:param_string_sub")
TEXT, BOOL = "grel:stringOut", "grel:output_bool"


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
        "grel:string_trim", (VALUE,), lambda text: [text.strip()], TEXT,
        nl="Haalt spaties vooraan en achteraan weg.", en="Takes spaces off both ends.",
        example=Example(("  Gent ",), ["Gent"]), also=("grel:trim", "grel:strip"),
    ),
    Function(
        "grel:string_split",
        (VALUE, Parameter("grel:p_string_sep", "grel:param_string_sep")),
        lambda text, sep: [part.strip() for part in text.split(sep)] if sep else [text],
        "grel:output_array",
        nl="Splitst een tekst in delen: elk deel wordt een waarde.",
        en="Splits a text in parts: each part becomes a value.",
        example=Example(("Gent; Aalst", ";"), ["Gent", "Aalst"]), also=("grel:split",),
    ),
    Function(
        "grel:string_startsWith", (VALUE, _SUB),
        lambda text, sub: TRUE if text.startswith(sub) else FALSE, BOOL,
        nl="Of een tekst met een andere begint.", en="Whether a text starts with another.",
        example=Example(("Stad Gent", "Stad"), ["true"]), also=("grel:startsWith",),
    ),
    Function(
        "idlab-fn:isNull", (Parameter("idlab-fn:str", "idlab-fn:_str", "all"),),
        lambda values: FALSE if values else TRUE, "idlab-fn:_boolOut",
        nl="Of een cel leeg is.", en="Whether a cell is empty.",
        example=Example(([],), ["true"]),
    ),
)  # fmt: skip
