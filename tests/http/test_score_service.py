"""`/api/score` and `/score` of a real service: cards in every form, our own, long work."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.bootstrap import service
from app.store.releases import QUALITY
from app.web.jobs import JobLimits
from tests.conftest import BASE, Workspace
from tests.http.support import BROWSER, PROBLEM, harmless
from tests.integration.link_server import by_path
from tests.integration.net_server import Server, answer

EVIL = "<img src=x onerror=alert(1)>"
HEAD = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
"""
TURTLE = {"content-type": "text/turtle"}
# beyond one page of the list, the last with most points
MANY = HEAD + "".join(
    f'<https://stad.test/d/{n:02}> a dcat:Dataset ; dct:title "Set {60 - n:02}"@nl .\n'
    for n in range(60)
) + '<https://stad.test/d/59> dcat:keyword "fiets"@nl .\n'  # fmt: skip
EXAMPLES = "standards/examples"


@pytest.fixture(scope="module")
def served(trees: Workspace) -> Iterator[TestClient]:
    with TestClient(service(trees.settings), follow_redirects=False) as client:
        yield client


@pytest.fixture
def scores(served: TestClient, spools: Path) -> Iterator[TestClient]:
    yield served
    # whatever came of it, nothing was kept
    assert list(spools.iterdir()) == []


