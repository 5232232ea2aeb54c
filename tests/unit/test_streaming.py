"""Mapping to N-Quads as a stream: the same whatever the cut, each quad once, every wrong cell."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import InputError, ProjectError
from app.mapping.explaining import explain
from app.mapping.job import Around, Job, Order
from app.mapping.streaming import Sizes
from app.mapping.work import OnError, Wanted

BASE = "https://voorbeeld.test/"
HEAD = """\
prefixes: {e: ns/e#}
sources: {t: [t.csv~csv], u: [u.csv~csv]}
mappings:
"""
MAPS = """\
  ding:
    sources: t
    s: id/ding/$(nr)
    po:
      - [a, e:Ding]
      - [e:naam, $(naam), nl~lang]
      - [e:naam, $(ook), nl~lang]
      - [e:dag, $(dag), xsd:date]
      - [e:web, $(web)~iri]
      - p: e:soort
        o: {mapping: soort, condition: {function: equal,
            parameters: [[str1, $(soort), s], [str2, $(code), o]]}}
      - p: e:heeft
        o: 'iets'
        condition: {function: notEqual, parameters: [[str1, $(web)], [str2, ""]]}
  nog:
    sources: t
    s: id/ding/$(nr)
    po: [[a, e:Ding], [e:nog, $(naam)]]
  alles:
    sources: t
    s: id/alles
    po: [[e:ding, id/ding/$(nr)~iri]]
  soort: {sources: u, s: id/soort/$(code), po: [[e:label, $(label)]]}
"""
HEADER = "nr,naam,ook,dag,web,soort"
ROWS = [
    "1,Eik,Eik,2020-01-01,https://a.test/,b",
    '2,"Es, ""gewone""",,2020-02-30,https://b.test/,b',
    "1,Eik,Zomereik,,,h",
    "3,Ést,,2021-01-01,www geen,x",
    ",zonder,,,,",
]


