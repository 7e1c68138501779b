"""Rotary positions, recognised: a matrix that turns pairs of entries by angles, as cosines and sines times the entries.

The matrix is drawn as what it is, deltas and all: `rotary[position, out, in]`, both axes made of the pair and its plane. It
is taken apart into terms: products of factors, whose axes are groups of indices; an index in two groups is a delta.
Two such terms, a cosine with a delta in the pair and a sine with a Levi-Civita tensor, turn; the matrix itself is not made.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from tensordraw.program.fusing import Block, Found, distinct
from tensordraw.program.statements import (
    Add,
    Addend,
    Axis,
    Einsum,
    Fixed,
    Fused,
    Index,
    Name,
    Operand,
    Reshape,
    Spread,
    Statement,
    Turn,
    Type,
)

PAIR = 2


@dataclass(frozen=True, slots=True)
class _Term:
    """A product of factors, each axis of it a group of their indices (or of free ones: deltas)."""

    factors: tuple[Operand, ...]
    axes: tuple[tuple[Index, ...], ...]


@dataclass(frozen=True, slots=True)
class _Matrix:
    """Cosines and sines [position, plane], where the matrix has its position, and how the axes it turns are made: is the
    plane before the pair; does the first of them come out where a positive angle turns the first entry to the second."""

    cosine: Name
    sine: Name
    at: int
    interleaved: bool
    forwards: bool


def turn(block: Block, statement: Statement) -> Found | None:
    """What stands for a value times a matrix that turns it."""
    if not isinstance(statement, Einsum) or len(statement.operands) != 2 or not distinct(statement.operands):
        return None
    for operand, value in itertools.permutations(statement.operands):
        if len(operand.indices) != 3:
            continue
        matrix = _matrix(operand.value, block)
        if matrix is not None and (found := _found(block, statement, operand, value, matrix)) is not None:
            return found
    return None


def _matrix(name: Name, block: Block) -> _Matrix | None:
    """What a value is, seen as a matrix of rotations."""
    if not isinstance(block.defined.get(name), Reshape):
        return None
    terms = _terms(name, block, itertools.count())
    straight = [term for term in terms if len(term.factors) == 1]
    across = [term for term in terms if len(term.factors) == 2]
    if len(straight) != 1 or len(across) != 1:
        return None
    ((cosine,), (sine, sign)) = straight[0].factors, across[0].factors
    if block.kind(sine.value) == "levi_civita":
        sine, sign = sign, sine
    if block.kind(sign.value) != "levi_civita" or len(sign.indices) != PAIR:
        return None
    for term, angle in ((straight[0], cosine), (across[0], sine)):
        if len(angle.indices) != PAIR or (angle.indices[0],) not in term.axes:
            return None
    at = straight[0].axes.index((cosine.indices[0],))
    if across[0].axes[at] != (sine.indices[0],):
        return None
    groups = [[group for place, group in enumerate(term.axes) if place != at] for term in (straight[0], across[0])]
    ((a, b), (c, d)) = groups
    if not all(len(group) == PAIR for group in (a, b, c, d)) or a != b:
        return None
    interleaved = a[0] == cosine.indices[1]
    plane, pair = (0, 1) if interleaved else (1, 0)
    if a[plane] != cosine.indices[1] or c[plane] != sine.indices[1] or d[plane] != sine.indices[1]:
        return None
    if {c[pair], d[pair]} != set(sign.indices) or a[pair] in cosine.indices:
        return None
    return _Matrix(cosine.value, sine.value, at, interleaved, sign.indices == (d[pair], c[pair]))


def _terms(name: Name, block: Block, numbers: itertools.count[int]) -> list[_Term]:
    """The terms whose sum a value is; itself where it is not made of others in a way that is known here."""

    def alone() -> list[_Term]:
        indices = tuple(f"#{next(numbers)}" for _ in block.types[name].axes)
        return [_Term((Operand(name, indices),), tuple((index,) for index in indices))]

    match block.defined.get(name):
        case Reshape(value=value, pattern=pattern) if all(len(out) == 1 for _, out in pattern):
            inner = _terms(value, block, numbers)
            return [
                _Term(t.factors, tuple(tuple(i for axis in before for i in t.axes[axis]) for before, _ in pattern))
                for t in inner
            ]
        case Spread(value=value, indices=indices, output=output):
            inner = _terms(value, block, numbers)
            free = {index: (f"#{next(numbers)}",) for index in output if index not in indices}
            return [
                _Term(t.factors, tuple(free[i] if i in free else t.axes[indices.index(i)] for i in output))
                for t in inner
            ]
        case Einsum(operands=[operand], output=output) if sorted(operand.indices) == sorted(output):
            inner = _terms(operand.value, block, numbers)
            return [_Term(t.factors, tuple(t.axes[operand.indices.index(i)] for i in output)) for t in inner]
        case Einsum(operands=[_, _] as operands, output=output) if distinct(operands) and (
            len(output) == sum(len(operand.indices) for operand in operands)
        ):
            names = {index: f"#{next(numbers)}" for index in output}
            factors = tuple(Operand(o.value, tuple(names[i] for i in o.indices)) for o in operands)
            return [_Term(factors, tuple((names[index],) for index in output))]
        case Add(addends=addends) if all(each.factor == 1 and None not in each.axes for each in addends):
            found = []
            for each in addends:
                axes = [axis for axis in each.axes if axis is not None]
                inner = _terms(each.value, block, numbers)
                found += [_Term(t.factors, tuple(t.axes[axis] for axis in axes)) for t in inner]
            return found
        case _:
            return alone()


def _found(block: Block, einsum: Einsum, matrix: Operand, value: Operand, known: _Matrix) -> Found | None:
    at = matrix.indices[known.at]
    others = [index for index in matrix.indices if index != at]
    into = next((index for index in others if index in value.indices), None)
    if at not in value.indices or at not in einsum.output or into is None or into in einsum.output:
        return None
    out = next(index for index in others if index != into)
    turned = tuple(out if index == into else index for index in value.indices)
    if out in value.indices or sorted(turned) != sorted(einsum.output):
        return None
    # The matrix's first turned axis is the result's where it comes before the one that is summed.
    forwards = known.forwards == (matrix.indices.index(out) < matrix.indices.index(into))
    form = Turn(
        value, known.cosine, known.sine, at, into, tuple(into if i == out else i for i in einsum.output),
        known.interleaved, forwards,
    )  # fmt: skip
    plain = _plain(block, einsum, form, out)
    return Found(einsum.out, frozenset(), (Fused(einsum.out, form, plain, einsum.type),))


def _plain(block: Block, einsum: Einsum, form: Turn, out: Index) -> tuple[Statement, ...]:
    """The statements that say the same: entries as pairs and planes, each times its cosine, the other times its sine."""
    value, types = form.value, block.types
    place = value.indices.index(form.axis)
    known = dict(zip(value.indices, types[value.value].axes, strict=True))
    plane_axis = types[form.cosine].axes[1]
    first, second = ("plane", "pair") if form.interleaved else ("pair", "plane")
    split_axes = {"plane": plane_axis, "pair": Axis("pair", PAIR)}

    def spelt(indices: Sequence[Index], pair: Index) -> tuple[Index, ...]:
        names = {"plane": "#plane", "pair": pair}
        return tuple(n for i in indices for n in ((names[first], names[second]) if i == form.axis else (i,)))

    def type_of(indices: Sequence[Index]) -> Type:
        axes = (([split_axes[first], split_axes[second]] if i == form.axis else [known[i]]) for i in indices)
        return Type(tuple(axis for group in axes for axis in group))

    def name(wish: str) -> Name:
        return block.fresh(f"{einsum.out}_{wish}")

    count = len(value.indices)
    split = tuple(
        ((n,), (n, n + 1) if n == place else (n + (n > place),)) for n in range(count)
    )  # fmt: skip
    merge = tuple((after, before) for before, after in split)
    narrow, wide = spelt(value.indices, "#in"), spelt(value.indices, "#out")
    pairs, sign = name("pairs"), name("sign")
    signs = ("#in", "#out") if form.forwards else ("#out", "#in")
    angles = (form.at, "#plane")
    shape = type_of(value.indices)
    body: list[Statement] = [
        Reshape(pairs, value.value, split, shape),
        Fixed(sign, "levi_civita", Type((Axis("pair0", PAIR), Axis("pair1", PAIR)))),
        Einsum(name("cos"), (Operand(form.cosine, angles), Operand(pairs, narrow)), narrow, shape),
        Einsum(
            name("sin"), (Operand(form.sine, angles), Operand(sign, signs), Operand(pairs, narrow)), wide, shape
        ),
        Add(
            name("turned"),
            (Addend(name("cos"), tuple(range(count + 1))), Addend(name("sin"), tuple(range(count + 1)))), shape,
        ),
    ]  # fmt: skip
    turned = tuple(out if index == form.axis else index for index in value.indices)
    if turned == einsum.output:
        return (*body, Reshape(einsum.out, name("turned"), merge, einsum.type))
    axes = dict(zip(einsum.output, einsum.type.axes, strict=True))
    merged = Reshape(name("merged"), name("turned"), merge, Type(tuple(axes[index] for index in turned)))
    return (*body, merged, replace(einsum, operands=(Operand(merged.out, turned),)))
