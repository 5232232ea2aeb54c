"""Sources: which syntax, which encoding, what is inside an archive, and where a subject stands."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest

from app.errors import InputError
from app.rdf import media
from app.rdf.media import MediaType
from app.rdf.sniff import sniff
from app.rdf.terms import Quad
from app.validation.locate import locate, locate_all
from app.validation.sources import ReadLimits, Source, read

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NT = b'<http://a> <http://b> "caf\xc3\xa9" .\n'
NQ = b"<http://a> <http://b> <http://c> <http://g> .\n"
TTL = b'@prefix ex: <http://ex/> .\nex:a ex:b "caf\xc3\xa9" .\n'
TRIG = b"@prefix ex: <http://ex/> .\nex:g { ex:a ex:b 1 }\n"
LD = b'{"@id": "http://a", "http://b": "caf\xc3\xa9"}'
XML = (
    f'<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/">\n'
    '<rdf:Description rdf:about="http://a"><e:p>café</e:p></rdf:Description></rdf:RDF>'
).encode()
HTML = (
    b"<!DOCTYPE html>\n<html><head>\n<!-- <script type='application/ld+json'>{</script> -->\n"
    b"<script>var x = 1 < 2;</script>\n<script type='application/ld+json'>\n" + LD + b"\n</script>"
    b"<script id=x type=application/ld+json>[]</script></head></html>"
)


def quads(data: bytes, **more: object) -> list[Quad]:
    return list(read(Source(data, "x", **more)).quads())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "media_type", "name", "syntax"),
    [
        (NT, "", "", media.N_TRIPLES),
        (NT, "text/turtle", "", media.TURTLE),
        (NT, "text/plain", "x.ttl", media.TURTLE),
        (NT, "application/n-quads", "", media.N_QUADS),
        (NQ, "application/n-triples", "", media.N_QUADS),
        (TTL, "", "", media.TURTLE),
        (TTL, "text/html", "", media.TURTLE),
        (TTL, "application/octet-stream", "x.rdf", media.TURTLE),
        (TTL, "application/n-triples", "x.nt", media.TURTLE),
        (TTL, "application/trig", "", media.TRIG),
        (TRIG, "text/turtle", "x.ttl", media.TRIG),
        (b'# {\nPREFIX e: <http://e/#>\ne:a e:b \'{\' , """{""" .', "", "", media.TURTLE),
        (b"[] a <http://x/C> .", "", "", media.TURTLE),
        (b"[ a <http://x/C> ] .", "", "", media.TURTLE),
        (b"<a> <b> <c> .", "", "", media.TURTLE),
        (b"{ <http://a> <http://b> <http://c> }", "", "", media.TRIG),
        (LD, "", "", media.JSON_LD),
        (LD, "text/turtle", "", media.JSON_LD),
        (LD, "application/json", "x.json", media.JSON_LD),
        (b"[]", "", "", media.JSON_LD),
        (b" [ {} ]", "text/plain", "", media.JSON_LD),
        (XML, "", "", media.RDF_XML),
        (XML, "text/turtle", "x.ttl", media.RDF_XML),
        (XML[22:], "application/xml", "", media.RDF_XML),
        (HTML, "", "", media.HTML),
        (HTML, "text/turtle", "", media.HTML),
        (b"<?xml version='1.0'?>\n<html xmlns='x'>", "", "", media.HTML),
        (b"", "text/turtle", "", media.TURTLE),
        (b"", "application/xml", "x.ttl", media.TURTLE),
        (b"", "", "", None),
        (b"hello world", "", "", None),
        (b"<div>hello</div>", "", "", None),
        (b"a,b,c\n1,2,3\n", "text/csv", "x.csv", None),
    ],
)
def test_content_says_what_a_text_is(
    text: bytes, media_type: str, name: str, syntax: MediaType | None
) -> None:
    assert sniff(text, media_type, name).syntax is syntax


def test_a_wrong_media_type_is_told() -> None:
    assert sniff(LD, "text/turtle").differs
    assert not sniff(NT, "text/turtle").differs
    notes = read(Source(XML, "x", "text/turtle")).notes
    assert [note.code for note in notes] == ["media-type"]
    assert "application/rdf+xml" in notes[0].messages["nl"]


@pytest.mark.parametrize("data", [NT, NQ, TTL, TRIG, LD, XML, HTML])
def test_every_syntax_gives_its_quads(data: bytes) -> None:
    assert len(quads(data)) == 1


def test_a_syntax_the_user_names_is_believed() -> None:
    found = read(Source(NT, "x"), syntax=media.TURTLE)
    assert found.syntax is media.TURTLE


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("data", [NT, TTL, LD, XML])
def test_encodings_that_are_certain_are_decoded(mark: str, data: bytes) -> None:
    found = read(Source(data.decode().encode(mark), "x"))
    assert "café" in "".join(quad[2] for quad in found.quads())
    assert [note.code for note in found.notes] == [] if mark == "utf-8-sig" else ["encoding"]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "iso-8859-15", "UTF-16"])
def test_xml_says_its_encoding_itself(encoding: str) -> None:
    text = XML.decode().replace("?>", f' encoding="{encoding}"?>', 1).encode(encoding)
    assert "café" in quads(text)[0][2]


def test_the_charset_of_the_media_type_counts_where_the_text_is_not_utf8() -> None:
    latin = NT.decode().encode("latin-1")
    assert "café" in quads(latin, charset="iso-8859-1")[0][2]
    # UTF-8 that a careless server calls Latin-1
    assert "café" in quads(NT, charset="iso-8859-1")[0][2]


@pytest.mark.parametrize("charset", ["", "utf-8", "base64", "zip", "idna", "unknown-9", "rot13"])
def test_an_uncertain_encoding_is_reported_with_its_place(charset: str) -> None:
    latin = b"<http://a> <http://b> <http://c> .\n" + NT.decode().encode("latin-1")
    with pytest.raises(InputError) as found:
        quads(latin, charset=charset)
    assert "UTF-8" in found.value.detail
    if charset in {"", "utf-8"}:
        assert "regel 2, byte 27" in found.value.detail_nl


@pytest.mark.parametrize(
    "begin", [b"%PDF-1.7\n%\xe2\xe3", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"GIF89a"]
)
def test_a_pdf_or_a_picture_is_said_to_be_no_data(begin: bytes) -> None:
    for data in (begin, gzip.compress(begin)):
        with pytest.raises(InputError, match="PDF or a picture") as found:
            quads(data)
        assert "UTF-8" not in found.value.detail_nl


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def test_archives_of_one_file_are_opened() -> None:
    assert quads(gzip.compress(TTL)) == quads(TTL)
    assert quads(zipped(data__ttl=TTL, README__txt=b"hello")) == quads(TTL)
    assert quads(zipped(noname=TTL), media_type="application/zip") == quads(TTL)
    named = read(Source(gzip.compress(b""), "x.ttl.gz"), limits=ReadLimits(allow_empty=True))
    assert named.syntax is media.TURTLE


def test_a_zip_of_several_files_names_them() -> None:
    data = zipped(a__ttl=TTL, b__rdf=XML, readme__txt=b"x")
    with pytest.raises(InputError) as found:
        quads(data)
    assert "a.ttl, b.rdf" in found.value.detail
    assert "a.ttl, b.rdf" in found.value.detail_nl
    with pytest.raises(InputError) as found:
        quads(data, fetched=True)
    assert "a.ttl" not in found.value.detail + found.value.detail_nl


CONTEXT = b'{"@context": {"name": "http://ex/name", "more": "http://ex/more"}}'


@pytest.mark.parametrize(
    "context",
    ['"http://c/x"', '["http://c/x"]', '[{"q": "http://q"}, "http://c/x"]', '"../x"',
     '{"@import": "http://c/x", "@version": 1.1}', '"http://c/nested"',
     '{"T": {"@id": "http://T", "@context": "http://c/x"}, "name": "http://ex/name"}'],
)  # fmt: skip
def test_contexts_that_are_given_take_the_place_of_their_url(context: str) -> None:
    contexts = {"http://c/x": CONTEXT, "http://c/nested": b'{"@context": ["x"]}'}
    text = f'{{"@context": {context}, "@id": "http://a", "name": "Gent"}}'.encode()
    found = read(Source(text, "x", base="http://c/y/z"), contexts=contexts)
    assert list(found.quads()) == [("<http://a>", "<http://ex/name>", '"Gent"', "")]


def test_relative_iris_have_a_base_that_leads_nowhere() -> None:
    assert quads(b"<#a> <b> <c> .")[0][0] == "<http://file.invalid/#a>"
    assert quads(b"<#a> <b> <c> .", base="http://x/y")[0][0] == "<http://x/y#a>"


TURTLE = b"""@prefix ex: <http://ex/> .
# ex:thing in a comment
@base <http://base/dir/> .
ex:other ex:p "ex:thing a ex:C" , ex:thing ;
    ex:q '''
<http://ex/thing> a ex:C .
''' .
ex:thing a ex:C .
<rel> ex:p [ ex:q ex:inner ] .
<#frag> ex:p (ex:inner ex:more) .
ex:inner ex:p 1.5 . ex:more ex:p true .
PREFIX ex: <http://other/>
ex:thing a ex:C .
_:b1 ex:p "x"@nl-BE .
ex:a\\.b%20c ex:p "\\"" .
<http://ex/\\u00e9> ex:p 1e3 .
<http://last> ex:p ex:q .
"""


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("http://ex/thing", 8), ("<http://ex/thing>", 8), ("http://ex/other", 4),
        ("http://base/dir/rel", 9), ("http://base/dir/#frag", 10), ("http://ex/inner", 11),
        ("http://ex/more", 11), ("http://other/thing", 13), ("_:b1", 14),
        ("http://other/a.b%20c", 15), ("http://ex/é", 16), ("http://last", 17),
        ("http://ex/C", None), ("http://ex/", None), ("http://base/dir/", None), ("", None),
    ],
)  # fmt: skip
def test_line_of_a_subject_in_turtle(subject: str, line: int | None) -> None:
    assert locate(TURTLE, media.TURTLE, subject, base="http://x/") == line


def test_line_of_a_subject_in_trig_and_lines() -> None:
    text = b"@prefix e: <http://e/> .\ne:g {\n e:a e:b e:c }\nGRAPH e:h { e:d e:b e:c . e:g a e:G }"
    found = locate_all(text, media.TRIG, ["http://e/g", "http://e/h", "http://e/a", "http://e/d"])
    assert found == {"http://e/a": 3, "http://e/d": 4, "http://e/g": 4}
    lines = (
        b'# <http://a> \n<http://b> <http://p> <http://a> .\n\n<http://a> <http://p> "<http://c>" .'
    )
    assert locate_all(lines, media.N_TRIPLES, ["http://a", "http://b", "http://c"]) == {
        "http://b": 2, "http://a": 4,
    }  # fmt: skip


XML_TEXT = f"""<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [<!ENTITY ex "http://ex/">]>
<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/" xml:base="http://base/doc">
<!-- rdf:about="http://ex/a" -->
<e:C rdf:about="http://ex/b"><e:p rdf:resource="http://ex/a"/>
  <e:q><e:D
     rdf:about="&ex;a"/></e:q>
  <e:r rdf:ID="reified">x</e:r>
  <e:s rdf:parseType="Literal"><e:D rdf:about="http://ex/literal"/></e:s>
  <e:t rdf:parseType="Resource"><e:u><e:D rdf:nodeID="n"/></e:u></e:t>
</e:C>
<rdf:Description rdf:ID="frag"/>
<rdf:Description rdf:about=""/>
</rdf:RDF>""".encode()


@pytest.mark.parametrize(
    ("subject", "line"),
    [("http://ex/b", 5), ("http://ex/a", 6), ("http://base/doc#frag", 12), ("_:n", 10),
     ("http://base/doc", 13), ("http://base/doc#reified", None), ("http://ex/literal", None)],
)  # fmt: skip
def test_line_of_a_subject_in_rdf_xml(subject: str, line: int | None) -> None:
    assert locate(XML_TEXT, media.RDF_XML, subject) == line


JSON_TEXT = b"""{
  "@context": {"ex": "http://ex/", "id": "@id", "dir": {"@id": "ex:dir/"}, "@base": "http://base/"},
  "@graph": [
    {"@id": "ex:a", "ex:p": {"@id": "ex:b"}, "ex:q": "\\"@id\\": \\"ex:c\\""},
    {"id": "rel",
     "ex:p": {"ex:q": 1,
       "@id": "http:\\/\\/ex/b"}},
    {"ex:p": [1, 2, {"x": null}], "@id": "dir:z"}
  ]
}"""


@pytest.mark.parametrize(
    ("subject", "line"),
    [("http://ex/a", 4), ("http://ex/b", 7), ("http://base/rel", 5), ("http://ex/dir/z", 8),
     ("http://ex/c", None)],
)  # fmt: skip
def test_line_of_a_subject_in_json_ld(subject: str, line: int | None) -> None:
    json.loads(JSON_TEXT)
    assert locate(JSON_TEXT, media.JSON_LD, subject) == line


def test_line_of_a_subject_in_a_page() -> None:
    assert locate(HTML, media.HTML, "http://a") == 6


@pytest.mark.parametrize("syntax", [media.TURTLE, media.TRIG, media.JSON_LD, media.RDF_XML,
                                    media.N_TRIPLES, media.HTML, media.CSV])  # fmt: skip
@pytest.mark.parametrize("noise", [b"", b"\xff\xfe", b'"' * 999, b"\\" * 999, b"[{(<" * 999,
                                   b"}])>." * 999, b"'''",
                                   b'{"@context":[{"a":{"@id":'])  # fmt: skip
def test_looking_in_noise_finds_nothing(syntax: MediaType, noise: bytes) -> None:
    assert locate(noise, syntax, "http://a") is None


def test_what_stands_inside_a_long_statement_is_no_subject() -> None:
    values = " ,\n ".join(
        f'ex:v{number}.x, <http://ex/i{number}>, "." , 1.5, [ ex:p ( ex:q "]" ) ]'
        for number in range(900)
    )
    text = f"{TTL.decode()}ex:long ex:p {values} . # ex:no .\n"
    text += 'ex:next ex:p """\n.\n""" .\nex:last a 1 .'
    names = ("http://ex/long", "http://ex/next", "http://ex/last", "http://ex/v7.x", "http://ex/no")
    found = locate_all(text.encode(), media.TURTLE, names)
    assert found == {names[0]: 3, names[1]: 903, names[2]: 906}