class Place:
    """A folder with a mapping and its tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("u.csv", "code,label\nb,boom\nh,heester\n")
        self.write("m.yml", HEAD + MAPS)

    def write(self, name: str, text: str) -> Path:
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.folder / name

    def job(self, lines: list[str], on_error: OnError = "skip-triple", **sizes: Any) -> Job:
        self.write("t.csv", "\n".join([HEADER, *lines]) + "\n")
        most = sizes.pop("max_errors", 100)
        order = Order(self.folder / "m.yml", BASE, wanted=Wanted(on_error, most),
                      sizes=Sizes(**sizes))  # fmt: skip
        return Job(order, Around())

    def quads(self, lines: list[str], on_error: OnError = "skip-triple", **sizes: Any) -> list[str]:
        out = io.BytesIO()
        self.job(lines, on_error, **sizes).run(out)
        return sorted(out.getvalue().decode().splitlines())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_each_quad_is_there_once(place: Place) -> None:
    quads = place.quads(ROWS)
    assert len(quads) == len(set(quads))
    assert f"<{BASE}id/ding/1> <{BASE}ns/e#soort> <{BASE}id/soort/h> ." in quads
    assert (
        sum("id/ding/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>" in q for q in quads) == 1
    )
    assert sum("ns/e#ding" in quad for quad in quads) == 3
    assert f'<{BASE}id/ding/2> <{BASE}ns/e#naam> "Es, \\"gewone\\""@nl .' in quads


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_the_cut_does_not_count(place: Place, processes: int) -> None:
    rows = [row.replace("1,", f"{n % 40},", 1) for n in range(120) for row in ROWS]
    whole = place.quads(rows)
    assert len(whole) > 400
    for rows_at_once, size in ((1, 40), (7, 333), (5_000, 1 << 20)):
        assert place.quads(rows, processes=processes, rows=rows_at_once, block_bytes=size) == whole


def test_problems_do_not_depend_on_the_cut_either(place: Place) -> None:
    rows = [row for _ in range(30) for row in ROWS] + ["te,kort"]

    def found(**sizes: Any) -> object:
        job = place.job(rows, max_errors=1000, **sizes)
        totals = job.run(io.BytesIO())
        problems = sorted((str(p.cell), p.code, p.value) for p in totals.problems)
        unmatched = [(str(p.cell), count) for p, count in totals.unmatched]
        return problems, totals.wrong, totals.rows, totals.kept, unmatched

    whole = found()
    assert found(processes=2, block_bytes=100) == whole
    assert found(rows=3, block_bytes=50) == whole


def test_each_wrong_cell_is_told_once(place: Place) -> None:
    totals = place.job(ROWS).run(io.BytesIO())
    assert [(str(p.cell), p.code) for p in totals.problems] == [
        ("t.csv#row=3&column=dag", "datatype"), ("t.csv#row=5&column=web", "iri"),
    ]  # fmt: skip
    assert totals.wrong == 2
    # what joins with nothing is told, and is no error of the mapping (RML)
    assert [(str(p.cell), p.value, n) for p, n in totals.unmatched] == [
        ("t.csv#row=5&column=soort", "x", 1)
    ]
    assert all(p.message["nl"] != p.message["en"] for p in totals.problems)


def test_a_wrong_cell_costs_its_triples(place: Place) -> None:
    quads = place.quads(ROWS)
    assert not any("ns/e#web> <www" in quad or "2020-02-30" in quad for quad in quads)
    assert f'<{BASE}id/ding/3> <{BASE}ns/e#naam> "Ést"@nl .' in quads
    assert f"<{BASE}id/ding/2> <{BASE}ns/e#web> <https://b.test/> ." in quads


def test_or_its_row(place: Place) -> None:
    quads = place.quads(ROWS, "skip-row")
    assert not any("id/ding/2" in quad or "id/ding/3" in quad for quad in quads)
    assert f"<{BASE}id/ding/1> <{BASE}ns/e#web> <https://a.test/> ." in quads


def test_or_all(place: Place, tmp_path: Path) -> None:
    output = tmp_path / "uit" / "o.nq"
    output.parent.mkdir()
    totals = place.job(ROWS, "stop").run(output)
    assert (totals.wrong, totals.quads) == (2, 0)
    assert not output.exists()
    # the rows are kept all the same, and nothing else is left behind
    assert [path.name for path in output.parent.iterdir()] == ["o.nq.skipped.csv"]
    assert place.job(ROWS[:1], "stop").run(output).wrong == 0
    assert output.exists()


@pytest.mark.parametrize("processes", [1, 2])
def test_rows_left_out_can_be_mended_and_mapped(
    place: Place, tmp_path: Path, processes: int
) -> None:
    output = tmp_path / "o.nq"
    rows = [*ROWS, "te,kort", "=1+1,x,,2020-99-01,,b"]
    totals = place.job(rows, "skip-row", processes=processes, block_bytes=30).run(output)
    kept = (tmp_path / "o.nq.skipped.csv").read_text(encoding="utf-8-sig").splitlines()
    assert kept[0] == f"{HEADER},_row,_problem"
    assert totals.kept == len(kept) - 1 == 4
    assert kept[1].startswith('2,"Es, ""gewone""",,2020-02-30,https://b.test/,b,3,')
    assert any(line.startswith("te,kort,,,,,7,") for line in kept)
    # a formula is text in a spreadsheet
    assert any(line.startswith("'=1+1,") for line in kept)
    mended = "\n".join(kept[:2]).replace("2020-02-30", "2020-02-28")
    again = place.write("herstel.csv", mended + "\n")
    order = Order(place.folder / "m.yml", BASE, data={"t.csv": again})
    out = io.BytesIO()
    assert Job(order, Around()).run(out).wrong == 0
    assert b'"2020-02-28"^^' in out.getvalue()


def test_many_errors_are_counted_and_not_held(place: Place) -> None:
    rows = [f"{n},x,,morgen,," for n in range(500)]
    totals = place.job(rows, max_errors=7, block_bytes=300).run(io.BytesIO())
    assert (totals.wrong, len(totals.problems)) == (500, 7)


