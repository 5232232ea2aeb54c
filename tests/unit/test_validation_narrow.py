"""A part of a report, and its picture."""

from __future__ import annotations

from typing import Any

import pytest

from app.validation.forms.html import report_html
from app.validation.narrow import Part, narrowed
from tests.http.support import Page


def _result(label: str, **more: Any) -> dict[str, Any]:
    return {"focus": f"<https://stad.test/{label}>", "label": {"nl": label, "en": label},
            "value": "", "found": {}, "line": 3, **more}  # fmt: skip


def _group(severity: str, profile: str, message: str, labels: str) -> dict[str, Any]:
    results = [_result(label) for label in labels.split()]
    return {
        "profile": profile, "shape": "", "component": "", "severity": severity, "path": "",
        "property": {"nl": "titel", "en": "title"}, "message": {"nl": message, "en": message},
        "expected": {}, "remedy": {}, "example": "", "snippet": "", "clause": "",
        "count": len(results), "results": results,
    }  # fmt: skip


MODEL: dict[str, Any] = {
    "profiles": [], "counts": {"Violation": 3, "Warning": 1, "Info": 0}, "verdict": "violations",
    "sources": [{
        "name": "x.ttl", "triples": 9, "verdict": "violations", "unchecked": [], "error": None,
        "counts": {"Violation": 3, "Warning": 1, "Info": 0},
        "groups": [_group("Violation", "a", "geen titel", "een twee"),
                   _group("Violation", "b", "geen <licentie>", "een"),
                   _group("Warning", "a", "geen thema", "twee")],
        "terms": [{"id": "date-order", "severity": "error",
                   "message": {"nl": "datum", "en": "date"}, "property": {},
                   "remedy": {"nl": "schrijf", "en": "write"}, "count": 1,
                   "value": "", "results": [{"focus": "<https://stad.test/een>", "line": None,
                                             "label": {"nl": "een", "en": "een"}}]}],
    }],
}  # fmt: skip


@pytest.mark.parametrize(
    ("part", "groups", "slips"),
    [
        (Part(), [2, 1, 1], 1),
        (Part(severity="Violation"), [2, 1], 1),
        (Part(severity="Warning"), [1], 0),
        (Part(profile="a"), [2, 1], 0),
        (Part(profile="a", severity="Violation"), [2], 0),
        (Part(text="TITEL"), [2, 1, 1], 0),
        (Part(text="geen thema"), [1], 0),
        (Part(text="twee"), [1, 1], 0),
        (Part(text="stad.test/een"), [1, 1], 1),
        (Part(text="zxzxzx"), [], 0),
        (Part(severity="'; --"), [], 0),
    ],
)
def test_only_what_is_wanted_is_left(part: Part, groups: list[int], slips: int) -> None:
    found = narrowed(MODEL, part)["sources"][0]
    assert [len(group["results"]) for group in found["groups"]] == groups
    assert [group["count"] for group in found["groups"]] == groups
    assert len(found["terms"]) == slips
    assert found["counts"] == MODEL["counts"]


def test_nobody_looked_is_not_nothing_found() -> None:
    model = {**MODEL, "sources": [{**MODEL["sources"][0], "terms": None}]}
    assert narrowed(model, Part(text="een"))["sources"][0]["terms"] is None


def test_the_picture_says_in_text_what_it_draws() -> None:
    html = report_html(MODEL, "nl")
    page = Page.of(html)
    for said in ("Naar ernst", "Fout3", "Aandachtspunt1", "Ter info0", "Naar oorzaak", "titel2"):
        assert said in page.text, said
    assert html.count("<svg") == 6
    # each bar of a cause leads to that cause
    assert {link for link in page.links if link.startswith("#")} == {"#c1-1", "#c1-2", "#c1-3"}
    assert all(f'id="{name}"' in html for name in ("c1-1", "c1-2", "c1-3"))
    assert page.dangers == []
    assert "<licentie>" in page.text
