"""Atom: well-formed whatever the data says, each change once, parts that lead back to the first."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from starlette.testclient import TestClient

from app.web.routes import ldes as routes
from tests.conftest import Workspace
from tests.http.support import Page

A = "{http://www.w3.org/2005/Atom}"


def entries(feed: ET.Element) -> list[dict[str, str]]:
    out = []
    for entry in feed.findall(A + "entry"):
        link = entry.find(A + "link")
        assert link is not None
        out.append({child.tag.removeprefix(A): child.text or "" for child in entry}
                   | {"link": link.attrib["href"]})  # fmt: skip
    return out


def test_changes_are_told_once_the_newest_first(foreign: Workspace) -> None:
    foreign.build()
    foreign.edit("data/bomen.csv", "B5,eik,9,2001,,\n", "")
    foreign.edit("data/parken.csv", "P1,Stadspark", "P1,Konings<park> & co")
    foreign.build()
    with TestClient(foreign.app()) as client:
        answer = client.get("/atom")
        feed, english = ET.fromstring(answer.content), client.get("/atom?lang=en").text
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    at = foreign.releases.ledger.releases()[-1].published
    assert (feed.findtext(A + "id"), feed.findtext(A + "updated")) == (foreign.base + "atom", at)
    found = entries(feed)
    assert [e["title"] for e in found if e["updated"] == at] == [
        "eik B5: ingetrokken", "Konings<park> & co: gewijzigd",
        "Parken: gewijzigd", "Bomen: gewijzigd",
    ]  # fmt: skip
    assert found[0]["link"] == foreign.base + "doc/boom/B5"
    # catalog: contact, publisher, two datasets; six trees and two parks
    assert len(found) == 4 + 4 + 6 + 2
    assert len({e["id"] for e in found}) == len(found)
    assert [e["updated"] for e in found] == sorted((e["updated"] for e in found), reverse=True)
    assert "<title>eik B5: withdrawn</title>" in english
    assert 'xml:lang="en"' in english


def test_older_entries_are_linked(foreign: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "ENTRIES", 5)
    foreign.build()
    with TestClient(foreign.app()) as client:
        address, seen = "/atom", []
        while address:
            feed = ET.fromstring(client.get(address).content)
            seen += [e["id"] for e in entries(feed)]
            links = {e.attrib["rel"]: e.attrib["href"] for e in feed.findall(A + "link")}
            address = links.get("next", "").removeprefix(foreign.base[:-1])
        assert len(seen) == len(set(seen)) == 12
        for wrong in ("x", "-1", "1;drop", "9" * 30, "٣"):
            refused = client.get("/atom", params={"before": wrong})
            assert refused.status_code == 400, wrong
            assert set(refused.json()["messages"]) == {"nl", "en"}


def test_every_page_leads_to_the_feed(foreign: Workspace) -> None:
    foreign.build()
    with TestClient(foreign.app()) as client:
        for path, way in (("/", "./atom"), ("/doc/boom/B1", "../../atom")):
            page = client.get(path, headers={"accept": "text/html"}).text
            assert f'type="application/atom+xml" title="Wijzigingen (Atom)" href="{way}"' in page
            assert way in Page.of(page).links
