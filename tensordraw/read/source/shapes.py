"""Axes moved, merged, split, added and dropped: reshape, transpose, squeeze, expand, stack, split.

A reshape is understood by the sizes' parts: `C` into `(heads, C // heads)` splits whatever `C` is, since the parts are
kept as products (`Tape.split`). What neither merges nor splits neighbouring axes is merged wholly and split again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from tensordraw.program.expressions import Binary
from tensordraw.program.statements import Einsum
from tensordraw.read.source.arith import scaled
from tensordraw.read.source.axes import thin, widen
from tensordraw.read.source.machine import ONE, Machine
from tensordraw.read.source.tape import axis_num
from tensordraw.read.source.values import Array, Ax, Core, Num, Refusal, Seq, Size, Value, number

Groups = list[tuple[tuple[int, ...], tuple[int, ...]]]


def permute(m: Machine, array: Array, order: Sequence[int]) -> Array:
    """The array with its axes in another order: axis k of the result is `order[k]` of the array."""
    if sorted(order) != list(range(array.rank)):
        raise Refusal(f"{tuple(order)} is no order of {array.rank} axes")
    if list(order) == list(range(array.rank)):
        return array
    pattern = array.pattern and replace(array.pattern, axes=tuple(list(order).index(k) for k in array.pattern.axes))
    axes = tuple(array.axes[k] for k in order)
    if array.value.startswith("inf"):
        return replace(array, axes=axes, pattern=pattern)
    operand, indices = array, m.tape.indices(array)
    output = [indices[k] for k in order]
    made = m.tape.defined.get(array.value)
    if isinstance(made, Einsum) and len(made.operands) == 1 and not m.tape.is_named(array.value):
        given = made.operands[0]
        if len(set(given.indices)) == len(given.indices) == len(made.output):
            # A transpose of a transpose: two moves are one.
            back = [made.output.index(index) for index in given.indices]
            operand = Array(given.value, tuple(array.axes[k] for k in back), array.integer)
            indices = [indices[k] for k in back]
    if indices == output:
        return replace(operand, pattern=pattern, lineage=array.lineage, boolean=array.boolean)
    moved = m.tape.einsum([(operand, indices)], output, thought="permuted")
    core = None
    if array.core is not None:
        inner = array.core
        now = [list(order).index(k) for k in inner.kept]
        rank = sorted(range(len(now)), key=lambda n: now[n])
        core = Core(permute(m, inner.array, rank), tuple(sorted(now)))
    return replace(
        moved,
        axes=axes,
        integer=array.integer,
        lineage=array.lineage,
        pattern=pattern,
        boolean=array.boolean,
        core=core,
    )


def swap(m: Machine, value: Value, first: Value, second: Value) -> Array:
    """Two axes traded."""
    array, _ = m.along(value, first)
    array, b = m.along(array, second)
    a = m.position(first, array.rank)
    order = list(range(array.rank))
    order[a], order[b] = order[b], order[a]
    return permute(m, array, order)


def move(m: Machine, value: Value, source: Value, target: Value) -> Array:
    """Axes moved to other places, the rest in order."""
    array = m.array(value)
    for each in (*_items(source), *_items(target)):
        array, _ = m.along(array, each)
    sources, targets = m.positions(source, array.rank), m.positions(target, array.rank)
    order = [k for k in range(array.rank) if k not in sources]
    for at, k in sorted(zip(targets, sources, strict=True)):
        order.insert(at, k)
    return permute(m, array, order)


def _items(value: Value) -> tuple[Value, ...]:
    return value.items if isinstance(value, Seq) else (value,)


def unsqueeze(m: Machine, value: Value, axis: Value) -> Array:
    """New axes of size 1, counted in the result."""
    array = m.array(value)
    rank = array.rank + len(_items(axis))
    return widen(m, array, sorted(m.positions(axis, rank)))


def squeeze(m: Machine, value: Value, axis: Value | None) -> Array:
    """The array without axes of size 1: those named, or all that are known to be."""
    array = m.array(value)
    if axis is None:
        return thin(m, array, [k for k, each in enumerate(array.axes) if m.tape.one(each.dim)])
    for each in _items(axis):
        array, _ = m.along(array, each)
    drop = m.positions(axis, array.rank)
    for k in drop:
        m.tape.learn(array.axes[k].dim, 1)
    return thin(m, array, drop)


# -------------------------------------------------------------------------------------------------------- reshape


def reshape(m: Machine, value: Value, shape: Sequence[Value]) -> Array:
    """The same entries row by row in another shape, of which one size may be -1."""
    array = m.array(value)
    sizes: list[Size | None] = []
    for item in shape:
        num = m.number(item)
        if m.tape.whole(num) == -1:
            sizes.append(None)
        elif num.size is not None:
            sizes.append(num.size)
        else:
            sizes.append(m.tape.size(m.dim(item)))
    if sizes.count(None) > 1:
        raise Refusal("a shape has -1 more than once")
    if None in sizes:
        rest = m.tape.total(axis.dim for axis in array.axes)
        for size in sizes:
            rest = rest if size is None else rest.times(m.tape.reduced(size), -1)
        sizes = [rest if size is None else size for size in sizes]
    return regroup(m, array, [size for size in sizes if size is not None])


def regroup(m: Machine, array: Array, sizes: Sequence[Size]) -> Array:
    """The array in a shape of these sizes."""
    dims = [m.tape.dim(size) for size in sizes]
    sizes = [m.tape.reduced(size) for size in sizes]
    before = [m.tape.size(axis.dim) for axis in array.axes]
    if [size for size in before if size != Size()] == [size for size in sizes if size != Size()]:
        thinned = thin(m, array, [n for n, size in enumerate(before) if size == Size()])
        for axis, dim in zip(
            thinned.axes, [d for d, size in zip(dims, sizes, strict=True) if size != Size()], strict=True
        ):
            m.tape.unite(axis.dim, dim)
        return widen(m, thinned, [n for n, size in enumerate(sizes) if size == Size()])
    groups = _groups(m, before, list(sizes), array)
    axes: list[Ax | None] = [None] * len(sizes)
    many = False
    for ins, outs in groups:
        if len(ins) == len(outs) == 1:
            axes[outs[0]] = array.axes[ins[0]]
            m.tape.unite(array.axes[ins[0]].dim, dims[outs[0]])
            continue
        if len(ins) == 1 and outs:
            m.tape.split(array.axes[ins[0]].dim, [dims[n] for n in outs])
        many = many or (len(ins) > 1 and len(outs) > 1)
    found = [axis or Ax("", dim) for axis, dim in zip(axes, dims, strict=True)]
    if all(len(ins) == len(outs) == 1 for ins, outs in groups):
        return array
    if not many:
        return m.tape.reshape(array, groups, found)
    merged: Groups = []
    middle: list[Ax] = []
    split: Groups = []
    for ins, outs in groups:
        at = (len(middle),)
        merged.append((ins, at))
        split.append((at, outs))
        alone = len(ins) == 1
        middle.append(array.axes[ins[0]] if alone else Ax("", m.tape.dim(m.tape.total(array.axes[n].dim for n in ins))))
    return m.tape.reshape(m.tape.reshape(array, merged, middle), split, found)


def _groups(m: Machine, before: list[Size], after: list[Size], array: Array) -> Groups:
    """Which neighbouring axes become which: the smallest groups whose sizes agree."""
    found: Groups = []
    i = j = 0
    while i < len(before) or j < len(after):
        ins, outs = [i] if i < len(before) else [], [j] if j < len(after) else []
        i, j = i + len(ins), j + len(outs)
        while True:
            left, right = _product(before, ins), _product(after, outs)
            if left == right:
                break
            numbers = not left.powers and not right.powers
            if i < len(before) and (_divides(left, right) or (numbers and left.number < right.number)):
                ins.append(i)
                i += 1
            elif j < len(after) and (_divides(right, left) or (numbers and right.number < left.number)):
                outs.append(j)
                j += 1
            elif _product(before, [*ins, *range(i, len(before))]) == _product(after, [*outs, *range(j, len(after))]):
                ins, outs = [*ins, *range(i, len(before))], [*outs, *range(j, len(after))]
                i, j = len(before), len(after)
            elif len(ins) == 1 and i == len(before) and outs and not numbers:
                # The last axis is all that is left: it is whatever the sizes that are left say.
                outs += range(j, len(after))
                j = len(after)
                _learn(m, array.axes[ins[0]].dim, _product(after, outs))
                break
            elif len(before) - i == len(after) - j and len(ins) == len(outs) == 1 and not numbers:
                m.tape.unite(m.tape.dim(left), m.tape.dim(right))
                break
            else:
                shown = " x ".join(str(m.tape.dims.size(axis.dim) or "?") for axis in array.axes) or "no axes"
                raise Refusal(f"an array of shape {shown} cannot be seen in this shape; give the sizes of its axes")
        found.append((tuple(ins), tuple(outs)))
    return _joined(found)


def _learn(m: Machine, dim: int, size: Size) -> None:
    """The dim has this size, if that is a number; else it is the product of the parts that it is split into."""
    if not size.powers:
        m.tape.learn(dim, int(size.number))


def _joined(groups: Groups) -> Groups:
    """Groups of which one side is empty (axes of size 1 at the end) joined to their neighbour."""
    found: Groups = []
    for ins, outs in groups:
        if found and (not ins or not outs):
            before = found.pop()
            ins, outs = before[0] + ins, before[1] + outs
        found.append((ins, outs))
    return found


def _product(sizes: Sequence[Size], which: Sequence[int]) -> Size:
    made = Size()
    for n in which:
        made = made.times(sizes[n])
    return made


def _divides(one: Size, other: Size) -> bool:
    return other.times(one, -1).whole


def flatten(m: Machine, value: Value, start: int = 0, end: int = -1) -> Array:
    """Neighbouring axes merged."""
    array = m.array(value, least=max(start, end, -end - 1, -start - 1) + (1 if max(start, end) >= 0 else 0))
    first, last = start % max(array.rank, 1), end % max(array.rank, 1)
    inner = [axis.dim for axis in array.axes[first : last + 1]]
    sizes = [m.tape.size(axis.dim) for axis in array.axes]
    return regroup(m, array, [*sizes[:first], m.tape.total(inner), *sizes[last + 1 :]])


def unflatten(m: Machine, value: Value, axis: Value, shape: Value) -> Array:
    """One axis split."""
    array, at = m.along(value, axis)
    sizes: list[Value] = [Num(ONE, m.tape.size(each.dim)) for each in array.axes]
    return reshape(m, array, [*sizes[:at], *_items(shape), *sizes[at + 1 :]])


# -------------------------------------------------------------------------------------------- repeated and joined


def expand(m: Machine, value: Value, shape: Sequence[Value]) -> Array:
    """The array repeated along axes of size 1 and new ones; -1 keeps an axis."""
    array = m.array(value)
    more = len(shape) - array.rank
    if more < 0:
        array = m.array(array, rank=len(shape))
        more = 0
    drop: list[int] = []
    axes: list[Ax] = []
    for k, item in enumerate(shape):
        old = array.axes[k - more] if k >= more else None
        if old is not None and m.tape.whole(m.number(item)) == -1:
            axes.append(old)
            continue
        dim = m.dim(item)
        if old is not None and m.tape.one(old.dim) and not m.tape.one(dim):
            drop.append(k - more)
        elif old is not None:
            m.tape.unite(old.dim, dim)
        kept = old is not None and k - more not in drop
        axes.append(old if kept and old is not None else Ax("", dim))
    left = [k for k in range(array.rank) if k not in drop]
    inner = thin(m, array, drop)
    if len(left) == len(axes):
        return inner
    output = [m.tape.index(axis) for axis in axes]
    pattern = array.pattern and replace(array.pattern, axes=tuple(k + more for k in array.pattern.axes))
    made = m.tape.spread(inner, [output[k + more] for k in left], output, axes)
    return replace(made, integer=array.integer, boolean=array.boolean, pattern=pattern)


def parts(m: Machine, value: Value, axis: Value, count: int) -> Seq:
    """The array cut into equal parts along an axis."""
    array, at = m.along(value, axis)
    whole = m.tape.size(array.axes[at].dim)
    piece = whole.times(Size(Fraction(count)), -1)
    if not piece.powers and piece.number.denominator != 1:
        raise Refusal(f"an axis of size {whole.number} cannot be cut into {count} equal parts")
    sizes = [m.tape.size(each.dim) for each in array.axes]
    name = array.axes[at].name
    if count == 1:
        return Seq((array,))
    split = regroup(m, array, [*sizes[:at], Size(Fraction(count)), piece, *sizes[at + 1 :]])
    split = replace(split, axes=tuple(Ax(name, a.dim) if k == at + 1 else a for k, a in enumerate(split.axes)))
    return Seq(tuple(m.tape.select(split, at, n) for n in range(count)))


def stack(m: Machine, items: Sequence[Value], axis: Value) -> Array:
    """Arrays of one shape beside each other along a new axis."""
    arrays = [m.array(item) for item in items]
    if not arrays:
        raise Refusal("a stack of nothing is not understood")
    rank = max(array.rank for array in arrays)
    arrays = [m.array(array, rank=rank) for array in arrays]
    at = m.position(axis, rank + 1)
    new = m.tape.axis("", len(arrays))
    rows = [thin(m, each, []) for each in arrays]
    for each in rows[1:]:
        for one, other in zip(rows[0].axes, each.axes, strict=True):
            m.tape.unite(one.dim, other.dim)
    axes = [*rows[0].axes[:at], new, *rows[0].axes[at:]]
    addends = []
    for n, each in enumerate(rows):
        unit = m.tape.fixed("shift", (new, m.tape.axis("", 1)), offset=n)
        unit = m.tape.select(unit, 1, 0)
        indices, place = m.tape.indices(each), m.tape.index(new)
        output = [*indices[:at], place, *indices[at:]]
        addends.append((m.tape.einsum([(each, indices), (unit, [place])], output), tuple(range(rank + 1)), ONE))
    return m.tape.add(addends, axes)


def join(m: Machine, items: Sequence[Value], axis: Value) -> Array:
    """Arrays one after the other along an axis, whose sizes have to be known."""
    arrays = [m.along(item, axis)[0] for item in items]
    rank = max(array.rank for array in arrays)
    arrays = [m.array(array, rank=rank) for array in arrays]
    at = m.position(axis, rank)
    sizes = [m.tape.dims.size(array.axes[at].dim) for array in arrays]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        raise Refusal("arrays are joined along an axis whose size is not known; give the sizes")
    whole = m.tape.axis(arrays[0].axes[at].name, sum(known))
    addends, start = [], 0
    for array, size in zip(arrays, known, strict=True):
        for k in range(rank):
            if k != at:
                m.tape.unite(arrays[0].axes[k].dim, array.axes[k].dim)
        unit = m.tape.fixed("shift", (whole, array.axes[at]), offset=start)
        indices, place = m.tape.indices(array), m.tape.index(whole)
        output = [*indices[:at], place, *indices[at + 1 :]]
        made = m.tape.einsum([(array, indices), (unit, [place, indices[at]])], output)
        addends.append((made, tuple(range(rank)), ONE))
        start += size
    axes = [*arrays[0].axes[:at], whole, *arrays[0].axes[at + 1 :]]
    return m.tape.add(addends, axes)


def repeated(m: Machine, value: Value, shape: Sequence[Value]) -> Array:
    """`torch.Tensor.repeat` and `np.tile` where every axis has size 1 or is taken once."""
    array = m.array(value)
    counts = [m.number(item) for item in shape]
    array = widen(m, array, list(range(max(0, len(counts) - array.rank))))
    counts = [number(1.0)] * (array.rank - len(counts)) + counts
    wanted: list[Value] = []
    for axis, count in zip(array.axes, counts, strict=True):
        if m.tape.whole(count) == 1:
            wanted.append(number(-1.0))
        elif m.tape.one(axis.dim):
            wanted.append(count)
        else:
            raise Refusal("repeating an axis that has a size already is not understood")
    return expand(m, array, wanted)


def total(m: Machine, value: Value, axis: Value | None, keep: bool, mean: bool = False) -> Array:
    """The sum over axes, or over all; with `keep` they stay with size 1."""
    array = m.array(value)
    if axis is not None:
        for each in _items(axis):
            array, _ = m.along(array, each)
    gone = list(range(array.rank)) if axis is None else sorted(m.positions(axis, array.rank))
    if mean and len(gone) == 1:
        made = m.tape.apply("mean", array, gone)
    else:
        indices = m.tape.indices(array)
        made = m.tape.einsum([(array, indices)], [i for n, i in enumerate(indices) if n not in gone], thought="total")
        if mean:
            count = m.tape.total(array.axes[n].dim for n in gone)
            made = scaled(m, made, Binary("/", ONE, axis_num(m.tape.dim(count)).tree))
    if array.lineage is not None and axis is not None:
        made = replace(made, lineage=(array.lineage[0], array.lineage[1] - len(gone)))
    return widen(m, made, gone) if keep else made
