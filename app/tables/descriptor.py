"""Data Package and Table Schema descriptors (Data Package v2) as typed values."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import ProjectError
from app.tables.cells import CellRef, letters, place_of
from app.tables.rules import Cites, MaximumWhere, Rule, columns_of, read_rules

TYPES = frozenset({"string", "integer", "number", "boolean", "date", "year", "list", "any"})
_CONSTRAINTS = {"required", "unique", "enum", "pattern", "minimum", "maximum"}
_NUMERIC = {"integer", "number", "year"}


@dataclass(frozen=True, slots=True)
class Match:
    """Where to look for a column's identifiers: a list by its name, and the columns to compare."""

    list: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its type, its constraints and, of ours, its code list and its identifiers."""

    name: str
    type: str = "string"
    title: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    minimum: float | None = None
    maximum: float | None = None
    delimiter: str = ""
    item_type: str = "string"
    code_list: str = ""
    match: Match | None = None
    # whether an empty cell is a silence worth telling; not so for what a curator adds, or a limit
    stated: bool = True
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Values (or items) of `field` must stand in `column` of table `resource`."""

    field: str
    resource: str
    column: str


@dataclass(frozen=True, slots=True)
class Table:
    """One tabular resource of the package.

    Of a workbook `sheet` is the sheet's name, and `positions` are those of its columns (1 is A),
    once it is read.
    """

    name: str
    path: Path
    encoding: str
    delimiter: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    sheet: str = ""
    positions: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def file(self) -> str:
        """Where the table stands, as cell references begin."""
        return place_of(self.path.name, self.sheet)

    def cell(self, row: int, column: str = "") -> CellRef:
        """Return the place of a cell, or of a row."""
        position = self.positions.get(column, 0) if self.sheet else 0
        return CellRef(self.file, row, column, letters(position))

    def field(self, name: str) -> Field:
        """Return the field of that name."""
        return next(item for item in self.fields if item.name == name)


def items(field: Field, cell: str) -> list[str]:
    """Return the values of a cell: none if empty, the trimmed items of a list, else itself."""
    if not cell:
        return []
    if not field.delimiter:
        return [cell]
    return [item.strip() for item in cell.split(field.delimiter)]


def load_package(path: Path) -> dict[str, Table]:
    """Return the tables of a `datapackage.json`, by name.

    Raises:
        ProjectError: The file is missing, is not JSON, or says something we cannot check.
    """
    where = path.name
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        resources = list(package["resources"])
    except FileNotFoundError:
        raise ProjectError("the file does not exist", where=where) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ProjectError(f"not a Data Package: {error}", where=where) from error
    tables = {}
    for resource in resources:
        try:
            table = _table(resource, path.parent, where)
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise ProjectError(
                f"a resource is not as it should be: {error!r}", where=where
            ) from error
        if table.name in tables:
            raise ProjectError(f"two resources are called {table.name!r}", where=where)
        tables[table.name] = table
    for table in tables.values():
        for key in table.foreign_keys:
            _check_reference(table, key, tables, where)
        for rule in {rule for item in table.fields for rule in item.rules if type(rule) is Cites}:
            _check_documents(table, rule, tables, where)
    return tables


def _check_reference(
    table: Table, key: ForeignKey, tables: Mapping[str, Table], where: str
) -> None:
    target = tables.get(key.resource)
    if target is None or key.column not in {item.name for item in target.fields}:
        detail = (
            f"{table.name}.{key.field} refers to {key.resource}.{key.column}, which is no field"
        )
        raise ProjectError(detail, where=where)


def _check_documents(table: Table, rule: Cites, tables: Mapping[str, Table], where: str) -> None:
    target = tables.get(rule.resource)
    fields = {item.name for item in target.fields} if target else set()
    if target is None or len(target.primary_key) != 1 or rule.lines not in fields:
        raise ProjectError(
            f"{table.name} cites {rule.resource}.{rule.lines}, which is no field of a table with "
            "one key", where=where,
            nl=f"{table.name} verwijst naar {rule.resource}.{rule.lines}, maar dat is geen veld "
            "van een tabel met één sleutel",
        )  # fmt: skip


