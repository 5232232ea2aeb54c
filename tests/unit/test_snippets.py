"""Snippets: pasted into the source they mend the result; whole and harmless in every syntax."""

from __future__ import annotations

from typing import Any

import pytest

from app.rdf import media
from app.rdf.io import parse
from app.rdf.media import MediaType
from app.rdf.terms import Term, Triple
from app.validation.engines import Shifty, validate
from app.validation.forms.html import report_html
from app.validation.forms.text import text as text_form
from app.validation.model import Input, model, validated
from app.validation.profiles import Profile, load, named
from app.validation.snippet import Mended, snippet
from tests.conftest import BASE, LISTS, ROOT

DCT, FOAF = "http://purl.org/dc/terms/", "http://xmlns.com/foaf/0.1/"
MORE = {"proef": "https://proef.example/ns#"}
TITLE = Mended(f"<{DCT}title>", '"<b>Wegen</b> & \\"straten\\""@nl')
SYNTAXES = [media.TURTLE, media.TRIG, media.N_TRIPLES, media.N_QUADS, media.RDF_XML, media.JSON_LD,
            media.HTML, media.CSV]  # fmt: skip
WRITTEN = {media.TRIG: media.TURTLE, media.N_QUADS: media.N_TRIPLES, media.HTML: media.JSON_LD,
           media.CSV: media.TURTLE}  # fmt: skip


def triples(text: str, syntax: MediaType) -> set[Triple]:
    return {quad[:3] for quad in parse(text.encode(), syntax, base=BASE, where="snippet")}


def report(profile: Profile, data: str) -> dict[str, Any]:
    found = [quad[:3] for quad in parse(data.encode(), media.TURTLE, base=BASE, where="data")]
    checked = validate(found, [profile], Shifty(), LISTS)
    source = Input("data", media.TURTLE.name, found)
    return model([profile], [validated(source, checked, [profile], label=lambda iri, _: iri)])


def told(profile: Profile, data: str) -> list[dict[str, Any]]:
    (source,) = report(profile, data)["sources"]
    groups: list[dict[str, Any]] = source["groups"]
    return groups


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.suffix)
def test_a_snippet_is_a_whole_document_of_its_syntax(syntax: MediaType) -> None:
    found = snippet("<https://x.example/d?a=1&b=2>", TITLE, syntax.name, {})
    written = WRITTEN.get(syntax, syntax)
    assert triples(found, written) == {("<https://x.example/d?a=1&b=2>", TITLE.predicate,
                                        TITLE.value)}  # fmt: skip


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.suffix)
def test_a_value_that_has_to_be_described_is(syntax: MediaType) -> None:
    who = Mended(f"<{DCT}publisher>", "<https://x.example/p>", kind=f"<{FOAF}Agent>")
    found = snippet("<https://x.example/d>", who, syntax.name, {})
    assert len(triples(found, WRITTEN.get(syntax, syntax))) == 2
    back = Mended(f"<{DCT}hasPart>", "<https://x.example/p>", inverse=True)
    found = snippet("<https://x.example/d>", back, syntax.name, {})
    assert triples(found, WRITTEN.get(syntax, syntax)) == {
        ("<https://x.example/p>", f"<{DCT}hasPart>", "<https://x.example/d>")
    }


def test_the_prefixes_of_the_profile_are_used_and_no_others() -> None:
    mended = Mended("<https://proef.example/ns#naam>", '"x"')
    assert snippet("<https://x.example/d>", mended, "text/turtle", MORE) == (
        '@prefix proef: <https://proef.example/ns#> .\n\n<https://x.example/d> proef:naam "x" .'
    )


def test_a_thing_without_an_address_is_written_as_one() -> None:
    found = snippet("_:b0", TITLE, "text/turtle", {})
    assert "\n[] dct:title " in found
    assert len(triples(found, media.TURTLE)) == 1
    odd = Mended(f"<{DCT}title>", '"\\n_:ding dct:title"')
    assert {o for _, _, o in triples(snippet("_:b0", odd, "", {}), media.TURTLE)} == {odd.value}


@pytest.mark.parametrize(
    "predicate", ["<urn:x:1>", "<https://x.example/1>", "<https://x.example/>"]
)
def test_what_a_syntax_cannot_write_is_shown_in_turtle(predicate: Term) -> None:
    mended = Mended(predicate, '"x"')
    found = snippet("<https://x.example/d>", mended, "application/rdf+xml", {})
    syntax = media.RDF_XML if found.startswith("<rdf:RDF") else media.TURTLE
    assert triples(found, syntax) == {("<https://x.example/d>", predicate, '"x"')}


