"""What a function is: its names, its parameters, what it does with the values of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from app.mapping.functions.naming import Names

GREL = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"
IDLAB = "https://w3id.org/imec/idlab/function#"
OURS = "urn:vijfster-fn:"
NAMESPACES: Mapping[str, str] = {"grel": GREL, "idlab-fn": IDLAB, "vijfster-fn": OURS}
# what the same functions were called before
FORMERLY: Mapping[str, str] = {"http://example.com/idlab/function/": IDLAB}

TRUE, FALSE = ["true"], ["false"]


class FunctionError(Exception):
    """A function cannot do its work with a value; (message, remedy) in nl and en."""

    def __init__(
        self, value: str, *, nl: tuple[str, str], en: tuple[str, str], code: str = "function"
    ) -> None:
        super().__init__(f"{value!r}: {en[0]}")
        self.value = value
        self.code = code
        self.nl = nl
        self.en = en


class Lookups(Protocol):
    """What functions look up outside the row."""

    def table(self, file: str, key: str, value: str) -> Entries:
        """Return, for each text in a column of a CSV file, that of another column in its row.

        A column is its name, or its number from 0.

        Raises:
            ProjectError: There is no such file or column.
        """

    def codes(self, scheme: str) -> Codes:
        """Return a code list by its name or the IRI of its scheme.

        Raises:
            ProjectError: There is no such list.
        """


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a list, and its IRI."""

    code: str
    iri: str


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a list by code and IRI, and by each name (folded); names as they are written."""

    exact: Mapping[str, Code]
    by_name: Mapping[str, Sequence[Code]]
    names: Names


@dataclass(frozen=True, slots=True)
class Entries:
    """Values by the text they are looked up by, and those texts."""

    values: Mapping[str, str]
    names: Names


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter by its FnO predicate and parameter, as prefixed names.

    `takes` says what the function gets: "each" value, and then it is called for every combination;
    "all" values of the argument at once; "several" arguments, each with all its values. With a
    `default` it may be left out. One that is `fixed` is the same for every row; `check` raises
    FunctionError for a fixed text that cannot do. `also` are other names it goes by.
    """

    name: str
    resource: str
    takes: Literal["each", "all", "several"] = "each"
    default: str | None = None
    fixed: bool = False
    check: Callable[[str], object] | None = None
    also: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """The IRI of the FnO predicate, by which a `Call` names it."""
        return expand(self.name)

    @property
    def required(self) -> bool:
        """Whether it may not be left out."""
        return self.default is None


@dataclass(frozen=True, slots=True)
class Example:
    """Arguments, in the order of the parameters, and what they give."""

    arguments: tuple[str | Sequence[str], ...]
    gives: Sequence[str]


@dataclass(frozen=True, slots=True)
class Function:
    """A function by its prefixed name; `run` gets the arguments in order, and gives the values.

    No value is null. `also` are other names it goes by, `output` is its FnO output; one that
    `looks_up` gets the `Lookups` first.
    """

    name: str
    parameters: tuple[Parameter, ...]
    run: Callable[..., list[str]]
    output: str
    nl: str
    en: str
    example: Example
    also: tuple[str, ...] = ()
    looks_up: bool = False

    @property
    def iri(self) -> str:
        """The IRI by which a `Call` names it."""
        return expand(self.name)


def expand(name: str) -> str:
    """Return the IRI of a prefixed name of `NAMESPACES`."""
    prefix, _, local = name.partition(":")
    return NAMESPACES[prefix] + local


def canonical(iri: str) -> str:
    """Return an IRI with the namespace of today."""
    for old, new in FORMERLY.items():
        if iri.startswith(old):
            return new + iri.removeprefix(old)
    return iri
