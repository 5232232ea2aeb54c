"""Bad input is refused whole: one message per bad cell, nothing published, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.main import app
from app.errors import ProjectError
from app.publication import Outcome
from tests.conftest import BASE, Workspace

Edit = Callable[[Workspace], None]


def replace(path: str, old: str, new: str) -> Edit:
    return lambda workspace: workspace.edit(path, old, new)


def recode(path: str, old: str, new: str) -> Edit:
    """Save a file as Excel in a Belgian locale does: Windows-1252 with semicolons."""

    def edit(workspace: Workspace) -> None:
        file = workspace.folder / path
        text = file.read_text(encoding="utf-8").replace(old, new, 1).replace(",", ";")
        file.write_bytes(text.encode("cp1252"))

    return edit


def empty(path: str) -> Edit:
    def edit(workspace: Workspace) -> None:
        (workspace.folder / path).write_bytes(b"")

    return edit


def together(*edits: Edit) -> Edit:
    def edit(workspace: Workspace) -> None:
        for one in edits:
            one(workspace)

    return edit


def add(path: str, line: str) -> Edit:
    def edit(workspace: Workspace) -> None:
        with (workspace.folder / path).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return edit


def gate(workspace: Workspace, shapes: str) -> None:
    """Put a profile of the project's own in the gate."""
    folder = workspace.folder / "shapes"
    folder.mkdir(exist_ok=True)
    (folder / "streng.ttl").write_text(shapes, encoding="utf-8")
    workspace.edit("vijfster.toml", 'profiles = ["', 'profiles = ["streng", "')


STRICT = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix groen: <ns/groen#> .
<ns/streng#Boom> a sh:NodeShape ; sh:targetClass groen:Boom ; sh:property <ns/streng#geplant> .
<ns/streng#geplant> sh:path groen:geplant ; sh:minCount 1 ;
    sh:message "Een boom heeft een plantjaar nodig."@nl, "A tree needs a year of planting."@en .
