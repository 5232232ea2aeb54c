"""A YARRRML mapping and its tables as other engines can read them, saying the same.

They know no base, no conditions, no list columns and none of our extensions, so each table is
written out as what a rule asks of it: the rows that meet its conditions, an item to a row, the
columns of the row that a key names.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from app.rdf.namespaces import PREFIXES
from app.tables.descriptor import items
from app.tables.reading import Reading

# what the others cannot read -> what they are given in its place
GIVEN = {
    "base": "addresses that are relative are written out",
    "prefixes": "our known prefixes are declared in the file",
    "schema": "yatter declares schema: as http://schema.org/, whatever the file says",
    "condition": "yatter leaves conditions out unless they join: only the rows that meet them",
    "list": "a cell of several items: a row for each item",
    "iterator": "ours, an iteration over the items of a cell: a row for each item",
    "lookup": "ours, $(key.column): the column of the row that the key names",
}
_COLUMN = re.compile(r"\$\(([^()]+)\)")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Flattened:
    """Writes `mapping.yml` and its tables to a folder; `met` tells what had to be given."""

    def __init__(self, path: Path, readings: Mapping[Path, Reading], base: str) -> None:
        self.raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.readings = {reading.table.name: reading for reading in readings.values()}
        self.by_path = readings
        self.home = path.parent
        self.base = base
        self.met = {"prefixes"}
        own = self.raw.get("prefixes", {})
        self.prefixes = {**PREFIXES, **{k: self.absolute(v) for k, v in own.items()}}
        self.mappings: dict[str, Any] = {}
        self.tables: dict[str, list[dict[str, str]]] = {}

    def write(self, folder: Path) -> set[str]:
        for name, value in self.raw["mappings"].items():
            self.mapping(name, value)
        for file, rows in self.tables.items():
            with (folder / file).open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, rows[0], lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        text = yaml.safe_dump({"mappings": self.mappings}, sort_keys=False, width=1000)
        if "schema:" in text:
            self.met.add("schema")
            text = text.replace("schema:", "schema1:")
        names = {name: f"{name}1" if name == "schema" else name for name in self.prefixes}
        used = {names[k]: v for k, v in self.prefixes.items() if f"{names[k]}:" in text}
        text += yaml.safe_dump({"prefixes": used})
        (folder / "mapping.yml").write_text(text, encoding="utf-8")
        return self.met

    def mapping(self, name: str, value: dict[str, Any]) -> None:
        """Give each set of rules that ask the same of the table a mapping and a table."""
        groups: dict[str, tuple[Any, list[Any]]] = {}
        for rule in value["po"]:
            conditions = [value.get("condition")]
            if isinstance(rule, dict):
                conditions.append(rule.get("condition"))
                rule = {"predicates": rule["p"], "objects": rule["o"]}
            conditions = [item for item in conditions if item]
            where = [value["s"], value.get("graphs", "")]
            used = _COLUMN.findall(json.dumps([where, rule], ensure_ascii=False))
            if isinstance(rule, dict) and "mapping" in str(rule["objects"]):
                used = _COLUMN.findall(json.dumps(where))
                used += [str(p[1])[2:-1] for p in rule["objects"]["condition"]["parameters"][:1]]
            key = json.dumps([sorted(self.wide(value, used)), conditions])
            groups.setdefault(key, ((used, conditions), []))[1].append(rule)
        for number, ((used, conditions), rules) in enumerate(groups.values()):
            part = f"{name}-{number}"
            rows = list(self.rows(value, used, conditions))
            if not rows:
                # no row meets the conditions
                continue
            self.tables[f"{part}.csv"] = rows
            self.mappings[part] = {
                "sources": [[f"{part}.csv~csv"]], "s": self.absolute(value["s"]),
                "po": [self.rule(rule) for rule in rules],
                **({"graphs": self.absolute(value["graphs"])} if "graphs" in value else {}),
            }  # fmt: skip

    def source(self, value: dict[str, Any]) -> tuple[Reading, str]:
        given = self.raw["sources"][value["sources"]]
        file = given["access"] if isinstance(given, dict) else given[0].removesuffix("~csv")
        iterator = given.get("iterator", "") if isinstance(given, dict) else ""
        return self.by_path[(self.home / file).resolve()], iterator

    def wide(self, value: dict[str, Any], used: list[str]) -> set[str]:
        """Return the columns, of those used, whose items need a row each, or a look-up."""
        reading, iterator = self.source(value)
        lists = {item.name for item in reading.table.fields if item.delimiter}
        names = {item.name for item in reading.table.fields}
        found = {name for name in used if name in lists or name not in names}
        found |= {name.partition(".")[0] for name in found - names} & lists
        return found | ({iterator} if iterator else set())

    def rows(
        self, value: dict[str, Any], used: list[str], conditions: list[Any]
    ) -> Iterator[dict[str, str]]:
        reading, iterator = self.source(value)
        fields = {item.name: item for item in reading.table.fields}
        wide = self.wide(value, used)
        several = sorted(wide & fields.keys())
        looked_up = {name: self.looked_up(reading, name) for name in sorted(wide - fields.keys())}
        self.met |= {"list"} & {"list" for name in several if name != iterator}
        self.met |= {*["iterator"] * bool(iterator), *["condition"] * bool(conditions)}
        self.met |= {*["lookup"] * bool(looked_up)}
        for row in reading.rows:
            values = {name: items(fields[name], row.cells[name]) for name in fields}
            for combination in product(*(values[name] or [""] for name in several)):
                cells = {**row.cells, **dict(zip(several, combination, strict=True))}
                seen = {**values, **({iterator: [cells[iterator]]} if iterator else {})}
                if all(_holds(condition, seen) for condition in conditions):
                    for name, found in looked_up.items():
                        cells[name] = found.get(cells[name.partition(".")[0]], "")
                    yield cells

    def looked_up(self, reading: Reading, name: str) -> dict[str, str]:
        column, _, wanted = name.partition(".")
        (key,) = (key for key in reading.table.foreign_keys if key.field == column)
        there = self.readings[key.resource]
        return {row.cells[key.column]: row.cells[wanted] for row in there.rows}

    def absolute(self, text: str) -> str:
        """Return an address, or the template of one, with the base before it."""
        if _ABSOLUTE.match(text) or text == "a" or text.startswith("$("):
            prefix, _, local = text.partition(":")
            known = "$(" in local and not local.startswith("//") and prefix in self.prefixes
            return self.prefixes[prefix] + local if known else text
        self.met.add("base")
        return self.base + text

    def rule(self, rule: Any) -> Any:
        if isinstance(rule, list):
            predicate, value, *rest = rule
            return [predicate, self.object(value), *rest]
        objects = rule["objects"]
        if isinstance(objects, dict) and "mapping" in objects:
            return {**rule, "objects": [{**objects, "mapping": self.parent(objects)}]}
        if isinstance(objects, dict) and "function" in objects:
            return {**rule, "objects": [objects]}
        made = objects if isinstance(objects, dict) else {"value": objects}
        value = self.object(made["value"])
        if value.endswith("~iri"):
            # yatter knows the ending in the short form only
            made, value = {**made, "type": "iri"}, value.removesuffix("~iri")
        return {**rule, "objects": [{**made, "value": value}]}

    def object(self, value: Any) -> str:
        text = str(value)
        if text.endswith("~iri"):
            return self.absolute(text.removesuffix("~iri")) + "~iri"
        return text

    def parent(self, objects: dict[str, Any]) -> str:
        """Write the mapping that is joined with, over a row for each item that is compared."""
        name = objects["mapping"]
        value = self.raw["mappings"][name]
        column = objects["condition"]["parameters"][1][1][2:-1]
        part = f"{name}-{column}"
        used = [*_COLUMN.findall(value["s"]), column]
        self.tables[f"{part}.csv"] = list(self.rows(value, used, []))
        self.mappings[part] = {
            "sources": [[f"{part}.csv~csv"]], "s": self.absolute(value["s"]),
            "po": [next(rule for rule in value["po"] if isinstance(rule, list) and rule[0] == "a")],
        }  # fmt: skip
        return part


def _holds(condition: dict[str, Any], values: Mapping[str, list[str]]) -> bool:
    (_, column), (_, wanted) = condition["parameters"]
    found = values[column[2:-1]]
    equal = wanted in found if wanted else not any(found)
    return bool(equal != (condition["function"] == "notEqual"))
