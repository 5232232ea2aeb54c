"""Long checks: followed, fetched in every form, ended by who knows the name, bounded, forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.bootstrap import service
from app.web.jobs import JobLimits
from tests.conftest import Workspace
from tests.http.support import BROWSER, PROBLEM, Page

ASYNC = {"prefer": "respond-async", "content-type": "text/turtle"}
HEAD = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
DATA = HEAD + '<https://stad.test/d/1> a dcat:Dataset ; dct:title "Fietspaden"@nl .\n'
PROFILE = "profile=dcat-ap-vl-3.0"
# beyond 30 MB a source goes through in chunks
LARGE = (
    HEAD + "".join(
        f'<https://stad.test/d/{n}> a dcat:Dataset ; dct:title "Set {n}"@nl ; '
        f'<https://stad.test/n> "{"x" * 8_000}" .\n'
        for n in range(4_000)
    )
).encode()  # fmt: skip


@pytest.fixture
def lab(trees: Workspace, spools: Path) -> Iterator[TestClient]:
    with TestClient(service(trees.settings), follow_redirects=False) as client:
        yield client


def start(lab: TestClient, content: bytes = DATA.encode()) -> str:
    answer = lab.post(f"/api/validate?{PROFILE}", content=content, headers=ASYNC)
    assert answer.status_code == 202, answer.text
    assert answer.headers["preference-applied"] == "respond-async"
    assert answer.json()["state"] in {"waiting", "running"}
    assert answer.headers["location"].startswith("../validate/jobs/")
    return answer.headers["location"].removeprefix("..")


def ended(lab: TestClient, path: str, seconds: float = 100) -> tuple[dict[str, Any], set[str]]:
    """Wait for the end of a job; return its state, and all that was told on the way."""
    seen = set()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        told = lab.get(path, headers={"accept": "application/json"}).json()
        seen.add(f"{told['state']} {told.get('done')} {told.get('total')}")
        if told["state"] in {"done", "failed"}:
            return told, seen
        time.sleep(0.05)
    raise AssertionError(seen)


def test_a_job_ends_with_the_same_report_in_every_form(lab: TestClient, spools: Path) -> None:
    path = start(lab)
    assert len(path.rpartition("/")[2]) >= 22
    told, _ = ended(lab, path)
    assert told["result"] == f"./{path.rpartition('/')[2]}.json"
    direct = lab.post(f"/api/validate?{PROFILE}", content=DATA.encode(),
                      headers={"content-type": "text/turtle"}).json()  # fmt: skip
    assert lab.get(f"{path}.json").json() == direct
    for suffix, kind in (("csv", "text/csv"), ("ttl", "text/turtle"), ("html", "text/html")):
        answer = lab.get(f"{path}.{suffix}")
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
    page = Page.of(lab.get(path, headers={"accept": BROWSER}).text)
    assert page.dangers == []
    assert "Voldoet niet" in page.text
    # the upload is gone, the result is not
    assert list(spools.iterdir()) == []


def test_a_large_form_becomes_a_job_with_progress(lab: TestClient, spools: Path) -> None:
    answer = lab.post("/validate?lang=nl", files={"file": ("groot.ttl", LARGE)},
                      data={"profile": "dcat-ap-vl-3.0"})  # fmt: skip
    assert answer.status_code == 303
    path = answer.headers["location"].removeprefix(".").partition("?")[0]
    waiting = lab.get(path, headers={"accept": BROWSER})
    assert "Voortgang" in waiting.text
    # without a script the page asks again by itself
    assert '<noscript><meta http-equiv="refresh"' in waiting.text
    assert Page.of(waiting.text).dangers == []
    told, seen = ended(lab, path)
    assert told["state"] == "done", told
    steps = [item.split()[1:] for item in seen if item.startswith("running")]
    known = [(int(done), int(total)) for done, total in steps if total != "None"]
    assert known
    assert all(0 < done <= total for done, total in known)
    source = lab.get(f"{path}.json").json()["sources"][0]
    assert (source["name"], source["triples"]) == ("groot.ttl", 4_000 * 3)
    assert list(spools.iterdir()) == []


def test_who_knows_the_name_ends_it(lab: TestClient, spools: Path) -> None:
    path = start(lab, LARGE)
    end = time.monotonic() + 60
    while lab.get(path).json()["state"] == "waiting" and time.monotonic() < end:
        time.sleep(0.05)
    # not 200: a program must not take this for the report
    assert lab.get(f"{path}.csv").status_code == 202
    assert lab.delete(path).status_code == 204
    assert lab.get(path).status_code == 404
    assert lab.delete(path).status_code == 404
    assert list(spools.iterdir()) == []
    # its place is free again, and so is the worker
    again = start(lab)
    assert ended(lab, again)[0]["state"] == "done"
    page = lab.post(f"{again}/cancel?lang=nl", headers={"accept": BROWSER})
    assert "De controle is gestopt" in Page.of(page.text).text
    assert lab.get(again).status_code == 404


def test_what_cannot_be_checked_says_why(lab: TestClient) -> None:
    path = start(lab, b"<a> <b")
    ended(lab, path)
    # it was read, so there is a report, and that says why
    assert lab.get(f"{path}.json").json()["verdict"] == "unreadable"
    shapes = {"shapes": ("s.ttl", b"<a> <b"), "file": ("d.ttl", DATA.encode())}
    answer = lab.post("/api/validate", files=shapes, headers={"prefer": "respond-async"})
    path = answer.headers["location"].removeprefix("..")
    told, _ = ended(lab, path)
    assert told["state"] == "failed"
    assert (lab.get(path).status_code, lab.get(f"{path}.csv").status_code) == (200, 409)
    assert set(told["messages"]) == {"nl", "en"}
    page = lab.get(path, headers={"accept": BROWSER})
    assert page.status_code == 400
    assert 'http-equiv="refresh"' not in page.text


def test_jobs_are_bounded_and_a_refused_one_takes_no_place(lab: TestClient, spools: Path) -> None:
    refused = lab.post("/api/validate", data={"text": ""}, headers={"prefer": "respond-async"})
    assert refused.status_code == 400
    over = lab.post("/api/validate", content=b"x",
                    headers={**ASYNC, "content-length": "999999999"})  # fmt: skip
    assert over.status_code == 413
    much = {"content-type": "text/turtle", "content-length": "999999999", "accept": BROWSER}
    page = lab.post("/validate?lang=nl", content=b"x", headers=much)
    assert page.status_code == 413
    assert "hoogstens 100000000 bytes" in Page.of(page.text).text
    paths = [start(lab, LARGE) for _ in range(JobLimits().per_client)]
    answer = lab.post(f"/api/validate?{PROFILE}", content=DATA.encode(), headers=ASYNC)
    assert answer.status_code == 429
    assert answer.headers["content-type"] == PROBLEM
    assert int(answer.headers["retry-after"]) > 0
    # an answer at once is not held up by them
    direct = lab.post(f"/api/validate?{PROFILE}", content=DATA.encode(),
                      headers={"content-type": "text/turtle"})  # fmt: skip
    assert direct.status_code == 200
    for path in paths:
        assert lab.delete(path).status_code == 204
    assert ended(lab, start(lab))[0]["state"] == "done"
    assert list(spools.iterdir()) == []


def test_a_service_that_stops_leaves_nothing(trees: Workspace, spools: Path) -> None:
    with TestClient(service(trees.settings)) as client:
        start(client, LARGE)
    assert list(spools.iterdir()) == []


@pytest.mark.parametrize("name", ["bestaat-niet", "a" * 500, "..%2fx", "x.json"])
def test_no_other_name_is_a_job(lab: TestClient, name: str) -> None:
    assert lab.get(f"/validate/jobs/{name}").status_code == 404
