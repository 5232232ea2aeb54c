"""`vijfster publish --to` with real engines: what they hold after it, whatever came between."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.rdf.terms import split_line
from app.store.sparql.publishing.parts import value_of
from app.store.sparql.publishing.verifying import _terms
from tests.conformance.engines import ENGINES, OXIGRAPH, Running, names_engine, oxigraph
from tests.conformance.meddling import Asked, Meddler, meddling
from tests.conftest import BASE, ROOT, Workspace

Held = set[tuple[str, ...]]


def command(workspace: Workspace, *more: str) -> list[str]:
    return [sys.executable, "-m", "app", "publish", "--project", str(workspace.folder), *more]


def publish(
    workspace: Workspace, running: Running, *more: str, status: int = 0, **environment: str
) -> tuple[dict[str, Any], str]:
    """Run the command; return its JSON, and what it said beside."""
    arguments = command(workspace, "--to", running.engine.name, "--json", *more)[3:]
    environment |= {"VIJFSTER_BASE_IRI": BASE, **({} if environment else running.environment())}
    done = CliRunner().invoke(app, arguments, env=environment)
    assert done.exit_code == status, (done.stdout, done.stderr)
    return json.loads(done.stdout), done.stderr


def select(running: Running, query: str) -> list[dict[str, Any]]:
    at = running.engine.query.replace("sparql-auth", "sparql")
    body = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(at, body, {"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: list[dict[str, Any]] = json.load(answer)["results"]["bindings"]
    return found


def held(running: Running) -> Held:
    """Return what readers of our graphs find, values for literals."""
    rows = select(running, "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")
    out: Held = set()
    for row in rows:
        graph = row.pop("g")["value"]
        if graph.startswith(f"{BASE}id/graaf/") and graph.count("/") == 5:
            terms = dict(zip(row, _terms(row), strict=True))
            out.add((graph, terms["s"], terms["p"], *value_of(terms["o"])))
    return out


def released(workspace: Workspace, name: str = "") -> Held:
    folder = workspace.releases.folder / name if name else workspace.release
    with gzip.open(folder / "data.nq.gz", "rt", encoding="utf-8") as file:
        quads = [split_line(line.rstrip("\n")) for line in file]
    return {(g[1:-1], s, p, *value_of(o)) for s, p, o, g in quads}


def build(workspace: Workspace) -> str:
    outcome = workspace.build()
    assert outcome.release is not None
    return outcome.release.name


@pytest.fixture(params=ENGINES)
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    with ENGINES[request.param](tmp_path / "engine") as engine:
        yield engine


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with oxigraph(tmp_path / "engine", on_disk=False) as engine:
        yield engine


@pytest.fixture
def meddler(server: Running, foreign: Workspace) -> Iterator[Meddler]:
    """A meddler before a real engine, which the project names instead of the engine itself."""
    with meddling(server.engine) as found:
        names_engine(foreign, found.engine)
        build(foreign)
        yield found


def test_publish_change_roll_back(running: Running, foreign: Workspace) -> None:
    names_engine(foreign, running.engine)
    first = build(foreign)
    told, _ = publish(foreign, running)
    assert (told["status"], told["release"], told["back_to"]) == ("published", first, None)
    assert held(running) == released(foreign)
    assert publish(foreign, running)[0]["status"] == "unchanged"
    _, said = publish(foreign, running, "--rollback", "--lang", "en", status=2)
    assert said == ""

    foreign.edit("data/bomen.csv", "B2,beuk,18", "B2,beuk,19")
    second = build(foreign)
    told, _ = publish(foreign, running)
    graphs = {graph.rpartition("/")[2] for graph in told["loaded"]}
    assert (told["status"], told["back_to"]) == ("published", first)
    assert graphs == {"bomen", "catalog", "quality"}
    assert told["atomic"] == (running.engine.profile == "oxigraph")
    assert held(running) == released(foreign)
    assert publish(foreign, running, "--check")[0]["status"] == "checked"

    told, _ = publish(foreign, running, "--rollback")
    assert (told["status"], told["release"], told["back_to"]) == ("rolled-back", first, second)
    assert held(running) == released(foreign, first)
    assert publish(foreign, running, "--check", status=1)[0]["code"] == "engine-differs"
    assert publish(foreign, running, "--rollback")[0]["release"] == second
    assert held(running) == released(foreign)

    # without a journal everything is loaded beside, compared, and found the same
    (foreign.folder / "var" / "engines" / f"{running.engine.name}.json").unlink()
    told, _ = publish(foreign, running)
    assert (len(told["loaded"]), told["changed"]) == (5, [])
    assert held(running) == released(foreign)
    left = select(running, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert not [row for row in left if row["g"]["value"].endswith("/volgende")]


def test_what_others_wrote_in_our_graphs_goes_and_theirs_stay(
    server: Running, foreign: Workspace
) -> None:
    names_engine(foreign, server.engine)
    build(foreign)
    publish(foreign, server)
    ours, theirs = f"{BASE}id/graaf/bomen", "https://elders.example/graaf"
    # graphs that are ours, but of no inventory any more; one has the name of our own work, one has
    # beside it what an earlier publication left
    before = [f"{BASE}id/graaf/{name}" for name in ("vroeger", "vroeger/volgende", "volgende")]
    for graph in (ours, theirs, *before):
        at = f"{server.engine.store}?graph={urllib.parse.quote(graph, safe='')}"
        urllib.request.urlopen(urllib.request.Request(
            at, b"<urn:x> <urn:y> <urn:z> .", {"Content-Type": "text/turtle"}, method="POST"
        )).close()  # fmt: skip
    told, _ = publish(foreign, server)
    assert {graph.rpartition("/")[2] for graph in told["changed"]} == {
        "bomen",
        "vroeger",
        "volgende",
    }
    assert held(server) == released(foreign)
    assert len(select(server, f"SELECT * {{ GRAPH <{theirs}> {{ ?s ?p ?o }} }}")) == 1


def test_killed_while_loading_it_goes_on_where_it_was(
    server: Running, meddler: Meddler, foreign: Workspace
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def third(asked: Asked) -> None:
        if asked.loads and len(meddler.loaded()) == 3:
            reached.set()
            go_on.wait(30)

    meddler.meddle = third
    with subprocess.Popen(
        command(foreign, "--to", "oxigraph"), cwd=ROOT, stderr=subprocess.DEVNULL,
        env={**os.environ, "VIJFSTER_BASE_IRI": BASE},
    ) as process:  # fmt: skip
        assert reached.wait(60)
        told, _ = publish(foreign, server, status=2)
        assert (told["code"], str(process.pid) in told["detail"]) == ("build-locked", True)
        process.send_signal(signal.SIGKILL)
    go_on.set()
    meddler.seen.clear()
    assert publish(foreign, server)[0]["status"] == "published"
    assert meddler.loaded() == ["parken", "quality", "vocabulary"]
    assert held(server) == released(foreign)
    left = {path.name for path in (foreign.folder / "var" / "engines").iterdir()}
    assert left == {"oxigraph.json", "oxigraph.lock"}


@pytest.mark.parametrize("run_before", [False, True])
def test_a_switch_of_which_nobody_knows_whether_it_was_run(
    server: Running, meddler: Meddler, foreign: Workspace, run_before: bool
) -> None:
    publish(foreign, server)
    before = held(server)
    foreign.edit("data/bomen.csv", "B2,beuk,18", "B2,beuk,19")
    build(foreign)

    def broken_off(asked: Asked) -> None:
        if b"update=DELETE" in asked.body:
            asked.hang_up = True
            asked.status = None if run_before else 0

    meddler.meddle = broken_off
    told, _ = publish(foreign, server, status=2)
    assert told["code"] == "engine-failed"
    assert held(server) == (released(foreign) if run_before else before)
    meddler.meddle = lambda _: None
    journal = foreign.folder / "var" / "engines" / "oxigraph.json"
    kept = journal.read_text()
    if run_before:
        publish(foreign, server, "--check")
        assert json.loads(journal.read_text())["switch"] is None  # what was sent has no more sense
        journal.write_text(kept)
    publish(foreign, server)
    assert held(server) == released(foreign)
    publish(foreign, server, "--rollback")
    assert held(server) == before


def test_an_engine_that_loses_a_triple_is_not_switched_to(
    server: Running, meddler: Meddler, foreign: Workspace
) -> None:
    publish(foreign, server)
    before = held(server)
    foreign.edit("data/bomen.csv", "B2,beuk,18", "B2,beuk,19")
    build(foreign)

    def loses(asked: Asked) -> None:
        if asked.loads and "bomen" in asked.path:
            asked.body = b"".join(asked.body.splitlines(keepends=True)[:-1])

    meddler.meddle = loses
    told, _ = publish(foreign, server, status=1)
    assert "53 triples instead of 54" in told["detail"]
    assert held(server) == before

    def other(asked: Asked) -> None:
        if asked.loads and "bomen" in asked.path:
            asked.body = asked.body.replace(b'"beuk B2"', b'"eik B2"')

    meddler.meddle = other
    told, _ = publish(foreign, server, status=1)
    assert "beuk B2" in told["detail"]
    assert held(server) == before
    meddler.meddle = lambda _: None
    publish(foreign, server)
    assert held(server) == released(foreign)


def test_a_switch_that_went_wrong_is_taken_back(
    server: Running, meddler: Meddler, foreign: Workspace
) -> None:
    publish(foreign, server)
    before = held(server)
    foreign.edit("data/bomen.csv", "B2,beuk,18", "B2,beuk,19")
    build(foreign)
    done: list[bytes] = []

    def half(asked: Asked) -> None:
        if b"update=DELETE" in asked.body and not done:
            done.append(asked.body)
            asked.body = asked.body.partition(b"%3B%0AINSERT")[0]

    meddler.meddle = half
    assert publish(foreign, server, status=1)[0]["code"] == "engine-differs"
    assert held(server) == before
    publish(foreign, server)
    assert held(server) == released(foreign)


def test_readers_see_the_old_release_or_the_new_one(server: Running, foreign: Workspace) -> None:
    names_engine(foreign, server.engine)
    build(foreign)
    publish(foreign, server)
    graph = f"{BASE}id/graaf/"
    query = (
        f"SELECT ?o ?m {{ GRAPH <{graph}bomen> {{ <{BASE}id/boom/B2> <{BASE}ns/groen#hoogte> ?o }} "
        f"GRAPH <{graph}catalog> {{ <{BASE}id/dataset/bomen> "
        "<http://purl.org/dc/terms/modified> ?m } }"
    )

    def seen() -> tuple[str, ...]:
        return tuple(sorted(v["value"] for row in select(server, query) for v in row.values()))

    old, stop, pairs = seen(), threading.Event(), set[tuple[str, ...]]()
    assert len(old) == 2

    def read() -> None:
        while not stop.is_set():
            pairs.add(seen())

    foreign.edit("data/bomen.csv", "B2,beuk,18", "B2,beuk,19")
    build(foreign)
    reader = threading.Thread(target=read)
    reader.start()
    try:
        publish(foreign, server)
    finally:
        stop.set()
        reader.join()
    assert old != seen()
    assert old in pairs
    assert pairs <= {old, seen()}


@pytest.mark.parametrize(
    ("status", "said", "wanted"),
    [
        (401, b"no SECRET here", "VIJFSTER_ENGINE_OXIGRAPH_USER"),
        (507, b"", "no room"),
        (500, b"IO error: No space left on device", "no room"),
        (404, b"what?", "vijfster.toml"),
        (302, b"", "vijfster.toml"),
        (503, b"later, SECRET\x1b[31m", "later, "),
        (0, b"", "same command again"),
    ],
)
def test_refusals_say_what_where_and_what_to_do(
    server: Running, meddler: Meddler, foreign: Workspace, status: int, said: bytes, wanted: str
) -> None:
    def refuse(asked: Asked) -> None:
        if asked.loads:
            asked.status, asked.said = status, said

    meddler.meddle = refuse
    secrets = {"VIJFSTER_ENGINE_OXIGRAPH_USER": "ik", "VIJFSTER_ENGINE_OXIGRAPH_PASSWORD": "SECRET"}
    told, beside = publish(foreign, server, status=2, **secrets)
    assert wanted in told["detail"]
    assert meddler.engine.store in told["detail"]
    assert "SECRET" not in told["detail"] + beside
    assert "\x1b" not in told["detail"]
    assert meddler.seen[-1].headers["Authorization"].startswith("Basic ")
    environment = {"VIJFSTER_BASE_IRI": BASE, **secrets}
    dutch = CliRunner().invoke(app, command(foreign, "--to", "oxigraph")[3:], env=environment)
    assert dutch.exit_code == 2
    assert "Niets gepubliceerd: oxigraph: " in dutch.stderr
    assert "SECRET" not in dutch.stdout + dutch.stderr


def test_a_check_after_a_first_load_that_failed_leaves_what_is_read(
    server: Running, meddler: Meddler, foreign: Workspace
) -> None:
    def third(asked: Asked) -> None:
        if asked.loads and len(meddler.loaded()) == 3:
            asked.status = 500

    meddler.meddle = third
    publish(foreign, server, status=2)
    meddler.meddle = lambda _: None
    journal = foreign.folder / "var" / "engines" / "oxigraph.json"
    kept = journal.read_text()
    publish(foreign, server)  # what a bulk loader would do
    journal.write_text(kept)
    assert publish(foreign, server, "--check")[0]["status"] == "checked"
    assert publish(foreign, server)[0]["status"] == "unchanged"
    assert held(server) == released(foreign)


def test_an_engine_that_was_emptied_is_loaded_anew(
    server: Running, meddler: Meddler, foreign: Workspace
) -> None:
    publish(foreign, server)
    body = urllib.parse.urlencode({"update": "DROP ALL"}).encode()
    urllib.request.urlopen(server.engine.update, body).close()
    meddler.seen.clear()
    assert len(publish(foreign, server)[0]["loaded"]) == 5
    assert not [one for one in meddler.loaded() if "volgende" in one]
    assert held(server) == released(foreign)


def test_bulk_files_and_commands(server: Running, foreign: Workspace, tmp_path: Path) -> None:
    names_engine(foreign, server.engine)
    build(foreign)
    folder = tmp_path / "over brengen"
    asked = [*command(foreign, "--to", "oxigraph"), "--bulk", str(folder)]
    environment = {**os.environ, "VIJFSTER_BASE_IRI": BASE}
    subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, env=environment)
    text = (folder / "commands.txt").read_text()
    shell = text.replace("oxigraph load", f"{OXIGRAPH} load")
    shell = shell.replace("oxigraph optimize", f"{OXIGRAPH} optimize")
    subprocess.run(["sh", "-ec", shell], check=True, capture_output=True)
    server.process.kill()
    command_ = [str(OXIGRAPH), "serve", "-l", "store", "-b", server.engine.query[7:].split("/")[0]]
    again = subprocess.run(asked, cwd=ROOT, check=False, capture_output=True, env=environment)
    assert again.returncode == 2
    server.process.wait()
    with subprocess.Popen(command_, cwd=folder, stderr=subprocess.DEVNULL) as process:
        try:
            from tests.http.support import until

            until(server.engine.query.replace("query", ""), 200)
            assert publish(foreign, server, "--check")[0]["status"] == "checked"
            assert publish(foreign, server)[0]["status"] == "unchanged"
        finally:
            process.kill()


def test_before_any_engine_is_asked(foreign: Workspace) -> None:
    project = ("--project", str(foreign.folder))

    def said(*more: str) -> str:
        environment = {"VIJFSTER_BASE_IRI": BASE}
        done = CliRunner().invoke(app, ["publish", *project, *more], env=environment)
        assert done.exit_code == 2
        return done.stderr

    assert "wel geen enkele" in said("--to", "x")
    file = foreign.folder / "vijfster.toml"
    text = file.read_text()
    engine = (
        '\n[[engine]]\nname = "x"\nprofile = "{}"\nquery = "{}"\n'
        'update = "http://h/u"\nstore = "http://h/s"\n'
    )
    file.write_text(text + engine.format("oxigraf", "http://h/q"))
    assert "geen profiel 'oxigraf'" in said("--to", "x")
    file.write_text(text + engine.format("oxigraph", "http://h/q"))
    assert "voer vijfster build uit" in said("--to", "x")
    file.write_text(text + engine.format("oxigraph", "http://h/q").replace("store", "shop"))
    assert "geef update en store" in said("--to", "x")
    file.write_text(text + engine.format("oxigraph", "http://h/q"))
    assert "--rollback, --check" in said("--to", "x", "--rollback", "--check")
    file.write_text(text + engine.format("oxigraph", "http://ik:SECRET@h/q"))
    assert "SECRET" not in said("--to", "x")
    file.write_text(text + 2 * engine.format("oxigraph", "http://h/q"))
    assert "dezelfde naam" in said("--to", "x")
