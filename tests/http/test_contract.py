"""What every answer has, whatever the route: headers, conditions, codings, one shape of error."""

from __future__ import annotations

import email.utils
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.bootstrap import service
from app.rdf import media
from app.rdf.iris import encode_segment
from app.web.texts import PROBLEMS_NL
from tests.conftest import BASE, Workspace
from tests.http.support import BROWSER, PROBLEM, Page, harmless

CELL = f"/api/cell?subject={quote(BASE, safe='')}id%2Fboom%2FB1"
ASK = "/sparql?query=" + quote("ASK { ?s ?p ?o }")
# a path of the OpenAPI text -> addresses that stand for it; a new route needs an example here
EXAMPLES = {
    "/": ["/", "/?lang=en"],
    "/zoeken": ["/zoeken?q=eik"],
    "/catalog": ["/catalog"],
    "/catalog.{suffix}": ["/catalog.ttl", "/catalog.rdf"],
    "/.well-known/void": ["/.well-known/void"],
    "/dumps/": ["/dumps/"],
    "/dumps/{name}": ["/dumps/bomen.csv", "/dumps/bomen.ttl", "/dumps/data.nq.gz"],
    "/health": ["/health"],
    "/ready": ["/ready"],
    "/robots.txt": ["/robots.txt"],
    "/sitemap.xml": ["/sitemap.xml"],
    "/id/{path}": ["/id/boom/B1"],
    "/doc/{path}": ["/doc/boom/B1", "/doc/boom/B1.ttl", "/doc/boom/B1.json", "/doc/dataset/bomen"],
    "/ns/{path}": ["/ns/groen", "/ns/groen.jsonld"],
    "/context/{name}.jsonld": ["/context/groen.jsonld"],
    "/api/cell": [CELL],
    "/sparql": ["/sparql", ASK],
    "/validate": ["/validate"],
    "/api/validate": [],
    "/profielen": ["/profielen"],
    "/profielen/{name}/{version}": ["/profielen/dcat-ap-vl-3.0/3.0"],
    "/profielen/{name}/{version}/shapes.ttl": ["/profielen/dcat-ap-vl-3.0/3.0/shapes.ttl"],
    "/vragen": ["/vragen"],
    "/vragen/{ref}": ["/vragen/bomen-per-park"],
    "/vragen/{ref}.{suffix}": ["/vragen/bomen-per-park.csv", "/vragen/bomen-per-park.json"],
    "/{route}.{suffix}": [f"/bomen.{offer.suffix}" for offer in media.LISTING],
    "/{route}": ["/bomen", "/bomen?park=P1&q=eik", "/parken", "/datasets"],
}
HIDDEN = ["/openapi.json", "/static/vijfster.css", "/static/vijfster.svg", "/dumps", "/id"]
SERVICES = {"/health", "/ready", "/robots.txt", CELL, "/sparql", ASK, "/validate"}
ADDRESSES = [address for found in EXAMPLES.values() for address in found] + HIDDEN
# those that give a representation with validators
REPRESENTED = [
    address for address in ADDRESSES
    if address not in SERVICES and not address.startswith("/static") and address != "/dumps"
    and not address.startswith("/id")
]  # fmt: skip
ACCEPTS = {"page": BROWSER, "turtle": "text/turtle, */*;q=0.1"}
JSON_TYPES = {"application/json", "application/ld+json"}


