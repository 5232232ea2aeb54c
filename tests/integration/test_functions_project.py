"""A project whose mappings call functions builds; a value they cannot read is told at its cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ProjectError
from app.validation.inventory.project import open_inventories
from tests.conftest import BASE, Workspace

KINDS = (
    "{p: groen:soort, o: {f: 'vijfster-fn:concept(value = $(soort), scheme = boomsoort)', "
    "type: iri}}"
)
FAMILY = (
    "{p: groen:familie, o: {f: 'idlab-fn:lookup(str = $(soort), inputFile = ../data/families.csv, "
    "fromColumn = soort, toColumn = familie)'}}"
)


def with_functions(workspace: Workspace, *rules: str) -> Workspace:
    folder = workspace.folder / "vocab" / "codelijsten"
    folder.mkdir(parents=True)
    (folder / "index.csv").write_text(
        "scheme,title_nl,title_en,definition_nl,definition_en\nboomsoort,Boomsoorten,,,\n",
        encoding="utf-8",
    )
    codes = "".join(f"{code},{label},,,,,\n" for code, label in (
        ("quercus", "Eik"), ("fagus", "Beuk"), ("tilia", "Linde")))  # fmt: skip
    head = "code,label_nl,label_en,definition_nl,definition_en,broader,exact_match\n"
    (folder / "boomsoort.csv").write_text(head + codes, encoding="utf-8")
    (workspace.folder / "data" / "families.csv").write_text(
        "soort;familie\neik;napjesdragers\nbeuk;napjesdragers\nlinde;kaasjeskruid\n",
        encoding="utf-8",
    )
    more = "".join(f"\n      - {rule}" for rule in rules)
    workspace.edit("mappings/bomen.yml", "[a, groen:Boom]", f"[a, groen:Boom]{more}")
    return workspace


def dump(workspace: Workspace) -> str:
    path = workspace.release / Path("dumps") / "bomen.nt"
    if not path.exists():
        path = path.with_suffix(".ttl")
    return path.read_text(encoding="utf-8")


def test_codes_and_files_are_looked_up(foreign: Workspace) -> None:
    with_functions(foreign, KINDS, FAMILY)
    assert foreign.build().status == "published"
    text = dump(foreign)
    rows = (foreign.folder / "data" / "bomen.csv").read_text(encoding="utf-8")
    assert text.count("concept/boomsoort/quercus") == rows.count(",eik,")
    assert text.count('"napjesdragers"') == rows.count(",eik,") + rows.count(",beuk,")
    assert text.count('"kaasjeskruid"') == rows.count(",linde,") > 0


def test_a_file_that_is_looked_up_is_an_input(foreign: Workspace) -> None:
    with_functions(foreign, FAMILY)
    assert foreign.build().status == "published"
    assert foreign.build().status == "unchanged"
    foreign.edit("data/families.csv", "kaasjeskruid", "Malvaceae")
    assert foreign.build().status == "published"
    assert '"Malvaceae"' in dump(foreign)


def test_a_value_that_is_not_found_is_told_at_its_cell(foreign: Workspace) -> None:
    with_functions(foreign, KINDS)
    foreign.edit("vocab/codelijsten/boomsoort.csv", "Linde", "Linden")
    problems = foreign.build().problems
    assert {item.code for item in problems} == {"function-lookup"}
    assert str(problems[0].cell) == "bomen.csv#row=4&column=soort"
    assert "Linden" in problems[0].remedy["nl"]
    assert "Linden" in problems[0].remedy["en"]


def test_a_lookup_that_is_wrong_stops_the_build(foreign: Workspace) -> None:
    with_functions(foreign, KINDS.replace("boomsoort", "boomsort"))
    with pytest.raises(ProjectError, match="boomsoort"):
        foreign.build()


def test_a_file_outside_the_project_is_not_read(foreign: Workspace) -> None:
    (foreign.folder.parent / "geheim.csv").write_text("soort,familie\neik,x\n", encoding="utf-8")
    with_functions(foreign, FAMILY.replace("../data/families.csv", "../../geheim.csv"))
    with pytest.raises(ProjectError, match="not a CSV file of the project"):
        foreign.build()


def test_the_lab_runs_functions_too(foreign: Workspace) -> None:
    with_functions(foreign, KINDS)
    inventories = open_inventories(foreign.folder, BASE, foreign.folder)
    assert "soort" in inventories.columns("bomen")
