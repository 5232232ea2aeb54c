"""What a publication has done at one engine, so that the next one can go on, or back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.errors import BuildError, BuildLockedError
from app.store.lock import HeldError, exclusive

# graph -> (SHA-256 of the N-Triples put there, triples that the engine counts)
Graphs = dict[str, tuple[str, int]]


@dataclass(slots=True)
class Generation:
    """What an engine serves: a release, its graphs."""

    release: str
    graphs: Graphs


@dataclass(slots=True)
class Switch:
    """From one generation to another: graphs that differ, and what takes away and adds."""

    to: Generation
    differing: list[str]
    back: bool = False


@dataclass(slots=True)
class Journal:
    """The state of one engine as this folder knows it; `save` after every step.

    `begun` and `staged` map a graph that is being loaded, or is loaded and verified, to the SHA-256
    of what goes in. `first` says that the engine had none of our graphs, so that they are loaded
    where they are read. `switch` was sent, perhaps not run; `undo` would go back.
    """

    path: Path
    address: str = ""
    live: Generation | None = None
    first: bool = False
    begun: dict[str, str] = field(default_factory=dict)
    staged: dict[str, str] = field(default_factory=dict)
    switch: Switch | None = None
    undo: Switch | None = None

    def save(self) -> None:
        """Write the journal, whole or not at all.

        Raises:
            BuildError: It cannot be written.
        """
        facts = {name: value for name, value in asdict(self).items() if name != "path"}
        temporary = self.path.with_suffix(".new")
        try:
            with temporary.open("w", encoding="utf-8") as file:
                json.dump(facts, file, indent=2, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError as error:
            raise _unwritable(error) from error


def _unwritable(error: OSError) -> BuildError:
    reason = error.strerror or str(error)
    return BuildError(f"the state directory cannot be written: {reason}",
                      nl=f"de map met de stand kan niet beschreven worden: {reason}")  # fmt: skip


@contextmanager
def opened(folder: Path, name: str, address: str) -> Iterator[Journal]:
    """Give an engine's journal while no other process has it; an engine elsewhere begins anew.

    Raises:
        BuildLockedError: Another publication to it is running.
        BuildError: The folder cannot be written.
    """
    try:
        with exclusive(folder / f"{name}.lock"):
            journal = _read(folder / f"{name}.json")
            yield journal if journal.address == address else Journal(journal.path, address)
    except HeldError as error:
        raise BuildLockedError(
            f"process {error.holder} is publishing to {name}; wait for it to end",
            nl=f"proces {error.holder} publiceert al naar {name}; wacht tot het klaar is",
        ) from None
    except PermissionError as error:
        raise _unwritable(error) from error


def _read(path: Path) -> Journal:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return Journal(
            path, facts["address"], _generation(facts["live"]), facts["first"],
            facts["begun"], facts["staged"], _switch(facts["switch"]), _switch(facts["undo"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        # without a journal everything is loaded and compared anew: slow, and right
        return Journal(path)


def _generation(facts: Any) -> Generation | None:
    if facts is None:
        return None
    graphs = {graph: (digest, count) for graph, (digest, count) in facts["graphs"].items()}
    return Generation(facts["release"], graphs)


def _switch(facts: Any) -> Switch | None:
    if facts is None:
        return None
    to = _generation(facts["to"])
    return Switch(to, facts["differing"], facts["back"]) if to else None
