"""`mapping new`: what a table's heads and values are taken for, and that the proposal runs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import InputError, ProjectError
from app.mapping.executor import run
from app.mapping.functions.sources import ProjectLookups
from app.mapping.proposing.heads import head_of, likeness
from app.mapping.proposing.profiles import load_profile, load_words, profile_names
from app.mapping.proposing.proposal import Proposal, propose
from app.mapping.yarrrml import load_mapping
from app.rdf.namespaces import PREFIXES, expand
from app.rdf.terms import Triple
from app.tables.descriptor import Field, Table
from app.tables.reading import read
from app.tables.sampling import sample, sample_file
from app.tables.sheets import Sheet
from tests.conftest import LISTS, ROOT
from tests.unit.spreadsheets import ods, ods_table, ods_text

BASE = "https://voorbeeld.test/"
VOCAB = ROOT / "vocab"
COLUMNS = VOCAB / "kolommen"
ORGANISATIONS = """\
Nr,Benaming,KBO-nr,Straat,Huisnr.,Postcode,Gemeente,Website,E-mail,Tel.,Contactpersoon,Lid (ja/nee)
1,Cultuurhuis,0207.437.468,Kerkstraat,1,9000,Gent,https://a.example/,info@a.be,09 266 11 11,Jan,ja
2,Sportclub,0400.378.485,Markt,2,9300,Aalst,,info@b.be,,An,nee
3,Heemkring,0403.019.261,,,,,,,,,ja
"""


def made(text: str, profile: str = "organisatie", *, lang: str = "nl") -> Proposal:
    return propose(sample(text.encode(), "t.csv"), profile, source="t.csv", vocab=VOCAB, lang=lang)


def mapped(tmp_path: Path, text: str, proposal: Proposal, *wrong: tuple[int, str]) -> set[Triple]:
    """Return the triples that a proposal gives of its table; `wrong` are its wrong cells."""
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    mapping = tmp_path / "t.yml"
    mapping.write_text(proposal.text, encoding="utf-8")
    names = next(iter(sample(text.encode(), "t.csv").rows))[1]
    sign = ";" if ";" in text.splitlines()[0] else ","
    table = Table("t", path, "utf-8", sign, tuple(Field(name) for name in names), (), ())
    lookups = ProjectLookups(tmp_path, tmp_path, lists=lambda: LISTS)
    out = run(load_mapping(mapping, base=BASE), {path.resolve(): read(table)}, lookups)
    assert sorted((item.cell.row, item.cell.column) for item in out.problems) == sorted(wrong)
    return out.triples


def properties(proposal: Proposal) -> dict[str, str]:
    return {item.column.name: item.known.property for item in proposal.draft.chosen}


def left(proposal: Proposal) -> dict[str, str]:
    return {item.column.name: item.code for item in proposal.draft.left}


def test_organisations_become_oslo(tmp_path: Path) -> None:
    proposal = made(ORGANISATIONS)
    assert properties(proposal) == {
        "Benaming": "skos:prefLabel", "KBO-nr": "skos:notation", "Straat": "locn:thoroughfare",
        "Huisnr.": "adres:Adresvoorstelling.huisnummer", "Postcode": "locn:postCode",
        "Gemeente": "locn:postName", "Website": "foaf:homepage", "E-mail": "schema:email",
        "Tel.": "schema:telephone",
    }  # fmt: skip
    assert left(proposal) == {"Nr": "unknown", "Contactpersoon": "personal",
                              "Lid (ja/nee)": "unknown"}  # fmt: skip
    assert proposal.draft.key.column.name == "KBO-nr"
    found = mapped(tmp_path, ORGANISATIONS, proposal)
    ghent = f"<{BASE}id/organisatie/0207.437.468>"
    assert (ghent, f"<{expand('skos:prefLabel')}>", '"Cultuurhuis"@nl') in found
    assert (ghent, f"<{expand('org:hasPrimarySite')}>",
            f"<{BASE}id/vestiging/0207.437.468>") in found  # fmt: skip
    # a row without an address has none, not an empty one
    assert not {s for s, _, _ in found if "vestiging/0403" in s or "adres/0403" in s}
    assert not any("Jan" in o for _, _, o in found)


def test_datasets_get_codes_of_the_european_lists_by_label(tmp_path: Path) -> None:
    text = (
        "Id,Titel (NL),Title (EN),Uitgever,Licentie,Toegangs-URL,Mediatype,Frequentie,Thema\n"
        "d1,Bomen,Trees,Dienst Groen,CC0,https://a.example/b,text/csv,jaarlijks,Milieu\n"
        "d2,Straten,Streets,Dienst Groen,eigen,https://a.example/s,text/csv,soms,Vervoer\n"
    )
    proposal = made(text, "dcat")
    assert left(proposal) == {}
    found = mapped(tmp_path, text, proposal, (3, "Licentie"), (3, "Frequentie"))
    values = {(p[1:-1], o) for s, p, o in found if "/d1>" in s}
    eu = "http://publications.europa.eu/resource/authority/"
    assert {
        (expand("dct:accrualPeriodicity"), f"<{eu}frequency/ANNUAL>"),
        (expand("dcat:theme"), f"<{eu}data-theme/ENVI>"),
        (expand("dct:license"), f"<{eu}licence/CC0>"),
        (expand("dct:title"), '"Bomen"@nl'), (expand("dct:title"), '"Trees"@en'),
        (expand("dcat:mediaType"), "<http://www.iana.org/assignments/media-types/text/csv>"),
    } <= values  # fmt: skip
    assert "niet gevonden in de lijst frequency: “soms”" in proposal.text
    # two datasets, one publisher
    publisher = f"<{BASE}id/organisatie/dienst-groen>"
    assert {s for s, p, _ in found if p == f"<{expand('foaf:name')}>"} == {publisher}
    assert (expand("dct:publisher"), publisher) in values


@pytest.mark.parametrize(("head", "cell", "property_"), [
    ("Ondernemingsnummer", "0207.437.468", "skos:notation"),
    ("ONDERNEMINGS-NUMMER", "0207437468", "skos:notation"),
    ("kbo nr.", "207437468", "skos:notation"), ("Ondernemingsnumer", "", "skos:notation"),
    ("straatNaam", "Dorp", "locn:thoroughfare"), ("Straat kantoor", "Dorp", "locn:thoroughfare"),
    ("Naam vereniging", "De Kring", "skos:prefLabel"),
    ("Official name", "De Kring", "regorg:legalName"),
    ("Commerci\u00eble naam", "x", "skos:prefLabel"),
    ("Commercie\u0308le naam", "x", "skos:prefLabel"),
])  # fmt: skip
def test_a_head_is_known_however_it_is_written(head: str, cell: str, property_: str) -> None:
    (found,) = made(f"Andere,{head}\nx,{cell}\n").draft.chosen
    assert found.known.property == property_


@pytest.mark.parametrize("head", ["Type subsidie", "Kleur", "Xyz", "Ko", "Waarde 2"])
def test_a_head_that_says_nothing_is_left_out(head: str) -> None:
    assert left(made(f"Code,{head}\nA,eik\nB,beuk\n", "instrument")) == {head: "unknown"}


def test_values_decide_between_names_and_lower_what_does_not_fit() -> None:
    fits = made("Naam,KBO\nA,0207.437.468\nB,0400.378.485\n").draft.chosen[-1]
    assert fits.confidence == 1.0
    wrong = made("Naam,KBO\nA,niet\nB,gekend\n")
    assert left(wrong) == {"KBO": "unsure"}
    alone = made("Naam,Kolom7\nA,0207.437.468\nB,0400.378.485\nC,0403.019.261\n").draft.chosen[-1]
    assert (alone.known.property, alone.confidence) == ("skos:notation", 0.7)


def test_a_tie_is_told_and_not_mapped() -> None:
    proposal = made("Code,Titel,Dienst instantie\nA,Een,x\n", "instrument")
    assert left(proposal) == {}
    proposal = made("Code,Doel en beschrijving\nA,Een\n", "instrument")
    assert left(proposal) == {"Doel en beschrijving": "tie"}
    assert proposal.text.count("$(Doel en beschrijving)") == 2
    assert "past even goed bij meer dan één eigenschap" in proposal.text


def test_two_columns_for_one_property_are_told() -> None:
    proposal = made("Code,Naam,Benaming\nA,Een,Twee\n")
    assert properties(proposal)["Naam"] == "skos:prefLabel"
    assert left(proposal) == {"Benaming": "taken"}
    assert "lijkt op hetzelfde als Naam" in proposal.text


@pytest.mark.parametrize(("column", "values"), [
    ("Voornaam", ["An", "Jan"]), ("Naam contactpersoon", ["An Maes", "Jan Peeters"]),
    ("GSM", ["", ""]), ("Geboortedatum", ["1990-01-01", "1991-02-02"]),
    ("Telefoon", ["0478 12 34 56", "09 266 11 11"]), ("INSZ", ["", ""]),
    ("Veld", ["85.07.30-033.28", "85073003328"]),
    ("E-mail", ["an.maes@stad.example", "jan.peeters@stad.example"]),
])  # fmt: skip
def test_what_may_be_personal_is_not_mapped(column: str, values: list[str]) -> None:
    rows = "".join(f"K{n},{value}\n" for n, value in enumerate(values))
    proposal = made(f"Code,{column}\n{rows}")
    assert left(proposal) == {column: "personal"}
    assert "LET OP, PERSOONSGEGEVENS" in proposal.text
    assert f"$({column})" not in proposal.text


def test_a_key_is_unique_filled_and_no_counter() -> None:
    key = made("Volgnummer,Code,Naam\n1,A,x\n2,B,y\n").draft.key
    assert (key.column.name, key.kind) == ("Code", "key")
    # a number of rows names nothing for good
    key = made("Nr,Naam\n1,x\n2,y\n").draft.key
    assert (key.column.name, key.kind, key.good) == ("Naam", "name", False)
    proposal = made("Code,Naam\nA,x\nA,x\n,z\n")
    assert proposal.draft.key.kind == "none"
    assert "rijen 2 en 3 hebben dezelfde waarde" in proposal.text.replace("\n    # ", " ")
    key = made("URI,Naam\nhttps://a.example/1,x\nhttps://a.example/2,y\n").draft.key
    assert (key.column.name, key.kind) == ("URI", "address")


def test_addresses_of_things_are_their_subjects(tmp_path: Path) -> None:
    text = "URI,Naam\nhttps://a.example/1,x\nhttps://a.example/2,y\n"
    found = mapped(tmp_path, text, made(text))
    assert {s for s, _, _ in found} == {"<https://a.example/1>", "<https://a.example/2>"}


def objects(found: set[Triple], curie: str) -> set[str]:
    return {o.partition("^^")[0].strip('"') for _, p, o in found if p == f"<{expand(curie)}>"}


def test_dates_numbers_and_lists_are_read_as_they_are_written(tmp_path: Path) -> None:
    head = "Code;Naam;Begindatum;Einddatum;Bedrag;Maximumbedrag;Trefwoorden;Website;Actief\n"
    text = (
        f"{head}A;x;2020;1/2/2020;1.234,56;12.5;bomen | groen;www.a.example;ja\n"
        "B;y;2021;31/12/2020;7;;straat;https://b.example/;nee\n"
    )
    proposal = made(text, "instrument")
    found = mapped(tmp_path, text, proposal)
    assert objects(found, "dcat:startDate") == {"2020", "2021"}
    assert "[dcat:startDate, $(Begindatum), xsd:gYear]" in proposal.text
    assert objects(found, "dcat:endDate") == {"2020-02-01", "2020-12-31"}
    assert objects(found, "subsidie:bedrag") == {"1234.56", "7"}
    assert objects(found, "subsidie:maximumbedrag") == {"12.5"}
    assert objects(found, "dcat:keyword") == {'bomen"@nl', 'groen"@nl', 'straat"@nl'}
    assert objects(found, "foaf:page") == {"<https://www.a.example>", "<https://b.example/>"}
    # a column of yes and no that nobody knows is told how to map
    assert left(proposal) == {"Actief": "unknown"}
    assert "[pair, 'ja=true'], [pair, 'nee=false']], datatype: xsd:boolean}" in proposal.text


def test_a_thousand_or_a_decimal_is_told() -> None:
    text = made("Code,Bedrag\nA,1.234\nB,5.000\n", "instrument").text
    assert "1.234 kan duizend zijn of één komma twee" in text
    assert "vijfster-fn:number" in text
    text = made("Code,Bedrag\nA,1.234\nB,5.5\n", "instrument").text
    assert "[subsidie:bedrag, $(Bedrag), xsd:double]" in text


def test_things_without_a_code_are_named_by_a_slug(tmp_path: Path) -> None:
    text = "Naam,E-mail\nCaf\u00e9 de \u00c6olus,info@a.example\nDe Kring,\n"
    found = mapped(tmp_path, text, made(text))
    assert {s for s, _, _ in found} == {
        f"<{BASE}id/{path}>" for path in
        ("organisatie/cafe-de-aeolus", "contactinfo/cafe-de-aeolus", "organisatie/de-kring")
    }  # fmt: skip
    # names that would get one address are no key
    assert made("Naam\nDe Kring\nDe kring!\n").draft.key.kind == "none"


def test_a_header_may_stand_below_a_title(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Verenigingen van de stad"], [], ["Code", "Naam"], ["007", "x"]]
    path = workbook(tmp_path, Leden=rows)
    proposal = propose(sample(path.read_bytes(), "t.xlsx"), "organisatie", source="t.xlsx",
                       vocab=VOCAB, lang="nl")  # fmt: skip
    assert properties(proposal) == {"Code": "dct:identifier", "Naam": "skos:prefLabel"}
    assert proposal.draft.rows == 1
    assert "De kop staat op rij 3" in proposal.text


def test_columns_without_head_or_with_the_same_are_told() -> None:
    proposal = made("Code,,Naam,Naam\nA,b,c,d\n")
    assert [(item.column.position, item.code) for item in proposal.draft.left] == [
        (2, "unnamed"), (3, "double"), (4, "double")]  # fmt: skip


def test_a_file_without_rows_gives_no_mapping() -> None:
    with pytest.raises(InputError, match="fill in some rows"):
        made("Code,Naam\n")
    with pytest.raises(InputError, match="no profile 'boom'"):
        made("Code\nA\n", "boom")
    with pytest.raises(InputError, match="no header"):
        propose(Sheet("t.csv", "", ()), "dcat", source="t.csv", vocab=VOCAB, lang="nl")


@pytest.mark.parametrize("path", sorted((ROOT / "data").glob("*.csv")), ids=lambda path: path.stem)
@pytest.mark.parametrize("profile", profile_names(COLUMNS))
def test_real_tables_get_a_mapping_that_is_read(tmp_path: Path, path: Path, profile: str) -> None:
    proposal = propose(sample(path.read_bytes(), path.name), profile, source=path.name,
                       vocab=VOCAB, lang="nl")  # fmt: skip
    (tmp_path / "m.yml").write_text(proposal.text, encoding="utf-8")
    mapping = load_mapping(tmp_path / "m.yml", base=BASE)
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert {name for item in mapping.triples_maps for name in item.columns} <= {*header}
    assert len(proposal.draft.chosen) + len(proposal.draft.left) == len(header)


def test_what_is_proposed_conforms_to_the_profile_of_organisations(tmp_path: Path) -> None:
    found = mapped(tmp_path, ORGANISATIONS, made(ORGANISATIONS))
    path = tmp_path / "t.nt"
    path.write_text("".join(f"{s} {p} {o} .\n" for s, p, o in found), encoding="utf-8")
    done = CliRunner().invoke(app, ["validate", str(path), "--profile", "oslo-organisatie"])
    assert done.exit_code == 0, done.output


HEADS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(HEADS, HEADS), min_size=1, max_size=5))
def test_whatever_the_heads_the_proposal_is_read_and_runs(
    tmp_path_factory: pytest.TempPathFactory, columns: list[tuple[str, str]]
) -> None:
    heads = ["Code", "Naam", *(head for head, _ in columns)]
    cells = ["A", "x", *(cell for _, cell in columns)]
    rows = ((1, tuple(heads)), (2, tuple(cells)))
    for lang in ("nl", "en"):
        text = propose(Sheet("t.csv", "", rows), "organisatie", source="t.csv", vocab=VOCAB,
                       lang=lang).text  # fmt: skip
        path = tmp_path_factory.mktemp("m") / "m.yml"
        path.write_text(text, encoding="utf-8", newline="")
        mapping = load_mapping(path, base=BASE)
        used = {name for item in mapping.triples_maps for name in item.columns}
        assert used <= {*heads}


def test_profiles_say_what_there_is() -> None:
    words = load_words(COLUMNS)
    assert profile_names(COLUMNS) == ["dcat", "instrument", "organisatie", "project"]
    lists = {item.name for item in LISTS.by_scheme.values()} | {"licenties", "mediatypes"}
    for name in profile_names(COLUMNS):
        profile = load_profile(COLUMNS, name)
        prefixes = {*PREFIXES, *profile.prefixes}
        for known in profile.columns:
            assert known.property.partition(":")[0] in prefixes, known
            assert not known.list or known.list in lists, known
            # every name leads to its column, and to no other as well
            for text in (*known.label.values(), *known.names):
                head = head_of(text, words)
                best = [other for other in profile.columns
                        if likeness(head, other, words).score == 1.0]  # fmt: skip
                assert known in best, (name, text)
                if len(best) > 1:
                    assert {other.values for other in best} > {""}, (name, text)
        assert any(known.naming for known in profile.columns)


@pytest.mark.parametrize(("change", "said"), [
    ({"columns": [{"of": "boom", "property": "a:b"}]}, "columns 1"),
    ({"columns": [{"of": "ding", "property": "a:b", "label": {"nl": "x"}}]}, "nl and en"),
    ({"columns": [{"of": "ding", "property": "a:b", "also": [True],
                   "label": {"nl": "x", "en": "y"}}]}, "quote it"),
    ({"things": {"ding": {}}}, "things ding"), ({"boom": 1}, "needs the keys"),
    ({"title": "ding"}, "title"),
])  # fmt: skip
def test_a_profile_that_is_wrong_says_where(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    good = {"title": {"nl": "x", "en": "y"}, "nouns": [],
            "things": {"ding": {"path": "id/ding", "types": ["a:B"]}}, "columns": []}  # fmt: skip
    (tmp_path / "profielen").mkdir()
    path = tmp_path / "profielen" / "p.yml"
    path.write_text(yaml.safe_dump(good), encoding="utf-8")
    assert load_profile(tmp_path, "p").row.name == "ding"
    path.write_text(yaml.safe_dump({**good, **change}), encoding="utf-8")
    with pytest.raises(ProjectError, match=said):
        load_profile(tmp_path, "p")


def workbook(folder: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    path = folder / "t.xlsx"
    path.write_bytes(out.getvalue())
    return path


def test_the_command_writes_a_mapping_beside_the_table(tmp_path: Path) -> None:
    table = tmp_path / "data" / "verenigingen.csv"
    table.parent.mkdir()
    table.write_text(ORGANISATIONS, encoding="utf-8")
    mapping = tmp_path / "mappings" / "verenigingen.yml"
    mapping.parent.mkdir()
    arguments = ["mapping", "new", str(table), "--profile", "organisatie", "--output", str(mapping)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert "9 van 12 kolommen gemapt" in done.stderr
    assert "persoonsgegevens, niet gemapt: Contactpersoon" in done.stderr
    assert load_mapping(mapping, base=BASE).triples_maps[0].source == table.resolve()
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 2
    assert "bestaat al" in again.stderr


def test_the_command_prints_json_and_says_what_is_wrong(tmp_path: Path) -> None:
    path = workbook(tmp_path, Een=[["Code", "Naam"], ["007", "x"]], Twee=[["Kleur"], ["rood"]])
    new = ["mapping", "new", str(path), "--lang", "en", "--profile"]
    assert "say which: --sheet" in CliRunner().invoke(app, [*new, "organisatie"]).stderr
    done = CliRunner().invoke(app, [*new, "organisatie", "--sheet", "1", "--json"])
    body = json.loads(done.stdout)
    assert [item["property"] for item in body["columns"]] == ["dct:identifier", "skos:prefLabel"]
    assert body["key"]["column"] == "Code"
    # one of several sheets is named in the mapping
    assert body["source"].endswith("t.xlsx#sheet=Een")
    assert "#sheet=Een~csv" in body["mapping"]
    none = CliRunner().invoke(app, [*new, "organisatie", "--sheet", "Twee"])
    assert (none.exit_code, "0 of 1 columns mapped" in none.stderr) == (1, True)
    assert CliRunner().invoke(app, [*new, "organisatie", "--sheet", "9"]).exit_code == 2
    assert "there are: dcat, instrument" in CliRunner().invoke(
        app, [*new, "boom", "--sheet", "1"]).stderr  # fmt: skip
    missing = CliRunner().invoke(app, ["mapping", "new", str(tmp_path / "x.csv"), "--profile",
                                       "dcat"])  # fmt: skip
    assert missing.exit_code == 2
    (tmp_path / "t.xlsx").write_bytes(b"PK\x03\x04 niet")
    said = CliRunner().invoke(app, ["mapping", "new", str(path), "--profile", "dcat"])
    assert said.exit_code == 2
    assert "t.xlsx" in said.stderr


def test_an_opendocument_sheet_is_read_as_mappings_read_it(tmp_path: Path) -> None:
    path = tmp_path / "t.ods"
    path.write_bytes(ods(ods_table("Leden", ods_text("Code", "Naam"), ods_text("007", "x"))))
    proposal = propose(sample_file(path), "organisatie", source="t.ods", vocab=VOCAB, lang="nl")
    assert properties(proposal) == {"Code": "dct:identifier", "Naam": "skos:prefLabel"}
    assert proposal.draft.key.column.values.cells == ["007"]


def test_json_is_read_as_mappings_read_it(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps([{"Code": "A", "Naam": "x"}, {"Code": "B"}]), encoding="utf-8")
    done = CliRunner().invoke(app, ["mapping", "new", str(path), "--profile", "organisatie",
                                    "--json"])  # fmt: skip
    body = json.loads(done.stdout)
    assert (body["rows"], body["key"]["column"]) == (2, "Code")
    assert [item["property"] for item in body["columns"]] == ["dct:identifier", "skos:prefLabel"]


def test_a_large_file_is_read_at_its_beginning_only() -> None:
    body = "Code,Naam\n" + "".join(f"K{n},naam {n}\n" for n in range(300_000))
    for encoding in ("utf-8", "utf-16"):
        found = sample(body.encode(encoding), "t.csv")
        assert (len(found.rows), found.rows[-1][1]) == (1_011, ("K1009", "naam 1009"))
