"""Square brackets: integers, slices, new axes, ids that gather rows, and the same on tuples and shapes."""

from __future__ import annotations

from dataclasses import replace

from tensordraw.program.statements import Fixed
from tensordraw.read.source.axes import widen
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.tape import axis_num
from tensordraw.read.source.values import (
    Array,
    Ax,
    Cut,
    Dots,
    Free,
    Layer,
    Nothing,
    Num,
    Refusal,
    Seq,
    Sizes,
    Table,
    Turn,
    Value,
    in_words,
)


def subscript(m: Machine, value: Value, index: Value) -> Value:
    """`value[index]`."""
    match value:
        case Seq(items):
            return _item(m, items, index)
        case Sizes(owner):
            if isinstance(index, Num):
                array, at = m.along(owner, index)
                return axis_num(array.axes[at].dim)
            return subscript(m, shape_of(m, m.array(owner)), index)
        case Table(items):
            key = m.text(index)
            if key not in items:
                raise Refusal(f"there is no key {key!r}")
            return items[key]
        case Layer():
            raise Refusal("indexing a layer is not understood")
        case _:
            return _indexed(m, value, list(index.items) if isinstance(index, Seq) else [index])


def _item(m: Machine, items: tuple[Value, ...], index: Value) -> Value:
    if isinstance(index, Cut):
        ends = [
            None if isinstance(each, Nothing) else m.integer(each) for each in (index.start, index.stop, index.step)
        ]
        return Seq(items[slice(*ends)])
    if isinstance(index, Turn):
        raise Refusal("a list indexed by a loop's variable is not understood; stack its arrays into one")
    at = m.integer(index)
    if not -len(items) <= at < len(items):
        raise Refusal(f"there is no item {at} in a list of {len(items)}")
    return items[at]


def _indexed(m: Machine, value: Value, items: list[Value]) -> Array:
    used = sum(not isinstance(item, Nothing | Dots) for item in items)
    rows = any(isinstance(item, Array | Free) for item in items)
    table = isinstance(value, Free) and value.name not in {*m.facts.ranks, *m.facts.axes, *m.given}
    if any(isinstance(item, Turn) for item in items) and isinstance(value, Free) and used == 1:
        m.stacked(value, value.name)
    # What ids look up is a table of rows, whatever its name.
    array = m.array(value, least=max(used, 2) if rows and table else used)
    if any(isinstance(item, Dots) for item in items):
        at = next(n for n, item in enumerate(items) if isinstance(item, Dots))
        full = Cut(Nothing(), Nothing(), Nothing())
        items = [*items[:at], *[full] * (array.rank - used), *items[at + 1 :]]
    if sum(isinstance(item, Dots) for item in items):
        raise Refusal("an index has an ellipsis more than once")
    gathers = [n for n, item in enumerate(items) if isinstance(item, Array | Free)]
    if len(gathers) > 1:
        raise Refusal("indexing by several arrays at once is not understood")
    plain = [n for n, item in enumerate(items) if isinstance(item, Num | Turn)]
    if gathers and plain and {*range(min(*gathers, *plain), max(*gathers, *plain) + 1)} != {*gathers, *plain}:
        raise Refusal("an array and integers with slices between them are not understood in one index")
    new: list[int] = []
    axis = place = 0
    for item in items:
        match item:
            case Nothing():
                new.append(place)
                place += 1
            case Cut():
                array = cut(m, array, axis, item)
                axis, place = axis + 1, place + 1
            case Num():
                array = _select(m, array, axis, m.integer(item))
            case Turn(index, count):
                size = m.tape.dims.size(array.axes[axis].dim)
                if size is None:
                    m.tape.unite(array.axes[axis].dim, count)
                else:
                    turns = m.tape.dims.size(count)
                    if turns is None:
                        m.tape.learn(count, size)
                    elif turns > size:
                        raise Refusal(f"a loop of {turns} turns indexes an axis of size {size}")
                array = m.tape.select(array, axis, index)
            case Array() | Free():
                before = array.rank
                array = gather(m, array, axis, item)
                axis, place = axis + array.rank - before + 1, place + array.rank - before + 1
            case Seq():
                raise Refusal("a list of positions is not understood; give them as an array of ids")
            case _:
                raise Refusal(f"{in_words(item)} is not understood as an index")
    return widen(m, array, new)


