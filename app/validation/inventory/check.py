"""An inventory checked: its cells, and by the project's mapping the things its rows say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.rdf.terms import Triple
from app.tables.cells import CellProblem, CellRef, Note
from app.tables.checks import check
from app.tables.placing import Placed
from app.tables.reading import Reading, read
from app.validation.inventory.handed import TABLES, Handed
from app.validation.inventory.origins import Origins
from app.validation.inventory.problems import groups
from app.validation.inventory.project import Inventories
from app.validation.model import Input, Label, thing_names, validated, with_groups
from app.validation.profiles import Profile
from app.validation.report import Result, Unchecked, ValidationReport
from app.validation.terms import TermFinding

Run = Callable[[Sequence[Triple]], ValidationReport]
Slips = Callable[[Sequence[Triple]], Sequence[TermFinding] | None]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the checks of tables and the mapping gave; `beside` are triples not handed over."""

    problems: list[CellProblem]
    triples: list[Triple]
    beside: list[Triple]
    origins: Origins
    notes: list[Note]
    unchecked: list[Unchecked]


def check_inventory(
    inventories: Inventories,
    handed: Handed,
    beside: Mapping[str, Placed],
    profiles: Sequence[Profile],
    *,
    run: Run,
    slips: Slips,
    label: Label,
    most: int,
    name: str,
    form: str,
) -> dict[str, Any]:
    """Return the SOURCE of an inventory; results of profiles are those of its own rows.

    `beside` are tables handed over with it, used where a reference leads to them; for the others
    the project's own are. `run` validates triples, `slips` finds slips in names and values.
    """
    found = _find(inventories, handed, beside)
    report = run([*found.triples, *found.beside])
    results, behind = _own(report.results, found.origins, found.problems)
    notes = [*handed.notes, *found.notes, *([_behind(behind)] if behind else [])]
    report = replace(report, results=tuple(results), unchecked=(
        *report.unchecked, *handed.unchecked, *found.unchecked
    ))  # fmt: skip
    origins = found.origins
    source = Input(
        name, form, found.triples, notes=notes, context=found.beside,
        cells=lambda *about: [origins.cell(ref) for ref in origins.of(*about)],
    )  # fmt: skip
    told = validated(source, report, profiles, label=label, terms=slips(found.triples), most=most)
    # who mends a cell has no use for RDF to paste
    told["groups"] = [{**group, "example": "", "snippet": ""} for group in told["groups"]]
    by_file = {placed.table.file: placed for placed in handed.placed.values()}
    names = thing_names(found.triples)
    return with_groups(told, groups(found.problems, by_file, origins, names, most))


def _find(inventories: Inventories, handed: Handed, beside: Mapping[str, Placed]) -> _Found:
    readings = {name: placed.reading for name, placed in handed.placed.items()}
    others = {name: beside[name].reading if name in beside else read(table)
              for name, table in inventories.tables.items() if name not in readings}  # fmt: skip
    codes = {name: found.concepts.keys() for name, found in inventories.code_lists.items()}
    mapped = inventories.mapped(readings, others)
    origins = Origins(handed.placed.values(), mapped)
    header = [problem for placed in handed.placed.values() for problem in placed.problems]
    together = {**others, **readings}
    cells = [
        problem for problem in check(together, codes, inventories.known, only=readings)
        # one message of the column is enough
        if not (problem.cell.row and origins.absent(problem.cell))
    ]  # fmt: skip
    bad = {problem.cell for problem in cells}
    cells += [problem for each in mapped for problem in each.problems
              if problem.cell not in bad and not origins.absent(problem.cell)]  # fmt: skip
    own = [triple for each in mapped for triple in sorted(each.triples)]
    context = [triple for each in inventories.mapped(others, readings) for triple in each.triples]
    context += inventories.triples()
    notes, unchecked = _references(handed, others, beside)
    notes += _unused(inventories, handed)
    return _Found([*header, *cells], list(dict.fromkeys(own)), context, origins, notes, unchecked)


def _own(
    results: Sequence[Result], origins: Origins, problems: Sequence[CellProblem]
) -> tuple[list[Result], int]:
    """Return the results about rows that were handed over, and how many are of wrong cells.

    Of a wrong cell are those of its property, and of what only a wrong reference names.
    """
    bad = {problem.cell for problem in problems}
    lost: dict[tuple[str, int], list[CellRef]] = {}
    for problem in problems:
        if problem.code == "reference":
            lost.setdefault((problem.cell.file, problem.cell.row), []).append(problem.cell)
    own = [result for result in results if result.focus in origins]
    out = []
    for result in own:
        refs = origins.of(result.focus, result.path, result.value)
        # a value that is missing is missing because of the one wrong cell it could come from
        enough = all if result.value else any
        wrong = enough(ref in bad or origins.absent(ref) for ref in refs)
        if not wrong and not origins.named_by(result.focus, lost):
            out.append(result)
    return out, len(own) - len(out)


def _behind(count: int) -> Note:
    return Note("behind", {
        "nl": f"Over cellen die al als fout gemeld zijn, is nog meer gevonden ({count} keer); dat "
        "staat er niet bij.",
        "en": f"More was found about cells that are reported as wrong already ({count} times); it "
        "is left out.",
    })  # fmt: skip


def _references(
    handed: Handed, others: Mapping[str, Reading], beside: Mapping[str, Placed]
) -> tuple[list[Note], list[Unchecked]]:
    """Return where references to tables that were not in the file were looked up, or not at all."""
    names = dict.fromkeys(
        key.resource for placed in handed.placed.values() for key in placed.table.foreign_keys
        if key.resource in others and placed.absent.isdisjoint(key.fields)
    )  # fmt: skip
    lost = [name for name in names if not others[name].batch or others[name].problems]
    own = [name for name in names if name not in lost and name not in beside]
    notes = [Note("references", {
        "nl": "Verwijzingen naar tabellen die niet in het bestand staan, zijn nagekeken in die van "
        f"het project: {', '.join(own)}.",
        "en": "References to tables that are not in the file were looked up in those of the "
        f"project: {', '.join(own)}.",
    })] if own else []  # fmt: skip
    return notes, [Unchecked(TABLES, "", "reference", {
        "nl": f"Verwijzingen naar de tabel {name} zijn niet nagekeken: die is niet leesbaar.",
        "en": f"References to the table {name} were not checked: it cannot be read.",
    }) for name in lost]  # fmt: skip


def _unused(inventories: Inventories, handed: Handed) -> Iterator[Note]:
    for name, placed in handed.placed.items():
        read_by = inventories.columns(name)
        some = [item.name for item in placed.table.fields
                if item.name not in read_by | placed.absent]  # fmt: skip
        if some:
            shown = ", ".join(placed.heads.get(column, column) for column in some)
            where = placed.sheet.name or placed.sheet.file
            yield Note("not-mapped", {
                "nl": f"{where}: deze kolommen zijn als tabel nagekeken, maar worden geen linked "
                f"data: {shown}.",
                "en": f"{where}: these columns were checked as a table, but become no linked data: "
                f"{shown}.",
            })  # fmt: skip
