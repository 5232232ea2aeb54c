"""`/api/map` and `/map` of a real service: good tables, bad cells, hostile strangers, long work."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from app.rdf import media
from tests.conftest import BASE
from tests.http.mapping import (
    EVIL,
    JOINED,
    MAPPING,
    RML,
    TABLE,
    TREES,
    good,
    refused,
    send,
)
from tests.http.support import BROWSER, RDF, Page, harmless
from tests.unit.spreadsheets import ods, ods_table, ods_text


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
    text = io.StringIO(skipped.content.decode("utf-8-sig"), newline="")
    rows = list(csv.reader(text, delimiter=";"))
    # no cell is a formula
    assert rows[1][:4] == ["OVO000005", "'+1+1", "geen site", "7"]
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
    assert (page["B7"].value, page["B7"].data_type) == ("+1+1", "s")
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
                                     "{fn: grel:trim, pms: [[valueParameter, x, {}]]}}")},
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
