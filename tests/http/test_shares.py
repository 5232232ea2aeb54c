"""Reports that are kept: only when asked, for who knows the name, for a while, within bounds."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.errors import ResourceNotFoundError, StorageFullError
from app.web.shares import ShareLimits, Shares
from tests.conftest import Workspace
from tests.http.support import BROWSER, PROBLEM, Page

EVIL = "<script>alert(1)</script>"
SECRET = "geheimedata"
DATA = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://stad.test/d/1> a dcat:Dataset ; dct:title "Fietspaden {EVIL}"@nl ;
  dct:language "{SECRET}" .
"""
FORM = {"text": DATA, "profile": "dcat-ap-vl-3.0"}
SUFFIXES = {"json": "application/json", "ttl": "text/turtle", "jsonld": "application/ld+json",
            "csv": "text/csv", "html": "text/html", "sarif": "application/sarif+json",
            "xml": "application/xml", "txt": "text/plain"}  # fmt: skip


@pytest.fixture
def lab(trees: Workspace, tmp_path: Path) -> Iterator[TestClient]:
    settings = trees.settings.model_copy(update={"state_dir": tmp_path / "var"})
    from app.bootstrap import service

    with TestClient(service(settings), follow_redirects=False) as client:
        yield client


def kept(lab: TestClient) -> tuple[str, str]:
    """Keep a report; return its path and key."""
    answer = lab.post("/api/share", data=FORM)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    path = "/validate/r/" + told["url"].rpartition("/")[2]
    assert answer.headers["location"] == f"..{path}"
    return path, told["delete_key"]


def test_nothing_is_kept_unless_asked(lab: TestClient, tmp_path: Path) -> None:
    assert lab.post("/api/validate", data=FORM).status_code == 200
    assert lab.post("/validate", data=FORM).status_code == 200
    assert not list((tmp_path / "var").rglob("*.verslag"))


def test_a_kept_report_is_read_in_every_form(lab: TestClient, tmp_path: Path) -> None:
    path, key = kept(lab)
    name = path.rpartition("/")[2]
    assert len(name) >= 22  # 128 bits in base64
    page = lab.get(path, headers={"accept": BROWSER})
    shown = Page.of(page.text)
    assert shown.dangers == []
    assert EVIL in shown.text
    for header, value in (("cache-control", "no-store"), ("referrer-policy", "no-referrer"),
                          ("x-robots-tag", "noindex")):  # fmt: skip
        assert page.headers[header] == value
    for suffix, kind in SUFFIXES.items():
        answer = lab.get(f"{path}.{suffix}")
        assert answer.headers["content-type"].partition(";")[0] == kind
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert lab.get(path, headers={"accept": "application/json"}).json()["model"] == "1"
    assert lab.get(f"{path}.pdf").status_code == 404
    assert lab.get(path, headers={"accept": "image/png"}).status_code == 406
    # on disk: neither the name, nor the key, nor the data in the clear
    (file,) = (tmp_path / "var").rglob("*.verslag")
    body = file.read_bytes()
    assert name not in file.name
    assert all(text.encode() not in body for text in (name, key, SECRET, "Fietspaden"))


def test_a_kept_report_is_narrowed_without_a_script(lab: TestClient) -> None:
    path, _ = kept(lab)
    whole = json.loads(lab.get(f"{path}.json").content)["sources"][0]
    part = json.loads(lab.get(f"{path}.json?severity=Warning").content)["sources"][0]
    assert 0 < len(part["groups"]) < len(whole["groups"])
    assert {group["severity"] for group in part["groups"]} == {"Warning"}
    found = len(part["groups"]) + len(part["terms"])
    for query, causes in (("severity=Warning", found), ("q=zxzxzx", 0), ("of=geen", 0)):
        page = Page.of(lab.get(f"{path}?lang=nl&{query}", headers={"accept": BROWSER}).text)
        assert "Geen fouten" not in page.text
        assert f"Aantal gevonden oorzaken: {causes}" in page.text
        # who narrowed it downloads the same part, in the other language too
        assert any(f".csv?{query.partition('=')[0]}" in link or query in link
                   for link in page.links)  # fmt: skip


