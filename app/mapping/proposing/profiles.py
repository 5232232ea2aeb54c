"""Profiles of columns: what the columns of one kind of table are called, and what they become.

Data, not code: `vocab/kolommen/profielen/*.yml` and the words of `vocab/kolommen/woorden.yml`; what
the keys mean stands in `vocab/kolommen/README.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from app.errors import InputError, ProjectError
from app.tables.matching import fold

_FOLDER, _WORDS = "profielen", "woorden.yml"
_PROFILE: Final = {"title", "prefixes", "nouns", "things", "columns"}
_THING: Final = {"path", "types", "from", "named"}
_COLUMN: Final = {"of", "property", "language", "datatype", "iri", "list", "values", "alone",
                  "key", "naming", "many", "commas", "advice", "label", "also"}  # fmt: skip
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a row tells of: its path below the base, its types, and what refers to it by what.

    A `named` thing is one by its name, not by its row: rows of one publisher share the publisher.
    """

    name: str
    path: str
    types: tuple[str, ...]
    parent: str = ""
    link: str = ""
    named: bool = False


@dataclass(frozen=True)
class Known:
    """A column that a profile knows: the property it becomes, in which form, by which names.

    `iri` is a template with {} for the cell, `list` a list of codes, `values` the kind of value
    expected, `alone` how sure such values make it without a name. `advice` is what to do where no
    property fits as it is; such a column is not mapped.
    """

    thing: str
    property: str
    label: Text
    names: tuple[str, ...]
    language: str = ""
    datatype: str = ""
    iri: str = ""
    list: str = ""
    values: str = ""
    alone: float = 0.0
    key: bool = False
    naming: bool = False
    many: bool = False
    commas: bool = False
    advice: Text | None = None

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The names without case, accents and signs."""
        return tuple(dict.fromkeys(fold(name) for name in (*self.label.values(), *self.names)))


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """The columns of one kind of table; the first thing is what each row is."""

    name: str
    title: Text
    prefixes: Mapping[str, str]
    # words for what a row is: they say nothing in a head of several words
    nouns: frozenset[str]
    things: Mapping[str, Thing]
    columns: tuple[Known, ...]

    @property
    def row(self) -> Thing:
        """What each row is."""
        return next(iter(self.things.values()))


@dataclass(frozen=True, slots=True)
class Words:
    """Words in heads that mean the same in every profile; all folded."""

    languages: Mapping[str, str]
    fillers: frozenset[str]
    keys: tuple[str, ...]
    counters: frozenset[str]
    totals: frozenset[str]
    # folded head -> what it is about
    personal: Mapping[str, Text]


def profile_names(folder: Path) -> list[str]:
    """Return the names of the profiles of a folder `vocab/kolommen`."""
    return sorted(path.stem for path in (folder / _FOLDER).glob("*.yml"))


def load_profile(folder: Path, name: str) -> ColumnProfile:
    """Return a profile by its name.

    Raises:
        InputError: There is no such profile; says which there are.
        ProjectError: Its file is not as it should be; names the key.
    """
    names = profile_names(folder)
    if name not in names:
        shown = ", ".join(names)
        raise InputError(f"there is no profile {name!r} of columns; there are: {shown}",
                         nl=f"er is geen kolommenprofiel {name!r}; wel: {shown}")  # fmt: skip
    path = folder / _FOLDER / f"{name}.yml"
    raw = _read(path, _PROFILE)
    things = {key: _thing(key, value, path) for key, value in raw["things"].items()}
    for thing in list(things.values())[1:]:
        if thing.parent not in things or not thing.link:
            raise _wrong(path, f"things {thing.name}", "is from no other thing")
    columns = tuple(_column(item, things, path, n) for n, item in enumerate(raw["columns"], 1))
    return ColumnProfile(name, _text(raw["title"], path, "title"), raw.get("prefixes", {}),
                         frozenset(map(fold, raw["nouns"])), things, columns)  # fmt: skip


def load_words(folder: Path) -> Words:
    """Return the words of a folder `vocab/kolommen`.

    Raises:
        ProjectError: The file is not as it should be.
    """
    path = folder / _WORDS
    raw = _read(path, {"languages", "fillers", "keys", "counters", "totals", "personal"})
    try:
        return Words(
            {fold(word): tag for tag, words in raw["languages"].items() for word in words},
            frozenset(map(fold, raw["fillers"])),
            tuple(map(fold, raw["keys"])),
            frozenset(map(fold, raw["counters"])),
            frozenset(map(fold, raw["totals"])),
            {fold(word): item["name"] for item in raw["personal"] for word in item["words"]},
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise _wrong(path, "", f"is not as it should be: {error!r}") from error


def _read(path: Path, keys: set[str]) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(path, "", f"cannot be read: {error}") from error
    if not isinstance(raw, dict) or not {*raw} <= keys or not keys - {"prefixes"} <= {*raw}:
        raise _wrong(path, "", f"needs the keys {', '.join(sorted(keys))}, and no others")
    return raw


def _thing(name: str, raw: Any, path: Path) -> Thing:
    if not isinstance(raw, dict) or not {*raw} <= _THING or not {"path", "types"} <= {*raw}:
        raise _wrong(path, f"things {name}", f"needs path and types; known: {sorted(_THING)}")
    parent, link = raw.get("from", ("", ""))
    return Thing(name, raw["path"], tuple(raw["types"]), parent, link, raw.get("named", False))


def _column(raw: Any, things: Mapping[str, Thing], path: Path, number: int) -> Known:
    where = f"columns {number}"
    if not isinstance(raw, dict) or not {*raw} <= _COLUMN:
        raise _wrong(path, where, f"has other keys than {sorted(_COLUMN)}")
    thing, names = raw.get("of"), raw.get("also", [])
    forms = [key for key in ("language", "datatype", "iri", "list", "advice") if key in raw]
    if thing not in things or not raw.get("property") or len(forms) > 1:
        raise _wrong(path, where, "needs one of the things, a property, and one form at most")
    if not all(isinstance(word, str) for word in names):
        raise _wrong(path, where, "has a name that is no text; quote it")
    rest = {key: value for key, value in raw.items() if key not in {"of", "label", "also"}}
    label = _text(raw.get("label"), path, where)
    return Known(thing=str(thing), label=label, names=tuple(names), **rest)


def _text(raw: Any, path: Path, where: str) -> Text:
    if not isinstance(raw, dict) or {*raw} != {"nl", "en"}:
        raise _wrong(path, where, "needs a text in nl and en")
    return {key: str(value) for key, value in raw.items()}


def _wrong(path: Path, where: str, detail: str) -> ProjectError:
    return ProjectError(detail, where=f"{path.name} {where}".strip())
