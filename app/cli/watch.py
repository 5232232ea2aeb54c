"""`vijfster watch`: a file is checked again each time it, its profile or its shapes are saved."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from app.cli.output import failed, note, say
from app.cli.validate import LISTED_ALL, read_source
from app.errors import InputError, ProjectError
from app.validation.closures import CancelledError
from app.validation.compare import compared
from app.validation.forms.text import news, text
from app.validation.forms.words import word
from app.validation.lab import Lab
from app.validation.model import model
from app.validation.profiles import find

_PERIOD_SECONDS: Final = 0.25
# editors that replace a file let it go for a moment: only a longer absence is told
_GONE_LOOKS: Final = 8
# when a file was written, its size and its number on the disk; None while it is not there
_Stamp = tuple[int, int, int] | None
_Stamps = Mapping[Path, _Stamp]


def run(lab: Lab, name: str, *, profiles: Sequence[str], shapes: Sequence[Path], lang: str) -> int:
    """Print the report of a file, then after each save what is new and what was fixed.

    Ends by Ctrl-C only.

    Raises:
        InputError: There is no such file or profile at the start.
    """
    if name == "-" or name.startswith(("http://", "https://")):
        raise InputError(
            "only a file can be watched; for addresses there is `vijfster validate --feeds`",
            nl="alleen een bestand kan gevolgd worden; voor adressen is er "
            "`vijfster validate --feeds`",
        )
    for path in (name, *map(str, shapes)):
        read_source(path)
    for profile in profiles:
        find(profile, lab.places.shapes)
    watch = _Watch(lab, name, profiles, shapes, lang)
    watch.check()
    note(f"Wacht tot {name} bewaard wordt; Ctrl-C stopt." if lang == "nl"
         else f"Waiting for {name} to be saved; Ctrl-C ends.")  # fmt: skip
    while True:
        watch.wait()
        watch.check()


class _Watch:
    """One file, what it is checked against, and what was found the time before."""

    def __init__(
        self, lab: Lab, name: str, profiles: Sequence[str], shapes: Sequence[Path], lang: str
    ) -> None:
        self._lab = replace(lab, cancelled=lambda: self._stamps() != self._seen)
        self._name, self._path = name, Path(name)
        self._profiles, self._shapes = profiles, shapes
        self._lang = lang
        # what is looked at besides the file: the profiles of the last run, by name
        self._used = list(profiles)
        self._seen = self._stamps()
        self._before: Mapping[str, Any] | None = None

    def wait(self) -> None:
        """Return once something was saved and stood still for a moment."""
        last, gone = self._seen, 0
        while True:
            time.sleep(_PERIOD_SECONDS)
            now = self._stamps()
            missing = [path for path, stamp in now.items() if stamp is None]
            gone = gone + 1 if missing else 0
            if gone == _GONE_LOOKS:
                note(f"{missing[0]} is weg; wacht tot het terug is." if self._lang == "nl"
                     else f"{missing[0]} is gone; waiting for it to come back.")  # fmt: skip
            # an editor may write in steps
            if now != self._seen and now == last and not gone:
                break
            last = now
        if any(now.get(path) != stamp for path, stamp in self._seen.items() if path != self._path):
            self._lab = self._lab.fresh()
        self._seen = now

    def check(self) -> None:
        """Check and print; what cannot be read is told, and the run before stays the measure."""
        try:
            found = self._found()
        except CancelledError:
            return
        except InputError as error:
            failed(error, lang=self._lang)
            return
        if self._before is None or found["verdict"] == "unreadable":
            say(text(found, self._lang).rstrip("\n"))
        else:
            found = compared(found, self._before)
            at = dt.datetime.now().astimezone().strftime("%H:%M:%S")
            verdict = word(found["verdict"], self._lang)
            say(f"{at} {self._name}: {verdict}. {news(found, self._lang)}".rstrip("\n"))
        if found["verdict"] != "unreadable":
            self._before = found

    def _found(self) -> dict[str, Any]:
        lab = self._lab
        against = [lab.profile(name) for name in self._profiles]
        against += [lab.own_shapes(read_source(str(path))) for path in self._shapes]
        told, checked = lab.check(read_source(self._name), against, most=LISTED_ALL)
        if checked and not against:
            self._used = [profile.name for profile in checked]
            self._seen = {**self._stamps(), self._path: self._seen[self._path]}
        return model(checked or against, [told])

    def _stamps(self) -> _Stamps:
        paths = [self._path, *self._shapes]
        for name in self._used:
            with suppress(ProjectError):
                paths.append(find(name, self._lab.places.shapes))
        return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
