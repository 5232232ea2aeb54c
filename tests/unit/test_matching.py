"""Candidates for identifiers: lists in RDF and CSV, what counts as alike, nothing filled in."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import InputError, ProjectError
from app.questions import load_question
from app.tables.descriptor import load_package
from app.tables.matching import Matching, fold, match
from app.tables.reading import read
from app.tables.writing import safe_csv
from app.vocabularies.authorities import Entry, entries
from tests.conftest import Workspace

SKOS = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
TABLE = """ref,name,alt_names,town,kbo
dewatergroep,De Watergroep,,Brugge,
gent,Gent,,Gent,
vlario,Vlario,VLARIO|Vlaamse riolering,Hasselt,0123456749
leper,Leper,,Ieper,
"""


def project(folder: Path) -> Path:
    (folder / "t.csv").write_text(TABLE, encoding="utf-8")
    fields = [
        {"name": "ref"}, {"name": "name"},
        {"name": "alt_names", "type": "list", "delimiter": "|"}, {"name": "town"},
        {"name": "kbo", "constraints": {"pattern": "^[01][0-9]{9}$"},
         "match": {"list": "kbo", "columns": ["name", "alt_names"]}},
    ]  # fmt: skip
    package = {"resources": [{"name": "t", "path": "t.csv",
                              "schema": {"fields": fields, "primaryKey": "ref"}}]}  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder / "datapackage.json"


def matched(folder: Path, *names: tuple[str, str], alike: float = 88.0) -> Matching:
    table = load_package(project(folder))["t"]
    found = (Entry(code, name) for code, name in names)
    return match(read(table), table.field("kbo"), found, alike=alike)


def pairs(found: Matching) -> list[tuple[str, str, float]]:
    return [(item.key, item.entry.code, item.score) for item in found.candidates]


def test_same_folded_and_alike_names_score_in_that_order(tmp_path: Path) -> None:
    found = matched(tmp_path, ("0000000001", "De Watergroep"), ("0000000002", "DE WATERGROEP"),
                    ("0000000003", "Watergroep NV"), ("0000000004", "De Watergroepen"),
                    ("0000000005", "Aquafin"))  # fmt: skip
    assert [(code, score) for _, code, score in pairs(found)][:3] == [
        ("0000000001", 100.0), ("0000000002", 99.0), ("0000000003", 97.0),
    ]  # fmt: skip
    assert "0000000005" not in {code for _, code, _ in pairs(found)}
    assert found.candidates[3].score < 97
    assert found.read == 5


def test_a_slip_of_the_source_is_found_by_likeness(tmp_path: Path) -> None:
    assert pairs(matched(tmp_path, ("0000000001", "Ieper"), alike=75.0))[0][0] == "leper"
    assert pairs(matched(tmp_path, ("0000000001", "Ieper"), alike=95.0)) == []


def test_alternative_names_and_what_the_cell_holds(tmp_path: Path) -> None:
    found = matched(tmp_path, ("0123456749", "Vlaamse Riolering vzw"))
    (item,) = found.candidates
    assert (item.key, item.compared, item.filled) == ("vlario", "Vlaamse riolering", "0123456749")
    assert str(item.cell) == "t.csv#row=4&column=kbo"
    assert {ref.row for ref in found.without} == {2, 3, 5}


def test_codes_are_written_as_the_column_wants_or_counted_as_unfit(tmp_path: Path) -> None:
    found = matched(tmp_path, ("0403.019.261", "Gent"), ("BE-12", "Gent"))
    assert pairs(found) == [("gent", "0403019261", 100.0)]
    assert found.unfit == 1


def test_at_most_so_many_per_row(tmp_path: Path) -> None:
    many = [(f"00000000{n:02}", "Gent") for n in range(20)]
    assert len(matched(tmp_path, *many).candidates) == 5


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café  BELGE", "cafe belge"),
        ("Sint-Niklaas", "sint niklaas"),
        ("…", ""),
        ("IJs", "ijs"),
        ("København", "kobenhavn"),
        ("東京", "東京"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_rdf_list_with_editions(tmp_path: Path) -> None:
    path = tmp_path / "l.ttl"
    path.write_text(
        SKOS
        + """<http://x.test/25/1> skos:notation "71072" ;
        skos:prefLabel "Hasselt"@nl, "Hasselt"@fr ; skos:narrowMatch <http://x.test/19/71022> ,
          <http://elders.test/Q1> ;
        <https://schema.org/startDate> "2025-01-01T00:00:00.000+01:00" .
    <http://x.test/25/noname> skos:notation "1" .
    <http://x.test/25/71066> skos:prefLabel "Zonhoven"@nl .""",
        encoding="utf-8",
    )
    assert list(entries(path)) == [
        Entry("71072", "Hasselt", "http://x.test/25/1",
              "includes http://x.test/19/71022; from 2025-01-01"),
        Entry("71066", "Zonhoven", "http://x.test/25/71066"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ('"EntityNumber","Language","Denomination"\n"0403.019.261","2","Volière NV"\n', "utf-8"),
        ("EntityNumber;Denomination\n0403.019.261;Volière NV\n", "utf-8-sig"),
        ("entitynumber\tnaam\n0403.019.261\tVolière NV\n", "cp1252"),
        ('EntityNumber,"na\nam",naam\n0403.019.261,x,Volière NV', "cp1252"),
        ("naam;code;code\nVolière NV;0403.019.261;9\nkort\n", "utf-8"),
    ],
)
def test_csv_list_of_any_dialect(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "kbo.csv"
    path.write_bytes(text.encode(encoding))
    assert list(entries(path)) == [Entry("0403.019.261", "Volière NV")]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "code,iets\n1,2\n", "no column of names among: code, iets"),
        ("a.csv", "nummer,naam\n1,2\n", "no column of codes among: nummer, naam"),
        ("a.csv", "", "no column of codes"),
        ("a.json", "[]", "a list is RDF or CSV, not json"),
        ("a.ttl", "<a> <b> .", "a.ttl, line 1"),
    ],
)
def test_unusable_lists_are_refused_with_the_reason(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        list(entries(tmp_path / name))


def test_an_accent_late_in_a_register_decides_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "kbo.csv"
    many = "".join(f"{n:010},Bedrijf {n}\n" for n in range(6_000))
    path.write_bytes(("code,naam\n" + many + "0403019261,Café").encode("cp1252"))
    assert list(entries(path))[-1] == Entry("0403019261", "Café")


def told(path: Path) -> tuple[list[Entry], list[str]]:
    """Return the entries of a list, and what was said of it in Dutch; English says as much."""
    said: list[tuple[str, str]] = []
    found = list(entries(path, lambda nl, en: said.append((nl, en))))
    assert all(nl != en for nl, en in said)
    return found, [nl for nl, _ in said]


def test_rows_that_are_not_read_are_said_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "nis.csv"
    path.write_text(
        'naam,niscode\n"na\nam",1\nGent\n\nBrussel, stad,21004\nLuik,62063,,\n,5\nHalle, \n'
        "Aalter,44084\n",
        encoding="utf-8",
    )
    found, said = told(path)
    assert [(entry.name, entry.code) for entry in found] == [
        ("na\nam", "1"), ("Luik", "62063"), ("Aalter", "44084"),
    ]  # fmt: skip
    ragged, blank = said
    assert "2 rijen met een ander aantal cellen" in ragged
    assert "de eerste op regel 4" in ragged
    assert "2 rijen zonder code of naam" in blank
    assert "de eerste op regel 8" in blank


def test_a_list_without_flaws_is_read_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "nis.csv"
    path.write_text("naam,niscode\nLiège,62063\n\n", encoding="utf-8")
    assert told(path) == ([Entry("62063", "Liège")], [])


def test_windows_1252_is_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "nis.csv"
    path.write_bytes("naam,niscode\nLiège,62063\n".encode("cp1252"))
    found, (said,) = told(path)
    assert found == [Entry("62063", "Liège")]
    assert "Windows-1252" in said


@pytest.mark.parametrize(
    "text",
    [
        'naam,niscode\nLuik,62063\n"Brussel,21004\nGent,44021\n',
        'naam,niscode\nLuik,62063\n"Brussel,21004\n"Gent",44021\n',
        'naam,niscode\nLuik,62063\n"Brussel' + "x" * 200_000 + "\n",
    ],
    ids=["unclosed", "closed-by-the-next", "very-long"],
)
def test_an_unclosed_quote_is_said_with_the_line_it_begins_on(tmp_path: Path, text: str) -> None:
    path = tmp_path / "nis.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"nis\.csv, line 3: .* quote") as caught:
        list(entries(path))
    assert "regel 3" in caught.value.detail_nl
    assert "field" not in caught.value.detail_nl


@pytest.mark.parametrize("data", [b"PK\x03\x04xx", "code,naam\n".encode("utf-16")])
def test_what_is_no_text_is_said_to_be_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "lijst.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match="save it as CSV UTF-8"):
        list(entries(path))


def test_a_match_of_unknown_columns_is_refused(tmp_path: Path) -> None:
    path = project(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"alt_names"]', '"naam"]'))
    with pytest.raises(ProjectError, match="naam"):
        load_package(path)


