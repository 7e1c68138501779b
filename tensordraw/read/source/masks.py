"""Masks and arrays of known entries: eye, tril, triu, where, masked_fill, comparisons, one-hot rows.

A mask is an array of ones and zeros of which the pattern is known; minus infinity is put only where a pattern says so,
and becomes the causal mask of the table.
"""

from __future__ import annotations

from dataclasses import replace

from tensordraw.read.source.arith import complement, elementwise, masked, operate, scaled
from tensordraw.read.source.axes import align, thin, widen
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.values import (
    Array,
    Ax,
    Equality,
    Flag,
    Free,
    Num,
    Opaque,
    Pattern,
    Refusal,
    Text,
    Value,
    number,
)

INFINITY = float("inf")


def eye(m: Machine, rows: Value, columns: Value | None = None, offset: int = 0) -> Array:
    """Ones on a diagonal, `offset` right of the main one."""
    first = Ax("", m.dim(rows))
    if columns is None and not offset:
        return m.tape.fixed("delta", (first, first), pattern=Pattern("diagonal", (0, 1)))
    second = first if columns is None else Ax("", m.dim(columns))
    if not offset and m.tape.dims.find(first.dim) == m.tape.dims.find(second.dim):
        return m.tape.fixed("delta", (first, second))
    return m.tape.fixed("shift", (first, second), offset=-offset)


def delta(m: Machine, axes: int, size: Value) -> Array:
    """Ones where all indices agree."""
    axis = Ax("", m.dim(size))
    return m.tape.fixed("delta", (axis,) * axes)


def levi_civita(m: Machine, size: int) -> Array:
    """The sign of each permutation."""
    axis = m.tape.axis("", size)
    return m.tape.fixed("levi_civita", (axis,) * size)


def triangle(m: Machine, axes: tuple[Ax, Ax], kind: str, offset: int) -> Array:
    """Ones in a triangle."""
    pattern = Pattern(kind, (0, 1), offset)
    lower = offset if kind == "lower" else offset - 1
    same = m.tape.dims.find(axes[0].dim) == m.tape.dims.find(axes[1].dim)
    if lower == 0:
        made = m.tape.fixed("causal_mask", axes)
    elif lower == -1 and same:
        made = m.tape.apply("strictly_lower", m.tape.fixed("ones", axes), (0, 1))
    elif lower == -1:
        raise Refusal("a strict triangle that is not square is not understood")
    else:
        raise Refusal(f"a triangle {abs(lower)} off the main diagonal is not understood")
    made = replace(made, pattern=Pattern("lower", (0, 1), lower), boolean=True)
    return made if kind == "lower" else replace(complement(m, made), pattern=pattern)


def tri(m: Machine, rows: Value, columns: Value | None, offset: int) -> Array:
    """`np.tri`: ones on and below a diagonal."""
    first = Ax("", m.dim(rows))
    return triangle(m, (first, first if columns is None else Ax("", m.dim(columns))), "lower", offset)


def trimmed(m: Machine, value: Value, offset: int, lower: bool) -> Array:
    """tril and triu."""
    array = m.array(value, least=2)
    kind = "lower" if lower else "upper"
    pair = (array.rank - 2, array.rank - 1)
    pattern = array.pattern
    if pattern is not None and pattern.kind == "same":
        axes = (array.axes[-2], array.axes[-1])
        if abs(pattern.number) == INFINITY:
            if pattern.number > 0 or lower:
                raise Refusal("infinity is understood only where a mask puts it")
            return replace(array, pattern=Pattern("hidden", pair, offset))
        ones = triangle(m, axes, kind, offset)
        for n in range(array.rank - 2):
            m.tape.learn(array.axes[n].dim, 1)
        made = widen(m, ones, list(range(array.rank - 2)))
        return made if pattern.number == 1 else scaled(m, made, number(pattern.number).tree)
    if lower and offset in (0, -1):
        return m.tape.apply("lower" if offset == 0 else "strictly_lower", array, pair)
    if not lower and offset in (0, 1):
        made = m.tape.apply("strictly_lower" if offset == 0 else "lower", array, pair)
        rest = operate(m, "-", array, made)
        return m.array(rest)
    raise Refusal(f"a triangle {abs(offset)} off the main diagonal is not understood")


def where(m: Machine, condition: Value, yes: Value, no: Value) -> Array:
    """Entries of one or the other by a mask."""
    mask = m.array(condition)
    known = mask.boolean or (mask.pattern is not None and mask.pattern.kind in ("lower", "upper"))
    if not known and _diagonals(mask) is None:
        raise Refusal("where is understood with a mask that a triangle, an identity or a comparison with 0 makes")
    if _infinite(m, no):
        return hide(m, m.array(yes), complement(m, mask))
    if _infinite(m, yes):
        return hide(m, m.array(no), mask)
    if _zero(m, no):
        kept = _relu(m, mask, yes)
        return kept if kept is not None else _on_mask(m, mask, yes)
    if _zero(m, yes):
        return _on_mask(m, complement(m, mask), no)
    first, second = _on_mask(m, mask, yes), _on_mask(m, complement(m, mask), no)
    return m.array(operate(m, "+", first, second))


