"""What looks like personal data, and how it is shown: never whole.

Source of the check digits: Royal Decree of 3 April 1984 on the national register number (rest of
division by 97; from 2000 with a 2 in front); bis numbers add 20 or 40 to the month.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

# patterns start with what they look for and look back from there: a search then skips the rest
_REGISTER: Final = re.compile(
    r"(\d(?<![\d.-]\d)\d)[. ]?(\d{2})[. ]?(\d{2})[-. ]?(\d{3})[-. ]?(\d{2})(?![\d]|[./-]\d)"
)
_MAIL: Final = re.compile(
    r"(?<![\w.+-])([A-Za-z0-9][\w.+-]{0,63})@([A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,62})+)"
)
_PHONE: Final = re.compile(
    r"[+0](?<![\w/.+-][+0])(?:"
    r"(?:(?<=\+)32|(?<=0)032)[ ./-]?(?:\(0\))?[ ./-]?\d{1,3}(?:[ ./-]?\d{2,3}){3}"
    r"|(?<=0)4\d{2}(?:[ ./-]?\d{2}){3}"
    r"|(?<=0)[1-9]\d?[ /.]\d{2,3}(?:[ .]\d{2}){2}"
    r")(?![\w-])"
)
# addresses of a service rather than of somebody
_SERVICES: Final = frozenset((
    "info", "contact", "data", "open", "opendata", "helpdesk", "team", "dienst",
    "service", "loket", "mail", "webmaster", "admin", "gis", "geo", "stad", "gemeente", "no",
    "reply", "noreply", "communicatie", "onthaal", "secretariaat", "privacy", "dpo", "gdpr",
    "metadata", "digitaal", "vlaanderen", "informatie", "kaart", "portaal", "portal", "web", "it",
    "ict", "milieu", "mobiliteit", "statistiek", "statistics", "office", "bureau", "press", "pers",
    "burgerzaken", "digital", "center", "centrum", "desk", "hello",
))  # fmt: skip
_FREE: Final = re.compile(
    r"(gmail|googlemail|hotmail|outlook|live|yahoo|icloud|telenet|skynet|proximus|scarlet)\.[a-z.]+",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"[^\W\d_]{2,}(?:[.-][^\W\d_]{2,})+")
_PIVOT: Final = 97
# eight digits near each other: without them there is neither number; most texts have not
_DIGITS: Final = re.compile(r"\d(?:\D{0,2}\d){7}")


def has_numbers(text: str) -> bool:
    """Tell whether `register_numbers` or `phone_numbers` can find anything; quick."""
    return _DIGITS.search(text) is not None


def register_numbers(text: str) -> list[re.Match[str]]:
    """Return the Belgian national register numbers with a possible date and right check digits."""
    return [match for match in _REGISTER.finditer(text) if _is_register_number(match)]


def is_personal(term: str) -> bool:
    """Tell whether the name of a thing holds a national register number."""
    return term.startswith("<") and has_numbers(term) and bool(register_numbers(term))


def _is_register_number(match: re.Match[str]) -> bool:
    year, month, day, serial, check = match.groups()
    if not (int(month) % 20 <= 12 and int(month) < 53 and int(day) <= 31 and 0 < int(serial) < 999):
        return False
    digits = year + month + day + serial
    rests = (_PIVOT - int(start + digits) % _PIVOT for start in ("", "2"))
    return int(check) in rests


def personal_addresses(text: str) -> list[re.Match[str]]:
    """Return the e-mail addresses that look like somebody's own: a name, or of a free provider."""
    if "@" not in text:
        return []
    return [match for match in _MAIL.finditer(text) if _is_personal(match[1], match[2])]


def _is_personal(local: str, domain: str) -> bool:
    parts = re.split(r"[._+-]", local.lower())
    if any(part in _SERVICES for part in parts):
        return False
    return bool(_FREE.fullmatch(domain) or _NAME.fullmatch(local))


def phone_numbers(text: str) -> list[re.Match[str]]:
    """Return what looks like a Belgian telephone number."""
    return list(_PHONE.finditer(text))


def mask(text: str) -> str:
    """Return text in which no personal number or address can be read."""
    return _hide(mask_name(text), phone_numbers)


def mask_name(name: str) -> str:
    """Return the name of a thing, masked; digits in an address are no telephone number."""
    return _hide(_hide(name, register_numbers), personal_addresses)


def _hide(text: str, find: Callable[[str], list[re.Match[str]]]) -> str:
    for match in reversed(find(text)):
        # the first sign shows which one is meant to somebody who has the file
        hidden = re.sub(r"[^\W_]", "•", match[0][1:])
        text = text[: match.start()] + match[0][0] + hidden + text[match.end() :]
    return text
