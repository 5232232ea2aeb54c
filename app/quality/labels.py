"""The indicators and stars by name for people, in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    name: {"nl": nl, "en": en}
    for name, nl, en in (
        ("keywordAvailability", "trefwoorden", "keywords"),
        ("categoryAvailability", "thema van de data", "theme of the data"),
        ("spatialAvailability", "gebied", "area"),
        ("temporalAvailability", "periode", "period"),
        ("accessUrlStatusCode", "toegangspagina antwoordt", "access page answers"),
        ("downloadUrlAvailability", "adres van het bestand", "address of the file"),
        ("downloadUrlStatusCode", "bestand antwoordt", "file answers"),
        ("formatAvailability", "formaat", "format"),
        ("mediaTypeAvailability", "mediatype", "media type"),
        ("formatMediaTypeVocabularyAlignment", "formaat en mediatype van de lijsten",
         "format and media type of the lists"),
        ("formatMediaTypeNonProprietary", "open formaat", "open format"),
        ("formatMediaTypeMachineInterpretable", "leesbaar voor programma's",
         "readable by programs"),
        ("dcatApCompliance", "voldoet aan DCAT-AP", "conforms to DCAT-AP"),
        ("licenceAvailability", "licentie", "licence"),
        ("knownLicence", "licentie van de Europese lijst", "licence of the European list"),
        ("accessRightsAvailability", "toegang", "access right"),
        ("accessRightsVocabularyAlignment", "toegang van de Europese lijst",
         "access right of the European list"),
        ("contactPointAvailability", "contactpunt", "contact point"),
        ("publisherAvailability", "uitgever", "publisher"),
        ("rightsAvailability", "verklaring van rechten", "statement of rights"),
        ("byteSizeAvailability", "grootte", "size"),
        ("dateIssuedAvailability", "datum van publicatie", "date of publication"),
        ("dateModifiedAvailability", "datum van wijziging", "date of change"),
        ("formatMatch", "bestand is wat er staat", "file is what it is said to be"),
        ("syntaxValid", "bestand is goed gevormd", "file is well formed"),
    )
}  # fmt: skip
# by their number
STARS: Final[tuple[Mapping[str, str], ...]] = tuple(
    {"nl": nl, "en": en}
    for nl, en in (
        ("nul sterren", "no stars"), ("één ster", "one star"), ("twee sterren", "two stars"),
        ("drie sterren", "three stars"), ("vier sterren", "four stars"),
        ("vijf sterren", "five stars"),
    )
)  # fmt: skip
