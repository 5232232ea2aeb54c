"""What every answer has, whatever the route: headers, conditions, codings, links."""

from __future__ import annotations

import email.utils
import re
from urllib.parse import urljoin

import httpx2
import pytest
from starlette.testclient import TestClient

from app.rdf import media
from tests.conftest import BASE, Workspace
from tests.http.contract import (
    ACCEPTS,
    ADDRESSES,
    EXAMPLES,
    JSON_TYPES,
    REPRESENTED,
    client_of,
    each,
)
from tests.http.support import BROWSER


def test_every_route_has_an_example(small: TestClient) -> None:
    paths = small.get("/openapi.json").json()["paths"]
    assert set(paths) == set(EXAMPLES)
    ids = [operation["operationId"] for item in paths.values() for operation in item.values()]
    assert len(ids) == len(set(ids))
    lists = {address.split("?")[0] for address in EXAMPLES["/{route}"]}
    assert lists >= {"/datasets"}


@each(ADDRESSES)
@pytest.mark.parametrize("accept", ACCEPTS.values(), ids=ACCEPTS)
def test_safe_headers_are_on_every_answer(small: TestClient, address: str, accept: str) -> None:
    answer = small.get(address, headers={"accept": accept})
    assert answer.status_code in {200, 303, 308}
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    # a client of the reconciliation service shows what a thing is within its own page
    framed = address.startswith("/api/reconcile/preview")
    assert ("frame-ancestors 'none'" in headers["content-security-policy"]) != framed
    assert headers["referrer-policy"]
    assert headers["cache-control"]
    assert "server" not in headers
    if not address.startswith("/static"):
        assert headers["access-control-allow-origin"] == "*"
    for name in ("ETag", "Link", "Location"):
        if name in headers and not address.startswith("/static"):
            assert name in headers["access-control-expose-headers"]


@each(ADDRESSES)
@pytest.mark.parametrize("accept", ACCEPTS.values(), ids=ACCEPTS)
def test_head_is_get_without_the_body(small: TestClient, address: str, accept: str) -> None:
    for coding in ("identity", "gzip"):
        asked = {"accept": accept, "accept-encoding": coding}
        get, head = small.get(address, headers=asked), small.head(address, headers=asked)
        assert head.status_code == get.status_code
        assert head.content == b""
        assert dict(head.headers) == dict(get.headers)


@each(REPRESENTED)
@pytest.mark.parametrize("accept", ACCEPTS.values(), ids=ACCEPTS)
def test_representation_has_validators_and_vary(
    small: TestClient, address: str, accept: str
) -> None:
    answer = small.get(address, headers={"accept": accept})
    tag = answer.headers["etag"]
    assert re.fullmatch(r'"[!#-~]+"', tag), tag
    vary = {name.strip() for name in answer.headers["vary"].split(",")}
    assert "Accept-Encoding" in vary
    kind = answer.headers["content-type"].partition(";")[0]
    negotiated = address.split("?")[0] in {
        "/doc/boom/B1", "/ns/groen", "/bomen", "/datasets", "/catalog", "/.well-known/void"
    }  # fmt: skip
    if negotiated:
        assert "Accept" in vary
    if kind == "text/html":
        assert "Accept-Language" in vary
        # a page also shows what has no time of its own
        assert "last-modified" not in answer.headers
    elif kind not in JSON_TYPES and not address.endswith(
        ("/shapes.ttl", "/score.csv", "/score.txt")
    ):
        # shapes may change without a release, and a score without the catalog
        assert email.utils.parsedate_to_datetime(answer.headers["last-modified"])
    assert "max-age" in answer.headers["cache-control"]


def test_entity_tag_differs_by_form_coding_and_language(small: TestClient) -> None:
    for address in ("/doc/boom/B1", "/bomen", "/ns/groen"):
        seen: dict[str, str] = {}
        forms = [offer.suffix for offer in media.LISTING if offer is not media.HTML]
        for suffix in forms:
            if suffix == "csv" and address != "/bomen":
                continue
            for coding in ("identity", "gzip", "br"):
                answer = small.get(f"{address}.{suffix}", headers={"accept-encoding": coding})
                assert seen.setdefault(answer.headers["etag"], f"{suffix} {coding}") == (
                    f"{suffix} {coding}"
                )
        for language in ("nl", "en"):
            for coding in ("identity", "gzip", "br"):
                headers = {
                    "accept": BROWSER,
                    "accept-language": language,
                    "accept-encoding": coding,
                }
                tag = small.get(address, headers=headers).headers["etag"]
                assert seen.setdefault(tag, f"{language} {coding}") == f"{language} {coding}"
    for address in ("/catalog.ttl", "/dumps/bomen.nt"):
        tags = {small.get(address, headers={"accept-encoding": coding}).headers["etag"]
                for coding in ("identity", "gzip")}  # fmt: skip
        assert len(tags) == 2


