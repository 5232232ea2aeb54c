"""`vijfster query`: SPARQLWrapper as client of any endpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.error import HTTPError
from urllib.parse import urlsplit

from SPARQLWrapper import CSV, JSON, POST, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from app.errors import InputError, StoreUnavailableError
from app.store.sparql import tokens

_FORMATS = ("table", "csv", "json", "turtle")
_ROWS, _GRAPHS = {"SELECT", "ASK"}, {"CONSTRUCT", "DESCRIBE"}
_OF_GRAPHS = {"table", "turtle"}
_WIDEST = 60
# what would move the cursor or colour a terminal: results are others' text
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# the endpoint, not the query, is why
_LATER = {429, 502, 503, 504}


def with_prefixes(text: str, known: Mapping[str, str]) -> str:
    """Return a query that declares the known prefixes it uses; lines keep their number."""
    used: set[str] = set()
    declared: set[str] = set()
    before = ""
    for match in tokens.TOKEN.finditer(text):
        word, name = match[tokens.WORD] or "", match[tokens.NAME]
        if name is not None:
            (declared if before == "PREFIX" else used).add(word)
        before = word.upper() if name is None else ""
    missing = sorted((used - declared) & known.keys())
    return "".join(f"PREFIX {name}: <{known[name]}> " for name in missing) + text


def ask(text: str, endpoint: str, output: str, *, seconds: int = 60) -> str:
    """Return an endpoint's answer as a table, CSV, JSON or Turtle.

    Raises:
        InputError: The endpoint refuses the query, or its form has no such output.
        StoreUnavailableError: The endpoint does not answer, or breaks off.
    """
    client = _client(text, endpoint, output, seconds)
    try:
        raw: bytes = client.query().response.read()
        if output == "table" and client.queryType in _ROWS:
            return _table(json.loads(raw))
        return raw.decode().rstrip("\n")
    except SPARQLWrapperException as error:
        why = _reason(str(error.args[0]) if error.args else str(error))
        raise InputError(f"{endpoint} refuses the query: {why}",
                         nl=f"{endpoint} weigert de zoekvraag: {why}") from error  # fmt: skip
    except HTTPError as error:
        with error:
            _failed(endpoint, error)
    except (OSError, HTTPException) as error:
        why = _shown(str(getattr(error, "reason", "") or error) or type(error).__name__)
        raise StoreUnavailableError(
            f"{endpoint} does not answer, or broke off: {why}. Look whether it runs, or give it "
            "longer (--timeout)",
            nl=f"{endpoint} antwoordt niet, of brak af: {why}. Kijk of het draait, of geef het "
            "langer tijd (--timeout)",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StoreUnavailableError(
            f"{endpoint} gives no SPARQL results; is this the address of the endpoint?",
            nl=f"{endpoint} geeft geen SPARQL-resultaten; is dit het adres van het endpoint?",
        ) from error


def for_terminal(text: str) -> str:
    """Return an answer as a terminal may show it: what would act there becomes U+FFFD."""
    lines = text.rstrip("\r").replace("\r\n", "\n").replace("\t", " ").split("\n")
    return "\n".join(_CONTROL.sub("\ufffd", line) for line in lines)


def _shown(text: str) -> str:
    return _CONTROL.sub(" ", text)


def _client(text: str, endpoint: str, output: str, seconds: int) -> Any:
    if output not in _FORMATS:
        raise InputError(f"--format is {', '.join(_FORMATS)}, not {output}",
                         nl=f"--format is {', '.join(_FORMATS)}, niet {output}")  # fmt: skip
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(f"--endpoint is an address with http or https, not {endpoint}",
                         nl=f"--endpoint is een adres met http(s), niet {endpoint}")  # fmt: skip
    client = SPARQLWrapper(endpoint)
    client.setQuery(text)
    client.setTimeout(seconds)
    client.setMethod(POST)
    form = client.queryType
    if (form in _GRAPHS and output not in _OF_GRAPHS) or (form in _ROWS and output == "turtle"):
        raise InputError(f"the answer to {form} has no --format {output}",
                         nl=f"het antwoord op {form} heeft geen --format {output}")  # fmt: skip
    tabular = {"csv": CSV, "json": JSON, "table": JSON}
    client.setReturnFormat(tabular[output] if form in _ROWS else TURTLE)
    return client


def _failed(endpoint: str, error: HTTPError) -> NoReturn:
    try:
        why = _reason(error.read(65_536).decode()) or _shown(error.reason)
    except (OSError, HTTPException, UnicodeDecodeError):
        why = _shown(error.reason)
    en, nl = f"{endpoint} answers {error.code}: {why}", f"{endpoint} antwoordt {error.code}: {why}"
    if error.code in _LATER:
        wait = error.headers.get("Retry-After", "")
        again = wait.isdecimal()
        raise StoreUnavailableError(
            en + (f" Try again in {wait} s." if again else ""),
            nl=nl + (f" Probeer opnieuw over {wait} s." if again else ""),
        ) from error
    raise InputError(en, nl=nl) from error


def _reason(text: str) -> str:
    """Return the detail of a problem document where the endpoint sent one, else a first line."""
    start = text.find("{")
    if start >= 0:
        body = text[start : text.rfind("}") + 1]
        # SPARQLWrapper shows the bytes of an answer as Python writes them
        for reading in (
            body,
            body.encode("latin-1", "replace").decode("unicode_escape", "replace"),
        ):
            try:
                return _shown(str(json.loads(reading)["detail"]))
            except (ValueError, KeyError, TypeError):
                continue
    lines = text.strip().splitlines()
    return _shown(lines[0])[:300] if lines else ""


def _table(result: dict[str, Any]) -> str:
    if "boolean" in result:
        return str(result["boolean"]).lower()
    names: list[str] = result["head"]["vars"]
    rows = [
        [_shown(row[name]["value"]) if name in row else "" for name in names]
        for row in result["results"]["bindings"]
    ]
    names = [_shown(name) for name in names]
    widths = [
        min(_WIDEST, max([len(name), *(len(row[i]) for row in rows)]))
        for i, name in enumerate(names)
    ]
    lines = ["  ".join(n.ljust(w) for n, w in zip(names, widths, strict=True)).rstrip()]
    lines.append("  ".join("-" * width for width in widths))
    for row in rows:
        lines.append("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip())
    return "\n".join(lines)
