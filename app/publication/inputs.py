"""What a release is made from, as one checksum: same checksum, same release."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.mapping.functions.sources import files_of
from app.mapping.inventory import load_inventory_mapping
from app.mapping.rmlwriting import NO_BASE
from app.project import Project
from app.tables.descriptor import Table
from app.validation.profiles import find

_APP = Path(__file__).resolve().parent.parent


def checksums(
    project: Project, tables: Iterable[Table], shape_folders: list[Path], extern: Iterable[Path]
) -> dict[str, str]:
    """Return the SHA-256 of every input, by a name that does not depend on this machine.

    `extern` are the folders of facts about others' terms. The code itself is one input: a new
    version builds anew.
    """
    out = {}
    for path in _project_files(project, tables):
        if path.is_file():
            out[path.relative_to(project.folder).as_posix()] = _sha256([path])
    for name in project.gate:
        out[f"shapes/{name}"] = _sha256([find(name, shape_folders)])
    out["extern"] = _sha256(path for folder in extern for path in sorted(folder.glob("*.csv")))
    out["app"] = _sha256(
        path for path in sorted(_APP.rglob("*.py")) if "web" not in path.relative_to(_APP).parts
    )
    return out


def combined(parts: dict[str, str], base: str) -> str:
    """Return one checksum over all inputs and the base IRI."""
    text = "\n".join(f"{name} {digest}" for name, digest in sorted(parts.items()))
    return hashlib.sha256(f"{base}\n{text}".encode()).hexdigest()


def _project_files(project: Project, tables: Iterable[Table]) -> Iterator[Path]:
    yield project.folder / "vijfster.toml"
    yield project.package
    yield from sorted(table.path for table in tables)
    for name in sorted({inventory.mapping for inventory in project.inventories}):
        path = project.folder / name
        yield path
        found = files_of(load_inventory_mapping(path, base=NO_BASE))
        yield from sorted(file for file in found if file.is_relative_to(project.folder))
    for vocabulary in project.vocabularies:
        yield project.folder / vocabulary
    for question in project.questions:
        yield project.folder / question
    yield from sorted((project.folder / "vocab" / "codelijsten").glob("*.csv"))


def _sha256(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
