"""`vijfster template`: a workbook to fill in, from the project's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from app.cli.output import note, print_problem, save
from app.errors import InputError
from app.project import Project
from app.tables.descriptor import Table, load_package
from app.tables.placing import folded
from app.tables.reading import read
from app.tables.template import Codes, Filled, template
from app.vocabularies.codelists import load_code_lists


def write_template(
    project: Project, wanted: Sequence[str], *, with_rows: bool, output: Path | None, lang: str
) -> int:
    """Write a workbook of the tables that are wanted (all if none is named).

    Returns 0, or 2 if a table's rows cannot be read.

    Raises:
        InputError: There is no such table or inventory, or the file is there already.
    """
    tables = load_package(project.package)
    chosen = [_found(name, tables, project) for name in wanted] or list(tables)
    filled = []
    for name in dict.fromkeys(chosen):
        rows: list[Mapping[str, str]] = []
        if with_rows:
            reading = read(tables[name])
            for problem in reading.problems:
                print_problem(problem, lang)
            if reading.problems:
                return 2
            rows = [cells for _, cells in reading.batch.rows()]
        filled.append(Filled(tables[name], rows))
    codes: dict[str, Codes] = {
        name: [(code, concept["label_nl"], concept["label_en"])
               for code, concept in code_list.concepts.items()]
        for name, code_list in load_code_lists(project.folder / "vocab" / "codelijsten").items()
    }  # fmt: skip
    path = output or Path(f"{'-'.join(dict.fromkeys(chosen)) if wanted else 'inventaris'}.xlsx")
    save(path, template(filled, codes, lang, file=path.name))
    note(f"Geschreven: {path}. Vul in, en kijk na met: vijfster validate {path}" if lang == "nl"
         else f"Written: {path}. Fill it in, and check with: vijfster validate {path}",
         )  # fmt: skip
    return 0


def _found(name: str, tables: Mapping[str, Table], project: Project) -> str:
    """Return the table of a name: of a table, or of an inventory by its ref or route."""
    by_name = {folded(item.ref): item.table for item in project.inventories}
    by_name |= {folded(item.route): item.table for item in project.inventories}
    by_name |= {folded(table): table for table in tables}
    if folded(name) in by_name:
        return by_name[folded(name)]
    known = ", ".join([*tables, *(item.ref for item in project.inventories)])
    raise InputError(f"there is no inventory {name!r}; there are: {known}",
                     nl=f"er is geen inventaris {name!r}; wel: {known}")  # fmt: skip
