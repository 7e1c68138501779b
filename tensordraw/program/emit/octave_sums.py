"""Sums of products in MATLAB and Octave: `ncon` where legs are joined in pairs, `.*` where nothing is summed.

Diagonals are taken and lone legs summed beforehand. What two tensors share with each other and with the result, a dot in
the drawing, is a copy tensor (`delta`), joined to the smaller of the two before anything else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tensordraw.program.emit import einsums
from tensordraw.program.emit.octave_axes import numbers, placed, totalled
from tensordraw.program.emit.pieces import ATOM, PRODUCT, Piece, at_least, compose
from tensordraw.program.emit.script import WIDTH, Facts, filled
from tensordraw.program.plan import path
from tensordraw.program.statements import Einsum, Index, Name, Type


def sum_of_products(einsum: Einsum, facts: Facts, pieces: Mapping[Name, Piece]) -> Piece:
    """The einsum as an expression."""
    arrays, scalars = einsums.arrays_and_scalars(einsum)
    factors = [pieces[operand.value] for operand in scalars]
    if not arrays:
        return product(factors, "*") if factors else Piece("1")
    given = [operand.indices for operand in arrays]
    diagonal_indices = einsums.diagonals(given, einsum.output)
    alone = einsums.lone(diagonal_indices, einsum.output)
    values = [
        _reduced(pieces[operand.value], operand.indices, facts.types[operand.value].shape, left, alone)
        for operand, left in zip(arrays, diagonal_indices, strict=True)
    ]
    indices = einsums.reduced(given, einsum.output)
    factors += [value for value, own in zip(values, indices, strict=True) if not own]
    kept = [place for place, own in enumerate(indices) if own]
    if kept:
        factors.append(
            _multiplied([values[place] for place in kept], [indices[place] for place in kept], einsum, facts)
        )
    return product(factors, "*")


def diagonal(value: Piece, indices: list[Index], sizes: list[int]) -> Piece:
    """The value with the first index that repeats taken along its diagonal; shortens `indices` and `sizes`."""
    second = next(place for place, index in enumerate(indices) if index in indices[:place])
    first = indices.index(indices[second])
    plain = len(indices) == 2
    del indices[second], sizes[second]
    return compose("diag({})" if plain else f"diagonal({{}}, {first + 1}, {second + 1})", value)


def product(factors: Sequence[Piece], sign: str) -> Piece:
    """The factors with a sign between."""
    if len(factors) == 1:
        return factors[0]
    parts = [at_least(factor, PRODUCT) for factor in factors]
    made = compose(f" {sign} ".join("{}" for _ in parts), *parts, level=PRODUCT)
    last = parts[-1]
    if not last.broken:
        return replace(made, broken=tuple(_joined([part.text for part in parts], sign)))
    before = "".join(f"{factor.text} {sign} " for factor in parts[:-1])
    return Piece(made.text, PRODUCT, made.needs, made.values, made.remark, (before + last.broken[0], *last.broken[1:]))


def _joined(texts: Sequence[str], sign: str) -> Iterator[str]:
    """A product on as few lines as it needs; a line that goes on ends in the sign."""
    line = texts[0]
    for text in texts[1:]:
        if len(line) + len(text) > WIDTH - 16:
            yield f"{line} {sign}"
            line = f"    {text}"
        else:
            line = f"{line} {sign} {text}"
    yield line


def _reduced(
    value: Piece, indices: einsums.Indices, shape: Sequence[int], left: einsums.Indices, alone: set[Index]
) -> Piece:
    """An operand with its diagonals taken until these indices are left, and added up over those that stand alone."""
    own, sizes = list(indices), list(shape)
    while len(own) > len(left):
        value = diagonal(value, own, sizes)
    gone = [place for place, index in enumerate(own) if index in alone]
    return totalled(value, gone, sizes) if gone else value


def _multiplied(
    values: Sequence[Piece], indices: Sequence[einsums.Indices], einsum: Einsum, facts: Facts
) -> Piece:  # fmt: skip
    """Components by ncon, each with its axes where the result has them, multiplied."""
    output, found = einsum.output, list[Piece]()
    for part in einsums.components(indices, output):
        own = [indices[place] for place in part]
        legs = einsums.left_open(own, output)
        if len(part) == 1 and set(own[0]) == set(legs):
            value, legs = values[part[0]], own[0]
        elif len(part) == 1 and len(own[0]) == 2:
            value = compose("trace({})", values[part[0]])
        else:
            value = _ncon([values[place] for place in part], own, legs, einsum, facts)
        found.append(placed(value, [legs.index(i) if i in legs else None for i in output], len(legs)))
    return product(found, ".*")


def _ncon(
    values: list[Piece], indices: list[einsums.Indices], output: einsums.Indices, einsum: Einsum, facts: Facts
) -> Piece:
    """A call of ncon; an index that stands three times becomes a copy tensor with a leg for each."""
    total = einsums.counts(indices, output)
    axes = {
        index: axis
        for operand in einsum.operands
        for index, axis in zip(operand.indices, facts.types[operand.value].axes, strict=True)
    }
    open_legs = {index: -place - 1 for place, index in enumerate(output)}
    dots = [index for index in output if total[index] > 2]
    # Legs are named (index, operand) where a dot joins them; the dots go to the smallest operand first.
    smallest = min(range(len(indices)), key=lambda place: math.prod(axes[index].size for index in indices[place]))
    joined = [(index, smallest) for index in dots]
    joined += [(i, -1) for i in _order(einsum, facts.types) if i in total and i not in open_legs]
    joined += [(index, place) for index in dots for place in range(len(indices)) if place != smallest]
    number = {leg: place + 1 for place, leg in enumerate(joined)}
    legs = [
        [
            number[index, place] if index in dots else open_legs.get(index) or number[index, -1]
            for index in own
        ]
        for place, own in enumerate(indices)
    ]  # fmt: skip
    for index in dots:
        ends = [number[index, place] for place in range(len(indices))]
        values = [*values, compose(f"delta({{}}, {len(ends) + 1})", facts.length(axes[index]))]
        legs.append([*ends, open_legs[index]])
    tensors, lists = [value.text for value in values], [numbers(each) for each in legs]
    made = compose("", *values)
    broken = (*filled("ncon({", tensors, "},"), *filled("    {", lists, "})"))
    text = f"ncon({{{', '.join(tensors)}}}, {{{', '.join(lists)}}})"
    return Piece(text, ATOM, made.needs, made.values, made.remark, broken)


def _order(einsum: Einsum, types: Mapping[Name, Type]) -> Iterable[Index]:
    """Summed indices in the order in which a good contraction meets them."""
    left = [operand.indices for operand in einsum.operands]
    order: dict[Index, None] = {}
    for step in path(einsum, types):
        taken = [left[place] for place in step]
        left = [indices for place, indices in enumerate(left) if place not in step]
        others = {index for indices in (*left, einsum.output) for index in indices}
        order.update((i, None) for indices in taken for i in indices if i not in others)
        left.append(tuple(dict.fromkeys(i for indices in taken for i in indices if i in others)))
    order.update((index, None) for operand in einsum.operands for index in operand.indices)
    return order
