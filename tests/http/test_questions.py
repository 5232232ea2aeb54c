"""The project's questions: each answer is recomputed from the tables, silence apart from none."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict

import pytest
from starlette.testclient import TestClient

from app.errors import ProjectError
from app.project import load_project
from app.questions import Question, load_question
from tests.conftest import BASE, ROOT, Workspace
from tests.data.sources import readings
from tests.http.support import BROWSER, Page

STATED, NONE, UNSAID = (f"{BASE}id/concept/vermelding/{code}"
                        for code in ("vermeld", "geen", "niet-vermeld"))  # fmt: skip
QUESTIONS = {
    question.ref: question
    for question in (load_question(ROOT, name) for name in load_project(ROOT).questions)
}
Rows = list[dict[str, str]]


def table(name: str) -> list[dict[str, str]]:
    return [row.cells for row in readings()[name].rows]


def parts(cell: str) -> list[str]:
    return [item for item in cell.split("|") if item]


def ask(client: TestClient, ref: str) -> Rows:
    """Return the answer as served."""
    answer = client.get(f"/vragen/{ref}.csv")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def iri(kind: str, ref: str) -> str:
    return f"{BASE}id/{kind}/{ref}"


def concept(scheme: str, code: str) -> str:
    return f"{BASE}id/concept/{scheme}/{code}" if code else ""


UNLINKED = concept("vermelding", "niet-gekoppeld")


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


# what no small Flemish municipality is, or lies in
FAR = {"Antwerpen", "Gent", "Helsinki", "Kopenhagen", "Nederland", "Wallonië",
       "verbinding van Kopenhagen met de rest van het land"}  # fmt: skip
PUBLIC = ("lokale-besturen", "publieke-actoren", "plattelandsgebieden")


def test_which_instruments_are_open_to_a_small_municipality(client: TestClient) -> None:
    instruments = {row["ref"]: row for row in table("instruments")}
    foreign = {row["ref"] for row in table("actors")
               if row["actor_type"] == "buitenlandse-overheid"}  # fmt: skip

    def stating(ref: str) -> str:
        """Return the instrument, or the nearest programme over it, that states a target group."""
        while ref and not instruments[ref]["target_groups"]:
            ref = instruments[ref]["programme"]
        return ref

    expected: Counter[tuple[str, ...]] = Counter()
    for ref, row in instruments.items():
        if foreign & set(parts(row["offered_by"])):
            continue
        where = stating(ref)
        groups = parts(instruments[where]["target_groups"]) if where else []
        mine = [concept("doelgroep", group) for group in PUBLIC if group in groups]
        for group in mine if where else [UNSAID]:
            for area in [area for area in parts(row["only_in"]) or [""] if area not in FAR]:
                for form in parts(row["support"]) or [""]:
                    for provider in parts(row["offered_by"]) or [""]:
                        expected[
                            iri("instrument", ref), group,
                            iri("instrument", where) if where else "", area,
                            concept("steunvorm", form),
                            concept("beleidsniveau", row["policy_level"]),
                            iri("organisatie", provider) if provider else "",
                        ] += 1  # fmt: skip
    rows = ask(client, "instrumenten-voor-een-kleine-gemeente")
    columns = ("instrument", "doelgroep", "volgens", "gebied", "steunvorm", "niveau", "aanbieder")
    assert Counter(tuple(row[name] for name in columns) for row in rows) == expected
    stated = [row["doelgroep"] != UNSAID for row in rows]
    assert stated == sorted(stated, reverse=True)
    assert {True, False} == set(stated)


def test_what_the_sources_limit_to_ghent_and_antwerp_is_not_open_to_a_small_municipality(
    client: TestClient,
) -> None:
    """Report, lines 1603-1606: axis 4 and its calls; line 1589: whom the programme is for."""
    found = ask(client, "instrumenten-voor-een-kleine-gemeente")
    shown = {row["instrument"] for row in found}
    for ref in (
        "efro-as-4",
        "efro-oproep-groenblauwe-infrastructuur",
        "efro-oproep-ruimteproductiviteit",
        "efro-oproep-stedelijke-vitaliteit",
    ):
        assert iri("instrument", ref) not in shown
    kempen = [row for row in found if row["instrument"] == iri("instrument", "gti-kempen")]
    assert {row["gebied"] for row in kempen} == {"Kempen"}
    assert UNSAID not in {row["doelgroep"] for row in kempen}


@pytest.mark.parametrize(
    ("language", "silent", "above"),
    [("nl", "Niet vermeld", "Niet hier vermeld, wel bij"),
     ("en", "Not stated", "Not stated here, but with")],
)  # fmt: skip
def test_a_page_says_where_the_programme_states_what_its_call_does_not(
    client: TestClient, language: str, silent: str, above: str
) -> None:
    """The call is of an axis, the axis of the programme that says whom it is for (line 1589)."""
    group, limit = {"nl": ("doelgroep", "enkel in"), "en": ("target group", "only in")}[language]

    def hints(ref: str) -> tuple[list[str], dict[str, list[str]]]:
        page = client.get(f"/doc/instrument/{ref}?lang={language}", headers={"accept": BROWSER})
        assert page.status_code == 200
        lines = [Page.of(part.partition("</p>")[0]).text.strip().rstrip(".")
                 for part in page.text.split('<p class="hint">')[1:]]  # fmt: skip
        here = [line for line in lines if line.startswith(f"{silent}: ")]
        there = [line.removeprefix(above).strip() for line in lines if line.startswith(above)]
        wholes = {name: said.split(", ") for name, _, said in
                  (line.rpartition(": ") for line in there)}  # fmt: skip
        return (here[0].partition(": ")[2].split(", ") if here else []), wholes

    own, wholes = hints("efro-oproep-stedelijke-mobiliteit-mobipunten")
    assert group in wholes["EFRO-programma Vlaanderen"]
    assert group not in own
    assert limit not in own
    # nothing above this fund states one: silence stays silence
    own, wholes = hints("cohesion-fund")
    assert group in own
    assert all(group not in said for said in wholes.values())
    assert limit not in own


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
            row["none_stated"] = "bovenlokale-steun|financiering"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert project.build().status == "published"
    with TestClient(project.app()) as client:
        rows_told = ask(client, "financiering-van-projecten")
    found = {r["project"]: r["financiering"] for r in rows_told}
    mine = [r["financiering"] for r in rows_told if r["project"] == iri("project", silent["ref"])]
    assert mine == [NONE, NONE]  # one row for each thing there is none of
    assert found[iri("project", silent["ref"])] == NONE
    assert list(found.values()).count(NONE) == 1
    assert UNSAID in found.values()


def test_which_companies_joined_which_network(client: TestClient) -> None:
    companies = [row for row in table("actors") if row["helix_group"] == "bedrijf"]
    expected = Counter(
        (iri("organisatie", row["ref"]), iri("organisatie", network) if network else "")
        for row in companies for network in parts(row["member_of"]) or [""]
    )  # fmt: skip
    rows = ask(client, "bedrijven-en-netwerken")
    assert Counter((r["bedrijf"], r["netwerk"]) for r in rows) == expected
    stated = [bool(row["netwerk"]) for row in rows]
    assert stated == sorted(stated, reverse=True)
    assert {True, False} == set(stated)


def test_which_instruments_supported_which_projects(client: TestClient) -> None:
    providers = {row["ref"]: parts(row["offered_by"]) for row in table("instruments")}
    expected = Counter(
        (iri("instrument", ref), iri("project", row["ref"]), iri("organisatie", who) if who else "")
        for row in table("projects") for ref in parts(row["instruments"])
        for who in providers[ref] or [""]
    )  # fmt: skip
    rows = ask(client, "gefinancierde-projecten")
    assert Counter((r["instrument"], r["project"], r["aanbieder"]) for r in rows) == expected
    assert expected


def test_who_offers_and_seeks_what(client: TestClient) -> None:
    offer, need = (concept("aanbod-of-vraag", kind) for kind in ("aanbod", "vraag"))
    expected = Counter(
        (iri("organisatie", row["ref"]), *pair)
        for row in table("actors")
        for pair in [*((offer, what) for what in parts(row["offers"])),
                     *((need, what) for what in parts(row["seeks"]))]
    )  # fmt: skip
    rows = ask(client, "vraag-en-aanbod")
    assert Counter((r["actor"], r["soort"], r["wat"]) for r in rows) == expected


def test_which_role_the_report_advises_and_which_not(client: TestClient) -> None:
    def roles(cell: str) -> list[str]:
        return [concept("overheidsrol", role) for role in parts(cell)] or [""]

    expected = Counter(
        (iri("concept/aanbeveling", row["ref"]), role, other)
        for row in table("recommendations")
        for role in roles(row["government_roles"]) for other in roles(row["roles_not_advised"])
    )  # fmt: skip
    rows = ask(client, "rol-van-de-overheid")
    assert Counter((row["aanbeveling"], row["rol"], row["nietRol"]) for row in rows) == expected
    numbers = [int(row["nummer"]) for row in rows]
    assert numbers == sorted(numbers)
    # report, lines 1043, 1122, 1266; to go further (1232) or to need no more (1352) is no rejection
    architect, initiator = (concept("overheidsrol", role) for role in ("architect", "initiator"))
    against = {(int(row["nummer"]), row["nietRol"]) for row in rows if row["nietRol"]}
    assert against == {(2, architect), (2, initiator), (5, architect), (9, architect)}


def test_who_signed_the_charter(client: TestClient) -> None:
    said = {"ja": "true", "nee": "false", "": ""}
    expected = Counter((iri("organisatie", row["ref"]), said[row["odc_signatory"]])
                       for row in table("actors") if row["actor_type"] == "gemeente")  # fmt: skip
    rows = ask(client, "open-data-charter")
    assert Counter((row["gemeente"], row["ondertekend"]) for row in rows) == expected
    assert rows[0]["ondertekend"] == "true"
    for language, yes in (("nl", "Ja"), ("en", "Yes")):
        page = client.get(f"/vragen/open-data-charter?lang={language}", headers={"accept": BROWSER})
        assert f">{yes}<" in page.text
        assert ">true<" not in page.text


def test_how_many_things_per_domain(client: TestClient) -> None:
    parent = {row["ref"]: row["parent"] or row["ref"] for row in table("domains")}
    main = {ref for ref, top in parent.items() if ref == top}
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("projects", "instruments")}
    for name, found in counts.items():
        for row in table(name):
            found.update({parent[ref] for ref in parts(row["domains"])} or {""})
    expected = {
        iri("concept/domein", ref) if ref else UNLINKED:
            (counts["projects"][ref], counts["instruments"][ref])
        for ref in [*main, ""]
    }  # fmt: skip
    rows = ask(client, "projecten-per-domein")
    assert {r["domein"]: (int(r["projecten"]), int(r["instrumenten"])) for r in rows} == expected
    assert rows[-1]["domein"] == UNLINKED


def test_what_is_asked_of_systems(client: TestClient) -> None:
    expected = Counter(
        (iri("systeem", row["ref"]), iri("organisatie", row["operator"]) if row["operator"] else "",
         row["asked"])
        for row in table("systems")
    )  # fmt: skip
    rows = ask(client, "gevraagd-van-systemen")
    assert Counter((r["systeem"], r["beheerder"], r["gevraagd"]) for r in rows) == expected


def test_how_far_projects_are(client: TestClient) -> None:
    expected = Counter(
        (iri("project", row["ref"]), concept("projectstatus", row["status"]), row["results"],
         row["lessons"])
        for row in table("projects")
    )  # fmt: skip
    rows = ask(client, "stand-en-resultaat-van-projecten")
    assert Counter((r["project"], r["stand"], r["resultaten"], r["lessen"])
                   for r in rows) == expected  # fmt: skip


@pytest.mark.parametrize("ref", QUESTIONS)
def test_the_served_answer_is_what_the_endpoint_says(client: TestClient, ref: str) -> None:
    query = QUESTIONS[ref].query(BASE)
    asked = {"accept": "application/sparql-results+json"}
    found = client.get("/sparql", params={"query": query}, headers=asked).json()
    served = client.get(f"/vragen/{ref}.json").json()
    assert served["head"]["vars"] == found["head"]["vars"]
    assert served["results"]["bindings"] == found["results"]["bindings"]


# pages


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.ref)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_question_has_a_page_with_its_answer(
    client: TestClient, question: Question, language: str
) -> None:
    answer = client.get(f"/vragen/{question.ref}?lang={language}", headers={"accept": BROWSER})
    assert answer.status_code == 200
    page = Page.of(answer.text)
    assert page.dangers == []
    assert question.title[language] in page.text
    assert all(head[language] in page.text for head in question.heads.values())
    rows = ask(client, question.ref)
    body = answer.text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert body.count("<tr>") == len(rows)
    assert f"{BASE}id/" not in body
    assert "></a>" not in body
    shown = Page.of(body).text
    if language == "nl":
        names = {value for row in rows for name, value in row.items() if name.endswith("Label")}
        assert [name for name in names if name not in shown] == []
    silence = "niet vermeld" if language == "nl" else "not stated"
    blank = any(not row[name] for row in rows for name in row if not name.endswith("Label"))
    assert (silence in shown.lower()) >= blank


def test_a_page_counts_things_beside_rows(client: TestClient) -> None:
    rows = ask(client, "vraag-en-aanbod")
    actors = {row["actor"] for row in rows}
    assert len(actors) < len(rows)
    for language, words in (
        ("nl", f"{len(rows)} rijen; in de kolom Actor staan {len(actors)} verschillende."),
        ("en", f"{len(rows)} rows; the column Actor holds {len(actors)} different ones."),
    ):
        page = client.get(f"/vragen/vraag-en-aanbod?lang={language}", headers={"accept": BROWSER})
        assert words in Page.of(page.text).text
    # where every row is a thing of its own there is one number
    rows = ask(client, "open-data-charter")
    page = client.get("/vragen/open-data-charter?lang=nl", headers={"accept": BROWSER})
    assert f"{len(rows)} resultaten." in Page.of(page.text).text


def test_all_questions_are_listed_and_in_the_menu(client: TestClient) -> None:
    links = set(Page.of(client.get("/vragen", headers={"accept": BROWSER}).text).links)
    assert {f"./vragen/{ref}" for ref in QUESTIONS} <= links
    lists = Page.of(client.get("/organisaties", headers={"accept": BROWSER}).text)
    assert "./vragen" in lists.links


def test_an_answer_is_that_of_the_release_being_served(foreign: Workspace) -> None:
    address = "/vragen/bomen-per-park"
    foreign.build()
    with TestClient(foreign.app()) as client:
        first = client.get(address, headers={"accept": BROWSER})
        asked = {"accept": BROWSER, "if-none-match": first.headers["etag"]}
        assert client.get(address, headers=asked).status_code == 304
        assert client.head(address, headers={"accept": BROWSER}).content == b""
    path = foreign.folder / "data" / "bomen.csv"
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    foreign.build(allow_withdraw=True)
    with TestClient(foreign.app()) as client:
        again = client.get(address, headers=asked)
        assert again.status_code == 200
        assert again.headers["etag"] != first.headers["etag"]
        assert ask(client, "bomen-per-park")
        assert again.text != first.text


def test_a_rollback_brings_its_answers_back_whatever_the_files_say_now(
    foreign: Workspace,
) -> None:
    release = foreign.build().release
    assert release is not None
    with TestClient(foreign.app()) as client:
        before = ask(client, "bomen-per-park")
    foreign.edit("data/vragen/bomen-per-park.rq", "ORDER BY ?park", "ORDER BY DESC(?park)")
    foreign.build()
    (foreign.folder / "data" / "vragen" / "bomen-per-park.rq").unlink()
    foreign.publisher().rollback(release.name)
    with TestClient(foreign.app()) as client:
        assert ask(client, "bomen-per-park") == before


def test_an_unknown_question_is_404(client: TestClient) -> None:
    assert client.get("/vragen/bestaat-niet").status_code == 404


def test_another_projects_question_is_answered_with_labels(small: TestClient) -> None:
    text = small.get("/vragen/bomen-per-park", headers={"accept": BROWSER}).text
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = ask(small, "bomen-per-park")
    assert body.count("<tr>") == len(rows) > 0
    assert all(row["park"].startswith(f"{BASE}id/park/") for row in rows)
    # the query has no label of its own: the thing's name is the text
    assert "https://" not in Page.of(body).text


def test_a_project_without_questions_has_none_in_its_menu(foreign: Workspace) -> None:
    foreign.edit("vijfster.toml", 'questions = ["data/vragen/bomen-per-park.rq"]', "")
    foreign.build()
    with TestClient(foreign.app()) as client:
        assert "vragen" not in client.get("/", headers={"accept": BROWSER}).text
        assert client.get("/vragen", headers={"accept": BROWSER}).status_code == 404


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("GROUP BY ?park", "GROEPEER OP ?park", "bomen-per-park"),
        ("SELECT ?park (COUNT(?boom) AS ?bomen)", "CONSTRUCT { ?boom a ?park }", "SELECT query"),
        ("# ?bomen:", "# ?boom:", r"heads the column \?boom"),
        ("WHERE {", "WHERE { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c }", "SERVICE"),
    ],
)
def test_a_bad_question_stops_the_build(foreign: Workspace, old: str, new: str, said: str) -> None:
    foreign.edit("data/vragen/bomen-per-park.rq", old, new)
    if new.startswith("CONSTRUCT"):
        foreign.edit("data/vragen/bomen-per-park.rq", "GROUP BY ?park\nORDER BY ?park\n", "")
    with pytest.raises(ProjectError, match=said):
        foreign.build()
    assert foreign.releases.current() is None
