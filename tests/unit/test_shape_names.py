"""Shapes without a name of their own are called the same in every run, and while others change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.rdf import media
from app.rdf.io import parse
from app.validation.profiles import named

HEAD = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
SHAPES = """<https://stad.test/S> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ] ,
    [ sh:path dct:title ; sh:maxLength 3 ] ,
    [ sh:path ( dcat:contactPoint dct:title ) ; sh:minCount 1 ] ;
  sh:or ( [ sh:path dct:issued ; sh:minCount 1 ] [ sh:path dct:modified ; sh:minCount 1 ] ) .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:nodeKind sh:BlankNode .
"""
EXTRA = "sh:property [ sh:path dct:publisher ; sh:minCount 1 ] ,"
DATA = "<https://stad.test/1> a dcat:Dataset ; dct:title 'Wegen'@nl .\n"


def names(shapes: str) -> set[str]:
    quads = list(parse((HEAD + shapes).encode(), media.TURTLE, base="http://b/", where="s"))
    profile = named("s", quads)
    return {term for s, _, o, _ in profile.quads for term in (s, o) if "urn:shape:" in term}


def report(folder: Path, *more: str) -> tuple[int, dict[str, Any]]:
    command = ["validate", "-", "--shapes", str(folder / "s.ttl"), "--format", "json", *more]
    done = CliRunner().invoke(app, command, input=(HEAD + DATA).encode())
    return done.exit_code, dict(json.loads(done.stdout))


def test_two_readings_give_the_same_names_and_no_two_shapes_share_one() -> None:
    assert len(names(SHAPES)) == 6  # the members of a list too, and what nobody owns
    assert names(SHAPES) == names(SHAPES)


def test_a_shape_more_leaves_the_names_of_the_others() -> None:
    changed = SHAPES.replace("sh:property", EXTRA, 1)
    assert names(SHAPES) < names(changed)


def test_a_ring_of_shapes_gets_names() -> None:
    ring = "_:a sh:node _:b . _:b sh:node _:a ."
    assert len(names(ring)) == 2


@pytest.mark.parametrize("engine", ["default", "shifty", "pyshacl"])
def test_a_baseline_of_the_same_shapes_and_data_tells_nothing_new(
    tmp_path: Path, engine: str
) -> None:
    (tmp_path / "s.ttl").write_text(HEAD + SHAPES, encoding="utf-8")
    code, first = report(tmp_path)
    assert code == 1
    (tmp_path / "eerst.json").write_text(json.dumps(first), encoding="utf-8")
    code, again = report(tmp_path, "--baseline", str(tmp_path / "eerst.json"), "--engine", engine)
    found = again["baseline"]
    assert (code, found["new"], found["fixed"]) == (0, 0, 0)
    assert found["remaining"] == sum(first["counts"].values()) > 1


def test_what_stands_relative_to_a_file_is_the_same_in_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = "a <http://www.w3.org/ns/dcat#Dataset>"
    text = f"<#d> {dataset} . <../p> {dataset} ."
    command = ["validate", "f.ttl", "--profile", "dcat-ap-vl-3.0", "--format", "json"]
    told = []
    for folder, more in (("hier", []), ("elders", ["--baseline", "../hier/eerst.json"])):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "f.ttl").write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path / folder)
        done = CliRunner().invoke(app, [*command, *more])
        (tmp_path / folder / "eerst.json").write_text(done.stdout, encoding="utf-8")
        told.append(json.loads(done.stdout))
    first, found = told[0], told[1]["baseline"]
    assert (found["new"], found["fixed"]) == (0, 0)
    assert found["remaining"] == sum(first["counts"].values()) > 2


@pytest.mark.parametrize("engine", ["default", "pyshacl"])
def test_a_file_of_shapes_may_be_called_anything(tmp_path: Path, engine: str) -> None:
    shapes = tmp_path / "mijn régels <1> (kopie).ttl"
    shapes.write_text(HEAD + SHAPES, encoding="utf-8")
    command = ["validate", "-", "--shapes", str(shapes), "--format", "turtle", "--engine", engine]
    done = CliRunner().invoke(app, command, input=(HEAD + DATA).encode())
    assert done.exit_code == 1
    quads = parse(done.stdout.encode(), media.TURTLE, base="http://b/", where="report")
    assert sum(p.endswith("shacl#sourceShape>") for _, p, _, _ in quads) == 4
