"""The project folder: `vijfster.toml` as typed values; the app knows no inventory by name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.errors import ProjectError
from app.rdf.lexical import is_valid
from app.rdf.terms import XSD, is_iri

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_REF = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Agent:
    """A publisher or contact, as stated in the project file."""

    ref: str
    name: Text
    email: str = ""
    homepage: str = ""
    kind: str = ""
    note: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow a list: the objects of `property` whose IRI starts with `values`."""

    name: str
    property: str
    title: Text
    values: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """One inventory: a table, its mapping, its named graph, its list and its dataset."""

    ref: str
    table: str
    mapping: str
    route: str
    type: str
    menu: Text
    title: Text
    description: Text
    keywords: Mapping[str, tuple[str, ...]]
    themes: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    temporal: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A dataset that is described in the catalog and not published, for a stated reason.

    Whatever the project says of its table, mapping or list is not looked at.
    """

    ref: str
    title: Text
    description: Text
    keywords: Mapping[str, tuple[str, ...]]
    reason: Text
    themes: tuple[str, ...] = ()
    temporal: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Service:
    """A data service of the catalog, at a path below the base IRI."""

    ref: str
    endpoint: str
    endpoint_description: str
    title: Text
    description: Text
    keywords: Mapping[str, tuple[str, ...]]
    conforms_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Engine:
    """An external SPARQL engine that takes releases: addresses of SPARQL 1.1 Protocol and Graph
    Store Protocol; "" where it only answers queries. Credentials are no part of a project."""

    name: str
    profile: str
    query: str
    update: str
    store: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project folder, read and checked."""

    folder: Path
    source: bytes
    title: Text
    description: Text
    publisher: Agent
    contact: Agent
    catalog_ref: str
    licence: str
    licence_exact_match: str
    rights: Text
    spatial: tuple[str, ...]
    themes: tuple[str, ...]
    frequency: str
    package: Path
    gate: tuple[str, ...]
    inventories: tuple[Inventory, ...]
    withheld: tuple[Withheld, ...]
    services: tuple[Service, ...]
    vocabularies: tuple[str, ...]
    questions: tuple[str, ...]
    engines: tuple[Engine, ...]

    def route(self, name: str) -> Inventory | None:
        """Return the inventory listed at a route."""
        return next((item for item in self.inventories if item.route == name), None)


PROJECT_FILE = "vijfster.toml"


