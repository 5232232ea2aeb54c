"""What tasks tell a person: where a property goes, what to write there, which rule is not met."""

from __future__ import annotations

from typing import Any

import pytest

from app.bootstrap import known_quality, known_terms
from app.quality.card import card
from app.quality.portals.reasons import reasons
from app.quality.scoring import scored
from app.quality.tasks import Task
from app.quality.text import does, text
from app.validation.report import Result, ValidationReport
from tests.unit.test_quality import CC0, CSV, EU, IANA, triples_of

KNOWN, TERMS = known_quality(), known_terms()
HERE = "https://voorbeeld.test/"


def of_distribution(facts: str, dataset: str = "") -> dict[str, Task]:
    (one,) = scored(triples_of(
        f"<d> a dcat:Dataset ; {dataset} dcat:distribution <f> . <f> a dcat:Distribution ; {facts}"
    ), KNOWN, TERMS)  # fmt: skip
    return {task.kind.key: task for task in one.tasks}


def test_a_task_says_where_its_property_goes() -> None:
    found = of_distribution(f"dct:format {CSV} .")
    assert {key: task.place for key, task in found.items()} == {
        **dict.fromkeys(("keyword", "category", "spatial", "temporal", "access-rights", "contact",
                         "publisher", "issued", "modified"), "dataset"),
        **dict.fromkeys(("access-url", "download-url", "media-type", "licence", "rights",
                         "byte-size"), "distribution"), "compliance": "",
    }  # fmt: skip
    (alone,) = scored(triples_of("<d> a dcat:Dataset ."), KNOWN, TERMS)
    assert next(t for t in alone.tasks if t.kind.key == "distribution").place == "dataset"
    closed = of_distribution(f"dct:format <{EU}file-type/DOC> .")["open-format"]
    assert closed.place == "dataset", "another distribution"


@pytest.mark.parametrize(
    ("facts", "example"),
    [
        (f"dct:format <{EU}file-type/7Z> .", "application/octet-stream"),
        (f"dct:format <{EU}file-type/JSON> .", "application/json"),
        ("dct:title 'x' .", "text/csv"),
    ],
)  # fmt: skip
def test_a_media_type_of_another_format_is_no_example(facts: str, example: str) -> None:
    assert of_distribution(facts)["media-type"].example == f"<{IANA}{example}>"


@pytest.mark.parametrize(
    ("url", "own"),
    [("https://a.be/x.xml", True), ("https://a.be/exports/csv", True), ("https://a.be/x", False),
     ("https://a.be/x.html", False), ("https://a.be/x.php", False)],
)  # fmt: skip
def test_an_access_page_that_is_a_file_is_proposed_as_download(url: str, own: bool) -> None:
    task = of_distribution(f"dcat:accessURL <{url}> .")["download-url"]
    assert (task.example == f"<{url}>") is own


@pytest.mark.parametrize(
    ("facts", "dataset", "variant"),
    [
        ("dct:title 'x' .", "", "missing"),
        ("dct:title 'x' .", f"dct:license {CC0} ;", "moved"),
        ("dct:license <https://creativecommons.org/publicdomain/zero/1.0/> .", "", "same"),
        ("dct:license <https://stad.test/eigen> .", "", "otherwise"),
        ("dct:license <https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/"
         "v1.0> .", "", "flemish"),
    ],
)  # fmt: skip
def test_what_is_told_of_a_licence(facts: str, dataset: str, variant: str) -> None:
    assert of_distribution(facts, dataset)["licence"].variant == variant


def test_what_does_not_follow_dcat_ap_is_told_by_rule() -> None:
    triples = triples_of("<d> a dcat:Dataset . <e> a dcat:Dataset .")
    one, two = ({"nl": f"Fout {n}.", "en": f"Mistake {n}."} for n in (1, 2))
    results = tuple(
        Result(f"<{HERE}{focus}>", "", value, "s", "c", "Violation", messages)
        for focus, value, messages in (
            ("d", "1", one),
            ("d", "2", two),
            ("d", "3", two),
            ("e", "4", one),
        )
    )
    found = scored(triples, KNOWN, TERMS, report=ValidationReport(("p",), results))
    told = {
        one.score.record.term: [dict(text) for text in task.mistakes]
        for one in found for task in one.tasks if task.kind.key == "compliance"
    }  # fmt: skip
    assert told == {f"<{HERE}d>": [two, one], f"<{HERE}e>": [one]}
    assert [one.violations for one in found] == [3, 1]
    (first,) = [task for task in card("x", found)["next"] if task["task"] == "compliance"]
    assert first["wrong"] == [one, two], "that of most datasets first"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_card_fits_a_narrow_terminal_and_keeps_what_is_to_be_copied(lang: str) -> None:
    found = scored(triples_of(f"""<d> a dcat:Dataset ; dcat:distribution <f> .
    <f> a dcat:Distribution ; dct:format {CSV} ; dcat:accessURL <https://a.be/x.csv> ."""),
                   KNOWN, TERMS)  # fmt: skip
    made = card("mijn catalogus.ttl", found)
    narrow, wide = text(made, lang, 80).splitlines(), text(made, lang).splitlines()
    copied = [line for line in wide if line.startswith("       dc")]
    assert len(copied) == 3
    assert set(copied) <= set(narrow)
    assert max(len(line) for line in narrow if line not in copied) <= 80 < max(map(len, wide))
    assert not any("\0" in line for line in narrow + wide)


def test_the_command_names_what_was_scored() -> None:
    result = Result(f"<{HERE}d>", "", "", "s", "c", "Violation", {"nl": "Fout.", "en": "Wrong."})
    found = scored(triples_of("<d> a dcat:Dataset ; dcat:distribution <f> ."), KNOWN, TERMS,
                   report=ValidationReport(("p",), (result,)))  # fmt: skip
    made = card("mijn catalogus.ttl", found)
    made["next"] = [task for task in made["next"] if task["task"] == "compliance"]
    shown = text(made, "nl")
    assert "     - Fout.\n" in shown
    assert "vijfster validate 'mijn catalogus.ttl' --profile dcat-ap-3.0.1\n" in shown


def _preview(status: str, *found: tuple[str, str]) -> dict[str, Any]:
    return {"status": status, "findings": [
        {"rule": rule, "severity": severity, "text": {"nl": rule, "en": rule}}
        for rule, severity in found
    ]}  # fmt: skip


def test_a_portal_tells_what_is_behind_most_datasets() -> None:
    rows = [
        _preview("shown", ("a", "dropped"), ("n", "note"), ("o", "otherwise")),
        _preview("shown-not-public", ("b", "dropped"), ("o", "otherwise")),
        _preview("rejected", ("b", "dropped"), ("r", "rejected")),
    ]
    made = {"rules": {"r": {"certain": False}}, "portals": [_preview("shown", ("feed", "dropped"))],
            "datasets": [{"portals": [row]} for row in rows]}  # fmt: skip
    ((*told,),) = reasons(made)
    assert [does(one, "nl") for one in told] == [
        "valt weg", "misschien geweigerd (1 dataset)", "valt weg (2 datasets)",
        "valt weg (1 dataset)",
    ]  # fmt: skip
    assert [(one["text"]["nl"], one["severity"], one["datasets"]) for one in told] == [
        ("feed", "dropped", 0), ("r", "rejected", 1), ("b", "dropped", 2), ("a", "dropped", 1),
    ]  # fmt: skip
    made["datasets"] = [{"portals": [rows[1]]}]
    assert [one["text"]["nl"] for one in reasons(made)[0]] == ["feed", "b", "o"]
    assert reasons({"datasets": []}) == []
