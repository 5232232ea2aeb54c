"""The terms of RML that are read, by namespace and place, and what to say of the others."""

from __future__ import annotations

from collections.abc import Mapping

from app.mapping.functions.naming import nearest

RR = "http://www.w3.org/ns/r2rml#"
RML = "http://semweb.mmlab.be/ns/rml#"
CORE = "http://w3id.org/rml/"
QL = "http://semweb.mmlab.be/ns/ql#"
FNML = "http://semweb.mmlab.be/ns/fnml#"
FNO = "https://w3id.org/function/ontology#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
# what a mapping says of itself, which makes no triples
_ABOUT = (f"{_RDFS}label", f"{_RDFS}comment", f"{_RDFS}seeAlso", "http://purl.org/dc/terms/",
          "http://purl.org/dc/elements/1.1/", "http://www.w3.org/2004/02/skos/core#")  # fmt: skip

_R2RML = frozenset({
    "subjectMap", "subject", "predicateObjectMap", "predicateMap", "predicate", "objectMap",
    "object", "graphMap", "graph", "class", "template", "constant", "column", "termType",
    "language", "datatype", "parentTriplesMap", "joinCondition", "child", "parent",
})  # fmt: skip
_RML = frozenset({
    "logicalSource", "source", "referenceFormulation", "reference", "languageMap", "datatypeMap",
})  # fmt: skip
_RETURN = frozenset({"return", "returnMap"})
FUNCTIONS = frozenset({"functionValue", "functionExecution"})
EXECUTION = frozenset({"function", "functionMap", "input"})
INPUT = frozenset({"parameter", "parameterMap", "inputValue", "inputValueMap"})
_KNOWN: Mapping[str, frozenset[str]] = {
    RR: _R2RML,
    RML: _RML,
    FNML: frozenset({"functionValue"}),
    CORE: (_R2RML - {"column"})
    | _RML
    | _RETURN
    | EXECUTION
    | INPUT
    | {"path", "root", "childMap", "parentMap", "functionExecution"},
}
TRIPLES_MAP = frozenset({"logicalSource", "subjectMap", "subject", "predicateObjectMap"})
SOURCE = frozenset({"source", "referenceFormulation"})
FILE = frozenset({"path", "root"})
EXPRESSION = frozenset({"template", "constant", "column", "reference"}) | FUNCTIONS
TERM_MAP = EXPRESSION | {"termType"} | _RETURN
SUBJECT = TERM_MAP | {"class", "graph", "graphMap"}
OBJECT = TERM_MAP | {"language", "languageMap", "datatype", "datatypeMap"}
JOINED = frozenset({"parentTriplesMap", "joinCondition"})
JOIN = frozenset({"child", "parent", "childMap", "parentMap"})
RULE = frozenset({"predicate", "predicateMap", "object", "objectMap", "graph", "graphMap"})
TYPES = frozenset({
    "TriplesMap", "LogicalSource", "InputLogicalSource", "BaseSource", "AbstractLogicalSource",
    "Source", "RelativePathSource", "FilePath", "SubjectMap", "PredicateMap", "ObjectMap",
    "GraphMap", "TermMap", "ExpressionMap", "PredicateObjectMap", "RefObjectMap", "Join",
    "JoinCondition", "LanguageMap", "DatatypeMap", "ChildMap", "ParentMap", "FunctionTermMap",
    "FunctionExecution", "FunctionMap", "ReturnMap", "Input", "ParameterMap", "InputValueMap",
})  # fmt: skip

_FUNCTION = ("a function is not possible here; give a constant",
             "een functie kan hier niet; geef een constante")  # fmt: skip
_TABLES = ("only tables of datapackage.json are read; name the CSV file with rml:source",
           "alleen tabellen van datapackage.json worden gelezen; noem het CSV-bestand met "
           "rml:source")  # fmt: skip
_LEAVE_OUT = ("is not supported here; leave it out", "wordt hier niet ondersteund; laat dit weg")
_ADVICE: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("functionValue", "functionExecution"), _FUNCTION),
    **dict.fromkeys(("logicalTable", "tableName", "sqlQuery", "sqlVersion", "query", "viewOn",
                     "field", "LogicalView", "R2RMLView", "LogicalTable", "BaseTableOrView",
                     "innerJoin", "leftJoin", "structuralAnnotation"), _TABLES),
    "iterator": ("a row of a table is one iteration; leave it out",
                 "een rij van een tabel is één herhaling; laat dit weg"),
    "condition": ("conditions are written in YARRRML only; put what is to be mapped in a column "
                  "of its own", "voorwaarden kunnen alleen in YARRRML; zet wat omgezet moet worden "
                  "in een eigen kolom"),
    "baseIRI": ("the base IRI is the project's; leave it out",
                "de basis-IRI is die van het project; laat dit weg"),
    **dict.fromkeys(("logicalTarget", "LogicalTarget"), (
        "what is made goes into the release; leave it out",
        "wat gemaakt wordt komt in de release; laat dit weg")),
}  # fmt: skip


def local(iri: str) -> str:
    """Return what an IRI ends with, after the last # or /."""
    return iri.rstrip("#/").replace("#", "/").rsplit("/", 1)[-1]


def shown(iri: str) -> str:
    """Return an IRI as a message names it: with the usual prefix if it has one."""
    for prefix, namespace in (("rr", RR), ("rml", RML), ("rml", CORE), ("ql", QL),
                              ("fnml", FNML)):  # fmt: skip
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def in_language(iri: str) -> bool:
    """Tell whether an IRI is in one of the namespaces of RML."""
    return iri.startswith((RR, RML, CORE, FNML))


def is_about(iri: str) -> bool:
    """Tell whether a property describes the mapping, and so makes no triples."""
    return iri.startswith(_ABOUT)


def known(iri: str) -> str:
    """Return the local name of a property that is read in its namespace, else ""."""
    for namespace, names in _KNOWN.items():
        if iri.startswith(namespace) and iri.removeprefix(namespace) in names:
            return iri.removeprefix(namespace)
    return ""


def advice(iri: str) -> tuple[str, str]:
    """Return what to say of a term that is not read, in English and Dutch."""
    en, nl = _ADVICE.get(local(iri)) or _meant(iri) or _LEAVE_OUT
    return f"{shown(iri)}: {en}", f"{shown(iri)}: {nl}"


def _meant(iri: str) -> tuple[str, str] | None:
    """Return what was perhaps meant by a term of RML that there is not."""
    name = local(iri)
    own = next((space for space in _KNOWN if iri.startswith(space)), "")
    if not own or known(iri):
        return None
    # the first form of RML has terms of two namespaces
    two = () if own == CORE else (RR, RML)
    there = next((space + name for space in two if name in _KNOWN[space]), "")
    near = there or own + nearest(name, TYPES if name[:1].isupper() else _KNOWN[own])
    if near == own:
        return None
    return (f"there is no such term; perhaps {shown(near)} is meant",
            f"die term bestaat niet; misschien is {shown(near)} bedoeld")  # fmt: skip
