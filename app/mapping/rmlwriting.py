"""Writing triples maps as RML in Turtle, in either form; what RML has no word for is refused."""

from __future__ import annotations

import os
from pathlib import Path

from app.errors import MappingError
from app.mapping.files import load
from app.mapping.functions.model import NAMESPACES, expand
from app.mapping.functions.registry import FUNCTIONS
from app.mapping.model import (
    Call,
    Join,
    Mapping,
    Part,
    PredicateObject,
    TermMap,
    TriplesMap,
)
from app.mapping.rmlterms import CORE, FNML, FNO, QL, RML, RR
from app.rdf.iris import encode_segment
from app.rdf.terms import is_iri, literal
from app.rdf.turtle import Prefixes

# the namespace of each prefix, by form; R2RML's terms have the first one, ql:CSV the last
FORMS = {"rml": {"rr": RR, "rml": RML, "ql": QL}, "rml-core": {"rml": CORE}}
# own IRIs are written relative, so that the file is of any base
NO_BASE = "https://base.invalid/"
_ESCAPES = str.maketrans({"\\": "\\\\", "{": "\\{", "}": "\\}"})


def rml_of(path: Path, form: str) -> str:
    """Return a mapping file (YARRRML, or RML) as RML in Turtle; `form` is a key of `FORMS`.

    Raises:
        MappingError: The mapping is wrong, or has what RML cannot say: a condition, an iterator.
    """
    mapping = load(path, base=NO_BASE)
    for item in mapping.triples_maps:
        if item.iterator:
            _refuse(path, item, "an iterator", "een iterator")
        if item.conditions or any(rule.conditions for rule in item.predicate_objects):
            _refuse(path, item, "a condition", "een voorwaarde")
    return write_rml(mapping, form)


def write_rml(mapping: Mapping, form: str) -> str:
    """Return triples maps without conditions and iterators as RML; IRIs below `NO_BASE` relative.

    Raises:
        MappingError: An IRI that is the same for every row is none.
    """
    return _Writer(mapping, form).text()


def _refuse(path: Path, item: TriplesMap, en: str, nl: str) -> None:
    raise MappingError(
        f"has {en}, for which RML has no word; take it out, or keep YARRRML",
        where=f"{path.name} {item.name}",
        nl=f"heeft {nl}, en daar heeft RML geen woord voor; haal dit weg of houd YARRRML",
    )