@each(REPRESENTED)
@pytest.mark.parametrize("accept", ACCEPTS.values(), ids=ACCEPTS)
def test_what_the_client_has_is_304(small: TestClient, address: str, accept: str) -> None:
    whole = small.get(address, headers={"accept": accept})
    tag = whole.headers["etag"]
    for value in (tag, "*", f'"other", {tag}', f"W/{tag}", f'"a","b", W/{tag} '):
        answer = small.get(address, headers={"accept": accept, "if-none-match": value})
        assert answer.status_code == 304, value
        assert answer.content == b""
        for name in ("etag", "vary", "cache-control", "content-security-policy"):
            assert answer.headers[name] == whole.headers[name]
        assert "content-encoding" not in answer.headers
        assert answer.headers.get("content-length", "0") == "0"
    for value in ('"other"', tag[:-1], tag.strip('"'), ""):
        answer = small.get(address, headers={"accept": accept, "if-none-match": value})
        assert answer.status_code == 200, value
    modified = whole.headers.get("last-modified")
    if modified is None:
        return
    later = "Fri, 31 Dec 2100 23:59:59 GMT"
    cases = {modified: 304, later: 304, "Thu, 01 Jan 2015 00:00:00 GMT": 200, "yesterday": 200,
             "2100-01-01": 200}  # fmt: skip
    for since, status in cases.items():
        answer = small.get(address, headers={"accept": accept, "if-modified-since": since})
        assert answer.status_code == status, since
    both = {"accept": accept, "if-modified-since": later, "if-none-match": '"other"'}
    assert small.get(address, headers=both).status_code == 200


@each([address for address in REPRESENTED if not address.endswith(".gz")])
def test_codings_hold_the_same_bytes(small: TestClient, address: str) -> None:
    plain = small.get(address, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert int(plain.headers["content-length"]) == len(plain.content)
    cases = {
        "gzip": {"gzip"}, "br": {"br", ""}, "gzip, br": {"br", "gzip"}, "*": {"br", "gzip"},
        "gzip;q=0": {""}, "br;q=0, gzip;q=0.1": {"gzip"}, "gzip;q=1, br;q=0.1": {"gzip"},
        "deflate": {""}, "zstd, identity;q=0.5": {""}, "": {""},
    }  # fmt: skip
    for asked, allowed in cases.items():
        answer = small.get(address, headers={"accept-encoding": asked})
        assert answer.headers.get("content-encoding", "") in allowed, asked
        assert answer.content == plain.content, asked


def link_header(answer: httpx2.Response) -> list[tuple[str, str, str]]:
    """Return (target, relation, media type) of a Link header."""
    found = re.findall(r'<([^>]*)>((?:; \w+="[^"]*")*)', answer.headers.get("link", ""))
    out = []
    for target, parameters in found:
        values = dict(re.findall(r'(\w+)="([^"]*)"', parameters))
        out.append((target, values["rel"], values.get("type", "")))
    return out


@each(["/doc/boom/B1", "/doc/boom/B1.ttl", "/doc/dataset/bomen", "/ns/groen", "/bomen",
       "/bomen?park=P1&q=eik&page=1", "/bomen.json?size=2&page=2", "/datasets", "/catalog",
       "/catalog.ttl"])  # fmt: skip
@pytest.mark.parametrize("accept", ACCEPTS.values(), ids=ACCEPTS)
def test_links_lead_to_the_other_forms(small: TestClient, address: str, accept: str) -> None:
    links = link_header(small.get(address, headers={"accept": accept}))
    alternates = [(target, kind) for target, relation, kind in links if relation == "alternate"]
    assert len(alternates) >= 5
    for target, kind in alternates:
        found = small.get(urljoin(address, target), headers={"accept": "*/*"})
        assert found.status_code == 200, target
        assert found.headers["content-type"].partition(";")[0] == kind


def test_links_name_the_thing_its_document_and_the_page(small: TestClient) -> None:
    links = link_header(small.get("/id/boom/B1"))
    assert [urljoin("/id/boom/B1", target) for target, relation, _ in links
            if relation == "describedby"] == ["/doc/boom/B1"]  # fmt: skip
    relations = {relation: target for target, relation, _ in link_header(small.get("/doc/boom/B1"))}
    assert relations["describes"] == f"{BASE}id/boom/B1"
    assert relations["canonical"] == f"{BASE}doc/boom/B1"
    for address in ("/", "/bomen", "/zoeken?q=x", "/dumps/"):
        answer = small.get(address, headers={"accept": BROWSER})
        canonical = {target for target, relation, _ in link_header(answer)
                     if relation == "canonical"}  # fmt: skip
        assert canonical == {BASE + address[1:].split("?")[0]}
    profile = [target for target, relation, _ in link_header(small.get("/catalog.ttl"))
               if relation == "profile"]  # fmt: skip
    assert len(profile) == 1


def test_other_bytes_have_another_tag(foreign: Workspace) -> None:
    """Also what a new row moved, and after going back to inputs that were published before."""
    addresses = [*REPRESENTED, "/doc/boom/B2.json", "/doc/boom/B2", "/doc/catalogus/groen"]
    table = foreign.folder / "data" / "bomen.csv"
    first = table.read_text(encoding="utf-8")
    head, _, rows = first.partition("\n")
    seen: dict[tuple[str, str, str], bytes] = {}
    compared = 0
    for text in (first, f"{head}\nB0,eik,1,,,\n{rows}", first):
        table.write_text(text, encoding="utf-8")
        assert foreign.build(allow_withdraw=True).status == "published"
        with client_of(foreign) as client:
            for address in addresses:
                for accept in ACCEPTS.values():
                    answer = client.get(address, headers={"accept": accept})
                    key = (address, answer.headers["content-type"], answer.headers["etag"])
                    compared += key in seen
                    assert seen.setdefault(key, answer.content) == answer.content, key
    assert compared
