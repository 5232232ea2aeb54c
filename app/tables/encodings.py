"""The encoding of a text file, found or proved over all of it."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import InputError
from app.tables.cells import Note
from app.tables.sheets import encoding_mark, encoding_note
from app.tables.sound import REPLACEMENT

_READ_BYTES: Final = 8 << 20
_BEYOND = re.compile("[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How text is decoded: the encoding, what becomes of other bytes, and what is told."""

    name: str
    errors: str = "strict"
    notes: tuple[Note, ...] = ()

    def at(self, start: int) -> str:
        """Return the encoding of text that begins at a byte: a mark stands only at the first."""
        return "utf-8" if start and codecs.lookup(self.name).name == "utf-8-sig" else self.name


def encoding_of(path: Path, said: str) -> Encoding:
    """Return the encoding of a whole file: the one said, that of its mark, else UTF-8.

    What is not UTF-8 is Windows-1252, unless most of the signs that tell them apart are UTF-8.

    Raises:
        InputError: It cannot be read, has a NUL, or is not in an encoding that is known.
    """
    try:
        with path.open("rb") as file:
            mark = encoding_mark(file.read(64))
            if said:
                # not all that Python calls an encoding is one of text
                b"".decode(said)
            name = said or mark or "utf-8"
            if _decodes(path.name, file, name):
                return Encoding(name, notes=tuple(encoding_note(name)))
            if not said and (not mark or mark.startswith("utf-8")):
                good, bad = _signs(file)
                if good > bad:
                    return Encoding(name, "replace", (_mixed(bad),))
                if not mark and _decodes(path.name, file, "cp1252"):
                    return Encoding("cp1252", notes=tuple(encoding_note("cp1252")))
    except OSError:
        raise InputError(
            f"{path.name}: the file does not exist or cannot be read.",
            nl=f"{path.name}: het bestand bestaat niet of kan niet gelezen worden.",
        ) from None
    except (LookupError, UnicodeError):
        raise InputError(
            f"there is no encoding {said!r}; write utf-8, windows-1252 or utf-16",
            nl=f"er is geen tekencodering {said!r}; schrijf utf-8, windows-1252 of utf-16",
        ) from None
    raise InputError(
        f"{path.name}: the text is not {said or 'in an encoding that is known'}. Save it as CSV "
        "UTF-8, or name the encoding (--encoding).",
        nl=f"{path.name}: de tekst is niet {said or 'in een bekende tekencodering'}. Bewaar het "
        "als CSV UTF-8, of noem de codering (--encoding).",
    )


def _decodes(name: str, file: io.BufferedReader, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    file.seek(0)
    try:
        while data := file.read(_READ_BYTES):
            text = decoder.decode(data)
            if "\x00" in text:
                line += text.count("\n", 0, text.index("\x00"))
                raise InputError(
                    f"{name}, line {line}: the file holds a NUL character. Save it again as CSV "
                    "UTF-8.",
                    nl=f"{name}, regel {line}: het bestand bevat een NUL-teken. Bewaar het opnieuw "
                    "als CSV UTF-8.",
                )
            line += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _signs(file: io.BufferedReader) -> tuple[int, int]:
    """Return how many signs beyond ASCII are UTF-8, and how many places are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    file.seek(0)
    while data := file.read(_READ_BYTES):
        text = decoder.decode(data)
        here = text.count(REPLACEMENT)
        good += sum(map(len, _BEYOND.findall(text))) - here
        bad += here
    return good, bad


def _mixed(count: int) -> Note:
    return Note("encoding", {
        "nl": f"Het bestand is in UTF-8, maar {count} tekens zijn dat niet; hun cellen zijn fout.",
        "en": f"The file is UTF-8, but {count} characters are not; their cells are wrong.",
    })  # fmt: skip
