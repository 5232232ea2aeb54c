"""The table of functions in docs/mapping.md and in `mapping functions` is the registry."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from app.cli.main import app
from app.mapping.functions import listing
from app.mapping.functions.evaluating import evaluate
from app.mapping.functions.model import Function
from app.mapping.functions.registry import FUNCTIONS
from app.mapping.yarrrml import load_mapping
from tests.conftest import ROOT

DOCS = (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8")


def test_the_table_in_the_docs_is_the_registry() -> None:
    table = "\n".join(line for line in DOCS.split("\n") if line.startswith("|"))
    assert table == listing.as_table()


def test_the_mapping_in_the_docs_is_read(tmp_path: Path) -> None:
    shown = re.search(r"```yaml\n(po:.*?)```", DOCS, re.DOTALL)
    assert shown
    text = {
        "prefixes": {"schema": "https://schema.org/"},
        "sources": {"t": ["t.csv~csv"]},
        "mappings": {"x": {"sources": "t", "s": "id/$(nr)", **yaml.safe_load(shown[1])}},
    }
    (tmp_path / "m.yml").write_text(yaml.safe_dump(text), encoding="utf-8")
    (found,) = load_mapping(tmp_path / "m.yml", base="https://stad.test/").triples_maps
    assert len(found.predicate_objects) == 3
    assert len(found.conditions) == 1
    assert found.columns == {"nr", "naam", "begin", "trefwoorden", "postcode"}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_command_lists_every_function(lang: str) -> None:
    done = CliRunner().invoke(app, ["mapping", "functions", "--lang", lang])
    assert done.exit_code == 0
    for function in FUNCTIONS.values():
        text = function.nl if lang == "nl" else function.en
        assert function.name in done.output
        assert text in done.output


def test_the_command_gives_json() -> None:
    done = CliRunner().invoke(app, ["mapping", "functions", "--json"])
    found = {item["iri"]: item for item in json.loads(done.output)}
    assert found.keys() == FUNCTIONS.keys()
    split = found["http://users.ugent.be/~bjdmeest/function/grel.ttl#string_split"]
    assert [item["name"] for item in split["parameters"]] == [
        "grel:valueParameter", "grel:p_string_sep",
    ]  # fmt: skip
    assert split["example"]["gives"] == ["Gent", "Aalst"]
    assert all({*item["description"]} == {"nl", "en"} for item in found.values())


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda item: item.name)
def test_an_example_can_be_written_so(tmp_path: Path, function: Function) -> None:
    rule = ["https://a.test/p", {"function": listing.written(function)}]
    text = {"sources": {"t": ["t.csv~csv"]}, "mappings": {"x": {"sources": "t", "s": "x",
                                                                "po": [rule]}}}  # fmt: skip
    (tmp_path / "m.yml").write_text(yaml.safe_dump(text), encoding="utf-8")
    (found,) = load_mapping(tmp_path / "m.yml", base="https://stad.test/").triples_maps
    made = found.predicate_objects[0].objects[0].parts[0].call
    assert made is not None
    assert made.function == function.iri
    if not function.looks_up:
        assert evaluate(made, {"leeg": []}) == list(function.example.gives)
