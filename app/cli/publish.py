"""`vijfster publish`: the current release into an external SPARQL engine."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.cli.output import failed, note, say
from app.errors import InputError, MismatchError, StoreUnavailableError
from app.project import Engine, Project
from app.rdf.iris import mint
from app.store.ledger import Release
from app.store.sparql.publishing.bulk import hand_over
from app.store.sparql.publishing.client import EngineClient, Target, credentials_of
from app.store.sparql.publishing.dialects import DIALECTS
from app.store.sparql.publishing.journal import opened
from app.store.sparql.publishing.parts import split
from app.store.sparql.publishing.publication import Publication, Published

_SECONDS = 2.0
_STAGES = {
    "load": ("laden", "loading"),
    "verify": ("nakijken", "verifying"),
    "compare": ("vergelijken", "comparing"),
    "switch": ("omschakelen", "switching"),
}


class Shown:
    """Prints progress: each step once, and how far a long load is."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._last = ("", "")
        self._at = 0.0

    def __call__(self, stage: str, graph: str, done: int, of: int) -> None:
        """Print a step, or how far it is."""
        now, step = time.monotonic(), (stage, graph)
        if step == self._last and now - self._at < _SECONDS:
            return
        share = f" {100 * done // of}%" if step == self._last and of else ""
        self._last, self._at = step, now
        name = graph.rpartition("/")[2]
        note(f"  … {_STAGES[stage][self._lang != 'nl']}{' ' + name if name else ''}{share}")


def target_of(project: Project, name: str, environment: Mapping[str, str] = os.environ) -> Target:
    """Return an engine of the project file, with the credentials of the environment.

    Raises:
        InputError: There is none of that name, or its profile is unknown.
    """
    engine: Engine | None = next((one for one in project.engines if one.name == name), None)
    if engine is None:
        names = ", ".join(one.name for one in project.engines)
        raise InputError(
            f"vijfster.toml has no [[engine]] {name!r}; it has {names or 'none (docs/sparql.md)'}",
            nl=f"vijfster.toml heeft geen [[engine]] {name!r}; wel {names or 'geen enkele'} "
            "(docs/sparql.md)",
        )
    if engine.profile not in DIALECTS:
        known = ", ".join(DIALECTS)
        raise InputError(
            f"vijfster.toml [[engine]] {name}: no profile {engine.profile!r}; there are {known}",
            nl=f"vijfster.toml [[engine]] {name}: geen profiel {engine.profile!r}; wel {known}",
        )
    if not engine.update or not engine.store:
        raise InputError(
            f"vijfster.toml [[engine]] {name}: give update and store, to load releases there",
            nl=f"vijfster.toml [[engine]] {name}: geef update en store, om er releases te laden",
        )
    start = credentials_of(name)
    return Target(
        name, DIALECTS[engine.profile], engine.query, engine.update, engine.store,
        environment.get(f"{start}_USER", ""), environment.get(f"{start}_PASSWORD", ""),
    )  # fmt: skip


def run(
    project: Project, state: Path, current: tuple[Release, Path] | None, name: str, *,
    rollback: bool, check: bool, whole: bool, bulk: Path | None, lang: str, as_json: bool,
) -> int:  # fmt: skip
    """Do what was asked with an engine and print what came of it; return the exit code."""
    if sum((rollback, check, whole, bulk is not None)) > 1:
        raise InputError("give one of --rollback, --check, --whole and --bulk",
                         nl="geef één van --rollback, --check, --whole en --bulk")  # fmt: skip
    target = target_of(project, name)
    if current is None:
        raise StoreUnavailableError(
            "nothing has been published yet; run `vijfster build`",
            nl="er is nog niets gepubliceerd; voer vijfster build uit",
        )
    release, folder = current
    if bulk is not None:
        say(hand_over(target, folder / "data.nq.gz", bulk, lang))
        return 0
    engines = state / "engines"
    with opened(engines, name, target.store) as journal, _empty(engines / f"{name}.parts") as spool:
        parts = [] if rollback else split(folder / "data.nq.gz", spool)
        below = mint(release.base, "id", "graaf", "x")[:-1]

        async def work() -> Published:
            async with EngineClient(target) as client:
                job = Publication(client, journal, parts, release.name, below, Shown(lang),
                                  whole=whole)  # fmt: skip
                if rollback:
                    return await job.roll_back()
                return await (job.check() if check else job.publish())

        try:
            found = asyncio.run(work())
        except MismatchError as error:
            failed(error, lang=lang, as_json=as_json)
            return 1
    _print(found, target, lang, as_json=as_json)
    return 0


@contextmanager
def _empty(folder: Path) -> Iterator[Path]:
    """Give an empty folder and take it away; also what a publication that was killed left there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _print(found: Published, target: Target, lang: str, *, as_json: bool) -> None:
    if as_json:
        body = {
            "status": found.status, "engine": target.name, "release": found.release,
            "triples": found.triples, "loaded": list(found.loaded),
            "changed": list(found.changed), "back_to": found.back_to or None,
            "atomic": target.dialect.atomic,
        }  # fmt: skip
        say(json.dumps(body, indent=2))
        return
    nl, en = {
        "published": (f"{target.name} toont nu release {found.release}",
                      f"{target.name} serves release {found.release} now"),
        "unchanged": (f"{target.name} toont release {found.release} al",
                      f"{target.name} serves release {found.release} already"),
        "rolled-back": (f"{target.name} toont weer release {found.release}",
                        f"{target.name} serves release {found.release} again"),
        "checked": (f"{target.name} heeft release {found.release} volledig",
                    f"{target.name} holds all of release {found.release}"),
    }[found.status]  # fmt: skip
    dutch = f"{found.triples:,}".replace(",", ".")
    say(f"{nl}: {dutch} tripels." if lang == "nl" else f"{en}: {found.triples:,} triples.")
    if found.back_to and found.status != "unchanged":
        say(f"Terug naar {found.back_to}: --rollback." if lang == "nl"
            else f"Back to {found.back_to}: --rollback.")  # fmt: skip
    if found.status in {"published", "rolled-back"} and not target.dialect.atomic:
        note("Deze engine schakelt niet in één keer om: vragen van dat ogenblik zagen misschien "
             "een mengeling." if lang == "nl" else "This engine does not switch at once: queries "
             "of that moment may have seen a mixture.")  # fmt: skip
