"""The guides say what is so: every command they show is run, in order, on a copy of the example."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from tests.conftest import ROOT

GUIDES = sorted((ROOT / "docs" / "guides").glob("*/*.md"))
GUIDES = [path for path in GUIDES if path.parent.name in {"nl", "en"}]
# what the reader changes in the list on the way
CHANGE = re.compile(r"(?:vervang|replace)\s+`([^`]+)` (?:door|by) `([^`]+)`")


def steps(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (command, lines it is shown to print), and ("change", [old, new])."""
    for match in re.finditer(rf"```console\n(.*?)```|{CHANGE.pattern}", text, re.DOTALL):
        if match[1] is None:
            yield "change", [match[2], match[3]]
            continue
        for block in re.split(r"^\$ ", match[1], flags=re.MULTILINE)[1:]:
            command, *lines = block.rstrip("\n").split("\n")
            yield command, lines


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.parent.name)
def test_every_command_of_a_guide_runs_and_prints_what_is_shown(
    guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "voorbeeld"
    shutil.copytree(ROOT / "docs" / "guides" / "voorbeeld", folder)
    monkeypatch.chdir(folder)
    text = guide.read_text(encoding="utf-8")
    run = []
    for command, shown in steps(text):
        if command == "change":
            table = folder / "data" / "verenigingen.csv"
            before = table.read_text(encoding="utf-8")
            assert shown[0] in before
            table.write_text(before.replace(shown[0], shown[1]), encoding="utf-8")
            continue
        name, *arguments = shlex.split(command)
        assert name == "vijfster"
        done = CliRunner().invoke(app, arguments)
        # only the run in which an error is shown has one
        wrong = any("#row=" in line for line in shown)
        assert done.exit_code == int(wrong), (command, done.output)
        printed = done.output.splitlines()
        assert [line for line in shown if line not in printed] == [], (command, done.output)
        # a column with a point in its name is one that the mapping reads
        assert not any("linked data:" in line and "Huisnr." in line for line in printed)
        run.append(arguments[0])
    assert {"mapping", "map", "validate", "build", "template"} <= {*run}
    for line in re.findall(r"^- \[.*|^s: .*", text, re.MULTILINE):
        assert line in (folder / "mappings" / "verenigingen.yml").read_text(encoding="utf-8")


def test_the_guides_tell_the_same_and_their_links_lead_somewhere() -> None:
    commands = []
    for guide in GUIDES:
        text = guide.read_text(encoding="utf-8")
        commands.append([command.removesuffix(" --lang en") for command, _ in steps(text)])
        for link in re.findall(r"\]\(([^)#]+)", text):
            assert (guide.parent / link).exists(), link
    assert len(GUIDES) == 2
    assert commands[0] == commands[1]
