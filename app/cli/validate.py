"""`vijfster validate` and `vijfster profiles`: the lab on the command line."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.output import note, save, say
from app.errors import InputError
from app.tables.recognising import WORKBOOK
from app.validation.compare import compared, new_by_severity
from app.validation.forms import FORMS
from app.validation.forms.words import word
from app.validation.lab import Lab
from app.validation.model import model
from app.validation.profiles import Profile
from app.validation.sources import Source

if TYPE_CHECKING:
    from app.net.fetch import Fetched, Validators

_EVERY = 20
_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm")
_MARKS = {"nl": "nagekeken", "en": "checked"}
# a report for machines, or to compare with, lists far more of a cause than one for people
LISTED, LISTED_ALL = 1_000, 100_000
_FAILING = {
    "violation": ("Violation",),
    "warning": ("Violation", "Warning"),
    "info": ("Violation", "Warning", "Info"),
}


def run(
    lab: Lab,
    sources: Sequence[str],
    *,
    profiles: Sequence[str],
    shapes: Sequence[Path],
    contexts: Sequence[str],
    form: str,
    output: Path | None,
    fail_on: str,
    baseline: Path | None,
    allow: str,
    lang: str,
    tables: Sequence[str] = (),
) -> int:
    """Print the report in a form. Return 0 if nothing fails, 1 if something does, 2 if unread.

    A source is a file, an address, or - for standard input; `allow` says what may be fetched
    besides public addresses. With a `baseline` (an earlier JSON report) only what is new fails.
    `tables` says which tables of the project an inventory is. A workbook is written, not printed.

    Raises:
        InputError: There is no such form or profile, or shapes cannot be used.
    """
    names = (*FORMS, WORKBOOK)
    if form not in names:
        raise InputError(f"--format is one of {', '.join(names)}",
                         nl=f"--format is een van {', '.join(names)}")  # fmt: skip
    if form == WORKBOOK and len(sources) > 1:
        raise InputError("--format xlsx takes one source at a time",
                         nl="--format xlsx neemt één bron tegelijk")  # fmt: skip
    against = [lab.profile(name) for name in profiles]
    against += [lab.own_shapes(read_source(str(path))) for path in shapes]
    local = dict(_context(item) for item in contexts)
    found, used = [], dict[str, Profile]()
    most = LISTED_ALL if baseline or form in {"json", WORKBOOK} else LISTED
    # tables that are handed over together may refer to each other
    near = [name for name in sources if name.lower().endswith(_TABLES) and "://" not in name]
    beside = [read_source(name) for name in near] if len(sources) > 1 else []
    source = Source(b"", "")
    for name in sources:
        if len(sources) > 1:
            note(f"  … {name}")
        source = read_source(name, allow)
        told, checked = lab.check(
            source, against, contexts=local, most=most, tables=tables,
            beside=[other for other in beside if other.where != name],
        )  # fmt: skip
        found.append(told)
        used |= {profile.name: profile for profile in checked or against}
    result = model(list(used.values()), found)
    if baseline:
        result = compared(result, _earlier(baseline))
    if form == WORKBOOK:
        _hand_back(lab.workbook(result, lang, source), source, output, lang)
        note(f"{word(result['verdict'], lang)}. {word('summary', lang, **found[0]['counts'])}")
        return exit_code(result, fail_on)
    body = FORMS[form][1](result, lang)
    if output and str(output) != "-":
        save(output, body, over=True)
    elif form == "text":
        say(body.decode().rstrip("\n"))
    else:
        sys.stdout.buffer.write(body)
    return exit_code(result, fail_on)


def _hand_back(body: bytes, source: Source, output: Path | None, lang: str) -> None:
    """Write a workbook: to a file, a neighbour of the source, or a pipe; never to a terminal."""
    path = Path(source.where)
    if output is None and path.is_file():
        output = path.with_name(f"{path.stem}.{_MARKS[lang]}.xlsx")
        save(output, body)
    elif output is not None:
        save(output, body, over=True)
    elif sys.stdout.isatty():
        raise InputError("a workbook is not printed; give --output",
                         nl="een werkboek wordt niet getoond; geef --output")  # fmt: skip
    else:
        sys.stdout.buffer.write(body)
        return
    note(f"Geschreven: {output}" if lang == "nl" else f"Written: {output}")


def chunks_of(lang: str) -> Callable[[int, int], None]:
    """Return a progress function that tells every so often how far a large source is."""

    def told(done: int, total: int) -> None:
        if done == total or done % _EVERY == 0:
            note(
                f"  … {done} van {total} delen" if lang == "nl" else f"  … {done} of {total} parts"
            )

    return told


def listing(lab: Lab, lang: str) -> int:
    """Print the profiles: name, version, number of rules, title."""
    for name in lab.places.names():
        profile = lab.profile(name)
        say(f"{name}\t{profile.version}\t{len(profile.paths())}\t"
            f"{profile.title.get(lang) or profile.name}")  # fmt: skip
    return 0


def exit_code(result: Mapping[str, Any], fail_on: str) -> int:
    """Return the exit code: what was not read or not fully checked is never a pass."""
    if result["verdict"] == "unreadable":
        return 2
    counts = new_by_severity(result) if "baseline" in result else result["counts"]
    if any(counts.get(severity, 0) for severity in _FAILING[fail_on]):
        return 1
    if result.get("baseline", {}).get("unlisted"):
        return 2
    return 2 if any(source["unchecked"] for source in result["sources"]) else 0


def _earlier(path: Path) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads(read_source(str(path)).data)
    except ValueError as error:
        raise InputError(f"{path}: not JSON: {error}",
                         nl=f"{path}: geen JSON: {error}") from error  # fmt: skip
    return found


def read_source(name: str, allow: str = "") -> Source:
    """Return what a file, an address or standard input (-) holds.

    Raises:
        InputError: It cannot be read, or may not be fetched.
    """
    if name == "-":
        return Source(sys.stdin.buffer.read(), "-")
    if name.startswith(("http://", "https://")):
        return source_of(fetched(name, allow), name)
    path = Path(name)
    try:
        return Source(path.read_bytes(), name, name=path.name, base=path.resolve().as_uri())
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}",
                         nl=f"{name}: het bestand kan niet gelezen worden") from error  # fmt: skip


def fetched(url: str, allow: str, known: Validators | None = None) -> Fetched:
    """Return what an address holds; `known` asks whether it changed since.

    Raises:
        FetchError: It is refused, or gave no file.
    """
    from app.net.fetch import Limits, fetch  # noqa: PLC0415 - only addresses need it
    from app.net.guard import Allowance  # noqa: PLC0415

    return asyncio.run(fetch(url, limits=Limits(), allowed=Allowance.parse(allow), known=known))


def source_of(found: Fetched, where: str) -> Source:
    """Return a fetched file as a source."""
    from app.net.fetch import file_name  # noqa: PLC0415

    return Source(
        found.data, where, media_type=found.media_type, charset=found.charset,
        name=file_name(found.url), base=found.url, fetched=True,
    )  # fmt: skip


def _context(item: str) -> tuple[str, bytes]:
    url, sign, path = item.partition("=")
    if not sign:
        raise InputError(f"--context is URL=FILE, not {item!r}",
                         nl=f"--context is URL=BESTAND, niet {item!r}")  # fmt: skip
    return url, read_source(path).data
