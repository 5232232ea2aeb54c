"""Slips in names and values in every form: told apart from the profile, changing no verdict."""

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

from app.rdf import media
from app.rdf.io import parse
from app.rdf.namespaces import PREFIXES
from app.validation.engines import Default, validate
from app.validation.explain import LANGUAGES
from app.validation.forms import FORMS
from app.validation.labels import labels
from app.validation.model import Input, model, validated
from app.validation.profiles import Profile
from app.validation.terms import check, load_terms
from tests.conftest import LISTS, ROOT

BASE = "https://voorbeeld.test/"
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
LABEL = labels(ROOT / "vocab" / "extern", LISTS)
TERMS = load_terms(ROOT / "vocab" / "termen")
SHAPES = """<S> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property <P>, <Q> .
<P> a sh:PropertyShape ; sh:path dct:title ; sh:minCount 1 .
<Q> a sh:PropertyShape ; sh:path dct:license ; sh:minCount 1 ; sh:severity sh:Warning .
"""
# an error of the profile where a title is missing; slips of three severities beside it
DATA = """<a> a dcat:Dataset ; dct:title '=HYPERLINK("x")' ; dcat:distributon <y> ;
  dct:description '<p>Van 85.07.30-033.28</p>'@nl .
""" + "".join(
    f"<a{n}> a dcat:Dataset ; dct:title ' Wegen {n}'@nl ; dct:issued '=1+1' .\n" for n in range(40)
)
SLIPS = {"unknown-property", "personal-number", "date-order", "language-missing", "html-in-text",
         "text-spaces"}  # fmt: skip


def quads(text: str) -> list[Any]:
    return list(parse((HEAD + text).encode(), media.TURTLE, base=BASE, where="test"))


@cache
@cache
def checked(*, slips: bool = True, data: str = DATA, name: str = "mijn feed.ttl") -> dict[str, Any]:
    profile = Profile("proef", "1", tuple(quads(SHAPES)))
    triples = [quad[:3] for quad in quads(data)]
    report = validate(triples, [profile], Default(), LISTS)
    source = Input(name, "text/turtle", triples, lambda things: dict.fromkeys(things, 7))
    terms = check(triples, terms=TERMS, lists=LISTS, label=LABEL) if slips else None
    return model([profile], [validated(source, report, [profile], label=LABEL, terms=terms)])


def written(form: str, lang: str = "nl", **given: Any) -> str:
    return FORMS[form][1](checked(**given), lang).decode("utf-8-sig")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_model_names_cause_and_path_and_shows_nothing_personal() -> None:
    found = checked()["sources"][0]["terms"]
    assert {item["id"] for item in found} == SLIPS
    wrong = next(item for item in found if item["id"] == "unknown-property")
    assert (wrong["path"], wrong["cause"]) == (PREFIXES["dcat"] + "distributon", "property")
    assert checked(slips=False)["sources"][0]["terms"] is None
    secret = checked(data="<a> a dcat:Dataset ; dct:title 'a'@nl ; dct:language 'NL' ; "
                     "dcat:theme <https://publications.europa.eu/resource/authority/data-theme/"
                     "85073003328> .")  # fmt: skip
    (twin,) = [item for item in secret["sources"][0]["terms"] if item["id"] == "code-twin"]
    assert twin["cause"]
    assert "85073003328" not in json.dumps(secret["sources"][0]["terms"])


def test_csv_has_rows_of_their_own_and_the_columns_there_were() -> None:
    head, found = written("csv", "en").splitlines()[0], rows(written("csv", "en"))
    before = ("Source,Severity,Thing,line,Property,Message,Value,Profile,Clause,focus"
              ",Part,Check,Count,Cell")  # fmt: skip
    assert head == before
    slips = [row for row in found if row["Part"] == "Names and spelling"]
    others = [row for row in found if row["Part"] == "Profile"]
    assert len(slips) + len(others) == len(found)
    assert {row["Check"] for row in slips} == SLIPS
    assert {row["Profile"] for row in slips} == {""}
    dates = [row for row in slips if row["Check"] == "date-order"]
    assert [row["Count"] for row in dates] == ["40"] * 5
    # the value is that of the first thing
    assert [row["Value"] for row in dates] == ["'=1+1", "", "", "", ""]
    assert {row["line"] for row in slips} == {"7"}
    assert [{key: row[key] for key in list(row)[:10]} for row in others] == [
        {key: row[key] for key in list(row)[:10]} for row in rows(written("csv", "en", slips=False))
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_cell_is_a_formula(lang: str) -> None:
    cells = [cell for row in rows(written("csv", lang)) for cell in row.values()]
    assert "'=1+1" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))] == []


# the required properties and the closed objects of the SARIF 2.1.0 schema, as far as we write them
SARIF = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": ({"tool"}, {"invocations", "results"}),
    "tool": ({"driver"}, set()),
    "driver": ({"name"}, {"version", "rules"}),
    "rule": ({"id"}, {"shortDescription", "fullDescription", "help", "helpUri",
                      "defaultConfiguration", "properties"}),
    "invocation": ({"executionSuccessful"}, {"toolExecutionNotifications"}),
    "result": ({"message"}, {"ruleId", "level", "locations"}),
    "location": (set(), {"physicalLocation", "logicalLocations"}),
    "physicalLocation": ({"artifactLocation"}, {"region"}),
}  # fmt: skip


