"""A validation as a SHACL report (SHACL, section 3.6): one per source, in Turtle or JSON-LD.

Slips in names and values come of no shape, so they are no results: they are quality annotations
(DQV, which builds on the Web Annotation Vocabulary) that are part of the report.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.rdf import media
from app.rdf.io import write
from app.rdf.media import MediaType
from app.rdf.namespaces import expand, term
from app.rdf.terms import XSD, Quad, is_iri, literal
from app.rdf.turtle import Prefixes
from app.validation.forms.words import word

# the language of a body, as the Web Annotation Vocabulary asks
_LANGUAGE = "<http://purl.org/dc/elements/1.1/language>"


def turtle(model: Mapping[str, Any], _: str) -> bytes:
    """Return the reports in Turtle; every text in both languages."""
    return _written(model, media.TURTLE)


def jsonld(model: Mapping[str, Any], _: str) -> bytes:
    """Return the reports in JSON-LD."""
    return _written(model, media.JSON_LD)


def _written(model: Mapping[str, Any], target: MediaType) -> bytes:
    quads = sorted({quad for source in model["sources"] for quad in _report(source)})
    return write(quads, target, Prefixes())


def _report(source: Mapping[str, Any]) -> Iterator[Quad]:
    name = hashlib.sha256(json.dumps(source, sort_keys=True).encode()).hexdigest()[:16]
    node = f"<urn:report:{name}>"
    conforms = source["verdict"] in {"conforms", "not-fully-checked"}
    yield node, term("rdf:type"), term("sh:ValidationReport"), ""
    yield node, term("dct:source"), literal(source["name"]), ""
    flag = literal(str(conforms).lower(), datatype=XSD + "boolean")
    if source["verdict"] != "unreadable":
        yield node, term("sh:conforms"), flag, ""
    for gap in source["unchecked"]:
        for lang, text in gap["reason"].items():
            yield node, term("rdfs:comment"), literal(text, language=lang), ""
    for group in source["groups"]:
        for result in group["results"]:
            yield from _result(node, group, result)
    for finding in source["terms"] or ():
        yield from _slip(node, finding)


def _result(node: str, group: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[Quad]:
    key = "\n".join((group["shape"], group["component"], result["focus"], result["value"]))
    item = f"{node[:-1]}:{hashlib.sha256(key.encode()).hexdigest()[:16]}>"
    yield node, term("sh:result"), item, ""
    yield item, term("rdf:type"), term("sh:ValidationResult"), ""
    yield item, term("sh:focusNode"), result["focus"], ""
    if is_iri(group["path"]):
        yield item, term("sh:resultPath"), f"<{group['path']}>", ""
    if result["value"]:
        yield item, term("sh:value"), result["value"], ""
    shape = group["shape"]
    yield item, term("sh:sourceShape"), shape if shape.startswith("_:") else f"<{shape}>", ""
    component = group["component"]
    known = component if ":" in component else expand("sh:" + component)
    yield item, term("sh:sourceConstraintComponent"), f"<{known}>", ""
    severity = group["severity"]
    grave = severity if "://" in severity else expand("sh:" + severity)
    yield item, term("sh:resultSeverity"), f"<{grave}>", ""
    for lang, text in group["message"].items():
        yield item, term("sh:resultMessage"), literal(text, language=lang), ""


def _slip(node: str, finding: Mapping[str, Any]) -> Iterator[Quad]:
    key = json.dumps(finding, sort_keys=True)
    item = f"{node[:-1]}:{hashlib.sha256(key.encode()).hexdigest()[:16]}>"
    yield item, term("rdf:type"), term("dqv:QualityAnnotation"), ""
    yield item, term("oa:motivatedBy"), term("dqv:qualityAssessment"), ""
    yield item, term("dct:isPartOf"), node, ""
    for result in finding["results"]:
        yield item, term("oa:hasTarget"), result["focus"], ""
    for name in ("id", "severity"):
        yield from _body(item, name, finding[name], "oa:classifying")
    for lang, text in finding["message"].items():
        times = f" ({finding['count']} {word('times', lang)})" if finding["count"] > 1 else ""
        body = f"{text}{times} {finding['remedy'][lang]}"
        yield from _body(item, lang, body, "oa:assessing")
        yield f"{item[:-1]}:{lang}>", _LANGUAGE, literal(lang), ""


def _body(item: str, name: str, text: str, purpose: str) -> Iterator[Quad]:
    body = f"{item[:-1]}:{name}>"
    yield item, term("oa:hasBody"), body, ""
    yield body, term("rdf:type"), term("oa:TextualBody"), ""
    yield body, term("rdf:value"), literal(text), ""
    yield body, term("oa:hasPurpose"), term(purpose), ""
