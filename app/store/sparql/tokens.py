"""Text to tokens: code-point escapes (SPARQL 1.1, section 19.2), terminals (19.8) and keywords.

Every repetition is possessive or ends at a character it excludes, so no text is read over and over.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from app.errors import QueryRefusedError, QueryTooLargeError

_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_VAR_CHARS: Final = rf"{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CHARS: Final = rf"{_VAR_CHARS}\-"
_PLX: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_PREFIX: Final = rf"[{_BASE}][{_CHARS}]*+(?:\.++[{_CHARS}]++)*+"
_LOCAL: Final = (
    rf"(?:[{_BASE}_:0-9]|{_PLX})(?:[{_CHARS}:]|{_PLX})*+(?:\.++(?:[{_CHARS}:]|{_PLX})++)*+"
)
_ECHAR: Final = r"""\\[tbnrf\\"']"""

VAR, WORD, NAME, DEFAULT_NAME, IRI, STRING, NUMBER, PUNCTUATION, LANGUAGE, BLANK, COMMENT = range(
    1, 12
)

# A prefix and a bare word begin alike. They are one alternative, so that a run of words with dots
# is read once; WORD is the group that closes last when no colon follows, NAME when one does.
# A string beside another is never grammatical, so a quote after a string matches nothing: engines
# that end a long string elsewhere than we do get nothing to disagree on.
TOKEN: Final = re.compile(
    rf"""[ \t\r\n]*+(?:
      ([?$][{_BASE}_0-9][{_VAR_CHARS}]*+)
    | ({_PREFIX})(:(?:{_LOCAL})?)?
    | (:(?:{_LOCAL})?)
    | (<[^<>"{{}}|^`\\\x00-\x20]*+>)
    | (\"\"\"(?:"{{0,2}}(?:[^"\\]++|{_ECHAR}))*+\"\"\"(?!")
      |'''(?:'{{0,2}}(?:[^'\\]++|{_ECHAR}))*+'''(?!')
      |"(?!"")(?:[^"\\\n\r]++|{_ECHAR})*+"(?!")
      |'(?!'')(?:[^'\\\n\r]++|{_ECHAR})*+'(?!'))
    | ([0-9]++(?:\.[0-9]*+[eE][+-]?[0-9]++|\.[0-9]++|[eE][+-]?[0-9]++)?
      |\.[0-9]++(?:[eE][+-]?[0-9]++)?)
    | (\^\^|&&|\|\||!=|<=|>=|<<|>>|\{{\||\|\}}|[{{}}()\[\]<>.,;=!+\-*/|^?~])
    | (@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--(?:ltr|rtl)(?![A-Za-z]))?)
    | (_:[{_BASE}_0-9][{_CHARS}]*+(?:\.++[{_CHARS}]++)*+)
    | (\#[^\r\n]*+)
    )""",
    re.VERBOSE,
)

FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATES: Final = frozenset(
    {
        *("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE"),
        *("ADD", "MOVE", "COPY", "WITH", "USING"),
    }
)
# what gives another answer each time
VOLATILE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
# SPARQL 1.1, the additions of the SPARQL 1.2 drafts, and the engine's own LATERAL and ADJUST.
KEYWORDS: Final = frozenset(
    {
        *("BASE", "PREFIX", "VERSION", "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "DISTINCT"),
        *("REDUCED", "AS", "FROM", "NAMED", "WHERE", "GROUP", "BY", "HAVING", "ORDER", "ASC"),
        *("DESC", "LIMIT", "OFFSET", "VALUES", "UNDEF", "OPTIONAL", "GRAPH", "BIND", "UNION"),
        *("MINUS", "FILTER", "LATERAL", "EXISTS", "NOT", "IN", "SERVICE", "SILENT", "COUNT"),
        *("SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "SEPARATOR", "STR", "LANG"),
        *("LANGMATCHES", "LANGDIR", "DATATYPE", "BOUND", "IRI", "URI", "BNODE", "RAND", "ABS"),
        *("CEIL", "FLOOR", "ROUND", "CONCAT", "STRLEN", "UCASE", "LCASE", "ENCODE_FOR_URI"),
        *("CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "YEAR", "MONTH", "DAY"),
        *("HOURS", "MINUTES", "SECONDS", "TIMEZONE", "TZ", "NOW", "UUID", "STRUUID", "MD5"),
        *("SHA1", "SHA256", "SHA384", "SHA512", "COALESCE", "IF", "STRLANG", "STRLANGDIR"),
        *("STRDT", "SAMETERM", "SAMEVALUE", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL"),
        *("ISNUMERIC", "REGEX", "SUBSTR", "REPLACE", "HASLANG", "HASLANGDIR", "TRIPLE"),
        *("ISTRIPLE", "SUBJECT", "PREDICATE", "OBJECT", "ADJUST"),
    }
)

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_LONGEST_ESCAPE: Final = 10
_BACKSLASH: Final = (
    "A code-point escape may not follow a backslash.",
    "Een \\u-code mag niet op een schuine streep volgen.",
)


def decode(query: str, max_bytes: int) -> str:
    """Return the query with its code-point escapes replaced, as an engine must read it.

    Raises:
        QueryRefusedError: Too long, a wrong escape, a NUL, half a surrogate pair.
    """
    text = query
    if "\\u" in query or "\\U" in query:
        if len(query) > _LONGEST_ESCAPE * max_bytes:
            too_large(max_bytes)
        text = _ESCAPE.sub(_code_point, query)
        # engines disagree on `\\u0041`, and on an escape that appears by decoding another
        if _ESCAPE.search(text):
            refuse(*_BACKSLASH)
    if len(text) > max_bytes or not text.isascii():
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            refuse(
                "The query holds half of a surrogate pair.",
                "De zoekvraag bevat een half teken (surrogaat).",
            )
        if size > max_bytes:
            too_large(max_bytes)
    if "\0" in text:
        refuse("The query holds a NUL character.", "De zoekvraag bevat een NUL-teken.")
    return text


def _code_point(match: re.Match[str]) -> str:
    value = int(match[1] or match[2], 16)
    if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
        refuse("A code-point escape names no character.", "Een \\u-code noemt geen bestaand teken.")
    if match.start() and match.string[match.start() - 1] == "\\":
        refuse(*_BACKSLASH)
    return chr(value)


def refuse(detail: str, nl: str, position: tuple[int, int] | None = None) -> NoReturn:
    """Raise the error of this room's guard; `position` is (line, column), from 1."""
    raise QueryRefusedError(detail, nl=nl, position=position)


def too_large(most: int) -> NoReturn:
    """Raise the error of a query that is not read."""
    raise QueryTooLargeError(
        f"A query has at most {most} bytes.", nl=f"Een zoekvraag telt hoogstens {most} bytes."
    )
