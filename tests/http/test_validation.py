"""The lab over HTTP: every way to hand data over, every form of the report, and what is refused."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import rdflib
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app import bootstrap
from app.bootstrap import service
from app.cli.main import app
from app.rdf import media
from app.rdf.io import parse
from app.validation.profiles import load
from app.validation.sources import Source
from tests.conftest import BASE, ROOT, Workspace
from tests.http.support import BROWSER, PROBLEM, Page

EVIL = "<script>alert(1)</script>"
TURTLE = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://stad.test/d/1> a dcat:Dataset ; dct:title "Fietspaden {EVIL}"@nl .
"""
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://stad.test/S> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property <https://stad.test/P> .
<https://stad.test/P> a sh:PropertyShape ; sh:path dct:license ; sh:minCount 1 .
"""
CONFORM = ROOT / "tests" / "data" / "shapes" / "dcat-ap-vl-3.0" / "conform.ttl"


@pytest.fixture(scope="module")
def lab(trees: Workspace) -> Iterator[TestClient]:
    """A service whose lab may fetch from this machine only."""
    settings = trees.settings.model_copy(update={"fetch_allow": "127.0.0.1/32"})
    with TestClient(service(settings), follow_redirects=False) as client:
        yield client


def told(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def validate(lab: TestClient, **more: Any) -> dict[str, Any]:
    more.setdefault("headers", {}).setdefault("accept", "application/json")
    return told(lab.post("/api/validate", **more))


def messages(model: dict[str, Any]) -> set[str]:
    return {group["message"]["nl"] for source in model["sources"] for group in source["groups"]}


def test_a_file_a_text_and_a_body_give_the_same(lab: TestClient) -> None:
    data = {"profile": "dcat-ap-vl-3.0"}
    ways = [
        validate(lab, data=data, files={"file": ("data.ttl", TURTLE.encode(), "text/turtle")}),
        validate(lab, data=data | {"text": TURTLE}),
        validate(lab, json=data | {"text": TURTLE}),
        validate(lab, params=data, content=TURTLE.encode(),
                 headers={"content-type": "text/turtle", "accept": "application/json"}),
        validate(lab, data=data, files={"file": ("data.ttl.gz", gzip.compress(TURTLE.encode()))}),
    ]  # fmt: skip
    found = [messages(way) for way in ways]
    assert found[0]
    assert all(item == found[0] for item in found)
    assert {way["verdict"] for way in ways} == {"violations"}
    assert ways[0]["sources"][0]["groups"][0]["results"][0]["line"] == 3


def test_what_conforms_is_said_to(lab: TestClient) -> None:
    model = validate(lab, data={"text": CONFORM.read_text(encoding="utf-8")})
    assert model["verdict"] == "conforms"
    # without a profile: what the data are
    assert [profile["name"] for profile in model["profiles"]] == ["dcat-ap-vl-3.0"]


def test_own_shapes_are_run_and_doubtful_ones_are_no_pass(lab: TestClient) -> None:
    files = {"file": ("d.ttl", TURTLE.encode()), "shapes": ("s.ttl", SHAPES.encode())}
    model = validate(lab, files=files)
    assert messages(model) == {"Gevraagd bij licentie (dct:license): minstens één waarde."}
    for bad in (b"%PDF-1.7", b"<a> <b>"):
        problem = lab.post("/api/validate", files=files | {"shapes": ("s.ttl", bad)})
        assert problem.status_code == 400
        assert problem.json()["messages"]["nl"].startswith("eigen regels: ")
        assert problem.json()["detail"].startswith("own rules: ")
    files["shapes"] = ("s.ttl", SHAPES.replace("sh:minCount 1", 'sh:minCount "een"').encode())
    model = validate(lab, files=files)
    assert model["verdict"] == "not-fully-checked"
    assert [gap["code"] for gap in model["sources"][0]["unchecked"]] == ["count-not-integer"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/ld+json", "application/ld+json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("application/sarif+json", "application/sarif+json"),
        ("application/xml", "application/xml; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
    ],
)
def test_the_report_in_the_form_asked_for(lab: TestClient, accept: str, kind: str) -> None:
    answer = lab.post("/api/validate", data={"text": TURTLE, "profile": "dcat-ap-vl-3.0"},
                      headers={"accept": accept})  # fmt: skip
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert EVIL.encode() not in answer.content or accept not in {"text/html"}
    if accept == "text/turtle":
        assert len(rdflib.Graph().parse(data=answer.content, format="turtle")) > 10


def test_the_page_works_without_a_script_in_both_languages(lab: TestClient) -> None:
    for language, title in (("nl", "Voldoet niet"), ("en", "Does not conform")):
        empty = lab.get(f"/validate?lang={language}", headers={"accept": BROWSER})
        assert empty.status_code == 200
        assert Page.of(empty.text).dangers == []
        answer = lab.post(f"/validate?lang={language}", headers={"accept": BROWSER},
                          data={"profile": "dcat-ap-vl-3.0"},
                          files={"file": ("d.ttl", TURTLE.encode())})  # fmt: skip
        page = Page.of(answer.text)
        assert answer.status_code == 200
        assert page.dangers == []
        assert title in page.text
        assert EVIL in page.text
        assert "dct:publisher" in page.text


def test_an_empty_form_says_what_to_give(lab: TestClient) -> None:
    answer = lab.post("/validate?lang=nl", data={"text": ""}, headers={"accept": BROWSER})
    assert answer.status_code == 400
    assert "geef een bestand, een adres of tekst" in Page.of(answer.text).text


@pytest.mark.parametrize(
    ("content", "kind", "line"),
    [
        ("<a> <b> .", "text/turtle", 1),
        ("@prefix ex: <https://e.test/> .\nex:a ex:b ex:c\nex:d ex:e ex:f .", "text/turtle", 3),
        ("<rdf:RDF", "application/rdf+xml", 1),
        ('{"@context": "https://elders.test/c"}', "application/ld+json", None),
    ],
)
def test_what_does_not_parse_names_its_line(
    lab: TestClient, content: str, kind: str, line: int | None
) -> None:
    model = validate(lab, params={"profile": "dcat-ap-vl-3.0"}, content=content.encode(),
                     headers={"content-type": kind, "accept": "application/json"})  # fmt: skip
    assert model["verdict"] == "unreadable"
    error = model["sources"][0]["error"]
    assert error["message"]["nl"]
    assert line is None or error["line"] == line


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"data": {"text": TURTLE, "profile": "bestaat-niet"}}, 400, "there are"),
        ({"data": {"text": TURTLE, "format": "pdf"}}, 400, "format is one of"),
        ({"data": {"text": "<urn:a> <urn:b> <urn:c> ."}}, 200, "which profile"),
        ({"content": b"[]", "headers": {"content-type": "application/json"}}, 400, "object"),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400, "JSON"),
        ({"data": {"url": "http://169.254.169.254/latest"}}, 400, ""),
        ({"data": {"url": "http://[::1]/"}}, 400, ""),
        ({"data": {"url": "file:///etc/passwd"}}, 400, ""),
        ({"data": {"url": "http://10.0.0.1/"}}, 400, ""),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    lab: TestClient, more: dict[str, Any], status: int, said: str
) -> None:
    answer = lab.post("/api/validate", **more)
    assert answer.status_code == status, answer.text
    assert said in answer.text
    assert "Traceback" not in answer.text
    if status != 200:
        assert answer.headers["content-type"] == PROBLEM


def test_too_large_a_body_is_413(lab: TestClient) -> None:
    answer = lab.post("/api/validate", content=b"x", headers={"content-length": "999999999"})
    assert answer.status_code == 413


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/weg":
            self.send_response(302)
            self.send_header("Location", "http://10.1.2.3/geheim")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/turtle")
        self.end_headers()
        self.wfile.write(TURTLE.encode())

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def target() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_address_is_fetched_and_a_redirect_inside_is_not(trees: Workspace, target: str) -> None:
    port = target.rpartition(":")[2]
    allow = f"127.0.0.1/32 :{port}"
    with TestClient(service(trees.settings.model_copy(update={"fetch_allow": allow}))) as lab:
        model = validate(lab, data={"url": f"{target}/feed", "profile": "dcat-ap-vl-3.0"})
        assert model["verdict"] == "violations"
        assert model["sources"][0]["name"] == f"{target}/feed"
        answer = lab.post("/api/validate", data={"url": f"{target}/weg"})
        assert answer.status_code == 400
        assert "geheim" not in json.dumps(answer.json().get("detail", ""))


def test_the_service_lives_after_a_heavy_check(lab: TestClient) -> None:
    many = TURTLE + "".join(
        f"<https://stad.test/d/{n}> a dcat:Dataset ; dct:title 'x'@nl .\n" for n in range(3_000)
    )
    model = validate(lab, data={"profile": "dcat-ap-vl-3.0"},
                     files={"file": ("d.ttl", many.encode())})  # fmt: skip
    group = next(g for g in model["sources"][0]["groups"] if "dct:publisher" in g["message"]["nl"])
    assert group["count"] == 3_000
    assert lab.get("/health").status_code == 200


# profiles


@pytest.mark.parametrize("path", sorted((ROOT / "shapes").glob("*.ttl")), ids=lambda p: p.stem)
def test_every_profile_has_a_citable_page_and_its_shapes(lab: TestClient, path: Path) -> None:
    profile = load(path.stem, [ROOT / "shapes"], base=BASE)
    address = f"/profielen/{profile.name}/{profile.version}"
    for language, lead in (("nl", "De opdrachtnemer levert"), ("en", "The contractor delivers")):
        page = Page.of(lab.get(f"{address}?lang={language}", headers={"accept": BROWSER}).text)
        assert page.dangers == []
        assert lead in page.text
        assert f"{BASE}{address[1:]}" in page.text
        assert page.text.count("\n") > 10
    shapes = lab.get(f"{address}/shapes.ttl")
    assert shapes.headers["content-type"] == "text/turtle; charset=utf-8"
    found = {quad[:3] for quad in parse(shapes.content, media.TURTLE, base=BASE, where="")}
    assert len(found) == len({quad[:3] for quad in profile.quads})
    assert lab.get(f"/profielen/{profile.name}/0").status_code == 404


def test_a_changed_profile_is_another_page_without_a_release(
    trees: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "bomen"
    shutil.copytree(trees.folder, folder)
    workspace = Workspace(folder)
    shapes = folder / "shapes" / "cpsv-ap.ttl"
    shapes.parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / "shapes" / shapes.name, shapes)
    version = load("cpsv-ap", [shapes.parent], base=BASE).version
    paths = [f"/profielen/cpsv-ap/{version}", f"/profielen/cpsv-ap/{version}/shapes.ttl",
             "/profielen", "/profielen/oslo-subsidie/"]  # fmt: skip
    paths[3] += load("oslo-subsidie", [ROOT / "shapes"], base=BASE).version
    with TestClient(workspace.app()) as client:
        before = {path: client.get(path).headers["etag"] for path in paths}
    with TestClient(workspace.app()) as client:
        assert {path: client.get(path).headers["etag"] for path in paths} == before
    shapes.write_text(shapes.read_text(encoding="utf-8") + "# anders\n", encoding="utf-8")
    with TestClient(workspace.app()) as client:
        for path in paths:
            asked = {"if-none-match": before[path]}
            expected = 304 if "subsidie" in path else 200
            assert client.get(path, headers=asked).status_code == expected, path


def test_all_profiles_are_listed(lab: TestClient) -> None:
    text = lab.get("/profielen?lang=nl", headers={"accept": BROWSER}).text
    assert all(f"profielen/{path.stem}/" in text for path in (ROOT / "shapes").glob("*.ttl"))
    assert lab.get("/profielen/bestaat-niet/1").status_code == 404


# the command


def run(*arguments: str, text: bytes = b"") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["validate", *arguments], input=text)
    return done.exit_code, done.stdout


def test_exit_codes_of_the_command(tmp_path: Path) -> None:
    bad, broken = tmp_path / "fout.ttl", tmp_path / "kapot.ttl"
    bad.write_text(TURTLE, encoding="utf-8")
    broken.write_text("<a> <b", encoding="utf-8")
    assert run(str(CONFORM)) == (0, run(str(CONFORM))[1])
    assert run(str(bad))[0] == 1
    assert run(str(broken), "--profile", "dcat-ap-vl-3.0")[0] == 2
    # one that cannot be read does not keep the others from being told
    code, out = run(str(bad), str(broken), "--profile", "dcat-ap-vl-3.0")
    assert code == 2
    assert "Voldoet niet" in out
    assert "Kan niet gelezen worden" in out
    assert run(str(tmp_path / "weg.ttl"))[0] == 2
    assert run(str(bad), "--profile", "bestaat-niet")[0] == 2
    assert run(str(bad), "--format", "pdf")[0] == 2


def test_standard_input_engines_and_forms(tmp_path: Path) -> None:
    results = []
    for engine in ("default", "shifty", "pyshacl"):
        code, out = run("-", "--engine", engine, "--format", "json", text=TURTLE.encode())
        assert code == 1
        results.append(json.loads(out)["sources"][0]["groups"])
    assert results[0] == results[1] == results[2]
    target = tmp_path / "uit.sarif"
    assert run("-", "--format", "sarif", "--output", str(target), text=TURTLE.encode())[0] == 1
    assert json.loads(target.read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_fail_on_decides_what_fails(tmp_path: Path) -> None:
    shapes = tmp_path / "s.ttl"
    text = SHAPES.replace("sh:minCount 1", "sh:minCount 1 ; sh:severity sh:Warning")
    shapes.write_text(text, encoding="utf-8")
    given = ["-", "--shapes", str(shapes)]
    assert run(*given, text=TURTLE.encode())[0] == 0
    assert run(*given, "--fail-on", "warning", text=TURTLE.encode())[0] == 1


def test_profiles_are_listed_with_version_and_count() -> None:
    done = CliRunner().invoke(app, ["profiles", "--lang", "en"])
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert {row[0] for row in rows} >= {path.stem for path in (ROOT / "shapes").glob("*.ttl")}
    assert all(row[1] and int(row[2]) > 20 and row[3] for row in rows)


def test_a_baseline_lets_only_what_is_new_fail(tmp_path: Path) -> None:
    given = ["-", "--profile", "dcat-ap-vl-3.0"]
    before = tmp_path / "vroeger.json"
    run(*given, "--format", "json", "--output", str(before), text=TURTLE.encode())
    code, out = run(*given, "--baseline", str(before), text=TURTLE.encode())
    assert code == 0
    assert "0 nieuw, 0 opgelost" in out
    worse = TURTLE + "<https://stad.test/d/2> a dcat:Dataset ; dct:identifier '2' .\n"
    code, out = run(*given, "--baseline", str(before), text=worse.encode())
    assert code == 1
    assert " 0 opgelost" in out
    assert "Tegenover de vorige keer: 0 nieuw" not in out
    better = TURTLE.replace("dct:title", "dct:identifier '1' ; dct:title")
    code, out = run(*given, "--baseline", str(before), text=better.encode())
    assert code == 0
    assert "1 opgelost" in out
    assert "identificator" in out.partition("Opgelost")[2]
    before.write_text("{}", encoding="utf-8")
    assert run(*given, "--baseline", str(before), text=TURTLE.encode())[0] == 2


def test_things_without_an_address_are_compared_by_their_number(tmp_path: Path) -> None:
    given = ["-", "--profile", "dcat-ap-vl-3.0"]
    before = tmp_path / "vroeger.json"
    blank = "<https://stad.test/d/1> dcat:distribution [ a dcat:Distribution ] .\n"
    run(*given, "--format", "json", "--output", str(before), text=(TURTLE + blank).encode())
    code, out = run(*given, "--baseline", str(before), text=(TURTLE + blank).encode())
    assert (code, "0 nieuw, 0 opgelost" in out) == (0, True)
    code, out = run(*given, "--baseline", str(before), text=(TURTLE + blank * 2).encode())
    assert (code, " 0 opgelost" in out, ": 0 nieuw" in out) == (1, True, False)
    code, out = run(*given, "--baseline", str(before), text=TURTLE.encode())
    assert (code, ": 0 nieuw" in out, " 0 opgelost" in out) == (0, True, False)


def test_what_a_report_does_not_list_is_never_a_pass(tmp_path: Path) -> None:
    given = ["-", "--profile", "dcat-ap-vl-3.0"]
    before = tmp_path / "vroeger.json"
    run(*given, "--format", "json", "--output", str(before), text=TURTLE.encode())
    model = json.loads(before.read_bytes())
    model["sources"][0]["groups"][0]["count"] += 1
    before.write_text(json.dumps(model), encoding="utf-8")
    code, out = run(*given, "--baseline", str(before), text=TURTLE.encode())
    assert code == 2
    assert "1 resultaten zijn niet vergeleken" in out


def test_a_report_that_cannot_be_written_is_said_without_a_stack(tmp_path: Path) -> None:
    out = tmp_path / "none" / "r.json"
    code, _ = run("-", "--profile", "dcat-ap-vl-3.0", "--output", str(out), text=TURTLE.encode())
    assert code == 2


@pytest.mark.parametrize("workers", [1, 2])
def test_a_large_source_in_chunks_gives_the_same(workers: int, trees: Workspace) -> None:
    many = TURTLE + "".join(
        f"<https://stad.test/d/{n}> a dcat:Dataset ; dct:title 'Set {n}'@nl, 'b'@nl .\n"
        f"<https://stad.test/d/{n}> dcat:distribution <https://stad.test/u/{n}> .\n"
        f"<https://stad.test/u/{n}> a dcat:Distribution .\n"
        for n in range(2, 2_500)
    )
    whole = bootstrap.lab(trees.settings)
    source = Source(many.encode(), "veel.ttl", name="veel.ttl")
    steps: list[tuple[int, int]] = []
    parts = replace(whole, large_bytes=0, workers=workers, progress=lambda *at: steps.append(at))
    profiles = [whole.profile("dcat-ap-vl-3.0")]
    expected, _ = whole.check(source, profiles)
    found, _ = parts.check(source, profiles)
    assert found == expected
    assert found["counts"]["Violation"] > 5_000
    assert steps
    assert steps[-1][0] == steps[-1][1]
