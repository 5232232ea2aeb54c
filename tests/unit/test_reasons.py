"""Every reason that an address gave no file has words in both languages."""

from __future__ import annotations

from app.net.refusals import REASONS as CODES
from app.quality.evidence import Look
from app.quality.reasons import REASONS, said


def test_every_code_has_words() -> None:
    assert REASONS.keys() == CODES
    assert all(text["nl"] and text["en"] != text["nl"] for text in REASONS.values())


def test_what_an_address_answered() -> None:
    look = Look("https://a.be/", "2026-01-01T00:00:00Z")
    assert said(look)["en"] == "not asked"
    assert said(Look("u", "t", 405))["nl"] == "HTTP-status 405"
    assert said(Look("u", "t", 405, 200))["en"] == "HTTP status 200"
    assert said(Look("u", "t", 200, 0, "cut-off"))["en"] == "broke off halfway"
    assert said(Look("u", "t", reason="robots"))["nl"].startswith("niet gevraagd")