def has(kind: str, found: dict[str, Any]) -> dict[str, Any]:
    needed, allowed = SARIF[kind]
    assert needed <= set(found) <= needed | allowed, (kind, found)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sarif_is_what_the_schema_asks(lang: str) -> None:
    log = has("log", json.loads(written("sarif", lang)))
    assert log["version"] == "2.1.0"
    (run,) = (has("run", item) for item in log["runs"])
    driver = has("driver", has("tool", run["tool"])["driver"])
    rules = {has("rule", rule)["id"]: rule for rule in driver["rules"]}
    assert len(rules) == len(driver["rules"])
    for rule in rules.values():
        assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}
        assert all(rule[key]["text"] for key in ("shortDescription", "help"))
    for item in run["invocations"]:
        assert isinstance(has("invocation", item)["executionSuccessful"], bool)
    for result in run["results"]:
        assert has("result", result)["message"]["text"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["ruleId"] in rules
        for place in result["locations"]:
            physical = has("physicalLocation", has("location", place)["physicalLocation"])
            assert physical["artifactLocation"] == {"uri": "mijn%20feed.ttl"}
            assert physical["region"] == {"startLine": 7}
    assert any(result["ruleId"].startswith("proef/") for result in run["results"])


def test_sarif_names_the_rule_and_its_weight() -> None:
    run = json.loads(written("sarif", "en"))["runs"][0]
    tagged = {rule["id"]: rule["defaultConfiguration"]["level"]
              for rule in run["tool"]["driver"]["rules"] if "properties" in rule}  # fmt: skip
    assert set(tagged) == SLIPS
    assert (tagged["date-order"], tagged["html-in-text"], tagged["text-spaces"]) == (
        "error", "warning", "note",
    )  # fmt: skip
    dates = [item for item in run["results"] if item["ruleId"] == "date-order"]
    assert len(dates) == 5
    assert all("(40 times)" in item["message"]["text"] for item in dates)


def test_an_address_stays_an_address_in_sarif() -> None:
    url = "https://stad.test/feed%20a.ttl?x=1"
    run = json.loads(written("sarif", name=url))["runs"][0]
    places = [item["locations"][0]["physicalLocation"] for item in run["results"]]
    assert {place["artifactLocation"]["uri"] for place in places} == {url}


def test_junit_has_a_suite_in_which_nothing_fails() -> None:
    profile, slips = ET.fromstring(written("junit")).findall("testsuite")
    assert slips.get("name") == "mijn feed.ttl: Namen en schrijfwijze"
    assert (slips.get("failures"), slips.get("errors")) == ("0", "0")
    cases = slips.findall("testcase")
    assert slips.get("tests") == str(len(cases)) == "6"
    assert {str(case.get("name")).partition(":")[0] for case in cases} == SLIPS
    assert all((case.findtext("system-out") or "").strip() for case in cases)
    alone = ET.fromstring(written("junit", slips=False)).findall("testsuite")
    assert [ET.tostring(suite).strip() for suite in alone] == [ET.tostring(profile).strip()]


@pytest.mark.parametrize("form", ["turtle", "jsonld"])
def test_the_shacl_report_annotates_and_concludes_the_same(form: str) -> None:
    kind = media.TURTLE if form == "turtle" else media.JSON_LD
    graph, alone = rdflib.Graph(), rdflib.Graph()
    for target, slips in ((graph, True), (alone, False)):
        for s, p, o, _ in parse(written(form, slips=slips).encode(), kind, base=BASE, where=form):
            target.parse(data=f"{s} {p} {o} .", format="nt")
    sh, oa, dqv = (rdflib.Namespace(PREFIXES[name]) for name in ("sh", "oa", "dqv"))
    assert set(graph.objects(None, sh.conforms)) == set(alone.objects(None, sh.conforms))
    assert len(set(graph.objects(None, sh.result))) == len(set(alone.objects(None, sh.result)))
    (report,) = graph.subjects(rdflib.RDF.type, sh.ValidationReport)
    notes = set(graph.subjects(rdflib.RDF.type, dqv.QualityAnnotation))
    assert len(notes) == len(SLIPS)
    said = set()
    for note in notes:
        assert (note, oa.motivatedBy, dqv.qualityAssessment) in graph
        assert (note, rdflib.DCTERMS.isPartOf, report) in graph
        assert (None, sh.result, note) not in graph
        assert 1 <= len(set(graph.objects(note, oa.hasTarget))) <= 5
        for body in graph.objects(note, oa.hasBody):
            (text,) = graph.objects(body, rdflib.RDF.value)
            (purpose,) = graph.objects(body, oa.hasPurpose)
            languages = set(graph.objects(body, rdflib.DC.language))
            assert len(languages) == (purpose == oa.assessing)
            said.add(str(text))
    assert said >= SLIPS | {"error", "warning", "info"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_form_changes_the_model_or_shows_what_is_personal(form: str, lang: str) -> None:
    before = json.dumps(checked())
    body = written(form, lang)
    assert json.dumps(checked()) == before
    assert "85.07.30-033.28" not in re.sub(r"\s", "", body)
