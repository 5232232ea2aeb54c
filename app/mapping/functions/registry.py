"""The functions there are, by IRI, and by any name they go by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.mapping.functions import codings, dates, logic, lookups, numbers, texts
from app.mapping.functions.model import NAMESPACES, Function, expand

_ROOMS: Final = (texts, numbers, dates, logic, lookups, codings)
FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {function.iri: function for room in _ROOMS for function in room.FUNCTIONS}
)


def _names() -> Mapping[str, Function]:
    out = dict(FUNCTIONS)
    for function in FUNCTIONS.values():
        for name in function.also:
            iri = expand(name) if name.partition(":")[0] in NAMESPACES else name
            out.setdefault(iri, function)
    return MappingProxyType(out)


# IRIs, and the few names without a prefix
NAMED: Final = _names()
