"""Tables in .xlsx, .ods, .xls and JSON: opened by content, read to the cell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import InputError
from app.tables.batch import Dialect, Source
from app.tables.opening import open_table
from tests.unit import spreadsheets as made
from tests.unit.inventory import as_xlsx

ANY = Dialect()
HEAD = ["naam", "kbo", "dag"]


def opened(
    folder: Path, data: bytes, wanted: list[str], dialect: Dialect = ANY, name: str = "a.x"
) -> Source:
    path = folder / name
    path.write_bytes(data)
    return open_table(path, dialect, wanted=wanted)


def rows(source: Source, size: int = 2) -> list[tuple[int, dict[str, str]]]:
    return [row for batch in source.batches(size) for row in batch.rows()]


def refusal(folder: Path, data: bytes, name: str = "a.x", **more: Any) -> str:
    with pytest.raises(InputError) as caught:
        rows(opened(folder, data, [], name=name, **more))
    assert caught.value.detail != caught.value.detail_nl
    return caught.value.detail


def test_a_sheet_is_read_below_its_header_with_cells_of_the_workbook(tmp_path: Path) -> None:
    sheets = {"Titel": [["x"]], "Actoren & co": [
        ["Lijst van 2020"], [], ["", "naam", "kbo", "kbo", "dag"],
        ["", "Gent", "0207", "z", "2020-01-02"], ["", "", "", "", ""], ["weg"],
        ["", "Brugge", "", "", "", "rest"],
    ]}  # fmt: skip
    source = opened(tmp_path, as_xlsx(sheets), ["naam", "dag"], Dialect(sheet="Actoren & co"))
    assert source.header_row == 3
    assert {note.code for note in source.notes} == {"rows-above"}
    found = rows(source)
    assert [(number, cells["naam"], cells["dag"]) for number, cells in found] == [
        (4, "Gent", "2020-01-02"), (6, "", ""), (7, "Brugge", ""),
    ]  # fmt: skip
    assert str(source.cell(4, "naam")) == "a.x#sheet=Actoren%20%26%20co&cell=B4"
    assert str(source.cell(4)) == "a.x#sheet=Actoren%20%26%20co&row=4"
    assert rows(source) == found
    assert source.done == 1
    assert opened(tmp_path, as_xlsx(sheets), [], Dialect(sheet="2")).header[0] == "Lijst van 2020"


def test_a_head_that_is_twice_is_only_wrong_where_it_is_wanted(tmp_path: Path) -> None:
    data = as_xlsx({"b": [["naam", "kbo", "kbo"], ["a", "b", "c"]]})
    with pytest.raises(InputError, match=r"kbo.*twice"):
        opened(tmp_path, data, ["kbo"])
    with pytest.raises(InputError, match="no column"):
        opened(tmp_path, data, ["stad"])
    with pytest.raises(InputError, match="no sheet 'c'; there are: b"):
        opened(tmp_path, data, [], Dialect(sheet="c"))


def test_of_several_sheets_the_first_shown_is_read_and_told(tmp_path: Path) -> None:
    source = opened(tmp_path, as_xlsx({"een": [HEAD, ["a"]], "twee": [HEAD]}), HEAD)
    assert str(source.cell(2, "naam")) == "a.x#sheet=een&cell=A2"
    assert [note.code for note in source.notes] == ["sheet"]


def test_ods_gives_values_errors_and_repeated_cells(tmp_path: Path) -> None:
    cells = (
        '<table:table-cell office:value-type="float" office:value="207" table:style-name="c1">'
        "<text:p>0207</text:p></table:table-cell>"
        '<table:table-cell office:value-type="date" office:date-value="2020-12-31"/>'
        '<table:table-cell office:value-type="date" office:date-value="2020-12-31T10:30:00"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell office:value-type="time" office:time-value="PT09H05M00S"/>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
        '</table:table-cell><table:table-cell table:formula="of:=[.A1]+1"/>'
        '<table:table-cell office:value-type="float" office:value="1.5E3"/>'
    )
    text = (
        "<table:table-cell><office:annotation><text:p>nota</text:p></office:annotation>"
        '<text:p>a<text:s text:c="2"/>b <text:span>c</text:span></text:p><text:p>d</text:p>'
        "</table:table-cell>"
    )
    styles = (
        '<number:number-style style:name="N1"><number:number number:min-integer-digits="4"/>'
        '</number:number-style><style:style style:name="c1" style:data-style-name="N1"/>'
        '<style:style style:name="t1"><style:table-properties table:display="false"/></style:style>'
    )
    head = made.ods_text(*"abcdefgh")
    twice = ('<table:table-cell table:number-columns-repeated="2" office:value-type="string">'
             "<text:p>z</text:p></table:table-cell>")  # fmt: skip
    body = made.ods_table("weg", made.ods_text("x"), style="t1") + (
        f'<table:table table:name="Blad"><table:table-row>{head}</table:table-row>'
        f"<table:table-row>{cells}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        f'<table:table-row table:number-rows-repeated="2">{twice}</table:table-row>'
        f"<table:table-row>{text}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    source = opened(tmp_path, made.ods(body, styles=styles), ["a", "h"])
    found = {number: list(cells.values()) for number, cells in rows(source)}
    assert found == {
        2: ["0207", "2020-12-31", "2020-12-31T10:30:00", "true", "09:05:00", "#DIV/0!", "=[.A1]+1",
            "1500"],
        6: ["z", "z", "", "", "", "", "", ""], 7: ["z", "z", "", "", "", "", "", ""],
        8: ["a  b c\nd", "", "", "", "", "", "", ""],
    }  # fmt: skip
    assert str(source.cell(6, "b")) == "a.x#sheet=Blad&cell=B6"
    source = opened(tmp_path, made.ods(body, styles=styles), [], Dialect(sheet="weg"))
    assert [note.code for note in source.notes] == ["hidden-sheet"]


def test_xls_gives_values_and_errors(tmp_path: Path) -> None:
    cells = [
        *(made.label(0, n, name) for n, name in enumerate(HEAD)),
        made.label(1, 0, "Gent é"), made.number(1, 1, 207, 2), made.number(1, 2, 43831, 1),
        made.flag(2, 0, 0x07, error=True), made.flag(2, 1, 1), made.number(2, 2, 0.1),
    ]  # fmt: skip
    source = opened(tmp_path, made.xls(cells), HEAD)
    assert [(number, tuple(found.values())) for number, found in rows(source)] == [
        (2, ("Gent é", "0207", "2020-01-01")), (3, ("#DIV/0!", "true", "0.1")),
    ]  # fmt: skip
    assert str(source.cell(2, "dag")) == "a.x#sheet=Blad&cell=C2"


def test_json_gives_members_of_objects_and_lists(tmp_path: Path) -> None:
    items: list[dict[str, Any]] = [
        {"naam": " Gent ", "adres": {"post": 9000, "xy": [1.5, True]}, "weg": [{"a": 1}]},
        {}, {"naam": None, "adres": {"post": 10**20}, "leeg": []},
        {"naam": "a", "adres": {"xy": ["a|b"]}},
    ]  # fmt: skip
    wanted = ["naam", "adres.post", "adres.xy"]
    data = json.dumps({"a": {"b": items}, "c": 1}).encode()
    source = opened(tmp_path, data, wanted, Dialect(items="a.b"), name="a.json")
    assert [(n, *(cells[w] for w in wanted)) for n, cells in rows(source)] == [
        (1, "Gent", "9000", "1.5|true"), (3, "", "100000000000000000000", ""),
    ]  # fmt: skip
    # what cannot be a cell is a problem of its member, where it is read
    wrong = [str(each.problem.cell) for each in source.dropped]
    assert wrong == ["a.json#item=4&member=adres.xy"]
    everything = opened(tmp_path, data, [], Dialect(items="a.b"), name="a.json")
    assert [number for number, _ in rows(everything)] == [3]
    assert str(everything.dropped[0].problem.cell) == "a.json#item=1&member=weg"


@pytest.mark.parametrize(("text", "said"), [
    ('[{"a": 1, "a": 2}]', "line 1: the name 'a' is there twice"), ('[{"a":\n NaN}]', "NaN"),
    ('[{"a": 1}\n {"a": 2}]', "line 2, column 2"), ("[1]", r"item 1 \(line 1\)"), ("[", "line 1"),
    ("[" * 100_000, "deep"), ('[{"a":' + '{"a":' * 100_000, "deep"), ('{"a": 1}', "items"),
    (b'[{"a": "\n\xe9"}]', "line 2: the text is not UTF-8"), ('[{"a": "\x00"}]', "column"),
    ('[{"a": 1},', "line 1"), ('[{"a": Infinity}]', "Infinity"),
])  # fmt: skip
def test_json_that_is_not_clear_is_refused_with_its_place(
    text: str | bytes, said: str, tmp_path: Path
) -> None:
    import re

    data = text if isinstance(text, bytes) else text.encode()
    assert re.search(said, refusal(tmp_path, data, "a.json"))


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    assert rows(opened(tmp_path, b"a;b\n1;2\n", ["b"], name="a.xlsx"))[0][1]["b"] == "2"
    data = as_xlsx({"b": [["a"], ["1"]]})
    assert rows(opened(tmp_path, data, ["a"], name="a.csv")) == [(2, {"a": "1"})]
    assert rows(opened(tmp_path, b'[{"a": 1}]', ["a"], name="data"))[0][1] == {"a": "1"}
    assert "Save it as .xlsx or .ods" in refusal(tmp_path, _zip({"readme.txt": "x"}))
    assert "does not exist" in _missing(tmp_path)


def _zip(parts: dict[str, str]) -> bytes:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def _missing(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        open_table(folder / "no.xlsx", ANY, wanted=())
    return caught.value.detail
