"""The questions that only count and list, each recomputed from the tables."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from itertools import combinations

import pytest
from starlette.testclient import TestClient

from tests.conftest import Workspace
from tests.http.test_questions import QUESTIONS, ask, concept, iri, parts, table


def counts(rows: list[dict[str, str]], *columns: str, of: str) -> dict[tuple[str, ...], int]:
    found = {tuple(row[column] for column in columns): int(row[of]) for row in rows}
    assert len(found) == len(rows), "a row for each"
    return found


def test_there_are_at_least_twenty_with_titles_in_both_languages() -> None:
    assert len(QUESTIONS) >= 20
    titles = [question.title[lang] for question in QUESTIONS.values() for lang in ("nl", "en")]
    assert len(set(titles)) == 2 * len(QUESTIONS)


@pytest.mark.parametrize("ref", sorted(QUESTIONS))
def test_each_says_the_same_at_the_endpoint(client: TestClient, ref: str) -> None:
    query = QUESTIONS[ref].query("https://voorbeeld.test/")
    answer = client.get("/sparql", params={"query": query, "format": "csv"})
    assert answer.status_code == 200, answer.text
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(ask(client, ref)) > 0


def test_who_works_together(client: TestClient) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for row in table("projects"):
        names = {iri("organisatie", ref) for ref in (*parts(row["lead"]), *parts(row["partners"]))}
        expected.update(combinations(sorted(names), 2))
    assert counts(ask(client, "samen-in-projecten"), "een", "ander", of="projecten") == expected


def test_where_projects_are(client: TestClient) -> None:
    expected = Counter(
        (name, f"http://vocab.belgif.be/auth/refnis2019/{row['nis_code']}"
         if row["nis_code"] else "")
        for row in table("projects") for name in parts(row["municipality"])
    )  # fmt: skip
    assert counts(ask(client, "projecten-per-gemeente"), "gemeente", "nis",
                  of="projecten") == expected  # fmt: skip


def test_actors_by_group_and_type(client: TestClient) -> None:
    expected = Counter(
        (concept("helixgroep", row["helix_group"]), concept("actortype", kind))
        for row in table("actors") for kind in (parts(row["actor_type"]) or [""])
    )  # fmt: skip
    assert counts(ask(client, "actoren-per-groep-en-soort"), "groep", "soort",
                  of="actoren") == expected  # fmt: skip


def test_who_offers_instruments(client: TestClient) -> None:
    rows = ask(client, "aanbieders-van-instrumenten")
    for column, wanted in (("instrumenten", None), ("direct", "direct")):
        expected = Counter(
            (iri("organisatie", ref),)
            for row in table("instruments") for ref in parts(row["offered_by"])
            if wanted is None or row["directness"] == wanted
        )  # fmt: skip
        found = counts(rows, "aanbieder", of=column)
        assert {key: number for key, number in found.items() if number} == expected


def test_amounts(client: TestClient) -> None:
    def number(text: str) -> Decimal | None:
        return Decimal(text) if text else None

    columns = ("amount", "amount_max", "cofinancing_percent")
    expected = {
        iri("instrument", row["ref"]): (*(number(row[name]) for name in columns),
                                        row["currency"] if row["amount"] or row["amount_max"]
                                        else "")
        for row in table("instruments") if any(row[name] for name in columns)
    }  # fmt: skip
    found = {
        row["instrument"]: (number(row["totaal"]), number(row["hoogste"]), number(row["procent"]),
                            row["munt"])
        for row in ask(client, "bedragen-van-instrumenten")
    }  # fmt: skip
    assert found == expected


def test_periods(client: TestClient) -> None:
    expected = {
        iri("instrument", row["ref"]): (row["period_start"], row["period_end"])
        for row in table("instruments") if row["period_start"] or row["period_end"]
    }  # fmt: skip
    found = {
        row["instrument"]: (row["begin"], row["einde"])
        for row in ask(client, "looptijd-van-instrumenten")
    }
    assert found == expected


def test_support_by_level(client: TestClient) -> None:
    expected = Counter(
        (concept("beleidsniveau", level), concept("steunvorm", support))
        for row in table("instruments")
        for level in parts(row["policy_level"]) for support in parts(row["support"])
    )  # fmt: skip
    assert counts(ask(client, "instrumenten-per-niveau-en-steun"), "niveau", "steun",
                  of="instrumenten") == expected  # fmt: skip


def test_percentages(client: TestClient) -> None:
    expected = {
        iri("cijfer", row["ref"]): (Decimal(row["value"]), row["year"],
                                    iri("document", row["source_document"]))
        for row in table("figures") if row["unit"] == "procent"
    }  # fmt: skip
    found = {
        row["cijfer"]: (Decimal(row["waarde"]), row["jaar"], row["document"])
        for row in ask(client, "cijfers-in-procent")
    }
    assert found == expected


def test_systems(client: TestClient) -> None:
    expected = {
        (iri("systeem", row["ref"]), concept("systeemsoort", kind),
         iri("organisatie", operator) if operator else "")
        for row in table("systems")
        for kind in (parts(row["kind"]) or [""]) for operator in (parts(row["operator"]) or [""])
    }  # fmt: skip
    found = [(row["systeem"], row["soort"], row["beheerder"])
             for row in ask(client, "systemen-en-beheerders")]  # fmt: skip
    assert set(found) == expected
    assert len(found) == len(expected)


def test_what_documents_yielded(client: TestClient) -> None:
    named = {"actoren": "actors", "instrumenten": "instruments", "projecten": "projects",
             "cijfers": "figures", "systemen": "systems", "aanbevelingen": "recommendations",
             "domeinen": "domains"}  # fmt: skip
    rows = ask(client, "wat-elk-document-leverde")
    for column, all_ in (("rijen", True), ("metOpmerking", False)):
        found = counts(rows, "document", "dataset", of=column)
        expected = Counter(
            (iri("document", row["source_document"]), iri("dataset", ref))
            for ref, name in named.items() for row in table(name) if all_ or row["remarks"]
        )  # fmt: skip
        assert {key: number for key, number in found.items()
                if number and key[1].rpartition("/")[2] in named} == expected  # fmt: skip


def test_datasets_and_files(client: TestClient, built: Workspace) -> None:
    rows = {row["dataset"]: row for row in ask(client, "datasets-en-bestanden")}
    for ref in ("actoren", "projecten"):
        files = sorted(path for path in (built.release / "dumps").iterdir()
                       if path.stem == ref)  # fmt: skip
        row = rows[iri("dataset", ref)]
        assert int(row["bytes"]) == sum(path.stat().st_size for path in files)
        assert int(row["bestanden"]) == len(files)
