"""The shape of a network: a row, a ring, a lattice, a tree, or columns by distance.

All shapes take time linear in the number of links, up to sorting.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from tensordraw.figure.arranging_grids import lattice, on_grid, ring
from tensordraw.figure.arranging_net import GAP, LEVEL, Net, Shape, distances, line, row
from tensordraw.figure.arranging_trees import tree
from tensordraw.figure.display import Box
from tensordraw.figure.paths import Point

_SWEEPS = 4


def shaped(net: Net) -> Shape:
    """The shape of a connected network."""
    count = len(net.boxes)
    links = sum(map(len, net.near)) // 2
    degrees = [len(near) for near in net.near]
    if links == count - 1:
        return row(net, line(net)) if max(degrees) <= 2 else tree(net)
    if links == count and max(degrees) == 2:
        return ring(net)
    cells = lattice(net)
    if cells is not None:
        return on_grid(net, cells)
    return _columns(net)


def _columns(net: Net) -> Shape:
    """Columns by distance from the first item, each ordered and placed so that links cross and slant little."""
    start = min(
        range(len(net.near)), key=lambda k: (k in net.light, not net.outs[k], net.first(k), len(net.near[k]), k)
    )
    order, far, _ = distances(net, start)
    columns: list[list[int]] = [[] for _ in range(far[order[-1]] + 1)]
    for item in order:
        columns[far[item]].append(item)
    place = {item: k - (len(column) - 1) / 2 for column in columns for k, item in enumerate(column)}
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            mean = {item: sum(place[o] for o in net.near[item]) / len(net.near[item]) for item in column}
            column.sort(key=lambda item: (mean[item], place[item]))
            for k, item in enumerate(column):
                place[item] = k - (len(column) - 1) / 2
    heights = {item: place[item] * 60.0 for item in place}
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            wanted = [
                sum(heights[o] + net.ports.get((o, item), 0.0) - net.ports.get((item, o), 0.0) for o in net.near[item])
                / len(net.near[item])
                for item in column
            ]
            heights.update(zip(column, settled(wanted, [net.boxes[item] for item in column], LEVEL), strict=True))
    spots: dict[int, Point] = {}
    x = 0.0
    for number, column in enumerate(columns):
        left = max(-net.boxes[item][0] for item in column)
        x += left if number else 0.0
        for item in column:
            spots[item] = (x, heights[item])
        wanted_gap = max(
            (net.gap(item, o) for item in column for o in net.near[item] if far[o] == number + 1), default=GAP
        )
        x += max(net.boxes[item][2] for item in column) + wanted_gap
    return Shape(spots)


def settled(wanted: Sequence[float], boxes: Sequence[Box], gap: float) -> list[float]:
    """Heights as near to the wanted ones as boxes in this order, from top to bottom, can be (least squares)."""
    offsets = [0.0]
    for above, below in itertools.pairwise(boxes):
        offsets.append(offsets[-1] + above[3] + gap - below[1])
    blocks: list[tuple[float, int]] = []  # (sum, number) of items that touch each other
    for want, offset in zip(wanted, offsets, strict=True):
        blocks.append((want - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, number = blocks.pop()
            blocks[-1] = (blocks[-1][0] + total, blocks[-1][1] + number)
    means = [total / number for total, number in blocks for _ in range(number)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
