"""Reading RML in Turtle for tabular sources into triples maps.

Read: RML as first published (rml.io/specs/rml) with R2RML's terms (w3.org/TR/r2rml), and RML-Core
(w3id.org/rml/core/spec): CSV sources, subject, predicate, object and graph maps with their
shortcuts, templates, references, constants, functions (`rmlfunctions`), term types, languages,
datatypes, classes, and joins on equal columns. A relative IRI is put behind the base, as R2RML
(7.3) asks; text that starts with a scheme is never relative. Everything else is refused by name
rather than ignored.
"""

from __future__ import annotations

import re
from pathlib import Path

from app.errors import MappingError, RdfSyntaxError
from app.mapping import rmlterms as known
from app.mapping.functions.naming import listed, nearest
from app.mapping.handing import source_path
from app.mapping.model import (
    DEFAULT_GRAPH,
    Join,
    Mapping,
    Part,
    PredicateObject,
    TermMap,
    TriplesMap,
)
from app.mapping.rmlfunctions import function_call, template_parts
from app.mapping.rmlnodes import Document, Graph, Node
from app.rdf import media
from app.rdf.io import base_of, parse
from app.rdf.lexical import is_valid, unknown_type
from app.rdf.namespaces import RDF_TYPE
from app.rdf.terms import LANG_STRING, XSD_STRING, Term, is_iri, is_literal, literal_of

# every language registered has two or three letters; more are reserved (RFC 5646, 2.2.1)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_CSV = {f"{known.QL}CSV", f"{known.CORE}CSV"}
_DEFAULT_GRAPHS = {DEFAULT_GRAPH, f"{known.CORE}defaultGraph"}
_KINDS = {f"{namespace}{name}": name for namespace in (known.RR, known.CORE)
          for name in ("IRI", "BlankNode", "Literal")}  # fmt: skip


def load_rml(path: Path, *, base: str, own_base: bool = False) -> Mapping:
    """Return the triples maps of an RML file in Turtle; relative IRIs are resolved against `base`.

    With `own_base` an `@base` that the file declares counts instead, for what rows make as well.

    Raises:
        MappingError: The file is missing, is not Turtle, or asks what we do not do; names the
            line, or the triples map and the term.
    """
    graph: Graph = {}
    try:
        data = path.read_bytes()
        for s, p, o, _ in parse(data, media.TURTLE, base=base, where=path.name):
            objects = graph.setdefault(s, {}).setdefault(p[1:-1], [])
            if o not in objects:
                objects.append(o)
    except FileNotFoundError:
        raise MappingError("the mapping does not exist", where=path.name,
                           nl="de mapping bestaat niet") from None  # fmt: skip
    except RdfSyntaxError as error:
        where = f"{path.name}:{error.line}" if error.line else path.name
        detail = error.detail.partition(": ")[2]
        raise MappingError(f"not Turtle: {detail}", where=where,
                           nl=f"geen geldige Turtle: {detail}") from error  # fmt: skip
    if own_base:
        base = base_of(data, media.TURTLE, base=base)
    return _File(path, base, graph).read()