def test_exports_are_safe_from_formulas() -> None:
    text = safe_csv(["a", "b"], [{"a": "=1+1", "b": "-5"}, {"a": "@x", "b": "gewoon"}])
    assert text == b"a,b\r\n'=1+1,-5\r\n'@x,gewoon\r\n"


# the command


def run(project: Workspace, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["match", *arguments, "--project", str(project.folder)])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def companies(tmp_path: Path) -> Path:
    path = tmp_path / "kbo.csv"
    path.write_text("code,naam\n0403.227.515,PROXIMUS\n0000.000.097,=cmd()\n", encoding="utf-8")
    return path


def test_the_command_lists_candidates_and_fills_nothing_in(
    project: Workspace, companies: Path
) -> None:
    before = (project.folder / "data" / "actors.csv").read_bytes()
    code, out, err = run(project, f"kbo={companies}")
    assert code == 0
    assert "&column=kbo\tProximus\t0403227515\tPROXIMUS\t99" in out
    assert "Niets is ingevuld" in err
    assert (project.folder / "data" / "actors.csv").read_bytes() == before


def test_the_command_writes_json_and_csv(project: Workspace, companies: Path) -> None:
    _, out, _ = run(project, f"kbo={companies}", "--json")
    (row,) = json.loads(out)
    assert (row["key"], row["code"], row["column"]) == ("proximus", "0403227515", "kbo")
    target = companies.with_name("uit.csv")
    run(project, f"kbo={companies}", "--output", str(target))
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert [row["code"] for row in csv.DictReader(file)] == ["0403227515"]
    code, _, err = run(project, f"kbo={companies}", "--output", str(target))
    assert code == 2
    assert "bestaat al" in err
    code, _, err = run(project, f"kbo={companies}", "--output", "/bestaat/niet.csv")
    assert code == 2