"""

CASES: dict[str, tuple[Edit, list[tuple[str, str]]]] = {
    "missing-column": (
        replace("data/bomen.csv", "soort", "boomsoort"),
        [("bomen.csv#row=1&column=soort", "column-missing"),
         ("bomen.csv#row=1&column=boomsoort", "column-unknown")],
    ),
    "wrong-code": (
        replace("data/bomen.csv", "B2,beuk", "B2,berk"),
        [("bomen.csv#row=3&column=soort", "enum")],
    ),
    "dangling-reference": (
        replace("data/bomen.csv", "1999,P2", "1999,P7"),
        [("bomen.csv#row=5&column=park", "reference")],
    ),
    "duplicate": (
        add("data/bomen.csv", "B1,eik,9,2001,,"),
        [("bomen.csv#row=8&column=nummer", "duplicate")],
    ),
    "bad-date": (
        replace("data/parken.csv", "1905-05-01", "1/5/1905"),
        [("parken.csv#row=2&column=geopend", "type-date")],
    ),
    "bad-year": (
        replace("data/bomen.csv", "1910", "omstreeks 1910"),
        [("bomen.csv#row=2&column=geplant", "type-year")],
    ),
    "bad-number": (
        replace("data/bomen.csv", "21.50", '"21,50"'),
        [("bomen.csv#row=2&column=hoogte", "type-number")],
    ),
    "empty-file": (empty("data/parken.csv"), [("parken.csv", "file-empty")]),
    "windows-1252-with-semicolons": (
        recode("data/parken.csv", "Bospark", "Beuképark"),
        [("parken.csv#row=3", "encoding")],
    ),
    "semicolons": (
        recode("data/parken.csv", "Bospark", "Park"), [("parken.csv#row=1", "delimiter")],
    ),
    "several-cells": (
        together(
            replace("data/bomen.csv", "1910", "x"), replace("data/bomen.csv", "B3,linde", "B3,"),
            replace("data/parken.csv", "P2,Bospark", "p2,"),
        ),
        [("parken.csv#row=3&column=nummer", "pattern"),
         ("parken.csv#row=3&column=naam", "required"),
         ("bomen.csv#row=2&column=geplant", "type-year"),
         ("bomen.csv#row=4&column=soort", "required"),
         ("bomen.csv#row=4&column=park", "reference"),
         ("bomen.csv#row=5&column=park", "reference"),
         ("bomen.csv#row=7&column=park", "reference")],
    ),
    "mapping-finds-no-date": (
        together(
            replace("data/datapackage.json", '"type": "date"', '"type": "string"'),
            replace("data/parken.csv", "1905-05-01", "mei 1905"),
        ),
        [("parken.csv#row=2&column=geopend", "datatype")],
    ),
    "mapping-finds-no-iri": (
        together(
            replace("mappings/parken.yml", "[rdfs:label, $(naam), nl~lang]",
                    "[dct:source, $(naam)~iri]"),
            replace("data/parken.csv", "Stadspark", "https://voorbeeld.test/%zz"),
            replace("data/parken.csv", "Bospark", "https://voorbeeld.test/bos"),
        ),
        [("parken.csv#row=2&column=naam", "iri")],
    ),
    "shacl": (
        lambda workspace: gate(workspace, STRICT),
        [("bomen.csv#row=4&column=geplant", "shacl")],
    ),
}  # fmt: skip


def published(workspace: Workspace) -> tuple[int, int, list[str]]:
    """Return how many releases and events the ledger holds, and the folders there are."""
    releases = workspace.releases
    folder = releases.folder
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return len(releases.ledger.releases()), releases.ledger.event_count(), names


def run(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(
        app, ["build", "--project", str(workspace.folder), *arguments],
        env={"VIJFSTER_BASE_IRI": BASE, "VIJFSTER_STATE_DIR": "var"},
    )  # fmt: skip


def cells(outcome: Outcome) -> list[tuple[str, str]]:
    return [(str(problem.cell), problem.code) for problem in outcome.problems]


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused_with_one_message_per_cell(foreign: Workspace, case: str) -> None:
    edit, expected = CASES[case]
    edit(foreign)
    outcome = foreign.build()
    assert outcome.status == "refused"
    assert outcome.release is None
    assert cells(outcome) == expected
    assert published(foreign) == (0, 0, [])


@pytest.mark.parametrize("case", CASES)
def test_the_command_prints_cell_and_remedy_and_exits_1(foreign: Workspace, case: str) -> None:
    edit, expected = CASES[case]
    edit(foreign)
    problems = foreign.build().problems
    for language, last in (("nl", "Niets gepubliceerd"), ("en", "Nothing published")):
        result = run(foreign, "--lang", language)
        assert result.exit_code == 1
        lines = result.stdout.splitlines()
        assert len(lines) == len(expected)
        for line, problem in zip(lines, problems, strict=True):
            assert line.startswith(f"{problem.cell}: ")
            assert problem.message[language] in line
            assert line.endswith(problem.remedy[language])
        assert f"{last}: {len(expected)}" in result.stderr
    assert published(foreign) == (0, 0, [])


def test_json_for_scripts_says_the_same(foreign: Workspace) -> None:
    CASES["wrong-code"][0](foreign)
    result = run(foreign, "--json")
    assert result.exit_code == 1
    assert '"cell": "bomen.csv#row=3&column=soort"' in result.stdout
    assert '"status": "refused"' in result.stdout


def test_a_refused_build_leaves_the_release_before_as_it_was(foreign: Workspace) -> None:
    assert foreign.build().status == "published"
    before, release = published(foreign), foreign.release
    for case in ("wrong-code", "shacl"):
        CASES[case][0](foreign)
        outcome = foreign.build()
        assert outcome.status == "refused"
        assert published(foreign) == before
        assert foreign.release == release


def test_a_violation_names_the_cell_in_both_languages(foreign: Workspace) -> None:
    gate(foreign, STRICT)
    outcome = foreign.build()
    assert outcome.report is not None
    assert not outcome.report.conforms
    (problem,) = outcome.problems
    assert problem.message == {
        "nl": "Een boom heeft een plantjaar nodig.",
        "en": "A tree needs a year of planting.",
    }
    assert BASE + "id/boom/B3" in problem.remedy["nl"]


def test_a_property_no_rule_makes_is_a_problem_of_the_row(foreign: Workspace) -> None:
    gate(foreign, STRICT.replace("groen:geplant", "groen:gesnoeid"))
    outcome = foreign.build()
    assert cells(outcome) == [(f"bomen.csv#row={row}", "shacl") for row in range(2, 8)]


@pytest.mark.parametrize(
    ("path", "old", "new", "words"),
    [
        ("vijfster.toml", "mappings/bomen.yml", "mappings/weg.yml", "weg.yml"),
        ("vijfster.toml", "dcat-ap-vl-3.0", "onbekend", "onbekend"),
        ("vijfster.toml", 'table = "bomen"', 'table = "bossen"', "bossen"),
        ("vijfster.toml", "[gate]", "[gate", "vijfster.toml"),
        ("data/datapackage.json", "{", "", "datapackage.json"),
        ("mappings/bomen.yml", "$(hoogte)", "$(breedte)", "breedte"),
        ("mappings/bomen.yml", "groen:Boom", "rood:Boom", "rood"),
    ],
)
def test_a_wrong_project_file_is_named_and_exits_2(
    foreign: Workspace, path: str, old: str, new: str, words: str
) -> None:
    foreign.edit(path, old, new)
    with pytest.raises(ProjectError, match=words):
        foreign.build()
    result = run(foreign)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert published(foreign) == (0, 0, [])


def test_our_own_tables_are_guarded_as_well(project: Workspace) -> None:
    project.edit("data/actors.csv", ",bedrijf,", ",bedrijven,")
    project.edit("data/instruments.csv", "europese-commissie", "europese-comissie")
    add("data/bronnen.csv", "landschap,x.txt,Nog eens,,,nl,,9")(project)
    outcome = project.build()
    last = len((project.folder / "data/bronnen.csv").read_text(encoding="utf-8").splitlines())
    assert outcome.status == "refused"
    assert sorted(cells(outcome)) == [
        ("actors.csv#row=2&column=helix_group", "code"),
        (f"bronnen.csv#row={last}&column=code", "duplicate"),
        ("instruments.csv#row=2&column=offered_by", "reference"),
    ]
    hints = {problem.code: problem.remedy["nl"] for problem in outcome.problems}
    assert hints["code"] == "Bedoelde u: bedrijf?"
    assert "Bedoelde u europese-commissie?" in hints["reference"]
    assert published(project) == (0, 0, [])


@pytest.mark.parametrize(
    "path", sorted(path.name for path in (Path(__file__).parents[2] / "data").glob("*.csv"))
)
def test_an_emptied_table_of_ours_is_one_message(project: Workspace, path: str) -> None:
    empty(f"data/{path}")(project)
    assert cells(project.build()) == [(path, "file-empty")]
    assert published(project) == (0, 0, [])
