"""Archives and what is in them: zip, tar, gzip; bounded in entries, bytes and depth.

Of an entry only a first part is ever unpacked, so that a bomb costs what any file does. Some zips
are one format: offices' files, Shapefile, KMZ, GTFS, File Geodatabase.
"""

from __future__ import annotations

import io
import posixpath
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import IO, Final

from app.net.decoding import Inflation, gunzip
from app.net.refusals import FetchError
from app.quality.contents.books import of_office, office_type
from app.quality.contents.file import File, shown
from app.quality.contents.words import problem, told
from app.quality.evidence import Content

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
GZIP: Final = b"\x1f\x8b"
_MAX_ENTRIES: Final = 10_000
_LOOKED_INTO: Final = 20
_ENTRY_BYTES: Final = 20_000_000
_ALL_BYTES: Final = 100_000_000
_INFLATION: Final = Inflation(_ALL_BYTES, 500)
_MAX_DEPTH: Final = 2
_TAR: Final = (257, b"ustar")
_LOCAL_NAME: Final = re.compile(rb"PK\x03\x04.{22}(..)(..)", re.DOTALL)
_GTFS: Final = frozenset({"agency.txt", "routes.txt", "trips.txt", "stops.txt", "stop_times.txt"})
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".dae")
# what is rather looked into than read-me files, licences and pictures
_DATA: Final = (
    ".csv", ".tsv", ".json", ".geojson", ".jsonld", ".xml", ".gml", ".kml", ".ttl", ".nt", ".nq",
    ".trig", ".rdf", ".xlsx", ".ods", ".xls", ".gpkg", ".parquet", ".zip", ".gz", ".shp",
)  # fmt: skip

Inspect = Callable[[File], Content]


@dataclass(slots=True)
class _Budget:
    """Bytes that may still be unpacked of one archive."""

    left: int = _ALL_BYTES


def is_archive(file: File) -> bool:
    """Tell whether a file is a zip, tar or gzip."""
    return file.data.startswith((*ZIP, GZIP)) or _is_tar(file.data)


def of_archive(file: File, inspect: Inspect) -> Content:
    """Return what a zip, tar or gzip is, and what its entries are."""
    if file.data.startswith(GZIP):
        return _gzip(file, inspect)
    return _tar(file, inspect) if _is_tar(file.data) else _zip(file, inspect)


def _is_tar(data: bytes) -> bool:
    return data[_TAR[0] : _TAR[0] + 5] == _TAR[1]


def _zip(file: File, inspect: Inspect) -> Content:
    if file.cut:
        return _first_of_zip(file)
    if file.data.count(b"PK\x01\x02") > _MAX_ENTRIES:
        return Content("ZIP", None, problem("archive-many"))
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            return _opened(file, archive, inspect)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError):
        return Content("ZIP", False, problem("archive"))
    except (NotImplementedError, RuntimeError):
        return Content("ZIP", None, problem("archive-locked"))


def _opened(file: File, archive: zipfile.ZipFile, inspect: Inspect) -> Content:
    entries = {
        entry.filename: entry for entry in archive.infolist()
        if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
        and not posixpath.basename(entry.filename).startswith(".")
    }  # fmt: skip
    mime = ""
    if "mimetype" in entries:
        with archive.open("mimetype") as part:
            mime = part.read(100).decode("ascii", "replace").strip()
    kind = office_type(entries, mime)
    if kind:
        return of_office(file, kind)
    one = _one_format(entries)
    if one:
        return one
    if any(entry.flag_bits & 1 for entry in entries.values()):
        return Content("ZIP", None, problem("archive-locked"), len(entries), "files")
    kept, budget = list[tuple[str, Content]](), _Budget()
    for name in _chosen(entries):
        with archive.open(entries[name]) as part:
            kept.append((shown(name), _entry(file, name, part, budget, inspect)))
    kmz = any(content.file_type == "KML" for _, content in kept) and all(
        name.lower().endswith((".kml", *_PICTURES)) for name in entries
    )  # fmt: skip
    if kmz:
        return replace(next(content for _, content in kept if content.file_type == "KML"),
                       file_type="KMZ")  # fmt: skip
    return Content("ZIP", True, {}, len(entries), "files", entries=tuple(kept))


