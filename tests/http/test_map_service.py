"""`/api/map` and `/map` of a real service: good tables, bad cells, hostile strangers, long work."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import openpyxl
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from app.bootstrap import service
from app.rdf import media
from tests.conftest import BASE, Workspace
from tests.http.support import BROWSER, PROBLEM, RDF, Page, harmless
from tests.integration.test_hostile_workbooks import HOSTILE as WORKBOOKS
from tests.unit.spreadsheets import ods, ods_table, ods_text

EVIL = "<img src=x onerror=alert(1)>"
TABLE = (
    "Onze organisaties;;\nOVO-code;Naam;Website\nOVO000001;Stad Gent;https://gent.be\n"
    "OVO000002;Brugge;https://brugge.be\nOVO000003;Leuven;https://leuven.be\n"
    f"OVO000004;{EVIL};javascript:alert(1)\nOVO000005;=1+1;geen site\n"
)
MAPPING = """prefixes: {ex: https://stad.test/ns#}
sources: {t: [boom.csv~csv]}
mappings:
  boom:
    sources: t
    s: id/boom/$(nr)
    po:
      - [a, ex:Boom]
      - [ex:hoogte, $(hoogte), xsd:integer]
      - [ex:naam, $(naam), nl~lang]
"""
TREES = "nr,hoogte,naam\n1,12,Eik\n2,hoog,Beuk\n"
RML = """@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
[] rml:logicalSource [ rml:source "boom.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "https://stad.test/{nr}" ] ;
  rr:predicateObjectMap [ rr:predicate <https://stad.test/naam> ;
    rr:objectMap [ rml:reference "naam" ] ] .
"""
# what no stranger may see
INSIDE = ("Traceback", "site-packages", "/work/", "/tmp/", "/usr/", 'File "', ".py", "0x7f")
PRIVATE = "root:x:0:0"


@pytest.fixture
def spools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything that is spooled goes."""
    folder = tmp_path / "spools"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def service_of_trees(trees: Workspace) -> Iterator[TestClient]:
    with TestClient(service(trees.settings), follow_redirects=False) as client:
        yield client


@pytest.fixture
def maps(service_of_trees: TestClient, spools: Path) -> Iterator[TestClient]:
    yield service_of_trees
    # whatever came of it, nothing was kept
    assert list(spools.iterdir()) == []


def send(
    client: TestClient,
    table: str | bytes = TREES,
    name: str = "boom.csv",
    *,
    at: str = "/api/map",
    headers: dict[str, str] | None = None,
    **fields: Any,
) -> httpx.Response:
    data = table.encode() if isinstance(table, str) else table
    return client.post(at, files={"file": (name, data)}, data=fields, headers=headers or {})


def good(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: httpx.Response, code: str = "bad-input", status: int = 400) -> dict[str, str]:
    """Return what a problem says, in both languages; fail if it tells of our insides."""
    assert answer.status_code == status, answer.text[:1000]
    assert answer.headers["content-type"] == PROBLEM
    told = answer.json()
    assert told["code"] == code
    texts: dict[str, str] = told["messages"]
    assert texts["nl"] != texts["en"]
    assert not [word for word in (*INSIDE, PRIVATE) if word in answer.text], answer.text[:1000]
    assert len(answer.text) < 20_000
    return texts


def test_a_mapping_is_proposed_and_every_wrong_cell_is_told(maps: TestClient) -> None:
    told = good(send(maps, TABLE, "lijst.csv", profile="organisatie"))
    assert told["published"] is False
    proposal = told["mapping"]["proposal"]
    sure = {item["column"]: item for item in proposal["columns"]}
    assert sure["OVO-code"]["property"] == "owl:sameAs"
    assert sure["Naam"]["confidence"] == 1.0
    assert set(sure["Naam"]["why"]) == {"nl", "en"}
    assert not proposal["key"]["good"]
    assert (told["rows"], told["problems"], told["rows_with_problems"]) == (5, 1, 1)
    assert [note["code"] for note in told["notes"]] == ["delimiter", "rows-above"]
    found = {problem["cell"]: problem for problem in told["found"]}
    problem = found["lijst.csv#row=7&column=Website"]
    assert problem["value"] == "geen site"
    assert {*problem["message"]} == {*problem["remedy"]} == {"nl", "en"}
    first = told["things"][0]
    assert first["iri"] == f"{BASE}id/organisatie/stad-gent"
    assert first["types"] == ["http://www.w3.org/ns/org#Organization"]
    assert first["cells"] == ["lijst.csv#row=3&column=Naam"]
    values = {item["iri"].rpartition("/")[2]: item["values"] for item in first["properties"]}
    assert values["homepage"] == [
        {"iri": "https://gent.be", "cells": ["lijst.csv#row=3&column=Website"]}
    ]
    assert told["labels"][first["types"][0]] == {"nl": "organisatie", "en": "organisation"}
    # the proposal is a mapping that can be handed over again, changed
    text = told["mapping"]["text"].replace("skos:prefLabel", "rdfs:label")
    again = good(send(maps, TABLE, "anders.csv", mapping=text))
    assert again["mapping"]["proposal"] is None
    assert "http://www.w3.org/2000/01/rdf-schema#label" in again["labels"]


def test_only_a_proposal(maps: TestClient) -> None:
    told = good(send(maps, TABLE, "lijst.csv", profile="organisatie", propose="only"))
    assert "rows" not in told
    assert [item["column"] for item in told["mapping"]["proposal"]["columns"]] == [
        "OVO-code", "Naam", "Website"
    ]  # fmt: skip
    for form in ("turtle", "xlsx", "skipped"):
        refused(send(maps, TABLE, "lijst.csv", profile="organisatie", propose="only", format=form))


@pytest.mark.parametrize("form", ["xlsx", "ods", "json", "csv"])
def test_workbooks_and_json_are_read_and_cells_are_named_as_there(
    maps: TestClient, form: str
) -> None:
    rows = [line.split(",") for line in TREES.split()]
    if form == "xlsx":
        book = openpyxl.Workbook()
        book.active.title = "Leeg"
        page = book.create_sheet("Bomen")
        for row in rows:
            page.append(row)
        out = io.BytesIO()
        book.save(out)
        data = out.getvalue()
    elif form == "ods":
        data = ods(ods_table("Bomen", *(ods_text(*row) for row in rows)))
    elif form == "json":
        data = json.dumps({"in": [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]}
                          ).encode()  # fmt: skip
    else:
        data = TREES.replace(",", "|").encode("utf-16")
    more: dict[str, Any] = {
        "xlsx": {"sheet": "Bomen"}, "json": {"items": "in"}, "csv": {"delimiter": "|"}
    }  # fmt: skip
    told = good(send(maps, data, f"mijn bomen.{form}", mapping=MAPPING, **more.get(form, {})))
    assert (told["rows"], told["quads"], told["problems"]) == (2, 5, 1)
    cell = {"xlsx": "#sheet=Bomen&cell=B3", "ods": "#sheet=Bomen&cell=B3",
            "json": "#item=2&member=hoogte", "csv": "#row=3&column=hoogte"}[form]  # fmt: skip
    assert told["found"][0]["cell"] == f"mijn%20bomen.{form}{cell}"


def test_rml_as_a_file_or_as_text(maps: TestClient) -> None:
    files = [("file", ("x.csv", TREES.encode())), ("mapping", ("m.rml", RML.encode()))]
    told = good(maps.post("/api/map", files=files))
    assert told["mapping"]["language"] == "rml"
    assert told["quads"] == 2
    assert good(send(maps, mapping=RML))["quads"] == 2


@pytest.mark.parametrize("form", ["turtle", "nquads", "jsonld", "rdfxml", "ntriples", "trig"])
def test_all_of_it_in_every_form(maps: TestClient, form: str) -> None:
    kind = next(item for item in media.ALL if item.key == form)
    named = send(maps, mapping=MAPPING, format=form)
    accepted = send(maps, mapping=MAPPING, headers={"accept": kind.name})
    assert named.content == accepted.content
    assert named.headers["content-type"].startswith(kind.name)
    assert named.headers["content-disposition"] == f'attachment; filename="boom.{kind.suffix}"'
    assert len(list(ox.parse(named.content, RDF[kind.suffix][0]))) == 5


def test_the_mapping_and_the_rows_left_out_are_files(maps: TestClient) -> None:
    mapping = send(maps, TABLE, "lijst.csv", profile="organisatie", format="mapping")
    assert mapping.headers["content-disposition"].endswith('"lijst.mapping.yml"')
    assert b"mappings:" in mapping.content
    rml = send(maps, mapping=RML, format="mapping")
    assert rml.headers["content-disposition"].endswith('"boom.mapping.ttl"')
    skipped = send(maps, TABLE, "lijst.csv", profile="organisatie", format="skipped")
    assert skipped.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(skipped.content.decode("utf-8-sig"), newline="")))
    # no cell is a formula
    assert rows[1][:4] == ["OVO000005", "'=1+1", "geen site", "7"]
    assert (
        send(maps, TREES.replace("hoog,", "9,"), mapping=MAPPING, format="skipped").content == b""
    )


