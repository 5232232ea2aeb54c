"""What the lab finds in feeds that fall into the pitfalls of real ones."""

from __future__ import annotations

import re

import pytest

from app.bootstrap import lab
from app.settings import Settings
from app.validation.lab import Lab
from app.validation.sources import Source
from tests.conftest import ROOT
from tests.data import test_shapes as own
from tests.data.pitfalls import BASE_PROFILE, Pitfall, pitfalls


@pytest.fixture(scope="module")
def known() -> Lab:
    return lab(Settings(project=ROOT))


def found(known: Lab, data: bytes) -> tuple[set[str], set[tuple[str, str, str]]]:
    told, _ = known.check(Source(data, "feed.nt"), [known.profile(BASE_PROFILE)])
    assert not told["unchecked"]
    places = {
        (result["focus"][1:-1].removeprefix(own.BASE + "id/"),
         re.split(r"[/#]", group["path"])[-1], group["severity"])
        for group in told["groups"] for result in group["results"]
    }  # fmt: skip
    return {slip["id"] for slip in told["terms"]}, places


def test_the_catalog_they_start_from_has_none(known: Lab) -> None:
    assert found(known, own.patched(BASE_PROFILE, "", "")) == (set(), set())


@pytest.mark.parametrize("pitfall", pitfalls(), ids=lambda pitfall: pitfall.name)
def test_every_pitfall_is_found(pitfall: Pitfall, known: Lab) -> None:
    terms, places = found(known, pitfall.data)
    assert terms == pitfall.terms
    assert places == pitfall.places
    assert terms or places, "nobody would be told"
