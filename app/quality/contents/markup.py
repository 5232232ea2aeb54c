"""XML by its root (GML, KML, capabilities of OGC services, feeds, ...), and HTML."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final
from xml.parsers import expat

from app.quality.contents.file import File
from app.quality.contents.words import problem
from app.quality.evidence import Content
from app.validation.rdfxml import Check, XmlProblemError

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_MAX_BYTES: Final = 200_000_000
_GML: Final = ("www.opengis.net/gml", "www.opengis.net/wfs", "www.opengis.net/citygml")
_WCS, _WMTS = "www.opengis.net/wcs", "www.opengis.net/wmts"
# local name of the root -> file type, elements that are counted, what those are
_ROOTS: Final = {
    "kml": ("KML", "Placemark", "features"),
    "rss": ("RSS", "item", "items"),
    "feed": ("ATOM", "entry", "items"),
    "WFS_Capabilities": ("WFS_SRVC", "FeatureType", "layers"),
    "WMS_Capabilities": ("WMS_SRVC", "Layer", "layers"),
    "WMT_MS_Capabilities": ("WMS_SRVC", "Layer", "layers"),
    "svg": ("SVG", "", ""),
    "sparql": ("SPARQLQRES", "result", "rows"),
    "schema": ("SCHEMA_XML", "", ""),
    "stylesheet": ("XSLT", "", ""),
}
_COUNTED: Final = frozenset({"CoverageSummary", *(counted for _, counted, _ in _ROOTS.values())})
_ERRORS: Final = frozenset({"ServiceExceptionReport", "ExceptionReport", "Error", "error"})
_MEMBERS: Final = frozenset({"featureMember", "featureMembers", "member", "cityObjectMember"})
# what expat says of a text that stops: no mistake where only a part was read
_STOPS: Final = frozenset({
    expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN,
    expat.errors.XML_ERROR_PARTIAL_CHAR, expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
})  # fmt: skip
_TAG: Final = re.compile(rb"\s*<(\?xml\s|!|[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?[\s/>])")
_HTML_TAG: Final = re.compile(
    rb"(?i)\s*<(!doctype html|html|head|body|title|meta|script|div|p|h1|table|center|br)\b"
)
_HEADING: Final = re.compile(rb"(?is)<(title|h1)\b[^>]{0,500}>(.{0,500}?)</\1")
_NESTED_TAG: Final = re.compile(rb"<[^>]*>")
_SAYS_ERROR: Final = re.compile(
    r"(?i)^\W*(?:(?:error|fout|http|status)\W*)?(?:40[0134]|410|429|50[0-4])\b|not found|"
    r"niet gevonden|bestaat niet|niet beschikbaar|unavailable|forbidden|unauthori[sz]ed|"
    r"geen toegang|access denied|toegang geweigerd|^\W*(?:error|fout(?:melding)?)\b|"
    r"\blog[ -]?in\b|sign in|aanmelden|inloggen"
)
_HEAD_BYTES: Final = 65_536


def is_markup(text: bytes) -> bool:
    """Tell whether a text begins with a tag of XML or HTML, and not with an IRI."""
    return _TAG.match(text) is not None


def is_html(text: bytes) -> bool:
    """Tell whether a text begins as a page does."""
    return _HTML_TAG.match(text) is not None


def of_html(text: bytes) -> Content:
    """Return what a page is: `error` if its title or heading says that it is an error page.

    HTML has no mistakes: the standard says of every text how it is read.
    """
    head = text[:_HEAD_BYTES]
    said = [_NESTED_TAG.sub(b" ", match[2]).decode(errors="replace")
            for match in _HEADING.finditer(head)]  # fmt: skip
    xhtml = head.lstrip().startswith(b"<?xml") or b"http://www.w3.org/1999/xhtml" in head
    error = any(map(_SAYS_ERROR.search, said))
    return Content("XHTML" if xhtml else "HTML", True, problem("error-page") if error else {},
                   error=error)  # fmt: skip


class Walk(Check):
    """The elements of XML: its root, how many there are, and those that are counted."""

    def __init__(self, text: bytes) -> None:
        super().__init__(text, _MAX_BYTES, types=True)
        self.root = self.name = self.namespace = ""
        self.elements = 0
        # where the last child of the root begins
        self.last_child = 0
        self.names = Counter[str]()
        self.members = 0
        # of each element that is open, whether its children are features
        self._path: list[bool] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        local = name[name.rfind(":") + 1 :]
        if not self.depth:
            prefix = name.rpartition(":")[0]
            self.root, self.name = name, local
            self.namespace = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        elif self.depth == 1:
            self.last_child = self.parser.CurrentByteIndex
        super().start(name, attributes)
        self.elements += 1
        if local in _COUNTED:
            self.names[local] += 1
        if self._path and self._path[-1]:
            self.members += 1
        self._path.append(local in _MEMBERS)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        super().end(name)
        self._path.pop()


def of_xml(file: File, text: bytes) -> tuple[Content, bytes]:
    """Return what XML is, and its text; of a part of RDF/XML, made whole without its last child."""
    walk, valid, wrong = Walk(text), None if file.cut else True, None
    try:
        walk.run()
    except XmlProblemError as error:
        if error.code != "malformed":
            return Content(_type(walk)[0], None, problem("xml-refused")), text
        if not (file.cut and error.said in _STOPS):
            wrong = problem("xml", line=error.line, column=error.column)
            return Content(_type(walk)[0], False, wrong), text
        if walk.last_child:
            text = text[: walk.last_child] + f"</{walk.root}>".encode()
    kind, counted, what = _type(walk)
    if walk.name in _ERRORS:
        return Content(kind, valid, problem("error-answer"), error=True), text
    if kind == "GML":
        return Content(kind, valid, {}, walk.members, "features"), text
    if counted:
        return Content(kind, valid, {}, walk.names[counted], what), text
    return Content(kind, valid, {}, walk.elements - 1, "elements"), text


def _type(walk: Walk) -> tuple[str, str, str]:
    """Return the file type, the elements that are counted, and what those are."""
    space = walk.namespace.partition("://")[2]
    if walk.name == "RDF" and walk.namespace == RDF:
        return "RDF_XML", "", ""
    if space.startswith(_GML) and walk.name in {"FeatureCollection", "CityModel"}:
        return "GML", "", ""
    if walk.name in {"Capabilities", "WCS_Capabilities"}:
        kind = "WCS_SRVC" if space.startswith(_WCS) else "MAP_SRVC"
        return (kind, "CoverageSummary" if kind == "WCS_SRVC" else "Layer", "layers") if (
            space.startswith((_WCS, _WMTS))) else ("XML", "", "")  # fmt: skip
    return _ROOTS.get(walk.name, ("XML", "", ""))
