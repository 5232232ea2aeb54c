"""The project's questions: each answer is recomputed from the tables, silence apart from none."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict

import pytest
from starlette.testclient import TestClient

from app.errors import ProjectError
from app.project import load_project
from app.questions import Question
from tests.conftest import BASE, ROOT, Workspace
from tests.data.sources import readings
from tests.http.support import BROWSER, Page

SILENT = "niet vermeld in de bronnen"
STATED, NONE, UNSAID = (f"{BASE}id/concept/vermelding/{code}"
                        for code in ("vermeld", "geen", "niet-vermeld"))  # fmt: skip
QUESTIONS = {question.ref: question for question in load_project(ROOT).questions}
Rows = list[dict[str, str]]


def table(name: str) -> list[dict[str, str]]:
    return [row.cells for row in readings()[name].rows]


def parts(cell: str) -> list[str]:
    return [item for item in cell.split("|") if item]


def ask(client: TestClient, ref: str) -> Rows:
    query = QUESTIONS[ref].query(BASE)
    answer = client.get("/sparql", params={"query": query}, headers={"accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def iri(kind: str, ref: str) -> str:
    return f"{BASE}id/{kind}/{ref}"


def test_there_are_at_least_ten_questions() -> None:
    assert len(QUESTIONS) >= 10
    for question in QUESTIONS.values():
        assert question.note["nl"]
        assert question.note["en"]


def test_who_takes_part_in_most_projects(client: TestClient) -> None:
    led: dict[str, set[str]] = defaultdict(set)
    helped: dict[str, set[str]] = defaultdict(set)
    for row in table("projects"):
        if row["lead"]:
            led[row["lead"]].add(row["ref"])
        for partner in parts(row["partners"]):
            helped[partner].add(row["ref"])
    expected = {
        iri("organisatie", ref): (len(led[ref] | helped[ref]), len(led[ref]), len(helped[ref]))
        for ref in {*led, *helped}
    }
    rows = ask(client, "deelname-aan-projecten")
    assert {row["organisatie"]: (int(row["projecten"]), int(row["alsTrekker"]),
                                 int(row["alsPartner"])) for row in rows} == expected  # fmt: skip
    counts = [int(row["projecten"]) for row in rows]
    assert counts == sorted(counts, reverse=True)


def test_which_instruments_a_small_municipality_can_use(client: TestClient) -> None:
    public = ["lokale-besturen", "publieke-actoren"]
    expected = {}
    for row in table("instruments"):
        groups = parts(row["target_groups"])
        mine = [group for group in public if group in groups]
        if mine or not groups:
            group = f"{BASE}id/concept/doelgroep/{mine[0]}" if mine else UNSAID
            expected[iri("instrument", row["ref"])] = (group, not parts(row["offered_by"]))
    rows = ask(client, "instrumenten-voor-een-kleine-gemeente")
    assert {r["instrument"]: (r["doelgroep"], r["aanbieders"] == SILENT) for r in rows} == expected
    stated = [row["doelgroep"] != UNSAID for row in rows]
    assert stated == sorted(stated, reverse=True)
    assert True in stated
    assert False in stated


def test_which_projects_state_no_funding(client: TestClient) -> None:
    expected: Counter[tuple[str, ...]] = Counter()
    for row in table("projects"):
        funding = parts(row["instruments"])
        expected.update((iri("project", row["ref"]), STATED, iri("instrument", ref))
                        for ref in funding)  # fmt: skip
        if not funding:
            none = "financiering" in parts(row["none_stated"])
            expected[iri("project", row["ref"]), NONE if none else UNSAID, ""] += 1
    rows = ask(client, "financiering-van-projecten")
    assert Counter((r["project"], r["financiering"], r["instrument"]) for r in rows) == expected


def test_explicitly_none_is_told_apart_from_not_stated(project: Workspace) -> None:
    """One project gets a source that says there is no money: it alone changes."""
    silent = next(row for row in table("projects")
                  if not row["instruments"] and not row["none_stated"])  # fmt: skip
    path = project.folder / "data" / "projects.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["ref"] == silent["ref"]:
            row["none_stated"] = "financiering"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert project.build().status == "published"
    with TestClient(project.app()) as client:
        found = {r["project"]: r["financiering"] for r in ask(client, "financiering-van-projecten")}
    assert found[iri("project", silent["ref"])] == NONE
    assert list(found.values()).count(NONE) == 1
    assert UNSAID in found.values()


def test_which_companies_joined_which_network(client: TestClient) -> None:
    expected: Counter[tuple[str, ...]] = Counter()
    for row in table("actors"):
        if row["helix_group"] == "bedrijf":
            who, networks = iri("organisatie", row["ref"]), parts(row["member_of"])
            expected.update((who, STATED, iri("organisatie", ref)) for ref in networks)
            if not networks:
                expected[who, UNSAID, ""] += 1
    rows = ask(client, "bedrijven-en-netwerken")
    assert Counter((r["bedrijf"], r["lidmaatschap"], r["netwerk"]) for r in rows) == expected


def test_which_instruments_supported_which_projects(client: TestClient) -> None:
    expected = {(iri("instrument", ref), iri("project", row["ref"]))
                for row in table("projects") for ref in parts(row["instruments"])}  # fmt: skip
    rows = ask(client, "gefinancierde-projecten")
    assert {(row["instrument"], row["project"]) for row in rows} == expected
    assert expected


def test_who_offers_and_seeks_what(client: TestClient) -> None:
    expected = {
        iri("organisatie", row["ref"]): (set(parts(row["offers"])) or {SILENT},
                                         set(parts(row["seeks"])) or {SILENT})
        for row in table("actors") if row["offers"] or row["seeks"]
    }  # fmt: skip
    rows = ask(client, "vraag-en-aanbod")
    assert {r["actor"]: (set(r["biedt"].split("; ")), set(r["zoekt"].split("; ")))
            for r in rows} == expected  # fmt: skip


def test_which_role_the_report_advises(client: TestClient) -> None:
    expected: Counter[tuple[str, ...]] = Counter()
    for row in table("recommendations"):
        which = iri("concept/aanbeveling", row["ref"])
        roles = [f"{BASE}id/concept/overheidsrol/{r}" for r in parts(row["government_roles"])]
        expected.update((which, role) for role in roles or [UNSAID])
    rows = ask(client, "rol-van-de-overheid")
    assert Counter((row["aanbeveling"], row["rol"]) for row in rows) == expected
    numbers = [int(row["nummer"]) for row in rows]
    assert numbers == sorted(numbers)


def test_who_signed_the_charter(client: TestClient) -> None:
    said = {"ja": STATED, "nee": NONE, "": UNSAID}
    expected = {iri("organisatie", row["ref"]): said[row["odc_signatory"]]
                for row in table("actors") if row["helix_group"] == "lokaal-bestuur"}  # fmt: skip
    rows = ask(client, "open-data-charter")
    assert {row["bestuur"]: row["charter"] for row in rows} == expected


def test_how_many_things_per_domain(client: TestClient) -> None:
    parent = {row["ref"]: row["parent"] or row["ref"] for row in table("domains")}
    main = {ref for ref, top in parent.items() if ref == top}
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("projects", "instruments")}
    for name, found in counts.items():
        for row in table(name):
            found.update({parent[ref] for ref in parts(row["domains"])} or {""})
    expected = {
        iri("concept/domein", ref) if ref else UNSAID:
            (counts["projects"][ref], counts["instruments"][ref])
        for ref in [*main, ""]
    }  # fmt: skip
    rows = ask(client, "projecten-per-domein")
    assert {r["domein"]: (int(r["projecten"]), int(r["instrumenten"])) for r in rows} == expected
    assert rows[-1]["domein"] == UNSAID


def test_what_is_asked_of_systems(client: TestClient) -> None:
    expected = {
        iri("systeem", row["ref"]): (
            iri("organisatie", row["operator"]) if row["operator"] else UNSAID,
            row["asked"] or SILENT,
        )
        for row in table("systems")
    }
    rows = ask(client, "gevraagd-van-systemen")
    assert {r["systeem"]: (r["beheerder"], r["gevraagd"]) for r in rows} == expected


def test_how_far_projects_are(client: TestClient) -> None:
    expected = {
        iri("project", row["ref"]): (
            f"{BASE}id/concept/projectstatus/{row['status']}" if row["status"] else UNSAID,
            row["results"] or SILENT, row["lessons"] or SILENT,
        )
        for row in table("projects")
    }  # fmt: skip
    rows = ask(client, "stand-en-resultaat-van-projecten")
    assert {r["project"]: (r["stand"], r["resultaten"], r["lessen"]) for r in rows} == expected


# pages


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.ref)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_question_has_a_page_with_its_answer(
    client: TestClient, question: Question, language: str
) -> None:
    answer = client.get(f"/vragen/{question.ref}?lang={language}", headers={"accept": BROWSER})
    assert answer.status_code == 200
    text = Page.of(answer.text).text
    assert question.title[language] in text
    assert all(head[language] in text for head in question.heads.values())
    rows = ask(client, question.ref)
    assert answer.text.count("<tr>") == min(len(rows), 500) + 1
    assert f"{BASE}id/" not in answer.text.partition("<tbody>")[2].partition("</tbody>")[0]


def test_all_questions_are_listed_and_in_the_menu(client: TestClient) -> None:
    text = client.get("/vragen", headers={"accept": BROWSER}).text
    for question in QUESTIONS.values():
        assert f'href="./vragen/{question.ref}"' in text or f"vragen/{question.ref}" in text
    assert "vragen" in client.get("/", headers={"accept": BROWSER}).text


def test_an_answer_is_revalidated_until_the_next_release(client: TestClient) -> None:
    address = f"/vragen/{next(iter(QUESTIONS))}"
    first = client.get(address, headers={"accept": BROWSER})
    again = client.get(address, headers={"accept": BROWSER, "if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_an_unknown_question_is_404(client: TestClient) -> None:
    assert client.get("/vragen/bestaat-niet").status_code == 404


def test_another_projects_question_is_answered_with_labels(small: TestClient) -> None:
    text = small.get("/vragen/bomen-per-park", headers={"accept": BROWSER}).text
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert body.count("<tr>") > 0
    assert "/id/park/" not in body.replace('href="../doc/park/', "")


def test_a_project_without_questions_has_none_in_its_menu(foreign: Workspace) -> None:
    foreign.edit("vijfster.toml", 'questions = ["data/vragen/bomen-per-park.rq"]', "")
    foreign.build()
    with TestClient(foreign.app()) as client:
        assert "vragen" not in client.get("/", headers={"accept": BROWSER}).text
        assert client.get("/vragen", headers={"accept": BROWSER}).status_code == 404


def test_a_bad_question_stops_the_build(project: Workspace) -> None:
    path = "data/vragen/deelname-aan-projecten.rq"
    project.edit(path, "GROUP BY", "GROEPEER OP")
    with pytest.raises(ProjectError, match="deelname-aan-projecten"):
        project.build()
