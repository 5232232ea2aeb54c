"""Every writer is read back to the same quads: by our parser, and by rdflib."""

from __future__ import annotations

import json
import string

import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib.term import Literal, Node, URIRef

from app.errors import RdfSyntaxError
from app.rdf import media
from app.rdf.io import parse, write, write_ntriples
from app.rdf.jsonld import jsonld_document
from app.rdf.media import MediaType
from app.rdf.namespaces import PREFIXES, RDF_TYPE
from app.rdf.terms import (
    XSD,
    XSD_STRING,
    Quad,
    Term,
    Triple,
    is_iri,
    is_literal,
    literal,
    literal_of,
)
from app.rdf.turtle import Prefixes, own_prefixes, write_trig, write_turtle

BASE = "https://voorbeeld.test/"
OWN = own_prefixes(["vocab/groen.ttl"], BASE)
PREDICATE_LOCALS = st.text(alphabet=string.ascii_letters, min_size=1, max_size=6)
# local names that do and do not fit a prefixed name of Turtle
LOCALS = PREDICATE_LOCALS | st.sampled_from(
    ["", "1", "-a", "a.", "a.b", "a-", "_x", "a/b", "a#b", "a%20b", "é", "a:b", "a,b", "a;b", "(a)",
     "a'b", "*", "@id", "true", "..", "a?b=c&d"]
)  # fmt: skip
NAMESPACES = st.sampled_from(
    [*PREFIXES.values(), f"{BASE}ns/groen#", f"{BASE}id/", "https://anders.test/x/",
     "urn:isbn:", "mailto:a@", "org:", "skos:", "groen:", "https:", "tag:a,2019:"]
)  # fmt: skip
IRIS = st.builds(str.__add__, NAMESPACES, LOCALS).filter(is_iri).map("<{}>".format)
PREDICATES = (
    st.builds(lambda n, x: f"<{n}{x}>", NAMESPACES, PREDICATE_LOCALS) | st.just(f"<{RDF_TYPE}>")
).filter(lambda iri: not iri.startswith(f"<{PREFIXES['rdf']}") or iri == f"<{RDF_TYPE}>")
# what XML 1.0 cannot hold is left to the other formats
XML_TEXTS = st.text(
    st.characters(min_codepoint=0x20, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r")
)
TEXTS = st.text() | st.sampled_from(
    ['"', '""', '"""', "\\", '\\"', "a\\", "\\u00e9", "\r\n", "'''", "]]>", "<b>&amp;",
     "\x00\x01\x7f", "\x85\u2028\ufeff", "@nl", '"^^<x>', "$(a)", "#", " . "]
)  # fmt: skip
TYPED = st.builds(
    lambda text, name: literal(text, datatype=name),
    st.sampled_from(["7", "007", "+7", "-0", "7.", "1e3", "true", "zeven", "", "2019-02-30"]),
    st.sampled_from(
        [XSD + "integer", XSD + "nonNegativeInteger", XSD + "decimal", XSD + "double",
         XSD + "boolean", XSD + "date", "urn:type:1", "org:type", f"{BASE}ns/groen#maat"]
    ),
)  # fmt: skip


def literals(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Term]:
    languages = st.sampled_from(["nl", "en-gb", "zh-hant-tw"])
    return (
        texts.map(literal)
        | st.builds(lambda text, language: literal(text, language=language), texts, languages)
        | TYPED
    )


def triples(texts: st.SearchStrategy[str] = TEXTS) -> st.SearchStrategy[list[Triple]]:
    return st.lists(st.tuples(IRIS, PREDICATES, IRIS | literals(texts)), max_size=8)


def quads_of(items: list[Triple], graph: Term = "") -> list[Quad]:
    return [(*item, graph) for item in items]


def read_back(data: bytes, source: MediaType) -> set[Quad]:
    return set(parse(data, source, base=BASE, where="test"))


@pytest.mark.parametrize("prefixes", [OWN, Prefixes.none()], ids=["prefixes", "none"])
@pytest.mark.parametrize(
    "target", [media.TURTLE, media.JSON_LD, media.N_TRIPLES], ids=lambda target: target.key
)
@given(items=triples())
@example(items=[("<org:x>", "<org:y>", "<org:z>"), (f"<{PREFIXES['org']}x>",) * 3])
@example(
    items=[("<urn:s>", f"<{RDF_TYPE}>", '"geen IRI"'), ("<urn:s>", f"<{RDF_TYPE}>", "<urn:t>")]
)
@example(items=[("<urn:s>", "<urn:p>", f'"007"^^<{XSD}integer>'), ("<urn:s>", "<urn:p>", '"7"')])
@example(items=[("<urn:s>", "<urn:p>", f'"7"^^<{XSD}nonNegativeInteger>')])
def test_triples_read_back_equal(
    items: list[Triple], target: MediaType, prefixes: Prefixes
) -> None:
    assert read_back(write(quads_of(items), target, prefixes), target) == set(quads_of(items))


@pytest.mark.parametrize("prefixes", [OWN, Prefixes.none()], ids=["prefixes", "none"])
@given(items=triples(XML_TEXTS))
@example(items=[("<urn:s>", "<urn:p>", literal("a\r\nb\tc]]> <&")), ("<urn:s>", "<urn:p>", '" "')])
def test_rdf_xml_reads_back_equal(items: list[Triple], prefixes: Prefixes) -> None:
    data = write(quads_of(items), media.RDF_XML, prefixes)
    assert read_back(data, media.RDF_XML) == set(quads_of(items))


GRAPHS = st.sampled_from(["", f"<{BASE}id/graaf/a>", "<urn:g>", "<org:g>", f"<{BASE}ns/groen#g>"])


@pytest.mark.parametrize("prefixes", [OWN, Prefixes.none()], ids=["prefixes", "none"])
@pytest.mark.parametrize("target", [media.TRIG, media.N_QUADS], ids=lambda target: target.key)
@given(quads=st.lists(st.builds(lambda t, g: (*t, g), st.tuples(
    IRIS, PREDICATES, IRIS | literals(TEXTS)), GRAPHS), max_size=8))  # fmt: skip
def test_quads_read_back_equal(quads: list[Quad], target: MediaType, prefixes: Prefixes) -> None:
    assert read_back(write(quads, target, prefixes), target) == set(quads)


@pytest.mark.parametrize(
    "target", [media.TURTLE, media.JSON_LD, media.N_TRIPLES, media.RDF_XML], ids=lambda t: t.key
)
@given(items=triples(XML_TEXTS))
def test_formats_for_triples_fold_the_graphs_together(
    items: list[Triple], target: MediaType
) -> None:
    quads = [*quads_of(items, "<urn:g>"), *quads_of(items, "<urn:h>"), *quads_of(items)]
    assert read_back(write(quads, target, OWN), target) == set(quads_of(items))


def rdflib_node(term: Term) -> Node:
    """Return rdflib's node of a term; rdflib normalises what it can, in files and here alike."""
    if not is_literal(term):
        return URIRef(term[1:-1])
    text, datatype, language = literal_of(term)
    if language:
        return Literal(text, lang=language)
    return Literal(text, datatype=None if datatype == XSD_STRING else datatype)


def readable_by_rdflib(items: list[Triple]) -> bool:
    """Tell whether rdflib and XML can: no IRI such as <https:x>, no type without a name's end."""
    return not any(
        term.startswith("<https:") and not term.startswith("<https://")
        for item in items
        for term in item
    ) and all(p != f"<{RDF_TYPE}>" or o[-2].isalpha() for _, p, o in items)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize(
    ("target", "key"),
    [(media.TURTLE, "turtle"), (media.JSON_LD, "json-ld"), (media.RDF_XML, "xml")],
    ids=["turtle", "jsonld", "rdfxml"],
)
@settings(max_examples=60)
@given(items=triples(XML_TEXTS).filter(readable_by_rdflib))
def test_rdflib_reads_the_same(items: list[Triple], target: MediaType, key: str) -> None:
    graph = rdflib.Graph()
    graph.parse(data=write(quads_of(items), target, OWN), format=key, publicID=BASE)
    assert set(graph) == {tuple(rdflib_node(term) for term in item) for item in items}


def test_an_iri_whose_scheme_is_a_prefix_drops_the_context() -> None:
    item = (f"<{PREFIXES['org']}x>", f"<{PREFIXES['org']}y>", "<org:z>")
    assert jsonld_document([item], OWN)["@context"] == {}
    other = (item[0], item[1], "<skos:z>")
    assert jsonld_document([other], OWN)["@context"] == {"org": PREFIXES["org"]}


def test_only_used_prefixes_are_declared() -> None:
    item = ("<urn:s>", f"<{PREFIXES['dct']}title>", '"x"')
    assert write_turtle([item], OWN).count("@prefix") == 1
    assert write_trig([(*item, "<urn:g>")], OWN).count("@prefix") == 1
    assert list(json.loads(write(quads_of([item]), media.JSON_LD, OWN))["@context"]) == ["dct"]


@pytest.mark.parametrize("name", ["mijn lijst", "2019", "_x", "a.b", "-a", "a-", "é", ""])
def test_a_file_name_that_is_no_prefix_gives_none(name: str) -> None:
    prefixes = own_prefixes([f"vocab/{name}.ttl"], BASE)
    assert name not in prefixes.by_name
    item = (f"<{BASE}ns/x#a>", f"<{BASE}ns/x#b>", f"<{BASE}ns/x#c>")
    text = write_turtle([item], prefixes).encode()
    assert read_back(text, media.TURTLE) == {(*item, "")}


def test_types_come_first_and_integers_are_bare() -> None:
    items = [
        ("<urn:s>", "<urn:a>", f'"007"^^<{XSD}integer>'),
        ("<urn:s>", f"<{RDF_TYPE}>", "<urn:T>"),
    ]
    text = write_turtle(sorted(items), OWN)
    assert text.index("a <urn:T>") < text.index("007")
    assert '"007"' not in text


@given(triples())
def test_ntriples_are_sorted_and_each_once(items: list[Triple]) -> None:
    lines = write_ntriples([*quads_of(items, "<urn:g>"), *quads_of(items)]).split("\n")[:-1]
    assert lines == sorted(set(lines))
    assert len(lines) == len(set(items))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (media.TURTLE, "<a> <b> <c> .\n<a> <b> nonsense ."),
        (media.N_TRIPLES, '<urn:a> <urn:b> "x" .\n<urn:a> <urn:b> "y .'),
        (media.JSON_LD, '{"@id": '),
        (media.RDF_XML, "<rdf:RDF>"),
        (media.TURTLE, '<a> <b> "\\uD800" .'),
    ],
    ids=lambda value: getattr(value, "key", None),
)
def test_bad_rdf_names_the_file(source: MediaType, text: str) -> None:
    with pytest.raises(RdfSyntaxError) as error:
        list(parse(text.encode(), source, base=BASE, where="x.ttl"))
    assert "x.ttl" in error.value.detail


def test_bad_turtle_names_the_line() -> None:
    with pytest.raises(RdfSyntaxError) as error:
        list(parse(b"<a> <b> <c> .\n<a> <b> nonsense .", media.TURTLE, base=BASE, where="x.ttl"))
    assert error.value.line == 2


def test_a_parser_keeps_blank_nodes_apart_from_iris() -> None:
    data = b"[] <urn:p> [ <urn:q> 7 ] ."
    found = list(parse(data, media.TURTLE, base=BASE, where="x.ttl"))
    assert sorted(quad[1] for quad in found) == ["<urn:p>", "<urn:q>"]
    assert all(quad[0].startswith("_:") for quad in found)


def test_a_type_without_writer_is_refused() -> None:
    with pytest.raises(ValueError, match="no writer"):
        write([], media.CSV, OWN)