def test_filled_cells_are_shown_only_when_asked(project: Workspace, shared: Path) -> None:
    refnis = shared / "standards" / "codelists" / "belgif" / "refnis2025.nt"
    _, out, _ = run(project, f"nis={refnis}")
    assert "nis_code\tAntwerpen" not in out
    _, out, _ = run(project, f"nis={refnis}", "--all")
    assert "nis_code\tAntwerpen\t11002 =\tAntwerpen\t100" in out
    assert "nis_code\tHasselt\t71072 ≠ 71022\tHasselt\t100" in out
    assert "nis_later\tHasselt\t71072 =\tHasselt" in out


def test_codes_of_another_edition_are_marked_and_said(project: Workspace, shared: Path) -> None:
    refnis = shared / "standards" / "codelists" / "belgif" / "refnis2025.nt"
    _, out, err = run(project, f"nis={refnis}", "--all")
    old, later = (
        [line for line in out.splitlines() if f"column={name}\tHasselt" in line]
        for name in ("nis_code", "nis_later")
    )
    assert old
    assert later
    assert all("≠ http://vocab.belgif.be/auth/refnis2019/" in line for line in old)
    assert all("≠ http" not in line for line in later)
    said = [line for line in err.splitlines() if "Let op" in line]
    assert said
    assert all("nis_code" in line and "refnis2019" in line for line in said)


