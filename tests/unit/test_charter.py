"""The Charter's principles, each check passed, failed and not known; compliance by profile."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from app.bootstrap import known_quality
from app.quality.charter import PRINCIPLES, Judged, charter, overall
from app.quality.compliance import Compliance, compliance
from app.quality.indicators import Outcome
from app.quality.records import records
from app.quality.views import gather
from app.validation.report import Result, Unchecked, ValidationReport
from tests.unit.portal_records import DATASET, EU, FREE, GOOD, instead, triples_of

KNOWN = known_quality()
NOW = datetime(2024, 3, 1, tzinfo=UTC)
FULL = GOOD.replace(
    "  mdcat:statuut",
    "  dct:conformsTo <s> ; dct:provenance <p> ; dcat:landingPage <l> ;\n  mdcat:statuut",
).replace('"Proef"@nl', '"Proef"@nl, "Essai"@fr')
CLOSED = f"<{EU}licence/CC_BYNC_4_0>"
NO_FILES = instead("dcat:distribution", "")


def judged(turtle: str, conforms: Outcome = True) -> list[Judged]:
    triples = triples_of(turtle)
    checked = {DATASET: [Compliance("dcat-ap-3.0.1", conforms, 0, 0)]}
    found = gather(triples, records(triples), checked)
    return charter(next(iter(found.views.values())), KNOWN, NOW)


def outcomes(turtle: str, conforms: Outcome = True) -> dict[str, Outcome]:
    return {
        check.key: outcome
        for one in judged(turtle, conforms)
        for check, outcome in zip(one.principle.checks, one.outcomes, strict=True)
    }


def test_a_full_record_passes_everything() -> None:
    assert set(outcomes(FULL).values()) == {True}


@pytest.mark.parametrize(("check", "turtle", "outcome"), [
    ("public", instead("dct:accessRights", f"<{EU}access-right/RESTRICTED>"), False),
    ("public", instead("dct:accessRights", ""), None),
    ("public", instead("dct:accessRights", f"<{EU}access-right/PUBLIC>, \"zie pagina\""), None),
    ("open-licence", instead("dct:license", CLOSED), False),
    ("open-licence", instead("dct:license", "<ander>"), None),
    ("open-licence", instead("dct:license", f"<{FREE}>, {CLOSED}"), None),
    ("open-licence", NO_FILES, False),
    ("dated", instead("dct:modified", '""'), False),
    ("frequency", instead("dct:accrualPeriodicity", ""), False),
    ("keeps-up", instead("dct:modified", '"2020"'), False),
    ("keeps-up", instead("dct:accrualPeriodicity", ""), None),
    ("whole-file", GOOD.replace("dcat:downloadURL", "dcat:accessURL"), False),
    ("findable", instead("dcat:keyword", ""), False),
    ("machine-readable", instead("dct:format", f"<{EU}file-type/PDF>"), False),
    ("machine-readable", instead("dct:format", '"CSV"'), None),
    ("open-format", instead("dct:format", f"<{EU}file-type/XLSX>"), False),
    ("open-format", NO_FILES, False),
    ("standard", GOOD, False),
    ("codes", instead("dct:format", '"CSV"'), False),
    ("codes", instead("dcat:theme", "<thema>"), False),
    ("address", GOOD.replace("<dataset>", "_:dataset"), False),
    ("publisher", instead("dct:publisher", ""), False),
    ("contact", instead("dcat:contactPoint", '[ vcard:fn "Loket" ]'), False),
    ("provenance", GOOD, False),
    ("explained", GOOD, False),
    ("reuse", instead("dct:license", CLOSED), False),
    ("languages", instead("dct:title", '"Proef"@nl, "Proef"'), False),
])  # fmt: skip
def test_a_check_fails_or_is_not_known(check: str, turtle: str, outcome: Outcome) -> None:
    assert outcomes(turtle)[check] is outcome


def test_compliance_is_that_of_a_profile_that_was_run() -> None:
    assert outcomes(FULL, conforms=False)["profile"] is False
    assert outcomes(FULL, conforms=None)["profile"] is None
    triples = triples_of(FULL)
    view = next(iter(gather(triples, records(triples)).views.values()))
    (one,) = [one for one in charter(view, KNOWN, NOW)
              if one.principle.key == "comparable-interoperable"]  # fmt: skip
    assert None in one.outcomes


def test_there_are_six_principles_that_say_their_limits() -> None:
    assert len(PRINCIPLES) == 6
    for one in PRINCIPLES:
        assert set(one.title) == set(one.limits) == {"nl", "en"}
        assert len(one.checks) >= 2
        assert all(set(check.text) == {"nl", "en"} for check in one.checks)
    keys = [check.key for one in PRINCIPLES for check in one.checks]
    assert len(set(keys)) == len(keys)


def test_a_catalog_counts_its_datasets() -> None:
    found = [judged(turtle) for turtle in (FULL, GOOD, instead("dct:accessRights", ""))]
    first = overall(found)[0]
    assert first["principle"] == "open-by-default"
    assert first["checks"][0] | {"text": {}} == {
        "check": "public", "text": {}, "properties": ["dct:accessRights"],
        "passed": 2, "failed": 0, "unknown": 1}  # fmt: skip
    assert len(overall([])) == 6
    for value in (overall(found), [one.values() for one in found[0]]):
        assert json.loads(json.dumps(value)) == value


def result(focus: str, severity: str) -> Result:
    return Result(focus, "", "", "https://shape.test/", "https://component.test/", severity, {})


def test_compliance_counts_per_profile_and_dataset() -> None:
    triples = triples_of(
        GOOD + '<ander> a dcat:Dataset ; dct:title "Ander"@nl ; dct:publisher <uitgever> .'
    )
    found = records(triples)
    file, publisher = "<https://voorbeeld.test/bestand>", "<https://voorbeeld.test/uitgever>"
    reports = {
        "een": ValidationReport(("een",), (
            result(file, "Violation"), result(file, "Violation"), result(publisher, "Warning"),
        )),
        "twee": ValidationReport(("twee",), (), (Unchecked("twee", "", "gap", {}),)),
        "drie": ValidationReport(("drie",)),
    }  # fmt: skip
    other = "<https://voorbeeld.test/ander>"
    assert compliance(reports, triples, found) == {
        other: [Compliance("een", True, 0, 1), Compliance("twee", None, 0, 0),
                Compliance("drie", True, 0, 0)],
        DATASET: [Compliance("een", False, 2, 1), Compliance("twee", None, 0, 0),
                  Compliance("drie", True, 0, 0)],
    }  # fmt: skip
    assert compliance({}, triples, found) == {other: [], DATASET: []}
    assert Compliance("een", None, 0, 1).values() == {
        "profile": "een", "conforms": None, "violations": 0, "warnings": 1}  # fmt: skip
