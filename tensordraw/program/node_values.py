"""Values of nodes: arrays, slices of them, fixed tensors.

Everything here depends on inputs and loop variables alone, so it is emitted once a frame, before what uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from tensordraw.diagram import records as rec
from tensordraw.diagram.axes import opposite
from tensordraw.diagram.records import ROOT, Id, Leg
from tensordraw.program import expressions
from tensordraw.program.building import Building, Value
from tensordraw.program.statements import Apply, Conj, Constant, Einsum, Fixed, Operand, Select, Statement, Type


class NodeValues:
    """Emits what nodes need into the program in the making."""

    def __init__(self, to: Building) -> None:
        self.to = to

    def of(self, node: rec.Node) -> Value:
        """The value of a node that is no operation."""
        match node:
            case rec.Tensor():
                name = self.to.input(node.name, node.legs)
                if node.conj:
                    name = self.to.once(ROOT, Conj("", name, self.to.types[name]), (node.id,), f"{node.name}_conj")
                return self._slices(name, node.legs, node.id, node.name)
            case rec.Delta():
                return self._array(node.id, node.legs, "delta")
            case rec.Group():
                return self._array(node.id, (node.whole, *node.parts), "group")
            case rec.Fixed():
                return self._fixed(node)
            case _:
                raise AssertionError(node)  # operations and pastes are values that exist already

    def _fixed(self, node: rec.Fixed) -> Value:
        match node.kind:
            case "constant":
                number = expressions.constant(node.expression, self.to.named_sizes)
                statement = Constant("", node.expression, number)
                return Value(self.to.once(ROOT, statement, (node.id,), node.name or "scale"), (), ())
            case "one_hot":
                ids = self.to.input(node.name, node.legs[:-1], integer=True)
                return self._array(node.id, node.legs, "one_hot", ids=ids, name=f"{node.name}_one_hot")
            case "metric" | "inverse_metric":
                inverted = node.kind == "inverse_metric"
                # The array is the metric itself, whose legs point the other way than those of its inverse.
                turned = tuple(replace(leg, variance=opposite(leg.variance)) for leg in node.legs)
                name = self.to.input(node.name, turned if inverted else node.legs)
                if inverted:
                    inverse = Apply("", "inverse", name, (0, 1), self.to.types[name])
                    name = self.to.once(ROOT, inverse, (node.id,), f"{node.name}_inverse")
                return self._slices(name, node.legs, node.id, node.name)
            case _:
                return self._array(node.id, node.legs, node.kind, offset=node.offset)

    def _array(
        self, node: Id, legs: Sequence[Leg], kind: str, *, ids: str | None = None, name: str = "", offset: int = 0
    ) -> Value:  # fmt: skip
        shape = Type(tuple(self.to.axis(leg.id, leg.space) for leg in legs))
        made = self.to.once(ROOT, Fixed("", kind, shape, ids, offset), (node,), name or kind)  # type: ignore[arg-type]
        return self._slices(made, legs, node, name or kind)

    def _slices(self, name: str, legs: Sequence[Leg], node: Id, hint: str) -> Value:
        """An array with its bound legs taken care of; each step stands in the outermost frame that knows its index."""
        frame = ROOT

        def put(statement: Statement, text: str, loop: Id = ROOT) -> str:
            nonlocal frame
            frame = max(frame, loop, key=lambda f: self.to.structure.scopes[f].depth)
            return self.to.once(frame, statement, (node,), text)

        return self._at_indices(Value(name, (), ()), legs, hint, put)

    def sliced(self, value: Value, legs: Sequence[Leg], scope: Id, owner: Id) -> Value:
        """The value of an operation or paste with its bound legs taken care of; `scope` is where it is used."""

        def put(statement: Statement, text: str, loop: Id = ROOT) -> str:
            made = replace(statement, out=self.to.new("", text))
            self.to.emit(scope, made, (owner,))
            return made.out

        return self._at_indices(value, legs, self.to.hints.last(value.name), put)

    def _at_indices(self, value: Value, legs: Sequence[Leg], hint: str, put: Callable[..., str]) -> Value:
        """Integers and loop variables select, sums' indices become axes; `put` emits a statement and names its value."""
        name, before = value.name, len(value.sums)
        for position in reversed(range(len(legs))):
            at, loop = legs[position].index, ROOT
            if isinstance(at, str) and isinstance(region := self.to.content.regions[at], rec.Repeat):
                at, loop = self.to.loops[region.id], region.id
            elif not isinstance(at, int):
                continue
            old, axis = self.to.types[name].axes, before + position
            name = put(Select("", name, axis, at, Type((*old[:axis], *old[axis + 1 :]))), f"{hint}_{at}", loop)
        left = [leg for leg in legs if not isinstance(leg.index, int) and not self._is_loop(leg.index)]
        free = tuple(leg.id for leg in left if leg.index is None)
        order = self.to.ordered({*value.sums, *(str(leg.index) for leg in left if leg.index is not None)})
        ends = {
            leg.id: self.to.leg_index(leg.id) if leg.index is None else self.to.sum_index(str(leg.index))
            for leg in left
        }
        indices = [*(self.to.sum_index(s) for s in value.sums), *ends.values()]
        output = [*(self.to.sum_index(s) for s in order), *(ends[leg] for leg in free)]
        if indices != output:
            sizes = dict(zip(indices, self.to.types[name].axes, strict=True))
            shape = Type(tuple(sizes[index] for index in output))
            name = put(Einsum("", (Operand(name, tuple(indices)),), tuple(output), shape), hint)
        return Value(name, order, free)

    def _is_loop(self, index: int | str | None) -> bool:
        return isinstance(index, str) and isinstance(self.to.content.regions[index], rec.Repeat)
