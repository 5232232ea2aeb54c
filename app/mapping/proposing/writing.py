"""The proposed mapping as YARRRML with comments: how sure each line is, why, and what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.mapping.proposing.choosing import Choice, Left
from app.mapping.proposing.codes import Codes
from app.mapping.proposing.lines import Call, called, comment, one_line, reference, scalar
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
        # the conditions that stand above already, by their columns
        self.said: dict[tuple[str, ...], str] = {}
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

    def columns(self, thing: Thing) -> tuple[str, ...]:
        """Return the columns of which one must be filled for a thing to be there; () for none."""
        if thing is self.draft.profile.row or thing.named:
            return ()
        found = [item.column.name for item in self.of[thing.name]]
        for other in self.draft.profile.things.values():
            if other.parent == thing.name:
                found += [item.column.name for item in self.of[other.name]]
        # a row without its key gives nothing anyhow
        return () if self.draft.key.column.name in found else tuple(found)

    def condition(self, thing: Thing, indent: int) -> Iterator[str]:
        """Yield the condition under which a thing is there; what was said before is referred to."""
        columns, pad = self.columns(thing), " " * indent
        if not columns:
            return
        if columns in self.said:
            yield f"{pad}condition: *{self.said[columns]}"
            return
        self.said[columns] = thing.name
        if len(columns) == 1:
            call = called("notEqual", ("str1", reference(columns[0])), ("str2", ""))
            yield f"{pad}condition: &{thing.name} {{{call}}}"
            return
        yield f"{pad}condition: &{thing.name}"
        yield f"{pad}  function: grel:boolean_or"
        yield f"{pad}  parameters:"
        for column in columns:
            call = called("vijfster-fn:isNotNull", ("str", reference(column)))
            yield f"{pad}    - [param_rep_b, {{{call}}}]"

    def subject(self, thing: Thing) -> str:
        """Return the subject of a thing: a template, or a call."""
        key = self.draft.key
        column = self.of[thing.name][0].column.name if thing.named else key.column.name
        if not thing.named and key.kind == "address" and thing is self.draft.profile.row:
            return reference(column)
        if not thing.named and key.kind != "name":
            return f"{thing.path}/{reference(column)}"
        slug = called("idlab-fn:slugify", ("str", reference(column)))
        return called("idlab-fn:concat", ("str", f"{thing.path}/~iri"), ("otherStr", slug))

    def thing(self, thing: Thing) -> Iterator[str]:
        subject = self.subject(thing)
        yield f"  {thing.name}:"
        yield f"    sources: {_SOURCE[self.lang]}"
        if thing is self.draft.profile.row:
            key, name = self.draft.key, self.draft.key.column.name
            yield from comment(self.say(f"Sleutel: kolom {name}: {key.why['nl']}.",
                                        f"Key: column {name}: {key.why['en']}."), 4)  # fmt: skip
        elif thing.named:
            yield from comment(self.say(
                "één ding per naam: een andere schrijfwijze is een ander ding; een kolom met "
                "codes is zekerder",
                "one thing per name: another spelling is another thing; a column of codes is safer",
            ), 4)  # fmt: skip
        yield f"    s: {{{subject}}}" if isinstance(subject, Call) else f"    s: {scalar(subject)}"
        yield from self.condition(thing, 4)
        yield "    po:"
        for type_ in thing.types:
            yield f"      - [a, {scalar(type_)}]"
        for choice in self.of[thing.name]:
            yield from self.rule(choice)
        for other in self.draft.profile.things.values():
            if other.parent == thing.name and self.present(other):
                yield from self.link(other)

    def link(self, thing: Thing) -> Iterator[str]:
        """Yield the rule by which its parent refers to a thing."""
        pad, subject = " " * _PO, self.subject(thing)
        if isinstance(subject, Call):
            yield f"{pad}- p: {scalar(thing.link)}"
            yield f"{pad}  o: {{{subject}, type: iri}}"
        elif not self.columns(thing):
            yield f"{pad}- [{scalar(thing.link)}, {scalar(subject + '~iri')}]"
            return
        else:
            yield f"{pad}- p: {scalar(thing.link)}"
            yield f"{pad}  o: {scalar(subject + '~iri')}"
        yield from self.condition(thing, _PO + 2)

    def rule(self, choice: Choice) -> Iterator[str]:
        rule = rule_of(choice, self.codes)
        for note in rule.notes:
            yield from comment(note[self.lang], _PO)
        pad = " " * _PO
        first, *more = rule.lines
        yield f"{pad}{first}  # {choice.confidence:.0%}: {one_line(choice.why[self.lang])}"
        yield from (pad + line for line in more)

    def rest(self) -> Iterator[str]:
        """Yield what is not mapped, each with why and how it can be."""
        if not self.draft.left:
            yield from comment(self.say("Alle kolommen zijn gemapt.", "All columns are mapped."))
            return
        yield "#"
        yield from comment(self.say(
            f"Niet gemapt: {len(self.draft.left)}. Een regel neemt u over onder po: van het ding "
            "waar hij bij hoort, zonder hekje; van eigen: maakt u een eigen adres, onder prefixes.",
            f"Not mapped: {len(self.draft.left)}. Take a line over below po: of the thing it "
            "belongs to, without the hash; give own: an address of your own, under prefixes.",
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
            yield from (f"#   {line}" for line in guessed(item.column, self.lang).lines)
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
