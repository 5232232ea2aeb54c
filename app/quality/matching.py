"""What newer versions of the portal report besides the points: does a file match its label, is it
well formed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from app.quality.evidence import Content, Looks
from app.quality.indicators import Outcome
from app.quality.known import Known
from app.quality.records import Facts, web_address
from app.rdf.namespaces import term

_FORMAT, _MEDIA_TYPE = term("dct:format"), term("dcat:mediaType")
_ADDRESSES: Final = (term("dcat:downloadURL"), term("dcat:accessURL"))
_PAGES: Final = frozenset({
    "HTML", "HTML5", "HTML_SIMPL", "XHTML", "XHTML5", "XHTML_SIMPL", "RDFA",
})  # fmt: skip
_XML: Final = frozenset({"XML"})
# what a file may be called besides what it is: a wider format that it is one of
_ALSO: Final = {
    "RDF_N_TRIPLES": {"RDF_TURTLE", "RDF_TRIG", "RDF_N_QUADS", "N3", "RDF"},
    "RDF_TURTLE": {"RDF_TRIG", "N3", "RDF", "OWL"}, "RDF_TRIG": {"RDF"}, "RDF_N_QUADS": {"RDF"},
    "RDF_XML": {"XML", "RDF", "OWL", "SKOS_XML"}, "JSON_LD": {"JSON", "RDF"},
    "GEOJSON": {"JSON"}, "GML": _XML, "KML": _XML, "RSS": _XML, "ATOM": _XML, "SVG": _XML,
    "WFS_SRVC": _XML, "WMS_SRVC": _XML, "WCS_SRVC": _XML, "SPARQLQRES": _XML, "SCHEMA_XML": _XML,
    "XSLT": _XML, "HTML": _PAGES, "XHTML": _PAGES | _XML, "TSV": {"CSV", "TXT", "TAB"},
    "CSV": {"TXT"}, "ICS": {"TXT"}, "GEOTIFF": {"TIFF"}, "XLSM": {"XLSX"}, "HDF": {"NETCDF"},
    "TAR_GZ": {"GZIP", "TAR"},
    "PDF": {"PDFA1A", "PDFA1B", "PDFA2A", "PDFA2B", "PDFA3", "PDF1X", "PDFX", "PDFX1A", "PDFX2A",
            "PDFX4", "PDFUA"},
    "SHP": {"ZIP"}, "GTFS": {"ZIP"}, "GDB": {"ZIP"}, "KMZ": {"ZIP", "KML"},
}  # fmt: skip
# of these it cannot be seen which more special format of theirs a file is
_GENERAL: Final = frozenset({"XML", "JSON", "ZIP"})
# a label that says nothing
_ANY: Final = frozenset({"OCTET", "BIN"})


def file_types(facts: Facts, known: Known) -> set[str]:
    """Return the codes of the file types that the format and media type of a distribution mean."""
    values = (*facts.get(_FORMAT, ()), *facts.get(_MEDIA_TYPE, ()))
    return {code for code in map(known.file_type, values) if code}


def reported(facts: Facts, looks: Looks, known: Known) -> dict[str, Outcome]:
    """Return `formatMatch` and `syntaxValid` of a distribution's file; None where it was not read.

    Of several files it is what holds of all that were read.
    """
    contents = list(_contents(facts, looks))
    stated = file_types(facts, known) - _ANY
    return {
        "formatMatch": _all(_matches(content, stated) for content in contents),
        "syntaxValid": _all(None if content.error else content.valid for content in contents),
    }


def _contents(facts: Facts, looks: Looks) -> Iterator[Content]:
    """Yield the contents behind the addresses of the file, else behind those of access."""
    for name in _ADDRESSES:
        urls = sorted(filter(None, map(web_address, facts.get(name, ()))))
        if urls:
            found = (looks[url].content for url in urls if url in looks)
            yield from filter(None, found)
            return


def _matches(content: Content, stated: set[str]) -> Outcome:
    if not stated or not content.file_type:
        return None
    return all(_fits(content, code) for code in sorted(stated)) or (
        None if content.file_type in _GENERAL and not content.entries
        and _narrower(content.file_type, stated) else False)  # fmt: skip


def _fits(content: Content, code: str) -> bool:
    """Tell whether a file is of a type, or is an archive with one that is."""
    if code == content.file_type or code in _ALSO.get(content.file_type, ()):
        return True
    return any(_fits(inner, code) for _, inner in content.entries)


def _narrower(general: str, stated: set[str]) -> bool:
    """Tell whether all that is stated may be a format of a general kind that nobody can see."""
    ends = {"XML": ("XML", "AKN4EU", "SDMX", "METS", "JATS", "XLIFF", "TMX", "SKOS_XML", "BITS"),
            "JSON": ("REST",), "ZIP": ("_ZIP",)}[general]  # fmt: skip
    return all(code == general or code.endswith(ends) for code in stated)


def _all(outcomes: Iterator[Outcome] | Sequence[Outcome]) -> Outcome:
    found = list(outcomes)
    return False if False in found else True if found and None not in found else None
