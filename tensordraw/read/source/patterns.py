"""einops: rearrange, reduce, repeat, pack-free. Both sides are read as operands of an einsum string are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tensordraw.errors import Error
from tensordraw.read.dims import Dim
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.products import merge, split
from tensordraw.read.source.shapes import permute, stack, total
from tensordraw.read.source.values import Array, Ax, Refusal, Seq, Value, number
from tensordraw.read.spec import ELLIPSIS, Axis, indices, parse, quoted

NAMELESS = "n_"
_SIZE = re.compile(r"(?<![\w.])(?:[2-9]|[1-9]\d+)(?![\w.])")  # a size that has no name


def _sides(pattern: str, rank_of: Machine, value: Value) -> tuple[Array, list[Axis], list[Axis]]:
    """The array and both sides of the pattern, ellipses written out, sizes in it as names like `n2`."""
    pattern = _SIZE.sub(lambda match: f"{NAMELESS}{match.start()}_{match[0]}", pattern)
    before, arrow, after = pattern.partition("->")
    if not arrow or "->" in after:
        raise Refusal(f"the pattern {quoted(pattern)} needs one arrow")
    try:
        left = parse(before, named=True).operands
        right = parse(after, named=True).operands
    except Error as error:
        raise Refusal(str(error).rstrip(".")) from error
    if len(left) > 1 or len(right) > 1:
        raise Refusal(f"the pattern {quoted(pattern)} is of one array")
    items, output = list(left[0]), list(right[0])
    if isinstance(value, Seq):
        value = stack(rank_of, value.items, number(0.0))
    dots = ELLIPSIS in items
    array = rank_of.array(value, least=len(items) - 1) if dots else rank_of.array(value, rank=len(items))
    names = [f"batch{k}" for k in range(array.rank - len(items) + 1)] if dots else []
    return array, _expanded(items, names), _expanded(output, names)


def _expanded(items: Sequence[Axis], names: Sequence[str]) -> list[Axis]:
    found: list[Axis] = []
    for item in items:
        if item == ELLIPSIS:
            found += names
        elif isinstance(item, tuple) and ELLIPSIS in item:
            at = item.index(ELLIPSIS)
            found.append((*item[:at], *names, *item[at + 1 :]))
        else:
            found.append(item)
    return found


def _split(
    m: Machine, pattern: str, value: Value, sizes: Mapping[str, Value]
) -> tuple[Array, list[str], list[Axis], dict[str, Dim]]:
    array, items, output = _sides(pattern, m, value)
    dims = {name: m.dim(size) for name, size in sizes.items()}
    for index in [*indices(items), *indices(output)]:
        if index not in dims and index.startswith(NAMELESS) and index.rpartition("_")[2].isdecimal():
            dims[index] = m.tape.dims.new("", int(index.rpartition("_")[2]), "in the text")
        elif index not in dims:
            dims[index] = m.tape.dims.new("" if index.startswith("batch") else index)
    array, plain = split(m, array, items, dims)
    axes = []
    for index, axis in zip(plain, array.axes, strict=True):
        m.tape.unite(dims[index], axis.dim)
        axes.append(Ax(axis.name if index.startswith("batch") else index, axis.dim))
    return replace(array, axes=tuple(axes)), plain, output, dims


def rearrange(m: Machine, value: Value, pattern: str, sizes: Mapping[str, Value]) -> Array:
    """Axes reordered, merged and split."""
    array, plain, output, _ = _split(m, pattern, value, sizes)
    order = list(indices(output))
    if sorted(order) != sorted(plain):
        odd = next((index for index in [*order, *plain] if (index in order) != (index in plain)), order[0])
        raise Refusal(f"the index {odd!r} of {quoted(pattern)} stands on one side only")
    return merge(m, permute(m, array, [plain.index(index) for index in order]), output)


def reduce(m: Machine, value: Value, pattern: str, how: str, sizes: Mapping[str, Value]) -> Array:
    """Axes that the right side lacks are summed, or averaged, or their largest entry is taken."""
    array, plain, output, _ = _split(m, pattern, value, sizes)
    order = list(indices(output))
    gone = [index for index in plain if index not in order]
    if set(order) - set(plain):
        raise Refusal(f"the index {next(iter(set(order) - set(plain)))!r} of {quoted(pattern)} is not on its left side")
    if how in ("sum", "mean") and gone:
        axes = Seq(tuple(number(float(plain.index(index))) for index in gone))
        array = total(m, array, axes, False, mean=how == "mean")
    elif how == "max":
        for index in reversed(gone):
            array = m.tape.apply("max", array, [plain.index(index)])
            plain = [each for each in plain if each != index]
    elif gone:
        raise Refusal(f"reducing by {how!r} is not understood; sum, mean and max are")
    left = [index for index in plain if index in order]
    return merge(m, permute(m, array, [left.index(index) for index in order]), output)


def repeat(m: Machine, value: Value, pattern: str, sizes: Mapping[str, Value]) -> Array:
    """New axes, along which the array is the same."""
    array, plain, output, dims = _split(m, pattern, value, sizes)
    order = list(indices(output))
    lost = [index for index in plain if index not in order]
    if lost:
        raise Refusal(f"the index {lost[0]!r} of {quoted(pattern)} is not on its right side")
    if sorted(order) == sorted(plain):
        return merge(m, permute(m, array, [plain.index(index) for index in order]), output)
    known = dict(zip(plain, array.axes, strict=True))
    axes = [known.get(index) or Ax(index, dims[index]) for index in order]
    made = m.tape.spread(array, plain, order, axes)
    return merge(m, made, output)
