"""A validation as JUnit XML: one suite per source, one case per cause, errors as failures.

Slips in names and values stand in a suite beside it, as cases that pass and say what they are: they
do not count for the verdict, so no pipeline stops for them.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from app.rdf.terms import NOT_XML
from app.validation.forms.words import address, word

_LISTED = 20


def junit(model: Mapping[str, Any], lang: str) -> bytes:
    """Return the document; what is only a warning passes and says so, what was not checked errs."""
    root = ET.Element("testsuites", name="Vijfster")
    for source in model["sources"]:
        suite = ET.SubElement(root, "testsuite", name=_clean(source["name"]))
        for group in source["groups"]:
            case = ET.SubElement(
                suite, "testcase", classname=group["profile"],
                name=_clean(group["property"][lang] or group["component"]),
            )  # fmt: skip
            _told(case, group, lang)
        for gap in source["unchecked"]:
            case = ET.SubElement(suite, "testcase", classname=gap["profile"], name=gap["code"])
            ET.SubElement(case, "error", message=_clean(gap["reason"][lang]))
        if source["error"]:
            case = ET.SubElement(suite, "testcase", name=source["error"]["code"])
            ET.SubElement(case, "error", message=_clean(source["error"]["message"][lang]))
        if not len(suite):
            for profile in model["profiles"]:
                ET.SubElement(suite, "testcase", classname=profile["name"], name=profile["name"])
        if source["terms"]:
            _slips(root, source, lang)
    for suite in root:
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("errors", str(len(suite.findall("testcase/error"))))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _slips(root: ET.Element, source: Mapping[str, Any], lang: str) -> None:
    name = f"{source['name']}: {word('terms', lang)}"
    suite = ET.SubElement(root, "testsuite", name=_clean(name))
    for finding in source["terms"]:
        about = finding["property"].get(lang, "")
        case = ET.SubElement(
            suite, "testcase", classname="terms",
            name=_clean(f"{finding['id']}: {about}" if about else finding["id"]),
        )  # fmt: skip
        _told(case, finding, lang)


def _told(case: ET.Element, group: Mapping[str, Any], lang: str) -> None:
    message = _clean(f"{group['message'][lang]} ({group['count']})")
    things = [f"{item['label'][lang]} {address(item) or item['focus']}"
              for item in group["results"][:_LISTED]]  # fmt: skip
    if group["severity"] == "Violation":
        told = ET.SubElement(case, "failure", message=message)
    else:
        told = ET.SubElement(case, "system-out")
        things.insert(0, message)
    told.text = _clean("\n".join(things))


def _clean(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
