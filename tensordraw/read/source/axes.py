"""Axes of size 1, added and dropped without a trace, and the axes that numpy's broadcasting gives.

An array knows what it was before axes of size 1 were added (`Core`), so that dropping them gives that array again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tensordraw.read.source.machine import Machine
from tensordraw.read.source.values import Array, Ax, Core

Place = Sequence[int | None]


def widen(m: Machine, array: Array, at: Sequence[int]) -> Array:
    """The array with new axes of size 1, at these positions of the result."""
    if not at:
        return array
    if array.value.startswith("inf"):
        total = array.rank + len(at)
        rest, left = iter(array.axes), [n for n in range(total) if n not in at]
        pattern = array.pattern and replace(array.pattern, axes=tuple(left[k] for k in array.pattern.axes))
        filled = tuple(m.tape.axis("", 1) if n in at else next(rest) for n in range(total))
        return replace(array, axes=filled, pattern=pattern)
    rank = array.rank + len(at)
    kept = [n for n in range(rank) if n not in at]
    axes = [array.axes[kept.index(n)] if n in kept else m.tape.axis("", 1) for n in range(rank)]
    output = [m.tape.index(axis) for axis in axes]
    wide = m.tape.spread(array, [output[n] for n in kept], output, axes)
    inner = array.core or Core(array, tuple(range(array.rank)))
    core = Core(inner.array, tuple(kept[k] for k in inner.kept))
    lineage = None if array.lineage is None else (array.lineage[0], array.lineage[1] + len(at))
    pattern = array.pattern and replace(array.pattern, axes=tuple(kept[k] for k in array.pattern.axes))
    return replace(wide, integer=array.integer, boolean=array.boolean, lineage=lineage, pattern=pattern, core=core)


def thin(m: Machine, array: Array, drop: Sequence[int]) -> Array:
    """The array without these axes, which have size 1."""
    if not drop:
        return array
    left = [n for n in range(array.rank) if n not in drop]
    pattern = array.pattern and replace(
        array.pattern, axes=tuple(left.index(k) for k in array.pattern.axes if k in left)
    )
    if pattern is not None and array.pattern is not None and len(pattern.axes) < len(array.pattern.axes):
        pattern = None
    if array.value.startswith("inf"):
        return replace(array, axes=tuple(array.axes[n] for n in left), pattern=pattern)
    core = array.core
    if core is not None and not set(drop) & set(core.kept):
        now = [left.index(k) for k in core.kept]
        made = widen(m, core.array, [n for n in range(len(left)) if n not in now])
    else:
        made = array
        for n in sorted(drop, reverse=True):
            made = m.tape.select(made, n, 0)
    return replace(made, integer=array.integer, boolean=array.boolean, pattern=pattern)


def through(m: Machine, array: Array, act: Callable[[Array], Array]) -> Array:
    """An elementwise act on the array without its added axes, which come back afterwards."""
    if array.core is None:
        return act(array)
    made = act(array.core.array)
    return widen(m, made, [n for n in range(array.rank) if n not in array.core.kept])


def align(m: Machine, arrays: Sequence[Array]) -> tuple[list[Ax], list[Array], list[Place]]:
    """The axes of the result, the arrays without axes that are broadcast, and where each has each axis."""
    rank = max(array.rank for array in arrays)
    axes: list[Ax] = []
    places: list[list[int | None]] = [[None] * rank for _ in arrays]
    drops: list[list[int]] = [[] for _ in arrays]
    for k in range(rank):
        present = [(n, k - rank + array.rank) for n, array in enumerate(arrays) if k - rank + array.rank >= 0]
        wide = [(n, p) for n, p in present if not m.tape.one(arrays[n].axes[p].dim)]
        chosen = wide or present
        first = arrays[chosen[0][0]].axes[chosen[0][1]]
        for n, p in chosen[1:]:
            m.tape.unite(first.dim, arrays[n].axes[p].dim)
        names = [arrays[n].axes[p].name for n, p in chosen]
        axes.append(Ax(next((name for name in names if name), ""), first.dim))
        for n, p in present:
            if (n, p) in chosen:
                places[n][k] = p
            else:
                drops[n].append(p)
    thinned: list[Array] = []
    moved: list[Place] = []
    for array, place, drop in zip(arrays, places, drops, strict=True):
        left = [p for p in range(array.rank) if p not in drop]
        thinned.append(thin(m, array, drop))
        moved.append([None if p is None else left.index(p) for p in place])
    return axes, thinned, moved
