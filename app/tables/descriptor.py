"""Data Package and Table Schema descriptors (Data Package v2) as typed values."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import ProjectError
from app.tables.batch import Batch
from app.tables.cells import CellRef, letters, place_of
from app.tables.fields import Field, Match, in_both, items, read_field, read_missing
from app.tables.forms import form
from app.tables.rules import Cites, columns_of

__all__ = ["Field", "ForeignKey", "Match", "Table", "items", "lexical", "load_package"]


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """The values of `fields` must stand together in `columns` of a row of table `resource`."""

    fields: tuple[str, ...]
    resource: str
    columns: tuple[str, ...]

    @property
    def field(self) -> str:
        """The field of a key of one, whose items are each a value; "" of a key of several."""
        return self.fields[0] if len(self.fields) == 1 else ""

    @property
    def column(self) -> str:
        """The column that the field of a key of one refers to; "" of a key of several."""
        return self.columns[0] if len(self.columns) == 1 else ""


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
    unique_keys: tuple[tuple[str, ...], ...] = ()
    sheet: str = ""
    header_row: int = 0
    items: str = ""
    positions: Mapping[str, int] = field(default_factory=dict, compare=False)
    title: Mapping[str, str] = field(default_factory=dict, compare=False)
    description: Mapping[str, str] = field(default_factory=dict, compare=False)

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


def lexical(table: Table, batch: Batch) -> Batch:
    """Return rows as mappings read them: values in XSD's lexical form, missing ones empty.

    A column whose field says nothing of how its values are written stays as it stands, and so does
    a value that is wrong, which has its problem.
    """
    changed: dict[str, Sequence[str]] = {}
    for item in table.fields:
        read = form(item.kind, item.options)
        if (read.kept and len(item.missing) == 1) or item.name not in batch.columns:
            continue
        cells = batch.columns[item.name]
        made = dict.fromkeys(item.missing, "")
        made |= {cell: read.read(cell) or cell for cell in set(cells) - item.missing}
        changed[item.name] = [made[cell] for cell in cells]
    return Batch(batch.numbers, {**batch.columns, **changed}) if changed else batch


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
    if target is None or not set(key.columns) <= {item.name for item in target.fields}:
        own, other = ", ".join(key.fields), ", ".join(key.columns)
        raise ProjectError(
            f"{table.name}.{own} refers to {key.resource}.{other}, which is no field", where=where,
            nl=f"{table.name}.{own} verwijst naar {key.resource}.{other}, maar dat is geen veld",
        )  # fmt: skip


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
    missing = read_missing(schema.get("missingValues", [""]), where)
    fields = tuple(read_field(item, missing, where) for item in schema["fields"])
    names = [item.name for item in fields]
    if len(set(names)) != len(names):
        raise ProjectError("two fields have the same name", where=where)
    primary_key = _names(schema.get("primaryKey", []))
    unique_keys = tuple(_names(key) for key in schema.get("uniqueKeys", []))
    keys = [_foreign_key(key, name, fields, where) for key in schema.get("foreignKeys", [])]
    matched = {name for item in fields if item.match for name in item.match.columns}
    ruled = {name for item in fields for rule in item.rules for name in columns_of(rule)}
    keyed = {name for key in (*unique_keys, *(key.fields for key in keys)) for name in key}
    unknown = {*primary_key, *matched, *ruled, *keyed} - set(names)
    if unknown:
        raise ProjectError(
            f"keys, matches and rules name unknown fields: {sorted(unknown)}", where=where,
            nl=f"sleutels, matches en regels noemen onbekende velden: {sorted(unknown)}",
        )  # fmt: skip
    dialect = resource.get("dialect", {})
    delimiter = str(dialect.get("delimiter", ","))
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise ProjectError(f"{delimiter!r} is no delimiter of one sign", where=where)
    header = dialect.get("headerRows", [0])
    if not isinstance(header, list) or len(header) != 1 or type(header[0]) is not int:
        raise ProjectError(
            "headerRows must name one row, such as [3]", where=where,
            nl="headerRows moet één rij noemen, zoals [3]",
        )  # fmt: skip
    return Table(
        name=name,
        sheet=str(dialect.get("sheetName") or dialect.get("sheetNumber") or ""),
        header_row=header[0],
        items=str(dialect.get("property", "")),
        path=folder / relative,
        encoding=_encoding(str(resource.get("encoding", "utf-8")), where),
        delimiter=delimiter,
        fields=fields,
        primary_key=primary_key,
        foreign_keys=tuple(keys),
        unique_keys=unique_keys,
        title=in_both(resource, "title", name),
        description=in_both(resource, "description"),
    )


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(name) for name in value)


def _foreign_key(
    key: Mapping[str, Any], table: str, fields: Iterable[Field], where: str
) -> ForeignKey:
    reference = key["reference"]
    # a reference without resource is to the table itself
    found = ForeignKey(
        _names(key["fields"]), reference.get("resource") or table, _names(reference["fields"])
    )
    if not found.fields or len(found.fields) != len(found.columns):
        raise ProjectError(
            f"a foreign key of {len(found.fields)} fields refers to {len(found.columns)}",
            where=where,
            nl=f"een vreemde sleutel van {len(found.fields)} velden verwijst naar "
            f"{len(found.columns)}",
        )
    lists = {item.name for item in fields if item.delimiter} & set(found.fields)
    if lists and not found.field:
        raise ProjectError(
            f"a foreign key of several fields holds a list: {sorted(lists)}", where=where,
            nl=f"een vreemde sleutel van meer dan één veld bevat een lijst: {sorted(lists)}",
        )  # fmt: skip
    return found


def _encoding(name: str, where: str) -> str:
    """Return an encoding's name; all spellings of UTF-8 become one."""
    try:
        "".encode(name)
    except LookupError:
        raise ProjectError(f"there is no encoding {name!r}", where=where) from None
    return "utf-8" if codecs.lookup(name).name in {"utf-8", "utf-8-sig"} else name
