"""Rows of which something was left out, written beside the output: nothing is lost.

One CSV for each table: its columns as they were, then the row and what is wrong with it. Mended, it
can be mapped as the table itself, to another output. Its columns are separated as those of the
table, or else by a semicolon, which Excel here opens as columns.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from app.errors import InputError
from app.tables.batch import Source
from app.tables.cells import CellProblem
from app.tables.csvfile import CsvFile
from app.tables.writing import PROBLEM, ROW, kept_cell

_SEPARATOR: Final = ";"


class KeptRows:
    """The rows left out from one output, in files of a folder until they are handed over."""

    def __init__(self, folder: Path, output: Path | None, sources: Collection[Path] = ()) -> None:
        """Prepare; without an output no row is kept.

        Raises:
            InputError: A source is a file that the rows would be written to.
        """
        for path in sources:
            if output and path.resolve() in map(Path.resolve, _earlier(output)):
                raise InputError(
                    f"{path.name} holds the rows left out from {output.name}, which would be "
                    "written anew without the others. Give another --output.",
                    nl=f"{path.name} heeft de rijen die uit {output.name} wegvielen, en dat zou "
                    "zonder de andere opnieuw geschreven worden. Geef een andere --output.",
                )  # fmt: skip
        self._folder, self._output = folder, output
        self._files: dict[str, tuple[Any, Sequence[str]]] = {}
        self._names: list[str] = []
        self._stack = ExitStack()

    def add(
        self, source: Source, row: int, cells: Mapping[str, str], problems: Sequence[CellProblem]
    ) -> None:
        """Write a row: its cells by column, and what is wrong with them."""
        if self._output is None:
            return
        if source.file not in self._files:
            self._files[source.file] = self._opened(source)
        writer, header = self._files[source.file]
        more = [cells[name] for name in cells if name not in source.header]
        what = " ".join(f"{problem.cell}: {problem.message['nl']}" for problem in problems)
        writer.writerow([kept_cell(text) for text in (
            *(cells.get(name, "") for name in header), str(row), what, *more
        )])  # fmt: skip

    def _opened(self, source: Source) -> tuple[Any, Sequence[str]]:
        assert self._output is not None
        number = f".{len(self._files) + 1}" if self._files else ""
        self._names.append(f"{self._output.name}.skipped{number}.csv")
        path = self._folder / self._names[-1]
        # the mark tells Excel that this is UTF-8
        file = self._stack.enter_context(
            path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
        )
        sign = source.delimiter if isinstance(source, CsvFile) else _SEPARATOR
        writer = csv.writer(file, delimiter=sign, lineterminator="\r\n")
        header = [name for name in source.header if name not in {ROW, PROBLEM}]
        writer.writerow([*map(kept_cell, header), ROW, PROBLEM])
        return writer, header

    def close(self) -> None:
        """Close the files."""
        self._stack.close()

    def hand_over(self) -> list[Path]:
        """Put the files beside the output, in place of those of a run before; return them."""
        self.close()
        for path in _earlier(self._output) if self._output else ():
            if path.name not in self._names:
                path.unlink()
        return [(self._folder / name).replace(self._beside(name)) for name in self._names]

    def _beside(self, name: str) -> Path:
        assert self._output is not None
        return self._output.with_name(name)


def _earlier(output: Path) -> list[Path]:
    """Return the files of rows left out that stand beside an output."""
    # no others: somebody may keep a mended copy of one under a name of their own
    ours = re.compile(re.escape(output.name) + r"\.skipped(\.[0-9]+)?\.csv")
    return [path for path in output.parent.iterdir() if ours.fullmatch(path.name)]
