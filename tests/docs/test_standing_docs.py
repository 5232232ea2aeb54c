"""The list of feeds and the line of cron in the docs work as they are written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from app.validation.feeds import load_feeds
from tests.conftest import ROOT

DOCS = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
DATA = "<https://stad.test/1> a <http://www.w3.org/ns/dcat#Dataset> .\n"


def test_the_list_of_feeds_is_one(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(\[\[feed\]\].*?)```", DOCS, re.DOTALL)
    assert shown
    (tmp_path / "feeds.toml").write_text(shown[1], encoding="utf-8")
    (feed,) = load_feeds(tmp_path / "feeds.toml")
    assert feed.profiles
    assert all((ROOT / "shapes" / f"{name}.ttl").is_file() for name in feed.profiles)


def test_the_line_of_cron_speaks_only_of_what_is_new(tmp_path: Path) -> None:
    shown = re.search(r"```cron\n[0-9]+ [0-9]+ \* \* \* (.*)\n```", DOCS)
    assert shown
    # cron takes an unescaped % for the end of the line
    assert "%" not in shown[1]
    line = shown[1].replace("/srv/vijfster/.venv/bin/vijfster", f"{sys.executable} -m app")
    line = line.replace("/srv/feeds", str(tmp_path))
    (tmp_path / "data.ttl").write_text(DATA, encoding="utf-8")
    (tmp_path / "feeds.toml").write_text(
        '[[feed]]\nname = "Stad"\nsource = "data.ttl"\n', encoding="utf-8"
    )
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.defpath, "HOME": str(tmp_path)}

    def mailed() -> str:
        done = subprocess.run(["/bin/sh", "-c", line], env=environment, cwd="/", text=True,
                              capture_output=True, check=True)  # fmt: skip
        return done.stdout + done.stderr

    assert mailed().startswith("Stad: Voldoet niet. ")
    assert mailed() == ""
    (tmp_path / "data.ttl").write_text(DATA + "<https://stad.test/2> a", encoding="utf-8")
    assert "Kan niet gelezen worden" in mailed()
