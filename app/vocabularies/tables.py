"""CSV files of facts, with columns that are fixed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.errors import ProjectError


def rows(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the rows of a file, by column, without the spaces around cells.

    Raises:
        ProjectError: It cannot be read, has other columns, or a row with more or fewer cells.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != list(columns):
                raise ProjectError(f"the columns must be {', '.join(columns)}", where=path.name)
            for row in reader:
                if None in row or None in row.values():
                    where = f"{path.name}:{reader.line_num}"
                    raise ProjectError("a row has too many or too few cells", where=where)
                yield {key: value.strip() for key, value in row.items()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ProjectError(f"cannot be read: {error}", where=path.name) from error
