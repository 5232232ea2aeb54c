"""What all commands share: the application, options, settings, errors to exit codes."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, ParamSpec

import typer

from app.cli.output import failed, note
from app.errors import VijfsterError

if TYPE_CHECKING:
    from app.settings import Settings

P = ParamSpec("P")

app = typer.Typer(
    name="vijfster",
    help="Linked open data publisher for Flanders: inventories in, OSLO and DCAT-AP VL out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
Project = Annotated[
    Path | None, typer.Option("--project", help="The project folder (VIJFSTER_PROJECT).")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Lang = Annotated[Literal["nl", "en"], typer.Option("--lang", help="Language of messages.")]


def command_of(parent: typer.Typer) -> Callable[[Callable[P, int]], Callable[P, None]]:
    """Return what registers a command that returns its exit code; errors of ours become exit 2."""

    def command(function: Callable[P, int]) -> Callable[P, None]:
        @parent.command(name=function.__name__.rstrip("_"))
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                code = function(*args, **kwargs)
            except VijfsterError as error:
                failed(error, lang=kwargs.get("lang"), as_json=bool(kwargs.get("as_json")))
                code = 2
            except KeyboardInterrupt:
                code = 130
            except typer.Exit:
                raise
            except Exception:  # noqa: BLE001 - exit 1 would say "not conforming"
                traceback.print_exc()
                note("Vijfster made a mistake; the lines above say where. Nothing was published.")
                code = 2
            raise typer.Exit(code)

        return run

    return command


command = command_of(app)
# of an [[engine]] of the project
_CREDENTIAL = re.compile(r"VIJFSTER_ENGINE_[A-Z0-9_]+_(USER|PASSWORD)")


def settings_of(project: Path | None) -> Settings:
    """Return the settings; an option beats the environment."""
    from pydantic import ValidationError  # noqa: PLC0415

    from app.settings import Settings  # noqa: PLC0415

    known = {f"VIJFSTER_{name.upper()}" for name in Settings.model_fields}
    # these two are of the tests
    known |= {"VIJFSTER_SHARED", "VIJFSTER_PEERS"}
    for name in sorted(set(os.environ) - known):
        if name.startswith("VIJFSTER_") and not _CREDENTIAL.fullmatch(name):
            note(f"{name} is no setting; README.md lists them.")
    try:
        settings = Settings()
        return settings.model_copy(update={"project": project}) if project else settings
    except ValidationError as error:
        for item in error.errors():
            name = "VIJFSTER_" + "_".join(str(part) for part in item["loc"]).upper()
            note(f"{name}: {item['msg']}")
        raise typer.Exit(2) from None
