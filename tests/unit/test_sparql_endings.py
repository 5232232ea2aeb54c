"""What tells a whole result from a part, however it is cut into pieces; JSON as other formats."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadGatewayError, QueryRefusedError
from app.store.sparql.backend import backend_of
from app.store.sparql.endings import JsonPassage, LinesPassage, Passage, XmlPassage
from app.store.sparql.profiles import PROFILES
from app.store.sparql.rendering import Rendered, Verdict
from app.store.sparql.request import refuse_vendor_terms

JSON = "application/sparql-results+json"
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ['"', "\\", '\\"', "{[", "]}", '"}]}}', "\\\\", "a,b", "\r\n", "\t"]
)
TERMS = st.one_of(
    st.builds(lambda v: {"type": "uri", "value": f"urn:{v}"}, st.integers(0, 99)),
    st.builds(lambda v: {"type": "bnode", "value": f"b{v}"}, st.integers(0, 99)),
    st.builds(lambda v: {"type": "literal", "value": v}, TEXTS),
    st.builds(lambda v: {"type": "literal", "value": v, "xml:lang": "nl"}, TEXTS),
    st.builds(lambda v: {"type": "literal", "value": v, "datatype": "urn:d"}, TEXTS),
)
ROWS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), TERMS), max_size=5)


def document(rows: list[Any], **how: Any) -> bytes:
    facts = {"head": {"link": [], "vars": ["a", "b", "c"]},
             "results": {"distinct": False, "bindings": rows, "more": [1, {"x": 2}]}}  # fmt: skip
    return json.dumps(facts, **how).encode()


def through(passage: Passage, body: bytes, size: int) -> bytes:
    out = [passage.feed(body[at : at + size]) for at in range(0, len(body), size)]
    return b"".join(out) + passage.end()


@given(ROWS, st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_json_is_whole_only_at_its_end(rows: Any, size: int, indent: Any, ascii_: bool) -> None:
    body = document(rows, indent=indent, ensure_ascii=ascii_)
    assert through(JsonPassage(), body, size) == body
    assert through(JsonPassage(), body + b"\n ", size) == body + b"\n "
    for end in range(len(body)):
        with pytest.raises(BadGatewayError):
            through(JsonPassage(), body[:end], size)
    for more in (b"x", b"}", b'{"error":1', b"cancelled"):
        with pytest.raises(BadGatewayError):
            through(JsonPassage(), body + more, size)


@given(ROWS, st.integers(1, 200), st.sampled_from([None, 1]))
def test_csv_says_what_the_json_says(rows: Any, size: int, indent: Any) -> None:
    text = through(Rendered("text/csv"), document(rows, indent=indent), size).decode()
    head, *found = list(csv.reader(io.StringIO(text, newline="")))
    assert head == ["a", "b", "c"]
    assert found == [
        [{"bnode": "_:"}.get(row[name]["type"], "") + row[name]["value"] if name in row else ""
         for name in head] for row in rows
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["text/csv", "text/tab-separated-values",
                                  "application/sparql-results+xml"])  # fmt: skip
@given(ROWS, st.integers(1, 60))
def test_a_part_of_json_is_no_whole_of_anything(kind: str, rows: Any, size: int) -> None:
    body = document(rows)
    whole = through(Rendered(kind), body, size)
    assert whole == through(Rendered(kind), body, len(body))
    for end in range(0, len(body), 7):
        with pytest.raises(BadGatewayError):
            through(Rendered(kind), body[:end], size)


def test_terms_in_xml_and_tsv() -> None:
    row = {"a": {"type": "literal", "value": '<&"\r\t\x01', "xml:lang": "nl"},
           "b": {"type": "typed-literal", "value": "1", "datatype": "urn:d"},
           "c": {"type": "bnode", "value": "x"}}  # fmt: skip
    body = document([row])
    xml = through(Rendered("application/sparql-results+xml"), body, 9).decode()
    assert '<literal xml:lang="nl">&lt;&amp;"&#13;\t\ufffd</literal>' in xml
    assert '<literal datatype="urn:d">1</literal>' in xml
    assert "<bnode>x</bnode>" in xml
    tsv = through(Rendered("text/tab-separated-values"), body, 9).decode()
    assert tsv == '?a\t?b\t?c\n"<&\\"\\r\\t\x01"@nl\t"1"^^<urn:d>\t_:x\n'


def test_what_is_no_result() -> None:
    for body in (b"", b"[]", b"{}", b"<html>", b'{"head":{}}', b'{"results":{"bindings":[]}}',
                 b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":1}]}}', b"\xff\xfe",
                 b'{"head":{"vars":["a"]},"results":{"bindings":["a"]}}',
                 b'{"head":' + 100_000 * b"["):  # fmt: skip
        with pytest.raises(BadGatewayError):
            through(Rendered("text/csv"), body, 5 if len(body) < 1_000 else 4_096)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"head":{},"boolean":true}', b"true"),
        (b'{ "boolean" : false , "head" : {"link":[]} }\n', b"false"),
        # Virtuoso 7.2
        (b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[]}}', b"false"),
        (b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[{"__ASK_RETVAL":'
         b'{"type":"typed-literal","value":"1"}}]}}', b"true"),
    ],
)  # fmt: skip
def test_ask(body: bytes, found: bytes) -> None:
    for size in (1, 7, 1_000):
        assert through(Verdict("text/csv"), body, size) == found
        assert json.loads(through(Verdict(JSON), body, size))["boolean"] is (found == b"true")
        xml = through(Verdict("application/sparql-results+xml"), body, size)
        assert b"<boolean>" + found in xml
        with pytest.raises(BadGatewayError):
            through(Verdict(JSON), body.rstrip()[:-1], size)
    with pytest.raises(BadGatewayError):
        through(Verdict(JSON), document([]), 9)


@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_lines_and_xml(size: int) -> None:
    line = b"<urn:a> <urn:b> " + b'"' + b"x" * 2_000 + b'" .\n'
    for good in (b"", b"\n", line, line * 3, line[:-1], b"# Empty NT\n", b"_:a <b> _:c .",
                 line + b"\r\n\r\n"):  # fmt: skip
        assert through(LinesPassage(), good, size) == good
    for bad in (line[:-2], line + b"Error", line + b"Error.\n", b"<html>\n", line + b"\n<urn:a>"):
        with pytest.raises(BadGatewayError):
            through(LinesPassage(), bad, size)
    for good in (b"<?xml version='1.0'?><sparql xmlns='x'></sparql>", b" <r:RDF a='b'></r:RDF>\n",
                 b"<rdf:RDF xmlns:rdf='x'/>"):  # fmt: skip
        assert through(XmlPassage(), good, size) == good
    for bad in (
        b"",
        b"<sparql>",
        b"<html></html>",
        b"<sparql></sparql> Error",
        b"x<sparql></sparql>",
    ):
        with pytest.raises(BadGatewayError):
            through(XmlPassage(), bad, size)


def test_terms_of_vendors() -> None:
    for bad in (
        "SELECT (<js:x>() AS ?y) {}",
        "PREFIX a: <JAVA:> SELECT * {}",
        "ASK { ?s <java:x> 1 }",
    ):
        with pytest.raises(QueryRefusedError):
            refuse_vendor_terms(bad)
    refuse_vendor_terms("SELECT * { ?s ?p '<js:x>' . ?s <http://x/js:y> \"java:\" }")


def test_backends() -> None:
    found = backend_of("http://127.0.0.1:7878/query", "oxigraph", user="a", password="geheim")
    assert found.profile.tested
    assert "geheim" not in repr(found)
    for url in ("", "embeded", "ftp://x/", "http://", "http://a:b@x/", "http://x/ y", "http://x:99999/",
                "http://x/#y", "file:///etc/passwd"):  # fmt: skip
        with pytest.raises(ValueError) as error:
            backend_of(url, "generic")
        assert "a:b" not in str(error.value)
    with pytest.raises(ValueError, match="virtuoso"):
        backend_of("http://x/", "oracle")
    assert {name for name, profile in PROFILES.items() if profile.tested} == {
        "oxigraph", "virtuoso", "comunica",
    }  # fmt: skip
