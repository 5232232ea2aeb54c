"""Files handed over instead of those that a mapping names; nothing else is read then."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.errors import InputError, MappingError
from app.mapping.model import Mapping as MappingFile
from app.mapping.model import TriplesMap

# between the file and a sheet of it, where a mapping names both
SHEET: Final = "#sheet="
_SIGNS = re.compile("[%~#]")


def source_path(mapping: Path, name: str) -> Path:
    """Return the path of a source that a mapping names from its own folder.

    Raises:
        MappingError: No file can be called so.
    """
    try:
        return (mapping.parent / name).resolve()
    except ValueError as error:
        raise MappingError(f"no file can be called {name[:60]!r}", where=mapping.name,
                           nl=f"geen bestand kan {name[:60]!r} heten") from error  # fmt: skip


def sheet_of(file: str, sheet: str) -> str:
    """Return how a mapping names a sheet of a file: as it is, but for signs with a meaning."""
    return file + SHEET + _SIGNS.sub(lambda sign: f"%{ord(sign[0]):02X}", sheet)


def moved(mapping: MappingFile, instead: Mapping[Path, Path]) -> MappingFile:
    """Return a mapping that reads other files."""

    def one(item: TriplesMap) -> TriplesMap:
        rules = tuple(
            replace(rule, joins=tuple(
                replace(join, source=instead.get(join.source, join.source)) for join in rule.joins
            )) for rule in item.predicate_objects
        )  # fmt: skip
        source = instead.get(item.source, item.source)
        return replace(item, source=source, predicate_objects=rules)

    return replace(mapping, triples_maps=tuple(map(one, mapping.triples_maps)))


def sources_of(mapping: MappingFile) -> list[Path]:
    """Return the sources that a mapping reads, those of joins last."""
    joins = [join.source for item in mapping.triples_maps for join in item.joins]
    return list(dict.fromkeys([*(item.source for item in mapping.triples_maps), *joins]))


def handed(mapping: MappingFile, files: Sequence[Path]) -> MappingFile:
    """Return a mapping that reads only the files handed over, by name.

    A file goes by its name, else by its name without suffix; one that is left goes for the one
    source that is left, whatever either is called.

    Raises:
        InputError: There is a source for which nothing was handed over; says which.
    """
    names = {path: path.name.partition(SHEET) for path in sources_of(mapping)}
    wanted = list(dict.fromkeys(file for file, _, _ in names.values()))
    left = list(files)
    found: dict[str, Path] = {}
    for same in (_name, _stem):
        for name in wanted:
            file = next((file for file in left if same(name) == same(file.name)), None)
            if file is not None and name not in found:
                found[name] = file
                left.remove(file)
    missing = [name for name in wanted if name not in found]
    if len(missing) == len(left) == 1:
        found[missing.pop()] = left.pop()
    if missing:
        shown, given = ", ".join(missing)[:200], ", ".join(file.name for file in files)
        raise InputError(
            f"the mapping reads {shown}, and that was not handed over ({given} was); give all "
            "tables that the mapping reads, under the names it has for them",
            nl=f"de mapping leest {shown}, en dat is niet aangeboden (wel {given}); geef alle "
            "tabellen die de mapping leest, met de naam die ze daar hebben",
        )
    return moved(mapping, {
        path: found[file].with_name(f"{found[file].name}{mark}{sheet}")
        for path, (file, mark, sheet) in names.items()
    })  # fmt: skip


def _name(name: str) -> str:
    return name.casefold()


def _stem(name: str) -> str:
    return Path(name).stem.casefold()
