"""A table of twelve columns that is right, and errors of every kind planted at random cells."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

MUNICIPALITIES: Final = 60
# rows that others refer to; nothing is planted in their keys
_HEADS: Final = 50
FIELDS: Final[list[dict[str, Any]]] = [
    {"name": "ref", "constraints": {"unique": True, "pattern": "ORG-[0-9]{7}"}},
    {"name": "nummer", "constraints": {"pattern": "[01][0-9]{9}"}},
    {"name": "naam", "constraints": {"required": True, "maxLength": 40}},
    {"name": "soort", "constraints": {"enum": ["gemeente", "vereniging", "school"]}},
    {"name": "gemeente"},
    {"name": "hoofd"},
    {"name": "opgericht", "type": "date", "constraints": {"minimum": "1830-01-01"}},
    {"name": "sinds", "type": "year"},
    {"name": "personeel", "type": "integer", "constraints": {"minimum": 0, "maximum": 100_000}},
    {"name": "toelage", "type": "number", "constraints": {"minimum": 0}},
    {"name": "actief", "type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    {"name": "e-mail", "format": "email"},
]
NAMES: Final = [field["name"] for field in FIELDS]
SCHEMA: Final = {
    "fields": FIELDS,
    "primaryKey": "ref",
    "foreignKeys": [
        {"fields": "gemeente", "reference": {"resource": "gemeenten", "fields": "nis"}},
        {"fields": "hoofd", "reference": {"resource": "", "fields": "ref"}},
    ],
}
# by column what a cell may wrongly hold; "" of the key is another row's
WRONG: Final[Mapping[str, tuple[str, ...]]] = {
    "ref": ("ORG-12", "org-0000001", "=A1", ""),
    "nummer": ("403170701", "0403.170.701", "4,03E+08", "BE0403170701", "2403170701"),
    "naam": ("", "Vereniging voor het behoud van alles wat oud en mooi is"),
    "soort": ("Gemeente", "vzw", "vereniging van scholen"),
    "gemeente": ("99999", "1001", "Gent"),
    "hoofd": ("ORG-9999999", "niemand"),
    "opgericht": ("31/12/2020", "31/02/2020", "44196", "2020-02-30", "onbekend", "1789-07-14"),
    "sinds": ("'98", "1998-99", "jaren 90"),
    "personeel": ("12.0", "drie", "-1", "100001", "n.v.t.", "#N/B"),
    "toelage": ("1.234,56", "1234,5", "veel", "-0.5", "#DEEL/0!", "€ 5"),
    "actief": ("ja", "WAAR", "1", "n"),
    "e-mail": ("info@", "info at stad.be", "stad.be"),
}


def rows(size: int, seed: int = 1) -> list[list[str]]:
    """Return rows without errors, in the order of `NAMES`."""
    rnd = random.Random(seed)
    return [
        [f"ORG-{n:07}", f"{400_000_000 + n:010}", f"Vereniging Zuid-Oost {n}",
         rnd.choice(("gemeente", "vereniging", "school")), str(11_001 + n % MUNICIPALITIES),
         "" if n % 3 else f"ORG-{rnd.randrange(min(size, _HEADS)):07}",
         f"{1950 + n % 70}-{n % 12 + 1:02}-{n % 28 + 1:02}", str(1950 + n % 70),
         str(rnd.randrange(5000)), f"{rnd.randrange(900_000)}.{rnd.randrange(10)}5",
         rnd.choice(("true", "false")), f"info{n}@voorbeeld.test"]
        for n in range(size)
    ]  # fmt: skip


def plant(table: list[list[str]], errors: int, seed: int = 1) -> set[tuple[int, str]]:
    """Make so many cells wrong; return each as (row in the file, column)."""
    rnd = random.Random(seed)
    kinds = [(name, value) for name, values in WRONG.items() for value in values]
    planted: set[tuple[int, str]] = set()
    while len(planted) < errors:
        # one after the other, so that every kind is there
        name, value = kinds[len(planted) % len(kinds)]
        row = rnd.randrange(_HEADS, len(table))
        if (row + 2, name) in planted:
            continue
        if name == "ref" and not value:
            value = table[rnd.randrange(_HEADS)][0]
        table[row][NAMES.index(name)] = value
        planted.add((row + 2, name))
    return planted


def write(folder: Path, table: list[list[str]]) -> None:
    """Write the package: `organisaties.csv`, `gemeenten.csv` and `datapackage.json`."""
    municipalities = [["nis"], *([str(11001 + n)] for n in range(MUNICIPALITIES))]
    for name, lines in (("organisaties", [NAMES, *table]), ("gemeenten", municipalities)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)
    key = {"fields": [{"name": "nis"}], "primaryKey": "nis"}
    resources = [
        {"name": name, "type": "table", "path": f"{name}.csv", "scheme": "file", "format": "csv",
         "encoding": "utf-8", "schema": schema}
        for name, schema in (("gemeenten", key), ("organisaties", SCHEMA))
    ]  # fmt: skip
    package = {"name": "bench", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
