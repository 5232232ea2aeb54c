"""A file as it was handed over, and its text if it is one."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from app.errors import InputError
from app.quality.contents.words import Text, told
from app.tables.sheets import encoding_mark
from app.validation.unpack import to_utf8

_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# a text has fewer signs per control character than any other file
_TEXT_SHARE: Final = 100
_CHARSET: Final = re.compile(r"(?i)(iso-?8859-|windows-|cp|latin-?)[0-9]+")
_XML_ENCODING: Final = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_LONGEST_SIGN: Final = 8


@dataclass(frozen=True, slots=True)
class File:
    """Bytes, what they are said to be, and whether they are only a first part (`cut`).

    `name` is a file name, for messages and for what its suffix says; `depth` counts the archives
    that the file was in.
    """

    data: bytes
    url: str = ""
    name: str = ""
    media_type: str = ""
    charset: str = ""
    cut: bool = False
    depth: int = 0

    def labelled(self, *labels: str) -> bool:
        """Tell whether the name's suffix or the subtype of the media type is one of some words."""
        subtype = self.media_type.partition(";")[0].strip().lower().rpartition("/")[2]
        suffix = self.name.lower().rpartition(".")[2] if "." in self.name else ""
        return suffix in labels or subtype in labels


def name_of(path: str) -> str:
    """Return the last segment of a path or address as it can be shown, at most 80 signs."""
    try:
        last = unquote(urlsplit(path).path if "://" in path else path).rstrip("/")
    except ValueError:
        last = ""
    return shown(last.rpartition("/")[2])


def shown(text: str) -> str:
    """Return a text of a stranger as it can be shown: one line, at most 80 signs."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)[-80:]


def text_of(file: File) -> str | None:
    """Return the text of a file, in the encoding it shows, says or seems to have; None if binary.

    Of a part, a sign that is cut in two is left out.
    """
    mark = encoding_mark(file.data[:64])
    declared = _XML_ENCODING.match(file.data)
    said = [declared[1].decode("ascii")] if declared else []
    said += [file.charset] if _CHARSET.fullmatch(file.charset) else []
    for name in [mark] if mark else ["utf-8", *said, "cp1252"]:
        try:
            decoder = codecs.getincrementaldecoder(name)()
            text = decoder.decode(file.data, final=not file.cut)
        except (LookupError, UnicodeError):
            continue
        if len(_CONTROLS.findall(text)) * _TEXT_SHARE > len(text):
            return None
        return text.removeprefix("\ufeff")
    return None


def utf8_of(file: File, text: str) -> tuple[bytes, Text]:
    """Return the text as UTF-8 for formats that ask a declared encoding, and what is wrong with it.

    Nothing is wrong ({}) with UTF-8, nor with what a mark, XML or the media type declares.
    """
    data = file.data
    if file.cut and not encoding_mark(data[:64]):
        decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        decoder.decode(data[-_LONGEST_SIGN:])
        data = data[: len(data) - len(decoder.getstate()[0])]
    try:
        return to_utf8(data, file.charset)[0].removeprefix(codecs.BOM_UTF8), {}
    except InputError as error:
        return text.encode(errors="replace"), told(error)