def _relu(m: Machine, mask: Array, yes: Value) -> Array | None:
    """where(x > 0, x, 0) is relu."""
    pattern = mask.pattern
    if pattern is not None and pattern.kind == "positive" and isinstance(yes, Array) and yes.value == pattern.value:
        return m.array(elementwise(m, "relu", yes))
    return None


def _on_mask(m: Machine, mask: Array, value: Value) -> Array:
    """The value where the mask is 1; where the mask is identities, that is the value on diagonals."""
    found = _diagonals(mask)
    if not isinstance(value, Num) and found is not None:
        array = m.array(value)
        axes, (_, array), (_, places) = align(m, [mask, array])
        names = [m.tape.index(axis) for axis in axes]
        for first, second in found:
            a, b = (axis - mask.rank + len(axes) for axis in (first, second))
            if places[a] is None or places[b] is not None:
                return m.array(operate(m, "*", mask, value))
            names[b] = names[a]
            m.tape.unite(axes[a].dim, axes[b].dim)
        if all(p is not None or names.count(names[k]) > 1 for k, p in enumerate(places)):
            indices = [""] * array.rank
            for k, p in enumerate(places):
                if p is not None:
                    indices[p] = names[k]
            return m.tape.spread(array, indices, names, axes)
    return m.array(operate(m, "*", mask, value))


def _diagonals(mask: Array) -> list[tuple[int, int]] | None:
    """Pairs of axes of the mask on whose diagonals it is 1."""
    if mask.pattern is None or mask.pattern.kind != "diagonal":
        return None
    return list(zip(mask.pattern.axes[::2], mask.pattern.axes[1::2], strict=True))


def hide(m: Machine, array: Array, mask: Array) -> Array:
    """Minus infinity where the mask is 1."""
    if mask.pattern is None or mask.pattern.kind != "upper":
        raise Refusal("this mask is not understood; minus infinity is understood above a diagonal")
    return masked(m, array, mask)


def _infinite(m: Machine, value: Value) -> bool:
    if isinstance(value, Array):
        return value.pattern is not None and value.pattern.kind == "same" and value.pattern.number <= -1e9
    if not isinstance(value, Num):
        return False
    found = m.tape.value(value)
    # Large negative numbers are written where minus infinity is meant: nothing is left of them after a softmax.
    return found is not None and found <= -1e9


def _zero(m: Machine, value: Value) -> bool:
    if isinstance(value, Array):
        return value.pattern is not None and value.pattern.kind == "same" and value.pattern.number == 0
    return isinstance(value, Num) and m.tape.value(value) == 0


def filled(m: Machine, value: Value, mask: Value, by: Value) -> Array:
    """`masked_fill`: another number where the mask is 1."""
    hidden = m.array(mask)
    if _infinite(m, by):
        return hide(m, m.array(value), hidden)
    kept = m.array(operate(m, "*", complement(m, hidden), value))
    return kept if _zero(m, by) else m.array(operate(m, "+", kept, operate(m, "*", hidden, by)))


