"""`vijfster validate --feeds`: real files, a real server, a real kill."""

from __future__ import annotations

import datetime as dt
import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import app.cli.standing as standing_commands
from app.cli.main import app
from app.cli.standing import sparkline
from app.store.history import History
from app.store.lock import exclusive
from app.validation.standing import Run
from tests.conftest import ROOT

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix t: <https://stad.test/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
"""
SHAPES = (
    PREFIXES
    + """t:S a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property t:P, t:L .
t:P a sh:PropertyShape ; sh:path dct:title ; sh:minCount 1 ;
  sh:message "Geef een titel."@nl, "Give a title."@en .
t:L a sh:PropertyShape ; sh:path dct:license ; sh:minCount 1 ; sh:severity sh:Warning ;
  sh:message "Geef een licentie."@nl, "Give a licence."@en .
"""
)
WRONG = PREFIXES + "t:een a dcat:Dataset ; dct:license t:vrij .\n"
OTHER = PREFIXES + "t:twee a dcat:Dataset ; dct:license t:vrij .\n"
RIGHT = PREFIXES + 't:een a dcat:Dataset ; dct:title "Een"@nl ; dct:license t:vrij .\n'


class Desk:
    """A folder with a list of feeds, and the command over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.list = folder / "feeds.toml"
        self.history = History(folder / "var" / "checks", Run)
        self.write("eigen.ttl", SHAPES)

    def feeds(self, *feeds: tuple[str, str], more: str = 'shapes = ["eigen.ttl"]') -> None:
        parts = [f"[[feed]]\nname = {json.dumps(name)}\nsource = {json.dumps(source)}\n{more}\n"
                 for name, source in feeds]  # fmt: skip
        self.write("feeds.toml", "\n".join(parts))

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str]:
        command = ["validate", "--feeds", str(self.list), "--project", str(self.folder)]
        found = CliRunner().invoke(app, [*command, *arguments], env=env or {})
        return found.exit_code, found.stdout, found.stderr

    def json(self, *arguments: str, **more: Any) -> tuple[int, list[dict[str, Any]]]:
        code, out, _ = self.run("--format", "json", *arguments, **more)
        return code, json.loads(out)["feeds"]

    def runs(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json("--history", name)[1][0]["runs"]
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


class Server:
    """A web server with one file, its ETag, and what was asked of it."""

    def __init__(self, text: str) -> None:
        self.text, self.etag, self.status = text, '"1"', 200
        self.asked: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = self.headers["If-None-Match"]
                outer.asked.append(known)
                same = bool(outer.etag) and known == outer.etag
                body = b"" if same else outer.text.encode()
                self.send_response(304 if same else outer.status)
                if outer.etag:
                    self.send_header("ETag", outer.etag)
                self.send_header("Content-Type", "text/turtle")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{port}/feed.ttl"
        self.env = {"VIJFSTER_FETCH_ALLOW": f"127.0.0.1, :{port}"}

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


@pytest.fixture
def serve() -> Iterator[Callable[[str], Server]]:
    started: list[Server] = []

    def start(text: str) -> Server:
        started.append(Server(text))
        return started[-1]

    yield start
    for server in started:
        server.close()


def test_only_what_is_new_fails(desk: Desk) -> None:
    desk.feeds(("Stad", "feed.ttl"))
    desk.write("feed.ttl", WRONG)
    code, out, _ = desk.run()
    assert code == 1
    assert out == ("Stad: Voldoet niet. 1 nieuw, 0 opgelost, 0 gebleven.\n"
                   "  Fout: Geef een titel.\n    - een, regel 3\n")  # fmt: skip
    code, out, _ = desk.run()
    assert code == 0
    assert re.fullmatch(r"Stad: Voldoet niet, ongewijzigd sinds [-0-9: ]+ UTC\. "
                        r"0 nieuw, 0 opgelost, 1 gebleven\.\n", out)  # fmt: skip
    desk.write("feed.ttl", RIGHT + "t:twee a dcat:Dataset ; dct:title 'y' .\n")
    code, out, _ = desk.run("--lang", "en")
    assert code == 0
    assert "Stad: Conforms. 1 new, 1 fixed, 0 remaining." in out
    assert "Warning: Give a licence." in out
    assert "Fixed: Give a title." in out
    desk.write("feed.ttl", WRONG + "t:drie a dcat:Dataset .\n")
    code, (entry,) = desk.json("--fail-on", "warning")
    assert code == 1
    assert (entry["new"], entry["fixed"], entry["remaining"]) == (3, 1, 0)
    causes = {(cause["severity"], cause["count"]) for cause in entry["causes"]}
    assert causes == {("Violation", 2), ("Warning", 1)}
    runs = [(run["verdict"], run["unchanged"]) for run in desk.runs("Stad")]
    assert runs == [("violations", False), ("violations", True),
                    ("conforms", False), ("violations", False)]  # fmt: skip


def test_an_unchanged_feed_is_not_fetched_and_checked_twice(
    desk: Desk, serve: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = serve(RIGHT)
    desk.feeds(("Stad", feed.url))
    assert desk.run(env=feed.env)[0] == 0
    code, (entry,) = desk.json(env=feed.env)
    assert code == 0
    assert entry["unchanged"] is True
    assert entry["since"] == desk.runs("Stad")[0]["time"]
    assert feed.asked == [None, '"1"']
    # other rules: what the server says of the data no longer matters
    desk.write("eigen.ttl", SHAPES.replace("dct:license ;", "dct:rights ;"))
    code, (entry,) = desk.json(env=feed.env)
    assert (entry["unchanged"], entry["new"], feed.asked[2]) == (False, 1, None)
    # a server without ETag sends it again; the same bytes are not checked again
    feed.etag = ""
    assert desk.json(env=feed.env)[1][0]["unchanged"] is True
    assert feed.asked[3] == '"1"'
    feed.text, feed.etag = WRONG, '"2"'
    code, (entry,) = desk.json(env=feed.env)
    assert (code, entry["unchanged"], entry["new"]) == (1, False, 1)
    # engine and version count too
    assert desk.json("--engine", "shifty", env=feed.env)[1][0]["unchanged"] is False
    assert desk.json("--engine", "shifty", env=feed.env)[1][0]["unchanged"] is True
    monkeypatch.setattr("app.validation.standing.__version__", "9")
    assert desk.json("--engine", "shifty", env=feed.env)[1][0]["unchanged"] is False


def test_a_named_profile_that_changes_is_checked_again(desk: Desk) -> None:
    desk.write("feed.ttl", RIGHT)
    (desk.folder / "shapes").mkdir()
    desk.write("shapes/eigen.ttl", SHAPES)
    desk.feeds(("Stad", "feed.ttl"), more='profiles = ["eigen"]')
    assert desk.json()[1][0]["unchanged"] is False
    assert desk.json()[1][0]["unchanged"] is True
    desk.write("shapes/eigen.ttl", SHAPES + "\n# een opmerking\n")
    assert desk.json()[1][0]["unchanged"] is False


def test_one_bad_feed_never_stops_the_others(
    desk: Desk, serve: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = serve(RIGHT)
    feed.status = 500
    desk.write("half.ttl", PREFIXES + "t:een a")
    desk.write("goed.ttl", RIGHT)
    desk.feeds(("Weg", "nergens.ttl"), ("Half", "half.ttl"), ("Server", feed.url),
               ("Intern", "http://127.0.0.1:1/x"), ("Goed", "goed.ttl"))  # fmt: skip
    code, out, _ = desk.run(env=feed.env)
    lines = out.splitlines()
    assert code == 2
    assert [line.partition(":")[0] for line in lines] == ["Weg", "Half", "Server", "Intern", "Goed"]
    assert all("Kan niet gelezen worden" in line for line in lines[:4])
    assert "regel 3" in lines[1]
    assert "500" in lines[2]
    assert "Voldoet. 0 nieuw" in lines[4]
    assert [run["error"] for run in desk.runs("Server")] == ["not-fetched"]

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(standing_commands, "fetched", broken)
    code, found = desk.json(env=feed.env)
    assert code == 2
    codes = [entry["error"] and entry["error"]["code"] for entry in found]
    assert codes == ["bad-input", "rdf-syntax", "error", "error", None]


def test_what_cannot_be_read_is_no_measure(desk: Desk, serve: Callable[[str], Server]) -> None:
    feed = serve(WRONG)
    desk.feeds(("Stad", feed.url))
    assert desk.run(env=feed.env)[0] == 1
    feed.text, feed.etag = PREFIXES + "t:een", '"2"'
    assert desk.run(env=feed.env)[0] == 2
    feed.text, feed.etag = WRONG, '"1"'
    code, (entry,) = desk.json(env=feed.env)
    # asked with what belongs to the check that still stands
    assert feed.asked == [None, '"1"', '"1"']
    assert (code, entry["unchanged"], entry["remaining"]) == (0, True, 1)
    feed.text, feed.etag = OTHER, '"3"'
    code, (entry,) = desk.json(env=feed.env)
    assert (code, entry["new"], entry["fixed"], entry["remaining"]) == (1, 1, 1, 0)


def test_a_profile_that_is_not_there_and_parts_not_checked_end_with_2(desk: Desk) -> None:
    desk.write("feed.ttl", RIGHT)
    desk.feeds(("Stad", "feed.ttl"), more='profiles = ["../../x"]')
    code, (entry,) = desk.json()
    assert (code, entry["error"]["code"]) == (2, "bad-project")
    desk.feeds(("Stad", "feed.ttl"))
    desk.write("eigen.ttl", SHAPES + "t:P sh:shape t:L .\n")
    for unchanged in (False, True):
        code, (entry,) = desk.json()
        assert (code, entry["unchanged"], entry["unchecked"]) == (2, unchanged, 1)


def test_the_history_is_shown_in_words_and_as_json(desk: Desk) -> None:
    desk.feeds(("Stad", "feed.ttl"))
    code, out, _ = desk.run("--history")
    assert (code, out) == (0, "Stad: 0 keer gecontroleerd\n")
    for text in (RIGHT, WRONG, PREFIXES + "t:een", RIGHT):
        desk.write("feed.ttl", text)
        desk.run()
    code, out, _ = desk.run("--history", "--lang", "en")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "Stad: checked 4 times"
    assert lines[1].startswith("  ▁█×▁  ")
    assert "1 errors, 0 warnings" in lines[3]
    assert "1 new, 0 fixed, 0 remaining." in lines[3]
    assert "Cannot be read. rdf-syntax" in lines[4]
    runs = desk.runs("Stad")
    assert [run["verdict"] for run in runs] == [
        "conforms", "violations", "unreadable", "conforms"
    ]  # fmt: skip
    assert all(run["time"].endswith("Z") for run in runs)
    at = dt.datetime.fromisoformat(runs[-1]["time"])
    assert abs(dt.datetime.now(dt.UTC) - at) < dt.timedelta(minutes=10)


def test_the_picture_shows_every_violation() -> None:
    runs = [Run("", "violations", {"Violation": count}) for count in (0, 1, 500, 1000)]
    assert sparkline([*runs, Run("", "unreadable", error="x")]) == "▁▂▅█×"
    assert sparkline([]) == ""


def test_two_runs_at_once_the_second_says_so(desk: Desk) -> None:
    desk.feeds(("Stad", "feed.ttl"))
    desk.write("feed.ttl", RIGHT)
    with exclusive(desk.history.folder / "lock"):
        code, out, errors = desk.run()
        assert (code, out) == (2, "")
        assert "De feeds worden al gecontroleerd" in errors
        # looking back needs no lock
        assert desk.run("--history")[0] == 0
    assert desk.run()[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--history", "x.ttl"],
        ["--feeds", "nergens.toml"],
        ["--feeds", "{list}", "Onbekend"],
        ["--feeds", "{list}", "--format", "html"],
        ["--feeds", "{list}", "--profile", "dcat-ap-vl-3.0"],
        ["--feeds", "{list}", "--output", "x"],
        ["--feeds", "{list}", "--baseline", "x"],
    ],
)
def test_what_does_not_go_together_is_refused(desk: Desk, arguments: list[str]) -> None:
    desk.feeds(("Stad", "feed.ttl"))
    given = [item.replace("{list}", str(desk.list)) for item in arguments]
    result = CliRunner().invoke(app, ["validate", *given, "--project", str(desk.folder)])
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    assert "kan niet gebruikt worden" in result.stderr
    assert not desk.history.folder.exists()


def test_damaged_history_is_told_and_left_alone(desk: Desk) -> None:
    desk.feeds(("Een", "feed.ttl"), ("Twee", "feed.ttl"))
    desk.write("feed.ttl", WRONG)
    desk.run()
    path = desk.history.place("Een") / "history.json"
    for damage in (b"{", b"[]", b'{"version": 9}', b'{"version": 1, "name": "x", "runs": [1]}'):
        path.write_bytes(damage)
        code, out, errors = desk.run()
        assert code == 2
        assert "beschadigd" in errors
        assert out.startswith("Twee: ")
        assert path.read_bytes() == damage
        assert desk.run("--history")[0] == 2
    # a model that is cut off cannot be compared with
    (model,) = desk.history.place("Twee").glob("model-*")
    whole = model.read_bytes()
    model.write_bytes(whole[:-20])
    desk.write("feed.ttl", RIGHT)
    code, out, errors = desk.run("Twee")
    assert (code, out) == (2, "")
    assert model.name in errors
    model.write_bytes(whole)
    assert "0 nieuw, 1 opgelost" in desk.run("Twee")[1]


def drive(state: Path, work: Path, points: list[str]) -> Iterator[dict[str, Any]]:
    """Yield how `vijfster validate --feeds` ended at each point."""
    work.mkdir()
    command = [
        sys.executable, "-m", "tests.integration.standing_driver", str(state), str(work),
        ",".join(points), "validate", "--feeds", "{work}/feeds.toml", "--project", "{work}",
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout
        for line in driver.stdout:
            yield json.loads(line)
    assert driver.returncode == 0


@pytest.mark.slow
def test_a_kill_at_any_point_loses_at_most_the_run_in_progress(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    first = Desk(state)
    first.feeds(("Stad", "feed.ttl"))
    for text in (RIGHT, WRONG):
        first.write("feed.ttl", text)
        first.run()
    before = first.runs("Stad")
    first.write("feed.ttl", OTHER)
    (unharmed,) = drive(state, tmp_path / "once", ["0"])
    assert unharmed["code"] == 1
    assert "1 nieuw, 1 opgelost" in unharmed["told"]
    points = [str(number) for number in range(1, unharmed["touches"] + 1)]
    ended = list(drive(state, tmp_path / "killed", points))
    assert len(ended) > 10
    assert {item["code"] for item in ended} == {-signal.SIGKILL}
    kept = [_survived(item, before) for item in ended]
    # some were killed before the run was kept, some after
    assert set(kept) == {False, True}
    assert kept == sorted(kept)
    # in the middle of writing: what is told is shorter than these, the history is longer
    whole = len(
        (Desk(Path(unharmed["folder"])).history.place("Stad") / "history.json").read_bytes()
    )
    halves = [f"s{size}" for size in (len(unharmed["told"]) + 50, whole // 2, whole - 1)]
    for item in drive(state, tmp_path / "halves", halves):
        assert item["code"] == -signal.SIGXFSZ
        assert not _survived(item, before)


def _survived(item: dict[str, Any], before: list[dict[str, Any]]) -> bool:
    """Look at what a killed run left and run on; return whether it was kept."""
    folder = Path(item["folder"])
    again = Desk(folder)
    runs = again.runs("Stad")
    assert runs[: len(before)] == before
    assert len(runs) - len(before) in {0, 1}
    code, (entry,) = again.json()
    if len(runs) > len(before):
        # what was kept was told
        assert "1 nieuw, 1 opgelost" in item["told"]
        assert (code, entry["unchanged"]) == (0, True)
    else:
        assert (code, entry["new"], entry["fixed"]) == (1, 1, 1)
    again.write("feed.ttl", RIGHT)
    assert again.run()[0] == 0
    assert len(list(again.history.place("Stad").iterdir())) == 2
    return len(runs) > len(before)
