"""What the values of a column look like: numbers of the KBO, dates, addresses, amounts, yes and no.

A kind is a form of text, told by its pattern and, where there is one, its check digits. It says
what a column may hold, never that it does: five digits may be a NIS code or something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from app.rdf.lexical import is_valid
from app.rdf.terms import XSD

YES: Final = frozenset({"ja", "j", "yes", "y", "true", "waar", "oui", "1", "x"})
NO: Final = frozenset({"nee", "neen", "n", "no", "false", "onwaar", "non", "0"})
SEPARATORS: Final = ("|", ";")
_MODULUS: Final = 97
_PHONE_DIGITS: Final = range(8, 13)
_LONGEST: Final = 2_000
_NOT_DIGITS = re.compile(r"\D")
_KBO = re.compile(r"(BE)? ?[01]?\d{3}[. ]?\d{3}[. ]?\d{3}", re.IGNORECASE)
_INSZ = re.compile(r"\d{2}[. ]?[0-5]\d[. ]?\d{2}[- ]?\d{3}[. ]?\d{2}")
_PHONE = re.compile(r"(\+|00)?[\d ()./-]{8,20}")
# operators have 045 to 049; 040 to 044 begin fixed numbers, and enterprise numbers
_MOBILE = re.compile(r"(0|(\+|00)32(0)?)4[5-9]\d{7}")
_ENTERPRISE = re.compile(r"0\d{3}\.\d{3}\.\d{3}")
_NUMBER = r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,(\d+|-))?"
_BELGIAN_DATE = re.compile(r"(0?[1-9]|[12]\d|3[01])[/.-](0?[1-9]|1[0-2])[/.-]((?:1[6-9]|20)\d{2})")


def _full(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> Callable[[str], bool]:
    compiled = re.compile(pattern, flags)
    return lambda text: compiled.fullmatch(text) is not None


def _kbo(text: str) -> bool:
    """Tell whether text is an enterprise number: its last two digits check the others."""
    digits = _NOT_DIGITS.sub("", text).zfill(10)
    if not _KBO.fullmatch(text) or digits[0] not in "01":
        return False
    return _MODULUS - int(digits[:8]) % _MODULUS == int(digits[8:])


def _insz(text: str) -> bool:
    """Tell whether text is a national number: for who was born after 1999 a 2 goes before it."""
    digits = _NOT_DIGITS.sub("", text)
    if not _INSZ.fullmatch(text):
        return False
    wanted = int(digits[9:])
    return any(_MODULUS - int(front + digits[:9]) % _MODULUS == wanted for front in ("", "2"))


def _phone(text: str) -> bool:
    # a number of at most twelve digits, with something of a telephone in how it is written
    digits = len(_NOT_DIGITS.sub("", text))
    return bool(_PHONE.fullmatch(text)) and digits in _PHONE_DIGITS and text[0] in "+0("


def _mobile(text: str) -> bool:
    # older enterprise numbers begin with 04 too, and are written with these points
    if _ENTERPRISE.fullmatch(text) or _kbo(text):
        return False
    return _MOBILE.fullmatch(re.sub(r"[ ()./-]", "", text)) is not None


def _belgian_date(text: str) -> bool:
    found = _BELGIAN_DATE.fullmatch(text)
    if not found:
        return False
    day, month, year = found.groups()
    return is_valid(f"{year}-{month.zfill(2)}-{day.zfill(2)}", XSD + "date")


_KINDS: Final[Mapping[str, Callable[[str], bool]]] = {
    "kbo-number": _kbo,
    "insz": _insz,
    "ovo-code": _full(r"OVO\d{6}", re.IGNORECASE),
    "nis": _full(r"[1-9]\d{4}"),
    "postcode": _full(r"[1-9]\d{3}"),
    "email": _full(r"[^\s@<>]{1,64}@[^\s@<>.]+(\.[^\s@<>.]+)+"),
    # a first name and a last name before the @
    "personal-email": _full(r"[^\W\d_]{2,}\.[^\W\d_][\w.-]*@[^\s@]+"),
    "url": _full(r"https?://[^\s<>\"]+", re.IGNORECASE),
    "web": _full(r"www\.[^\s<>\"]+", re.IGNORECASE),
    "mobile": _mobile,
    "telephone": _phone,
    "date": lambda text: is_valid(text, XSD + "date") and len(text) == len("2020-12-31"),
    "belgian-date": _belgian_date,
    "date-time": lambda text: is_valid(text, XSD + "dateTime"),
    "year": _full(r"(1[6-9]|20)\d{2}"),
    "integer": _full(r"[+-]?\d+"),
    "decimal": _full(r"[+-]?\d+\.\d+"),
    "belgian-number": _full(r"[+-]?(\d{1,3}(\.\d{3})*,\d+|\d+,\d+|\d{1,3}(\.\d{3}){2,})"),
    "euro": _full(rf"(€|EUR) ?{_NUMBER}|{_NUMBER} ?(€|EUR|euro)", re.IGNORECASE),
    # may be a thousand and more, or a decimal of three digits
    "thousands": _full(r"[+-]?\d{1,3}\.\d{3}"),
    "media-type": _full(r"(application|text|image|audio|video|model|font|multipart)/[\w.+-]+"),
    "yes-no": lambda text: text.casefold() in YES | NO,
}


@dataclass(frozen=True)
class Values:
    """The filled cells of a column, and how many rows were read; what is told of them is shares.

    `numbers` are the rows' numbers in the file, of the filled cells only.
    """

    cells: Sequence[str]
    numbers: Sequence[int]
    rows: int

    @cached_property
    def shares(self) -> Mapping[str, float]:
        """The share (0 to 1) of the filled cells that are of a kind; kinds of none are absent."""
        counts = Counter(self.cells)
        total = len(self.cells)
        found: dict[str, float] = {}
        for name, test in _KINDS.items():
            share = sum(count for cell, count in counts.items()
                        if len(cell) <= _LONGEST and test(cell))  # fmt: skip
            if share:
                found[name] = share / total
        return found

    def share(self, *kinds: str) -> float:
        """Return the share of cells that are of one of some kinds (at most 1)."""
        if not self.cells:
            return 0.0
        if len(kinds) == 1:
            return self.shares.get(kinds[0], 0.0)
        tests = [_KINDS[kind] for kind in kinds]
        fit = sum(any(test(cell) for test in tests) for cell in self.cells if len(cell) <= _LONGEST)
        return fit / len(self.cells)

    def others(self, *kinds: str) -> list[tuple[int, str]]:
        """Return the cells that are of none of some kinds, each with the number of its row."""
        tests = [_KINDS[kind] for kind in kinds]
        pairs = zip(self.numbers, self.cells, strict=True)
        return [
            (row, cell) for row, cell in pairs if not any(test(cell[:_LONGEST]) for test in tests)
        ]

    @property
    def full(self) -> bool:
        """Whether every row that was read has a cell."""
        return len(self.cells) == self.rows > 0

    @cached_property
    def doubles(self) -> Sequence[int]:
        """The rows of the first value that stands in several rows; empty where all differ."""
        first: dict[str, int] = {}
        for number, cell in zip(self.numbers, self.cells, strict=True):
            if first.setdefault(cell, number) != number:
                return first[cell], number
        return ()

    @property
    def counted(self) -> bool:
        """Whether the cells are 1, 2, 3 and so on, as rows are counted."""
        return self.full and list(self.cells) == [str(n + 1) for n in range(len(self.cells))]

    def separator(self, *more: str) -> str:
        """Return the sign between the values of a cell that holds several, or "".

        `more` are signs besides `SEPARATORS`, where a value has none of them.
        """
        if self.share("url", "email") > 0.5:
            return ""
        signs = (*SEPARATORS, *more)
        found = {sign: sum(_listed(cell, sign) for cell in self.cells) for sign in signs}
        best = max(found, key=lambda sign: found[sign])
        return best if found[best] and found[best] * 10 >= len(self.cells) else ""

    def distinct(self, separator: str = "") -> list[str]:
        """Return the different values, most frequent first; of cells with several each of them."""
        items: Iterable[str] = self.cells
        if separator:
            items = (item.strip() for cell in self.cells for item in cell.split(separator))
        return [item for item, _ in Counter(filter(None, items)).most_common()]


def _listed(cell: str, sign: str) -> bool:
    """Tell whether a cell is a list of short items; a sentence may hold a semicolon too."""
    items = cell.split(sign)
    return len(items) > 1 and all(0 < len(item.strip()) <= 60 for item in items)
