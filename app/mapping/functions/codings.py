"""Functions that write a text otherwise: escaped, or as a checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from html import escape
from typing import Final
from urllib.parse import quote

from app.mapping.functions.model import Example, Function, FunctionError, Parameter
from app.mapping.functions.texts import TEXT, VALUE


def _csv(text: str) -> str:
    if not any(sign in text for sign in ',;"\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'


_MODES: Final[dict[str, Callable[[str], str]]] = {
    "html": lambda text: escape(text, quote=True),
    "xml": lambda text: escape(text, quote=False).replace('"', "&quot;").replace("'", "&apos;"),
    "csv": _csv,
    "url": lambda text: quote(text, safe="", errors="replace"),
}


def _mode(mode: str) -> Callable[[str], str]:
    if mode not in _MODES:
        known = ", ".join(_MODES)
        raise FunctionError(
            mode, nl=(f'"{mode}" is geen manier om tekens te schrijven.', f"Kies uit: {known}."),
            en=(f'"{mode}" is not a way to write characters.', f"Choose from: {known}."),
        )  # fmt: skip
    return _MODES[mode]


def _hash(algorithm: str) -> Callable[[str], list[str]]:
    def run(text: str) -> list[str]:
        data = text.encode(errors="replace")
        # names of things, not secrets
        return [hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()]

    return run


FUNCTIONS: Final = (
    Function(
        "grel:escape",
        (VALUE, Parameter("grel:modeParameter", "grel:modeParam", fixed=True, check=_mode)),
        lambda text, mode: [_mode(mode)(text)], TEXT,
        nl="Schrijft tekens die iets betekenen anders, voor html, xml, csv of url.",
        en="Writes characters that mean something otherwise, for html, xml, csv or url.",
        example=Example(("a & b", "url"), ["a%20%26%20b"]),
    ),
    Function(
        "grel:string_md5", (VALUE,), _hash("md5"), TEXT,
        nl="Geeft de MD5-controlesom van een tekst (UTF-8).",
        en="Gives the MD5 checksum of a text (UTF-8).",
        example=Example(("Gent",), [_hash("md5")("Gent")[0]]), also=("grel:md5",),
    ),
    Function(
        "grel:string_sha1", (VALUE,), _hash("sha1"), TEXT,
        nl="Geeft de SHA-1-controlesom van een tekst (UTF-8).",
        en="Gives the SHA-1 checksum of a text (UTF-8).",
        example=Example(("Gent",), [_hash("sha1")("Gent")[0]]), also=("grel:sha1",),
    ),
    Function(
        "vijfster-fn:sha256", (VALUE,), _hash("sha256"), TEXT,
        nl="Geeft de SHA-256-controlesom van een tekst (UTF-8).",
        en="Gives the SHA-256 checksum of a text (UTF-8).",
        example=Example(("Gent",), [_hash("sha256")("Gent")[0]]),
    ),
)  # fmt: skip
