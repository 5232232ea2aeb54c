"""Badges: what they say to eyes and ears, in two languages, with any text in them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quality.badges import KINDS, badge, told

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> ET.Element:
    return ET.fromstring(text)


def name(text: str) -> str:
    return drawn(text).findtext(f"{SVG}title") or ""


@pytest.mark.parametrize(
    ("kind", "values", "nl", "en"),
    [
        ("points", {"sure": 380, "possible": 380}, "380 van 405 punten (uitstekend)",
         "380 of 405 points (excellent)"),
        ("points", {"sure": 310, "possible": 395},
         "310 tot 395 van 405 punten (goed tot uitstekend)",
         "310 to 395 of 405 points (good to excellent)"),
        ("points", {"sure": 0, "possible": 0}, "0 van 405 punten (zwak)", "0 of 405 points (bad)"),
        ("points", {"sure": 310.25, "possible": 390.5}, "310,2 tot 390,5 van 405 punten "
         "(goed tot uitstekend)", "310.2 to 390.5 of 405 points (good to excellent)"),
        ("stars", {"sure": 3, "possible": 3}, "3 van 5 sterren", "3 of 5 stars"),
        ("stars", {"sure": 3, "possible": 5}, "3 tot 5 van 5 sterren", "3 to 5 of 5 stars"),
        ("stars", {}, "niet bekend", "not known"),
        ("points", {}, "niet bekend", "not known"),
    ],
)  # fmt: skip
def test_a_badge_says_in_words_what_it_shows(
    kind: str, values: dict[str, float], nl: str, en: str
) -> None:
    for lang, said in (("nl", nl), ("en", en)):
        assert told(kind, values, lang) == said
        text = badge(kind, values, lang, title="Bomen & parken")
        assert name(text) == f"Bomen & parken: {said}"
        assert drawn(text).get("role") == "img"
        assert drawn(text).get("lang") == lang


def test_stars_are_drawn_full_open_and_faint() -> None:
    stars = list(drawn(badge("stars", {"sure": 2, "possible": 4}, "nl")).iter(f"{SVG}path"))[1:]
    assert [(star.get("fill"), star.get("stroke-opacity")) for star in stars] == [
        (None, None), (None, None), ("none", None), ("none", None), ("none", ".55")]  # fmt: skip


@given(st.text(), st.sampled_from(KINDS), st.sampled_from(["nl", "en"]))
def test_any_title_is_text_and_nothing_else(title: str, kind: str, lang: str) -> None:
    text = badge(kind, {"sure": 1, "possible": 2}, lang, title=title)
    tree = drawn(text)
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} == {
        "svg", "title", "desc", "rect", "path", "g", "text"}  # fmt: skip
    assert not [key for element in tree.iter() for key in element.attrib
                if key.startswith("on") or "href" in key]  # fmt: skip
    assert {s for s in name(text) if not s.isprintable()} == set()


def test_text_fits_its_box_and_the_box_the_picture() -> None:
    for values in ({"sure": 5, "possible": 5}, {"sure": 310, "possible": 395}, {}):
        tree = drawn(badge("points", values, "nl"))
        width = int(tree.get("width") or 0)
        assert tree.get("viewBox") == f"0 0 {width} 20"
        words = list(tree.iter(f"{SVG}text"))
        for word in words:
            assert int(word.get("x") or 0) + int(word.get("textLength") or 0) < width


def test_every_background_is_dark_enough_for_white_text() -> None:
    colours = set()
    for sure in (0, 130, 230, 360):
        text = badge("points", {"sure": sure, "possible": sure}, "nl")
        colours.update(re.findall(r'fill="(#\w{6})"', text))
    colours.update(re.findall(r'fill="(#\w{6})"', badge("stars", {}, "nl")))
    assert len(colours) == 7
    for colour in colours - {"#ffffff"}:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        light = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
        assert 1.05 / (luminance + 0.05) >= 4.5, colour