def test_no_file_is_half_written(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "o.nq"
    output.write_text("van gisteren")
    place.write("u.csv", "fout\n1\n")
    with pytest.raises(InputError, match=r'u\.csv, row 1: there is no column "code"'):
        place.job(ROWS).run(output)
    assert output.read_text() == "van gisteren"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.yml", "o.nq", "t.csv", "u.csv"]


def test_quotes_out_of_place_are_read_on_as_batches(place: Place) -> None:
    rows = [*ROWS[:1] * 20, '7,a"b,,,,h', '8,"c\nd",,,,h', *ROWS[:1] * 20]
    whole = place.quads(rows)
    assert place.quads(rows, processes=2, block_bytes=64) == whole
    assert f'<{BASE}id/ding/8> <{BASE}ns/e#naam> "c\\nd"@nl .' in whole
    job = place.job([*rows, "9,x,,nooit,,h"], block_bytes=64)
    assert [str(p.cell) for p in job.run(io.BytesIO()).problems] == ["t.csv#row=44&column=dag"]


def test_a_descriptor_beside_the_table_is_checked_first(place: Place) -> None:
    fields = [{"name": "nr", "constraints": {"required": True, "unique": True}}, {"name": "naam"},
              {"name": "ook", "type": "list", "delimiter": "|"}, {"name": "dag", "type": "date"},
              {"name": "web"}, {"name": "soort"}]  # fmt: skip
    keys = [{"fields": "soort", "reference": {"resource": "u", "fields": "code"}}]
    place.write("datapackage.json", json.dumps({"resources": [
        {"name": "t", "path": "t.csv", "schema": {"fields": fields, "foreignKeys": keys}},
        {"name": "u", "path": "u.csv", "schema": {"fields": [{"name": "code"}, {"name": "label"}]}},
    ]}))  # fmt: skip
    job = place.job([*ROWS[:2], "1,dubbel,a|b,,,z"])
    out = io.BytesIO()
    totals = job.run(out)
    assert [(str(p.cell), p.code) for p in totals.problems] == [
        ("t.csv#row=3&column=dag", "type-date"),
        ("t.csv#row=4&column=nr", "duplicate"),
        ("t.csv#row=4&column=soort", "reference"),
    ]
    text = out.getvalue().decode()
    assert "dubbel" not in text
    assert '"Eik"@nl' in text
    assert totals.kept == 2
    output = place.folder / "o.nq"
    job.run(output)
    kept = (place.folder / "o.nq.skipped.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in kept] == ["nr", "2", "1"]
    assert "t.csv#row=4&column=soort" in kept[2]


NUMBER = st.sampled_from(["1", "12", "a", "", "é", "a b", '"', "x\ny", "2020-01-01", "2020-13-01"])


@given(st.lists(st.lists(NUMBER, min_size=6, max_size=6), min_size=1, max_size=9),
       st.integers(1, 4), st.integers(10, 90))  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_any_rows_any_cut(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], count: int, size: int
) -> None:
    place = Place(tmp_path_factory.mktemp("p"))
    rows = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table]
    whole = place.quads(rows)
    assert len(whole) == len(set(whole))
    assert place.quads(rows, rows=count, block_bytes=size) == whole


def test_a_row_is_explained(place: Place) -> None:
    found = list(explain(place.job(ROWS), row=3))
    assert [str(item.row) for item in found] == ["t.csv#row=3", "u.csv#row=3"]
    by_object = {quad[2]: [str(ref) for ref in refs] for quad, refs in found[0].quads}
    assert by_object['"Es, \\"gewone\\""@nl'] == [
        "t.csv#row=3&column=nr", "t.csv#row=3&column=naam"
    ]  # fmt: skip
    assert by_object[f"<{BASE}id/soort/b>"] == ["t.csv#row=3&column=nr", "t.csv#row=3&column=soort"]
    assert by_object['"iets"'][-1] == "t.csv#row=3&column=web"
    assert [str(p.cell) for p in found[0].problems] == ["t.csv#row=3&column=dag"]


def test_a_thing_leads_back_to_its_rows(place: Place) -> None:
    found = list(explain(place.job(ROWS), iri=f"{BASE}id/ding/1"))
    assert [str(item.row) for item in found] == ["t.csv#row=2", "t.csv#row=4"]
    assert list(explain(place.job(ROWS), iri=f"{BASE}id/ding/99")) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [({"": "herstel.csv"}, "leest t.csv, u.csv"), ({"w.csv": "herstel.csv"}, "NAAM=BESTAND")],
)
def test_data_for_a_table_that_is_not_there(place: Place, data: dict[str, str], words: str) -> None:
    given_ = {name: place.folder / file for name, file in data.items()}
    with pytest.raises(InputError) as error:
        Job(Order(place.folder / "m.yml", BASE, data=given_), Around())
    assert words in error.value.detail_nl


