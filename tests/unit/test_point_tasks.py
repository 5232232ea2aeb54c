"""What to do to win the points that are not sure: each in one task, with an example and a rule."""

from __future__ import annotations

import pytest

from app.quality.evidence import Look
from app.quality.indicators import HIGHEST, Range
from app.quality.scoring import scored
from app.quality.tasks import tasks
from app.quality.words import TASKS
from app.rdf.namespaces import expand
from tests.unit.test_quality import (
    ANSWERS,
    CC0,
    CLEAN,
    CSV,
    EU,
    FILE_URL,
    KNOWN,
    TERMS,
    TEXT_CSV,
    WORKED,
    look,
    of_dataset,
    of_file,
    scored_one,
    triples_of,
)  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        "", f"dct:format {CSV}", 'dct:format "CSV"', f"dct:format <{EU}file-type/PDF>",
        "dcat:accessURL <https://voorbeeld.test/pagina>", 'dct:license "CC0"',
        "dcat:mediaType 'text/csv' ; dcat:downloadURL <ftp://voorbeeld.test/x>",
    ],
)  # fmt: skip
def test_tasks_hold_every_point_that_is_not_sure_once(facts: str) -> None:
    for found in (of_file(*filter(None, [facts])), of_dataset()):
        listed = tasks(found, KNOWN)
        assert sum(task.points for task in listed) == HIGHEST - found.points.possible
        assert sum(task.doubtful for task in listed) == found.points.possible - found.points.sure
        assert [task.worth for task in listed] == sorted((t.worth for t in listed), reverse=True)
        for task in listed:
            assert set(task.text) == {"nl", "en"}
            assert task.example
            assert not task.kind.property or expand(task.kind.property)


def test_all_points_leave_no_task() -> None:
    full = WORKED.replace("dcat:byteSize", 'dct:rights "x" ; dcat:byteSize').replace(
        'dct:title "Proef"@nl', "dct:temporal [ a dct:PeriodOfTime ]"
    )
    found = scored_one(full, ANSWERS, CLEAN)
    assert found.points == Range(405, 405)
    assert tasks(found, KNOWN) == []


def test_a_task_says_what_to_write_and_which_rule_does_it() -> None:
    turtle = """<dataset> a dcat:Dataset ; dcat:distribution <bestand> .
    <bestand> a dcat:Distribution ; dct:license "CC0" ; dct:format "csv" ;
      dcat:mediaType "application/csv" ; dcat:downloadURL <https://voorbeeld.test/x.csv> ."""
    (one,) = scored(triples_of(turtle), KNOWN, TERMS)
    found = {task.kind.key: task for task in one.tasks}
    assert (found["licence"].example, found["licence"].rule) == (CC0, "licence")
    assert (found["format"].example, found["format"].rule) == (CSV, "")
    assert found["media-type"].example == TEXT_CSV
    assert found["access-url"].rule == "access-url"
    assert found["access-url"].example == "<https://voorbeeld.test/x.csv>"
    assert found["keyword"].rule == ""


def test_a_closed_file_needs_another_file() -> None:
    found = {task.kind.key: task for task in tasks(of_file(f"dct:format <{EU}file-type/XLSX>"),
                                                   KNOWN)}  # fmt: skip
    assert found["open-format"].indicators == ("formatMediaTypeNonProprietary",)
    assert (found["open-format"].points, found["open-format"].kind.effort) == (20, 3)
    assert "format" not in found


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ("dcat:downloadURL <https://voorbeeld.test/bomen.geojson>", "GEOJSON"),
        ("dcat:accessURL <https://voorbeeld.test/exports/json?lang=nl>", "JSON"),
        ("dcat:accessURL <https://voorbeeld.test/pagina>", "CSV"),
        ('dcat:mediaType "application/xml" ; dcat:downloadURL <https://voorbeeld.test/a.csv>',
         "XML"),
    ],
)  # fmt: skip
def test_the_example_of_a_format_is_the_one_that_shows(fact: str, code: str) -> None:
    found = {task.kind.key: task for task in tasks(of_file(fact), KNOWN)}
    assert found["format"].example == f"<{EU}file-type/{code}>"


def test_points_that_are_sure_to_come_go_before_those_that_may_be_there() -> None:
    keys = [task.kind.key for task in tasks(of_file('dct:format "CSV"'), KNOWN)]
    assert keys.index("keyword") < keys.index("format")
    found = scored_one(WORKED)
    assert [task.variant for task in tasks(found, KNOWN)][-3:] == ["unknown"] * 3


def test_every_kind_of_task_has_words() -> None:
    assert {("format", "missing"), ("compliance", "unknown")} <= TASKS.keys()
    assert all(set(text) == {"nl", "en"} and all(text.values()) for text in TASKS.values())


@pytest.mark.parametrize(
    ("seen", "variant", "points", "doubtful"),
    [
        (look(FILE_URL, 404, 404), "fails", 30, 0),
        (look(FILE_URL, 405, 405), "fails", 30, 0),
        (look(FILE_URL, 405, 200), "head", 30, 0),
        (look(FILE_URL, 0, 0, "timeout"), "fails", 30, 0),
        (look(FILE_URL, None, None, "robots"), "kept", 0, 30),
        (None, "unknown", 0, 30),
    ],
)
def test_the_task_of_a_file_says_why_it_has_no_points(
    seen: Look | None, variant: str, points: int, doubtful: int
) -> None:
    looks = {FILE_URL: seen} if seen else {}
    (one,) = scored(triples_of(WORKED), KNOWN, TERMS, looks=looks)
    (task,) = [task for task in one.tasks if task.kind.key == "download-url"]
    assert (task.variant, task.points, task.doubtful) == (variant, points, doubtful)
    assert task.text["nl"] != task.text["en"]
