"""What is told of a file that is not as it should be, in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.errors import VijfsterError

Text = Mapping[str, str]

# code -> Dutch, English
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "empty": ("het bestand is leeg", "the file is empty"),
    "unknown": (
        "het formaat is niet herkend", "the format is not recognised"),
    "ragged": (
        "{bad} van de {rows} rijen hebben niet {width} cellen zoals de meeste; de eerste is rij "
        "{first}, met {found}",
        "{bad} of the {rows} rows have not {width} cells as most have; the first is row {first}, "
        "with {found}"),
    "quotes": (
        "een aanhalingsteken staat verkeerd of blijft open, het eerst op rij {first}",
        "a quote is out of place or has no end, first on row {first}"),
    "nul": ("het bestand bevat NUL-tekens", "the file holds NUL characters"),
    "no-table": (
        "het heet een tabel, maar de regels hebben geen vast aantal cellen: het is tekst",
        "it is called a table, but its lines have no fixed number of cells: it is text"),
    "one-column": (
        "er is maar één kolom: kijk na of de cellen door komma's, puntkomma's of tabs gescheiden "
        "zijn",
        "there is only one column: check that the cells are separated by commas, semicolons or "
        "tabs"),
    "no-header": (
        "de eerste rij noemt geen kolommen", "the first row names no columns"),
    "json": (
        "vanaf regel {line}, kolom {column} is dit geen JSON",
        "from line {line}, column {column} on this is no JSON"),
    "json-lines": (
        "regel {line} is geen JSON", "line {line} is no JSON"),
    "feature": (
        "onderdeel {item} van de FeatureCollection is geen Feature",
        "item {item} of the FeatureCollection is no Feature"),
    "xml": (
        "de XML is niet correct opgebouwd op regel {line}, kolom {column}",
        "the XML is not built correctly at line {line}, column {column}"),
    "xml-refused": (
        "de XML is te diep genest of groeit door entiteiten; ze wordt niet gelezen",
        "the XML is nested too deeply or grows by entities; it is not read"),
    "error-page": (
        "de server toont een foutpagina of vraagt om aan te melden",
        "the server shows an error page or asks to sign in"),
    "error-answer": (
        "de server geeft een foutmelding in plaats van gegevens",
        "the server gives an error message instead of data"),
    "cut-off": (
        "het bestand stopt te vroeg", "the file stops too early"),
    "parts": (
        "van het Shapefile ontbreekt het bestand {part}",
        "of the Shapefile the file {part} is missing"),
    "archive": (
        "het archief is beschadigd", "the archive is damaged"),
    "archive-locked": (
        "het archief is versleuteld of op een manier ingepakt die niet geopend wordt",
        "the archive is encrypted or packed in a way that is not opened"),
    "archive-closed": (
        "wat in dit soort archief zit, wordt niet bekeken",
        "what is in this kind of archive is not looked at"),
    "archive-deep": (
        "het archief zit te diep in andere archieven", "the archive is too deep within others"),
    "archive-many": (
        "het archief bevat te veel bestanden", "the archive holds too many files"),
    "locked": (
        "het bestand is met een wachtwoord beveiligd", "the file is protected with a password"),
    "database": (
        "de databank is beschadigd", "the database is damaged"),
    "no-geopackage": (
        "dit is een SQLite-databank, geen GeoPackage; de Europese lijst heeft er geen code voor",
        "this is an SQLite database, no GeoPackage; the European list has no code for it"),
    "workbook-binary": (
        "dit binaire werkboek wordt niet gelezen", "this binary workbook is not read"),
    "failed": (
        "het bestand kon niet onderzocht worden: daar waren te veel tijd of geheugen voor nodig",
        "the file could not be looked into: that took too much time or memory"),
    "busy": (
        "het bestand is niet onderzocht: er waren te veel andere",
        "the file was not looked into: there were too many others"),
}  # fmt: skip


def problem(code: str, **facts: object) -> Text:
    """Return the text of a problem."""
    nl, en = _TEXTS[code]
    return {"nl": nl.format(**facts), "en": en.format(**facts)}


def told(error: VijfsterError) -> Text:
    """Return what an error says."""
    return {"nl": error.detail_nl, "en": error.detail}
