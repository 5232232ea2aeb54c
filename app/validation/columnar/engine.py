"""The default engine: simple constraints by columns, the rest of each shape by pyshifty."""

from __future__ import annotations

from collections.abc import Iterator, Set

from app.rdf.terms import Term
from app.validation.columnar.data import Columns
from app.validation.columnar.plan import FOCUS, Group, Plan, Root, needs
from app.validation.profiles import Profile
from app.validation.report import Checked, Result
from app.validation.shapesgraph import ShapesGraph
from app.validation.shifty import Memory, Prepared, guarded


class Compiled:
    """A profile made ready: its plan, and what the engine prepared of the rest."""

    def __init__(self, profile: Profile) -> None:
        shapes = ShapesGraph(profile)
        self.plan = Plan(shapes)
        self.needs = needs(self.plan, [root for root in self.plan.roots if root.mark])
        # an engine that refuses the shapes does so before any data
        self.marked = (
            Prepared(shapes, shapes.text(self.plan.marked), self.plan.names)
            if self.plan.marked
            else None
        )
        self.open = Prepared(shapes, shapes.text(self.plan.open)) if self.plan.open else None


class Default:
    """Columns for what they can do exactly, pyshifty for the rest; the results are those of one."""

    name = "default"

    def __init__(self) -> None:
        self._compiled = Memory(Compiled)

    def compiled(self, profile: Profile) -> Compiled:
        """Return a profile made ready, from memory when it was used before."""
        found: Compiled = guarded(lambda: self._compiled.of(profile), profile.name)
        return found

    def validate(self, data: bytes, profile: Profile) -> Checked:
        """Return the results, sorted.

        Raises:
            RdfSyntaxError: The bytes are not N-Triples.
            InputError: The engine gives no verdict on its part.
        """
        compiled = self.compiled(profile)
        found = check(compiled, data, None)
        if compiled.open is None:
            return found
        more = compiled.open.run(data)
        return Checked(
            tuple(sorted([*found.results, *more.results], key=lambda result: result.key)),
            (*found.unchecked, *more.unchecked),
        )


def check(compiled: Compiled, data: bytes, owned: Set[Term] | None) -> Checked:
    """Return the sorted results for the focus nodes that are `owned` (None: for all).

    Leaves out the shapes with SPARQL: they need all data at once.
    """
    run = _Run(compiled, data, owned)
    results = list(run.columnar())
    rest = Checked(())
    if compiled.marked is not None:
        # the engine also tells what it cannot do where there is nothing to do
        rest = compiled.marked.run(run.rest())
    return Checked(
        tuple(sorted([*results, *rest.results], key=lambda result: result.key)), rest.unchecked
    )


class _Run:
    """One data graph against one compiled profile."""

    def __init__(self, compiled: Compiled, data: bytes, owned: Set[Term] | None) -> None:
        self._compiled = compiled
        self._owned = owned
        self._columns = Columns(data)
        self._focus: dict[Term, set[Term]] = {}

    def columnar(self) -> Iterator[Result]:
        """Yield the results of the simple constraints."""
        for root in self._compiled.plan.roots:
            focus = self.focus(root)
            if focus:
                for group in root.groups:
                    yield from self._group(group, focus)

    def focus(self, root: Root) -> set[Term]:
        """Return the focus nodes of a root (SHACL, section 2.1.3)."""
        if root.shape not in self._focus:
            columns = self._columns
            found = set(root.nodes)
            for name in root.classes:
                found |= columns.instances(name)
            for name in root.subjects_of:
                found |= columns.column(name).head_set
            for name in root.objects_of:
                found |= columns.column(name).value_set
            self._focus[root.shape] = found if self._owned is None else found & self._owned
        return self._focus[root.shape]

    def _group(self, group: Group, focus: set[Term]) -> Iterator[Result]:
        columns, shapes = self._columns, self._compiled.plan.shapes
        column = columns.path(group.path) if group.path else columns.own(focus)
        shape = group.shape[1:-1]
        for constraint in group.constraints:
            component = constraint.component
            for node, value in constraint.check(columns, column, focus):
                yield Result(
                    focus=node, path=group.text, value=value, shape=shape, component=component,
                    severity=group.severity,
                    messages=shapes.messages(group.shape, component, {}),
                )  # fmt: skip

    def rest(self) -> bytes:
        """Return what the engine gets: its focus nodes, and the triples it can look at."""
        marks = "".join(
            f"<{FOCUS}> {root.mark} {node} .\n"
            for root in self._compiled.plan.roots
            if root.mark
            for node in self.focus(root)
        )
        if not marks:
            return b""
        return marks.encode() + self._columns.lines(self._compiled.needs.predicates)
