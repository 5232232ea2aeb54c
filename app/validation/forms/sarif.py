"""A validation as SARIF 2.1.0 (OASIS), for code review and pipelines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from app import __version__
from app.validation.forms.words import address, word

_LEVELS = {"Violation": "error", "Warning": "warning", "Info": "note",
           "error": "error", "warning": "warning", "info": "note"}  # fmt: skip
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(model: Mapping[str, Any], lang: str) -> bytes:
    """Return one run; a rule is one cause of a profile, a result one thing it holds for.

    Slips in names and values are results too: their rule is that of the linter, tagged "terms".
    """
    rules: dict[str, dict[str, Any]] = {}
    results: list[dict[str, Any]] = []
    for source in model["sources"]:
        for group in source["groups"]:
            rule = "/".join((group["profile"], _local(group["shape"]), _local(group["component"])))
            rules.setdefault(rule, _rule(rule, group, lang))
            for result in group["results"]:
                said = result.get("message", group["message"])[lang]
                text = f"{result['label'][lang]}: {said}"
                results.append({
                    "ruleId": rule,
                    "level": _LEVELS.get(group["severity"], "note"),
                    "message": {"text": text},
                    "locations": [_where(source["name"], result)],
                })  # fmt: skip
        for finding in source["terms"] or ():
            rules.setdefault(finding["id"], _slip_rule(finding, lang))
            results += _slips(source["name"], finding, lang)
        if source["error"]:
            rules.setdefault("unreadable", {"id": "unreadable"})
            results.append({
                "ruleId": "unreadable",
                "level": "error",
                "message": {"text": source["error"]["message"][lang]},
                "locations": [_location(source["name"], source["error"]["line"], "")],
            })  # fmt: skip
    gaps = [
        {"level": "warning", "message": {"text": gap["reason"][lang]}}
        for source in model["sources"] for gap in source["unchecked"]
    ]  # fmt: skip
    notes = [
        {"level": "note", "message": {"text": note["message"][lang]}}
        for source in model["sources"] for note in source.get("notes", ())
    ]  # fmt: skip
    run = {
        "tool": {"driver": {"name": "Vijfster", "version": __version__,
                            "rules": list(rules.values())}},
        "invocations": [{
            # a run that could not check all of it did not succeed, whatever it found
            "executionSuccessful": model["verdict"] not in {"unreadable", "not-fully-checked"},
            "toolExecutionNotifications": gaps + notes,
        }],
        "results": results,
    }  # fmt: skip
    body = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(body, ensure_ascii=False, indent=2).encode() + b"\n"


def _rule(rule: str, group: Mapping[str, Any], lang: str) -> dict[str, Any]:
    out = {
        "id": rule,
        "shortDescription": {"text": group["property"][lang] or rule},
        "fullDescription": {"text": group["message"][lang]},
        "help": {"text": group["remedy"][lang]},
        "defaultConfiguration": {"level": _LEVELS.get(group["severity"], "note")},
    }
    if group["clause"]:
        out["helpUri"] = group["clause"]
    return out


def _slip_rule(finding: Mapping[str, Any], lang: str) -> dict[str, Any]:
    return {
        "id": finding["id"],
        "shortDescription": {"text": f"{word('terms', lang)}: {finding['id']}"},
        "help": {"text": word("terms_text", lang)},
        "defaultConfiguration": {"level": _LEVELS[finding["severity"]]},
        "properties": {"tags": ["terms"]},
    }


def _slips(name: str, finding: Mapping[str, Any], lang: str) -> Iterator[dict[str, Any]]:
    times = f" ({finding['count']} {word('times', lang)})" if finding["count"] > 1 else ""
    for result in finding["results"]:
        said = f"{result['label'][lang]}: {finding['message'][lang]}{times} "
        yield {
            "ruleId": finding["id"],
            "level": _LEVELS[finding["severity"]],
            "message": {"text": said + finding["remedy"][lang]},
            "locations": [_where(name, result)],
        }


def _where(name: str, result: Mapping[str, Any]) -> dict[str, Any]:
    return _location(name, result["line"], address(result) or result["focus"])


def _location(name: str, line: int | None, focus: str) -> dict[str, Any]:
    # a reference (RFC 3986), and a name of a file may hold spaces; an address is one already
    uri = name if name.startswith(("http://", "https://")) else quote(name)
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if line:
        place["region"] = {"startLine": line}
    out: dict[str, Any] = {"physicalLocation": place}
    if focus:
        out["logicalLocations"] = [{"fullyQualifiedName": focus.strip("<>")}]
    return out


def _local(iri: str) -> str:
    return iri[max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":")) + 1 :]