def card_of(client: TestClient, text: str | bytes, **query: str) -> dict[str, Any]:
    answer = client.post("/api/score", content=text, headers=TURTLE, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def page_of(client: TestClient, text: str, at: str = "/score", lang: str = "nl") -> str:
    answer = client.post(at, data={"text": text}, headers={"accept-language": lang})
    assert answer.status_code == 200, answer.text
    harmless(answer.text)
    return str(answer.text)


def test_a_catalog_gets_its_card(scores: TestClient) -> None:
    card = card_of(scores, MANY)
    assert card["evidence"]["basis"] == "metadata"
    assert (card["highest"], len(card["datasets"])) == (405, 60)
    worst, best = card["datasets"][0], card["datasets"][-1]
    assert best["dataset"] == "https://stad.test/d/59"
    assert best["sure"] == worst["sure"] + 30
    assert card["mean"]["sure"] == pytest.approx(worst["sure"] + 30 / 60, abs=0.05)
    assert {"points", "effort", "example", "text", "datasets"} <= card["next"][0].keys()


def test_a_file_a_text_and_a_body_give_the_same(scores: TestClient) -> None:
    body = card_of(scores, MANY)
    file = scores.post("/api/score", files={"file": ("c.ttl", MANY.encode())}).json()
    text = scores.post("/api/score", json={"text": MANY}).json()
    assert file["source"] == "c.ttl"
    for found in (file, text):
        assert {**found, "source": ""} == {**body, "source": ""}


def test_csv_has_a_row_per_dataset_and_no_formula(scores: TestClient) -> None:
    text = HEAD + '<https://stad.test/d/1> a dcat:Dataset ; dct:title "=1+1, \\"x\\""@nl .'
    answer = scores.post("/api/score", content=text, headers={
        **TURTLE, "accept": "text/csv", "accept-language": "nl"})  # fmt: skip
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="score.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert row["titel"] == '\'=1+1, "x"'
    assert row["dataset"] == "https://stad.test/d/1"
    card = card_of(scores, text)["datasets"][0]
    assert float(row["punten zeker"]) == card["sure"]
    assert float(row["punten mogelijk"]) == card["possible"]
    assert row["klasse"] == "zwak"
    assert row["doe eerst"] == card["tasks"][0]["text"]["nl"]


def test_text_is_for_a_letter_in_the_language_asked_for(scores: TestClient) -> None:
    for lang, said in (("nl", "Doe eerst:"), ("en", "Do first:")):
        answer = scores.post("/api/score?format=text", content=MANY, headers={
            **TURTLE, "accept-language": lang})  # fmt: skip
        assert answer.headers["content-type"].startswith("text/plain")
        assert said in answer.text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_says_what_to_do_first(scores: TestClient, lang: str) -> None:
    page = page_of(scores, MANY, lang=lang)
    card = card_of(scores, MANY)
    first = card["next"][0]
    assert first["text"][lang] in page
    assert "dct:" in page
    assert page.count('<details class="dataset"') == 25
    assert "Doe eerst" in page if lang == "nl" else "Do first" in page
    # numbers as people write them
    sure = f"{card['mean']['sure']:g}"
    assert (sure.replace(".", ",") if lang == "nl" else sure) in page


def test_the_list_is_paged_and_ordered_without_a_script(scores: TestClient) -> None:
    def titles(query: str) -> list[str]:
        page = page_of(scores, MANY, f"/score?{query}")
        return [part.partition("<")[0] for part in page.split('<a href="#dataset-')[1:]]

    worst, last = titles(""), titles("page=3")
    assert worst[0] == '1">Set 60'
    assert (len(worst), len(last)) == (25, 10)
    assert last[-1] == '60">Set 01'
    assert titles("sort=best")[0] == '1">Set 01'
    assert titles("sort=title")[:2] == ['1">Set 01', '2">Set 02']
    # beyond the end is the end
    assert titles("page=99") == last
    for wrong in ("sort=lengte", "page=0", "page=x"):
        answer = scores.post(f"/score?{wrong}", data={"text": MANY})
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text


def test_text_of_data_is_shown_and_never_runs(scores: TestClient) -> None:
    text = (
        HEAD
        + f"""<javascript:alert(1)> a dcat:Dataset ; dct:title "{EVIL}"@nl ;
        dcat:distribution [ a dcat:Distribution ; dcat:accessURL <javascript:alert(2)> ] .
        [] a dcat:Dataset ; dct:title "a\\u202Eb\\u0007"@nl ."""
    )
    page = page_of(scores, text)
    assert "&lt;img src=x" in page
    assert 'href="javascript' not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("name", ["statbel_opendata_subset.ttl", "dcat-feed-mow.rdf",
                                  "fietstelpaal-visserij-gent.dcat-ap3.xml"])  # fmt: skip
def test_feeds_of_others(scores: TestClient, shared: Path, name: str) -> None:
    data = (shared / EXAMPLES / name).read_bytes()
    answer = scores.post("/score", files={"file": (name, data)})
    assert answer.status_code == 200
    page = harmless(answer.text)
    assert "van 405 punten" in page.text
    assert answer.headers["cache-control"] == "no-store"
    card = scores.post("/api/score", files={"file": (name, data)}).json()
    assert sum(len(one["tasks"]) for one in card["datasets"]) >= len(card["datasets"])


def test_a_feed_that_cannot_be_read_is_told_with_its_line(scores: TestClient, shared: Path) -> None:
    data = (shared / EXAMPLES / "favv-dcat.rdf").read_bytes()
    answer = scores.post("/score", files={"file": ("favv-dcat.rdf", data)})
    assert answer.status_code == 400
    assert "favv-dcat.rdf, regel 73" in answer.text


def test_our_own_card_is_shown_and_kept_with_its_release(scores: TestClient) -> None:
    answer = scores.get("/score", headers={"accept": BROWSER, "accept-language": "nl"})
    page = harmless(answer.text)
    assert "Onze eigen catalogus" in page.text
    etag = answer.headers["etag"]
    assert scores.get("/score", headers={
        "accept": BROWSER, "accept-language": "nl", "if-none-match": etag}
    ).status_code == 304  # fmt: skip
    assert scores.get("/score?sort=title").text != ""
    card = scores.get("/score.json").json()
    assert card["datasets"][0]["dataset"].startswith(f"{BASE}id/dataset/")
    rows = csv.DictReader(io.StringIO(scores.get("/score.csv").content.decode("utf-8-sig")))
    assert {row["dataset"] for row in rows} == {one["dataset"] for one in card["datasets"]}
    assert "punten" in scores.get("/score.txt").text
    assert scores.get("/score.pdf").status_code == 404
    assert scores.get("/score?sort=lengte").status_code == 400


def test_a_release_of_before_there_were_scores_has_a_form(foreign: Workspace) -> None:
    foreign.build()
    (foreign.release / QUALITY).unlink()
    with TestClient(service(foreign.settings)) as client:
        page = harmless(client.get("/score", headers={"accept-language": "nl"}).text)
        assert "geen score bewaard" in page.text
        assert client.get("/score.json").status_code == 404


def test_nothing_published_yet(foreign: Workspace) -> None:
    with TestClient(service(foreign.settings)) as client:
        answer = client.get("/score", headers={"accept-language": "nl"})
        assert answer.status_code == 200
        assert "Scoor uw eigen catalogus" in answer.text
        assert client.get("/score.json").status_code == 503
        assert card_of(client, MANY)["highest"] == 405


def ended(client: TestClient, path: str, seconds: float = 60) -> dict[str, Any]:
    end = time.monotonic() + seconds
    told: dict[str, Any] = {}
    while time.monotonic() < end:
        told = client.get(path, headers={"accept": "application/json"}).json()
        if told["state"] in {"done", "failed"}:
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def test_a_job_gives_the_same_card_in_every_form(scores: TestClient) -> None:
    answer = scores.post("/api/score", content=MANY,
                         headers={**TURTLE, "prefer": "respond-async"})  # fmt: skip
    assert answer.status_code == 202, answer.text
    path = answer.headers["location"].removeprefix("..")
    assert path.startswith("/score/jobs/")
    assert ended(scores, path)["state"] == "done"
    assert scores.get(f"{path}.json").json() == card_of(scores, MANY)
    assert scores.get(f"{path}.csv").headers["content-type"].startswith("text/csv")
    page = harmless(scores.get(f"{path}?sort=title&page=2", headers={"accept": BROWSER}).text)
    assert "Set 26" in page.text
    # links, no buttons: what was handed over is no longer needed
    assert any("sort=best" in link for link in page.links)
    assert scores.delete(path).status_code == 204
    assert scores.get(path, headers={"accept": "application/json"}).status_code == 404


def test_a_large_form_becomes_a_job_with_steps(scores: TestClient) -> None:
    more = JobLimits().form_bytes // 60
    text = MANY.replace("Set", f"{'x' * more} Set")
    answer = scores.post("/score", files={"file": ("groot.ttl", text.encode())})
    assert answer.status_code == 303
    path = answer.headers["location"].removeprefix(".")
    told = ended(scores, path)
    assert told["state"] == "done", told
    assert scores.delete(path).status_code == 204


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "rdf-syntax bad-input"), ("geen rdf", "rdf-syntax bad-input"),
     ("<http://a> <http://b> <http://c> .", "bad-input"), ("PK\x03\x04 kapot", "bad-input")],
)  # fmt: skip
def test_what_is_no_catalog_is_refused_in_words(scores: TestClient, text: str, code: str) -> None:
    answer = scores.post("/api/score", content=text, headers=TURTLE)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == PROBLEM
    told = answer.json()
    assert told["code"] in code.split()
    assert set(told["messages"]) == {"nl", "en"}


