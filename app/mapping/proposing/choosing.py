"""Which column becomes which property: by its head, then its values; doubt is told, not guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.mapping.proposing.heads import Head, head_of, likeness
from app.mapping.proposing.profiles import ColumnProfile, Known, Text, Words
from app.tables.kinds import Values

SURE: Final = 0.6
_EQUAL: Final = 0.05
_MOST, _HALF = 0.9, 0.5
_WRONG, _PARTLY, _UNSEEN = 0.5, 0.8, 0.9
_ALONE_VALUES: Final = 3
# share of cells from which a column is taken for one about persons
_PERSONAL: Final = 0.2
# a head so much alike a name of the profile is not about a person for a word in it
_NAMED: Final = 0.95
_PERSONAL_KINDS: Final[Mapping[str, Text]] = {
    "insz": {"nl": "rijksregisternummers", "en": "national register numbers"},
    "mobile": {"nl": "gsm-nummers", "en": "mobile numbers"},
    "personal-email": {"nl": "e-mailadressen op naam van personen",
                       "en": "e-mail addresses in the names of persons"},
}  # fmt: skip
# the kinds that a kind of value may be written as
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "belgian-date", "date-time", "year"),
    "number": ("integer", "decimal", "belgian-number", "euro"),
    "url": ("url", "web"),
    "telephone": ("telephone", "mobile"),
}
# what no name, description or other text is made of
_NO_TEXT: Final = (
    "email",
    "url",
    "date",
    "belgian-date",
    "decimal",
    "belgian-number",
    "kbo-number",
)
SHOWN: Final = {
    "kbo-number": {"nl": "ondernemingsnummers", "en": "enterprise numbers"},
    "ovo-code": {"nl": "OVO-codes", "en": "OVO codes"},
    "nis": {"nl": "NIS-codes (vijf cijfers)", "en": "NIS codes (five digits)"},
    "postcode": {"nl": "postcodes", "en": "post codes"},
    "email": {"nl": "e-mailadressen", "en": "e-mail addresses"},
    "url": {"nl": "webadressen", "en": "web addresses"},
    "telephone": {"nl": "telefoonnummers", "en": "telephone numbers"},
    "date": {"nl": "datums of jaartallen", "en": "dates or years"},
    "number": {"nl": "getallen", "en": "numbers"},
    "integer": {"nl": "gehele getallen", "en": "whole numbers"},
    "media-type": {"nl": "mediatypes", "en": "media types"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its position (1 is the first), its head, its values."""

    position: int
    head: Head
    values: Values

    @property
    def name(self) -> str:
        """The head as it is written, which is what a mapping refers to."""
        return self.head.text


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that becomes a property: how sure that is (0 to 1), why, and the language."""

    column: Column
    known: Known
    confidence: float
    why: Text
    language: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A column that is not mapped: a code for why, the reason, and what it might be."""

    column: Column
    code: str
    why: Text
    options: tuple[Choice, ...] = ()


def columns_of(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], words: Words
               ) -> list[Column]:  # fmt: skip
    """Return the columns of a table from its header and its rows (number, cells)."""
    read = list(rows)
    out = []
    for position, text in enumerate(header, start=1):
        filled = [(number, cells[position - 1]) for number, cells in read
                  if position <= len(cells) and cells[position - 1]]  # fmt: skip
        values = Values([cell for _, cell in filled], [number for number, _ in filled], len(read))
        out.append(Column(position, head_of(text, words), values))
    return out


def choose(
    columns: Sequence[Column], profile: ColumnProfile, words: Words
) -> tuple[list[Choice], list[Left]]:
    """Return the columns that are mapped, and those that are left out, each in their order."""
    words = replace(words, fillers=words.fillers | profile.nouns)
    heads = [column.name for column in columns]
    chosen: list[Choice] = []
    left: list[Left] = []
    for column in columns:
        found = _unusable(column, heads) or _decided(column, profile, words)
        if isinstance(found, Choice):
            chosen.append(found)
        else:
            left.append(found)
    kept, doubles = _one_each(chosen)
    return kept, sorted([*left, *doubles], key=lambda item: item.column.position)


def _unusable(column: Column, heads: Sequence[str]) -> Left | None:
    if not column.name:
        return Left(column, "unnamed", {"nl": "de kolom heeft geen kop; geef ze er een",
                                        "en": "the column has no head; give it one"})  # fmt: skip
    if heads.count(column.name) > 1:
        return Left(column, "double", {
            "nl": "de kop staat er meer dan eens; geef elke kolom een eigen kop",
            "en": "the head stands there more than once; give each column a head of its own",
        })  # fmt: skip
    return None


