"""What the commands print: results to standard output, progress and errors to standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from app.errors import InputError, VijfsterError

if TYPE_CHECKING:
    from app.publication import Outcome
    from app.tables.cells import CellProblem

_SHOWN = 200
_EVERY = 10
# what a shell says of a command whose reader left: 128 and the number of SIGPIPE
_PIPE_CLOSED = 141
_STAGES = {
    "tables": ("tabellen lezen en controleren", "reading and checking tables"),
    "mapping": ("rijen naar RDF", "rows to RDF"),
    "dumps": ("downloads schrijven", "writing dumps"),
    "gate": ("toetsen aan de profielen", "validating against the profiles"),
    "index": ("documenten en zoekindex", "documents and search index"),
    "sparql": ("SPARQL-index", "SPARQL index"),
    "files": ("catalogus en manifest", "catalog and manifest"),
}


def say(text: str = "") -> None:
    """Print a line of result; ends the command where nobody reads on (`| head`)."""
    try:
        typer.echo(text)
    except BrokenPipeError:
        # what is still buffered would complain again when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(_PIPE_CLOSED) from None


def note(text: str) -> None:
    """Print a line that is no result (progress, errors) to standard error."""
    typer.echo(text, err=True)


def save(path: Path, content: bytes, *, over: bool = False) -> None:
    """Write a file; one that is there stays as it is unless `over`: it may be somebody's table.

    Raises:
        InputError: It is there already, or cannot be written.
    """
    try:
        with path.open("wb" if over else "xb") as file:
            file.write(content)
    except FileExistsError:
        raise InputError(f"{path} exists already; give another name",
                         nl=f"{path} bestaat al; geef een andere naam") from None  # fmt: skip
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}",
                         nl=f"{path} kan niet geschreven worden") from error  # fmt: skip


def failed(error: VijfsterError, *, lang: object = "en", as_json: bool = False) -> None:
    """Print why a command could not run."""
    if as_json:
        body = {"status": "failed", "code": error.code, "detail": error.detail}
        say(json.dumps(body, ensure_ascii=False, indent=2))
    elif lang == "nl":
        note(f"{error.title_nl}: {error.detail_nl}")
    else:
        note(f"{error.title}: {error.detail}")


def progress_of(lang: str) -> Callable[[str], None]:
    """Return a progress function that prints each stage."""
    index = 0 if lang == "nl" else 1
    return lambda stage: note(f"  … {_STAGES.get(stage, (stage, stage))[index]}")


def links_of(lang: str) -> Callable[[int, int, str], None]:
    """Return a progress function that tells every so often how many addresses were looked at."""

    def told(done: int, total: int, host: str) -> None:
        if done == total or done % _EVERY == 0:
            note(f"  … {done} van {total} adressen ({host})" if lang == "nl"
                 else f"  … {done} of {total} addresses ({host})")  # fmt: skip

    return told


def print_problem(problem: CellProblem, lang: str) -> None:
    """Print one problem: cell, what is wrong, what to do."""
    say(f"{problem.cell}: {problem.message[lang]} {problem.remedy[lang]}")


def report(outcome: Outcome, *, lang: str, as_json: bool) -> int:
    """Print what a build came to; return its exit code."""
    if as_json:
        say(json.dumps(outcome_json(outcome), ensure_ascii=False, indent=2))
        return 1 if outcome.status == "refused" else 0
    nl = lang == "nl"
    if outcome.status == "refused":
        for problem in outcome.problems[:_SHOWN]:
            print_problem(problem, lang)
        more = len(outcome.problems) - _SHOWN
        if more > 0:
            say(f"… en nog {more}" if nl else f"… and {more} more")
        total = len(outcome.problems)
        many_nl, many = ("probleem", "problem") if total == 1 else ("problemen", "problems")
        note(f"Niets gepubliceerd: {total} {many_nl}." if nl
             else f"Nothing published: {total} {many}.")  # fmt: skip
        return 1
    assert outcome.release is not None
    if outcome.status == "unchanged":
        if outcome.release.kind == "rollback":
            say(f"Release {outcome.release.name} is teruggezet; --again publiceert toch." if nl
                else f"Release {outcome.release.name} was rolled back to; --again publishes the "
                "folder all the same.")  # fmt: skip
            return 0
        say(f"Niets gewijzigd; release {outcome.release.name} blijft staan." if nl
            else f"Nothing changed; release {outcome.release.name} stands.")  # fmt: skip
        return 0
    counts = outcome.counts
    say(f"Release {outcome.release.name}: {counts['create']} nieuw, {counts['update']} gewijzigd, "
        f"{counts['delete']} ingetrokken." if nl else
        f"Release {outcome.release.name}: {counts['create']} new, {counts['update']} changed, "
        f"{counts['delete']} withdrawn.")  # fmt: skip
    if outcome.report and outcome.report.counts()["Warning"]:
        number = outcome.report.counts()["Warning"]
        say(f"{number} aandachtspunten (zie /doc/activiteit/validatie)." if nl
            else f"{number} points of attention (see /doc/activiteit/validatie).")  # fmt: skip
    return 0


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON values."""
    return {
        "status": outcome.status,
        "release": outcome.release.name if outcome.release else None,
        "counts": dict(outcome.counts),
        "problems": [
            {"cell": str(p.cell), "code": p.code, "value": p.value,
             "message": dict(p.message), "remedy": dict(p.remedy)}
            for p in outcome.problems
        ],
    }  # fmt: skip
