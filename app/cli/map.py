"""`vijfster map`: run a mapping over files of any size."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.cli.command import Json, Lang, Project, command, settings_of
from app.cli.output import note, say
from app.errors import InputError

if TYPE_CHECKING:
    from app.mapping.job import Job
    from app.mapping.streaming import Totals

_SHOWN = 200
_EVERY_SECONDS = 0.5
_STAGES = {
    "check": ("nakijken", "checking"), "map": ("omzetten", "mapping"),
    "once": ("dubbels verwijderen", "removing duplicates"),
}  # fmt: skip
Format = Literal["nquads", "ntriples", "turtle", "trig", "jsonld", "rdfxml"]


@command
def map_(
    mapping: Annotated[Path, typer.Argument(help="YARRRML (.yml), or RML in Turtle (.ttl).")],
    data: Annotated[
        list[str] | None,
        typer.Option(help="A file instead of the one the mapping names; NAME=FILE of several."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="The form of the output.")] = "nquads",
    output: Annotated[
        Path | None, typer.Option(help="The file to write; else to the screen.")
    ] = None,
    base: Annotated[str, typer.Option(help="Base of relative IRIs; else the mapping's own.")] = "",
    on_error: Annotated[
        Literal["stop", "skip-row", "skip-triple"],
        typer.Option(help="What a wrong cell costs: everything, its row, or its triples."),
    ] = "skip-triple",
    max_errors: Annotated[int, typer.Option(min=1, help="Errors shown; all are counted.")] = _SHOWN,
    explain: Annotated[
        str, typer.Option(help="Show what a row (its number), or a thing (its IRI), comes to.")
    ] = "",
    encoding: Annotated[str, typer.Option(help="The encoding of the table; else found.")] = "",
    delimiter: Annotated[str, typer.Option(help="What separates columns; else found.")] = "",
    sheet: Annotated[str, typer.Option(help="The sheet of a workbook, by name or number.")] = "",
    header_row: Annotated[int, typer.Option(min=0, help="The row of the header; else found.")] = 0,
    items: Annotated[str, typer.Option(help="Where the rows of a JSON file are (a.b).")] = "",
    package: Annotated[Path | None, typer.Option(help="Descriptor of the tables.")] = None,
    processes: Annotated[int, typer.Option(min=0, help="Side by side; 0 is one a processor.")] = 0,
    project: Project = None,
    lang: Lang = "nl",
    as_json: Json = False,
) -> int:
    """Map tables to RDF: every wrong cell is named, the rest is written.

    Exit 0, 1 if a cell or row was wrong, 2 if the mapping could not be run.
    """
    from app.bootstrap import mapping_job  # noqa: PLC0415
    from app.mapping.forms import convert as to_form  # noqa: PLC0415
    from app.mapping.job import Order  # noqa: PLC0415
    from app.mapping.streaming import Sizes  # noqa: PLC0415
    from app.mapping.work import Wanted  # noqa: PLC0415
    from app.tables.batch import Dialect  # noqa: PLC0415
    from app.workers.spread import processors  # noqa: PLC0415

    dialect = Dialect(encoding, "\t" if delimiter in {"tab", "\\t"} else delimiter, sheet=sheet,
                      header_row=header_row, items=items)  # fmt: skip
    order = Order(
        mapping, base, _files(data or []), dialect, package, Wanted(on_error, max_errors),
        Sizes(processes=processes or processors()),
    )  # fmt: skip
    job = mapping_job(settings_of(project), order)
    if explain:
        from app.cli.explain import explained  # noqa: PLC0415

        return explained(job, explain, lang=lang, as_json=as_json)
    convert = None if form == "nquads" else partial(to_form, form=form)
    target: Any = output if output else sys.stdout.buffer
    totals = job.run(target, convert, _progress(lang))
    _tell(job, totals, output, lang=lang, as_json=as_json)
    return 1 if totals.wrong else 0


def _files(data: list[str]) -> dict[str, Path]:
    out = {}
    for item in data:
        name, sign, file = item.partition("=")
        path = Path(file if sign and not Path(item).exists() else item)
        if not path.is_file():
            raise InputError(f"there is no file {path}; check the path",
                             nl=f"er is geen bestand {path}; kijk het pad na")  # fmt: skip
        out[name if str(path) == file and sign else ""] = path
    return out


def _progress(lang: str) -> Callable[[str, float, int], None]:
    """Return a progress line: a bar on a terminal, else now and then a line."""
    last = [time.monotonic()]
    shown = sys.stderr.isatty()

    def told(stage: str, share: float, rows: int) -> None:
        now = time.monotonic()
        if now - last[0] < (_EVERY_SECONDS if shown else 20 * _EVERY_SECONDS):
            return
        last[0] = now
        name = _STAGES[stage][lang != "nl"]
        count = f"{rows:,}".replace(",", "." if lang == "nl" else ",")
        rows_ = "rijen" if lang == "nl" else "rows"
        if not shown:
            note(f"  … {name}: {share:.0%}, {count} {rows_}")
            return
        width = 30
        bar = "█" * int(share * width) + "░" * (width - int(share * width))
        end = "" if share < 1 else "\n"
        sys.stderr.write(f"\r  {name:<12} {bar} {share:4.0%}  {count} {rows_}{end}")
        sys.stderr.flush()

    return told


def _tell(job: Job, totals: Totals, output: Path | None, *, lang: str, as_json: bool) -> None:
    nl, stop = lang == "nl", job.order.wanted.on_error == "stop" and totals.wrong > 0
    if as_json:
        from app.mapping.telling import told  # noqa: PLC0415

        # the screen is for the output, where that has no file
        (say if output else note)(json.dumps({
            **told(totals, written=not stop), "skipped": [str(path) for path in totals.skipped],
        }, ensure_ascii=False, indent=2))  # fmt: skip
        return
    for item in totals.notes:
        note(f"  {item.messages[lang]}")
    for problem in totals.problems:
        note(f"{problem.cell}: {problem.message[lang]} {problem.remedy[lang]}")
    if totals.wrong > len(totals.problems):
        more = totals.wrong - len(totals.problems)
        note(f"… en nog {more}" if nl else f"… and {more} more")
    for problem, count in totals.unmatched:
        times = f"({count} keer in deze kolom)" if nl else f"({count} times in this column)"
        note(f"{problem.cell}: {problem.message[lang]} {problem.remedy[lang]} {times}")
    wrong = _some(totals.wrong, ("probleem", "problemen") if nl else ("problem", "problems"))
    rows = ("rij", "rijen") if nl else ("row", "rows")
    if stop:
        note(f"Niets geschreven: {wrong}." if nl else f"Nothing written: {wrong}.")
    else:
        where = f" → {output}" if output else ""
        within = f" in {_some(totals.kept, rows)}" if totals.wrong else ""
        note(f"{_some(totals.rows, rows)}, {totals.quads} triples{where}; {wrong}{within}.")
    for path in totals.skipped:
        note(f"Die rijen staan, om te herstellen, in {path}." if nl
             else f"Those rows are, to be mended, in {path}.")  # fmt: skip


def _some(count: int, words: tuple[str, str]) -> str:
    return f"{count} {words[count != 1]}"