def _decided(column: Column, profile: ColumnProfile, words: Words) -> Choice | Left:
    head = head_of(column.name, words)
    options = sorted(
        (item for known in profile.columns if (item := _weighed(column, head, known, words))),
        key=lambda item: -item.confidence,
    )  # fmt: skip
    named = max((likeness(head, known, words).score for known in profile.columns), default=0)
    if named >= _NAMED:
        # where the head says what it is, a word in it does not say something else
        options = [item for item in options
                   if not 0 < likeness(head, item.known, words).score < _NAMED]  # fmt: skip
    personal = _personal(column, head, words, named)
    if personal:
        return Left(column, "personal", personal, tuple(options[:1]))
    if not options:
        return Left(column, "unknown", {"nl": "niet herkend", "en": "not recognised"})
    best = options[0]
    if best.known.advice and best.confidence >= SURE:
        return Left(column, "advice", best.known.advice, (best,))
    if best.confidence < SURE:
        return Left(column, "unsure", {"nl": "niet zeker genoeg", "en": "not sure enough"},
                    tuple(options[:2]))  # fmt: skip
    near = [item for item in options if best.confidence - item.confidence < _EQUAL]
    if len(near) > 1:
        return Left(column, "tie", {"nl": "past even goed bij meer dan één eigenschap; kies er één",
                                    "en": "fits several properties as well; choose one"},
                    tuple(near))  # fmt: skip
    return best


def _weighed(column: Column, head: Head, known: Known, words: Words) -> Choice | None:
    """Return what a column is worth as one that the profile knows; None for nothing at all."""
    like = likeness(head, known, words)
    values = column.values
    share = values.share(*KINDS.get(known.values, (known.values,))) if known.values else 0.0
    why, score = like.why, like.score
    if not score:
        enough = len(values.cells) >= _ALONE_VALUES and share >= _MOST
        if not known.alone or not enough:
            return None
        shown = SHOWN[known.values]
        why = {lang: f"{_PERCENT[lang].format(share)} {shown[lang]}" for lang in shown}
        return Choice(column, known, known.alone, why)
    if not values.cells:
        score *= _UNSEEN
        why = _and(why, {"nl": "er zijn geen waarden om te vergelijken",
                         "en": "there are no values to compare"})  # fmt: skip
    elif known.values:
        shown = {lang: f"{_PERCENT[lang].format(share)} {text}"
                 for lang, text in SHOWN[known.values].items()}  # fmt: skip
        why = _and(why, shown)
        score = score + (1 - score) / 2 if share >= _MOST else score * (
            _PARTLY if share >= _HALF else _WRONG)  # fmt: skip
    elif known.language and values.share(*_NO_TEXT) >= _MOST:
        score *= _WRONG
        why = _and(why, {"nl": "maar de waarden zijn geen tekst",
                         "en": "but the values are no text"})  # fmt: skip
    language = (head.language or known.language) if known.language else ""
    return Choice(column, known, min(score, 1.0), why, language)


_PERCENT: Final = {"nl": "{:.0%} van de waarden zijn", "en": "{:.0%} of the values are"}


def _and(why: Text, more: Text) -> Text:
    return {lang: f"{text}; {more[lang]}" for lang, text in why.items()}


def _personal(column: Column, head: Head, words: Words, named: float) -> Text | None:
    """Return why a column looks like one about persons, if it does."""
    for phrase, about in words.personal.items():
        parts = phrase.split()
        within = {*parts} <= {*head.words} and named < _NAMED
        if head.folded == phrase or head.folded.replace(" ", "") == "".join(parts) or within:
            return {"nl": f"de kop wijst op {about['nl']}", "en": f"the head says {about['en']}"}
    for kind, shown in _PERSONAL_KINDS.items():
        share = column.values.share(kind)
        if share >= _PERSONAL:
            return {lang: f"{_PERCENT[lang].format(share)} {text}" for lang, text in shown.items()}
    return None


def _one_each(chosen: Sequence[Choice]) -> tuple[list[Choice], list[Left]]:
    """Keep one column for what can be there once; the others are told with the first."""
    kept: dict[tuple[str, ...], Choice] = {}
    out: list[Left] = []
    for item in sorted(chosen, key=lambda c: (-c.confidence, -len(c.column.values.cells),
                                              c.column.position)):  # fmt: skip
        key = (item.known.thing, item.known.property, item.language)
        first = kept.get(key)
        if first is None or item.known.many:
            kept[(*key, str(item.column.position)) if first else key] = item
            continue
        out.append(Left(item.column, "taken", {
            "nl": f"lijkt op hetzelfde als {first.column.name}, die al gemapt is; kies",
            "en": f"is like {first.column.name}, which is mapped already; choose",
        }, (item,)))  # fmt: skip
    return sorted(kept.values(), key=lambda item: item.column.position), out
