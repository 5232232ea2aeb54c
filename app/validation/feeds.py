"""The list of feeds that are checked again and again: a TOML file, apart from the project.

The project file is an input of a release, and whoever checks others' feeds need not publish.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.errors import InputError

_KEYS: Final = ("name", "source", "profiles", "shapes")
_MAX_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its name in every report, its address or file, and what it is checked against.

    Without profiles and shapes that is what the data say they follow.
    """

    name: str
    source: str
    profiles: tuple[str, ...] = ()
    shapes: tuple[Path, ...] = ()


def load_feeds(path: Path) -> list[Feed]:
    """Return the feeds of a list; files are found from the folder of the list.

    Raises:
        InputError: The list cannot be read, or lacks or misspells a key.
    """
    try:
        raw = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}",
                         nl=f"{path}: het bestand kan niet gelezen worden") from error  # fmt: skip
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not TOML: {error}",
                         nl=f"{path}: geen TOML: {error}") from error  # fmt: skip
    items = raw.get("feed")
    if set(raw) != {"feed"} or not isinstance(items, list) or not items:
        raise InputError(f"{path}: a list of feeds holds only [[feed]] parts, at least one",
                         nl=f"{path}: een lijst van feeds bevat alleen delen [[feed]], "
                         "minstens één")  # fmt: skip
    feeds = [_feed(item, f"{path} [[feed]] {number}", path.parent)
             for number, item in enumerate(items, 1)]  # fmt: skip
    for number, feed in enumerate(feeds):
        if feed.name in {other.name for other in feeds[:number]}:
            raise InputError(f"{path}: two feeds are called {feed.name!r}",
                             nl=f"{path}: twee feeds heten {feed.name!r}")  # fmt: skip
    return feeds


def _feed(raw: Any, where: str, folder: Path) -> Feed:
    if not isinstance(raw, dict):
        raise InputError(f"{where}: must be a table", nl=f"{where}: moet een tabel zijn")
    for key in raw:
        if key not in _KEYS:
            offer = ", ".join(_KEYS)
            raise InputError(f"{where}: unknown key {key!r}; there are {offer}",
                             nl=f"{where}: onbekende sleutel {key!r}; wel: {offer}")  # fmt: skip
    name = _text(raw, "name", where)
    if len(name) > _MAX_NAME or not name.isprintable():
        raise InputError(f"{where}: name is one line of at most {_MAX_NAME} characters",
                         nl=f"{where}: name is één regel van hoogstens {_MAX_NAME} "
                         "tekens")  # fmt: skip
    source = _text(raw, "source", where)
    if not source.startswith(("http://", "https://")):
        source = str(folder / source)
    shapes = tuple(folder / item for item in _texts(raw, "shapes", where))
    return Feed(name, source, _texts(raw, "profiles", where), shapes)


def _text(raw: Mapping[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: {key} must be a text", nl=f"{where}: {key} moet een tekst zijn")
    return value.strip()


def _texts(raw: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise InputError(f"{where}: {key} must be a list of texts",
                         nl=f"{where}: {key} moet een lijst van teksten zijn")  # fmt: skip
    return tuple(value)
