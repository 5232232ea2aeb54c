"""The lint of files: lines, our own profiles, the official shapes, W3C's cases."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from app.rdf import media
from app.validation.lint import lint
from tests.unit.lint_shapes import BASE, DATA, PREFIXES, ROOT, quads_of, shape


def lines_of(text: str) -> list[tuple[str, int | None]]:
    found = lint(quads_of(text), allow_sparql=False, text=text, base=BASE)
    return [(finding.id, finding.line) for finding in found]


def test_findings_have_the_line_in_turtle() -> None:
    text = (DATA / "textual-counts.ttl").read_text(encoding="utf-8")
    for found in lint(quads_of(text), allow_sparql=False, text=text, base=BASE):
        assert found.line is not None
        said = text.splitlines()[found.line - 1]
        assert f"# {found.id}" in said, (found, said)
    marked = Counter(re.findall(r"# ([a-z-]+)$", text, re.MULTILINE))
    assert Counter(code for code, _ in lines_of(text)) == marked


def test_lines_of_n_triples() -> None:
    sh = "<http://www.w3.org/ns/shacl#"
    text = (f"<http://e/S> {sh}path> <http://e/p> .\n<http://e/S> {sh}targetClass> <http://e/C> .\n"
            f'<http://e/S> {sh}minCount> "n" .\n')  # fmt: skip
    assert lines_of(text) == [("count-not-integer", 3)]


def test_a_text_that_does_not_fit_gives_no_line_and_no_error() -> None:
    quads = quads_of(PREFIXES + shape('sh:minCount "n"'))
    for text in ("{]]) . ; , ^^ [", "", '"""', "<http://e/x> <p> (", "_: @prefix a"):
        assert [f.line for f in lint(quads, allow_sparql=False, text=text)] == [None]


# official files


def found_in(file: Path, *, sparql: bool = False) -> dict[str, int]:
    source = media.BY_SUFFIX[file.suffix[1:]]
    found = lint(quads_of(file.read_bytes(), source), allow_sparql=sparql)
    return dict(sorted(Counter(finding.id for finding in found).items()))


@pytest.mark.parametrize("file", sorted((ROOT / "shapes").glob("*.ttl")), ids=lambda f: f.stem)
def test_our_own_profiles_are_clean(file: Path) -> None:
    assert found_in(file) == {}


# pinned as found, so that a change shows; not every single one was read by a person
OFFICIAL: dict[str, dict[str, int]] = {
    "cpov-2.1.2/core-public-organisation-ap-SHACL.ttl": {
        "shape-duplicate": 2,
        "target-is-datatype": 5,
    },
    "cpsv-ap-3.2.0/cpsv-ap-SHACL.ttl": {"target-is-datatype": 4},
    "dcat-ap-2.1.1/dcat-ap_2.1.1_shacl_shapes_recommended.ttl": {"shape-unused": 2},
    "dcat-ap-3.0.1/dcat-ap-SHACL.ttl": {"reference-undefined": 2},
    "dcat-ap-3.0.1/deprecateduris.ttl": {"imports-not-followed": 1},
    "dcat-ap-3.0.1/imports.ttl": {"imports-not-followed": 10, "no-shapes": 1},
    "dcat-ap-3.0.1/mdr_imports.ttl": {"imports-not-followed": 13, "no-shapes": 1},
    "dcat-ap-3.0.1/ranges.ttl": {
        "class-resource": 2,
        "reference-undefined": 206,
        "target-is-datatype": 2,
    },
    "dcat-ap-3.0.1/shapes.ttl": {"unknown-term": 5},
    "dcat-ap-3.0.1/shapes_recommended.ttl": {"shape-unused": 2},
    "dcat-ap-be-2/bedcatap2.shacl.ttl": {"shape-duplicate": 1},
    "dcat-ap-feeds/shape.ttl": {"imports-not-followed": 1, "shape-unused": 1},
    "dcat-ap-hvd-3.0.0/hvd-SHACL-base.ttl": {"reference-undefined": 1, "target-is-datatype": 1},
    "dcat-ap-hvd-3.0.0/hvd-SHACL-full.ttl": {
        "class-resource": 5,
        "imports-not-followed": 1,
        "target-is-datatype": 1,
    },
    "dcat-ap-hvd-3.0.0/hvd-SHACL-ranges.ttl": {"class-resource": 5, "target-is-datatype": 1},
    "dcat-ap-hvd-3.0.0/hvd-SHACL-usagenotes.ttl": {"imports-not-followed": 1, "shape-unused": 1},
    "dcat-ap-vl-2.0/geodcatapvl-usagenotes.jsonld": {
        "class-resource": 1,
        "many-values": 3,
        "not-a-list": 11,
        "shape-unused": 4,
    },
    "dcat-ap-vl-2.0/geodcatapvl.jsonld": {
        "class-resource": 14,
        "datatype-is-class": 7,
        "datatype-unknown": 1,
    },
    "ldes-tree/vsds-eventsourceShaclShape.ttl": {"sparql-not-allowed": 1},
    "ldes-tree/vsds-eventstreamShaclShape.ttl": {"sparql-not-allowed": 2},
    "ldes-tree/vsds-viewShaclShape.ttl": {
        "path-missing": 4,
        "shape-recursive": 2,
        "shape-unused": 1,
    },
    "oslo-2018/generiek-basis.ttl": {"class-is-datatype": 28, "target-is-datatype": 3},
    "oslo-2018/organisatie-basis.ttl": {"class-is-datatype": 1},
}


def test_official_files_have_these_defects_and_no_others(shared: Path) -> None:
    folder = shared / "standards" / "shacl"
    files = [f for f in sorted(folder.rglob("*")) if f.suffix in (".ttl", ".jsonld")]
    # not RDF: an IRI with spaces in it
    broken = {"oslo-2018/dienstencataloog.ttl"}
    names = {f.relative_to(folder).as_posix(): f for f in files}
    assert broken < set(names)
    found = {name: found_in(file) for name, file in names.items() if name not in broken}
    assert {name: counts for name, counts in found.items() if counts} == OFFICIAL


def test_w3c_cases_are_refused_where_w3c_expects_failure(shared: Path) -> None:
    folder = shared / "w3c" / "shacl"
    refused, failing = set(), set()
    for file in sorted(folder.rglob("*.ttl")):
        data = file.read_bytes()
        quads = quads_of(data)
        if any(o.endswith("shacl-test#Failure>") for _, _, o, _ in quads):
            failing.add(file.stem)
        found = {f.id for f in lint(quads, allow_sparql=True) if f.severity == "refuse"}
        # a manifest or a data file is no shapes graph
        if found - {"no-shapes"}:
            refused.add(file.stem)
    assert len(failing) == 7
    assert refused == failing
