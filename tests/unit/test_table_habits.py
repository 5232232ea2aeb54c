"""Habits of Belgian spreadsheets: each is told as what it is, with what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from app.tables.cells import CellProblem
from tests.unit.table_package import Package, found

LISTS = {"nis": ["44021", "02000"], "kleur": ["d'hont", "rood"]}


def problem(package: Package, value: str, field: dict[str, Any]) -> CellProblem:
    quoted = value.replace('"', '""')
    package.add("t", f'nr,x\n1,"{quoted}"\n', [{"name": "nr"}, {"name": "x", **field}])
    (only,) = package.problems(LISTS)
    assert found([only])[0][0] == "t.csv#row=2&column=x"
    return only


NUMBER, WHOLE, DATE = {"type": "number"}, {"type": "integer"}, {"type": "date"}
PATTERN = {"constraints": {"pattern": "[01][0-9]{9}"}}
NIS, COLOUR = {"codeList": "nis"}, {"codeList": "kleur"}
KBO, POST, OVO = {"format": "kbo"}, {"format": "postcode"}, {"format": "ovo"}
COMMA = {"type": "number", "decimalChar": ",", "groupChar": "."}
DAY = {"type": "date", "format": "%d/%m/%Y"}
SPACE = "\N{NO-BREAK SPACE}"
ZERO = "\N{ZERO WIDTH SPACE}"


@pytest.mark.parametrize(
    ("field", "value", "offer", "said"),
    [
        (DATE, "31/12/2020", "2020-12-31", "datum"),
        (DATE, "01/02/2020", "2020-02-01", "datum"),
        (DATE, "44196", "2020-12-31", "volgnummer"),
        (DATE, "44196.0", "2020-12-31", "volgnummer"),
        (DATE, "2020-12-31 00:00:00", "2020-12-31", "uur"),
        (DATE, "2020-12-31T00:00:00", "2020-12-31", "uur"),
        (DATE, "2020/12/31", "2020-12-31", "geschreven"),
        (DATE, f"2020-12-31{ZERO}", "2020-12-31", "niet te zien"),
        (DATE, "'2020-12-31", "2020-12-31", "aanhalingsteken"),
        (DAY, "2020-12-31", "31/12/2020", "geschreven"),
        (DAY, "44196", "31/12/2020", "volgnummer"),
        (DAY, "31-12-2020", "31/12/2020", "datum"),
        ({"type": "datetime"}, "31/12/2020 14:30", "2020-12-31T14:30:00", "geschreven"),
        ({"type": "datetime"}, "44196.5", "2020-12-31T12:00:00", "volgnummer"),
        ({"type": "time"}, "14u30", "14:30:00", "geschreven"),
        ({"type": "yearmonth"}, "3/2020", "2020-03", "geschreven"),
        ({"type": "year"}, "2020.0", "2020", "decimalen"),
        ({"type": "year"}, "31/12/2020", "2020", "geschreven"),
        ({"type": "boolean"}, "ja", "true", "geschreven"),
        ({"type": "boolean"}, "ONWAAR", "false", "geschreven"),
        ({"type": "boolean", "trueValues": ["J"], "falseValues": ["N"]}, "nee", "N", "geschreven"),
        (NUMBER, "1.234,56", "1234.56", "duizendtallen"),
        (NUMBER, "1234,5", "1234.5", "duizendtallen"),
        (NUMBER, f"1{SPACE}234,5", "1234.5", "duizendtallen"),
        (NUMBER, "1 234 567", "1234567", "duizendtallen"),
        (COMMA, "1234.56", "1234,56", "duizendtallen"),
        (WHOLE, "12.0", "12", "decimalen"),
        (WHOLE, "12,00", "12", "decimalen"),
        (WHOLE, "1.234", "1234", "duizendtallen"),
        (PATTERN, "403170701", "0403170701", "nullen"),
        (PATTERN, "403170701.0", "0403170701", "nullen"),
        (PATTERN, "0403.170.701", "0403170701", "landcode"),
        (PATTERN, "BE 0403.170.701", "0403170701", "landcode"),
        (KBO, "BE0403170701", "0403170701", "landcode"),
        (KBO, "403.170.701", "0403170701", "landcode"),
        (KBO, "403170701", "0403170701", "nullen"),
        (KBO, f"0403170701{ZERO}", "0403170701", "niet te zien"),
        (NIS, "2000", "02000", "nullen"),
        (NIS, "44021.0", "44021", "decimalen"),
        (NIS, f"44{SPACE}021", "44021", "landcode"),
        (POST, "B-9000", "9000", "landcode"),
        (OVO, "ovo002949", "OVO002949", "landcode"),
        (COLOUR, "d’hont", "d'hont", "gekruld"),
        (COLOUR, f"rood{ZERO}", "rood", "niet te zien"),
    ],
)
def test_a_habit_is_told_with_what_to_write(
    package: Package, field: dict[str, Any], value: str, offer: str, said: str
) -> None:
    told = problem(package, value, field)
    assert offer in told.remedy["nl"]
    assert offer in told.remedy["en"]
    assert said in told.message["nl"] + told.remedy["nl"]


@pytest.mark.parametrize(
    ("field", "value", "said", "english"),
    [
        (DATE, "31/02/2020", "bestaat", "does not exist"),
        (DATE, "31/12/20", "twee cijfers", "two digits"),
        (PATTERN, "1,23E+09", "cijfers verloren", "digits are lost"),
        (WHOLE, "1.23E+09", "cijfers verloren", "digits are lost"),
        (KBO, "4,03E+08", "cijfers verloren", "digits are lost"),
        (KBO, "0403170702", "controlegetal", "check digits"),
        (NUMBER, "#DEEL/0!", "fout van het rekenblad", "error of the spreadsheet"),
        (DATE, "#N/B", "fout van het rekenblad", "error of the spreadsheet"),
        ({}, "#DIV/0!", "fout van het rekenblad", "error of the spreadsheet"),
        (NUMBER, "n.v.t.", "geen waarde", "no value"),
        (DATE, "Onbekend", "geen waarde", "no value"),
        (WHOLE, "-", "geen waarde", "no value"),
    ],
)
def test_what_nobody_can_guess_is_told_without_an_offer(
    package: Package, field: dict[str, Any], value: str, said: str, english: str
) -> None:
    told = problem(package, value, field)
    assert said in told.message["nl"]
    assert english in told.message["en"]
    assert "Bedoelde u" not in told.remedy["nl"]
    assert not any(sign.isdigit() for sign in told.remedy["nl"].replace("2019-03-26", ""))


def test_of_two_readings_of_a_date_the_day_first_is_said(package: Package) -> None:
    told = problem(package, "01/02/2020", DATE)
    assert "dag 1 van maand 2" in told.remedy["nl"]
    assert "day 1 of month 2" in told.remedy["en"]


def test_missing_values_are_offered_a_place_in_the_descriptor(package: Package) -> None:
    assert 'zet "n.v.t." bij missingValues' in problem(package, "n.v.t.", NUMBER).remedy["nl"]


@pytest.mark.parametrize(
    "value", ["-", "onbekend", f"10{SPACE}000", "d’hont", "1,23E+09", "01/02/20"]
)
def test_text_that_is_asked_for_as_text_is_left_alone(package: Package, value: str) -> None:
    package.add("t", f'nr,x\n1,"{value}"\n', [{"name": "nr"}, {"name": "x"}])
    assert package.problems() == []


def test_trailing_spaces_are_no_part_of_a_cell(package: Package) -> None:
    package.add("t", f"nr,x\n1, 2020-12-31 {SPACE}\n", [{"name": "nr"}, {"name": "x", **DATE}])
    assert package.problems() == []