class _File:
    def __init__(self, path: Path, base: str, graph: Graph) -> None:
        self.path = path
        self.base = base
        self.graph = graph
        # the file of the triples map that is being read
        self.here = path
        self.document = Document(path.name, graph)
        # a function of FNML has rules as a triples map has
        functions = {term for values in graph.values()
                     for term in values.get(f"{known.FNML}functionValue", ())}  # fmt: skip
        self.maps = [term for term, values in graph.items()
                     if term not in functions and self._is_map(values)]  # fmt: skip

    def read(self) -> Mapping:
        found = tuple(self.triples_map(term) for term in self.maps)
        if not found:
            raise MappingError("holds no triples map", where=self.path.name,
                               nl="bevat geen triples map")  # fmt: skip
        for term, values in self.graph.items():
            for iri in values:
                if term not in self.document.seen and known.in_language(iri):
                    en, nl = known.advice(iri)
                    raise MappingError(f"{en} ({known.local(term[1:-1])} is no part of a triples "
                                       "map)", where=self.path.name,
                                       nl=f"{nl} ({known.local(term[1:-1])} hoort bij geen triples "
                                       "map)")  # fmt: skip
        return Mapping(self.path, found)

    def _is_map(self, values: dict[str, list[Term]]) -> bool:
        typed = {f"<{namespace}TriplesMap>" for namespace in (known.RR, known.CORE)}
        named = {known.known(iri) for iri in values}
        return bool(named & known.TRIPLES_MAP or typed & set(values.get(RDF_TYPE, ())))

    def node(self, term: Term) -> Node:
        name = f"triples map {self.maps.index(term) + 1}"
        if term.startswith("<"):
            name = known.local(term[1:-1])
        return Node(self.document, term, name, known.TRIPLES_MAP)

    def triples_map(self, term: Term) -> TriplesMap:
        node = self.node(term)
        source = self.here = self.source(node)
        subject, classes, graphs = self.subject(node)
        rules = [self.rule(node, item, number, source)
                 for number, item in enumerate(node.all("predicateObjectMap"), 1)]  # fmt: skip
        if classes:
            rules.insert(0, PredicateObject((RDF_TYPE,), classes))
        return TriplesMap(node.where, source, subject, tuple(rules), graphs=graphs)

    def source(self, node: Node) -> Path:
        term = node.one("logicalSource")
        if not term:
            node.fail("has no rml:logicalSource; name the CSV file there",
                      "heeft geen rml:logicalSource; noem daar het CSV-bestand")  # fmt: skip
        logical = node.child(term, "logicalSource", known.SOURCE)
        formulation = logical.one("referenceFormulation")
        if formulation[1:-1] not in _CSV:
            name = known.shown(formulation[1:-1]) or "nothing"
            logical.fail(f"referenceFormulation: {name} is not read; only ql:CSV or rml:CSV is",
                         f"referenceFormulation: {name} wordt niet gelezen; alleen ql:CSV of "
                         "rml:CSV")  # fmt: skip
        source = logical.one("source")
        if source and not is_literal(source):
            file = logical.child(source, "source", known.FILE)
            root = file.one("root")
            if root != f"<{known.CORE}MappingDirectory>":
                file.fail(f"root: {root or 'nothing'} is not read; files are named from the folder "
                          "of the mapping, rml:MappingDirectory",
                          f"root: {root or 'niets'} wordt niet gelezen; bestanden worden genoemd "
                          "vanaf de map van de mapping, rml:MappingDirectory")  # fmt: skip
            name = file.text("path")
        else:
            name = logical.text("source")
        if not name or "\x00" in name:
            logical.fail("names no file", "noemt geen bestand")
        return source_path(self.path, name)

    def subject(self, node: Node) -> tuple[TermMap, tuple[TermMap, ...], tuple[TermMap, ...]]:
        """Return the subject, its classes and its graphs."""
        if not node.one("subject", "subjectMap"):
            node.fail("has no subject; give one rr:subjectMap or rr:subject",
                      "heeft geen onderwerp; geef één rr:subjectMap of rr:subject")  # fmt: skip
        if node.all("subject"):
            return self.constant(node, "subject", node.one("subject"), {"IRI"}), (), ()
        inner = node.child(node.one("subjectMap"), "subjectMap", known.SUBJECT)
        classes = tuple(self.constant(inner, "class", term, {"IRI"}) for term in inner.all("class"))
        return self.term(inner, {"IRI", "BlankNode"}), classes, self.graphs(inner)

    def graphs(self, node: Node) -> tuple[TermMap, ...]:
        found = [self.constant(node, "graph", term, {"IRI"}) for term in node.all("graph")]
        found += [self.term(node.child(term, "graphMap", known.TERM_MAP), {"IRI"})
                  for term in node.all("graphMap")]  # fmt: skip
        default = TermMap((Part(DEFAULT_GRAPH),), iri=True)
        return tuple(default if term.parts[0].text in _DEFAULT_GRAPHS else term for term in found)

    def rule(self, parent: Node, term: Term, number: int, source: Path) -> PredicateObject:
        node = parent.child(term, f"predicateObjectMap {number}", known.RULE)
        predicates = [node.iri("predicate", item) for item in node.all("predicate")]
        for item in node.all("predicateMap"):
            inner = node.child(item, "predicateMap", known.TERM_MAP)
            made = self.term(inner, {"IRI"})
            if _varies(made):
                inner.fail(
                    "a predicate is the same for every row here; give a constant",
                    "een predicaat is hier voor elke rij hetzelfde; geef een constante",
                )
            predicates.append(made.parts[0].text)
        objects = [self.constant(node, "object", item, {"IRI", "Literal"})
                   for item in node.all("object")]  # fmt: skip
        joins: list[Join] = []
        for item in node.all("objectMap"):
            inner = node.child(item, "objectMap", known.OBJECT | known.JOINED)
            if not inner.all("parentTriplesMap"):
                if inner.all("joinCondition"):
                    inner.fail("a join needs rr:parentTriplesMap",
                               "een koppeling vraagt rr:parentTriplesMap")  # fmt: skip
                objects.append(self.term(inner, {"IRI", "BlankNode", "Literal"}))
                continue
            found = self.joined(inner, source)
            if isinstance(found, Join):
                joins.append(found)
            else:
                objects.append(found)
        if not predicates or not (objects or joins):
            node.fail("needs a predicate and an object", "vraagt een predicaat en een object")
        return PredicateObject(
            tuple(predicates), tuple(objects), joins=tuple(joins), graphs=self.graphs(node)
        )

    def joined(self, node: Node, source: Path) -> TermMap | Join:
        """Return the join with another triples map, or its subject if both read the same row."""
        for name in sorted(known.OBJECT & node.values.keys()):
            node.fail(f"{name} cannot stand beside parentTriplesMap",
                      f"{name} kan niet naast parentTriplesMap staan")  # fmt: skip
        term = node.one("parentTriplesMap")
        if term not in self.maps:
            node.fail(f"parentTriplesMap: {term} is not a triples map of this file",
                      f"parentTriplesMap: {term} is geen triples map van dit bestand")  # fmt: skip
        parent = self.node(term)
        self.here = there = self.source(parent)
        subject = self.subject(parent)[0]
        self.here = source
        on = []
        for item in node.all("joinCondition"):
            inner = node.child(item, "joinCondition", known.JOIN)
            pair = (self.joint(inner, "child"), self.joint(inner, "parent"))
            on.append(pair)
        if on:
            return Join(there, subject, tuple(on))
        if there != source:
            node.fail("a join of two tables needs rr:joinCondition: the columns that are equal",
                      "een koppeling van twee tabellen vraagt rr:joinCondition: de kolommen die "
                      "gelijk zijn")  # fmt: skip
        return subject

    def joint(self, node: Node, name: str) -> str:
        """Return the column of one side of a join."""
        given = node.one(name, f"{name}Map")
        if node.all(f"{name}Map"):
            column = node.child(given, f"{name}Map", frozenset({"reference"})).text("reference")
        else:
            column = node.text(name)
        if not column:
            node.fail(f"{name} names no column", f"{name} noemt geen kolom")
        return column

    def constant(self, node: Node, name: str, term: Term, kinds: set[str]) -> TermMap:
        if is_literal(term) and "Literal" in kinds:
            text, datatype, language = literal_of(term)
            plain = datatype in {XSD_STRING, LANG_STRING}
            return self.checked(node, TermMap((Part(text),), iri=False, language=language,
                                              datatype="" if plain else datatype))  # fmt: skip
        return TermMap((Part(node.iri(name, term)),), iri=True)

    def checked(self, node: Node, term: TermMap) -> TermMap:
        """Refuse a language that is none, and a constant that is no IRI or not of its datatype."""
        if term.language and not _LANGUAGE.fullmatch(term.language):
            node.fail(f"{term.language!r} is not a language tag; write nl, en or nl-BE",
                      f"{term.language!r} is geen taalcode; schrijf nl, en of nl-BE")  # fmt: skip
        if _varies(term) or term.blank:
            return term
        text = "".join(part.text for part in term.parts)
        if term.iri and not is_iri(text):
            text = term.base + text
        if not (is_iri(text) if term.iri else is_valid(text, term.datatype)):
            kind = "IRI" if term.iri else known.local(term.datatype)
            node.fail(f"{text!r} is not a valid value of the type {kind}",
                      f"{text!r} is geen geldige waarde van het type {kind}")  # fmt: skip
        return TermMap((Part(text),), term.iri, term.datatype, term.language)

    def term(self, node: Node, kinds: set[str]) -> TermMap:
        """Return a term map; its term type is by default as R2RML (7.4) says."""
        found = [name for name in known.EXPRESSION if node.all(name)]
        if len(found) != 1:
            node.fail("needs one of template, reference, constant and a function",
                      "vraagt één van template, reference, constant en een functie")  # fmt: skip
        language, datatype = self.language(node), self.datatype(node)
        if language and datatype:
            node.fail("has a language and a datatype; leave one out",
                      "heeft een taal en een datatype; laat er één weg")  # fmt: skip
        how = found[0]
        plain = how in {"template", "reference", "column"}
        value = node.text(how) if plain else node.one(how)
        typed = "IRI"
        if (
            is_literal(value)
            or (how not in {"template", "constant"} and "Literal" in kinds)
            or language
            or datatype
        ):
            typed = "Literal"
        asked = node.one("termType")
        kind = _KINDS.get(asked[1:-1], "") if asked else typed
        if kind not in kinds or (how == "constant" and kind != typed):
            name = known.shown(asked[1:-1]) or typed
            node.fail(f"termType {name} is not possible here; possible: {sorted(kinds)}",
                      f"termType {name} kan hier niet; wel: {sorted(kinds)}")  # fmt: skip
        if (language or datatype) and kind != "Literal":
            node.fail("only a text (rr:Literal) has a language or a datatype",
                      "alleen een tekst (rr:Literal) heeft een taal of een datatype")  # fmt: skip
        if how == "constant":
            made = self.constant(node, how, value, kinds)
            if (language or datatype) and (made.language or made.datatype):
                node.fail("the constant has a language or a datatype already",
                          "de constante heeft al een taal of een datatype")  # fmt: skip
            if language or datatype:
                made = TermMap(made.parts, iri=False, datatype=datatype, language=language)
            return self.checked(node, made)
        parts = self.parts(node, how, value)
        iri = kind == "IRI"
        return self.checked(node, TermMap(parts, iri, datatype, language,
                                          blank=kind == "BlankNode",
                                          base=self.base if iri else ""))  # fmt: skip

    def parts(self, node: Node, how: str, value: str) -> tuple[Part, ...]:
        if how in known.FUNCTIONS:
            return (Part("", call=function_call(node, how, self.same_source)),)
        if how == "template":
            # a column alone is a template too, and is encoded, unlike a reference
            return (Part(""), *template_parts(node, value))
        return (Part(value, column=True),)

    def same_source(self, node: Node) -> None:
        """Refuse a function that reads another file than its triples map."""
        if node.all("logicalSource") and self.source(node) != self.here:
            node.fail("logicalSource: a function reads the file of its triples map; leave it out",
                      "logicalSource: een functie leest het bestand van haar triples map; laat dit "
                      "weg")  # fmt: skip

    def language(self, node: Node) -> str:
        if node.one("language", "languageMap") and node.all("languageMap"):
            inner = node.child(node.one("languageMap"), "languageMap", frozenset({"constant"}))
            return inner.text("constant")
        return node.text("language")

    def datatype(self, node: Node) -> str:
        term = node.one("datatype", "datatypeMap")
        if node.all("datatypeMap"):
            node = node.child(term, "datatypeMap", frozenset({"constant"}))
            term = node.one("constant")
        found = node.iri("datatype", term) if term else ""
        if found == LANG_STRING:
            node.fail("a text in a language has rr:language, not this datatype",
                      "een tekst in een taal heeft rr:language, niet dit datatype")  # fmt: skip
        if there := unknown_type(found):
            name = f"xsd:{known.local(found)}"
            near = nearest(name, there)
            node.fail(f"there is no datatype {name}" + (f"; perhaps {near} is meant" if near else
                                                        f"; there is: {listed(there)}"),
                      f"er is geen datatype {name}" + (f"; misschien is {near} bedoeld" if near
                                                       else f"; er is: {listed(there)}"),
                      )  # fmt: skip
        return found


def _varies(term: TermMap) -> bool:
    return any(part.column or part.call for part in term.parts)
