"""Our reader of .xlsx gives cell by cell what openpyxl gives, however the sheet is written."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InputError
from app.tables.sheets import SheetLimits
from app.tables.workbook import read_workbook
from tests.unit.xlsx_reference import Rows, by_openpyxl

LIMITS = SheetLimits()
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<worksheet xmlns="{MAIN}" xmlns:x14ac="urn:x">'
LETTERS = [chr(code) for code in range(ord("A"), ord("I"))]


def ours(data: bytes) -> dict[str, Rows]:
    return {sheet.name: list(sheet.rows) for sheet in read_workbook(data, "a.xlsx", LIMITS)}


def made(cells: dict[str, Any], formats: dict[str, str], *, epoch_1904: bool = False) -> bytes:
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = openpyxl.utils.datetime.MAC_EPOCH
    page = book.active
    page.title = "Blad"
    for place, value in cells.items():
        page[place] = value
        if place in formats:
            page[place].number_format = formats[place]
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FORMATS = ["0000000000", "00", "0", "0.00", "dd/mm/yyyy", "d mmm yyyy h:mm", "h:mm:ss", "[h]:mm",
           "General", "@", "0.0%", '"dag" 0', "#,##0.00 €", "[$-813]dddd d mmmm",
           "yyyy"]  # fmt: skip
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="￾￿")
    | st.sampled_from(list("&<>'\"\n\t _x")), max_size=12,
)  # fmt: skip
VALUES = st.one_of(
    TEXTS.filter(lambda text: "_x" not in text),
    st.integers(-(10**17), 10**17), st.integers(0, 60_000),
    st.floats(-1e307, 1e307), st.floats(0, 60_000), st.floats(0, 1),
    st.booleans(),
    st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)),
    st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 30)),  # noqa: DTZ001
    st.times(), st.sampled_from(["#DIV/0!", "#N/A", "=1+1", "=A1&\"<x>\"", "_x000D_", "#REF!"]),
)  # fmt: skip
PLACES = st.builds(lambda column, row: f"{column}{row}", st.sampled_from([*LETTERS, "AB", "SF"]),
                   st.integers(1, 12))  # fmt: skip


@given(st.dictionaries(PLACES, VALUES, max_size=20),
       st.dictionaries(PLACES, st.sampled_from(FORMATS), max_size=12), st.booleans())  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_a_workbook_of_openpyxl_reads_the_same(
    cells: dict[str, Any], formats: dict[str, str], epoch_1904: bool
) -> None:
    data = made(cells, formats, epoch_1904=epoch_1904)
    assert ours(data) == by_openpyxl(data)


def with_sheet(sheet: str, strings: str = "", styles: str = "") -> bytes:
    """Return a workbook whose parts are written by hand."""
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
            '<Override PartName="/xl/sharedStrings.xml" '
            f'ContentType="{types}.sharedStrings+xml"/></Types>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{rels}"><sheets>'
            '<sheet name="Blad" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{rels}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{rels}/sharedStrings" Target="sharedStrings.xml"/>'
            f'<Relationship Id="rId3" Type="{rels}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/sharedStrings.xml": strings or f'<sst xmlns="{MAIN}"/>',
        "xl/styles.xml": styles or STYLES,
        "xl/worksheets/sheet1.xml": sheet,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="000"/>'
    "</numFmts><fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>"
    '<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="170"/><xf numFmtId="46"/></cellXfs></styleSheet>'
)
STRINGS = (
    f'<?xml version="1.0"?>\n<sst xmlns="{MAIN}" count="9"><si><t>een</t></si>'
    '<si><t xml:space="preserve"> twee &amp; &#233; </t></si>\n<si><r><rPr><b/></rPr><t>dr</t></r>'
    "<r><t>ie</t></r><rPh sb='0' eb='1'><t>x</t></rPh></si><si><t/></si><si/>"
    "<si><t>vijf\r\nregels_x000D_</t></si><si><t>&#x26;lt;</t></si></sst>"
)
# what stands between sheetData; every one is a way that some program may write, or nobody does
CELLS = {
    "as Excel writes": (
        '<row r="1" spans="1:4" x14ac:dyDescent="0.25"><c r="A1" t="s"><v>0</v></c>'
        '<c r="B1" s="1"><v>44000</v></c><c r="C1" s="2"><v>7</v></c><c r="D1"/></row>'
        '<row r="3"><c r="C3" t="b"><v>1</v></c><c r="D3" t="e"><v>#N/A</v></c></row>'
    ),
    "strings": "<row r='1'>" + "".join(
        f'<c r="{LETTERS[n]}1" t="s"><v>{n}</v></c>' for n in range(7)) + "</row>",
    "other quotes": "<row r='1'><c t='s' r='A1'><v>1</v></c><c r='C1' s='1'><v>1</v></c></row>",
    "no places": "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>4</v></c></row>",
    "empty rows": (
        '<row r="1"/><row r="2" ht="3"/><row r="5"><c r="B5"><v>1</v></c></row><row r="9"/>'
    ),
    "spaces": (
        '<row r="1">\n <c r="A1"><v>1</v></c>\n</row>\n'
        '<row r="2"> <c r="B2"><v> 2 </v></c></row>'
    ),
    "a comment": '<row r="1"><c r="A1"><v>1</v></c><!-- <c r="B1"><v>2</v></c> --></row>',
    "a comment over rows": '<row r="1"/><!-- </row><row r="2"><c r="A2"><v>1</v></c></row> -->',
    "CDATA": '<row r="1"><c r="A1" t="str"><v><![CDATA[</row>]]></v></c></row>',
    "an instruction": '<row r="1"><?x </row> ?><c r="A1"><v>1</v></c></row>',
    "rich": (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t>'
        '</r></is></c><c r="B1" t="inlineStr"><is><t>c &lt; d</t></is></c>'
        '<c r="C1" t="inlineStr"/></row>'
    ),
    "formulas": (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1" t="str"><f>"x"</f><v>x</v></c>'
        '<c r="E1"><f>A1&lt;2</f><v/></c><c r="F1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    ),
    "shared formulas": (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1+1</f></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"></f><v/></c></row>'
    ),
    "an array": '<row r="1"><c r="A1"><f t="array" ref="A1:A2">SUM(B1:B2)</f></c></row>',
    "days and times": "<row r='1'>" + "".join(
        f'<c r="{column}1" s="1"><v>{text}</v></c>' for column, text in
        zip("ABCDEFGH", ("1", "0", "0.5", "59", "60", "61.25", "2958466", "-700000"), strict=True)
    ) + '<c r="I1" s="3"><v>1.5</v></c><c r="J1" t="d"><v>2020-12-31</v></c></row>',
    "numbers": '<row r="1">' + "".join(
        f'<c r="{column}1" t="n"><v>{text}</v></c>' for column, text in zip(
            "ABCDEFGHIJ", ("0", "007", "1E3", "1.5e-9", "-0", "123456789012345678", "0.1", "1.10",
                           "-3", "99999999999999.9"), strict=True)) + "</row>",
    "attributes of later": '<row r="1"><c r="A1" s="0" t="s" cm="1" vm="2"><v>0</v></c></row>',
    "an extension": '<row r="1"><c r="A1"><v>1</v><extLst><ext uri="x"/></extLst></c></row>',
}  # fmt: skip


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_sheet_written_by_hand_reads_the_same(kind: str, prefix: str) -> None:
    sheet = f"{HEAD}<sheetData>{CELLS[kind]}</sheetData></worksheet>"
    if prefix:
        sheet = sheet.replace("xmlns=", "xmlns:x=")
        for name in ("worksheet", "sheetData", "row", "c", "v", "f", "is", "t", "r"):
            for end in (" ", ">", "/>"):
                sheet = sheet.replace(f"<{name}{end}", f"<{prefix}{name}{end}")
            sheet = sheet.replace(f"</{name}>", f"</{prefix}{name}>")
    data = with_sheet(sheet, STRINGS)
    assert ours(data) == by_openpyxl(data)


WAYS = [
    '<c r="{}"><v>1</v></c>', '<c r="{}" s="1"><v>44000.5</v></c>', '<c r="{}" t="s"><v>2</v></c>',
    "<c r='{}' t='b'><v>0</v></c>", '<c r="{}" t="inlineStr"><is><r><t>a</t></r></is></c>', "",
    '<c r="{}"><f>A1</f></c>', '<c r="{}" t="str"><v>&#10;x</v></c>',
    '<c t="s" r="{}"><v>1</v></c>',
]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(WAYS), max_size=6), max_size=8),
       st.sampled_from(["", " ", "\n"]))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_ways_of_writing_may_be_mixed(rows: list[list[str]], space: str) -> None:
    body = "".join(
        f'<row r="{number}">'
        + space.join(cell.format(f"{LETTERS[n]}{number}") for n, cell in enumerate(row))
        + f"</row>{space}"
        for number, row in enumerate(rows, start=1)
    )
    data = with_sheet(f"{HEAD}<sheetData>{body}</sheetData></worksheet>", STRINGS)
    assert ours(data) == by_openpyxl(data)


ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize("body", [
    ONE.replace("1", "2", 2) + ONE, ONE + ONE,
    *(ONE.replace("><v>1<", f' t="s"><v>{text}<') for text in ("99", "-99", "x", "٣")),
    *(ONE.replace("><v>1<", f' t="str"><v>{text}<') for text in ("&x;", "& b", "&#0;")),
    ONE.replace('r="1"', 'r="x"'), ONE.replace("</c>", ""), ONE.replace("</v></c>", "</c></v>"),
    ONE.replace("A1", "XFE1"), ONE[:12], '<row r="1"></c></row>',
])  # fmt: skip
def test_a_sheet_that_says_nothing_clear_is_refused(body: str) -> None:
    with pytest.raises(InputError, match="damaged"):
        ours(with_sheet(f"{HEAD}<sheetData>{body}</sheetData></worksheet>"))


@pytest.mark.parametrize("text", ["een", "1_0", "NaN", "1e999", "-1e400", "٣"])
def test_what_is_no_number_stays_as_it_stands(text: str) -> None:
    cells = f'<c r="A1"><v>{text}</v></c><c r="B1" s="1"><v>{text}</v></c>'
    found = ours(with_sheet(f'{HEAD}<sheetData><row r="1">{cells}</row></sheetData></worksheet>'))
    assert found["Blad"][0][1] in {(text, text), (text, "#VALUE!")}


def test_long_sheets_are_read_across_the_pieces() -> None:
    text = "x" * 997
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="str"><v>{text}</v></c></row>'
                   for n in range(1, 5_000))  # fmt: skip
    data = with_sheet(f"{HEAD}<sheetData>{rows}</sheetData></worksheet>")
    found = ours(data)["Blad"]
    assert len(found) == 4_999
    assert {texts for _, texts in found} == {(text,)}
