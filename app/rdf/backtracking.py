"""Whether a backtracking engine can need exponential time on a regular expression.

The expression becomes a position automaton (Glushkov 1961). It explodes if one state reaches itself
by two different ways over one word: exponential ambiguity (Weber and Seidl 1991), decided on
pairs of states. Nested quantifiers that make the same step twice count as two ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

# characters as bits: ASCII, then 64 that all others share
ALL: Final = (1 << 192) - 1
ANY: Final = ALL & ~(1 << 10)
_MOST_POSITIONS: Final = 150
_MOST_FOLLOWS: Final = 2_000
_MOST_STEPS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression: what begins and ends it, how its characters follow each other.

    `sets` are the characters per position; `follow` counts the ways from one position to the
    next; `cost` is the size in bytes in an engine that compiles it whole. A part that grew too
    large has no positions; `twice` then remembers that a loop made one step in two ways. One that
    is `vague` can take no characters in two ways.
    """

    sets: tuple[int, ...] = ()
    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    nullable: bool = True
    follow: Counter[tuple[int, int]] = field(default_factory=Counter)
    cost: int = 0
    large: bool = False
    twice: bool = False
    vague: bool = False


EMPTY: Final = Node()


def single(characters: int, cost: int) -> Node:
    """Return the part that takes one of some characters."""
    return Node((characters,), (0,), (0,), nullable=False, cost=cost)


def sequence(parts: Sequence[Node]) -> Node:
    """Return parts one after another."""
    sets, first, last, nullable = list[int](), list[int](), list[int](), True
    follow: Counter[tuple[int, int]] = Counter()
    for part in parts:
        base = len(sets)
        starts = [base + at for at in part.first]
        _shift(follow, part, base)
        follow.update((a, b) for a in last for b in starts)
        if nullable:
            first += starts
        ends = [base + at for at in part.last]
        last = [*last, *ends] if part.nullable else ends
        nullable = nullable and part.nullable
        sets += part.sets
        if len(sets) > _MOST_POSITIONS or len(follow) > _MOST_FOLLOWS:
            return _too_large(parts)
    return _made(parts, sets, first, last, nullable=nullable, follow=follow)


def alternatives(parts: Sequence[Node]) -> Node:
    """Return a choice of parts."""
    if len(parts) == 1:
        return parts[0]
    sets, first, last = list[int](), list[int](), list[int]()
    follow: Counter[tuple[int, int]] = Counter()
    for part in parts:
        base = len(sets)
        _shift(follow, part, base)
        first += [base + at for at in part.first]
        last += [base + at for at in part.last]
        sets += part.sets
        if len(sets) > _MOST_POSITIONS or len(follow) > _MOST_FOLLOWS:
            return _too_large(parts)
    empties = sum(part.nullable for part in parts)
    return _made(parts, sets, first, last, nullable=empties > 0, follow=follow, vague=empties > 1)


def repeated(part: Node, low: int, high: int | None) -> Node:
    """Return a part repeated; counts are written out as long as that stays small."""
    copies = max(low, 1) if high is None else high
    cost = part.cost * copies
    if part.large or not part.sets:
        return Node(cost=cost, large=part.large, twice=part.twice, vague=True)
    if len(part.sets) * copies > _MOST_POSITIONS:
        # too many to write out: as good as any number of times, unless the number is fixed
        node = _one_of(part, low, loop=low != high)
    elif high is None:
        node = sequence([part] * (copies - 1) + [_one_of(part, min(low, 1), loop=True)])
    else:
        node = sequence([part] * low)
        rest = EMPTY
        for _ in range(high - low):
            rest = _one_of(sequence([part, rest]), 0, loop=False)
        node = sequence([node, rest])
    # what is not written out is not known in full
    vague = node.vague or part.nullable or len(part.sets) * copies > _MOST_POSITIONS
    return Node(node.sets, node.first, node.last, node.nullable, node.follow, cost, node.large,
                node.twice, vague)  # fmt: skip


def _one_of(part: Node, low: int, *, loop: bool) -> Node:
    follow = Counter(part.follow)
    if loop:
        follow.update((a, b) for a in part.last for b in part.first)
    return Node(part.sets, part.first, part.last, part.nullable or low == 0, follow, part.cost,
                vague=part.vague)  # fmt: skip


