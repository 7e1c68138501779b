"""Axes in MATLAB and Octave, where every array has at least two: columns are arrays of one axis, 1 x 1 those of none.

Axis k of a value is axis k + 1 of the array, and axes of size 1 at the end are there or not, as these languages like.
What takes or gives back fewer axes, moves or joins them says so here. Arrays are stored first axis fastest; joining and
splitting axes keeps our row-major meaning by reversing the joined axes before, and the split ones after.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tensordraw.program.emit.pieces import ATOM, Piece, at_least, compose
from tensordraw.program.statements import Reshape


def numbers(values: Sequence[object]) -> str:
    """A row of numbers: `[2 3]`."""
    return f"[{' '.join(map(str, values))}]"


def shape(lengths: Sequence[Piece]) -> Piece:
    """The arguments that make an array of these axes: `2, 3`, and `2, 1` for a column."""
    ones = [Piece("1")] * (2 - len(lengths))
    return compose(", ".join("{}" for _ in [*lengths, *ones]), *lengths, *ones)


def moved(value: Piece, order: Sequence[int], count: int) -> Piece:
    """The value of `count` axes with its axes in another order; axes from `count` on are new ones of size 1."""
    while order and order[-1] >= count and list(order[:-1]) != [] and order[-1] == len(order) - 1:
        order = order[:-1]
    if list(order) == list(range(len(order))):
        return value
    if list(order) == [1, 0]:
        return compose("{}.'", at_least(value, ATOM))
    return compose(f"permute({{}}, {numbers([axis + 1 for axis in order])})", value)


def placed(value: Piece, places: Sequence[int | None], count: int) -> Piece:
    """The value with its axes where a result has them, to broadcast: `places[k]` is its axis that becomes axis k."""
    if count == 0:
        return value
    new = count
    order = []
    for place in places:
        order.append(new if place is None else place)
        new += place is None
    return moved(value, order, count)


def without(value: Piece, gone: Sequence[int], sizes: Sequence[int]) -> Piece:
    """The value without axes that have become of size 1; `sizes` are those of all its axes before."""
    kept = [axis for axis in range(len(sizes)) if axis not in gone]
    if kept == list(range(len(kept))):
        return value  # they stand at the end
    if len(kept) >= 2 and all(sizes[axis] > 1 for axis in kept):
        return compose("squeeze({})", value)
    return moved(value, [*kept, *(axis for axis in gone if axis < max(kept))], len(sizes))


def indexed(value: Piece, axis: int, count: int, at: str) -> Piece:
    """A slice of a value: the axis stays, of size 1 where `at` is a number."""
    places = ", ".join(at if place == axis else ":" for place in range(count))
    conjugate = re.fullmatch(r"conj\((\w+)\)", value.text)  # only a name can be indexed
    if conjugate:
        return Piece(f"conj({conjugate[1]}({places}))", needs=value.needs, values=value.values)
    return compose(f"{{}}({places})", value)


def totalled(value: Piece, axes: Sequence[int], sizes: Sequence[int]) -> Piece:
    """The value added up over axes, which go."""
    if len(axes) == len(sizes):
        if len(axes) > 1 and re.fullmatch(r"\w+", value.text):
            return compose("sum({}(:))", value)
        for _ in axes:
            value = compose("sum({})", value)
        return value
    for axis in axes:
        value = compose(f"sum({{}}, {axis + 1})", value)
    return without(value, axes, sizes)


def regrouped(value: Piece, statement: Reshape, before: Sequence[int], lengths: Sequence[Piece]) -> Piece:
    """The same entries, row-major, with other axes: `before` are the sizes before, `lengths` those after."""
    after = statement.type.shape
    into = [axis for ins, _ in statement.pattern for axis in reversed(ins)]
    out = [axis for _, outs in statement.pattern for axis in reversed(outs)]
    if _shuffles(into, before):
        value = moved(value, into, len(before))
    back = [out.index(axis) for axis in range(len(after))]
    split = _shuffles(out, after)
    sizes = shape([lengths[axis] for axis in out] if split else lengths)
    value = compose(f"reshape({{}}, [{sizes.text.replace(', ', ' ')}])", value, needs=sizes.needs)
    return moved(value, back, len(after)) if split else value


def _shuffles(order: Sequence[int], sizes: Sequence[int]) -> bool:
    """Whether the entries change places: axes of size 1 can go anywhere."""
    real = [axis for axis in order if sizes[axis] != 1]
    return real != sorted(real)
