"""What to fill in in a column, in words: for who fills in a table, not for who reads its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.tables.descriptor import Field, Table

_TYPES: Final = {
    "integer": ("een geheel getal", "a whole number"),
    "number": ("een getal, met een punt voor de decimalen",
               "a number, with a point before the decimals"),
    "date": ("een datum, zoals 2024-03-26", "a date, such as 2024-03-26"),
    "datetime": ("datum en uur, zoals 2024-03-26T14:30:00",
                 "date and time, such as 2024-03-26T14:30:00"),
    "time": ("een uur, zoals 14:30:00", "a time, such as 14:30:00"),
    "year": ("een jaartal van vier cijfers", "a year of four digits"),
    "yearmonth": ("jaar en maand, zoals 2024-03", "year and month, such as 2024-03"),
}  # fmt: skip
_FORMATS: Final = {
    "uri": ("een webadres met https:// vooraan", "a web address with https:// in front"),
    "email": ("een e-mailadres", "an e-mail address"),
    "kbo": ("een ondernemingsnummer, met de nul vooraan",
            "an enterprise number, with the zero in front"),
    "nis": ("een NIS-code van vijf cijfers", "a NIS code of five digits"),
    "ovo": ("OVO en zes cijfers", "OVO and six digits"),
    "postcode": ("een postcode van vier cijfers", "a post code of four digits"),
}  # fmt: skip
# of a schema: what cannot be said in words is shown as it is
_SLUG: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"


def guidance(table: Table, field: Field, lang: str) -> list[str]:
    """Return what to know of a column, a line each: what it is, whether it must be, its form."""
    nl = lang == "nl"
    lines = [field.description.get(lang, "")]
    if field.required:
        lines.append("Verplicht." if nl else "Required.")
    if field.unique or table.primary_key == (field.name,):
        lines.append("Elke waarde hoogstens één keer." if nl else "Each value at most once.")
    lines += [f"{'Vorm' if nl else 'Form'}: {text}." for text in _forms(field, nl=nl)]
    if field.delimiter:
        sign = field.delimiter
        lines.append(f"Meer waarden in één cel: zet er {sign} tussen." if nl
                     else f"Several values in one cell: put {sign} between them.")  # fmt: skip
    lines += [
        f"Verwijst naar de tabel {key.resource}, kolom {key.column}." if nl
        else f"Refers to the table {key.resource}, column {key.column}."
        for key in table.foreign_keys if key.field == field.name
    ]  # fmt: skip
    if field.example:
        lines.append(f"{'Voorbeeld' if nl else 'Example'}: {field.example}")
    return [line for line in lines if line]


def _forms(field: Field, *, nl: bool) -> Iterator[str]:
    """Yield what a value looks like."""
    options = field.options
    words = _FORMATS.get(options.format) or _TYPES.get(field.kind)
    if field.kind == "number" and options.decimal_char != ".":
        yield (f"een getal, met {options.decimal_char} voor de decimalen" if nl
               else f"a number, with {options.decimal_char} before the decimals")  # fmt: skip
    elif options.format.startswith("%"):
        yield options.format
    elif words:
        yield words[not nl]
    if field.kind == "boolean":
        either = " of " if nl else " or "
        yield either.join((*options.true_values, *options.false_values))
    if field.enum or field.code_list:
        name = f" {field.code_list}" if field.code_list else ""
        yield f"een code van de lijst{name}" if nl else f"a code of the list{name}"
    if field.pattern and field.pattern.pattern == _SLUG:
        yield ("kleine letters, cijfers en streepjes" if nl
               else "small letters, digits and hyphens")  # fmt: skip
    elif field.pattern and not field.example:
        yield f"patroon {field.pattern.pattern}" if nl else f"pattern {field.pattern.pattern}"
    yield from _bounds(field, nl=nl)


def _bounds(field: Field, *, nl: bool) -> Iterator[str]:
    for bound, dutch, english in (
        (field.minimum, "minstens", "at least"), (field.maximum, "hoogstens", "at most"),
        (field.exclusive_minimum, "meer dan", "more than"),
        (field.exclusive_maximum, "minder dan", "less than"),
    ):  # fmt: skip
        if bound is not None:
            yield f"{dutch if nl else english} {bound}"
    for length, dutch, english in (
        (field.min_length, "minstens", "at least"), (field.max_length, "hoogstens", "at most"),
    ):  # fmt: skip
        if length is not None:
            yield f"{dutch} {length} tekens" if nl else f"{english} {length} characters"
