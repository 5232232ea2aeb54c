"""What a parser's complaint means, in plain words; the parser's own are added where they may be.

Of a file that was fetched nothing is quoted: an error must not show what a server sent.
"""

from __future__ import annotations

import re
from typing import Final

from app.errors import RdfSyntaxError

# what the parsers say -> Dutch, English
_MEANING: Final[tuple[tuple[str, str, str], ...]] = (
    (r"No LoadDocumentCallback|remote context",
     "Dit JSON-LD-bestand verwijst naar een @context op het web; die wordt niet opgehaald. "
     "Geef hem mee met --context URL=BESTAND",
     "This JSON-LD file refers to an @context on the web; it is not fetched. "
     "Give it with --context URL=FILE"),
    (r"prefix .* has not been declared|[Uu]ndeclared prefix|unbound prefix|[Uu]nknown prefix",
     "een afkorting (prefix) wordt gebruikt maar nergens verklaard",
     "a prefix is used but not declared"),
    (r"buffer maximal size",
     "een waarde in het bestand is te lang",
     "a value in the file is too long"),
    (r"unsupported kind of term",
     "uitspraken over uitspraken (RDF 1.2) worden nog niet ondersteund",
     "statements about statements (RDF 1.2) are not supported yet"),
    (r"UTF-8", "de tekst is geen correcte UTF-8", "the text is not correct UTF-8"),
    (r"escape|unicode char",
     "een teken na een backslash (\\) is niet correct geschreven",
     "an escape (a character after a backslash) is not written correctly"),
    (r"[Ss]ubtag|language|langtag|lang ",
     "een taalcode is niet correct (goed is bijvoorbeeld nl of nl-BE)",
     "a language tag is not correct (nl or nl-BE are, for example)"),
    (r"IRI|scheme found|authority|port ",
     "een webadres (IRI) is niet correct geschreven; er staat bijvoorbeeld een spatie in, "
     "of het begin ontbreekt",
     "a web address (IRI) is not written correctly; it may hold a space or lack its beginning"),
    (r"[Uu]nexpected end|unclosed token|no element found|EOF|not closed|Expected end of file",
     "het bestand stopt te vroeg: er ontbreekt een teken zoals een punt, aanhalingsteken, "
     "haakje of sluitlabel",
     "the file stops too early: a character such as a full stop, quote, bracket or closing tag "
     "is missing"),
    (r"mismatched tag|ill-formed|expected `</",
     "een begin- en sluitlabel horen niet bij elkaar",
     "an opening and a closing tag do not match"),
    (r"undefined entity|[Ee]ntity",
     "een teken zoals & of een verwijzing als &naam; is niet correct geschreven",
     "a character such as & or a reference like &name; is not written correctly"),
    (r"must be (?:followed|separated)|(?:is|was) expected",
     "er ontbreekt een leesteken, zoals een punt, komma, dubbelpunt of haakje",
     "a punctuation mark is missing, such as a full stop, comma, colon or bracket"),
    (r"already present|Unexpected node",
     "in één eigenschap staat meer dan één ding of ook tekst; geef elk ding een eigenschap rond "
     "zich, bijvoorbeeld een eigen <dcat:dataset>",
     "one property holds more than one thing, or text as well; put a property around each thing, "
     "for example a <dcat:dataset> of its own"),
    (r"rdf:|RDF/XML",
     "de XML is correct, maar geen geldige RDF/XML",
     "the XML is correct, but is not valid RDF/XML"),
    (r"@[a-z]+ ",
     "een sleutelwoord van JSON-LD (met @) heeft een waarde die niet mag",
     "a JSON-LD keyword (with @) has a value that is not allowed"),
    (r"not a valid RDF object|object of a triple",
     "op de plaats van een waarde staat iets dat geen waarde is",
     "there is something that is not a value where a value should stand"),
    (r"not a valid (subject|predicate)|subject|predicate",
     "een uitspraak is niet goed opgebouwd (onderwerp, eigenschap, waarde en dan een punt)",
     "a statement is not built correctly (subject, property, value and then a full stop)"),
)  # fmt: skip
_OTHER: Final = ("de tekst is niet correct opgebouwd", "the text is not built correctly")
_OURS: Final[dict[str, tuple[str, str]]] = {
    "entities": (
        "het bestand bevat XML-entiteiten die te veel tekst opleveren; dat wordt geweigerd",
        "the file holds XML entities that grow too far; that is refused",
    ),
    "external": (
        "het bestand verwijst naar een ander bestand (externe XML-entiteit of DTD); "
        "dat wordt niet gelezen",
        "the file refers to another file (external XML entity or DTD); that is not read",
    ),
    "deep": (
        "de gegevens zijn te diep genest",
        "the data are nested too deeply",
    ),
    "bad-context": (
        "een meegegeven @context is zelf niet bruikbaar (geen JSON-LD-context, of te groot)",
        "a given @context cannot be used itself (not a JSON-LD context, or too large)",
    ),
    "long-value": (
        "een waarde is langer dan de toegelaten {limit} bytes",
        "a value is longer than the allowed {limit} bytes",
    ),
    "too-many": (
        "het bestand bevat meer dan de toegelaten {limit} uitspraken",
        "the file holds more than the allowed {limit} statements",
    ),
    "too-large": (
        "het bestand is groter dan de toegelaten {limit} bytes",
        "the file is larger than the allowed {limit} bytes",
    ),
    "empty": (
        "het bestand is leesbaar maar bevat geen enkele RDF-uitspraak; er valt niets te "
        "controleren",
        "the file can be read but holds no RDF statement; there is nothing to check",
    ),
    "no-script": (
        "de webpagina bevat geen ingesloten JSON-LD; geef het adres van het databestand zelf",
        "the web page holds no embedded JSON-LD; give the address of the data file itself",
    ),
    "unknown": (
        "het bestand is geen RDF die we herkennen (Turtle, N-Triples, N-Quads, TriG, JSON-LD, "
        "RDF/XML)",
        "the file is no RDF we recognise (Turtle, N-Triples, N-Quads, TriG, JSON-LD, RDF/XML)",
    ),
}
_PLACE = re.compile(
    r"^Parser error (?:at|between) line \d+.*?(?:columns? \d+(?: and (?:line \d+ column )?\d+)?): "
)


