"""The JSON Schema for editors: it takes what the reader takes, and refuses what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import ProjectError
from app.mapping.functions.registry import FUNCTIONS
from app.mapping.proposing.profiles import profile_names
from app.mapping.proposing.proposal import propose
from app.mapping.yarrrml import load_mapping
from app.mapping.yarrrmlschema import schema
from app.tables.sampling import sample
from tests.conftest import BASE, ROOT
from tests.unit.test_yarrrml import FORMS, HEAD, REFUSED
from tests.unit.test_yarrrml_functions import REFUSED as REFUSED_FUNCTIONS

VALIDATOR = Draft7Validator(schema())
MAPPINGS = [*ROOT.glob("mappings/*.yml"), *ROOT.glob("tests/**/mappings/*.yml")]
# what is wrong there is no matter of form: what names mean, and what functions take
MEANT = {
    "- [eigen:naam, {function: grel:toUpperCase, parameters: []}]",
    "- {p: eigen:naam, o: {mapping: park, condition: {function: equal}}}",
    "- [eigen:naam, {mapping: boom}, nl~lang]",
    "- [onbekend:naam, x]", "- [eigen:naam, onbekend:x~iri]", "- [eigen:naam, x, onbekend:type]",
}  # fmt: skip


def accepted(text: str) -> bool:
    return bool(VALIDATOR.is_valid(yaml.safe_load(text)))


def with_rule(po: str) -> str:
    return f"{HEAD}  boom:\n    sources: bomen\n    s: id/boom/$(nr)\n    po:\n      {po}\n"


def test_the_schema_is_one_and_the_file_is_what_the_command_prints() -> None:
    Draft7Validator.check_schema(schema())
    done = CliRunner().invoke(app, ["mapping", "schema"])
    assert done.exit_code == 0
    kept = (ROOT / "docs" / "yarrrml.schema.json").read_text(encoding="utf-8")
    assert done.stdout == kept, "run: vijfster mapping schema > docs/yarrrml.schema.json"
    assert json.loads(kept) == schema()


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.name)
def test_shipped_mappings_are_accepted(path: Path) -> None:
    errors = VALIDATOR.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert [error.message for error in errors] == []


def test_shipped_mappings_tell_editors_where_the_schema_is() -> None:
    for path in ROOT.glob("mappings/*.yml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../docs/yarrrml.schema.json"


@pytest.mark.parametrize("po", [form[0] for form in FORMS])
def test_a_form_that_is_read_is_accepted(po: str) -> None:
    assert accepted(with_rule(po))


def test_what_is_refused_for_its_form_is_not_accepted() -> None:
    wrong = {po for po, _ in REFUSED if accepted(with_rule(po))}
    # conditions compare: which parameters a function has is its own matter
    assert {po for po in wrong - MEANT if "condition" not in po} == set()


FORMED = {"{f: grel:toUperCase, pms: []}", "{f: grel:foobar, pms: []}", "{f: idlab-fn:random}",
          "{f: 3}", "{f: grel:trim, pms: [value]}", "{f: grel:trim, pms: [[value, yes]]}",
          "{f: grel:trim, pms: [[value, {f: grel:weg}]]}",
          "{f: grel:trim, pms: [[value, {f: grel:trim, x: 1}]]}",
          "{f: grel:trim, pms: [[value, [a, b]]]}",
          "{f: grel:trim, pms: [{pm: value, v: $(a), type: blank}]}",
          "{f: grel:trim, pms: [[value, $(a)]], template: x}"}  # fmt: skip


def test_functions_that_are_not_there_and_calls_that_are_none_are_not_accepted() -> None:
    refused = {item[0] for item in REFUSED_FUNCTIONS
               if not accepted(with_rule(f"- {{p: eigen:a, o: {item[0]}}}"))}  # fmt: skip
    assert refused >= FORMED
    assert {item[0] for item in REFUSED_FUNCTIONS} >= FORMED


def test_every_function_is_offered_under_every_name() -> None:
    for function in FUNCTIONS.values():
        for name in (function.name, *function.also):
            assert accepted(with_rule(f"- {{p: eigen:a, o: {{f: '{name}'}}}}")), name
    assert accepted(with_rule("- {p: eigen:a, o: {f: 'grel:trim(value = $(a))', language: nl}}"))


@pytest.mark.parametrize("text", [
    "mappings: {x: {s: a}}", "mappings: {x: {sources: a}}", "sources: {}", "mappings: []", "[]",
    "mappings: {x: {sources: a, s: b, boom: c}}", "mappings: {}\nboom: x",
    "mappings: {}\nsources: {a: [b.csv~json]}", "mappings: {}\nsources: {a: [b~csv, c~csv]}",
    "mappings: {}\nsources: {a: {access: b, boom: c}}", "mappings: {}\nsources: {a: b.csv~csv}",
    "mappings: {}\nprefixes: {a: 1}", "mappings: {x: {sources: a, s: true}}",
])  # fmt: skip
def test_both_refuse_a_file_of_another_form(tmp_path: Path, text: str) -> None:
    assert not accepted(text)
    path = tmp_path / "m.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError):
        load_mapping(path, base=BASE)


@pytest.mark.parametrize("text", [
    "mappings: {}", "mappings: {x: {source: [[a~csv]], subjects: [b, $(c)], graphs: [d]}}",
    "mappings: {x: {sources: {access: a.csv}, s: {value: b}}}",
    "authors: iemand\nbase: https://a.test/\nsources: {a: {access: b.csv, iterator: c}}\n"
    "mappings: {x: {sources: [a, [d.csv~csv]], s: b}}",
])  # fmt: skip
def test_both_take_other_forms_of_a_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.yml"
    path.write_text(text, encoding="utf-8")
    assert load_mapping(path, base=BASE, own_base=True).path == path
    assert accepted(text)


@pytest.mark.parametrize("profile", profile_names(ROOT / "vocab" / "kolommen"))
def test_proposed_mappings_are_accepted(profile: str) -> None:
    for path in sorted((ROOT / "data").glob("*.csv")):
        made: Any = propose(sample(path.read_bytes(), path.name), profile, source=path.name,
                            vocab=ROOT / "vocab", lang="en")  # fmt: skip
        assert accepted(made.text), path.name
