"""What hostile clients hand over: requests to the lab, and how each must end."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import brotli

from tests.integration.test_hostile_sources import CASES as SOURCES
from tests.integration.test_hostile_sources import (
    DEEP,
    GOOD,
    LAUGHS,
    described,
    entities,
    xml,
    zipped,
)

DATA = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://stad.test/d/1> a dcat:Dataset ; dct:title "Fietspaden"@nl ;
  dct:identifier "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" .
"""
PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://stad.test/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
KINDS = {
    "turtle": "text/turtle", "n-triples": "application/n-triples",
    "n-quads": "application/n-quads", "trig": "application/trig",
    "rdf/xml": "application/rdf+xml", "json-ld": "application/ld+json", "page": "text/html",
}  # fmt: skip
MB = 1_000_000


@dataclass(frozen=True)
class Case:
    """A request, and its end: a status, a code, a line (0: none asked).

    `code` is that of the problem, of the source's error, or of what was not checked; several are
    parted by a space where more than one end is right.
    """

    body: bytes
    kind: str
    code: str
    line: int = 0
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = "profile=dcat-ap-vl-3.0"


def multipart(*parts: tuple[str, str, bytes]) -> tuple[bytes, str]:
    """Return a form of (name, file name or "", bytes), and its media type."""
    out = bytearray()
    for name, file, data in parts:
        named = f'; filename="{file}"' if file else ""
        out += f'--edge\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode()
        out += data + b"\r\n"
    return bytes(out + b"--edge--\r\n"), "multipart/form-data; boundary=edge"


def raw(kind: str, body: bytes, code: str, line: int = 0, **headers: str) -> Case:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Case(body, kind, code, line, headers=named)


def shapes(text: str, code: str, status: int = 200, line: int = 0) -> Case:
    """Return a check of `DATA` against own shapes."""
    form, kind = multipart(("file", "d.ttl", DATA.encode()),
                           ("shapes", "s.ttl", (PREFIXES + text).encode()))  # fmt: skip
    return Case(form, kind, code, line, status, query="")


def rule(facts: str, path: str = "dct:identifier") -> str:
    """Return a property shape for every dataset."""
    return f"ex:S a sh:PropertyShape ; sh:targetClass dcat:Dataset ; sh:path {path} ; {facts} ."


def node(facts: str) -> str:
    return f"ex:S a sh:NodeShape ; sh:targetClass dcat:Dataset ; {facts} ."


def query(text: str) -> str:
    return node(f'sh:sparql [ sh:select """{text}""" ]')


def url(address: str) -> Case:
    return Case(urlencode({"url": address}).encode(), "application/x-www-form-urlencoded",
                "not-fetched", status=400)  # fmt: skip


def json_of(value: object, code: str, status: int = 400) -> Case:
    return Case(json.dumps(value).encode(), "application/json", code, status=status)


