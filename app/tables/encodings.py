"""The encoding of a text file of any size: as it says, else the one that all of it decodes in."""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import Final

from app.errors import InputError
from app.tables.sheets import encoding_mark

_READ_BYTES: Final = 8 << 20


def find_encoding(path: Path, said: str) -> str:
    """Return the encoding that a whole file can be decoded in; UTF-8 before Windows-1252.

    Raises:
        InputError: It cannot be read, there is none, or the text holds a NUL.
    """
    try:
        with path.open("rb") as file:
            mark = encoding_mark(file.read(64))
            for name in [said or mark] if said or mark else ["utf-8", "cp1252"]:
                file.seek(0)
                if _decodes(path.name, file, name):
                    return name
    except OSError:
        raise InputError(
            f"{path.name}: the file does not exist or cannot be read.",
            nl=f"{path.name}: het bestand bestaat niet of kan niet gelezen worden.",
        ) from None
    except LookupError:
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
