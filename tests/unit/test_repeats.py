"""Triples maps that may make the same quad are in one group, however they spell it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from app.mapping.files import load
from app.mapping.repeats import groups, write_once
from app.mapping.streaming import Inputs, Sizes, Stream
from app.mapping.work import Wanted
from app.tables.batch import Dialect
from app.tables.csvfile import open_csv

HEAD = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <https://e.test/> .
@base <https://b.test/> .
"""
ID, ALSO = 'rr:template "id/{nr}"', "rr:constant <id/1>"
TEXT = 'rml:reference "naam"'


def written(folder: Path, *maps: tuple[str, str], sizes: Sizes) -> tuple[list[int], list[str]]:
    """Return the groups of maps of (subject, object), and the lines of two rows."""
    (folder / "t.csv").write_text("nr,naam\n1,x\n2,y\n", encoding="utf-8")
    text = HEAD + "".join(
        f'<#M{number}> rml:logicalSource [ rml:source "t.csv"; rml:referenceFormulation ql:CSV ]; '
        f"rr:subjectMap [ {subject} ]; rr:predicateObjectMap [ rr:predicate e:p; "
        + "; ".join(f"rr:objectMap [ {item} ]" for item in object_.split(" + ")) + " ] .\n"
        for number, (subject, object_) in enumerate(maps)
    )  # fmt: skip
    (folder / "m.ttl").write_text(text, encoding="utf-8")
    mapping = load(folder / "m.ttl", base="https://p.test/", own_base=True)
    inputs = Inputs(lambda path, wanted: open_csv(path, Dialect(), wanted))
    stream, out, once = Stream(mapping, inputs, Wanted(), sizes), io.BytesIO(), io.BytesIO()
    stream.write(out)
    out.seek(0)
    write_once(out, once, stream.totals.repeated, folder)
    return groups(mapping.triples_maps), once.getvalue().decode().splitlines()


SAME = [
    ((ID, TEXT), (ALSO, 'rr:constant "x"')),
    ((ID, TEXT), ('rml:reference "nr"; rr:termType rr:BlankNode', TEXT), (ID, TEXT)),
    ((ID, TEXT), ('rr:template "https://b.test/id/{nr}"', f"{TEXT}; rr:datatype xsd:string")),
    ((ID, f'{TEXT}; rr:language "nl-BE"'), (ID, f'{TEXT}; rr:language "nl-be"')),
    ((ID, ID), (ID, "rr:parentTriplesMap <#M0>")),
    ((ID, f"{TEXT} + {TEXT}; rr:datatype xsd:string"),),
    (('rr:template "{nr}:{naam}"', TEXT), ("rr:constant <https://b.test/1:x>", TEXT)),
]


@pytest.mark.parametrize("sizes", [Sizes(), Sizes(rows=1, block_bytes=4)], ids=["one", "many"])
@pytest.mark.parametrize("maps", SAME)
def test_each_quad_is_written_once(
    tmp_path: Path, maps: tuple[tuple[str, str], ...], sizes: Sizes
) -> None:
    _, lines = written(tmp_path, *maps, sizes=sizes)
    assert lines
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("other", [
    ('rr:template "id/u/{nr}/{naam}"', f'{TEXT}; rr:language "nl"'),
    ('rr:template "anders/{nr}"', TEXT), ('rr:constant <id/1>', f"{TEXT}; rr:datatype xsd:token"),
])  # fmt: skip
def test_maps_that_cannot_meet_are_apart(tmp_path: Path, other: tuple[str, str]) -> None:
    found, _ = written(tmp_path, (ID, TEXT), other, sizes=Sizes())
    assert found == [0, 1]