ONE = """\
  x:
    sources: t
    s: id/x/$(nr)
    po:
      - [e:titel, "Naam: $(naam)"]
      - [e:groot, {f: 'grel:toUpperCase(value = $(naam))'}]
      - [e:getal, $(ook), xsd:float]
"""


def test_a_damaged_cell_gives_nothing_wherever_it_is_used(place: Place) -> None:
    place.write("m.yml", HEAD + ONE)
    rows = ["1,#DIV/0!,1e3,,,", "2,=A1*2,,,,", "3,a\x02b,,,,", "4,x\ufffd,,,,", '5,goed,"1,5",,,']
    job = place.job(rows)
    out = io.BytesIO()
    totals = job.run(out)
    assert [(str(p.cell), p.code) for p in totals.problems] == [
        ("t.csv#row=2&column=naam", "formula"), ("t.csv#row=3&column=naam", "formula"),
        ("t.csv#row=4&column=naam", "control"), ("t.csv#row=5&column=naam", "encoding"),
        ("t.csv#row=6&column=ook", "datatype"),
    ]  # fmt: skip
    text = out.getvalue().decode()
    assert text.count("\n") == 3
    assert '"Naam: goed"' in text
    assert '"GOED"' in text
    assert '"1e3"^^<http://www.w3.org/2001/XMLSchema#float>' in text


