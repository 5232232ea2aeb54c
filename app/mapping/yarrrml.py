"""Reading YARRRML (rml.io/yarrrml/spec) for tabular sources into triples maps.

Read: prefixes, base-relative IRIs, sources (file~csv, or access/referenceFormulation), subjects,
predicate-objects in short and long form, `~iri`, `~lang`, datatypes, functions and conditions
(`yarrrmlfunctions`), graphs, and joins: an object that is a mapping, where columns are `equal`.
Ours: `iterator` of a CSV source names a list column whose items each make one iteration;
`$(key.column)` is that column of the row that the foreign key names. Everything else is refused by
name rather than ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.errors import MappingError
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
from app.mapping.yamltext import line_at, read_yaml
from app.mapping.yarrrmlfunctions import FUNCTION, KEYS, call_in, is_function, tests_in
from app.mapping.yarrrmltexts import REFERENCE, as_list, column_in, first, is_open, parts_of
from app.rdf.lexical import is_valid, unknown_type
from app.rdf.namespaces import PREFIXES, RDF_TYPE
from app.rdf.terms import is_iri, is_language

_CURIE = re.compile(r"^([A-Za-z][A-Za-z0-9_-]*)?:(?!//)(.*)$", re.DOTALL)
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://|^mailto:|^urn:")
_TOP = {"prefixes", "sources", "mappings", "authors", "base"}
_SUBJECTS = ("s", "subject", "subjects")
_RULES = ("po", "predicateobject", "predicateobjects")
_GRAPHS = ("graph", "graphs")
_MAPPING = {"sources", "source", "condition", *_SUBJECTS, *_RULES, *_GRAPHS}
_PO = {"p", "predicate", "predicates", "o", "object", "objects", "condition", *_GRAPHS}
_DEFAULT_GRAPHS = {DEFAULT_GRAPH, "http://w3id.org/rml/defaultGraph"}
_OBJECT = {"value", "datatype", "language", "type"}
_FUNCTION = {*KEYS, "datatype", "language", "type"}
# of what a mapping may say at length, messages show the beginning
_SAID = 400
# which row a parameter of a join is of; the first is of the subject's if nothing says so
_SIDES = {"s": 0, "subject": 0, "o": 1, "object": 1}


def load_mapping(path: Path, *, base: str, own_base: bool = False) -> Mapping:
    """Return the triples maps of a YARRRML file; relative IRIs are resolved against `base`.

    With `own_base` the file may have a `base` of its own, which then counts instead.

    Raises:
        MappingError: The file is missing, is not YAML, or asks what we do not do; names the key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise MappingError("the mapping does not exist", where=path.name,
                           nl="de mapping bestaat niet") from None  # fmt: skip
    except UnicodeDecodeError as error:
        raise MappingError(f"not YAML in UTF-8: {error.reason}", where=path.name,
                           nl=f"geen YAML in UTF-8: {error.reason}") from error  # fmt: skip
    return _File(path, text, base, own_base=own_base).read(read_yaml(text, path.name))


