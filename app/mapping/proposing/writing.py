"""The proposed mapping as YARRRML with comments: how sure each line is, why, and what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.mapping.proposing.choosing import Choice, Left
from app.mapping.proposing.codes import Codes
from app.mapping.proposing.lines import comment, one_line, reference, scalar
from app.mapping.proposing.naming import Key
from app.mapping.proposing.profiles import ColumnProfile, Text, Thing
from app.mapping.proposing.rules import guessed, rule_of

_SOURCE = {"nl": "bron", "en": "source"}
_PO = 6


@dataclass(frozen=True, slots=True)
class Draft:
    """What a mapping is written of; `source` is the path of the table as the mapping names it."""

    profile: ColumnProfile
    source: str
    rows: int
    key: Key
    chosen: Sequence[Choice]
    left: Sequence[Left]
    notes: Sequence[Text] = ()


def written(draft: Draft, codes: Codes, lang: str) -> str:
    """Return the text of the mapping, in the language of its comments."""
    return "\n".join(_Writer(draft, codes, lang).lines()) + "\n"


class _Writer:
    def __init__(self, draft: Draft, codes: Codes, lang: str) -> None:
        self.draft, self.codes, self.lang = draft, codes, lang
        self.of = {name: [item for item in draft.chosen if item.known.thing == name]
                   for name in draft.profile.things}  # fmt: skip

    def say(self, nl: str, en: str) -> str:
        return nl if self.lang == "nl" else en

    def lines(self) -> Iterator[str]:
        draft = self.draft
        yield from self.head()
        if draft.profile.prefixes:
            yield "prefixes:"
            for prefix, iri in draft.profile.prefixes.items():
                yield f"  {prefix}: {iri}"
        yield "sources:"
        yield f"  {_SOURCE[self.lang]}: [{scalar(draft.source + '~csv')}]"
        yield "mappings:"
        for thing in draft.profile.things.values():
            if thing.name == draft.profile.row.name or self.present(thing):
                yield from self.thing(thing)
        yield from self.rest()

    def head(self) -> Iterator[str]:
        draft = self.draft
        total = len(draft.chosen) + len(draft.left)
        yield from comment(self.say(
            f"Voorstel van een mapping, gemaakt door vijfster mapping new uit {draft.source}: "
            f"{draft.profile.title['nl']}.",
            f"Proposal of a mapping, made by vijfster mapping new from {draft.source}: "
            f"{draft.profile.title['en']}.",
        ))  # fmt: skip
        yield from comment(self.say(
            f"{len(draft.chosen)} van {total} kolommen herkend; {draft.rows} rijen bekeken. Lees "
            "elke regel na: het percentage zegt hoe zeker het voorstel is, en waarom. Wat niet "
            "gemapt is, staat onderaan.",
            f"{len(draft.chosen)} of {total} columns recognised; {draft.rows} rows looked at. Read "
            "every line: the percentage says how sure the proposal is, and why. What is not mapped "
            "stands at the end.",
        ))  # fmt: skip
        for note in draft.notes:
            yield from comment(note[self.lang])

    def present(self, thing: Thing) -> bool:
        """Tell whether a thing has columns, or what it leads to has."""
        things = self.draft.profile.things.values()
        return bool(self.of[thing.name]) or any(
            self.present(other) for other in things if other.parent == thing.name
        )

    def columns(self, thing: Thing) -> list[str]:
        """Return the columns that must not all be empty for a thing to be there."""
        found = [item for item in self.of[thing.name] if not item.known.advice]
        for other in self.draft.profile.things.values():
            if other.parent == thing.name:
                found += [item for item in self.draft.chosen if item.known.thing == other.name]
        rows: set[int] = set()
        out: list[str] = []
        # as few as there can be: those with most cells first
        for item in sorted(found, key=lambda c: -len(c.column.values.cells)):
            numbers = {*item.column.values.numbers}
            if not out or not numbers <= rows:
                out.append(item.column.name)
                rows |= numbers
        # a row without its key gives nothing anyhow
        return [] if self.draft.key.column.name in out else out

    def subject(self, thing: Thing) -> str:
        key = self.draft.key
        if thing.named:
            return f"{thing.path}/{reference(self.of[thing.name][0].column.name)}"
        if thing is self.draft.profile.row and key.kind == "address":
            return reference(key.column.name)
        return f"{thing.path}/{reference(key.column.name)}"

    def thing(self, thing: Thing) -> Iterator[str]:
        row = thing is self.draft.profile.row
        yield f"  {thing.name}:"
        yield f"    sources: {_SOURCE[self.lang]}"
        if row:
            key = self.draft.key
            name = key.column.name
            yield from comment(self.say(f"Sleutel: kolom {name}: {key.why['nl']}.",
                                        f"Key: column {name}: {key.why['en']}."), 4)  # fmt: skip
        elif thing.named:
            yield from comment(self.say(
                "één ding per naam: een andere schrijfwijze is een ander ding; een kolom met "
                "codes is zekerder",
                "one thing per name: another spelling is another thing; a column of codes is safer",
            ), 4)  # fmt: skip
        yield f"    s: {scalar(self.subject(thing))}"
        yield "    po:"
        when = [] if row or thing.named else self.columns(thing)
        for type_ in thing.types:
            yield from self.stated("a", type_, when)
        for choice in self.of[thing.name]:
            yield from self.rule(choice)
        for other in self.draft.profile.things.values():
            if other.parent == thing.name and self.present(other):
                value = self.subject(other) + "~iri"
                yield from self.stated(
                    other.link, value, [] if other.named else self.columns(other)
                )

    def stated(self, predicate: str, value: str, when: Sequence[str]) -> Iterator[str]:
        """Yield a rule for each column that must be filled; without any, one rule."""
        pad = " " * _PO
        if not when:
            yield f"{pad}- [{scalar(predicate)}, {scalar(value)}]"
        for column in when:
            yield f"{pad}- p: {scalar(predicate)}"
            yield f"{pad}  o: {scalar(value)}"
            yield (f"{pad}  condition: {{function: notEqual, parameters: "
                   f'[[str1, {scalar(reference(column))}], [str2, ""]]}}')  # fmt: skip

    def rule(self, choice: Choice) -> Iterator[str]:
        rule = rule_of(choice, self.codes)
        why = f"{choice.confidence:.0%}: {one_line(choice.why[self.lang])}"
        for note in rule.notes:
            yield from comment(note[self.lang], _PO)
        pad = " " * _PO + ("# " if rule.advised else "")
        first, *more = rule.lines
        yield f"{pad}{first}  # {why}"
        yield from (pad + line for line in more)

    def rest(self) -> Iterator[str]:
        """Yield what is not mapped, each with why and how it can be."""
        if not self.draft.left:
            yield from comment(self.say("Alle kolommen zijn gemapt.", "All columns are mapped."))
            return
        yield "#"
        yield from comment(self.say(
            f"Niet gemapt ({len(self.draft.left)} kolommen). Een regel neemt u over onder po: van "
            "het ding waar hij bij hoort, zonder hekje.",
            f"Not mapped ({len(self.draft.left)} columns). Take a line over below po: of the thing "
            "it belongs to, without the hash.",
        ))  # fmt: skip
        for item in self.draft.left:
            yield from self.unmapped(item)

    def unmapped(self, item: Left) -> Iterator[str]:
        name = one_line(item.column.name) or f"({item.column.position})"
        warning = self.say("LET OP, PERSOONSGEGEVENS: ", "NOTE, PERSONAL DATA: ")
        yield from comment(f"- {name}: {warning if item.code == 'personal' else ''}"
                           f"{item.why[self.lang]}.")  # fmt: skip
        if item.code == "personal":
            yield from comment(self.say(
                "publiceer dit niet zonder rechtsgrond; laat de kolom liefst weg uit het bestand",
                "do not publish this without a legal basis; best leave the column out of the file",
            ), inner=2)  # fmt: skip
        elif item.code == "unknown":
            yield f"#   {guessed(item.column, self.lang)}"
        for option in item.options if item.code != "personal" else ():
            label = option.known.label[self.lang]
            for line in rule_of(option, self.codes).lines:
                yield f"#   {line}"
            yield from comment(self.say(
                f"{label}, bij {option.known.thing} ({option.confidence:.0%}: {option.why['nl']})",
                f"{label}, of {option.known.thing} ({option.confidence:.0%}: {option.why['en']})",
            ), inner=2)  # fmt: skip


def as_json(draft: Draft, text: str, lang: str) -> Mapping[str, object]:
    """Return a proposal as JSON values: the key, the columns, what is left, the mapping."""
    key = draft.key
    return {
        "profile": draft.profile.name, "source": draft.source, "rows": draft.rows,
        "key": {"column": key.column.name, "kind": key.kind, "why": key.why[lang]},
        "columns": [
            {"column": item.column.name, "thing": item.known.thing,
             "property": item.known.property, "confidence": round(item.confidence, 2),
             "why": item.why[lang]}
            for item in draft.chosen
        ],
        "left_out": [
            {"column": item.column.name, "position": item.column.position, "reason": item.code,
             "why": item.why[lang],
             "options": [{"thing": option.known.thing, "property": option.known.property,
                          "confidence": round(option.confidence, 2)} for option in item.options]}
            for item in draft.left
        ],
        "notes": [note[lang] for note in draft.notes],
        "mapping": text,
    }  # fmt: skip
