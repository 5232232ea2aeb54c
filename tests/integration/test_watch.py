"""`vijfster watch` as a process: what an editor does to a file, and what is told of it."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap import lab
from app.cli.watch import run
from app.errors import InputError
from app.settings import Settings
from app.validation.closures import CancelledError
from app.validation.sources import Source
from tests.conftest import ROOT

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix t: <https://stad.test/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
"""
SHAPES = (
    PREFIXES
    + """t:S a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property t:P .
t:P a sh:PropertyShape ; sh:path dct:title ; sh:minCount 1 ;
  sh:message "Geef een titel."@nl, "Give a title."@en .
"""
)
LICENCE = """t:S sh:property t:L .
t:L a sh:PropertyShape ; sh:path dct:license ; sh:minCount 1 ; sh:message "Geef een licentie."@nl .
"""
TWO = PREFIXES + "t:een a dcat:Dataset .\nt:twee a dcat:Dataset .\n"
ONE = PREFIXES + 't:een a dcat:Dataset ; dct:title "Een"@nl .\nt:twee a dcat:Dataset .\n'
SECONDS = 60


def hear_ctrl_c() -> None:
    """What a shell starts in the background ignores it, and so does all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Watching:
    """A running `vijfster watch`, its lines as they come."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "watch", *arguments], cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=hear_ctrl_c,
        )  # fmt: skip
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.said: list[str] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def until(self, text: str) -> str:
        """Return the lines up to the one that holds a text."""
        told = ""
        while True:
            line = self.lines.get(timeout=SECONDS)
            assert line is not None, f"ended before {text!r}: {self.said}"
            self.said.append(line)
            told += line
            if text in line:
                return told

    def end(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(SECONDS)
        self._thread.join(SECONDS)
        while (line := self.lines.get(timeout=SECONDS)) is not None:
            self.said.append(line)
        return code


@pytest.fixture
def watch() -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def start(*arguments: object) -> Watching:
        started.append(Watching(*map(str, arguments)))
        return started[-1]

    yield start
    for item in started:
        if item.process.poll() is None:
            item.process.kill()
            item.process.wait(SECONDS)
        item._thread.join(SECONDS)
        assert item.process.stdout
        item.process.stdout.close()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    data, shapes = tmp_path / "feed.ttl", tmp_path / "eigen.ttl"
    data.write_text(TWO, encoding="utf-8")
    shapes.write_text(SHAPES, encoding="utf-8")
    return data, shapes


def test_each_save_tells_what_is_new_and_what_was_fixed(
    watch: Callable[..., Watching], files: tuple[Path, Path]
) -> None:
    data, shapes = files
    running = watch(data, "--shapes", shapes)
    first = running.until("Ctrl-C")
    assert "Voldoet niet" in first
    assert "Fout (2 keer): Geef een titel." in first
    data.write_text(ONE, encoding="utf-8")
    assert "0 nieuw, 1 opgelost, 1 gebleven." in running.until("gebleven")
    assert "Opgelost: Geef een titel." in running.until("Opgelost")
    # replaced by rename, as most editors do
    beside = data.with_suffix(".tmp")
    beside.write_text(TWO, encoding="utf-8")
    beside.rename(data)
    assert "1 nieuw, 0 opgelost, 1 gebleven." in running.until("gebleven")
    assert "een, regel 3" in running.until("- een")
    # a change of the own shapes runs again
    shapes.write_text(SHAPES + LICENCE, encoding="utf-8")
    assert "2 nieuw, 0 opgelost, 2 gebleven." in running.until("gebleven")
    assert "Geef een licentie." in running.until("licentie")
    assert running.end() == 130
    assert "Traceback" not in "".join(running.said)


def test_half_a_file_gives_its_line_and_the_run_before_stays_the_measure(
    watch: Callable[..., Watching], files: tuple[Path, Path]
) -> None:
    data, shapes = files
    running = watch(data, "--shapes", shapes, "--lang", "en")
    running.until("Ctrl-C")
    data.write_text(PREFIXES + "t:een a dcat:Dataset ;\n  dct:title", encoding="utf-8")
    told = running.until("line 4")
    assert "Cannot be read" in told
    assert "fixed" not in told
    # gone for longer than a moment, then back
    data.unlink()
    running.until("is gone")
    data.write_text(ONE, encoding="utf-8")
    assert "0 new, 1 fixed, 1 remaining." in running.until("remaining")
    # half-written shapes are told too
    shapes.write_text(SHAPES + "t:S sh:property", encoding="utf-8")
    running.until("eigen.ttl")
    shapes.write_text(SHAPES, encoding="utf-8")
    assert "0 new, 0 fixed, 1 remaining." in running.until("remaining")
    assert running.end() == 130


def test_the_profile_of_the_project_is_followed_too(
    watch: Callable[..., Watching], files: tuple[Path, Path]
) -> None:
    data, shapes = files
    (data.parent / "shapes").mkdir()
    profile = shapes.rename(data.parent / "shapes" / "dcat-ap-vl-3.0.ttl")
    running = watch(data, "--project", data.parent)
    # chosen by what the data hold; the project's own comes before that of the app
    assert "(2 keer): Geef een titel." in running.until("Ctrl-C")
    profile.write_text(SHAPES + LICENCE, encoding="utf-8")
    assert "2 nieuw, 0 opgelost, 2 gebleven." in running.until("gebleven")
    assert running.end() == 130


@pytest.mark.parametrize("name", ["-", "https://stad.test/feed.ttl", "nergens.ttl"])
def test_only_a_file_that_is_there_can_be_watched(name: str) -> None:
    with pytest.raises(InputError) as found:
        run(lab(Settings(_env_file=None)), name, profiles=[], shapes=[], lang="nl")
    assert found.value.detail_nl != found.value.detail


def test_an_unknown_profile_is_told_at_once(files: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match="no such profile"):
        run(lab(Settings(_env_file=None)), str(files[0]), profiles=["../x"], shapes=[], lang="nl")


def test_a_large_check_ends_when_the_file_changes_under_it() -> None:
    found = replace(lab(Settings(_env_file=None)), large_bytes=0, cancelled=lambda: True)
    source = Source(TWO.encode(), "feed.ttl")
    with pytest.raises(CancelledError):
        found.check(source, [found.profile("dcat-ap-vl-3.0")])


BUSY = """
import sys
from app.rdf import media
from app.rdf.io import parse
from app.validation.closures import validate_chunked
from app.validation.engines import Default
from app.validation.profiles import named
if __name__ == "__main__":
    shapes = open(sys.argv[1], "rb").read()
    profile = named("p", list(parse(shapes, media.TURTLE, base="http://x/", where="p")))
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    data = [(f"<http://x/{n}>", kind, "<http://www.w3.org/ns/dcat#Dataset>") for n in range(3000)]
    try:
        validate_chunked(data, profile, Default(), entities=1, workers=2,
                         progress=lambda done, _: print(done, flush=True))
    except KeyboardInterrupt:
        print("interrupted")
"""


def test_ctrl_c_in_a_large_check_leaves_no_stack_of_the_workers(files: tuple[Path, Path]) -> None:
    script = files[0].with_name("busy.py")
    script.write_text(BUSY, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), str(files[1])], cwd=ROOT, text=True, start_new_session=True,
        env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=hear_ctrl_c,
    ) as busy:  # fmt: skip
        assert busy.stdout
        assert busy.stderr
        assert busy.stdout.readline() == "1\n"
        # what a terminal does: every process of the group gets it
        subprocess.run(["kill", "-INT", "--", f"-{busy.pid}"], check=True)
        try:
            out, errors = busy.communicate(timeout=SECONDS)
        finally:
            busy.kill()
    assert out.endswith("interrupted\n")
    assert errors == ""
