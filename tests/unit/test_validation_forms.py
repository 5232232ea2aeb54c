"""What people and machines read of a validation: every form and constraint, no jargon, no harm."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from typing import Any

import pytest
import rdflib

from app.errors import InputError, RdfSyntaxError
from app.rdf import media
from app.rdf.io import parse
from app.validation.engines import Shifty, validate
from app.validation.explain import LANGUAGES
from app.validation.forms import FORMS
from app.validation.model import Input, model, thing_names, unreadable, validated
from app.validation.profiles import Profile, load
from app.validation.report import Unchecked, ValidationReport
from tests.conftest import LISTS, ROOT
from tests.http.support import Page

BASE = "https://voorbeeld.test/"
PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://voorbeeld.test/> .
"""
# one shape per constraint of SHACL core, and data that breaks every one of them
CONSTRAINTS = {
    "MinCount": ("sh:minCount 1", ""),
    "MinCountTwo": ("sh:minCount 2", "1"),
    "MaxCount": ("sh:maxCount 1", "1, 2"),
    "MaxCountNone": ("sh:maxCount 0", "1"),
    "Datatype": ("sh:datatype xsd:date", '"gisteren"^^xsd:date'),
    "NodeKind": ("sh:nodeKind sh:IRI", '"tekst"'),
    "NodeKindText": ("sh:nodeKind sh:Literal", "ex:iets"),
    "Class": ("sh:class ex:Boom", "ex:iets"),
    "In": ("sh:in ( ex:een ex:twee )", "ex:drie"),
    "HasValue": ("sh:hasValue ex:een", "ex:drie"),
    "Pattern": ('sh:pattern "^[0-9]+$"', '"abc"'),
    "LanguageIn": ('sh:languageIn ( "nl" "fr" )', '"x"@en'),
    "UniqueLang": ("sh:uniqueLang true", '"x"@en, "y"@en'),
    "MinLength": ("sh:minLength 5", '"x"'),
    "MaxLength": ("sh:maxLength 2", '"xyz"'),
    "MinInclusive": ("sh:minInclusive 5", "4"),
    "MaxInclusive": ("sh:maxInclusive 5", "6"),
    "MinExclusive": ("sh:minExclusive 5", "5"),
    "MaxExclusive": ("sh:maxExclusive 5", "5"),
    "Equals": ("sh:equals ex:ander", "1"),
    "Disjoint": ("sh:disjoint ex:zelf", "7"),
    "LessThan": ("sh:lessThan ex:zelf", "9"),
    "LessThanOrEquals": ("sh:lessThanOrEquals ex:zelf", "9"),
    "Node": ("sh:node ex:Leeg", "ex:iets"),
    "Not": ("sh:not ex:Vol", "ex:iets"),
    "And": ("sh:and ( ex:Leeg )", "ex:iets"),
    "Or": ("sh:or ( ex:Leeg )", "ex:iets"),
    "Xone": ("sh:xone ( ex:Leeg )", "ex:iets"),
    "Qualified": ("sh:qualifiedValueShape ex:Leeg ; sh:qualifiedMinCount 1", "ex:iets"),
}
EVIL = '<script>alert(1)</script>=cmd|"'
JARGON = re.compile(
    r"https?://|\b(sh|minCount|maxCount|nodeKind|node|shape|datatype|focus|constraint|literal|"
    r"IRI|URI)\b",
    re.IGNORECASE,
)


def profile_of(text: str, name: str = "proef") -> Profile:
    quads = tuple(parse((PREFIXES + text).encode(), media.TURTLE, base=BASE, where=name))
    return Profile(name, "1", quads)


def checked(profile: Profile, data: str) -> dict[str, Any]:
    found = list(parse((PREFIXES + data).encode(), media.TURTLE, base=BASE, where="data"))
    triples = [quad[:3] for quad in found]
    report = validate(triples, [profile], Shifty(), LISTS)
    source = Input("data.ttl", "text/turtle", triples, lambda things: dict.fromkeys(things, 7))
    return model([profile], [validated(source, report, [profile], label=label)])


def label(iri: str, _: str) -> str:
    return re.split(r"[/#:]", iri)[-1]


@cache
def everything() -> dict[str, Any]:
    shapes = "ex:Leeg a sh:NodeShape ; sh:property [ sh:path ex:nooit ; sh:minCount 1 ] .\n"
    shapes += "ex:Vol a sh:NodeShape ; sh:nodeKind sh:IRI .\n"
    data = 'ex:a ex:zelf 7 ; dct:title "Een boom"@nl .\n'
    for name, (constraint, values) in CONSTRAINTS.items():
        shapes += f"ex:S{name} a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P{name} .\n"
        shapes += f"ex:P{name} a sh:PropertyShape ; sh:path ex:p{name} ; {constraint} .\n"
        data += f"ex:a ex:p{name} {values} .\n" if values else ""
    return checked(profile_of(shapes), data)


