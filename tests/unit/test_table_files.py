"""Reading files of tables, and descriptors: what cannot be read or checked gives one message."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.errors import ProjectError
from app.tables.checks import check
from app.tables.descriptor import load_package
from tests.unit.table_package import CODES, FIELDS, GOOD, HEAD, Package, found, one, row
from tests.unit.test_table_references import refers


@pytest.mark.parametrize(
    ("data", "cell", "code"),
    [
        pytest.param(b"", "t.csv", "file-empty", id="empty"),
        pytest.param(b"\n\n", "t.csv", "file-empty", id="blank-lines"),
        pytest.param(b"\xef\xbb\xbf", "t.csv", "file-empty", id="only-a-bom"),
        pytest.param(HEAD.encode(), "t.csv", "no-rows", id="header-only"),
        pytest.param(
            GOOD.replace(b"Een", "Coöp".encode("cp1252")), "t.csv#row=2", "encoding", id="cp1252"
        ),
        pytest.param(
            row(naam="Coöp").replace(",", ";").encode("cp1252"), "t.csv#row=2", "encoding",
            id="cp1252-semicolons",
        ),
        pytest.param(GOOD.replace(b",", b";"), "t.csv#row=1", "delimiter", id="semicolons"),
        pytest.param(GOOD.replace(b",", b"\t"), "t.csv#row=1", "delimiter", id="tabs"),
        pytest.param(row().encode("utf-16"), "t.csv#row=1", "encoding", id="utf-16"),
        pytest.param(GOOD.replace(b"Een", b"E\x00n"), "t.csv#row=2", "nul", id="nul"),
        pytest.param(GOOD.replace(b"Een", b'"Een'), "t.csv#row=2", "csv", id="quote-open"),
        pytest.param(GOOD.replace(b"Een", b'"E"n'), "t.csv#row=2", "csv", id="quote-inside"),
        pytest.param(b'"' + GOOD, "t.csv#row=1", "csv", id="quote-open-in-header"),
        pytest.param(
            GOOD.replace(b"Een", b"x" * 200_000), "t.csv#row=2", "cell-too-long", id="huge-cell"
        ),
        pytest.param(
            GOOD.replace(b"Een", b"x" * 100_001), "t.csv#row=2", "cell-too-long", id="long-cell"
        ),
        pytest.param(GOOD + b"A2,Twee\n", "t.csv#row=3", "ragged-row", id="short-row"),
        pytest.param(
            GOOD.replace(b"Een", b"Een, twee"), "t.csv#row=2", "ragged-row", id="long-row"
        ),
        pytest.param(
            GOOD.replace(b",maat", b"", 1), "t.csv#row=1&column=maat", "column-missing", id="column"
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_gives_one_message(
    package: Package, data: bytes, cell: str, code: str
) -> None:
    assert found(one(package, data)) == [(cell, code)]


def test_a_missing_file_gives_one_message(package: Package) -> None:
    package.add("t", "", FIELDS)
    (package.folder / "t.csv").unlink()
    assert found(package.problems()) == [("t.csv", "file-missing")]


def test_wrong_columns_are_named(package: Package) -> None:
    data = "nr,naam,naam,extra\nA1,a,b,c\n"
    problems = package.add("t", data, [FIELDS[0], FIELDS[1], {"name": "weg"}]).problems()
    assert found(problems) == [
        ("t.csv#row=1&column=weg", "column-missing"),
        ("t.csv#row=1&column=naam", "column-twice"),
        ("t.csv#row=1&column=extra", "column-unknown"),
    ]


def test_rows_after_a_bad_one_are_still_checked(package: Package) -> None:
    data = HEAD + "A1,kort\n" + row(nr="A2", jaar="19").split("\n", 1)[1]
    assert found(one(package, data)) == [
        ("t.csv#row=2", "ragged-row"),
        ("t.csv#row=3&column=jaar", "type-year"),
    ]


def test_the_number_of_a_row_counts_records_not_lines(package: Package) -> None:
    data = row(naam='"a\nb\nc"') + row(nr="A2", jaar="19").split("\n", 1)[1]
    assert found(one(package, data)) == [("t.csv#row=3&column=jaar", "type-year")]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_line_ends_and_byte_order_mark_do_not_matter(
    package: Package, ends: str, encoding: str
) -> None:
    data = row(naam="Coöperatie").replace("\n", ends).encode(encoding)
    reading = package.add("t", data, FIELDS).read()["t"]
    assert not reading.problems
    (first,) = reading.rows
    assert (first.cells["naam"], first.cells["nr"]) == ("Coöperatie", "A1")


@pytest.mark.parametrize("name", ["utf8", "UTF-8", "utf-8-sig"])
def test_utf_8_may_be_spelt_otherwise_and_have_a_mark(package: Package, name: str) -> None:
    package.add("t", row().encode("utf-8-sig"), FIELDS, encoding=name)
    assert package.problems() == []


def test_a_declared_dialect_reads_as_it_is_declared(package: Package) -> None:
    data = row(naam="Coöperatie €", maat="1.5").replace(",", ";").encode("cp1252")
    package.add("t", data, FIELDS, encoding="windows-1252", dialect={"delimiter": ";"})
    reading = package.read()["t"]
    assert check({"t": reading}, CODES) == []
    assert reading.batch.columns["naam"] == ["Coöperatie €"]


def test_commas_where_semicolons_are_declared_give_one_message(package: Package) -> None:
    package.add("t", row(), FIELDS, dialect={"delimiter": ";"})
    (problem,) = package.problems()
    assert problem.code == "delimiter"
    assert "komma" in problem.message["nl"]


def test_cells_are_kept_as_stated(package: Package) -> None:
    data = row(nr="A1", naam=" Een ", maat="+01.50")
    (first,) = package.add("t", data, FIELDS).read()["t"].rows
    assert (first.number, first.cells["naam"], first.cells["maat"]) == (2, "Een", "+01.50")


def resource(**more: Any) -> dict[str, Any]:
    return {"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a"}]}, **more}


def schema(**more: Any) -> dict[str, Any]:
    return resource(schema={"fields": [{"name": "a"}, {"name": "b"}], **more})


def field(**more: Any) -> dict[str, Any]:
    return resource(schema={"fields": [{"name": "a", **more}]})


@pytest.mark.parametrize(
    ("resources", "where"),
    [
        pytest.param([resource(name="")], "name", id="no-name"),
        pytest.param([resource(), resource()], "two resources", id="two-of-a-name"),
        pytest.param([resource(path="../t.csv")], "leave", id="path-out-of-the-folder"),
        pytest.param([resource(path="/etc/passwd")], "leave", id="absolute-path"),
        pytest.param([resource(path=["a.csv", "b.csv"])], "one path", id="two-paths"),
        pytest.param([resource(schema="t.json")], "schema", id="schema-elsewhere"),
        pytest.param([resource(schema={"fields": []})], "fields", id="no-fields"),
        pytest.param([resource(schema={"fields": ["a"]})], "resource", id="field-is-text"),
        pytest.param([resource(dialect={"delimiter": ";;"})], "delimiter", id="delimiter-of-two"),
        pytest.param([resource(dialect={"delimiter": ""})], "delimiter", id="no-delimiter"),
        pytest.param([resource(encoding="utf-9")], "utf-9", id="unknown-encoding"),
        pytest.param([field(type="geopoint")], "type", id="unknown-type"),
        pytest.param([field(constraints={"pattern": "("})], "pattern", id="bad-pattern"),
        pytest.param([field(constraints={"jsonSchema": {}})], "jsonSchema", id="constraint"),
        pytest.param([field(type="any", constraints={"minLength": 3})], "minLength", id="length"),
        pytest.param([field(constraints={"maxLength": -1})], "maxLength", id="negative-length"),
        pytest.param([field(constraints={"pattern": "(a+)+b"})], "without end", id="catastrophic"),
        pytest.param([field(constraints={"pattern": r"(a)\1"})], "refers", id="refers-back"),
        pytest.param([field(format="binary")], "binary", id="text-format"),
        pytest.param([field(type="integer", format="any")], "any", id="number-format"),
        pytest.param([field(type="date", format="%d %B %Y")], "%B", id="month-names"),
        pytest.param([field(type="date", format="%d/%m")], "%d/%m", id="date-without-year"),
        pytest.param([field(type="date", format="%d/%d/%Y")], "%d/%d", id="day-twice"),
        pytest.param([field(type="date", format="%Y-%m-%d %H")], "%H", id="date-with-hour"),
        pytest.param([field(decimalChar=",")], "decimalChar", id="text-with-decimals"),
        pytest.param([field(type="number", groupChar=".")], "two different", id="same-signs"),
        pytest.param([field(type="number", decimalChar="5")], "two different", id="digit-as-sign"),
        pytest.param([field(type="boolean", trueValues=[])], "trueValues", id="no-true"),
        pytest.param(
            [field(type="boolean", trueValues=["x"], falseValues=["x"])], "differ", id="both"
        ),
        pytest.param([field(missingValues="-")], "missingValues", id="missing-is-text"),
        pytest.param([field(categories=["a"])], "categories", id="categories"),
        pytest.param([field(type="list", itemType="list")], "itemType", id="list-of-lists"),
        pytest.param([field(constraints={"minimum": 3})], "minimum", id="minimum-of-text"),
        pytest.param(
            [field(type="date", constraints={"maximum": "2019-02-30"})], "maximum", id="date-limit"
        ),
        pytest.param(
            [resource(schema={"fields": [{"name": "a"}, {"name": "a"}]})], "same name", id="twice"
        ),
        pytest.param([schema(primaryKey="c")], "'c'", id="unknown-key"),
        pytest.param([schema(foreignKeys=[refers("c", "t", "a")])], "'c'", id="unknown-field"),
        pytest.param([schema(foreignKeys=[refers("a", "x", "a")])], "x.a", id="unknown-table"),
        pytest.param([schema(foreignKeys=[refers("a", "t", "z")])], "t.z", id="unknown-column"),
        pytest.param([schema(foreignKeys=[{"fields": "a"}])], "reference", id="no-reference"),
        pytest.param(
            [schema(foreignKeys=[{"fields": ["a", "b"],
                                  "reference": {"resource": "t", "fields": ["a"]}}])],
            "2 fields", id="key-of-two-to-one",
        ),
        pytest.param([schema(uniqueKeys=[["a", "z"]])], "'z'", id="unknown-unique-key"),
        pytest.param(
            [resource(schema={
                "fields": [{"name": "a"}, {"name": "b", "type": "list"}],
                "foreignKeys": [{"fields": ["a", "b"],
                                 "reference": {"resource": "t", "fields": ["a", "b"]}}],
            })], "list", id="list-in-a-key",
        ),
    ],
)  # fmt: skip
def test_a_descriptor_that_cannot_be_checked_is_refused(
    tmp_path: Path, resources: list[Any], where: str
) -> None:
    path = tmp_path / "datapackage.json"
    path.write_text(json.dumps({"resources": resources}), encoding="utf-8")
    with pytest.raises(ProjectError, match=re.escape(where)) as error:
        load_package(path)
    assert error.value.detail.startswith("datapackage.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"resources": 3}', '"x"'])
def test_a_file_that_is_no_data_package_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "datapackage.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=r"datapackage\.json"):
        load_package(path)


def test_a_missing_descriptor_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"datapackage\.json: the file does not exist"):
        load_package(tmp_path / "datapackage.json")


def test_a_field_has_titles_in_both_languages(package: Package) -> None:
    table = package.add("t", row(), FIELDS).read()["t"].table
    assert table.field("naam").title == {"nl": "Naam", "en": "Name"}
    assert table.field("soort").title == {"nl": "soort", "en": "soort"}