def each(addresses: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("address", addresses)


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
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
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
    elif kind not in JSON_TYPES:
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


# errors


@contextmanager
def client_of(workspace: Workspace, **settings: Any) -> Iterator[TestClient]:
    app = service(workspace.settings.model_copy(update=settings))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as found:
        yield found


Ask = Callable[[dict[str, str]], httpx2.Response]


def assert_problem(
    ask: Ask, status: int, code: str, secrets: tuple[str, ...] = (), *, page: bool = True
) -> dict[str, Any]:
    """Check one error as JSON and as a page in both languages; return its facts."""
    answer = ask({"accept": "*/*"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert set(problem) >= {"type", "title", "status", "detail", "instance", "code", "request_id"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].isascii()
    assert problem["instance"] == answer.request.url.raw_path.decode().partition("?")[0]
    assert problem["request_id"] != ask({"accept": "*/*"}).json()["request_id"]
    answers = [answer]
    for language in ("nl", "en") if page else ():
        shown = ask({"accept": BROWSER, "accept-language": language})
        assert shown.status_code == status
        assert shown.headers["content-type"].startswith("text/html")
        answers.append(shown)
        seen = harmless(shown.text)
        title = PROBLEMS_NL[code] if language == "nl" else problem["title"]
        assert f'<html lang="{language}">' in shown.text
        text = " ".join(seen.text.split())
        for fact in (title, problem["detail"], str(status), code, problem["instance"]):
            assert " ".join(fact.split()) in text, fact
        assert re.search(r"\b[0-9a-f]{12}\b", text)
    for found in answers:
        assert found.headers["cache-control"] == "no-store"
        assert found.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in found.headers["content-security-policy"]
        assert found.headers["access-control-allow-origin"] == "*"
        assert "Accept" in found.headers["vary"]
        assert "etag" not in found.headers
        for secret in ("Traceback", 'File "', ".py", "site-packages", "sqlite", *secrets):
            assert secret not in found.text.replace("vijfster.css", ""), secret
    return problem


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/bomen?page=0", 400, "bad-input"),
        ("GET", "/zoeken?q=" + "a" * 201, 400, "bad-input"),
        ("GET", "/api/cell", 400, "bad-input"),
        ("GET", "/api/cell?subject=x", 400, "bad-input"),
        ("GET", "/api/cell?subject=urn:x", 404, "not-found"),
        ("GET", "/niets", 404, "not-found"),
        ("GET", "/niets/en/niemendal", 404, "not-found"),
        ("GET", "/doc/boom/B99", 404, "not-found"),
        ("GET", "/id/boom/%3Cb%3E%20%22x%22", 404, "not-found"),
        ("GET", "/doc/boom/B1.xyz", 404, "not-found"),
        ("GET", "/bomen.pdf", 404, "not-found"),
        ("GET", "/catalog.csv", 404, "not-found"),
        ("GET", "/dumps/niets.ttl", 404, "not-found"),
        ("GET", "/static/niets.css", 404, "not-found"),
        ("GET", "/context/niets.jsonld", 404, "not-found"),
        ("GET", "/bomen/", 404, "not-found"),
        ("POST", "/bomen", 405, "method-not-allowed"),
        ("DELETE", "/doc/boom/B1", 405, "method-not-allowed"),
        ("PUT", "/sparql", 405, "method-not-allowed"),
        ("PATCH", "/openapi.json", 405, "method-not-allowed"),
        ("POST", "/sparql", 415, "unsupported-media-type"),
        ("GET", "/sparql?query=ASK%7B%7D&format=pdf", 406, "not-acceptable"),
        ("GET", "/sparql?update=CLEAR%20ALL", 400, "query-refused"),
    ],
)
def test_errors_have_one_shape(
    small: TestClient, trees: Workspace, method: str, address: str, status: int, code: str
) -> None:
    def ask(headers: dict[str, str]) -> httpx2.Response:
        return small.request(method, address, headers=headers)

    problem = assert_problem(ask, status, code, (str(trees.folder),))
    if status == 405:
        assert "GET" in ask({}).headers["allow"]
    if status == 406:
        assert len(problem["offers"]) > 3


def test_no_acceptable_form_is_a_problem_even_for_a_browser(small: TestClient) -> None:
    for accept in ("image/png", "text/html;q=0"):
        answer = small.get("/doc/boom/B1", headers={"accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (406, PROBLEM)


def test_json_client_that_also_takes_pages_gets_json(small: TestClient) -> None:
    for accept in (
        "application/json, text/html;q=0.5",
        "application/problem+json, text/html;q=0.9",
    ):
        answer = small.get("/niets", headers={"accept": accept})
        assert answer.headers["content-type"] == PROBLEM


def test_error_of_ours_is_500_without_a_stack(trees: Workspace) -> None:
    app: FastAPI = trees.app()

    @app.get("/fout/{text}")
    async def fail(text: str) -> None:
        msg = f"/etc/geheim {text}"
        raise RuntimeError(msg)

    with TestClient(app, raise_server_exceptions=False) as client:

        def ask(headers: dict[str, str]) -> httpx2.Response:
            return client.get("/fout/vraag", headers=headers)

        assert_problem(ask, 500, "error", ("geheim", "RuntimeError", str(trees.folder)))


READS = ["/", "/bomen", "/bomen.json?q=eik", "/bomen?park=P1", "/zoeken?q=eik", "/doc/boom/B1",
         "/doc/boom/B1.ttl", "/id/boom/B1", "/doc/boom/NIET", "/ns/groen", "/sitemap.xml",
         "/context/groen.jsonld", CELL]  # fmt: skip
FILES = ["/catalog", "/catalog.rdf", "/.well-known/void", "/dumps/bomen.csv", "/dumps/data.nq.gz"]


@pytest.mark.parametrize("address", [*READS, *FILES, "/dumps/", "/ready", "/sparql", ASK])
def test_nothing_published_yet_is_503_not_404(foreign: Workspace, address: str) -> None:
    app = foreign.app()
    client = TestClient(app)

    def ask(headers: dict[str, str]) -> httpx2.Response:
        return client.get(address, headers=headers)

    page = "sparql" not in address
    problem = assert_problem(ask, 503, "store-unavailable", (str(foreign.folder),), page=page)
    assert "vijfster build" in problem["detail"]
    assert int(ask({}).headers["retry-after"]) > 0


def test_unpublished_service_still_says_it_lives(foreign: Workspace) -> None:
    with TestClient(foreign.app()) as client:
        assert client.get("/health").status_code == 200
        assert client.get("/openapi.json").status_code == 200
        assert client.get("/static/vijfster.css").status_code == 200
        page = client.get("/", headers={"accept": BROWSER, "accept-language": "en"})
        assert page.status_code == 503
        for link in Page.of(page.text).links:
            assert "None" not in link


def corrupt(path: Path, how: str) -> None:
    """Damage a file in place, so that whoever has it open sees it."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        if how == "truncated":
            file.truncate(4096)
        elif how == "emptied":
            file.truncate(0)
        elif how == "zeroed":
            file.seek(4096)
            file.write(b"\0" * (size - 4096))
        else:
            file.seek(4096)
            file.write(b"\xa5" * (size - 4096))


@pytest.mark.parametrize("how", ["truncated", "emptied", "zeroed", "overwritten"])
def test_damaged_documents_are_503_not_404(foreign: Workspace, how: str) -> None:
    assert foreign.build().status == "published"
    with client_of(foreign, cache_bytes=0) as client:
        corrupt(foreign.release / "documents.sqlite", how)

        for address in READS:

            def ask(headers: dict[str, str], address: str = address) -> httpx2.Response:
                return client.get(address, headers=headers)

            assert_problem(ask, 503, "store-unavailable", (str(foreign.folder),))
        assert client.get("/health").status_code == 200


@pytest.mark.parametrize("column", ["body", "labels"])
def test_damaged_body_is_503(foreign: Workspace, column: str) -> None:
    assert foreign.build().status == "published"
    with closing(sqlite3.connect(foreign.release / "documents.sqlite")) as db:
        db.execute(f"UPDATE documents SET {column}=x'00112233' WHERE path=?", ("id/boom/B1",))
        db.commit()
    with client_of(foreign) as client:
        for suffix in ("html", "json") if column == "labels" else ("html", "json", "ttl"):
            assert client.get(f"/doc/boom/B1.{suffix}").status_code == 503


def test_missing_files_are_503_not_404(foreign: Workspace) -> None:
    assert foreign.build().status == "published"
    with client_of(foreign) as client:
        for folder in ("feed", "dumps"):
            shutil.rmtree(foreign.release / folder)
        (foreign.release / "data.nq.gz").unlink()
        for address in FILES:

            def ask(headers: dict[str, str], address: str = address) -> httpx2.Response:
                return client.get(address, headers={**headers, "accept-encoding": "gzip"})

            page = address != "/catalog"
            assert_problem(ask, 503, "store-unavailable", (str(foreign.folder),), page=page)


def test_withdrawn_thing_is_410_with_its_tombstone(foreign: Workspace) -> None:
    assert foreign.build().status == "published"
    table = foreign.folder / "data" / "bomen.csv"
    whole = table.read_text(encoding="utf-8")
    table.write_text("".join(line for line in whole.splitlines(keepends=True)
                             if not line.startswith(("B1,", "B6,"))), encoding="utf-8")  # fmt: skip
    assert foreign.build(allow_withdraw=True).status == "published"
    with client_of(foreign) as client:
        for address in ("/id/boom/B6", "/doc/boom/B6", "/doc/boom/B6.ttl", "/doc/rij/bomen/B6",
                        "/id/bijnaam/B1/" + encode_segment("De oude")):  # fmt: skip

            def ask(headers: dict[str, str], address: str = address) -> httpx2.Response:
                return client.get(address, headers=headers)

            problem = assert_problem(ask, 410, "gone", (str(foreign.folder),))
            assert problem["iri"].startswith(f"{BASE}id/")
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", problem["since"])
            shown = ask({"accept": BROWSER, "accept-language": "en"}).text
            assert f'datetime="{problem["since"]}"' in shown
        assert client.get("/doc/boom/B2").status_code == 200
        # what pointed there no longer does
        assert "boom/B6" not in client.get("/doc/park/P2.nt").text
        assert client.get("/bomen.json").json()["total"] == 4
    table.write_text(whole, encoding="utf-8")
    assert foreign.build().status == "published"
    with client_of(foreign) as client:
        assert client.get("/doc/boom/B6").status_code == 200


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
