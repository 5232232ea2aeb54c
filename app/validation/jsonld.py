"""What is checked in JSON-LD before it is parsed: depth, and contexts that are only a URL.

Nothing is fetched. A context given by the user takes the place of its URL (JSON-LD 1.1, 4.1.2,
4.1.8 for `@import`). HTML gives up its embedded JSON-LD (JSON-LD 1.1, 7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urljoin

import orjson

MAX_DEPTH: Final = 64
_MAX_NESTED_CONTEXTS: Final = 10
_MAX_GROWTH_BYTES: Final = 50_000_000
# a string that never closes runs to the end, so that time is linear
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_MENTIONS = re.compile(rb'"@(?:context|import)"|"[^"]*\\u[^"]*"')
_SCRIPT = re.compile(rb"<!--|<script\b([^>]{0,2000})>", re.IGNORECASE)
_LD_TYPE = re.compile(rb"type\s*=\s*[\"']?\s*application/ld\+json\b", re.IGNORECASE)
_SCRIPT_END = re.compile(rb"</script", re.IGNORECASE)


class JsonProblemError(Exception):
    """JSON-LD that is not read: a stable code, the place (1-based, 0 unknown), what was asked."""

    def __init__(self, code: str, line: int = 0, column: int = 0, said: str = "") -> None:
        super().__init__(code)
        self.code, self.line, self.column, self.said = code, line, column, said


def check_depth(text: bytes) -> None:
    """Count brackets outside strings.

    Raises:
        JsonProblemError: `deep`: more than `MAX_DEPTH`, which would end the parser's process.
    """
    depth = 0
    for byte in _STRING.sub(b"", text).translate(None, _NO_BRACKET):
        if byte in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise JsonProblemError("deep")
        else:
            depth -= 1


def with_contexts(text: bytes, base: str, contexts: Mapping[str, bytes]) -> bytes:
    """Return JSON-LD in which no context is a URL; the same bytes where none was.

    Raises:
        JsonProblemError: `context` (said: the URL that was not given), `bad-context`, or
            `malformed`.
    """
    if not _MENTIONS.search(text):
        return text
    document = _loads(text)
    inliner = _Inliner(contexts)
    changed = inliner.walk(document, base)
    return orjson.dumps(changed) if inliner.used else text


def _loads(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise JsonProblemError("malformed", error.lineno, error.colno, error.msg) from error


class _Inliner:
    def __init__(self, contexts: Mapping[str, bytes]) -> None:
        self._contexts = contexts
        self._known: dict[str, Any] = {}
        self._grown = 0
        self.used = False

    def walk(self, value: Any, base: str, depth: int = 0) -> Any:
        """Return a value with every `@context` inlined, also those inside term definitions."""
        if isinstance(value, list):
            return [self.walk(item, base, depth) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            key: self._context(item, base, depth) if key == "@context"
            else item if key == "@value" else self.walk(item, base, depth)
            for key, item in value.items()
        }  # fmt: skip

    def _context(self, value: Any, base: str, depth: int) -> Any:
        if isinstance(value, str):
            return self._given(value, base, depth)
        if isinstance(value, list):
            out: list[Any] = []
            for item in value:
                found = self._context(item, base, depth)
                out.extend(found if isinstance(found, list) else [found])
            return out
        if isinstance(value, dict) and isinstance(value.get("@import"), str):
            given = self._given(value["@import"], base, depth)
            if not isinstance(given, dict):
                raise JsonProblemError("bad-context", said=value["@import"])
            value = {**given, **{key: item for key, item in value.items() if key != "@import"}}
        return self.walk(value, base, depth)

    def _given(self, reference: str, base: str, depth: int) -> Any:
        """Return the context a URL stands for."""
        try:
            url = urljoin(base, reference)
        except ValueError:
            url = reference
        name = next((name for name in (url, reference) if name in self._contexts), None)
        if name is None:
            raise JsonProblemError("context", said=url)
        if depth >= _MAX_NESTED_CONTEXTS:
            raise JsonProblemError("bad-context", said=url)
        self.used = True
        self._grown += len(self._contexts[name])
        if self._grown > _MAX_GROWTH_BYTES:
            raise JsonProblemError("bad-context", said=url)
        if name not in self._known:
            self._known[name] = self._read(name, url, depth)
        return self._known[name]

    def _read(self, name: str, url: str, depth: int) -> Any:
        try:
            check_depth(self._contexts[name])
            document = _loads(self._contexts[name])
        except JsonProblemError as error:
            raise JsonProblemError("bad-context", said=url) from error
        if not isinstance(document, dict) or "@context" not in document:
            raise JsonProblemError("bad-context", said=url)
        return self._context(document["@context"], url, depth + 1)


def scripts(html: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines before, and the text of, each JSON-LD script of a page."""
    at, line, counted = 0, 0, 0
    while match := _SCRIPT.search(html, at):
        if match[0] == b"<!--":
            end = html.find(b"-->", match.end())
            at = end + 3 if end >= 0 else len(html)
            continue
        close = _SCRIPT_END.search(html, match.end())
        at = close.start() if close else len(html)
        if _LD_TYPE.search(match[1]):
            line += html.count(b"\n", counted, match.end())
            counted = match.end()
            yield line, html[match.end() : at]
        at = max(at, match.end())
