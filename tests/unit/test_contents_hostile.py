"""Files made to hurt who looks into them: each has an answer, within little time and memory."""

from __future__ import annotations

import gzip
import io
import resource
import sqlite3
import zipfile
from contextlib import closing

import pytest

from app.quality.contents import inspect
from tests.unit import real_files as real
from tests.unit.spreadsheets import ods, ods_table, ole

_LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><a>&j;</a>"
)


def _bomb() -> bytes:
    """Return a zip of 60 entries that are 50 MB of zeros each once unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.csv", b"a,b\n" + b"\0" * 50_000_000)
        inner = archive.infolist()[0]
    packed = out.getvalue()
    del inner
    # all names point to the same bytes
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        entry = archive.infolist()[0]
        size = packed.index(b"PK\x01\x02")
        head = packed[size : size + 46 + len(entry.filename)]
    names = [head.replace(b"0.csv", f"{chr(97 + n % 26)}.csv".encode()) for n in range(60)]
    central = b"".join(names)
    end = packed[packed.index(b"PK\x05\x06") :]
    end = end[:8] + (60).to_bytes(2, "little") * 2 + len(central).to_bytes(4, "little") + end[16:]
    return packed[:size] + central + end


HOSTILE: list[tuple[bytes, str]] = [
    (gzip.compress(b"\0" * 300_000_000), "GZIP"),
    (_bomb(), "ZIP"),
    (real.packed({"a.zip": real.packed({"b.zip": real.packed({"c.zip": real.packed({
        "d.csv": real.CSV})})})}), "ZIP"),
    (real.packed({f"{number}.csv": real.CSV for number in range(10_001)}), "ZIP"),
    (real.packed({"../../etc/passwd": b"a,b\n1,2\n", "\x1b[2J\n.csv": real.CSV}), "ZIP"),
    (real.tar({"../../x": b"1"}), "TAR"),
    (b"[" * 100_000, "JSON"),
    (b'{"a":' * 100_000, "JSON"),
    (b'{"@id": "http://a.test/", "a": ' + b"[" * 500 + b"]" * 500 + b"}", "JSON_LD"),
    (b"9" * 100_000, "TXT"),
    (b'{"a": ' + b"9" * 100_000 + b"}", "JSON"),
    (_LAUGHS.encode(), "XML"),
    (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "XML"),
    (b"<a>" * 100_000, "XML"),
    (b"<a " + b"b='1' " * 100_000 + b"/>", "XML"),
    (b"<<" * 50_000 + b"http://a.test/>", "TXT"),
    (b"@prefix a: <http://a.test/> .\na:b a:c " + b"(" * 100_000, "RDF_TURTLE"),
    (b"@prefix a: <http://a.test/> .\na:b a:c " + b"[a:d " * 100_000, "RDF_TURTLE"),
    (b"%PDF-" + b"/Type /Page " * 100_000, "PDF"),
    (ole("Workbook", b"\xff" * 3_000), "XLS"),
    (ole("Workbook", b"x", cyclic=True), "XLS"),
    (ods(ods_table("Blad", '<table:table-cell table:number-columns-repeated="999999999" '
                   'office:value-type="string"><text:p>x</text:p></table:table-cell>')), "ODS"),
    (real.packed({"[Content_Types].xml": b"x", "xl/workbook.xml": b"\0" * 30_000_000}), "XLSX"),
    (b"SQLite format 3\x00" + b"\xff" * 5_000, ""),
    (b"II*\x00\xff\xff\xff\xff", "TIFF"),
    (b'"' * 1_000_000, "TXT"),
    (b"," * 1_000_000, "TXT"),
    (b"<html><title>" + b"<" * 500_000, "HTML"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_files_have_an_answer(number: int) -> None:
    data, kind = HOSTILE[number]
    found = inspect(data, url="https://x.test/a")
    assert found.file_type == kind, found
    if kind not in {"TXT", "HTML", "ZIP", "TAR", "PDF"}:
        assert found.valid is not True, found
        assert found.count == 0


def test_a_bomb_costs_no_more_memory_than_its_budget() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = inspect(_bomb())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000
    assert len(found.entries) <= 20
    assert found.count <= 60


def test_names_in_archives_cannot_steer_a_screen_or_lead_out() -> None:
    found = inspect(HOSTILE[4][0])
    assert all(name.isprintable() and len(name) <= 80 for name, _ in found.entries)


def test_archives_too_deep_are_not_opened() -> None:
    found = inspect(HOSTILE[2][0])
    for _ in range(2):
        ((_, found),) = found.entries
        assert found.file_type == "ZIP"
    ((_, found),) = found.entries
    assert found.file_type == ""
    assert "too deep" in found.problem["en"]


def test_a_database_cannot_make_us_count_forever() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA application_id = 1196444487")
        database.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
        database.execute("INSERT INTO gpkg_contents VALUES ('x'), ('a\"b'), ('sqlite_schema')")
        database.execute("CREATE VIEW x AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL "
                         "SELECT n + 1 FROM c) SELECT n FROM c")  # fmt: skip
        database.execute('CREATE TABLE "a""b" (n)')
        database.execute('INSERT INTO "a""b" VALUES (1)')
        database.commit()
        data = database.serialize()
    assert (inspect(data).file_type, inspect(data).count) == ("GPKG", 1)


def test_problems_quote_nothing_of_a_file() -> None:
    for secret in (b'<a b="SECRET" <', b'{"SECRET": x}', b"@prefix a: <SECRET .\n",
                   b"a,b\n1,SECRET,3\n1,2\n1,2\n1,2\n1,2\n1,2\n"):  # fmt: skip
        assert "SECRET" not in str(inspect(secret).problem)