def test_the_table_itself_comes_back_marked(maps: TestClient) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Bomen"
    for row in ("nr", "hoogte", "naam"), ("1", "hoog", "=1+1"):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    # a formula that was never calculated has no value, and is told as well
    answer = send(maps, out.getvalue(), "boom.xlsx", mapping=MAPPING, format="xlsx")
    assert answer.headers["content-disposition"].endswith('"boom.marked.xlsx"')
    found = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert found.sheetnames == ["Problemen", "Bomen"]
    assert "geheel getal" in found["Bomen"]["B2"].comment.text
    marked = send(maps, TABLE, "lijst.csv", profile="organisatie", format="xlsx")
    page = openpyxl.load_workbook(io.BytesIO(marked.content))["lijst"]
    assert "webadres" in page["C7"].comment.text
    assert (page["B7"].value, page["B7"].data_type) == ("=1+1", "s")
    data = json.dumps([{"nr": "1", "hoogte": "hoog", "naam": "x"}])
    listed = send(maps, data, "boom.json", mapping=MAPPING, format="xlsx")
    assert openpyxl.load_workbook(io.BytesIO(listed.content)).sheetnames == ["Problemen"]


def test_a_sheet_that_is_named_is_named_in_the_proposal(maps: TestClient) -> None:
    book = openpyxl.Workbook()
    page = book.create_sheet("100% blad")
    for row in ("Naam", "Website"), ("Stad Gent", "https://gent.be"):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    told = good(send(maps, out.getvalue(), "a.xlsx", profile="organisatie", sheet="100% blad"))
    assert "a.xlsx#sheet=100%25 blad~csv" in told["mapping"]["text"]
    again = good(send(maps, out.getvalue(), "b.xlsx", mapping=told["mapping"]["text"]))
    assert (again["quads"], again["rows"]) == (told["quads"], 1)


