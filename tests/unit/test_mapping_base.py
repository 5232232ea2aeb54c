"""Which base counts: the project's in an inventory, the file's own where it may have one."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ProjectError
from app.mapping.files import load
from app.mapping.model import Mapping

PROJECT = "https://voorbeeld.test/"
TURTLE = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
<#M> rml:logicalSource [ rml:source "t.csv"; rml:referenceFormulation ql:CSV ];
  rr:subjectMap [ rr:template "id/{nr}"; rr:class <Boom> ] .
"""
YAML = """\
sources: {t: [t.csv~csv]}
mappings: {m: {sources: t, s: id/$(nr), po: [[a, Boom]]}}
"""


def read(folder: Path, name: str, text: str, *, own_base: bool) -> Mapping:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load(path, base=PROJECT, own_base=own_base)


def bases(mapping: Mapping) -> set[str]:
    """Return what the subjects and the class stand behind."""
    (item,) = mapping.triples_maps
    (kind,) = item.predicate_objects[0].objects
    subject = item.subject.base + "".join(part.text for part in item.subject.parts)
    return {subject.removesuffix("id/nr"), kind.parts[0].text.removesuffix("Boom")}


@pytest.mark.parametrize(("head", "base"), [
    ("@base <https://eigen.test/x/> .\n", "https://eigen.test/x/"),
    ("BASE <https://eigen.test/>\n", "https://eigen.test/"),
    ("@base <dieper/> .\n", f"{PROJECT}dieper/"),
    ("", PROJECT),
])  # fmt: skip
def test_the_base_of_a_turtle_file(tmp_path: Path, head: str, base: str) -> None:
    assert bases(read(tmp_path, "m.ttl", head + TURTLE, own_base=True)) == {base}
    # an inventory has the project's, but for what Turtle itself resolves
    assert PROJECT in bases(read(tmp_path, "m.ttl", head + TURTLE, own_base=False))


def test_the_base_of_a_yarrrml_file(tmp_path: Path) -> None:
    own = "base: https://eigen.test/\n" + YAML
    assert bases(read(tmp_path, "m.yml", own, own_base=True)) == {"https://eigen.test/"}
    assert bases(read(tmp_path, "m.yml", YAML, own_base=True)) == {PROJECT}
    with pytest.raises(ProjectError, match="base"):
        read(tmp_path, "m.yml", own, own_base=False)


@pytest.mark.parametrize("base", ["geen iri", "eigen/", "[1]", ""])
def test_a_base_that_is_no_iri_is_refused(tmp_path: Path, base: str) -> None:
    with pytest.raises(ProjectError) as error:
        read(tmp_path, "m.yml", f"base: {base}\n{YAML}", own_base=True)
    assert error.value.where == "m.yml:1 base"
    assert "is geen IRI" in error.value.detail_nl
