"""Linear layers with their bias, and norms with their weights, recognised.

A linear layer is a product of an activation with a parameter of the model (an array that is given, or a slice of one),
added over some indices, with no index running along both; the bias has every index that the weight alone has.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tensordraw.program.fusing import Block, Found, distinct
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Einsum,
    Fused,
    Index,
    Linear,
    Name,
    Norm,
    Operand,
    Statement,
)

NORMS = ("normalise", "rms_norm")


def linear(block: Block, statement: Statement) -> Found | None:
    """What stands for a product with a weight, and for the sum of it and a bias."""
    if not isinstance(statement, Einsum) or len(statement.operands) != 2 or not distinct(statement.operands):
        return None
    weights = [operand for operand in statement.operands if operand.value in block.weights]
    if len(weights) != 1 or any(block.types[operand.value].integer for operand in statement.operands):
        return None
    (weight,) = weights
    (value,) = (operand for operand in statement.operands if operand is not weight)
    inside, outside = set(value.indices), set(weight.indices)
    output = set(statement.output)
    if not inside & outside or inside & outside & output or inside ^ outside != output or not outside - inside:
        return None
    after = block.reader(statement.out)
    bias = _bias(block, statement, after, [index for index in weight.indices if index not in inside])
    if isinstance(after, Add) and bias is not None:
        place = next(each for each in after.addends if each.value == statement.out)
        order = tuple(statement.output[axis] for axis in place.axes if axis is not None)
        form = Linear(value, weight, bias, order)
        gone = frozenset({statement.out})
        return Found(after.out, gone, (Fused(after.out, form, (statement, after), after.type),))
    form = Linear(value, weight, None, statement.output)
    return Found(statement.out, frozenset(), (Fused(statement.out, form, (statement,), statement.type),))


def _plus(add: Statement | None, value: Name) -> Addend | None:
    """What is added to a value, where that is all that a statement does."""
    if not isinstance(add, Add) or len(add.addends) != 2 or any(each.factor != 1 for each in add.addends):
        return None
    mine = [each for each in add.addends if each.value == value]
    if len(mine) != 1 or None in mine[0].axes:
        return None
    return next(each for each in add.addends if each.value != value)


def _bias(block: Block, einsum: Einsum, after: Statement | None, out: Sequence[Index]) -> Operand | None:
    """The bias that is added to a product, its axes under the names of the product's indices."""
    other = _plus(after, einsum.out)
    if other is None or not isinstance(after, Add):
        return None
    mine = next(each for each in after.addends if each.value == einsum.out)
    names: dict[int, Index] = {}
    for axis, place in zip(mine.axes, other.axes, strict=True):
        if place is not None and axis is not None:
            names[place] = einsum.output[axis]
    indices = tuple(names[place] for place in sorted(names))
    whole = len(block.types[other.value].axes) == len(indices)
    return Operand(other.value, indices) if whole and set(indices) == set(out) else None


def norm(block: Block, statement: Statement) -> Found | None:
    """What stands for a norm along the last axis, times a vector, and one added."""
    last = len(statement.type.axes) - 1
    if not isinstance(statement, Apply) or statement.function not in NORMS or statement.axes != (last,):
        return None
    scaled = block.reader(statement.out)
    if not isinstance(scaled, Einsum) or not distinct(scaled.operands):
        return None
    read = [operand for operand in scaled.operands if operand.value == statement.out]
    if len(read) != 1:
        return None  # a square of the norm
    normed = read[0]
    weight = next(
        (each for each in scaled.operands if each is not normed and each.indices == normed.indices[-1:]), None
    )
    if weight is None or len(block.types[weight.value].axes) != 1:
        return None
    if len(scaled.operands) > 2:
        return _split_off(block, statement, scaled, normed, weight)
    if normed.indices != scaled.output:
        return None
    eps = statement.params.get("eps", 1e-5)
    after = block.reader(scaled.out)
    shift = _plus(after, scaled.out) if statement.function == "normalise" else None
    if isinstance(after, Add) and shift is not None and shift.axes == (*[None] * last, 0):
        mine = next(each for each in after.addends if each.value == scaled.out)
        if mine.axes == tuple(range(last + 1)) and len(block.types[shift.value].axes) == 1:
            form = Norm(statement.value, statement.function, weight.value, shift.value, eps)
            fused = Fused(after.out, form, (statement, scaled, after), after.type)
            return Found(after.out, frozenset({statement.out, scaled.out}), (fused,))
    form = Norm(statement.value, statement.function, weight.value, None, eps)
    fused = Fused(scaled.out, form, (statement, scaled), scaled.type)
    return Found(scaled.out, frozenset({statement.out}), (fused,))


def _split_off(block: Block, norm: Apply, einsum: Einsum, normed: Operand, weight: Operand) -> Found:
    """The norm with its vector, and the einsum in which both stand with other factors as the einsum with the others."""
    name = block.fresh("norm_scaled")
    form = Norm(norm.value, norm.function, weight.value, None, norm.params.get("eps", 1e-5))
    scaled = Einsum(name, (normed, weight), normed.indices, norm.type)
    others = tuple(each for each in einsum.operands if each is not normed and each is not weight)
    rest = replace(einsum, operands=(Operand(name, normed.indices), *others))
    return Found(einsum.out, frozenset({norm.out}), (Fused(name, form, (norm, scaled), norm.type), rest))
