"""Functions that read numbers; the mapping says which sign stands before the decimals."""

from __future__ import annotations

import re
from typing import Final

from app.mapping.functions.model import Example, Function, FunctionError, Parameter
from app.mapping.functions.texts import NUMBER, VALUE
from app.tables.habits import means_nothing

# what goes with a number that is an amount
_EURO: Final = re.compile(r"^(?:€|EUR)\s*|\s*(?:€|EUR|euro)$", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def _grouped(group: str, decimal: str) -> re.Pattern[str]:
    # thousands stand apart by a sign or a space, the same one throughout
    return re.compile(
        rf"([+-]?)([0-9]{{1,3}}(?:([{group} \u00a0\u202f\u2009'])[0-9]{{3}}(?:\3[0-9]{{3}})*)"
        rf"|[0-9]+)(?:[{decimal}]([0-9]+))?"
    )


_FORMS: Final = {",": _grouped(".", ","), ".": _grouped(",", ".")}


def number(text: str, decimal: str) -> list[str]:
    """Return a number as xsd:decimal writes it; `decimal` is the sign before the decimals.

    Raises:
        FunctionError: It is none.
    """
    # some programs write the sign of subtraction
    plain = _EURO.sub("", text.strip()).replace("−", "-")
    found = _form(decimal).fullmatch(plain.removesuffix(f"{decimal}-"))
    if not found:
        shown = "1.234,56" if decimal == "," else "1,234.56"
        raise _wrong(text, shown)
    sign, whole, _, rest = found.groups()
    whole = re.sub("[^0-9]", "", whole).lstrip("0") or "0"
    return [f"{sign.replace('+', '')}{whole}" + (f".{rest}" if rest else "")]


def _form(text: str) -> re.Pattern[str]:
    if text not in _FORMS:
        raise FunctionError(
            text, nl=(f'"{text}" staat niet voor decimalen.', "Kies , of ."),
            en=(f'"{text}" does not stand before decimals.', "Choose , or ."),
        )  # fmt: skip
    return _FORMS[text]


def _english(text: str) -> list[str]:
    if not _PLAIN.fullmatch(text.strip()):
        raise _wrong(text, "1234.56")
    return [text.strip().removeprefix("+")]


def _wrong(text: str, shown: str) -> FunctionError:
    if means_nothing(text):
        return FunctionError(
            text, code="function-number",
            nl=(f'"{text[:60]}" is geen getal zoals {shown}.', "Is er geen, maak de cel leeg."),
            en=(f'"{text[:60]}" is not a number such as {shown}.', "If none, empty the cell."),
        )  # fmt: skip
    return FunctionError(
        text, code="function-number",
        nl=(f'"{text[:60]}" is geen getal zoals {shown}.',
            "Schrijf alleen cijfers; zet eenheden en uitleg in een eigen kolom."),
        en=(f'"{text[:60]}" is not a number such as {shown}.',
            "Write digits only; put units and remarks in a column of their own."),
    )  # fmt: skip


FUNCTIONS: Final = (
    Function(
        "vijfster-fn:number",
        (VALUE, Parameter("vijfster-fn:decimal", "vijfster-fn:_decimal", default=",", fixed=True,
                          check=_form)),
        number, NUMBER,
        nl="Leest een getal of bedrag (€) zoals in België; 1.234 is duizend en meer.",
        en="Reads a number or amount (€) as written in Belgium; 1.234 is a thousand and more.",
        example=Example(("€ 1.234,56",), ["1234.56"]),
    ),
    Function(
        "grel:string_toNumber",
        (Parameter("grel:p_any_e", "grel:param_any_e"),), _english, NUMBER,
        nl="Leest een getal met een punt voor de decimalen en niets tussen de duizendtallen.",
        en="Reads a number with a point before the decimals and nothing between thousands.",
        example=Example(("+1234.50",), ["1234.50"]), also=("grel:toNumber",),
    ),
)  # fmt: skip
