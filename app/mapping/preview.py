"""What strangers hand over to be mapped: their tables and mapping, or a proposal; nothing is kept.

Only what was handed over is read, and the code lists that ship with the app.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final

from app.errors import InputError, ProjectError
from app.mapping.files import load
from app.mapping.functions.model import Entries
from app.mapping.functions.sources import ProjectLookups
from app.mapping.handing import handed, sheet_of
from app.mapping.job import Around, Job, Order
from app.mapping.proposing.profiles import load_profile
from app.mapping.proposing.proposal import ROWS, Proposal, propose
from app.mapping.streaming import Sizes
from app.mapping.telling import told
from app.mapping.things import Names, Things, first_things
from app.mapping.work import SKIP_TRIPLE, OnError, Wanted
from app.rdf import media
from app.rdf.io import write
from app.rdf.turtle import own_prefixes
from app.tables.batch import Dialect
from app.tables.books import SheetSource
from app.tables.opening import open_table
from app.tables.sheets import Sheet, SheetLimits
from app.vocabularies.lists import Lists, load_lists

THINGS: Final = 12
PROBLEMS: Final = 500
# Turtle begins so, and YARRRML never does
_TURTLE = re.compile(r"\s*(#[^\n]*\n\s*)*(@prefix|@base|prefix\s|base\s|<|\[)", re.IGNORECASE)
_TTL: Final = {".ttl", ".rml", ".n3", ".nt"}
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be mapped and how; without a mapping one is proposed for a profile of columns."""

    files: Sequence[Path]
    base: str
    mapping: bytes = b""
    mapping_name: str = ""
    profile: str = ""
    dialect: Dialect = field(default_factory=Dialect)
    on_error: OnError = SKIP_TRIPLE
    lang: str = "nl"
    only_proposal: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What came of it: JSON values, N-Quads, and by name CSV of rows left out."""

    model: dict[str, Any]
    quads: bytes = b""
    kept: Sequence[tuple[str, bytes]] = ()


class Previewer:
    """Maps what strangers hand over; what ships in `vocab` is read once."""

    def __init__(self, vocab: Path, limits: SheetLimits) -> None:
        self._vocab, self._limits = vocab, limits

    @cached_property
    def _lists(self) -> Lists:
        return load_lists(self._vocab / "lijsten")

    @cached_property
    def _names(self) -> Names:
        return Names(self._vocab, self._lists)

    def run(self, wish: Wish, folder: Path, tell: Tell = lambda _share: None) -> Preview:
        """Return what comes of a wish; `folder` is empty and for this only.

        Raises:
            InputError: A table or the mapping cannot be used; says what, where and what to do.
        """
        found, path = self._mapping(wish, folder)
        model: dict[str, Any] = {"published": False, "base": wish.base, "mapping": found}
        if wish.only_proposal:
            return Preview(model)
        try:
            return self._mapped(wish, path, model, folder, tell)
        except RecursionError as error:
            raise InputError("the mapping is nested too deeply",
                             nl="de mapping is te diep genest") from error  # fmt: skip

    def _mapped(
        self, wish: Wish, path: Path, model: dict[str, Any], folder: Path, tell: Tell
    ) -> Preview:
        mapping = handed(load(path, base=wish.base, own_base=True), wish.files)
        order = Order(path, wish.base, dialect=wish.dialect,
                      wanted=Wanted(wish.on_error, PROBLEMS), sizes=Sizes())  # fmt: skip
        around = Around(lookups=lambda _: _Shipped(folder, folder, lists=lambda: self._lists),
                        limits=self._limits)  # fmt: skip
        job = Job(order, around, mapping=mapping)
        out = folder / "rijen.nq"
        totals = job.run(out, progress=lambda stage, share, _: tell(
            0.9 * share if stage == "map" else 0.9))  # fmt: skip
        totals.problems.sort(key=lambda problem: (problem.cell.file, problem.cell.row))
        things = first_things(job, THINGS)
        model |= {
            "notes": [{"code": note.code, "messages": dict(note.messages)}
                      for note in totals.notes],
            **told(totals), "things": things.told(), "labels": self._names.of(things.iris()),
            "turtle": _turtle(things),
        }  # fmt: skip
        kept = [(file.name, file.read_bytes()) for file in sorted(folder.glob("*.skipped*.csv"))]
        tell(1.0)
        return Preview(model, out.read_bytes(), kept)

    def _mapping(self, wish: Wish, folder: Path) -> tuple[dict[str, Any], Path]:
        """Return what is told of the mapping, and where it was written."""
        if wish.profile:
            proposal = self._proposed(wish)
            path = folder / "mapping.yml"
            path.write_text(proposal.text, encoding="utf-8")
            return {"language": "yarrrml", "text": proposal.text,
                    "proposal": _told(proposal)}, path  # fmt: skip
        text = wish.mapping.decode("utf-8-sig", errors="replace")
        if not text.strip():
            raise InputError(
                "give a mapping, or say what each row is (profile) to have one proposed",
                nl="geef een mapping, of zeg wat elke rij is (profile) om er een voor te stellen",
            )
        turtle = Path(wish.mapping_name).suffix.lower() in _TTL or bool(_TURTLE.match(text))
        path = folder / ("mapping.ttl" if turtle else "mapping.yml")
        path.write_bytes(wish.mapping)
        return {"language": "rml" if turtle else "yarrrml", "text": text, "proposal": None}, path

    def _proposed(self, wish: Wish) -> Proposal:
        file = wish.files[0]
        profile = load_profile(self._vocab / "kolommen", wish.profile)
        names = {name for column in profile.columns for name in
                 (*column.label.values(), *column.names)}  # fmt: skip
        # a title may stand above the header
        names |= {name.capitalize() for name in names}
        sheet, source = _sample(file, wish.dialect, names, self._limits)
        return propose(sheet, wish.profile, source=source, vocab=self._vocab, lang=wish.lang)


class _Shipped(ProjectLookups):
    """Looks up the code lists of the app, and no files."""

    def table(self, file: str, key: str, value: str) -> Entries:
        """Refuse.

        Raises:
            ProjectError: Always.
        """
        del key, value
        raise ProjectError(
            "no files are looked up here; use a code list, or run `vijfster map` on your own "
            "machine", where=file, nl="hier worden geen bestanden opgezocht; gebruik een codelijst,"
            " of gebruik `vijfster map` op uw eigen computer",
        )  # fmt: skip


def _sample(
    file: Path, dialect: Dialect, names: set[str], limits: SheetLimits
) -> tuple[Sheet, str]:
    """Return the header and first rows of a table, and how a mapping names it."""
    found = open_table(file, dialect, wanted=names, limits=limits, strict=False)
    dialect = replace(dialect, header_row=found.header_row)
    source = open_table(file, dialect, wanted=set(found.header), limits=limits, strict=False)
    rows: list[tuple[int, tuple[str, ...]]] = [(source.header_row, source.header)]
    empty = [""] * ROWS
    for batch in islice(source.batches(ROWS), 1):
        first = {name: place for place, name in reversed([*enumerate(source.header)])}
        columns = [batch.columns.get(name, empty) if first[name] == place else empty
                   for place, name in enumerate(source.header)]  # fmt: skip
        rows += [(number, tuple(column[at].strip() for column in columns))
                 for at, number in enumerate(batch.numbers)]  # fmt: skip
    name = file.name
    if dialect.sheet and isinstance(source, SheetSource):
        name = sheet_of(name, source.sheet)
    return Sheet(file.name, "", tuple(rows), found.notes), name


def _told(proposal: Proposal) -> Mapping[str, Any]:
    """Return a proposal as JSON values, what it says in nl and en."""
    draft = proposal.draft
    return {
        "profile": draft.profile.name, "title": dict(draft.profile.title), "rows": draft.rows,
        "key": {"column": draft.key.column.name, "kind": draft.key.kind,
                "good": draft.key.good, "why": dict(draft.key.why)},
        "columns": [
            {"column": item.column.name, "thing": item.known.thing,
             "property": item.known.property, "label": dict(item.known.label),
             "confidence": round(item.confidence, 2), "why": dict(item.why)}
            for item in draft.chosen
        ],
        "left_out": [
            {"column": item.column.name, "position": item.column.position, "reason": item.code,
             "why": dict(item.why),
             "options": [{"thing": option.known.thing, "property": option.known.property,
                          "label": dict(option.known.label),
                          "confidence": round(option.confidence, 2)} for option in item.options]}
            for item in draft.left
        ],
    }  # fmt: skip


def _turtle(things: Things) -> str:
    return write(list(things.quads), media.TURTLE, own_prefixes((), "")).decode()
