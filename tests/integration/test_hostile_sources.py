"""Hostile and broken sources: each ends in a clear error, in both languages, within its limits."""

from __future__ import annotations

import gzip
import io
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.errors import InputError
from app.rdf import media
from app.validation.locate import locate
from app.validation.sources import ReadLimits, Source, read
from app.validation.syntaxerrors import SourceError

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HEAD = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/">\n'.encode()
GOOD = b"<http://a> <http://b> <http://c> .\n"
LIMITS = ReadLimits(max_bytes=60_000_000, max_quads=100_000, max_value_bytes=1_000_000)
MAX_SECONDS = 5.0
ROOT = Path(__file__).resolve().parents[2]


def xml(inside: bytes, doctype: bytes = b"") -> bytes:
    return b'<?xml version="1.0"?>' + doctype + b"\n" + HEAD + inside + b"\n</rdf:RDF>"


def described(value: bytes) -> bytes:
    return b'<rdf:Description rdf:about="http://a"><e:p>' + value + b"</e:p></rdf:Description>"


def entities(*declared: bytes) -> bytes:
    return b"<!DOCTYPE rdf:RDF [" + b"".join(b"<!ENTITY %s>" % item for item in declared) + b"]>"


LAUGHS = [b'a "' + b"ha" * 100 + b'"'] + [
    b'%c "%s"' % (98 + step, b"&%c;" % (97 + step) * 10) for step in range(9)
]


def zipped(*names: str, data: bytes = GOOD, times: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, data * times)
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped("a.ttl"))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(sign) + offset] |= 1
    return bytes(data)


def method(number: int, harm: int = 0) -> bytes:
    data = bytearray(zipped("a.ttl", times=9))
    if harm:
        data[harm] ^= 0xFF
    for sign, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.find(sign) + offset] = number
    return bytes(data)


