"""Workbooks that would harm a reader are refused within bounds; the lab goes on."""

from __future__ import annotations

import io
import resource
import zipfile
from collections.abc import Callable

import pytest

from tests.unit.inventory import TREES, as_xlsx, checked, rows_of

ROWS = rows_of(TREES / "data" / "bomen.csv")
GOOD = as_xlsx({"bomen": ROWS})
SHEET = "xl/worksheets/sheet1.xml"
DTD = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HEAD = (b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>")  # fmt: skip


def changed(part: str, make: Callable[[bytes], bytes], **more: bytes) -> bytes:
    """Return a good workbook with one part made otherwise, and more parts."""
    out = io.BytesIO()
    packed = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w", packed) as new:
        assert not part or part in old.namelist()
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, make(content) if entry.filename == part else content)
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


def sheet(rows: bytes, after: bytes = b"") -> bytes:
    return changed(SHEET, lambda _: HEAD + rows + b"</sheetData>" + after + b"</worksheet>")


def cell(ref: str, text: str = "x") -> bytes:
    return f'<c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "zip bomb": (changed(SHEET, lambda x: x + b" " * 150_000_000), "samengedrukt"),
    "many parts": (changed(SHEET, lambda x: x, **{f"p{n}": b"" for n in range(2_100)}), "delen"),
    "a million columns": (
        sheet(b'<row r="1">%s</row>' % b"".join(b"<c><v>%d</v></c>" % n for n in range(10**6))),
        "500000 cellen",
    ),
    "many rows": (
        sheet(b"".join(b'<row r="%d"/>' % n for n in range(1, 4_200_000))), "500000 cellen",
    ),
    "a wide row": (
        sheet(b'<row r="1">%s</row>' % b"".join(b"<c><v>%d</v></c>" % n for n in range(900))),
        "500 kolommen",
    ),
    "far corner": (sheet(b'<row r="1048576">' + cell("XFD1048576") + b"</row>"), "100000 rijen"),
    "far column": (sheet(b'<row r="1">' + cell("XFD1") + b"</row>"), "500 kolommen"),
    "no such column": (sheet(b'<row r="1">' + cell("ZZZZ1") + b"</row>"), "beschadigd"),
    "merged to the end": (
        sheet(b"", b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "beslaan meer",
    ),
    "merged nowhere": (
        sheet(b"", b'<mergeCells><mergeCell ref="&#65;1"/></mergeCells>'), "beschadigd",
    ),
    "table to the end": (
        changed(SHEET, lambda x: x, **{"xl/tables/t1.xml": b'<table id="1" ref="A1:XFD1048576"/>'}),
        "beslaan meer",
    ),
    "document type": (changed(SHEET, lambda x: DTD + x), "documenttype"),
    "document type in styles": (changed("xl/styles.xml", lambda x: DTD + x), "documenttype"),
    "document type in UTF-16": (
        changed(SHEET, lambda x: (DTD + x).decode().encode("utf-16")), "geen UTF-8",
    ),
    "hidden by its encoding": (
        changed(SHEET, lambda x: b'<?xml version="1.0" encoding="cp037"?>' + x), "geen UTF-8",
    ),
    "NUL": (changed(SHEET, lambda x: x.replace(b"<sheetData>", b"<sheetData>\x00")), "NUL"),
    "external link": (
        changed(SHEET, lambda x: x, **{"xl/externalLinks/e1.xml": b"<x/>"}), "koppelingen",
    ),
    "cut off": (GOOD[: len(GOOD) // 2], "beschadigd"),
    "no sheet": (changed(SHEET, lambda _: b""), "beschadigd"),
    "not XML": (changed(SHEET, lambda _: b"<worksheet"), "beschadigd"),
    "no workbook": (changed("xl/workbook.xml", lambda _: b"<a/>"), "leeg"),
    "strings that are not there": (
        sheet(b'<row r="1"><c r="A1" t="s"><v>999</v></c></row>'), "beschadigd",
    ),
    "a text by the name": (b"nummer,soort\nB1,eik\n", "niet wat de naam zegt"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Bewaar het als .xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_is_refused_with_the_reason(kind: str) -> None:
    data, said = HOSTILE[kind]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = checked(data, "groen.xlsx")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert told["verdict"] == "unreadable", told["groups"][:2]
    assert said in told["error"]["message"]["nl"]
    assert told["error"]["message"]["en"] != told["error"]["message"]["nl"]
    assert "Traceback" not in told["error"]["message"]["nl"]
    # in KiB; a worker has 3 GiB
    assert grown < 1_500_000
    assert checked(GOOD, "groen.xlsx")["verdict"] == "conforms"


def test_many_sheets_and_other_spreadsheets_are_refused() -> None:
    told = checked(as_xlsx({f"b{n}": [["a"]] for n in range(60)}), "x.xlsx")
    assert "50 bladen" in told["error"]["message"]["nl"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    for data, name in ((out.getvalue(), "x.ods"), (b"<table>", "x.xls"), (GOOD[:0], "x.numbers")):
        told = checked(data, name)
        assert "Bewaar het als .xlsx" in told["error"]["message"]["nl"]
    assert "inhoud" in checked(out.getvalue()[:4] + b"rest", "x.csv")["error"]["message"]["nl"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"nummer,naam,geopend\nP1,a\x00b,\n", "NUL"),
        (b"nummer,naam,geopend\n\x81\x8d\xff,x,\n", "tekencodering"),
        (b"," * 600 + b"\n", "500 kolommen"),
        (b"nummer,naam,geopend\n" + b"P1,x,\n" * 100_001, "100000 rijen"),
        (b"", "leeg"),
    ],
)
def test_hostile_csv_is_refused_with_the_reason(data: bytes, said: str) -> None:
    told = checked(data, "parken.csv")
    assert told["verdict"] == "unreadable"
    assert said in told["error"]["message"]["nl"]


def test_a_cell_without_an_end_is_a_problem_of_its_row() -> None:
    told = checked(b'nummer,naam,geopend\nP1,"' + b"x" * 200_000, "parken.csv")
    assert told["verdict"] == "violations"
