"""Slips in YARRRML, as people make them: told with their line, and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import MappingError
from app.mapping.files import load
from app.mapping.yarrrml import load_mapping

MAPPING = r"""
prefixes:
  ex: https://ex.test/ns#
sources:
  clubs: [clubs.csv~csv]
mappings:
  club:
    sources: clubs
    s: https://ex.test/club/$(id)
    po:
      - [a, ex:Club]
      - [ex:naam, $(naam), nl~lang]
      - p: ex:groot
        o: {function: grel:toUpperCase, parameters: [[value, $(naam)]]}
      - p: ex:in
        o: {mapping: stad}
  stad:
    sources: clubs
    s: https://ex.test/stad/$(stad)
    po:
      - [ex:naam, $(stad)]
""".lstrip()

SLIPS = [
    # a key, prefix or name that is nearly right
    ("prefixes:", "prefixs:", ":1 prefixs: er is geen sleutel", "misschien is prefixes bedoeld"),
    ("mappings:\n", "mapping:\n", ":5 mapping: er is geen sleutel", "is mappings bedoeld"),
    ("sources: clubs\n    s: https://ex.test/club", "sources: club\n    s: https://ex.test/club",
     ":7 mappings club sources: er is geen bron 'club'", "misschien is clubs bedoeld"),
    ("[ex:naam, $(naam)", "[foaff:naam, $(naam)", ":11 mappings club po 2: er is geen prefix",
     "misschien is foaf bedoeld"),
    ("p: ex:groot", "pred: ex:groot", ":12 mappings club po 3 pred: er is geen sleutel",
     "predicate"),
    ("mapping: stad}", "mapping: stat}", ":14 mappings club po 4 mapping: er is geen mapping",
     "misschien is stad bedoeld"),
    ("toUpperCase", "toUperCase", ":12 mappings club po 3", "misschien is grel:toUpperCase"),
    ("[[value,", "[[waarde,", "mappings club po 3", "wel: grel:valueParameter"),
    # what would be written without a word
    ("nl~lang", "nl", ":11 mappings club po 2: 'nl' is geen datatype", "schrijft u nl~lang"),
    ("nl~lang", "tekst", ":11 mappings club po 2: 'tekst' is geen datatype", "zoals xsd:date"),
    ("nl~lang", "xsd:dat", ":11 mappings club po 2", "misschien is xsd:date bedoeld"),
    ("nl~lang", "nederlands~lang", ":11 mappings club po 2", "geen taalcode, zoals nl"),
    ("$(naam), nl", "$(naam, nl", ":11 mappings club po 2", "sluit het haakje niet"),
    ("[value, $(naam)]", "[value, '$(naam (kort))']", "mappings club po 3", "schrijf het \\( \\)"),
    ("  stad:", "  club:", ":16: de YAML", "'club' staat er al, op regel 6"),
    ("clubs.csv~csv", "clubs.csv", ":4 sources clubs: achter 'clubs.csv' staat ~csv", ""),
    # YAML itself
    ("    s: https://ex.test/stad", "\ts: https://ex.test/stad", ":18: geen YAML", "een tab"),
    ("    po:\n      - [ex:naam", "   po:\n      - [ex:naam", ":19: geen YAML", "inspringing"),
    ("      - [ex:naam, $(naam)", "       - [ex:naam, $(naam)", ":11: geen YAML", "inspringing"),
    ("p: ex:in\n", "p:ex:in\n", ":15: geen YAML", "ontbreekt een spatie"),
    ("ex:Club]", '"ex:Club]', ":10: geen YAML", "aanhalingsteken is niet gesloten"),
    ("ex:Club]", "ex:Club", ":10: geen YAML", "haakje dat sluit"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "where", "remedy"), SLIPS)
def test_a_slip_is_told_with_its_line_and_what_was_meant(
    tmp_path: Path, right: str, wrong: str, where: str, remedy: str
) -> None:
    assert right in MAPPING
    path = tmp_path / "m.yml"
    path.write_text(MAPPING.replace(right, wrong, 1), "utf-8")
    with pytest.raises(MappingError) as found:
        load_mapping(path, base="https://ex.test/")
    assert where in found.value.detail_nl
    assert remedy in found.value.detail_nl
    assert found.value.detail != found.value.detail_nl


def test_without_a_slip_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    path.write_text(MAPPING, "utf-8")
    assert len(load_mapping(path, base="https://ex.test/").triples_maps) == 2


def test_a_table_is_told_from_a_mapping(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as found:
        load(tmp_path / "clubs.xlsx", base="https://ex.test/")
    assert "clubs.xlsx: is een tabel, geen mapping; `vijfster mapping new`" in found.value.detail_nl
