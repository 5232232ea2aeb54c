"""An inventory that is not public: its dataset is published with the reason, its rows nowhere."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.bootstrap import publisher
from app.errors import InputError, ProjectError, WithdrawalError
from app.project import load_project
from tests.conftest import Workspace
from tests.http.support import oxigraph_quads
from tests.integration.facts import last_events

REASON = 'not_public = { nl = "Persoonsgegevens", en = "Personal data" }\n'
EU = "http://publications.europa.eu/resource/authority/access-right/"


def withhold(workspace: Workspace) -> None:
    workspace.edit("vijfster.toml", 'ref = "bomen"\n', 'ref = "bomen"\n' + REASON)


@pytest.fixture
def closed(foreign: Workspace) -> Iterator[TestClient]:
    """The small project with its trees withheld from the start, served."""
    withhold(foreign)
    foreign.edit("vijfster.toml", "questions", "# questions")
    outcome = foreign.build()
    assert outcome.status == "published", outcome.problems[:3]
    with TestClient(foreign.app(), follow_redirects=False) as found:
        yield found


def test_the_dataset_is_there_with_its_reason(closed: TestClient, foreign: Workspace) -> None:
    dataset = f"{foreign.base}id/dataset/bomen"
    found = oxigraph_quads(closed.get("/catalog.ttl").content, "ttl")
    about = {(p[0].rpartition("/")[2], o) for s, p, o, _ in found if s[0] == dataset}
    assert ("accessRights", (EU + "NON_PUBLIC", "", "")) in about
    assert not {name for name, _ in about} & {"dcat#distribution", "metadata-dcat#statuut"}
    rights = next(o[0] for name, o in about if name == "rights")
    reasons = {(o[0], o[2]) for s, p, o, _ in found if s[0] == rights and "label" in p[0]}
    assert reasons == {("Persoonsgegevens", "nl"), ("Personal data", "en")}
    assert any(o[0] == dataset and p[0].endswith("primaryTopic") for _, p, o, _ in found)
    assert not any(o[0] == dataset and p[0].endswith("servesDataset") for _, p, o, _ in found)
    page = closed.get("/doc/dataset/bomen", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "Persoonsgegevens" in page.text
    assert closed.get("/doc/rechtenverklaring/bomen.ttl").status_code == 200
    assert "bomen" in closed.get("/datasets.json").text


def test_nothing_of_its_rows_leaves_the_house(closed: TestClient, foreign: Workspace) -> None:
    rows = (foreign.folder / "data" / "bomen.csv").read_text().splitlines()[1:]
    assert rows
    release = foreign.release
    assert "/id/boom/" not in gzip.decompress((release / "data.nq.gz").read_bytes()).decode()
    assert not list((release / "dumps").glob("bomen*"))
    for path in release.rglob("*"):
        if path.is_file() and path.suffix != ".gz":
            assert not [row for row in rows if row.encode() in path.read_bytes()], path
    for address in ("/bomen", "/bomen.csv", "/dumps/bomen.csv", "/dumps/bomen.ttl",
                    "/doc/boom/B1", "/id/boom/B1"):  # fmt: skip
        assert closed.get(address).status_code == 404, address
    assert "bomen" not in closed.get("/.well-known/void").text
    assert "/doc/boom/" not in closed.get("/sitemap.xml").text


def test_withholding_what_was_public_asks_first_and_leaves_tombstones(foreign: Workspace) -> None:
    first = foreign.build().release
    assert first
    foreign.edit("vijfster.toml", "questions", "# questions")
    withhold(foreign)
    with pytest.raises(WithdrawalError):
        foreign.build()
    assert foreign.build(allow_withdraw=True).status == "published"
    assert "id/boom/B1" in last_events(foreign)["delete"]
    assert "id/dataset/bomen" in last_events(foreign)["update"]
    with TestClient(foreign.app(), follow_redirects=False) as client:
        assert client.get("/doc/boom/B1").status_code == 410
    # a rollback would publish it all again
    with pytest.raises(InputError, match="not public"):
        publisher(foreign.settings).rollback(first.name)


def test_the_reason_must_be_stated(foreign: Workspace) -> None:
    foreign.edit("vijfster.toml", 'ref = "bomen"\n', 'ref = "bomen"\nnot_public = {}\n')
    with pytest.raises(ProjectError, match="not_public"):
        load_project(foreign.folder)


def test_two_of_one_name_are_refused(foreign: Workspace) -> None:
    withhold(foreign)
    foreign.edit("vijfster.toml", 'ref = "parken"', 'ref = "bomen"')
    with pytest.raises(ProjectError, match="share a ref"):
        load_project(foreign.folder)


@pytest.mark.parametrize(
    "stated",
    [
        "http://data.vlaanderen.be/id/licentie/creative-commons-zero-verklaring/v1.0",
        "https://data.vlaanderen.be/doc/licentie/creative-commons-zero-verklaring/v1.0",
        "https://data.vlaanderen.be/id/licentie/creative-commons-zero-verklaring/v1.0/",
    ],
)
def test_a_licence_is_published_under_the_name_portals_know(
    foreign: Workspace, stated: str
) -> None:
    known = "https://data.vlaanderen.be/id/licentie/creative-commons-zero-verklaring/v1.0"
    foreign.edit("vijfster.toml", f'"{known}"', f'"{stated}"')
    assert foreign.build().status == "published"
    text = Path(foreign.release / "feed" / "catalog.nt").read_text()
    assert f"<{stated}>" not in text
    exact = "<http://www.w3.org/2004/02/skos/core#exactMatch>"
    eu = "<http://publications.europa.eu/resource/authority/licence/CC0>"
    assert f"<{known}> {exact} {eu} .\n" in text
