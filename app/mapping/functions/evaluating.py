"""Running calls on the values of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Final

from app.mapping.functions.model import Function, FunctionError, Lookups, Parameter
from app.mapping.functions.registry import FUNCTIONS
from app.mapping.model import Call, Part

Values = Mapping[str, Sequence[str]]
Maker = Callable[[Values], Sequence[str]]

# cells of strangers may not ask for more work or text than this
_MOST_COMBINATIONS: Final = 10_000
_MOST_CHARACTERS: Final = 1_000_000


def evaluate(call: Call, values: Values, lookups: Lookups | None = None) -> list[str]:
    """Return what a call gives for a row: the items of each column, none of an empty cell.

    Raises:
        FunctionError: A function cannot do its work with a value.
    """
    return bind(call, lookups)(values)


def bind(call: Call, lookups: Lookups | None = None) -> Callable[[Values], list[str]]:
    """Return `evaluate` for one call and many rows; an empty text that it gives is no value.

    Raises:
        KeyError: The function is not in the registry; the readers of mappings see to that.
    """
    run = _bind(call, lookups)
    return lambda values: [text for text in run(values) if text]


def _bind(call: Call, lookups: Lookups | None) -> Callable[[Values], list[str]]:
    function = FUNCTIONS[call.function]
    given: dict[str, list[Maker]] = {}
    for name, parts in call.arguments:
        given.setdefault(name, []).append(_template(parts, lookups))
    slots = [_slot(parameter, given.get(parameter.iri, [])) for parameter in function.parameters]

    def run(values: Values) -> list[str]:
        choices = [slot(values) for slot in slots]
        _bounded(choices)
        out: list[str] = []
        for arguments in product(*choices):
            if function.looks_up:
                arguments = (_need(lookups, function), *arguments)
            out.extend(function.run(*arguments))
        return _short(out)

    return run


def _slot(parameter: Parameter, makers: list[Maker]) -> Callable[[Values], list[object]]:
    """Return what gives the choices for one parameter: one for each call of the function."""
    if parameter.takes == "several":
        return lambda values: [[_filled(make(values)) for make in makers]]
    if not makers:
        fixed: list[object] = [parameter.default if parameter.takes == "each" else []]
        return lambda _values: fixed
    (make,) = makers
    if parameter.takes == "all":
        return lambda values: [_filled(make(values))]
    if parameter.default is None:
        return lambda values: list(make(values))
    # an empty cell leaves an argument out that may be left out
    return lambda values: list(make(values)) or [parameter.default]


def _filled(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if text]


def _template(parts: tuple[Part, ...], lookups: Lookups | None) -> Maker:
    makers = [_part(part, lookups) for part in parts]
    if len(makers) == 1:
        return makers[0]

    def make(values: Values) -> list[str]:
        choices = [make(values) for make in makers]
        _bounded(choices)
        return _short(["".join(pieces) for pieces in product(*choices)])

    return make


def _part(part: Part, lookups: Lookups | None) -> Maker:
    if part.call:
        return _bind(part.call, lookups)
    if part.column:
        return lambda values: values[part.text]
    fixed = [part.text]
    return lambda _values: fixed


def _need(lookups: Lookups | None, function: Function) -> Lookups:
    if lookups is None:
        raise FunctionError(
            "", code="function-lookup",
            nl=(f"{function.name} kan hier niets opzoeken.", "Gebruik een andere functie."),
            en=(f"{function.name} has nothing to look up here.", "Use another function."),
        )  # fmt: skip
    return lookups


def _bounded(choices: Sequence[Sequence[object]]) -> None:
    size = 1
    for items in choices:
        size *= len(items)
    if size > _MOST_COMBINATIONS:
        raise FunctionError(
            "", code="function-too-many",
            nl=(f"De waarden van deze rij geven samen {size} combinaties; er kunnen er "
                f"{_MOST_COMBINATIONS}.", "Zet minder waarden in één cel."),
            en=(f"The values of this row make {size} combinations; {_MOST_COMBINATIONS} are "
                "possible.", "Put fewer values in one cell."),
        )  # fmt: skip


def _short(texts: list[str]) -> list[str]:
    size = sum(map(len, texts))
    if size > _MOST_CHARACTERS:
        raise FunctionError(
            texts[0], code="function-too-long",
            nl=(f"De functie maakt van deze rij {size} tekens; er kunnen er {_MOST_CHARACTERS}.",
                "Maak de waarde korter."),
            en=(f"The function makes {size} characters of this row; {_MOST_CHARACTERS} are "
                "possible.", "Shorten the value."),
        )  # fmt: skip
    return texts
