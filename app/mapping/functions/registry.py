"""The functions there are, by IRI."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.mapping.functions import texts
from app.mapping.functions.model import Function

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {function.iri: function for function in texts.FUNCTIONS}
)