DEEP = 100_000
NESTED = b"<http://a> <http://b> " + b"<<( <http://a> <http://b> " * DEEP
# name -> bytes, words of the English message, the line it names (0: none asked, -1: must be None)
LONG = 20_000_000
CASES: dict[str, tuple[bytes, str, int]] = {
    # malformed, in each syntax
    "turtle: no full stop": (GOOD + b"@prefix e: <http://e/> .\n<a> e:b e:c\n<d> e:b e:c .", "", 4),
    "turtle: prefix unknown": (GOOD + b"<a> q:b 1 .", "prefix is used but not declared", 2),
    "turtle: open string": (GOOD + b'@base <http://e/> .\n<a> <b> "open .\n<b> <b> 1 .', "", 3),
    "turtle: open long string": (b'@base <http://x/> .\n<a> <b> """open .\n', "stops too early", 0),
    "turtle: bad IRI": (GOOD + b"@base <http://x/> .\n<a> <b> <http://x y> .", "web address", 3),
    "turtle: bad escape": (b"@base <http://x/> .\n<a> <b> '\\ud800' .", "escape", 2),
    "turtle: bad language": (b"@base <http://x/> .\n<a> <b> 'x'@verylonglanguage .", "language", 2),
    "n-triples: no object": (GOOD + b"<http://a> <http://b> .\n", "", 2),
    "n-triples: open string": (GOOD + b'<http://a> <http://b> "x .\n' + GOOD, "", 2),
    "n-quads: five terms": (
        GOOD.replace(b" .", b" <http://g> .") + b"<http://a> " * 5 + b" .\n", "", 2),
    "trig: open brace": (b"@base <http://x/> .\n<g> { <a> <b> <c> .\n", "", 3),
    "json-ld: comma": (b'{"@id": "http://a",\n "http://b": 1,\n}', "", 3),
    "json-ld: stops": (b'{"@id": "http://a",\n "http://b": [1, 2', "punctuation", 2),
    "json-ld: keyword": (b'{"@id": "http://a", "@type": 3}', "keyword", 0),
    "json-ld: no statements": (b'{"name": "x"}', "no RDF statement", 0),
    "rdf/xml: tags": (xml(b"<e:A>\n</e:B>"), "do not match", 4),
    "rdf/xml: stops": (xml(described(b"x"))[:-10], "stops too early", 4),
    "rdf/xml: prefix": (xml(b"<q:A/>"), "prefix", 3),
    "rdf/xml: two names": (xml(b'\n<e:A rdf:about="http://a"\n rdf:ID="b"/>'), "RDF/XML", 5),
    "rdf/xml: bad IRI": (xml(b'\n<e:A rdf:about="http://a b"/>'), "web address", 4),
    "rdf/xml: ampersand": (xml(described(b"R & D")), "", 3),
    "rdf/xml: other XML": (b"<?xml version='1.0'?>\n<gpx>\n<wpt/></gpx>", "", 0),
    # XML that grows, or looks elsewhere
    "billion laughs": (xml(described(b"&j;"), entities(*LAUGHS)), "grow too far", 1),
    "quadratic blow-up": (
        xml(described(b"&a;" * 200_000), entities(b'a "' + b"x" * 499 + b'"')), "grow too far", 0),
    "one huge entity": (
        xml(described(b"&a;"), entities(b'a "' + b"x" * 100_000 + b'"')), "grow too far", 1),
    "entity loop": (xml(described(b"&a;"), entities(b'a "&b;"', b'b "&a;"')), "grow too far", 1),
    "external entity": (
        xml(described(b"&a;"), entities(b'a SYSTEM "file:///etc/passwd"')), "external", 1),
    "external entity over http": (
        xml(described(b"&a;"), entities(b'a PUBLIC "x" "http://127.0.0.1/"')), "external", 1),
    "parameter entity": (
        xml(described(b"x"), entities(b'% a SYSTEM "http://127.0.0.1/"')), "external", 1),
    "external DTD": (
        xml(described(b"x"), b'<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">'), "external", 1),
    "deep XML": (xml(b"<e:A><e:p>" * DEEP), "too deeply", 3),
    "UTF-7 XML": (
        xml(described(b"x")).replace(b"?>", b' encoding="utf-7"?>', 1),
        "encoding we do not know", 0),
    # JSON-LD that nests or looks elsewhere
    "deep objects": (b'{"http://b":' * DEEP + b"1" + b"}" * DEEP, "too deeply", 0),
    "deep arrays": (b"[" * DEEP + b"{}" + b"]" * DEEP, "too deeply", 0),
    "deep lists": (b'{"http://b":' + b'{"@list":[' * DEEP + b"]}" * DEEP + b"}", "too deeply", 0),
    "deep contexts": (b'{"@context":' * DEEP + b"1" + b"}" * DEEP, "too deeply", 0),
    "deep and hidden by quotes": (b'{"a\\"":' * DEEP + b'"' + b'\\"' * DEEP, "too deeply", 0),
    "remote context": (b'{"@context": "https://schema.org/", "name": "x"}', "--context", 0),
    "remote context in a list": (
        b'{"@context": [{}, "http://127.0.0.1/c"], "a": 1}', "--context", 0),
    "remote context in a term": (
        b'{"@context": {"a": {"@id": "http://a", "@context": "http://127.0.0.1/"}}, "a": {"b": 1}}',
        "--context", 0),
    "remote import": (
        b'{"@context": {"@import": "http://127.0.0.1/"}, "http://a": 1}', "--context", 0),
    "remote context, escaped": (b'{"\\u0040context": "http://127.0.0.1/", "a": 1}', "--context", 0),
    "file as context": (b'{"@context": "file:///etc/passwd", "a": 1}', "--context", 0),
    "broken given context": (b'{"@context": "http://given/broken", "a": 1}', "given @context", 0),
    "given context that loops": (b'{"@context": "http://given/loop", "a": 1}', "given @context", 0),
    "given context that grows": (
        b"[" + b",".join([b'{"@context": "http://given/large", "a": 1}'] * 200) + b"]",
        "given @context", 0),
    "page without data": (b"<!doctype html><html><p>http://a</p></html>", "no embedded", 0),
    "page with broken data": (
        b"<html>\n<script type='application/ld+json'>\n{\n,}</script>", "", 4),
    # giants
    "20 MB literal": (GOOD + b'<http://a> <http://b> "' + b"x" * LONG + b'" .', "too long", 2),
    "20 MB literal in JSON-LD": (
        b'{"@id": "http://a",\n"http://b": "' + b"x" * LONG + b'"}', "too long", 2),
    "20 MB literal in RDF/XML": (xml(described(b"x" * LONG)), "longer than", 3),
    "20 MB IRI": (GOOD + b"<http://" + b"a" * LONG + b"> <http://b> <http://c> .", "", 2),
    "20 MB of one bracket": (b"<http://a> <http://b> " + b"[" * LONG, "", 0),
    "20 MB of quotes": (b"@prefix e: <http://e/> .\n" + b"'" * LONG, "", 0),
    "20 MB of escapes": (b'{"a": "' + b'\\"' * 10_000_000, "", 0),
    "deep triple terms": (NESTED + b"<http://a>" + b")>>" * DEEP + b" .", "too deeply", 0),
    "deep triple terms, hidden": (
        b"@prefix e: <http://e/> .\n e:\\#\\' e:b '\"' .\n" + NESTED, "too deeply", 0),
    "one triple term": (GOOD + b"<http://a> <http://b> <<( <http://a> <http://b> 1 )>> .",
                        "statements about statements", 0),
    "too many statements": (GOOD * 100_001, "more than", 0),
    "too large": (b" " * 60_000_001, "larger than", -1),
    # archives
    "gzip bomb": (gzip.compress(bytes(59_000_000)), "compressed suspiciously", 0),
    "gzip in gzip": (gzip.compress(gzip.compress(GOOD)), "another archive", 0),
    "broken gzip": (gzip.compress(GOOD)[:-12], "damaged", 0),
    "zip bomb": (zipped("a.ttl", data=bytes(59_000_000)), "compressed suspiciously", 0),
    "zip of nothing": (zipped(), "this one holds 0", 0),
    "zip of two": (zipped("a.ttl", "../../b.ttl"), "a.ttl, ../../b.ttl", 0),
    "zip of many": (zipped(*(f"{n}.ttl" for n in range(300))), "this one holds 300", 0),
    "zip of very many": (zipped("a.ttl") + b"PK\x01\x02" * 20_000, "too many files", 0),
    "zip in zip": (zipped("a.zip", data=zipped("b.ttl")), "another archive", 0),
    "broken zip": (zipped("a.ttl")[:40], "damaged", 0),
    "zip with a wrong checksum": (method(8, harm=45), "damaged", 0),
    "encrypted zip": (encrypted(), "encryption", 0),
    "zip with lzma": (method(14), "encryption or a compression", 0),
    "zip with unknown method": (method(99), "encryption or a compression", 0),
    # not RDF at all
    "nothing": (b"", "no RDF statement", 0),
    "only comments": (b"# nothing\n", "", 0),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "a PDF or a picture", 0),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF or a picture", 0),
    "a table": (b"naam;plaats\nx;y\n", "no RDF we recognise", 0),
    "zeros": (bytes(1_000_000), "", 0),
    "Latin-1": (GOOD + '<http://a> <http://b> "é" .'.encode("latin-1"), "line 2", 0),
    "half UTF-16": (b"\xff\xfe<\0a\0>", "", 0),
}  # fmt: skip
CONTEXTS = {
    "http://given/broken": b"{",
    "http://given/loop": b'{"@context": "http://given/loop"}',
    "http://given/large": b'{"@context": {"a": "http://a"}, "x": "' + b"y" * 1_000_000 + b'"}',
}


