"""`/score/overzicht` and the badges of registered sources: real command, real service."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from app.bootstrap import service
from tests.conftest import BASE, Workspace, copy_project
from tests.conftest import ROOT as REPOSITORY
from tests.http.support import BROWSER, PROBLEM, harmless
from tests.integration.test_standing_scores import Desk, less
from tests.unit.test_quality import WORKED

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "[x](javascript:y) <script>z</script> ../&?#%"
NAMES = ("Stad A", EVIL, "Leeg")
AT = "/score/overzicht"


class City(Workspace):
    """A project that publishes the scores of its list."""

    @property
    def desk(self) -> Desk:
        found = Desk(self.folder)
        found.write("feeds.toml", "".join(
            f"[[feed]]\nname = '{name}'\nsource = '{file}.nt'\n"
            for name, file in zip(NAMES, "abc", strict=True)))  # fmt: skip
        return found

    def serve(self, *, public: str = "feeds.toml") -> TestClient:
        settings = self.settings.model_copy(update={"scores_public": public})
        return TestClient(service(settings), base_url=self.base)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A release, and a list that was scored twice: one got worse, one cannot be read."""
    folder = tmp_path_factory.mktemp("stad") / "bomen"
    copy_project(REPOSITORY / "tests/projects/bomen", folder)
    found = City(folder)
    assert found.build().status == "published"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIJFSTER_SCORES_PUBLIC", "feeds.toml")
        desk = found.desk
        for turtle in (WORKED, less(WORKED)):
            desk.catalog(turtle)
            desk.catalog(WORKED, name="b.nt")
            desk.run()
        yield found


@pytest.fixture(scope="module")
def client(city: City) -> Iterator[TestClient]:
    with city.serve() as opened:
        yield opened


@pytest.mark.parametrize(
    ("lang", "said"),
    [("nl", ("2 uitgevers, 2 datasets", "0 beter, 1 slechter", "Nog niet gelezen: Leeg.")),
     ("en", ("2 publishers, 2 datasets", "0 better, 1 worse", "Not read yet: Leeg."))],
)  # fmt: skip
def test_the_page_tells_who_stands_where(
    client: TestClient, lang: str, said: tuple[str, ...]
) -> None:
    answer = client.get(AT, params={"lang": lang}, headers={"accept": BROWSER})
    assert answer.status_code == 200
    page = harmless(answer.text)
    for text in (*said, "−35", *NAMES):
        assert text in page.text
    assert f'<html lang="{lang}">' in answer.text
    found = {one["publisher"]: one for one in client.get(f"{AT}.json").json()["publishers"]}
    assert (found["Stad A"]["rank"], found[EVIL]["rank"]) == (2, 1)


def test_the_page_of_scores_leads_there(client: TestClient) -> None:
    page = client.get("/score?lang=nl", headers={"accept": BROWSER}).text
    assert 'href="./score/overzicht' in page


def test_the_lines_to_copy_show_a_badge_and_lead_back(client: TestClient) -> None:
    page = harmless(client.get(AT, headers={"accept": BROWSER}).text)
    picture = f"{BASE}badge/bron/{quote(EVIL, safe='')}.svg?kind=points&lang=nl"
    copied = page.text
    assert f'<img src="{picture.replace("&", "&amp;")}"' in copied
    assert r"\[x\](javascript:y) \<script\>" in copied
    assert f"]({picture})]({BASE}score/overzicht?lang=nl#bron-" in copied
    (shown,) = [link for link in page.links if link.endswith(f"{quote(EVIL, safe='')}"
                ".svg?kind=stars&lang=nl")]  # fmt: skip
    assert client.get(shown.removeprefix("..")).status_code == 200


