"""Quotients that are functions of the table: a softmax written out, and what is divided by its own sum or length."""

from __future__ import annotations

from collections.abc import Sequence

from tensordraw.program.expressions import Expr, Negate, Number
from tensordraw.program.statements import Add, Apply, Einsum
from tensordraw.read.source.machine import ONE, Machine
from tensordraw.read.source.values import Array


def quotient(m: Machine, above: Array, below: Array) -> Array | None:
    """`above / below` as a function along an axis of `above`, None where it is none."""
    if below.core is None:
        if above.rank != 1 or below.rank:
            return None
        total, axis = below, 0
    else:
        gone = [k for k in range(below.rank) if k not in below.core.kept]
        if len(gone) != 1 or below.rank != above.rank:
            return None
        total, axis = below.core.array, gone[0]
    made = m.tape.defined.get(total.value)
    if isinstance(made, Apply) and made.function == "sqrt":
        squares = _summed(m, made.value, above.rank, axis)
        inner = m.tape.defined.get(squares or "")
        if isinstance(inner, Apply) and inner.function == "square" and inner.value == above.value:
            return m.tape.apply("l2_normalise", above, (axis,))
        return None
    if _summed(m, total.value, above.rank, axis) != above.value:
        return None
    exponential = m.tape.defined.get(above.value)
    if isinstance(exponential, Apply) and exponential.function == "exp":
        scores = Array(_unshifted(m, exponential.value, axis), above.axes, lineage=above.lineage)
        return m.tape.apply("softmax", scores, (axis,))
    return m.tape.apply("sum_normalise", above, (axis,))


def _summed(m: Machine, value: str, rank: int, axis: int) -> str | None:
    """What a value is the sum of along this one axis."""
    made = m.tape.defined.get(value)
    if not isinstance(made, Einsum) or len(made.operands) != 1:
        return None
    (operand,) = made.operands
    left = tuple(index for k, index in enumerate(operand.indices) if k != axis)
    same = len(operand.indices) == rank and len(set(operand.indices)) == rank and made.output == left
    return operand.value if same else None


def _unshifted(m: Machine, value: str, axis: int) -> str:
    """The value before its largest entry along the axis was taken from it, which a softmax does not see."""
    made = m.tape.defined.get(value)
    if not isinstance(made, Add) or len(made.addends) != 2:
        return value
    kept, shift = made.addends
    largest = m.tape.defined.get(shift.value)
    signs: Sequence[Expr] = m.tape.trees[made.out]
    plain = list(signs) == [ONE, Negate(Number(1.0))] and list(kept.axes) == list(range(len(kept.axes)))
    if plain and isinstance(largest, Apply) and largest.function == "max" and largest.value == kept.value:
        return kept.value if largest.axes == (axis,) else value
    return value