def many_files(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.ttl", b"")
    return out.getvalue()


def _malformed() -> dict[str, Case]:
    """Return what the readers are tested with, where our larger bounds change nothing."""
    found = {}
    for name, (data, _, line) in SOURCES.items():
        if len(data) > 19 * MB or "given" in name or name == "too many statements":
            continue
        kind = KINDS.get(name.partition(":")[0], "application/octet-stream")
        found[f"source, {name}"] = raw(kind, data, "bad-input rdf-syntax", max(line, 0))
    return found


NESTED_SHAPES = (
    "".join(f"ex:N{n} a sh:NodeShape ; sh:node ex:N{n + 1} .\n" for n in range(10_000))
    + "ex:N0 sh:targetClass dcat:Dataset . ex:N10000 a sh:NodeShape ; sh:nodeKind sh:IRI ."
)
CHAIN = "[ sh:inversePath " * 10_000 + "dct:title" + " ]" * 10_000
HUGE = "1" + "0" * 30

REQUESTS: dict[str, Case] = {
    # the request itself
    "no JSON": Case(b"{", "application/json", "bad-input", status=400),
    "JSON list": Case(b"[]", "application/json", "bad-input", status=400),
    "deep JSON": Case(b"[" * DEEP, "application/json", "bad-input", status=400),
    "JSON-LD of 500 levels as JSON": raw(
        "application/json", b'{"http://b":' * 500 + b"1" + b"}" * 500, "rdf-syntax"),
    "JSON of a million keys": raw(
        "application/json", b"{" + b",".join(b'"k%d":1' % n for n in range(MB)) + b"}",
        "rdf-syntax check-timeout"),
    "address that is no text": json_of({"url": {"a": 1}}, "bad-input"),
    "profile of a megabyte": json_of({"text": DATA, "profile": "x" * MB}, "bad-input"),
    "profile that is a path": json_of({"text": DATA, "profile": "../../etc/passwd"}, "bad-input"),
    "format that is no form": json_of({"text": DATA, "format": ["pdf"]}, "bad-input"),
    "text with half a surrogate": Case(
        b'{"text": "\\ud800"}', "application/json", "bad-input", status=400),
    "10,000 parts": Case(
        *multipart(*[(f"p{n}", "", b"x") for n in range(10_000)]), "bad-input", status=400),
    "10,000 files": Case(
        *multipart(*[("file", f"{n}.ttl", GOOD) for n in range(10_000)]), "bad-input",
        status=400),
    "form field of two megabytes": Case(
        *multipart(("text", "", b"x" * 2 * MB)), "bad-input", status=400),
    "form without its edge": Case(b"x" * 1000, "multipart/form-data", "bad-input", status=400),
    "form that breaks off": Case(
        multipart(("file", "a.ttl", GOOD))[0][:60], "multipart/form-data; boundary=edge",
        "bad-input", status=400),
    "form of a million fields": Case(
        b"&".join([b"a=1"] * MB), "application/x-www-form-urlencoded", "bad-input", status=400),
    "nothing": Case(b"", "text/turtle", "rdf-syntax", query=""),
    "more than is taken": Case(b" " * 20_000_001, "text/turtle", "too-large", status=413),
    "coding twice": Case(gzip.compress(gzip.compress(GOOD)), "text/turtle", "bad-input",
                         status=400, headers={"Content-Encoding": "gzip, gzip"}),
    "brotli bomb": Case(brotli.compress(bytes(50 * MB)), "text/turtle", "bad-input", status=400,
                        headers={"Content-Encoding": "br"}),
    "gzip bomb as coding": raw("text/turtle", gzip.compress(bytes(50 * MB)), "bad-input",
                               Content_Encoding="gzip"),
    "zip of 100,000 files": raw("application/zip", many_files(100_000), "bad-input"),
    "zip in zip": raw("application/zip", zipped("a.zip", data=zipped("b.ttl")), "bad-input"),
    "wrong charset": raw("text/turtle; charset=utf-16", DATA.encode() + b"\xff", "bad-input"),
    "unknown charset": raw("text/turtle; charset=klingon", DATA.encode() + b"\xff", "bad-input"),
    "charset that unpacks": raw("text/turtle; charset=zlib", b"\xff" * 99, "bad-input"),
    "NULs": raw("text/turtle", b"<http://a> <http://b> \0\0\0 .", "rdf-syntax", 1),
    "NULs in a string": raw("text/turtle", b"\n<http://a> <http://b> '\\u0000' . <", "rdf-syntax"),
    # malformed, grown, nested
    "billion laughs in a form": Case(
        *multipart(("file", "a.rdf", xml(described(b"&j;"), entities(*LAUGHS)))),
        "rdf-syntax", 1),
    "external entity in a form": Case(
        *multipart(("file", "a.rdf",
                    xml(described(b"&a;"), entities(b'a SYSTEM "file:///etc/passwd"')))),
        "rdf-syntax", 1),
    "cyclic context": raw(
        "application/ld+json",
        b'{"@context": {"a": {"@id": "b:x"}, "b": {"@id": "a:y"}}, "a": 1}', "rdf-syntax"),
    "19 MB of double brackets": raw("text/turtle", b"<<" * (9 * MB), "rdf-syntax"),
    "19 MB literal": raw(
        "text/turtle", GOOD + b'<http://a> <http://b> "' + b"x" * 19 * MB + b'" .',
        "rdf-syntax", 2),
    "a million blank nodes in a list": raw(
        "text/turtle", b"<http://a> <http://b> (" + b"[]" * MB + b") .",
        "not-fully-checked check-timeout"),
    "100,000 blank nodes in each other": raw(
        "text/turtle", b"<http://a> <http://b> " + b"[ <http://b> " * DEEP + b"1" + b"]" * DEEP
        + b" .", "not-fully-checked rdf-syntax check-timeout"),
}  # fmt: skip

SHAPES: dict[str, Case] = {
    "shapes that do not parse": shapes("ex:S sh:path", "bad-input", 400, 6),
    "shapes that are none": shapes("ex:S ex:p 1 .", "bad-input", 400),
    "regex (a+)+": shapes(rule('sh:pattern "^(a+)+$"'), "violations"),
    "regex (a|a)*": shapes(rule('sh:pattern "^(a|a)*$"'), "violations"),
    "regex (.*a){30}": shapes(rule('sh:pattern "^(.*a){30}$"'), "violations"),
    "regex of huge counts": shapes(rule('sh:pattern "^a{1,1000000000}$"'), "pattern-too-large"),
    "regex of nested counts": shapes(
        rule('sh:pattern "((((a{99}){99}){99}){99})"'), "pattern-too-large"),
    "regex of a megabyte": shapes(
        rule(f'sh:pattern "{"(a|b)*" * 150_000}"'), "pattern-too-large"),
    "regex of 10,000 brackets": shapes(
        rule(f'sh:pattern "{"(" * 10_000}a{")" * 10_000}"'), "bad-input pattern-too-large"),
    "regex that looks ahead": shapes(
        rule('sh:pattern "^(?=(a+))\\\\1$"'), "pattern-look-around"),
    "regex in a nested shape": shapes(
        node("sh:or ( [ sh:property [ sh:path dct:identifier ; "
             'sh:pattern "^(([a-z])+.)+[A-Z]([a-z])+$" ] ] )'), "violations"),
    "regex in a query": shapes(
        query("SELECT $this WHERE { $this ?p ?v FILTER REGEX(STR(?v), '^(a+)+$') }"),
        "bad-input", 400),
    "regex in a query of a nested shape": shapes(
        node('sh:node [ sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?v '
             "FILTER REGEX(STR(?v), '^(a|aa)+$') }" + '" ] ]'), "bad-input", 400),
    "query that calls": shapes(
        query("SELECT $this WHERE { SERVICE <http://127.0.0.1/> { $this ?p ?v } }"),
        "bad-input", 400),
    "query from elsewhere": shapes(
        query("SELECT $this FROM <http://127.0.0.1/> WHERE { $this ?p ?v }"), "bad-input", 400),
    "recursive shape": shapes(
        node("sh:property [ sh:path dct:relation ; sh:node ex:S ]"), "shape-recursive"),
    "shapes in a circle with a not": shapes(
        node("sh:node ex:T") + " ex:T sh:not ex:U . ex:U sh:and ( ex:S ) .", "bad-input"),
    "cyclic path": shapes(
        rule("sh:minCount 1", "_:p") + " _:p sh:inversePath _:p .", "bad-input", 400),
    "cyclic path of lists": shapes(
        rule("sh:minCount 1", "_:p") + " _:p rdf:first dct:title ; rdf:rest _:p .",
        "bad-input", 400),
    "deep path": shapes(rule("sh:minCount 1", CHAIN), "bad-input", 400),
    "deep shapes": shapes(NESTED_SHAPES, "bad-input", 400),
    "cyclic list": shapes(
        node("sh:in _:l") + " _:l rdf:first 1 ; rdf:rest _:l .", "bad-input", 400),
    "imports": shapes(
        rule("sh:minCount 1") + " ex: owl:imports <http://127.0.0.1/s.ttl> .",
        "imports-not-followed"),
    "JavaScript": shapes(
        node('sh:js [ sh:jsFunctionName "f" ; sh:jsLibrary '
             '[ sh:jsLibraryURL "http://127.0.0.1/f.js"^^xsd:anyURI ] ]'), "javascript"),
    "rules": shapes(
        node("sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate dct:type ; "
             "sh:object ex:x ]"), "rule-not-run"),
    # an engine would silently drop what it cannot hold, and then pass everything
    "huge least count": shapes(rule(f"sh:minCount {HUGE}"), "count-too-large"),
    "huge most count": shapes(rule(f"sh:maxCount {HUGE}"), "count-too-large"),
    "huge qualified count": shapes(
        rule(f"sh:qualifiedMinCount {HUGE} ; sh:qualifiedValueShape [ sh:minLength 1 ]"),
        "count-too-large"),
    "huge nested length": shapes(
        node(f"sh:or ( [ sh:property [ sh:path dct:title ; sh:minLength {HUGE} ] ] )"),
        "count-too-large"),
    "count of 10,000 digits": shapes(rule(f"sh:minCount {'9' * 10_000}"), "count-too-large"),
    "negative count": shapes(rule(f"sh:maxCount -{HUGE}"), "count-negative"),
    "list of 5,000": shapes(node(f"sh:in ( {'1 ' * 5_000} )"), "violations"),
}  # fmt: skip

ADDRESSES: dict[str, Case] = {
    name: url(name)
    for name in (
        "http://127.0.0.1/", "http://127.0.0.1:8000/", "http://localhost/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://2130706433/",
        "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://0/", "http://0.0.0.0/",
        "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/",
        "http://100.100.100.200/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "http://10.0.0.1/", "http://192.168.1.1/", "http://user:pass@127.0.0.1/",
        "http://127.0.0.1\\@stad.test/", "http://\uff11\uff12\uff17.0.0.1/", "file:///etc/passwd",
        "gopher://127.0.0.1/", "ftp://127.0.0.1/", "http://127.0.0.1:22/", "http://stad.test:6379/",
        "javascript:alert(1)", "http://" + "a" * 3_000 + ".test/", "http://a\r\nHost: b/",
        "http://bestaat-niet.invalid/",
    )
}  # fmt: skip

CASES = {**REQUESTS, **_malformed(), **SHAPES, **ADDRESSES}
