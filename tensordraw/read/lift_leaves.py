"""Drawing what needs no walk: arrays, fixed tensors, one-hots of ids, indices joined by an einsum, positions of an index.

Each takes or gives strands in a sheet, one for each axis in order (`lift_sketch`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from tensordraw.diagram import records as rec
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Id
from tensordraw.errors import Error
from tensordraw.program.statements import Conj, Einsum, Fixed, Input, Name, Select
from tensordraw.read.lift_sketch import Sheet, Sketch, Strand, Stub, find
from tensordraw.read.lift_spaces import Spaces
from tensordraw.read.lift_uses import Key, Uses


class Leaves:
    """Draws into the sketch of one program; `loops` are repeat regions by frame and loop variable."""

    def __init__(self, draft: Draft, spaces: Spaces, uses: Uses) -> None:
        self.spaces, self.uses = spaces, uses
        self.ids = {name: draft.new_id("s") for name in spaces.sizes}
        draft.spaces |= {id: rec.Space(id, name, spaces.sizes[name]) for name, id in self.ids.items()}
        self.sketch = Sketch(draft)
        self.loops: dict[tuple[int, str], Id] = {}

    def stub(self, value: Name, axis: int) -> Stub:
        """A leg for an axis of a value."""
        return self.sketch.stub(self.ids[self.spaces.axis(value, axis)])

    def stubs(self, value: Name) -> list[Stub]:
        """A leg for each axis of a value."""
        return [self.stub(value, axis) for axis in range(len(self.uses.types[value].axes))]

    def free(self, value: Name, axis: int, sheet: Sheet) -> Strand:
        """An index that nothing carries yet."""
        return self.sketch.strand(sheet, self.ids[self.spaces.axis(value, axis)])

    def tensor(self, entry: Input, key: Key, sheet: Sheet) -> list[Strand]:
        """An array that is given."""
        legs = self.stubs(key.value)
        for leg, variance in zip(legs, entry.variances, strict=False):
            leg.variance = variance
        made = self.sketch.node(
            sheet, "t", lambda id, inside: rec.Tensor(id, entry.array, legs_of(legs), inside, conj=key.conj)
        )
        return self.sketch.strands(sheet, made, legs)

    def fixed(self, statement: Fixed, key: Key, sheet: Sheet) -> list[Strand]:
        """A fixed tensor; deltas and ones are indices that nothing else carries yet."""
        kind, out, count = statement.kind, statement.out, len(statement.type.axes)
        match kind:
            case "delta":
                return [self.free(out, 0, sheet)] * count if count else []
            case "ones":
                return [self.free(out, axis, sheet) for axis in range(count)]
            case "group" if count == 1:
                return [self.free(out, 0, sheet)]
            case "group":
                whole, *parts = legs = self.stubs(out)
                made = self.sketch.node(
                    sheet, "g", lambda id, inside: rec.Group(id, whole.leg(), legs_of(parts), inside)
                )  # fmt: skip
                return self.sketch.strands(sheet, made, legs)
            case "one_hot":
                if statement.ids is None:
                    raise Error(f"The one-hot {out!r} has no ids.")
                return self.one_hot(statement.ids, key, self.stub(out, count - 1), sheet)
            case "causal_mask" | "levi_civita" | "shift":
                stubs, fixed = self.stubs(out), kind
                made = self.sketch.node(
                    sheet, "f", lambda id, inside: rec.Fixed(id, fixed, legs_of(stubs), inside, offset=statement.offset)
                )
                return self.sketch.strands(sheet, made, stubs)
            case "count":
                raise AssertionError("only printers count")
            case _:
                assert_never(kind)

    def one_hot(self, ids: Name, key: Key, row: Stub, sheet: Sheet) -> list[Strand]:
        """A one-hot of ids: strands of its positions, in the order of the axes of `ids`, and of its class."""
        steps = []
        while not isinstance(statement := self.uses.defined[ids], Input):
            if not isinstance(statement, Select | Conj | Einsum) or not self.uses.is_array(ids):
                raise Error(f"The ids {ids!r} are computed; only arrays of ids that are given can be drawn.")
            steps.append(statement)
            ids = statement.operands[0].value if isinstance(statement, Einsum) else statement.value
        legs, array = self.stubs(ids), statement.array
        made = self.sketch.node(
            sheet, "f", lambda id, inside: rec.Fixed(id, "one_hot", (*legs_of(legs), row.leg()), inside, name=array)
        )
        *strands, last = self.sketch.strands(sheet, made, [*legs, row])
        for step in reversed(steps):
            if isinstance(step, Select):
                strands = self.bind(step, strands, key, sheet)
            elif isinstance(step, Einsum):
                strands = self.indexed(step, [strands])
        return [*strands, last]

    def indexed(self, statement: Einsum, operands: Sequence[list[Strand]]) -> list[Strand]:
        """Operands' strands joined by their indices, under the indices' names; those of the result."""
        labels = self.spaces.labels(statement)
        joined: dict[str, Strand] = {}
        for operand, strands in zip(statement.operands, operands, strict=True):
            for index, strand in zip(operand.indices, strands, strict=True):
                joined[index] = self.sketch.unite(joined[index], strand) if index in joined else strand
        for index, strand in joined.items():
            strand = find(strand)
            if not strand.shown or (index in statement.output and labels[index]):
                strand.label = labels[index]
                strand.shown = labels[index] or self.spaces.of_index(statement.out, index)
        return [joined[index] for index in statement.output]

    def bind(self, statement: Select, strands: list[Strand], key: Key, sheet: Sheet) -> list[Strand]:
        """The strands without the selected one, which is fixed to its position."""
        chosen = find(strands[statement.axis])
        rest = [*strands[: statement.axis], *strands[statement.axis + 1 :]]
        at = statement.at if isinstance(statement.at, int) else self.loop(key.frame, statement.at)
        alone = not any(find(strand) is chosen for strand in rest)
        self.sketch.basis(sheet, chosen, at, alone=alone)
        return rest

    def loop(self, frame: int, index: str) -> Id:
        """The repeat region whose loop variable this is, seen from a frame."""
        while (frame, index) not in self.loops:
            frame = self.uses.frames[frame].outer
        return self.loops[frame, index]


def legs_of(stubs: Sequence[Stub]) -> tuple[rec.Leg, ...]:
    """The finished legs."""
    return tuple(stub.leg() for stub in stubs)


__all__ = ["Leaves", "legs_of"]
