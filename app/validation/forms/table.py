"""A validation as CSV: one row per result or slip, safe to open in a spreadsheet program."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import Any

from app.tables.writing import safe_csv
from app.validation.forms.words import address, word

# new columns come last: programs may go by position
_COLUMNS = ("source", "severity", "thing", "line", "property", "message", "value", "profile",
            "clause", "focus", "kind", "check", "count", "cell")  # fmt: skip


def table(model: Mapping[str, Any], lang: str) -> bytes:
    """Return UTF-8 with a mark, so that Excel reads it as such; headings in the language."""
    heads = {name: word(name, lang) for name in _COLUMNS}
    rows = ({heads[name]: value for name, value in row.items()} for row in _rows(model, lang))
    return codecs.BOM_UTF8 + safe_csv(list(heads.values()), rows)


def _rows(model: Mapping[str, Any], lang: str) -> Iterator[dict[str, str]]:
    for source in model["sources"]:
        if source["error"]:
            yield {"source": source["name"], "severity": word(source["verdict"], lang),
                   "line": str(source["error"]["line"] or ""),
                   "message": source["error"]["message"][lang]}  # fmt: skip
        for group in source["groups"]:
            for result in group["results"]:
                yield {
                    "source": source["name"],
                    "severity": word(group["severity"], lang),
                    "thing": result["label"][lang],
                    "line": str(result["line"] or ""),
                    "cell": address(result),
                    "property": group["property"][lang],
                    "message": result.get("message", group["message"])[lang],
                    "value": result["found"].get(lang, ""),
                    "profile": group["profile"],
                    "clause": group["clause"],
                    "focus": result["focus"],
                    "kind": word("profile", lang),
                    "check": group["component"],
                    "count": str(group["count"]),
                }
        for note in source.get("notes", ()):
            yield {"source": source["name"], "severity": word("info", lang),
                   "message": note["message"][lang], "kind": word("note", lang),
                   "check": note["code"]}  # fmt: skip
        for gap in source["unchecked"]:
            yield {"source": source["name"], "severity": word("unchecked", lang),
                   "message": gap["reason"][lang], "profile": gap["profile"],
                   "kind": word("profile", lang)}  # fmt: skip
        yield from _slips(source, lang)


def _slips(source: Mapping[str, Any], lang: str) -> Iterator[dict[str, str]]:
    for finding in source["terms"] or ():
        for number, result in enumerate(finding["results"]):
            yield {
                "source": source["name"],
                "severity": word(finding["severity"], lang),
                "thing": result["label"][lang],
                "line": str(result["line"] or ""),
                "cell": address(result),
                "property": finding["property"].get(lang, ""),
                "message": finding["message"][lang],
                # of findings without a cause it is that of the first thing only
                "value": finding["value"] if finding["cause"] or not number else "",
                "focus": result["focus"],
                "kind": word("terms", lang),
                "check": finding["id"],
                "count": str(finding["count"]),
            }
