"""A validation as a workbook: the one handed over with its wrong cells marked, and a list of all.

Unlike the other forms it needs what was handed over. Of RDF it is the list alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.tables.cells import position
from app.tables.marking import (
    MAX_COMMENTS,
    Finding,
    Listing,
    marked_sheet,
    marked_workbook,
    only_listing,
    sheet_name,
)
from app.tables.recognising import WORKBOOK
from app.tables.sheets import SheetLimits, read_csv
from app.tables.workbook import lost_parts
from app.validation.forms.words import word
from app.validation.sources import Source
from app.validation.wording import REMEDIES, REMEDY_OTHERWISE

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADS = ("sheet", "cell", "column", "severity", "value", "message", "remedy", "profile")
# what these point at is in the profile or in the data, not in a workbook
_VAGUE = (REMEDY_OTHERWISE, REMEDIES["HasValue"])


def workbook(
    model: Mapping[str, Any],
    lang: str,
    source: Source | None,
    limits: SheetLimits,
    form_of: Callable[[Source], str],
) -> bytes:
    """Return the workbook of a model of one source; `form_of` says how it is an inventory, or "".

    Where the source is not kept, it is the list alone.

    Raises:
        InputError: The workbook handed over is damaged.
    """
    told = model["sources"][0]
    listing = Listing(
        word("findings", lang), list(_lines(told, lang)),
        [word(name, lang).capitalize() for name in _HEADS], list(_findings(told, lang)),
    )  # fmt: skip
    # what could not be read is not opened again
    form = "" if told["error"] or source is None else form_of(source)
    if source is None or not form:
        return only_listing(listing)
    if form == WORKBOOK:
        lost = lost_parts(source.data)
        extra = [word("recalculated", lang)]
        extra += [word("lost", lang, parts=lost[lang])] if lost else []
        listing = replace(listing, lines=[*listing.lines, *extra])
        return marked_workbook(source.data, source.where, listing)
    sheet = read_csv(source.data, source.name or source.where, limits)
    name = sheet_name(sheet.file)
    found = [replace(finding, sheet=name) for finding in listing.findings]
    return marked_sheet(sheet, replace(listing, findings=found))


def _lines(told: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield f"{told['name']}: {word(told['verdict'], lang)}"
    if told["error"]:
        yield told["error"]["message"][lang]
        return
    yield word("summary", lang, **told["counts"])
    for note in told.get("notes", ()):
        yield note["message"][lang]
    for gap in told["unchecked"]:
        yield f"{word('unchecked', lang)}: {gap['reason'][lang]}"
    listed = sum(len(group["results"]) for group in told["groups"])
    rest = sum(group["count"] for group in told["groups"]) - listed
    if rest:
        yield word("more", lang, count=rest)
    if listed > MAX_COMMENTS:
        yield word("comments", lang, count=MAX_COMMENTS)


def _findings(told: Mapping[str, Any], lang: str) -> Iterator[Finding]:
    for group in told["groups"]:
        for result in sorted(group["results"], key=_place):
            texts = (
                result["found"].get(lang, ""),
                result.get("message", group["message"])[lang],
                result["remedy"][lang] if "remedy" in result else _remedy(group, lang),
                group["profile"],
            )
            yield from _cells(result, group["severity"], texts, lang)
    for slip in told["terms"] or ():
        texts = (slip["value"], slip["message"][lang], slip["remedy"][lang], word("terms", lang))
        for result in slip["results"]:
            yield from _cells(result, slip["severity"], texts, lang)


def _remedy(group: Mapping[str, Any], lang: str) -> str:
    """Return how to mend a cause; "" where only the profile's own words say it."""
    text: str = group["remedy"][lang]
    own = group["expected"][lang] not in group["message"][lang]
    return "" if own and any(text in texts for texts in _VAGUE) else text


def _place(result: Mapping[str, Any]) -> tuple[str, int]:
    """Order the results of a cause as a person walks through the rows."""
    if not result["cells"]:
        return "", result["line"] or 0
    return result["cells"][0]["sheet"], result["cells"][0]["row"]


def _cells(
    result: Mapping[str, Any], severity: str, texts: tuple[str, str, str, str], lang: str
) -> Iterator[Finding]:
    grave = word(severity, lang)
    comment = f"{grave}: {texts[1]}\n{texts[2]}".rstrip()
    for cell in result["cells"]:
        yield Finding(cell["sheet"], cell["row"], position(cell["ref"]), severity, comment,
                      (cell["column"], grave, *texts))  # fmt: skip
    if not result["cells"]:
        about = (result["label"][lang], grave, *texts)
        yield Finding("", result["line"] or 0, 0, severity, comment, about)
