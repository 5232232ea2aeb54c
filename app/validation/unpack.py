"""From the bytes of a file to UTF-8 text: archives opened with guards, encodings when certain."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from app.errors import InputError
from app.net.decoding import Inflation, gunzip
from app.net.refusals import FetchError
from app.tables.cells import Note

# how a PDF and the pictures of the web begin
_SHOWN_ONLY: Final = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_MAX_ENTRIES: Final = 10_000
_SHOWN_NAMES: Final = 20
_STEP_BYTES: Final = 65_536
_SUFFIXES: Final = (
    ".ttl", ".nt", ".nq", ".trig", ".jsonld", ".json", ".rdf", ".xml", ".owl", ".n3", ".html",
)  # fmt: skip
_BOMS: Final = (
    # the longer first: UTF-32 LE begins with the mark of UTF-16 LE
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_XML_ENCODING = re.compile(
    rb"(\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"'])([A-Za-z][A-Za-z0-9._-]{0,40})"
)
# encodings that turn text to text, byte by byte or by pairs; not base64, zip and the like
_TEXT: Final = re.compile(
    r"ascii|utf(_8|_16|_16_le|_16_be|_32)|latin_?1|iso8859_[0-9]+|cp(1250|1252|437|850|858)"
)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """UTF-8 text without a byte order mark, the name of the file inside, and what to tell."""

    text: bytes
    name: str
    notes: tuple[Note, ...]


def refuse(en: str, nl: str) -> InputError:
    """Return an error in both languages."""
    return InputError(en, nl=nl)


def unpack(data: bytes, name: str, charset: str, bounds: Inflation, *, quote: bool) -> Unpacked:
    """Return the text of a file; one layer of zip or gzip is opened.

    `quote` allows an error to name what is inside.

    Raises:
        InputError: The archive is damaged, too large, or holds not exactly one RDF file; or the
            encoding is not certain. Says which.
    """
    notes: list[Note] = []
    try:
        if data.startswith(b"\x1f\x8b"):
            data, name = gunzip(data, bounds), name.removesuffix(".gz")
            notes.append(_unpacked(name))
        elif data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            data, name = _unzip(data, bounds, quote=quote)
            notes.append(_unpacked(name if quote else ""))
    except FetchError as error:
        # the same bounds as of a fetch, and the same words
        raise InputError(error.detail, nl=error.detail_nl) from error
    if notes and data.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise refuse(
            "The archive holds another archive. Unpack it first.",
            "Het archief bevat een ander archief. Pak het eerst uit.",
        )
    if data.startswith(_SHOWN_ONLY):
        raise refuse(
            "This is a PDF or a picture, not data. Give the file with the data themselves.",
            "Dit is een PDF of een beeld, geen data. Geef het bestand met de data zelf.",
        )
    text, encoding = to_utf8(data, charset)
    if encoding:
        notes.append(Note("encoding", {
            "nl": f"Het bestand is {encoding} in plaats van UTF-8 en is omgezet.",
            "en": f"The file is {encoding} instead of UTF-8 and was converted.",
        }))  # fmt: skip
    return Unpacked(text, name, tuple(notes))


def _unpacked(name: str) -> Note:
    return Note("unpacked", {
        "nl": f"Het bestand werd uitgepakt{': ' + name if name else ''}.",
        "en": f"The file was unpacked{': ' + name if name else ''}.",
    })  # fmt: skip


def _unzip(data: bytes, bounds: Inflation, *, quote: bool) -> tuple[bytes, str]:
    """Return the one RDF file of a zip, and its name."""
    damaged = refuse("The zip file is damaged.", "Het zipbestand is beschadigd.")
    if data.count(b"PK\x01\x02") > _MAX_ENTRIES:
        raise refuse(
            "The zip file holds too many files.", "Het zipbestand bevat te veel bestanden."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entry = _choose(archive.infolist(), quote=quote)
            packed = min(entry.compress_size, len(data))
            return _inflate(archive, entry, packed, bounds), _shown(entry.filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError) as error:
        raise damaged from error
    except (NotImplementedError, RuntimeError) as error:
        raise refuse(
            "The zip file uses encryption or a compression we do not open.",
            "Het zipbestand is versleuteld of op een manier ingepakt die we niet openen.",
        ) from error


def _choose(entries: list[zipfile.ZipInfo], *, quote: bool) -> zipfile.ZipInfo:
    files = [
        entry for entry in entries
        if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
        and not entry.filename.rpartition("/")[2].startswith(".")
    ]  # fmt: skip
    rdf = [entry for entry in files if entry.filename.lower().endswith(_SUFFIXES)]
    if len(rdf) == 1 or (not rdf and len(files) == 1):
        return (rdf or files)[0]
    names = ", ".join(_shown(entry.filename) for entry in (rdf or files)[:_SHOWN_NAMES])
    listed = f": {names}" if names and quote else ""
    count = len(rdf or files)
    more = ", …" if listed and count > _SHOWN_NAMES else ""
    raise refuse(
        f"A zip file must hold one RDF file; this one holds {count}{listed}{more}.",
        f"Een zipbestand moet één RDF-bestand bevatten; dit bevat er {count}{listed}{more}.",
    )


def _inflate(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, packed: int, bounds: Inflation
) -> bytes:
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise NotImplementedError
    out = bytearray()
    with archive.open(entry) as file:
        while piece := file.read(_STEP_BYTES):
            out += piece
            if len(out) > bounds.max_bytes:
                raise FetchError("unpacked-too-large", limit=bounds.max_bytes)
            if len(out) > max(1_048_576, bounds.max_ratio * packed):
                raise FetchError("ratio", limit=bounds.max_ratio)
    return bytes(out)


def _shown(name: str) -> str:
    """Return a file name fit for a message."""
    return "".join(char if char.isprintable() else "?" for char in name)[:80]


def to_utf8(data: bytes, charset: str = "") -> tuple[bytes, str]:
    """Return UTF-8 text and the name of its earlier encoding, or "" where it was UTF-8 already.

    Certain are: a byte order mark, the declaration of XML, zero bytes that only UTF-16 explains,
    and the charset of the media type where the text is not UTF-8 (RFC 9110, 8.3; XML 1.0, 4.3.3).

    Raises:
        InputError: None of these, and it is not UTF-8; names the place of the first wrong byte.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            if codec == "utf-8-sig":
                return _decode(data, codec), ""
            return _relabel(_decode(data, codec)), codec.upper()
    for codec in ("utf-16-le", "utf-16-be"):
        zeros, others = (data[1:64:2], data[:64:2])[:: 1 if codec.endswith("le") else -1]
        if len(data) > 3 and not any(zeros) and all(others):
            return _relabel(_decode(data, codec)), codec.upper()
    declared = _XML_ENCODING.match(data)
    if declared:
        name = _codec(declared[2].decode("ascii"))
        if name not in {"utf-8", "ascii"}:
            return _relabel(_decode(data, name)), declared[2].decode("ascii").upper()
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if charset and (name := _codec(charset)) not in {"utf-8", "ascii"}:
            return _decode(data, name), charset.upper()
        raise _not_utf8(data, error.start) from error
    return data, ""


