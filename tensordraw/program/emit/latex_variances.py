"""Which axes of a value are upper and which are lower, from those of the arrays that it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from tensordraw.diagram.axes import opposite
from tensordraw.diagram.records import Variance
from tensordraw.program.functions import function
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Einsum,
    Gather,
    Index,
    Name,
    Repeat,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)

Known: TypeAlias = Mapping[Name, tuple[Variance, ...]]  # empty where no axis of a value has one


def variances(statement: Statement, known: Known, types: Mapping[Name, Type]) -> tuple[Variance, ...]:
    """The variance of each axis of a statement's value, "none" where nothing says."""

    def of(value: Name) -> tuple[Variance, ...]:
        return known.get(value) or _none(types[value])

    match statement:
        case Einsum(operands=operands, output=output):
            return _open([(of(operand.value), operand.indices) for operand in operands], output)
        case Spread(value=value, indices=indices, output=output):
            return _open([(of(value), indices)], output)
        case Add(addends=[Addend(value=value, axes=axes), *_]):
            own = (*of(value), *_none(Type((Axis("", 1),))))
            return tuple(own[-1 if axis is None else axis] for axis in axes)
        case Scale(value=value) | Conj(value=value) | Repeat(initial=value):
            return of(value)
        case Select(value=value, axis=axis):
            return (*of(value)[:axis], *of(value)[axis + 1 :])
        case Gather(value=value, axis=axis, ids=ids):
            return (*of(value)[:axis], *_none(types[ids]), *of(value)[axis + 1 :])
        case Apply(value=value, function="inverse", axes=(row, column)):
            turned = list(of(value))
            turned[row], turned[column] = opposite(turned[column]), opposite(turned[row])
            return tuple(turned)
        case Apply(value=value, function="transpose", axes=(row, column)):
            turned = list(of(value))
            turned[row], turned[column] = turned[column], turned[row]
            return tuple(turned)
        case Apply(value=value, axes=axes):
            gone = axes if function(statement.function).reduces else ()
            return tuple(variance for axis, variance in enumerate(of(value)) if axis not in gone)
        case _:
            return _none(statement.type)


def _none(type: Type) -> tuple[Variance, ...]:
    none: Variance = "none"
    return (none,) * len(type.axes)


def _open(
    operands: Sequence[tuple[tuple[Variance, ...], tuple[Index, ...]]], output: Sequence[Index]
) -> tuple[Variance, ...]:
    found: dict[Index, Variance] = {}
    for own, indices in operands:
        found.update(zip(indices, own, strict=True))
    return tuple(found.get(index, "none") for index in output)