class _File:
    def __init__(self, path: Path, text: str, base: str, *, own_base: bool) -> None:
        self.path = path
        self.text = text
        self.base = base
        self.own_base = own_base
        self.prefixes: dict[str, str] = dict(PREFIXES)
        self.sources: dict[str, tuple[Path, str]] = {}
        self.mappings: dict[str, Any] = {}

    def fail(self, key: str, detail: str, nl: str) -> MappingError:
        line = line_at(self.text, key)
        name = f"{self.path.name}:{line}" if line else self.path.name
        where = f"{name} {' '.join(key.split())}".strip()
        return MappingError(detail[:_SAID], where=where[:_SAID], nl=nl[:_SAID])

    def unknown(self, key: str, name: Any, kind: str, soort: str, names: Iterable[str],
                ) -> MappingError:  # fmt: skip
        """Return the error that there is no such thing, with what was perhaps meant."""
        names = list(names)
        near = nearest(str(name), names)
        there = listed(names)
        return self.fail(
            key, f"there is no {kind} {name!r}"
            + (f"; perhaps {near} is meant" if near else f"; there is: {there}" if there else ""),
            f"er is geen {soort} {name!r}"
            + (f"; misschien is {near} bedoeld" if near else f"; er is: {there}" if there else ""),
        )  # fmt: skip

    def table(self, value: Any, key: str, allowed: set[str] | None = None) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.fail(key, "a list of keys with a colon is expected here (key: value)",
                            "hier worden sleutels met een dubbelpunt verwacht (sleutel: waarde)",
                            )  # fmt: skip
        if allowed is not None:
            for name in value:
                if name not in allowed:
                    raise self.unknown(f"{key} {name}", name, "key", "sleutel", sorted(allowed))
        return value

    def read(self, raw: Any) -> Mapping:
        top = self.table(raw, "", _TOP)
        if "base" in top and not self.own_base:
            raise self.fail("base", "is the project's base IRI; leave it out",
                            "is de basis-IRI van het project; laat dit weg")  # fmt: skip
        self.base = str(top.get("base", self.base))
        if not is_iri(self.base):
            raise self.fail("base", f"{self.base!r} is not an IRI", f"{self.base!r} is geen IRI")
        for name, namespace in self.table(top.get("prefixes", {}), "prefixes").items():
            if not isinstance(namespace, str):
                raise self.fail(f"prefixes {name}", "must be a text", "moet een tekst zijn")
            self.prefixes[name] = namespace if is_iri(namespace) else self.base + namespace
        self.sources = {
            name: self.source(value, f"sources {name}")
            for name, value in self.table(top.get("sources", {}), "sources").items()
        }
        maps: list[TriplesMap] = []
        self.mappings = self.table(top.get("mappings"), "mappings")
        for name, value in self.mappings.items():
            maps.extend(self.triples_maps(name, value))
        return Mapping(self.path, tuple(maps))

    def source(self, value: Any, key: str) -> tuple[Path, str]:
        iterator = ""
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            file, _, formulation = value[0].partition("~")
        elif isinstance(value, dict):
            table = self.table(value, key, {"access", "referenceFormulation", "iterator"})
            file, formulation = (
                str(table.get("access", "")),
                str(table.get("referenceFormulation", "csv")),
            )
            iterator = str(table.get("iterator", ""))
        else:
            raise self.fail(key, "a source is [file.csv~csv], or has the key access",
                            "een bron is [bestand.csv~csv], of heeft de sleutel access",
                            )  # fmt: skip
        if formulation != "csv" or not file:
            raise self.fail(key, f"{file!r} is followed by ~csv, whatever the file; there is no "
                            f"other ({formulation!r})", f"achter {file!r} staat ~csv, wat voor "
                            f"bestand het ook is; iets anders is er niet ({formulation!r})",
                            )  # fmt: skip
        return source_path(self.path, file), iterator

    def triples_maps(self, name: str, value: Any) -> list[TriplesMap]:
        key = f"mappings {name}"
        table = self.table(value, key, _MAPPING)
        names = first(table, "sources", "source")
        subjects = as_list(first(table, *_SUBJECTS))
        rules = as_list(first(table, *_RULES))
        if not subjects or not names:
            raise self.fail(key, "needs a source and a subject (sources, s)",
                            "vraagt een bron en een onderwerp (sources, s)")  # fmt: skip
        conditions = tests_in(self, table.get("condition"), key)
        graphs = self.graphs(table, key)
        out = []
        for source in as_list(names):
            path, iterator = self.named_source(source, key)
            objects = tuple(
                self.predicate_object(item, f"{key} po {number}", path)
                for number, item in enumerate(rules, 1)
            )
            for subject in subjects:
                term = self.term(subject, f"{key} s", iri=True)
                out.append(TriplesMap(name, path, term, objects, conditions, iterator, graphs))
        return out

    def graphs(self, table: dict[str, Any], key: str) -> tuple[TermMap, ...]:
        found = [self.term(item, f"{key} graphs", iri=True)
                 for item in as_list(first(table, *_GRAPHS))]  # fmt: skip
        default = TermMap((Part(DEFAULT_GRAPH),), iri=True)
        return tuple(default if term.parts[0].text in _DEFAULT_GRAPHS else term for term in found)

    def named_source(self, name: Any, key: str) -> tuple[Path, str]:
        if isinstance(name, (list, dict)):
            return self.source(name, f"{key} sources")
        if not isinstance(name, str) or name not in self.sources:
            raise self.unknown(f"{key} sources", name, "source", "bron", self.sources)
        return self.sources[name]

    def predicate_object(self, value: Any, key: str, source: Path) -> PredicateObject:
        if isinstance(value, list):
            if len(value) not in {2, 3}:
                raise self.fail(key, "must be [predicate, object], or with a type or language",
                                "moet [eigenschap, waarde] zijn, of met een type of taal",
                                )  # fmt: skip
            extra = str(value[2]) if len(value) == 3 else ""
            predicates, objects, condition = value[0], value[1], None
            graphs: tuple[TermMap, ...] = ()
        else:
            table = self.table(value, key, _PO)
            predicates = first(table, "p", "predicate", "predicates")
            objects = first(table, "o", "object", "objects")
            condition, extra = table.get("condition"), ""
            graphs = self.graphs(table, key)
        names = tuple(self.constant(str(item), key) for item in as_list(predicates))
        is_type = RDF_TYPE in names
        if not names or objects is None:
            raise self.fail(key, "needs a predicate and an object (p, o)",
                            "vraagt een eigenschap en een waarde (p, o)")  # fmt: skip
        # in the long form a list [value, type] is one object; a list of those is several
        if (
            not isinstance(value, list)
            and isinstance(objects, list)
            and not any(isinstance(item, (list, dict)) for item in objects)
        ):
            objects = [objects]
        made: list[TermMap | Join] = []
        for item in as_list(objects):
            if not isinstance(item, dict) or "mapping" not in item:
                made.append(self.object(item, extra, key, is_type))
            elif extra:
                raise self.fail(key, f"a mapping as object has no type or language ({extra})",
                                f"een mapping als object heeft geen type of taal ({extra})",
                                )  # fmt: skip
            else:
                made.append(self.joined(item, key, source))
        terms = tuple(item for item in made if isinstance(item, TermMap))
        joins = tuple(item for item in made if isinstance(item, Join))
        return PredicateObject(names, terms, tests_in(self, condition, key), joins, graphs)

    def joined(self, value: Any, key: str, source: Path) -> TermMap | Join:
        """Return the subjects of another mapping: of its rows that join, or of the same row."""
        table = self.table(value, key, {"mapping", "condition"})
        name = table["mapping"]
        if not isinstance(name, str) or name not in self.mappings:
            raise self.unknown(f"{key} mapping", name, "mapping", "mapping", self.mappings)
        parent = self.table(self.mappings[name], f"mappings {name}")
        sources = as_list(first(parent, "sources", "source"))
        subjects = as_list(first(parent, *_SUBJECTS))
        if len(sources) != 1 or len(subjects) != 1 or "condition" in parent:
            raise self.fail(key, f"the mapping {name!r} needs one source and one subject, and no "
                            "condition, to be joined with", f"de mapping {name!r} moet één bron en "
                            "één onderwerp hebben, en geen voorwaarde, om mee te koppelen",
                            )  # fmt: skip
        there, iterator = self.named_source(sources[0], f"mappings {name}")
        if iterator:
            raise self.fail(key, f"the mapping {name!r} has an iterator, and cannot be joined with",
                            f"de mapping {name!r} heeft een iterator: koppelen kan niet",
                            )  # fmt: skip
        subject = self.term(subjects[0], f"mappings {name} s", iri=True)
        on = tuple(self.equal_columns(item, key) for item in as_list(table.get("condition")))
        if not on and there != source:
            raise self.fail(key, "a join of two tables needs a condition: which columns are equal",
                            "een koppeling van twee tabellen vraagt een voorwaarde: welke kolommen "
                            "gelijk zijn")  # fmt: skip
        return Join(there, subject, on) if on else subject

    def equal_columns(self, value: Any, key: str) -> tuple[str, str]:
        """Return the columns (here, there) that a join compares."""
        key = f"{key} condition"
        table = self.table(value, key, {*KEYS})
        parameters = as_list(first(table, "parameters", "pms"))
        columns: dict[int, str] = {}
        for number, item in enumerate(parameters):
            given = item if isinstance(item, list) else []
            if isinstance(item, dict) and item.keys() <= {"parameter", "value", "from"}:
                given = [item.get("parameter"), item.get("value"), *as_list(item.get("from"))]
            side = _SIDES.get(str(given[2])) if len(given) == 3 else number
            column = REFERENCE.fullmatch(str(given[1])) if 2 <= len(given) <= 3 else None
            if column and side is not None:
                columns[side] = column_in(column)
        equal = first(table, *FUNCTION) in ("equal", "idlab-fn:equal")
        if not equal or columns.keys() != {0, 1} or len(parameters) != 2:
            raise self.fail(key, "a join is [[str1, $(column), s], [str2, $(column there), o]] "
                            "with the function equal", "een koppeling is [[str1, $(kolom), s], "
                            "[str2, $(kolom ginder), o]] met de functie equal")  # fmt: skip
        return columns[0], columns[1]

    def object(self, value: Any, extra: str, key: str, is_type: bool) -> TermMap:
        datatype = language = ""
        iri = is_type
        if isinstance(value, dict):
            table = self.table(value, key, _FUNCTION if is_function(value) else _OBJECT)
            datatype, language = str(table.get("datatype", "")), str(table.get("language", ""))
            kind = table.get("type")
            if kind not in (None, "iri", "literal"):
                raise self.unknown(key, kind, "type", "type", ("iri", "literal"))
            iri = iri or kind == "iri"
            kept = {name: item for name, item in table.items() if name in KEYS}
            value = kept or table.get("value")
        elif isinstance(value, list):
            if len(value) not in {1, 2}:
                raise self.fail(key, "an object is [value] or [value, type or language]",
                                "een object is [waarde] of [waarde, type of taal]")  # fmt: skip
            value, extra = value[0], str(value[1]) if len(value) > 1 else ""
        if value is None:
            raise self.fail(key, "an object has no value", "een object heeft geen waarde")
        if extra.endswith("~lang"):
            language = extra.removesuffix("~lang")
        elif extra:
            datatype = extra
        if language and not is_language(language):
            raise self.fail(key, f"{language!r} is not a language tag, such as nl or en",
                            f"{language!r} is geen taalcode, zoals nl of en")  # fmt: skip
        return self.term(
            value, key, iri=iri, datatype=self.datatype(datatype, key),
            language=language,
        )  # fmt: skip

    def term(
        self, value: Any, key: str, *, iri: bool, datatype: str = "", language: str = ""
    ) -> TermMap:
        if isinstance(value, dict) and value.keys() == {"value"}:
            value = value["value"]
        if is_function(value):
            call = call_in(self, self.table(value, key, {*KEYS, "type"}), key)
            return TermMap((Part("", call=call),), iri, datatype, language)
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            kind = type(value).__name__
            raise self.fail(key, f"{value!r} is not a text ({kind}); put it in quotes",
                            f"{value!r} is geen tekst ({kind}); zet het tussen aanhalingstekens",
                            )  # fmt: skip
        text = str(value)
        if text.endswith("~iri"):
            text, iri = text.removesuffix("~iri"), True
        if iri and not text.startswith("$("):
            text = self.iri(text, key)
        made = TermMap(self.parts(text, key), iri, datatype, language)
        if not made.columns:
            # what every row has is judged once, here
            text = "".join(part.text for part in made.parts)
            if iri and not is_iri(text):
                raise self.fail(key, f"{value!r} is not an IRI", f"{value!r} is geen IRI")
            if not iri and not is_valid(text, datatype):
                name = datatype.rsplit("#", 1)[-1]
                raise self.fail(key, f"{text!r} is not a value of the type {name}",
                                f"{text!r} is geen waarde van het type {name}")  # fmt: skip
        return made

    def parts(self, text: str, key: str) -> tuple[Part, ...]:
        """Return the parts of a template."""
        if is_open(text):
            raise self.fail(key, f"a column is $(name); in {text!r} the bracket is not closed, or "
                            "there is one in the name (escape it: \\( \\))",
                            f"een kolom is $(naam); in {text!r} sluit het haakje niet, of staat er "
                            "een in de naam (schrijf het \\( \\))")  # fmt: skip
        return parts_of(text)

    def datatype(self, text: str, key: str) -> str:
        """Return the IRI of a datatype; "" is none."""
        if text and ":" not in text:
            lang = is_language(text) and len(text.split("-")[0]) == 2
            raise self.fail(key, f"{text!r} is not a datatype"
                            + (f"; for a language write {text}~lang" if lang else ", such as "
                               "xsd:date"), f"{text!r} is geen datatype"
                            + (f"; voor een taal schrijft u {text}~lang" if lang else ", zoals "
                               "xsd:date"))  # fmt: skip
        iri = self.constant(text, key) if text else ""
        if wrong := unknown_type(iri):
            raise self.unknown(key, text, "datatype", "datatype", wrong)
        return iri

    def constant(self, text: str, key: str) -> str:
        """Return the IRI of a predicate or datatype, which is the same for every row."""
        value = self.iri(text, key)
        if REFERENCE.search(text) or not is_iri(value):
            raise self.fail(key, f"{text!r} is not a fixed IRI", f"{text!r} is geen vaste IRI")
        return value

    def iri(self, text: str, key: str) -> str:
        """Return an IRI (or the template of one) with its prefix or the base filled in."""
        if text == "a":
            return RDF_TYPE
        if _SCHEME.match(text):
            return text
        match = _CURIE.match(text)
        if not match:
            return self.base + text
        prefix, local = match.groups()
        if prefix not in self.prefixes:
            raise self.unknown(key, prefix, "prefix", "prefix", reversed(self.prefixes))
        return self.prefixes[prefix] + local
