"""A diagram's meaning: `lower` turns content into a `Program`, task by task, exactly as NOTATION section 2 says.

The structure (`diagram.structure`) already knows scopes, pieces and the order; here each operand and each scope's product
becomes one einsum. Deltas, groupings, one-hots and other fixed tensors are plain statements at this point, so that the
unsimplified program is its own oracle; `passes.simplify` turns them into re-indexing.

A sum region is not a loop: a leg bound to its index is an axis that every value computed from it carries (`Value.sums`),
and the sum's own einsum adds over it. A repeat is a loop; its state carries the sums that anything in a turn carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tensordraw.diagram import records as rec
from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.identity import cached
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import ROOT, Content, Id
from tensordraw.diagram.scopes import Item, Scope, Side, Slot, Structure, Task
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error
from tensordraw.program import expressions
from tensordraw.program.building import Building, Value
from tensordraw.program.carried import Carried
from tensordraw.program.naming import index_name, rename
from tensordraw.program.node_values import NodeValues
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Einsum,
    Operand,
    Output,
    Program,
    Repeat,
    Scale,
    Spread,
    Type,
)

NodeKind = TypeVar("NodeKind", bound=rec.Node)
# What a value is called after a function whose own name is a verb.
BECOMES = {"normalise": "normed", "rms_norm": "normed", "l2_normalise": "normed", "sum_normalise": "normed"}


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
        self.to = Building(content, structure)
        self.nodes = NodeValues(self.to)
        self.hints, self.types, self.origin = self.to.hints, self.to.types, self.to.origin
        self.values: dict[Item, Value] = {}  # of operations and scopes
        self.used: dict[Item, Value] = {}  # of all items, as the scope that they are in sees them
        self.entered: dict[Id, Value] = {}
        self.carried = Carried(content, structure)
        # What lies directly in each block, deltas aside.
        self.members: dict[Id, set[Id]] = {r.id: set() for r in content.regions.values() if isinstance(r, rec.Block)}
        for record in [*content.nodes.values(), *content.regions.values()]:
            if record.inside in self.members and not isinstance(record, rec.Delta):
                self.members[record.inside].add(record.id)

    def run(self) -> Program:
        """All tasks in order; the sides of equations and what is drawn besides are the outputs."""
        sides, whole = self.structure.sides, Item("scope", ROOT)
        alone = bool(sides) and not self.structure.consumed.products[ROOT]  # nothing is drawn besides the equations
        for task in self.structure.order:
            if not (alone and task == Task("scope", ROOT)):
                self._task(task)
        outputs = [self._side(side) for side in sides]
        if not alone:
            taken = {output.name for output in outputs}
            name = next(name for name in ("result", "result_", "result__") if name not in taken) if sides else ""
            outputs.append(Output(name, self.values[whole].name))
        program = Program(tuple(self.to.inputs.values()), tuple(self.to.bodies[ROOT]), tuple(outputs), self.origin)
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
        items = self.structure.consumed.products[scope.id]
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
        shape += [self.to.axis(end, scope.signature[end].space) for end in kept]
        positions = tuple(len(inner.sums) + order.index(axis) for axis in axes)
        out = self.to.new(bubble.name, BECOMES.get(bubble.function, bubble.function))
        statement = Apply(
            out, bubble.function, inner.name, positions, Type(tuple(shape)), bubble.params, bubble.expression
        )
        self.to.emit(scope.parent or ROOT, statement, (bubble.id,))
        return Value(statement.out, inner.sums, kept)

    def _sum(self, scope: Scope, region: rec.Sum, items: list[Item], crossing: tuple[Id, ...]) -> Value:
        hint = region.name or f"sum_over_{region.index}"
        value = self._product(scope, items, crossing, hint, over=region.id)
        if any(region.id in self._item_value(item, scope).sums for item in items):
            self.hints.say(value.name, region.name)
            return value
        size = self.to.sizes[region.space]
        statement = Scale(
            self.to.new(region.name, hint), value.name, float(size), str(size), self.types[value.name],
            f"once for each {region.index}: nothing inside carries it",
        )  # fmt: skip
        self.to.emit(scope.parent or ROOT, statement, (region.id,))
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
        sums = self.to.ordered({s for operand in operands for s in operand.sums})
        addends = []
        for value, operand in zip(operands, add.operands, strict=True):
            axes = [value.sums.index(s) if s in value.sums else None for s in sums]
            axes += [len(value.sums) + n for n in range(len(value.legs))]
            factor = expressions.constant(operand.coefficient, self.to.named_sizes)
            addends.append(Addend(value.name, tuple(axes), operand.coefficient, factor))
        shape = [self.to.sum_axis(s) for s in sums] + [self.to.axis(leg.id, leg.space) for leg in add.out]
        statement = Add(self.to.new(add.name, "total"), tuple(addends), Type(tuple(shape)))
        self.to.emit(self.structure.scope_of[add.id], statement, (add.id,))
        self.values[Item("result", add.id)] = Value(statement.out, sums, tuple(leg.id for leg in add.out))

    def _side(self, side: Side) -> Output:
        """The value of one side of an equation."""
        root, addends = self.structure.root, []
        for term in side.terms:
            alone = side.name if len(side.terms) == 1 else ""
            value = self._product(root, [Item("scope", term.term)], term.legs, alone)
            factor = expressions.constant(term.coefficient, self.to.named_sizes)
            addends.append(Addend(value.name, tuple(range(len(term.legs))), term.coefficient, factor))
        if len(addends) == 1 and addends[0].factor == 1.0:
            return Output(side.name, addends[0].value, side.relation)
        shape = self.types[addends[0].value]
        statement = Add(self.to.new("", side.name), tuple(addends), shape)
        self.to.emit(ROOT, statement, (side.equation,))
        return Output(side.name, statement.out, side.relation)

    def _enter(self, repeat_id: Id) -> None:
        repeat = self._region(repeat_id)
        sums = self.carried.sums(repeat_id)
        scope = self.structure.scope_of[repeat_id]
        value = self._spread_over(self._operand(Slot(repeat_id, 0), ""), sums, scope)
        state = self.to.new("", repeat.name or "state")
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
            self.to.new(repeat.name, "state"), self.to.loops[repeat_id], self.to.sizes[repeat.space], state.name,
            initial.name, tuple(self.to.bodies[repeat_id]), turn.name, self.types[state.name],
        )  # fmt: skip
        self.to.emit(self.structure.scope_of[repeat_id], statement, (repeat_id,))
        outer = tuple(port.outer_out.id for port in repeat.ports)
        self.values[Item("result", repeat_id)] = Value(statement.out, state.sums, outer)

    # ------------------------------------------------------------------------------------------- einsums of pieces

    def _operand(self, slot: Slot, name: str) -> Value:
        """The value of all pieces that feed an operand, its axes in the order of the operand's legs."""
        scope = self.structure.scopes[self.structure.scope_of[slot.op]]
        items = self.structure.consumed.operands[slot]
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
            indices = [self.to.sum_index(s) for s in value.sums] + [self.to.index(scope, end) for end in value.legs]
            operands.append(Operand(value.name, tuple(indices)))
            sizes.update(zip(indices, self.types[value.name].shape, strict=True))
            sums.update(s for s in value.sums if s != over)
        kept = self.to.ordered(sums)
        output = (*(self.to.sum_index(s) for s in kept), *(self.to.index(scope, end) for end in ends))
        if len(operands) == 1 and operands[0].indices == output:
            self.hints.suggest(operands[0].value, name)
            return Value(operands[0].value, kept, tuple(ends))
        axes = [Axis(index_name(index), sizes[index]) for index in output]
        block = self._block_around(items)
        statement = Einsum(self.to.new(block, name), tuple(operands), output, Type(tuple(axes)))
        wires = {self.structure.wire_of.get(end, "") for item in items for end in self._item_value(item, scope).legs}
        here = [wire for wire in wires if self.structure.wire_scope.get(wire) == scope.id]
        ids = [item.id for item in items] + sorted(here, key=rec.id_order)
        self.to.emit(scope.id, statement, tuple(dict.fromkeys(ids)))
        if block:
            self.hints.say(statement.out, block, capture=True)
        elif not name and len(operands) < 4:
            self.hints.think(statement.out, self._joined(items, statement))
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

    def _joined(self, items: Sequence[Item], einsum: Einsum) -> str:
        """A name made of the names of the items that are arrays or values, `x_W`; of one, what becomes of it."""
        texts = []
        for item in items:
            node = self.content.nodes.get(item.id)
            if isinstance(node, rec.Tensor | rec.Paste) or item.kind != "node":
                value = self.used[item].name
                texts.append(node.name if isinstance(node, rec.Tensor) else self.hints.last(value))
        if len(texts) == 1:
            alone = len(items) == 1
            permuted = alone and len(einsum.output) == len(einsum.operands[0].indices)
            texts.append("permuted" if permuted else "traced" if alone else "spread")
        return "_".join(texts)

    def _item_value(self, item: Item, scope: Scope) -> Value:
        """The value of an item at the indices of its legs: the whole of a result is what pastes see."""
        if item not in self.used:
            match self.content.nodes.get(item.id):
                case rec.Paste() as paste:
                    value = self.values[Item("result", paste.copy)]
                    self.used[item] = self.nodes.sliced(value, paste.legs, scope.id, paste.id)
                case rec.Copy(out=out) | rec.Add(out=out):
                    self.used[item] = self.nodes.sliced(self.values[item], out, scope.id, item.id)
                case None:
                    self.used[item] = self.values[item]
                case node:
                    self.used[item] = self.nodes.of(node)
        return self.used[item]

    def _spread_over(self, value: Value, sums: tuple[Id, ...], scope: Id) -> Value:
        """The value with an axis for each of the sums' indices."""
        if value.sums == sums:
            return value
        shape = [self.to.sum_axis(s) for s in sums] + list(self.types[value.name].axes[len(value.sums) :])
        indices = (*(self.to.sum_index(s) for s in value.sums), *value.legs)
        output = (*(self.to.sum_index(s) for s in sums), *value.legs)
        statement = Spread(self.to.new("", "spread"), value.name, indices, output, Type(tuple(shape)))
        self.to.emit(scope, statement, ())
        return Value(statement.out, sums, value.legs)

    def _node(self, node: Id, kind: type[NodeKind]) -> NodeKind:
        record = self.content.nodes[node]
        assert isinstance(record, kind)
        return record

    def _region(self, region: Id) -> rec.Repeat:
        record = self.content.regions[region]
        assert isinstance(record, rec.Repeat)
        return record
