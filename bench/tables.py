"""Reading workbooks: ours beside openpyxl read-only, on one file of 100,000 rows of 12 cells.

Text, numbers and dates, as openpyxl writes them (strings in the cells) and as Excel does (shared).
Each reading is a process of its own: CPU seconds (user and system) and the peak of its memory.
openpyxl gives values, ours their texts, checked and bounded. `python -m bench tables`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

ROOT = Path(__file__).resolve().parent.parent
_ROWS, _COLUMNS = 100_000, 12
_SHEET = "xl/worksheets/sheet1.xml"


def report() -> None:
    print(f"\n## Reading a workbook, {_ROWS} x {_COLUMNS}: CPU s, peak MiB, times our CPU")
    print(f"{'strings':>8} {'reader':>9} {'CPU s':>7} {'MiB':>6} {'x':>6} cells")
    with tempfile.TemporaryDirectory() as folder:
        plain, shared = Path(folder) / "plain.xlsx", Path(folder) / "shared.xlsx"
        _write(plain)
        _share(plain, shared)
        for path in (plain, shared):
            ours = 0.0
            for reader in ("ours", "openpyxl"):
                found = _run(reader, path)
                ours = ours or found["cpu"]
                print(f"{path.stem:>8} {reader:>9} {found['cpu']:>7.2f} {found['peak']:>6.0f} "
                      f"{found['cpu'] / ours:>6.1f} {found['cells']}")  # fmt: skip


def _write(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Actoren")
    page.append([f"kolom {n}" for n in range(_COLUMNS)])
    for n in range(_ROWS):
        day = dt.date(1990, 1, 1) + dt.timedelta(days=n % 12_000)
        page.append([
            f"ref-{n}", f"Dienst nummer {n}", "Gent", f"Dorpsstraat {n % 977}", n, n * 1.25, day,
            dt.datetime.combine(day, dt.time(n % 24, n % 60)), 2000 + n % 25,
            f"onderzoek & meer {n % 5_000}", 9000 + n % 999, "ja" if n % 2 else "nee",
        ])  # fmt: skip
    book.save(path)


def _share(path: Path, to: Path) -> None:
    """Write the strings of the cells to a table of strings, as Excel does."""
    import re

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    known: dict[str, int] = {}

    def moved(found: re.Match[str]) -> str:
        return f't="s"><v>{known.setdefault(found[1], len(known))}</v></c>'

    with ZipFile(path) as old, ZipFile(to, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == _SHEET:
                text = re.sub(r't="inlineStr"><is><t>([^<]*)</t></is></c>', moved, text)
            if name == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
                more = f'PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"'
                text = text.replace("</Types>", f"<Override {more}/></Types>")
            if name == "xl/_rels/workbook.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
                more = f'Id="rIdS" Type="{kind}/sharedStrings" Target="sharedStrings.xml"'
                text = text.replace("</Relationships>", f"<Relationship {more}/></Relationships>")
            new.writestr(name, text)
        strings = "".join(f"<si><t>{text}</t></si>" for text in known)
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{strings}</sst>')


def _run(reader: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.tables", reader, str(path)]
    out = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=os.environ)
    return dict(json.loads(out.stdout))


def _read(reader: str, path: Path) -> int:
    if reader == "openpyxl":
        import openpyxl

        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        return sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True))
    from app.tables.sheets import OWN
    from app.tables.workbook import bounded
    from app.tables.xlsx import Xlsx

    with path.open("rb") as stream:
        ours = Xlsx(stream, path.name, OWN)
        return sum(len(row) for _, row in bounded(path.name, ours, ours.pages[0], OWN))


def _peak() -> float:
    """Return the most memory of this process, in MiB; `ru_maxrss` counts what it was started by."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    started = time.process_time()
    cells = _read(sys.argv[1], Path(sys.argv[2]))
    used = time.process_time() - started
    print(json.dumps({"cells": cells, "cpu": used, "peak": _peak()}))