class SourceError(RdfSyntaxError):
    """A source that does not parse; `line` and `column` are 1-based, or None when unknown.

    `problem` is a stable word for the kind of problem; "syntax" where a parser complained.
    """

    def __init__(
        self, problem: str, nl: str, en: str, *,
        where: str, line: int | None = None, column: int | None = None,
    ) -> None:  # fmt: skip
        at = f" (column {column})" if line and column else ""
        super().__init__(f"{en}{at}.", where=where, line=line)
        place = f", regel {line}" if line else ""
        place += f" (kolom {column})" if line and column else ""
        self.detail_nl = f"{where}{place}: {nl}."
        self.column = column
        self.problem = problem


def ours(
    problem: str, where: str, line: int | None = None, column: int | None = None, **facts: int
) -> SourceError:
    """Return an error we found ourselves."""
    nl, en = (text.format(**facts) for text in _OURS[problem])
    return SourceError(problem, nl, en, where=where, line=line, column=column)


def context_error(where: str, url: str, *, quote: bool) -> SourceError:
    """Return the error of a context that was not given."""
    nl, en = _MEANING[0][1:]
    shown = "".join(char for char in url if char.isprintable() and char != " ")[:200]
    if quote and shown:
        nl = nl.replace("URL", shown)
        en = en.replace("URL", shown)
    return SourceError("context", nl, en, where=where)


def theirs(
    said: str, where: str, line: int | None, column: int | None, *, quote: bool
) -> SourceError:
    """Return the error of a parser's complaint."""
    said = _PLACE.sub("", said)
    nl, en = next((texts for pattern, *texts in _MEANING if re.search(pattern, said)), _OTHER)
    problem = "context" if (nl, en) == tuple(_MEANING[0][1:]) else "syntax"
    if quote and problem == "syntax":
        own = "".join(char if char.isprintable() else " " for char in said)[:200].rstrip(". ")
        nl, en = f"{nl} (de lezer meldt: {own})", f"{en} (the parser says: {own})"
    return SourceError(problem, nl, en, where=where, line=line, column=column)
