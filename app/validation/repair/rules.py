"""The repair rules, in the order they are applied: names first, then values, then what is missing.

Source of the facts: Flemish standards README, sections 3, 5 and 13 (through `KnownTerms`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.errors import InputError
from app.validation.repair import missing, names, values
from app.validation.repair.graph import Change, Graph
from app.validation.terms.known import KnownTerms

Find = Callable[[Graph, KnownTerms, str], Iterator[Change]]


@dataclass(frozen=True, slots=True)
class RepairRule:
    """A rule: what it finds and does, per language; each is certain."""

    id: str
    finds: Mapping[str, str]
    does: Mapping[str, str]
    find: Find

    def changes(self, graph: Graph, terms: KnownTerms) -> Iterator[Change]:
        """Yield the changes that the rule would make; the graph may change in between."""
        return self.find(graph, terms, self.id)


def _rule(id_: str, find: Find, nl: str, en: str, do_nl: str, do_en: str) -> RepairRule:
    return RepairRule(id_, {"nl": nl, "en": en}, {"nl": do_nl, "en": do_en}, find)


RULES: Final = (
    _rule(
        "namespace", names.namespaces,
        "een naam met http voor https (of omgekeerd), of met een fout adres van de woordenlijst",
        "a name with http for https (or the reverse), or a wrong address of the vocabulary",
        "schrijft het juiste adres", "writes the right address",
    ),
    _rule(
        "misspelt", names.misspelt,
        "een naam die niet bestaat en maar op één bestaande lijkt",
        "a name that does not exist and resembles only one that does",
        "schrijft de bestaande naam", "writes the one that exists",
    ),
    _rule(
        "spaces", values.spaces, "spaties rond een tekst", "spaces around a text",
        "laat de spaties weg", "leaves the spaces out",
    ),
    _rule(
        "mailto", values.mailto, "een e-mailadres als tekst", "an e-mail address as text",
        "maakt er een verwijzing van die begint met mailto:",
        "makes it a link that starts with mailto:",
    ),
    _rule(
        "tel", values.tel, "een telefoonnummer met landnummer als tekst",
        "a telephone number with country number as text",
        "maakt er een verwijzing van die begint met tel:", "makes it a link that starts with tel:",
    ),
    _rule(
        "date", values.dates, "een datum als tekst, of als 31/05/2024 of 2024/05/31",
        "a date as text, or as 31/05/2024 or 2024/05/31",
        "schrijft 2024-05-31 als datum", "writes 2024-05-31 as a date",
    ),
    _rule(
        "language", values.languages, "een taal als code, of uit een andere lijst",
        "a language as a code, or of another list",
        "verwijst naar de Europese lijst van talen", "refers to the European list of languages",
    ),
    _rule(
        "code-twin", values.code_twins,
        "een waarde van een lijst met http voor https, of omgekeerd",
        "a value of a list with http for https, or the reverse",
        "schrijft het adres zoals de lijst", "writes the address as the list does",
    ),
    _rule(
        "licence", values.licences, "een andere schrijfwijze van een bekende licentie",
        "another way to write a known licence",
        "schrijft de licentie zoals ze herkend wordt", "writes the licence as it is recognised",
    ),
    _rule(
        "access-url", missing.access_url, "een distributie met een bestand, zonder toegangspagina",
        "a distribution with a file but no access page",
        "gebruikt het adres van het bestand ook als toegangspagina",
        "uses the address of the file as access page too",
    ),
    _rule(
        "agent-types", missing.agent_types,
        "een organisatie of contactpunt met één van twee soorten, in data die DCAT-AP Vlaanderen "
        "volgen",
        "an organisation or contact point with one of two types, in data that follow DCAT-AP "
        "Vlaanderen",
        "voegt de andere soort toe", "adds the other type",
    ),
)  # fmt: skip


def rules_named(names: Sequence[str]) -> tuple[RepairRule, ...]:
    """Return the rules with these ids, in our order; all of them where none is named.

    Raises:
        InputError: There is no such rule.
    """
    known = [rule.id for rule in RULES]
    for name in names:
        if name not in known:
            raise InputError(
                f"no repair rule {name!r}; there are {', '.join(known)}",
                nl=f"er is geen herstelregel {name!r}; er zijn {', '.join(known)}",
            )
    return tuple(rule for rule in RULES if not names or rule.id in names)
