"""What pages of datasets and of the catalog say of quality, and the badges of both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from tests.conftest import ROOT as REPOSITORY
from tests.conftest import Workspace, copy_project
from tests.http.support import BROWSER, PROBLEM, Page

DATASET, CATALOG = "/doc/dataset/bomen", "/doc/catalogus/groen"
RIGHTS = 'rights = { nl = "Vrij te gebruiken." }\n\n'


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A small project with scores of two days, and a title that wants to be markup."""
    found = copy_project(
        REPOSITORY / "tests/projects/bomen", tmp_path_factory.mktemp("s") / "bomen"
    )
    found.edit("vijfster.toml", '{ nl = "Bomen", en = "Trees" }',
               """{ nl = '"><script>x</script>](javascript:y)', en = "Trees" }""")  # fmt: skip
    day = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    assert found.publisher(now=lambda: day).build().status == "published"
    found.edit("vijfster.toml", "[gate]", f"{RIGHTS}[gate]")
    later = day + dt.timedelta(days=40)
    assert found.publisher(now=lambda: later).build().status == "published"
    return found


@pytest.fixture(scope="module")
def client(scored: Workspace) -> Iterator[TestClient]:
    with TestClient(scored.app(), base_url=scored.base) as opened:
        yield opened


def page(client: TestClient, path: str, lang: str) -> str:
    answer = client.get(path, params={"lang": lang}, headers={"accept": BROWSER})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("lang", "points", "task", "trend"),
    [("nl", "punten", "Doe eerst", "Verloop"), ("en", "points", "Do first", "Trend")],
)
def test_a_dataset_shows_points_tasks_and_trend(
    client: TestClient, lang: str, points: str, task: str, trend: str
) -> None:
    told = client.get(f"{DATASET}.json").json()["quality"]
    text = page(client, DATASET, lang)
    low, high = (f"{told[side]:g}" for side in ("sure", "possible"))
    assert f"{low}–{high}" in text
    assert f"405 {points}" in text
    assert task in text
    for one in told["tasks"][:3]:
        assert one["text"][lang] in text
    assert trend in text
    assert '<svg class="trend"' in text
    # the picture says in words what it shows, and a table has the same
    before = f"{told['sure'] - 5:g}–{told['possible'] - 5:g}"
    for said in (before, "2026-03-01", "2026-04-10"):
        assert text.count(said) >= 2
    assert Page.of(text).dangers == []


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_catalog_shows_the_mean_and_every_dataset(client: TestClient, lang: str) -> None:
    told = client.get(f"{CATALOG}.json").json()["quality"]
    text = page(client, CATALOG, lang)
    found = Page.of(text)
    assert {one["dataset"].rpartition("/")[2] for one in told["datasets"]} == {"bomen", "parken"}
    for name in ("bomen", "parken"):
        assert f"doc/dataset/{name}?lang={lang}" in " ".join(found.links)
    assert told["next"][0]["text"][lang] in text
    assert found.dangers == []


def test_other_things_have_no_score(client: TestClient) -> None:
    assert "quality" not in client.get("/doc/boom/B1.json").json()
    assert 'id="kwaliteit"' not in page(client, "/doc/boom/B1", "nl")
    assert 'id="kwaliteit"' not in page(client, "/doc/contactpunt/groendienst", "nl")


def test_home_tells_the_mean(client: TestClient) -> None:
    mean = client.get(f"{CATALOG}.json").json()["quality"]
    assert f"{mean['sure']:g}–{mean['possible']:g} van 405 punten" in page(client, "/", "nl")


@pytest.mark.parametrize(("lang", "said"), [("nl", "van 405 punten"), ("en", "of 405 points")])
@pytest.mark.parametrize("path", ["dataset/bomen", "dataset/parken", "catalogus/groen"])
def test_a_badge_is_a_picture_with_its_text(
    client: TestClient, path: str, lang: str, said: str
) -> None:
    answer = client.get(f"/badge/{path}.svg", params={"lang": lang})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cache-control"].startswith("public")
    assert answer.headers["vary"] == "Accept-Encoding"
    tree = ET.fromstring(answer.text)
    assert said in (tree.findtext("{http://www.w3.org/2000/svg}title") or "")
    assert not list(tree.iter("{http://www.w3.org/2000/svg}script"))


def test_stars_are_told_and_have_a_badge(client: TestClient) -> None:
    for path in ("dataset/bomen", "catalogus/groen"):
        stars = client.get(f"/doc/{path}.json").json()["quality"]["stars"]
        said = f"{stars['sure']:g} tot {stars['possible']:g} van 5 sterren"
        assert said in page(client, f"/doc/{path}", "nl")
        assert said in client.get(f"/badge/{path}.svg?kind=stars").text


def test_a_badge_does_not_follow_the_readers_language(client: TestClient) -> None:
    plain = client.get("/badge/dataset/bomen.svg", headers={"accept-language": "en"})
    assert "punten" in plain.text


def test_a_badge_is_not_sent_twice(client: TestClient) -> None:
    first = client.get("/badge/dataset/bomen.svg")
    again = client.get("/badge/dataset/bomen.svg", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head("/badge/dataset/bomen.svg")
    assert head.headers["etag"] == first.headers["etag"]
    assert head.content == b""


@pytest.mark.parametrize(
    ("path", "status"),
    [("dataset/niets.svg", 404), ("boom/B1.svg", 404), ("catalogus/ander.svg", 404),
     ("dataset/..%2F..%2Fetc.svg", 404), ("dataset/bomen.png", 404), ("dataset/.svg", 404),
     ("dataset/bomen.svg?kind=goud", 400), ("dataset/bomen.svg?lang=fr", 400)],
)  # fmt: skip
def test_what_has_no_badge_is_said(client: TestClient, path: str, status: int) -> None:
    answer = client.get(f"/badge/{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(PROBLEM)


def test_the_lines_to_copy_hold_the_title_as_text(client: TestClient) -> None:
    text = page(client, DATASET, "nl")
    copied = "".join(Page.of(text).text)
    assert '<img src="https://voorbeeld.test/badge/dataset/bomen.svg?lang=nl"' in copied
    # once as HTML, escaped in the attribute; once as Markdown, its brackets escaped
    assert "&lt;script&gt;" in copied
    assert r"\]\(" in copied or r"\](javascript" in copied


def test_a_release_of_before_scores_shows_none(foreign: Workspace) -> None:
    foreign.build()
    (foreign.release / "quality.json").unlink()
    with TestClient(foreign.app(), base_url=foreign.base) as client:
        assert 'id="kwaliteit"' not in page(client, DATASET, "nl")
        assert "quality" not in client.get(f"{DATASET}.json").json()
        assert client.get("/badge/dataset/bomen.svg").status_code == 404
        assert "405" not in page(client, "/", "nl")
        assert client.get("/sparql", headers={"accept": BROWSER}).status_code == 200
