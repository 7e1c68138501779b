"""Trees: a row along the longest path with the rest hanging from it, or all from the top down."""

from __future__ import annotations

from collections.abc import Sequence

from tensordraw.figure.arranging_net import (
    DOWN,
    LEFT,
    LEVEL,
    RIGHT,
    UP,
    Net,
    Shape,
    branches,
    distances,
    forwards,
    row_aims,
)
from tensordraw.figure.paths import Point

_APART = 16.0  # between bodies side by side that nothing joins


def tree(net: Net) -> Shape:
    """A row along the longest path with the rest hanging from it, or, where that branches again, from the top down."""
    spine = _spine(net)
    along = set(spine)
    hanging = {item: [o for o in net.near[item] if o not in along] for item in spine}
    branching = any(branches(net, start, item) for item, starts in hanging.items() for start in starts)
    if branching or any(len(starts) > 4 for starts in hanging.values()):
        spots, leaves = _top_down(net, spine[len(spine) // 2])
        aims = {
            item: [DOWN] * len(outs) if item in leaves else _around(net, item, spots)
            for item, outs in enumerate(net.outs)
            if outs
        }
        return Shape(spots, aims)
    spots, ups = _hung(net, spine, hanging)
    aims = row_aims(net, spine, {item: len(starts) for item, starts in hanging.items()})
    for item, outs in enumerate(net.outs):
        if outs and item not in along:
            aims[item] = [UP if item in ups else DOWN] * len(outs)
    return Shape(spots, aims)


def _around(net: Net, item: int, spots: dict[int, Point]) -> list[float]:
    """Directions for the outs of an item in the middle of a tree drawn from the top down."""
    return [UP] if len(net.outs[item]) == 1 else [LEFT, *[UP] * (len(net.outs[item]) - 2), RIGHT]


def _spine(net: Net) -> list[int]:
    """A longest path of a tree, between items with outs where it can be; that of the result's first leg to the left."""
    one = _farthest(net, 0)[-1]
    path = _farthest(net, one)
    owners = [item for item, outs in enumerate(net.outs) if outs]
    if len(owners) > 1:
        first = min(owners, key=net.first)
        last = max(owners, key=lambda item: (net.outs[item][-1], item))
        between = _path(net, first, last)
        if len(between) >= len(path) - 1 and len(net.near[first]) == len(net.near[last]) == 1:
            path = between
    return path if forwards(net, path) else path[::-1]


def _farthest(net: Net, start: int) -> list[int]:
    """The path from `start` to an item at the greatest distance, with outs where there is one."""
    order, far, before = distances(net, start)
    most = far[order[-1]]
    end = min((item for item in order if far[item] == most), key=lambda item: (not net.outs[item], item))
    return _back(end, before)


def _path(net: Net, start: int, end: int) -> list[int]:
    _, _, before = distances(net, start)
    return _back(end, before)


def _back(end: int, before: Sequence[int]) -> list[int]:
    path = [end]
    while before[path[-1]] >= 0:
        path.append(before[path[-1]])
    return path[::-1]


def _subtree(net: Net, start: int, before: int) -> tuple[list[int], dict[int, int], dict[int, list[int]]]:
    """Items of a subtree from the root down, the depth of each, and the children of each."""
    order, depth, parent = [start], {start: 0}, {start: before}
    children: dict[int, list[int]] = {}
    for item in order:
        children[item] = sorted(o for o in net.near[item] if o != parent[item])
        for other in children[item]:
            depth[other], parent[other] = depth[item] + 1, item
            order.append(other)
    return order, depth, children


def _hang(net: Net, start: int, before: int) -> tuple[dict[int, Point], float, float, float]:
    """A subtree from the top down, its root at the origin: spots, and how far it reaches to the left, right and down."""
    order, depth, children = _subtree(net, start, before)
    first: dict[int, float] = {}
    for item in reversed(order):  # a subtree goes where the result's first leg in it wants it
        first[item] = min([net.first(item), *(first[o] for o in children[item])])
    for item in order:
        children[item].sort(key=lambda o: (first[o], o))
    levels = max(depth.values()) + 1
    up, down = [0.0] * levels, [0.0] * levels
    for item in order:
        _, top, _, bottom = net.boxes[item]
        up[depth[item]], down[depth[item]] = max(up[depth[item]], -top), max(down[depth[item]], bottom)
    heights = [0.0]
    for level in range(1, levels):
        heights.append(heights[-1] + down[level - 1] + LEVEL + up[level])
    reach: dict[int, tuple[float, float]] = {}  # to the left and right of an item's middle
    offset: dict[int, float] = {}  # of an item from its parent
    for item in reversed(order):
        left, _, right, _ = net.boxes[item]
        row = children[item]
        if row:
            x, middles = 0.0, []
            for k, other in enumerate(row):
                x += (_APART if k else 0.0) + reach[other][0]
                middles.append(x)
                x += reach[other][1]
            middle = (middles[0] + middles[-1]) / 2
            for other, at in zip(row, middles, strict=True):
                offset[other] = at - middle
            reach[item] = (max(-left, middle), max(right, x - middle))
        else:
            reach[item] = (-left, right)
    spots = {start: (0.0, 0.0)}
    for item in order:
        for other in children[item]:
            spots[other] = (spots[item][0] + offset[other], heights[depth[other]])
    return spots, reach[start][0], reach[start][1], heights[-1] + down[-1]


def _top_down(net: Net, root: int) -> tuple[dict[int, Point], set[int]]:
    """Spots of a whole tree from the top down, and its leaves."""
    spots, _, _, _ = _hang(net, root, -1)
    return spots, {item for item in spots if len(net.near[item]) == 1 and item != root}


def _hung(net: Net, spine: Sequence[int], hanging: dict[int, list[int]]) -> tuple[dict[int, Point], set[int]]:
    """Spots of a row with subtrees below and above it, and the items that lie above it."""
    spots: dict[int, Point] = {}
    ups: set[int] = set()
    below = max((net.boxes[item][3] for item in spine), default=0.0)
    above = max((-net.boxes[item][1] for item in spine), default=0.0)
    x = y = 0.0
    for place, item in enumerate(spine):
        left, _, right, _ = net.boxes[item]
        sides: list[list[tuple[dict[int, Point], float, float, float]]] = [[], []]
        starts = sorted(hanging[item], key=lambda start: (net.first(start), start))
        lone_dot = item in net.light and len(starts) == 1  # a copy dot wears what it copies on top
        for k, start in enumerate(starts):
            sides[(k + lone_dot) % 2].append(_hang(net, start, item))
        widths = [sum(part[1] + part[2] for part in side) + _APART * max(0, len(side) - 1) for side in sides]
        reach_left, reach_right = max(-left, *(w / 2 for w in widths)), max(right, *(w / 2 for w in widths))
        if place:
            before = spine[place - 1]
            x += max(net.gap(before, item) + reach_left, net.gap(before, item) - left)
            y += net.ports.get((before, item), 0.0) - net.ports.get((item, before), 0.0)
        spots[item] = (x, y)
        for which, side in enumerate(sides):
            at = x - widths[which] / 2
            for part, far_left, far_right, _ in side:
                at += far_left
                root = next(iter(part))
                _, top, _, bottom = net.boxes[root]
                first = (below + LEVEL - top) if which == 0 else -(above + LEVEL + bottom)
                for other, (dx, dy) in part.items():
                    spots[other] = (at + dx, first + (dy if which == 0 else -dy))
                    if which:
                        ups.add(other)
                at += far_right + _APART
        x += reach_right
    return spots, ups