def test_a_form_that_is_none_is_refused_before_it_is_scored(scores: TestClient) -> None:
    answer = scores.post("/api/score?format=pdf", content="geen rdf", headers=TURTLE)
    assert answer.status_code == 400
    assert "csv" in json.loads(answer.content)["detail"]
    assert scores.post("/api/score", content=MANY, headers={
        **TURTLE, "accept": "image/png"}).status_code == 406  # fmt: skip


CSV = answer("Content-Type: text/csv", body=b"a,b\n" + b"1,2\n" * 300)


def linked(server: Server, paths: Sequence[str] = ("set.csv",)) -> str:
    where = f"http://{server.host}:{server.port}/"
    return HEAD + "".join(
        f"<https://stad.test/d/{path}> a dcat:Dataset ; dcat:distribution [ a dcat:Distribution ; "
        f"dcat:accessURL <{where}{path}> ; dcat:downloadURL <{where}{path}> ] .\n"
        for path in paths
    )  # fmt: skip


@pytest.fixture
def files() -> Iterator[Server]:
    server = Server(by_path({"/set.csv": CSV}), "127.5.0.1")
    yield server
    server.close()


@pytest.fixture
def looking(trees: Workspace, files: Server) -> Iterator[TestClient]:
    """A service that may ask the server, without a pause between questions."""
    settings = trees.settings.model_copy(update={
        "fetch_allow": f"127.5.0.0/16 :{files.port}", "links_delay_seconds": 0.0})  # fmt: skip
    with TestClient(service(settings), follow_redirects=False) as client:
        yield client


def test_links_are_looked_at_when_asked_for(looking: TestClient, files: Server) -> None:
    text = linked(files, ("set.csv", "weg.csv"))
    assert card_of(looking, text)["evidence"]["basis"] == "metadata"
    assert files.requests == []
    answer = looking.post("/api/score?links=yes", content=text, headers=TURTLE)
    assert answer.status_code == 202, answer.text
    path = answer.headers["location"].removeprefix("..")
    assert ended(looking, path)["state"] == "done"
    card = looking.get(f"{path}.json").json()
    assert card["evidence"]["basis"] == "links"
    assert (card["evidence"]["addresses"], card["evidence"]["answered"]) == (2, 1)
    by_name = {one["dataset"].rpartition("/")[2]: one for one in card["datasets"]}
    # the access page and the file answer: 50 and 30 points, no longer in doubt
    assert by_name["set.csv"]["dimensions"]["accessibility"] == {
        "sure": 100, "possible": 100, "highest": 100}  # fmt: skip
    assert by_name["weg.csv"]["dimensions"]["accessibility"]["possible"] == 20
    page = harmless(looking.get(path, headers={"accept": BROWSER}).text)
    assert "Wat de adressen antwoordden" in page.text


def test_few_addresses_are_looked_at_and_few_times(looking: TestClient, files: Server) -> None:
    text = linked(files, [f"{n}.csv" for n in range(80)])
    answer = looking.post("/score?links=yes", data={"text": text})
    assert answer.status_code == 303
    path = answer.headers["location"].removeprefix(".")
    assert ended(looking, path, 120)["state"] == "done"
    assert looking.get(f"{path}.json").json()["evidence"]["addresses"] <= 50
    answers = [
        looking.post("/api/score?links=yes", content="geen rdf", headers=TURTLE) for _ in range(3)
    ]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    # scores without links go on
    assert card_of(looking, MANY)["highest"] == 405


def test_links_inside_the_network_are_not_asked(scores: TestClient, files: Server) -> None:
    answer = scores.post("/api/score?links=yes", content=linked(files), headers=TURTLE)
    path = answer.headers["location"].removeprefix("..")
    assert ended(scores, path)["state"] == "done"
    card = scores.get(f"{path}.json").json()
    assert card["evidence"]["answered"] == 0
    assert files.requests == []
    assert scores.delete(path).status_code == 204


def test_nobody_waits_for_links(scores: TestClient) -> None:
    answer = scores.post("/api/score", json={"text": MANY, "links": "yes"})
    assert answer.status_code == 400
    assert "respond-async" in answer.json()["detail"]