def texts(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (where, text) of everything a person reads in a model."""
    out = []
    for source in found["sources"]:
        for group in source["groups"]:
            for key in ("property", "message", "expected", "remedy"):
                out += [(f"{group['shape']} {key}", text) for text in group[key].values()]
            for result in group["results"]:
                out += [(f"{group['shape']} label", text) for text in result["label"].values()]
                # what was found may be an address: it is what the data say, not our words
                out += [(f"{group['shape']} found", re.sub(r"https?://\S+", "", text))
                        for text in result["found"].values()]  # fmt: skip
    return out


def test_every_constraint_is_explained_without_jargon() -> None:
    groups = {group["shape"].removeprefix(BASE + "P"): group
              for group in everything()["sources"][0]["groups"]}  # fmt: skip
    assert set(groups) == set(CONSTRAINTS)
    for name, group in groups.items():
        for language in LANGUAGES:
            assert group["expected"][language], name
            assert "wat het profiel beschrijft" not in group["expected"][language], name
            assert "?" not in group["expected"][language], (name, group["expected"])
            assert group["remedy"][language], name
    assert [item for item in texts(everything()) if JARGON.search(item[1])] == []


@pytest.mark.parametrize(
    ("name", "nl", "en"),
    [
        ("MinCount", "minstens één waarde", "at least one value"),
        ("MinCountTwo", "minstens 2 waarden", "at least 2 values"),
        ("Datatype", "een datum", "a date"),
        ("In", "een waarde uit de lijst: een, twee", "a value of the list: een, twee"),
        ("LanguageIn", "tekst met een van de taalcodes nl, fr",
         "text with one of the language codes nl, fr"),
        ("MaxLength", "hoogstens 2 tekens", "at most 2 characters"),
        ("LessThan", "een waarde vóór zelf", "a value before zelf"),
    ],
)  # fmt: skip
def test_what_is_asked_is_said_exactly(name: str, nl: str, en: str) -> None:
    (group,) = (group for group in everything()["sources"][0]["groups"]
                if group["shape"] == f"{BASE}P{name}")  # fmt: skip
    assert group["expected"] == {"nl": nl, "en": en}


def test_the_found_value_says_why_it_is_none() -> None:
    (group,) = (group for group in everything()["sources"][0]["groups"]
                if group["shape"] == f"{BASE}PDatatype")  # fmt: skip
    assert group["results"][0]["found"] == {"nl": "“gisteren” (geen datum)",
                                            "en": "“gisteren” (not a date)"}  # fmt: skip


def test_results_of_one_cause_are_one_group() -> None:
    profile = profile_of("""ex:S a sh:NodeShape ; sh:targetClass ex:Boom ; sh:property ex:P .
        ex:P a sh:PropertyShape ; sh:path dct:license ; sh:minCount 1 ; sh:severity sh:Warning ;
          sh:message "Deze boom heeft geen licentie."@nl ; sh:name "licentie: aanwezig"@nl .""")
    data = "".join(f"ex:b{n} a ex:Boom .\n" for n in range(40))
    found = checked(profile, data)
    (group,) = found["sources"][0]["groups"]
    assert (group["count"], len(group["results"]), group["property"]["nl"]) == (40, 40, "licentie")
    assert group["message"] == {
        "nl": "Deze boom heeft geen licentie.",
        "en": "Asked of licentie (dct:license): at least one value.",
    }
    assert found["verdict"] == "conforms"
    text = FORMS["text"][1](found, "nl").decode()
    assert "Aandachtspunt (40 keer): Deze boom heeft geen licentie." in text
    assert "en nog 37 andere" in text


def test_things_are_called_by_their_best_name() -> None:
    quads = parse(
        (
            PREFIXES
            + """@prefix foaf: <http://xmlns.com/foaf/0.1/> .
        ex:a dct:identifier "A1" ; dct:title "Titel"@nl, "Title"@en ; foaf:name "Naam" .
        ex:b dct:identifier "B1" ."""
        ).encode(),
        media.TURTLE,
        base=BASE,
        where="",
    )
    names = thing_names([quad[:3] for quad in quads])
    assert names[f"<{BASE}a>"] == {"nl": "Titel", "en": "Title"}
    assert names[f"<{BASE}b>"] == {"": "B1"}


# the forms


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_a_pure_function_of_the_model(form: str, language: str) -> None:
    before = json.dumps(everything())
    write = FORMS[form][1]
    assert write(everything(), language) == write(json.loads(before), language)
    assert json.dumps(everything()) == before


def test_csv_has_a_row_per_result_and_no_formula() -> None:
    found = hostile()
    rows = list(csv.DictReader(io.StringIO(FORMS["csv"][1](found, "nl").decode("utf-8-sig"))))
    total = sum(group["count"] for group in found["sources"][0]["groups"])
    assert len(rows) == total > 0
    assert rows[0]["Regel" if "Regel" in rows[0] else "regel"] == "7"
    assert all(not cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


def test_turtle_and_jsonld_are_one_shacl_report() -> None:
    graph = rdflib.Graph().parse(data=FORMS["turtle"][1](everything(), "nl"), format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    results = set(graph.subjects(rdflib.RDF.type, sh.ValidationResult))
    assert len(results) == sum(g["count"] for g in everything()["sources"][0]["groups"])
    assert (None, sh.conforms, rdflib.Literal(False)) in graph
    assert all((result, sh.resultPath, None) in graph for result in results)
    turtle, other = (
        set(parse(FORMS[name][1](everything(), "nl"), kind, base=BASE, where=name))
        for name, kind in (("turtle", media.TURTLE), ("jsonld", media.JSON_LD))
    )
    assert turtle == other


def test_sarif_has_a_rule_and_a_place_for_every_result() -> None:
    run = json.loads(FORMS["sarif"][1](everything(), "en"))["runs"][0]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert len(run["results"]) == sum(g["count"] for g in everything()["sources"][0]["groups"])
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in {"error", "warning", "note"}
        place = result["locations"][0]["physicalLocation"]
        assert place == {"artifactLocation": {"uri": "data.ttl"}, "region": {"startLine": 7}}


def test_junit_counts_errors_as_failures() -> None:
    suite = ET.fromstring(FORMS["junit"][1](everything(), "nl")).find("testsuite")
    assert suite is not None
    assert suite.get("failures") == str(len(CONSTRAINTS))
    assert len(suite.findall("testcase/failure")) == len(CONSTRAINTS)


@cache
def hostile() -> dict[str, Any]:
    profile = profile_of("""ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P .
        ex:P a sh:PropertyShape ; sh:path dct:issued ; sh:nodeKind sh:IRI ;
          sh:message '=1+1<img src=x onerror=alert(1)>'@nl .""")
    return checked(profile, f"ex:a dct:issued {json.dumps(EVIL)} ; dct:title '=HYPERLINK(1)'@nl .")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_data_runs_in_a_page(language: str) -> None:
    page = Page.of(FORMS["html"][1](hostile(), language).decode())
    assert page.dangers == []
    assert "img" not in page.tags
    assert EVIL in page.text


def test_what_was_not_checked_is_no_pass() -> None:
    profile = profile_of("ex:S a sh:NodeShape .")
    gap = Unchecked("proef", f"{BASE}S", "lint", {"nl": "Het patroon deugt niet.", "en": "Bad."})
    report = ValidationReport(("proef",), (), (gap,))
    source = Input("data.ttl", "text/turtle", [])
    found = model([profile], [validated(source, report, [profile], label=label)])
    assert found["verdict"] == "not-fully-checked"
    assert "Niet volledig nagekeken" in FORMS["text"][1](found, "nl").decode()
    run = json.loads(FORMS["sarif"][1](found, "nl"))["runs"][0]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert b"<error" in FORMS["junit"][1](found, "nl")


@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_read_says_where(form: str) -> None:
    error: InputError = RdfSyntaxError("unexpected end", where="kapot.ttl", line=3)
    found = model([profile_of("ex:S a sh:NodeShape .")], [unreadable("kapot.ttl", error, line=3)])
    assert found["verdict"] == "unreadable"
    body = FORMS[form][1](found, "nl").decode()
    if form not in {"turtle", "jsonld"}:
        assert "unexpected end" in body


# our own profiles


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "shapes").glob("*.ttl")))
def test_every_rule_of_our_profiles_speaks_both_languages(name: str) -> None:
    profile = load(name, [ROOT / "shapes"], base=BASE)
    assert set(profile.title) == set(LANGUAGES)
    message = "<http://www.w3.org/ns/shacl#message>"
    said: dict[str, set[str]] = {}
    for subject, predicate, value, _ in profile.quads:
        if predicate == message:
            said.setdefault(subject, set()).add(value.rpartition("@")[2])
    assert said
    assert {subject for subject, found in said.items() if found != set(LANGUAGES)} == set()
