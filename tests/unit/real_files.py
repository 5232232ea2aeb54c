"""Small real files of many kinds, made here."""

from __future__ import annotations

import gzip
import io
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from contextlib import closing
from typing import Any

import openpyxl
import pyoxigraph as ox

from app.rdf.namespaces import PREFIXES

CSV = b"naam,aantal\nfiets,3\nauto,4\n"
TURTLE = b"""@prefix ex: <https://data.voorbeeld.test/id/> .
@prefix schema: <https://schema.org/> .
ex:boom1 a schema:Thing ; schema:name "Linde"@nl ; schema:sameAs <http://elders.test/boom/1> .
ex:boom2 a schema:Thing ; schema:name "Eik"@nl ; schema:sameAs <http://ander.test/eik> .
"""
GEOJSON = b"""{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"naam": "a"},
  "geometry": {"type": "Point", "coordinates": [4, 51]}},
 {"type": "Feature", "properties": {"naam": "b"}, "geometry": null}]}"""
GML = b"""<?xml version="1.0"?><wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"
 xmlns:gml="http://www.opengis.net/gml/3.2"><wfs:member><punt/></wfs:member>
 <wfs:member><punt/></wfs:member></wfs:FeatureCollection>"""
KML = b"""<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>a</name></Placemark>
 </Document></kml>"""
WFS = b"""<WFS_Capabilities xmlns="http://www.opengis.net/wfs/2.0" version="2.0.0"><FeatureTypeList>
 <FeatureType/><FeatureType/></FeatureTypeList></WFS_Capabilities>"""
WMS = b"""<?xml version="1.0"?><!DOCTYPE WMT_MS_Capabilities SYSTEM "http://nergens.test/wms.dtd">
<WMT_MS_Capabilities version="1.1.1"><Capability><Layer/></Capability></WMT_MS_Capabilities>"""
RSS = b'<rss version="2.0"><channel><item/><item/></channel></rss>'
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>'
ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
HTML = (
    b"<!DOCTYPE html><html><head><title>Fietsen</title></head><body><h1>Fietsen</h1></body></html>"
)
NOT_FOUND = b"<html><head><title>404 - Niet gevonden</title></head><body></body></html>"
PDF = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids"
       b"[3 0 R]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n"
       b"%%EOF\n")  # fmt: skip
GIF = (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
       b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")  # fmt: skip
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PARQUET = b"PAR1" + b"\x15\x00" + (2).to_bytes(4, "little") + b"PAR1"


def rdf(form: ox.RdfFormat, turtle: bytes = TURTLE) -> bytes:
    """Return Turtle in another syntax."""
    quads = ox.parse(turtle, ox.RdfFormat.TURTLE)
    return ox.serialize(quads, format=form) or b""


def xlsx(rows: int = 3) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in [("naam", "aantal"), *((f"fiets {number}", number) for number in range(rows))]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    """Return a zip; in the names `__` is a full stop."""
    return packed({name.replace("__", "."): data for name, data in files.items()})


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, data, kind)
    return out.getvalue()


def tar(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def tgz(files: dict[str, bytes]) -> bytes:
    return gzip.compress(tar(files))


def docx() -> bytes:
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})


def odt() -> bytes:
    return packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"})


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x00"))
            + chunk(b"IEND", b""))  # fmt: skip


def tiff(*, geo: bool) -> bytes:
    tags = [(256, 1), (257, 1), *([(34735, 1)] if geo else [])]
    entries = b"".join(struct.pack("<HHII", tag, 3, 1, value) for tag, value in tags)
    return b"II*\x00" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 0)


def sqlite(*, geopackage: bool, rows: int = 2) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        if geopackage:
            database.execute("PRAGMA application_id = 1196444487")
            database.execute("CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT)")
            database.execute("INSERT INTO gpkg_contents VALUES ('bomen', 'features')")
        database.execute("CREATE TABLE bomen (naam TEXT)")
        database.executemany("INSERT INTO bomen VALUES (?)", [("eik",)] * rows)
        database.commit()
        return database.serialize()


def dbf() -> bytes:
    field = b"NAAM".ljust(11, b"\0") + b"C" + b"\0" * 4 + b"\x0a" + b"\0" * 15
    head = struct.pack("<BBBBIHH", 3, 126, 11, 22, 1, 32 + 32 + 1, 11) + b"\0" * 20
    return head + field + b"\r" + b" eik       " + b"\x1a"


def shapefile(*, without: str = "") -> bytes:
    files = {"bomen.shp": b"\x00\x00\x27\x0a" + b"\0" * 96, "bomen.shx": b"\0" * (100 + 8 * 3),
             "bomen.dbf": dbf(), "bomen.prj": b"x"}  # fmt: skip
    return packed({name: data for name, data in files.items() if name != without})


def gtfs() -> bytes:
    names = ("agency", "routes", "trips", "stops", "stop_times")
    return packed({f"{name}.txt": b"a,b\n1,2\n" for name in names})


def prefixes() -> str:
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
