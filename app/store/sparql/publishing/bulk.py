"""A release for an engine's own bulk loader: the file, and the commands to run beside it."""

from __future__ import annotations

import gzip
import shlex
import shutil
from pathlib import Path

from app.errors import InputError
from app.store.sparql.publishing.client import Target

_FILE, _COMMANDS = "release.nq", "commands.txt"
_PLAIN = """\
# {name}: no bulk loader of this profile is known here; release.nq is N-Quads (W3C)
# then: vijfster publish --to {name} --check
"""
# the shell commands of each engine's documentation; they load into a store of their own, so that
# what is served stays as it is until the server is pointed there
_TEXTS = {
    "oxigraph": """\
# {name}: into a new folder; then start the server on it
oxigraph load --location {folder}/store --file {folder}/release.nq
oxigraph optimize --location {folder}/store
# oxigraph serve-read-only --location {folder}/store --bind 127.0.0.1:7878
# then: vijfster publish --to {name} --check
""",
    "virtuoso": """\
# {name}: {folder} must be named by DirsAllowed in virtuoso.ini; graphs that are there are added to:
# load into a database that has none of them. Give user and password as your isql asks them
isql-vt 127.0.0.1:1111 exec="ld_dir('{folder}', 'release.nq', ''); rdf_loader_run(); checkpoint;"
# then: vijfster publish --to {name} --check
""",
    "qlever": """\
# {name}: into a new index; then start the server on it
cd {folder} && qlever-index -i vijfster -F nq -f release.nq
# qlever-server -i {folder}/vijfster -p 7001
# then: vijfster publish --to {name} --check
""",
    "fuseki": """\
# {name}: into a new folder; then start the server on it
tdb2.xloader --loc {folder}/store {folder}/release.nq
# then: vijfster publish --to {name} --check
""",
}


def hand_over(target: Target, data: Path, folder: Path, lang: str) -> str:
    """Write a release as plain N-Quads and the commands that load it; return what to do.

    Raises:
        InputError: The folder cannot be written, or holds an earlier release.
    """
    folder = folder.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with gzip.open(data) as source, (folder / _FILE).open("xb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        text = _TEXTS.get(target.dialect.name, _PLAIN)
        commands = text.format(name=target.name, folder=shlex.quote(str(folder)))
        (folder / _COMMANDS).write_text(commands, encoding="utf-8")
    except FileExistsError:
        raise InputError(
            f"{folder / _FILE} exists already; give another folder",
            nl=f"{folder / _FILE} bestaat al; kies een andere map",
        ) from None
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written: {error.strerror}",
            nl=f"in {folder} kan niet geschreven worden: {error.strerror}",
        ) from error
    head = f"{folder / _COMMANDS}:"
    said = ("Laad het bestand met deze opdrachten" if lang == "nl"
            else "Load the file with these commands")  # fmt: skip
    return f"{said} ({head[:-1]}):\n\n{commands.rstrip()}"