def test_a_row_without_a_key_is_told_and_kept(place: Place) -> None:
    place.write("m.yml", HEAD + ONE)
    output = place.folder / "o.nq"
    totals = place.job(["1,a,,,,", ",b,,,,", "3,c,,,,", ",d,,,,"], block_bytes=20).run(output)
    assert (totals.wrong, totals.kept) == (0, 0)
    assert [(str(p.cell), p.code, n) for p, n in totals.unmatched] == [
        ("t.csv#row=3&column=nr", "no-key", 2)
    ]
    kept = (place.folder / "o.nq.skipped.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line[:4] for line in kept[1:]] == [",b,,", ",d,,"]


def test_an_address_without_its_beginning_is_none_below_the_base(place: Place) -> None:
    place.write("m.ttl", """
        @prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
        @prefix ql: <http://semweb.mmlab.be/ns/ql#> .
        <x> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation ql:CSV ] ;
          rr:subjectMap [ rr:template "https://a.test/{nr}" ] ;
          rr:predicateObjectMap [ rr:predicate <https://a.test/web> ;
            rr:objectMap [ rml:reference "web" ; rr:termType rr:IRI ] ] .
    """)  # fmt: skip
    place.job(["1,,,,www.gent.be,", "2,,,,pad/x,"])
    out = io.BytesIO()
    totals = Job(Order(place.folder / "m.ttl", BASE), Around()).run(out)
    assert [(str(p.cell), p.code) for p in totals.problems] == [("t.csv#row=2&column=web", "iri")]
    assert "webadres" in totals.problems[0].message["nl"]
    assert out.getvalue().decode() == f"<https://a.test/2> <https://a.test/web> <{BASE}pad/x> .\n"


def test_joins_compare_what_the_descriptors_read(place: Place) -> None:
    number = {"name": "nr", "type": "number", "decimalChar": ",", "groupChar": "."}
    code = {"name": "code", "type": "number", "decimalChar": ",", "groupChar": "."}
    plain = [{"name": name} for name in HEADER.split(",")[1:]]
    place.write("m.yml", HEAD + """\
  x:
    sources: t
    s: id/$(nr)
    po:
      - p: e:soort
        o: {mapping: soort, condition: {function: equal,
            parameters: [[str1, $(nr), s], [str2, $(code), o]]}}
  soort: {sources: u, s: id/soort/$(code), po: [[e:label, $(label)]]}
""")  # fmt: skip
    place.write("u.csv", 'code,label\n"1.234,5",boom\n')
    place.write("datapackage.json", json.dumps({"resources": [
        {"name": "t", "path": "t.csv", "schema": {"fields": [number, *plain]}},
        {"name": "u", "path": "u.csv", "schema": {"fields": [code, {"name": "label"}]}},
    ]}))  # fmt: skip
    quads = place.quads(['"1.234,5",,,,,'])
    assert f"<{BASE}id/1234.5> <{BASE}ns/e#soort> <{BASE}id/soort/1234.5> ." in quads


def test_what_is_not_shown_is_kept_with_its_cell(place: Place) -> None:
    fields = [{"name": name, "type": "date" if name == "dag" else "string"}
              for name in HEADER.split(",")]  # fmt: skip
    place.write("datapackage.json", json.dumps(
        {"resources": [{"name": "t", "path": "t.csv", "schema": {"fields": fields}}]}
    ))  # fmt: skip
    output = place.folder / "o.nq"
    rows = [f"{n},x,,morgen,," for n in range(5)]
    totals = place.job(rows, max_errors=2).run(output)
    assert (totals.wrong, len(totals.problems)) == (5, 2)
    kept = (place.folder / "o.nq.skipped.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [f"t.csv#row={n}&column=dag: " in line for n, line in enumerate(kept[1:], 2)] == [
        True
    ] * 5


def test_a_row_left_out_tells_all_that_is_wrong_with_it(place: Place) -> None:
    place.write("datapackage.json", json.dumps({"resources": [{"name": "t", "path": "t.csv",
        "schema": {"fields": [{"name": name, "type": "date" if name == "dag" else "string"}
                              for name in HEADER.split(",")]}}]}))  # fmt: skip
    totals = place.job(["1,Eik,,morgen,www geen,b"], "skip-row").run(io.BytesIO())
    assert [str(p.cell) for p in totals.problems] == [
        "t.csv#row=2&column=dag", "t.csv#row=2&column=web"
    ]  # fmt: skip


def test_a_column_of_another_table_needs_a_descriptor(place: Place) -> None:
    place.write("m.yml", HEAD + "  x: {sources: t, s: id/x/$(nr), po: [[e:p, $(soort.label)]]}\n")
    with pytest.raises((InputError, ProjectError), match=r"soort\.label"):
        place.job(ROWS).run(io.BytesIO())


def test_rows_left_out_come_back_as_they_were(tmp_path: Path) -> None:
    rows = [["1", "+32 9 1", "x"], ["2", "'s-Gravenwezel", "x"], ["3", "@1+1", "x"]]
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "t.csv").write_text("id;naam;jaar\n" + "".join(f"{';'.join(r)}\n" for r in rows))
    (folder / "m.yml").write_text(
        "sources: {t: [t.csv~csv]}\nmappings: {x: {sources: t, s: id/$(id), po: "
        "[[rdfs:label, $(naam)], [dct:date, $(jaar), xsd:gYear]]}}"
    )
    command = ["map", str(folder / "m.yml"), "--output", str(folder / "o.nq")]
    kept = folder / "o.nq.skipped.csv"
    assert CliRunner().invoke(app, command).exit_code == 1
    assert kept.read_text("utf-8-sig").splitlines()[1].startswith("1;'+32 9 1;x;2;")
    kept.write_text(kept.read_text("utf-8-sig").replace(";x;", ";2020;"), "utf-8")
    # the rows that were right would be gone
    refused = CliRunner().invoke(app, [*command, "--data", str(kept)])
    assert (refused.exit_code, kept.is_file()) == (2, True)
    assert "Geef een andere --output" in refused.output
    again = [*command[:-1], str(folder / "mended.nq"), "--data", str(kept)]
    assert CliRunner().invoke(app, again).exit_code == 0
    labels = re.findall(r'label> "(.*)"', (folder / "mended.nq").read_text("utf-8"))
    assert sorted(labels) == sorted(row[1] for row in rows)
    # what was mended in the table itself leaves no rows of before
    (folder / "t.csv").write_text("id;naam;jaar\n1;a;2020\n")
    assert CliRunner().invoke(app, command).exit_code == 0
    assert not kept.exists()


def test_a_mended_copy_beside_the_output_stays(place: Place, tmp_path: Path) -> None:
    output = tmp_path / "o.nq"
    place.job(ROWS).run(output)
    kept = tmp_path / "o.nq.skipped.csv"
    copy = kept.rename(tmp_path / "o.nq.skipped.hersteld.csv")
    (tmp_path / "o.nq.skipped.2.csv").write_text("van vorige keer")
    place.job(ROWS[:1]).run(output)
    assert copy.exists()
    assert [path.name for path in tmp_path.glob("o.nq.skipped*")] == [copy.name]
