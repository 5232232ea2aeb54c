"""The tables against the documents they were read from; `make check-data` runs this file.

Needs the shared folder with the documents, which are not part of this repository.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from app.tables.matching import fold
from app.vocabularies.authorities import entries as list_entries
from tests.data import ledger as reading_ledger
from tests.data.sources import (
    COMMON,
    NAMES,
    ROOT,
    WORD,
    citations,
    documents,
    holds_name,
    holds_value,
    names,
    readings,
    telling,
)

# the list of consulted people: annex A of the landscape report
REPORT, ANNEX_A = "landschap", (1757, 1784)
# what a second and independent reader of the same documents found
READING = Path(__file__).with_name("lezing.csv")
FOUND_AT_LEAST = 0.95
REFNIS = "standards/codelists/belgif/refnis2025.nt"
# the column that names a municipality
PLACES = {"actors": "municipality", "projects": "municipality", "instruments": "only_in"}
# how the texts name an area: also as an adjective
NUTS = {"BE": "Belgi", "BE2": "Vlaams", "BE23": "Oost-Vlaanderen", "BE3": "Waalse",
        "NL": "Nederland"}  # fmt: skip
# one name that the documents give to several things
SHARED_NAMES = {
    "citylab": "a company, and an incubator of Corda Campus",
    "smart city office": "the one of Vienna, and a Flemish one that is proposed after it",
    "smart city agency": "the one of Vienna, and a Flemish one that is proposed after it",
    "efro": "the European fund, and its Flemish programme",
    "gti": "the kind of investment, and each area that has one",
    "pio": "the programme, which every one of its offers is called after",
    "sensibiliseringsacties": "those of PIO, and those the report proposes",
    "smart city awards en evenementen": "three events named in one breath",
    "digital twin": "of the city of Antwerp, and of its port",
}
# the titles of chapters stand there too
CONTENTS = "niets: inhoudstafel"


@pytest.fixture(scope="module")
def lines_of(shared: Path) -> dict[str, list[str]]:
    """Return the lines of each source document, by its code."""
    return documents(shared)


def test_every_cited_line_exists_and_says_something(lines_of: dict[str, list[str]]) -> None:
    wrong = []
    cited = list(citations())
    for item in cited:
        lines = lines_of.get(item.document, [])
        if not 1 <= item.first <= item.last <= len(lines):
            wrong.append(f"{item.where}: no such lines")
        elif not (lines[item.first - 1].strip() and lines[item.last - 1].strip()):
            wrong.append(f"{item.where}: a blank line")
    assert wrong == []
    assert len(cited) > 1500


def test_every_citation_holds_a_word_of_the_name_or_the_value(
    lines_of: dict[str, list[str]],
) -> None:
    wrong = []
    for item in citations():
        text = "\n".join(lines_of[item.document][item.first - 1 : item.last])
        # where a list has no title, its label is ours
        if item.row.cells.get("label_origin") == "redactie":
            continue
        if item.table == "figures":
            holds = holds_value(text, item.row.cells["value"])
        else:
            holds = any(holds_name(text, name) for name in names(item.table, item.row))
        if not holds:
            wrong.append(item.where)
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "name", "holds"),
    [
        ("In de Smart City van morgen", "Smart City Marktplaats", False),
        ("de Marktplaats van de VVSG", "Smart City Marktplaats", True),
        ("de stad Gent", "Agentschap Informatie Vlaanderen", False),
        ("Leuvense projecten", "Leuven", True),
    ],
)
def test_a_word_that_stands_everywhere_is_no_name(text: str, name: str, *, holds: bool) -> None:
    assert holds_name(text, name) is holds


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("een budget van € 4 miljoen", "4000000", True),
        ("zo'n 1.234,50 euro", "1234.5", True),
        ("in 35% van de gevallen", "35", True),
        ("in 135% van de gevallen", "35", False),
        ("op regel 3.5", "35", False),
        ("vier op de tien besturen", "40", True),
        ("drie steden", "3", True),
        ("dertien steden", "3", False),
        ("een verhaal over niets", "1", False),
        ("één contactpunt", "1", True),
        ("een budget van 5 miljoen", "5", False),
        ("1.234.567,5 euro", "1234567.5", True),
    ],
)
def test_values_are_found_in_digits_and_in_words(text: str, value: str, *, holds: bool) -> None:
    assert holds_value(text, value) is holds


def test_the_stated_number_of_lines_is_that_of_the_document(lines_of: dict[str, list[str]]) -> None:
    stated = {row.cells["code"]: int(row.cells["line_count"]) for row in readings()["bronnen"].rows}
    assert stated == {code: len(lines) for code, lines in lines_of.items()}


def test_also_in_cites_another_document() -> None:
    wrong = []
    for name, reading in readings().items():
        for row in reading.rows:
            codes = {part.partition(":")[0] for part in row.cells.get("also_in", "").split("|")}
            if row.cells.get("source_document") in codes:
                wrong.append(f"{name}: {row.cells['ref']}")
    assert wrong == []


def test_no_two_rows_are_the_same_thing_under_two_names() -> None:
    twice = []
    for table in NAMES:
        owners: dict[str, set[str]] = defaultdict(set)
        for row in readings()[table].rows:
            for name in names(table, row):
                owners[fold(name)].add(row.cells["ref"])
            # the same telling words in another order
            words = set(WORD.findall(fold(names(table, row)[0]))) - COMMON
            if len(words) > 1:
                owners[" ".join(sorted(words)) + " (words)"].add(row.cells["ref"])
        twice += [(name.removesuffix(" (words)"), table, sorted(refs))
                  for name, refs in sorted(owners.items()) if len(refs) > 1]  # fmt: skip
    assert [item for item in twice if item[0] not in SHARED_NAMES] == []
    assert set(SHARED_NAMES) - {name for name, *_ in twice} == set()


def test_no_name_stands_in_two_tables() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for table in ("actors", "instruments", "projects", "systems"):
        for row in readings()[table].rows:
            owners[fold(names(table, row)[0])].add(f"{table}/{row.cells['ref']}")
    assert {name: rows for name, rows in owners.items() if len(rows) > 1} == {}


# the reading ledger


def ledger() -> list[reading_ledger.Entry]:
    return reading_ledger.entries(reading_ledger.README.read_text(encoding="utf-8"))


def test_every_line_of_every_document_is_accounted_for(lines_of: dict[str, list[str]]) -> None:
    by_document: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for entry in ledger():
        by_document[entry.document].append((entry.first, entry.last))
    assert set(by_document) == set(lines_of)
    for document, ranges in by_document.items():
        assert ranges[0][0] == 1, document
        gaps = [(one, two) for one, two in pairwise(ranges) if two[0] != one[1] + 1]
        assert gaps == [], document
        rest = lines_of[document][ranges[-1][1] :]
        assert not any(line.strip() for line in rest), document


def test_the_ledger_names_the_rows_the_tables_cite() -> None:
    text = reading_ledger.README.read_text(encoding="utf-8")
    # if this fails: python -m tests.data.ledger
    assert reading_ledger.rewritten(text) == text


def test_where_the_ledger_says_nothing_no_known_name_stands(
    lines_of: dict[str, list[str]],
) -> None:
    known = []
    for table in ("actors", "instruments", "projects", "systems"):
        for row in readings()[table].rows:
            for name in names(table, row):
                words = set(WORD.findall(fold(name)))
                if len(name) > 2 and not words <= COMMON and (len(words) > 1 or name[0].isupper()):
                    known.append(re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])"))
    wrong = []
    for entry in ledger():
        if not entry.nothing or entry.rows == CONTENTS:
            continue
        assert len(entry.rows) > len(reading_ledger.NOTHING), entry
        text = "\n".join(lines_of[entry.document][entry.first - 1 : entry.last])
        wrong += [f"{entry.document}:{entry.first}: {name.pattern}" for name in known
                  if name.search(text.replace("*", ""))]  # fmt: skip
    assert wrong == []


# other people's readings and lists


def alike(one: str, other: str) -> bool:
    """Tell whether two readers gave one thing its name: the telling words of one in the other."""
    few, many = sorted((telling(one), telling(other)), key=len)
    return few <= many and (len(few) > 1 or len(min(few)) >= 15)


def test_an_independent_reading_is_found_again() -> None:
    """At least 95 % of the names another reader noted are names of rows of ours."""
    ours = {fold(name): name for table in NAMES for row in readings()[table].rows
            for name in names(table, row)}  # fmt: skip
    with READING.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for kind in ("actor", "instrument", "project"):
        noted = [[row["name"], *filter(None, row["other_names"].split("|"))]
                 for row in rows if row["kind"] == kind]  # fmt: skip
        missing = [
            theirs[0] for theirs in noted
            if not {fold(name) for name in theirs} & ours.keys()
            and not any(alike(name, own) for name in theirs for own in ours.values())
        ]  # fmt: skip
        assert len(noted) > 50
        assert 1 - len(missing) / len(noted) >= FOUND_AT_LEAST, (kind, missing)


def test_nis_codes_are_those_of_the_list(shared: Path) -> None:
    """`nis_later` is the code of the 2025 list; `nis_code` the same, or one it says it includes."""
    by_code = {entry.code: entry for entry in list_entries(shared / REFNIS)}
    labels = defaultdict(set)
    for entry in list_entries(shared / REFNIS):
        labels[entry.code].add(entry.name)
    checked = 0
    for table, place in PLACES.items():
        for row in readings()[table].rows:
            codes = (row.cells[name].split("|") for name in ("nis_code", "nis_later"))
            for old, later in zip(*codes, strict=True):
                if not old and not later:
                    continue
                entry = by_code[later]
                assert labels[later] & set(row.cells[place].split("|")), row.cells["ref"]
                unchanged = old == later and "from 2019-01-01" in entry.note
                assert unchanged or f"refnis2019/{old}" in entry.note, row.cells["ref"]
                checked += 1
    assert checked > 30


def test_municipalities_that_limit_an_instrument_all_have_their_code(shared: Path) -> None:
    # the codes of countries, regions, provinces and districts are round
    known = {
        entry.name for entry in list_entries(shared / REFNIS) if not entry.code.endswith("000")
    }
    # a municipality in the province of Liège is called so too
    known.remove("Limburg")
    for row in readings()["instruments"].rows:
        places = [place for place in row.cells["only_in"].split("|") if place in known]
        codes = list(filter(None, row.cells["nis_code"].split("|")))
        assert len(codes) == len(places), row.cells["ref"]


def test_a_nuts_code_is_of_an_area_that_the_text_names(lines_of: dict[str, list[str]]) -> None:
    """Of a document in its title, and so in its first lines; of an instrument where it is cited."""
    checked = 0
    for row in readings()["bronnen"].rows:
        if nuts := row.cells["nuts"]:
            assert fold(NUTS[nuts]) in fold(row.cells["title"])
            assert fold(NUTS[nuts]) in fold(" ".join(lines_of[row.cells["code"]][:10]))
            checked += 1
    for item in citations():
        if nuts := item.row.cells.get("nuts", ""):
            text = "\n".join(lines_of[item.document][item.first - 1 : item.last])
            assert fold(NUTS[nuts]) in fold(text), item.where
            checked += 1
    assert checked == 6


def people(lines: list[str]) -> set[str]:
    """Return pairs of words that follow each other in the second column of annex A.

    A cell may name several people without a sign between them, so every pair counts; cells with
    commas list organisations. Pairs of particles ("Van Den") say nothing.
    """
    found: set[str] = set()
    for line in lines[ANNEX_A[0] - 1 : ANNEX_A[1]]:
        cells = line.split("\t")
        if len(cells) != 3 or "," in cells[1] or not re.search(r"[0-9]$", cells[2].strip()):
            continue
        words = cells[1].split()
        found |= {f"{one} {other}" for one, other in pairwise(words)
                  if len(one) > 3 or len(other) > 3}  # fmt: skip
    return found


def test_no_person_of_annex_a_is_in_any_cell(lines_of: dict[str, list[str]]) -> None:
    found = people(lines_of[REPORT])
    assert len(found) >= 20
    files = [*(ROOT / "data").glob("*.csv"), *(ROOT / "vocab").rglob("*.csv"),
             ROOT / "data" / "README.md", READING]  # fmt: skip
    for path in files:
        text = path.read_text(encoding="utf-8").casefold()
        hits = sum(name.casefold() in text for name in found)
        # the message shows the file, not the name
        assert hits == 0, f"{path.name} holds {hits} names of people"