def _table(resource: Mapping[str, Any], folder: Path, where: str) -> Table:
    name = str(resource.get("name", ""))
    where = f"{where} resource {name!r}"
    raw_path = resource.get("path")
    if not name or not isinstance(raw_path, str):
        raise ProjectError("a resource needs a name and one path", where=where)
    relative = Path(raw_path)
    if relative.is_absolute() or ".." in relative.parts:
        raise ProjectError("a path may not leave the package's folder", where=where)
    schema = resource.get("schema")
    if not isinstance(schema, dict) or not schema.get("fields"):
        raise ProjectError("a resource needs a schema with fields", where=where)
    fields = tuple(_field(item, where) for item in schema["fields"])
    names = [item.name for item in fields]
    if len(set(names)) != len(names):
        raise ProjectError("two fields have the same name", where=where)
    primary = schema.get("primaryKey", [])
    keys = [
        # a reference without resource is to the table itself
        ForeignKey(_one(key["fields"], where), key["reference"].get("resource") or name,
                   _one(key["reference"]["fields"], where))
        for key in schema.get("foreignKeys", [])
    ]  # fmt: skip
    primary_key = (primary,) if isinstance(primary, str) else tuple(primary)
    matched = {name for item in fields if item.match for name in item.match.columns}
    ruled = {name for item in fields for rule in item.rules for name in columns_of(rule)}
    unknown = {*primary_key, *matched, *ruled, *(key.field for key in keys)} - set(names)
    if unknown:
        raise ProjectError(
            f"keys, matches and rules name unknown fields: {sorted(unknown)}", where=where,
            nl=f"sleutels, matches en regels noemen onbekende velden: {sorted(unknown)}",
        )  # fmt: skip
    delimiter = str(resource.get("dialect", {}).get("delimiter", ","))
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise ProjectError(f"{delimiter!r} is no delimiter of one sign", where=where)
    return Table(
        name=name,
        path=folder / relative,
        encoding=_encoding(str(resource.get("encoding", "utf-8")), where),
        delimiter=delimiter,
        fields=fields,
        primary_key=primary_key,
        foreign_keys=tuple(keys),
    )


def _one(value: Any, where: str) -> str:
    names = [value] if isinstance(value, str) else value
    if len(names) != 1:
        raise ProjectError("a foreign key of several fields is not supported", where=where)
    return str(names[0])


def _encoding(name: str, where: str) -> str:
    """Return an encoding's name; all spellings of UTF-8 become one."""
    try:
        "".encode(name)
    except LookupError:
        raise ProjectError(f"there is no encoding {name!r}", where=where) from None
    return "utf-8" if codecs.lookup(name).name in {"utf-8", "utf-8-sig"} else name


def _field(item: Mapping[str, Any], where: str) -> Field:
    name, kind = str(item.get("name", "")), str(item.get("type", "string"))
    where = f"{where} field {name!r}"
    constraints = item.get("constraints", {})
    if not name or kind not in TYPES:
        raise ProjectError(f"needs a name and a type of {sorted(TYPES)}", where=where)
    unknown = set(constraints) - _CONSTRAINTS
    if unknown:
        raise ProjectError(f"constraints not supported: {sorted(unknown)}", where=where)
    limits = [constraints[key] for key in ("minimum", "maximum") if key in constraints]
    item_type = str(item.get("itemType", "string"))
    number = (item_type if kind == "list" else kind) in _NUMERIC
    if limits and not (number and all(isinstance(limit, (int, float)) for limit in limits)):
        raise ProjectError("minimum and maximum are numbers, on numbers and years", where=where)
    rules = read_rules(item, where)
    if not number and any(isinstance(rule, MaximumWhere) for rule in rules):
        raise ProjectError("maximumWhere is for numbers", where=where,
                           nl="maximumWhere is voor getallen")  # fmt: skip
    try:
        pattern = re.compile(constraints["pattern"]) if "pattern" in constraints else None
    except re.error as error:
        raise ProjectError(
            f"the pattern is not a regular expression: {error}", where=where
        ) from error
    title = {"nl": str(item.get("title", name)), "en": str(item.get("title_en", name))}
    return Field(
        name=name,
        type=kind,
        title=title,
        required=bool(constraints.get("required", False)),
        unique=bool(constraints.get("unique", False)),
        enum=tuple(str(value) for value in constraints.get("enum", ())),
        pattern=pattern,
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        delimiter=str(item.get("delimiter", ",")) if kind == "list" else "",
        item_type=item_type,
        code_list=str(item.get("codeList", "")),
        match=_match(item["match"], where) if "match" in item else None,
        stated=item.get("stated", True) is not False,
        rules=rules,
    )


def _match(item: Any, where: str) -> Match:
    columns = item.get("columns") if isinstance(item, dict) else None
    if (
        not isinstance(item, dict)
        or not item.get("list")
        or not isinstance(columns, list)
        or not columns
    ):
        raise ProjectError("match needs a list and columns", where=where)
    return Match(str(item["list"]), tuple(str(name) for name in columns))
