"""What a steward needs of each line: what thing, what property, whose words, and nothing untrue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.main import app

HEAD = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATA = """<https://stad.test/1> a dcat:Dataset ; dct:title 'Wegen'@nl ;
  dct:issued '2024-05-31' ; dct:publisher [ a foaf:Agent ] ;
  dct:license <https://stad.test/licentie/v1.0> .
"""


def shape(constraint: str) -> str:
    return f"""<https://stad.test/S> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
      sh:property [ {constraint} ] ."""


def told(folder: Path, shapes: str, *more: str, data: str = DATA) -> tuple[int, dict[str, Any]]:
    (folder / "s.ttl").write_text(HEAD + shapes, encoding="utf-8")
    command = ["validate", "-", "--shapes", str(folder / "s.ttl"), "--format", "json", *more]
    done = CliRunner().invoke(app, command, input=(HEAD + data).encode())
    return done.exit_code, dict(json.loads(done.stdout)["sources"][0])


@pytest.mark.parametrize(
    ("words", "nl", "en"),
    [
        ("", "Gevraagd bij trefwoord (dcat:keyword): minstens één waarde.",
         "Asked of keyword (dcat:keyword): at least one value."),
        ("sh:message 'Geef trefwoorden.'", "Geef trefwoorden.", "Geef trefwoorden."),
        ("sh:message 'Geef trefwoorden.'@nl, 'Give keywords.'", "Geef trefwoorden.",
         "Give keywords."),
        ("sh:message 'Give keywords.'@en",
         "Gevraagd bij trefwoord (dcat:keyword): minstens één waarde.", "Give keywords."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("engine", ["default", "pyshacl"])
def test_own_words_come_first_and_ours_name_the_property(
    tmp_path: Path, engine: str, words: str, nl: str, en: str
) -> None:
    shapes = shape(f"sh:path dcat:keyword ; sh:minCount 1 ; {words}")
    code, source = told(tmp_path, shapes, "--engine", engine)
    (group,) = source["groups"]
    assert (code, group["message"]) == (1, {"nl": nl, "en": en})


def test_a_query_says_its_own_words(tmp_path: Path) -> None:
    query = (
        "SELECT $this WHERE { FILTER NOT EXISTS { $this <http://purl.org/dc/terms/creator> ?c } }"
    )
    shapes = f"""<https://stad.test/S> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
      sh:sparql [ sh:message 'Geef de maker.' ; sh:select '{query}' ] ."""
    _, source = told(tmp_path, shapes, "--allow-sparql")
    (group,) = source["groups"]
    assert group["message"] == {"nl": "Geef de maker.", "en": "Geef de maker."}


@pytest.mark.parametrize("engine", ["default", "shifty"])
def test_a_pattern_that_cannot_be_read_finds_nothing_wrong(tmp_path: Path, engine: str) -> None:
    shapes = shape('sh:path dct:title ; sh:pattern "[open"')
    code, source = told(tmp_path, shapes, "--engine", engine)
    assert (code, source["verdict"], source["groups"]) == (2, "not-fully-checked", [])
    assert source["counts"]["Violation"] == 0


def test_what_else_the_shape_asks_is_still_told(tmp_path: Path) -> None:
    shapes = shape('sh:path dct:title ; sh:pattern "[open" ; sh:maxLength 2')
    code, source = told(tmp_path, shapes)
    assert [group["component"] for group in source["groups"]] == ["MaxLengthConstraintComponent"]
    assert (code, len(source["unchecked"])) == (1, 1)


def test_what_was_not_checked_is_named_with_its_remedy(tmp_path: Path) -> None:
    _, source = told(tmp_path, shape("sh:path dct:title ; sh:mincount 1"))
    (gap,) = source["unchecked"]
    assert gap["reason"]["nl"].startswith("sh:mincount: ")
    assert gap["reason"]["nl"].endswith("Bedoelde u sh:minCount?")
    assert gap["reason"]["en"].endswith("Did you mean sh:minCount?")


def test_an_unknown_profile_is_told_in_the_language_of_who_asks() -> None:
    command = ["validate", "-", "--profile", "dcat"]
    nl = CliRunner().invoke(app, command, input=DATA.encode())
    en = CliRunner().invoke(app, [*command, "--lang", "en"], input=DATA.encode())
    assert nl.exit_code == en.exit_code == 2
    assert "dcat: dit profiel bestaat niet; wel " in nl.stderr
    assert "projectmap" not in nl.stderr
    assert "dcat: no such profile; there are " in en.stderr


def test_a_thing_without_an_address_is_told_by_what_points_at_it(tmp_path: Path) -> None:
    shapes = """<https://stad.test/S> a sh:NodeShape ; sh:targetClass foaf:Agent ;
      sh:property [ sh:path foaf:name ; sh:minCount 1 ] ."""
    _, source = told(tmp_path, shapes)
    (result,) = source["groups"][0]["results"]
    assert result["label"]["nl"] == "een ding zonder adres (uitgever van Wegen)"
    assert result["label"]["en"] == "a thing without an address (publisher of Wegen)"
    assert result["line"] == HEAD.count("\n") + 1
    _, source = told(tmp_path, shapes, data="[] a foaf:Agent .")
    (result,) = source["groups"][0]["results"]
    assert (result["label"]["nl"], result["line"]) == ("een ding zonder adres", None)


@pytest.mark.parametrize(
    ("constraint", "found"),
    [
        ("sh:path dct:issued ; sh:datatype xsd:date", "“2024-05-31” (gewone tekst)"),
        ("sh:path dct:title ; sh:maxLength 1", "“Wegen” (nl)"),
        ("sh:path dct:license ; sh:nodeKind sh:Literal", "https://stad.test/licentie/v1.0"),
    ],
)
def test_a_value_is_told_so_that_one_sees_what_is_wrong(
    tmp_path: Path, constraint: str, found: str
) -> None:
    _, source = told(tmp_path, shape(constraint))
    assert source["groups"][0]["results"][0]["found"]["nl"] == found


def test_a_blank_title_is_no_name(tmp_path: Path) -> None:
    data = "<https://stad.test/wegen> a dcat:Dataset ; dct:title ' '@nl ."
    _, source = told(tmp_path, shape("sh:path dcat:keyword ; sh:minCount 1"), data=data)
    assert source["groups"][0]["results"][0]["label"]["nl"] == "wegen"


def test_of_too_many_values_one_sees_which(tmp_path: Path) -> None:
    data = """<https://stad.test/1> a dcat:Dataset ; dcat:keyword 'b', 'a'@nl ;
      dct:publisher <https://stad.test/x>, <https://stad.test/y> ; dct:issued 1, 2, 3, 4, 5, 6 ."""
    shapes = " ".join(shape(f"sh:path {path} ; sh:maxCount 1") for path in
                      ("dcat:keyword", "dct:publisher", "dct:issued", "^dct:title"))  # fmt: skip
    _, source = told(tmp_path, shapes.replace("^dct:title", "[ sh:inversePath dct:title ]"),
                     data=data)  # fmt: skip
    found = {group["path"].rsplit("/")[-1]: group["results"][0]["found"]["nl"]
             for group in source["groups"]}  # fmt: skip
    assert found == {
        "dcat#keyword": "“b”, “a” (nl)",
        "publisher": "<https://stad.test/x>, <https://stad.test/y>",
        "issued": "“1”, “2”, “3”, “4”, “5”, …",
    }


def test_two_things_in_one_property_of_xml_are_told_in_plain_words(tmp_path: Path) -> None:
    data = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns:dcat="http://www.w3.org/ns/dcat#"><dcat:Catalog><dcat:dataset>
        <dcat:Dataset/><dcat:Dataset/></dcat:dataset></dcat:Catalog></rdf:RDF>"""
    (tmp_path / "feed.rdf").write_text(data, encoding="utf-8")
    done = CliRunner().invoke(app, ["validate", str(tmp_path / "feed.rdf")])
    assert done.exit_code == 2
    assert "in één eigenschap staat meer dan één ding" in done.stdout
