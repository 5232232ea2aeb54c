"""Functions that look a value up: in pairs, in a CSV file, in a code list.

What is not found is a problem of its cell; nothing is left out in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.mapping.functions.model import (
    Code,
    Example,
    Function,
    FunctionError,
    Lookups,
    Parameter,
)
from app.mapping.functions.naming import Names, folded, listed
from app.mapping.functions.texts import IDLAB_TEXT, STR, TEXT, VALUE


def _missing(text: str, where: tuple[str, str], names: Names) -> FunctionError:
    near = [names.nearest(text)] if names.nearest(text) else names.with_words(text)
    quoted = ", ".join(f'"{name}"' for name in near)
    nl, en = "Schrijf een naam of code die er wel staat.", "Write a name or code that is there."
    if near:
        nl, en = f"Misschien is bedoeld: {quoted}.", f"Perhaps what is meant is: {quoted}."
    elif not names.many:
        # a comma within a name would look like two
        all_ = names.listed()
        nl, en = f"Kies uit: {all_}.", f"Choose from: {all_}."
    return FunctionError(
        text, code="function-lookup",
        nl=(f'"{text[:60]}" staat niet in {where[0]}.', nl),
        en=(f'"{text[:60]}" is not in {where[1]}.', en),
    )  # fmt: skip


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise FunctionError(
            text, nl=(f'"{text}" is geen paar.', "Schrijf wat er staat, = en wat het wordt."),
            en=(f'"{text}" is not a pair.', "Write what is there, = and what it becomes."),
        )  # fmt: skip
    return name.strip(), value.strip()


def _translate(text: str, groups: Sequence[Sequence[str]]) -> list[str]:
    pairs = dict(_pair(item) for group in groups for item in group)
    if text not in pairs:
        where = ("wat de mapping kent", "what the mapping knows")
        raise _missing(text, where, Names(pairs))
    return [pairs[text]]


def _lookup(lookups: Lookups, text: str, file: str, key: str, value: str) -> list[str]:
    table = lookups.table(file, key, value)
    if text not in table.values:
        raise _missing(text, (file, file), table.names)
    return [table.values[text]]


def _found(lookups: Lookups, text: str, scheme: str) -> Code:
    codes = lookups.codes(scheme)
    if exact := codes.exact.get(text):
        return exact
    found = codes.by_name.get(folded(text), ())
    if not found:
        raise _missing(text, (f"de lijst {scheme}", f"the list {scheme}"), codes.names)
    if len(found) > 1:
        both = listed(code.code for code in found)
        raise FunctionError(
            text, code="function-lookup",
            nl=(f'"{text[:60]}" is de naam van meer dan één code: {both}.', "Schrijf de code."),
            en=(f'"{text[:60]}" is the name of more than one code: {both}.', "Write the code."),
        )  # fmt: skip
    return found[0]


_SCHEME: Final = Parameter("vijfster-fn:scheme", "vijfster-fn:_scheme", fixed=True)

FUNCTIONS: Final = (
    Function(
        "vijfster-fn:translate",
        (VALUE, Parameter("vijfster-fn:pair", "vijfster-fn:_pair", "several", fixed=True,
                          check=_pair)),
        _translate, TEXT,
        nl="Geeft wat bij een waarde hoort, uit paren zoals J=ja; een andere waarde is een fout.",
        en="Gives what goes with a value, of pairs such as J=ja; another value is an error.",
        example=Example(("J", ["J=ja", "N=nee"]), ["ja"]),
    ),
    Function(
        "idlab-fn:lookup",
        (STR, Parameter("idlab-fn:inputFile", "idlab-fn:_inputFile", fixed=True),
         Parameter("idlab-fn:fromColumn", "idlab-fn:_fromColumn", fixed=True),
         Parameter("idlab-fn:toColumn", "idlab-fn:_toColumn", fixed=True)),
        _lookup, IDLAB_TEXT, looks_up=True,
        nl="Zoekt een waarde op in een kolom van een CSV-bestand en geeft die van een andere "
           "kolom; kolommen bij naam, of geteld vanaf 0.",
        en="Looks a value up in a column of a CSV file and gives that of another column; columns "
           "by name, or counted from 0.",
        example=Example(("9000", "gemeenten.csv", "postcode", "naam"), ["Gent"]),
    ),
    Function(
        "vijfster-fn:code", (VALUE, _SCHEME), lambda *given: [_found(*given).code], TEXT,
        looks_up=True,
        nl="Geeft de code van een codelijst bij een naam of code, in welke taal ook.",
        en="Gives the code of a code list for a name or code, in any language.",
        example=Example(("Houten brug", "soorten"), ["brug"]),
    ),
    Function(
        "vijfster-fn:concept", (VALUE, _SCHEME), lambda *given: [_found(*given).iri], TEXT,
        looks_up=True,
        nl="Geeft het adres van een code van een codelijst bij een naam of code, in welke taal "
           "ook.",
        en="Gives the address of a code of a code list for a name or code, in any language.",
        example=Example(("Houten brug", "soorten"),
                        ["https://stad.test/id/concept/soorten/brug"]),
    ),
)  # fmt: skip
