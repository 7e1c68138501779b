"""Cells in columns: an order in each with few crossings, and heights that make wires straight."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from tensordraw.figure.display import Box

APART = 22.0  # between bodies of one column
LANE = 8.0  # between a lane and what is beside it
_SWEEPS = 6
_SETTLES = 8
_FIRM = 1e9
STREAM = 1e8  # the pull of the main stream
Key = TypeVar("Key", bound=Hashable)
# What a cell is linked to on the left and on the right: the other cell, how much lower it is than straight on, a weight.
_Near: TypeAlias = dict[Key, tuple[list[tuple[Key, float, float]], list[tuple[Key, float, float]]]]


@dataclass(slots=True)
class Cell:
    """What stands in a column: a body with its box, or the lane of a wire; `place` is a first guess of its order."""

    depth: int
    box: Box
    place: float
    lane: bool = False
    loose: bool = False  # a lane that may end at any height: it follows what it comes from
    pull: float = 1.0  # how much it matters that its wires are straight
    beside: Hashable | None = None  # the operation that a lane turns into, from below or above
    below: bool = True


@dataclass(slots=True)
class Edge:
    """A link from a cell of one column to one of the next on the right, with its height at both."""

    left: Hashable
    right: Hashable
    off_left: float = 0.0
    off_right: float = 0.0


def ordered(
    cells: Mapping[Key, Cell], edges: Sequence[Edge], level: Sequence[tuple[Hashable, Hashable]] = ()
) -> list[list[Key]]:
    """The columns from left to right, each from top to bottom; `level` are links within a column."""
    right: dict[Hashable, list[tuple[Hashable, float]]] = {}
    left: dict[Hashable, list[tuple[Hashable, float]]] = {}
    for edge in edges:
        right.setdefault(edge.left, []).append((edge.right, edge.off_right))
        left.setdefault(edge.right, []).append((edge.left, edge.off_left))
    best: list[list[Key]] = []
    least = -1
    walked = _walked(cells, left, right, level)
    given = {key: cell.place for key, cell in cells.items()}
    for guess, phase in ((given, 0), (walked, 1), (walked, 0), (given, 1)):
        columns = _by_depth(cells, guess)
        for sweep in range(phase, _SWEEPS + phase):
            count = _crossings(columns, edges, cells, level)
            if least < 0 or count < least:
                best, least = [list(column) for column in columns], count
            if not count:
                return best
            where: dict[Hashable, float] = {key: float(k) for column in columns for k, key in enumerate(column)}
            met = left if sweep % 2 == 1 else right
            for column in columns if sweep % 2 == 1 else columns[::-1]:
                means = {key: _mean(met.get(key, ()), where, where[key]) for key in column}
                order = sorted((means[key], where[key], k) for k, key in enumerate(column))
                column[:] = _beside([column[k] for _, _, k in order], cells)
                where.update((key, float(k)) for k, key in enumerate(column))
    return best


def _by_depth(cells: Mapping[Key, Cell], guess: Mapping[Key, float]) -> list[list[Key]]:
    """Columns from left to right, in the order of a guess."""
    deep: dict[int, list[Key]] = {}
    for key, cell in cells.items():
        deep.setdefault(cell.depth, []).append(key)
    return [_beside(sorted(deep[depth], key=lambda key: guess[key]), cells) for depth in sorted(deep, reverse=True)]


def _beside(column: list[Key], cells: Mapping[Key, Cell]) -> list[Key]:
    """The column with lanes that turn into an operation right above or below it."""
    if all(cells[key].beside is None for key in column):
        return column
    out: list[Key] = []
    for key in column:
        if cells[key].beside is None:
            turning = [other for other in column if cells[other].beside == key]
            out += [other for other in turning if not cells[other].below]
            out.append(key)
            out += [other for other in turning if cells[other].below]
    return out


def _walked(
    cells: Mapping[Key, Cell], left: Mapping[Hashable, Sequence[tuple[Hashable, float]]],
    right: Mapping[Hashable, Sequence[tuple[Hashable, float]]], level: Sequence[tuple[Hashable, Hashable]],
) -> dict[Key, float]:  # fmt: skip
    """The order in which cells are met on a walk along the wires, from the last column on."""
    beside: dict[Hashable, list[Hashable]] = {}
    for one, other in level:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    met: dict[Hashable, float] = {}
    for start in sorted(cells, key=lambda key: (cells[key].depth, cells[key].place)):
        stack: list[Hashable] = [start]
        while stack:
            key = stack.pop()
            if key in met:
                continue
            met[key] = float(len(met))
            ends = sorted(left.get(key, ()), key=lambda end: end[1])
            onward = [*(o for o, _ in ends), *beside.get(key, ()), *(o for o, _ in right.get(key, ()))]
            stack += [other for other in reversed(onward) if other not in met]
    return {key: met[key] for key in cells}


def _mean(ends: Sequence[tuple[Hashable, float]], where: Mapping[Hashable, float], otherwise: float) -> float:
    """Mean order of what a cell is linked to in the next column."""
    return sum(where[other] + off / 100.0 for other, off in ends) / len(ends) if ends else otherwise


def _crossings(
    columns: Sequence[Sequence[Key]], edges: Sequence[Edge], cells: Mapping[Key, Cell],
    level: Sequence[tuple[Hashable, Hashable]],
) -> int:  # fmt: skip
    """How many links cross between neighbouring columns, and how many cells lie on links within one."""
    where: dict[Hashable, int] = {key: k for column in columns for k, key in enumerate(column)}
    gaps: dict[int, list[tuple[float, float]]] = {}
    for edge in edges:
        depth = cells[edge.left].depth  # type: ignore[index]
        gaps.setdefault(depth, []).append(
            (where[edge.left] + edge.off_left / 100.0, where[edge.right] + edge.off_right / 100.0)
        )
    count = 0
    for pairs in gaps.values():
        pairs.sort()
        count += sum(pairs[i][1] > pairs[k][1] for k in range(len(pairs)) for i in range(max(0, k - 60), k))
    return count + sum(max(0, abs(where[one] - where[other]) - 1) for one, other in level)


def heights(cells: Mapping[Key, Cell], columns: Sequence[Sequence[Key]], edges: Sequence[Edge]) -> dict[Key, float]:
    """Heights of the cells: as near to straight links as their order lets them be."""
    near: _Near[Key] = {key: ([], []) for key in cells}
    for edge in edges:
        one, other = cells[edge.left], cells[edge.right]  # type: ignore[index]
        weight = 8.0 if one.lane and other.lane else 3.0 if one.lane or other.lane else 1.0
        off = edge.off_left - edge.off_right
        left, right = cast(Key, edge.left), cast(Key, edge.right)
        near[left][1].append((right, -off, weight))
        near[right][0].append((left, off, weight))
    ys: dict[Key, float] = {}
    for column in columns:
        places = settled([0.0] * len(column), [1.0] * len(column), [cells[key] for key in column])
        middle = (places[0] + places[-1]) / 2
        ys.update(zip(column, (y - middle for y in places), strict=True))
    for turn in range(_SETTLES):
        sides = (1,) if turn in (0, 2) else (0,) if turn == 1 else (0, 1)
        for column in columns if turn % 2 else columns[::-1]:
            wanted, weights = [], []
            for key in column:
                ends = [end for side in sides for end in near[key][side]]
                total = sum(weight for _, _, weight in ends)
                wanted.append(sum((ys[o] + off) * weight for o, off, weight in ends) / total if ends else ys[key])
                weights.append(total if ends else 0.1)
            ys.update(zip(column, settled(wanted, weights, [cells[key] for key in column]), strict=True))
    # Then exactly: branches as near to their stream as they can be; each by what it comes from, where the stream lets it;
    # each by what it leads to; at last loose lanes by what they come from.
    _by_right(cells, columns, near, ys, snug=True)
    _by_left(cells, columns, near, ys, only_loose=False)
    _by_right(cells, columns, near, ys, snug=False)
    _by_left(cells, columns, near, ys, only_loose=True)
    return ys


def _by_right(
    cells: Mapping[Key, Cell], columns: Sequence[Sequence[Key]], near: _Near[Key], ys: dict[Key, float], snug: bool
) -> None:
    """Straighten what leads to the right, column by column; with `snug` lanes that turn keep near to their operation."""
    for column in reversed(columns):
        wanted = []
        for key in column:
            ends = near[key][1]
            beside = cells[key].beside
            at = ys[cast(Key, beside)] if snug and beside is not None else ys[key]
            wanted.append(sum(ys[o] + off for o, off, _ in ends) / len(ends) if ends else at)
        weights = [cells[key].pull if near[key][1] else 0.01 for key in column]
        ys.update(zip(column, settled(wanted, weights, [cells[key] for key in column]), strict=True))


def _by_left(
    cells: Mapping[Key, Cell], columns: Sequence[Sequence[Key]], near: _Near[Key], ys: dict[Key, float],
    only_loose: bool,
) -> None:  # fmt: skip
    """Straighten what comes from the left, column by column, except in the main stream."""
    for column in columns:
        wanted, weights = [], []
        for key in column:
            ends, cell = near[key][0], cells[key]
            stays = not ends or cell.pull >= STREAM or (only_loose and not cell.loose)
            pulls = [cells[other].pull for other, _, _ in ends]
            moved = sum((ys[o] + off) * pull for (o, off, _), pull in zip(ends, pulls, strict=True))
            wanted.append(ys[key] if stays else moved / sum(pulls))
            weights.append(_FIRM if stays and ends else cell.pull)
        ys.update(zip(column, settled(wanted, weights, [cells[key] for key in column]), strict=True))


def settled(wanted: Sequence[float], weights: Sequence[float], column: Sequence[Cell]) -> list[float]:
    """Heights as near to the wanted ones as cells in this order can be (weighted least squares)."""
    offsets = [0.0]
    for above, below in itertools.pairwise(column):
        gap = LANE if above.lane or below.lane else APART
        offsets.append(offsets[-1] + above.box[3] + gap - below.box[1])
    blocks: list[tuple[float, float, int]] = []  # (sum, weight, number) of cells that touch each other
    for want, weight, offset in zip(wanted, weights, offsets, strict=True):
        blocks.append(((want - offset) * weight, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, heavy, number = blocks.pop()
            before = blocks[-1]
            blocks[-1] = (before[0] + total, before[1] + heavy, before[2] + number)
    means = [total / heavy for total, heavy, number in blocks for _ in range(number)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
