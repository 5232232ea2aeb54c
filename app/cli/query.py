"""`vijfster query`: SPARQLWrapper as client of any endpoint."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError

from SPARQLWrapper import CSV, JSON, POST, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from app.errors import InputError, StoreUnavailableError

_FORMS = {"SELECT", "ASK"}
_TIMEOUT_SECONDS = 60
_WIDEST = 60


def ask(text: str, endpoint: str, output: str) -> str:
    """Return an endpoint's answer as a table, CSV, JSON or Turtle.

    Raises:
        InputError: The endpoint refuses the query, or the form has no such output.
        StoreUnavailableError: The endpoint does not answer.
    """
    if output not in {"table", "csv", "json", "turtle"}:
        msg = f"--format is table, csv, json or turtle, not {output}"
        raise InputError(msg)
    client = SPARQLWrapper(endpoint)
    client.setQuery(text)
    client.setTimeout(_TIMEOUT_SECONDS)
    client.setMethod(POST)
    tabular = client.queryType in _FORMS
    wanted = {"csv": CSV, "json": JSON, "turtle": TURTLE, "table": JSON if tabular else TURTLE}
    client.setReturnFormat(wanted[output] if tabular else TURTLE)
    try:
        raw: bytes = client.query().response.read()
    except SPARQLWrapperException as error:
        msg = f"{endpoint} refuses the query: {_reason(error)}"
        raise InputError(msg) from error
    except HTTPError as error:
        msg = f"{endpoint} answers {error.code}: {error.reason}"
        raise InputError(msg) from error
    except OSError as error:
        msg = f"{endpoint} does not answer: {getattr(error, 'reason', error)}"
        raise StoreUnavailableError(msg) from error
    if output == "table" and tabular:
        return _table(json.loads(raw))
    return raw.decode().rstrip("\n")


def _reason(error: SPARQLWrapperException) -> str:
    """Return the detail of a problem document where the endpoint sent one."""
    text = str(error.args[0]) if error.args else str(error)
    start = text.find("{")
    if start >= 0:
        try:
            body = text[start : text.rindex("}") + 1]
            return str(json.loads(body.encode().decode("unicode_escape"))["detail"])
        except (ValueError, KeyError):
            pass
    return text.splitlines()[0][:300]


def _table(result: dict[str, Any]) -> str:
    if "boolean" in result:
        return str(result["boolean"]).lower()
    names: list[str] = result["head"]["vars"]
    rows = [
        [row[name]["value"] if name in row else "" for name in names]
        for row in result["results"]["bindings"]
    ]
    widths = [
        min(_WIDEST, max([len(name), *(len(row[i]) for row in rows)]))
        for i, name in enumerate(names)
    ]
    lines = ["  ".join(n.ljust(w) for n, w in zip(names, widths, strict=True)).rstrip()]
    lines.append("  ".join("-" * width for width in widths))
    for row in rows:
        lines.append("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip())
    return "\n".join(lines)
