"""CSV files of any size: in batches and in blocks they are what Python's csv reads."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InputError
from app.tables.batch import Batch, Dialect
from app.tables.csvfile import CsvFile, open_csv

CELL = st.text(st.sampled_from('ab "\n,;é.\x01\t'), max_size=5)
HEAD = "x,y,z\n"


def opened(path: Path, data: str | bytes, *wanted: str, **dialect: object) -> CsvFile:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return open_csv(path, Dialect(**dialect), wanted)  # type: ignore[arg-type]


def rows(batches: list[Batch]) -> list[tuple[int, tuple[str, ...]]]:
    return [(n, tuple(c.values())) for batch in batches for n, c in batch.rows()]


def by_blocks(file: CsvFile, size: int) -> list[tuple[int, tuple[str, ...]]] | None:
    """Return the rows by blocks, or None where one of them is not plain."""
    blocks = file.blocks(size)
    assert blocks is not None
    out, after = [], file.header_row
    for block in blocks:
        found = file.read_block(block)
        if found is None:
            return None
        out += [(n + after, cells) for n, cells in rows([found.batch])]
        after += found.records
    return out


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=12), st.integers(1, 60),
       st.integers(1, 4), st.sampled_from(["\n", "\r\n"]), st.booleans())  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    table: list[list[str]],
    size: int,
    count: int,
    end: str,
    last: bool,
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows([["x", "y", "z"], *table])
    data = text.getvalue() if last else text.getvalue().removesuffix(end)
    file = opened(tmp_path_factory.getbasetemp() / "t.csv", data, "x", delimiter=",")
    trimmed = [tuple(cell.strip() for cell in cells) for cells in table]
    wanted = [(number, cells) for number, cells in enumerate(trimmed, start=2) if any(cells)]
    assert rows(list(file.batches(count))) == wanted
    assert file.dropped == []
    assert by_blocks(file, size) == wanted


@given(st.text(st.sampled_from('ab",\n\r'), max_size=60), st.integers(1, 60))
@settings(max_examples=600, deadline=None)
def test_blocks_read_any_text_as_batches_do_or_leave_it_to_them(
    tmp_path_factory: pytest.TempPathFactory, text: str, size: int
) -> None:
    file = opened(tmp_path_factory.getbasetemp() / "u.csv", HEAD + text)
    found = by_blocks(file, size)
    if found is not None:
        assert found == rows(list(file.batches(3)))


def test_blocks_cut_between_records(tmp_path: Path) -> None:
    text = HEAD + '1,"a\nb",c\n' * 50
    file = opened(tmp_path / "t.csv", text)
    blocks = list(file.blocks(64) or ())
    assert len(blocks) == 8
    assert by_blocks(file, 64) == [(n, ("1", "a\nb", "c")) for n in range(2, 52)]


def test_rows_that_cannot_be_read_are_kept(tmp_path: Path) -> None:
    file = opened(tmp_path / "t.csv", HEAD + "1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n\n,,\n1,2,3\n")
    assert [n for n, _ in rows(list(file.batches(2)))] == [3, 5, 8]
    assert [(str(d.problem.cell), d.problem.code, list(d.cells)) for d in file.dropped] == [
        ("t.csv#row=2", "ragged-row", ["1", "2"]),
        ("t.csv#row=4", "ragged-row", ["1", "2", "3", "4"]),
    ]
    assert file.dropped[1].by_column(file.header) == {"x": "1", "y": "2", "z": "3", "_4": "4"}
    found = file.read_block(next(file.blocks(1000) or iter(())))
    assert found is not None
    assert [d.number for d in found.dropped] == [1, 3]
    assert found.records == 7


def test_a_quote_without_end_names_its_row(tmp_path: Path) -> None:
    file = opened(tmp_path / "t.csv", HEAD + '1,2,3\n1,"2,3\n4,5,6\n')
    assert [n for n, _ in rows(list(file.batches(9)))] == [2, 4]
    assert [(str(d.problem.cell), d.cells) for d in file.dropped] == [
        ("t.csv#row=3", ["1", '"2', "3"])
    ]
    assert by_blocks(file, 1000) is None


@pytest.mark.parametrize("lines", ['1,"a "b" c",3\n', '1,"x"y,3\n', f"1,{'x' * 140_000},3\n"])
@pytest.mark.parametrize("count", [1, 2, 9])
def test_what_cannot_be_read_costs_its_line(lines: str, count: int, tmp_path: Path) -> None:
    file = opened(tmp_path / "t.csv", HEAD + '1,"2\n2",3\n' + lines + '4,5,6\n7,"8\n",9\n')
    found = rows(list(file.batches(count)))
    assert [n for n, _ in found] == [2, 4, 5]
    assert found[0][1] == ("1", "2\n2", "3")
    assert [",".join(d.cells) + "\n" for d in file.dropped] == [lines]
    assert [d.number for d in file.dropped] == [3]


def test_a_cell_too_long_is_so_in_blocks_too(tmp_path: Path) -> None:
    long = "x" * 140_000
    for text in (f"1,{long},3\n", f'1,"{long}",3\n', f"{long},2,3\n"):
        file = opened(tmp_path / "t.csv", HEAD + text + "4,5,6\n" * 9)
        found = file.read_block(next(file.blocks(1 << 20) or iter(())))
        assert found is not None
        assert [d.problem.code for d in found.dropped] == ["cell-too-long"]
        assert rows([found.batch])[0] == (2, ("4", "5", "6"))


@pytest.mark.parametrize(
    "text",
    ["x,y,z\r1,2,3\r4,5,6\r", 'x,y 12",z\n1,2,3\n4,"5",6\n', "x,y,z\r1,2,3\n4,5,6\n",
     '"x","a\r\nb",z\n1,2,3\n4,5,6\n'],
)  # fmt: skip
def test_no_row_is_lost_behind_an_odd_header(text: str, tmp_path: Path) -> None:
    file = opened(tmp_path / "t.csv", text, "x")
    assert [cells[0] for _, cells in rows(list(file.batches(9)))] == ["1", "4"]
    assert file.blocks(100) is None


def test_a_quote_without_end_does_not_make_blocks_grow(tmp_path: Path) -> None:
    file = opened(tmp_path / "t.csv", HEAD + '1,12" buis,3\n' + "4,5,6\n" * 600_000)
    blocks = list(file.blocks(1 << 12) or ())
    assert blocks[-1].size == -1
    assert sum(block.size for block in blocks) < 1 << 21
    assert file.read_block(blocks[-1]) is None


def test_the_delimiter_is_that_of_the_wanted_columns(tmp_path: Path) -> None:
    text = "Lijst van 3, versie 2, gemeente\nx;y\n1,5;2\n"
    file = opened(tmp_path / "t.csv", text, "x", "y")
    assert (file.delimiter, file.header, file.header_row) == (";", ("x", "y"), 2)


def test_a_cell_in_another_encoding_is_marked(tmp_path: Path) -> None:
    data = "x,y\néén é,1\n".encode() + "été,2\n".encode("cp1252")
    file = opened(tmp_path / "t.csv", data, "x")
    assert [cells for _, cells in rows(list(file.batches(9)))] == [("één é", "1"), ("�t�", "2")]
    assert [note.code for note in file.notes] == ["encoding"]


def test_a_mark_within_is_text(tmp_path: Path) -> None:
    text = HEAD + "1,2,3\n\ufeff4,5,6\n"
    file = opened(tmp_path / "t.csv", text.encode("utf-8-sig"))
    assert by_blocks(file, 6) == rows(list(file.batches(9))) == [
        (2, ("1", "2", "3")), (3, ("\ufeff4", "5", "6"))
    ]  # fmt: skip


def test_a_column_that_is_twice_keeps_its_cells(tmp_path: Path) -> None:
    file = opened(tmp_path / "t.csv", "x,y,y\n1,2,3\n", "x")
    assert file.header == ("x", "y", "_3")
    assert rows(list(file.batches(9))) == [(2, ("1", "2", "3"))]


@pytest.mark.parametrize(
    ("data", "encoding", "codes"),
    [
        ("x;y\né;2\n".encode(), "utf-8", ["delimiter"]),
        ("x;y\né;2\n".encode("utf-8-sig"), "utf-8-sig", ["delimiter"]),
        ("x;y\né;2\n".encode("cp1252"), "cp1252", ["encoding", "delimiter"]),
        ("x\ty\né\t2\n".encode("utf-16"), "utf-16", ["encoding", "delimiter"]),
    ],
)  # fmt: skip
def test_how_it_is_written_is_found_and_told(
    data: bytes, encoding: str, codes: list[str], tmp_path: Path
) -> None:
    file = opened(tmp_path / "t.csv", data, "x", "y")
    assert (file.encoding, file.header) == (encoding, ("x", "y"))
    assert [note.code for note in file.notes] == codes
    assert rows(list(file.batches(5))) == [(2, ("é", "2"))]
    blocks = file.blocks(100)
    assert (blocks is None) == (encoding == "utf-16")


def test_a_late_sign_decides_the_encoding(tmp_path: Path) -> None:
    data = b"x,y\n" + b"1,2\n" * 3_000_000 + "é,2\n".encode("cp1252")
    assert opened(tmp_path / "t.csv", data).encoding == "cp1252"


def test_what_is_said_is_taken(tmp_path: Path) -> None:
    file = opened(tmp_path / "t.csv", "'a;b'|c\n1|2\n", delimiter="|", quote="'", encoding="cp1252")
    assert (file.header, file.notes[0].code) == (("a;b", "c"), "encoding")


def test_the_header_is_the_row_with_the_columns(tmp_path: Path) -> None:
    file = opened(tmp_path / "t.csv", "Lijst 2026,\n,\nx,y\n1,2\n", "x", "y")
    assert (file.header_row, [note.code for note in file.notes]) == (3, ["rows-above"])
    assert rows(list(file.batches(5))) == [(4, ("1", "2"))]
    assert file.blocks(10) is None


def test_names_are_compared_in_one_normal_form(tmp_path: Path) -> None:
    file = opened(tmp_path / "t.csv", " cafe\u0301 ,y\n1,2\n", "caf\u00e9")
    assert file.header == ("caf\u00e9", "y")


@pytest.mark.parametrize(
    ("data", "dialect", "words"),
    [
        (b"", {}, "is leeg"),
        (b"\n\n", {}, "is leeg"),
        (b"x,q\n1,2\n", {}, 'rij 1: er is geen kolom "naam"'),
        (b"naan,q\n1,2\n", {}, 'Bedoelde u "naan"?'),
        (b"naam,naam\n1,2\n", {}, "staat er twee keer"),
        (b"naam,q\n1,\x00\n", {}, "regel 2: het bestand bevat een NUL-teken"),
        (b"naam,q\n1,\x81\n", {}, "niet in een bekende tekencodering"),
        (b"naam,q\n1,\xe9\n", {"encoding": "utf-8"}, "de tekst is niet utf-8"),
        (b"naam,q\n", {"encoding": "klingon"}, "geen tekencodering 'klingon'"),
        (b"naam,q\n", {"header_row": 7}, "er is geen rij 7"),
        (b'naam,"q\n', {}, "eerste rij is geen leesbare CSV"),
    ],
)  # fmt: skip
def test_refused(data: bytes, dialect: dict[str, object], words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        opened(tmp_path / "t.csv", data, "naam", **dialect)
    assert words in error.value.detail_nl
    assert error.value.detail != error.value.detail_nl


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"weg\.csv: the file does not exist"):
        open_csv(tmp_path / "weg.csv", Dialect(), ())
