"""What a file is: real files of every kind, mislabelled, malformed, and cut in the middle."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import asdict

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quality.contents import inspect
from app.quality.evidence import Content, content_of
from app.vocabularies.tables import rows
from tests.conftest import ROOT
from tests.unit import real_files as real
from tests.unit.spreadsheets import label, number, ods, ods_table, ods_text, ole, xls

CODES = {row["file_type"] for row in rows(
    ROOT / "vocab" / "kwaliteit" / "bestandstypes.csv",
    ["file_type", "machine_readable", "non_proprietary"])}  # fmt: skip
KINDS: list[tuple[bytes, str, int, str]] = [
    (real.CSV, "CSV", 2, "rows"),
    (real.CSV.replace(b",", b"\t"), "TSV", 2, "rows"),
    (real.CSV.replace(b",", b";"), "CSV", 2, "rows"),
    (real.CSV.replace(b",", b"|"), "CSV", 2, "rows"),
    (real.CSV.decode().encode("utf-16"), "CSV", 2, "rows"),
    ("straat;getal\nDreef é;1\nLaan;2\n".encode("cp1252"), "CSV", 2, "rows"),
    (b'[{"a": 1}, {"a": 2}]', "JSON", 2, "items"),
    (b'{"totaal": 3, "lijst": [1, 2, 3]}', "JSON", 3, "items"),
    (b'{"a": 1}\n{"a": 2}\n{"a": 3}\n', "JSON", 3, "items"),
    (b'{"type": "Topology", "arcs": [], "objects": {"a": {"type": "GeometryCollection", '
     b'"geometries": [{"type": "Point"}, {"type": "Point"}]}}}', "JSON", 2, "features"),
    (real.GEOJSON, "GEOJSON", 2, "features"),
    (b'{"type": "Point", "coordinates": [4, 51]}', "GEOJSON", 1, "features"),
    (b"<lijst><ding/><ding/></lijst>", "XML", 2, "elements"),
    (real.GML, "GML", 2, "features"),
    (real.KML, "KML", 1, "features"),
    (real.WFS, "WFS_SRVC", 2, "layers"),
    (real.WMS, "WMS_SRVC", 1, "layers"),
    (real.RSS, "RSS", 2, "items"),
    (real.ATOM, "ATOM", 1, "items"),
    (real.ICS, "ICS", 1, "events"),
    (real.HTML, "HTML", 0, ""),
    (real.TURTLE, "RDF_TURTLE", 6, "triples"),
    (real.rdf(ox.RdfFormat.N_TRIPLES), "RDF_N_TRIPLES", 6, "triples"),
    (real.rdf(ox.RdfFormat.RDF_XML), "RDF_XML", 6, "triples"),
    (real.rdf(ox.RdfFormat.JSON_LD), "JSON_LD", 6, "triples"),
    (b"<http://a.test/1> <http://a.test/p> \"x\" <http://a.test/g> .\n", "RDF_N_QUADS", 1,
     "triples"),
    (b"@prefix a: <http://a.test/> .\na:g { a:b a:c a:d }", "RDF_TRIG", 1, "triples"),
    (real.xlsx(), "XLSX", 3, "rows"),
    (ods(ods_table("Blad", ods_text("naam"), ods_text("eik"))), "ODS", 1, "rows"),
    (xls([label(0, 0, "naam"), number(1, 0, 3)]), "XLS", 1, "rows"),
    (real.docx(), "DOCX", 0, ""),
    (real.odt(), "ODT", 0, ""),
    (ole("WordDocument", b"x"), "DOC", 0, ""),
    (real.PDF, "PDF", 1, "pages"),
    (real.png(), "PNG", 0, ""),
    (real.JPEG, "JPEG", 0, ""),
    (real.GIF, "GIF", 0, ""),
    (real.tiff(geo=False), "TIFF", 0, ""),
    (real.tiff(geo=True), "GEOTIFF", 0, ""),
    (real.sqlite(geopackage=True), "GPKG", 2, "features"),
    (real.PARQUET, "PARQUET", 0, ""),
    (real.dbf(), "DBF", 0, ""),
    (real.shapefile(), "SHP", 3, "features"),
    (real.gtfs(), "GTFS", 0, ""),
    (real.zipped(doc__kml=real.KML), "KMZ", 1, "features"),
    (real.zipped(lees__txt=b"Dit is tekst.", data__csv=real.CSV), "ZIP", 2, "files"),
    (gzip.compress(real.CSV), "GZIP", 1, "files"),
    (real.tar({"a.csv": real.CSV}), "TAR", 1, "files"),
    (real.tgz({"a.csv": real.CSV}), "TAR_GZ", 1, "files"),
    (b"Beste lezer.\nDit is een brief, en geen tabel.\n", "TXT", 2, "lines"),
]  # fmt: skip
LABELS = ("", "https://x.test/a.csv", "https://x.test/a.pdf", "https://x.test/a.ttl",
          "https://x.test/a.json", "https://x.test/a.xlsx", "https://x.test/a.html")  # fmt: skip


@pytest.mark.parametrize(("data", "kind", "count", "counted"), KINDS)
def test_content_decides_whatever_the_label(
    data: bytes, kind: str, count: int, counted: str
) -> None:
    assert kind in CODES
    for url in LABELS:
        for media_type in ("", "text/csv", "application/pdf", "application/octet-stream"):
            if kind == "TXT" and (url.endswith("csv") or media_type == "text/csv"):
                continue
            found = inspect(data, url=url, media_type=media_type)
            assert (found.file_type, found.valid, found.count, found.counted) == (
                kind, True, count, counted), (url, media_type, found)  # fmt: skip
            assert content_of(_as_values(found)) == found


def _as_values(content: Content) -> dict[str, object]:

    values: dict[str, object] = json.loads(json.dumps(asdict(content)))
    return values


@pytest.mark.parametrize("data", [data for data, *_ in KINDS])
def test_a_part_of_a_good_file_is_never_malformed(data: bytes) -> None:
    kind = inspect(data).file_type
    for size in range(max(len(data) // 2, 1), len(data), max(len(data) // 40, 1)):
        found = inspect(data[:size], truncated=True)
        assert found.valid is not False, (kind, size, found)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (real.CSV * 400, "CSV"), (real.TURTLE * 50, "RDF_TURTLE"), (real.GML, "GML"),
        (real.rdf(ox.RdfFormat.N_TRIPLES) * 50, "RDF_N_TRIPLES"),
        (real.rdf(ox.RdfFormat.RDF_XML), "RDF_XML"), (real.GEOJSON, "GEOJSON"),
        (real.xlsx(500), "XLSX"), (real.shapefile(), "SHP"), (real.PDF, "PDF"),
        (gzip.compress(random.Random(1).randbytes(5_000).hex().encode()), "GZIP"),
    ],
)  # fmt: skip
def test_a_part_is_still_known_for_what_it_is(data: bytes, kind: str) -> None:
    found = inspect(data[: len(data) * 3 // 4], truncated=True)
    assert (found.file_type, found.valid) == (kind, None)


def test_of_a_part_what_was_read_counts() -> None:
    data = real.rdf(ox.RdfFormat.RDF_XML, real.TURTLE)
    assert inspect(data[:-40], truncated=True).count > 0
    assert inspect(b"a,b\n1,2\n3,4\n5,", truncated=True).count == 2
    assert inspect(b'[{"a":1},{"a":2},{"a"', truncated=True).count == 2
    linked = real.rdf(ox.RdfFormat.JSON_LD)
    found = inspect(linked[: len(linked) * 3 // 4], truncated=True)
    assert (found.file_type, found.valid) == ("JSON_LD", None)
    assert found.own_count


def test_a_mistake_before_the_end_of_a_part_is_one() -> None:
    turtle = real.TURTLE + b"ex:boom3 fout:naam 1 .\n" + real.TURTLE.split(b"\n", 2)[2] * 3
    assert inspect(turtle, truncated=True).valid is False
    assert inspect(b"<a><b></a><c>", truncated=True).valid is False
    assert inspect(b"a,b\n1,2,3\n" + b"1,2\n" * 20, truncated=True).valid is False


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (b'{"a": [1, 2}', "JSON", "line 1, column 12"),
        (b'{"a": NaN}', "JSON", "line 1"),
        (b'{"a": 1e9999}', "JSON", "line 1"),
        (b'{"a": 1}\n{"a": 2}\n{"a": 3}\n{"a": 4}\n{"a": \n', "JSON", "line 5"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Feature"}, {}]}', "GEOJSON",
         "item 2"),
        (b"<a>\n<b>\n</a>", "XML", "line 3"),
        (b'<?xml version="1.0" encoding="UTF-8"?><a>\xe9</a>', "XML", "UTF-8"),
        (real.TURTLE + b'ex:boom3 schema:name "zonder einde', "RDF_TURTLE", "stops too early"),
        (real.rdf(ox.RdfFormat.RDF_XML)[:-20], "RDF_XML", "line"),
        (real.rdf(ox.RdfFormat.N_TRIPLES) + b"<http://a.test/1> <x .\n", "RDF_TURTLE", "line 7"),
        (b"a,b\n" + b"1,2\n" * 20 + b"1,2,3\n", "CSV", "the first is row 22, with 3"),
        (b"a,b\n" + b"1,2\n" * 20 + b'"1,2\n', "CSV", "quote"),
        (b"a,b\n" + b"1,2\n" * 90 + b"\x00,2\n", "CSV", "NUL"),
        (real.PDF[:-30], "PDF", "too early"),
        (real.png()[:-12], "PNG", "too early"),
        (real.PARQUET[:-2], "PARQUET", "too early"),
        (real.xlsx()[:-200], "ZIP", "damaged"),
        (real.shapefile(without="bomen.dbf"), "SHP", "bomen.dbf"),
        (b"\x00\x00\x27\x0a" + b"\0" * 96, "SHP", ".dbf"),
        (real.ICS[:-20], "ICS", "too early"),
        (gzip.compress(real.CSV * 50)[:-12], "GZIP", "damaged"),
        (b"", "", "empty"), (b" \n\n", "", "empty"),
    ],
)  # fmt: skip
def test_malformed_files_say_what_is_wrong_and_where(data: bytes, kind: str, said: str) -> None:
    found = inspect(data, url="https://x.test/bestand")
    assert (found.file_type, found.valid) == (kind, False)
    assert said in found.problem["en"], found.problem
    assert found.problem["nl"] != found.problem["en"]


def test_what_is_no_table_is_text() -> None:
    letter = "Beste lezer, dit is een brief.\nZe heeft zinnen, punten, en meer.\nTot dan.\n"
    found = inspect(letter.encode(), url="https://x.test/a.csv", media_type="text/csv")
    assert (found.file_type, found.valid) == ("TXT", True)
    assert "called a table" in found.problem["en"]
    ragged = b"a,b,c\n1\n2,3\n4,5,6,7\n8\n9,10\n"
    assert inspect(ragged, media_type="text/csv").file_type == "TXT"
    assert inspect(b"kolom\nwaarde\n").file_type == "TXT"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("noem(\n    een,\n    twee,\n    drie,\n    vier,\n)\n" * 9, "TXT"),
        ("def f():\n    return b'%PDF-1.4'\n", "TXT"),
        ("# dit\n[[proef]]\ntekst = 1\n@prefix a: <http://a.test/> .\na:b a:c 1 .\n", "TXT"),
        ("PREFIX a: <http://a.test/>\nSELECT ?a\nWHERE { ?a a:b ?c }\n", "SPARQLQ"),
        ("naam,,aantal,\neik,,3,\nlinde,,4,\n", "CSV"),
    ],
)  # fmt: skip
def test_code_and_queries_are_no_tables_nor_rdf(text: str, kind: str) -> None:
    found = inspect(text.encode())
    assert (found.file_type, found.valid) == (kind, True)


def test_one_column_is_a_table_only_by_its_label_and_is_told() -> None:
    found = inspect(b"naam\neik\nlinde\n", url="https://x.test/bomen.csv?v=1")
    assert (found.file_type, found.valid, found.count) == ("CSV", True, 2)
    assert "only one column" in found.problem["en"]


def test_a_table_without_a_header_counts_all_rows() -> None:
    found = inspect(b"1,2\n3,4\n5,6\n")
    assert (found.count, found.valid) == (3, True)
    assert "names no columns" in found.problem["en"]


def test_a_header_alone_is_an_empty_table() -> None:
    found = inspect(b"naam,aantal\n", media_type="text/csv")
    assert (found.file_type, found.count) == ("CSV", 0)


def test_error_pages_and_messages_are_no_data() -> None:
    pages = (real.NOT_FOUND, b"<html><h1>Error 500</h1></html>",
             b"<!doctype html><title>Portaal - Aanmelden</title>",
             b'{"error": {"code": 400, "message": "Invalid URL"}}',
             b'{"success": false, "message": "nee"}',
             b"<ServiceExceptionReport><ServiceException/></ServiceExceptionReport>")  # fmt: skip
    for page in pages:
        assert inspect(page).error, page
    fine = (real.HTML, b"<html><title>Tram 404 rijdt om</title></html>", b'{"error": null}',
            b'{"errors": [1], "lijnen": [4]}', b"<title>Onderhoud van wegen</title>")  # fmt: skip
    for page in fine:
        assert not inspect(page).error, page


def test_names_are_own_below_the_host_of_the_file() -> None:
    found = inspect(real.TURTLE, url="https://data.voorbeeld.test/bestand.ttl")
    assert found.own_count == 2
    assert set(found.own) == {
        "https://data.voorbeeld.test/id/boom1", "https://data.voorbeeld.test/id/boom2"
    }  # fmt: skip
    assert set(found.other) == {"http://elders.test/boom/1", "http://ander.test/eik"}


def test_where_nothing_is_said_of_the_files_host_most_names_tell_whose_they_are() -> None:
    found = inspect(real.TURTLE, url="https://bestanden.test/dump.ttl")
    assert (found.own_count, found.other_count) == (2, 2)
    assert all(name.startswith("https://data.voorbeeld.test/") for name in found.own)


def test_what_any_rdf_has_is_no_link() -> None:
    eu = "http://publications.europa.eu/resource/authority/"
    turtle = (
        real.prefixes()
        + f"""
    <https://x.test/id/1> a <http://purl.org/vocab/cpsv#PublicService> ;
      dct:license <http://creativecommons.org/publicdomain/zero/1.0/> , <https://vreemd.test/lic> ;
      dct:format <{eu}file-type/CSV> ; dcat:theme <{eu}data-theme/TRAN> ;
      dct:accrualPeriodicity <{eu}frequency/DAILY> ; foaf:homepage <https://pagina.test/> ;
      dcat:mediaType <http://www.iana.org/assignments/media-types/text/csv> ;
      rdfs:seeAlso <https://x.test/id/2> ; dct:conformsTo <https://standaard.test/1> ;
      dcat:downloadURL <https://ander.test/a.csv> ; dct:type <https://schema.org/Thing> .
    """
    )
    found = inspect(turtle.encode(), url="https://x.test/a.ttl")
    assert (found.own_count, found.other, found.other_count) == (2, (), 0)
    linked = turtle + f"<https://x.test/id/1> dct:spatial <{eu}country/BEL> ."
    assert inspect(linked.encode(), url="https://x.test/a.ttl").other == (f"{eu}country/BEL",)


def test_a_file_does_not_name_itself_by_having_an_address() -> None:
    url = "https://x.test/a.ttl"
    alone = inspect(b'<> <http://a.test/p> "x" .', url=url)
    assert (alone.file_type, alone.own_count) == ("RDF_TURTLE", 0)
    within = inspect(b'<#boom> <http://a.test/p> "x" .', url=url)
    assert within.own == (f"{url}#boom",)


def test_of_one_document_one_name_is_sampled() -> None:
    turtle = "".join(f'<https://x.test/doc#{n}> <https://x.test/p> "{n}" .\n' for n in range(40))
    turtle += "".join(f'<https://x.test/{n}> <https://x.test/p> "{n}" .\n' for n in range(40))
    found = inspect(turtle.encode(), url="https://x.test/a.nt")
    assert (found.own_count, len(found.own)) == (80, 5)
    assert len({name.partition("#")[0] for name in found.own}) == 5


def test_contexts_are_never_fetched() -> None:
    found = inspect(b'{"@context": "https://schema.org/", "@id": "http://a.test/1", "name": "x"}')
    assert (found.file_type, found.valid, found.count) == ("JSON_LD", None, 0)
    assert "@context" in found.problem["en"]


def test_archives_tell_what_is_in_them() -> None:
    data = real.packed({"a/data.csv": real.CSV, "b.zip": real.zipped(c__json=b"[1]"),
                        "lees.pdf": real.PDF})  # fmt: skip
    found = inspect(data)
    assert found.count == 3
    assert {name: content.file_type for name, content in found.entries} == {
        "a/data.csv": "CSV", "b.zip": "ZIP", "lees.pdf": "PDF",
    }  # fmt: skip
    inner = dict(found.entries)["b.zip"].entries
    assert [(name, content.file_type) for name, content in inner] == [("c.json", "JSON")]


_QUADS = list(ox.parse(real.TURTLE.replace(b"ex:boom1 a", b"ex:boom1 schema:near _:a ; a")
                       + b'_:a schema:name "hier" .\n', ox.RdfFormat.TURTLE))  # fmt: skip


@given(order=st.permutations(_QUADS), node=st.text("abcxyz", min_size=1, max_size=6))
def test_names_do_not_depend_on_order_node_names_or_syntax(order: list[ox.Quad], node: str) -> None:
    renamed = [_renamed(quad, node) for quad in order]
    url = "https://data.voorbeeld.test/bestand"
    seen = set()
    for form in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML,
                 ox.RdfFormat.JSON_LD):  # fmt: skip
        data = ox.serialize([quad.triple for quad in renamed], format=form)
        found = inspect(data or b"", url=url)
        assert found.valid is True
        seen.add((found.count, found.own, found.other, found.own_count, found.other_count))
    assert len(seen) == 1
    assert seen == {(8, *_names(url))}


def _renamed(quad: ox.Quad, node: str) -> ox.Quad:
    def new(value: object) -> object:
        return ox.BlankNode(node) if isinstance(value, ox.BlankNode) else value

    return ox.Quad(new(quad.subject), quad.predicate, new(quad.object))  # type: ignore[arg-type]


def _names(url: str) -> tuple[object, ...]:
    found = inspect(real.TURTLE, url=url)
    return found.own, found.other, found.own_count, found.other_count


@given(data=st.binary(max_size=400), cut=st.booleans())
def test_any_bytes_have_an_answer(data: bytes, cut: bool) -> None:
    assert isinstance(inspect(data, truncated=cut), Content)


_STARTS = [data[:40] for data, *_ in KINDS]


@given(start=st.sampled_from(_STARTS), rest=st.binary(max_size=200), cut=st.booleans())
def test_any_bytes_behind_a_good_start_have_an_answer(start: bytes, rest: bytes, cut: bool) -> None:
    assert isinstance(inspect(start + rest, truncated=cut), Content)
