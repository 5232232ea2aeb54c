"""`vijfster mapping`: propose one, write one as RML, list its functions, its JSON Schema."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from app.cli.command import Json, Lang, app, command_of
from app.cli.output import note, save, say


class _OrFile(TyperGroup):
    """What is no command is the file of `mapping FILE --to`, as it was before there were any."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["rml", *args]
        return super().parse_args(ctx, args)


group = typer.Typer(cls=_OrFile, no_args_is_help=True, rich_markup_mode=None,
                    help="Propose a mapping for a table (new), or print one as RML (FILE --to).",
                    )  # fmt: skip
app.add_typer(group, name="mapping")
command = command_of(group)


@command
def rml(
    file: Annotated[Path, typer.Argument(help="A mapping: YARRRML, or RML in Turtle (.ttl).")],
    to: Annotated[Literal["rml", "rml-core"], typer.Option("--to", help="The form of RML.")],
    lang: Lang = "nl",  # noqa: ARG001 - of the errors
) -> int:
    """Print a mapping as RML in Turtle; its relative IRIs are those of the project's base."""
    from app.mapping.rmlwriting import rml_of  # noqa: PLC0415

    say(rml_of(file, to).rstrip("\n"))
    return 0


@command
def new(
    file: Annotated[Path, typer.Argument(help="A workbook (.xlsx, .ods, .xls), CSV or JSON.")],
    profile: Annotated[
        str, typer.Option(help="What the rows are: organisatie, instrument, project or dcat.")
    ],
    sheet: Annotated[str, typer.Option(help="Name or number of the sheet of a workbook.")] = "",
    items: Annotated[str, typer.Option(help="Where the rows of a JSON file are (a.b).")] = "",
    output: Annotated[Path | None, typer.Option(help="Write the mapping to a file (.yml).")] = None,
    lang: Lang = "nl",
    as_json: Json = False,
) -> int:
    """Propose a mapping for a table, from its heads and the values below them, to read and mend.

    Exit 0 if a column was recognised, 1 if none was.
    """
    from app.bootstrap import bundled  # noqa: PLC0415
    from app.mapping.handing import sheet_of  # noqa: PLC0415
    from app.mapping.proposing.proposal import propose  # noqa: PLC0415
    from app.tables.sampling import ONE_OF_SEVERAL, sample_file  # noqa: PLC0415

    found = sample_file(file, sheet=sheet, items=items)
    folder = output.parent if output else Path()
    source = Path(os.path.relpath(file, folder)).as_posix()
    if any(item.code == ONE_OF_SEVERAL for item in found.notes):
        source = sheet_of(source, found.name)
    made = propose(found, profile, source=source, vocab=bundled() / "vocab", lang=lang)
    if output:
        save(output, made.text.encode())
    if as_json:
        say(json.dumps(made.json, ensure_ascii=False, indent=2))
    elif not output:
        say(made.text.rstrip("\n"))
    chosen, left = made.draft.chosen, made.draft.left
    personal = [item.column.name for item in left if item.code == "personal"]
    total, where = len(chosen) + len(left), f"{output}: " if output else ""
    note(f"{where}{len(chosen)} van {total} kolommen gemapt; lees het voorstel na."
         if lang == "nl" else
         f"{where}{len(chosen)} of {total} columns mapped; read the proposal.")  # fmt: skip
    if personal:
        shown = ", ".join(personal)
        note(f"Wellicht persoonsgegevens, niet gemapt: {shown}." if lang == "nl"
             else f"Perhaps personal data, not mapped: {shown}.")  # fmt: skip
    if items:
        note(f"Voer de mapping uit met --items {items}." if lang == "nl"
             else f"Run the mapping with --items {items}.")  # fmt: skip
    if not made.draft.key.good:
        note("Er is geen goede sleutel; zie de opmerking bij het onderwerp (s:)."
             if lang == "nl" else
             "There is no good key; see the remark at the subject (s:).")  # fmt: skip
    return 0 if chosen else 1


@command
def functions(lang: Lang = "nl", as_json: Json = False) -> int:
    """List the functions that a mapping may use: names, parameters, an example of each."""
    from app.mapping.functions import listing  # noqa: PLC0415

    say(json.dumps(listing.as_json(), ensure_ascii=False, indent=2) if as_json
        else listing.as_text(lang))  # fmt: skip
    return 0


@command
def schema() -> int:
    """Print the JSON Schema of YARRRML as we read it, for editors."""
    from app.mapping.yarrrmlschema import schema as made  # noqa: PLC0415

    say(json.dumps(made(), ensure_ascii=False, indent=2))
    return 0
