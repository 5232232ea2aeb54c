"""Calls as a mapping writes them: names looked up, what is unknown or missing refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.mapping.functions.model import (
    Function,
    FunctionError,
    Parameter,
    canonical,
    expand,
)
from app.mapping.functions.naming import listed, nearest
from app.mapping.functions.registry import FUNCTIONS, NAMED
from app.mapping.model import Call, Part

# how deep calls may stand within each other
MOST_DEEP: Final = 20
# makes the error that says, in English and Dutch, what is refused here
Fail = Callable[[str, str], Exception]

_LOCAL: Final = re.compile(r"[^#/:]*$")
_CHANGES: Final = ("gives something else at every run", "geeft bij elke keer iets anders")
_REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    expand("idlab-fn:random"): _CHANGES,
    expand("grel:random"): _CHANGES,
    expand("grel:date_now"): _CHANGES,
    expand("idlab-fn:readFile"): ("reads files", "leest bestanden"),
    expand("idlab-fn:dbpediaSpotlight"): ("asks a server of others", "bevraagt een server van "
                                          "anderen"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """An argument: the name of its parameter as written and as IRI, and its value."""

    name: str
    iri: str
    parts: tuple[Part, ...]


def function_of(name: str, iri: str, fail: Fail) -> Function:
    """Return the function of a name, or of its IRI.

    Raises:
        Exception: As `fail` makes it, of what there is not.
    """
    found = NAMED.get(canonical(iri)) or NAMED.get(name)
    if found:
        return found
    if why := _REFUSED.get(canonical(iri)):
        raise fail(f"the function {name!r} {why[0]}, and is not run",
                   f"de functie {name!r} {why[1]}, en wordt niet uitgevoerd")  # fmt: skip
    every = [function.name for function in FUNCTIONS.values()]
    also = [other for function in FUNCTIONS.values() for other in function.also]
    near = nearest(name, [*every, *also]) or _alike(name, every)
    perhaps = (f"; perhaps {near} is meant", f"; misschien is {near} bedoeld") if near else ("", "")
    raise fail(f"there is no function {name!r}{perhaps[0]}; `vijfster mapping functions` lists all",
               f"er is geen functie {name!r}{perhaps[1]}; `vijfster mapping functions` toont alle",
               )  # fmt: skip


def _alike(name: str, names: Iterable[str]) -> str:
    """Return the name that has the same last part as another one."""
    local = _local(name).casefold()
    if len(local) < 3:
        return ""
    return next((item for item in names if _local(item).casefold().endswith(local)), "")


def call_of(function: Function, given: Iterable[Given], fail: Fail) -> Call:
    """Return a call with its arguments in the order of the parameters.

    Raises:
        Exception: As `fail` makes it, of what is unknown, missing or cannot be.
    """
    arguments: dict[Parameter, list[tuple[Part, ...]]] = {}
    for item in given:
        parameter = _parameter(function, item, fail)
        values = arguments.setdefault(parameter, [])
        if values and parameter.takes != "several":
            raise fail(f"{function.name}: {parameter.name} is given twice",
                 f"{function.name}: {parameter.name} staat er twee keer")  # fmt: skip
        _check(function, parameter, item.parts, fail)
        values.append(item.parts)
    for parameter in function.parameters:
        if parameter.required and parameter not in arguments:
            known = listed(item.name for item in function.parameters)
            raise fail(f"{function.name} needs {parameter.name}; its parameters are: {known}",
                 f"{function.name} vraagt {parameter.name}; de parameters zijn: {known}",
                 )  # fmt: skip
    return Call(function.iri, tuple(
        (parameter.iri, parts)
        for parameter in function.parameters for parts in arguments.get(parameter, ())
    ))  # fmt: skip


def _parameter(function: Function, given: Given, fail: Fail) -> Parameter:
    iri, local = canonical(given.iri), _local(given.name)
    for item in function.parameters:
        if iri in {item.iri, expand(item.resource)} or given.name in item.also:
            return item
    for item in function.parameters:
        # a name without prefix is one of the function's own
        if ":" not in given.name and local in {_local(item.name), _local(item.resource)}:
            return item
    names = [item.name for item in function.parameters]
    near = nearest(given.name, names) or _alike(given.name, names)
    perhaps = (f"; perhaps {near} is meant", f"; misschien is {near} bedoeld") if near else ("", "")
    raise fail(
        f"{function.name} has no parameter {given.name!r}{perhaps[0]}; it has: {listed(names)}",
        f"{function.name} heeft geen parameter {given.name!r}{perhaps[1]}; wel: {listed(names)}",
    )


def _check(function: Function, parameter: Parameter, parts: tuple[Part, ...], fail: Fail) -> None:
    if any(part.column or part.call for part in parts):
        if parameter.fixed:
            where = f"{function.name}: {parameter.name}"
            raise fail(f"{where} is the same for every row; give a fixed text",
                       f"{where} is voor elke rij hetzelfde; geef een vaste tekst")  # fmt: skip
        return
    if parameter.check is None:
        return
    try:
        parameter.check("".join(part.text for part in parts))
    except FunctionError as error:
        raise fail(f"{function.name} {parameter.name}: {' '.join(error.en)}",
                   f"{function.name} {parameter.name}: {' '.join(error.nl)}",
                   ) from error  # fmt: skip


def _local(name: str) -> str:
    found = _LOCAL.search(name)
    return found[0] if found else name
