"""A validation as a SHACL report (SHACL, section 3.6): one per source, in Turtle or JSON-LD."""

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
    known = component if "://" in component else expand("sh:" + component)
    yield item, term("sh:sourceConstraintComponent"), f"<{known}>", ""
    severity = group["severity"]
    grave = severity if "://" in severity else expand("sh:" + severity)
    yield item, term("sh:resultSeverity"), f"<{grave}>", ""
    for lang, text in group["message"].items():
        yield item, term("sh:resultMessage"), literal(text, language=lang), ""
