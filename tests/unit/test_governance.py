"""Governance facts and timeliness: stated, not good enough, unknown, and the edges of each."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.bootstrap import known_quality
from app.quality.governance import IRRELEVANT, LACKING, QUESTIONS, STATED, UNKNOWN, Fact, governance
from app.quality.indicators import Outcome
from app.quality.records import records
from app.quality.timeliness import DAYS, change, keeps_up, period
from app.quality.views import View, gather
from app.rdf.io import parse
from app.rdf.sniff import of_content
from tests.conftest import SHARED
from tests.unit.portal_records import BASE, EU, GOOD, instead, triples_of

KNOWN = known_quality()
TASKS = {one.key: one.tasks for one in QUESTIONS}
NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
HVD = "<http://data.europa.eu/eli/reg_impl/2023/138/oj>"
POVERTY = "<http://data.europa.eu/bna/c_04bf94a3>"
CLOSED = instead("dct:accessRights", f"<{EU}access-right/NON_PUBLIC>")


def view_of(turtle: str) -> View:
    triples = triples_of(turtle)
    (found,) = gather(triples, records(triples)).views.values()
    return found


def facts_of(turtle: str, now: datetime = NOW) -> dict[str, Fact]:
    return {one.key: one for one in governance(view_of(turtle), KNOWN, now)}


def also(statement: str, turtle: str = GOOD) -> str:
    return turtle.replace("  mdcat:statuut", f"  {statement} ;\n  mdcat:statuut")


@pytest.mark.parametrize(("key", "turtle", "status", "text", "where"), [
    ("owner", GOOD, STATED, "Stad", "dct:publisher"),
    ("owner", also('dct:rightsHolder [ foaf:name "Dienst"@nl ]'), STATED, "Dienst",
     "dct:rightsHolder"),
    ("owner", instead("dct:publisher", ""), UNKNOWN, "", "dct:publisher"),
    ("owner", instead("dct:publisher", "[]"), UNKNOWN, "", "dct:publisher"),
    ("contact", GOOD, STATED, "Loket data@voorbeeld.test", "dcat:contactPoint"),
    ("contact", instead("dcat:contactPoint", "[ vcard:hasURL <https://stad.test/> ]"), STATED,
     "https://stad.test/", "dcat:contactPoint"),
    ("contact", instead("dcat:contactPoint", '[ vcard:fn "Loket"@nl ]'), LACKING, "Loket",
     "dcat:contactPoint"),
    ("contact", instead("dcat:contactPoint", ""), UNKNOWN, "", "dcat:contactPoint"),
    ("access", GOOD, STATED, "publiek", "dct:accessRights"),
    ("access", instead("dct:accessRights", ""), UNKNOWN, "", "dct:accessRights"),
    ("conditions", GOOD, STATED, "modellicentie-gratis-hergebruik/v1.0", "dct:license"),
    ("conditions", instead("dct:license", '[ dct:title "Eigen"@nl ]'), STATED, "Eigen",
     "dct:license"),
    ("conditions", GOOD.replace("dct:license", "dct:rights"), UNKNOWN, "", "dct:license"),
    ("personal-data", GOOD, UNKNOWN, "", "dpv:hasPersonalData"),
    ("personal-data", instead("dcat:keyword", '"persoonsgegevens"@nl, "privacy"@nl'), UNKNOWN, "",
     "dpv:hasPersonalData"),
    ("personal-data", also("dpv:hasPersonalData dpv:NonPersonalData"), STATED,
     "geen persoonsgegevens", "dpv:hasPersonalData"),
    ("personal-data", also("dpv:hasData dpv:AnonymisedData"), STATED, "geen persoonsgegevens",
     "dpv:hasPersonalData"),
    ("personal-data", also("dpv:hasPersonalData <https://w3id.org/dpv/pd#Name>"), STATED,
     "persoonsgegevens: https://w3id.org/dpv/pd#Name", "dpv:hasPersonalData"),
    ("personal-data", also("dpv:hasData dpv:NonPersonalData, <https://w3id.org/dpv/pd#Name>"),
     STATED, "persoonsgegevens: https://w3id.org/dpv/pd#Name", "dpv:hasPersonalData"),
    ("sensitivity", GOOD, STATED, "geen beperking: publiek", "dct:accessRights"),
    ("sensitivity", CLOSED, LACKING, "niet publiek", "dct:rights"),
    ("sensitivity", also('dct:rights [ rdfs:label "Alleen politie"@nl ]', CLOSED), STATED,
     "Alleen politie", "dct:rights"),
    ("sensitivity", also('dct:rights [ dct:description "Alleen politie"@nl ]', CLOSED), STATED,
     "Alleen politie", "dct:rights"),
    ("sensitivity", instead("dct:accessRights", ""), UNKNOWN, "", "dct:accessRights"),
    ("quality", GOOD, UNKNOWN, "", "dqv:hasQualityAnnotation"),
    ("quality", also("dqv:hasQualityMeasurement <m1>, <m2>"), STATED, "2 uitspraken",
     "dqv:hasQualityMeasurement"),
    ("provenance", also("dct:provenance <https://stad.test/herkomst>"), STATED,
     "https://stad.test/herkomst", "dct:provenance"),
    ("provenance", GOOD, UNKNOWN, "", "dct:provenance"),
    ("standards", also("dct:conformsTo <https://stad.test/standaard>"), STATED,
     "https://stad.test/standaard", "dct:conformsTo"),
    ("standards", GOOD.replace("dct:format", "dct:conformsTo <https://stad.test/s> ; dct:format"),
     STATED, "https://stad.test/s", "dct:conformsTo"),
    ("standards", GOOD, UNKNOWN, "", "dct:conformsTo"),
    ("frequency", GOOD, STATED, "jaarlijks", "dct:accrualPeriodicity"),
    ("frequency", instead("dct:accrualPeriodicity", f"<{EU}frequency/UNKNOWN>"), UNKNOWN,
     "onbekend", "dct:accrualPeriodicity"),
    ("frequency", instead("dct:accrualPeriodicity", ""), UNKNOWN, "", "dct:accrualPeriodicity"),
    ("update", GOOD, STATED, "2024-02-01: houdt het ritme", "dct:modified"),
    ("update", instead("dct:modified", '"2020-02-01"'), LACKING, "2020-02-01: loopt achter",
     "dct:modified"),
    ("update", instead("dct:modified", '"2024-03-02"'), LACKING, "2024-03-02: ligt in de toekomst",
     "dct:modified"),
    ("update", instead("dct:accrualPeriodicity", ""), STATED,
     "2024-02-01: geen ritme om aan te toetsen", "dct:modified"),
    ("update", instead("dct:modified", '"onlangs"'), UNKNOWN, "", "dct:modified"),
    ("update", instead("dct:modified", ""), UNKNOWN, "", "dct:modified"),
    ("lifecycle", GOOD, STATED, "Vlaamse Open data", "mdcat:statuut"),
    ("lifecycle", also("adms:status <http://purl.org/adms/status/Withdrawn>"), STATED, "Withdrawn",
     "adms:status"),
    ("lifecycle", instead("mdcat:statuut", ""), IRRELEVANT, "", "adms:status"),
    ("high-value", GOOD, IRRELEVANT, "", "dcatap:applicableLegislation"),
    ("high-value", also(f"dcatap:hvdCategory {POVERTY}"), LACKING, "Armoede",
     "dcatap:applicableLegislation"),
    ("high-value", also(f"dcatap:hvdCategory {POVERTY} ; dcatap:applicableLegislation {HVD}"),
     STATED, "Armoede", "dcatap:hvdCategory"),
    ("high-value", also("dcatap:applicableLegislation <https://stad.test/wet>"), STATED,
     "https://stad.test/wet", "dcatap:applicableLegislation"),
])  # fmt: skip
def test_a_fact(key: str, turtle: str, status: str, text: str, where: str) -> None:
    found = facts_of(turtle)[key]
    assert (found.status, found.property) == (status, where)
    assert text in " ".join(found.texts["nl"])
    assert bool(found.texts["nl"]) == bool(text)
    # what is unknown or lacking is a task, in both languages; the rest is none
    assert (status in TASKS[key]) == (status in (UNKNOWN, LACKING))


def test_every_question_is_asked_and_says_how_to_answer_it() -> None:
    found = facts_of("<dataset> a dcat:Dataset .")
    assert list(found) == [one.key for one in QUESTIONS]
    for one in QUESTIONS:
        assert one.property
        assert one.example
        assert (found[one.key].status == UNKNOWN) == (UNKNOWN in one.tasks)
        assert all(set(text) == {"nl", "en"} for text in (one.label, *one.tasks.values()))
    for value in [one.values() for one in found.values()] + [one.values() for one in QUESTIONS]:
        assert json.loads(json.dumps(value)) == value


def test_order_and_names_of_nodes_do_not_matter() -> None:
    turtle = also(
        'dct:rightsHolder [ foaf:name "B" ], [ foaf:name "A" ] ; dct:modified "2023", "2024-01"'
    )
    triples = triples_of(turtle)
    names = sorted({node for one in triples for node in one if node.startswith("_:")})
    expected = None
    for seed in range(10):
        chance = random.Random(seed)
        renamed = dict(zip(names, chance.sample([f"_:n{n}" for n in range(50)], len(names)),
                           strict=True))  # fmt: skip
        other = [(renamed.get(s, s), p, renamed.get(o, o)) for s, p, o in triples]
        chance.shuffle(other)
        (view,) = gather(other, records(other)).views.values()
        found = [one.values() for one in governance(view, KNOWN, NOW)]
        expected = expected or found
        assert found == expected


@pytest.mark.parametrize("name", ["dcat-feed-mow.rdf", "statbel_opendata_subset.ttl",
                                  "dataset-open-nongeo.xml"])  # fmt: skip
def test_no_real_feed_states_personal_data(name: str) -> None:
    path = Path(SHARED) / "standards" / "examples" / name
    if not path.exists():
        pytest.skip(f"{path} absent")
    data = path.read_bytes()
    syntax = of_content(data)
    assert syntax
    triples = [quad[:3] for quad in parse(data, syntax, base=BASE, where=name)]
    for view in gather(triples, records(triples)).views.values():
        found = {one.key: one for one in governance(view, KNOWN, NOW)}
        assert found["personal-data"].status == UNKNOWN
        assert found["owner"].status == STATED


def outcome(frequency: str, modified: str, now: datetime) -> Outcome:
    turtle = instead("dct:modified", f'"{modified}"')
    return keeps_up(
        view_of(instead("dct:accrualPeriodicity", f"<{EU}frequency/{frequency}>", turtle)), now
    )


def test_a_change_is_late_after_one_and_a_half_period() -> None:
    # of a day until its end, then a week and a half
    edge = datetime(2024, 1, 2, tzinfo=UTC) + timedelta(days=10.5)
    assert outcome("WEEKLY", "2024-01-01", edge) is True
    assert outcome("WEEKLY", "2024-01-01", edge + timedelta(seconds=1)) is False
    at = datetime(2024, 1, 1, 6, tzinfo=UTC)
    assert outcome("DAILY", "2024-01-01T06:00:00Z", at + timedelta(hours=36)) is True
    assert outcome("DAILY", "2024-01-01T06:00:00Z", at + timedelta(hours=37)) is False
    # two hours earlier elsewhere is the same moment
    assert outcome("DAILY", "2024-01-01T08:00:00+02:00", at + timedelta(hours=37)) is False


def test_what_promises_nothing_is_not_judged() -> None:
    for code in ("IRREG", "AS_NEEDED", "NEVER", "NOT_PLANNED", "UNKNOWN", "OTHER", "XYZ"):
        assert outcome(code, "1990-01-01", NOW) is None
    assert outcome("DAILY", "2024-03-02", NOW) is None
    assert outcome("DAILY", "geen datum", NOW) is None
    assert outcome("DAILY", "2024-03-01", NOW) is True


def test_the_last_change_of_a_dataset_or_its_files_counts() -> None:
    turtle = instead("dct:modified", '"2020-01-01", "2019"').replace(
        "dct:format", 'dct:modified "2024-01" ; dct:format')  # fmt: skip
    assert keeps_up(view_of(turtle), NOW) is True


def test_the_slowest_frequency_counts_whatever_its_scheme() -> None:
    https = EU.replace("http:", "https:")
    assert period([f"<{EU}frequency/DAILY>", f"<{https}frequency/ANNUAL>"]) == timedelta(days=366)
    assert period(['"daily"']) is None
    assert period([]) is None


def test_each_frequency_with_a_period_is_of_the_european_list() -> None:
    listed = KNOWN.lists.by_scheme[EU + "frequency"]
    codes = {code.notation for code in listed.codes}
    assert set(DAYS) <= codes
    assert codes - set(DAYS) == {
        "IRREG", "AS_NEEDED", "NEVER", "NOT_PLANNED", "UNKNOWN", "OTHER", "OP_DATPRO"}  # fmt: skip


@pytest.mark.parametrize(("text", "start", "end"), [
    ("2024", "2024-01-01", "2025-01-01"),
    ("2023", "2023-01-01", "2024-01-01"),
    ("2024-02", "2024-02-01", "2024-03-01"),
    ("2024-12", "2024-12-01", "2025-01-01"),
    ("2024-02-29", "2024-02-29", "2024-03-01"),
    ("2024-02-29Z", "2024-02-29", "2024-03-01"),
    ("2024-02-29T10:00:00", "2024-02-29T10:00:00", "2024-02-29T10:00:00"),
])  # fmt: skip
def test_a_date_stands_for_its_day_month_or_year(text: str, start: str, end: str) -> None:
    found = change(text)
    assert found
    assert found.start == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert found.end == datetime.fromisoformat(end).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "2023-02-29", "2024-13", "24-01-01", "01/02/2024", "0000",
                                  "2024-01-01Tlater", "9999-12-31", "٢٠٢٤"])  # fmt: skip
def test_what_is_no_date_says_nothing(text: str) -> None:
    assert change(text) is None
