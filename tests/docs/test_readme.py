"""The README says what is so: its settings table, its commands, its example of a failing build."""

from __future__ import annotations

import re

from typer.testing import CliRunner

from app.cli.main import app
from app.settings import Settings
from tests.conftest import ROOT, Workspace

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_settings_table_is_the_settings_class() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| (.+) \|$", README, re.MULTILINE)
    table = {name: (default or "", text) for name, default, text in rows}
    fields = {
        name.upper(): (str(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }
    assert table == fields


def test_commands_named_are_the_commands_there_are() -> None:
    listed = re.search(r"`vijfster ([a-z |]+)`; `--help`", README)
    assert listed
    registered = {command.name for command in app.registered_commands}
    registered |= {group.name for group in app.registered_groups}
    assert set(listed[1].split(" | ")) == registered


def test_failing_build_prints_what_the_readme_shows(project: Workspace) -> None:
    shown = re.search(r"\$ vijfster build\n(.*?)\nNiets gepubliceerd", README, re.DOTALL)
    assert shown
    lines = (project.folder / "data" / "actors.csv").read_text(encoding="utf-8").split("\n")
    assert lines[12].startswith("citymesh,")
    lines[12] = lines[12].replace(",bedrijf,", ",bedrijff,").replace(",2006,", ",20O6,")
    (project.folder / "data" / "actors.csv").write_text("\n".join(lines), encoding="utf-8")
    result = CliRunner().invoke(app, ["build", "--project", str(project.folder)])
    assert result.exit_code == 1
    assert sorted(result.stdout.splitlines()) == sorted(shown[1].split("\n"))


def test_help_lists_every_make_target_of_the_readme() -> None:
    targets = set(re.findall(r"`make ([a-z]+)`", README))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
