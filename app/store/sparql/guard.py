"""Refuse SPARQL that an engine must never see, by an exact tokeniser (SPARQL 1.1, section 19).

Parsers of engines are slow gates and can be crashed, so this reads tokens, brackets and little
more; whether the rest is grammatical is left to the engine. Engines differ in how they cut text:
some take the longest match, others (Oxigraph) what the grammar wants next, and read `SERVICEx:y {`
as SERVICE and `x:y`, or `?a<b#>` as a comparison and a comment. What keeps both readings alike is
in `_open_group`, `_opens_expression` and `_iri`. Give engines `QueryInfo.text`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, cast

from app.store.sparql import tokens
from app.store.sparql.formats import QueryForm
from app.store.sparql.levels import CLOSES, OPENERS, Level

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_LOCAL_ESCAPE: Final = re.compile(r"\\(.)")

# what engines turn into one more level of recursion (measured on pyoxigraph 0.5.13)
_CHAINING: Final = frozenset(("||", "&&", *"+-*/|^!?~;.", "^^"))
_NO_TOKEN: Final = ("there is no SPARQL token", "er staat iets dat geen SPARQL is")
_NAMES: Final = frozenset({"var", "iri", "name"})
_OPERANDS: Final = _NAMES | {"literal", ")", "}", "]", ">>"}
_WHITE: Final = " \t\r\n"
_SERVICE: Final = re.compile(
    r"[ \t\r\n]*(?:SILENT[ \t\r\n]*)?<([^<>]*)>[ \t\r\n]*\{", re.IGNORECASE
)
_VENDOR: Final = ("bif:", "sql:")  # Virtuoso runs functions of these names


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """Bounds on one query: UTF-8 bytes, open brackets, tokens in one chain of the syntax tree.

    `services` are the addresses SERVICE may name, to the letter; only for engines that may dial.
    On an 8 MiB stack Oxigraph 0.5.13 overflows from 900 nested calls and from chains of 2,200.
    """

    max_query_bytes: int = 65_536
    max_depth: int = 64
    max_chain: int = 1_000
    services: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QueryInfo:
    """What the guard learnt; `text` is decoded, has no comments, and is what an engine may run.

    `volatile` says that the same query on the same data may give other bytes.
    """

    source: str
    text: str
    form: QueryForm
    depth: int = 0
    chain: int = 0
    from_iris: tuple[str, ...] = ()
    from_named_iris: tuple[str, ...] = ()
    volatile: bool = False


def check(
    query: str,
    *,
    known_graphs: Collection[str],
    limits: GuardLimits,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> QueryInfo:
    """Return the facts of a query that may run.

    `default_graphs` and `named_graphs` come from the protocol; FROM is read from the query.

    Raises:
        QueryRefusedError: A rule is broken; the detail names it.
    """
    for iri in (*default_graphs, *named_graphs):
        if not _known(iri, known_graphs):
            tokens.refuse(*_unknown("default-graph-uri", "named-graph-uri"))
    reader = _Reader(tokens.decode(query, limits.max_query_bytes), known_graphs, limits)
    return reader.read(query)


def _known(iri: str, known_graphs: Collection[str]) -> bool:
    return bool(_ABSOLUTE.match(iri)) and iri in known_graphs


def _unknown(one: str, other: str) -> tuple[str, str]:
    return (
        f"{one} and {other} may only name graphs of this catalogue, by absolute IRI.",
        f"{one} en {other} mogen alleen grafen van deze catalogus noemen, met hun volledige IRI.",
    )


class _Reader:
    """One pass over one query; `last` and `before` are the two latest tokens.

    Keywords stand there in upper case, terms as the name of their kind, the rest as written.
    """

    def __init__(self, text: str, known_graphs: Collection[str], limits: GuardLimits) -> None:
        self.text, self.known_graphs, self.limits = text, known_graphs, limits
        self.level = Level("", expression=False, data=False)
        self.outer: list[Level] = []
        self.last = self.before = ""
        self.form = ""
        self.prefix = ""  # of the latest prefixed name
        self.prefixes: dict[str, str] = {}
        self.at = self.depth = 0
        self.volatile = self.blanks = False
        self.from_iris: list[str] = []
        self.from_named_iris: list[str] = []
        self.comments: list[tuple[int, int]] = []

    def read(self, source: str) -> QueryInfo:
        handlers = {
            tokens.VAR: self._var,
            tokens.WORD: self._words,
            tokens.NAME: self._name,
            tokens.DEFAULT_NAME: self._name,
            tokens.IRI: self._iri,
            tokens.BLANK: self._blank,
            tokens.PUNCTUATION: self._punctuation,
            tokens.COMMENT: self._comment,
        }
        literal, match_token, text = self._literal, tokens.TOKEN.match, self.text
        at, end = 0, len(text.rstrip(_WHITE))
        while at < end:
            match = match_token(text, at, end)
            self.at = at
            if match is None:
                self._refuse_unread(*_NO_TOKEN)
            at = handlers.get(cast("int", match.lastindex), literal)(match)
        return self._finish(source)

    def _finish(self, source: str) -> QueryInfo:
        if self.outer:
            self._refuse("A bracket of the query is not closed.",
                         "Een haakje van de zoekvraag wordt niet gesloten.")  # fmt: skip
        if not self.form:
            self._refuse("A query is SELECT, ASK, CONSTRUCT or DESCRIBE.",
                         "Een zoekvraag is SELECT, ASK, CONSTRUCT of DESCRIBE.")  # fmt: skip
        if self.level.total() > self.limits.max_chain:
            self._refuse_chain()
        return QueryInfo(
            source=source,
            text=self._without_comments(),
            form=cast("QueryForm", self.form),
            depth=self.depth,
            chain=self.level.total(),
            from_iris=tuple(self.from_iris),
            from_named_iris=tuple(self.from_named_iris),
            # the nodes a template makes get another name each time
            volatile=self.volatile or (self.blanks and self.form == "CONSTRUCT"),
        )

    def _without_comments(self) -> str:
        """Return the text that every engine reads alike; they end comments at different marks."""
        pieces, at = [], 0
        for start, stop in self.comments:
            pieces.append(self.text[at:start])
            at = stop
        return "".join((*pieces, self.text[at:]))

    def _push(self, token: str) -> None:
        self.before, self.last = self.last, token

    def _term(self, kind: str) -> None:
        self.level.chain += self.level.terms
        self.before, self.last = self.last, kind

    def _var(self, match: re.Match[str]) -> int:
        self._term("var")
        return match.end()

    def _blank(self, match: re.Match[str]) -> int:
        self.blanks = True
        return self._literal(match)

    def _literal(self, match: re.Match[str]) -> int:
        self._term("literal")
        return match.end()

    def _comment(self, match: re.Match[str]) -> int:
        self.comments.append(match.span(tokens.COMMENT))
        return match.end()

    def _name(self, match: re.Match[str]) -> int:
        self.prefix = match[tokens.WORD] or ""
        if self.last in ("FROM", "NAMED"):
            local = _LOCAL_ESCAPE.sub(r"\1", (match[tokens.NAME] or match[tokens.DEFAULT_NAME])[1:])
            start = self.prefixes.get(self.prefix)
            self._dataset("" if start is None else start + local)
        elif self.last != "PREFIX":
            self._declared(match)
        self._term("name")
        return match.end()

    def _declared(self, match: re.Match[str]) -> None:
        name = self.prefix
        if name not in self.prefixes:
            self._refuse(f"The prefix {name}: is not declared; add PREFIX {name}: <…> .",
                         f"De prefix {name}: is niet bekend; voeg PREFIX {name}: <…> toe."
                         )  # fmt: skip
        start = self.prefixes[name]
        if len(start) < 5 or start.lower().startswith(_VENDOR):
            local = (match[tokens.NAME] or match[tokens.DEFAULT_NAME])[1:]
            self._require_portable(start + _LOCAL_ESCAPE.sub(r"\1", local))

    def _require_portable(self, iri: str) -> None:
        if iri[:4].lower() in _VENDOR:
            self._refuse(f"{iri[:4]} is the syntax of one vendor; SPARQL 1.1 is answered here.",
                         f"{iri[:4]} is syntaxis van één leverancier; hier wordt SPARQL 1.1 "
                         "beantwoord.")  # fmt: skip

    def _iri(self, match: re.Match[str]) -> int:
        """Take an IRI, except after an operand of an expression, where only `<` can be meant.

        There an IRI is an error in every grammar, and would hide what engines like Oxigraph read:
        `?a<b#> \"\"\"` opens a string for the one and a comment for the other.
        """
        if self.level.expression and self.last in _OPERANDS:
            at = match.start(tokens.IRI)
            self._push("<")
            return at + (2 if self.text[at + 1] == "=" else 1)
        iri = match[tokens.IRI][1:-1]
        if self.last == "name" and self.before == "PREFIX":
            self.prefixes[self.prefix] = iri
        elif self.last in ("FROM", "NAMED"):
            self._dataset(iri)
        else:
            self._require_portable(iri)
        self._term("iri")
        return match.end()

    def _dataset(self, iri: str) -> None:
        if not _known(iri, self.known_graphs):
            self._refuse(*_unknown("FROM", "FROM NAMED"))
        (self.from_iris if self.last == "FROM" else self.from_named_iris).append(iri)

    def _words(self, match: re.Match[str]) -> int:
        self.at = match.start(tokens.WORD)
        words = match[tokens.WORD].split(".")  # `true.FILTER` is three tokens
        for index, word in enumerate(words):
            if index:
                self.level.chain += 1
                self._push(".")
            if word == "a":
                self._push("a")
            elif word.isascii():  # U+017F upper-cases to S
                self._word(word.upper(), match)
            else:
                self._refuse_unread(*_NO_TOKEN)
        return match.end()

    def _word(self, word: str, match: re.Match[str]) -> None:
        if word in ("TRUE", "FALSE"):
            self._term("literal")
            return
        level = self.level
        if word not in tokens.KEYWORDS:
            if word in tokens.UPDATES:
                self._refuse(f"{word} belongs to SPARQL Update; only queries are answered here.",
                             f"{word} hoort bij SPARQL Update; hier worden alleen zoekvragen "
                             "beantwoord.")  # fmt: skip
            self._refuse_unread("a word is no keyword of SPARQL",
                                "een woord is geen sleutelwoord van SPARQL")  # fmt: skip
        if word == "SERVICE":
            self._service(match.end(tokens.WORD))
        elif word in tokens.VOLATILE:
            self.volatile = True
        if word in tokens.FORMS:
            self.form = self.form or word
            level.select, level.head = True, word
        elif word in ("FILTER", "HAVING"):
            level.constraint = True
        elif word == "VALUES":
            level.values = True
        level.chain += 1
        self._push(word)

    def _service(self, end: int) -> None:
        """Let `SERVICE <address> {` pass, with an address of the list and no comment in it."""
        services = self.limits.services
        found = _SERVICE.match(self.text, end)
        if found is None or found[1] not in services:
            some = " but these: " + " ".join(sorted(services)) if services else ""
            wel = ", behalve voor: " + " ".join(sorted(services)) if services else ""
            self._refuse(f"SERVICE is refused: queries run on this catalogue only{some}.",
                         "SERVICE is geweigerd: zoekvragen lopen alleen op deze catalogus"
                         f"{wel}.")  # fmt: skip
        self.volatile = True

    def _punctuation(self, match: re.Match[str]) -> int:
        sign, at = match[tokens.PUNCTUATION], match.end()
        level = self.level
        if (sign in (">>", "|}") and level.bracket != CLOSES[sign]) or (
            sign == "<<" and level.expression and self.last in _OPERANDS
        ):
            sign, at = sign[0], at - 1
        if sign in OPENERS:
            self._open(sign)
        elif sign in CLOSES:
            self._close(sign)
        elif sign == "," and level.bracket == "(":
            level.next_argument()
        elif sign in _CHAINING or sign == ",":
            level.chain += len(sign)
        self._push(sign)
        return at

    def _open(self, bracket: str) -> None:
        level = self.level
        if bracket == "{":
            data, expression = level.values, False
            self._open_group(level)
        elif bracket == "(":
            data = level.data or self.last == "VALUES"
            expression = not data and self._opens_expression(level)
            level.constraint = False
        else:
            data = expression = False
        self.blanks |= not (expression or data or bracket == "{")
        level.chain += 1
        self.outer.append(level)
        self.level = Level(bracket, expression=expression, data=data)
        self.depth = max(self.depth, len(self.outer))
        if self.depth > self.limits.max_depth:
            most = self.limits.max_depth
            self._refuse(f"Brackets may be nested {most} deep.",
                         f"Haakjes mogen {most} diep genest zijn.")  # fmt: skip

    def _open_group(self, level: Level) -> None:
        """Refuse `SERVICEx:y {` where an engine may see SERVICE; before a group a `.` helps."""
        if self._hides("service") and self.before != "GRAPH" and level.head != "DESCRIBE":
            self._refuse("A prefix with 'service' in it may not stand right before a group.",
                         "Een prefix met 'service' erin mag niet vlak voor een groep staan."
                         )  # fmt: skip
        level.head, level.constraint, level.values = "", False, False

    def _hides(self, keyword: str) -> bool:
        return self.last == "name" and keyword in self.prefix.lower()

    def _opens_expression(self, level: Level) -> bool:
        if level.bracket == "(":
            return level.expression
        if self._hides("filter"):  # `FILTERx:f (` is a list to some engines and a call to others
            self._refuse("A prefix with 'filter' in it may not stand right before a bracket.",
                         "Een prefix met 'filter' erin mag niet vlak voor een haakje staan."
                         )  # fmt: skip
        # beside SELECT stand only expressions; in a group, a keyword or FILTER x:y comes before one
        return level.bracket == "" or level.select or level.constraint or self.last.isupper()

    def _close(self, bracket: str) -> None:
        if not self.outer or self.level.bracket != CLOSES[bracket]:
            self._refuse("The brackets of the query do not match.",
                         "De haakjes van de zoekvraag passen niet bij elkaar.")  # fmt: skip
        total = self.level.total()
        if total > self.limits.max_chain:
            self._refuse_chain()
        self.level = self.outer.pop()
        self.level.inner = max(self.level.inner, total)

    def _refuse_chain(self) -> NoReturn:
        most = self.limits.max_chain
        self._refuse(f"One chain of patterns or operators has at most {most} parts.",
                     f"Een keten van patronen of operatoren telt hoogstens {most} delen."
                     )  # fmt: skip

    def _refuse_unread(self, what: str, nl: str) -> NoReturn:
        line, column = self._position()
        self._refuse(f"The query cannot be read: {what} at line {line}, column {column}.",
                     f"De zoekvraag kan niet gelezen worden: {nl} op regel {line}, kolom {column}."
                     )  # fmt: skip

    def _refuse(self, detail: str, nl: str) -> NoReturn:
        tokens.refuse(detail, nl, self._position())

    def _position(self) -> tuple[int, int]:
        """Return line and column of the token that is read, in the decoded text."""
        at = len(self.text) - len(self.text[self.at :].lstrip(_WHITE))
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)
