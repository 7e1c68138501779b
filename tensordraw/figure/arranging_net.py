"""A connected network to be laid out, its shape, and the simplest shape: a row.

An item is a number; it has a box of room around its origin, neighbours, and `outs`: how many of its legs lead out of the
network, each with a rank (its place in the result). A shape is a spot for each item and, for each out, the direction in
which it should leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tensordraw.figure.display import Box
from tensordraw.figure.paths import Point

GAP = 34.0  # between the bodies of a row, and more where a label needs it
LEVEL = 34.0  # between rows
RIGHT, UP, LEFT, DOWN = 0.0, 90.0, 180.0, 270.0


@dataclass(slots=True)
class Net:
    """A connected network; see the module. `gaps` are wanted distances between neighbours, `ports` how far below an item's
    origin its link to a neighbour leaves."""

    boxes: list[Box]
    near: list[dict[int, int]]
    outs: list[list[float]]
    gaps: dict[tuple[int, int], float] = field(default_factory=dict)
    ports: dict[tuple[int, int], float] = field(default_factory=dict)
    light: set[int] = field(default_factory=set)  # dots
    bars: set[int] = field(default_factory=set)  # groupings

    def gap(self, one: int, other: int) -> float:
        """Distance to keep between two items side by side."""
        return self.gaps.get((one, other) if one < other else (other, one), GAP)

    def first(self, item: int) -> float:
        """Rank of the item's first out; items without outs come last."""
        return self.outs[item][0] if self.outs[item] else float("inf")


@dataclass(slots=True)
class Shape:
    """Spots of the items, and directions of their outs in the order of rank."""

    spots: dict[int, Point]
    aims: dict[int, list[float]] = field(default_factory=dict)


def line(net: Net) -> list[int]:
    """The items of a path in order, the one with the first out to the left."""
    ends = [item for item, near in enumerate(net.near) if len(near) <= 1]
    order = walk(net, ends[0], -1)
    return order if forwards(net, order) else order[::-1]


def walk(net: Net, start: int, before: int) -> list[int]:
    """Items met by going on from `start`, away from `before`, while there is only one way."""
    order, last = [start], before
    while True:
        onward = [other for other in net.near[order[-1]] if other != last]
        if len(onward) != 1 or onward[0] == start:
            return order
        last = order[-1]
        order.append(onward[0])


def forwards(net: Net, order: Sequence[int]) -> bool:
    """Whether a row's order has the result's first leg to the left and its last to the right."""
    first, last = order[0], order[-1]
    if net.outs[first] and net.outs[last]:
        mean_first, mean_last = (sum(net.outs[k]) / len(net.outs[k]) for k in (first, last))
        return (mean_first, first) <= (mean_last, last)
    if bool(net.outs[first]) != bool(net.outs[last]):
        return bool(net.outs[first])
    inner = [(net.first(item), k) for k, item in enumerate(order) if net.outs[item]]
    if len(inner) > 1:
        return min(inner)[1] <= max(inner)[1]
    return (first in net.light, first) <= (last in net.light, last)


def row(net: Net, order: Sequence[int]) -> Shape:
    """Items side by side, each as high as the wire from its neighbour on the left wants it."""
    spots: dict[int, Point] = {}
    x = y = 0.0
    for place, item in enumerate(order):
        left, _, right, _ = net.boxes[item]
        if place:
            before = order[place - 1]
            x += net.gap(before, item) - left
            y += net.ports.get((before, item), 0.0) - net.ports.get((item, before), 0.0)
        spots[item] = (x, y)
        x += right
    return Shape(spots, row_aims(net, order, {}))


def row_aims(net: Net, order: Sequence[int], hanging: dict[int, int]) -> dict[int, list[float]]:
    """Directions of outs in a row: down, down and up where there are two each; at its ends to the left and right.

    `hanging` counts what hangs at an item: first below it, then above.
    """
    inner = max((len(net.outs[item]) for item in order[1:-1]), default=0)
    aims: dict[int, list[float]] = {}
    for place, item in enumerate(order):
        outs = net.outs[item]
        if not outs:
            continue
        upright = [DOWN] if len(outs) == 1 or inner == 1 else [UP, DOWN]
        if hanging.get(item, 0) == 1:
            upright = [UP]
        sides: list[float] = []
        at_left, at_right = place == 0, place == len(order) - 1
        spare = len(outs) - inner if len(order) > 1 else len(outs)
        if at_left and at_right:
            sides = [LEFT, RIGHT][: len(outs)]
        elif (at_left or at_right) and (spare > 0 or hanging.get(item, 0) > 1):
            sides = [LEFT if at_left else RIGHT]
        rest = len(outs) - len(sides)
        middle = [upright[k * len(upright) // rest] for k in range(rest)]
        # What leaves to the left is the first leg of the row, what leaves to the right its last.
        aims[item] = [*sides[:1], *middle, *sides[1:]] if at_left else [*middle, *sides]
    return aims


def branches(net: Net, start: int, before: int) -> bool:
    """Whether the subtree at `start` is no plain chain."""
    return len(net.near[walk(net, start, before)[-1]]) > 1


def distances(net: Net, start: int) -> tuple[list[int], list[int], list[int]]:
    """From `start`: items in the order of distance, the distance of each (-1: none), the item before it."""
    far, before, order = [-1] * len(net.near), [-1] * len(net.near), [start]
    far[start] = 0
    for item in order:
        for other in net.near[item]:
            if far[other] < 0:
                far[other], before[other] = far[item] + 1, item
                order.append(other)
    return order, far, before