def _select(m: Machine, array: Array, axis: int, at: int) -> Array:
    size = m.tape.dims.size(array.axes[axis].dim)
    least = at + 1 if at >= 0 else -at
    if size is not None and least > size:
        raise Refusal(f"there is no position {at} on an axis of size {size}")
    if size is None:
        m.tape.within.append((m.tape.dims.new("", least, "in the text"), array.axes[axis].dim, 0))
    if array.core is not None and axis not in array.core.kept:
        left = [k for k in range(array.rank) if k != axis]
        now = [left.index(k) for k in array.core.kept]
        return widen(m, array.core.array, [n for n in range(len(left)) if n not in now])
    return m.tape.select(array, axis, at)


def gather(m: Machine, table: Array, axis: int, ids: Value) -> Array:
    """Rows of the table at these ids, whose axes stand where the axis stood."""
    if isinstance(ids, Array) and ids.pattern is not None and ids.pattern.kind == "range" and ids.rank == 1:
        return cut_to(m, table, axis, 0, ids.axes[0].dim)
    positions = m.ids(ids)
    return m.tape.gather(table, axis, positions)


def cut(m: Machine, array: Array, axis: int, item: Cut) -> Array:
    """A slice of one axis."""
    if not isinstance(item.step, Nothing) and m.constant(item.step) != 1:
        raise Refusal("slices with a step are not understood")
    start = 0 if isinstance(item.start, Nothing) else m.integer(item.start)
    dim = array.axes[axis].dim
    size = m.tape.dims.size(dim)
    if isinstance(item.stop, Nothing) and not start:
        return array
    if start < 0 and size is None:
        raise Refusal("a slice counted from the end needs the size of its axis; give the sizes")
    start = max(0, start + (size or 0)) if start < 0 else start
    stop = None if isinstance(item.stop, Nothing) else m.number(item.stop)
    last = size if stop is None else m.tape.whole(stop)
    if last is not None and (size is not None or last >= 0):
        if size is not None:
            last = min(size, last + size if last < 0 else last)
        if last - start < 1:
            raise Refusal("a slice without entries is not understood")
        if start == 0 and last == size:
            return array
        return cut_to(m, array, axis, start, m.tape.dims.new("", last - start, "in the text"))
    if stop is not None and last is None:
        end = m.dim(stop)
        if start:
            raise Refusal("a slice that begins inside and ends at an unknown size is not understood")
        return cut_to(m, array, axis, 0, end)
    new = m.tape.dims.new("")
    m.tape.shorter.append((new, dim, start - (last or 0)))
    return _shifted(m, array, axis, start, new)


def cut_to(m: Machine, array: Array, axis: int, start: int, dim: int) -> Array:
    """`start` entries left out, then as many kept as the dim says."""
    whole = array.axes[axis].dim
    size, kept = m.tape.dims.size(whole), m.tape.dims.size(dim)
    if not start and (m.tape.dims.find(whole) == m.tape.dims.find(dim) or (size is not None and size == kept)):
        return array
    if not start and size is None and kept is None and not m.tape.dims.name(dim):
        m.tape.unite(whole, dim)
        return array
    if size is not None and kept is not None and start + kept > size:
        raise Refusal(f"a slice of {kept} entries is longer than its axis, which has size {size}")
    m.tape.within.append((dim, whole, start))
    return _shifted(m, array, axis, start, dim)


def _shifted(m: Machine, array: Array, axis: int, start: int, dim: int) -> Array:
    new = Ax(array.axes[axis].name, dim)
    made = m.tape.defined.get(array.value)
    if isinstance(made, Fixed) and made.kind in ("delta", "shift") and array.rank == 2:
        # Part of an identity is an identity that is shifted.
        axes = (new, array.axes[1]) if axis == 0 else (array.axes[0], new)
        return m.tape.fixed("shift", axes, offset=made.offset + (start if axis else -start))
    rows = m.tape.fixed("shift", (new, array.axes[axis]), offset=-start)
    indices = m.tape.indices(array)
    place = m.tape.index(new)
    output = [place if k == axis else index for k, index in enumerate(indices)]
    result = m.tape.einsum([(array, indices), (rows, [place, indices[axis]])], output, thought="part")
    return result if array.pattern is None else _with_pattern(array, result, axis, start)


def _with_pattern(array: Array, result: Array, axis: int, start: int) -> Array:
    """A triangle's corner is a triangle."""
    if (
        array.pattern is not None
        and array.pattern.kind in ("lower", "upper")
        and axis in array.pattern.axes
        and not start
    ):
        return replace(result, pattern=array.pattern, boolean=array.boolean)
    return result


def shape_of(m: Machine, array: Array) -> Seq:
    """The sizes of the axes."""
    return Seq(tuple(axis_num(axis.dim) for axis in array.axes))
