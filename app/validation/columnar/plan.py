"""One profile split in two: simple constraints for the columns, the rest for the engine.

A shape that has both is copied under a name of its own, with only what the columns do not do; its
results are reported under its real name. Shapes that others refer to (`sh:node` and the like) stay
whole, because there only conforming or not counts. The copies have no targets: the focus nodes are
found by columns and handed over as `<urn:focus> <urn:focus:N> NODE`, so that a chunk of the data
is checked for exactly its own nodes. A shape with SPARQL stays as it is, with its own targets and
all data: a query can see everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.rdf.namespaces import expand
from app.rdf.terms import Quad, Term, is_literal
from app.validation.columnar.constraints import TOLD, Constraint, columnar, make
from app.validation.columnar.data import SUBCLASS, TYPE
from app.validation.paths import Path
from app.validation.shapesgraph import SH, TARGETS, ShapesGraph

FOCUS = "urn:focus"
_COPY = "urn:rest:"
_TRUE = {'"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
         '"1"^^<http://www.w3.org/2001/XMLSchema#boolean>'}  # fmt: skip
_CLASSES = {f"<{expand('rdfs:Class')}>", f"<{expand('owl:Class')}>"}
# what describes a shape and constrains nothing
_TOLD = {SH + name for name in TOLD}
_KEPT = {SH + name for name in ("severity", "message", "path", "deactivated")}
_OPEN = {SH + name for name in ("sparql", "target", "js", "rule", "expression")}


@dataclass(frozen=True, slots=True)
class Group:
    """The simple constraints of one shape; `path` is None for values that are the focus nodes."""

    shape: Term
    path: Path | None
    text: str
    severity: str
    constraints: tuple[Constraint, ...]


@dataclass(slots=True)
class Root:
    """A shape with targets: the terms of each kind, and what is checked by columns."""

    shape: Term
    nodes: list[Term]
    classes: list[Term]
    subjects_of: list[Term]
    objects_of: list[Term]
    groups: list[Group] = field(default_factory=list)
    mark: str = ""


class Plan:
    """What is done by columns (`roots`) and by the engine (`marked`, `open`)."""

    def __init__(self, shapes: ShapesGraph) -> None:
        self.shapes = shapes
        self.roots: list[Root] = []
        self.names: dict[Term, Term] = {}
        self.open: list[Quad] = []
        self.marked: list[Quad] = []
        self._components = self._has_components()
        opened: set[Term] = set()
        for shape in sorted(shapes.shapes):
            root = self._root(shape)
            if root is None:
                continue
            if self._is_open(shape):
                opened.add(shape)
            else:
                self._split(root)
                self.roots.append(root)
        if opened:
            self.open = [quad for quad in shapes.quads if quad[0] in opened or not self._aims(quad)]
        if self.marked:
            # whatever the copies refer to, without targets
            heads = {o for _, _, o, _ in self.marked if o in shapes.facts}
            used = {node for head in heads for node in self.reach(head)}
            self.marked += [q for q in shapes.quads if q[0] in used and not self._aims(q)]

    # what a root is

    def _root(self, shape: Term) -> Root | None:
        if self._off(shape):
            return None
        of = self.shapes.of
        types = set(self.shapes.facts.get(shape, {}).get(expand("rdf:type"), ()))
        root = Root(shape, of(shape, "targetNode"), list(of(shape, "targetClass")),
                    of(shape, "targetSubjectsOf"), of(shape, "targetObjectsOf"))  # fmt: skip
        if types & _CLASSES:
            root.classes.append(shape)
        aims = root.nodes or root.classes or root.subjects_of or root.objects_of
        return root if aims or of(shape, "target") else None

    def _off(self, shape: Term) -> bool:
        return bool(_TRUE & set(self.shapes.of(shape, "deactivated")))

    def _aims(self, quad: Quad) -> bool:
        """Tell whether a quad gives a shape targets."""
        subject, predicate, object_, _ = quad
        if predicate[1:-1] in TARGETS:
            return True
        return predicate == TYPE and object_ in _CLASSES and subject in self.shapes.shapes

    def _has_components(self) -> bool:
        """Tell whether the shapes graph declares constraint components."""
        declared = f"<{SH}ConstraintComponent>"
        return any(declared in facts.get(expand("rdf:type"), ()) or SH + "parameter" in facts
                   for facts in self.shapes.facts.values())  # fmt: skip

    def _is_open(self, root: Term) -> bool:
        """Tell whether checking a shape can look at anything in the data."""
        if self._components:
            return True
        return any(_OPEN & self.shapes.facts.get(node, {}).keys() for node in self.reach(root))

    def reach(self, start: Term) -> Iterator[Term]:
        """Yield every node of the shapes graph that a shape leads to, itself included."""
        seen, waiting = {start}, [start]
        while waiting:
            node = waiting.pop()
            yield node
            for name, found in self.shapes.facts.get(node, {}).items():
                # a class or a predicate that is a shape as well does not lead there
                if name in TARGETS or name in (SH + "class", expand("rdf:type")):
                    continue
                for other in found:
                    if other in self.shapes.facts and other not in seen and not is_literal(other):
                        seen.add(other)
                        waiting.append(other)

    # the split

    def _split(self, root: Root) -> None:
        """Give a root its groups, and a copy of what the columns cannot do."""
        shape = root.shape
        found, left = self._simple(shape)
        root.groups += found
        copies = []
        for child in self.shapes.of(shape, "property"):
            if SH + "property" in left:
                continue
            groups, rest = ([], set[str]()) if self._off(child) else self._simple(child)
            root.groups += groups
            # what a closed shape allows is said by the paths of its properties
            if rest or SH + "closed" in left:
                copies.append(self._copy(child, rest, f"{len(self.names)}"))
        if not left and not copies:
            return
        root.mark = f"<{FOCUS}:{len(self.names)}>"
        name = self._copy(shape, left, f"{len(self.names)}")
        self.marked.append((name, f"<{SH}targetObjectsOf>", root.mark, ""))
        self.marked += [(name, f"<{SH}property>", copy, "") for copy in copies]

    def _simple(self, shape: Term) -> tuple[list[Group], set[str]]:
        """Return what columns can do of a shape, and the predicates of what is left."""
        facts = self.shapes.facts.get(shape, {})
        path, has_path = self.shapes.path(shape), SH + "path" in facts
        asked = {name for name in facts if name.startswith(SH) and name not in _TOLD}
        asked -= set(TARGETS)
        if not has_path:
            asked -= {SH + "property"}
        if (has_path and not columnar(path)) or SH + "flags" in asked or not self._plain(shape):
            return [], asked if has_path or self._plain(shape) else asked | {SH + "property"}
        made: list[Constraint] = []
        left = set(asked)
        for name in sorted(asked):
            constraints = make(name.removeprefix(SH), shape, self.shapes)
            if constraints is not None:
                left.discard(name)
                made += constraints
        if not made:
            return [], left
        text = self.shapes.path_text(shape)
        severity = self.shapes.severity(shape)
        return [Group(shape, path, text, severity, tuple(made))], left

    def _plain(self, shape: Term) -> bool:
        """Tell whether a shape is described unambiguously enough to be taken apart."""
        facts = self.shapes.facts.get(shape, {})
        flags = facts.get(SH + "deactivated", ())
        return len(facts.get(SH + "severity", ())) <= 1 and all('"false"' in flag for flag in flags)

    def _copy(self, shape: Term, left: set[str], number: str) -> Term:
        copy = f"<{_COPY}{number}>"
        self.names[copy] = shape
        kind = "PropertyShape" if self.shapes.of(shape, "path") else "NodeShape"
        self.marked.append((copy, TYPE, f"<{SH}{kind}>", ""))
        for name, found in self.shapes.facts.get(shape, {}).items():
            if name in left or name in _KEPT:
                self.marked += [(copy, f"<{name}>", value, "") for value in found]
        return copy


@dataclass(frozen=True, slots=True)
class Needs:
    """What checking looks at: `predicates` of `None` are all, `steps` of None have no bound.

    `steps` counts the triples from a focus node to the furthest node whose triples are looked at;
    `typed` are the predicates whose values are asked for their types besides, `followed` those
    whose values have other triples that are looked at.
    """

    predicates: frozenset[Term] | None
    backwards: frozenset[Term]
    typed: frozenset[Term]
    followed: frozenset[Term]
    steps: int | None


def needs(plan: Plan, roots: Sequence[Root]) -> Needs:
    """Return what checking some roots of a plan can see of the data from a focus node."""
    nodes = {node for root in roots for node in plan.reach(root.shape)}
    named, backwards, typed = {TYPE, SUBCLASS}, set[Term](), set[Term]()
    followed = set[Term]()
    for node in nodes:
        facts = plan.shapes.facts.get(node, {})
        # every IRI that is named may be a predicate, and no other can be looked at
        named |= {term for found in facts.values() for term in found if term.startswith("<")}
        path = plan.shapes.path(node) if node in plan.shapes.shapes else None
        asks = path and any(SH + "class" in plan.shapes.facts.get(n, {}) for n in plan.reach(node))
        further = path and _steps(plan, node, ()) != 1
        for predicate, back in path.predicates() if path else ():
            if further:
                followed.add(predicate)
            if back:
                backwards.add(predicate)
            if asks:
                typed.add(predicate)
    everything = any(SH + "closed" in plan.shapes.facts.get(node, {}) for node in nodes)
    steps = [_steps(plan, root.shape, ()) for root in roots]
    known = [step for step in steps if step is not None]
    return Needs(
        None if everything else frozenset(named),
        frozenset(backwards),
        frozenset(typed),
        frozenset(followed),
        max(known, default=0) if len(known) == len(steps) else None,
    )


def _steps(plan: Plan, shape: Term, above: tuple[Term, ...]) -> int | None:
    """Return how many triples away from its focus nodes a shape looks; None without a bound."""
    path = plan.shapes.path(shape)
    own = path.steps if path else 0
    if own is None or shape in above:
        return None
    # what a closed shape sees are the triples of its values
    deepest = 1 if SH + "closed" in plan.shapes.facts.get(shape, {}) else 0
    for other in _inner(plan, shape):
        found = _steps(plan, other, (*above, shape))
        if found is None:
            return None
        deepest = max(deepest, found)
    return own + deepest


def _inner(plan: Plan, shape: Term) -> Iterator[Term]:
    """Yield the shapes that a shape applies to its values, through lists."""
    waiting = [shape]
    seen = {shape}
    while waiting:
        node = waiting.pop()
        for name, found in plan.shapes.facts.get(node, {}).items():
            if name in TARGETS or name in _TOLD or name == SH + "class":
                continue
            for other in found:
                if other in seen or other not in plan.shapes.facts or is_literal(other):
                    continue
                seen.add(other)
                if other in plan.shapes.shapes:
                    yield other
                elif other.startswith("_:"):
                    waiting.append(other)