def test_only_the_key_removes(lab: TestClient) -> None:
    path, key = kept(lab)
    for headers in ({}, {"authorization": "Bearer"}, {"authorization": f"Basic {key}"}):
        assert lab.delete(path, headers=headers).status_code == 400
    wrong = lab.delete(path, headers={"authorization": "Bearer fout"})
    assert wrong.status_code == 404
    assert wrong.headers["content-type"] == PROBLEM
    assert lab.post(f"{path}/delete", data={"key": "fout"}).status_code == 404
    assert lab.get(path).status_code == 200
    assert lab.delete(path, headers={"authorization": f"Bearer {key}"}).status_code == 204
    assert lab.get(path).status_code == 404
    assert lab.delete(path, headers={"authorization": f"Bearer {key}"}).status_code == 404


def test_the_page_gives_the_link_and_removes(lab: TestClient) -> None:
    answer = lab.post("/validate/share?lang=nl", data=FORM)
    page = Page.of(answer.text)
    assert page.dangers == []
    assert "Bewaard tot " in page.text
    path = next(link for link in page.links if re.search(r"validate/r/[\w-]+\?", link))
    assert lab.get("/" + path.removeprefix("../").removeprefix("./")).status_code == 200
    key = re.search(r'name="key" value="([\w-]+)"', answer.text)
    assert key
    removed = lab.post(f"/{path.removeprefix('../').removeprefix('./').partition('?')[0]}/delete",
                       data={"key": key[1]})  # fmt: skip
    assert removed.status_code == 200
    assert "Het verslag is verwijderd." in Page.of(removed.text).text


@pytest.mark.parametrize("name", ["bestaat-niet", "..%2f..%2fetc%2fpasswd", "%00", "a" * 1000])
def test_no_name_leads_anywhere_else(lab: TestClient, name: str) -> None:
    answer = lab.get(f"/validate/r/{name}")
    assert answer.status_code == 404
    assert "/" not in answer.json()["detail"]


def test_a_client_keeps_so_many_and_then_waits(lab: TestClient) -> None:
    answers = [lab.post("/api/share", data=FORM) for _ in range(25)]
    statuses = [answer.status_code for answer in answers]
    assert statuses[:20] == [201] * 20
    assert statuses[-1] == 429
    assert int(answers[-1].headers["retry-after"]) > 0


def test_what_expired_is_gone_at_start_and_on_use(tmp_path: Path) -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    shares = Shares(tmp_path / "v", ShareLimits(days=30), lambda: now)
    first = shares.keep(b"{}")
    assert first.expires == dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
    now += dt.timedelta(days=29)
    second = shares.keep(b"{}")
    assert shares.get(first.name)[0] == b"{}"
    now += dt.timedelta(days=1)
    with pytest.raises(ResourceNotFoundError):
        shares.get(first.name)
    now += dt.timedelta(days=29)
    again = Shares(tmp_path / "v", ShareLimits(days=30), lambda: now)
    assert list((tmp_path / "v").iterdir()) == []
    with pytest.raises(ResourceNotFoundError):
        again.get(second.name)


def test_what_does_not_fit_is_refused_and_throws_nothing_out(tmp_path: Path) -> None:
    shares = Shares(tmp_path, ShareLimits(max_bytes=200, total_bytes=400))
    with pytest.raises(StorageFullError):
        shares.keep(bytes(range(256)) * 2)
    names = [shares.keep(b"{}").name for _ in range(2)]
    with pytest.raises(StorageFullError):
        [shares.keep(b"{}") for _ in range(10)]
    assert all(shares.get(name)[0] == b"{}" for name in names)
