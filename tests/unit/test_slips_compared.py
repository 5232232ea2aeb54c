"""A baseline tells new, fixed and remaining slips apart from results, and no exit code changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.validation.compare import compared
from app.validation.forms.text import news

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
SHAPES = """<https://stad.test/S> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property <https://stad.test/P> .
<https://stad.test/P> a sh:PropertyShape ; sh:path dct:title ; sh:minCount 1 .
"""
# two titles without a language, one name that does not exist
BEFORE = "".join(f"<https://stad.test/{n}> a dcat:Dataset ; dct:title 'a' .\n" for n in (1, 2))
WRONG = "<https://stad.test/1> dcat:distributon <https://stad.test/x> .\n"


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    path = tmp_path / "s.ttl"
    path.write_text(PREFIXES + SHAPES, encoding="utf-8")
    return path


def run(shapes: Path, text: str, *more: str) -> tuple[int, str]:
    command = ["validate", "-", "--shapes", str(shapes), *more]
    done = CliRunner().invoke(app, command, input=(PREFIXES + text).encode())
    return done.exit_code, done.stdout


def report(shapes: Path, text: str, *more: str) -> dict[str, Any]:
    code, out = run(shapes, text, "--format", "json", *more)
    assert code == 0
    return dict(json.loads(out))


@pytest.fixture
def baseline(shapes: Path, tmp_path: Path) -> Path:
    path = tmp_path / "vroeger.json"
    path.write_text(json.dumps(report(shapes, BEFORE + WRONG)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "new", "fixed", "remaining"),
    [
        (BEFORE + WRONG, 0, 0, 3),
        (BEFORE, 0, 1, 2),
        (BEFORE.replace("'a'", "'a'@nl", 1) + WRONG, 0, 1, 2),
        (BEFORE + WRONG + "<https://stad.test/3> a dcat:Dataset ; dct:title 'c' .", 1, 0, 3),
        (BEFORE + WRONG.replace("distributon", "distributie"), 1, 1, 2),
        # mended in one thing, made in another: the same number of the same cause
        (BEFORE.replace("/2>", "/4>") + WRONG, 0, 0, 3),
    ],
)
def test_slips_are_counted_by_cause(
    shapes: Path, baseline: Path, text: str, new: int, fixed: int, remaining: int
) -> None:
    found = report(shapes, text, "--baseline", str(baseline))["baseline"]
    slips = found["terms"]
    assert (slips["new"], slips["fixed"], slips["remaining"]) == (new, fixed, remaining)
    assert sum(cause["count"] for cause in slips["causes"]) == fixed
    assert (slips["unlisted"], found["unlisted"]) == (0, 0)
    # they are no results
    assert (found["new"], found["fixed"], found["remaining"]) == (0, 0, 0)


def test_a_finding_says_how_many_are_new(shapes: Path, baseline: Path) -> None:
    more = "<https://stad.test/3> a dcat:Dataset ; dct:title 'c' ; dcat:distributon <y:z> .\n"
    found = report(shapes, BEFORE + WRONG + more, "--baseline", str(baseline))
    assert {item["id"]: (item["count"], item["new"]) for item in found["sources"][0]["terms"]} == {
        "unknown-property": (2, 1), "language-missing": (3, 1),
    }  # fmt: skip


def test_the_text_tells_them_apart(shapes: Path, baseline: Path) -> None:
    code, out = run(shapes, BEFORE, "--baseline", str(baseline))
    assert code == 0
    assert "Tegenover de vorige keer: 0 nieuw, 0 opgelost, 0 gebleven." in out
    assert "Namen en schrijfwijze: 0 nieuw, 1 opgelost, 2 gebleven." in out
    assert "Opgelost: De eigenschap dcat:distributon bestaat niet" in out


def test_what_is_watched_tells_new_slips_only(shapes: Path, baseline: Path) -> None:
    before = json.loads(baseline.read_bytes())
    same = news(compared(report(shapes, BEFORE + WRONG), before), "nl")
    assert "Namen en schrijfwijze" not in same
    more = WRONG.replace("distributon", "keywrd") + WRONG.replace("/1>", "/2>")
    told = news(compared(report(shapes, BEFORE + WRONG + more), before), "nl")
    assert "Namen en schrijfwijze: 2 nieuw, 0 opgelost, 3 gebleven." in told
    assert "Bedoeld is wellicht dcat:keyword" in told
    assert "Bedoeld is wellicht dcat:distribution" in told
    assert "zegt niet in welke taal" not in told


@pytest.mark.parametrize("old", ["null", "without causes", "absent"])
def test_a_report_that_did_not_look_is_not_compared(shapes: Path, baseline: Path, old: str) -> None:
    model = json.loads(baseline.read_bytes())
    (source,) = model["sources"]
    for finding in source["terms"]:
        del finding["cause"]
    if old == "null":
        source["terms"] = None
    elif old == "absent":
        del source["terms"]
    baseline.write_text(json.dumps(model), encoding="utf-8")
    code, out = run(shapes, BEFORE, "--baseline", str(baseline))
    assert code == 0
    assert "niet vergeleken" in out
    assert "Namen en schrijfwijze: 0 nieuw" not in out
    found = report(shapes, BEFORE, "--baseline", str(baseline))["baseline"]["terms"]
    assert (found["new"], found["fixed"], found["remaining"]) == (0, 0, 0)
    assert found["unlisted"] == (5 if old == "without causes" else 2)


def test_a_source_that_is_new_has_new_slips_only(shapes: Path, baseline: Path) -> None:
    now = report(shapes, BEFORE)
    now["sources"][0]["name"] = "andere.ttl"
    slips = compared(now, json.loads(baseline.read_bytes()))["baseline"]["terms"]
    assert (slips["new"], slips["fixed"], slips["remaining"]) == (2, 3, 0)
