"""One einsum of at most two operands as a closure of transposes, reshapes and one matrix product.

Indices are sorted once, when the program is compiled: `batch` (both operands and the result), `left` and `right` (one
operand and the result), `summed` (both, not the result); an index of one operand alone is summed first, one that stands
twice in an operand is its diagonal. Then a is (batch, left, summed) and b is (batch, summed, right), each group merged
into one axis, so any number of indices works. Without `summed` it is a broadcast product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, TypeAlias

from tensordraw.program.backends import Backend
from tensordraw.program.statements import Index

Array: TypeAlias = Any
Unary: TypeAlias = Callable[[Array], Array]
Binary: TypeAlias = Callable[[Array, Array], Array]
Indices: TypeAlias = tuple[Index, ...]


def single(library: Backend, indices: Indices, output: Indices) -> Unary:
    """Diagonals, sums and a transpose: `indices` to `output`."""
    steps, indices = _reduced(library, indices, set(output))
    if indices != output:
        order = [indices.index(index) for index in output]
        steps.append(lambda array: library.transpose(array, order))
    return _composed(steps)


def unchanged(array: Array) -> Array:
    """The array itself: what there is to do where nothing has to be moved."""
    return array


def _composed(steps: Sequence[Unary]) -> Unary:
    if not steps:
        return unchanged
    if len(steps) == 1:
        return steps[0]

    def run(array: Array) -> Array:
        for step in steps:
            array = step(array)
        return array

    return run


def _reduced(library: Backend, indices: Indices, wanted: set[Index]) -> tuple[list[Unary], Indices]:
    """Steps that take diagonals of repeated indices and sum those that are not wanted, and the indices then left."""
    steps: list[Unary] = []
    while len(set(indices)) < len(indices):
        index = next(index for at, index in enumerate(indices) if index in indices[:at])
        first = indices.index(index)
        second = indices.index(index, first + 1)
        steps.append(_diagonal(library, first, second))
        indices = (*(i for at, i in enumerate(indices) if at not in (first, second)), index)
    gone = [at for at, index in enumerate(indices) if index not in wanted]
    if gone:
        steps.append(lambda array: library.sum(array, gone))
        indices = tuple(index for index in indices if index in wanted)
    return steps, indices


def _diagonal(library: Backend, first: int, second: int) -> Unary:
    return lambda array: library.diagonal(array, first, second)


def pair(library: Backend, left: Indices, right: Indices, output: Indices, sizes: Mapping[Index, int]) -> Binary:
    """The contraction of two operands with these indices, result axes in the order of `output`."""
    before_a, a = _reduced(library, left, {*right, *output})
    before_b, b = _reduced(library, right, {*left, *output})
    summed = [index for index in a if index in b and index not in output]
    multiply = _matrix_product(library, a, b, output, sizes) if summed else _product(library, a, b, output, sizes)
    if not before_a and not before_b:
        return multiply
    first, second = _composed(before_a), _composed(before_b)
    return lambda x, y: multiply(first(x), second(y))


def _product(library: Backend, a: Indices, b: Indices, output: Indices, sizes: Mapping[Index, int]) -> Binary:
    """No index is summed: an outer product, or both operands broadcast to the result."""
    if a and b and not set(a) & set(b):
        if output.index(b[0]) < output.index(a[0]):
            swapped = _product(library, b, a, output, sizes)
            return lambda x, y: swapped(y, x)
        rows, columns = merged(library, a, [a], sizes), merged(library, b, [b], sizes)
        last = unmerged(library, [a, b], output, sizes)
        return lambda x, y: last(library.outer(rows(x), columns(y)))
    first, second = _aligned(library, a, output), _aligned(library, b, output)
    return lambda x, y: library.multiply(first(x), second(y))


def _aligned(library: Backend, indices: Indices, output: Indices) -> Unary:
    order = [indices.index(index) for index in output if index in indices]
    here = tuple(slice(None) if index in indices else None for index in output)
    while here and here[0] is None:  # leading axes broadcast by themselves
        here = here[1:]
    plain, whole = order == sorted(order), None not in here
    if plain and whole:
        return unchanged
    if whole:
        return lambda array: library.transpose(array, order)
    return lambda array: library.transpose(array, order)[here]


def _matrix_product(library: Backend, a: Indices, b: Indices, output: Indices, sizes: Mapping[Index, int]) -> Binary:
    batch = [index for index in output if index in a and index in b]
    rows = [index for index in a if index in output and index not in b]
    columns = [index for index in b if index in output and index not in a]
    # The larger operand keeps its own order of summed indices, so that merging them is less likely to copy it.
    leader = a if prod(sizes[i] for i in a) >= prod(sizes[i] for i in b) else b
    summed = [index for index in leader if index in a and index in b and index not in output]
    swapped = bool(rows) and bool(columns) and output.index(columns[0]) < output.index(rows[0])
    if swapped:
        a, b, rows, columns = b, a, columns, rows
    if len(batch) and not rows and not columns:
        return _batched_dot(library, a, b, batch, summed, output, sizes)
    front = [batch] if batch else []
    first = merged(library, a, [*front, rows, summed], sizes)
    second = merged(library, b, [*front, summed, columns], sizes)
    last = unmerged(library, [*front, rows, columns], output, sizes)
    if swapped:
        return lambda x, y: last(library.matmul(first(y), second(x)))
    return lambda x, y: last(library.matmul(first(x), second(y)))


def _batched_dot(
    library: Backend, a: Indices, b: Indices, batch: list[Index], summed: list[Index], output: Indices,
    sizes: Mapping[Index, int],
) -> Binary:  # fmt: skip
    first, second = merged(library, a, [batch, summed], sizes), merged(library, b, [batch, summed], sizes)
    last = unmerged(library, [batch], output, sizes)
    return lambda x, y: last(library.batched_dot(first(x), second(y)))


def merged(library: Backend, indices: Indices, groups: Sequence[Sequence[Index]], sizes: Mapping[Index, int]) -> Unary:
    """The operand with one axis for each group of its indices, in order. One size may be -1, which is what is left."""
    positions = [indices.index(index) for group in groups for index in group]
    shape = tuple(max(-1, prod(sizes[index] for index in group)) for group in groups)
    same, flat = positions == sorted(positions), all(len(group) == 1 for group in groups)
    if same and flat:
        return unchanged
    if flat:
        return lambda array: library.transpose(array, positions)
    if same:
        return lambda array: array.reshape(shape)
    return lambda array: library.transpose(array, positions).reshape(shape)


def unmerged(library: Backend, groups: Sequence[Sequence[Index]], output: Indices, sizes: Mapping[Index, int]) -> Unary:
    """The result, with one axis for each group, with an axis for each index of them, then in the order of `output`."""
    indices = [index for group in groups for index in group]
    shape = tuple(sizes[index] for index in indices)
    order = [indices.index(index) for index in output]
    same, flat = order == sorted(order), all(len(group) == 1 for group in groups)
    if same and flat:
        return unchanged
    if same:
        return lambda array: array.reshape(shape)
    if flat:
        return lambda array: library.transpose(array, order)
    return lambda array: library.transpose(array.reshape(shape), order)
