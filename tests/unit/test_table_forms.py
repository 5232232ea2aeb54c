"""Types, formats and constraints of Table Schema: what is right, what is wrong, what is read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.table_package import Package, found

KBO = "0403170701"


def only(package: Package, value: str, field: dict[str, Any]) -> Package:
    quoted = value.replace('"', '""')
    return package.add("t", f'nr,x\n1,"{quoted}"\n', [{"name": "nr"}, {"name": "x", **field}])


def typed(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, **more}


def limited(kind: str, **constraints: Any) -> dict[str, Any]:
    return {"type": kind, "constraints": constraints}


BELGIAN = typed("number", decimalChar=",", groupChar=".")
SPACED = typed("number", decimalChar=",", groupChar=" ")
MONEY = typed("number", decimalChar=",", groupChar=".", bareNumber=False)
YES = typed("boolean", trueValues=["ja", "x"], falseValues=["nee"])
DAY = typed("date", format="%d/%m/%Y")
SHORT = typed("date", format="%d/%m/%y")
MOMENT = typed("datetime", format="%d/%m/%Y %H:%M%z")
MISSING = typed("number", missingValues=["-", " n.v.t. "])


@pytest.mark.parametrize(
    ("field", "stated", "read"),
    [
        (BELGIAN, "1.234,56", "1234.56"),
        (BELGIAN, "1234,5", "1234.5"),
        (BELGIAN, "-1.234.567", "-1234567"),
        (BELGIAN, "12", "12"),
        (SPACED, "1\N{NARROW NO-BREAK SPACE}234,56", "1234.56"),
        (SPACED, "1 234", "1234"),
        (MONEY, "€ 1.234,56", "1234.56"),
        (MONEY, "12,5 %", "12.5"),
        (MONEY, "-3 EUR", "-3"),
        (typed("integer", groupChar="."), "1.234", "1234"),
        (YES, "ja", "true"),
        (YES, "x", "true"),
        (YES, "nee", "false"),
        (DAY, "31/12/2020", "2020-12-31"),
        (DAY, "1/2/2020", "2020-02-01"),
        (SHORT, "1/2/69", "1969-02-01"),
        (SHORT, "1/2/68", "2068-02-01"),
        (MOMENT, "31/12/2020 9:05+0100", "2020-12-31T09:05:00+01:00"),
        (typed("date", format="any"), "31.12.2020", "2020-12-31"),
        (typed("date", format="any"), "2020-12-31", "2020-12-31"),
        (typed("date", format="any"), "01/02/2020", "2020-02-01"),
        (typed("datetime", format="any"), "31/12/2020 14:30", "2020-12-31T14:30:00"),
        (typed("time", format="any"), "14u30", "14:30:00"),
        (typed("time", format="%H:%M"), "9:05", "09:05:00"),
        (MISSING, "-", ""),
        (MISSING, "n.v.t.", ""),
        (MISSING, "+01.50", "+01.50"),
        (typed("datetime"), "2020-12-31T14:30:00.5Z", "2020-12-31T14:30:00.5Z"),
        (typed("datetime"), "2020-12-31T14:30:00", "2020-12-31T14:30:00"),
        (typed("time"), "23:59:59", "23:59:59"),
        (typed("yearmonth"), "2020-12", "2020-12"),
        (typed("string", format="uri"), "https://stad.be/a?b=c", "https://stad.be/a?b=c"),
        (typed("string", format="email"), "jan.peeters@stad.be", "jan.peeters@stad.be"),
        (typed("string", format="kbo"), KBO, KBO),
        (typed("string", format="nis"), "02000", "02000"),
        (typed("string", format="ovo"), "OVO002949", "OVO002949"),
        (typed("string", format="postcode"), "9000", "9000"),
        (typed("date", constraints={"enum": ["31/12/2020"]}, format="any"), "31/12/2020",
         "2020-12-31"),
        (limited("string", minLength=2, maxLength=3), "abc", "abc"),
        (limited("number", exclusiveMinimum=0), "0.1", "0.1"),
        (limited("date", minimum="2020-01-01"), "2020-01-01", "2020-01-01"),
        (limited("datetime", maximum="2020-01-01T12:00:00Z"), "2020-01-01T13:00:00+01:00",
         "2020-01-01T13:00:00+01:00"),
        ({**DAY, "constraints": {"maximum": "31/12/2020"}}, "30/12/2020", "2020-12-30"),
        ({**BELGIAN, "constraints": {"maximum": 2000}}, "1.999,99", "1999.99"),
    ],
)  # fmt: skip
def test_what_is_right_is_read_in_lexical_form(
    package: Package, field: dict[str, Any], stated: str, read: str
) -> None:
    assert found(only(package, stated, field).problems()) == []
    reading = package.read()["t"]
    assert reading.batch.columns["x"] == [stated.strip()]
    assert [row.cells["x"] for row in reading.rows] == [read]


@pytest.mark.parametrize(
    ("field", "stated", "code"),
    [
        (BELGIAN, "1.5", "type-number"),
        (BELGIAN, "1234.56", "type-number"),
        (BELGIAN, "12.34,5", "type-number"),
        (SPACED, "1.234,56", "type-number"),
        (MONEY, "12 m2", "type-number"),
        (YES, "true", "type-boolean"),
        (YES, "Ja", "type-boolean"),
        (DAY, "2020-12-31", "type-date"),
        (DAY, "31/02/2020", "type-date"),
        (DAY, "31/12/20", "type-date"),
        (MOMENT, "31/12/2020 25:00+0100", "type-datetime"),
        (typed("date", format="any"), "31/31/2020", "type-date"),
        (typed("date", format="any"), "2020", "type-date"),
        (typed("date"), "0000-01-01", "type-date"),
        (typed("date"), "2020-1-1", "type-date"),
        (typed("date"), "2020-02-30", "type-date"),
        (typed("date"), "2019-02-29", "type-date"),
        (typed("datetime"), "2020-12-31", "type-datetime"),
        (typed("datetime"), "2020-12-31T25:00:00", "type-datetime"),
        (typed("datetime"), "2020-12-31 14:30:00", "type-datetime"),
        (typed("time"), "14:30", "type-time"),
        (typed("time"), "24:61:00", "type-time"),
        (typed("yearmonth"), "2020-13", "type-yearmonth"),
        (typed("integer"), "9" * 5000 + "x", "type-number"),
        (typed("string", format="uri"), "www.stad.be", "format"),
        (typed("string", format="email"), "jan@stad", "format"),
        (typed("string", format="uuid"), "1234", "format"),
        (typed("string", format="kbo"), "0403170702", "format"),
        (typed("string", format="nis"), "4402", "format"),
        (typed("string", format="ovo"), "OVO2949", "format"),
        (typed("string", format="postcode"), "0900", "format"),
        (limited("string", minLength=2), "a", "length"),
        (limited("string", maxLength=3), "abcd", "length"),
        (limited("string", pattern="a*"), "a" * 5001, "pattern"),
        (limited("number", exclusiveMinimum=0), "0", "range"),
        (limited("number", exclusiveMaximum=9), "9.0", "range"),
        (limited("number", maximum=9), "1e400", "range"),
        (limited("date", minimum="2020-01-01"), "2019-12-31", "range"),
        (limited("yearmonth", exclusiveMaximum="2020-02"), "2020-02", "range"),
        (limited("datetime", maximum="2020-01-01T12:00:00Z"), "2020-01-01T12:00:01", "range"),
        ({**DAY, "constraints": {"maximum": "31/12/2020"}}, "01/01/2021", "range"),
        ({**BELGIAN, "constraints": {"maximum": 2000}}, "2.000,01", "range"),
        ({**MISSING, "constraints": {"required": True}}, "-", "required"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(
    package: Package, field: dict[str, Any], stated: str, code: str
) -> None:
    problems = only(package, stated, field).problems()
    assert found(problems) == [("t.csv#row=2&column=x", code)]


def test_items_of_a_list_are_dates_with_limits(package: Package) -> None:
    dates = {"type": "list", "delimiter": "|", "itemType": "date",
             "constraints": {"minimum": "2020-01-01"}}  # fmt: skip
    (problem,) = only(package, "2020-05-05|2019-05-05", dates).problems()
    assert (problem.code, problem.value) == ("range", "2019-05-05")


def test_keys_compare_what_was_read(package: Package) -> None:
    fields: list[dict[str, Any]] = [{"name": "dag", **DAY}, {"name": "bij"}]
    schema = {"primaryKey": "dag", "foreignKeys": [
        {"fields": "bij", "reference": {"resource": "", "fields": "dag"}}
    ]}  # fmt: skip
    package.add("t", "dag,bij\n1/2/2020,2020-02-01\n01/02/2020,1/2/2020\n", fields, schema=schema)
    assert found(package.problems()) == [
        ("t.csv#row=3&column=dag", "duplicate"),
        ("t.csv#row=3&column=bij", "reference"),
    ]


TWO: list[dict[str, Any]] = [{"name": "a"}, {"name": "b"}]


def test_a_key_of_several_columns_refers_as_a_whole(package: Package) -> None:
    reference = {"resource": "p", "fields": ["a", "b"]}
    package.add("p", "a,b\n1,x\n2,y\n", TWO)
    schema = {"foreignKeys": [{"fields": ["a", "b"], "reference": reference}]}
    package.add("t", "a,b\n1,x\n1,y\n2,\n,y\n", TWO, schema=schema)
    (problem,) = package.problems()
    assert found([problem]) == [("t.csv#row=3&column=b", "reference")]
    assert problem.value == "1, y"
    assert "p.csv (a, b)" in problem.message["nl"]


def test_unique_keys_hold_beside_the_primary_key(package: Package) -> None:
    fields = [{"name": "nr"}, *TWO]
    schema = {"primaryKey": "nr", "uniqueKeys": [["a", "b"], ["b"]]}
    package.add("t", "nr,a,b\n1,x,p\n2,x,q\n3,y,p\n4,x,q\n5,x,\n6,x,\n", fields, schema=schema)
    assert found(package.problems()) == [
        ("t.csv#row=4&column=b", "duplicate"),
        ("t.csv#row=5&column=b", "duplicate"),
    ]
