"""Our own YARRRML mappings, written as RML in both of its forms, give the same triples."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import ProjectError
from app.mapping.executor import run
from app.mapping.model import Mapping, TermMap
from app.mapping.rml import load_rml
from app.mapping.rmlwriting import FORMS, NO_BASE, rml_of, write_rml
from app.mapping.yarrrml import load_mapping
from tests.data.test_golden import BASE, MAPPINGS, ROOT, golden_readings


def plain(mapping: Mapping) -> Mapping:
    """Take off what RML has no word for: conditions, and the iteration over items of a cell."""
    return replace(mapping, triples_maps=tuple(
        replace(item, conditions=(), iterator="", predicate_objects=tuple(
            replace(rule, conditions=()) for rule in item.predicate_objects
        ))
        for item in mapping.triples_maps
    ))  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", MAPPINGS)
def test_the_twin_gives_the_same(name: str, form: str, tmp_path: Path) -> None:
    own_path = ROOT / "mappings" / f"{name}.yml"
    yarrrml = plain(load_mapping(own_path, base=BASE))
    path = tmp_path / f"{name}.rml.ttl"
    text = write_rml(plain(load_mapping(own_path, base=NO_BASE)), form)
    assert NO_BASE not in text
    path.write_text(text, encoding="utf-8")
    readings = {ROOT / "data" / r.table.file: r for r in golden_readings().values()}
    beside = {tmp_path.parent / "data" / p.name: r for p, r in readings.items()}
    twin, own = run(load_rml(path, base=BASE), beside), run(yarrrml, readings)
    assert len(own.triples) > 10
    assert twin.triples == own.triples
    assert (twin.rows, twin.columns, twin.problems) == (own.rows, own.columns, [])
    assert twin.quads == set()


R2RML = "http://www.w3.org/ns/r2rml#"
HEAD = """\
prefixes: {e: ns/e#, elders: 'https://elders.test/'}
sources: {t: [t.csv~csv], u: [sub/u.csv~csv]}
mappings:
"""
RULES = r"""
  x y: {sources: [t, u], s: id/$(nr), po: [
    [[a, e:soort], elders:$(soort)~iri], [e:p, 'a {b} \ "$(nr)"'], [e:p, $(nr)~iri], [e:p, $(nr)],
    [e:p, '$(een {vreemde} kolom)', nl~lang], [e:p, 7, xsd:integer], [e:p, x, nl~lang],
    [e:p, 'tekst'], [e:p, e:x~iri], [elders:q, {value: $(nr)/$(nr), datatype: xsd:date}],
    {p: e:bij, o: {mapping: p, condition: {function: equal,
      parameters: [[a, $(nr)], [b, $(code)]]}}}]}
  p: {sources: u, s: 'elders:$(code)', po: [[a, e:P]]}
"""


def written(tmp_path: Path, text: str, form: str = "rml") -> Path:
    path = tmp_path / "m.yml"
    path.write_text(HEAD + text, encoding="utf-8")
    out = tmp_path / "m.rml.ttl"
    out.write_text(rml_of(path, form), encoding="utf-8")
    return out


@pytest.mark.parametrize("form", FORMS)
def test_every_part_of_the_model_comes_back(tmp_path: Path, form: str) -> None:
    found = load_rml(written(tmp_path, RULES, form), base=BASE)
    wanted = load_mapping(tmp_path / "m.yml", base=BASE)
    assert [item.name for item in found.triples_maps] == ["x%20y", "x%20y-2", "p"]

    def facts(mapping: Mapping) -> list[object]:
        def term(item: TermMap) -> object:
            text = tuple((p.text, p.column) for p in item.parts if p.text)
            if item.base and not item.is_reference and not text[0][0].startswith("https:"):
                text = ((item.base + text[0][0], False), *text[1:])
            return text, item.iri, item.datatype, item.language

        return [
            (item.source, term(item.subject), [
                (rule.predicates, [term(o) for o in rule.objects],
                 [(join.source, term(join.subject), join.on) for join in rule.joins])
                for rule in item.predicate_objects
            ])
            for item in mapping.triples_maps
        ]  # fmt: skip

    assert facts(found) == facts(wanted)
    # what was written is written the same again
    again = rml_of(tmp_path / "m.rml.ttl", form)
    assert again.replace("%2520", "%20") == (tmp_path / "m.rml.ttl").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_graphs_come_back(tmp_path: Path, form: str) -> None:
    text = ("  x: {sources: t, s: id/$(nr), graphs: e:g, po: ["
            "{p: e:p, o: $(naam), graphs: ['g/$(nr)', 'rr:defaultGraph']}]}")  # fmt: skip
    out = written(tmp_path, text.replace("rr:", R2RML), form)

    def graphs(mapping: Mapping) -> list[list[str]]:
        (item,) = mapping.triples_maps
        return [["".join((term.base, *(part.text for part in term.parts))) for term in some]
                for some in (item.graphs, item.predicate_objects[0].graphs)]  # fmt: skip

    wanted = graphs(load_mapping(tmp_path / "m.yml", base=BASE))
    assert wanted == [[f"{BASE}ns/e#g"], [f"{BASE}g/nr", f"{R2RML}defaultGraph"]]
    assert graphs(load_rml(out, base=BASE)) == wanted


def test_blank_nodes_come_back(tmp_path: Path) -> None:
    path = tmp_path / "m.ttl"
    path.write_text(f"@prefix rr: <{R2RML}> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> ."
                    '<#M> rml:logicalSource [ rml:source "t.csv"; rml:referenceFormulation '
                    "<http://semweb.mmlab.be/ns/ql#CSV> ]; rr:subjectMap "
                    '[ rr:template "b{nr}"; rr:termType rr:BlankNode ] .', "utf-8")  # fmt: skip
    again = tmp_path / "again.ttl"
    again.write_text(rml_of(path, "rml"), "utf-8")
    (item,) = load_rml(again, base=BASE).triples_maps
    assert item.subject.blank


CONDITION = "condition: {function: equal, parameters: [[a, $(nr)], [b, c]]}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"  x: {{sources: t, s: id/$(nr), {CONDITION}}}", "m.yml x: has a condition"),
        (f"  x: {{sources: t, s: id/$(nr), po: [{{p: a, o: e:X, {CONDITION}}}]}}",
         "m.yml x: has a condition"),
        ("  x: {sources: t, s: 'id/twee woorden', po: [[a, e:X]]}",
         "'id/twee woorden' is not an IRI"),
        ("  x: {sources: t, s: 'id/> . <a', po: [[a, e:X]]}", "is not an IRI"),
    ],
)  # fmt: skip
def test_what_rml_cannot_say_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ProjectError, match=re.escape(words)) as error:
        written(tmp_path, text)
    assert error.value.detail_nl != error.value.detail


def test_an_iterator_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    path.write_text("sources: {t: {access: t.csv, iterator: tags}}\n"
                    "mappings: {x: {sources: t, s: id/$(tags)}}", encoding="utf-8")  # fmt: skip
    with pytest.raises(ProjectError, match=r"m\.yml x: has an iterator"):
        rml_of(path, "rml")


def test_the_command_prints_it(tmp_path: Path) -> None:
    path = ROOT / "mappings" / "systems.yml"
    done = CliRunner().invoke(app, ["mapping", str(path), "--to", "rml-core"])
    assert done.exit_code == 0
    assert done.stdout == rml_of(path, "rml-core")
    done = CliRunner().invoke(app, ["mapping", str(tmp_path / "weg.yml"), "--to", "rml"])
    assert done.exit_code == 2
    assert "weg.yml" in done.stderr
    done = CliRunner().invoke(app, ["mapping", str(path), "--to", "r2rml"])
    assert done.exit_code == 2