JOINED = """
mappings:
  boom:
    sources: [[bomen.csv~csv]]
    s: boom/$(nr)
    po:
      - p: ex:in
        o: {mapping: park, condition: {function: equal,
            parameters: [[str1, $(park), s], [str2, $(code), o]]}}
  park: {sources: [[parken.csv~csv]], s: park/$(code), po: [[ex:naam, $(naam)]]}
prefixes: {ex: https://stad.test/ns#}
"""


def test_two_tables_are_joined_and_one_that_is_missing_is_named(maps: TestClient) -> None:
    trees, parks = b"nr,park\n1,P1\n2,P9\n", b"code,naam\nP1,Zuid\n"
    files = [("file", ("BOMEN.csv", trees)), ("file", ("parken.csv", parks))]
    told = good(maps.post("/api/map", files=files, data={"mapping": JOINED}))
    assert told["quads"] == 2
    assert told["unmatched"][0]["value"] == "P9"
    alone = refused(send(maps, trees, "bomen.csv", mapping=JOINED))
    assert "parken.csv" in alone["nl"]
    broken = [("file", ("bomen.csv", b"nr,park\n1,P1,x\n")), ("file", ("parken.csv", parks + b"x"))]
    skipped = maps.post("/api/map", files=broken, data={"mapping": JOINED, "format": "skipped"})
    with zipfile.ZipFile(io.BytesIO(skipped.content)) as archive:
        assert len(archive.namelist()) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "geef een mapping"),
        ({"profile": "planten"}, "organisatie"),
        ({"propose": "yes", "mapping": MAPPING}, "zeg wat elke rij is"),
        ({"mapping": MAPPING, "header_row": "-1"}, "header_row"),
        ({"mapping": MAPPING, "header_row": "1e9"}, "header_row"),
        ({"mapping": MAPPING, "header_row": "9999"}, "rij 9999"),
        ({"mapping": MAPPING, "encoding": "rot13"}, "encoding is een van"),
        ({"mapping": MAPPING, "delimiter": "ab"}, "delimiter is een van"),
        ({"mapping": MAPPING, "base": "javascript:alert(1)"}, "geen webadres"),
        ({"mapping": MAPPING, "on_error": "ignore"}, "on_error is een van"),
        ({"mapping": MAPPING, "format": "exe"}, "format is een van"),
        ({"mapping": MAPPING.replace("$(naam)", "$(nam)")}, 'Bedoelde u "naam"?'),
        ({"mapping": MAPPING.replace("ex:naam", "exx:naam")}, "mapping.yml:10 mappings boom po 3"),
        ({"mapping": "mappings: [x"}, "geen YAML"),
        ({"mapping": "<a> <b>"}, "mapping.ttl"),
        ({"mapping": "mappings: {}\nx: \x00"}, "geen YAML"),
        ({"mapping": MAPPING.replace("xsd:integer]", "xsd:integer]\n      - {p: ex:x, o: "
                                     "{value: $(naam), type: {}}}")}, "er is geen type {}"),
        ({"mapping": MAPPING.replace("xsd:integer]", "xsd:integer]\n      - {p: ex:x, o: "
                                     "{function: grel:trim, parameters: [[valueParameter, x, {}]]}}")},
         "kan alleen in een koppeling"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said(maps: TestClient, fields: Any, said: str) -> None:
    assert said in refused(send(maps, **fields))["nl"]


def test_what_is_no_form_or_has_no_table_is_said(maps: TestClient) -> None:
    assert "multipart" in refused(maps.post("/api/map", content=b"a,b"))["nl"]
    assert "geef een tabel" in refused(maps.post("/api/map", data={"mapping": MAPPING}))["nl"]
    many = [("file", (f"{n}.csv", b"a\n1\n")) for n in range(9)]
    assert "6 bestanden" in refused(maps.post("/api/map", files=many))["nl"]
    over = maps.post("/api/map", content=b"x", headers={"content-length": "999999999"})
    refused(over, "too-large", 413)
    assert send(maps, mapping=MAPPING, headers={"accept": "image/png"}).status_code == 406


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


def ended(client: TestClient, path: str) -> tuple[dict[str, Any], set[int]]:
    """Wait for the end of a job; return its state, and the percents told on the way."""
    percents = set[int]()
    end = time.monotonic() + 100
    while time.monotonic() < end:
        told = client.get(path, headers={"accept": "application/json"}).json()
        percents |= {told["done"]} if told.get("total") else set()
        if told["state"] in {"done", "failed"}:
            return told, percents
        time.sleep(0.02)
    raise AssertionError(percents)


LATER = {"prefer": "respond-async"}
LARGE = "nr,hoogte,naam\n" + "".join(f"{n},{n},Boom {n} {'x' * 30}\n" for n in range(120_000))


def test_long_work_is_followed_and_told_in_every_form(maps: TestClient, spools: Path) -> None:
    answer = send(maps, LARGE + "x,hoog,y\n", mapping=MAPPING, headers=LATER)
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    path = answer.headers["location"].removeprefix("..")
    assert path.startswith("/map/jobs/")
    told, percents = ended(maps, path)
    assert told["state"] == "done", told
    assert max(percents) == 100
    model = good(maps.get(f"{path}.json"))
    assert (model["rows"], model["problems"], len(model["things"])) == (120_001, 1, 12)
    assert maps.get(f"{path}.nq").content.count(b"\n") == model["quads"]
    assert b"hoog" in maps.get(f"{path}.csv").content
    assert b"mappings:" in maps.get(f"{path}.yml").content
    assert maps.get(f"{path}.xlsx").status_code == 404
    page = harmless(maps.get(path, headers={"accept": BROWSER}).text)
    assert not [link for link in page.links if link.startswith(BASE)]
    assert "120.001 rijen gelezen" in page.text
    # the table is gone, the result is not
    assert list(spools.iterdir()) == []
    assert maps.delete(path).status_code == 204
    assert maps.get(f"{path}.json").status_code == 404


def test_long_work_that_fails_says_why_and_one_that_is_ended_is_forgotten(
    maps: TestClient,
) -> None:
    answer = send(maps, mapping="mappings: {}x", headers=LATER)
    told, _ = ended(maps, answer.headers["location"].removeprefix(".."))
    assert told["state"] == "failed"
    assert "geen YAML" in told["messages"]["nl"]
    path = send(maps, LARGE, mapping=MAPPING, headers=LATER).headers["location"].removeprefix("..")
    assert "gestopt" in maps.post(f"{path}/cancel", headers={"accept": BROWSER}).text
    assert maps.get(path).status_code == 404


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_shows_it_and_nothing_of_it_runs(maps: TestClient, lang: str) -> None:
    form = harmless(maps.get(f"/map?lang={lang}&profile=organisatie").text)
    assert ("niets bewaard" if lang == "nl" else "nothing is kept") in form.text
    answer = send(maps, TABLE, f"{EVIL}.csv", at=f"/map?lang={lang}", profile="organisatie")
    assert answer.status_code == 200
    page = harmless(answer.text)
    assert EVIL in page.text
    assert "geen site" in page.text
    assert ("rij 7, kolom Website" if lang == "nl" else "row 7, column Website") in page.text
    assert "mappings:" in page.text
    # what is not published has no page, and a script is no address
    assert not [link for link in page.links if "id/organisatie" in link and BASE in link]
    assert "https://gent.be" in page.links
    assert answer.headers["cache-control"] == "no-store"
    wrong = send(maps, at=f"/map?lang={lang}", mapping="mappings: [")
    assert wrong.status_code == 400
    page = harmless(wrong.text)
    assert "mapping.yml" in page.text
    # what was asked is still there, to be mended
    assert "mappings: [" in page.text


def test_openapi_says_what_the_form_may_hold(maps: TestClient) -> None:
    operation = maps.get("/openapi.json").json()["paths"]["/api/map"]["post"]
    schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert schema["required"] == ["file"]
    for name in schema["properties"]["format"]["enum"]:
        assert send(maps, mapping=MAPPING, format=name).status_code == 200


def test_a_large_form_becomes_a_job(maps: TestClient) -> None:
    answer = send(maps, LARGE + "#" * 2_000_000, at="/map", mapping=MAPPING)
    assert answer.status_code == 303
    path = answer.headers["location"].removeprefix(".")
    page = Page.of(maps.get(path, headers={"accept": BROWSER}).text)
    assert page.dangers == []
    assert maps.delete(path).status_code == 204
