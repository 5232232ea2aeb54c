"""Lexical spaces of XML Schema 1.1 part 2."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rdf.lexical import is_valid, usual
from app.rdf.terms import XSD

GOOD = {
    "integer": ["0", "-7", "+7", "007"],
    "nonNegativeInteger": ["0", "-0", "+7", "007"],
    "positiveInteger": ["1", "+01"],
    "decimal": ["1", "1.", ".5", "-1.50", "+0.0"],
    "double": ["1", "1e3", "-1.5E-3", "INF", "-INF", "+INF", "NaN"],
    "boolean": ["true", "false", "0", "1"],
    "gYear": ["2019", "-0044", "0000", "12019", "2019Z", "2019+01:00"],
    "gYearMonth": ["2019-12", "2019-01Z"],
    "date": ["2019-03-26", "2020-02-29", "-0004-02-29", "2019-03-26Z", "2019-03-26+14:00"],
    "dateTime": [
        "2019-03-26T23:59:59",
        "2019-03-26T00:00:00.123Z",
        "2019-03-26T24:00:00",
        "2019-03-26T24:00:00.000+01:00",
        "0000-01-01T00:00:00Z",
    ],
    "hexBinary": ["", "0fB8"],
    "duration": ["P1Y", "-P1DT2H", "PT0.5S", "P1Y2M3DT4H5M6S"],
}
BAD = {
    "integer": ["", " 7", "7 ", "7\n", "1.0", "1e3", "٧", "--7"],
    "nonNegativeInteger": ["-1", ""],
    "positiveInteger": ["0", "-1", "+0"],
    "decimal": [".", "1,5", "1e3", "INF", ""],
    "double": ["inf", "-NaN", "e3", ""],
    "boolean": ["True", "ja", "", "2"],
    "gYear": ["19", "'19", "2019-", "02019", "+2019", "2019+15:00", "1998-05", "2019+14:30",
              "2019 Z"],
    "gYearMonth": ["2019-13", "2019-00", "2019-1"],
    "date": ["26/03/2019", "2019-3-26", "2019-02-29", "1900-02-29", "2019-13-01", "02019-01-01",
             "2019-03-26T00:00:00", "2019-03-26\n", "9" * 5000 + "-02-30"],
    "dateTime": ["2019-03-26", "2019-03-26 10:00:00", "2019-02-30T10:00:00", "2019-03-26T10:60:00",
                 "2019-03-26T24:00:01", "2019-03-26T24:00:00.5", "2019-03-26T24:30:00",
                 "2019-03-26T25:00:00", "2019-03-26T24:00:00.", "2019-03-26T23:59:60"],
    "hexBinary": ["0", "0g"],
    "duration": ["P", "PT", "P1YT", "1Y", "P1.5D", "P-1Y"],
}  # fmt: skip

# of the types that are rarely written
RARE_GOOD = {
    "float": ["1e3", "-INF", ".5"], "time": ["23:59:59", "24:00:00", "09:05:00.5Z"],
    "int": ["2147483647", "-0002147483648"], "long": ["-9223372036854775808"],
    "byte": ["-128", "+127"], "unsignedByte": ["255", "-0"], "negativeInteger": ["-1"],
    "nonPositiveInteger": ["0", "-9" + "9" * 5000], "dateTimeStamp": ["2019-03-26T23:59:59Z"],
    "gMonth": ["--12"], "gDay": ["---31Z"], "gMonthDay": ["--02-29", "--12-31+01:00"],
    "yearMonthDuration": ["P1Y2M", "-P3M"], "dayTimeDuration": ["P1DT2H", "PT0.5S"],
    "language": ["nl", "nl-BE"],
}  # fmt: skip
RARE_BAD = {
    "float": ["1,5", "inf", ""], "time": ["9:05:00", "24:00:01", "09:05"],
    "int": ["2147483648", "1.0", ""], "long": ["9223372036854775808"], "byte": ["128"],
    "unsignedByte": ["-1", "256"], "negativeInteger": ["0"], "nonPositiveInteger": ["1"],
    "dateTimeStamp": ["2019-03-26T23:59:59"], "gMonth": ["12", "--13"], "gDay": ["---32"],
    "gMonthDay": ["--02-30", "02-29"], "yearMonthDuration": ["P1D", "P"],
    "dayTimeDuration": ["P1Y", "PT"], "language": ["nederlands!", ""],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "right"),
    [(name, text, right) for forms, right in ((RARE_GOOD, True), (RARE_BAD, False))
     for name, texts in forms.items() for text in texts],
)  # fmt: skip
def test_rare_types(name: str, text: str, right: bool) -> None:
    assert is_valid(text, XSD + name) is right
    pattern = usual(XSD + name)
    assert right or pattern is None or not text or not pattern.fullmatch(f"{text}\n")


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in GOOD.items() for t in texts])
def test_good_lexical_form_is_accepted(name: str, text: str) -> None:
    assert is_valid(text, XSD + name)


@pytest.mark.parametrize(
    ("name", "text"),
    [pytest.param(n, t, id=f"{n}-{t[:20]}") for n, texts in BAD.items() for t in texts],
)
def test_bad_lexical_form_is_refused(name: str, text: str) -> None:
    assert not is_valid(text, XSD + name)


@given(st.dates())
def test_every_day_of_the_calendar_is_a_date(day: dt.date) -> None:
    assert is_valid(day.isoformat(), XSD + "date")


@given(st.text())
def test_text_of_an_unknown_datatype_is_not_judged(text: str) -> None:
    assert is_valid(text, "urn:eigen:type")
    assert is_valid(text, "")


@given(st.text(), st.sampled_from(sorted(GOOD)))
def test_no_text_makes_a_check_fail(text: str, name: str) -> None:
    assert is_valid(text, XSD + name) in {True, False}
