"""Hostile tables and mappings handed to `/api/map`: refused in words, and the service goes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.bootstrap import service
from tests.conftest import Workspace
from tests.http.mapping import (
    JOINED,
    MAPPING,
    PRIVATE,
    good,
    refused,
    send,
)
from tests.integration.test_hostile_workbooks import HOSTILE as WORKBOOKS


def outside(source: str) -> str:
    """Return a mapping that reads a file of ours, as its only source or besides the one given."""
    return f"""
mappings:
  own: {{sources: [[boom.csv~csv]], s: id/$(nr), po: [[rdfs:label, $(naam)]]}}
  other: {{sources: [["{source}~csv"]], s: id/$(nr), po: [[rdfs:label, $(naam)]]}}
"""


@pytest.mark.parametrize(
    "source",
    ["../../../../../../etc/passwd", "/etc/passwd", "/proc/self/environ", "file:///etc/passwd",
     "../1/other.csv", "\\0", "a" * 5_000, "mapping.yml", "rijen.nq", ".", "..", "/dev/zero"],
)  # fmt: skip
def test_a_mapping_reads_nothing_but_what_was_handed_over(maps: TestClient, source: str) -> None:
    refused(send(maps, mapping=outside(source)))
    # as the only source it stands for the table that was handed over, whatever it is called
    alone = outside(source).replace("own:", "#").replace("boom.csv~csv", "")
    answer = send(maps, mapping=alone)
    assert PRIVATE not in answer.text
    if source != "\\0":
        assert good(answer)["quads"] == 2


def test_functions_read_no_files_but_the_code_lists_that_ship(maps: TestClient) -> None:
    plain = "[ex:naam, $(naam), nl~lang]"
    call = ("{function: idlab-fn:lookup, parameters: [[str, $(naam)], [inputFile, FILE], "
            "[fromColumn, '0'], [toColumn, '1']]}")  # fmt: skip
    for file in ("/etc/passwd", "boom.csv", "../0/boom.csv", "x.csv"):
        mapping = MAPPING.replace(plain, "{p: ex:naam, o: " + call.replace("FILE", file) + "}")
        assert "hier worden geen bestanden opgezocht" in refused(send(maps, mapping=mapping))["nl"]
    code = ("{function: vijfster-fn:concept, parameters: [[valueParameter, $(naam)], "
            "[scheme, continent]], type: iri}")  # fmt: skip
    mapping = MAPPING.replace(plain, "{p: ex:in, o: " + code + "}")
    told = good(send(maps, "nr,hoogte,naam\n1,2,Europa\n", mapping=mapping))
    assert told["problems"] == 0, told["found"]
    assert any("continent" in iri for iri in told["labels"])


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{new}: &{new} {{<<: [{', '.join([f'*{old}'] * 9)}]}}\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE_MAPPINGS = {
    "aliases": LAUGHS + "mappings: *i\n",
    "merges": MERGES + "mappings: *i\n",
    "cyclic alias": "mappings: &a {x: *a}\n",
    "deep lists": "mappings: " + "[" * 20_000,
    "deep tables": "mappings: " + "{a: " * 20_000,
    "deep blocks": "".join(" " * n + "a:\n" for n in range(900)),
    "python": "mappings: !!python/object/apply:os.system ['id']\n",
    "a date that is none": "mappings: 2020-13-45\n",
    "a number that is large": "mappings: {a: {s: " + "9" * 9_000 + "}}\n",
    "deep functions": "prefixes: {grel: 'http://users.ugent.be/~bjdmeest/function/grel.ttl#'}\n"
                      "mappings: {a: {sources: [[t~csv]], s: a/$(nr), po: [[a, {function: '"
                      + "grel:toUpperCase(valueParameter = " * 5_000 + "'}]]}}\n",
    "deep Turtle": "@prefix rr: <http://www.w3.org/ns/r2rml#> . <a> rr:subjectMap "
                   + "[ rr:subjectMap " * 20_000,
    "a catastrophic pattern": MAPPING.replace(
        "$(naam), nl~lang", "{function: grel:string_replace, parameters: [[valueParameter, "
        "$(naam)], [p_string_find_pattern, '(a+)+$'], [p_string_replace, x]]}"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_MAPPINGS)
def test_hostile_mappings_are_refused_and_the_service_goes_on(maps: TestClient, name: str) -> None:
    answer = send(maps, "nr,hoogte,naam\n1,2," + "a" * 40 + "!\n", mapping=HOSTILE_MAPPINGS[name])
    refused(answer)
    assert good(send(maps, mapping=MAPPING))["quads"] == 5


@pytest.mark.parametrize("name", [name for name in WORKBOOKS if name != "a text by the name"])
def test_hostile_workbooks_are_refused(maps: TestClient, name: str) -> None:
    data, _ = WORKBOOKS[name]
    texts = refused(send(maps, data, "boek.xlsx", profile="organisatie"))
    assert "boek.xlsx" in texts["nl"]
    refused(send(maps, data, "boek.xlsx", mapping=MAPPING))


HOSTILE_TABLES = {
    "a NUL": b"nr,hoogte,naam\n1,2,\x00\n",
    "a million columns": b"nr,hoogte,naam" + b",x" * 1_000_000 + b"\n1,2,3\n",
    "no text": bytes(range(128, 256)) * 50,
    "an open quote": b'"nr,hoogte,naam\n1,2,3\n' + b"x\n" * 100_000,
    "nothing": b"",
    "a zip of nothing": b"PK\x05\x06" + b"\0" * 18,
    "half a workbook": WORKBOOKS["zip bomb"][0][:3_000],
}


@pytest.mark.parametrize("name", HOSTILE_TABLES)
def test_hostile_tables_are_refused(maps: TestClient, name: str) -> None:
    refused(send(maps, HOSTILE_TABLES[name], "tabel.csv", mapping=MAPPING))
    refused(send(maps, HOSTILE_TABLES[name], "tabel.csv", profile="project"))


def test_names_of_files_are_names(maps: TestClient) -> None:
    for name in ("../../x.csv", "/etc/passwd", "a\\b.csv", ".csv", "....", "x" * 400 + ".csv",
                 "#sheet=x.csv", "<b>.csv", "\u202e.csv", "con.csv"):  # fmt: skip
        told = good(send(maps, name=name, mapping=MAPPING))
        cell = told["found"][0]["cell"]
        assert "/" not in cell.partition("#")[0]
        assert len(cell) < 200
        assert not {"<", "\u202e"} & {*cell}


def test_a_mapping_that_takes_too_long_or_too_much_is_ended(trees: Workspace, spools: Path) -> None:
    settings = trees.settings.model_copy(update={"mapping_timeout_seconds": 1.5})
    cross = JOINED.replace("$(park)", "$(z)").replace("$(code)", "$(z)", 1)
    rows = "nr,park,code,naam,z\n" + "".join(f"{n},P,{n},x,1\n" for n in range(20_000))
    with TestClient(service(settings)) as client:
        files = [("file", (f"{name}.csv", rows.encode())) for name in ("bomen", "parken")]
        begun = time.monotonic()
        answer = client.post("/api/map", files=files, data={"mapping": cross})
        texts = refused(answer, "map-timeout" if answer.status_code == 504 else "map-failed",
                        answer.status_code)  # fmt: skip
        assert answer.status_code in {502, 504}
        assert "vijfster map" in texts["nl"]
        assert time.monotonic() - begun < 20
        assert good(send(client, mapping=MAPPING))["quads"] == 5
    assert list(spools.iterdir()) == []
