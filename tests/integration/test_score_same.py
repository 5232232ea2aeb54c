"""One score card whatever the order of statements, the names of blank nodes and the syntax."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.bootstrap import scorer
from app.quality.evidence import Content, Look, Looks
from app.quality.scorer import Scorer
from app.rdf import media
from app.rdf.io import write
from app.rdf.namespaces import PREFIXES
from app.rdf.terms import Triple
from app.rdf.turtle import Prefixes
from app.settings import Settings
from app.validation.sources import Source
from tests.unit.test_quality import CC0, CSV, EU, WORKED, triples_of

AT = "2026-11-22T10:00:00Z"
URL = "https://voorbeeld.test/bestand.csv"
LOOKS: Looks = {
    URL: Look(URL, AT, head=200, status=200, size=10, media_type="text/csv",
              content=Content("CSV", True, count=3, counted="rows")),
    "https://voorbeeld.test/2": Look("https://voorbeeld.test/2", AT, head=404, status=404),
}  # fmt: skip
# several distributions without a name, values that do not agree, a dataset that lacks most
CATALOG = (
    WORKED.replace("<bestand>", "_:b").replace("_:b .", "_:b, _:c, _:d .", 1)
    + f"""
<catalogus> a dcat:Catalog ; dct:title "Catalogus"@nl ; dcat:dataset <dataset>, <ander> .
_:c dct:format "CSV" ; dcat:accessURL <https://voorbeeld.test/1> ; dct:license "CC0" .
_:d dct:format {CSV} ; dct:license {CC0} ; dct:modified "2024" .
<ander> a dcat:Dataset ; dct:title "Ander"@nl, "Other"@en ; dcat:distribution _:e, _:f ;
  dct:accessRights <{EU}access-right/NON_PUBLIC>, <{EU}access-right/PUBLIC> ;
  dcat:keyword "a"@nl, "b & c"@nl, "d" ; dct:publisher [ a foaf:Agent ; foaf:name "Stad"@nl ] .
_:e dct:format {CSV} . _:f dct:license {CC0} ; dcat:byteSize "1" ; dct:rights "x" ;
  dcat:downloadURL <https://voorbeeld.test/2> .
"""
)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    settings = Settings(_env_file=None, project=tmp_path_factory.mktemp("leeg"))
    return replace(
        scorer(settings), look=lambda _: LOOKS, now=lambda: dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    )


def told(judge: Scorer, triples: Sequence[Triple], syntax: media.MediaType = media.TURTLE) -> str:
    if syntax is media.N_TRIPLES:
        # our writers put statements in order
        body = "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()
    else:
        body = write([(*triple, "") for triple in triples], syntax, Prefixes(dict(PREFIXES)))
    card = judge.card(Source(body, "proef", media_type=syntax.name, base="https://voorbeeld.test/"))
    for feed in card["portals"]:
        # which forms a portal reads is told of the feed
        feed["findings"] = [one for one in feed["findings"] if one["rule"] != "mv-syntax"]
        feed["status"] = ""
    return re.sub(r"_:[A-Za-z0-9]+", "_:", json.dumps(card, sort_keys=True))


def test_order_and_names_of_blank_nodes(judge: Scorer) -> None:
    chance, triples = random.Random(11), triples_of(CATALOG)
    want = told(judge, triples)
    assert '"basis": "fetched"' in want
    for _ in range(15):
        names = {node: f"_:n{chance.getrandbits(60)}"
                 for triple in triples for node in triple if node.startswith("_:")}  # fmt: skip
        mixed = [(names.get(s, s), p, names.get(o, o)) for s, p, o in triples]
        chance.shuffle(mixed)
        assert told(judge, mixed, media.N_TRIPLES) == want


def test_syntax(judge: Scorer) -> None:
    triples = triples_of(CATALOG)
    want = told(judge, triples)
    for syntax in (media.JSON_LD, media.RDF_XML, media.N_TRIPLES, media.TRIG):
        assert told(judge, triples, syntax) == want, syntax.name


def test_again(judge: Scorer) -> None:
    triples = triples_of(CATALOG)
    assert told(judge, triples) == told(judge, triples)
