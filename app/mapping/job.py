"""One mapping run over files: tables checked, quads written, what is left out kept aside.

Nothing stands where it was asked for until all of it is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import unquote

from app.errors import InputError
from app.mapping.files import load
from app.mapping.functions.model import Lookups
from app.mapping.handing import SHEET, moved, sources_of
from app.mapping.kept import KeptRows
from app.mapping.model import Mapping as MappingFile
from app.mapping.repeats import write_once
from app.mapping.streaming import Bad, Inputs, Sizes, Stream, Totals
from app.mapping.work import STOP, Wanted
from app.tables.batch import Dialect, Source
from app.tables.cells import CellProblem
from app.tables.descriptor import Table, load_package
from app.tables.opening import open_table
from app.tables.reading import source_names
from app.tables.sheets import OWN, SheetLimits
from app.tables.streamed import check_tables

PACKAGE: Final = "datapackage.json"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be mapped, and how.

    `data` are files read instead of those that the mapping names, by the name it has there; "" is
    the only one. `base` is that of relative IRIs, where the mapping has none of its own. `package`
    describes the tables; without it, a datapackage.json beside them does.
    """

    mapping: Path
    base: str
    data: Mapping[str, Path] = field(default_factory=dict)
    dialect: Dialect = field(default_factory=Dialect)
    package: Path | None = None
    wanted: Wanted = field(default_factory=Wanted)
    sizes: Sizes = field(default_factory=Sizes)


@dataclass(frozen=True, slots=True)
class Around:
    """What a mapping may look up: codes by list for the checks, and what functions ask."""

    codes: Mapping[str, Collection[str]] = field(default_factory=dict)
    # IRIs of things of elsewhere
    known: Collection[str] = ()
    lookups: Callable[[Path], Lookups] | None = None
    limits: SheetLimits = OWN


class Job:
    """One order, its mapping and descriptors read."""

    def __init__(self, order: Order, around: Around, *, mapping: MappingFile | None = None) -> None:
        """Read the mapping; one that was read is taken as it is, and no descriptors with it.

        Raises:
            ProjectError, InputError: The mapping, a descriptor or the order is wrong.
        """
        self.order, self._around = order, around
        self._tables: dict[Path, Table] = {}
        if mapping is not None:
            self.mapping = mapping
            return
        found = load(order.mapping, base=order.base, own_base=True)
        self._tables = _described(found, order.package)
        self.mapping, instead = _with_data(found, order.data)
        self._tables |= {instead[path]: replace(table, path=instead[path])
                         for path, table in self._tables.items() if path in instead}  # fmt: skip

    def open(self, path: Path, wanted: set[str]) -> Source:
        """Return a source opened, by what its descriptor and the order say of it.

        Raises:
            InputError: It cannot be read, or a wanted column is not in it.
        """
        dialect, table = self.order.dialect, self._tables.get(path)
        # the first that says it counts: the order, the name in the mapping, the descriptor
        file, _, sheet = path.name.partition(SHEET)
        if sheet:
            dialect = replace(dialect, sheet=dialect.sheet or unquote(sheet))
        if table is not None:
            dialect = _completed(dialect, table)
        path = path.with_name(file)
        return open_table(path, dialect, wanted=wanted, limits=self._around.limits)

    @property
    def inputs(self) -> Inputs:
        """What a run reads."""
        lookups = self._around.lookups
        return Inputs(self.open, self._tables,
                      lookups(self.order.mapping) if lookups else None)  # fmt: skip

    @property
    def sources(self) -> list[Path]:
        """The files that are mapped, in the order of the mapping."""
        return list(dict.fromkeys(item.source for item in self.mapping.triples_maps))

    def run(
        self,
        output: Path | BinaryIO,
        convert: Callable[[Path, Path], None] | None = None,
        progress: Callable[[str, float, int], None] = lambda _stage, _share, _rows: None,
    ) -> Totals:
        """Write the quads to a file (or a stream), and rows left out beside it.

        `convert` makes the final form of a file of N-Quads. `progress` is told the stage ("check",
        "map", "once"), the share of it that is done, and the rows.

        Raises:
            ProjectError, InputError: A source cannot be read, or the output cannot be written.
        """
        folder = output.parent if isinstance(output, Path) else Path(tempfile.gettempdir())
        totals = Totals()
        bad = self._checked(totals, lambda share, rows: progress("check", share, rows))
        with _temporary(folder) as (path, file), closing(
            KeptRows(path.parent, output if isinstance(output, Path) else None, self.sources)
        ) as kept:  # fmt: skip
            Stream(
                self.mapping, replace(self.inputs, bad=bad), self.order.wanted, self.order.sizes,
                totals=totals, kept=kept.add,
                progress=lambda share, rows: progress("map", share, rows),
            ).write(file)  # fmt: skip
            file.close()
            stopped = self.order.wanted.on_error == STOP and totals.wrong > 0
            if not stopped:
                if totals.repeated:
                    progress("once", 0.0, totals.rows)
                    path = _once(path, totals, folder)
                if convert is not None:
                    path = _converted(path, convert)
                _deliver(path, output)
            totals.skipped = kept.hand_over()
        totals.quads = 0 if stopped else totals.quads
        return totals

    def _checked(self, totals: Totals, progress: Callable[[float, int], None]) -> Bad:
        """Check the described tables that are mapped; return what is wrong, by path and row."""
        bad: dict[Path, dict[int, dict[str, CellProblem | None]]] = {}
        mapped = {path: self._tables[path] for path in self.sources if path in self._tables}
        for path, problem in check_tables(
            mapped, list(self._tables.values()), self.open, self._around.codes,
            self._around.known, progress,
        ):  # fmt: skip
            totals.wrong += 1
            held = len(totals.problems) < self.order.wanted.max_errors
            if held:
                totals.problems.append(problem)
            if problem.cell.row:
                row = bad.setdefault(path, {}).setdefault(problem.cell.row, {})
                row[problem.cell.column] = problem if held else None
        return bad


