"""Every real and official RDF file we have: a report, or a clear reason why it cannot be read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from app import bootstrap
from app.settings import Settings
from app.validation.forms import FORMS
from app.validation.lab import Lab
from app.validation.model import model
from app.validation.sources import Source
from tests.conftest import BASE, ROOT

# CSV, Excel and queries are read elsewhere
SUFFIXES = {".ttl", ".rdf", ".xml", ".nq", ".nt", ".trig", ".owl", ".jsonld", ".json", ".html"}
# one profile per field for files that name none: catalogues, organisations, services, streams
WIDE = ("dcat-ap-vl-3.0", "oslo-organisatie", "cpsv-ap", "ldes-dcat-ap-feeds")
EMPTY = (None, "holds no RDF statement")
# what does not parse: its line (None: the whole is empty, so there is none), and why
UNREADABLE: dict[str, tuple[int | None, str]] = {
    # a text and an element in one property
    "standards/examples/favv-dcat.rdf": (73, "a text value is already present"),
    # a space in an address
    "standards/shacl/oslo-2018/dienstencataloog.ttl": (24, "code point ' '"),
    # contexts: they say how to read others and hold nothing themselves
    "standards/vocab/cpsv-ap-3.2.0.context.jsonld": EMPTY,
    "standards/vocab/ipdc-lpdc/hydra.context.jsonld": EMPTY,
    "standards/vocab/ipdc-lpdc/ipdc-lpdc-im-hydra-ldes.context.jsonld": EMPTY,
    "standards/vocab/ipdc-lpdc/ipdc-lpdc-im.context.jsonld": EMPTY,
    "standards/vocab/ipdc-lpdc/ldes.context.jsonld": EMPTY,
    "standards/vocab/ldes-context.jsonld": EMPTY,
    # meant to be empty
    "w3c/rml-csv/RMLTC0000-CSV/output.nq": EMPTY,
    "w3c/sparql11/aggregates/empty.ttl": EMPTY,
    "w3c/sparql11/bindings/empty.ttl": EMPTY,
    "w3c/sparql11/functions/data-empty.nt": EMPTY,
    "w3c/sparql11/property-path/empty.ttl": EMPTY,
}


@pytest.fixture(scope="module")
def lab() -> Lab:
    return bootstrap.lab(Settings(_env_file=None, project=ROOT, base_iri=BASE))


def checked(lab: Lab, path: Path, name: str) -> dict[str, Any]:
    """Return what the lab tells of a file, in every form."""
    source = Source(path.read_bytes(), name, name=path.name)
    told, used = lab.check(source)
    if told["error"] and "which profile" in told["error"]["message"]["en"]:
        told, used = lab.check(source, [lab.profile(name) for name in WIDE])
    for _, write in FORMS.values():
        for lang in ("nl", "en"):
            assert write(model(used, [told]), lang)
    return told


def test_every_real_file_gives_a_report_or_a_reason(lab: Lab, shared: Path) -> None:
    files = sorted(path for folder in ("standards", "w3c") for path in (shared / folder).rglob("*")
                   if path.suffix in SUFFIXES and path.is_file())  # fmt: skip
    assert len(files) > 300
    verdicts: Counter[str] = Counter()
    results: Counter[str] = Counter()
    unreadable: dict[str, tuple[int | None, str]] = {}
    for path in files:
        name = str(path.relative_to(shared))
        told = checked(lab, path, name)
        verdicts[told["verdict"]] += 1
        results.update(told["counts"])
        # what a report says it did not check, it says of a known shape with a known reason
        assert not [gap for gap in told["unchecked"] if gap["code"] == "engine-diagnostic"], name
        if told["error"] is not None:
            assert told["verdict"] == "unreadable"
            assert told["error"]["code"] == "rdf-syntax", (name, told["error"])
            said = told["error"]["message"]
            assert said["nl"] != said["en"]
            words = UNREADABLE.get(name, EMPTY)[1]
            unreadable[name] = told["error"]["line"], words if words in said["en"] else said["en"]
        else:
            assert told["triples"] > 0, name
    print(f"\n{len(files)} files: {dict(verdicts)}; results: {dict(results)}")
    assert unreadable == UNREADABLE
    # the run means something: several of them are catalogues with faults
    assert verdicts["violations"] > 5
