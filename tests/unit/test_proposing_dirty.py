"""`mapping new` of tables as municipalities have them: totals, remarks, codes with slips, euros."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import InputError
from app.mapping.proposing.proposal import Proposal, propose
from app.tables.kinds import Values
from app.tables.sampling import sample, sample_file
from tests.conftest import ROOT


def made(text: str, profile: str = "organisatie", *, lang: str = "nl") -> Proposal:
    return propose(sample(text.encode(), "t.csv"), profile, source="t.csv", vocab=ROOT / "vocab",
                   lang=lang)  # fmt: skip


def properties(proposal: Proposal) -> dict[str, str]:
    return {item.column.name: item.known.property for item in proposal.draft.chosen}


def one_line(proposal: Proposal) -> str:
    return " ".join(proposal.text.replace("\n", " ").replace("#", " ").split())


TOTAL = """\
Code;Naam;Gemeente;Bedrag
a1;Harmonie;Gent;1.250,00
a2;Chiro;Gent;300,00
;TOTAAL;;1.550,00
;;;
Bron: gemeenteraad;;;
"""


@pytest.mark.parametrize(("lang", "told"), [
    ("nl", "rij 4 (“TOTAAL”), 6 (“Bron: gemeenteraad”)"),
    ("en", "row 4 (“TOTAAL”), 6 (“Bron: gemeenteraad”)"),
])  # fmt: skip
def test_what_stands_below_the_table_is_told_and_does_not_count(lang: str, told: str) -> None:
    proposal = made(TOTAL, lang=lang)
    assert (proposal.draft.key.column.name, proposal.draft.key.kind) == ("Code", "key")
    assert proposal.draft.rows == 2
    assert told in one_line(proposal)


@pytest.mark.parametrize("last", [
    "a3;Totaal Theater;Gent;20,00", "a3;Koor;;", "Totaal;Theater;Gent;20,00"
])  # fmt: skip
def test_a_row_of_data_at_the_end_counts(last: str) -> None:
    proposal = made(TOTAL[: TOTAL.index(";TOTAAL")] + last + "\n")
    assert proposal.draft.rows == 3
    assert "geen gegevens" not in one_line(proposal)


def test_a_table_of_one_column_is_not_all_remarks() -> None:
    assert made("Naam\nHarmonie\nChiro\n").draft.rows == 2


def test_a_key_with_slips_is_told_with_what_to_mend() -> None:
    proposal = made("Klantnr;Naam\n7;A\n8;B\n9;C\n9;D\n")
    assert proposal.draft.key.column.name == "Naam"
    assert "Klantnr zou een goede sleutel zijn, maar rijen 4 en 5 hebben dezelfde" in one_line(
        proposal
    )
    proposal = made("Klantnr;Adres\n7;A\n8;B\n9;C\n;C\n")
    assert (proposal.draft.key.column.name, proposal.draft.key.kind) == ("Klantnr", "none")
    assert "1 rij zonder waarde geeft niets" in one_line(proposal)


def test_a_counter_as_the_only_key_is_called_so() -> None:
    proposal = made("Volgnr.;Naam\n1;A\n2;A\n")
    assert proposal.draft.key.column.name == "Volgnr."
    assert "deze kolom is uniek, maar telt enkel de rijen" in one_line(proposal)


def test_enterprise_numbers_are_no_mobile_numbers() -> None:
    # the last two digits of none of them are right
    numbers = "0419.012.345\n0475.123.457\n0412.345.679\n"
    proposal = made("Ondernemingsnr.\n" + numbers)
    assert {item.code for item in proposal.draft.left} == {"unsure"}
    assert Values(["0475 12 34 56", "0475/12.34.56", "+32 475 12 34 56"], [1, 2, 3], 3).share(
        "mobile"
    ) == 1  # fmt: skip


def test_a_head_that_is_known_is_nothing_else_by_a_word_in_it() -> None:
    proposal = made("Naam;KBO-nummer\nA;n.v.t.\nB;12\nC;0207.437.468\n")
    assert properties(proposal) == {"Naam": "skos:prefLabel"}


@pytest.mark.parametrize(("lang", "told"), [
    ("nl", "geen OVO-codes: “OVO12” (rij 4). Kijk ze na; een run meldt ze niet"),
    ("en", "no OVO codes: “OVO12” (row 4). Look at them; no run reports them"),
])  # fmt: skip
def test_wrong_codes_that_no_run_sees_are_named(lang: str, told: str) -> None:
    proposal = made("Naam;OVO-code\nA;OVO001234\nB;OVO001235\nC;OVO12\n", lang=lang)
    assert properties(proposal)["OVO-code"] == "owl:sameAs"
    assert told in one_line(proposal)


def test_euros_are_numbers() -> None:
    proposal = made("Code;Bedrag (€)\na;€ 2.300,00\nb;1500 EUR\nc;750\n", "instrument")
    assert properties(proposal)["Bedrag (€)"] == "subsidie:bedrag"
    assert "function: vijfster-fn:number" in proposal.text


def test_lines_to_take_over_can_be_read() -> None:
    proposal = made("Titel;Budget;Lidkaart\nA;1,5;007\nB;2,5;008\n", "project")
    assert "datatype: xsd:decimal}" in proposal.text
    assert "$(Lidkaart), nl~lang" in proposal.text
    assert "datatype: }" not in proposal.text


def workbook(path: Path, *hidden: str) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Leden"
    book.active.append(["Naam"])
    book.active.append(["Harmonie"])
    for title in ("Codes", "Oud"):
        sheet = book.create_sheet(title)
        sheet.append(["Sport"])
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    book.save(path)
    return path


def test_a_sheet_that_is_hidden_is_not_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError) as wrong:
        sample_file(workbook(tmp_path / "a.xlsx", "Codes"))
    assert "(Leden, Oud); zeg welk: --sheet 'Leden'" in wrong.value.detail_nl
    found = sample_file(workbook(tmp_path / "b.xlsx", "Codes", "Oud"))
    assert (found.name, found.rows[1][1]) == ("Leden", ("Harmonie",))


def test_json_says_where_its_lists_are(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"meta": {"n": 1}, "data": {"clubs": [{"naam": "A"}, {"naam": "B"}]}}')
    done = CliRunner().invoke(app, ["mapping", "new", str(path), "--profile", "organisatie"])
    assert (done.exit_code, "--items data.clubs" in done.output) == (2, True)
    command = ["mapping", "new", str(path), "--profile", "organisatie", "--items", "data.clubs"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    assert "skos:prefLabel, $(naam)" in done.output
    assert "Voer de mapping uit met --items data.clubs." in done.output
    path.write_text('{"a": [1], "b": []}')
    with pytest.raises(InputError, match=r"--items a\.b"):
        sample_file(path)


def test_keywords_may_have_commas_between_names_have_them_within() -> None:
    text = "ID;Titel;Trefwoorden\na;Bomen, struiken;groen, natuur\nb;Wegen, paden;weg\n"
    proposal = made(text, "dcat")
    assert "[value, $(Trefwoorden)], [p_string_sep, ',']" in proposal.text
    assert "[dct:title, $(Titel), nl~lang]" in proposal.text
