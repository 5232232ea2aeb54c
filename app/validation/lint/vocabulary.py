"""Which `sh:` terms there are, and what kind of value each takes.

Source: SHACL (W3C Recommendation 20 July 2017), sections 2 to 6 and appendices; SHACL Advanced
Features and SHACL JavaScript Extensions (W3C Notes 8 June 2017); drafts of SHACL 1.2 (2025).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.rdf.namespaces import expand

SH: Final = expand("sh:")
# pySHACL runs out of stack near 1,000, rudof crashes near 3,000; no honest shape nests this deep
MOST_NESTED: Final = 50


def names(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# parameters by the kind of value they take (sections 2.3 and 4)
COUNTS: Final = names("minCount maxCount minLength maxLength qualifiedMinCount qualifiedMaxCount")
IRIS: Final = names(
    "class datatype nodeKind equals disjoint lessThan lessThanOrEquals severity "
    "targetClass targetObjectsOf targetSubjectsOf"
)
LITERALS: Final = names("minInclusive minExclusive maxInclusive maxExclusive")
BOOLEANS: Final = names("closed uniqueLang qualifiedValueShapesDisjoint deactivated")
STRINGS: Final = names("pattern flags")
LISTS: Final = names("in languageIn ignoredProperties and or xone")
SHAPES: Final = names("property node not qualifiedValueShape")
SHAPE_LISTS: Final = names("and or xone")
# at most one value per shape
SINGLE: Final = (COUNTS | LITERALS | BOOLEANS | names("flags in languageIn ignoredProperties")
                 | names("datatype nodeKind severity qualifiedValueShape"))  # fmt: skip
# only where there is a path (section 4: "not on node shapes")
NEED_PATH: Final = COUNTS - names("minLength maxLength") | names(
    "uniqueLang lessThan lessThanOrEquals qualifiedValueShape"
)
CONSTRAINTS: Final = (
    COUNTS | LITERALS | STRINGS | LISTS | SHAPES
    | names("class datatype nodeKind equals disjoint lessThan lessThanOrEquals closed uniqueLang")
    | names("qualifiedValueShapesDisjoint hasValue sparql js expression")
)  # fmt: skip
TARGETS: Final = names("targetClass targetNode targetObjectsOf targetSubjectsOf target")
PATHS: Final = names("alternativePath inversePath zeroOrMorePath oneOrMorePath zeroOrOnePath")
NODE_KINDS: Final = names(
    "IRI Literal BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral"
)  # fmt: skip
SEVERITIES: Final = names("Violation Warning Info")

_CORE: Final = CONSTRAINTS | BOOLEANS | IRIS | TARGETS | PATHS | names(
    "path message name description order group defaultValue shapesGraph suggestedShapesGraph "
    "entailment parameter optional labelTemplate"
)  # fmt: skip
_REPORT: Final = names(
    "conforms detail focusNode result resultMessage resultPath resultSeverity "
    "shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape value"
)
_SPARQL: Final = names(
    "select ask prefixes declare prefix namespace validator nodeValidator propertyValidator "
    "resultAnnotation annotationProperty annotationValue annotationVarName"
)
RULES: Final = names("rule condition subject predicate object construct")
EXPRESSIONS: Final = names(
    "expression values filterShape nodes intersection union count distinct groupConcat if then "
    "else limit offset orderBy desc max min sum exists minus"
)
FUNCTIONS: Final = names("returnType update")
JAVASCRIPT: Final = names("js jsFunctionName jsLibrary jsLibraryURL")
LATER: Final = names(
    "memberShape minListLength maxListLength uniqueMembers reifierShape reificationRequired "
    "singleLine someValue subsetOf rootClass nodeByExpression targetWhere uniqueValuesForClass "
    "conformanceDisallows codeIdentifier agentInstruction intent"
)
_COMPONENTS: Final = names(
    "And Class Closed Datatype Disjoint Equals Expression HasValue In JS LanguageIn LessThan "
    "LessThanOrEquals MaxCount MaxExclusive MaxInclusive MaxLength MinCount MinExclusive "
    "MinInclusive MinLength Node NodeKind Not Or Pattern Property QualifiedMaxCount "
    "QualifiedMinCount SPARQL UniqueLang Xone"
)
CLASSES: Final = names(
    "Shape NodeShape PropertyShape NodeKind Severity ConstraintComponent Parameterizable Parameter "
    "PropertyGroup PrefixDeclaration ResultAnnotation AbstractResult ValidationReport "
    "ValidationResult Function Rule Target TargetType Validator TripleRule "
    "SPARQLExecutable SPARQLAskExecutable SPARQLSelectExecutable SPARQLConstructExecutable "
    "SPARQLUpdateExecutable SPARQLAskValidator SPARQLSelectValidator SPARQLConstraint "
    "SPARQLFunction SPARQLRule SPARQLTarget SPARQLTargetType "
    "JSConstraint JSExecutable JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator"
)
_INDIVIDUALS: Final = NODE_KINDS | SEVERITIES | {"this"} | {
    name + "ConstraintComponent" for name in _COMPONENTS
}  # fmt: skip
PROPERTIES: Final = (
    _CORE | _REPORT | _SPARQL | RULES | EXPRESSIONS | FUNCTIONS | JAVASCRIPT
)  # fmt: skip
# names of the drafts before the Recommendation, still found in the wild
_FORMER: Final = {
    "shape": "node", "nodeShape": "node", "valueShape": "node", "constraint": "node",
    "propertyShape": "property", "valueClass": "class", "directType": "class",
    "directValueType": "class", "scope": "target", "scopeClass": "targetClass",
    "scopeNode": "targetNode", "targetSubjectOf": "targetSubjectsOf",
    "targetObjectOf": "targetObjectsOf", "classIn": "or", "datatypeIn": "or",
    "allowedValues": "in", "ignoredProperty": "ignoredProperties",
    "minimum": "minInclusive", "maximum": "maxInclusive",
}  # fmt: skip
# parameters of constraint components of DASH (datashapes.org): no engine of ours runs them
DASH: Final = "http://datashapes.org/dash#"
DASH_CONSTRAINTS: Final = names(
    "closedByTypes coExistsWith hasClass nonRecursive rootClass singleLine stem subSetOf "
    "symmetric uniqueValueForClass validatorForPredicate hasValueIn hasValueWithClass "
    "toBeDefined indexed reifiableBy"
)

# any other spelling of the namespace, and none of the namespaces that only begin alike
ALMOST: Final = re.compile(r"https?://(?:www\.)?w3\.org/(?:ns|TR|2017)/(?:shacl|sh)([#/]?)(\w*)",
                           re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names after `sh:` that a lint knows; extend it with `more` for an engine's own."""

    properties: frozenset[str] = PROPERTIES
    classes: frozenset[str] = CLASSES
    individuals: frozenset[str] = _INDIVIDUALS
    later: frozenset[str] = LATER | names("ShapeClass Debug Trace")
    former: Mapping[str, str] = field(default_factory=lambda: _FORMER)

    def knows(self, name: str) -> bool:
        """Tell whether `sh:name` is a term of any kind; `XConstraintComponent-y` are parameters."""
        if name in self.properties or name in self.classes or name in self.individuals:
            return True
        component, dash, parameter = name.partition("-")
        return bool(dash) and component in self.individuals and parameter in self.properties

    def suggest(self, name: str, among: frozenset[str]) -> str:
        """Return the name that is meant, or "" if none is near."""
        from rapidfuzz import process  # noqa: PLC0415 - only for terms that are wrong
        from rapidfuzz.distance import DamerauLevenshtein  # noqa: PLC0415

        if self.former.get(name) in among:
            return self.former[name]
        alike = next((known for known in sorted(among) if known.lower() == name.lower()), "")
        if alike or len(name) > 40:
            return alike
        most = max(1, len(name) // 4)
        found = process.extractOne(
            name, sorted(among), scorer=DamerauLevenshtein.distance, score_cutoff=most
        )
        return str(found[0]) if found else ""


SHACL: Final = Vocabulary()
