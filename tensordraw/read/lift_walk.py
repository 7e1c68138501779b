"""Drawing the values of a program: a walk for each kind of statement, from results to arrays.

A walk draws one value into a sheet and returns its strands, one for each axis in order. It yields the walks of its operands,
so that `run` needs no recursion: a residual network is as deep as it is long.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeAlias, assert_never

from tensordraw.diagram import records as rec
from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Id
from tensordraw.program.statements import (
    Add,
    Apply,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Fused,
    Gather,
    Input,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
)
from tensordraw.read.lift_leaves import Leaves, legs_of
from tensordraw.read.lift_numbers import number_text, product_text
from tensordraw.read.lift_sketch import End, Sheet, Strand, Stub, find
from tensordraw.read.lift_spaces import Spaces
from tensordraw.read.lift_uses import WHOLE, Key, Use, Uses

Walk: TypeAlias = Generator[Any, list[Strand], list[Strand]]


def run(walk: Walk) -> list[Strand]:
    """The strands that a walk ends with, after all the walks that it yields."""
    stack = [walk]
    found: list[Strand] | None = None
    while stack:
        try:
            stack.append(stack[-1].send(found) if found is not None else next(stack[-1]))
            found = None
        except StopIteration as end:
            stack.pop()
            found = end.value
    assert found is not None
    return found


class Walker:
    """Draws values into sheets, each copy and each repeat once."""

    def __init__(self, draft: Draft, spaces: Spaces, uses: Uses) -> None:
        self.draft, self.spaces, self.uses = draft, spaces, uses
        self.leaves = Leaves(draft, spaces, uses)
        self.sketch, self.ids = self.leaves.sketch, self.leaves.ids
        self._copies: dict[Key, Id] = {}
        self._states: dict[Key, tuple[Id, list[Stub]]] = {}

    # ------------------------------------------------------------------------------------------------ shared values

    def copies_of(self, frame: int, sheet: Sheet) -> Walk:
        """The copies of a frame that lead nowhere, each with what it copies."""
        for key in self.uses.copies_in(frame):
            yield self._copied(key, sheet, passes=False)
        return []

    def value(self, key: Key, use: Use, sheet: Sheet) -> Walk:
        """What a use of a key finds: the value drawn in place, or its copy's through side, or a paste."""
        if key in self.uses.shared:
            if self.uses.through.get(key) == use:
                return (yield self._copied(key, sheet, passes=True))
            return self._paste(key, sheet)
        if self.uses.marked(key):
            return (yield self._copied(key, sheet, passes=True))
        return (yield self._drawn(key, sheet))

    def _paste(self, key: Key, sheet: Sheet) -> list[Strand]:
        legs, copy = self.leaves.stubs(key.value), self._copy_id(key)
        made = self.sketch.node(sheet, "p", lambda id, inside: rec.Paste(id, copy, legs_of(legs), inside))
        return self.sketch.strands(sheet, made, legs)

    def _copy_id(self, key: Key) -> Id:
        if key not in self._copies:
            self._copies[key] = self.draft.new_id("c")
        return self._copies[key]

    def _copied(self, key: Key, sheet: Sheet, *, passes: bool) -> Walk:
        """A copy of a value; its through side where it passes."""
        operand = Sheet(sheet)
        strands = yield self._drawn(key, operand)
        into, out = self.leaves.stubs(key.value), self.leaves.stubs(key.value) if passes else []
        copy, name = self._copy_id(key), self.uses.copy_name(key.value)
        term, _ = self.sketch.feed(operand, strands, into, copy)
        self.sketch.put(sheet, copy, lambda inside: rec.Copy(copy, name, legs_of(into), legs_of(out), term, inside))
        if not passes:
            return []
        sheet.items.append(copy)
        return self.sketch.strands(sheet, copy, out)

    def idle(self, sheet: Sheet) -> None:
        """Arrays that nothing needs, each with a copy that leads nowhere: the document still has them."""
        for entry in self.uses.idle():
            operand, copy, key = Sheet(sheet), self.draft.new_id("c"), Key(entry.out, False, WHOLE)
            strands = self.leaves.tensor(entry, key, operand)  # of ids too: they could be positions in anything
            into = self.leaves.stubs(entry.out)
            term, _ = self.sketch.feed(operand, strands, into, copy)
            self.sketch.put(sheet, copy, _unused(copy, entry.array, into, term))

    # ----------------------------------------------------------------------------------------------------- statements

    def _operand(self, key: Key, slot: int, sheet: Sheet) -> Walk:
        return self.value(self.uses.operand(key, slot), Use(key, slot), sheet)

    def _drawn(self, key: Key, sheet: Sheet) -> Walk:
        """The value itself, without its copy."""
        statement = self.uses.defined.get(key.value)
        match statement:
            case None:
                return self._state(key, sheet)
            case Input():
                return self.leaves.tensor(statement, key, sheet)
            case Constant():
                self.sketch.constant(sheet, self._number(statement.expression, statement.value))
                return []
            case Fixed():
                return self.leaves.fixed(statement, key, sheet)
            case Einsum():
                return (yield self._einsum(statement, key, sheet))
            case Spread():
                return (yield self._spread(statement, key, sheet))
            case Apply():
                return (yield self._apply(statement, key, sheet))
            case Add():
                return (yield self._add(statement, key, sheet))
            case Scale():
                strands = yield self._operand(key, 0, sheet)
                self.sketch.constant(sheet, self._number(statement.expression, statement.factor))
                return strands
            case Conj():
                return (yield self._operand(key, 0, sheet))
            case Reshape():
                return (yield self._reshape(statement, key, sheet))
            case Select():
                return (yield self._select(statement, key, sheet))
            case Gather():
                return (yield self._gather(statement, key, sheet))
            case Repeat():
                return (yield self._repeat(statement, key, sheet))
            case Fused():
                raise AssertionError("a recognised form is taken apart before")
            case _:
                assert_never(statement)

    def _number(self, expression: str, value: float) -> str:
        return number_text(expression, value, self.spaces.sizes)

    def _gather(self, statement: Gather, key: Key, sheet: Sheet) -> Walk:
        """A one-hot joined to its table; drawn in the order in which the program takes the two."""
        axis, row = statement.axis, self.leaves.stub(statement.value, statement.axis)
        table: list[Strand] = []
        if first := self.uses.precedes(statement.value, statement.ids):
            table = yield self._operand(key, 0, sheet)
        *positions, last = self.leaves.one_hot(statement.ids, key, row, sheet)
        if not first:
            table = yield self._operand(key, 0, sheet)
        self.sketch.unite(table[axis], last)
        return [*table[:axis], *positions, *table[axis + 1 :]]

    def _einsum(self, statement: Einsum, key: Key, sheet: Sheet) -> Walk:
        found = []
        for slot in range(len(statement.operands)):
            found.append((yield self._operand(key, slot, sheet)))
        return self.leaves.indexed(statement, found)

    def _spread(self, statement: Spread, key: Key, sheet: Sheet) -> Walk:
        strands = yield self._operand(key, 0, sheet)
        joined: dict[str, Strand] = {}
        for index, strand in zip(statement.indices, strands, strict=True):
            joined[index] = self.sketch.unite(joined[index], strand) if index in joined else strand
        for position, index in enumerate(statement.output):
            if index not in joined:
                joined[index] = self.leaves.free(statement.out, position, sheet)
        return [joined[index] for index in statement.output]

    def _apply(self, statement: Apply, key: Key, sheet: Sheet) -> Walk:
        bubble = self.draft.new_id("r")
        inner = Sheet(sheet, bubble)
        strands = yield self._operand(key, 0, inner)
        ends = self.sketch.close(inner, strands)
        axes = tuple(ends[axis].id for axis in statement.axes)
        name, rule = self.uses.said(key.value), AXIS_RULES[statement.function]
        self.sketch.region(
            sheet,
            bubble,
            lambda inside: rec.Bubble(
                bubble, statement.function, axes, statement.params, statement.expression, name, inside
            ),
        )
        kept = [axis for axis in range(len(ends)) if not (rule.effect == "reduce" and axis in statement.axes)]
        made = [self.sketch.strand(sheet, ends[axis].space, End(ends[axis], bubble, crosses=True)) for axis in kept]
        for position, strand in enumerate(made):
            strand.space = self.ids[self.spaces.axis(key.value, position)]
        return made

    def _add(self, statement: Add, key: Key, sheet: Sheet) -> Walk:
        add = self.draft.new_id("a")
        operands: list[Callable[[], rec.Operand]] = []
        for slot, addend in enumerate(statement.addends):
            operand = Sheet(sheet)
            strands = yield self._operand(key, slot, operand)
            whole = [
                self.leaves.free(key.value, k, operand) if axis is None else strands[axis]
                for k, axis in enumerate(addend.axes)
            ]
            wanted = self.leaves.stubs(key.value)
            term, factors = self.sketch.feed(operand, whole, wanted, add, fold=True)
            text = product_text(self._number(addend.coefficient, addend.factor), factors)
            operands.append(lambda legs=wanted, text=text, term=term: rec.Operand(legs_of(legs), text, term))  # type: ignore[misc]
        if not operands:
            self.sketch.constant(sheet, "0")
            return [self.leaves.free(key.value, k, sheet) for k in range(len(statement.type.axes))]
        out, name = self.leaves.stubs(key.value), self.uses.said(key.value)
        self.sketch.put(
            sheet, add, lambda inside: rec.Add(add, tuple(o() for o in operands), legs_of(out), name, inside)
        )
        sheet.items.append(add)
        return self.sketch.strands(sheet, add, out)

    def _reshape(self, statement: Reshape, key: Key, sheet: Sheet) -> Walk:
        given = yield self._operand(key, 0, sheet)
        found: dict[int, Strand] = {}
        for number, (before, after) in enumerate(statement.pattern):
            if len(before) == len(after) == 1:
                found[after[0]] = given[before[0]]
                continue
            found |= {axis: self.leaves.free(statement.out, axis, sheet) for axis in after}
            whole = given[before[0]] if len(before) == 1 else found[after[0]] if len(after) == 1 else None
            if not before or not after:  # axes of size 1 that come or go
                continue
            if whole is None:
                whole = self.sketch.strand(sheet, self.ids[self.spaces.merged(statement.out, number)])
            if len(before) > 1:
                self._group(whole, [given[axis] for axis in before], sheet)
            if len(after) > 1:
                self._group(whole, [found[axis] for axis in after], sheet)
        return [found[axis] for axis in range(len(statement.type.axes))]

    def _group(self, whole: Strand, parts: Sequence[Strand], sheet: Sheet) -> None:
        """A grouping bar between a strand and its parts."""
        one, *legs = [self.sketch.stub(find(strand).space) for strand in (whole, *parts)]
        made = self.sketch.node(sheet, "g", lambda id, inside: rec.Group(id, one.leg(), legs_of(legs), inside))
        for strand, leg in zip((whole, *parts), (one, *legs), strict=True):
            find(strand).ends.append(End(leg, made))

    def _select(self, statement: Select, key: Key, sheet: Sheet) -> Walk:
        strands = yield self._operand(key, 0, sheet)
        return self.leaves.bind(statement, strands, key, sheet)

    def _repeat(self, statement: Repeat, key: Key, sheet: Sheet) -> Walk:
        region, frame = self.draft.new_id("r"), self.uses.body_of(key)
        operand, body = Sheet(sheet), Sheet(sheet, region)
        strands = yield self._operand(key, 0, operand)
        outer_in, inner_in, inner_out, outer_out = ends = [self.leaves.stubs(statement.out) for _ in range(4)]
        self.sketch.feed(operand, strands, outer_in, region)
        self.leaves.loops[frame, statement.index] = region
        self._states[self.uses.key(statement.state, key.conj, frame)] = (region, inner_in)
        yield self.copies_of(frame, body)
        result = yield self._operand(key, 1, body)
        for strand, leg in zip(result, inner_out, strict=True):
            find(strand).ends.append(End(leg, region, demand=True))
        self.sketch.close(body)
        ports = [(self.draft.new_id("q"), *legs) for legs in zip(*ends, strict=True)]
        space, name = self.ids[self.spaces.loop(statement.out)], self.uses.said(key.value)

        def make(inside: Id) -> rec.Region:
            made = tuple(rec.Port(id, *legs_of(legs)) for id, *legs in ports)
            return rec.Repeat(region, statement.index, space, made, name, inside)

        self.sketch.region(sheet, region, make)
        return self.sketch.strands(sheet, region, outer_out)

    def _state(self, key: Key, sheet: Sheet) -> list[Strand]:
        """What a turn begins with; it lies in the repeat itself and cannot be moved into a term."""
        region, legs = self._states[key]
        sheet.items.append(region)
        sheet.states.append(key)
        return self.sketch.strands(sheet, region, legs)


def _unused(copy: Id, name: str, into: list[Stub], term: Id | None) -> Callable[[Id], rec.Node]:
    return lambda inside: rec.Copy(copy, name, legs_of(into), (), term, inside)


__all__ = ["Walk", "Walker", "run"]
