"""Ready files: dumps per inventory and the catalog feed, the same bytes for the same triples."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from app.catalog.dcat import Dump
from app.rdf import media
from app.rdf.io import write
from app.rdf.media import MediaType
from app.rdf.terms import Quad
from app.rdf.turtle import Prefixes
from app.tables.writing import safe_csv

DUMP_TYPES: tuple[MediaType, ...] = (media.TURTLE, media.JSON_LD, media.N_TRIPLES, media.RDF_XML)
FEED_TYPES: tuple[MediaType, ...] = media.RDF_DOCUMENT


def write_dump(
    folder: Path, inventory: str, target: MediaType, content: bytes, *, prefix: str = "dumps"
) -> Dump:
    """Write one dump and its gzip twin; return what a distribution says of it."""
    name = f"{inventory}.{target.suffix}"
    write_ready(folder / name, content)
    return Dump(
        inventory=inventory,
        suffix=target.suffix,
        path=f"{prefix}/{name}",
        media_type=target.name,
        file_type=target.file_type,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def dump_inventory(
    folder: Path,
    inventory: str,
    quads: Sequence[Quad],
    rows: tuple[Sequence[str], Iterable[Mapping[str, str]]],
    prefixes: Prefixes,
) -> list[Dump]:
    """Write an inventory as CSV (columns, rows) and in every RDF dump format."""
    columns, records = rows
    dumps = [write_dump(folder, inventory, media.CSV, safe_csv(columns, records))]
    for target in DUMP_TYPES:
        dumps.append(write_dump(folder, inventory, target, write(quads, target, prefixes)))
    return dumps


def write_feed(folder: Path, stem: str, quads: Sequence[Quad], prefixes: Prefixes) -> None:
    """Write one whole document per media type, each with its gzip twin."""
    for target in FEED_TYPES:
        write_ready(folder / f"{stem}.{target.suffix}", write(quads, target, prefixes))


def write_ready(path: Path, content: bytes) -> None:
    """Write a file and its gzip twin."""
    path.write_bytes(content)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