def _completed(dialect: Dialect, table: Table) -> Dialect:
    said = "" if table.encoding == "utf-8" else table.encoding
    return Dialect(
        dialect.encoding or said, dialect.delimiter, dialect.quote, dialect.sheet or table.sheet,
        dialect.header_row or table.header_row, dialect.items or table.items,
    )  # fmt: skip


def _described(mapping: MappingFile, package: Path | None) -> dict[Path, Table]:
    """Return the descriptors of the sources by path, and of the tables beside them."""
    out: dict[Path, Table] = {}
    paths = dict.fromkeys(item.source for item in mapping.triples_maps)
    packages = [package] if package else dict.fromkeys(path.parent / PACKAGE for path in paths)
    for file in packages:
        if package or file.is_file():
            found = {path: table for table in load_package(file).values()
                     for path in source_names(table)}  # fmt: skip
            if package or any(path in found for path in paths):
                out |= found
    return out


def _with_data(
    mapping: MappingFile, data: Mapping[str, Path]
) -> tuple[MappingFile, dict[Path, Path]]:
    """Return a mapping that reads other files, and which stands for which."""
    paths = sources_of(mapping)
    names = [path.name.partition(SHEET)[0] for path in paths]
    instead: dict[Path, Path] = {}
    for name, path in data.items():
        found = [
            known for known in paths if name in {known.name, known.name.partition(SHEET)[0], ""}
        ]
        if len(found) != 1:
            shown = ", ".join(names)
            raise InputError(
                f"--data {name or path}: the mapping reads {shown}; write NAME=FILE for one of "
                "them", nl=f"--data {name or path}: de mapping leest {shown}; schrijf "
                "NAAM=BESTAND voor één ervan",
            )  # fmt: skip
        # a sheet that the mapping names is the sheet of the other file
        _, sign, sheet = found[0].name.partition(SHEET)
        instead[found[0]] = path.resolve().with_name(f"{path.name}{sign}{sheet}")
    return moved(mapping, instead), instead


@contextmanager
def _temporary(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Give a file that is gone at the end, unless it was moved; as are those made from it."""
    try:
        place = tempfile.TemporaryDirectory(dir=folder, prefix=".vijfster-")
    except OSError as error:
        raise InputError(f"{folder} cannot be written to: {error.strerror}",
                         nl=f"in {folder} kan niet geschreven worden") from error  # fmt: skip
    with place:
        path = Path(place.name) / "quads.nq"
        with path.open("wb") as file:
            yield path, file


def _once(path: Path, totals: Totals, folder: Path) -> Path:
    out = path.with_name("once.nq")
    with path.open("rb") as read, out.open("wb") as write:
        totals.quads -= write_once(read, write, totals.repeated, folder)
    return out


def _converted(path: Path, convert: Callable[[Path, Path], None]) -> Path:
    out = path.with_name("converted")
    convert(path, out)
    return out


def _deliver(path: Path, output: Path | BinaryIO) -> None:
    if isinstance(output, Path):
        path.replace(output)
        return
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            output.write(data)
    output.flush()