def test_a_snippet_is_relative_where_the_source_is() -> None:
    mended = Mended("<http://purl.org/dc/terms/title>", '"Wegen"@nl')
    here = "file:///home/an/feed.ttl"
    shown = snippet(f"<{here}#d>", mended, media.TURTLE.name, {}, base=here)
    assert shown.endswith('\n\n<#d> dct:title "Wegen"@nl .')


def test_a_literal_cannot_have_a_property() -> None:
    assert snippet('"tekst"', TITLE, "text/turtle", {}) == ""


def test_pasted_into_the_source_it_mends_the_result() -> None:
    profile = load("dcat-ap-vl-3.0", [ROOT / "shapes"], base=BASE)
    data = "<https://x.example/d> a <http://www.w3.org/ns/dcat#Dataset> ."
    before = [
        group
        for group in told(profile, data)
        if group["component"] == "MinCountConstraintComponent"
    ]
    assert len(before) > 5
    assert all(group["snippet"] for group in before)
    for group in before:
        after = {each["shape"] for each in told(profile, f"{data}\n{group['snippet']}")}
        assert group["shape"] not in after


def test_a_value_of_another_class_is_described_as_asked() -> None:
    profile = load("dcat-ap-be", [ROOT / "shapes"], base=BASE)
    data = f"""<https://x.example/d> a <http://www.w3.org/ns/dcat#Dataset> ;
        <{DCT}publisher> <https://x.example/p> ."""
    kind = ("ClassConstraintComponent", f"{DCT}publisher")
    (group,) = (each for each in told(profile, data) if (each["component"], each["path"]) == kind)
    assert "<https://x.example/p> a foaf:" in str(group["snippet"])
    after = {each["shape"] for each in told(profile, f"{data}\n{group['snippet']}")}
    assert group["shape"] not in after


def test_a_property_written_otherwise_is_shown_as_the_profile_writes_it() -> None:
    profile = load("oslo-subsidie", [ROOT / "shapes"], base=BASE)
    data = """<https://x.example/b> a <http://data.vlaanderen.be/ns/subsidie#Subsidiebedrag> ;
        <https://data.vlaanderen.be/ns/subsidie#bedrag> 12.5e0 ."""
    (group,) = (
        each for each in told(profile, data) if each["component"] == "MaxCountConstraintComponent"
    )
    assert str(group["snippet"]).endswith('subsidie:bedrag "2500"^^xsd:double .')
    assert "profiel gebruikt" in str(group["remedy"])
    assert group["expected"]["nl"] == "niets bij deze eigenschap"


def test_a_property_that_nothing_replaces_is_to_be_removed() -> None:
    shapes = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://x.example/> .
        ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P .
        ex:P a sh:PropertyShape ; sh:path ex:p ; sh:maxCount 0 ;
            <http://purl.org/dc/terms/isReplacedBy> "tekst" ."""
    quads = list(parse(shapes.encode(), media.TURTLE, base=BASE, where="shapes"))
    (group,) = told(named("eigen", quads), "<https://x.example/a> <https://x.example/p> 1 .")
    assert (group["remedy"]["nl"], group["snippet"]) == ("Verwijder deze eigenschap.", "")


@pytest.mark.parametrize(
    "constraint", ["sh:maxCount 1", "sh:uniqueLang true", "sh:disjoint ex:q", "sh:lessThan ex:q"]
)
def test_what_no_value_mends_has_no_snippet(constraint: str) -> None:
    shapes = f"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://x.example/> .
        ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P .
        ex:P a sh:PropertyShape ; sh:path ex:p ; {constraint} ;
            <http://www.w3.org/2004/02/skos/core#example> "x" ."""
    quads = list(parse(shapes.encode(), media.TURTLE, base=BASE, where="shapes"))
    data = '@prefix ex: <https://x.example/> . ex:a ex:p "1"@nl, "2"@nl ; ex:q "1"@nl .'
    groups = told(named("eigen", quads), data)
    assert [group["snippet"] for group in groups] == [""]


def test_pages_show_it_as_code_and_never_run_it() -> None:
    profile = load("dcat-ap-vl-3.0", [ROOT / "shapes"], base=BASE)
    found = report(profile, "<https://x.example/d> a <http://www.w3.org/ns/dcat#Dataset> .")
    for group in found["sources"][0]["groups"]:
        group["snippet"] += "<script>alert(1)</script>"
    page = report_html(found, "nl")
    assert "<pre><code>@prefix" in page
    assert "<script>" not in page
    assert "    zo schrijft u het:\n      @prefix" in text_form(found, "nl")
