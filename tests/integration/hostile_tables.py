"""Open a file as a table and read all of it, in 1 GiB; print what is said of it."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from app.errors import InputError
from app.tables.batch import Dialect
from app.tables.opening import open_table
from app.tables.sheets import OWN, SheetLimits


def main(path: str, limits: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    rows, said = 0, ""
    try:
        source = open_table(Path(path), Dialect(), wanted=(),
                            limits=OWN if limits == "own" else SheetLimits())  # fmt: skip
        for batch in source.batches(1_000):
            rows += len(batch)
    except InputError as error:
        said = error.detail_nl
    print(json.dumps({"said": said, "rows": rows}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
