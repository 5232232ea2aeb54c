"""JSON, JSON Lines, GeoJSON and TopoJSON; JSON-LD is told apart here and read as RDF."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from app.quality.contents.file import File
from app.quality.contents.words import problem
from app.quality.evidence import Content

_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[][{},]', re.DOTALL)
_CLOSING: Final = {b"[": b"]", b"{": b"}"}
_KEYWORDS: Final = frozenset({"@context", "@graph", "@id", "@type"})
_GEOMETRIES: Final = frozenset({
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    "GeometryCollection",
})  # fmt: skip
# members of an answer that says nothing but that something went wrong
_ERROR: Final = frozenset({
    "error", "errors", "code", "message", "status", "statuscode", "detail", "details", "success",
    "timestamp", "path", "exception", "help", "title", "type", "instance", "traceid", "requestid",
})  # fmt: skip
_GOOD_LINES: Final = 8


def of_json(file: File, text: bytes) -> tuple[Content, bool]:
    """Return what a text that begins as JSON is, and whether it holds the keywords of JSON-LD."""
    whole = not file.cut
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        lines = _lines(file, text)
        if lines:
            return lines, False
        try:
            value = orjson.loads(closed(text)) if file.cut else None
        except orjson.JSONDecodeError:
            value = None
        if value is None:
            return Content(
                "JSON", False, problem("json", line=error.lineno, column=error.colno)
            ), False
        whole = False
    return _found(value, whole=whole), is_linked(value)


def is_linked(value: Any) -> bool:
    """Tell whether a value has the keywords of JSON-LD."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) for item in value) and any(
            _KEYWORDS & item.keys() for item in value
        )  # fmt: skip
    return isinstance(value, dict) and bool(_KEYWORDS & value.keys())


def closed(text: bytes) -> bytes:
    """Return the first part of JSON made whole: cut before its last comma, brackets closed."""
    stack: list[bytes] = []
    kept, closing = 0, b""
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign in _CLOSING:
            stack.append(_CLOSING[sign])
            if not kept:
                kept, closing = match.end(), b"".join(reversed(stack))
        elif sign in (b"]", b"}"):
            if stack:
                stack.pop()
        elif sign == b",":
            kept, closing = match.start(), b"".join(reversed(stack))
    return text[:kept] + closing


def _found(value: Any, *, whole: bool) -> Content:
    valid = True if whole else None
    if isinstance(value, list):
        return Content("JSON", valid, {}, len(value), "items")
    if not isinstance(value, dict):
        return Content("JSON", valid, {}, 1, "items")
    kind = value.get("type")
    if kind == "FeatureCollection" and isinstance(value.get("features"), list):
        return _features(value["features"], valid=valid)
    if kind == "Feature" or (kind in _GEOMETRIES and {"coordinates", "geometries"} & value.keys()):
        return Content("GEOJSON", valid, {}, 1, "features")
    if kind == "Topology" and isinstance(value.get("objects"), dict):
        found = sum(len(one.get("geometries", (one,))) for one in value["objects"].values()
                    if isinstance(one, dict))  # fmt: skip
        return Content("JSON", valid, {}, found, "features")
    if _is_error(value):
        return Content("JSON", valid, problem("error-answer"), error=True)
    return Content("JSON", valid, {}, _longest(value), "items")


def _features(features: list[Any], *, valid: bool | None) -> Content:
    for number, item in enumerate(features, 1):
        if not isinstance(item, dict) or item.get("type") != "Feature":
            return Content("GEOJSON", False, problem("feature", item=number),
                           len(features), "features")  # fmt: skip
    return Content("GEOJSON", valid, {}, len(features), "features")


def _is_error(value: Mapping[str, Any]) -> bool:
    names = {name.lower().replace("_", "") for name in value}
    failed = value.get("error") or value.get("errors") or value.get("success") is False
    return bool(failed) and names <= _ERROR


def _longest(value: Mapping[str, Any]) -> int:
    """Return how long the longest list in an object is, one level deeper too; else 1, of {} 0."""
    inner = [item for one in value.values() if isinstance(one, dict) for item in one.values()]
    lists = [len(item) for item in (*value.values(), *inner) if isinstance(item, list)]
    return max(lists) if lists else min(len(value), 1)


def _lines(file: File, text: bytes) -> Content | None:
    """Return what JSON Lines hold; None for what is none."""
    lines = text.split(b"\n")
    if file.cut:
        lines.pop()
    good, bad, first = 0, 0, 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            holds = isinstance(orjson.loads(line), (dict, list))
        except orjson.JSONDecodeError:
            holds = False
        good, bad = good + holds, bad + (not holds)
        first = first or (0 if holds else number)
        if bad > good:
            return None
    if good < 2 or good * 10 < (good + bad) * _GOOD_LINES:
        return None
    valid = None if file.cut else True
    return Content("JSON", False if bad else valid,
                   problem("json-lines", line=first) if bad else {}, good, "items")  # fmt: skip
