"""Tables that would harm a reader are refused with the reason, within 10 s and 1 GiB of address."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.integration.test_hostile_workbooks import HOSTILE, changed
from tests.unit import spreadsheets as made
from tests.unit.test_xlsx_reading import HEAD, with_sheet

ENTITIES = ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
            '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>')  # fmt: skip
TEXT = made.ods_text("x")


def ods_row(attributes: str, cell: str = TEXT) -> bytes:
    return made.ods('<table:table table:name="b"><table:table-row table:'
                    f"{attributes}>{cell}</table:table-row></table:table>")  # fmt: skip


def nested() -> bytes:
    """Return a workbook with a zip bomb as a part, and in that another."""
    data = b"\0" * 900_000_000
    for _ in range(2):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb", data)
        data = out.getvalue()
    return changed("", lambda x: x, **{"xl/media/bomb.zip": data})


def quoted_small() -> bytes:
    """Return a workbook whose sheet is larger than the sizes in its heads say."""
    data = bytearray(changed("", lambda x: x, **{"xl/more.xml": b" " * 200_000_000}))
    size = struct.pack("<I", 200_000_000)
    at = data.find(size)
    while at >= 0:
        data[at : at + 4] = struct.pack("<I", 50)
        at = data.find(size)
    return bytes(data)


def overlapping() -> bytes:
    """Return a workbook with two thousand entries that all are one large part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/a.xml", b" " * 20_000_000)
        entry = archive.infolist()[1]
        for number in range(1_900):
            again = zipfile.ZipInfo(entry.filename)
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(again, name, getattr(entry, name))
            again.filename = f"xl/a{number}.xml"
            archive.filelist.append(again)
    return out.getvalue()


def many_strings() -> bytes:
    strings = "".join(f"<si><t>{number}</t></si>" for number in range(1_300_000))
    return with_sheet(f"{HEAD}<sheetData/></worksheet>", f"<sst>{strings}</sst>")


def same(data: bytes) -> Callable[[], bytes]:
    return lambda: data


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    **{f"xlsx: {kind}": (same(data), said) for kind, (data, said) in HOSTILE.items()
       if kind not in {"a text by the name", "old Excel", "no workbook"}},
    # what is packed within is never opened
    "xlsx: a bomb in a bomb": (nested, ""),
    "xlsx: sizes that are not so": (quoted_small, "beschadigd"),
    "xlsx: parts over each other": (overlapping, "samengedrukt"),
    "xlsx: many strings": (many_strings, "500000 cellen"),
    "ods: entities": (lambda: made.ods(made.ods_table("b", TEXT), head=ENTITIES), "documenttype"),
    "ods: rows repeated": (lambda: ods_row('number-rows-repeated="2000000000"'), "100000 rijen"),
    "ods: columns repeated": (
        lambda: ods_row('number-rows-repeated="1"', TEXT.replace(
            "<table:table-cell", '<table:table-cell table:number-columns-repeated="2000000000"')),
        "500 kolommen",
    ),
    "ods: empty cells and then one": (
        lambda: ods_row('number-rows-repeated="1"',
                        '<table:table-cell table:number-columns-repeated="2000000000"/>' + TEXT),
        "500 kolommen",
    ),
    "ods: no number": (lambda: ods_row('number-rows-repeated="-x"'), "beschadigd"),
    "ods: a long row": (
        lambda: made.ods(made.ods_table("b", *[made.ods_text("x" * 5_000)] * 30_000)),
        "samengedrukt",
    ),
    "ods: a password": (
        lambda: made.ods("", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
        "wachtwoord",
    ),
    "ods: no content": (lambda: made.ods("").replace(b"content.xml", b"kontent.xml"), "beschadigd"),
    "ods: deep": (lambda: made.ods("<text:p>" * 100_000), "beschadigd"),
    "ods: deep in a cell": (
        lambda: made.ods(made.ods_table("b", "<table:table-cell>" + "<text:p>" * 50_000
                                        + "</text:p>" * 50_000 + "</table:table-cell>")),
        "beschadigd",
    ),
    "xls: sectors in a circle": (
        lambda: made.ole("Workbook", b"\x09\x08\x10\x00" * 4_000, cyclic=True), "beschadigd",
    ),
    "xls: a password": (
        lambda: made.xls([], before=made.record(0x002F, b"\1\0" * 20)), "wachtwoord",
    ),
    "xls: an encrypted xlsx": (lambda: made.ole("EncryptedPackage", b"x" * 5_000), "wachtwoord"),
    "xls: nothing": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "beschadigd"),
    "xls: cut off": (lambda: made.xls([made.label(0, 0, "a")])[:1_500], "beschadigd"),
    "xls: a far row": (lambda: made.xls([made.label(0, 0, "a"), made.label(65_535, 255, "b")]), ""),
    "json: deep": (lambda: b'[{"a":' * 2_000_000, "diep"),
    "json: wide": (
        lambda: json.dumps([{f"k{n}": n for n in range(600)}]).encode(), "500 kolommen",
    ),
    "json: rows": (lambda: b"[" + b'{"a":1},' * 100_001 + b'{"a":1}]', "100000 rijen"),
    "json: new names": (
        lambda: json.dumps([{f"k{n}": n} for n in range(50_000)]).encode(), "500 kolommen",
    ),
    "json: a long number": (lambda: b'[{"a": 1e999999999}, {"a": 1E-999999999}]', ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_it_is_refused_with_the_reason(kind: str, tmp_path: Path) -> None:
    make, said = FILES[kind]
    path = tmp_path / ("a.json" if kind.startswith("json") else "a.x")
    path.write_bytes(make())
    run = subprocess.run(
        [sys.executable, "-m", "tests.integration.hostile_tables", str(path), "strangers"],
        cwd=ROOT, capture_output=True, text=True, timeout=10, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2_000:]
    told = json.loads(run.stdout)
    # what is not refused is harmless, and read
    assert said in told["said"]
    assert bool(told["said"]) == bool(said)
