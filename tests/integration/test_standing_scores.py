"""`vijfster score --feeds`: a list scored again and again; what changed as letter, Atom, JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.cli.scores import picture
from app.quality.labels import LABELS
from app.quality.news import Run, atom
from tests.integration.test_stars_measured import serving
from tests.unit.test_quality import WORKED, triples_of

ATOM = "{http://www.w3.org/2005/Atom}"


class Desk:
    """A folder with a list of catalogs, and the command over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("feeds.toml", '[[feed]]\nname = "Stad A"\nsource = "a.nt"\n')

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def catalog(self, *turtle: str, name: str = "a.nt") -> None:
        self.write(name, "".join(f"{s} {p} {o} .\n" for s, p, o in triples_of("\n".join(turtle))))

    def run(self, *arguments: str) -> tuple[int, str]:
        found = CliRunner().invoke(app, [
            "score", "--feeds", str(self.folder / "feeds.toml"), "--project", str(self.folder),
            *arguments,
        ])  # fmt: skip
        return found.exit_code, found.output

    def json(self, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code, out = self.run("--json", *arguments)
        return code, json.loads(out)["feeds"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path)
    found.catalog(WORKED)
    return found


def less(turtle: str) -> str:
    """Take the keyword, 30 points, and the size, 5, away."""
    return turtle.replace('dcat:keyword "proef"@nl ;', "").replace(
        ' ;\n  dcat:byteSize "10"^^xsd:nonNegativeInteger', ""
    )


def test_the_first_run_tells_where_one_stands_and_the_next_that_nothing_changed(
    desk: Desk,
) -> None:
    code, out = desk.run()
    assert code == 0
    assert out.startswith("Stad A: 1 dataset, gemiddeld 300 tot 380 punten\n")
    assert "Doe eerst:" in out
    code, out = desk.run("--lang", "en")
    assert (code, out) == (0, "Stad A: quality unchanged, on average 300 to 380 points\n")


def test_loss_is_told_by_name_and_gives_exit_1_once(desk: Desk) -> None:
    desk.run()
    desk.catalog(less(WORKED))
    code, out = desk.run()
    assert code == 1
    assert out.startswith("Stad A: 1 slechter; gemiddeld 265 tot 345 punten (−35)\n\n")
    assert "kwijt of niet meer zeker: trefwoorden, grootte" in out
    assert "300 tot 380 → 265 tot 345 punten" in out
    assert desk.run()[0] == 0, "what is known is no news"


def test_gain_beside_loss_in_one_dataset_is_loss(desk: Desk) -> None:
    desk.run()
    desk.catalog(less(WORKED), "<bestand> dct:rights [ a dct:RightsStatement ] .")
    code, (told,) = desk.json()
    assert code == 1
    (one,) = told["change"]["changed"]
    assert one["won"] == ["rightsAvailability"]
    assert one["lost"] == ["keywordAvailability", "byteSizeAvailability"]
    assert (told["change"]["worse"], told["change"]["better"]) == (1, 0)


def test_datasets_that_come_and_go(desk: Desk) -> None:
    desk.run()
    desk.catalog(WORKED, '<nieuw> a dcat:Dataset ; dct:title "Nieuw"@nl .')
    code, out = desk.run()
    assert code == 0
    assert "1 nieuw" in out.partition("\n")[0]
    assert "- Nieuw\n  https://voorbeeld.test/nieuw" in out
    desk.catalog(WORKED)
    code, out = desk.run()
    assert code == 1
    assert "Niet meer beschreven:\n- Nieuw" in out


def test_what_cannot_be_read_is_told_and_hides_no_earlier_card(desk: Desk) -> None:
    desk.run()
    (desk.folder / "a.nt").unlink()
    code, out = desk.run()
    assert code == 2
    assert out.startswith("Stad A: niet gelezen")
    desk.catalog(less(WORKED))
    code, (told,) = desk.json()
    assert code == 1
    assert told["change"]["mean"] == {"sure": -35, "possible": -35}


def test_one_that_fails_stops_no_other(desk: Desk) -> None:
    desk.write("feeds.toml", '[[feed]]\nname = "Weg"\nsource = "weg.nt"\n'
               '[[feed]]\nname = "Stad A"\nsource = "a.nt"\n')  # fmt: skip
    code, told = desk.json()
    assert code == 2
    assert [bool(one["error"]) for one in told] == [True, False]
    assert told[1]["card"]["datasets"][0]["possible"] == 380


def test_too_few_points_give_exit_1_each_time(desk: Desk) -> None:
    assert desk.run("--min-points", "300")[0] == 0
    assert desk.run("--min-points", "301")[0] == 1
    assert desk.run("--min-points", "301")[0] == 1


def test_the_history_is_a_picture_and_a_list(desk: Desk) -> None:
    desk.run()
    desk.catalog(less(WORKED))
    desk.run()
    code, out = desk.run("--history")
    assert code == 0
    assert out.count("UTC") == 2
    assert "▆▅" in out
    assert len(desk.json("--history")[1][0]["runs"]) == 2


def test_atom_holds_the_news_and_keeps_its_names(desk: Desk) -> None:
    path = desk.folder / "nieuws.atom"
    for turtle in (WORKED, WORKED, less(WORKED)):
        desk.catalog(turtle)
        desk.run("--atom", str(path))
    first = ET.fromstring(path.read_bytes())
    entries = first.findall(f"{ATOM}entry")
    assert len(entries) == 2, "no entry for a day without news"
    assert "1 slechter" in (entries[0].findtext(f"{ATOM}title") or "")
    desk.run("--atom", str(path))
    again = ET.fromstring(path.read_bytes())
    names = [[item.text for item in feed.iter(f"{ATOM}id")] for feed in (first, again)]
    assert names[0] == names[1]
    assert len(set(names[0])) == 3


def test_text_of_a_catalog_is_only_text_in_atom() -> None:
    run = Run("<b>&\x01", "2026-11-22T10:00:00Z", {"sure": 1, "possible": 1}, 1)
    (title,) = ET.fromstring(atom([run], "nl")).findall(f"{ATOM}entry/{ATOM}title")
    assert (title.text or "").startswith("<b>&: ")


def test_a_picture_has_a_bar_per_run() -> None:
    def run(sure: float, *, error: bool = False) -> Run:
        return Run(
            "a", "", {"sure": sure, "possible": sure}, 1, error={} if not error else {"nl": ""}
        )

    assert picture([run(0), run(405), run(200), run(0, error=True)]) == "▁█▄×"


def test_what_is_not_asked_after_it_was_is_no_loss(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIJFSTER_LINKS_DELAY_SECONDS", "0")
    monkeypatch.setenv("VIJFSTER_LINKS_TERM_HOURS", "0.0000001")
    file = ("text/csv", b"a,b\n" + b"1,2\n" * 300)
    page = ("text/html", b"<title>Proef</title>" + b"<p>Alles over de proef.</p>" * 60)
    files = {"/bestand.csv": file, "/pagina": page}
    with serving(files) as root:
        monkeypatch.setenv("VIJFSTER_FETCH_ALLOW", f"127.0.0.1, :{root.rpartition(':')[2]}")
        desk.catalog(WORKED.replace("https://voorbeeld.test/bestand.csv", f"{root}/bestand.csv")
                     .replace("https://voorbeeld.test/pagina", f"{root}/pagina"))  # fmt: skip
        assert "\nStad A: 1 dataset, gemiddeld 380 punten\n" in desk.run("--check-links")[1]
        code, out = desk.run()
        assert (code, out) == (
            0, "Stad A: kwaliteit ongewijzigd, gemiddeld 300 tot 380 punten\n")  # fmt: skip
        del files["/bestand.csv"]
        code, out = desk.run("--check-links")
    assert code == 1
    assert f"kwijt of niet meer zeker: {LABELS['downloadUrlStatusCode']['nl']}\n" in out
    assert "3 → 1 sterren" in out


@pytest.mark.parametrize("arguments", [("--history",), ("--atom", "x.atom")])
def test_options_that_need_a_list_say_so(arguments: tuple[str, ...], desk: Desk) -> None:
    found = CliRunner().invoke(app, ["score", "x.nt", *arguments])
    assert found.exit_code == 2
    assert "--feeds" in found.output