def _one_format(entries: dict[str, zipfile.ZipInfo]) -> Content | None:
    """Return what a zip is as a whole: a Shapefile, GTFS or File Geodatabase; or None."""
    lower = {name.lower(): entry for name, entry in entries.items()}
    if {posixpath.basename(name) for name in lower} >= _GTFS:
        return Content("GTFS", True)
    if any(".gdb/" in name and name.endswith(".gdbtable") for name in lower):
        return Content("GDB", True)
    shapes = sorted(name[:-4] for name in lower if name.endswith(".shp"))
    if not shapes:
        return None
    for shape in shapes:
        for suffix in (".shx", ".dbf"):
            if shape + suffix not in lower:
                return Content("SHP", False, problem("parts", part=shown(posixpath.basename(
                    shape + suffix))))  # fmt: skip
    # the index has a head of 100 bytes and 8 bytes for each feature
    count = sum(max(lower[f"{shape}.shx"].file_size - 100, 0) // 8 for shape in shapes)
    return Content("SHP", True, {}, count, "features")


def _first_of_zip(file: File) -> Content:
    """Return what the first entries of a zip say of it; its list of them stands at its end."""
    names = set[str]()
    for match in _LOCAL_NAME.finditer(file.data):
        start, size = match.end(), int.from_bytes(match[1], "little")
        names.add(file.data[start : start + size].decode(errors="replace"))
    mime = file.data[38:138] if file.data[30:38] == b"mimetype" else b""
    found = re.match(rb"[a-z.+/-]*", mime)
    declared = found[0].partition(b"PK")[0].decode() if found else ""
    kind = office_type(names, declared) or ("XLSX" if any(
        name.startswith("xl/") for name in names) else "")  # fmt: skip
    shape = any(name.lower().endswith(".shp") for name in names)
    return Content(kind or ("SHP" if shape else "ZIP"), None)


def _tar(file: File, inspect: Inspect, kind: str = "TAR") -> Content:
    kept, count, budget = list[tuple[str, Content]](), 0, _Budget()
    try:
        with tarfile.open(fileobj=io.BytesIO(file.data), mode="r:") as archive:
            for member in archive:
                count += 1
                if count > _MAX_ENTRIES:
                    return Content(kind, None, problem("archive-many"))
                if member.isreg() and len(kept) < _LOOKED_INTO:
                    part = archive.extractfile(member)
                    assert part is not None
                    kept.append((shown(member.name),
                                 _entry(file, member.name, part, budget, inspect)))  # fmt: skip
    except (tarfile.TarError, EOFError, OSError, ValueError, OverflowError):
        if not file.cut:
            return Content(kind, False, problem("archive"))
    return Content(kind, None if file.cut else True, {}, count, "files", entries=tuple(kept))


def _gzip(file: File, inspect: Inspect) -> Content:
    try:
        data, cut = (_first_of_gzip(file.data), True) if file.cut else (
            gunzip(file.data, _INFLATION), False)  # fmt: skip
    except (FetchError, zlib.error) as error:
        if isinstance(error, FetchError) and error.reason != "broken":
            return Content("GZIP", None, told(error))
        return Content("GZIP", False, problem("archive"))
    name = file.name.removesuffix(".gz")
    name = name.removesuffix(".tgz") + ".tar" if name.endswith(".tgz") else name
    inside = replace(file, data=data, name=name, media_type="", cut=cut, depth=file.depth + 1)
    if _is_tar(data):
        return _tar(inside, inspect, "TAR_GZ")
    content = _deep() if inside.depth > _MAX_DEPTH else inspect(inside)
    return Content("GZIP", None if cut else True, {}, 1, "files", entries=((name, content),))


def _first_of_gzip(data: bytes) -> bytes:
    return zlib.decompressobj(31).decompress(data, _ENTRY_BYTES)


def _chosen(names: Iterable[str]) -> list[str]:
    """Return the entries that are looked into: those first that are called data."""
    ordered = sorted(names, key=lambda name: (not name.lower().endswith(_DATA), name))
    return ordered[:_LOOKED_INTO]


def _entry(
    file: File, name: str, part: IO[bytes], budget: _Budget, inspect: Inspect
) -> Content:  # fmt: skip
    depth = file.depth + 1
    if depth > _MAX_DEPTH:
        return _deep()
    most = min(_ENTRY_BYTES, budget.left)
    data = part.read(most + 1)
    budget.left -= min(len(data), most)
    return inspect(File(data[:most], file.url, shown(posixpath.basename(name)),
                        cut=len(data) > most, depth=depth))  # fmt: skip


def _deep() -> Content:
    return Content("", None, problem("archive-deep"))