class _Writer:
    def __init__(self, mapping: Mapping, form: str) -> None:
        self.mapping = mapping
        self.prefixes = Prefixes({"fnml": FNML, "fno": FNO, **NAMESPACES})
        self.form = form
        self.used = dict(FORMS[form])
        self.rr, self.ql = next(iter(self.used)), list(self.used)[-1]
        self.names: list[str] = []
        for item in mapping.triples_maps:
            # a mapping of several sources or subjects is several triples maps
            name, number = encode_segment(item.name), 1
            while name in self.names:
                number += 1
                name = f"{encode_segment(item.name)}-{number}"
            self.names.append(name)

    def text(self) -> str:
        maps = zip(self.names, self.mapping.triples_maps, strict=True)
        blocks = [self.block(name, item) for name, item in maps]
        head = [f"@prefix {name}: <{namespace}> ." for name, namespace in sorted(self.used.items())]
        return "\n".join(head) + "\n\n" + "\n\n".join(blocks) + "\n"

    def block(self, name: str, item: TriplesMap) -> str:
        folder = self.mapping.path.parent.resolve()
        file = literal(Path(os.path.relpath(item.source, folder)).as_posix())
        lines = [
            f"rml:logicalSource [ rml:source {file}; rml:referenceFormulation {self.ql}:CSV ]",
            f"{self.rr}:subjectMap [ {self.term(item.subject, default='IRI')}"
            f"{self.graphs(item.graphs)} ]",
            *(self.rule(rule) for rule in item.predicate_objects),
        ]
        return f"<#{name}>\n  " + ";\n  ".join(lines) + " ."

    def rule(self, item: PredicateObject) -> str:
        predicates = ", ".join(self.iri(name) for name in item.predicates)
        made = [*map(self.term, item.objects), *map(self.join, item.joins)]
        objects = ", ".join(f"[ {text} ]" for text in made)
        return (f"{self.rr}:predicateObjectMap [ {self.rr}:predicate {predicates};\n    "
                f"{self.rr}:objectMap {objects}{self.graphs(item.graphs)} ]")  # fmt: skip

    def graphs(self, graphs: tuple[TermMap, ...]) -> str:
        maps = ", ".join(f"[ {self.term(item, default='IRI')} ]" for item in graphs)
        return f"; {self.rr}:graphMap {maps}" if graphs else ""

    def join(self, join: Join) -> str:
        rr = self.rr
        parent = next(name for name, item in zip(self.names, self.mapping.triples_maps, strict=True)
                      if (item.source, item.subject) == (join.source, join.subject))  # fmt: skip
        pairs = ", ".join(f"[ {rr}:child {literal(here)}; {rr}:parent {literal(there)} ]"
                          for here, there in join.on)  # fmt: skip
        return f"{rr}:parentTriplesMap <#{parent}>; {rr}:joinCondition {pairs}"

    def term(self, term: TermMap, default: str = "") -> str:
        """Return the properties of a term map; the term type only where it is not the default."""
        text = "".join(part.text for part in term.parts)
        call = term.parts[0].call
        if call and term.is_reference:
            out = self.function(call)
            default = default or "Literal"
        elif not any(part.column or part.call for part in term.parts):
            out = f"{self.rr}:constant {self.iri(text) if term.iri else literal(text)}"
            default = "IRI" if term.iri else "Literal"
        elif term.is_reference:
            out = f"rml:reference {literal(text)}"
            default = default or "Literal"
        else:
            out = self.template(term.parts)
            default = "IRI"
        if term.language:
            return f'{out}; {self.rr}:language "{term.language}"'
        if term.datatype:
            return f"{out}; {self.rr}:datatype {self.iri(term.datatype)}"
        kind = "BlankNode" if term.blank else "IRI" if term.iri else "Literal"
        return out if kind == default else f"{out}; {self.rr}:termType {self.rr}:{kind}"

    def template(self, parts: tuple[Part, ...]) -> str:
        if any(part.call for part in parts):
            raise MappingError("RML has no word for a function within a template",
                               where=self.mapping.path.name,
                               nl="RML heeft geen woord voor een functie in een sjabloon",
                               )  # fmt: skip
        pieces = [f"{{{part.text.translate(_ESCAPES)}}}" if part.column
                  else part.text.translate(_ESCAPES) for part in parts]  # fmt: skip
        return f"{self.rr}:template {literal(''.join(pieces).removeprefix(NO_BASE))}"

    def function(self, call: Call) -> str:
        """Return the properties of a function, of FNML or RML-FNML, as the form is."""
        function = FUNCTIONS[call.function]
        resources = {item.iri: expand(item.resource) for item in function.parameters}
        values = [(name, self.argument(parts)) for name, parts in call.arguments]
        if self.form == "rml-core":
            inputs = "".join(
                f"; rml:input [ rml:parameter {self.iri(resources[name])}; "
                f"rml:inputValueMap [ {value} ] ]" for name, value in values
            )  # fmt: skip
            return f"rml:functionExecution [ rml:function {self.iri(call.function)}{inputs} ]"
        values.insert(0, (f"{FNO}executes", f"rr:constant {self.iri(call.function)}"))
        rules = "; ".join(
            f"rr:predicateObjectMap [ rr:predicate {self.iri(name)}; rr:objectMap [ {value} ] ]"
            for name, value in values
        )  # fmt: skip
        return f"{self.iri(f'{FNML}functionValue')} [ {rules} ]"

    def argument(self, parts: tuple[Part, ...]) -> str:
        """Return the properties of the value of a parameter, which is always a text."""
        if len(parts) == 1 and parts[0].call:
            return self.function(parts[0].call)
        text = "".join(part.text for part in parts)
        if text.startswith(NO_BASE):
            raise MappingError("a function gets a relative IRI, for which RML has no word",
                               where=self.mapping.path.name,
                               nl="een functie krijgt een relatieve IRI, en daar heeft RML geen "
                               "woord voor")  # fmt: skip
        if not any(part.column or part.call for part in parts):
            return f"{self.rr}:constant {literal(text)}"
        if len(parts) == 1:
            return f"rml:reference {literal(text)}"
        return f"{self.template(parts)}; {self.rr}:termType {self.rr}:Literal"

    def iri(self, value: str) -> str:
        if not is_iri(value):
            shown = value.removeprefix(NO_BASE)
            raise MappingError(f"{shown!r} is no IRI", where=self.mapping.path.name,
                               nl=f"{shown!r} is geen IRI")  # fmt: skip
        prefix, local = self.prefixes.shorten(value)
        if not prefix:
            return f"<{value.removeprefix(NO_BASE)}>"
        self.used[prefix] = self.prefixes.by_name[prefix]
        return f"{prefix}:{local}"
