"""A release says how good its own catalog is: as RDF, as files, and over time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import logging
from pathlib import Path

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from app.bootstrap import known_quality, known_terms
from app.quality.card import card
from app.quality.indicators import DIMENSIONS, HIGHEST, INDICATORS
from app.quality.scoring import scored
from app.rdf.namespaces import expand, term
from app.rdf.terms import literal_of
from app.store.releases import read_json
from tests.conftest import Workspace
from tests.integration import facts

PV = "https://piveau.eu/ns/voc#"
RIGHTS = 'rights = { nl = "Vrij te gebruiken." }\n\n'
MEASURED, METRIC, VALUE = (term(f"dqv:{n}") for n in ("computedOn", "isMeasurementOf", "value"))


def values(release: Path) -> dict[tuple[str, str], str]:
    """Return the value of each measurement, by last part of the thing and local metric name."""
    found = facts.graph(release, "quality")
    about = {s: o for s, p, o, _ in found if p == MEASURED}
    metric = {s: o for s, p, o, _ in found if p == METRIC}
    return {
        (about[s][1:-1].rpartition("/")[2], metric[s][1:-1].partition("#")[2]): literal_of(o).text
        for s, p, o, _ in found if p == VALUE and s in about
    }  # fmt: skip


def test_every_dataset_is_measured_as_the_score_card_says(built: Workspace) -> None:
    catalog = [quad[:3] for quad in facts.graph(built.release, "catalog")]
    told = card("", scored(catalog, known_quality(), known_terms()))
    found = values(built.release)
    assert {name for name, _ in found} == {
        one["dataset"].rpartition("/")[2] for one in told["datasets"]} | {"vijfster"}  # fmt: skip
    for one in told["datasets"]:
        name = one["dataset"].rpartition("/")[2]
        for item in INDICATORS:
            # the gate knows more than metadata alone: that DCAT-AP is followed
            passed = True if item.name == "dcatApCompliance" else one["indicators"][item.name][
                "passed"]  # fmt: skip
            said = {None: None, True: "true", False: "false"}[passed]
            assert found.get((name, item.name)) == said, item.name
        for dimension in ("accessibility", "contextuality", "reusability", "findability"):
            sums = one["dimensions"][dimension]
            assert float(found[name, f"{dimension}Scoring"]) == sums["sure"]
            ours = f"possible{dimension.capitalize()}Scoring"
            assert float(found[name, ours]) == sums["possible"]
        assert float(found[name, "scoring"]) == sum(
            float(found[name, f"{dimension}Scoring"]) for dimension in DIMENSIONS)  # fmt: skip
        assert float(found[name, "possibleScoring"]) >= 390


def test_stars_are_a_verdict_only_where_they_are_known(
    built: Workspace, foreign: Workspace
) -> None:
    def verdicts(release: Path) -> dict[str, str]:
        found = facts.graph(release, "quality")
        target = {s: o for s, p, o, _ in found if p == term("oa:hasTarget")}
        return {target[s][1:-1].rpartition("/")[2]: o[1:-1].partition("#")[2]
                for s, p, o, _ in found if p == term("oa:hasBody")}  # fmt: skip

    found = values(built.release)
    stars = {name: (found[name, "stars"], found[name, "possibleStars"])
             for name, metric in found if metric == "stars"}  # fmt: skip
    assert set(stars.values()) == {("0", "5")}
    assert verdicts(built.release) == {}
    # who keeps data closed has no star, whatever answers
    foreign.edit("vijfster.toml", 'ref = "bomen"', 'ref = "bomen"\nnot_public = { nl = "Geheim." }')
    foreign.build()
    assert verdicts(foreign.release) == {"bomen": "zeroStars"}


def test_the_catalog_has_the_average(built: Workspace) -> None:
    found = values(built.release)
    of_datasets = [float(v) for (name, m), v in found.items()
                   if m == "scoring" and name != "vijfster"]  # fmt: skip
    assert float(found["vijfster", "scoring"]) == pytest.approx(
        sum(of_datasets) / len(of_datasets), abs=0.05)  # fmt: skip


def test_measurements_and_metrics_can_be_looked_up(built: Workspace) -> None:
    graph = facts.graph(built.release, "quality")
    own = sorted({s[1:-1] for s, p, o, _ in graph if p == MEASURED})
    with TestClient(built.app(), base_url=built.base, follow_redirects=False) as client:
        for iri in [own[0], own[len(own) // 2], own[-1]]:
            path = iri.removeprefix(built.base)
            assert client.get(f"/{path}").status_code == 303
            answer = client.get(f"/doc/{path[3:]}.ttl")
            assert answer.status_code == 200
            assert "dqv:QualityMeasurement" in answer.text
        vocabulary = client.get("/ns/kwaliteit.ttl").text
        assert "possibleScoring" in vocabulary
        assert "meting/" not in client.get("/sitemap.xml").text
        page = client.get("/ns/kwaliteit", headers={"accept": "text/html"})
        assert "Kwaliteit van datasets" in page.text


def test_times_are_since_when_the_dataset_is_as_it_was_scored(built: Workspace) -> None:
    entities = built.releases.ledger.entities()
    graph = facts.graph(built.release, "quality")
    about = {s: o[1:-1] for s, p, o, _ in graph if p == MEASURED}
    timed = {s: literal_of(o).text for s, p, o, _ in graph if p == term("prov:generatedAtTime")}
    assert timed.keys() == about.keys()
    for node, time in timed.items():
        assert entities[about[node].removeprefix(built.base)].last_changed == time


def test_a_measurement_is_no_entity_and_has_no_event(built: Workspace) -> None:
    found = facts.states(built)
    assert not [path for path in found if path.startswith(("id/meting/", "ns/kwaliteit"))]


def test_sparql_tells_where_most_is_to_be_won(built: Workspace) -> None:
    with TestClient(built.app(), base_url=built.base) as client:
        page = client.get("/sparql?lang=nl", headers={"accept": "text/html"}).text
        assert "kwaliteitspunten" in page
        asked = f"""PREFIX dqv: <http://www.w3.org/ns/dqv#> PREFIX pv: <{PV}>
        SELECT ?dataset ?lost {{
          ?m dqv:computedOn ?dataset ; dqv:isMeasurementOf pv:scoring ; dqv:value ?points .
          ?dataset a <{expand("dcat:Dataset")}> . BIND({HIGHEST} - ?points AS ?lost) }}"""
        rows = client.get("/sparql", params={"query": asked, "format": "json"}).json()
    found = rows["results"]["bindings"]
    assert len(found) == len(read_json(built.release / "quality.json")["card"]["datasets"])
    assert all(0 < int(row["lost"]["value"]) < HIGHEST for row in found)


def test_measurements_are_offered_as_csv_and_json(built: Workspace) -> None:
    with TestClient(built.app(), base_url=built.base) as client:
        table = client.get("/dumps/kwaliteit.metingen.csv")
        told = client.get("/dumps/kwaliteit.metingen.json").json()
        assert "kwaliteit.metingen.csv" in client.get("/dumps/").text
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert len(rows) == len(told["datasets"]) * (len(INDICATORS) + len(DIMENSIONS) + 1)
    sums = {row["dataset"]: row for row in rows if row["metric"] == "scoring"}
    for one in told["datasets"]:
        assert float(sums[one["dataset"]]["sure"]) == one["sure"]
        assert sum(float(row["sure"]) for row in rows if row["dataset"] == one["dataset"]
                   and row["passed"] == "true") == one["sure"]  # fmt: skip


def test_compliance_is_not_known_where_the_gate_does_not_ask(foreign: Workspace) -> None:
    assert foreign.build().status == "published"
    found = values(foreign.release)
    assert ("bomen", "dcatApCompliance") not in found
    assert float(found["bomen", "possibleScoring"]) - float(found["bomen", "scoring"]) == 110


def test_the_history_grows_when_a_score_changes(foreign: Workspace) -> None:
    def build(day: int) -> None:
        at = dt.datetime(2026, 3, day, tzinfo=dt.UTC)
        assert foreign.publisher(now=lambda: at).build().status == "published"

    build(1)
    foreign.edit("vijfster.toml", "[gate]", f"{RIGHTS}[gate]")
    build(2)
    # another release with the same scores
    foreign.edit("vijfster.toml", "title", "# a comment\ntitle")
    build(3)
    scores, source = foreign.releases.scores, "id/catalogus/groen"
    assert scores.sources() == [source]
    whole = scores.history(source)
    assert len(whole) == 3
    before, after = scores.history(source, "id/dataset/bomen")
    assert after.sure - before.sure == 5
    assert whole[1].time == after.time
    assert whole[0].datasets == 2
    told = read_json(foreign.release / "quality.json")["trends"]
    found = [(point["time"][:10], point["sure"]) for point in told["id/dataset/bomen"]]
    assert found == [("2026-03-01", before.sure), ("2026-03-02", after.sure),
                     ("2026-03-03", after.sure)]  # fmt: skip
    assert len(told[""]) == 3


def test_a_rollback_is_scored_as_what_it_publishes(foreign: Workspace) -> None:
    first = foreign.build().release
    assert first is not None
    foreign.edit(
        "vijfster.toml", 'themes = ["', 'rights = { nl = "Vrij te gebruiken." }\nthemes = ["'
    )
    foreign.build()
    better = values(foreign.release)["bomen", "scoring"]
    foreign.publisher().rollback(first.name)
    assert float(values(foreign.release)["bomen", "scoring"]) == float(better) - 5
    assert len(foreign.releases.scores.history("id/catalogus/groen")) == 3


def test_a_damaged_history_does_not_keep_data_from_being_published(
    foreign: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    path = foreign.releases.scores.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 40)
    with caplog.at_level(logging.WARNING):
        assert foreign.build().status == "published"
    assert "history of scores cannot be" in caplog.text
    assert json.loads((foreign.release / "quality.json").read_text())["card"]["datasets"]


def test_the_store_holds_the_same_measurements(built: Workspace) -> None:
    store = ox.Store.read_only(str(built.release / "sparql"))
    asked = f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?m <{expand('dqv:computedOn')}> ?d }} }}"
    found = store.query(asked)
    assert isinstance(found, ox.QuerySolutions)
    (row,) = list(found)
    assert int(str(row["n"].value)) == len(values(built.release))