def failure(data: bytes, **more: Any) -> InputError:
    began = time.process_time()
    with pytest.raises(InputError) as found:
        for _ in read(Source(data, "in.put", **more), limits=LIMITS, contexts=CONTEXTS).quads():
            pass
    assert time.process_time() - began < MAX_SECONDS
    return found.value


@pytest.mark.parametrize("name", CASES)
def test_hostile_source_ends_in_a_clear_error(name: str) -> None:
    data, words, line = CASES[name]
    error = failure(data)
    assert words in error.detail
    assert error.detail_nl != error.detail
    assert len(error.detail) < 1000
    if line > 0:
        assert isinstance(error, SourceError)
        assert error.line == line
        assert f"line {line}" in error.detail
        assert f"regel {line}" in error.detail_nl
    elif line < 0:
        assert isinstance(error, SourceError)
        assert error.line is None


@pytest.mark.parametrize("name", CASES)
def test_of_a_fetched_source_nothing_is_quoted(name: str) -> None:
    data = CASES[name][0]
    if len(data) > 5_000_000:
        return
    error = failure(data, fetched=True)
    for own in ("http", "the parser says", "a.ttl", "127.0.0.1", "xx", "q:", "gpx", "passwd"):
        assert own not in error.detail + error.detail_nl


def test_columns_are_named_where_a_parser_knows_them() -> None:
    error = failure(GOOD + b"<http://a> <http://b> oops .")
    assert isinstance(error, SourceError)
    assert (error.line, error.column) == (2, 23)
    assert "(kolom 23)" in error.detail_nl


def test_namespace_entities_of_ontologies_are_read() -> None:
    text = xml(b'<e:A rdf:about="&ex;a"/>', entities(b'ex "http://ex/"', b'q "http://q/"'))
    assert [quad[0] for quad in read(Source(text, "x")).quads()] == ["<http://ex/a>"]


def test_memory_stays_within_bounds() -> None:
    """All cases in one process of 1.5 GB: none ends it, and none needs more."""
    script = (
        "from tests.integration.test_hostile_sources import CASES, failure\n"
        "for name in CASES: failure(CASES[name][0])\n"
        "print('alive')\n"
    )

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, preexec_fn=bound, timeout=120, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.stdout == "alive\n", done.stderr[-2000:]


@pytest.mark.parametrize("syntax", [media.TURTLE, media.JSON_LD, media.N_TRIPLES, media.HTML])
@pytest.mark.parametrize("name", ["20 MB of quotes", "20 MB of escapes", "20 MB literal"])
def test_looking_for_a_line_is_linear(syntax: media.MediaType, name: str) -> None:
    began = time.process_time()
    locate(CASES[name][0][:5_000_000], syntax, "http://nowhere")
    assert time.process_time() - began < MAX_SECONDS
