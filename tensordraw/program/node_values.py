"""Values of nodes: arrays, slices of them, fixed tensors.

Everything here depends on inputs and loop variables alone, so it is emitted once a frame, before what uses it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tensordraw.diagram import records as rec
from tensordraw.diagram.records import ROOT, Id, Leg
from tensordraw.program import expressions
from tensordraw.program.building import Building, Value
from tensordraw.program.statements import Apply, Conj, Constant, Einsum, Fixed, Operand, Select, Type


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
                name = self.to.input(node.name, node.legs)
                if node.kind == "inverse_metric":
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
        """A value with its bound legs taken care of: integers and loop variables select, sums' indices become axes."""
        frame = ROOT
        for position in reversed(range(len(legs))):
            at = legs[position].index
            if isinstance(at, str) and isinstance(region := self.to.content.regions[at], rec.Repeat):
                frame = max(frame, region.id, key=lambda f: self.to.structure.scopes[f].depth)
                at = self.to.loops[region.id]
            elif not isinstance(at, int):
                continue
            old = self.to.types[name].axes
            shape = Type((*old[:position], *old[position + 1 :]))
            name = self.to.once(frame, Select("", name, position, at, shape), (node,), f"{hint}_{at}")
        free = [leg for leg in legs if not isinstance(leg.index, int) and not self._is_loop(leg.index)]
        sums = tuple(leg.index for leg in free if leg.index is not None)
        if not sums:
            return Value(name, (), tuple(leg.id for leg in free))
        order = self.to.ordered(set(sums))  # type: ignore[arg-type]
        indices = [leg.id if leg.index is None else str(leg.index) for leg in free]
        output = [*order, *(leg.id for leg in free if leg.index is None)]
        if indices != output:
            sizes = dict(zip(indices, self.to.types[name].axes, strict=True))
            shape = Type(tuple(sizes[index] for index in output))
            statement = Einsum("", (Operand(name, tuple(indices)),), tuple(output), shape)
            name = self.to.once(frame, statement, (node,), hint)
        return Value(name, order, tuple(leg.id for leg in free if leg.index is None))

    def _is_loop(self, index: int | str | None) -> bool:
        return isinstance(index, str) and isinstance(self.to.content.regions[index], rec.Repeat)
