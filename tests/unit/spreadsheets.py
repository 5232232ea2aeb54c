"""Small .ods and .xls files, written by hand."""

from __future__ import annotations

import io
import struct
import zipfile

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_NAMES = {"office": "office", "table": "table", "text": "text", "style": "style",
          "number": "datastyle"}  # fmt: skip
_SPACES = f' xmlns:calcext="{_CALC}"' + "".join(
    f' xmlns:{name}="{_URN}{urn}:1.0"' for name, urn in _NAMES.items()
)


def ods(body: str, *, styles: str = "", head: str = "", **more: str) -> bytes:
    """Return an .ods of which the sheets are `body`."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content{_SPACES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_TYPE, zipfile.ZIP_STORED)
        for name, text in {"content.xml": content, **more}.items():
            archive.writestr(name, text)
    return out.getvalue()


def ods_table(name: str, *rows: str, style: str = "") -> str:
    made = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}" table:style-name="{style}">{made}</table:table>'


def ods_text(*texts: str) -> str:
    return "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        if text else "<table:table-cell/>" for text in texts
    )  # fmt: skip


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _bof(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def xls(cells: list[bytes], *, name: str = "Blad", before: bytes = b"") -> bytes:
    """Return an .xls (BIFF8) of one sheet of records; formats 0: general, 1: a day, 2: 0000."""

    def xf(number_format: int) -> bytes:
        return record(0x00E0, struct.pack("<HHHBBBBIIH", 0, number_format, 0, 0, 0, 0, 0, 0, 0, 0))

    code = "0000"
    format_ = record(0x041E, struct.pack("<HHB", 170, len(code), 0) + code.encode())
    font = record(
        0x0031, struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 1, 0) + b"A"
    )
    title = struct.pack("<BB", len(name), 0) + name.encode("latin-1")

    def globals_(offset: int) -> bytes:
        sheet = record(0x0085, struct.pack("<IBB", offset, 0, 0) + title)
        page = record(0x0042, struct.pack("<H", 1200))
        return (_bof(5) + before + page + font * 5 + format_ + xf(0) + xf(14) + xf(170) + sheet
                + record(0x000A, b""))  # fmt: skip

    stream = globals_(len(globals_(0))) + _bof(16) + b"".join(cells) + record(0x000A, b"")
    return ole("Workbook", stream)


def number(row: int, column: int, value: float, form: int = 0) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, form, value))


def label(row: int, column: int, text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + raw)


def flag(row: int, column: int, value: int, *, error: bool = False) -> bytes:
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, value, error))


FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(name: str, stream: bytes, *, cyclic: bool = False) -> bytes:
    """Return a compound file (OLE2) with one stream; `cyclic`: its sectors never end."""
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    count = len(stream) // 512
    chain = [*range(1, count), 0 if cyclic else END, END, FAT]
    chain += [FREE] * (128 - len(chain) % 128)
    assert len(chain) == 128
    fat = struct.pack("<128I", *chain)

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = title.encode("utf-16-le")
        return (raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, FREE, FREE,
                child) + b"\0" * 36 + struct.pack("<III", start, size, 0))  # fmt: skip

    directory = entry("Root Entry", 5, 1, END, 0) + entry(name, 2, FREE, 0, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, count, 0, 4096, END, 0,
                        END, 0)  # fmt: skip
    head += struct.pack("<109I", count + 1, *[FREE] * 108)
    return head + stream + directory.ljust(512, b"\0") + fat