def test_a_list_that_does_not_say_its_edition_is_said_to_be_so(
    project: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "nis.csv"
    path.write_text("naam,niscode\nHasselt,71072\n", encoding="utf-8")
    _, out, err = run(project, f"nis={path}", "--all", "--lang", "en")
    assert "\t? http://vocab.belgif.be/auth/refnis2019/" in out
    assert "nis.csv does not say of which edition" in err
    _, out, _ = run(project, f"nis={path}", "--all", "--json")
    assert {row["expected"] for row in json.loads(out)} == {
        f"http://vocab.belgif.be/auth/refnis{year}/" for year in (2019, 2025)
    }


def test_who_reads_the_first_line_only_gets_no_complaint(project: Workspace, shared: Path) -> None:
    refnis = shared / "standards" / "codelists" / "belgif" / "refnis2025.nt"
    command = [sys.executable, "-m", "app", "match", f"nis={refnis}", "--all",
               "--project", str(project.folder)]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as done:
        assert done.stdout
        assert done.stderr
        # a reader that is gone before the first line, whatever the size of a pipe
        done.stdout.close()
        said = done.stderr.read().decode()
        assert done.wait(60) == 141
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


@pytest.mark.parametrize(
    ("argument", "said"),
    [("kbo=/bestaat/niet.csv", "er is geen bestand"), ("kbo=/tmp", "/tmp is een map"),
     ("bce=x.csv", "de lijsten zijn nis ("),
     ("kbo", "schrijf lijst=bestand"), ("", "schrijf lijst=bestand")],
)  # fmt: skip
def test_what_the_command_cannot_use_it_says(project: Workspace, argument: str, said: str) -> None:
    code, _, err = run(project, argument)
    assert code == 2
    assert said in err


# files of questions


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("v.rq", "SELECT * {}", "begin with the comments"),
        ("v.rq", "# nl: x\nSELECT * {}", "begin with the comments"),
        ("weg.rq", None, "no such file"),
        ("map.rq", None, "a folder, not a file"),
        ("oud.rq", None, "not saved as UTF-8"),
        ("V.rq", "# nl: x\n# en: x\nASK {}", "lower-case letters"),
        ("../v.rq", "# nl: x\n# en: x\nASK {}", "in the project folder"),
        ("v.txt", "# nl: x\n# en: x\nASK {}", "in the project folder"),
    ],
)
def test_a_question_says_what_it_asks(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    (tmp_path / "map.rq").mkdir()
    (tmp_path / "oud.rq").write_bytes("# nl: één".encode("cp1252"))
    if text is not None:
        (tmp_path / "v.rq").write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=said) as caught:
        load_question(tmp_path, name)
    # in both languages, and without the words of Python
    assert caught.value.detail != caught.value.detail_nl
    assert name in caught.value.detail_nl
    assert "Errno" not in caught.value.detail + caught.value.detail_nl
    assert "codec" not in caught.value.detail + caught.value.detail_nl


def test_a_question_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(
        "# nl: Wie?\n# en: Who?\n# nl: Uitleg.\n# ?n: Naam | Name\n\nSELECT ?n\n{ ?n a <x> }\n",
        encoding="utf-8",
    )
    found = load_question(tmp_path, "q.rq")
    assert found.title == {"nl": "Wie?", "en": "Who?"}
    assert found.note == {"nl": "Uitleg."}
    assert found.heads == {"n": {"nl": "Naam", "en": "Name"}}
    assert found.query("https://b.test/") == "BASE <https://b.test/>\nSELECT ?n\n{ ?n a <x> }\n"