def compare(m: Machine, operator: str, left: Value, right: Value) -> Value:
    """A comparison as a mask, as a truth, or as an equation."""
    if isinstance(left, Opaque | Text) or isinstance(right, Opaque | Text):
        if isinstance(left, Text) and isinstance(right, Text) and operator in ("==", "!="):
            return Flag((left.text == right.text) == (operator == "=="))
        return Opaque("a comparison")
    if isinstance(left, Num) and isinstance(right, Num):
        x, y = m.tape.value(left), m.tape.value(right)
        if x is None or y is None:
            return Flag(True) if operator == "==" and left == right else Opaque("a comparison")
        return Flag(
            {"==": x == y, "!=": x != y, "<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}.get(operator, False)
        )
    left = m.array(left) if isinstance(left, Free) else left
    right = m.array(right) if isinstance(right, Free) else right
    if operator in ("<", "<="):
        left, right, operator = right, left, {"<": ">", "<=": ">="}[operator]
    if isinstance(left, Array) and isinstance(right, Num):
        return _with_number(m, operator, left, m.constant(right))
    if isinstance(right, Array) and isinstance(left, Num) and operator in ("==", "!="):
        return _with_number(m, operator, right, m.constant(left))
    if isinstance(right, Array) and isinstance(left, Num) and m.tape.value(left) == 0 and operator == ">":
        return _with_number(m, ">", scaled(m, right, number(-1.0).tree), 0.0)
    a, b = m.array(left), m.array(right)
    ranges = [each.pattern is not None and each.pattern.kind == "range" for each in (a, b)]
    if all(ranges) and a.rank + b.rank > 2:
        return _of_ranges(m, operator, a, b)
    if operator == "==" and any(ranges):
        return _one_hot(m, a, b) if ranges[1] else _one_hot(m, b, a)
    if operator == "==":
        return Equality((a, b))
    raise Refusal(f"this comparison by {operator} is not understood; masks are made by triangles and by > 0")


def _with_number(m: Machine, operator: str, array: Array, value: float) -> Value:
    if array.boolean or (array.pattern is not None and array.pattern.kind in ("lower", "upper")):
        if (operator, value) in (("==", 0.0), ("!=", 1.0)):
            return complement(m, array)
        if (operator, value) in (("==", 1.0), ("!=", 0.0), (">", 0.0)):
            return replace(array, boolean=True)
    if operator == ">" and value == 0:
        made = m.array(elementwise(m, "step", array))
        return replace(made, boolean=True, pattern=Pattern("positive", value=array.value))
    if operator == "==" and not array.boolean:
        return Equality((array, number(value)))
    raise Refusal(f"this comparison by {operator} is not understood; masks are made by triangles and by > 0")


def _of_ranges(m: Machine, operator: str, a: Array, b: Array) -> Array:
    """Triangles and identities by comparing positions: `i[:, None] >= j[None, :]`."""
    rank = max(a.rank, b.rank)
    places = []
    for each in (a, b):
        assert each.pattern is not None
        places.append(each.pattern.axes[0] - each.rank + rank)
    first, second = places
    if sorted(places) != [rank - 2, rank - 1]:
        raise Refusal("this comparison of positions is not understood; compare them along the last two axes")
    dims = {first: a.axes[first - rank + a.rank], second: b.axes[second - rank + b.rank]}
    axes = (dims[rank - 2], dims[rank - 1])
    if operator == "==":
        return widen(m, replace(m.tape.fixed("delta", axes), boolean=True), list(range(rank - 2)))
    m.tape.unite(axes[0].dim, axes[1].dim)
    # a > b with a along the rows: the column is below the row.
    lower = first < second
    offset = (-1 if lower else 1) if operator == ">" else 0
    return widen(m, triangle(m, axes, "lower" if lower else "upper", offset), list(range(rank - 2)))


def _one_hot(m: Machine, ids: Array, classes: Array) -> Array:
    """`ids[..., None] == arange(n)`: a 1 at the position that each id says."""
    if ids.core is None or classes.rank != 1 or not m.tape.one(ids.axes[-1].dim):
        raise Refusal("this comparison is not understood; ids[..., None] == arange(n) makes one-hot rows")
    positions = m.ids(thin(m, ids, [ids.rank - 1]))
    made = m.tape.fixed("one_hot", (*positions.axes, classes.axes[0]), positions)
    return replace(made, boolean=True)


def one_hot(m: Machine, ids: Value, classes: Value) -> Array:
    """A row for each id, with a 1 where the id says."""
    positions = m.ids(ids)
    return m.tape.fixed("one_hot", (*positions.axes, Ax("", m.dim(classes))), positions)


def opposite(m: Machine, value: Value) -> Value:
    """`~mask` and `not`."""
    if isinstance(value, Flag):
        return Flag(not value.on)
    if isinstance(value, Opaque):
        return value
    array = m.array(value)
    if not array.boolean and array.pattern is None:
        raise Refusal("~ is understood of masks only")
    return complement(m, array)


def both(m: Machine, left: Value, right: Value) -> Value:
    """`mask & mask`."""
    a, b = m.array(left), m.array(right)
    made = m.array(operate(m, "*", a, b))
    pairs = [_diagonals(each) for each in (a, b)]
    pattern = None
    if None not in pairs:
        first, second = ((each, found or ()) for each, found in zip((a, b), pairs, strict=True))
        moved = [place - each.rank + made.rank for each, found in (first, second) for pair in found for place in pair]
        pattern = Pattern("diagonal", tuple(moved))
    return replace(made, boolean=True, pattern=pattern)


def arange(m: Machine, size: Value, start: int = 0) -> Array:
    """As many numbers from `start` on: the running sum of ones, less what it begins too late with. One that begins at 0 is
    an index too, and positions that can be compared."""
    counted = m.tape.apply("cumulative_sum", m.tape.fixed("ones", (Ax("", m.dim(size)),)), (0,))
    made = m.array(operate(m, "+", counted, number(start - 1.0)))
    return replace(made, pattern=Pattern("range", (0,))) if start == 0 else made