def _shift(follow: Counter[tuple[int, int]], part: Node, base: int) -> None:
    for (a, b), ways in part.follow.items():
        follow[a + base, b + base] += ways


def _made(
    parts: Sequence[Node],
    sets: Iterable[int],
    first: Iterable[int],
    last: Iterable[int],
    *,
    nullable: bool,
    follow: Counter[tuple[int, int]],
    vague: bool = False,
) -> Node:
    cost, large = sum(part.cost for part in parts), any(part.large for part in parts)
    twice = any(part.twice for part in parts)
    vague = vague or any(part.vague for part in parts)
    return Node(tuple(sets), tuple(first), tuple(last), nullable, follow, cost, large, twice, vague)


def _too_large(parts: Sequence[Node]) -> Node:
    twice = any(part.twice or _steps_twice(part) for part in parts)
    return Node(cost=sum(part.cost for part in parts), large=True, twice=twice)


def explodes(node: Node) -> bool:
    """Tell whether some state reaches itself in two ways over one word.

    Says no of what is too large to decide.
    """
    if node.twice or _steps_twice(node):
        return True
    loops = _loops(node)
    follow: dict[int, list[int]] = {}
    for a, b in node.follow:
        if loops.get(a) is not None and loops.get(a) == loops.get(b):
            follow.setdefault(a, []).append(b)
    return _ambiguous(node.sets, follow)


def deterministic(node: Node) -> bool:
    """Tell whether one character always leaves one way to go on, so that nothing is tried twice.

    Then a backtracking engine needs a time that is linear in the text from each place it starts.
    (One-unambiguous expressions: Brüggemann-Klein and Wood 1998.) Says no of what is too large.
    """
    if node.large or node.vague or any(ways > 1 for ways in node.follow.values()):
        return False
    after: dict[int, list[int]] = {}
    for a, b in node.follow:
        after.setdefault(a, []).append(b)
    for choices in (node.first, *after.values()):
        taken = 0
        for choice in choices:
            if taken & node.sets[choice]:
                return False
            taken |= node.sets[choice]
    return True


def _steps_twice(node: Node) -> bool:
    """Tell whether a loop makes one step in two ways, as nested quantifiers do."""
    several = [pair for pair, ways in node.follow.items() if ways > 1]
    loops = _loops(node) if several else {}
    return any(loops.get(a) is not None and loops.get(a) == loops.get(b) for a, b in several)


def _loops(node: Node) -> dict[int, int]:
    """Return the number of the loop that each position is in."""
    follow: dict[int, list[int]] = {}
    back: dict[int, list[int]] = {}
    for a, b in node.follow:
        follow.setdefault(a, []).append(b)
        back.setdefault(b, []).append(a)
    out: dict[int, int] = {}
    for start in range(len(node.sets)):
        if start in out:
            continue
        both = _reach([start], follow) & _reach([start], back)
        out.update(dict.fromkeys(both, start))
    return out


def _reach(starts: Iterable[int], follow: dict[int, list[int]]) -> set[int]:
    """Return what can be reached in one step or more."""
    todo, seen = list(starts), set[int]()
    while todo:
        for next_ in follow.get(todo.pop(), ()):
            if next_ not in seen:
                seen.add(next_)
                todo.append(next_)
    return seen


def _ambiguous(sets: Sequence[int], follow: dict[int, list[int]]) -> bool:
    """Tell whether two ways part at one state and meet again, within one loop."""
    todo = [(state, state) for state in follow]
    seen, back, steps = set(todo), dict[tuple[int, int], list[tuple[int, int]]](), 0
    while todo:
        pair = todo.pop()
        for a in follow.get(pair[0], ()):
            for b in follow.get(pair[1], ()):
                steps += 1
                if steps > _MOST_STEPS:
                    return False
                if not sets[a] & sets[b]:
                    continue
                back.setdefault((a, b), []).append(pair)
                if (a, b) not in seen:
                    seen.add((a, b))
                    todo.append((a, b))
    todo = [(state, state) for state in follow]
    home = set(todo)
    while todo:
        for pair in back.get(todo.pop(), ()):
            if pair not in home:
                home.add(pair)
                todo.append(pair)
    return any(a != b for a, b in home & seen)
