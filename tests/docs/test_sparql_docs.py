"""docs/sparql.md says what is so: its examples run against the service and print what it shows.

An example in R or Power Query is run where there is an R; its query is always asked.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.engines import free_port
from tests.conftest import BASE, ROOT, Workspace
from tests.http.support import serving

DOC = (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8")
AT = "http://localhost:8000/"
PEERS = Path(os.environ.get("VIJFSTER_PEERS") or Path.home() / ".cache" / "vijfster")
# of the examples of clients: language, text, what it is shown to print
EXAMPLES = re.findall(
    r"```(sh|python|js|r|powerquery)\n(.*?)```(?:\n\n```text\n(.*?)```)?",
    DOC.partition("## An external engine")[0],
    re.DOTALL,
)


@pytest.fixture(scope="module")
def address(built: Workspace) -> Iterator[str]:
    with serving(built, free_port()) as found:
        yield found


def run(command: list[str], text: str) -> str:
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def runtime(kind: str, text: str) -> list[str]:
    """Return the command that runs an example from its standard input."""
    if kind == "python":
        # pandas is no dependency of ours; morph-kgc has it
        return [str(PEERS / "oracle/bin/python") if "pandas" in text else sys.executable, "-"]
    return {"sh": ["sh", "-e"], "js": ["node", "-"], "r": ["Rscript", "-"]}[kind]


def runnable(kind: str) -> bool:
    return kind != "powerquery" and (kind != "r" or shutil.which("Rscript") is not None)


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [example for example in EXAMPLES if runnable(example[0])],
    ids=lambda value: value if value in {"sh", "python", "js", "r"} else "",
)
def test_examples_run_and_print_what_is_shown(
    address: str, kind: str, text: str, shown: str
) -> None:
    command = runtime(kind, text)
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not there; make peers and .ci/run install it")
    printed = run(command, text.replace(AT, address)).splitlines()
    assert len(printed) >= 1
    assert shown, "an example shows what it prints"
    missing = [line for line in shown.splitlines() if line != "…" and line not in printed]
    assert missing == [], "\n".join(printed)


def test_queries_of_clients_that_cannot_run_here(address: str) -> None:
    kinds = []
    for kind, text, _ in EXAMPLES:
        if kind in {"r", "powerquery"}:
            found = re.search(r"""(?:<- '|Query = ")(.*?\})(?: ORDER BY \?\w+)?['"]""", text, re.S)
            assert found, text
            query = urllib.parse.urlencode({"query": found[1], "format": "csv"})
            with urllib.request.urlopen(f"{address}sparql?{query}", timeout=30) as answer:
                rows = list(csv.reader(answer.read().decode().splitlines()))
            assert len(rows) > 50
            kinds.append(kind)
    assert kinds == ["r", "powerquery"]


def test_the_command(address: str) -> None:
    (block,) = re.findall(
        r"```console\n\$ (vijfster query .*?)\n```\n\n```text\n(.*?)```", DOC, re.S
    )
    name, *arguments = shlex.split(block[0].replace(AT, address))
    assert name == "vijfster"
    printed = run([sys.executable, "-m", "app", *arguments], "")
    assert printed.replace(BASE, AT) == block[1]


def test_every_client_has_an_example() -> None:
    kinds = [kind for kind, _, _ in EXAMPLES]
    assert sorted(set(kinds)) == ["js", "powerquery", "python", "r", "sh"]
    for word in ("SPARQLWrapper", "SPARQLStore", "nquads", "pandas"):
        assert any(word in text for kind, text, _ in EXAMPLES if kind == "python")