def _codec(name: str) -> str:
    """Return Python's name of an encoding for text."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if not found or not _TEXT.fullmatch(found.replace("-", "_")):
        raise refuse(
            "The file declares an encoding we do not know. Save it as UTF-8.",
            "Het bestand vermeldt een tekencodering die we niet kennen. Bewaar het als UTF-8.",
        )
    return found


def _decode(data: bytes, codec: str) -> bytes:
    try:
        return data.decode(codec).encode()
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise _not_utf8(data, start) from error


def _relabel(text: bytes) -> bytes:
    """Return XML that says what it now is; lines stay where they were."""
    return _XML_ENCODING.sub(rb"\g<1>UTF-8", text, count=1) if text.lstrip()[:1] == b"<" else text


def _not_utf8(data: bytes, start: int) -> InputError:
    line = data.count(b"\n", 0, start) + 1
    column = start - (data.rfind(b"\n", 0, start) + 1) + 1
    return refuse(
        f"The text is not correct UTF-8 at line {line}, byte {column}. "
        "It may be Latin-1 or Windows-1252; save the file as UTF-8.",
        f"De tekst is geen correcte UTF-8 op regel {line}, byte {column}. "
        "Misschien is het Latin-1 of Windows-1252; bewaar het bestand als UTF-8.",
    )