@pytest.mark.parametrize("name", NAMES[:2])
@pytest.mark.parametrize(
    ("kind", "lang", "said"),
    [("points", "nl", "van 405 punten"), ("points", "en", "of 405 points"),
     ("stars", "nl", "van 5 sterren"), ("stars", "en", "of 5 stars")],
)  # fmt: skip
def test_a_badge_is_a_picture_with_its_text(
    client: TestClient, name: str, kind: str, lang: str, said: str
) -> None:
    at = f"/badge/bron/{quote(name, safe='')}.svg"
    answer = client.get(at, params={"kind": kind, "lang": lang})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    title = ET.fromstring(answer.text).findtext(f"{SVG}title") or ""
    assert title.startswith(name)
    assert said in title
    asked = {"kind": kind, "lang": lang}
    again = client.get(at, params=asked, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(at, params=asked).headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/badge/bron/Niemand.svg", 404), ("/badge/bron/Leeg.svg", 404), ("/badge/bron/.svg", 404),
     ("/badge/bron/..%2F..%2Fetc%2Fpasswd.svg", 404), ("/badge/bron/Stad%20A.png", 404),
     ("/badge/bron/stad%20a.svg", 404), ("/badge/bron/Stad%20A.svg?kind=goud", 400),
     ("/badge/bron/Stad%20A.svg?lang=fr", 400), (f"{AT}.exe", 404), (f"{AT}/x", 404)],
)  # fmt: skip
def test_what_is_not_there_is_said(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(PROBLEM)


def test_the_description_names_what_is_there(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {AT, f"{AT}.{{suffix}}", "/badge/bron/{name}.svg"} <= paths.keys()


def test_badges_of_our_own_things_are_where_they_were(client: TestClient) -> None:
    assert client.get("/badge/dataset/bomen.svg").status_code == 200


def test_the_same_as_files(client: TestClient, city: City) -> None:
    found = client.get(f"{AT}.json")
    assert found.headers["content-type"] == "application/json"
    assert str(city.folder) not in found.text
    table = client.get(f"{AT}.csv")
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["publisher"] for row in rows] == [EVIL, "Stad A"]
    for lang, said in (("nl", "1 slechter"), ("en", "1 worse")):
        news = client.get(f"{AT}.atom", params={"lang": lang})
        assert news.headers["content-type"].startswith("application/atom+xml")
        titles = [one.text or "" for one in ET.fromstring(news.content).iter(
            "{http://www.w3.org/2005/Atom}title")]  # fmt: skip
        assert any(said in title for title in titles)
        assert not any("Leeg" in title for title in titles), "errors are not published"
        assert str(city.folder) not in news.text
    same = client.get(f"{AT}.csv", headers={"if-none-match": table.headers["etag"]})
    assert same.status_code == 304


def test_a_page_is_not_sent_twice_and_follows_the_next_scoring(
    client: TestClient, city: City
) -> None:
    first = client.get(AT)
    tag = {"if-none-match": first.headers["etag"]}
    assert client.get(AT, headers=tag).status_code == 304
    code, _ = city.desk.run()
    assert code == 2, "one of the list cannot be read"
    assert client.get(AT, headers=tag).status_code == 200


@pytest.mark.parametrize("public", ["", "other.toml"])
def test_nothing_is_published_without_a_decision(city: City, public: str) -> None:
    with city.serve(public=public) as closed:
        for path in (AT, f"{AT}.json", f"{AT}.atom", "/badge/bron/Stad%20A.svg"):
            assert closed.get(path).status_code == 404
        assert closed.get("/score").status_code == 200


def test_a_damaged_file_is_a_problem_that_names_no_folder(city: City) -> None:
    path: Path = city.folder / "var/scores/public.json"
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:100])
        with city.serve() as client:
            answer = client.get(AT)
            assert answer.status_code == 503
            assert str(city.folder) not in answer.text
            path.write_bytes(whole)
            assert client.get(AT).status_code == 200
    finally:
        path.write_bytes(whole)


def test_without_a_release_the_overview_is_still_there(tmp_path: Path) -> None:
    folder = tmp_path / "bomen"
    copy_project(REPOSITORY / "tests/projects/bomen", folder)
    city = City(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIJFSTER_SCORES_PUBLIC", "feeds.toml")
        desk = city.desk
        desk.catalog(WORKED)
        desk.run("Stad A")
    with city.serve() as client:
        assert "Stad A" in harmless(client.get(AT, headers={"accept": BROWSER}).text).text
        assert client.get("/badge/bron/Stad%20A.svg").status_code == 200
