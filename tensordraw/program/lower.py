"""A diagram's meaning: `lower` turns content into a `Program`, task by task, exactly as NOTATION section 2 says.

The structure (`diagram.structure`) already knows scopes, pieces and the order; here each operand and each scope's product
becomes one einsum. Deltas, groupings, one-hots and other fixed tensors are plain statements at this point, so that the
unsimplified program is its own oracle; `passes.simplify` turns them into re-indexing.

A sum region is not a loop: a leg bound to its index is an axis that every value computed from it carries (`Value.sums`),
and the sum's own einsum adds over it. A repeat is a loop; its state carries the sums that anything in a turn carries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from tensordraw.diagram import records as rec
from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.identity import cached
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import ROOT, Content, Id, Leg
from tensordraw.diagram.rules_legs import legs_of
from tensordraw.diagram.scopes import Item, Scope, Slot, Structure, Task
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error
from tensordraw.program import expressions
from tensordraw.program.carried import Carried
from tensordraw.program.naming import Hints, index_name, loop_names, rename
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Input,
    Operand,
    Output,
    Program,
    Repeat,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)

NodeKind = TypeVar("NodeKind", bound=rec.Node)


class Value(NamedTuple):
    """A defined value: its name, and what its axes stand for: indices of sums first, then leg ends."""

    name: str
    sums: tuple[Id, ...]
    legs: tuple[Id, ...]


@cached
def lower(content: Content) -> Program:
    """The program of a content, statement by statement as drawn. Raises `Error` with the first problem, if there is one."""
    for problem in problems(content):
        if problem.severity == "error":
            raise Error(f"{problem.what} {problem.fix}".strip())
    return _Lowering(content, analyse(content)).run()


class _Lowering:
    def __init__(self, content: Content, structure: Structure) -> None:
        self.content, self.structure = content, structure
        self.leg = legs_of(content)
        self.sizes = {space.id: space.size for space in content.spaces.values()}
        self.named_sizes = {space.name: space.size for space in content.spaces.values()}
        self.inputs: dict[str, Input] = {}
        self.bodies: dict[Id, list[Statement]] = {frame: [] for frame in {*structure.frame_of.values(), ROOT}}
        self.made: dict[tuple[Id, str], str] = {}  # slices and fixed arrays that exist already, by frame
        self.values: dict[Item, Value] = {}
        self.entered: dict[Id, Value] = {}
        self.types: dict[str, Type] = {}
        self.hints = Hints()
        self.origin: dict[str, tuple[Id, ...]] = {}
        self.carried = Carried(content, structure)
        self.count = 0
        # What lies directly in each block, deltas aside.
        self.members: dict[Id, set[Id]] = {r.id: set() for r in content.regions.values() if isinstance(r, rec.Block)}
        for record in [*content.nodes.values(), *content.regions.values()]:
            if record.inside in self.members and not isinstance(record, rec.Delta):
                self.members[record.inside].add(record.id)
        self.loops = loop_names(region for region in content.regions.values() if isinstance(region, rec.Repeat))

    def run(self) -> Program:
        """All tasks in order; the whole diagram's value is the output."""
        for task in self.structure.order:
            self._task(task)
        result = self.values[Item("scope", ROOT)]
        outputs = (Output("", result.name),)
        program = Program(tuple(self.inputs.values()), tuple(self.bodies[ROOT]), outputs, self.origin)
        return rename(program, self.hints)

    # -------------------------------------------------------------------------------------------------------- tasks

    def _task(self, task: Task) -> None:
        match task.kind:
            case "scope":
                self._scope_value(self.structure.scopes[task.id])
            case "copy":
                self._copy(task.id)
            case "add":
                self._add(task.id)
            case "enter":
                self._enter(task.id)
            case "repeat":
                self._repeat(task.id)

    def _scope_value(self, scope: Scope) -> None:
        items = [item for piece in scope.pieces if piece.slot is None for item in piece.items]
        region = self.content.regions.get(scope.id)
        if region is None:
            self.values[Item("scope", ROOT)] = self._product(scope, items, self.structure.open_legs, "result")
            return
        crossing = tuple(scope.signature)
        match region:
            case rec.Bubble():
                value = self._bubble(scope, region, items)
            case rec.Sum():
                value = self._sum(scope, region, items, crossing)
            case _:
                value = self._product(scope, items, crossing, region.name or "term")
                self.hints.say(value.name, region.name)
        self.values[Item("scope", scope.id)] = value

    def _bubble(self, scope: Scope, bubble: rec.Bubble, items: list[Item]) -> Value:
        axes = tuple(axis for axis in bubble.axes if axis in scope.leaving)
        others = tuple(end for end in scope.leaving if end not in axes)
        order = (*others, *axes)
        if len(items) == 1 and set(alone := self._item_value(items[0], scope).legs) == set(order):
            order = alone  # a bubble right around another one keeps its order of axes
        inner = self._product(scope, items, order, f"pre_{bubble.name or bubble.function}")
        reduces = AXIS_RULES[bubble.function].effect == "reduce"
        kept = tuple(end for end in order if not (reduces and end in axes))
        shape = [Axis(axis.name, axis.size) for axis in self.types[inner.name].axes[: len(inner.sums)]]
        shape += [self._axis(end, scope.signature[end].space) for end in kept]
        positions = tuple(len(inner.sums) + order.index(axis) for axis in axes)
        statement = Apply(
            self._new(bubble.name, bubble.function), bubble.function, inner.name, positions, Type(tuple(shape)),
            bubble.params, bubble.expression,
        )  # fmt: skip
        self._emit(scope.parent or ROOT, statement, (bubble.id,))
        return Value(statement.out, inner.sums, kept)

    def _sum(self, scope: Scope, region: rec.Sum, items: list[Item], crossing: tuple[Id, ...]) -> Value:
        hint = region.name or f"sum_over_{region.index}"
        value = self._product(scope, items, crossing, hint, over=region.id)
        if any(region.id in self._item_value(item, scope).sums for item in items):
            self.hints.say(value.name, region.name)
            return value
        size = self.sizes[region.space]
        statement = Scale(
            self._new(region.name, hint), value.name, float(size), str(size), self.types[value.name],
            f"once for each {region.index}: nothing inside carries it",
        )  # fmt: skip
        self._emit(scope.parent or ROOT, statement, (region.id,))
        return value._replace(name=statement.out)

    def _copy(self, copy_id: Id) -> None:
        copy = self._node(copy_id, rec.Copy)
        value = self._operand(Slot(copy.id, 0), copy.name)
        self.hints.say(value.name, copy.name, capture=True)
        self.origin[value.name] = tuple(dict.fromkeys((*self.origin.get(value.name, ()), copy.id)))
        self.values[Item("result", copy.id)] = value._replace(legs=tuple(leg.id for leg in copy.out) or value.legs)

    def _add(self, add_id: Id) -> None:
        add = self._node(add_id, rec.Add)
        operands = [self._operand(Slot(add.id, n), "") for n in range(len(add.operands))]
        sums = self._ordered({s for operand in operands for s in operand.sums})
        addends = []
        for value, operand in zip(operands, add.operands, strict=True):
            axes = [value.sums.index(s) if s in value.sums else None for s in sums]
            axes += [len(value.sums) + n for n in range(len(value.legs))]
            factor = expressions.constant(operand.coefficient, self.named_sizes)
            addends.append(Addend(value.name, tuple(axes), operand.coefficient, factor))
        shape = [self._sum_axis(s) for s in sums] + [self._axis(leg.id, leg.space) for leg in add.out]
        statement = Add(self._new(add.name, "total"), tuple(addends), Type(tuple(shape)))
        self._emit(self.structure.scope_of[add.id], statement, (add.id,))
        self.values[Item("result", add.id)] = Value(statement.out, sums, tuple(leg.id for leg in add.out))

    def _enter(self, repeat_id: Id) -> None:
        repeat = self._region(repeat_id)
        sums = self.carried.sums(repeat_id)
        scope = self.structure.scope_of[repeat_id]
        value = self._spread_over(self._operand(Slot(repeat_id, 0), ""), sums, scope)
        state = self._new("", repeat.name or "state")
        self.types[state] = self.types[value.name]
        self.entered[repeat_id] = value
        self.values[Item("state", repeat_id)] = Value(state, sums, tuple(p.inner_in.id for p in repeat.ports))

    def _repeat(self, repeat_id: Id) -> None:
        repeat, scope = self._region(repeat_id), self.structure.scopes[repeat_id]
        state, initial = self.values[Item("state", repeat_id)], self.entered[repeat_id]
        items = [item for p in scope.pieces if p.slot in (Slot(repeat_id, 1), None) for item in p.items]
        ends = tuple(port.inner_out.id for port in repeat.ports)
        turn = self._spread_over(self._product(scope, items, ends, "turn"), state.sums, repeat_id)
        statement = Repeat(
            self._new(repeat.name, "state"), self.loops[repeat_id], self.sizes[repeat.space], state.name,
            initial.name, tuple(self.bodies[repeat_id]), turn.name, self.types[state.name],
        )  # fmt: skip
        self._emit(self.structure.scope_of[repeat_id], statement, (repeat_id,))
        outer = tuple(port.outer_out.id for port in repeat.ports)
        self.values[Item("result", repeat_id)] = Value(statement.out, state.sums, outer)

    # ------------------------------------------------------------------------------------------- einsums of pieces

    def _operand(self, slot: Slot, name: str) -> Value:
        """The value of all pieces that feed an operand, its axes in the order of the operand's legs."""
        scope = self.structure.scopes[self.structure.scope_of[slot.op]]
        items = [item for piece in scope.pieces if piece.slot == slot for item in piece.items]
        return self._product(scope, items, self.structure.slots[slot], name)

    def _product(
        self, scope: Scope, items: Sequence[Item], ends: Sequence[Id], name: str, over: Id | None = None
    ) -> Value:
        """One einsum of the items, its output in the order of `ends`; a single value that fits already is taken as it is.

        The indices of sums that are not `over` stay in front.
        """
        operands: list[Operand] = []
        sums: set[Id] = set()
        sizes: dict[str, int] = {}
        for item in items:
            value = self._item_value(item, scope)
            indices = [self._sum_index(s) for s in value.sums] + [self._index(scope, end) for end in value.legs]
            operands.append(Operand(value.name, tuple(indices)))
            sizes.update(zip(indices, self.types[value.name].shape, strict=True))
            sums.update(s for s in value.sums if s != over)
        kept = self._ordered(sums)
        output = (*(self._sum_index(s) for s in kept), *(self._index(scope, end) for end in ends))
        if len(operands) == 1 and operands[0].indices == output:
            self.hints.suggest(operands[0].value, name)
            return Value(operands[0].value, kept, tuple(ends))
        axes = [Axis(index_name(index), sizes[index]) for index in output]
        block = self._block_around(items)
        statement = Einsum(self._new(block, name), tuple(operands), output, Type(tuple(axes)))
        wires = {self.structure.wire_of.get(end, "") for item in items for end in self._item_value(item, scope).legs}
        here = [wire for wire in wires if self.structure.wire_scope.get(wire) == scope.id]
        ids = [item.id for item in items] + sorted(here, key=rec.id_order)
        self._emit(scope.id, statement, tuple(dict.fromkeys(ids)))
        if block:
            self.hints.say(statement.out, block, capture=True)
        elif not name and len(operands) < 4:
            self.hints.think(statement.out, self._joined(items))
        return Value(statement.out, kept, tuple(ends))

    def _block_around(self, items: Sequence[Item]) -> str:
        """The name of a block whose whole content, deltas aside, is these items."""
        if not self.members:
            return ""
        ids = {item.id for item in items}
        for item in items:
            record = self.content.nodes.get(item.id) or self.content.regions[item.id]
            block = self.content.regions.get(record.inside)
            if isinstance(block, rec.Block) and self.members[block.id] <= ids:
                return block.name
        return ""

    def _joined(self, items: Sequence[Item]) -> str:
        """A name made of the names of the items that are arrays or values, `x_W`."""
        texts = []
        for item in items:
            node = self.content.nodes.get(item.id)
            if isinstance(node, rec.Tensor | rec.Paste) or item.kind != "node":
                value = self.values[item].name
                texts.append(node.name if isinstance(node, rec.Tensor) else self.hints.last(value))
        return "_".join(texts) + ("_spread" if len(texts) == 1 else "")

    def _item_value(self, item: Item, scope: Scope) -> Value:
        if item.kind != "node":
            return self.values[item]
        if item not in self.values:
            self.values[item] = self._node_value(self.content.nodes[item.id])
        return self.values[item]

    def _node_value(self, node: rec.Node) -> Value:
        match node:
            case rec.Tensor():
                name = self._input(node.name, node.legs)
                if node.conj:
                    name = self._once(ROOT, Conj("", name, self.types[name]), (node.id,), f"{node.name}_conj")
                return self._slices(name, node.legs, node.id, node.name)
            case rec.Delta():
                return self._fixed(node.id, node.legs, "delta")
            case rec.Group():
                return self._fixed(node.id, (node.whole, *node.parts), "group")
            case rec.Fixed():
                return self._fixed_kind(node)
            case rec.Paste():
                source = self.values[Item("result", node.copy)]
                return Value(source.name, source.sums, tuple(leg.id for leg in node.legs))
            case _:
                raise AssertionError(node)  # results of operations are items of their own kind

    def _fixed_kind(self, node: rec.Fixed) -> Value:
        match node.kind:
            case "constant":
                number = expressions.constant(node.expression, self.named_sizes)
                statement = Constant("", node.expression, number)
                return Value(self._once(ROOT, statement, (node.id,), node.name or "scale"), (), ())
            case "one_hot":
                ids = self._input(node.name, node.legs[:-1], integer=True)
                return self._fixed(node.id, node.legs, "one_hot", ids=ids, name=f"{node.name}_one_hot")
            case "metric" | "inverse_metric":
                name = self._input(node.name, node.legs)
                if node.kind == "inverse_metric":
                    inverse = Apply("", "inverse", name, (0, 1), self.types[name])
                    name = self._once(ROOT, inverse, (node.id,), f"{node.name}_inverse")
                return self._slices(name, node.legs, node.id, node.name)
            case _:
                return self._fixed(node.id, node.legs, node.kind, offset=node.offset)

    def _fixed(
        self, node: Id, legs: Sequence[Leg], kind: str, *, ids: str | None = None, name: str = "", offset: int = 0
    ) -> Value:  # fmt: skip
        shape = Type(tuple(self._axis(leg.id, leg.space) for leg in legs))
        made = self._once(ROOT, Fixed("", kind, shape, ids, offset), (node,), name or kind)  # type: ignore[arg-type]
        return self._slices(made, legs, node, name or kind)

    def _slices(self, name: str, legs: Sequence[Leg], node: Id, hint: str) -> Value:
        """A value with its bound legs taken care of: integers and loop variables select, sums' indices become axes."""
        frame = ROOT
        for position in reversed(range(len(legs))):
            at = legs[position].index
            if isinstance(at, str) and isinstance(region := self.content.regions[at], rec.Repeat):
                frame = max(frame, region.id, key=lambda f: self.structure.scopes[f].depth)
                at = self.loops[region.id]
            elif not isinstance(at, int):
                continue
            old = self.types[name].axes
            shape = Type((*old[:position], *old[position + 1 :]))
            name = self._once(frame, Select("", name, position, at, shape), (node,), f"{hint}_{at}")
        free = [leg for leg in legs if not isinstance(leg.index, int) and not self._is_loop(leg.index)]
        sums = tuple(leg.index for leg in free if leg.index is not None)
        if not sums:
            return Value(name, (), tuple(leg.id for leg in free))
        order = self._ordered(set(sums))  # type: ignore[arg-type]
        indices = [leg.id if leg.index is None else str(leg.index) for leg in free]
        output = [*order, *(leg.id for leg in free if leg.index is None)]
        if indices != output:
            sizes = dict(zip(indices, self.types[name].axes, strict=True))
            shape = Type(tuple(sizes[index] for index in output))
            statement = Einsum("", (Operand(name, tuple(indices)),), tuple(output), shape)
            name = self._once(frame, statement, (node,), hint)
        return Value(name, order, tuple(leg.id for leg in free if leg.index is None))

    def _is_loop(self, index: int | str | None) -> bool:
        return isinstance(index, str) and isinstance(self.content.regions[index], rec.Repeat)

    def _spread_over(self, value: Value, sums: tuple[Id, ...], scope: Id) -> Value:
        """The value with an axis for each of the sums' indices."""
        if value.sums == sums:
            return value
        shape = [self._sum_axis(s) for s in sums] + list(self.types[value.name].axes[len(value.sums) :])
        indices = (*(self._sum_index(s) for s in value.sums), *value.legs)
        output = (*(self._sum_index(s) for s in sums), *value.legs)
        statement = Spread(self._new("", "spread"), value.name, indices, output, Type(tuple(shape)))
        self._emit(scope, statement, ())
        return Value(statement.out, sums, value.legs)

    # ------------------------------------------------------------------------------------------ names, axes, output

    def _input(self, name: str, legs: Sequence[Leg], integer: bool = False) -> str:
        if name not in self.inputs:
            shape = Type(tuple(self._axis(leg.id, leg.space) for leg in legs), integer)
            value = self._new(name, name)
            self.types[value] = shape
            self.inputs[name] = Input(value, name, shape)
        return self.inputs[name].out

    def _once(self, frame: Id, statement: Statement, ids: tuple[Id, ...], hint: str) -> str:
        """The value of a statement that depends only on inputs and on the frame's loop variable; emitted once."""
        key = (frame, repr(statement))
        if key not in self.made:
            self.made[key] = self._new("", hint)
            self._emit(frame, replace(statement, out=self.made[key]), ids)
        name = self.made[key]
        self.origin[name] = tuple(dict.fromkeys((*self.origin.get(name, ()), *ids)))
        return name

    def _emit(self, scope: Id, statement: Statement, ids: tuple[Id, ...]) -> None:
        self.bodies[self.structure.frame_of[scope]].append(statement)
        self.types[statement.out] = statement.type
        self.origin[statement.out] = ids

    def _new(self, said: str, thought: str) -> str:
        self.count += 1
        name = f"v{self.count}"
        self.hints.think(name, thought)
        if said:
            self.hints.say(name, said, capture=True)
        return name

    def _index(self, scope: Scope, end: Id) -> str:
        """The einsum index of a leg end in a scope: its wire's where that contracts here, else its own; with its label."""
        wire = self.structure.wire_of.get(end)
        if wire is not None and self.structure.wire_scope[wire] == scope.id:
            record = self.content.wires[wire]
            label = record.label or next((text for e in record.ends if (text := self.leg[e].label)), "")
            return self._hinted(label, self.leg[record.ends[0]].space, wire)
        return self._hinted(self.leg[end].label, self.leg[end].space, end)

    def _hinted(self, label: str, space: Id, key: Id) -> str:
        return f"{label}@{key}" if label else f"{self.content.spaces[space].name}@@{key}"

    def _sum_index(self, region: Id) -> str:
        return f"{self._sum_axis(region).name}@{region}"

    def _sum_axis(self, region: Id) -> Axis:
        record = self.content.regions[region]
        assert isinstance(record, rec.Sum)
        return Axis(index_name(record.index), self.sizes[record.space])

    def _axis(self, leg: Id, space: Id) -> Axis:
        return Axis(index_name(self.leg[leg].label or self.content.spaces[space].name), self.sizes[space])

    def _ordered(self, sums: Iterable[Id]) -> tuple[Id, ...]:
        return tuple(sorted(sums, key=lambda s: (self.structure.scopes[s].depth, rec.id_order(s))))

    def _node(self, node: Id, kind: type[NodeKind]) -> NodeKind:
        record = self.content.nodes[node]
        assert isinstance(record, kind)
        return record

    def _region(self, region: Id) -> rec.Repeat:
        record = self.content.regions[region]
        assert isinstance(record, rec.Repeat)
        return record