def load_project(folder: Path, *, file: Path | None = None) -> Project:
    """Return the project of a folder, as its project file says, or the copy in a release.

    Raises:
        ProjectError: The file is missing, is not TOML, or lacks or misspells a key.
    """
    path = file or folder / PROJECT_FILE
    try:
        data = path.read_bytes()
        raw = tomllib.loads(data.decode())
    except FileNotFoundError:
        raise ProjectError(
            "no such file; run the command in a project folder or give --project", where=str(path)
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(f"not TOML: {error}", where=PROJECT_FILE) from error
    reader = _Reader(raw, PROJECT_FILE)
    catalog = reader.table("catalog")
    stated = reader.tables("inventory")
    inventories = tuple(_inventory(item) for item in stated if not item.has("not_public"))
    withheld = tuple(_withheld(item) for item in stated if item.has("not_public"))
    _require_unique("ref", [item.ref for item in inventories] + [item.ref for item in withheld])
    _require_unique("route", [item.route for item in inventories])
    engines = tuple(_engine(item) for item in reader.tables("engine"))
    if len({engine.name for engine in engines}) != len(engines):
        raise ProjectError("two engines share a name", where=PROJECT_FILE,
                           nl="twee engines hebben dezelfde naam")  # fmt: skip
    gate = reader.table("gate", optional=True)
    return Project(
        folder=folder,
        source=data,
        title=reader.texts("title"),
        description=reader.texts("description"),
        publisher=_agent(reader.table("publisher")),
        contact=_agent(reader.table("contact")),
        catalog_ref=catalog.ref("ref"),
        licence=catalog.iri("licence"),
        licence_exact_match=catalog.iri("licence_exact_match", ""),
        rights=catalog.texts("rights", optional=True),
        spatial=catalog.iris("spatial"),
        themes=catalog.iris("themes"),
        frequency=catalog.iri("frequency", ""),
        package=folder / reader.text("package", "data/datapackage.json"),
        gate=gate.strings("profiles"),
        inventories=inventories,
        withheld=withheld,
        services=tuple(_service(item) for item in reader.tables("service")),
        vocabularies=reader.strings("vocabularies"),
        questions=reader.strings("questions"),
        engines=engines,
    )


def _require_unique(attribute: str, values: list[str]) -> None:
    if len(set(values)) != len(values):
        raise ProjectError(f"two inventories share a {attribute}", where=PROJECT_FILE,
                           nl=f"twee inventarissen hebben dezelfde {attribute}")  # fmt: skip


def _agent(reader: _Reader) -> Agent:
    return Agent(
        ref=reader.ref("ref"),
        name=reader.texts("name"),
        email=reader.email("email"),
        homepage=reader.iri("homepage", ""),
        kind=reader.iri("kind", ""),
        note=reader.texts("note", optional=True),
    )


def _inventory(reader: _Reader) -> Inventory:
    begin, end = reader.date("temporal_start"), reader.date("temporal_end")
    return Inventory(
        ref=reader.ref("ref"),
        table=reader.text("table"),
        mapping=reader.text("mapping"),
        route=reader.ref("route"),
        type=reader.text("type"),
        menu=reader.texts("menu", optional=True) or reader.texts("title"),
        title=reader.texts("title"),
        description=reader.texts("description"),
        keywords=reader.lists("keywords"),
        themes=reader.iris("themes"),
        facets=tuple(
            Facet(item.ref("name"), item.text("property"), item.texts("title"),
                  item.text("values", ""))
            for item in reader.tables("facet")
        ),
        temporal=(begin, end),
    )  # fmt: skip


def _withheld(reader: _Reader) -> Withheld:
    return Withheld(
        ref=reader.ref("ref"),
        title=reader.texts("title"),
        description=reader.texts("description"),
        keywords=reader.lists("keywords"),
        reason=reader.texts("not_public"),
        themes=reader.iris("themes"),
        temporal=(reader.date("temporal_start"), reader.date("temporal_end")),
    )


def _service(reader: _Reader) -> Service:
    return Service(
        ref=reader.ref("ref"),
        endpoint=reader.text("endpoint"),
        endpoint_description=reader.text("endpoint_description"),
        title=reader.texts("title"),
        description=reader.texts("description"),
        keywords=reader.lists("keywords"),
        conforms_to=reader.iris("conforms_to"),
    )


def _engine(reader: _Reader) -> Engine:
    return Engine(
        name=reader.ref("name"),
        profile=reader.ref("profile"),
        query=reader.address("query"),
        update=reader.address("update", optional=True),
        store=reader.address("store", optional=True),
    )


class _Reader:
    """Typed access to a TOML table, with errors that name the key."""

    def __init__(self, raw: Mapping[str, Any], where: str) -> None:
        self._raw = raw
        self._where = where

    def _fail(self, key: str, wanted: str) -> ProjectError:
        return ProjectError(f"{key} must be {wanted}", where=self._where)

    def has(self, key: str) -> bool:
        return key in self._raw

    def text(self, key: str, default: str | None = None) -> str:
        value = self._raw.get(key, default)
        if not isinstance(value, str):
            raise self._fail(key, "a text")
        return value

    def iri(self, key: str, default: str | None = None) -> str:
        value = self.text(key, default)
        if value and not (is_iri(value) and value.startswith(("http://", "https://"))):
            raise self._fail(key, "an IRI that starts with http:// or https://")
        return value

    def address(self, key: str, *, optional: bool = False) -> str:
        value = self.iri(key, "" if optional else None)
        if not value and optional:
            return ""
        parts = urlsplit(value)
        if not parts.hostname or parts.fragment or parts.username is not None:
            raise self._fail(key, "an address without user, password or #")
        return value

    def iris(self, key: str) -> tuple[str, ...]:
        values = self.strings(key)
        for value in values:
            if not is_iri(value):
                raise self._fail(key, f"a list of IRIs, and {value!r} is none")
        return values

    def email(self, key: str) -> str:
        value = self.text(key, "")
        if value and not _EMAIL.fullmatch(value):
            raise self._fail(key, "an e-mail address")
        return value

    def date(self, key: str) -> str:
        value = self.text(key, "")
        if value and not is_valid(value, XSD + "date"):
            raise self._fail(key, "a date such as 2019-03-26")
        return value

    def ref(self, key: str) -> str:
        value = self.text(key)
        if not _REF.match(value):
            raise self._fail(key, "lower-case letters, digits and single hyphens")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        value = self._raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._fail(key, "a list of texts")
        return tuple(value)

    def texts(self, key: str, *, optional: bool = False) -> Text:
        value = self._raw.get(key, {} if optional else None)
        complete = isinstance(value, dict) and all(
            isinstance(text, str) and _LANGUAGE.fullmatch(language)
            for language, text in value.items()
        )
        if not complete or (not optional and not value.get("nl")):
            raise self._fail(key, 'a text per language, for example { nl = "…", en = "…" }')
        return dict(value)

    def lists(self, key: str) -> Mapping[str, tuple[str, ...]]:
        value = self._raw.get(key, {})
        if not isinstance(value, dict):
            raise self._fail(key, "a list of texts per language")
        return {language: tuple(str(item) for item in words) for language, words in value.items()}

    def table(self, key: str, *, optional: bool = False) -> _Reader:
        value = self._raw.get(key, {} if optional else None)
        if not isinstance(value, dict):
            raise self._fail(key, "a table")
        return _Reader(value, f"{self._where} [{key}]")

    def tables(self, key: str) -> list[_Reader]:
        value = self._raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._fail(key, "a list of tables")
        return [
            _Reader(item, f"{self._where} [[{key}]] {item.get('ref', item.get('name', number))}")
            for number, item in enumerate(value, start=1)
        ]
