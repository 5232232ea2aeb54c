"""A mapping file in either language, by the ending of its name."""

from __future__ import annotations

from pathlib import Path

from app.errors import MappingError
from app.mapping.model import Mapping
from app.mapping.rml import load_rml
from app.mapping.yarrrml import load_mapping

_TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".json"})


def load(path: Path, *, base: str, own_base: bool = False) -> Mapping:
    """Return the triples maps of a file: RML if it ends in .ttl, else YARRRML.

    Relative IRIs are resolved against `base`, or with `own_base` against the file's own if it has
    one.

    Raises:
        MappingError: As the readers say.
    """
    if path.suffix.lower() in _TABLES:
        raise MappingError("is a table, not a mapping; `vijfster mapping new` proposes one for it",
                           where=path.name, nl="is een tabel, geen mapping; `vijfster mapping new` "
                           "stelt er een voor")  # fmt: skip
    read = load_rml if path.suffix.lower() == ".ttl" else load_mapping
    return read(path, base=base, own_base=own_base)
